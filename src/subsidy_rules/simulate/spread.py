"""Who gets how much: deciles, the share of the largest, the Gini coefficient. Exact: fractions of whole fen."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np

from .outcome import total
from .sampling import Array

LEVELS = (1, 10)  # per cent of the recipients, the largest first


@dataclass(frozen=True, slots=True)
class Spread:
    """Of the applicants' cash in one run, among the `recipients`: who get anything. `deciles`: the amounts of the recipients at
    10 % … 100 % in rising order; `tenths`: what each tenth of them gets together; `top`: the shares of the largest 1 % and 10 %
    (at least one recipient); `points`: shares of the sum that the first 1 % … 100 % have."""

    recipients: int
    sum: int
    median: int
    deciles: tuple[int, ...]
    tenths: tuple[int, ...]
    top: tuple[Fraction, ...]
    gini: Fraction
    points: tuple[Fraction, ...]


def spread(amounts: Array) -> Spread:
    """`amounts`: in fen, one an applicant."""
    rising = np.sort(amounts[amounts > 0])
    count, whole = len(rising), total(rising)
    if not count:
        none = Fraction(0)
        return Spread(0, 0, 0, (0,) * 10, (0,) * 10, (none,) * len(LEVELS), none, (none,) * 101)
    running = [0, *np.cumsum(rising.astype(object)).tolist()]
    ends = [at * count // 10 for at in range(11)]
    largest = tuple(Fraction(whole - running[count - -(-count * level // 100)], whole) for level in LEVELS)
    weighted = sum(at * amount for at, amount in enumerate(rising.tolist(), 1))
    return Spread(
        recipients=count,
        sum=whole,
        median=quantile(rising.tolist(), 50),
        deciles=tuple(quantile(rising.tolist(), 10 * at) for at in range(1, 11)),
        tenths=tuple(running[last] - running[first] for first, last in pairwise(ends)),
        top=largest,
        gini=Fraction(2 * weighted, count * whole) - Fraction(count + 1, count),
        points=tuple(Fraction(running[at * count // 100], whole) for at in range(101)),
    )


def quantile(rising: list[int], percent: int) -> int:
    """By nearest rank: the least value that `percent` of all do not exceed."""
    return rising[max(0, -(-len(rising) * percent // 100) - 1)]
