"""Random applications for any policy, most of them claimable, many of them near the values at which an answer turns."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from typing import Any

from hypothesis import strategies as st

from ..advice.changes import written
from ..advice.readers import Named, Uses, stepped
from ..model.program import FIXED, ProgramRule
from ..money import MAX_FEN, format_units
from ..rules import Rules, load
from .boundaries import boundary_cases
from .filling import NO_DAYS, Dict, Facts, Filling

Policy = Rules | str | os.PathLike[str]
LEVELS = ("province", "city", "county", "district")
MOST_ITEMS = 3
MOST_GRANT = 6_000_000_000  # fen


def rules_of(policy: Policy) -> Rules:
    """Loaded rules as they are; a policy by id or path is loaded."""
    return policy if isinstance(policy, Rules) else load(policy)


def applications(policy: Policy) -> st.SearchStrategy[Dict]:
    """Applications as a file would hold them, each admitted by the policy. Some rules are aimed at, so that their conditions
    hold; then facts are moved, forgotten or left unknown, and earlier grants, rivals and decisions are added."""
    return _applications(_Drawing(rules_of(policy)))


def near_boundaries(policy: Policy) -> st.SearchStrategy[Dict]:
    """The applications of `boundary_cases`: at, one unit below and one above everything at which an answer turns."""
    found = [case.application for case in boundary_cases(rules_of(policy))]
    return st.sampled_from(found) if found else st.nothing()


class _Drawing:
    """What applications for one program are drawn from."""

    def __init__(self, rules: Rules) -> None:
        self.program = rules.program
        self.filling = Filling(rules.program, rules.readers)
        self.uses = rules.readers.uses
        self.kinds = sorted({rule.item for rule in self.program.rules if rule.item})
        self.aims: list[tuple[ProgramRule, Facts]] = []
        for rule in self.program.rules:
            self.aims += [(rule, found) for found in self._ways(rule)]

    def _ways(self, rule: ProgramRule) -> Iterator[Facts]:
        for branch in range(max(1, len(rule.branches))):
            found = self.filling.search(rule, self.filling.reaching(rule, branch), {})
            if found is not None:
                yield self.filling.filled(rule, found)


def _values(uses: Uses) -> st.SearchStrategy[Any]:
    """Raw values of a fact: options; for quantities and days those at its thresholds, and any."""
    kind, type_ = uses.type.kind, uses.type
    if kind in ("bool", "judgement"):
        return st.booleans()
    if kind == "choice":
        return st.sampled_from(type_.options)
    if kind == "text":
        return st.sampled_from(("x-1", "x-2"))
    edges = uses.thresholds or ({NO_DAYS} if kind == "date" else set())
    near = sorted({stepped(type_, edge, by) for edge in edges for by in (-1, 0, 1)} - {None})
    if kind == "date":
        return st.sampled_from(near) | st.dates(date(2020, 1, 1), date(2032, 12, 31))
    low, high = type_.range
    top = min(MAX_FEN if high is None else high, max(2 * uses.enough, low + 10))
    anything = st.integers(low, top)
    return st.sampled_from([low, *near, max(low, min(uses.enough, top))]) | anything


@st.composite
def _applications(draw: st.DrawFn, drawing: _Drawing) -> Dict:
    filling = drawing.filling
    own: Facts = {}
    items: dict[str, tuple[str, Facts]] = {}
    aims = draw(st.lists(st.sampled_from(drawing.aims), max_size=3)) if drawing.aims else []
    for rule, said in aims:
        mine = filling.of_applicant(said)
        own = {**mine, **own}
        if rule.item and len(items) < MOST_ITEMS:
            facts = {name: value for name, value in said.items() if name not in mine}
            alike = [name for name, (kind, _) in items.items() if kind == rule.item]
            if len(alike) > 0 and draw(st.booleans()):  # two awards for one thing
                items[alike[0]] = (rule.item, {**facts, **items[alike[0]][1]})
            else:
                items[f"item-{len(items) + 1}"] = (rule.item, facts)
    if drawing.kinds and len(items) < MOST_ITEMS and draw(st.integers(0, 3)) == 3:
        items[f"item-{len(items) + 1}"] = (draw(st.sampled_from(drawing.kinds)), {})
    own = draw(_moved(drawing, "", own))
    moved = {name: (kind, draw(_moved(drawing, kind, facts))) for name, (kind, facts) in items.items()}
    policy = aims[0][0].policy if aims else 0
    application = filling.application(policy, own, moved)
    for said in (application["applicant"], *application.get("items", ())):
        if said["facts"] and draw(st.booleans()):
            for name in draw(st.lists(st.sampled_from(sorted(said["facts"])), max_size=2, unique=True)):
                _forget(draw, said["facts"], name)
    _add_time(draw, application)
    application["grants"] = draw(st.lists(_grants(drawing, application), max_size=2))
    _add_others(draw, drawing, application)
    _add_decisions(draw, drawing, application)
    return {key: value for key, value in application.items() if value not in ([], {})}


@st.composite
def _moved(draw: st.DrawFn, drawing: _Drawing, kind: str, facts: Facts) -> Facts:
    """Other values for a few facts."""
    named: list[Named] = sorted(one for one in drawing.uses if one[0] == kind)
    moved = dict(facts)
    if named:
        for one in draw(st.lists(st.sampled_from(named), max_size=4, unique=True)):
            moved[one[1]] = draw(_values(drawing.uses[one]))
    return moved


def _forget(draw: st.DrawFn, facts: dict[str, str], name: str) -> None:
    if draw(st.booleans()):
        facts[name] = "unknown"
    else:
        del facts[name]


def _add_time(draw: st.DrawFn, application: Dict) -> None:
    how = draw(st.sampled_from(("as it is", "as it is", "no date", "other year", "partial")))
    if how == "no date":
        application.pop("date", None)
    elif how == "other year":
        application["year"] = str(int(application["year"]) + 1)
    elif how == "partial":
        application["history"] = "partial"
    if "published" in application and draw(st.integers(0, 3)) == 3:
        del application["published"]


@st.composite
def _grants(draw: st.DrawFn, drawing: _Drawing, application: Dict) -> Dict:
    """An earlier award under a rule of the policies, for a thing of now or another one."""
    rule = draw(st.sampled_from(drawing.program.rules))
    amount = draw(_amounts())
    year = int(application["year"]) - draw(st.integers(0, 2))
    grant: Dict = {"policy": drawing.program.policies[rule.policy].id, "rule": rule.id, "year": str(year)}
    grant["amount"] = format_units(amount)
    if rule.item:
        mine = [item for item in application.get("items", ()) if item["kind"] == rule.item]
        item = draw(st.sampled_from([*mine, {"id": "old-item", "facts": {}}]))
        grant["item"] = item["id"]
        grant["attributes"] = {name: _attribute(draw, drawing, rule, name, item) for name in _attributes(drawing, rule)}
    if draw(st.integers(0, 3)) == 3:
        grant["value"] = format_units(amount + draw(_amounts()))
    if any(branch.units for branch in rule.branches):
        grant["units"] = str(draw(st.integers(1, 12)))
    if draw(st.integers(0, 7)) == 7:
        grant["repaid"] = "true"
    return grant


def _attributes(drawing: _Drawing, rule: ProgramRule) -> list[str]:
    caps, exclusives = drawing.program.caps_of[rule.index], drawing.program.exclusives_of[rule.index]
    keys = {name for key in (*(cap.key for cap in caps), *(one.key for one in exclusives)) for name in key}
    return sorted(name for name in keys - set(FIXED) if (rule.item, name) in drawing.uses)


def _attribute(draw: st.DrawFn, drawing: _Drawing, rule: ProgramRule, name: str, item: Dict) -> str:
    known = str(item["facts"].get(name, "unknown"))
    uses = drawing.uses[rule.item or "", name]
    return known if known != "unknown" else written(uses.type.kind, draw(_values(uses)))


def _amounts() -> st.SearchStrategy[int]:
    """Mostly whole 万元, sometimes any fen."""
    return st.integers(1, 60).map(lambda n: n * 1_000_000) | st.integers(1, MOST_GRANT)


def _add_others(draw: st.DrawFn, drawing: _Drawing, application: Dict) -> None:
    """Support of policies outside: paid before, or claimed now."""
    for key in ("grants", "rivals"):
        if draw(st.integers(0, 3)) < 3:
            continue
        other: Dict = {"policy": "elsewhere", "level": draw(st.sampled_from(LEVELS))}
        if application.get("items") and draw(st.booleans()):
            other["item"] = draw(st.sampled_from(application["items"]))["id"]
        else:
            other["matter"] = draw(st.sampled_from(drawing.program.rules)).matter
        low, high = sorted((draw(_amounts()), draw(_amounts())))
        if key == "grants":
            more = {"rule": "award", "year": application["year"], "amount": format_units(low)}
        else:
            more = {"amount": {"from": format_units(low), "to": format_units(high)}}
        application.setdefault(key, []).append({**other, **more})


def _add_decisions(draw: st.DrawFn, drawing: _Drawing, application: Dict) -> None:
    """What the office approved, which award the applicant takes, and figures that a text withholds."""
    program = drawing.program
    if draw(st.integers(0, 4)) == 4:
        rule = draw(st.sampled_from(program.rules))
        mine = [item["id"] for item in application.get("items", ()) if item["kind"] == rule.item]
        stipend = any(branch.units for branch in rule.branches)  # for how many months it would be, nobody says
        if not stipend and (mine or not rule.item):
            approved = {
                "policy": program.policies[rule.policy].id,
                "rule": rule.id,
                "amount": format_units(draw(_amounts())),
            }
            application["approved"] = [{**approved, **({"item": mine[0]} if rule.item else {})}]
    for bound in program.exclusives:
        if bound.choose == "option" and draw(st.integers(0, 2)) == 2:
            names = [program.rules[at].id for at in sorted(bound.rules)] + (["rival"] if bound.levels else [])
            application.setdefault("options", {})[bound.path] = draw(st.sampled_from(names))
    for cap in program.caps:
        if cap.conditional and draw(st.integers(0, 4)) == 4:
            amount = format_units(draw(_amounts())) if cap.kind == "limit" else str(draw(st.integers(0, 12)))
            application.setdefault("parameters", {})[cap.path] = amount


__all__ = ["Policy", "applications", "near_boundaries", "rules_of"]
