"""An application as written: one applicant, what is claimed for, and what was granted before.

Values of facts are text in the fact's own kind (`500万元`, `30%`, `2026-03-01`, `true`, `national`) or `unknown`; from
Python and JSON, booleans, whole numbers and dates may come as themselves. A float is refused wherever it stands.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema

from .policy import Level, Ranged
from .vocabulary import NAME, Flag, Id, Model, Name, Text

Identity = Annotated[str, StringConstraints(pattern=r"^[\w.\-]{1,64}$")]
Year = Annotated[str, StringConstraints(pattern=r"^(?:19|20|21)[0-9]{2}$")]
BoundPath = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,64}/[a-z0-9-]{1,64}$")]


def _as_text(value: Any) -> Any:
    """Exact Python values as the text that a file would hold."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if type(value) is date:
        return value.isoformat()
    return value


Value = Annotated[
    str, BeforeValidator(_as_text, json_schema_input_type=str | bool | int), StringConstraints(max_length=200)
]
YearText = Annotated[Year, BeforeValidator(_as_text, json_schema_input_type=str | int)]
# That a name is none of a fact is found beside the vocabulary, which knows the nearest one; a pattern would cost more
# than all else that is checked here.
FactName = Annotated[
    str, StringConstraints(min_length=1, max_length=64), WithJsonSchema({"type": "string", "pattern": NAME})
]
Facts = dict[FactName, Value]
FlagText = Annotated[Flag, BeforeValidator(_as_text, json_schema_input_type=str | bool)]


class Applicant(Model):
    id: Identity
    facts: Facts = Field(default_factory=dict)


class Item(Model):
    """One thing claimed for: a project, a product, a contract … `years`: the budget years it is claimed in (all, if none)."""

    id: Identity
    kind: Name
    facts: Facts = Field(default_factory=dict)
    years: list[YearText] = Field(default_factory=list)


class Grant(Model):
    """An earlier award. `amount` is what was paid, `value` what the award was worth then (the same, if not given).

    For a grant of a policy outside the program: `level` and `item` or `matter` say what it is compared with.
    """

    policy: Id
    rule: Id
    item: Identity | None = None
    year: YearText
    amount: Text
    value: Text | None = None
    units: Value | None = None
    repaid: FlagText = "false"
    attributes: Facts = Field(default_factory=dict)
    level: Level | None = None
    matter: Id | None = None


class Rival(Model):
    """Support of a policy outside the program, claimed at the same time and not yet decided."""

    policy: Id
    level: Level
    item: Identity | None = None
    matter: Id | None = None
    amount: Ranged


class Approval(Model):
    """What the competent office has decided for one award."""

    policy: Id
    rule: Id
    item: Identity | None = None
    amount: Text


class Application(Model):
    """`year` is the budget year that is settled, `date` the day of the claim (without it dates are not checked).

    `history: complete` says that `grants` lists every earlier award; `partial` leaves the rest unknown.
    `parameters`: figures that a text withholds, or what is left of a pool, by `policy/bound`.
    `options`: which award the applicant takes where a text lets him choose, by `policy/bound`.
    `published`: assumed day of publication of a draft, by policy.
    """

    applicant: Applicant
    items: list[Item] = Field(default_factory=list, max_length=10_000)
    year: YearText
    date: Value | None = None
    history: Literal["complete", "partial"]
    grants: list[Grant] = Field(default_factory=list, max_length=10_000)
    rivals: list[Rival] = Field(default_factory=list, max_length=1000)
    approved: list[Approval] = Field(default_factory=list, max_length=10_000)
    parameters: dict[BoundPath, Value] = Field(default_factory=dict)
    options: dict[BoundPath, Id] = Field(default_factory=dict)
    published: dict[Id, Value] = Field(default_factory=dict)
    applied_at: Value | None = None
