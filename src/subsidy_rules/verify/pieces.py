"""An expression as a function of one quantity, all other facts fixed: linear pieces with exact ends. What is found here is
where something can change its course; what it is worth there, the engine says.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Any

from ..expr import QUANTITIES, Binary, Bool, Call, Compare, Fact, In, Literal, Not, Tree
from ..money import RATE_SCALE

MOST_STEPS = 300  # full steps that are followed, one by one
Line = tuple[Fraction, Fraction]  # value at 0, slope
Value = Line | bool | str | None  # None: not known; a day is a line
Piece = tuple[int, Value]  # the first raw value at which it holds


@dataclass(frozen=True, slots=True)
class Pieces:
    """Over the raw values `[parts[0][0], last]`. `sure`: up to where nothing was left out."""

    parts: tuple[Piece, ...]
    last: int
    sure: int

    def at(self, raw: int) -> Value:
        return self.parts[bisect_right(self.parts, raw, key=lambda part: part[0]) - 1][1]

    @property
    def starts(self) -> tuple[int, ...]:
        return tuple(start for start, _ in self.parts)


@dataclass(frozen=True, slots=True)
class Axis:
    """The fact that varies, in raw values from `first` to `last`; the others by name (None or absent: not known)."""

    fact: str
    first: int
    last: int
    others: Mapping[str, Any]

    def constant(self, value: Value) -> Pieces:
        return Pieces(((self.first, value),), self.last, self.last)

    def of(self, tree: Tree) -> Pieces:
        match tree:
            case Literal():
                return self.constant(_value(tree.kind, tree.value))
            case Fact() if tree.name == self.fact:
                scale = RATE_SCALE if tree.kind in ("rate", "number") else 1
                return self.constant((Fraction(0), Fraction(1, scale)))
            case Fact():
                return self.constant(_value(tree.kind, self.others.get(tree.name)))
            case Binary():
                return joined(_ARITHMETIC[tree.op], self.of(tree.left), self.of(tree.right))
            case Compare():
                terms = [self.of(term) for term in tree.terms]
                pairs = zip(tree.ops, terms, terms[1:], strict=False)
                return reduce(both, [compared(op, left, right) for op, left, right in pairs])
            case Bool():
                return reduce(both if tree.op == "and" else either, map(self.of, tree.terms))
            case Not():
                return joined(lambda a: None if a is None else not a, self.of(tree.term))
            case In():
                return joined(lambda a: None if a is None else (a in tree.options) != tree.negated, self.of(tree.term))
            case Call():
                return self._call(tree)

    def _call(self, tree: Call) -> Pieces:
        args = [self.of(arg) for arg in tree.args]
        if tree.name in ("min", "max"):
            return reduce(least if tree.name == "min" else most, args)
        if tree.name == "given":
            return chosen(args[0], args[1], self.constant(NOTHING))
        if tree.name == "steps":
            return _steps(args[0], args[1])
        return joined(_at_least, *args)


NOTHING: Line = (Fraction(0), Fraction(0))


def _value(kind: str, value: Any) -> Value:
    if value is None or isinstance(value, (bool, str)):
        return value
    if kind not in QUANTITIES:
        return Fraction(value.toordinal()), Fraction(0)
    return Fraction(value, RATE_SCALE if kind in ("rate", "number") else 1), Fraction(0)


# Joining


def joined(function: Callable[..., Value], *several: Pieces) -> Pieces:
    """Piece by piece; every edge of every operand stays, so that no place where something changes is lost."""
    starts = sorted({start for pieces in several for start in pieces.starts})
    parts = tuple((start, function(*(pieces.at(start) for pieces in several))) for start in starts)
    return Pieces(parts, several[0].last, min(pieces.sure for pieces in several))


def _cut(pieces: Pieces, edges: Sequence[int]) -> Pieces:
    starts = sorted({*pieces.starts, *(edge for edge in edges if pieces.parts[0][0] < edge <= pieces.last)})
    return Pieces(tuple((start, pieces.at(start)) for start in starts), pieces.last, pieces.sure)


def crossings(left: Pieces, right: Pieces) -> list[int]:
    """The raw values next to each point where two lines meet: there a comparison can change."""
    found: list[int] = []
    starts = sorted({*left.starts, *right.starts})
    for start, end in zip(starts, [*starts[1:], left.last + 1], strict=True):
        a, b = left.at(start), right.at(start)
        if isinstance(a, tuple) and isinstance(b, tuple) and a[1] != b[1]:
            meet = (b[0] - a[0]) / (a[1] - b[1])
            below = meet.numerator // meet.denominator
            found += [raw for raw in (below, below + 1) if start <= raw < end]
    return found


def compared(op: str, left: Pieces, right: Pieces) -> Pieces:
    edges = crossings(left, right)
    left, right = _cut(left, edges), _cut(right, edges)
    starts = sorted({*left.starts, *right.starts})
    parts = []
    for start in starts:
        a, b = (_worth(pieces.at(start), start) for pieces in (left, right))
        parts.append((start, None if a is None or b is None else _COMPARES[op](a, b)))
    return Pieces(tuple(parts), left.last, min(left.sure, right.sure))


def _worth(value: Value, raw: int) -> Any:
    return value[0] + value[1] * raw if isinstance(value, tuple) else value


def least(left: Pieces, right: Pieces) -> Pieces:
    return chosen(compared("<=", left, right), left, right)


def most(left: Pieces, right: Pieces) -> Pieces:
    return chosen(compared(">=", left, right), left, right)


def chosen(condition: Pieces, then: Pieces, otherwise: Pieces) -> Pieces:
    """`then` where the condition holds, `otherwise` where it doesn't, unknown where it is."""
    return joined(lambda c, a, b: None if c is None else a if c else b, condition, then, otherwise)


