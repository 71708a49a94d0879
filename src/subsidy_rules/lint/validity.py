"""When a policy is in force."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from ..model.program import Validity
from .draft import Draft, LintFinding


def no_expiry(draft: Draft) -> Iterator[LintFinding]:
    effective = draft.policy.effective
    if effective.lasts is None and effective.ends in (None, "not_stated", "unknown"):
        yield draft.finding("SR641", ("effective",), f"ends: {effective.ends or '-'}")


def start_unknown(draft: Draft) -> Iterator[LintFinding]:
    """A draft has no days yet; a policy that is in force must tell the first."""
    if draft.policy.status == "in_force" and first_day(draft.program.validity[draft.at]) is None:
        effective = draft.policy.effective
        yield draft.finding("SR642", ("effective",), f"published: {effective.published}, starts: {effective.starts}")


def ends_before_start(draft: Draft) -> Iterator[LintFinding]:
    validity = draft.program.validity[draft.at]
    first = first_day(validity)
    if first and validity.last and validity.last < first:
        yield draft.finding("SR643", ("effective",), f"{first} … {validity.last}")


def overlapping_validity(draft: Draft) -> Iterator[LintFinding]:
    """An earlier version that is not ended when this one begins; one without any end overlaps whenever this one begins."""
    first = first_day(draft.program.validity[draft.at])
    for at, name in enumerate(draft.policy.succeeds):
        for policy, validity in zip(draft.program.policies, draft.program.validity, strict=True):
            if policy.id == name and policy.status != "repealed":
                last = last_day(validity)
                endless = last is None and validity.lasts_years is None
                if endless or (first and last and first <= last):
                    found = f"{name} … {last or 'not_stated'}; {draft.policy.id} {first or 'unknown'} …"
                    yield draft.finding("SR644", ("succeeds", at), found)


def first_day(validity: Validity) -> date | None:
    """The first day in force, counted from the publication where the text says so."""
    return validity.first and validity.first + timedelta(days=validity.starts_after or 0)


def last_day(validity: Validity) -> date | None:
    """The last day in force: as written, or so many years from the first."""
    first = first_day(validity)
    if validity.last or first is None or validity.lasts_years is None:
        return validity.last
    try:
        return first.replace(year=first.year + validity.lasts_years) - timedelta(days=1)
    except ValueError:  # from 29 February
        return date(first.year + validity.lasts_years, 2, 28)


LINTS = (no_expiry, start_unknown, ends_before_start, overlapping_validity)
