"""How far pools and quotas go: what is asked of them over the year, when they are used up, and at whom."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from ..explain.names import Names
from ..model.program import CapBound
from ..model.vocabulary import Label
from .budget import Shared, place_of, shared
from .outcome import Outcome
from .sampling import Array

Days = tuple[tuple[str, int], ...]
Claim = tuple[str, int, set[str]]  # hour, what is asked, by whom


@dataclass(frozen=True, slots=True)
class PoolUse:
    """`unit`: yuan (amounts in fen) or places; `parts`: how many pools it is, one a key, taken together here. `demand`: what is
    asked, `paid`: what is shared out; `full_on`, `marginal`: the day on which the running demand passes what there is, and the
    applicant with whose claim it does (empty where several claim at that time); `by_day`: the running demand. Pairs: assured,
    ceiling."""

    path: str
    title: Label
    article: str
    ration: str
    unit: str
    parts: int
    left: int
    claims: int
    demand: tuple[int, int]
    paid: tuple[int, int]
    full_on: tuple[str, str]
    marginal: tuple[str, str]
    by_day: tuple[Days, Days]


def pool_uses(outcome: Outcome, free: Outcome) -> tuple[PoolUse, ...]:
    """`free`: the same without pools, in which every claim asks for what it would get."""
    names = [Names(outcome.rules.program, lang) for lang in ("zh", "en")]
    found = []
    for pool in sorted(shared(outcome), key=lambda pool: pool.cap.path):
        cap = pool.cap
        low, high = (_claims(cap, free, amounts) for amounts in (free.low, free.high))
        ends = [_passing(claims, pool) for claims in (low, high)]
        found.append(
            PoolUse(
                path=cap.path,
                title=Label(zh=names[0].bound(cap.path), en=names[1].bound(cap.path)),
                article=cap.article,
                ration=cap.ration or "",
                unit="places" if cap.kind == "count" else "yuan",
                parts=pool.parts,
                left=pool.left,
                claims=pool.claims,
                demand=pool.demand,
                paid=pool.paid,
                full_on=(ends[0][0], ends[1][0]),
                marginal=(ends[0][1], ends[1][1]),
                by_day=(_by_day(low), _by_day(high)),
            )
        )
    return tuple(found)


def _claims(cap: CapBound, free: Outcome, amounts: Array) -> list[Claim]:
    """What is asked at each time at which anything is, in order, and by whom; nothing where no hours are known."""
    table = free.population.applicants
    if "applied_at" not in table.column_names:
        return []
    hours, ids = table["applied_at"].to_pylist(), table["id"].to_pylist()
    under = np.isin(free.rule, sorted(cap.rules)) & (amounts > 0)
    found: dict[str, tuple[int, set[str]]] = {}
    seen: set[object] = set()
    for at in np.flatnonzero(under).tolist():
        who, quota = int(free.who[at]), cap.kind == "count"
        place = place_of(cap, free, at) if quota else at
        if hours[who] is not None and place not in seen:
            seen.add(place)
            asked, people = found.get(hours[who], (0, set()))
            found[hours[who]] = asked + (1 if quota else int(amounts[at])), people | {ids[who]}
    return [(hour, *found[hour]) for hour in sorted(found)]


def _passing(claims: list[Claim], pool: Shared) -> tuple[str, str]:
    """Day and applicant; of several pools with a key each there is none."""
    running = 0
    for hour, asked, people in claims:
        running += asked
        if running > pool.left and pool.parts == 1:
            return hour[:10], next(iter(people)) if len(people) == 1 else ""
    return "", ""


def _by_day(claims: list[Claim]) -> Days:
    """The running sum at the end of every day on which something is asked."""
    sums: dict[str, int] = {}
    for hour, asked, _ in claims:
        sums[hour[:10]] = sums.get(hour[:10], 0) + asked
    return tuple(zip(sums, accumulate(sums.values()), strict=True))
