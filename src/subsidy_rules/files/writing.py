"""Results as files: one workbook, or a folder of CSV or Parquet files. Text never becomes a formula, an amount never a float."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException

from ..explain import Lang
from .beside import beside
from .outcome import Outcome
from .report import Sheet, sheets
from .source import refuse
from .words import word

FORMATS = (".xlsx", ".csv", ".parquet")
SHEET_ROWS = 1_048_576
NUMBER = 10**13  # yuan: with two decimals, 15 digits
# A cell that begins so may be computed.
DANGEROUS = tuple("=+-@\t\r\n\0＝＋－＠|%")
BATCH = 8_192
Progress = Callable[[str, int], None]


def write(outcome: Outcome, target: Path, lang: Lang = "zh", progress: Progress = lambda step, rows: None) -> None:
    """`target` ends in `.xlsx` (a workbook), `.csv` or `.parquet` (a new folder of that name, one file a sheet). It is there as a
    whole or not at all. Raises ProblemsError."""
    if target.suffix not in FORMATS:
        refuse(str(target), "SR941", found=target.suffix or "no ending", expected=" or ".join(FORMATS))
    found = sheets(outcome, lang)
    with beside(target) as folder:
        if target.suffix == ".xlsx":
            _workbook(found, folder / target.name, folder, lang, progress)
            return
        (folder / target.name).mkdir()
        written = 0
        for sheet in found:
            path = folder / target.name / f"{sheet.code}{target.suffix}"
            if target.suffix == ".csv":
                _csv(sheet, path, lang)
            else:
                pq.write_table(_decoded(sheet.table), path, compression="zstd")
            written += sheet.table.num_rows
            progress("write", written)


def save(target: Path, data: bytes) -> None:
    """Bytes as a file, whole or not at all. Raises ProblemsError."""
    with beside(target) as folder:
        (folder / target.name).write_bytes(data)


def workbook(outcome: Outcome, lang: Lang = "zh") -> bytes:
    """The result as the bytes of an .xlsx file. Raises ProblemsError."""
    out = BytesIO()
    _workbook(sheets(outcome, lang), out, None, lang, lambda step, rows: None)
    return out.getvalue()


def _workbook(
    found: Sequence[Sheet], target: Path | BinaryIO, folder: Path | None, lang: Lang, progress: Progress
) -> None:
    options = {"constant_memory": True, "tmpdir": str(folder)} if folder else {"in_memory": True}
    book = xlsxwriter.Workbook(str(target) if isinstance(target, Path) else target, options)
    try:
        pen = Pen(book)
        written = 0
        for sheet in found:
            for title, part in _parts(sheet):
                _sheet(book, pen, title, part, lang)
                written += part.table.num_rows
                progress("write", written)
        book.close()
    except XlsxWriterException as error:
        cause = error.args[0] if error.args and isinstance(error.args[0], OSError) else OSError(str(error))
        raise cause from None


class Pen:
    """Writes cells so that they are what they look like."""

    def __init__(self, book: Any) -> None:
        look = {"bold": True, "bg_color": "#DDE6F0", "text_wrap": True, "valign": "vcenter", "num_format": "@"}
        self.head = book.add_format(look)
        self.plain = book.add_format({"num_format": "@"})
        self.quoted = book.add_format({"num_format": "@", "quote_prefix": True})
        self.money = book.add_format({"num_format": "#,##0.00"})
        self.whole = book.add_format({"num_format": "0"})

    def text(self, sheet: Any, row: int, column: int, text: str, form: Any = None) -> None:
        """As text, whatever it begins with; also after somebody has edited the cell."""
        form = form or (self.quoted if text.startswith(DANGEROUS) else self.plain)
        if sheet.write_string(row, column, text, form):
            refuse(sheet.name, "SR942", row + 1, column + 1, found=f"{len(text)} characters in a cell")

    def number(self, sheet: Any, row: int, column: int, value: Any) -> None:
        """An int, or a Decimal with two places, as its own digits; what has more of them than a double holds is text."""
        if abs(value) >= NUMBER:
            self.text(sheet, row, column, f"{value:f}")
        else:
            sheet.write_number(row, column, Decimal(value), self.whole if isinstance(value, int) else self.money)


def _parts(sheet: Sheet) -> Iterator[tuple[str, Sheet]]:
    """What a sheet can't hold goes on in another."""
    for at, start in enumerate(range(0, max(1, sheet.table.num_rows), SHEET_ROWS - 1)):
        title = f"{sheet.title} ({at + 1})" if at else sheet.title
        yield title, replace(sheet, table=sheet.table.slice(start, SHEET_ROWS - 1))


def _sheet(book: Any, pen: Pen, title: str, sheet: Sheet, lang: Lang) -> None:
    page = book.add_worksheet(title)
    page.freeze_panes(1, 1)
    for column, header in enumerate(sheet.headers):
        page.set_column(
            column, column, 28 if sheet.code == "cover" else _width(sheet.table.schema[column].type, header)
        )
        pen.text(page, 0, column, header, pen.head)
    for number, row in enumerate(rows(sheet, lang), 1):
        for column, value in enumerate(row):
            if isinstance(value, str):
                pen.text(page, number, column, value)
            elif value is not None:
                pen.number(page, number, column, value)
    if sheet.code != "cover" and sheet.table.num_rows:
        page.autofilter(0, 0, sheet.table.num_rows, len(sheet.headers) - 1)


def _width(kind: pa.DataType, header: str) -> int:
    return max(2 * len(header) + 2, 18 if pa.types.is_decimal(kind) else 12)


def rows(sheet: Sheet, lang: Lang) -> Iterator[tuple[Any, ...]]:
    """Rows for people: text, whole numbers and decimals."""
    yes, no = word("yes", lang), word("no", lang)
    says = [_remembered(say) if say else None for say in sheet.words]
    flags = [pa.types.is_boolean(field.type) for field in sheet.table.schema]
    for batch in sheet.table.to_batches(BATCH):
        columns = [column.to_pylist() for column in batch.columns]
        for at, say in enumerate(says):
            if say:
                columns[at] = [None if value is None else say(value) for value in columns[at]]
            if flags[at]:
                columns[at] = [None if value is None else yes if value else no for value in columns[at]]
        yield from zip(*columns, strict=True)


def _remembered(say: Callable[[Any], Any]) -> Callable[[Any], Any]:
    known: dict[Any, Any] = {}

    def found(value: Any) -> Any:
        if value not in known:
            known[value] = say(value)
        return known[value]

    return found


def _decoded(table: pa.Table) -> pa.Table:
    """Plain text for dictionaries, which may name nothing in a way that Parquet does not know."""
    columns = [c.cast(pa.string()) if pa.types.is_dictionary(c.type) else c for c in table.columns]
    return pa.table(columns, table.column_names)


def _csv(sheet: Sheet, path: Path, lang: Lang) -> None:
    """UTF-8 with its mark, every cell in quotation marks; text that a spreadsheet would compute has a ' before it."""
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.writer(handle, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow(sheet.headers)
        for row in rows(sheet, lang):
            writer.writerow([_safe(value) for value in row])


def _safe(value: Any) -> str:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(DANGEROUS) else value
    return "" if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)
