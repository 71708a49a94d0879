"""CSV: the encoding is declared, or there is only one that it can be; lines and records are bounded."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Callable, Iterator, Sequence
from io import TextIOWrapper
from typing import BinaryIO

from .cells import Row
from .source import Limits, refuse

ENCODINGS = {"utf-8": "UTF-8", "gb18030": "GB18030"}
ALIASES = {"utf8": "utf-8", "utf-8-sig": "utf-8", "gbk": "gb18030", "gb2312": "gb18030", "cp936": "gb18030"}
PIECE = 1 << 20
LINES = 1_000  # of one record, where cells hold line breaks
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def encoding_of(
    name: str, handle: BinaryIO, declared: str | None, known: Callable[[Sequence[str]], int], limits: Limits
) -> str:
    """`utf-8` or `gb18030`. A file that could be both is the one in which headers that are not ASCII are known (`known` counts
    them), if none is in the other; else it must be declared. Raises ProblemsError, naming the byte that is in no encoding."""
    handle.seek(0)
    head = handle.read(3)
    if head[:2] in _WIDE:
        refuse(name, "SR907", 1, 1, found="UTF-16", expected="UTF-8 or GB18030")
    marked = head == codecs.BOM_UTF8
    wanted = ALIASES.get((declared or "").lower(), (declared or "").lower())
    if wanted not in (*ENCODINGS, ""):
        refuse(name, "SR907", found=repr(declared)[:40], expected=" or ".join(ENCODINGS))
    if marked and wanted == "gb18030":
        refuse(name, "SR907", 1, 1, found="a mark of UTF-8", expected="GB18030, as declared")
    tried = [wanted] if wanted else ["utf-8"] if marked else [*ENCODINGS]
    wrong = _wrong(name, handle, tried)
    possible = [one for one in tried if one not in wrong]
    if not possible:
        where = "; ".join(f"{ENCODINGS[one]}: {said}" for one, (_, said) in wrong.items())
        line = max(line for line, _ in wrong.values())
        refuse(name, "SR907", line, 1, found=where, expected=" or ".join(ENCODINGS[one] for one in tried))
    if len(possible) == 1 or _plain(handle):
        return possible[0]
    fitting = [one for one in possible if known(_header(name, handle, one, limits))]
    if len(fitting) != 1:
        refuse(name, "SR908", found="UTF-8 and GB18030 both fit", expected="--encoding utf-8 or --encoding gb18030")
    return fitting[0]


def _wrong(name: str, handle: BinaryIO, encodings: Sequence[str]) -> dict[str, tuple[int, str]]:
    """The encodings that the file is not in: the line and the byte that say so."""
    decoders = {one: codecs.getincrementaldecoder(one)() for one in encodings}
    wrong: dict[str, tuple[int, str]] = {}
    handle.seek(0)
    read, lines = 0, 1
    done = False
    while not done:
        piece = handle.read(PIECE)
        done = not piece
        if b"\0" in piece:
            refuse(
                name, "SR907", lines + piece[: piece.index(b"\0")].count(b"\n"), 1, found="a NUL byte", expected="text"
            )
        for one, decoder in decoders.items():
            pending = decoder.getstate()[0]
            if one in wrong:
                continue
            try:
                decoder.decode(piece, done)
            except UnicodeDecodeError as error:
                at = error.start - len(pending)
                byte = error.object[error.start]
                line = lines + piece[: max(0, at)].count(b"\n")
                wrong[one] = line, f"byte 0x{byte:02x} at {read + at}"
        lines += piece.count(b"\n")
        read += len(piece)
    return wrong


def _plain(handle: BinaryIO) -> bool:
    """Whether every byte is ASCII, so that the encodings agree."""
    handle.seek(0)
    while piece := handle.read(PIECE):
        if not piece.isascii():
            return False
    return True


def _header(name: str, handle: BinaryIO, encoding: str, limits: Limits) -> Sequence[str]:
    for _, cells in rows(name, handle, encoding, limits):
        return [cell if isinstance(cell, str) else "" for cell in cells]
    return []


def rows(name: str, handle: BinaryIO, encoding: str, limits: Limits) -> Iterator[Row]:
    """The records in which anything stands, each with the number of its first line."""
    handle.seek(0)
    text = TextIOWrapper(handle, "utf-8-sig" if encoding == "utf-8" else encoding, newline="")
    lines = _Lines(name, text, limits)
    reader = csv.reader(lines, strict=True)
    try:
        while True:
            lines.first = reader.line_num + 1
            lines.length = 0
            try:
                found = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                refuse(name, "SR909", lines.first, 1, found=str(error)[:80])
            if any(found):
                yield lines.first, [cell or None for cell in found]
    finally:
        text.detach()


class _Lines:
    """Lines for a reader that would join them without end."""

    def __init__(self, name: str, text: TextIOWrapper, limits: Limits) -> None:
        self.first = 1
        self.length = 0
        self._name, self._text, self._limits, self._taken = name, text, limits, 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._text.readline(self._limits.line + 1)
        self._taken += 1
        self.length += len(line)
        if self.length > self._limits.line or self._taken - self.first >= LINES:
            refuse(
                self._name,
                "SR909",
                self.first,
                1,
                found="a record without end",
                expected="a quotation mark that closes",
            )
        if not line:
            raise StopIteration
        return line
