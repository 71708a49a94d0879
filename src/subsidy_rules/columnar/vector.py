"""Expressions on columns: the same three-valued logic and intervals of scaled integers as `expr.runtime`, row by row.

A truth is two boolean columns, `sure` and `possible`. Dates, choices and texts are quantities too: day numbers and codes,
known or anything.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from ..expr import Binary, Bool, Call, Compare, Fact, In, Literal, Not, Tree
from ..expr.generate import constant
from .quantity import Quantity, add, aligned, extreme, floored, mul, narrow, point, scaled, steps, sub

EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Truth:
    sure: Any  # of the block's rows, or of one for all of them
    possible: Any


Column = Truth | Quantity


def day_number(day: date) -> int:
    return day.toordinal() - EPOCH


class Vector:
    """Evaluates trees over one block of rows. `column` gives a fact's column, `code` the number that stands for a text."""

    def __init__(self, column: Callable[[str], Column], code: Callable[[str], int]) -> None:
        self._column, self._code = column, code
        self._found: dict[Tree, Column] = {}

    def truth(self, tree: Tree) -> Truth:
        found = self._of(tree)
        assert isinstance(found, Truth)
        return found

    def quantity(self, tree: Tree) -> Quantity:
        found = self._of(tree)
        assert isinstance(found, Quantity)
        return found

    def whole(self, tree: Tree, keep: int = 0) -> tuple[Any, Any]:
        """Both ends in whole fen (units) as int64, rounded down once, not below 0, at `MOST` or OPEN; `keep`: decimals that
        are kept."""
        found = self.quantity(tree)
        if found.exponent < keep:
            found = scaled(found, 10 ** (keep - found.exponent))
        divisor = 10 ** (found.exponent - keep)
        low = narrow(floored(found.low, divisor))
        return low, low if found.exact else narrow(floored(found.high, divisor))

    def _of(self, tree: Tree) -> Column:
        found = self._found.get(tree)
        if found is None:
            found = self._found[tree] = self._evaluate(tree)
        return found

    def _evaluate(self, tree: Tree) -> Column:
        match tree:
            case Literal():
                return self._literal(tree)
            case Fact():
                return self._column(tree.name)
            case Not():
                return _neg(self.truth(tree.term))
            case Bool():
                terms = [self.truth(term) for term in tree.terms]
                return _conj(terms) if tree.op == "and" else _disj(terms)
            case In():
                found = _among(self.quantity(tree.term), [self._code(option) for option in tree.options])
                return _neg(found) if tree.negated else found
            case Compare():
                sides = aligned([self.quantity(term) for term in tree.terms])
                pairs = zip(tree.ops, sides, sides[1:], strict=False)
                return _conj([_COMPARISONS[op](a, b) for op, a, b in pairs])
            case Binary(op="*"):
                return mul(self.quantity(tree.left), self.quantity(tree.right))
            case Binary():
                left, right = aligned([self.quantity(tree.left), self.quantity(tree.right)])
                return add(left, right) if tree.op == "+" else sub(left, right)
            case Call():
                return self._call(tree)

    def _call(self, tree: Call) -> Column:
        if tree.name == "at_least":
            count, *terms = tree.args
            assert isinstance(count, Literal) and isinstance(count.value, int)
            return _at_least(count.value, [self.truth(term) for term in terms])
        if tree.name == "given":
            return _given(self.truth(tree.args[0]), self.quantity(tree.args[1]))
        operands = aligned([self.quantity(arg) for arg in tree.args])
        if tree.name == "steps":
            return steps(*operands)
        return extreme(operands, np.minimum if tree.name == "min" else np.maximum)

    def _literal(self, tree: Literal) -> Column:
        value = tree.value
        if isinstance(value, date):
            return point(day_number(value))
        if isinstance(value, str):
            return point(self._code(value))
        return point(*constant(value, tree.kind))


def _neg(a: Truth) -> Truth:
    sure = np.logical_not(a.possible)
    return Truth(sure, sure if a.sure is a.possible else np.logical_not(a.sure))


def _conj(terms: list[Truth]) -> Truth:
    return _joined(terms, np.logical_and)


def _disj(terms: list[Truth]) -> Truth:
    return _joined(terms, np.logical_or)


def _joined(terms: list[Truth], join: Callable[[Any, Any], Any]) -> Truth:
    sure, possible = terms[0].sure, terms[0].possible
    for term in terms[1:]:
        exact = sure is possible and term.sure is term.possible
        sure = join(sure, term.sure)
        possible = sure if exact else join(possible, term.possible)
    return Truth(sure, possible)


def _at_least(count: int, terms: list[Truth]) -> Truth:
    sure = sum(np.asarray(term.sure, dtype=np.int8) for term in terms) >= count
    if all(term.sure is term.possible for term in terms):
        return Truth(sure, sure)
    return Truth(sure, sum(np.asarray(term.possible, dtype=np.int8) for term in terms) >= count)


def _among(a: Quantity, codes: list[int]) -> Truth:
    sure = np.isin(a.low, codes)
    return Truth(sure, sure) if a.exact else Truth(sure, sure | (a.low != a.high))


def _lt(a: Quantity, b: Quantity) -> Truth:
    sure = a.high < b.low
    return Truth(sure, sure if a.exact and b.exact else a.low < b.high)


def _eq(a: Quantity, b: Quantity) -> Truth:
    if a.exact and b.exact:
        same = a.low == b.low
        return Truth(same, same)
    sure = (a.low == a.high) & (b.low == b.high) & (a.low == b.low)
    return Truth(sure, (a.low <= b.high) & (b.low <= a.high))


_COMPARISONS: dict[str, Callable[[Quantity, Quantity], Truth]] = {
    "<": _lt,
    ">": lambda a, b: _lt(b, a),
    "<=": lambda a, b: _neg(_lt(b, a)),
    ">=": lambda a, b: _neg(_lt(a, b)),
    "==": _eq,
    "!=": lambda a, b: _neg(_eq(a, b)),
}


def _given(condition: Truth, a: Quantity) -> Quantity:
    low = np.where(condition.sure, a.low, np.where(condition.possible, np.minimum(a.low, 0), 0))
    if a.exact and condition.sure is condition.possible:
        return Quantity(low, low, a.exponent, a.most)
    high = np.where(condition.sure, a.high, np.where(condition.possible, np.maximum(a.high, 0), 0))
    return Quantity(low, high, a.exponent, a.most)
