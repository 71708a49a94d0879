"""Arrow tables → columns of raw values. Everything that is wrong with them is said at once, with column and row.

A table comes from anything that gives an Arrow stream (pyarrow, Polars, pandas, DuckDB). A column is named after its fact; a null
is an unknown fact. Money and rates state their unit: 分, 元, 万元 or 亿元; % or 1.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..errors import Problem, echo, nearest
from ..expr import QUANTITIES, FactType
from ..expr.generate import exponent_of
from ..money import MAX_FEN
from .buffers import bits, known_rows, scaled, stored
from .codes import CODES
from .quantity import OPEN, Array, Quantity
from .vector import EPOCH, Column, Truth

UNITS = {"money": {"分": 0, "元": 2, "万元": 6, "亿元": 10}, "rate": {"1": 6, "%": 4}, "number": {"": 6}}
PLAIN = {"count": 0, "months": 0}
HOUR = "text like 2026-03-01 or 2026-03-01T09:30:00"
SHOWN = 3  # rows that a problem names


@dataclass
class Reader:
    """Reads the columns of one table; collects `problems`."""

    name: str
    table: pa.Table
    units: Mapping[str, str]
    code: Callable[[str], int]
    problems: list[Problem]

    def text(self, name: str) -> pa.Array | None:
        """An identity column: text in every row."""
        column = self._column(name)
        if column is None or not _is_text(column.type):
            self.add("SR701", name, found=_shown(column), expected="a text column")
            return None
        column = _decoded(column)
        missing = np.diff(stored(column, np.int32, 1, 1)) == 0
        if (known := known_rows(column)) is not None:
            missing |= ~known
        if missing.any():
            self.add("SR702", name, found=self._rows(missing), expected="a text in every row")
        return column

    def owners(self, index: Callable[[pa.Array], pa.Array]) -> Array | None:
        """The row of each entry's applicant."""
        name = "applicant"
        column = self.text(name)
        if column is None:
            return None
        rows = index(column)
        if rows.null_count:
            self.add("SR710", name, found=some(column.filter(pc.is_null(rows))))
            return None
        return np.asarray(rows).astype(np.int64)

    def times(self, name: str) -> pa.Array | None:
        """A column of days or hours, as text whose order is theirs; null: not stated."""
        column = self._column(name)
        if column is None:
            return None
        if not _is_text(column.type):
            self.add("SR703", name, found=str(column.type), expected=HOUR)
            return None
        column = _decoded(column)
        wrong = pc.invert(pc.match_substring_regex(column, r"^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?)?$"))
        if pc.any(wrong).as_py():
            self.add("SR703", name, found=self._rows(wrong), expected=HOUR)
        return column

    def values(self, name: str, fact: FactType, names: Sequence[str], needed: bool = False) -> list[Any]:
        """A column as raw Python values; None where nothing stands. `names`: the texts by their codes."""
        if name not in self.table.column_names:
            if needed:
                self.add("SR701", name, found="no such column", expected=_expected(fact))
            return [None] * self.table.num_rows
        found = raw(self.fact(name, fact), fact.kind, names)
        missing = np.array([value is None for value in found], dtype=bool)
        if needed and missing.any():
            self.add("SR702", name, found=self._rows(missing), expected="a value in every row")
        return found

    def only(self, known: Collection[str], what: str) -> None:
        """Every other column is a problem."""
        for name in self.table.column_names:
            if name not in known:
                self.add("SR701", name, found=echo(name), expected=what, near=nearest(name, known))

    def fact(self, name: str, fact: FactType) -> Column:
        """A fact's column; unknown in every row where the table has none."""
        column = self._column(name)
        if column is None or pa.types.is_null(column.type):
            return unknown(fact, self.table.num_rows)
        try:
            return self._read(name, fact, column)
        except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
            self.add("SR703", name, found=str(error).splitlines()[0][:80], expected=_expected(fact))
            return unknown(fact, self.table.num_rows)

    def _read(self, name: str, fact: FactType, column: pa.Array) -> Column:
        known = known_rows(column)
        kind = "bool" if fact.kind == "judgement" else fact.kind
        wanted: dict[str, Callable[[pa.DataType], bool]] = {
            "bool": pa.types.is_boolean, "date": pa.types.is_date32, "choice": _is_text, "text": _is_text,
            "count": pa.types.is_integer, "months": pa.types.is_integer,
        }  # fmt: skip
        if kind in wanted and not wanted[kind](column.type):
            self.add("SR703", name, found=str(column.type), expected=_expected(fact))
            return unknown(fact, len(column))
        if kind == "bool":
            return _truth(bits(column, 1), known)
        if kind == "date":
            return _known(stored(column, np.int32).astype(np.int64), known, -OPEN, OPEN, 0)
        if kind in ("choice", "text"):
            return self._texts(name, fact, column, known)
        return self._quantity(name, fact, column, known)

    def _texts(self, name: str, fact: FactType, column: pa.Array, known: Array | None) -> Column:
        words = column if pa.types.is_dictionary(column.type) and not column.dictionary.null_count else None
        words = _decoded(column).dictionary_encode() if words is None else words
        indices = stored(words.indices, words.indices.type.to_pandas_dtype())
        indices = indices if known is None else np.where(known, indices, 0)
        found = [str(word) for word in words.dictionary.to_pylist()]
        wrong = [word for word in found if fact.options and word not in fact.options]
        if wrong:  # a dictionary may hold more than the column does
            used = set(_decoded(column).unique().to_pylist())
            wrong = [word for word in wrong if word in used]
        for word in wrong[:SHOWN]:
            rows = self._rows(pc.equal(_decoded(column), word))
            near = nearest(word, fact.options)
            self.add("SR704", name, found=f"{echo(word)} {rows}", expected=", ".join(fact.options), near=near)
        codes = np.array([self.code(word) for word in found] or [0], dtype=np.int64)
        return _known(codes.take(indices), known, -OPEN, OPEN, 0)

    def _quantity(self, name: str, fact: FactType, column: pa.Array, known: Array | None) -> Column:
        places = self._places(name, fact)
        if places is None:
            return unknown(fact, len(column))
        if pa.types.is_floating(column.type):
            self.add("SR705", name, found=str(column.type), expected=_expected(fact))
            return unknown(fact, len(column))
        values = scaled(column, places, known)
        low, high = fact.range
        most = MAX_FEN if high is None else high
        outside = (values < low) | (values > most)
        if known is not None:
            outside &= known
        if outside.any():
            self.add("SR706", name, found=self._rows(outside), expected=f"the legal range of {name}")
        return _known(values, known, low, OPEN if high is None else high, exponent_of(fact.kind))

    def _places(self, name: str, fact: FactType) -> int | None:
        """Decimal places from the column's unit to raw values."""
        if fact.kind in PLAIN:
            return PLAIN[fact.kind]
        units = UNITS[fact.kind]
        field = self.table.schema.field(name)
        stated = self.units.get(name) or (field.metadata or {}).get(b"unit", b"").decode()
        if stated not in units:
            self.add("SR707", name, found=echo(stated), expected=" or ".join(units))
            return None
        return units[stated]

    def _column(self, name: str) -> pa.Array | None:
        if name not in self.table.column_names:
            return None
        column = self.table.column(name)
        return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()

    def _rows(self, mask: Any) -> str:
        """The first rows of a mask, counted from 1, and how many there are."""
        rows = np.flatnonzero(
            np.asarray(pc.fill_null(mask, False) if isinstance(mask, (pa.Array, pa.ChunkedArray)) else mask)
        )
        shown = ", ".join(str(row + 1) for row in rows[:SHOWN])
        return f"in row {shown}{f' and {len(rows) - SHOWN} more' if len(rows) > SHOWN else ''}"

    def add(self, code: str, name: str, found: str = "", expected: str = "", near: str = "") -> None:
        self.problems.append(Problem(self.name, 0, 0, code, name, CODES[code].en, found, expected, near))


