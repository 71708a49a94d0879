"""JSON text into a plain tree: numbers stay as they are written, and nothing is dropped or guessed.

The number of values is bounded before the parser of the standard library sees the text, because that one builds
everything at once; it gives up by itself where it would recurse too deep. It tells no positions, so a problem names the
path of the value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..errors import echo
from .text import MAX_DEPTH, Path, Report, Tree, check_key, check_text, is_clean, position

MAX_JSON_NODES = 1_000_000  # keys count as well as values
MAX_NUMBER = 40  # characters
NOWHERE = (0, 0)
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{},:]', re.DOTALL)  # a string whole, so that it hides its marks
_WORDS = {True: "true", False: "false"}


@dataclass(frozen=True)
class _Refused:
    """Stands in the parser's result for a number that may not be."""

    code: str
    text: str


class _Twice(dict[str, Any]):
    """An object in which `keys_again` stood before."""

    keys_again: list[str]


def json_tree(text: str, report: Report) -> Tree:
    """The tree that an object or array spells. Raises ProblemsError with all that is wrong."""
    if not text.strip():
        report.refuse("SR111", (1, 1))
    if sum(map(text.count, "[{,:")) > MAX_JSON_NODES:  # some may stand in strings
        _count(text, report)
    value = _parsed(text, report)
    if not isinstance(value, (dict, list)):
        report.refuse("SR112", (1, 1))
    if not _settle(value, report):
        _count(text, report)
    report.stop()
    tree: Tree = value
    return tree


def _parsed(text: str, report: Report) -> Any:
    try:
        return json.loads(
            text,
            parse_int=_number,
            parse_float=_number,
            parse_constant=lambda name: _Refused("SR126", name),
            object_pairs_hook=_object,
        )
    except RecursionError:
        _count(text, report)
        raise
    except json.JSONDecodeError as error:
        _count(text, report)
        report.refuse("SR110", (error.lineno, error.colno), message=f"not well-formed JSON: {error.msg}")


def _count(text: str, report: Report) -> None:
    """Refuse what is too deep or too much, at the first mark that is."""
    depth = nodes = 0
    for match in _TOKEN.finditer(text):
        mark = text[match.start()]
        if mark in ("[", "{"):
            depth += 1
        elif mark in ("]", "}"):
            depth -= 1
            continue
        elif mark not in (",", ":"):
            continue
        nodes += 1
        if depth > MAX_DEPTH:
            report.refuse("SR113", position(text, match.start()), expected=f"at most {MAX_DEPTH} levels")
        if nodes > MAX_JSON_NODES:
            report.refuse("SR114", position(text, match.start()), expected=f"at most {MAX_JSON_NODES} keys and values")


def _number(text: str) -> str | _Refused:
    if len(text) > MAX_NUMBER:
        return _Refused("SR127", text)
    return _Refused("SR126", text) if "e" in text or "E" in text else text


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    twice = _Twice(plain)
    twice.keys_again = []
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            twice.keys_again.append(key)
        seen.add(key)
    return twice


def _settle(top: Any, report: Report) -> bool:
    """Turn what the parser left into text, in place, and note what is refused; false where it is too deep. Depth-first, one
    iterator a level; paths are made only for what is not plain."""
    levels: list[tuple[Any, Path, Iterator[tuple[Any, Any]]]] = [(top, (), _entries(top, (), report))]
    while levels:
        box, path, entries = levels[-1]
        for part, value in entries:
            if isinstance(value, str):
                if not is_clean(value) or value != value.strip():
                    check_text(value, NOWHERE, (*path, part), report)
            elif isinstance(value, (dict, list)):
                if len(levels) == MAX_DEPTH:
                    return False
                here = (*path, part)
                levels.append((value, here, _entries(value, here, report)))
                break
            else:
                box[part] = _word(value, (*path, part), report)
        else:
            levels.pop()
    return True


def _entries(box: Any, path: Path, report: Report) -> Iterator[tuple[Any, Any]]:
    """Places and values of a list or object, whose keys are checked."""
    if isinstance(box, list):
        return iter(enumerate(box))
    for key in box.keys_again if isinstance(box, _Twice) else ():
        report.add("SR121", NOWHERE, (*path, key), found=echo(key), expected="once")
    for key in box:
        if not (key.isascii() and key.isidentifier()):
            check_key(key, NOWHERE, (*path, key), report)
    return iter(box.items())


def _word(value: Any, path: Path, report: Report) -> str:
    if isinstance(value, bool):
        return _WORDS[value]
    if value is None:
        report.add("SR123", NOWHERE, path, found="null")
    else:
        report.add(value.code, NOWHERE, path, found=echo(value.text))
    return ""
