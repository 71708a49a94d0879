"""Rows of earlier grants and of decisions: which rule each means."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa

from ..errors import echo, nearest
from ..model.program import Program
from .layout import APPROVED
from .table import Table
from .values import key


@dataclass
class _Policy:
    """`strict`: all its rules are known; those of a version that was succeeded may have gone."""

    id: str
    strict: bool
    rules: dict[str, str] = field(default_factory=dict)  # by id and title
    items: dict[str, bool] = field(default_factory=dict)  # by id: whether it is for an item


def _policies(program: Program) -> dict[str, _Policy]:
    found: dict[str, _Policy] = {}
    for at, policy in enumerate(program.policies):
        one = _Policy(policy.id, strict=True)
        for rule, written in zip(program.rules, program.written, strict=True):
            if rule.policy == at:
                for title in (written.title.zh, written.title.en):
                    one.rules.setdefault(key(title), rule.id)
                one.items[rule.id] = rule.item is not None
        one.rules |= {key(name): name for name in one.items}
        for old in policy.succeeds:
            found.setdefault(key(old), _Policy(old, False, one.rules, one.items))
        for name in (policy.title.zh, policy.title.en, policy.id):
            found[key(name)] = one
    return found


def name_rules(program: Program, table: Table) -> None:
    """Titles of policies and rules become ids; what names no rule is a problem of its row."""
    known = _policies(program)
    decisions = table.name == APPROVED
    columns = {name: table.texts(name) for name in ("policy", "rule", "item", "level", "applicant")}
    told: set[tuple[str | None, ...]] = set()
    for at, (policy, rule, item, level, applicant) in enumerate(zip(*columns.values(), strict=True)):
        if policy is None or rule is None:
            continue
        one = known.get(key(policy))
        if one is None:
            if decisions:
                table.add(
                    at, "SR939", "policy", echo(policy), "a policy", nearest(policy, {p.id for p in known.values()})
                )
            elif level is None:
                table.add(at, "SR935", "level", "", f"the level of {echo(policy)}, which is not computed here")
            continue
        columns["policy"][at] = one.id
        name = one.rules.get(key(rule))
        if name is None:
            if one.strict:
                table.add(at, "SR939", "rule", echo(rule), f"a rule of {one.id}", nearest(rule, one.items))
            continue
        columns["rule"][at] = name
        if one.items[name] != (item is not None):
            wanted = "the item's number" if one.items[name] else "no item: the rule is for the applicant"
            table.add(at, "SR939", "item", echo(item or ""), wanted)
        place = (applicant, one.id, name, item)
        if decisions and place in told:
            table.add(at, "SR937", "rule", echo(rule), "one decision for a rule and item")
        told.add(place)
    for name in ("policy", "rule"):
        index = table.data.column_names.index(name)
        table.data = table.data.set_column(index, table.data.schema.field(index), pa.array(columns[name], pa.string()))
