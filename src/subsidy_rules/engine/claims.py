"""Match and price: one claim for every rule and item (or the applicant), alone, before any bound over several awards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

from ..model.case import Case, CaseItem
from ..model.program import CapBound, Program, ProgramRule

Values = tuple[Any, ...]
Interval = tuple[int | None, int | None]


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


@dataclass(slots=True)
class Claim:
    """One possible award. `low` and `high` are its due alone (fen); `open`: money without any figure."""

    order: int
    rule: ProgramRule
    item: CaseItem | None
    match: bool | None
    low: int
    high: int
    open: bool = False
    in_force: bool | None = True  # None: dates were not checked
    below_assured: bool = False
    approved: int | None = None
    unbounded: bool = False  # the base is unknown: `high` is the least limit that is in force
    barred_by: str | None = None  # an award without a figure that an earlier grant, or a full count, bars

    @property
    def without_figure(self) -> bool:
        """Money that the text gives no figure for; an open claim may also have a figure whose base is unknown."""
        return self.open and self.rule.unquantified is not None

    @property
    def item_id(self) -> str | None:
        return self.item.id if self.item else None

    @property
    def item_values(self) -> Values:
        return self.item.values if self.item else ()


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


def claims(program: Program, case: Case, pricer: Pricer, failed: bool = True) -> list[Claim]:
    """All claims in order: policy, rule, item; without those that fail, where nobody asks why."""
    by_kind: dict[str, list[CaseItem]] = {}
    for item in sorted(case.items, key=lambda item: item.id):
        if not item.years or case.year in item.years:
            by_kind.setdefault(item.kind, []).append(item)
    found: list[Claim] = []
    days: dict[int, bool | None] = {}  # rules without a day of their own share their policy's
    for rule in program.rules:
        for target in by_kind.get(rule.item, ()) if rule.item else (None,):
            priced = pricer.price(rule, case.values, target.values if target else ())
            if priced[0] is False and not failed:
                continue
            if rule.dated_by:
                day = _day(program, rule, case, target)
                in_force = _in_force(program, rule.policy, day, case)
                if day is None and in_force is None and priced[0] is not False:
                    priced = (None, 0, priced[2])  # the day that decides is not known
            else:
                if rule.policy not in days:
                    days[rule.policy] = _in_force(program, rule.policy, case.date, case)
                in_force = days[rule.policy]
            claim = Claim(len(found), rule, target, *priced[:2], priced[2] or 0, in_force=in_force)
            found.append(_completed(program, case, pricer, claim, priced[2] is None))
    return found


def _completed(program: Program, case: Case, pricer: Pricer, claim: Claim, unbounded: bool) -> Claim:
    """The claim with the days of its policy, the ends that its price leaves open, and what was decided for it."""
    rule = claim.rule
    claim.open = rule.open and claim.match is not False
    if claim.in_force is False:
        claim.match, claim.low, claim.high, claim.open = False, 0, 0, False
        return claim
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
    return claim


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
    given = case.parameters.get(cap.path)
    if given is not None:
        return given, given
    if cap.unpublished:
        return None, None
    return pricer.limit(cap, case.values, item.values if item else ())
