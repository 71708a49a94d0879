"""The claims of a block one after the other, and what a run makes of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from .prices import Claims
from .quantity import Array

NOBODY = -1  # no winner, no step


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
    steps: list[tuple[str, str]] = field(default_factory=list)  # (bound, why)

    @classmethod
    def of(cls, claims: Sequence[Claims]) -> Sheets:
        starts = np.cumsum([0, *(len(c.rows) for c in claims)]).tolist()
        spans = {c.rule.index: (a, b) for c, a, b in zip(claims, starts, starts[1:], strict=False)}
        names = ("who", "rows", "sure", "low", "high", "open", "lacking")
        rule = joined(np.full(len(c.rows), c.rule.index, dtype=np.int32) for c in claims)
        columns: dict[str, Any] = {name: joined(getattr(c, name) for c in claims) for name in names}
        return cls(rule=rule, spans=spans, **columns)

    def members(self, rules: Iterable[int]) -> Array:
        """The claims of some rules, by their position."""
        return joined(np.arange(*self.spans[rule]) for rule in sorted(rules) if rule in self.spans)

    def number(self, bound: str, why: str) -> int:
        """A step as its place in `steps`."""
        if (bound, why) not in self.steps:
            self.steps.append((bound, why))
        return self.steps.index((bound, why))

    def taken(self, keep: Array) -> Sheets:
        """Some of the claims; they are settled, so that nobody asks for spans any more."""
        columns: dict[str, Any] = {
            f.name: getattr(self, f.name)[keep] for f in fields(self) if f.name not in ("spans", "steps")
        }
        return Sheets(spans={}, steps=self.steps, **columns)


@dataclass(slots=True)
class Run:
    """One run over all claims of a block. `bound`: what lowered a claim last (`Sheets.steps`), or NOBODY."""

    values: Array  # what each claim is worth before anything is chosen
    amounts: Array
    bound: Array
    chosen: Array
    winner: Array  # the claim that is paid instead, or NOBODY
    open_rival: Array

    @classmethod
    def of(cls, values: Array) -> Run:
        nobody = np.full(len(values), NOBODY)
        return cls(values.copy(), values.copy(), nobody, values > 0, nobody.copy(), np.zeros(len(values), dtype=bool))

    def taken(self, keep: Array) -> Run:
        """The outcome for some of the claims: all of some applicants."""
        columns: dict[str, Any] = {f.name: getattr(self, f.name)[keep] for f in fields(self)}
        moved = np.cumsum(keep) - 1
        columns["winner"] = np.where(columns["winner"] == NOBODY, NOBODY, moved[columns["winner"]])
        return Run(**columns)


def joined(parts: Iterable[Array]) -> Array:
    found = list(parts)
    return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)
