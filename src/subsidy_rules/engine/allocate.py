"""Several applicants: pools, quotas, ranks, and objects that two of them claim for. Nothing is chosen again after it.

Each claim's low is what it gets with its own low (and those of the same applicant) and the most that the others may draw;
its high is the reverse. All rations but `pro_rata` are one formula over "who comes before": what is left after those who may
come before (low), or who certainly come before (high).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..model.case import Case
from ..model.program import CapBound, ExclusiveBound, Program
from .bounds import Lowered, Run, key_values, used
from .claims import Claim, Pricer, cap_number
from .settle import Settled
from .share import pro_rata
from .sheet import RUNS, grant_label
from .sheet import label as label_of

Places = set[tuple[int, object]]  # applicant and what a quota counts


@dataclass(slots=True)
class Settlement:
    """One applicant after the own caps: his claims, and both runs."""

    case: Case
    claims: list[Claim]
    low: Settled
    high: Settled


class Drawing(NamedTuple):
    """One claim on a pool. Scores rank (larger first); the time orders (earlier first).

    Its low may be more than its high: where the other run has chosen another award."""

    who: int
    claim: Claim
    low: int
    high: int
    time: str | None
    score: tuple[int | None, int | None]
    label: object

    @property
    def least(self) -> int:
        return min(self.low, self.high)

    @property
    def most(self) -> int:
        return max(self.low, self.high)


def allocate(
    program: Program, settlements: Sequence[Settlement], pricer: Pricer, parameters: dict[str, int] | None = None
) -> None:
    """Cut the amounts of all applicants in place: shared objects first, then quotas, then pools, inner before outer."""
    shared_objects(program, settlements)
    pools = [cap for cap in program.caps if cap.pool]
    for cap in sorted(pools, key=lambda cap: (cap.kind != "count", cap.inner)):
        for drawings in _by_key(program, cap, settlements, pricer):
            for run in RUNS:
                left, granted = _left(program, cap, drawings, settlements, pricer, parameters or {}, run)
                if left is not None:
                    _ration(cap, left, granted, drawings, settlements, run)


def _by_key(
    program: Program, cap: CapBound, settlements: Sequence[Settlement], pricer: Pricer
) -> Iterable[list[Drawing]]:
    found: dict[object, list[Drawing]] = {}
    for who, one in sorted(enumerate(settlements), key=lambda pair: pair[1].case.applicant):  # ties by applicant
        for claim in one.claims:
            low, high = one.low.amounts[claim.order], one.high.amounts[claim.order]
            key = key_values(program, claim, cap.parts) if claim.rule.index in cap.rules and (low or high) else None
            if key is not None:
                score = pricer.rank(cap, one.case.values, claim.item_values) if cap.rank_by else (None, None)
                drawing = Drawing(who, claim, low, high, one.case.applied_at, score, label_of(claim, cap))
                found.setdefault(key, []).append(drawing)
    return found.values()


def _left(
    program: Program,
    cap: CapBound,
    drawings: Sequence[Drawing],
    settlements: Sequence[Settlement],
    pricer: Pricer,
    parameters: dict[str, int],
    run: Run,
) -> tuple[int | None, Places]:
    """What a pool holds, or how many places a quota has, and the places that earlier grants of all applicants take.

    A parameter says what is left; otherwise it is the text's figure less the grants in the histories."""
    if cap.path in parameters:
        return parameters[cap.path], set()
    first = drawings[0]
    _, full = cap_number(cap, settlements[first.who].case, first.claim.item, pricer)
    if full is None or any(cap.path in one.case.parameters for one in settlements):
        return full, set()
    places: Places = set()
    for who, one in enumerate(settlements):
        for grant in used(program, first.claim, cap, one.case, run):
            if cap.kind == "count":
                places.add((who, grant_label(program, cap, grant, one.case.year)))
            else:
                full = max(0, full - grant.amount)
    return full, places


