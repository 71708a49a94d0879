"""Random columns from a seed: numpy's generator, one stream for each column, so that a column more or less changes no other.

Floats live in here alone; every value that leaves is a whole number of fen, millionths, days or things.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .plan import CERTAIN, Classing, Column, Draw

Array = NDArray[Any]


def stream(seed: int, name: str) -> np.random.Generator:
    """Numbers that depend on the seed and the name alone."""
    words = np.frombuffer(hashlib.sha256(name.encode()).digest()[:16], dtype="<u4")
    return np.random.default_rng([seed, *words.tolist()])


def classes(classings: Mapping[str, Classing], seed: int, rows: int) -> dict[str, Array]:
    """The number of the member that each applicant belongs to, by class."""
    found: dict[str, Array] = {}
    for name, one in sorted(classings.items(), key=lambda pair: bool(pair[1].by)):
        chance = stream(seed, f"class/{name}").integers(0, CERTAIN, rows)
        above = found[one.by] if one.by else np.zeros(rows, dtype=np.int64)
        ends = np.cumsum(np.array(one.weights, dtype=np.int64), axis=1)
        found[name] = (chance[:, None] >= ends[above]).sum(axis=1)
    return found


def column(
    one: Column, seed: int, name: str, of: Mapping[str, Array], rows: int, bases: Mapping[str, Array]
) -> tuple[Array, Array, int]:
    """Values, which of them are unknown, and how many were set to an end. `of`: the classes of the rows."""
    values, unknown = np.zeros(rows, dtype=np.int64), np.zeros(rows, dtype=bool)
    free, cut = np.ones(rows, dtype=bool), 0
    hidden = stream(seed, f"{name}/unknown").integers(0, CERTAIN, rows)
    for at, draw in enumerate(one.draws):
        mine = free & _within(draw, of, rows)
        here = np.flatnonzero(mine)
        free &= ~mine
        values[here], more = drawn(draw, stream(seed, f"{name}/{at}"), len(here), bases.get(draw.base, values)[here])
        unknown[here] = hidden[here] < draw.unknown
        cut += more
    return values, unknown, cut


def _within(draw: Draw, of: Mapping[str, Array], rows: int) -> Array:
    found = np.ones(rows, dtype=bool)
    for name, members in draw.when:
        found &= np.isin(of[name], sorted(members))
    return found


def drawn(draw: Draw, chance: np.random.Generator, rows: int, base: Array) -> tuple[Array, int]:
    """Whole numbers, and how many of them were set to an end."""
    values = _ways(draw, chance, rows, base)
    if draw.least is None or draw.most is None:
        return values.astype(np.int64), 0
    kept = np.clip(values, draw.least, draw.most)
    cut = int((kept != values).sum())
    whole = np.floor(kept).astype(np.int64)
    return np.maximum(whole - whole % draw.step, draw.least), cut


def _ways(draw: Draw, chance: np.random.Generator, rows: int, base: Array) -> Array:
    figures: Sequence[int] = draw.figures
    match draw.way:
        case "constant":
            return np.full(rows, figures[0], dtype=np.int64)
        case "chance":
            return chance.integers(0, CERTAIN, rows) < figures[0]
        case "weights":
            ends = np.cumsum(np.array(draw.weights, dtype=np.int64))
            return np.searchsorted(ends, chance.integers(0, CERTAIN, rows), side="right")
        case "uniform" | "among":
            return chance.integers(figures[0], figures[1], rows, endpoint=True)
        case "share":
            return _part(base, chance.integers(figures[0], figures[1], rows, endpoint=True))
        case "lognormal":
            return figures[0] * np.exp(figures[1] / CERTAIN * chance.standard_normal(rows))
        case "pareto":
            return figures[0] * (1 + chance.pareto(figures[1] / CERTAIN, rows))
        case _:
            return chance.poisson(figures[0] / CERTAIN, rows)


def _part(base: Array, rate: Array) -> Array:
    """base × rate in millionths, rounded down, without overflow: base ≤ 10^15."""
    whole, rest = np.divmod(base, CERTAIN)
    found: Array = whole * rate + rest * rate // CERTAIN
    return found