def both(left: Pieces, right: Pieces) -> Pieces:
    return joined(
        lambda a, b: False if a is False or b is False else None if a is None or b is None else True, left, right
    )


def either(left: Pieces, right: Pieces) -> Pieces:
    return joined(lambda a, b: True if a or b else None if a is None or b is None else False, left, right)


def _product(a: Value, b: Value) -> Value:
    if not (isinstance(a, tuple) and isinstance(b, tuple)) or (a[1] and b[1]):
        return None  # not known, or not linear
    return a[0] * b[0], a[0] * b[1] + a[1] * b[0]


def _sum(sign: int) -> Callable[[Value, Value], Value]:
    def added(a: Value, b: Value) -> Value:
        if isinstance(a, tuple) and isinstance(b, tuple):
            return a[0] + sign * b[0], a[1] + sign * b[1]
        return None

    return added


_ARITHMETIC: dict[str, Callable[[Value, Value], Value]] = {"+": _sum(1), "-": _sum(-1), "*": _product}
_COMPARES: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def _at_least(wanted: Value, *terms: Value) -> Value:
    assert isinstance(wanted, tuple)
    known = sum(term is True for term in terms)
    outcomes = {known + more >= wanted[0] for more in range(terms.count(None) + 1)}
    return outcomes.pop() if len(outcomes) == 1 else None


def _steps(of: Pieces, every: Pieces) -> Pieces:
    """Full steps; a rising line becomes one piece a step, the first `MOST_STEPS` of them."""
    size = every.parts[0][1]
    assert isinstance(size, tuple)
    parts: list[Piece] = []
    sure = of.sure
    for (start, value), end in zip(of.parts, [*of.starts[1:], of.last + 1], strict=True):
        if not isinstance(value, tuple) or not value[1]:
            parts.append((start, _full(value, start, size[0])))
            continue
        raw = start
        while raw < end and len(parts) < MOST_STEPS:
            parts.append((raw, _full(value, raw, size[0])))
            raw = _next_step(value, raw, size[0])
        if raw < end:
            parts.append((raw, None))
            sure = min(sure, raw - 1)
    return Pieces(tuple(parts), of.last, sure)


def _full(value: Value, raw: int, size: Fraction) -> Value:
    if not isinstance(value, tuple):
        return None
    return Fraction(max((value[0] + value[1] * raw) // size, 0)), Fraction(0)


def _next_step(line: Line, raw: int, size: Fraction) -> int:
    """The next raw value with another number of full steps."""
    now = (line[0] + line[1] * raw) // size
    if line[1] > 0:
        meet = (max(now + 1, 1) * size - line[0]) / line[1]
        return max(raw + 1, -(-meet.numerator // meet.denominator))
    if now <= 0:
        return raw + (1 << 70)
    meet = (now * size - line[0]) / line[1]
    return max(raw + 1, meet.numerator // meet.denominator + 1)
