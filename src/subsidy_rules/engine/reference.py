"""The reference pricer: rules as trees, evaluated by the reference evaluator. Slow, and obviously what the design says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from ..expr import Tree, facts
from ..expr.reference import evaluate
from ..model.program import Branch, CapBound, Program, ProgramRule
from .claims import Interval, Values

Amount = tuple[Fraction, Fraction | None]


class ReferencePricer:
    """See `Pricer`. Quantities are exact fractions until the one rounding at the end, down to the fen."""

    def __init__(self, program: Program) -> None:
        self.program = program

    def price(self, rule: ProgramRule, applicant: Values, item: Values) -> tuple[bool | None, int, int | None]:
        values = self._named(rule.item, applicant, item)
        match: bool | None = True
        for tree in rule.when:
            match = _and(match, _truth(tree, values))
        if match is False:
            return False, 0, 0
        if rule.unquantified:
            return match, 0, 0
        branches, certain = _reached(rule, values)
        reached: list[Amount] = []
        for branch in branches:
            limits = [_interval(limit, values) for limit in (*branch.limits, *rule.limits)]
            reached.append(_limited(_interval(branch.low, values), _interval(branch.high, values), limits))
        if not reached:
            return False, 0, 0
        low = min(low for low, _ in reached) if certain and match and rule.bound != "ceiling" else Fraction(0)
        highs = [high for _, high in reached if high is not None]
        high = max(highs) if len(highs) == len(reached) else None
        return _minimum(rule, match, _down(low), None if high is None else _down(high))

    def conditions(self, rule: ProgramRule, applicant: Values, item: Values) -> list[bool | None]:
        values = self._named(rule.item, applicant, item)
        return [_truth(tree, values) for tree in rule.when]

    def limit(self, cap: CapBound, applicant: Values, item: Values) -> Interval:
        return self._whole(cap, cap.limit, applicant, item)

    def rank(self, cap: CapBound, applicant: Values, item: Values) -> Interval:
        """Scores are only compared: the larger end is rounded down alike for all, in millionths."""
        return self._whole(cap, cap.rank_by, applicant, item, 10**6)

    def units(self, rule: ProgramRule, applicant: Values, item: Values) -> Interval:
        values = self._named(rule.item, applicant, item)
        return _widest([(b.units, b.units) for b in _reached(rule, values)[0] if b.units], values)

    def unit(self, rule: ProgramRule, applicant: Values, item: Values) -> Interval:
        values = self._named(rule.item, applicant, item)
        return _widest([b.unit for b in _reached(rule, values)[0] if b.unit], values)

    def _whole(self, cap: CapBound, tree: Tree | None, applicant: Values, item: Values, scale: int = 1) -> Interval:
        if tree is None:
            return None, None
        low, high = _interval(tree, self._named(cap.item, applicant, item))
        return _down(max(low * scale, Fraction(0))), None if high is None else _down(high * scale)

    def _named(self, kind: str | None, applicant: Values, item: Values) -> Mapping[str, Any]:
        named = dict(zip(self.program.applicant_facts, applicant, strict=True))
        return named | dict(zip(self.program.item_facts[kind], item, strict=True)) if kind and item else named


def _reached(rule: ProgramRule, values: Mapping[str, Any]) -> tuple[list[Branch], bool]:
    """The branches that can still apply, in order, and whether one of them certainly does."""
    found = []
    for branch in rule.branches:
        taken = _truth(branch.when, values) if branch.when else True
        if taken is not False:
            found.append(branch)
        if taken:
            return found, True
    return found, False


def _widest(ends: Sequence[tuple[Tree, Tree]], values: Mapping[str, Any]) -> Interval:
    """The least low and the largest high of several branches; nothing where there is none."""
    found = [(_interval(low, values)[0], _interval(high, values)[1]) for low, high in ends]
    if not found:
        return 0, 0
    highs = [high for _, high in found if high is not None]
    return _down(min(low for low, _ in found)), _down(max(highs)) if len(highs) == len(found) else None


def _down(value: Fraction) -> int:
    return max(0, value.numerator // value.denominator)


def _and(left: bool | None, right: bool | None) -> bool | None:
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def _truth(tree: Tree, values: Mapping[str, Any]) -> bool | None:
    result = evaluate(tree, {name: values.get(name) for name in facts(tree)})
    assert result is None or isinstance(result, bool)
    return result


def _interval(tree: Tree, values: Mapping[str, Any]) -> Amount:
    result = evaluate(tree, {name: values.get(name) for name in facts(tree)})
    assert isinstance(result, tuple)
    low, high = result
    return (Fraction(0) if low is None else low), high


def _limited(low: Amount, high: Amount, limits: list[Amount]) -> Amount:
    """The branch's interval, each end under the limits' own."""
    least = min([low[0], *(limit for limit, _ in limits)])
    tops = [top for top in (high[1], *(limit for _, limit in limits)) if top is not None]
    return max(least, Fraction(0)), max(min(tops), Fraction(0)) if tops else None


def _minimum(rule: ProgramRule, match: bool | None, low: int, high: int | None) -> tuple[bool | None, int, int | None]:
    """Less than the least payment is no payment."""
    if rule.minimum is not None:
        low = low if low >= rule.minimum else 0
        if high is not None and high < rule.minimum:
            return False, 0, 0
    return match, low, high
