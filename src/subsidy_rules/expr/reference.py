"""What an expression means: evaluation on simpleeval, over exact fractions. Slow, and easy to believe.

simpleeval is given an expression that consists of placeholder names, operators and our functions; the names stand
for plain values (bool, date, str, None, tuples of these and of Fraction). It has no attributes, no functions of its
own, and one evaluator serves one evaluation.

A quantity is a pair of ends, and an end is (sign of infinity, value): (0, x) is the number x, (-1, 0) and (1, 0) are
the infinities. So ends compare as tuples do. Units: fen for money, 1 for everything else (30% is 3/10).
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from fractions import Fraction
from functools import reduce
from itertools import product

from simpleeval import SimpleEval  # type: ignore[import-untyped]

from ..money import RATE_SCALE
from .tree import QUANTITIES, Binary, Bool, Call, Compare, Fact, In, Literal, Not, Tree

End = tuple[int, Fraction]
Pair = tuple[End, End]
Truth = bool | None
Slot = int | date | str | None
Result = bool | None | date | str | tuple[Fraction | None, Fraction | None]

_ZERO = Fraction(0)
_BELOW: End = (-1, _ZERO)
_ABOVE: End = (1, _ZERO)


def evaluate(tree: Tree, values: Mapping[str, Slot]) -> Result:
    """The value of a tree for the facts' slot values (absent or None: unknown).

    A condition gives True, False or None; a quantity (low, high), with None for an end that is not there; a date,
    choice or text its value or None.
    """
    names: dict[str, object] = {}
    source = _render(tree, values, names)
    result = _Evaluator(operators=_OPERATORS, functions=_FUNCTIONS, names=names, allowed_attrs={}).eval(source)
    if tree.kind not in QUANTITIES:
        return result  # type: ignore[no-any-return]  # what simpleeval returns has no type
    low, high = result
    return _number(low), _number(high)


def _number(end: End) -> Fraction | None:
    return None if end[0] else end[1]


class _Evaluator(SimpleEval):  # type: ignore[misc]  # simpleeval has no types
    """and, or and chains in Kleene's logic: all operands are evaluated, None is a truth value."""

    def _eval_boolop(self, node: ast.BoolOp) -> Truth:
        fold = _and if isinstance(node.op, ast.And) else _or
        terms: list[Truth] = [self._eval(value) for value in node.values]
        return reduce(fold, terms)

    def _eval_compare(self, node: ast.Compare) -> Truth:
        terms = [self._eval(term) for term in (node.left, *node.comparators)]
        pairs = zip(node.ops, terms, terms[1:], strict=False)
        parts: list[Truth] = [self.operators[type(op)](left, right) for op, left, right in pairs]
        return reduce(_and, parts)


# truths


def _and(a: Truth, b: Truth) -> Truth:
    if a is False or b is False:
        return False
    return None if a is None or b is None else True


def _not(a: Truth) -> Truth:
    return None if a is None else not a


def _or(a: Truth, b: Truth) -> Truth:
    return _not(_and(_not(a), _not(b)))


def _at_least(count: Pair, *terms: Truth) -> Truth:
    """Over all ways in which the unknown terms could turn out."""
    known = sum(term is True for term in terms)
    outcomes = {known + more >= count[0][1] for more in range(terms.count(None) + 1)}
    return outcomes.pop() if len(outcomes) == 1 else None


def _order(holds: Callable[[End, End], bool]) -> Callable[[Pair | date | None, Pair | date | None], Truth]:
    """A comparison that is monotone in both sides, so that the ends decide for everything between them."""

    def compare(a: Pair | date | None, b: Pair | date | None) -> Truth:
        if a is None or b is None:
            return None
        lefts, rights = _ends(a), _ends(b)
        outcomes = {holds(x, y) for x, y in ((lefts[0], rights[1]), (lefts[1], rights[0]))}
        return outcomes.pop() if len(outcomes) == 1 else None

    return compare


def _ends(value: Pair | date) -> Pair:
    return ((0, Fraction(value.toordinal())),) * 2 if isinstance(value, date) else value


def _equal(a: object, b: object) -> Truth:
    if a is None or b is None:
        return None
    if isinstance(a, tuple) and isinstance(b, tuple):
        if max(a[0], b[0]) > min(a[1], b[1]):
            return False  # they do not meet
        return True if a[0] == a[1] == b[0] == b[1] else None
    return a == b


