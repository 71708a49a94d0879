"""Conditions as their failure is told: all that does not depend on the case is written once per program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..expr import QUANTITIES, Bool, Compare, Fact, Literal, Tree, show, written
from .assessment import Unmet

Values = tuple[Any, ...]
Slots = Mapping[str, Mapping[str, int]]  # "" and item kind → fact → position among the raw values


@dataclass(frozen=True, slots=True)
class Threshold:
    """`fact >= limit` or `fact > limit` with a constant limit; `least`: the least raw value that will do (超过: the least
    that is more). The fact's value stands in `slot`, `of_item` or of the applicant."""

    text: str
    fact: str
    kind: str
    limit: str
    least: int
    of_item: bool
    slot: int

    def missed(self, value: int) -> Unmet:
        """Told of a value that is less than the least."""
        lacking = written(self.kind, self.least - value)
        return Unmet(self.text, self.fact, written(self.kind, value), self.limit, lacking)


@dataclass(frozen=True, slots=True)
class Test:
    """A condition as its failure is told: by a threshold that is missed, or by itself."""

    plain: Unmet
    thresholds: tuple[Threshold, ...]

    def told(self, applicant: Values, item: Values) -> Unmet:
        """Of a condition that is false."""
        for threshold in self.thresholds:
            value = (item if threshold.of_item else applicant)[threshold.slot]
            if value is not None and value < threshold.least:
                return threshold.missed(value)
        return self.plain


def test_of(tree: Tree, slots: Slots, item: str | None) -> Test:
    """`item`: the kind that the rule is for."""
    terms = tree.terms if isinstance(tree, Bool) and tree.op == "and" else (tree,)
    return Test(Unmet(show(tree)), tuple(found for term in terms if (found := _threshold(term, slots, item))))


def _threshold(tree: Tree, slots: Slots, item: str | None) -> Threshold | None:
    if not (isinstance(tree, Compare) and tree.ops in ((">=",), (">",))):
        return None
    fact, limit = tree.terms
    if not (isinstance(fact, Fact) and isinstance(limit, Literal) and isinstance(limit.value, int)):
        return None
    if fact.kind not in QUANTITIES:
        return None
    of_item = item is not None and fact.name in slots[item]
    slot = slots[item or ""][fact.name] if of_item else slots[""][fact.name]
    least = limit.value + (tree.ops == (">",))
    return Threshold(show(tree), fact.name, fact.kind, show(limit), least, of_item, slot)
