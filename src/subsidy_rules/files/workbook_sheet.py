"""One sheet of a workbook as rows of cells, read as it streams by."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal

from .cells import DIGITS, Cell, Flaw, Percent, Row, double
from .number_formats import Shown
from .source import Limits, refuse
from .workbook_xml import Part, Words, tags

_NUMBER = re.compile(r"-?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,3})?", re.ASCII)
_WHOLE = re.compile(r"\d{1,15}", re.ASCII)
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})", re.ASCII)
_FIRST_DAYS = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}
FROM, UNTIL = 61, 2_958_466  # serial numbers of days: before March 1900 programs disagree, after 9999 there are none
SECONDS = 86_400
YES = ("1", "true")


def letters(column: int) -> str:
    """0 → A, 26 → AA."""
    found = ""
    while column >= 0:
        column, rest = divmod(column, 26)
        found, column = chr(65 + rest) + found, column - 1
    return found


def column_of(name: str) -> int:
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number - 1


class SheetReader:
    """`done`: rows that are read; who takes them clears the list."""

    def __init__(
        self, file: str, sheet: str, limits: Limits, texts: list[str], formats: list[Shown], from_1904: bool
    ) -> None:
        self.name = f"{file}[{sheet}]"
        self.done: list[Row] = []
        self._limits, self._texts, self._first = limits, texts, _FIRST_DAYS[from_1904]
        self._number = 0
        self._cells: list[Cell] = []
        self._hidden_row = self._formula = False
        self._hidden: list[tuple[int, int]] = []  # columns
        self._last = -1  # column of the last cell in which anything stands
        self._widest = -1
        self._at, self._kind, self._style, self._value = 0, "n", "0", ""
        self._formats = {str(at): shown for at, shown in enumerate(formats)}
        self._columns: dict[str, int] = {}
        self._words = Words()
        starts = {
            "row": self._row,
            "c": self._cell,
            "f": self._f,
            "v": self._begin,
            "col": self._col,
            "mergeCell": self._merged,
        }
        ends = {"row": self._end_row, "c": self._end_cell, "v": self._end}
        self.part = Part(
            self.name,
            limits,
            {tag: handler for name, handler in starts.items() for tag in tags(name)} | self._words.starts,
            {tag: handler for name, handler in ends.items() for tag in tags(name)} | self._words.ends,
        )
        self._words.part = self.part

    def finish(self) -> None:
        for first, last in self._hidden:
            if first <= self._widest:
                span = f"{letters(first)}:{letters(min(last, self._widest))}"
                refuse(self.name, "SR912", 0, first + 1, found=f"column {span}")

    def _row(self, given: dict[str, str]) -> None:
        written = given.get("r", str(self._number + 1))
        number = int(written) if _WHOLE.fullmatch(written) else 0
        if number <= self._number:
            refuse(self.name, "SR901", self._number + 1, found=f"row {written[:20]}", expected="rows in order")
        self._number, self._cells, self._last, self._at = number, [], -1, -1
        self._hidden_row = given.get("hidden") in YES

    def _end_row(self) -> None:
        if self._last < 0:
            return
        if self._hidden_row:
            refuse(self.name, "SR912", self._number, found=f"row {self._number}")
        self._widest = max(self._widest, self._last)
        self.done.append((self._number, self._cells))

    def _cell(self, given: dict[str, str]) -> None:
        place = given.get("r")
        if place is None:
            self._at += 1
        else:
            name = place.rstrip("0123456789")
            at = self._columns.get(name)
            if at is None:
                match = _PLACE.fullmatch(place)
                at = column_of(match[1]) if match else -1
                self._columns[name] = at
            if at <= self._at:
                refuse(self.name, "SR901", self._number, found=f"cell {place[:20]}", expected="cells in order")
            self._at = at
        self._kind, self._style = given.get("t", "n"), given.get("s", "0")
        self._formula, self._value = False, ""

    def _col(self, given: dict[str, str]) -> None:
        first, last = given.get("min", ""), given.get("max", "")
        if given.get("hidden") in YES and _WHOLE.fullmatch(first) and _WHOLE.fullmatch(last):
            self._hidden.append((int(first) - 1, int(last) - 1))

    def _merged(self, given: dict[str, str]) -> None:
        refuse(self.name, "SR913", found=given.get("ref", "")[:20])

    def _f(self, _: dict[str, str]) -> None:
        self._formula = True

    def _begin(self, _: dict[str, str]) -> None:
        self.part.collect()

    def _end(self) -> None:
        self._value = self.part.collected()

    def _end_cell(self) -> None:
        found = self._read()
        if found is None:
            return
        if self._at >= self._limits.columns:
            expected = f"at most {self._limits.columns} columns"
            refuse(
                self.name, "SR904", self._number, self._at + 1, found=f"column {letters(self._at)}", expected=expected
            )
        gap = self._at - len(self._cells)
        if gap:
            self._cells += [None] * gap
        self._cells.append(found)
        self._last = self._at

    def _read(self) -> Cell:
        kind, value = self._kind, self._value
        if self._formula:
            return Flaw("SR921", "a formula")
        if kind == "s":
            if not (value.isdigit() and value.isascii() and len(value) < 10 and int(value) < len(self._texts)):
                refuse(self.name, "SR901", self._number, self._at + 1, found=f"text {value[:20]}")
            return self._texts[int(value)] or None
        if kind == "inlineStr":
            return self._words.taken() or None
        if value == "":
            return None
        if kind == "str":
            return value
        if kind == "b":
            return value in YES if value in (*YES, "0", "false") else Flaw("SR922", value)
        if kind == "d":
            return _iso(value)
        if kind == "n":
            return self._numeric(value)
        return Flaw("SR922", value)

    def _numeric(self, value: str) -> Cell:
        shown = self._formats.get(self._style, "plain")
        if shown == "plain" and value.isdigit() and value.isascii() and len(value) <= DIGITS:
            return int(value)
        if not _NUMBER.fullmatch(value):
            return Flaw("SR922", value)
        number = double(value)
        if number is None:
            return Flaw("SR923", value)
        if shown == "date":
            return self._day(number)
        if shown == "percent":
            return Percent(number)
        return number if shown == "plain" else Flaw("SR931", value)

    def _day(self, serial: Decimal) -> Cell:
        """A day; with its hour where the cell has one, to the second."""
        if not FROM <= serial < UNTIL:
            return Flaw("SR929", f"{serial} as a day")
        days = int(serial)
        seconds = round((serial - days) * SECONDS)
        if not seconds:
            return (self._first + timedelta(days)).date()
        return self._first + timedelta(days, seconds)


def _iso(value: str) -> Cell:
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return Flaw("SR929", value)
    if found.tzinfo or found.microsecond:
        return Flaw("SR929", value)
    return found if found.hour or found.minute or found.second else date(found.year, found.month, found.day)
