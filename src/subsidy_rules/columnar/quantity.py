"""Quantities as columns of scaled integers: intervals, exact, and never wrapped.

A quantity is two integer columns, `low` and `high`; where everything is known both are the same object, and nothing is
computed twice. Columns are int64 where the largest value of the block allows it, and Python integers (exact, slower) where
a sum or product could exceed that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
OPEN = 1 << 62  # an end that is not there; every value of an int64 column is less
MOST = OPEN - 1  # stands for every finite end beyond it: no award may be worth it
WIDE = 1 << 100_000  # an end that is not there among Python integers: no expression multiplies that many facts


@dataclass(frozen=True, slots=True)
class Quantity:
    """Times 10 to the power of minus `exponent`. `most`: no finite end is larger, in either direction."""

    low: Array  # of the block's rows, or of one for all of them
    high: Array
    exponent: int = 0
    most: int = 0

    @property
    def exact(self) -> bool:
        return self.low is self.high


def point(value: int, exponent: int = 0) -> Quantity:
    """A constant."""
    end = np.array([value], dtype=np.int64 if abs(value) < OPEN else object)
    return Quantity(end, end, exponent, abs(value))


def aligned(terms: list[Quantity]) -> list[Quantity]:
    """With the same exponent, and all wide where one is."""
    most = max(term.exponent for term in terms)
    found = [scaled(term, 10 ** (most - term.exponent)) if term.exponent < most else term for term in terms]
    return [_widened(term) for term in found] if any(map(_is_wide, found)) else found


def _is_wide(a: Quantity) -> bool:
    return a.most >= OPEN


def _widened(a: Quantity) -> Quantity:
    low = _wide(a.low)
    return Quantity(low, low if a.exact else _wide(a.high), a.exponent, a.most)


def _wide(value: Array) -> Array:
    """As Python integers."""
    if value.dtype == object:
        return value
    wide = value.astype(object)
    wide[value == OPEN], wide[value == -OPEN] = WIDE, -WIDE
    return wide


def narrow(value: Array) -> Array:
    """Back from Python integers; a larger one is `MOST`."""
    if value.dtype != object:
        return value
    return np.where(value == WIDE, OPEN, np.minimum(value, MOST)).astype(np.int64)


def summable(amounts: Array) -> Array:
    """As Python integers where a sum of them could exceed int64."""
    return amounts if int(amounts.max(initial=0)) * len(amounts) < OPEN else amounts.astype(object)


def _open(value: Array) -> Array:
    """+1 or -1 for an end that is not there, else 0."""
    end = WIDE if value.dtype == object else OPEN
    return np.where(value == end, 1, np.where(value == -end, -1, 0))


def _with_open(computed: Array, open_: Array) -> Array:
    """What was computed, but for ends that are not there."""
    if not np.any(open_):
        return computed
    end = WIDE if computed.dtype == object else OPEN
    found = computed.copy()
    found[open_ > 0], found[open_ < 0] = end, -end
    return found


def _room(a: Quantity, most: int) -> Quantity:
    """Room for what is computed next."""
    return _widened(a) if most >= OPEN else a


def scaled(a: Quantity, factor: int) -> Quantity:
    most = a.most * factor
    a = _room(a, most)
    exponent = a.exponent + len(str(factor)) - 1
    if a.exact:
        low = a.low * factor
        return Quantity(low, low, exponent, most)
    low, high = (_with_open(end * factor, _open(end)) for end in (a.low, a.high))
    return Quantity(low, high, exponent, most)


def add(a: Quantity, b: Quantity) -> Quantity:
    most = a.most + b.most
    a, b = _room(a, most), _room(b, most)
    if a.exact and b.exact:
        total = a.low + b.low
        return Quantity(total, total, a.exponent, most)
    low, high = (_with_open(x + y, np.sign(_open(x) + _open(y))) for x, y in ((a.low, b.low), (a.high, b.high)))
    return Quantity(low, high, a.exponent, most)


def sub(a: Quantity, b: Quantity) -> Quantity:
    low = -b.high
    return add(a, Quantity(low, low if b.exact else -b.low, b.exponent, b.most))


def mul(a: Quantity, b: Quantity) -> Quantity:
    most, exponent = a.most * b.most, a.exponent + b.exponent
    if most >= OPEN or _is_wide(a) or _is_wide(b):
        a, b = _widened(a), _widened(b)
    if a.exact and b.exact:
        product = a.low * b.low
        return Quantity(product, product, exponent, most)
    corners = [_corner(x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
    low, high = corners[0], corners[0]
    for corner in corners[1:]:
        low, high = np.minimum(low, corner), np.maximum(high, corner)
    return Quantity(low, high, exponent, most)


def _corner(x: Array, y: Array) -> Array:
    """The product of two ends; 0 times an end that is not there is 0."""
    x, y = np.broadcast_arrays(x, y)
    endless = (_open(x) != 0) | (_open(y) != 0)
    if not np.any(endless):
        return x * y
    signs = np.where(endless, _sign(x) * _sign(y), 0)
    return np.where(endless & (signs == 0), 0, _with_open(x * y, signs))


def _sign(value: Array) -> Array:
    return np.asarray(value > 0, dtype=np.int8) - np.asarray(value < 0, dtype=np.int8)


def extreme(terms: list[Quantity], pick: Callable[[Any, Any], Any]) -> Quantity:
    low, high = terms[0].low, terms[0].high
    exact = all(term.exact for term in terms)
    for term in terms[1:]:
        low = pick(low, term.low)
        high = low if exact else pick(high, term.high)
    return Quantity(low, low if exact else high, terms[0].exponent, max(term.most for term in terms))


def steps(a: Quantity, step: Quantity) -> Quantity:
    size = int(step.low[0])
    low = floored(a.low, size)
    return Quantity(low, low if a.exact else floored(a.high, size), 0, a.most)


def floored(value: Array, divisor: int) -> Array:
    """Rounded down, not below 0; an end that is not there stays so."""
    whole = np.maximum(value // divisor if divisor > 1 else value, 0)
    return _with_open(whole, np.maximum(_open(value), 0)) if divisor > 1 else whole
