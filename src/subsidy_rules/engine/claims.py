"""Match and price: one claim for every rule and item (or the applicant), alone, before any bound over several awards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Protocol

from ..model.case import Case, CaseItem
from ..model.program import CapBound, Program, ProgramRule

Values = tuple[Any, ...]
Interval = tuple[int | None, int | None]
Target = tuple[CaseItem | None, str | None, Values]  # an item with its id and values, or the applicant itself


class Pricer(Protocol):
    """Evaluates a program's expressions: the reference one, or generated code. Both see raw values only."""

    def price(self, rule: ProgramRule, applicant: Values, item: Values) -> tuple[bool | None, int, int | None]:
        """Match, low and high in fen; high None: no upper limit is known. Not matched: (False, 0, 0)."""

    def conditions(self, rule: ProgramRule, applicant: Values, item: Values) -> Sequence[bool | None]:
        """Each condition of the rule by itself."""

    def limit(self, cap: CapBound, applicant: Values, item: Values) -> Interval:
        """The figure of a cap: fen, or whole units."""

    def rank(self, cap: CapBound, applicant: Values, item: Values) -> Interval:
        """The score that a pool is shared by."""

    def units(self, rule: ProgramRule, applicant: Values, item: Values) -> Interval:
        """The months or years that a stipend is for."""

    def unit(self, rule: ProgramRule, applicant: Values, item: Values) -> Interval:
        """What it pays for one of them, in fen."""


NO_END = 1 << 80  # more fen than there are: what a claim may be worth whose base is not known


@dataclass
class Claim:
    """One possible award. `low` and `high` are its due alone (fen); `unbounded`: the base is unknown, `high` is the least
    limit that is in force; `barred_by`: an earlier grant, or a full count, bars an open award. What few claims have is an
    attribute of the class until one has it."""

    order: int
    rule: ProgramRule
    item: CaseItem | None
    item_id: str | None
    item_values: Values
    match: bool | None
    low: int
    high: int
    in_force: bool | None  # None: dates were not checked
    rare: bool = field(default=False, init=False)  # it may have any of what follows
    open: bool = field(default=False, init=False)  # money without any figure
    below_assured: bool = field(default=False, init=False)
    approved: int | None = field(default=None, init=False)
    unbounded: bool = field(default=False, init=False)
    barred_by: str | None = field(default=None, init=False)

    @property
    def without_figure(self) -> bool:
        """Money that the text gives no figure for; an open claim may also have a figure whose base is unknown."""
        return self.open and self.rule.unquantified is not None


def first_day(program: Program, policy: int, published: dict[str, date]) -> date | None:
    """The first day that a policy is in force; None where neither the text nor an assumption says it."""
    validity = program.validity[policy]
    if validity.starts_after is None:
        return validity.first
    day = validity.first or published.get(program.policies[policy].id)
    return day + timedelta(days=validity.starts_after) if day else None


def last_day(program: Program, policy: int, first: date | None) -> date | None:
    """The last day in force, that day included."""
    validity = program.validity[policy]
    if validity.lasts_years is None or first is None:
        return validity.last
    try:
        end = first.replace(year=first.year + validity.lasts_years)
    except ValueError:  # 29 February
        end = date(first.year + validity.lasts_years, 3, 1)
    return end - timedelta(days=1)


def _day(program: Program, rule: ProgramRule, case: Case, item: CaseItem | None) -> date | None:
    """The day that must lie in the policy's validity: of the claim, or the fact that the rule names."""
    if rule.dated_by is None:
        return case.date
    own = program.slots[rule.item or ""]
    of_item = rule.dated_by in own if item else False
    values = item.values if item and of_item else case.values
    found: date | None = values[own[rule.dated_by] if of_item else program.slots[""][rule.dated_by]]
    return found


def _in_force(program: Program, policy: int, day: date | None, case: Case) -> bool | None:
    """None: the day, or the days of the policy, are not known."""
    if program.policies[policy].status == "repealed":
        return False
    first = first_day(program, policy, case.published)
    last = last_day(program, policy, first)
    if day is None:
        return None
    if (first and day < first) or (last and day > last):
        return False
    return True if first else None


