"""An applicant and some items whose facts are open, within the legal ranges of the vocabulary; and back: a model of the
solver as an application that the loader admits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import z3  # type: ignore[import-untyped]

from ..engine.claims import first_day, last_day
from ..expr import QUANTITIES, Compare, FactType, Literal, Tree, facts
from ..expr.tree import walk
from ..model.program import FIXED, Program, ProgramRule
from ..money import MAX_FEN, RATE_SCALE, format_rate, format_units
from .terms import Price, Term, Values, code, decode, price

FIRST_DAY, LAST_DAY = date(2000, 1, 1).toordinal(), date(2099, 12, 31).toordinal()
# The largest raw values that can be written in an application.
MOST = {"money": MAX_FEN, "rate": 10**11 - 1, "number": 10**15 - 1, "count": 10**15 - 1, "months": 10**15 - 1}


MOST_CLAIMS = 400  # pairs of them are compared


@dataclass(frozen=True, eq=False, slots=True)
class WorldItem:
    id: str
    kind: str
    own: Values  # by fact of the item
    values: Values  # with those of the applicant


@dataclass(frozen=True, eq=False, slots=True)
class WorldClaim:
    """A rule for one item, or for the applicant. `match`: it can be claimed, in force."""

    rule: ProgramRule
    item: WorldItem | None
    values: Values  # of the item and the applicant
    price: Price
    match: z3.BoolRef


class World:
    """Symbolic facts for some rules of a program: of the applicant and of `copies` items of each kind that they are for.

    Only facts that one of the rules reads exist. `tag` keeps two worlds of one question apart; facts that are the same
    in both can be handed over in `shared`."""

    def __init__(self, program: Program, rules: Iterable[ProgramRule], copies: int = 1, tag: str = "") -> None:
        self.program, self.rules, self.copies, self.tag = program, tuple(rules), copies, tag
        self.read = frozenset(name for rule in self.rules for name in reads(program, rule))
        self.legal: list[z3.BoolRef] = []
        self.applicant: dict[str, Term] = self._facts(program.applicant_facts, "applicant")
        kinds = sorted({rule.item for rule in self.rules if rule.item})
        self.items = tuple(self._item(kind, at) for kind in kinds for at in range(1, copies + 1))

    def _item(self, kind: str, at: int) -> WorldItem:
        name = f"{kind}-{at}"
        own = self._facts(self.program.item_facts[kind], name)
        return WorldItem(name, kind, own, {**self.applicant, **own})

    def _facts(self, declared: Mapping[str, FactType], owner: str) -> dict[str, Term]:
        found: dict[str, Term] = {}
        for name, fact in declared.items():
            if name in self.read:
                symbol = f"{self.tag}{owner}.{name}"
                found[name] = z3.Bool(symbol) if fact.kind in ("bool", "judgement") else z3.Int(symbol)
                self.legal += self._range(fact, found[name], name)
        return found

    def _range(self, fact: FactType, term: Term, name: str) -> list[z3.BoolRef]:
        """The legal values. A text is compared and nothing else, so that a few different ones stand for all."""
        if fact.kind in QUANTITIES:
            low, high = fact.range
            most = MOST[fact.kind]
            return [term >= low, term <= (most if high is None else min(high, most))]
        if fact.kind == "date":
            return [term >= self._days[0], term <= self._days[1]]
        if fact.kind in ("choice", "text"):
            options = fact.options or [
                f"{one}-{at}"[-24:]
                for one in sorted(self._alike if name in self._alike else {name})
                for at in range(1, self.copies + 2)
            ]
            return [z3.Or(*(term == code(option) for option in options))]
        return []

    @cached_property
    def _days(self) -> tuple[int, int]:
        """A day is compared with days and nothing else: this century, and a year before and after all that a rule names."""
        named = [
            node.value.toordinal() for node in self._nodes if isinstance(node, Literal) and isinstance(node.value, date)
        ]
        days = [FIRST_DAY, LAST_DAY, *(day - 366 for day in named), *(day + 366 for day in named)]
        return max(min(days), date.min.toordinal()), min(max(days), date.max.toordinal())

    @cached_property
    def _alike(self) -> frozenset[str]:
        """Texts that a rule compares with one another."""
        compared = [node for node in self._nodes if isinstance(node, Compare) and node.terms[0].kind == "text"]
        return frozenset(name for node in compared for name in facts(node))

    @cached_property
    def _nodes(self) -> list[Tree]:
        return [node for rule in self.rules for tree in trees(rule) for node in walk(tree)]

    @cached_property
    def claims(self) -> tuple[WorldClaim, ...]:
        """All claims, in the order of the engine: rule, item."""
        return tuple(
            self._claim(rule, item)
            for rule in self.rules
            for item in ([item for item in self.items if item.kind == rule.item] if rule.item else [None])
        )

    def _claim(self, rule: ProgramRule, item: WorldItem | None) -> WorldClaim:
        values = item.values if item else self.applicant
        priced = price(rule, values)
        return WorldClaim(rule, item, values, priced, z3.And(priced.matches, *self.in_force(rule, values)))

    def in_force(self, rule: ProgramRule, values: Values) -> list[z3.BoolRef]:
        """Where a rule names the day that must lie in the validity. The day of the claim itself stays open."""
        if self.program.policies[rule.policy].status == "repealed":
            return [z3.BoolVal(False)]
        if not rule.dated_by:
            return []
        first = first_day(self.program, rule.policy, {})
        last = last_day(self.program, rule.policy, first)
        day = values[rule.dated_by]
        since = [day >= first.toordinal()] if first else []
        return [*since, day <= last.toordinal()] if last else since

    def application(self, model: z3.ModelRef) -> dict[str, Any]:
        """The model as an application file, with its whole history: none."""
        items = [
            {
                "id": item.id,
                "kind": item.kind,
                "facts": self._texts_of(self.program.item_facts[item.kind], item.own, model),
            }
            for item in self.items
        ]
        own = self._texts_of(self.program.applicant_facts, self.applicant, model)
        found: dict[str, Any] = {"applicant": {"id": "example", "facts": own}}
        if items:
            found["items"] = items
        return found | {"year": str(year_of(self.program)), "history": "complete"}

    def _texts_of(self, declared: Mapping[str, FactType], values: Values, model: z3.ModelRef) -> dict[str, str]:
        return {
            name: as_text(declared[name].kind, model.eval(term, model_completion=True)) for name, term in values.items()
        }


def too_wide(rules: Sequence[object], copies: int) -> bool:
    """Whether a world of these rules would be too large to be asked in a bounded time."""
    return len(rules) * copies > MOST_CLAIMS


def as_text(kind: str, value: z3.ExprRef) -> str:
    """A value of a model as an application file states it."""
    if kind in ("bool", "judgement"):
        return "true" if z3.is_true(value) else "false"
    return raw_text(kind, value.as_long())


def raw_text(kind: str, number: int) -> str:
    """A raw value (fen, millionths, day number …) as an application file states it."""
    if kind == "money":
        return format_units(number)
    if kind == "rate":
        return format_rate(number)
    if kind == "number":
        whole, rest = divmod(number, RATE_SCALE)
        return f"{whole}.{rest:06d}".rstrip("0").rstrip(".")
    if kind == "date":
        return date.fromordinal(number).isoformat()
    return decode(number) if kind in ("choice", "text") else str(number)


def trees(rule: ProgramRule) -> Iterable[Any]:
    """All expressions of a rule."""
    yield from rule.when
    yield from rule.limits
    for branch in rule.branches:
        yield from (tree for tree in (branch.when, branch.low, branch.high, branch.units, *branch.limits) if tree)
        yield from branch.unit or ()


def reads(program: Program, rule: ProgramRule) -> frozenset[str]:
    """All facts that a rule reads, and those that its bounds do."""
    found = {name for tree in trees(rule) for name in facts(tree)}
    for cap in program.caps_of[rule.index]:
        found |= set(cap.key) | (facts(cap.limit) if cap.limit else set())
    for bound in program.exclusives_of[rule.index]:
        found |= set(bound.key)
    return frozenset(found | {rule.dated_by or "rule"}) - set(FIXED)


def year_of(program: Program) -> int:
    """A budget year in which the policies are in force, as far as their days are known."""
    firsts = [first_day(program, at, {}) for at in range(len(program.policies))]
    lasts = [last_day(program, at, first) for at, first in enumerate(firsts)]
    began, ends = ([day.year for day in days if day] for days in (firsts, lasts))
    return max(began) if began else min(ends, default=2026)