def owners(readers: Sequence[Reader], ids: pa.Array) -> list[Array | None]:
    """For each table the row of each entry's applicant among `ids`; looked up at once, which is much quicker."""
    columns = [reader.text("applicant") for reader in readers]
    known = [column for column in columns if column is not None]
    rows = pc.index_in(pa.chunked_array(known, pa.string()), value_set=ids).combine_chunks()
    found: list[Array | None] = []
    for reader, column in zip(readers, columns, strict=True):
        mine, rows = (rows[: len(column)], rows[len(column) :]) if column is not None else (None, rows)
        if mine is not None and mine.null_count:
            reader.add("SR710", "applicant", found=some(pc.filter(column, pc.is_null(mine))))
        found.append(None if mine is None or mine.null_count else np.asarray(mine).astype(np.int64))
    return found


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _is_text(kind.value_type)
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _decoded(column: pa.Array) -> pa.Array:
    return column.cast(pa.string()) if column.type != pa.string() else column


def _shown(column: pa.Array | None) -> str:
    return "no such column" if column is None else str(column.type)


def _expected(fact: FactType) -> str:
    kinds = {"bool": "boolean", "judgement": "boolean", "date": "date32", "choice": "text", "text": "text"}
    return kinds.get(fact.kind, "whole numbers" if fact.kind in PLAIN else "whole numbers or decimals")


