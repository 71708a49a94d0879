"""Invariants of bounds: none is passed, none is left unused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING, Any

from ..model.program import CapBound
from ..money import format_units
from .seen import RUNS, Claimed, Seen

if TYPE_CHECKING:
    from ..rules import Rules

MOST_CLAIMS = 12  # all sets of so many are tried


def assert_limits(rules: Rules, application: Any) -> None:
    """No limit is passed: single, joint, of a year, of a pool; earlier grants included, in either run."""
    seen = Seen(rules, application)
    for cap in seen.program.caps:
        for key, members in seen.groups(cap.rules, cap.key) if cap.kind == "limit" else ():
            for run in RUNS:
                left = seen.left(cap, members[0], run)
                paid = sum(claim.paid(run) for claim in members)
                if left is not None and paid > left:
                    seen.fail(
                        f"{cap.path} {key}: {format_units(paid)} paid of {format_units(left)} left in the {run} run"
                    )


def assert_counts(rules: Rules, application: Any) -> None:
    """No number is passed: of things, of years, of awards; and no number of months, at the price of a month."""
    seen = Seen(rules, application)
    for cap in seen.program.caps:
        for key, members in seen.groups(cap.rules, cap.key):
            for run in RUNS:
                if cap.kind == "count":
                    _count(seen, cap, key, members, run)
                elif cap.kind == "units":
                    _units(seen, cap, key, members, run)


def _count(seen: Seen, cap: CapBound, key: Any, members: list[Claimed], run: str) -> None:
    most = seen.figure(cap, members[0], run)
    parameter = cap.pool and cap.path in seen.case.parameters
    before = (
        set() if parameter else {_earlier_thing(seen, cap, g) for g in seen.earlier(cap.rules, cap.key, members[0])}
    )
    now = {_thing(seen, cap, claim) for claim in members if claim.paid(run)}
    if now and most is not None and len(now | before) > most:
        seen.fail(f"{cap.path} {key}: {len(now | before)} of {most} in the {run} run: {sorted(map(str, now | before))}")


def _thing(seen: Seen, cap: CapBound, claim: Claimed) -> Any:
    if cap.of == "year":
        return seen.case.year
    return claim.award["item"] if cap.of == "item" else (claim.rule.policy, claim.rule.award, claim.award["item"])


def _earlier_thing(seen: Seen, cap: CapBound, grant: Any) -> Any:
    if cap.of == "year":
        return grant.year
    rule = seen.program.rules[grant.rule]
    return grant.item if cap.of == "item" else (rule.policy, rule.award, grant.item)


def _units(seen: Seen, cap: CapBound, key: Any, members: list[Claimed], run: str) -> None:
    left = seen.left(cap, members[0], run)
    used = Fraction(0)
    for claim in members:
        units = [seen.value(branch.unit[1], claim)[1] for branch in claim.rule.branches if branch.unit]
        if not units or None in units or not max(units):
            return  # nobody knows what a month costs
        used += Fraction(claim.paid(run)) / max(units)
    if left is not None and used > left:
        seen.fail(f"{cap.path} {key}: {used} of {left} months or years in the {run} run")


def assert_exclusive(rules: Rules, application: Any) -> None:
    """Of awards that exclude each other at most one is paid in a run."""
    seen = Seen(rules, application)
    for run in RUNS:
        for one, two, path in _rivals(seen):
            if one.paid(run) and two.paid(run):
                seen.fail(f"{path}: {one.name} and {two.name} are both paid in the {run} run")


def _rivals(seen: Seen) -> Iterator[tuple[Claimed, Claimed, str]]:
    for bound in seen.program.exclusives:
        if bound.levels:
            continue  # compares with other policies only
        for _, members in seen.groups(bound.rules, bound.key):
            for one, two in combinations(members, 2):
                if frozenset((one.rule.index, two.rule.index)) not in bound.compatible:
                    yield one, two, bound.path


def assert_optimal(rules: Rules, application: Any) -> None:
    """No set of awards that respects all bounds leaves the applicant more, and the total is not more than any does: it is what
    trying every set gives. Where that can be said from outside: no earlier grants or rivals, no winner that a text prescribes,
    no stipends or riders, all keys known, at most twelve claims."""
    seen = Seen(rules, application)
    if not _plain(seen):
        return
    for at, run in enumerate(RUNS):
        claims = [claim for claim in seen.claims if claim.amount("due", run)]
        if len(claims) > MOST_CLAIMS:
            continue
        best = max((_worth(seen, chosen, run) for chosen in _admissible(seen, claims, run)), default=0)
        total = seen.totals()[at]
        seen.require(total == best, f"{total} fen in the {run} run, the best set of awards leaves {best} fen")


def _plain(seen: Seen) -> bool:
    live = [claim for claim in seen.claims if claim.award["status"] not in ("ineligible", "not_in_force")]
    rules = {claim.rule.index for claim in live}
    caps = [cap for cap in seen.program.caps if cap.rules & rules]
    bounds = [bound for bound in seen.program.exclusives if bound.rules & rules]
    keys = [*((cap.rules, cap.key) for cap in caps), *((bound.rules, bound.key) for bound in bounds)]
    return (
        not (seen.case.grants or seen.case.rivals)
        and seen.case.complete
        and not any(bound.choose or (bound.levels and len(seen.program.policies) > 1) for bound in bounds)
        and not any(cap.kind == "units" or cap.pool for cap in caps)
        and not any(claim.rule.rides_on is not None or claim.award["due"] is None for claim in live)
        and not any(claim.award["due"]["ceiling"] is None for claim in live)
        and all(claim.key(key) is not None for claim in live for rules, key in keys if claim.rule.index in rules)
    )


def _admissible(seen: Seen, claims: list[Claimed], run: str) -> Iterator[list[Claimed]]:
    """Every set in which no two awards exclude each other and no number is passed."""
    barred = {frozenset((one.id, two.id)) for one, two, _ in _rivals(seen)}
    counts = [cap for cap in seen.program.caps if cap.kind == "count"]
    for size in range(len(claims) + 1):
        for chosen in combinations(claims, size):
            ids = [claim.id for claim in chosen]
            if not any(frozenset(pair) in barred for pair in combinations(ids, 2)) and all(
                _fits(seen, cap, chosen, run) for cap in counts
            ):
                yield list(chosen)


def _fits(seen: Seen, cap: CapBound, chosen: Iterable[Claimed], run: str) -> bool:
    groups: dict[Any, list[Claimed]] = {}
    for claim in chosen:
        if claim.rule.index in cap.rules:
            groups.setdefault(claim.key(cap.key), []).append(claim)
    for members in groups.values():
        most = seen.figure(cap, members[0], run)
        if most is not None and len({_thing(seen, cap, claim) for claim in members}) > most:
            return False
    return True


def _worth(seen: Seen, chosen: list[Claimed], run: str) -> int:
    """Cash to the applicant of a set after all limits, inner ones first: as they are disjoint or nested, only sums matter."""
    amounts = {claim.id: claim.amount("due", run) or 0 for claim in chosen}
    limits: list[tuple[list[Claimed], int]] = []
    for cap in seen.program.caps:
        if cap.kind == "limit":
            for _, members in seen.groups(cap.rules, cap.key):
                left = seen.left(cap, members[0], run)
                here = [claim for claim in members if claim.id in amounts]
                limits += [(here, left)] if here and left is not None else []
    for members, left in sorted(limits, key=lambda limit: len(limit[0])):
        over = sum(amounts[claim.id] for claim in members) - left
        for claim in members:
            cut = min(amounts[claim.id], max(0, over))
            amounts[claim.id] -= cut
            over -= cut
    return sum(amounts[claim.id] for claim in chosen if claim.own)
