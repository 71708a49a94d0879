"""The figures of a policy file that can be turned: its limits, counts, rates and amounts; and the file with one of them turned.

A figure is edited in the text of the file and the policy is built anew, so that whatever follows from it (an uplift, a limit
inside) follows. An expression is no figure and is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Literal

from ..model.vocabulary import Label
from ..money import MAX_FEN, format_rate, format_units, parse_money, parse_rate
from ..reading.text import Tree
from ..rules import Rules
from .outcome import LIFTED, MANY

Sort = Literal["cap", "count", "max", "rate", "amount"]
BOUNDING: tuple[Sort, ...] = ("cap", "count", "max")
Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """Equal figures of one sort in one entry, which are turned together. `entry`: the id of the rule or bound; `value`: as
    written."""

    entry: str
    article: str
    title: Label
    sort: Sort
    value: str
    places: tuple[Place, ...]

    @property
    def bounding(self) -> bool:
        return self.sort in BOUNDING


def figures(rules: Rules) -> tuple[Figure, ...]:
    """Of one policy, in its order: every rule's and bound's, the same value of one sort once."""
    found: dict[tuple[str, Sort, str], Figure] = {}
    policy, tree = rules.program.policies[0], rules.documents[0].value
    assert isinstance(tree, dict)
    for section, entries in (("rules", policy.rules), ("bounds", policy.bounds)):
        for at, entry in enumerate(entries):
            written = tree[section][at]  # type: ignore[index]
            for sort, place, value in _read(written, (section, at)):
                key = (entry.id, sort, value)
                new = found.get(key) or Figure(entry.id, entry.article, entry.title, sort, value, ())
                found[key] = replace(new, places=(*new.places, place))
    return tuple(found.values())


def _read(written: Any, at: Place) -> Iterator[tuple[Sort, Place, str]]:
    """Every plain figure of an entry with its place."""
    for key in ("cap", "max", "pays"):
        for value, place in _listed(written.get(key), (*at, key)):
            if key == "cap" and isinstance(value, dict):
                yield from _plain("cap", value.get("limit"), (*place, "limit"))
                yield from _plain("count", value.get("count"), (*place, "count"))
            elif key == "max":
                yield from _plain("max", value, place)
            elif key == "pays" and isinstance(value, dict):
                yield from _pays(value, place)


def _pays(branch: dict[str, Any], at: Place) -> Iterator[tuple[Sort, Place, str]]:
    for value, place in _listed(branch.get("max"), (*at, "max")):
        yield from _plain("max", value, place)
    yield from _payment(branch, at)
    for table in ("bands", "brackets", "milestones"):
        for row, place in _listed((branch.get(table) or {}).get("rows"), (*at, table, "rows")):
            yield from _payment(row, place)
    if isinstance(branch.get("step"), dict):
        yield from _payment(branch["step"], (*at, "step"))


def _payment(row: Any, at: Place) -> Iterator[tuple[Sort, Place, str]]:
    """Rates and amounts, a single one or both ends of a range."""
    for sort in ("rate", "amount"):
        value = row.get(sort) if isinstance(row, dict) else None
        ends = value.items() if isinstance(value, dict) else [("", value)]
        for end, text in ends:
            yield from _plain(sort, text, (*at, sort, end) if end else (*at, sort))


def _listed(value: Any, at: Place) -> Iterator[tuple[Any, Place]]:
    if isinstance(value, list):
        yield from ((one, (*at, number)) for number, one in enumerate(value))
    elif value is not None:
        yield value, at


def _plain(sort: Sort, value: Any, place: Place) -> Iterator[tuple[Sort, Place, str]]:
    if isinstance(value, str) and turned(sort, value, Fraction(1)) is not None:
        yield sort, place, value


def turned(sort: Sort, text: str, by: Fraction) -> str | None:
    """A figure times `by`, rounded to what can be written (fen, millionths; a count to another whole number); None where the text
    is no figure."""
    try:
        if sort == "rate":
            return format_rate(round(parse_rate(text) * by))
        if sort == "count":
            value = int(text)
            more = max(1, round(value * abs(by - 1))) if by != 1 else 0
            return str(max(0, value + (more if by > 1 else -more)))
        return _written(min(round(parse_money(text) * by), MAX_FEN))
    except ValueError:
        return None


def _written(fen: int) -> str:
    text = format_units(fen)
    return text if parse_money(text) == fen else f"{fen // 100}.{fen % 100:02d}元"


def edited(rules: Rules, figure: Figure, by: Fraction | None) -> Rules:
    """The policy with one figure turned; None: a limit that no longer binds. Raises ProblemsError where it can't be built."""
    text = turned(figure.sort, figure.value, by) if by is not None else MANY if figure.sort == "count" else LIFTED
    assert text is not None
    tree = rules.documents[0].value
    for place in figure.places:
        tree = _with(tree, place, text)
    return Rules.of((replace(rules.documents[0], value=tree), *rules.documents[1:]), rules.facts)


def _with(tree: Tree, place: Sequence[str | int], text: str) -> Tree:
    if not place:
        return text
    first, rest = place[0], place[1:]
    if isinstance(tree, list):
        assert isinstance(first, int)
        return [*tree[:first], _with(tree[first], rest, text), *tree[first + 1 :]]
    assert isinstance(tree, dict) and isinstance(first, str)
    return {**tree, first: _with(tree[first], rest, text)}


def touched(old: Rules, new: Rules) -> frozenset[int]:
    """The rules that an edit changes, or whose bounds it changes, by index: both have the same rules and bounds."""
    found = {one.index for one, two in zip(old.program.rules, new.program.rules, strict=True) if one != two}
    for one, two in zip(old.program.caps, new.program.caps, strict=True):
        if one != two:
            found |= one.rules
    return frozenset(found)
