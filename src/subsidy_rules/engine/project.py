"""Several budget years: what a year pays is an earlier grant in the next.

Two paths, because a ceiling that is not drawn is not used up: on the path of the ceilings every award is paid at its ceiling
each year, on the path of the assured amounts at what is assured. Each path respects every limit over the years.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from ..model.assessment import Assessment, Run
from ..model.case import Case, CaseGrant
from ..model.program import Program
from .allocate import Settlement
from .assess import Answer, settlement
from .claims import Claim, Pricer


@dataclass(frozen=True, slots=True)
class Year:
    """One budget year: the answer on each path."""

    year: int
    assured: Assessment
    ceiling: Assessment


def project(program: Program, case: Case, years: Iterable[int], pricer: Pricer) -> list[Year]:
    """The years in order. The day of the claim, where it is given, moves along with the years."""
    low = high = case
    found = []
    for year in sorted(set(years)):
        one, two = (settlement(program, _in_year(path, year), pricer) for path in (low, high))
        found.append(Year(year, Answer(program, one, pricer).assessment(), Answer(program, two, pricer).assessment()))
        low = replace(low, grants=low.grants + tuple(_paid(program, one, "low", pricer)))
        high = replace(high, grants=high.grants + tuple(_paid(program, two, "high", pricer)))
    return found


def _in_year(case: Case, year: int) -> Case:
    day = case.date
    if day:
        later = day.year + year - case.year
        leap_day = (day.month, day.day) == (2, 29)
        day = date(later, 2, 28) if leap_day and not isleap(later) else day.replace(year=later)
    return replace(case, year=year, date=day)


def _paid(program: Program, one: Settlement, run: Run, pricer: Pricer) -> Iterable[CaseGrant]:
    amounts = (one.low if run == "low" else one.high).amounts
    for claim in one.claims:
        if amounts[claim.order]:
            policy = program.policies[claim.rule.policy]
            _, units = pricer.units(claim.rule, one.case.values, claim.item_values)
            yield CaseGrant(
                rule=claim.rule.index,
                policy=policy.id,
                item=claim.item_id,
                year=one.case.year,
                amount=amounts[claim.order],
                value=claim.low if run == "low" else claim.high,
                units=units or 0,
                repaid=False,
                attributes=_attributes(program, claim),
                level=policy.jurisdiction.level,
                matter=claim.rule.matter,
            )


def _attributes(program: Program, claim: Claim) -> dict[str, str]:
    """The item's texts and choices: what the keys of later years may ask for."""
    if claim.item is None:
        return {}
    facts = zip(program.item_facts[claim.item.kind], claim.item.values, strict=True)
    return {name: value for name, value in facts if isinstance(value, str)}
