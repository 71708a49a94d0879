"""Bytes into text that shows what it says: UTF-8, of bounded size, with no character that hides or misleads."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn, TypeAlias

from ..errors import Problem, ProblemsError, echo
from .codes import CODES

MAX_PROBLEMS = 100  # more than this are not collected: a file of nothing but slips must not fill the memory
MAX_DEPTH = 20  # levels of lists and mappings in one another
Tree: TypeAlias = "str | list[Tree] | dict[str, Tree]"
Path = tuple[str | int, ...]  # keys and positions in lists, from the top
Place = tuple[int, int]  # line and column, from 1

_PLAIN = r"\n -~\u00b7\u2010-\u2027\u3001-\u301b\u4e00-\u9fff\uff01-\uff5e"  # seen at a glance to be fine
_NAME = re.compile(r"[\w-]{1,64}")
_DOUBTFUL = re.compile(f"[^{_PLAIN}]")
# Characters that Unicode calls printable although nothing is seen (fillers, variation selectors, the blank Braille
# pattern), and the two that stand for text that was lost.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\ufffc\ufffd\U000e0100-\U000e01ef]"
)


@dataclass
class Report:
    """The problems found so far in one file."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    def add(
        self, code: str, at: Place, path: Path = (), *, message: str = "", found: str = "", expected: str = ""
    ) -> None:
        """Note a problem; the message is the code's own unless given. Raises ProblemsError when there are too many."""
        self.problems.append(
            Problem(self.file, *at, code, dotted(path), message or CODES[code][1], found=found, expected=expected)
        )
        if len(self.problems) == MAX_PROBLEMS:
            self.problems.append(Problem(self.file, *at, "SR128", message=CODES["SR128"][1]))
            self.stop()

    def refuse(
        self, code: str, at: Place, path: Path = (), *, message: str = "", found: str = "", expected: str = ""
    ) -> NoReturn:
        """Note a problem after which reading cannot go on, and raise it with those before."""
        self.add(code, at, path, message=message, found=found, expected=expected)
        raise ProblemsError(self.problems)

    def stop(self) -> None:
        """Raise what was found, if anything was."""
        if self.problems:
            raise ProblemsError(self.problems)


def dotted(path: Path) -> str:
    """A path as a person reads it, `rules.3.when`; a key that is no plain name is quoted and cut."""
    return ".".join(
        str(part) if isinstance(part, int) or (_NAME.fullmatch(part) and is_clean(part)) else echo(part)
        for part in path
    )


def is_clean(text: str) -> bool:
    """Whether every character may stand in one line of text."""
    return text.isprintable() and (text.isascii() or not _UNSEEN.search(text))


def decode(data: bytes, limit: int, report: Report, *, tabs: bool) -> str:
    """The text of `data`. Raises ProblemsError with every refused character; `tabs` says whether tabs may stand."""
    if len(data) > limit:
        report.refuse("SR105", (0, 0), expected=f"at most {limit} bytes")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data[:4]:
        report.refuse("SR106", (1, 1), found="UTF-16 or binary data", expected="UTF-8")
    if data.startswith(b"\xef\xbb\xbf"):
        report.refuse("SR107", (1, 1))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        found = f"byte 0x{data[error.start]:02x}"
        report.refuse("SR106", position(before, len(before)), found=found, expected="UTF-8")
    text = text.replace("\r\n", "\n")
    if not all(is_clean(part) for part in _pieces(text, tabs=tabs)):
        for index in _refused(text, tabs=tabs):
            char = text[index]
            report.add("SR109" if char == "\t" else "SR108", position(text, index), found=f"U+{ord(char):04X}")
    report.stop()
    return text


def _pieces(text: str, *, tabs: bool) -> Iterator[str]:
    """Pieces of the text without its layout; not at once, since a copy may take 80 MB."""
    for start in range(0, len(text), 65_536):
        piece = text[start : start + 65_536].replace("\n", "")
        yield piece.replace("\t", "") if tabs else piece


def _refused(text: str, *, tabs: bool) -> Iterator[int]:
    for match in _DOUBTFUL.finditer(text):
        char = match[0]
        if not (is_clean(char) or (tabs and char == "\t")):
            yield match.start()


def position(text: str, index: int) -> Place:
    """Line and column, counted from 1, of a place in a text."""
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)


def check_text(text: str, at: Place, path: Path, report: Report) -> None:
    """Escapes can spell what the file itself must not hold, so values are looked at again."""
    if not is_clean(text.replace("\n", "")):
        report.add("SR109" if "\t" in text else "SR108", at, path, found=echo(text))
    elif text != text.strip():
        report.add("SR125", at, path, found=echo(text))


def check_key(key: str, at: Place, path: Path, report: Report) -> None:
    """A key is one line of visible text in normal form, so that keys that look the same are the same."""
    if not key or "\n" in key:
        report.add("SR124", at, path, found=echo(key))
    elif key == "<<":
        report.add("SR118", at, path)
    elif not unicodedata.is_normalized("NFKC", key):
        report.add("SR122", at, path, found=echo(key), expected=echo(unicodedata.normalize("NFKC", key)))
    else:
        check_text(key, at, path, report)
