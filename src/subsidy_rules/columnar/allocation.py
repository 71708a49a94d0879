"""What all applicants share, from the demands of all partitions: objects first, then quotas, then pools, inner before outer.

Nothing of a partition but its demands is needed. Ties go by the applicant's id, so that it makes no difference where he is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..engine.allocate import shared_objects
from ..engine.bounds import Lowered, used
from ..engine.claims import Claim
from ..engine.sheet import RUNS
from ..errors import Problem, ProblemsError
from ..model.case import Case, CaseItem
from ..model.program import CapBound, Program
from .codes import CODES
from .demand import NO_KEY, Asked, Demands, Granted, KeyValues
from .pools import Drawings, Left, share_of
from .quantity import OPEN, Array
from .tables import some

NOT_CUT = -1
Cuts = tuple[dict[int, list[Lowered]], dict[int, list[Lowered]]]  # by claim, in the low and in the high run


@dataclass(frozen=True, slots=True)
class PoolRow:
    """One pool with one key: what was left of it, who drew on it, and what each got."""

    cap: CapBound
    left: Left
    drawn: Drawings
    low: Array
    high: Array


@dataclass(slots=True)
class Shares:
    """What becomes of the demands of one partition. `claims`: those that a pool cuts; `low_cap`, `high_cap`: the last pool that
    did it in each run (`caps`), or −1. `objects`: by number, what is cut of the applicants in `Demands.objects`."""

    claims: Array
    low: Array
    high: Array
    low_cap: Array
    high_cap: Array
    caps: list[str]
    objects: dict[int, Cuts]


@dataclass(frozen=True, slots=True)
class Allocation:
    """The shares of each partition, and one row for every pool. `ids`: those of the applicants whom the rows name."""

    shares: list[Shares]
    rows: list[PoolRow]
    ids: pa.Array


def allocate(program: Program, year: int, parameters: Mapping[str, int], demands: Sequence[Demands]) -> Allocation:
    """`parameters`: what is left of each pool, where that is stated."""
    cuts = _objects(program, demands)
    shared = Together(program, year, parameters, demands)
    pools = [cap for cap in program.caps if cap.pool]
    pools.sort(key=lambda cap: (cap.kind != "count", cap.inner))
    rows = [row for number, cap in enumerate(pools) for row in shared.share(cap, number)]
    return Allocation(list(shared.shares([cap.path for cap in pools], cuts)), rows, shared.ids)


def _objects(program: Program, demands: Sequence[Demands]) -> list[dict[int, Cuts]]:
    """Cut the claims for objects that are paid once; in the demands too, as what is cut draws on no pool."""
    shared_objects(program, [one for part in demands for one, _ in part.objects])
    found = []
    for part in demands:
        for one, numbers in part.objects:
            for claim, number in enumerate(numbers):
                if number != NO_KEY:
                    part.low[number], part.high[number] = one.low.amounts[claim], one.high.amounts[claim]
        steps = ((one.low.steps, one.high.steps) for one, _ in part.objects)
        found.append({at: cut for at, cut in enumerate(steps) if any(cut)})
    return found


class Together:
    """The claims of all partitions, one after the other."""

    def __init__(self, program: Program, year: int, parameters: Mapping[str, int], demands: Sequence[Demands]) -> None:
        self.program, self.year, self.parameters, self.demands = program, year, parameters, demands
        ids = pa.concat_arrays([pa.array([], pa.string()), *(part.ids for part in demands)])
        order = pc.sort_indices(ids)
        self.ids = ids.take(order)
        twice = pc.equal(self.ids[1:], self.ids[:-1])
        if pc.any(twice).as_py():
            raise ProblemsError(
                [Problem("applicants", 0, 0, "SR708", "id", CODES["SR708"].en, some(self.ids[1:].filter(twice)))]
            )
        places = np.empty(len(ids), dtype=np.int64)
        places[np.asarray(order)] = np.arange(len(ids))
        people = np.cumsum([0, *(len(part.ids) for part in demands)])
        self.starts = np.cumsum([0, *(len(part.who) for part in demands)])
        self.who = _joined([places[part.who + start] for part, start in zip(demands, people, strict=False)])
        self.low, self.high = (_joined([getattr(part, run) for part in demands]) for run in RUNS)
        self.cap = np.full(len(self.who), NOT_CUT), np.full(len(self.who), NOT_CUT)
        self._parts = list(zip(demands, self.starts, strict=False))
        self.hours = _hours(
            pa.concat_arrays([pa.array([], pa.string()), *(part.times for part in demands)]).take(order)
        )

    def shares(self, caps: list[str], objects: Sequence[dict[int, Cuts]]) -> Iterator[Shares]:
        for start, end, cuts in zip(self.starts, self.starts[1:], objects, strict=False):
            low_cap, high_cap = (cap[start:end] for cap in self.cap)
            claims = np.flatnonzero((low_cap != NOT_CUT) | (high_cap != NOT_CUT))
            low, high = self.low[start:end][claims], self.high[start:end][claims]
            yield Shares(claims, low, high, low_cap[claims], high_cap[claims], caps, cuts)

    def share(self, cap: CapBound, number: int) -> Iterator[PoolRow]:
        """Cut the claims on a pool, key by key."""
        line = Line.of([(part.asked[cap.path], int(start)) for part, start in self._parts if cap.path in part.asked])
        at = line.claims
        order = np.flatnonzero((line.keys != NO_KEY) & ((self.low[at] > 0) | (self.high[at] > 0)))
        order = order[np.lexsort((self.who[at[order]], line.keys[order]))]
        for part in np.split(order, np.flatnonzero(np.diff(line.keys[order])) + 1):
            if len(part) and (row := self._ration(cap, number, line.taken(part))):
                yield row

    def _ration(self, cap: CapBound, number: int, line: Line) -> PoolRow | None:
        """Of the claims with one key."""
        drawn = self._drawings(cap, line)
        stated = self.parameters.get(cap.path)
        left = self._left(cap, line) if stated is None else (Left(stated), Left(stated))
        if left is None:
            return None
        given = [share_of(cap, left[at], drawn, low=run == "low") for at, run in enumerate(RUNS)]
        for shares, amounts, cuts in zip(given, (self.low, self.high), self.cap, strict=True):
            cuts[line.claims[shares < amounts[line.claims]]] = number
            amounts[line.claims] = shares
        return PoolRow(cap, left[1], drawn, *given)

    def _drawings(self, cap: CapBound, line: Line) -> Drawings:
        """With where in the line each claim may stand."""
        who = self.who[line.claims]
        earliest, latest = np.full(len(who), -OPEN), np.full(len(who), OPEN)
        if line.scores is not None:
            earliest, latest = -line.scores[1], -line.scores[0]
        elif cap.ration != "unstated":
            hour = self.hours[who]
            earliest, latest = np.where(hour < 0, earliest, hour), np.where(hour < 0, latest, hour)
        return Drawings(who, self.low[line.claims], self.high[line.claims], earliest, latest, line.places)

    def _left(self, cap: CapBound, line: Line) -> tuple[Left, Left] | None:
        """The figure of a pool, as the first claim on it has it, less the earlier grants of all applicants, in both runs; None:
        there is none."""
        most = int(line.figures[0])
        if most == OPEN:
            return None
        if not line.granted:
            return Left(most), Left(most)
        claim = _claim(self.program, cap, line.values[int(line.keys[0])])
        found = []
        for run in RUNS:
            case = Case("", (), (), self.year, None, True, tuple(one.grant for one in line.granted))
            against = {id(grant) for grant in used(self.program, claim, cap, case, run)}
            mine = [one for one in line.granted if id(one.grant) in against]
            if cap.kind == "count":
                found.append(Left(most, frozenset(one.place for one in mine)))
            else:
                found.append(Left(max(0, most - sum(one.grant.amount for one in mine))))
        return found[0], found[1]


@dataclass(frozen=True, slots=True)
class Line:
    """`Asked` of all partitions. Claims, and places of a quota, are numbered through."""

    claims: Array
    keys: Array
    values: list[KeyValues]
    figures: Array
    scores: tuple[Array, Array] | None
    places: Array
    granted: list[Granted]

    @classmethod
    def of(cls, asked: Sequence[tuple[Asked, int]]) -> Line:
        """With where the claims of each part start."""
        values = sorted({value for part, _ in asked for value in part.values if None not in value})
        number = {value: at for at, value in enumerate(values)}
        keys = [
            np.array([number.get(value, NO_KEY) for value in part.values] + [NO_KEY])[part.keys] for part, _ in asked
        ]
        figures = [np.broadcast_to(part.figures, len(part.claims)) for part, _ in asked]
        scores = [part.scores for part, _ in asked if part.scores is not None]
        places, granted, first = [], [], 0
        for part, _ in asked:
            mine = np.zeros(len(part.claims), dtype=np.int64) if part.places is None else part.places
            places.append(mine + first)
            granted += [_moved(one, first) for one in part.granted]
            first += int(mine.max(initial=-1)) + 1
        low, high = (_joined([score[end] for score in scores]) for end in (0, 1))
        return cls(
            _joined([part.claims + start for part, start in asked]),
            _joined(keys),
            values,
            _joined(figures),
            (low, high) if scores else None,
            _joined(places),
            granted,
        )

    def taken(self, at: Array) -> Line:
        """Some of the claims, in another order."""
        scores = self.scores and (self.scores[0][at], self.scores[1][at])
        columns = (self.claims[at], self.keys[at], self.values, self.figures[at], scores, self.places[at])
        return Line(*columns, self.granted)


def _moved(one: Granted, first: int) -> Granted:
    return replace(one, place=one.place + first) if isinstance(one.place, int) else one


def _claim(program: Program, cap: CapBound, key: KeyValues) -> Claim:
    """A claim with this key, as far as earlier grants are compared with it."""
    of = dict(zip([part for part in cap.key if part not in ("applicant", "year")], key, strict=True))
    rules = [program.rules[at] for at in sorted(cap.rules)]
    rule = next(
        r
        for r in rules
        if of.get("rule", r.index) == r.index and of.get("award", (r.policy, r.award)) == (r.policy, r.award)
    )
    if rule.item is None:
        return Claim(0, rule, None, None, (), True, 0, 0, None)
    values: list[Any] = [of.get(name) for name in program.item_facts[rule.item]]
    item = CaseItem("", rule.item, tuple(values), frozenset())
    return Claim(0, rule, item, item.id, item.values, True, 0, 0, None)


def _hours(times: pa.Array) -> Array:
    """Hours in their order; -1: not stated."""
    known = pc.unique(times.drop_null())
    order = known.take(pc.sort_indices(known))
    return np.asarray(pc.fill_null(pc.index_in(times, value_set=order), -1)).astype(np.int64)


def _joined(parts: Sequence[Array]) -> Array:
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts])


def marginal(row: PoolRow, ids: pa.Array) -> Any:
    """The applicant at whom a pool ends: the last in line who gets a part of what he asks; null where there is no line."""
    d = row.drawn
    cut = np.flatnonzero((row.high < d.high) & (row.high > 0) & (d.latest != OPEN))
    return ids[int(d.who[cut[np.argmax(d.latest[cut])]])].as_py() if len(cut) else None