def _ration(
    cap: CapBound,
    left: int,
    places: Places,
    drawings: Sequence[Drawing],
    settlements: Sequence[Settlement],
    run: Run,
) -> None:
    own_places: Places = set()
    for mine in sorted(drawings, key=lambda drawing: _queue(cap, drawing)):
        own = mine.low if run == "low" else mine.high
        if cap.kind == "count":
            place = (mine.who, mine.label)
            before = {taken for taken in own_places if taken[0] == mine.who}
            share = own if len(places | before | _ahead(cap, mine, drawings, run) | {place}) <= left else 0
            if share:
                own_places.add(place)
        elif cap.ration == "pro_rata":
            share = _pro_rata(left, mine, drawings, run)
        else:
            share = min(own, max(0, left - _before(cap, mine, drawings, run)))
        one = settlements[mine.who]
        _cut(one.low if run == "low" else one.high, mine.claim.order, share, cap.path, "pool")


def _queue(cap: CapBound, drawing: Drawing) -> tuple[int, int, int, int]:
    """One applicant's claims in line: by score where that ranks, else in order."""
    low, high = drawing.score
    return drawing.who, -(high or 0), -(low or 0), drawing.claim.order


def _cut(run: Settled, order: int, after: int, bound: str, why: str) -> None:
    before = run.amounts[order]
    if after < before:
        run.amounts[order] = after
        run.steps.setdefault(order, []).append(Lowered(bound, why, before, after))


def _demand(mine: Drawing, other: Drawing, run: Run) -> int:
    """Another claim's size in this run: of the same applicant as it is, of others the opposite end."""
    if mine.who == other.who:
        return other.low if run == "low" else other.high
    return other.most if run == "low" else other.least


def _first(cap: CapBound, mine: Drawing, other: Drawing, run: Run) -> bool:
    """Does the other claim come before mine? In the low run: could it; in the high run: does it certainly."""
    if cap.ration == "rank":
        (my_low, my_high), (low, high) = mine.score, other.score
        certain = low is not None and my_high is not None and low > my_high
        never = high is not None and my_low is not None and high < my_low
    elif cap.ration == "unstated" or mine.time is None or other.time is None:
        certain = never = False
    else:
        certain, never = other.time < mine.time, other.time > mine.time
    if mine.who == other.who and not certain and not never:
        return other.claim.order < mine.claim.order
    return not never if run == "low" else certain


def _before(cap: CapBound, mine: Drawing, drawings: Iterable[Drawing], run: Run) -> int:
    return sum(_demand(mine, o, run) for o in drawings if o is not mine and _first(cap, mine, o, run))


def _ahead(cap: CapBound, mine: Drawing, drawings: Iterable[Drawing], run: Run) -> Places:
    """The places of other applicants that come before mine; two claims for the same thing take one."""
    others = (o for o in drawings if o.who != mine.who and _demand(mine, o, run))
    return {(o.who, o.label) for o in others if _first(cap, mine, o, run)}


def _pro_rata(left: int, mine: Drawing, drawings: Sequence[Drawing], run: Run) -> int:
    own = mine.low if run == "low" else mine.high
    demands = [own if o is mine else _demand(mine, o, run) for o in drawings]
    return pro_rata(left, demands)[drawings.index(mine)]


def shared_objects(program: Program, settlements: Sequence[Settlement]) -> None:
    """Exclusions whose key holds neither applicant nor item compare the claims of all applicants."""
    for bound in program.exclusives:
        if not bound.levels and "applicant" not in bound.key and "item" not in bound.key:
            _shared_object(program, bound, settlements)


def _shared_object(program: Program, bound: ExclusiveBound, settlements: Sequence[Settlement]) -> None:
    """An object that several applicants claim for is paid once, to the highest; of equals only their sum is bounded."""
    found: dict[object, list[Drawing]] = {}
    for who, one in enumerate(settlements):
        for claim in one.claims:
            low, high = one.low.amounts[claim.order], one.high.amounts[claim.order]
            key = key_values(program, claim, bound.parts) if claim.rule.index in bound.rules and (low or high) else None
            if key is not None:
                found.setdefault(key, []).append(Drawing(who, claim, low, high, None, (None, None), None))
    for drawings in found.values():
        for mine in drawings:
            others = [
                o
                for o in drawings
                if o.who != mine.who and frozenset((o.claim.rule.index, mine.claim.rule.index)) not in bound.compatible
            ]
            if any(o.most >= mine.low for o in others):
                _cut(settlements[mine.who].low, mine.claim.order, 0, bound.path, "shared_object")
            if any(o.least > mine.high for o in others):
                _cut(settlements[mine.who].high, mine.claim.order, 0, bound.path, "shared_object")
