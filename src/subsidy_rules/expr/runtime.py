"""What generated source may call: three-valued logic and intervals of scaled integers.

An interval is a pair (low, high), both ends included; None is an end that is not there. A date, choice or text is
a pair too: (value, value) where known, (None, None) where not. A truth is True, False or None (not known).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

End = Any  # int, date or str, all of one sort within an interval; None: no end
Interval = tuple[End, End]
Truth = bool | None

NOTHING: Interval = (0, 0)


def span(value: End, low: End = None, high: End = None) -> Interval:
    """A slot: the value itself, or its legal range where it is unknown."""
    return (low, high) if value is None else (value, value)


def scale(a: Interval, factor: int) -> Interval:
    """`factor` is positive."""
    low, high = a
    return None if low is None else low * factor, None if high is None else high * factor


def add(a: Interval, b: Interval) -> Interval:
    return (
        None if a[0] is None or b[0] is None else a[0] + b[0],
        None if a[1] is None or b[1] is None else a[1] + b[1],
    )


def sub(a: Interval, b: Interval) -> Interval:
    return (
        None if a[0] is None or b[1] is None else a[0] - b[1],
        None if a[1] is None or b[0] is None else a[1] - b[0],
    )


def mul(a: Interval, b: Interval) -> Interval:
    """The least and the greatest product of a member of `a` and a member of `b`."""
    low, high = a[0], a[1]
    if low is not None and low >= 0 and b[0] is not None and b[0] >= 0:  # nearly always
        if high is not None and b[1] is not None:
            return low * b[0], high * b[1]
        return low * b[0], 0 if high == 0 or b[1] == 0 else None
    corners = [_corner(x, y) for x in _signed(a) for y in _signed(b)]
    finite = [product for infinite, product in corners if not infinite]
    signs = {infinite for infinite, _ in corners}
    return None if -1 in signs else min(finite), None if 1 in signs else max(finite)


def _signed(a: Interval) -> list[tuple[int, int]]:
    """The two ends as (sign of infinity or 0, value or sign)."""
    return [(sign, sign) if end is None else (0, end) for sign, end in ((-1, a[0]), (1, a[1]))]


def _corner(x: tuple[int, int], y: tuple[int, int]) -> tuple[int, int]:
    """The product of two ends; 0 times infinity is 0."""
    product = x[1] * y[1]
    return (product > 0) - (product < 0) if x[0] or y[0] else 0, product


def least(*terms: Interval) -> Interval:
    """min of quantities."""
    lows = [low for low, _ in terms]
    highs = [high for _, high in terms if high is not None]
    return None if None in lows else min(lows), min(highs) if highs else None


def greatest(*terms: Interval) -> Interval:
    """max of quantities."""
    lows = [low for low, _ in terms if low is not None]
    highs = [high for _, high in terms]
    return max(lows) if lows else None, None if None in highs else max(highs)


def given(condition: Truth, a: Interval) -> Interval:
    """The quantity if the condition holds, else 0; where that is not known, both."""
    if condition:
        return a
    if condition is False:
        return NOTHING
    low, high = a
    return None if low is None else min(low, 0), None if high is None else max(high, 0)


def steps(a: Interval, step: Interval) -> Interval:
    """How many full steps fit; none into what is below zero. `step` is known and positive."""
    size = step[0]
    low, high = a
    return 0 if low is None else max(low // size, 0), None if high is None else max(high // size, 0)


def lt(a: Interval, b: Interval) -> Truth:
    if a[1] is not None and b[0] is not None and a[1] < b[0]:
        return True
    if a[0] is not None and b[1] is not None and a[0] >= b[1]:
        return False
    return None


def le(a: Interval, b: Interval) -> Truth:
    return neg(lt(b, a))


def gt(a: Interval, b: Interval) -> Truth:
    return lt(b, a)


def ge(a: Interval, b: Interval) -> Truth:
    return neg(lt(a, b))


def eq(a: Interval, b: Interval) -> Truth:
    if lt(a, b) or lt(b, a):
        return False
    return True if None not in a and a[0] == a[1] == b[0] == b[1] else None


def ne(a: Interval, b: Interval) -> Truth:
    return neg(eq(a, b))


Comparison = Callable[[Interval, Interval], Truth]


def chain(left: Interval, first: Comparison, middle: Interval, second: Comparison, right: Interval) -> Truth:
    """`left < middle < right`, the middle one computed once."""
    return conj(first(left, middle), second(middle, right))


def among(value: str | None, options: tuple[str, ...]) -> Truth:
    return None if value is None else value in options


def neg(a: Truth) -> Truth:
    return None if a is None else not a


def conj(*terms: Truth) -> Truth:
    """Kleene and."""
    return False if False in terms else None if None in terms else True


def disj(*terms: Truth) -> Truth:
    """Kleene or."""
    return True if True in terms else None if None in terms else False


def at_least(count: int, *terms: Truth) -> Truth:
    """Whether `count` of the terms hold."""
    sure = terms.count(True)
    if sure >= count:
        return True
    return None if sure + terms.count(None) >= count else False


_TRUTHS = (lt, le, gt, ge, eq, ne, chain, among, neg, conj, disj, at_least)
_QUANTITIES = (span, scale, add, sub, mul, least, greatest, given, steps)
NAMESPACE: Mapping[str, object] = MappingProxyType(
    {"__builtins__": {}, "min": min, "max": max, "date": date}
    | {f"_{helper.__name__}": helper for helper in (*_TRUTHS, *_QUANTITIES)}
)
