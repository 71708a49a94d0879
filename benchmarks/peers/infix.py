"""A rule as one infix expression: the price if all conditions hold, else 0. Each language brings its own spelling."""

from __future__ import annotations

from dataclasses import dataclass

from workload import Pays, Rule, Test, is_money


@dataclass(frozen=True)
class Dialect:
    """Templates. `yes`: how a true fact is asked for; `test`: condition, then, otherwise."""

    yes: str = "{fact}"
    member: str = "{fact} in [{options}]"
    either: str = "({test} ? {then} : {otherwise})"
    least: str = "min({left}, {right})"


def expression(rule: Rule, dialect: Dialect) -> str:
    tests = " and ".join(condition(test, dialect) for test in rule.tests)
    return dialect.either.format(test=tests, then=price(rule.pays, dialect), otherwise="0")


def condition(test: Test, dialect: Dialect) -> str:
    if test.op == "is":
        return dialect.yes.format(fact=test.fact)
    if test.op == "in":
        if "{options}" in dialect.member:
            return dialect.member.format(fact=test.fact, options=", ".join(f"'{option}'" for option in test.value))
        return f"({' or '.join(dialect.member.format(fact=test.fact, option=option) for option in test.value)})"
    return f"{test.fact} >= {test.value * (100 if is_money(test.fact) else 1)}"


def price(pays: Pays, dialect: Dialect) -> str:
    if pays.way == "bands":
        source = "0"
        for floor, amount in reversed(pays.bands):
            test = f"{pays.fact} >= {floor * 100}"
            source = dialect.either.format(test=test, then=str(amount * 100), otherwise=source)
        return source
    if pays.way == "amount":
        return str(min(pays.amount, pays.most or pays.amount) * 100)
    full = f"{pays.fact} * {pays.amount} / 100" if pays.way == "rate" else f"{pays.fact} * {pays.amount * 100}"
    return dialect.least.format(left=full, right=str((pays.most or 0) * 100))
