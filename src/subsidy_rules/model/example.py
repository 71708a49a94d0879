"""Worked cases beside a policy (`policies/examples/<policy>.yaml`): an application, and the answer worked out from the text."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from .assessment import Status
from .policy import Form, Payee, Reason
from .vocabulary import Id, Model, Text


class ExpectedAward(Model):
    """What one award must be. `assured` and `ceiling` are its settled amounts (`open`: no figure); what is left out is not
    compared."""

    rule: Id
    item: Text | None = None
    status: Status
    reason: Reason | None = None
    payee: Payee | None = None
    form: Form | None = None
    assured: Text | None = None
    ceiling: Text | None = None
    missing: list[Text] | None = None
    judgements: list[Text] | None = None
    beaten_by: list[Id] | None = None
    lacking: Text | None = None


class Expected(Model):
    """`assured` and `ceiling`: cash to the applicant under the policy, over all awards. `open`: awards without a figure."""

    assured: Text
    ceiling: Text
    open: list[Text] = Field(default_factory=list)
    awards: list[ExpectedAward] = Field(default_factory=list)
    subject_to: list[Text] | None = None
    repayable: Text | None = None


class Example(Model):
    id: Id
    article: Text
    why: Text  # how the expected answer follows from the text
    application: dict[str, Any]
    others: list[dict[str, Any]] = Field(default_factory=list)  # applications of others who draw on the same pools
    expect: Expected


class Examples(Model):
    """`base` is what all applications share; an application overrides it key by key, inside `applicant` too."""

    policy: Id
    base: dict[str, Any]
    cases: list[Example] = Field(min_length=1)


__all__ = ["Example", "Examples", "Expected", "ExpectedAward"]
