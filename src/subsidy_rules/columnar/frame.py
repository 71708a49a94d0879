"""A block of applicants and their items as columns of raw values; the conditions and days that whole blocks share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from ..engine.claims import first_day, last_day, year_outside
from ..expr import Tree
from ..model.program import Program, ProgramRule
from .history import History
from .quantity import OPEN, Array, Quantity
from .vector import Column, Truth, Vector, day_number

ALWAYS, NEVER = (Truth(end, end) for end in (np.ones(1, dtype=bool), np.zeros(1, dtype=bool)))


@dataclass(slots=True)
class Frame:
    """Rows of the applicants, or of their items of one kind (`owner`: the applicant's row in the block)."""

    rows: int
    column: Callable[[str], Column]
    owner: Array | None = None
    ids: Any = None  # Arrow array of text
    stated: frozenset[str] = frozenset()  # own facts that are known in some row

    def taken(self, rows: Array) -> Frame:
        """Some of the rows, each column when it is first asked for."""
        known: dict[str, Column] = {}

        def column(name: str) -> Column:
            if name not in known:
                known[name] = taken(self.column(name), rows)
            return known[name]

        return Frame(len(rows), column)

    def any_unknown(self, names: Iterable[str]) -> Array:
        """Rows where at least one of the facts is not known."""
        found = np.zeros(self.rows, dtype=bool)
        for name in names:
            column = self.column(name)
            if isinstance(column, Truth):
                found |= column.sure != column.possible
            elif not column.exact:
                found |= column.low != column.high
        return found


def taken(column: Column, rows: Array | slice) -> Column:
    """Some rows of a column; what is one object stays one."""
    if isinstance(column, Truth):
        sure = column.sure[rows]
        return Truth(sure, sure if column.sure is column.possible else column.possible[rows])
    low = column.low[rows]
    return Quantity(low, low if column.exact else column.high[rows], column.exponent, column.most)


@dataclass
class Texts:
    """Choices and texts as numbers, the same ones in every column."""

    names: list[str] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)

    def number(self, text: str) -> int:
        if text not in self._numbers:
            self._numbers[text] = len(self.names)
            self.names.append(text)
        return self._numbers[text]


@dataclass
class Block:
    """Applicants and their items, a year and a day for all of them."""

    program: Program
    applicants: Frame
    items: dict[str, Frame]
    texts: Texts
    history: History
    year: int
    day: date | None
    published: dict[str, date]
    times: Any = None  # when each applied
    start: int = 0  # the first applicant's row in the population
    firsts: dict[str, int] = field(default_factory=dict)  # the first item's, by kind

    def __post_init__(self) -> None:
        self._truths = Vector(self.applicants.column, self.texts.number)
        self._spread: dict[tuple[str, Tree], Truth] = {}
        self._own = {kind: frozenset(names) for kind, names in self.program.slots.items() if kind}
        self.items = {kind: self._with_applicant(kind, frame) for kind, frame in self.items.items()}

    def _with_applicant(self, kind: str, frame: Frame) -> Frame:
        """The items with the facts of their applicants."""
        own, owner = self._own[kind], frame.owner
        assert owner is not None
        spread: dict[str, Column] = {}

        def column(name: str) -> Column:
            if name in own:
                return frame.column(name)
            if name not in spread:
                spread[name] = taken(self.applicants.column(name), owner)
            return spread[name]

        return Frame(frame.rows, column, owner, frame.ids, frame.stated)

    @cached_property
    def partial(self) -> Array | None:
        """Applicants whose grants are not all told; None: all are."""
        found: Array = ~self.history.complete[self.start : self.start + self.applicants.rows]
        return found if found.any() else None

    def frame(self, kind: str | None) -> Frame | None:
        return self.applicants if kind is None else self.items.get(kind)

    def shared(self, kind: str | None, tree: Tree, read: frozenset[str]) -> Truth | None:
        """A condition on the applicant alone (`read`: its facts), tested once for each applicant and not for each item."""
        if kind is None or not read.isdisjoint(self._own[kind]):
            return None
        known = self._spread.get((kind, tree))
        if known is None:
            found = self._truths.truth(tree)
            owner = self.items[kind].owner
            assert owner is not None
            constant = len(found.sure) == len(found.possible) == 1
            spread = found if constant else taken(found, owner)
            assert isinstance(spread, Truth)
            known = self._spread[kind, tree] = spread
        return known

    @cached_property
    def _days(self) -> list[tuple[date | None, date | None]]:
        found = []
        for at in range(len(self.program.policies)):
            first = first_day(self.program, at, self.published)
            found.append((first, last_day(self.program, at, first)))
        return found

    def in_force(self, rule: ProgramRule, frame: Frame) -> Truth:
        """Sure where the day does not make the match uncertain; possible where the policy may be in force."""
        if self.program.policies[rule.policy].status == "repealed":
            return NEVER
        first, last = self._days[rule.policy]
        if rule.dated_by is None:
            if self.day is None:
                return NEVER if year_outside(self.year, first, last) else ALWAYS
            return NEVER if (first and self.day < first) or (last and self.day > last) else ALWAYS
        found = frame.column(rule.dated_by)
        assert isinstance(found, Quantity)
        known = found.low != -OPEN if not found.exact else np.ones(frame.rows, dtype=bool)
        inside = np.ones(frame.rows, dtype=bool)
        if first:
            inside &= found.low >= day_number(first)
        if last:
            inside &= found.low <= day_number(last)
        return Truth(known & inside, ~known | inside)