def year_outside(year: int, first: date | None, last: date | None) -> bool:
    """Whether no day of a budget year is in force: then neither is the claim's, whichever it is."""
    return bool((first and first.year > year) or (last and last.year < year))


def _claimed_in_force(program: Program, policy: int, case: Case) -> bool | None:
    """By the day of the claim; where none is given, it is some day of the budget year."""
    found = _in_force(program, policy, case.date, case)
    if found is None and case.date is None:
        first = first_day(program, policy, case.published)
        return False if year_outside(case.year, first, last_day(program, policy, first)) else None
    return found


def claims(
    program: Program, case: Case, pricer: Pricer, failed: bool = True, rules: Iterable[ProgramRule] | None = None
) -> list[Claim]:
    """All claims in order: policy, rule, item; without those that fail, where nobody asks why. `rules`: of these alone."""
    by_kind: dict[str | None, list[Target]] = {None: [(None, None, ())]}
    for one in sorted(case.items, key=lambda item: item.id):
        if not one.years or case.year in one.years:
            by_kind.setdefault(one.kind, []).append((one, one.id, one.values))
    found: list[Claim] = []
    price, applicant = pricer.price, case.values
    days = [_claimed_in_force(program, policy, case) for policy in range(len(program.policies))]
    all_rare = bool(case.approved) or False in days
    for rule in program.rules if rules is None else rules:
        in_force = days[rule.policy]
        rare = all_rare or rule.unquantified or rule.dated_by
        for item, item_id, values in by_kind.get(rule.item, ()):
            match, low, high = price(rule, applicant, values)
            if not failed and match is False:
                continue
            claim = Claim(len(found), rule, item, item_id, values, match, low, high or 0, in_force)
            if rare or high is None:
                _complete(program, case, pricer, claim, high is None)
            found.append(claim)
    return found


def _complete(program: Program, case: Case, pricer: Pricer, claim: Claim, unbounded: bool) -> None:
    """The days that the claim itself decides, the ends that its price leaves open, and what was decided for it."""
    rule, claim.rare = claim.rule, True
    if rule.dated_by:
        day = _day(program, rule, case, claim.item)
        claim.in_force = _in_force(program, rule.policy, day, case)
        if day is None and claim.in_force is None and claim.match is not False:
            claim.match, claim.low = None, 0  # the day that decides is not known
    if claim.in_force is False:
        claim.match, claim.low, claim.high = False, 0, 0
        return
    claim.open = rule.open and claim.match is not False
    if unbounded:
        ceiling = _least_cap(program, rule, case, claim.item, pricer)
        claim.high, claim.open, claim.unbounded = ceiling or 0, ceiling is None, ceiling is not None
        claim.low = claim.low if ceiling is None else min(claim.low, ceiling)
    approved = case.approved.get((rule.index, claim.item_id)) if case.approved else None
    if approved is not None and claim.match is not False:
        claim.approved = approved
        paid = approved if claim.open or rule.unquantified else min(approved, claim.high)
        claim.below_assured = paid < claim.low
        claim.low = claim.high = paid
        claim.open, claim.match, claim.unbounded = False, True, False


def _least_cap(program: Program, rule: ProgramRule, case: Case, item: CaseItem | None, pricer: Pricer) -> int | None:
    """Where the base is unknown, the award is still at most the least limit that is in force for it, at full size."""
    limits = []
    for cap in program.caps_of[rule.index]:
        figure = cap_number(cap, case, item, pricer)[1] if cap.kind != "count" else None
        if cap.kind == "units" and figure is not None:
            unit = pricer.unit(rule, case.values, item.values if item else ())[1]
            figure = None if unit is None else figure * unit
        if figure is not None:
            limits.append(figure)
    return min(limits, default=None)


def cap_number(cap: CapBound, case: Case, item: CaseItem | None, pricer: Pricer) -> Interval:
    """The limit of a cap before earlier grants: a parameter where one is given, else the text's figure."""
    given = case.parameters.get(cap.path, cap.figure)
    if given is not None:
        return given, given
    if cap.unpublished:
        return None, None
    return pricer.limit(cap, case.values, item.values if item else ())
