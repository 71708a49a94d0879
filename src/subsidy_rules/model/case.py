"""An admitted application: checked against a program, every value raw (see `expr`), every name resolved."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .policy import Level

Raw = Any  # bool · int (fen, millionths, count, months) · date · str · None (unknown)


@dataclass(frozen=True, slots=True)
class CaseItem:
    id: str
    kind: str
    values: tuple[Raw, ...]  # by the program's slots of the kind
    years: frozenset[int]  # empty: every year


@dataclass(frozen=True, slots=True)
class CaseGrant:
    """An earlier award in fen. `rule`: index in the program; None for a policy outside it."""

    rule: int | None
    policy: str
    item: str | None
    year: int
    amount: int
    value: int
    units: int
    repaid: bool
    attributes: dict[str, str]
    level: Level | None
    matter: str | None


@dataclass(frozen=True, slots=True)
class CaseRival:
    policy: str
    level: Level
    item: str | None
    matter: str | None
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Case:
    applicant: str
    values: tuple[Raw, ...]
    items: tuple[CaseItem, ...]
    year: int
    date: datetime.date | None
    complete: bool  # `grants` is the whole history
    grants: tuple[CaseGrant, ...] = ()
    rivals: tuple[CaseRival, ...] = ()
    approved: dict[tuple[int, str | None], int] = field(default_factory=dict)
    parameters: dict[str, int] = field(default_factory=dict)
    options: dict[str, int | None] = field(default_factory=dict)  # bound → rule; None: the rival
    published: dict[str, datetime.date] = field(default_factory=dict)
    applied_at: str | None = None
    digest: str = ""  # SHA-256 of `data` in canonical JSON
    data: Mapping[str, Any] = field(
        default_factory=dict, compare=False, repr=False
    )  # the application as it was admitted
