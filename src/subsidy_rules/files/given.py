"""The files of one batch: which is which, each read into a table."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from ..errors import Problem, ProblemsError, echo, nearest
from ..model.program import Program
from . import csv_file, parquet_file
from .cells import Row
from .codes import CODES
from .headers import find
from .layout import APPLICANTS, APPROVED, GRANTS, GUIDES, Layout, Layouts
from .source import Limits, Source, digest_of, kind_of, refuse
from .table import Table, read_table
from .values import Days, key
from .xlsx_file import Book

Progress = Callable[[str, int], None]  # a step (a table's name, "assess", "write") and how many rows are done


@dataclass(frozen=True)
class Options:
    """How files are read. `encoding` of CSV; `days`: the format of days as text; `ignored`: columns and sheets that are left out;
    `identities`: headers of further columns that two claims must not share."""

    encoding: str | None = None
    days: str = "YYYY-MM-DD"
    ignored: Collection[str] = ()
    identities: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class File:
    """A file that was read, for the cover. `encoding`: of CSV."""

    name: str
    sha256: str
    encoding: str


@dataclass
class Tables:
    """What was read: the applicants, items by kind, grants and decisions, and from which files."""

    program: Program
    layouts: Layouts
    tables: dict[str, Table]
    files: list[File]

    @property
    def applicants(self) -> Table:
        return self.tables[APPLICANTS]

    @property
    def items(self) -> dict[str, Table]:
        return {name: table for name, table in self.tables.items() if table.layout.kind is not None}


def read_tables(
    program: Program,
    applicants: Source,
    items: Mapping[str, Source] | None = None,
    grants: Source | None = None,
    approved: Source | None = None,
    options: Options | None = None,
    progress: Progress = lambda step, rows: None,
) -> Tables:
    """A file for each table, or one workbook with a sheet for each. Raises ProblemsError where a file can't be used at all;
    what is wrong with single rows is in the tables."""
    options = options or Options()
    layouts = Layouts(program, options.identities)
    reader = _Reader(layouts, options, progress)
    kinds = {name: _kind(layouts, name) for name in items or {}}
    reader.read(applicants, APPLICANTS, whole=not (items or grants or approved))
    for name, source in (items or {}).items():
        reader.read(source, kinds[name])
    for past, name in ((grants, GRANTS), (approved, APPROVED)):
        if past is not None:
            reader.read(past, name)
    if reader.problems:
        raise ProblemsError(reader.problems)
    if not len(reader.tables[APPLICANTS]):
        refuse(applicants.name, "SR920")
    return Tables(program, layouts, reader.tables, reader.files)


def _kind(layouts: Layouts, name: str) -> str:
    found = layouts.by_key.get(key(name))
    if found is None or layouts.tables[found].kind is None:
        kinds = [table.name for table in layouts.tables.values() if table.kind]
        refuse("--items", "SR911", found=echo(name), expected="a kind of item", nearest=nearest(name, kinds))
    return found


class _Reader:
    def __init__(self, layouts: Layouts, options: Options, progress: Progress) -> None:
        self._layouts, self._options, self._progress = layouts, options, progress
        self._ignored = {key(name) for name in options.ignored}
        try:
            self._days = Days(options.days)
        except ValueError as error:
            refuse("--dates", "SR929", found=echo(options.days), expected=str(error))
        self.tables: dict[str, Table] = {}
        self.files: list[File] = []
        self.problems: list[Problem] = []

    def read(self, source: Source, name: str, whole: bool = False) -> None:
        """`whole`: a workbook with every table. Problems of several files are said together."""
        try:
            with source.open(self._options.limits) as handle:
                digest = digest_of(handle)
                encoding = self._read(source, handle, name, whole)
                self.files.append(File(source.name, digest, encoding))
        except ProblemsError as error:
            self.problems += error.problems

    def _read(self, source: Source, handle: BinaryIO, name: str, whole: bool) -> str:
        limits = self._options.limits
        kind = kind_of(source.name, handle)
        layout = self._layouts.tables[name]
        if kind == "csv":

            def known(cells: Collection[str]) -> int:
                return sum(
                    not c.isascii() and (find(c, layout)[0] is not None or key(c) in self._ignored) for c in cells
                )

            encoding = csv_file.encoding_of(source.name, handle, self._options.encoding, known, limits)
            self._add(source.name, layout, csv_file.rows(source.name, handle, encoding, limits), full=True)
            return csv_file.ENCODINGS[encoding]
        if kind == "parquet":
            file = parquet_file.open_parquet(source.name, handle, limits)
            header: Row = (0, parquet_file.headers(file))
            self._add(source.name, layout, _after(header, parquet_file.rows(source.name, file)))
            return ""
        book = Book.open(source.name, handle, limits)
        for sheet, table in (self._sheets(book, name) if whole else self._sheet(book, name)).items():
            self._add(f"{source.name}[{sheet}]", self._layouts.tables[table], book.rows(sheet))
        return ""

    def _add(self, file: str, layout: Layout, rows: Iterator[Row], full: bool = False) -> None:
        def tell(done: int) -> None:
            self._progress(layout.name, done)

        try:
            self.tables[layout.name] = read_table(
                file, layout, rows, self._ignored, self._days, self._options.limits, full, tell
            )
        except ProblemsError as error:
            self.problems += error.problems

    def _shown(self, book: Book) -> list[str]:
        """The sheets that may hold data."""
        found = [sheet for sheet in book.sheets if key(sheet) not in {*self._ignored, *map(key, GUIDES)}]
        for sheet in found:
            if sheet in book.hidden:
                refuse(f"{book.name}[{sheet}]", "SR912", found="a hidden sheet")
        return found

    def _sheets(self, book: Book, name: str) -> dict[str, str]:
        """Sheet → table; a single sheet may be called anything."""
        shown = self._shown(book)
        if len(shown) == 1:
            return {shown[0]: name}
        found: dict[str, str] = {}
        for sheet in shown:
            table = self._layouts.by_key.get(key(sheet))
            if table is None or table in found.values():
                near = nearest(key(sheet), self._layouts.by_key)
                self._say(f"{book.name}[{sheet}]", "SR911" if table is None else "SR916", echo(sheet), near)
            else:
                found[sheet] = table
        if name not in found.values():
            refuse(book.name, "SR911", found=", ".join(shown)[:80], expected=f"a sheet {name} ({self._called(name)})")
        return found

    def _sheet(self, book: Book, name: str) -> dict[str, str]:
        """The one sheet of this table."""
        shown = self._shown(book)
        found = shown if len(shown) == 1 else [s for s in shown if self._layouts.by_key.get(key(s)) == name]
        if len(found) != 1:
            refuse(book.name, "SR911", found=", ".join(shown)[:80], expected=f"a sheet {name} ({self._called(name)})")
        return {found[0]: name}

    def _called(self, name: str) -> str:
        return self._layouts.tables[name].called[0]

    def _say(self, file: str, code: str, found: str, near: str) -> None:
        self.problems.append(Problem(file, 0, 0, code, "", CODES[code].en, found, "a name of a table", near))


def _after(first: Row, rows: Iterator[Row]) -> Iterator[Row]:
    yield first
    yield from rows
