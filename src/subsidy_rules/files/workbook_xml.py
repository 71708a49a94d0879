"""The parts of a workbook: a zip archive, checked before it is unpacked, of XML without DTD, read piece by piece."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from .source import Limits, refuse

PIECE = 1 << 16
PARTS, NAME, DEPTH = 5_000, 256, 64  # parts of an archive, bytes of one in its directory, tags inside each other
SMALL = 1 << 20  # bytes: a part up to this size may be packed to any degree
_MAIN = ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
Start = Callable[[dict[str, str]], None]
End = Callable[[], None]


def tags(name: str) -> tuple[str, ...]:
    """A name of the spreadsheet language as the parser says it, in both of its namespaces."""
    return tuple(f"{namespace} {name}" for namespace in _MAIN)


def archive(name: str, handle: BinaryIO, limits: Limits) -> ZipFile:
    """Refuses archives that unpack to too much, and what can do more than hold data."""
    if _directory_size(name, handle) > PARTS * NAME:
        refuse(name, "SR904", found="a directory of too many parts", expected=f"at most {PARTS}")
    try:
        found = ZipFile(handle)
    except (BadZipFile, OSError, ValueError, NotImplementedError) as error:
        refuse(name, "SR901", found=str(error)[:80], expected="a workbook (.xlsx)")
    entries = found.infolist()
    names = [entry.filename for entry in entries]
    if len(set(names)) < len(names):
        refuse(name, "SR901", found="two parts of the same name", expected="a workbook (.xlsx)")
    if len(names) > PARTS or sum(entry.file_size for entry in entries) > limits.unpacked:
        refuse(name, "SR904", found="more when unpacked", expected=f"at most {limits.unpacked} bytes")
    for entry in entries:
        if entry.flag_bits & 1:
            refuse(name, "SR902")
        if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            refuse(name, "SR901", found=entry.filename[:80], expected="a workbook (.xlsx)")
        if entry.file_size > max(SMALL, limits.ratio * entry.compress_size):
            refuse(name, "SR904", found=f"{entry.filename[:80]} becomes {entry.file_size} bytes")
        if entry.filename.endswith("vbaProject.bin") or "/externalLinks/" in entry.filename:
            refuse(name, "SR906", found=entry.filename[:80])
    if "xl/workbook.xml" not in names:
        refuse(name, "SR901", found="no xl/workbook.xml", expected="a workbook (.xlsx)")
    return found


def _directory_size(name: str, handle: BinaryIO) -> int:
    """Bytes of the archive's directory, as its end record says: `ZipFile` reads all of it before anybody can object."""
    handle.seek(max(0, handle.seek(0, 2) - (1 << 16) - 64))
    tail = handle.read()
    handle.seek(0)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + 22 > len(tail) or tail[max(0, at - 20) :][:4] == b"PK\x06\x07":  # the last: records of 64 bits
        refuse(name, "SR901", found="no end of the archive", expected="a workbook (.xlsx)")
    return int.from_bytes(tail[at + 12 : at + 16], "little")


class Part:
    """One part, read by handlers for the tags that matter. `text` collects what stands between tags while it is a list."""

    def __init__(self, file: str, limits: Limits, starts: Mapping[str, Start], ends: Mapping[str, End]) -> None:
        self.file, self._limits, self._starts, self._ends = file, limits, starts, ends
        self.text: list[str] | None = None
        self._length = self._depth = 0
        self._parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._data

    def read(self, stream: BinaryIO) -> Iterator[None]:
        """After each piece, so that what was found can be taken away."""
        fed, done = 0, False
        while not done:
            try:
                piece = stream.read(PIECE)
                done = not piece
                self._parser.Parse(piece, done)
            except expat.ExpatError as error:
                refuse(self.file, "SR901", error.lineno, found=expat.ErrorString(error.code) or "", expected="XML")
            except (BadZipFile, zlib.error, EOFError, OSError) as error:
                refuse(self.file, "SR901", found=str(error)[:80])
            fed += len(piece)
            if not done and fed - self._parser.CurrentByteIndex > self._limits.line:
                refuse(self.file, "SR904", found="one tag", expected=f"at most {self._limits.line} bytes")
            yield

    def _doctype(self, *_: object) -> None:
        refuse(self.file, "SR905")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEPTH:
            refuse(self.file, "SR901", found=f"more than {DEPTH} tags inside each other")
        handler = self._starts.get(tag)
        if handler:
            handler(attributes)

    def _end(self, tag: str) -> None:
        self._depth -= 1
        handler = self._ends.get(tag)
        if handler:
            handler()

    def _data(self, text: str) -> None:
        if self.text is not None:
            self.text.append(text)
            self._length += len(text)
            if self._length > self._limits.line:
                refuse(self.file, "SR904", found="one cell", expected=f"at most {self._limits.line} characters")

    def collect(self) -> None:
        self.text, self._length = [], 0

    def collected(self) -> str:
        found, self.text = "".join(self.text or ()), None
        return found


def read_part(
    file: str,
    book: ZipFile,
    name: str,
    limits: Limits,
    starts: Mapping[str, Start],
    ends: Mapping[str, End] | None = None,
) -> Part:
    """A part as a whole; its handlers keep what they want."""
    part = Part(file, limits, starts, ends or {})
    with book.open(name) as stream:
        for _ in part.read(stream):  # type: ignore[arg-type]
            pass
    return part


class Words:
    """Collects what stands in `t`; the pronunciation beside Chinese characters (`rPh`) is no part of a text."""

    part: Part

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._aloud = False
        self.starts = {**dict.fromkeys(tags("t"), self._begin), **dict.fromkeys(tags("rPh"), self._speak)}
        self.ends = {**dict.fromkeys(tags("t"), self._end), **dict.fromkeys(tags("rPh"), self._spoken)}

    def _begin(self, _: dict[str, str]) -> None:
        self.part.collect()

    def _end(self) -> None:
        found = self.part.collected()
        if not self._aloud:
            self._pieces.append(found)

    def _speak(self, _: dict[str, str]) -> None:
        self._aloud = True

    def _spoken(self) -> None:
        self._aloud = False

    def taken(self) -> str:
        found = "".join(self._pieces)
        self._pieces.clear()
        return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), found) if "_x" in found else found
