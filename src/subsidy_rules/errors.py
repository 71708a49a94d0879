"""Problems are values: collected, sorted, shown together; nothing is evaluated while one is left.

A :class:`Problem` names where (file, line, column, field), what was found, what was expected and the
nearest known name. :class:`ProblemsError` carries all of them at once.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

MAX_ECHO = 40  # characters of hostile input that an error may repeat
MAX_KNOWN = 1000  # names among which the nearest is looked for: it takes some 50 µs each


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong with an input. `line` and `column` count from 1; 0 means not known."""

    file: str
    line: int
    column: int
    code: str
    field: str = ""
    message: str = ""
    found: str = ""
    expected: str = ""
    nearest: str = ""
    severity: str = "error"  # error | warning

    def __str__(self) -> str:
        where = self.file or "<input>"
        if self.line:
            where += f":{self.line}:{self.column}"
        parts = [f"{where}: [{self.code}] {self.message}"]
        if self.field:
            parts.append(f"at {self.field}")
        if self.found:
            parts.append(f"found {self.found}")
        if self.expected:
            parts.append(f"expected {self.expected}")
        if self.nearest:
            parts.append(f"did you mean {self.nearest}?")
        return "; ".join(parts)

    def as_dict(self) -> dict[str, object]:
        """The problem as plain JSON values, empty fields left out."""
        names = ("severity", "code", "file", "line", "column", "field", "message", "found", "expected", "nearest")
        return {name: getattr(self, name) for name in names if getattr(self, name) not in ("", 0)}


class ProblemsError(ValueError):
    """An input was refused. `problems` holds every problem that was found in it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(problems))
        super().__init__("\n".join(str(p) for p in self.problems))

    def __reduce__(self) -> tuple[type[ProblemsError], tuple[tuple[Problem, ...]]]:
        """Between processes it stays the same error."""
        return type(self), (self.problems,)


def echo(value: object) -> str:
    """A short, printable, quoted form of hostile input, safe for a terminal and a log line."""
    text = value if isinstance(value, str) else repr(value)
    text = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text[: MAX_ECHO + 1])
    return repr(text[:MAX_ECHO] + "…") if len(text) > MAX_ECHO else repr(text)


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that is most like `name`, or an empty string; also where more are known than can be tried."""
    names = sorted(known)
    hits = difflib.get_close_matches(name[:80], names, n=1, cutoff=0.6) if len(names) <= MAX_KNOWN else []
    return hits[0] if hits else ""
