"""Workbooks (.xlsx): sheets by name, rows of cells. Nothing is computed, guessed or repaired."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO
from zipfile import ZipFile

from .cells import Row
from .number_formats import BUILT_IN, Shown, shown_as
from .source import Limits, refuse
from .workbook_sheet import SheetReader
from .workbook_xml import End, Part, Start, Words, archive, read_part, tags

_RELATION = tuple(
    f"{namespace} id"
    for namespace in (
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "http://purl.oclc.org/ooxml/officeDocument/relationships",
    )
)
_LINK = "http://schemas.openxmlformats.org/package/2006/relationships Relationship"
_ID = re.compile(r"\d{1,9}", re.ASCII)


@dataclass
class Book:
    """An open workbook. `sheets`: name → part; `hidden`: names of hidden ones."""

    name: str
    limits: Limits
    zip: ZipFile
    sheets: dict[str, str] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    from_1904: bool = False
    formats: list[Shown] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, name: str, handle: BinaryIO, limits: Limits) -> Book:
        book = cls(name, limits, archive(name, handle, limits))
        book._read_sheets()
        book._read_formats()
        book._read_texts()
        return book

    def rows(self, sheet: str) -> Iterator[Row]:
        """The rows in which anything stands. Raises ProblemsError for what can't be read as a plain table."""
        reader = SheetReader(self.name, sheet, self.limits, self.texts, self.formats, self.from_1904)
        with self.zip.open(self.sheets[sheet]) as stream:
            for _ in reader.part.read(stream):  # type: ignore[arg-type]
                yield from reader.done
                reader.done.clear()
        reader.finish()

    def _read(self, name: str, starts: Mapping[str, Start], ends: Mapping[str, End] | None = None) -> Part:
        return read_part(self.name, self.zip, name, self.limits, starts, ends)

    def _read_sheets(self) -> None:
        found: list[tuple[str, str, bool]] = []
        links: dict[str, str] = {}

        def sheet(given: dict[str, str]) -> None:
            link = next((given[name] for name in _RELATION if name in given), "")
            found.append((given.get("name", ""), link, given.get("state", "visible") != "visible"))

        def link(given: dict[str, str]) -> None:
            links[given.get("Id", "")] = given.get("Target", "")

        def properties(given: dict[str, str]) -> None:
            self.from_1904 = given.get("date1904") in ("1", "true")

        self._read(
            "xl/workbook.xml", dict.fromkeys(tags("sheet"), sheet) | dict.fromkeys(tags("workbookPr"), properties)
        )
        if "xl/_rels/workbook.xml.rels" in self.zip.namelist():
            self._read("xl/_rels/workbook.xml.rels", {_LINK: link})
        for name, target, hidden in found:
            path = posixpath.normpath(posixpath.join("/xl", links.get(target, "")))[1:]
            if not name or path not in self.zip.namelist():
                refuse(self.name, "SR901", found=f"no part for sheet {name[:31]!r}")
            self.sheets[name] = path
            if hidden:
                self.hidden.add(name)

    def _read_formats(self) -> None:
        codes: dict[str, str] = {}
        cells: list[str] = []
        inside = False

        def code(given: dict[str, str]) -> None:
            codes[given.get("numFmtId", "")] = given.get("formatCode", "")[:1000]

        def enter(_: dict[str, str]) -> None:
            nonlocal inside
            inside = True

        def leave() -> None:
            nonlocal inside
            inside = False

        def style(given: dict[str, str]) -> None:
            if inside:
                cells.append(given.get("numFmtId", "0"))

        if "xl/styles.xml" in self.zip.namelist():
            starts = {**dict.fromkeys(tags("numFmt"), code), **dict.fromkeys(tags("cellXfs"), enter)}
            self._read(
                "xl/styles.xml", starts | dict.fromkeys(tags("xf"), style), dict.fromkeys(tags("cellXfs"), leave)
            )
        for one in cells:
            builtin = BUILT_IN.get(int(one), "plain") if _ID.fullmatch(one) else "other"
            self.formats.append(shown_as(codes[one]) if one in codes else builtin)

    def _read_texts(self) -> None:
        """Texts that cells share."""
        name = "xl/sharedStrings.xml"
        if name not in self.zip.namelist():
            return
        words = Words()

        def end() -> None:
            self.texts.append(words.taken())

        words.part = Part(self.name, self.limits, words.starts, words.ends | dict.fromkeys(tags("si"), end))
        with self.zip.open(name) as stream:
            for _ in words.part.read(stream):  # type: ignore[arg-type]
                pass
