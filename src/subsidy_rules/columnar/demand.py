"""What some applicants ask of what all share: claims on pools and quotas, earlier grants, and objects that are paid once.

It is found where their tables are, and small: what `allocation` needs to share a pool, and nothing else of the applicants.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from ..engine.allocate import Settlement
from ..engine.claims import Claim
from ..engine.settle import Settled
from ..engine.sheet import Sheet, grant_label
from ..model.case import Case, CaseGrant
from ..model.program import CapBound, ExclusiveBound, Program
from .fallback import Single
from .frame import Block, Frame
from .history import item_key
from .population import Population
from .prices import TooLarge
from .quantity import MOST, OPEN, Array
from .tables import raw
from .vector import Vector

SCORE_DECIMALS = 6
NO_KEY = -1
KeyValues = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Granted:
    """An earlier grant that may count against a pool. `place`: of a claim for the same place of a quota, or a label."""

    who: str
    grant: CaseGrant
    place: object


@dataclass(slots=True)
class Asked:
    """The claims on one pool or quota, by their number in `Demands`. `keys`: numbers into `values`, or `NO_KEY` where an
    attribute of the item is not known. `figures`: what the pool holds as each claim has it, one for all where that is the
    same. `scores`: low and high where they rank. `places`: what a quota counts, as numbers within these demands."""

    claims: Array
    keys: Array
    values: list[KeyValues]
    figures: Array
    scores: tuple[Array, Array] | None
    places: Array | None
    granted: list[Granted]


@dataclass(slots=True)
class Demands:
    """Claims by applicant, rule and item. `who`: into `ids`; `times`: when each of those applied. `objects`: applicants with
    claims for objects that are paid once, as far as they are about those; the claims' numbers here, or −1."""

    ids: pa.Array
    times: pa.Array
    who: Array
    rule: Array
    low: Array
    high: Array
    asked: dict[str, Asked]
    objects: list[tuple[Settlement, list[int]]]


def shared_bounds(program: Program) -> list[ExclusiveBound]:
    """Exclusions whose key holds neither applicant nor item: they compare the claims of all applicants."""
    return [b for b in program.exclusives if not b.levels and not {"applicant", "item"} & set(b.key)]


def bounding(program: Program, stated: Collection[str]) -> list[CapBound]:
    """Pools; one without a figure bounds nothing. `stated`: those of which the setting says what is left."""
    return [c for c in program.caps if c.pool and (c.path in stated or not (c.unpublished or c.limit is None))]


def claims_on(program: Program, single: Single) -> list[Claim]:
    """An applicant's claims for objects that are paid once."""
    rules = frozenset[int]().union(*(bound.rules for bound in shared_bounds(program)))
    low, high = single.one.low.amounts, single.one.high.amounts
    return [c for c in single.one.claims if c.rule.index in rules and (low[c.order] or high[c.order])]


