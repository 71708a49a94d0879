"""Facts and expressions for the oracle: exact intervals and three-valued conditions over Python's own syntax tree.

A condition is True, False or None (unknown). A quantity is (low, high), exact, in fen, or 3/10 for 30%; `inf`, which is
never an amount, means "no bound". A date, choice or text is itself, or None.
"""

from __future__ import annotations

import ast
import re
from datetime import date
from fractions import Fraction
from math import floor, inf
from typing import Any

Dict = dict[str, Any]

UNITS = {"元": 100, "万元": 10**6, "亿元": 10**10}
LITERAL = re.compile(r"(\d{4}-\d\d-\d\d)|(\d+(?:\.\d+)?)(亿元|万元|元|%)|(?<![\w.])(\d+\.\d+)(?![\w.])|'[^']*'")


def quantity(text: str) -> Fraction:
    """`12万元` → fen, `30%` → 3/10, `1.5` → 3/2."""
    number, unit = re.fullmatch(r"([\d.]+)(\D*)", text).groups()  # type: ignore[union-attr]
    return Fraction(number) * (UNITS[unit] if unit in UNITS else Fraction(1, 100) if unit == "%" else 1)


def yuan(text: str) -> int:
    fen = quantity(text)
    assert fen.denominator == 1
    return int(fen)


def fact_value(fact: Dict, text: str) -> Any:
    """A stated fact as what expressions compute with; unknown: its legal range, or None."""
    unknown = text == "unknown"
    if fact["kind"] in ("bool", "judgement"):
        return None if unknown else text == "true"
    if fact["kind"] == "date":
        return None if unknown else date.fromisoformat(text)
    if fact["kind"] in ("choice", "text"):
        return None if unknown else text
    if unknown:
        least, most = fact.get("at_least"), fact.get("at_most")
        return (quantity(least) if least else Fraction(0), quantity(most) if most else inf)
    return (quantity(text), quantity(text))


def times_one(a: Any, b: Any) -> Any:
    return Fraction(0) if a == 0 or b == 0 else a * b


def times(a: Any, b: Any) -> Any:
    corners = [times_one(x, y) for x in a for y in b]
    return (min(corners), max(corners))


def plus(a: Any, b: Any) -> Any:
    return (a[0] + b[0], a[1] + b[1])


def minus(a: Any, b: Any) -> Any:
    return (a[0] - b[1], a[1] - b[0])


def steps(a: Any, b: Any) -> Any:
    return tuple(x if x == inf else Fraction(floor(max(x, 0) / b[0])) for x in a)


def given(condition: bool | None, amount: Any) -> Any:
    if condition is None:
        return (min(amount[0], 0), max(amount[1], 0))
    return amount if condition else (Fraction(0), Fraction(0))


def every(parts: list[bool | None]) -> bool | None:
    return False if False in parts else None if None in parts else True


def negate(part: bool | None) -> bool | None:
    return None if part is None else not part


def some(parts: list[bool | None]) -> bool | None:
    return negate(every([negate(part) for part in parts]))


def at_least(k: Any, *parts: bool | None) -> bool | None:
    if parts.count(True) >= k[0]:
        return True
    return None if parts.count(True) + parts.count(None) >= k[0] else False


def compare(sign: type[ast.cmpop], a: Any, b: Any) -> bool | None:
    if sign in (ast.In, ast.NotIn):
        parts = [compare(ast.Eq, a, option) for option in b]
        return some(parts) if sign is ast.In else negate(some(parts))
    if sign in (ast.Gt, ast.GtE, ast.NotEq):
        opposite = {ast.Gt: ast.LtE, ast.GtE: ast.Lt, ast.NotEq: ast.Eq}[sign]  # type: ignore[index]
        return negate(compare(opposite, a, b))
    if a is None or b is None:
        return None
    if not isinstance(a, tuple):
        return {ast.Eq: a == b, ast.Lt: a < b, ast.LtE: a <= b}[sign]  # type: ignore[index]
    if sign is ast.Lt:
        return True if a[1] < b[0] else False if a[0] >= b[1] else None
    if sign is ast.LtE:
        return True if a[1] <= b[0] else False if a[0] > b[1] else None
    return True if a[0] == a[1] == b[0] == b[1] else False if a[1] < b[0] or b[1] < a[0] else None


def evaluate(text: str, facts: Dict) -> Any:
    """One expression of a policy over the values of facts."""

    def walk(node: ast.expr) -> Any:
        match node:
            case ast.Constant(value=int() as whole):
                return (Fraction(whole), Fraction(whole))
            case ast.Constant(value=str() as option):
                return option
            case ast.Name(id=name):
                return facts[name]
            case ast.Tuple(elts=options) | ast.List(elts=options):
                return [walk(option) for option in options]
            case ast.UnaryOp(op=ast.Not(), operand=part):
                return negate(walk(part))
            case ast.BoolOp(op=ast.And(), values=parts):
                return every([walk(part) for part in parts])
            case ast.BoolOp(op=ast.Or(), values=parts):
                return some([walk(part) for part in parts])
            case ast.BinOp(left=left, op=op, right=right):
                return {ast.Add: plus, ast.Sub: minus, ast.Mult: times}[type(op)](walk(left), walk(right))
            case ast.Compare(left=left, ops=signs, comparators=rest):
                sides = [walk(side) for side in (left, *rest)]
                return every([compare(type(sign), *sides[i : i + 2]) for i, sign in enumerate(signs)])
            case ast.Call(func=ast.Name(id="literal"), args=[ast.Constant(value=literal)]):
                return date.fromisoformat(literal) if re.match(r"\d{4}-", literal) else (quantity(literal),) * 2
            case ast.Call(func=ast.Name(id="min"), args=args):
                return tuple(min(ends) for ends in zip(*map(walk, args), strict=True))
            case ast.Call(func=ast.Name(id="max"), args=args):
                return tuple(max(ends) for ends in zip(*map(walk, args), strict=True))
            case ast.Call(func=ast.Name(id=name), args=args):
                return {"steps": steps, "given": given, "at_least": at_least}[name](*map(walk, args))
        raise NotImplementedError(ast.dump(node))

    marked = LITERAL.sub(lambda m: m[0] if m[0][0] == "'" else f"literal('{m[0]}')", text)
    return walk(ast.parse(marked.strip(), mode="eval").body)
