"""Changes that keep most of a text as it is: words, marks and lines are replaced, dropped, copied and moved."""

from __future__ import annotations

import re
from collections.abc import Iterable
from random import Random

_PIECE = re.compile(r"\w[\w.%-]*|\n *|\s+|.", re.DOTALL)
_HOSTILE = (
    "\x00", "\u202e", "\u200b", "\ufeff", "\udcff", "&a", "*a", "!!int", "<<", "%", "---", "...", "|", ">-", "? ", "'",
    '"', "\\", "9" * 14, "9" * 45, "1e9", "-1", "0.1", "NaN", "null", "~", "unknown", "true", "１", "，",
    "（", "\t", "\r", "{", "}", "[", "]", ",", ":", "#", "(", ")", "0%", "0元", "0", "", "2026-02-30",
    "not_stated", "unpublished", "all",
)  # fmt: skip


class Mutator:
    """Knows the words of the seeds, by sort: a word gives way to one of its sort more often than to any other."""

    def __init__(self, seeds: Iterable[str]) -> None:
        found = sorted({piece for seed in seeds for piece in _PIECE.findall(seed) if piece.strip()})
        self.words: dict[str, list[str]] = {}
        for word in (*found, *_HOSTILE):
            self.words.setdefault(_sort(word), []).append(word)
        self.all = found + list(_HOSTILE) * 3

    def __call__(self, text: str, random: Random) -> str:
        """The text after one to five changes."""
        for _ in range(random.choice((1, 1, 1, 1, 2, 3))):
            text = self._once(text, random)
        return text

    def _once(self, text: str, random: Random) -> str:
        if text.count("\n") > 1 and random.random() < 0.4:
            parts = text.splitlines(keepends=True)
        else:
            parts = _PIECE.findall(text)
            if random.random() < 0.85 and parts:
                named = [at for at, part in enumerate(parts) if part[:1].isalnum()] if random.random() < 0.8 else []
                at = random.choice(named) if named else random.randrange(len(parts))
                parts[at] = self._other(parts[at], random)
                return "".join(parts)
        start = random.randrange(len(parts) + 1)
        span = parts[start : start + random.choice((1, 1, 1, 2, 4))]
        what = random.choice(("drop", "copy", "move"))
        if what != "copy":
            parts[start : start + len(span)] = []
        if what != "drop":
            at = random.randrange(len(parts) + 1)
            parts[at:at] = span
        return "".join(parts)

    def _other(self, piece: str, random: Random) -> str:
        kin = self.words.get(_sort(piece))
        return random.choice(kin if kin and random.random() < 0.8 else self.all)


def _sort(piece: str) -> str:
    """A rough sort: what a word begins and ends with."""
    return f"{_letter(piece[:1])}{_letter(piece[-1:])}"


def _letter(char: str) -> str:
    if char.isdigit() or char == "%":
        return "0"
    if char.isalpha():
        return "a" if char.isascii() else char if char == "元" else "甲"
    return "."