def unknown(fact: FactType, rows: int) -> Column:
    """A fact that is not known in any row; takes no memory."""
    if fact.kind in ("bool", "judgement"):
        return Truth(np.broadcast_to(np.bool_(False), rows), np.broadcast_to(np.bool_(True), rows))
    if fact.kind not in QUANTITIES:
        return Quantity(np.broadcast_to(np.int64(-OPEN), rows), np.broadcast_to(np.int64(OPEN), rows))
    low, high = fact.range
    ends = (np.broadcast_to(np.int64(end), rows) for end in (low, OPEN if high is None else high))
    return Quantity(next(ends), next(ends), exponent_of(fact.kind), max(low, high or 0))


def _truth(values: Array, known: Array | None) -> Truth:
    return Truth(values, values) if known is None else Truth(values & known, values | ~known)


def _known(values: Array, known: Array | None, low: int, high: int, exponent: int) -> Quantity:
    if known is None:
        return Quantity(values, values, exponent, _largest(values))
    values = np.where(known, values, 0)
    most = _largest(values)
    finite = [abs(end) for end in (low, high) if abs(end) != OPEN]
    return Quantity(np.where(known, values, low), np.where(known, values, high), exponent, max([most, *finite]))


def _largest(values: Array) -> int:
    return max(int(values.max(initial=0)), -int(values.min(initial=0)))


def raw(column: Column, kind: str, names: Sequence[str], rows: Array | slice = slice(None)) -> list[Any]:
    """The raw values of some rows, as an admitted application has them; None: not known. `names`: the texts by their codes."""
    first, second = (column.sure, column.possible) if isinstance(column, Truth) else (column.low, column.high)
    values: list[Any] = first[rows].tolist()
    known = (first[rows] == second[rows]).tolist()
    if kind == "date":
        return [date.fromordinal(value + EPOCH) if k else None for value, k in zip(values, known, strict=True)]
    if kind in ("choice", "text"):
        return [names[value] if k else None for value, k in zip(values, known, strict=True)]
    return [value if k else None for value, k in zip(values, known, strict=True)]


def some(values: pa.Array) -> str:
    """Some of them, and how many there are."""
    if not len(values):
        return ""
    shown = ", ".join(echo(value) for value in values[:SHOWN].to_pylist())
    return f"{shown}{f' and {len(values) - SHOWN} more' if len(values) > SHOWN else ''}"


def read_facts(reader: Reader, declared: Mapping[str, FactType], special: Collection[str]) -> dict[str, Column]:
    """The facts that the table has; other columns than those and the special ones are problems."""
    reader.only({*declared, *special}, "a fact of the vocabulary")
    return {name: reader.fact(name, fact) for name, fact in declared.items() if name in reader.table.column_names}
