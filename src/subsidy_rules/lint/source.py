"""The text of a policy document, cut into articles by the numbers at the beginnings of its lines."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Sequence
from functools import cached_property

from ..reading.text import Report, decode

MAX_SOURCE_BYTES = 2_000_000
_NUMERAL = r"[一二三四五六七八九十百零〇两]+|\d+"
_HEADINGS = (
    re.compile(rf"第(?P<number>{_NUMERAL})条"),
    re.compile(rf"\((?P<number>{_NUMERAL})\)"),
    re.compile(r"(?P<number>[一二三四五六七八九十百零〇]+)[、.]"),
    re.compile(r"(?P<number>\d+)[、.](?!\d)"),
    re.compile(rf"第(?P<number>{_NUMERAL})[章节]"),
)
_SUPPLEMENT = "附则"
_STEP = re.compile(rf"{_SUPPLEMENT}|第(?:{_NUMERAL})条|\((?:{_NUMERAL})\)|(?:{_NUMERAL})")


def plain(text: str) -> str:
    """Full-width figures and brackets as half-width ones, blanks gone."""
    return re.sub(r"[^\S\n]+", "", unicodedata.normalize("NFKC", text))


class Source:
    """A document's text. `article` finds one by its name: `1`, `第一条`, `（一）`, `附则`, `附则（一）`."""

    def __init__(self, text: str) -> None:
        self.text = plain(text)

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Source:
        """From a file in UTF-8 of at most two million bytes. Raises ProblemsError."""
        report = Report(os.fspath(path))
        try:
            with open(path, "rb") as stream:
                data = stream.read(MAX_SOURCE_BYTES + 1)
        except FileNotFoundError:
            report.refuse("SR101", (0, 0))
        except (OSError, ValueError) as error:
            report.refuse("SR103", (0, 0), found=str(getattr(error, "strerror", None) or error))
        return cls(decode(data, MAX_SOURCE_BYTES, report, tabs=True))

    @cached_property
    def _lines(self) -> list[str]:
        return self.text.split("\n")

    def article(self, name: str) -> str | None:
        """The text of an article with all that stands below it; None if there is none of this name."""
        name = plain(name)
        steps = _STEP.findall(name)
        if not steps or "".join(steps) != name:
            return None
        lines: Sequence[str] = self._lines
        for step in steps:
            start = next((at for at, line in enumerate(lines) if _begins(line, step)), None)
            if start is None:
                return None
            lines = lines[start : start + 1 + _length(lines, start)]
        return "\n".join(lines)


def _heading(line: str) -> tuple[int, str] | None:
    """Style and number of a line that begins with a number."""
    for style, pattern in enumerate(_HEADINGS):
        if match := pattern.match(line):
            return style, match["number"]
    return None


def _begins(line: str, step: str) -> bool:
    if step == _SUPPLEMENT:
        return bool(re.fullmatch(rf"(?:第?(?:{_NUMERAL})[章、.])?{_SUPPLEMENT}", line))
    heading = _heading(line)
    if heading is None:
        return False
    wanted = _heading(step)  # `第一条` and `（一）` name a style too, a bare number any
    return heading == wanted if wanted else heading[1] == step


def _length(lines: Sequence[str], start: int) -> int:
    """How many lines follow before the next heading of the same style, or of one that was used before this one."""
    own = _heading(lines[start])
    ends = {own[0]} if own else set()
    ends |= {heading[0] for line in lines[:start] if (heading := _heading(line))} - _below(lines, ends)
    for at, line in enumerate(lines[start + 1 :]):
        heading = _heading(line)
        if heading and heading[0] in ends:
            return at
    return len(lines) - start - 1


def _below(lines: Sequence[str], own: set[int]) -> set[int]:
    """The styles that are first used after one of `own`."""
    order = list(dict.fromkeys(heading[0] for line in lines if (heading := _heading(line))))
    first = min((order.index(style) for style in own), default=len(order))
    return set(order[first:]) - own
