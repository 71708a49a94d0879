"""The shapes of what the ledger answers, for the OpenAPI document: `ledger/answers.py` as JSON. Money is text in yuan."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel


class DecisionAward(BaseModel):
    """What an award stands at now, and by how much that is more than before."""

    policy: str
    rule: str
    item: str | None
    amount: str
    delta: str


class RepayableAward(BaseModel):
    """An earlier award that a better one replaces."""

    policy: str
    rule: str
    item: str | None
    year: int
    amount: str


class DecisionAnswer(BaseModel):
    """What was written under a key. `replayed`: the key had been written before, with the same content. `seq`, `hash`: of
    its last entry; noted elsewhere they prove the record up to there."""

    key: str
    kind: Literal["grant", "decision", "correction", "repayment", "parameter"]
    applicant: str | None
    year: int
    decided_on: str
    recorded_at: str
    seq: int
    hash: str
    awards: list[DecisionAward]
    repayable: list[RepayableAward]
    delta: str
    replayed: bool


class HistoryAnswer(BaseModel):
    """As an application has them."""

    history: Literal["complete"]
    grants: list[dict[str, Any]]


class OwedAward(BaseModel):
    policy: str
    rule: str
    item: str | None
    year: int
    amount: str


class OwedAnswer(BaseModel):
    """By award, what is still to be paid; below 0: to be paid back."""

    owed: list[OwedAward]


class LeftEntry(BaseModel):
    """A pool in yuan, a quota in places; null where the figure is not published."""

    bound: str
    article: str
    kind: Literal["limit", "count", "units"]
    figure: str | int | None
    drawn: str | int
    left: str | int | None


class LeftAnswer(BaseModel):
    """`parameters`: for an application."""

    year: int
    left: list[LeftEntry]
    parameters: dict[str, str]


class VerificationAnswer(BaseModel):
    """The record read from its beginning. `problems`: the first broken entry, else balances that don't follow from it."""

    ok: bool
    entries: int
    hash: str
    problems: list[dict[str, Any]]
