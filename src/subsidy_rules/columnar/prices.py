"""Match and price one rule on a block of rows: what `engine.claims` does claim by claim."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..model.program import Branch, CapBound, ProgramRule
from .frame import ALWAYS, Block, Frame
from .quantity import MOST, OPEN, Array
from .vector import Vector


@dataclass(slots=True)
class Claims:
    """The claims of one rule that may match, by row of its frame. `low`, `high`: due alone, in fen; `open`: money without a
    figure comes beside it; `lacking`: a fact that would narrow it is not known."""

    rule: ProgramRule
    rows: Array
    who: Array  # row of the applicant in the block
    sure: Array
    low: Array
    high: Array
    open: Array
    lacking: Array

    def without(self, hard: Array) -> Claims:
        """Without those of some applicants."""
        keep = ~hard[self.who]
        return self if keep.all() else self.taken(keep)

    def taken(self, keep: Array) -> Claims:
        names = ("rows", "who", "sure", "low", "high", "open", "lacking")
        return replace(self, **{name: getattr(self, name)[keep] for name in names})


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
        sure, possible = self._match(rule, frame)
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
        asked = self.block.program.asked[rule.index]
        lacking = ~sure | taken.any_unknown(asked.rest)
        if asked.history and self.block.partial is not None:
            lacking |= self.block.partial[who]
        found = Claims(rule, rows, who, sure, low, high, open_, lacking)
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

    def _vector(self, kind: str | None, frame: Frame) -> Vector:
        if kind not in self._vectors:
            self._vectors[kind] = Vector(frame.column, self.block.texts.number)
        return self._vectors[kind]

    def _match(self, rule: ProgramRule, frame: Frame) -> tuple[Array, Array]:
        """All conditions, and the day in the validity of the policy."""
        force = self.block.in_force(rule, frame)
        sure, possible = force.sure, force.possible
        vector = self._vector(rule.item, frame)
        for tree in rule.when:
            found = self.block.shared(rule.item, tree) or vector.truth(tree)
            possible = possible & found.possible
            if not np.any(possible):
                break
            sure = sure & found.sure
        return np.broadcast_to(sure, frame.rows), np.broadcast_to(possible, frame.rows)

    def _least_cap(self, rule: ProgramRule, vector: Vector, rows: int) -> Array:
        """Where the base is unknown, the award is still at most the least limit that is in force for it."""
        least = np.full(rows, OPEN)
        for cap in self.block.program.caps_of[rule.index]:
            if cap.kind == "limit":
                fixed = self.fixed(cap)
                if fixed is None:
                    assert cap.limit is not None
                    fixed = vector.whole(cap.limit)[1]
                least = np.minimum(least, fixed)
        return least


def _priced(rule: ProgramRule, vector: Vector, rows: int, sure: Array) -> tuple[Array, Array, Array]:
    """Low and high in fen (OPEN: no upper end is known), and whether there is a claim at all."""
    reached = np.ones(rows, dtype=bool)
    if rule.unquantified:
        return np.zeros(rows, dtype=np.int64), np.zeros(rows, dtype=np.int64), reached
    if len(rule.branches) == 1 and rule.branches[0].when is None:
        low, high = (np.broadcast_to(end, rows) for end in _value(rule, rule.branches[0], vector))
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
