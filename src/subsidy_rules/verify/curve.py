"""What an applicant gets as a function of one quantity, all else fixed: exact at every place where it can jump.

Where an amount can change its course is read off the expressions (`pieces`) and off the points where two amounts, or an amount
and a limit, meet; what it is there, and one unit beside it, the engine says. Between two such values amounts are linear up to
the rounding to the fen; that is tried in the middle, and where it is not so the interval is halved down to the unit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from ..advice.parts import Only
from ..advice.probe import Place
from ..engine.assess import settlement
from ..engine.claims import Pricer, Values
from ..expr import FactType, Tree
from ..model.assessment import Run
from ..model.case import Case, CaseItem
from ..model.policy import Payee
from ..model.program import CASH, ProgramRule
from ..money import MAX_FEN
from ..rules import Rules
from .pieces import Axis, Pieces, both, chosen, compared, crossings, joined, least

MOST = 4000  # values that the engine is asked for, one curve
WHOLE = ("count", "months")
ROUNDING = 3  # units over which a falling amount may stay the same fen
Meter = tuple[Payee, bool]  # whose money is counted, and whether it is cash or financing and the like


@dataclass(frozen=True, slots=True)
class Knot:
    """The amounts in fen at a raw value."""

    at: int
    low: int
    high: int

    def end(self, run: Run) -> int:
        return self.low if run == "low" else self.high


@dataclass(frozen=True, slots=True)
class Change:
    """A jump (`last` is one unit above `first`), or a stretch over which the amount falls."""

    run: Run
    first: int
    last: int
    before: int
    after: int

    @property
    def sudden(self) -> bool:
        return self.last == self.first + 1


@dataclass(frozen=True, slots=True)
class Curve:
    """`knots`: ascending; linear between them but for `slack` fen. `sure`: up to here no jump can have been missed."""

    place: Place
    type: FactType
    knots: tuple[Knot, ...]
    slack: int
    sure: int

    @property
    def cliffs(self) -> tuple[Change, ...]:
        """Where more of the quantity pays less: of the ceiling, then of the assured amount where only that falls."""
        high = tuple(self._falls("high"))
        seen = {(one.first, one.last) for one in high}
        return high + tuple(one for one in self._falls("low") if (one.first, one.last) not in seen)

    @property
    def steps(self) -> tuple[Change, ...]:
        """Where the ceiling leaps up by more than the slope on either side of the leap."""
        found = []
        for before, one, other, after in self._windows():
            rise = other.high - one.high
            slope = max(0, one.high - before.high, after.high - other.high)
            if other.at == one.at + 1 and rise > slope + self.slack:
                found.append(Change("high", one.at, other.at, one.high, other.high))
        return tuple(found)

    def _falls(self, run: Run) -> Iterator[Change]:
        start: Knot | None = None
        for before, one, other, after in self._windows():
            drop = one.end(run) - other.end(run)
            beside = max(0, before.end(run) - one.end(run), other.end(run) - after.end(run))
            slope = 0 if self.type.kind in WHOLE else beside  # one person, one month more: each is a cliff by itself
            cliff = other.at == one.at + 1 and drop > self.slack + slope
            level = start is not None and drop == 0 and other.at - one.at <= ROUNDING
            falling = (drop > 0 or level) and not cliff
            if start is not None and not falling:
                yield from self._fall(run, start, one)
                start = None
            if falling and start is None:
                start = one
            if cliff:
                yield Change(run, one.at, other.at, one.end(run), other.end(run))
        if start is not None:
            yield from self._fall(run, start, self.knots[-1])

    def _fall(self, run: Run, start: Knot, end: Knot) -> Iterator[Change]:
        if start.end(run) - end.end(run) > self.slack:
            yield Change(run, start.at, end.at, start.end(run), end.end(run))

    def _windows(self) -> Iterator[tuple[Knot, Knot, Knot, Knot]]:
        """Neighbours with the knot one unit before and after them; themselves where there is none."""
        for at, (one, other) in enumerate(pairwise(self.knots)):
            before = self.knots[at - 1] if at and self.knots[at - 1].at == one.at - 1 else one
            after = self.knots[at + 2] if at + 2 < len(self.knots) else other
            yield before, one, other, after if after.at == other.at + 1 else other


def meter(rule: ProgramRule) -> Meter:
    """Whose money a rule pays."""
    return rule.payee, rule.form in CASH


def curve(rules: Rules, case: Case, place: Place, counted: Meter = ("applicant", True)) -> Curve:
    """What a payee gets over all policies that are loaded, by the value of one fact of an applicant or of an item.

    The case must state every other fact that decides; where one is unknown, its ceiling and what is assured are followed,
    and a jump may be missed that it alone decides.
    """
    return _Drawing(rules, case, place, counted).curve()


def paid(rules: Rules, case: Case, pricer: Pricer, counted: Meter) -> tuple[int, int]:
    """What the rules that a pricer lets match pay to one payee: assured and ceiling in fen."""
    one = settlement(rules.program, case, pricer, failed=False)
    mine = [claim.order for claim in one.claims if meter(claim.rule) == counted]
    return sum(one.low.amounts[i] for i in mine), sum(one.high.amounts[i] for i in mine)


def with_fact(case: Case, place: Place, slot: int, raw: int) -> Case:
    """The case with another raw value of one fact."""
    if place[0] is None:
        return replace(case, values=_with(case.values, slot, raw))
    return replace(
        case,
        items=tuple(
            replace(item, values=_with(item.values, slot, raw)) if item.id == place[0] else item for item in case.items
        ),
    )


def _with(values: Values, slot: int, raw: int) -> Values:
    return (*values[:slot], raw, *values[slot + 1 :])


class _Drawing:
    def __init__(self, rules: Rules, case: Case, place: Place, counted: Meter) -> None:
        self.rules, self.program, self.case, self.place, self.counted = rules, rules.program, case, place, counted
        self.items = {item.id: item for item in case.items}
        self.kind = self.items[place[0]].kind if place[0] is not None else ""
        self.uses = rules.readers.uses[self.kind, place[1]]
        low, high = self.uses.type.range
        self.first, self.last = low, MAX_FEN if high is None else high
        reached = rules.readers.reached(self.uses)
        self.pricer = Only(rules.pricer, reached)
        self.reached = [self.program.rules[at] for at in sorted(reached)]
        self.found: dict[int, Knot] = {}
        self.sure = self.last

    def curve(self) -> Curve:
        edges, slack = self._edges()
        near = {edge + by for edge in edges for by in (-2, -1, 0, 1, 2)} | {self.first, self.last}
        for raw in sorted(near):
            if self.first <= raw <= self.last:
                self._knot(raw)
        for one, other in list(pairwise(sorted(self.found))):
            self._refine(one, other, slack)
        knots = [self.found[raw] for raw in sorted(self.found)]
        return Curve(self.place, self.uses.type, tuple(knots), slack, self.sure)

    # Values

    def _knot(self, raw: int) -> Knot:
        if raw not in self.found:
            case = with_fact(self.case, self.place, self.program.slots[self.kind][self.place[1]], raw)
            self.found[raw] = Knot(raw, *paid(self.rules, case, self.pricer, self.counted))
        return self.found[raw]

    def _refine(self, first: int, last: int, slack: int) -> None:
        """Halves an interval until the amounts lie on a line between its ends."""
        todo = [(first, last)]
        while todo:
            low, high = todo.pop()
            if high - low < 2:
                continue
            if len(self.found) > MOST:
                self.sure = min(self.sure, low)
                continue
            middle = (low + high) // 2
            if not all(self._on_line(low, raw, high, slack) for raw in (middle, low + (high - low) // 3)):
                todo += [(low, middle), (middle, high)]

    def _on_line(self, low: int, raw: int, high: int, slack: int) -> bool:
        one, between, other = self.found[low], self._knot(raw), self.found[high]
        part = Fraction(raw - low, high - low)
        return all(
            abs(between.end(run) - one.end(run) - part * (other.end(run) - one.end(run))) <= slack
            for run in ("low", "high")
        )

    # Edges

    def _edges(self) -> tuple[set[int], int]:
        """Raw values at which something can change, and how many fen the rounding of all amounts can make."""
        prices = [
            price for rule in self.reached for target in self._targets(rule) for price in self._prices(rule, target)
        ]
        limits = [
            self._limit(cap.limit, cap.item)
            for rule in self.reached
            for cap in self.program.caps_of[rule.index]
            if cap.limit is not None
        ]
        fixed = [
            Pieces(((self.first, (Fraction(value), Fraction(0))),), self.last, self.last) for value in self._fixed()
        ]
        edges = {start for pieces in (*prices, *limits) for start in pieces.starts}
        moving = [one for one in prices if any(isinstance(value, tuple) and value[1] for _, value in one.parts)]
        for one in moving:
            for other in (*prices, *limits, *fixed):
                edges.update(crossings(one, other))
        self.sure = min([self.last, *(pieces.sure for pieces in (*prices, *limits))])
        return edges, len(prices) + 2

    def _prices(self, rule: ProgramRule, target: CaseItem | None) -> Iterator[Pieces]:
        """Both ends of what a rule pays for an item before rounding, unknown conditions taken as fulfilled."""
        if rule.unquantified:
            return
        axis = self._axis(rule.item, target)
        match = axis.constant(True)
        for tree in rule.when:
            match = both(match, axis.of(tree))
        for side in ("low", "high"):
            paid = axis.constant((Fraction(0), Fraction(0)))
            for branch in reversed(rule.branches):
                amount = axis.of(branch.low if side == "low" else branch.high)
                for limit in (*branch.limits, *rule.limits):
                    amount = least(amount, axis.of(limit))
                paid = chosen(axis.of(branch.when), amount, paid) if branch.when else amount
            nothing = axis.constant((Fraction(0), Fraction(0)))
            if rule.minimum is not None:
                enough = compared(">=", paid, axis.constant((Fraction(rule.minimum), Fraction(0))))
                paid = chosen(enough, paid, nothing)
            yield chosen(joined(lambda truth: truth is not False, match), paid, nothing)

    def _limit(self, tree: Tree, kind: str | None) -> Pieces:
        target = next((item for item in self.case.items if item.kind == kind), None)
        if self.place[0] is not None and self.kind == kind:
            target = self.items[self.place[0]]
        return self._axis(kind, target).of(tree)

    def _axis(self, kind: str | None, target: CaseItem | None) -> Axis:
        """The fact varies in a rule that reads it: one for this item, or for anything where it is the applicant's."""
        named = dict(zip(self.program.applicant_facts, self.case.values, strict=True))
        if kind and target:
            named |= dict(zip(self.program.item_facts[kind], target.values, strict=True))
        mine = target is self.items[self.place[0]] if self.place[0] is not None else True
        read = self.rules.readers.named(kind, self.place[1]) == (self.kind, self.place[1])
        return Axis(self.place[1] if mine and read else "", self.first, self.last, named)

    def _targets(self, rule: ProgramRule) -> list[CaseItem | None]:
        if rule.item is None:
            return [None]
        return [item for item in self.case.items if item.kind == rule.item]

    def _fixed(self) -> set[int]:
        """Amounts of the case itself that an award is compared with."""
        case = self.case
        found = {value for grant in case.grants for value in (grant.amount, grant.value)}
        found |= {value for rival in case.rivals for value in (rival.low, rival.high)}
        return found | set(case.approved.values())
