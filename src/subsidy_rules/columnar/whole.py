"""What pools ask of the whole population: keys, figures, hours and scores of the claims on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..engine.bounds import Run, used
from ..engine.claims import Claim
from ..engine.sheet import RUNS, grant_label
from ..model.case import Case, CaseGrant, CaseItem
from ..model.program import CapBound, Program
from .frame import Block, Frame
from .history import item_key
from .pools import Drawings, Left
from .population import Population
from .prices import TooLarge
from .quantity import MOST, OPEN, Array, Quantity
from .tables import raw
from .vector import Vector

SCORE_DECIMALS = 6
NO_KEY = -1


@dataclass(frozen=True, slots=True)
class PoolRow:
    """One pool with one key: what was left of it, who drew on it, and what each got."""

    cap: CapBound
    left: Left
    drawn: Drawings
    low: Array
    high: Array


@dataclass(frozen=True, slots=True)
class Claims:
    """Claims on a pool: `row` of the item within its kind."""

    who: Array
    rule: Array
    row: Array

    def entries(self) -> Iterator[tuple[int, int, int]]:
        return zip(self.who.tolist(), self.rule.tolist(), self.row.tolist(), strict=True)


@dataclass
class Whole:
    program: Program
    population: Population
    year: int

    @cached_property
    def _block(self) -> Block:
        return next(self.population.blocks(max(1, self.population.applicants.rows), 0, None, {}))

    def _frame(self, kind: str | None) -> Frame:
        frame = self._block.frame(kind)
        assert frame is not None
        return frame

    @cached_property
    def by_id(self) -> Array:
        """Each applicant's place among their ids, which breaks ties."""
        order = np.asarray(pc.sort_indices(self.population.applicants.ids))
        places = np.empty(len(order), dtype=np.int64)
        places[order] = np.arange(len(order))
        return places

    def keys(self, cap: CapBound, rule: Array, row: Array) -> Array:
        """A number for the key of each claim; −1 where an attribute of the item is not known."""
        parts = [self._part(part, rule, row) for part in cap.key if part not in ("applicant", "year")]
        if not parts:
            return np.zeros(len(rule), dtype=np.int64)
        table = np.stack(parts, axis=1)
        _, keys = np.unique(table, axis=0, return_inverse=True)
        return np.where((table == -OPEN).any(axis=1), NO_KEY, keys.reshape(-1))

    def _part(self, part: str, rule: Array, row: Array) -> Array:
        rules = self.program.rules
        if part == "rule":
            return rule.astype(np.int64)
        if part == "award":
            places: dict[tuple[int, str], int] = {}
            numbers = [places.setdefault((r.policy, r.award), len(places)) for r in rules]
            return np.array(numbers)[rule]
        found = np.full(len(rule), -OPEN)
        for one in np.unique(rule):
            here = rule == one
            column = self._frame(rules[one].item).column(part)
            assert isinstance(column, Quantity)
            low, high = column.low[row[here]], column.high[row[here]]
            found[here] = np.where(low == high, low, -OPEN)
        return found

    def left(self, cap: CapBound, claims: Claims, place: Array) -> tuple[Left, Left] | None:
        """The figure of a pool, as the first claim on it has it, less the earlier grants of all applicants, in both runs; None:
        there is none."""
        if cap.unpublished or cap.limit is None:
            return None
        taken = self._frame(cap.item).taken((claims.row if cap.item else claims.who)[:1])
        most = int(np.max(Vector(taken.column, self.population.texts.number).whole(cap.limit)[1]))
        if most == OPEN:
            return None
        grants = self._grants(cap)
        if not grants:
            return Left(most), Left(most)
        first = self._claim(int(claims.rule[0]), int(claims.row[0]))
        low, high = (self._less(cap, most, first, grants, run) for run in RUNS)
        if cap.kind == "count":  # a claim for what was counted before takes no other place
            again = {self._label(cap, *claim): int(at) for claim, at in zip(claims.entries(), place, strict=True)}
            low, high = (
                Left(one.most, frozenset(again.get(label, label) for label in one.taken)) for one in (low, high)
            )
        return low, high

    def _grants(self, cap: CapBound) -> dict[int, tuple[CaseGrant, ...]]:
        """Earlier grants that may count against a pool, by applicant."""
        found = {}
        for who, grants in self.population.history.grants.items():
            if mine := tuple(grant for grant in grants if grant.rule in cap.rules):
                found[who] = mine
        return found

    def _label(self, cap: CapBound, who: int, rule: int, row: int) -> object:
        found = self.program.rules[rule]
        item = self._item(found.item, row) if found.item else None
        return who, None if cap.of == "year" else item if cap.of == "item" else (found.policy, found.award, item)

    def _claim(self, rule: int, row: int) -> Claim:
        """A claim as far as earlier grants are compared with it."""
        found, item, values = self.program.rules[rule], None, ()
        if found.item is not None:
            declared = self.program.item_facts[found.item]
            column, names = self._frame(found.item).column, self.population.texts.names
            values = tuple(
                raw(column(name), fact.kind, names, slice(row, row + 1))[0] for name, fact in declared.items()
            )
            item = CaseItem(self._item(found.item, row), found.item, values, frozenset())
        return Claim(0, found, item, item.id if item else None, values, True, 0, 0, None)

    def _item(self, kind: str, row: int) -> str:
        return str(item_key(kind, self.population.items[kind].ids[row].as_py()))

    def _less(
        self, cap: CapBound, most: int, claim: Claim, grants: Mapping[int, tuple[CaseGrant, ...]], run: Run
    ) -> Left:
        """What earlier grants leave: less money, or places that are taken."""
        places = set()
        for who, mine in grants.items():
            case = Case("", (), (), self.year, None, True, mine)
            for grant in used(self.program, claim, cap, case, run):
                if cap.kind == "count":
                    places.add((who, grant_label(self.program, cap, grant, self.year)))
                else:
                    most = max(0, most - grant.amount)
        return Left(most, frozenset(places))

    def drawings(self, cap: CapBound, claims: Claims, low: Array, high: Array) -> Drawings:
        who, rule, row = claims.who, claims.rule, claims.row
        earliest, latest = self._line(cap, who, rule, row)
        return Drawings(who, low, high, earliest, latest, self._places(cap, who, rule, row))

    def _line(self, cap: CapBound, who: Array, rule: Array, row: Array) -> tuple[Array, Array]:
        """Where in the line each claim may stand."""
        if cap.ration == "rank":
            low, high = self._scores(cap, who, rule, row)
            return -high, -low
        if cap.ration == "unstated" or self.population.times is None:
            return np.full(len(who), -OPEN), np.full(len(who), OPEN)
        hour = self._hours[who]
        return np.where(hour < 0, -OPEN, hour), np.where(hour < 0, OPEN, hour)

    @cached_property
    def _hours(self) -> Array:
        """The hours of the applicants in their order; −1: not stated."""
        times = self.population.times
        assert times is not None
        known = pc.unique(times.drop_null())
        order = known.take(pc.sort_indices(known))
        return np.asarray(pc.fill_null(pc.index_in(times, value_set=order), -1)).astype(np.int64)

    def _scores(self, cap: CapBound, who: Array, rule: Array, row: Array) -> tuple[Array, Array]:
        low, high = np.zeros(len(who), dtype=np.int64), np.full(len(who), OPEN)
        for one in np.unique(rule) if cap.rank_by is not None else ():
            here = rule == one
            taken = self._frame(cap.item).taken(row[here] if cap.item else who[here])
            assert cap.rank_by is not None
            vector = Vector(taken.column, self.population.texts.number)
            low[here], high[here] = vector.whole(cap.rank_by, SCORE_DECIMALS)
        if (low == MOST).any() or (high == MOST).any():
            raise TooLarge(cap.path)
        return low, high

    def _places(self, cap: CapBound, who: Array, rule: Array, row: Array) -> Array:
        """What a quota counts: items, awards with their item, or the applicant's year."""
        if cap.kind != "count":
            return np.zeros(len(who), dtype=np.int64)
        parts: list[Array] = [who]
        if cap.of == "award":
            parts += [self._part("award", rule, row), row]
        elif cap.of == "item":
            kinds = sorted({r.item or "" for r in self.program.rules})
            parts += [np.array([kinds.index(r.item or "") for r in self.program.rules])[rule], row]
        _, places = np.unique(np.stack(parts, axis=1), axis=0, return_inverse=True)
        return places.reshape(-1)


def marginal(row: PoolRow, ids: pa.Array) -> Any:
    """The applicant at whom a pool ends: the last in line who gets a part of what he asks; null where there is no line."""
    d = row.drawn
    cut = np.flatnonzero((row.high < d.high) & (row.high > 0) & (d.latest != OPEN))
    return ids[int(d.who[cut[np.argmax(d.latest[cut])]])].as_py() if len(cut) else None