@dataclass
class Asking:
    """Finds the demands of a population whose awards stand before any pool. `stated`: pools of which the setting says what is
    left."""

    program: Program
    population: Population
    year: int
    stated: frozenset[str]

    @cached_property
    def _block(self) -> Block:
        return next(self.population.blocks(max(1, self.population.applicants.rows), 0, None, {}))

    def of(self, awards: dict[str, Array], at: Array, objects: Sequence[Single]) -> Demands:
        """`at`: the awards under any pool; `objects`: applicants with claims for objects that are paid once."""
        whose, who = np.unique(awards["who"][at], return_inverse=True)
        rows, times = pa.array(whose), self.population.times
        mine = {name: awards[name][at] for name in ("who", "rule", "row")}
        return Demands(
            self.population.applicants.ids.take(rows),
            pa.nulls(len(rows), pa.string()) if times is None else times.take(rows),
            who,
            mine["rule"],
            awards["low"][at],
            awards["high"][at],
            {cap.path: self._asked(cap, **mine) for cap in bounding(self.program, self.stated)},
            list(self._objects(objects, **mine)),
        )

    def _asked(self, cap: CapBound, who: Array, rule: Array, row: Array) -> Asked:
        claims = np.flatnonzero(np.isin(rule, sorted(cap.rules)))
        who, rule, row = who[claims], rule[claims], row[claims]
        keys, values = self._keys(cap, rule, row)
        places = self._places(cap, who, rule, row) if cap.kind == "count" else None
        scores = self._scores(cap, who, rule, row) if cap.ration == "rank" else None
        granted = [] if cap.path in self.stated else list(self._granted(cap, who, rule, row, places))
        return Asked(claims, keys, values, self._figures(cap, who, row), scores, places, granted)

    def _frame(self, kind: str | None) -> Frame:
        frame = self._block.frame(kind)
        assert frame is not None
        return frame

    # Keys

    def _keys(self, cap: CapBound, rule: Array, row: Array) -> tuple[Array, list[KeyValues]]:
        """A number for the key of each claim, and the keys."""
        parts = [self._part(part, rule, row) for part in cap.key if part not in ("applicant", "year")]
        if not parts:
            return np.zeros(len(rule), dtype=np.int64), [()]
        table = np.stack([numbers for numbers, _ in parts], axis=1)
        found, keys = np.unique(table, axis=0, return_inverse=True)
        values = [
            tuple(words[number] for number, (_, words) in zip(row_, parts, strict=True)) for row_ in found.tolist()
        ]
        return np.where((table == NO_KEY).any(axis=1), NO_KEY, keys.reshape(-1)), values

    def _part(self, part: str, rule: Array, row: Array) -> tuple[Array, list[Any]]:
        """Numbers for a part of the key, and what they stand for; the last one for what is not known."""
        rules = self.program.rules
        if part in ("rule", "award"):
            words = [r.index if part == "rule" else (r.policy, r.award) for r in rules]
            known: dict[Any, int] = {}
            numbers = np.array([known.setdefault(word, len(known)) for word in words])
            return numbers[rule], [*known, None]
        known = {}
        found = np.full(len(rule), NO_KEY)
        for one in np.unique(rule):
            here, kind = rule == one, rules[one].item
            assert kind is not None
            values = raw(
                self._frame(kind).column(part),
                self.program.item_facts[kind][part].kind,
                self.population.texts.names,
                row[here],
            )
            found[here] = [NO_KEY if value is None else known.setdefault(value, len(known)) for value in values]
        return found, [*known, None]

    # Figures, scores, places

    def _figures(self, cap: CapBound, who: Array, row: Array) -> Array:
        if cap.path in self.stated or cap.limit is None:
            return np.zeros(1, dtype=np.int64)
        if cap.figure is not None:
            return np.array([cap.figure], dtype=np.int64)
        taken = self._frame(cap.item).taken(row if cap.item else who)
        figures: Array = Vector(taken.column, self.population.texts.number).whole(cap.limit)[1]
        return figures

    def _scores(self, cap: CapBound, who: Array, rule: Array, row: Array) -> tuple[Array, Array]:
        low, high = np.zeros(len(who), dtype=np.int64), np.full(len(who), OPEN)
        for one in np.unique(rule) if cap.rank_by is not None else ():
            here = rule == one
            taken = self._frame(cap.item).taken(row[here] if cap.item else who[here])
            assert cap.rank_by is not None
            low[here], high[here] = Vector(taken.column, self.population.texts.number).whole(
                cap.rank_by, SCORE_DECIMALS
            )
        if (low == MOST).any() or (high == MOST).any():
            raise TooLarge(cap.path)
        return low, high

    def _places(self, cap: CapBound, who: Array, rule: Array, row: Array) -> Array:
        """What a quota counts: items, awards with their item, or the applicant's year."""
        parts: list[Array] = [who]
        if cap.of == "award":
            parts += [self._part("award", rule, row)[0], row]
        elif cap.of == "item":
            kinds = sorted({r.item or "" for r in self.program.rules})
            parts += [np.array([kinds.index(r.item or "") for r in self.program.rules])[rule], row]
        _, places = np.unique(np.stack(parts, axis=1), axis=0, return_inverse=True)
        return places.reshape(-1)

    # Earlier grants, and objects

    def _granted(self, cap: CapBound, who: Array, rule: Array, row: Array, places: Array | None) -> Iterator[Granted]:
        """Earlier grants of all applicants; one for what is claimed again takes no other place."""
        ids, past = self.population.applicants.ids, self.population.history.grants
        mine = {one: found for one, grants in past.items() if (found := [g for g in grants if g.rule in cap.rules])}
        again: dict[object, int] = {}
        if places is not None and mine:
            here = np.flatnonzero(np.isin(who, sorted(mine)))
            entries = zip(*(column[here].tolist() for column in (who, rule, row, places)), strict=True)
            again = {(one, self._label(cap, rule_, row_)): place for one, rule_, row_, place in entries}
        for one, grants in mine.items():
            name = ids[one].as_py()
            for grant in grants:
                label = grant_label(self.program, cap, grant, self.year) if places is not None else None
                yield Granted(name, grant, again.get((one, label), (name, label)))

    def _label(self, cap: CapBound, rule: int, row: int) -> object:
        found = self.program.rules[rule]
        item = item_key(found.item, self.population.items[found.item].ids[row].as_py()) if found.item else None
        return None if cap.of == "year" else item if cap.of == "item" else (found.policy, found.award, item)

    def _objects(
        self, singles: Sequence[Single], who: Array, rule: Array, row: Array
    ) -> Iterator[tuple[Settlement, list[int]]]:
        """Of each applicant what is about the objects, with claims of their own numbering."""
        for single in singles:
            first, last = np.searchsorted(who, [single.who, single.who + 1]).tolist()
            numbers = {(int(rule[n]), int(row[n])): n for n in range(first, last)}
            claims = claims_on(self.program, single)
            named = [single.rows[c.item.kind, c.item.id] if c.item else NO_KEY for c in claims]
            yield (
                _about(single.one, claims),
                [numbers.get((c.rule.index, at), NO_KEY) for c, at in zip(claims, named, strict=True)],
            )


def _about(one: Settlement, claims: Sequence[Claim]) -> Settlement:
    """A settlement of some claims alone."""
    mine = [replace(claim, order=at) for at, claim in enumerate(claims)]
    low, high = (
        Settled(Sheet(run.sheet.run, mine, []), [run.amounts[c.order] for c in claims], frozenset(), {}, {})
        for run in (one.low, one.high)
    )
    return Settlement(Case(one.case.applicant, (), (), one.case.year, None, one.case.complete), mine, low, high)
