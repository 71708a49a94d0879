"""Rows of earlier grants and of decisions: which rule each means."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa

from ..errors import echo, nearest
from ..model.program import Program
from .given import Tables
from .layout import APPROVED
from .table import Table
from .values import key

# Columns of grants that are no facts, whatever facts are called.
OWN = ("level", "matter", "kind", "item", "value", "units")


@dataclass
class _Policy:
    """`strict`: all its rules are known; those of a version that was succeeded may have gone."""

    id: str
    strict: bool
    rules: dict[str, str] = field(default_factory=dict)  # by id and title
    kinds: dict[str, str | None] = field(
        default_factory=dict
    )  # by id: of which items; None: the rule is for the applicant
    timed: set[str] = field(default_factory=set)  # under a limit of months or years


Named = list[tuple[int, _Policy, str]]  # row, policy and rule


def _policies(program: Program) -> dict[str, _Policy]:
    found: dict[str, _Policy] = {}
    for at, policy in enumerate(program.policies):
        one = _Policy(policy.id, strict=True)
        for rule, written in zip(program.rules, program.written, strict=True):
            if rule.policy == at:
                for title in (written.title.zh, written.title.en):
                    one.rules.setdefault(key(title), rule.id)
                one.kinds[rule.id] = rule.item
                one.timed |= {rule.id} if rule.index in program.timed else set()
        one.rules |= {key(name): name for name in one.kinds}
        for old in policy.succeeds:
            found.setdefault(key(old), _Policy(old, False, one.rules, one.kinds, one.timed))
        for name in (policy.title.zh, policy.title.en, policy.id):
            found[key(name)] = one
    return found


def check_past(tables: Tables, table: Table) -> None:
    """Titles of policies and rules become ids; what names no rule, and what a rule does not go with, is a problem of its row."""
    named = _name_rules(tables.program, table)
    if table.name == APPROVED:
        _check_decisions(tables, table, named)
    else:
        _check_months(table, named)
        _check_attributes(tables.program, table, named)


def _name_rules(program: Program, table: Table) -> Named:
    known = _policies(program)
    columns = {name: table.texts(name) for name in ("policy", "rule", "item", "level")}
    named: Named = []
    for at, (policy, rule, item, level) in enumerate(zip(*columns.values(), strict=True)):
        if policy is None or rule is None:
            continue
        one = known.get(key(policy))
        if one is None:
            if table.name == APPROVED:
                near = nearest(policy, {p.id for p in known.values()})
                table.add(at, "SR939", "policy", echo(policy), "a policy", near)
            elif level is None:
                table.add(at, "SR935", "level", "", f"the level of {echo(policy)}, which is not computed here")
            continue
        columns["policy"][at] = one.id
        name = one.rules.get(key(rule))
        if name is None:
            if one.strict:
                table.add(at, "SR939", "rule", echo(rule), f"a rule of {one.id}", nearest(rule, one.kinds))
            continue
        columns["rule"][at] = name
        if (one.kinds[name] is None) != (item is None):
            wanted = "the item's number" if one.kinds[name] else "no item: the rule is for the applicant"
            table.add(at, "SR939", "item", echo(item or ""), wanted)
        named.append((at, one, name))
    for column in ("policy", "rule"):
        index = table.data.column_names.index(column)
        texts = pa.array(columns[column], pa.string())
        table.data = table.data.set_column(index, table.data.schema.field(index), texts)
    return named


def _check_months(table: Table, named: Named) -> None:
    """Of an award under a limit of months it must be known how many it was paid for."""
    paid, repaid, units = (table.texts(name) for name in ("amount", "repaid", "units"))
    for at, policy, rule in named:
        if rule in policy.timed and paid[at] and not repaid[at] and not units[at]:
            table.add(at, "SR935", "units", expected="for how many months or years it was paid, at least 1")


def _check_attributes(program: Program, table: Table, named: Named) -> None:
    """What the item of an earlier award was: facts of such an item, with values that they can have."""
    facts = {name for kind in program.item_facts.values() for name in kind}
    for column in table.columns:
        texts = table.texts(column.name) if column.name in facts and column.name not in OWN else []
        for at, policy, rule in named if texts else ():
            declared = program.item_facts.get(policy.kinds[rule] or "", program.applicant_facts)
            text, fact = texts[at], declared.get(column.name)
            if text is not None and fact is None:
                table.add(at, "SR939", column.name, echo(text), f"nothing: {rule} does not know it")
            elif text is not None and fact and fact.options and text not in fact.options:
                table.add(at, "SR930", column.name, echo(text), "an option of this fact", nearest(text, fact.options))


def _check_decisions(tables: Tables, table: Table, named: Named) -> None:
    """A decision is about something that is claimed, and there is one for each."""
    who, items = table.texts("applicant"), table.texts("item")
    claimed: dict[str, dict[str | None, set[str | None]]] = {}
    told: set[tuple[str | None, ...]] = set()
    for at, policy, rule in named:
        kind, item = policy.kinds[rule], items[at]
        if kind and item is not None:
            if kind not in claimed:
                claimed[kind] = _by_applicant(tables.tables.get(kind))
            mine = claimed[kind].get(who[at], set())
            if item not in mine:
                near = nearest(item, filter(None, mine))
                table.add(at, "SR939", "item", echo(item), f"one of the applicant's items of kind {kind}", near)
        place = (who[at], policy.id, rule, item)
        if place in told:
            table.add(at, "SR937", "rule", echo(rule), "one decision for a rule and item")
        told.add(place)


def _by_applicant(table: Table | None) -> dict[str | None, set[str | None]]:
    found: dict[str | None, set[str | None]] = {}
    for who, item in zip(table.texts("applicant"), table.texts("id"), strict=True) if table else ():
        found.setdefault(who, set()).add(item)
    return found
