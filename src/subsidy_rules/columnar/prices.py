"""Match and price one rule on a block of rows: what `engine.claims` does claim by claim."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..engine.awards import HISTORY
from ..model.program import Branch, CapBound, ProgramRule
from .frame import ALWAYS, Block, Frame
from .quantity import MOST, OPEN, Array
from .vector import Vector


@dataclass(slots=True)
class Claims:
    """The claims of one rule that may match, by row of its frame. `low`, `high`: due alone, in fen; `open`: money without a
    figure comes beside it; `lacking`: a fact that would narrow it is not known; `unknown`: where each such fact is not."""

    rule: ProgramRule
    rows: Array
    who: Array  # row of the applicant in the block
    sure: Array
    low: Array
    high: Array
    open: Array
    lacking: Array
    unknown: dict[str, Array]

    def without(self, hard: Array) -> Claims:
        """Without those of some applicants."""
        keep = ~hard[self.who]
        return self if keep.all() else self.taken(keep)

    def taken(self, keep: Array) -> Claims:
        names = ("rows", "who", "sure", "low", "high", "open", "lacking")
        unknown = {name: mask[keep] for name, mask in self.unknown.items()}
        return replace(self, **{name: getattr(self, name)[keep] for name in names}, unknown=unknown)


def spread(column: Array, rows: int) -> Array:
    """One value for all rows, where it is not one for each."""
    return column if len(column) == rows else np.broadcast_to(column, rows)


class TooLarge(ValueError):
    """An award of more fen than can be counted, or a score."""


class Prices:
    """Prices the rules on one block. Conditions are tested once for all rules of an item kind."""

    def __init__(self, block: Block, limits: Callable[[CapBound], int | None]) -> None:
        self.block, self._given = block, limits
        self._vectors: dict[str | None, Vector] = {}

    def of(self, rule: ProgramRule) -> Claims | None:
        """None: the rule can't match in this block."""
        frame = self.block.frame(rule.item)
        if frame is None or not frame.rows:
            return None
        sure, possible, undecided = self._match(rule, frame)
        rows = np.flatnonzero(possible)
        if not len(rows):
            return None
        taken = frame if len(rows) == frame.rows else frame.taken(rows)
        vector = Vector(taken.column, self.block.texts.number)
        sure = sure[rows]
        low, high, reached = _priced(rule, vector, len(rows), sure)
        unbounded = high == OPEN
        open_ = np.full(len(rows), rule.open)
        if unbounded.any():
            ceiling = self._least_cap(rule, vector, len(rows))
            open_ |= unbounded & (ceiling == OPEN)
            high = np.where(unbounded, np.where(ceiling == OPEN, 0, ceiling), high)
            low = np.where(unbounded & (ceiling != OPEN), np.minimum(low, ceiling), low)
        if (low == MOST).any() or (high == MOST).any():
            raise TooLarge(f"{self.block.program.policies[rule.policy].id}/{rule.id}")
        who = rows if frame.owner is None else frame.owner[rows]
        unknown = self._unknown(rule, taken, who, [(facts, mask[rows]) for facts, mask in undecided])
        lacking = ~sure
        for mask in unknown.values():
            lacking |= mask
        found = Claims(rule, rows, who, sure, low, high, open_, lacking, unknown)
        return found if reached.all() else found.taken(reached)

    def fixed(self, cap: CapBound) -> int | None:
        """The limit of a cap where it is the same for everybody: a parameter, a plain number, or OPEN where there is none."""
        given = self._given(cap)
        given = cap.figure if given is None else given
        return OPEN if given is None and (cap.unpublished or cap.limit is None) else given

    def figure(self, cap: CapBound, rows: Array) -> tuple[Any, Any]:
        """The limit of a cap in both runs on rows of its items, or of the applicants."""
        frame = self.block.frame(cap.item)
        assert frame is not None and cap.limit is not None
        return Vector(frame.taken(rows).column, self.block.texts.number).whole(cap.limit)

    def months(self, rule: int, rows: Array) -> tuple[Any, Any, Any]:
        """Of a stipend of so much for each month: the least and largest number of them, and fen for one."""
        found = self.block.program.rules[rule]
        branch, frame = found.branches[0], self.block.frame(found.item)
        assert branch.units is not None and branch.unit is not None and frame is not None
        vector = Vector(frame.taken(rows).column, self.block.texts.number)
        return *vector.whole(branch.units), vector.whole(branch.unit[0])[0]

    def unknown(self, rule: int, name: str, rows: Array) -> Array:
        """Where a fact of a rule's items is not known."""
        frame = self.block.frame(self.block.program.rules[rule].item)
        return frame.taken(rows).any_unknown([name]) if frame is not None else np.zeros(len(rows), dtype=bool)

    def _vector(self, kind: str | None, frame: Frame) -> Vector:
        if kind not in self._vectors:
            self._vectors[kind] = Vector(frame.column, self.block.texts.number)
        return self._vectors[kind]

    def _match(self, rule: ProgramRule, frame: Frame) -> tuple[Array, Array, list[tuple[frozenset[str], Array]]]:
        """All conditions, and the day in the validity of the policy; and where a condition is not decided, with its facts."""
        force = self.block.in_force(rule, frame)
        sure, possible = force.sure, force.possible
        asked = self.block.program.asked[rule.index]
        vector, undecided = self._vector(rule.item, frame), []
        if sure is not possible:
            undecided.append((asked.day, possible & ~sure))
        for tree, read in zip(rule.when, asked.conditions, strict=True):
            found = self.block.shared(rule.item, tree, read) or vector.truth(tree)
            possible = possible & found.possible
            if not np.any(possible):
                break
            sure = sure & found.sure
            if found.sure is not found.possible:
                undecided.append((read, spread(found.possible & ~found.sure, frame.rows)))
        return spread(sure, frame.rows), spread(possible, frame.rows), undecided

    def _unknown(
        self, rule: ProgramRule, taken: Frame, who: Array, undecided: list[tuple[frozenset[str], Array]]
    ) -> dict[str, Array]:
        """Where each fact is unknown that would narrow a claim: one that a condition waits for, or that its figures read."""
        asked, found = self.block.program.asked[rule.index], {}
        for name in asked.rest:
            found[name] = taken.any_unknown([name])
        for names, mask in undecided:
            for name in names - asked.rest:
                mine = mask if len(names) == 1 else mask & taken.any_unknown([name])
                found[name] = found[name] | mine if name in found else mine
        if asked.history and self.block.partial is not None:
            found[HISTORY] = self.block.partial[who]
        return {name: mask for name, mask in found.items() if mask.any()}

    def _least_cap(self, rule: ProgramRule, vector: Vector, rows: int) -> Array:
        """Where the base is unknown, the award is still at most the least limit that is in force for it."""
        least = np.full(rows, OPEN)
        for cap in self.block.program.caps_of[rule.index]:
            if cap.kind == "count":
                continue
            fixed = self.fixed(cap)
            if fixed is None:
                assert cap.limit is not None
                fixed = vector.whole(cap.limit)[1]
            elif cap.kind == "units" and fixed != OPEN:
                fixed = _for_months(rule, vector, fixed)
            least = np.minimum(least, fixed)
        return least


