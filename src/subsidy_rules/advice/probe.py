"""What if: the totals of a case with another value of one fact, each different outcome settled once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any

from ..engine.assess import settlement
from ..engine.claims import Pricer, Values, first_day, last_day
from ..expr import QUANTITIES
from ..model.assessment import Interval
from ..model.case import Case, CaseItem
from ..model.program import Program
from .parts import Only
from .readers import Named, Readers, Uses, stepped

Place = tuple[str | None, str]  # item id, or None for the applicant; fact
WORK = 3_000_000  # prices computed for one set of questions, or one advice: some ten seconds
MOST_VALUES = 60  # tried for one fact; where there are more, every so manieth


class Probe:
    """One case under one program. What it computes is counted against `WORK`; see `spent`."""

    def __init__(self, program: Program, readers: Readers, case: Case, pricer: Pricer) -> None:
        self.program, self.readers, self.case, self.pricer = program, readers, case, pricer
        self.items = {item.id: item for item in case.items}
        kinds = Counter(item.kind for item in case.items)
        self.size = sum(kinds[rule.item] if rule.item else 1 for rule in program.rules)
        self.work = 0
        self._now: dict[frozenset[int], Interval] = {}  # by rules: what they pay as it is
        self.total = self.evaluate(case)

    @property
    def spent(self) -> bool:
        return self.work > WORK

    def evaluate(self, case: Case, rules: frozenset[int] | None = None) -> Interval:
        """Cash to the applicant under some rules, or all: assured, and the part of the ceiling that has a figure."""
        pricer = self.pricer if rules is None else Only(self.pricer, rules)
        one = settlement(self.program, case, pricer, failed=False)
        self.work += self.size
        own = [claim.order for claim in one.claims if claim.rule.own]
        return Interval(sum(one.low.amounts[i] for i in own), sum(one.high.amounts[i] for i in own))

    # Places

    def named(self, place: Place) -> Named:
        item, name = place
        return ("" if item is None else self.items[item].kind, name)

    def places(self) -> Iterator[Place]:
        """Every fact of the applicant and of the items that something reads."""
        kinds: dict[str, list[str]] = {}
        for kind, name in sorted(self.readers.uses):
            kinds.setdefault(kind, []).append(name)
        for name in kinds.get("", ()):
            yield None, name
        for item in sorted(self.case.items, key=lambda item: item.id):
            if not item.years or self.case.year in item.years:
                for name in kinds.get(item.kind, ()):
                    yield item.id, name

    def uses(self, place: Place) -> Uses:
        return self.readers.uses[self.named(place)]

    def value(self, place: Place) -> Any:
        values = self.case.values if place[0] is None else self.items[place[0]].values
        return values[self._slot(place)]

    def _slot(self, place: Place) -> int:
        kind, name = self.named(place)
        return self.program.slots[kind][name]

    def with_value(self, place: Place, value: Any) -> Case:
        """The case with one fact changed."""
        slot = self._slot(place)
        if place[0] is None:
            return replace(self.case, values=_with(self.case.values, slot, value))
        items = tuple(
            replace(item, values=_with(item.values, slot, value)) if item.id == place[0] else item
            for item in self.case.items
        )
        return replace(self.case, items=items)

    # Outcomes

    def outcomes(self, place: Place) -> Callable[[Any], Interval]:
        """The total by value of a fact. Values that no rule and no limit can tell apart are settled once."""
        reached = self.readers.reached(self.uses(place))
        known = {self._signature(place, self.value(place)): self.total}

        def outcome(value: Any) -> Interval:
            signature = self._signature(place, value)
            if signature not in known:
                if reached not in self._now:
                    self._now[reached] = self.evaluate(self.case, reached)
                won = gain(self._now[reached], self.evaluate(self.with_value(place, value), reached))
                known[signature] = added(self.total, won)
            return known[signature]

        return outcome

    def _signature(self, place: Place, value: Any) -> tuple[Any, ...]:
        """All that settlement may read of a fact: prices, limits, and the fact itself where it is a key or a day."""
        uses, case, slot = self.uses(place), self.case, self._slot(place)
        own = case.values if place[0] else _with(case.values, slot, value)

        def targets(kind: str | None) -> Iterator[Values]:
            if kind is None:
                yield ()
            elif place[0] is not None:
                yield _with(self.items[place[0]].values, slot, value)
            else:
                yield from (item.values for item in self._by_kind.get(kind, ()))

        seen: list[Any] = [value] if uses.itself else []
        for at in sorted(uses.rules):
            rule = self.program.rules[at]
            for target in targets(rule.item):
                seen.append(self.pricer.price(rule, own, target))
                if at in self.program.timed:
                    seen += (self.pricer.units(rule, own, target), self.pricer.unit(rule, own, target))
        for at in sorted(uses.caps):
            cap = self.program.caps[at]
            seen += (self.pricer.limit(cap, own, target) for target in targets(cap.item))
        self.work += len(seen)
        return tuple(seen)

    @cached_property
    def _by_kind(self) -> dict[str, list[CaseItem]]:
        found: dict[str, list[CaseItem]] = {}
        for item in self.case.items:
            found.setdefault(item.kind, []).append(item)
        return found

    # Values

    def values(self, place: Place) -> list[Any]:
        """The values to try: every option; for quantities and days the ends of the legal range, every threshold and the
        values next to it, the next full step, and a base that reaches the limits; for an identity those of the other
        items, and another one. In ascending or declared order, at most `MOST_VALUES`."""
        uses = self.uses(place)
        kind = uses.type.kind
        if kind in ("bool", "judgement"):
            return [True, False]
        if kind == "choice":
            found: list[Any] = list(uses.type.options)
        elif kind == "text":
            found = self._identities(place)
        else:
            found = self._quantities(place, uses)
        if len(found) <= MOST_VALUES:
            return found
        return [found[at * (len(found) - 1) // (MOST_VALUES - 1)] for at in range(MOST_VALUES)]

    def _quantities(self, place: Place, uses: Uses) -> list[Any]:
        edges = set(uses.thresholds)
        for kind, name in uses.against:
            other = self.case.values if not kind else self.items[place[0] or ""].values
            value = other[self.program.slots[kind][name]]
            edges |= {value} if value is not None else set()
        found: set[Any] = set()
        if uses.type.kind in QUANTITIES:
            low, high = uses.type.range
            found |= {low, uses.enough} | ({high} if high is not None else set())
            now = self.value(place) or 0
            edges |= {(now // step + more) * step for step in uses.steps for more in (0, 1)}
        elif uses.itself:
            edges |= self._days
        found |= {stepped(uses.type, edge, by) for edge in edges for by in (-1, 0, 1)} - {None}
        return sorted(found)

    @cached_property
    def _days(self) -> set[date | None]:
        """The first and the last day of each policy, and one of the year: where they are not known, any day will do."""
        days: set[date | None] = {date(self.case.year, 1, 1)}
        for at in range(len(self.program.policies)):
            first = first_day(self.program, at, self.case.published)
            days |= {first, last_day(self.program, at, first)}
        return days - {None}

    def _identities(self, place: Place) -> list[str]:
        kind, name = self.named(place)
        slot = self._slot(place)
        found = {item.values[slot] for item in self.case.items if item.kind == kind} - {None}
        found |= {grant.attributes[name] for grant in self.case.grants if name in grant.attributes}
        other = "another"
        while other in found:
            other += "-"
        return [*sorted(found), other]


def _with(values: Values, slot: int, value: Any) -> Values:
    return (*values[:slot], value, *values[slot + 1 :])


def moved(before: Interval, after: Interval) -> int:
    """|change of assured| + |change of ceiling|."""
    assert before.ceiling is not None and after.ceiling is not None
    return abs(after.assured - before.assured) + abs(after.ceiling - before.ceiling)


def gain(before: Interval, after: Interval) -> Interval:
    """How much both ends rise."""
    assert before.ceiling is not None and after.ceiling is not None
    return Interval(after.assured - before.assured, after.ceiling - before.ceiling)


def added(one: Interval, other: Interval) -> Interval:
    assert one.ceiling is not None and other.ceiling is not None
    return Interval(one.assured + other.assured, one.ceiling + other.ceiling)


__all__ = ["MOST_VALUES", "WORK", "Place", "Probe", "added", "gain", "moved"]
