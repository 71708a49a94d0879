"""The answer. Plain immutable data inside; `to_json` gives the documented, versioned form: money as text in yuan.

Amounts inside are integers of fen. `None` as a ceiling means open: no figure bounds it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import PlainSerializer, WithJsonSchema

from ..money import format_yuan
from .policy import Form, Payee, Reason
from .vocabulary import Label

SCHEMA: Literal["subsidy-rules/assessment/1"] = "subsidy-rules/assessment/1"
Fen = Annotated[
    int,
    PlainSerializer(lru_cache(4096)(format_yuan), return_type=str),  # an answer says the same amounts many times
    WithJsonSchema(
        {"type": "string", "pattern": r"^-?\d+\.\d{2}$", "description": "元 (yuan), two decimals"}, mode="serialization"
    ),
]
Status = Literal["exact", "ceiling", "range", "unquantified", "ineligible", "undecided", "excluded", "not_in_force"]
Run = Literal["low", "high"]


@dataclass(frozen=True, slots=True)
class Interval:
    """确定可得 and 最高可得. `ceiling` None: open, no figure bounds it."""

    assured: Fen
    ceiling: Fen | None


NOTHING = Interval(0, 0)


@dataclass(frozen=True, slots=True)
class Step:
    """A bound lowered an amount in a run. `before` and `after` in yuan; `why`: cap, pool, top_up, forfeit, replace, count …"""

    run: Run
    bound: str
    article: str
    why: str
    before: Fen
    after: Fen


@dataclass(frozen=True, slots=True)
class Beaten:
    """The award that is paid instead, by which bound, and by how much it is more in the run of the ceilings."""

    policy: str
    rule: str
    item: str | None
    bound: str
    article: str
    more: Fen


@dataclass(frozen=True, slots=True)
class Unmet:
    """A condition that fails. For a threshold: the fact, its value, what is asked, and what is still lacking."""

    condition: str
    fact: str = ""
    value: str = ""
    threshold: str = ""
    lacking: str = ""


@dataclass(frozen=True, slots=True)
class Assumed:
    """A silence of the text that the encoding filled, and the other readings."""

    says: Label
    alternatives: tuple[Label, ...]


@dataclass(frozen=True)
class Award:
    """One claim. Without a figure (`unquantified`) it has no amounts at all.

    `due` is the award alone by its own rule, `standalone` after earlier grants and caps as if it were the only
    claim (sound), `settled` what it adds to each run (another fact may move money between awards: no promise)."""

    policy: str
    rule: str
    item: str | None
    article: str
    title: Label
    department: tuple[str, ...]
    payee: Payee
    form: Form
    status: Status
    reason: Reason | None
    due: Interval | None
    standalone: Interval | None
    settled: Interval | None
    steps: tuple[Step, ...] = ()
    beaten_by: tuple[Beaten, ...] = ()
    unmet: tuple[Unmet, ...] = ()
    missing: tuple[str, ...] = ()
    judgements: tuple[str, ...] = ()
    assumptions: tuple[Assumed, ...] = ()
    approved: bool = False
    below_assured: bool = False
    subject_to: tuple[str, ...] = ()


class Blank:
    """An award of which only what depends on the case is left to fill in. An answer has many awards, and most of what they
    say is the same for every case: it is copied as a whole, not assigned one by one; defaults stay with the class."""

    __slots__ = ("_fields",)

    def __init__(self, award: Award) -> None:
        defaults = {one.name: one.default for one in fields(Award)}
        self._fields = {name: value for name, value in vars(award).items() if value != defaults[name]}

    def copy(self) -> tuple[Award, dict[str, Any]]:
        """A new award, and its fields to fill in before it is handed out."""
        award, filled = object.__new__(Award), self._fields.copy()
        object.__setattr__(award, "__dict__", filled)
        return award, filled


@dataclass(frozen=True, slots=True)
class Total:
    """What one payee gets of one class of support (cash, financing, other) under one policy. `open`: awards without a
    figure that come beside the ceiling, which is then only the quantified part."""

    policy: str
    payee: Payee
    kind: Literal["cash", "financing", "other"]
    assured: Fen
    ceiling: Fen
    open: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PolicyState:
    """A policy as it stands on the day of the claim. `dates_checked` false: that day, or the policy's days, are not known."""

    id: str
    title: Label
    status: Literal["draft", "in_force", "repealed"]
    first_day: str | None
    last_day: str | None
    dates_checked: bool


@dataclass(frozen=True, slots=True)
class SubjectTo:
    """What the answer rests on: a pool that must suffice, or a limit whose figure the text withholds."""

    bound: str
    article: str
    why: Literal["pool", "quota", "unpublished"]
    ration: str | None


@dataclass(frozen=True, slots=True)
class Repayable:
    """An earlier award that a better new one replaces; reported, never netted."""

    policy: str
    rule: str
    item: str | None
    year: int
    amount: Fen


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the answer was computed from: version of the engine, SHA-256 of each policy file, of the vocabulary (`facts`)
    and of the application in canonical JSON. The same four give the same bytes."""

    engine: str
    files: dict[str, str]
    application: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """The answer for one applicant and one budget year."""

    schema: Literal["subsidy-rules/assessment/1"]
    applicant: str
    year: int
    date: str | None
    policies: tuple[PolicyState, ...]
    awards: tuple[Award, ...]
    totals: tuple[Total, ...]
    missing: tuple[str, ...]
    judgements: tuple[str, ...]
    subject_to: tuple[SubjectTo, ...]
    receipt: Receipt
    repayable: tuple[Repayable, ...] = ()
    history_complete: bool = True
    notice: Label = field(
        default=Label(
            zh="测算结果供参考，最高额不等于可得额，以主管部门审定为准。",
            en="An estimate. A ceiling is no entitlement; the competent office decides.",
        )
    )