def _in(value: str | None, options: tuple[str, ...]) -> Truth:
    return None if value is None else value in options


# quantities


def _plus(x: End, y: End) -> End:
    return x[0] or y[0], _ZERO if x[0] or y[0] else x[1] + y[1]


def _minus(x: End) -> End:
    return -x[0], -x[1]


def _times(x: End, y: End) -> End:
    """0 times infinity is 0."""
    if x[0] or y[0]:
        signs = [end[0] or (end[1] > 0) - (end[1] < 0) for end in (x, y)]
        return signs[0] * signs[1], _ZERO
    return 0, x[1] * y[1]


def _hull(ends: Iterable[End]) -> Pair:
    listed = sorted(ends)
    return listed[0], listed[-1]


def _add(a: Pair, b: Pair) -> Pair:
    return _plus(a[0], b[0]), _plus(a[1], b[1])


def _sub(a: Pair, b: Pair) -> Pair:
    return _plus(a[0], _minus(b[1])), _plus(a[1], _minus(b[0]))


def _mul(a: Pair, b: Pair) -> Pair:
    return _hull(_times(x, y) for x, y in product(a, b))


def _min(*terms: Pair) -> Pair:
    return min(low for low, _ in terms), min(high for _, high in terms)


def _max(*terms: Pair) -> Pair:
    return max(low for low, _ in terms), max(high for _, high in terms)


def _given(condition: Truth, a: Pair) -> Pair:
    nothing: End = (0, _ZERO)
    if condition is None:
        return _hull([nothing, *a])
    return a if condition else (nothing, nothing)


def _steps(a: Pair, step: Pair) -> Pair:
    size = step[0][1]
    low, high = ((end[0], Fraction(end[1] // size)) for end in a)
    nothing: End = (0, _ZERO)
    return max(low, nothing), max(high, nothing)


_OPERATORS: dict[type[ast.AST], Callable[..., object]] = {
    ast.Add: _add,
    ast.Sub: _sub,
    ast.Mult: _mul,
    ast.Not: _not,
    ast.Eq: _equal,
    ast.NotEq: lambda a, b: _not(_equal(a, b)),
    ast.Lt: _order(lambda x, y: x < y),
    ast.LtE: _order(lambda x, y: x <= y),
    ast.Gt: _order(lambda x, y: x > y),
    ast.GtE: _order(lambda x, y: x >= y),
    ast.In: _in,
    ast.NotIn: lambda a, b: _not(_in(a, b)),
}
_FUNCTIONS: dict[str, Callable[..., object]] = {
    "min": _min,
    "max": _max,
    "given": _given,
    "steps": _steps,
    "at_least": _at_least,
}


# the expression that simpleeval sees


def _render(tree: Tree, values: Mapping[str, Slot], names: dict[str, object]) -> str:
    """Python source in which every leaf is a name; `names` takes what they stand for."""

    def name(value: object) -> str:
        key = f"n{len(names)}"
        names[key] = value
        return key

    def render(node: Tree) -> str:
        match node:
            case Literal():
                return name(_known(node.kind, node.value))
            case Fact():
                return name(_fact(node, values.get(node.name)))
            case Not():
                return f"(not {render(node.term)})"
            case Bool():
                return f"({f' {node.op} '.join(map(render, node.terms))})"
            case Compare():
                pairs = zip(("", *node.ops), map(render, node.terms), strict=True)
                return f"({' '.join(f'{op} {term}' for op, term in pairs).strip()})"
            case In():
                return f"({render(node.term)} {'not in' if node.negated else 'in'} {name(node.options)})"
            case Binary():
                return f"({render(node.left)} {node.op} {render(node.right)})"
            case Call():
                return f"{node.name}({', '.join(map(render, node.args))})"

    return render(tree)


def _known(kind: str, value: int | date | str) -> object:
    if kind not in QUANTITIES or not isinstance(value, int):
        return value
    end: End = (0, Fraction(value, RATE_SCALE if kind in ("rate", "number") else 1))
    return end, end


def _fact(fact: Fact, value: Slot) -> object:
    if value is not None:
        return _known(fact.kind, value)
    if fact.kind not in QUANTITIES:
        return None
    low, high = fact.type.range
    scale = RATE_SCALE if fact.kind in ("rate", "number") else 1
    return (0, Fraction(low, scale)), _ABOVE if high is None else (0, Fraction(high, scale))
