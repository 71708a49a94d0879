"""A population as it is drawn: every name resolved, every figure a raw value (fen, millionths, days). Plain data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from ..expr import FactType
from ..model.vocabulary import Label

CERTAIN = 1_000_000  # millionths: 100%


@dataclass(frozen=True, slots=True)
class Draw:
    """One distribution. `when`: by class the numbers of its members; `values` and `weights` of what is chosen among, the latter
    in millionths; `figures` of `way`, as raw values (plain numbers in millionths); `base`: the fact that a share is of."""

    way: str
    when: tuple[tuple[str, frozenset[int]], ...]
    unknown: int
    least: int | None
    most: int | None
    step: int
    figures: tuple[int, ...] = ()
    weights: tuple[int, ...] = ()
    base: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A fact and its distributions; the first whose classes fit is drawn from. `texts`: what its numbers stand for."""

    fact: FactType
    draws: tuple[Draw, ...]
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Classing:
    """`weights`: of the members in millionths, one row for each member of the class `by`."""

    members: tuple[str, ...]
    by: str
    weights: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Things:
    """Items of one kind: how many an applicant has, and their facts."""

    number: Column
    columns: dict[str, Column]


@dataclass(frozen=True, slots=True)
class Plan:
    id: str
    title: Label
    invented: bool
    sources: tuple[str, ...]
    seed: int
    size: int
    year: int
    day: date | None
    history: Literal["complete", "partial"]
    classes: dict[str, Classing]
    applies: Column
    applied_at: Column | None
    applicant: dict[str, Column]
    items: dict[str, Things]
