"""json-logic (the maintained fork json-logic-qubit): one logic for each rule, applied to each item's data."""

from __future__ import annotations

from typing import Any

from json_logic import jsonLogic
from workload import Pays, Rule, Test, Workload, claims, is_money

from . import Built, Settlement, in_fen

Logic = Any


def build(work: Workload) -> Built:
    logic = {rule.id: _logic(rule) for rule in work.rules}
    todo = [(logic[rule.id], in_fen(facts)) for rule, _, facts in claims(work)]
    settle = Settlement(work)

    def prices() -> list[float]:
        return [jsonLogic(tests, data) for tests, data in todo]

    def total() -> float:
        return float(settle(prices()))

    return Built(prices, total, {"evaluate": total}, "matching and pricing; groups and caps in plain Python")


def _logic(rule: Rule) -> Logic:
    return {"if": [{"and": [_test(test) for test in rule.tests]}, _price(rule.pays), 0]}


def _test(test: Test) -> Logic:
    fact = {"var": test.fact}
    if test.op == "is":
        return fact
    if test.op == "in":
        return {"in": [fact, list(test.value)]}
    return {">=": [fact, test.value * (100 if is_money(test.fact) else 1)]}


def _price(pays: Pays) -> Logic:
    fact = {"var": pays.fact}
    if pays.way == "bands":
        rows: list[Logic] = [x for floor, paid in pays.bands for x in ({">=": [fact, floor * 100]}, paid * 100)]
        return {"if": [*rows, 0]}
    if pays.way == "amount":
        return min(pays.amount, pays.most or pays.amount) * 100
    full = {"*": [fact, pays.amount]} if pays.way == "rate" else {"*": [fact, pays.amount * 100]}
    return {"min": [{"/": [full, 100]} if pays.way == "rate" else full, (pays.most or 0) * 100]}
