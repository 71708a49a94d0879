"""Expressions and prices as SMT terms, for applications whose facts are all known.

Exact integers throughout: a quantity is (integer term, exponent), the value times 10 to the exponent, as in generated
code; it is rounded down to the fen once, at the end. Dates are day numbers. A choice or text is the number that its
UTF-8 bytes make, so that equal numbers are equal texts and a number of a model can be read back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any

import z3  # type: ignore[import-untyped]

from ..expr import QUANTITIES, Binary, Bool, Call, Compare, Fact, In, Literal, Not, Tree
from ..model.program import Branch, ProgramRule

Term = Any  # z3 has no types; bool: BoolRef; everything else: an integer
Values = Mapping[str, Term]
Scaled = tuple[Any, int]
NOTHING = z3.IntVal(0)
_DECIMALS = 6


def code(text: str) -> int:
    """The number that stands for a choice or text."""
    return int.from_bytes(text.encode(), "big")


def decode(number: int) -> str:
    """The text that a number stands for."""
    return number.to_bytes((number.bit_length() + 7) // 8, "big").decode()


def truth(tree: Tree, values: Values) -> z3.BoolRef:
    """A condition."""
    match tree:
        case Fact():
            return values[tree.name]
        case Not():
            return z3.Not(truth(tree.term, values))
        case Bool():
            join = z3.And if tree.op == "and" else z3.Or
            return join(*(truth(term, values) for term in tree.terms))
        case In():
            among = z3.Or(*(values[tree.term.name] == code(option) for option in tree.options))
            return z3.Not(among) if tree.negated else among
        case Compare():
            sides = _sides(tree.terms, values)
            return z3.And(*(_ORDERS[op](a, b) for op, a, b in zip(tree.ops, sides, sides[1:], strict=False)))
        case Call(name="at_least"):
            least, *terms = tree.args
            assert isinstance(least, Literal)
            return z3.AtLeast(*(truth(term, values) for term in terms), least.value)
    raise TypeError(f"no condition: {tree}")


_ORDERS = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def _sides(trees: Sequence[Tree], values: Values) -> list[Term]:
    """What is compared, in one scale."""
    if trees[0].kind in QUANTITIES:
        return _aligned([scaled(tree, values) for tree in trees])[0]
    if trees[0].kind == "bool":
        return [truth(tree, values) for tree in trees]
    return [values[tree.name] if isinstance(tree, Fact) else _constant(tree) for tree in trees]


def _constant(tree: Tree) -> z3.ArithRef:
    """A day, a choice or a text."""
    assert isinstance(tree, Literal)
    return z3.IntVal(tree.value.toordinal() if isinstance(tree.value, date) else code(str(tree.value)))


def scaled(tree: Tree, values: Values) -> Scaled:
    """A quantity."""
    match tree:
        case Literal(value=int(value)):
            exponent = _exponent(tree.kind)
            while exponent and value % 10 == 0:
                value, exponent = value // 10, exponent - 1
            return z3.IntVal(value), exponent
        case Fact():
            return values[tree.name], _exponent(tree.kind)
        case Binary(op="*"):
            (left, first), (right, second) = scaled(tree.left, values), scaled(tree.right, values)
            return left * right, first + second
        case Binary():
            (left, right), exponent = _aligned([scaled(tree.left, values), scaled(tree.right, values)])
            return left + right if tree.op == "+" else left - right, exponent
        case Call(name="given"):
            term, exponent = scaled(tree.args[1], values)
            return z3.If(truth(tree.args[0], values), term, NOTHING), exponent
        case Call(name="steps"):
            (of, every), _ = _aligned([scaled(arg, values) for arg in tree.args])
            return z3.If(of > 0, of / every, NOTHING), 0
        case Call():
            terms, exponent = _aligned([scaled(arg, values) for arg in tree.args])
            return reduce(least if tree.name == "min" else greatest, terms), exponent
    raise TypeError(f"no quantity: {tree}")


def _exponent(kind: str) -> int:
    return _DECIMALS if kind in ("rate", "number") else 0


def _aligned(terms: Sequence[Scaled]) -> tuple[list[z3.ArithRef], int]:
    most = max(exponent for _, exponent in terms)
    return [term * 10 ** (most - exponent) if most > exponent else term for term, exponent in terms], most


def least(a: z3.ArithRef, b: z3.ArithRef) -> z3.ArithRef:
    return z3.If(a <= b, a, b)


def greatest(a: z3.ArithRef, b: z3.ArithRef) -> z3.ArithRef:
    return z3.If(a >= b, a, b)


def whole(tree: Tree, values: Values) -> z3.ArithRef:
    """A quantity in whole fen (units), rounded down, not below 0."""
    term, exponent = scaled(tree, values)
    if exponent:
        term = term / 10**exponent
    return greatest(term, NOTHING)


@dataclass(frozen=True, slots=True)
class Price:
    """A rule for one item. `holds`: all its conditions. `taken`: by branch, whether it is the first that holds.
    `matches`: something can be due. `low`, `high`: what is due alone in fen, 0 where nothing is."""

    holds: z3.BoolRef
    taken: tuple[z3.BoolRef, ...]
    matches: z3.BoolRef
    low: z3.ArithRef
    high: z3.ArithRef


def price(rule: ProgramRule, values: Values) -> Price:
    """Match and price."""
    holds = z3.And(*(truth(tree, values) for tree in rule.when))
    if rule.unquantified:
        return Price(holds, (), holds, NOTHING, NOTHING)
    taken = first_that_holds([truth(b.when, values) if b.when else z3.BoolVal(True) for b in rule.branches])
    high = _chosen(taken, [limited(rule, branch, branch.high, values) for branch in rule.branches])
    low = NOTHING
    if rule.bound != "ceiling":
        low = _chosen(taken, [limited(rule, branch, branch.low, values) for branch in rule.branches])
    enough = z3.BoolVal(True)
    if rule.minimum is not None:
        enough, low = high >= rule.minimum, z3.If(low >= rule.minimum, low, NOTHING)
    matches = z3.And(holds, z3.Or(*taken), enough)
    return Price(holds, taken, matches, z3.If(matches, low, NOTHING), z3.If(matches, high, NOTHING))


def first_that_holds(conditions: Sequence[z3.BoolRef]) -> tuple[z3.BoolRef, ...]:
    """By condition, whether it is the first that holds."""
    return tuple(
        z3.And(condition, *(z3.Not(before) for before in conditions[:at])) for at, condition in enumerate(conditions)
    )


def limited(rule: ProgramRule, branch: Branch, end: Tree, values: Values) -> z3.ArithRef:
    """An end of a branch under the branch's and the rule's own limits, in fen."""
    limits = (whole(limit, values) for limit in (*branch.limits, *rule.limits))
    return reduce(least, limits, whole(end, values))


def _chosen(taken: Sequence[z3.BoolRef], amounts: Sequence[z3.ArithRef]) -> z3.ArithRef:
    return reduce(lambda rest, pair: z3.If(pair[0], pair[1], rest), zip(taken, amounts, strict=True), NOTHING)
