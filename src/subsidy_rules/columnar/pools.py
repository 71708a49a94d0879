"""What applicants share: pools and quotas over the whole population, as `engine.allocate` says it claim by claim.

Each claim's low is what is left for it with the others' highs, its high what is left with the others' lows. Every claim has
a stretch of the line in which it may stand, from `earliest` to `latest`: its hour, its score, or all of the line where the
text doesn't say. Nothing is chosen again, and all shares of a pool are computed from the amounts before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..engine import share
from ..model.program import CapBound
from .quantity import OPEN, Array, summable


@dataclass
class Drawings:
    """The claims on one pool, by applicant and in their order. `place`: what a quota counts, a number for the applicant and the
    thing."""

    who: Array
    low: Array
    high: Array
    earliest: Array
    latest: Array
    place: Array

    def ends(self, low: bool) -> tuple[Array, Array]:
        """What the claims are in a run, and what they are to those of other applicants: the opposite end."""
        if low:
            return self.low, np.maximum(self.low, self.high)
        return self.high, np.minimum(self.low, self.high)


@dataclass(frozen=True, slots=True)
class Left:
    """What there is to share in one run: fen, or places of a quota. `taken` by earlier grants: a number where one of the
    claims is for the same place, else what it was."""

    most: int
    taken: frozenset[object] = frozenset()


def share_of(cap: CapBound, left: Left, drawn: Drawings, low: bool) -> Array:
    """What each claim gets in the low or in the high run."""
    own = drawn.low if low else drawn.high
    if cap.kind == "count":
        return _quota(left, drawn, low)
    if cap.ration == "pro_rata":
        return _pro_rata(left.most, drawn, low)
    given: Array = np.minimum(own, np.maximum(0, left.most - _before(drawn, low)))
    return given.astype(np.int64)


def _before(d: Drawings, low: bool) -> Array:
    """The sum of what comes before each claim: in the low run of what may, in the high run of what certainly does."""
    own, opposite = d.ends(low)
    own, opposite = summable(own), summable(opposite)
    if low:
        found = _sum_below(d.earliest, opposite, d.latest, equal=True) - opposite  # without itself
    else:
        found = _sum_below(d.latest, opposite, d.earliest, equal=False)
    for i, j in _pairs(d.who):
        like_others = d.earliest[j] <= d.latest[i] if low else d.latest[j] < d.earliest[i]
        apart = (d.latest[j] < d.earliest[i]) | (d.earliest[j] > d.latest[i])
        first = np.where(apart, like_others, j < i)
        found[i] += np.where(first, own[j], 0) - np.where(like_others, opposite[j], 0)
    return found


def _sum_below(keys: Array, amounts: Array, at: Array, equal: bool) -> Array:
    """For each of `at` the sum of the amounts whose key is less (or equal)."""
    order = np.argsort(keys, kind="stable")
    sums = np.concatenate((np.zeros(1, amounts.dtype), np.cumsum(amounts[order])))
    return sums[np.searchsorted(keys[order], at, side="right" if equal else "left")]


def _pairs(who: Array) -> Iterator[tuple[Array, Array]]:
    """Claims of the same applicant in both directions; each claim at most once in the first of two arrays."""
    distance = 1
    while distance < len(who) and (same := who[distance:] == who[:-distance]).any():
        first = np.flatnonzero(same)
        yield first, first + distance
        yield first + distance, first
        distance += 1


def _quota(left: Left, d: Drawings, low: bool) -> Array:
    """A claim is paid where its place is among those that are left: after the places of others that come before, and those
    that the applicant was given before."""
    own, opposite = d.ends(low)
    ahead = _places_ahead(
        d, (opposite > 0) & ~np.isin(d.place, [place for place in left.taken if isinstance(place, int)]), low
    )
    given = np.zeros(len(own), dtype=np.int64)
    mine: dict[int, set[object]] = {}
    best, worst = (np.where(np.abs(end) == OPEN, 0, end) for end in (d.earliest, d.latest))
    for at in np.lexsort((np.arange(len(own)), worst, best, d.who)).tolist():
        if own[at]:
            had, place = mine.setdefault(int(d.who[at]), set()), int(d.place[at])
            if int(ahead[at]) + len(left.taken | had | {place}) <= left.most:
                given[at] = own[at]
                had.add(place)
    return given


def _places_ahead(d: Drawings, wanted: Array, low: bool) -> Array:
    """How many places of other applicants come before each claim; several claims for one thing take one place."""
    ends = (d.earliest if low else d.latest)[wanted]
    places, owners = d.place[wanted], d.who[wanted]
    order = np.lexsort((ends, places))
    first = np.ones(len(order), dtype=bool)
    first[1:] = places[order][1:] != places[order][:-1]
    ends, owners = ends[order][first], owners[order][first]
    limit = d.latest if low else d.earliest
    nobody = np.zeros(len(ends), dtype=np.int64)
    everybody = _count_below(nobody, ends, np.zeros(len(limit), dtype=np.int64), limit, equal=low)
    return everybody - _count_below(owners, ends, d.who, limit, equal=low)


def _count_below(owners: Array, ends: Array, who: Array, limits: Array, equal: bool) -> Array:
    """For each of `who` how many of his ends are less than (or equal to) his limit."""
    values = np.unique(np.concatenate((ends, limits)))
    keys = np.sort(owners * (len(values) + 1) + np.searchsorted(values, ends))
    start = who * (len(values) + 1)
    to = np.searchsorted(keys, start + np.searchsorted(values, limits), side="right" if equal else "left")
    return to - np.searchsorted(keys, start)


def _pro_rata(left: int, d: Drawings, low: bool) -> Array:
    """Largest remainder; where claims are intervals each applicant is compared with the other ends of everybody else."""
    own, opposite = d.ends(low)
    if (own == opposite).all():
        return np.array(share.pro_rata(left, own.tolist()), dtype=np.int64)
    given = own.copy()
    mine, others = summable(own), summable(opposite)
    heads = np.flatnonzero(np.r_[True, d.who[1:] != d.who[:-1]])
    demand = others.sum() + np.add.reduceat(mine, heads) - np.add.reduceat(others, heads)
    for at in np.flatnonzero((demand > left) & (np.add.reduceat(mine, heads) > 0)):
        here = slice(heads[at], heads[at + 1] if at + 1 < len(heads) else len(own))
        asked = opposite.tolist()
        asked[here] = own[here].tolist()
        given[here] = share.pro_rata(left, asked)[here]
    return given
