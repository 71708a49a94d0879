"""The vocabulary (facts.yaml): every fact that a rule may read and an application may state."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

FactKind = Literal["bool", "judgement", "money", "rate", "number", "count", "months", "date", "choice", "text"]


class Model(BaseModel):
    """Every file model: immutable, strict, no unknown keys."""

    # Built at first use: importing the library must stay quick.
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


Text = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
NAME = r"^[^\W\d]\w{0,63}$"
Name = Annotated[str, StringConstraints(pattern=NAME)]  # a fact: an identifier, ASCII or Chinese
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=64)]  # a rule, bound, policy


def _truth(value: str) -> str:
    if value not in ("true", "false"):
        raise ValueError("true or false")
    return value


Flag = Annotated[str, AfterValidator(_truth)]


class Label(Model):
    """A short text in Chinese and English."""

    zh: Text
    en: Text


class Fact(Model):
    """One fact.

    Kinds and units: money (yuan, stated with 元, 万元 or 亿元), rate (per cent), number (up to six decimals), count and
    months (whole), date, choice (one of `options`), text (an identity: compared, never computed with), bool, and
    judgement (a bool that only a reviewing officer can supply, such as 经评审).
    """

    kind: FactKind
    label: Label
    question: Label | None = None
    options: dict[Name, Label] = Field(default_factory=dict)
    at_least: Text | None = None  # legal range, in the fact's own kind, inclusive; money, counts and rates start at 0
    at_most: Text | None = None


class ItemKind(Model):
    """A kind of thing that is claimed for (project, product, standard, lease …) and its facts."""

    label: Label
    facts: dict[Name, Fact]


class Vocabulary(Model):
    """All facts of the applicant, and all item kinds with theirs."""

    applicant: dict[Name, Fact]
    items: dict[Name, ItemKind]


__all__ = ["Fact", "FactKind", "Flag", "Id", "ItemKind", "Label", "Model", "Name", "Text", "Vocabulary"]
