"""A policy file as written: the shape only. What the names and expressions mean is checked by `build`.

Every field is text, as it stands in the file; an `Expr` is source text of the expression language.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from .vocabulary import Fact, Id, Label, Model, Name, Text

Expr = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Key = Annotated[str, StringConstraints(pattern=r"^[^\W\d]\w{0,63}$")]
Whole = Annotated[str, StringConstraints(pattern=r"^(?:0|[1-9][0-9]{0,5})$")]
Reason = Literal["case_by_case", "amount_not_stated", "refers_elsewhere", "in_kind", "institutional"]
Payee = Literal["applicant", "person", "team", "park", "organiser", "operator"]
Form = Literal["grant", "voucher", "interest_subsidy", "stipend", "financing", "in_kind"]
Level = Literal["nation", "province", "city", "county", "district", "town"]
Bounding = Literal["exact", "ceiling", "range"]
Ration = Literal["pro_rata", "in_order", "rank", "carry_over", "unstated"]
Prior = Literal["top_up", "forfeit", "replace", "ignore"]


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, (dict, str)) else value


def _ranged(value: Any) -> Any:
    return {"from": value, "to": value} if isinstance(value, str) else value


class Range(Model):
    """From … to …, both included. A single value is written plainly and means a range of one."""

    low: Expr = Field(alias="from")
    high: Expr = Field(alias="to")


Ranged = Annotated[Range, BeforeValidator(_ranged, json_schema_input_type=str | Range)]


class Edges(Model):
    """A row of a table by value. `from` (以上) and `upto` (以下) include their value, `over` (超过) and `below` (不足) don't."""

    at_least: Expr | None = Field(default=None, alias="from")
    over: Expr | None = None
    below: Expr | None = None
    upto: Expr | None = None

    @model_validator(mode="after")
    def _one_edge_a_side(self) -> Edges:
        if (self.at_least and self.over) or (self.below and self.upto):
            raise ValueError("one lower edge (from or over) and at most one upper edge (below or upto)")
        return self


class Band(Edges):
    amount: Ranged | None = None
    rate: Ranged | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Band:
        if (self.amount is None) == (self.rate is None):
            raise ValueError("amount or rate, one of them")
        return self


class Bands(Model):
    """The whole of `of` falls into one row, which gives the amount, or the rate of the whole."""

    of: Expr
    rows: list[Band] = Field(min_length=1, max_length=200)


class Bracket(Edges):
    rate: Expr


class Brackets(Model):
    """Marginal: each row's rate applies to the part of `of` that lies in the row."""

    of: Expr
    rows: list[Bracket] = Field(min_length=1, max_length=200)


class Milestone(Model):
    reach: Expr
    amount: Ranged


class Milestones(Model):
    """Paid when `of` reaches a value for the first time; `before` is the highest value reached earlier."""

    of: Expr
    before: Expr
    rows: list[Milestone] = Field(min_length=1, max_length=200)
    pays: Literal["highest", "every"]


class Step(Model):
    """`amount` for every full `every` of `of`, counted above `above` where that is given."""

    of: Expr
    every: Expr
    amount: Ranged
    above: Expr | None = None


class Uplift(Model):
    """What another rule pays more: a share `by` of its amount, or its amount with the rate or the limits raised by `by`."""

    rule: Id
    by: Expr
    on: Literal["amount", "rate", "limit"]


