"""What is sent to the service. Every value is text by then: the reader of JSON keeps numbers as they are written."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints, WithJsonSchema

from ..model.application import BoundPath, Identity, Year
from ..model.vocabulary import Id, Model, Name, Text

Lang = Literal["zh", "en"]
Depth = Literal["sentence", "table", "tree", "awards"]
AN_APPLICATION = {"type": "object", "x-schema": "Application"}  # stands for its schema, see `openapi`
ApplicationData = Annotated[dict[str, Any], WithJsonSchema(AN_APPLICATION)]
EntryKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:/\-]{1,128}$")]  # as the ledger takes it


def _day(text: str) -> str:
    datetime.date.fromisoformat(text)
    return text


def _moment(text: str) -> str:
    if datetime.datetime.fromisoformat(text).tzinfo is None:
        raise ValueError("a time with its zone, like 2026-03-01T09:30:00+08:00")
    return text


PolicyNames = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,64}(?:,[a-z0-9-]{1,64}){0,63}$")]
Day = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
    AfterValidator(_day),
    Field(json_schema_extra={"format": "date"}),
]
Moment = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{5,15}(?:Z|[+-][0-9]{2}:[0-9]{2})$"),
    AfterValidator(_moment),
    Field(json_schema_extra={"format": "date-time"}),
]


class Request(Model):
    """`policies`: which of the loaded policies; all where none is named. `lang`: of the words beside the figures."""

    application: ApplicationData
    policies: list[Id] = Field(default_factory=list, max_length=64)
    lang: Lang = "zh"


class AssessRequest(Request):
    """`explain`: the words to give beside the figures."""

    explain: list[Depth] = Field(default_factory=list, max_length=4)


class ReadRequest(Model):
    """An application file as it stands on a disk, without blanks and empty lines at its ends."""

    text: Annotated[str, StringConstraints(max_length=1_000_000)]
    format: Literal["yaml", "json"] = "yaml"


class CurveRequest(Request):
    """`fact`: a quantity of the applicant, or of the item that `item` names."""

    fact: Name
    item: Identity | None = None


class DecideRequest(Request):
    """Commits the `approved` amounts of the application. `key`: of this entry, written once however often it is sent;
    `correct`: the key of the decision
    in whose place it comes. `decided_on`: today in Asia/Shanghai where it is not given."""

    key: EntryKey
    correct: EntryKey | None = None
    decided_on: Day | None = None


class RecordRequest(Request):
    """Takes over the `grants` of the application: awards of other offices, or from before the ledger."""

    key: EntryKey
    decided_on: Day


class FigureRequest(Model):
    """The figure of a year for a pool, a quota or an unpublished limit: `bound` as `policy/bound`, `figure` like
    1000万元 or a number of places."""

    key: EntryKey
    bound: BoundPath
    year: Year
    figure: Text
    decided_on: Day | None = None


class RepayRequest(Model):
    """An award was paid back or reversed."""

    key: EntryKey
    applicant: Identity
    policy: Id
    rule: Id
    item: Identity | None = None
    year: Year
    decided_on: Day | None = None


class GrantsRequest(Model):
    """`as_of`: decided by this day; `known_at`: as it was known at this time."""

    applicant: Identity
    as_of: Day | None = None
    known_at: Moment | None = None


class OwedRequest(Model):
    """What was recorded after `since`."""

    applicant: Identity
    since: Moment
    as_of: Day | None = None


class ReviewRequest(AssessRequest):
    """`of`: the key of the decision whose application is assessed again."""

    of: EntryKey


class LeftQuery(Model):
    year: Year


class DecisionQuery(Model):
    key: EntryKey


class VerifyQuery(Model):
    """Nothing is asked for."""


class BatchQuery(Model):
    """`policies`: ids with commas between them. `history` may stand in the file instead. `date`: the day of the claims."""

    year: Year
    policies: PolicyNames | None = None
    history: Literal["complete", "partial"] | None = None
    date: Day | None = None
    encoding: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,32}$")] | None = None
    lang: Lang = "zh"


class TemplateQuery(Model):
    """`policies`: ids with commas between them."""

    policies: PolicyNames | None = None
    lang: Lang = "zh"
