"""Rows of cells → a table of typed columns and the problems of its rows. A cell that can't be read is null in the table, and its
row is among the bad ones."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain
from typing import Any

import numpy as np
import pyarrow as pa

from ..errors import Problem
from .cells import Cell, Flaw, Row
from .codes import CODES
from .headers import Column, is_header, read_header
from .layout import Layout
from .source import Limits, refuse
from .values import Days, Read, Wrong, shown

CHUNK = 16_384  # rows whose values are Python objects at a time
SAID = 10  # problems that are said of one row
KNOWN = 20_000  # cells of one column that are remembered
UNITS = {"money": "分", "rate": "1", "number": ""}  # of the tables that are made
_SCALED = {"rate", "number"}
_TYPES = {"bool": pa.bool_(), "judgement": pa.bool_(), "date": pa.date32()}


@dataclass
class Table:
    """`rows`: of each entry, its number in the file. `problems`: by entry, in their order; an entry with any is bad."""

    layout: Layout
    file: str
    columns: list[Column]
    data: pa.Table
    rows: array[int]
    problems: dict[int, list[Problem]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.layout.name

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, name: str) -> pa.ChunkedArray | None:
        return self.data.column(name) if name in self.data.column_names else None

    def texts(self, name: str) -> list[str | None]:
        column = self.column(name)
        return [None] * len(self) if column is None else column.to_pylist()

    def add(self, at: int, code: str, name: str = "", found: str = "", expected: str = "", near: str = "") -> None:
        """A problem of an entry."""
        column = next((one for one in self.columns if one.name == name), None)
        place, header = (column.at + 1, column.header) if column else (0, name)
        problem = Problem(self.file, self.rows[at], place, code, header, CODES[code].en, found, expected, near)
        self.problems.setdefault(at, []).append(problem)

    def bad(self) -> np.ndarray[Any, Any]:
        found = np.zeros(len(self), dtype=bool)
        found[list(self.problems)] = True
        return found


def read_table(
    file: str,
    layout: Layout,
    rows: Iterator[Row],
    ignored: Collection[str],
    days: Days,
    limits: Limits,
    full: bool = False,
    progress: Callable[[int], None] = lambda rows: None,
) -> Table:
    """The first row is the header; `full`: every row has as many cells. Raises ProblemsError where the header can't be used; what
    is wrong with a row is in the table."""
    first = next(rows, None)
    if first is None:
        refuse(file, "SR914", found="nothing", expected="a header in the first row")
    second = next(rows, None)
    columns = read_header(file, first[0], first[1], layout, ignored, second[1] if second else ())
    if second is not None and is_header(second[1], layout):
        refuse(file, "SR914", second[0], 1, found=f"a second header in row {second[0]}", expected="one header row")
    builder = _Builder(file, layout, columns, days, first[1], full)
    for row in chain([second] if second else [], rows):
        builder.add(row)
        if len(builder.rows) >= limits.rows:
            refuse(file, "SR904", row[0], found=f"more than {limits.rows} rows")
        if len(builder.rows) % CHUNK == 0:
            builder.flush()
            progress(len(builder.rows))
    builder.flush()
    return builder.table()


@dataclass(slots=True)
class _Reading:
    """A column as it fills up."""

    column: Column
    read: Read
    memo: dict[tuple[type, Cell], Any] = field(default_factory=dict)
    values: list[Any] = field(default_factory=list)
    chunks: list[pa.Array] = field(default_factory=list)

    def value(self, cell: Cell) -> Any:
        """Raises Wrong. Cells are remembered: most columns hold few different ones."""
        if cell is None:
            return None
        place = (cell.__class__, cell)
        found = self.memo.get(place)
        if found is None:
            found = self._value(cell)
            if len(self.memo) < KNOWN:
                self.memo[place] = found
        return found

    def _value(self, cell: Cell) -> Any:
        if isinstance(cell, Flaw):
            raise Wrong(cell.code)
        return None if isinstance(cell, str) and not cell.strip() else self.read(cell)


class _Builder:
    def __init__(
        self, file: str, layout: Layout, columns: list[Column], days: Days, header: Sequence[Cell], full: bool
    ) -> None:
        self.rows: array[int] = array("q")
        self._file, self._layout, self._full, self._width = file, layout, full, len(header)
        self._columns = [_Reading(column, column.field.reader(column.unit, days)) for column in columns]
        self._unnamed = [at for at, cell in enumerate(header) if cell is None]
        self._problems: dict[int, list[Problem]] = {}

    def add(self, row: Row) -> None:
        number, cells = row
        self.rows.append(number)
        problems: list[Problem] = []
        width = len(cells)
        for one in self._columns:
            cell = cells[one.column.at] if one.column.at < width else None
            value = None
            try:
                value = one.value(cell)
                if value is None and one.column.field.needed:
                    raise Wrong("SR935", found=" ")
            except Wrong as wrong:
                problems.append(self._problem(number, one.column, cell, wrong))
            one.values.append(value)
        beyond = [at for at in (*self._unnamed, *range(self._width, width)) if at < width and cells[at] is not None]
        if beyond or (self._full and width < self._width):
            found = "a cell without a header" if beyond else f"{width} cells"
            at = beyond[0] if beyond else width
            problems.append(
                Problem(self._file, number, at + 1, "SR936", "", CODES["SR936"].en, found, f"{self._width} cells")
            )
        if problems:
            self._problems[len(self.rows) - 1] = problems[:SAID]

    def _problem(self, number: int, column: Column, cell: Cell, wrong: Wrong) -> Problem:
        found = (wrong.found or shown(cell)).strip()
        said, header = CODES[wrong.code].en, column.header[:60]
        return Problem(self._file, number, column.at + 1, wrong.code, header, said, found, wrong.expected, wrong.near)

    def flush(self) -> None:
        for one in self._columns:
            one.chunks.append(_array(one.values, one.column.field.fact.kind))
            one.values.clear()

    def table(self) -> Table:
        columns = [one.column for one in self._columns]
        fields = [
            pa.field(c.name, one.chunks[0].type, metadata={"unit": UNITS.get(c.field.fact.kind, "")})
            for c, one in zip(columns, self._columns, strict=True)
        ]
        data = pa.table([pa.chunked_array(one.chunks) for one in self._columns], pa.schema(fields))
        return Table(self._layout, self._file, columns, data, self.rows, self._problems)


def _array(values: list[Any], kind: str) -> pa.Array:
    if kind in _SCALED:
        return pa.array([None if v is None else Decimal(v).scaleb(-6) for v in values], pa.decimal128(24, 6))
    if kind in ("money", "count", "months"):
        return pa.array(values, pa.int64())
    return pa.array(values, _TYPES.get(kind, pa.string()))