class Pay(Model):
    """One branch. Exactly one way to pay: amount · rate + of · share_of + rate · each + amount · months + amount ·
    years + amount · bands · brackets · milestones · step · uplift · formula."""

    when: Expr | None = None
    amount: Ranged | None = None
    rate: Ranged | None = None
    of: Expr | None = None
    share_of: Expr | None = None
    each: Expr | None = None
    months: Expr | None = None
    years: Expr | None = None
    bands: Bands | None = None
    brackets: Brackets | None = None
    milestones: Milestones | None = None
    step: Step | None = None
    uplift: Uplift | None = None
    formula: Ranged | None = None
    max: Annotated[list[Expr], BeforeValidator(_listed)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _one_way(self) -> Pay:
        if self.way not in WAYS:
            raise ValueError("one way to pay: " + ", ".join(" + ".join(way) for way in WAYS))
        return self

    @property
    def way(self) -> tuple[str, ...]:
        """The fields that say how this branch pays, sorted by name: the key of its lowering."""
        return tuple(sorted(self.model_fields_set - {"when", "max"}))


WAYS = (
    ("amount",),
    ("of", "rate"),
    ("rate", "share_of"),
    ("amount", "each"),
    ("amount", "months"),
    ("amount", "years"),
    ("bands",),
    ("brackets",),
    ("milestones",),
    ("step",),
    ("uplift",),
    ("formula",),
)


class Alternative(Model):
    """Another reading of the text. `instead` gives the fields that it would change, in the shape of the rule or bound."""

    says: Label
    instead: dict[str, Any] | None = None


class Assumption(Model):
    """A silence of the text that this encoding had to fill, why so, and what else it could mean."""

    says: Label
    because: Label | None = None
    alternatives: Annotated[list[Alternative], BeforeValidator(_listed)] = Field(default_factory=list, alias="or")


class Cap(Model):
    """限额: what the awards with the same key may come to: a sum (`limit`), a number of distinct things (`count` + `of`),
    or months/years of a stipend (`units`). `unpublished`: the text says that there is a limit and not how much."""

    limit: Expr | None = None
    count: Whole | Literal["unpublished"] | None = None
    of: Literal["item", "year", "award"] | None = None
    units: Expr | None = None
    per: list[Key]
    ration: Ration | None = None
    rank_by: Expr | None = None


class Against(Model):
    """Compared with other policies only: of these levels, where they pay for the same item, or for the same matter (and not
    for two different items). With `per: [year]` within one budget year."""

    levels: list[Level] = Field(min_length=1)
    same: Literal["item", "matter"]


class Exclusive(Model):
    """就高不重复: of the awards with the same key only the best compatible ones are paid."""

    per: list[Key]
    prior: Prior
    choose: Literal["highest", "priority", "option"] | None = None
    priority: list[Id] = Field(default_factory=list)
    compatible: list[Annotated[list[Id], Field(min_length=2, max_length=2)]] = Field(
        default_factory=list, alias="except"
    )
    against: Against | None = None


class Provision(Model):
    """What every clause carries: where it stands, what it is called here, the figures as written there."""

    id: Id
    article: Text
    title: Label
    figures: list[Text] = Field(default_factory=list)
    assumes: Annotated[list[Assumption], BeforeValidator(_listed)] = Field(default_factory=list)


class Rule(Provision):
    """Who may claim, and what is due."""

    provision: Text | None = None
    department: list[Text] = Field(min_length=1)
    item: Name | None = None
    award: Id | None = None
    matter: Id | None = None
    payee: Payee = "applicant"
    form: Form = "grant"
    when: list[Expr] = Field(default_factory=list)
    bound: Bounding | None = None
    pays: Annotated[list[Pay], BeforeValidator(_listed)] = Field(default_factory=list)
    max: Annotated[list[Expr], BeforeValidator(_listed)] = Field(default_factory=list)
    minimum: Expr | None = None
    unquantified: Reason | None = None
    rides_on: Id | None = None
    dated_by: Name | None = None
    once: list[Key] | None = None
    cap: Annotated[list[Cap], BeforeValidator(_listed)] = Field(default_factory=list)
    exclusive: Annotated[list[Exclusive], BeforeValidator(_listed)] = Field(default_factory=list)


class Bound(Provision):
    """A bound over the awards of several rules (`rules: all` for every rule of the policy)."""

    rules: list[Id] | Literal["all"]
    cap: Cap | None = None
    exclusive: Exclusive | None = None


class Clause(Provision):
    """A clause that changes no amount and is recorded all the same (an explicit non-limit, a change clause …)."""

    says: Label


class Effective(Model):
    """When a policy is in force. `starts`: a date, or `+31 days` after `published` (`+0 days`: on publication);
    `ends`: the last day as a date, `lasts`: `3 years` from the first day. `not_stated` where the text is silent."""

    published: Text  # a date, or unknown
    starts: Text
    ends: Text | None = None
    lasts: Text | None = None


class Jurisdiction(Model):
    """`code`: the division's code after GB/T 2260 without closing zeros: two, four or six digits for province, city, and
    county or district. Policies are compared with each other only where one code begins with the other."""

    name: Label
    level: Level
    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{2}(?:[0-9]{2}){0,2}$")]


class Extra(Model):
    """Facts that only this policy needs."""

    applicant: dict[Name, Fact] = Field(default_factory=dict)
    items: dict[Name, dict[Name, Fact]] = Field(default_factory=dict)


class Policy(Model):
    id: Id
    title: Label
    document: Text | None = None
    status: Literal["draft", "in_force", "repealed"]
    jurisdiction: Jurisdiction
    effective: Effective
    succeeds: list[Id] = Field(default_factory=list)
    assumes: Annotated[list[Assumption], BeforeValidator(_listed)] = Field(default_factory=list)
    facts: Extra = Field(default_factory=Extra)
    rules: list[Rule] = Field(min_length=1, max_length=5000)
    bounds: list[Bound] = Field(default_factory=list, max_length=5000)
    clauses: list[Clause] = Field(default_factory=list, max_length=1000)
