"""The claims of a block one after the other, and what a run makes of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .prices import Claims
from .quantity import Array

NOBODY = -1  # no winner, no step
MISSING = "base_missing"  # why a rider is worth nothing


@dataclass(slots=True)
class Sheets:
    """One entry a claim, by rule and row: for each applicant in the order that breaks ties. Columns as in `Claims`."""

    who: Array
    rule: Array
    rows: Array
    sure: Array
    low: Array
    high: Array
    open: Array
    lacking: Array
    spans: dict[int, tuple[int, int]]  # by rule
    unknown: dict[int, dict[str, Array]]  # by rule and fact, within its span
    steps: list[tuple[str, str]] = field(default_factory=list)  # (bound, why)

    @classmethod
    def of(cls, claims: Sequence[Claims]) -> Sheets:
        starts = np.cumsum([0, *(len(c.rows) for c in claims)]).tolist()
        spans = {c.rule.index: (a, b) for c, a, b in zip(claims, starts, starts[1:], strict=False)}
        names = ("who", "rows", "sure", "low", "high", "open", "lacking")
        rule = joined(np.full(len(c.rows), c.rule.index, dtype=np.int32) for c in claims)
        columns: dict[str, Any] = {name: joined(getattr(c, name) for c in claims) for name in names}
        columns |= {name: columns[name].astype(np.int32) for name in ("who", "rows")}
        return cls(rule=rule, spans=spans, unknown={c.rule.index: c.unknown for c in claims}, **columns)

    def members(self, rules: Iterable[int]) -> Array:
        """The claims of some rules, by their position."""
        return joined(np.arange(*self.spans[rule]) for rule in sorted(rules) if rule in self.spans)

    def worth(self, rules: Iterable[int], values: Array) -> Array:
        """Those of them that are worth something."""
        spans = (self.spans[rule] for rule in sorted(rules) if rule in self.spans)
        return joined(np.flatnonzero(values[start:stop]) + start for start, stop in spans)

    def number(self, bound: str, why: str) -> int:
        """A step as its place in `steps`."""
        if (bound, why) not in self.steps:
            self.steps.append((bound, why))
        return self.steps.index((bound, why))


@dataclass(slots=True)
class Run:
    """One run over all claims of a block. `bound`: what lowered a claim last (`Sheets.steps`), or NOBODY."""

    values: Array  # what each claim is worth before anything is chosen; shared with the sheets until one is lowered
    amounts: Array
    bound: Array
    chosen: Array
    winner: Array  # the claim that is paid instead, or NOBODY
    open_rival: Array

    @classmethod
    def of(cls, values: Array) -> Run:
        count = len(values)
        bound, winner = np.full(count, NOBODY, dtype=np.int16), np.full(count, NOBODY, dtype=np.int32)
        return cls(values, values.copy(), bound, values > 0, winner, np.zeros(count, dtype=bool))

    def bar(self, at: Array, bound: Array | int) -> None:
        """Claims that are worth nothing before anything is chosen."""
        self.values = self.values.copy()
        self.values[at], self.amounts[at], self.chosen[at], self.bound[at] = 0, 0, False, bound


def joined(parts: Iterable[Array]) -> Array:
    found = list(parts)
    return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)