def _for_months(rule: ProgramRule, vector: Vector, months: int) -> int:
    """What a stipend pays for so many."""
    unit = rule.branches[0].unit
    return OPEN if unit is None else min(int(vector.whole(unit[0])[0][0]) * months, MOST)


def _priced(rule: ProgramRule, vector: Vector, rows: int, sure: Array) -> tuple[Array, Array, Array]:
    """Low and high in fen (OPEN: no upper end is known), and whether there is a claim at all."""
    reached = np.ones(rows, dtype=bool)
    if rule.unquantified:
        return np.zeros(rows, dtype=np.int64), np.zeros(rows, dtype=np.int64), reached
    if len(rule.branches) == 1 and rule.branches[0].when is None:
        low, high = (spread(end, rows) for end in _value(rule, rule.branches[0], vector))
    else:
        low, high, reached = _branches(rule, vector, rows)
    low = np.zeros(rows, dtype=np.int64) if rule.bound == "ceiling" else np.where(sure, low, 0)
    if rule.minimum is not None:
        reached = reached & (high >= rule.minimum)
        low = np.where(low >= rule.minimum, low, 0)
    return low, high, reached


def _branches(rule: ProgramRule, vector: Vector, rows: int) -> tuple[Array, Array, Array]:
    """The least low and the largest high over the branches that can be reached, and whether one can."""
    done = np.zeros(rows, dtype=bool)
    reached = np.zeros(rows, dtype=bool)
    low, high = np.full(rows, OPEN), np.full(rows, -1)
    for branch in rule.branches:
        test = vector.truth(branch.when) if branch.when else ALWAYS
        here = ~done & test.possible
        least, most = _value(rule, branch, vector)
        low, high = np.where(here, np.minimum(low, least), low), np.where(here, np.maximum(high, most), high)
        reached |= here
        done |= here & test.sure
    return np.where(done, low, 0), high, reached


def _value(rule: ProgramRule, branch: Branch, vector: Vector) -> tuple[Any, Any]:
    """The interval of a branch under its limits."""
    low, high = vector.whole(branch.low)
    if branch.low != branch.high:
        high = vector.whole(branch.high)[1]
    for tree in (*branch.limits, *rule.limits):
        least, most = vector.whole(tree)
        exact = low is high and least is most
        low = np.minimum(low, least)
        high = low if exact else np.minimum(high, most)
    return low, high
