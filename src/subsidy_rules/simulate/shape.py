"""The file of a synthetic population, as written: the shape only. What names and figures mean is checked by `distributions`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from ..model.vocabulary import Id, Label, Model, Name, Text

Whole = Annotated[str, StringConstraints(pattern=r"^(?:0|[1-9][0-9]{0,9})$")]
Year = Annotated[str, StringConstraints(pattern=r"^(?:19|20|21)[0-9]{2}$")]
Weights = Annotated[dict[Name, Text], Field(min_length=1, max_length=200)]


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


class Ends(Model):
    """From … to …, both included."""

    low: Text = Field(alias="from")
    high: Text = Field(alias="to")


class Share(Ends):
    """A part of another amount, drawn evenly between two rates."""

    of: Name


class Lognormal(Model):
    """`median` in the fact's own unit; `sigma`: the standard deviation of its logarithm."""

    median: Text
    sigma: Text


class Pareto(Model):
    """`least` in the fact's own unit; the smaller `alpha`, the longer the tail."""

    least: Text
    alpha: Text


class Poisson(Model):
    mean: Text


WAYS = ("constant", "chance", "weights", "uniform", "share", "lognormal", "pareto", "poisson", "among")


class Distribution(Model):
    """One way to draw a fact, for all applicants or for those in the classes of `when`. Draws beyond `at_least` and `at_most`
    are set to them, and counted; amounts are rounded down to `step`."""

    when: dict[Name, Annotated[list[Name], BeforeValidator(lambda v: [v] if isinstance(v, str) else v)]] = Field(
        default_factory=dict
    )
    unknown: Text | None = None
    at_least: Text | None = None
    at_most: Text | None = None
    step: Text | None = None
    constant: Text | None = None
    chance: Text | None = None
    weights: Weights | None = None
    uniform: Ends | None = None
    share: Share | None = None
    lognormal: Lognormal | None = None
    pareto: Pareto | None = None
    poisson: Poisson | None = None
    among: Whole | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Distribution:
        if len(self.model_fields_set & set(WAYS)) != 1:
            raise ValueError("exactly one of " + ", ".join(WAYS))
        return self

    @property
    def way(self) -> str:
        return next(way for way in WAYS if way in self.model_fields_set)


Distributions = Annotated[list[Distribution], BeforeValidator(_listed), Field(min_length=1, max_length=100)]


class Class(Model):
    """A way to class applicants: `weights`, or weights for each member of another class (`by`)."""

    weights: Weights | None = None
    by: Name | None = None
    given: dict[Name, Weights] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_way(self) -> Class:
        if (self.weights is None) == (self.by is None) or bool(self.by) != bool(self.given):
            raise ValueError("weights, or by and given")
        return self


class Items(Model):
    """Things of one kind. `number`: how many an applicant has."""

    number: Distributions
    facts: dict[Name, Distributions] = Field(default_factory=dict)


class PopulationFile(Model):
    """`seed` and `size`: of the draw. `applies`: who applies at all; `applied_at`: on which day. A fact that is not named here
    is unknown for everybody."""

    id: Id
    title: Label
    basis: Literal["invented", "calibrated"]
    sources: list[Text] = Field(default_factory=list)
    seed: Whole
    size: Whole
    year: Year
    day: Text | None = None
    history: Literal["complete", "partial"]
    classes: dict[Name, Class] = Field(default_factory=dict, max_length=8)
    applies: Distributions
    applied_at: Distributions | None = None
    applicant: dict[Name, Distributions] = Field(default_factory=dict)
    items: dict[Name, Items] = Field(default_factory=dict)
