"""The expression tree: what a parsed expression is, and its canonical text.

Raw values: money in fen, rate and number in millionths, count and months as whole numbers, date as `date`,
choice and text as `str`. `kind` of a node is one of bool, money, rate, number, count, months, date, choice, text;
a judgement is a bool to everything but its `FactType`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from ..money import RATE_SCALE, format_rate, format_units

QUANTITIES = ("money", "rate", "number", "count", "months")


@dataclass(frozen=True, slots=True)
class FactType:
    """What is declared of a fact. `low` and `high`: its legal range as raw values, inclusive.

    A quantity without `low` starts at 0, without `high` it has no upper bound. The range of a date is not used.
    """

    kind: str
    options: tuple[str, ...] = ()
    low: int | date | None = None
    high: int | date | None = None

    @property
    def range(self) -> tuple[int, int | None]:
        """The legal range of a quantity."""
        low = self.low if isinstance(self.low, int) else 0
        return low, self.high if isinstance(self.high, int) else None


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant, as a raw value of its kind (a choice: the option)."""

    kind: str
    value: int | date | str


@dataclass(frozen=True, slots=True)
class Fact:
    name: str
    type: FactType

    @property
    def kind(self) -> str:
        return "bool" if self.type.kind == "judgement" else self.type.kind


@dataclass(frozen=True, slots=True)
class Binary:
    """`+`, `-` (operands of one kind) or `*`."""

    op: str
    left: Tree
    right: Tree
    kind: str


@dataclass(frozen=True, slots=True)
class Compare:
    """One comparison, or two of the same direction: `ops` has one or two of == != < <= > >=, `terms` one more."""

    ops: tuple[str, ...]
    terms: tuple[Tree, ...]
    kind: ClassVar[str] = "bool"


@dataclass(frozen=True, slots=True)
class Bool:
    """`and` or `or` of two or more conditions."""

    op: str
    terms: tuple[Tree, ...]
    kind: ClassVar[str] = "bool"


@dataclass(frozen=True, slots=True)
class Not:
    term: Tree
    kind: ClassVar[str] = "bool"


@dataclass(frozen=True, slots=True)
class In:
    """Whether a choice is one of some options (`negated`: none of them)."""

    term: Fact
    options: tuple[str, ...]
    negated: bool = False
    kind: ClassVar[str] = "bool"


@dataclass(frozen=True, slots=True)
class Call:
    """min, max, given, steps, or at_least (whose first argument is a literal count)."""

    name: str
    args: tuple[Tree, ...]
    kind: str


Tree = Literal | Fact | Binary | Compare | Bool | Not | In | Call


def children(tree: Tree) -> tuple[Tree, ...]:
    """The operands of a node, left to right."""
    match tree:
        case Binary():
            return tree.left, tree.right
        case Compare() | Bool():
            return tree.terms
        case Not() | In():
            return (tree.term,)
        case Call():
            return tree.args
        case _:
            return ()


def walk(tree: Tree) -> Iterator[Tree]:
    """The node and all nodes below it, left to right."""
    yield tree
    for child in children(tree):
        yield from walk(child)


def facts(tree: Tree) -> frozenset[str]:
    """The names of all facts that the tree reads."""
    return frozenset(node.name for node in walk(tree) if isinstance(node, Fact))


_OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _ATOM = range(7)


def show(tree: Tree) -> str:
    """The canonical text: `parse(show(tree), scope, tree.kind) == tree`."""
    return _show(tree)[0]


def _show(tree: Tree) -> tuple[str, int]:
    match tree:
        case Literal():
            return written(tree.kind, tree.value), _ATOM
        case Fact():
            return tree.name, _ATOM
        case Binary():
            level = _PRODUCT if tree.op == "*" else _SUM
            return f"{_inside(tree.left, level)} {tree.op} {_inside(tree.right, level + 1)}", level
        case Compare():
            parts = [_inside(tree.terms[0], _SUM)]
            parts += [f"{op} {_inside(term, _SUM)}" for op, term in zip(tree.ops, tree.terms[1:], strict=True)]
            return " ".join(parts), _COMPARE
        case Bool():
            level = _AND if tree.op == "and" else _OR
            return f" {tree.op} ".join(_inside(term, level + 1) for term in tree.terms), level
        case Not():
            return f"not {_inside(tree.term, _NOT)}", _NOT
        case In():
            listed = ", ".join(f"'{option}'" for option in tree.options)
            listed = f"({listed})" if len(tree.options) > 1 else f"[{listed}]"
            return f"{tree.term.name} {'not in' if tree.negated else 'in'} {listed}", _COMPARE
        case Call():
            return f"{tree.name}({', '.join(show(arg) for arg in tree.args)})", _ATOM


def _inside(tree: Tree, level: int) -> str:
    """The text of an operand, in brackets where it binds less than `level`."""
    text, own = _show(tree)
    return text if own >= level else f"({text})"


def written(kind: str, value: Any) -> str:
    """The canonical text of a raw value."""
    if kind == "money":
        return format_units(value)
    if kind == "rate":
        return format_rate(value)
    if kind == "number":
        whole, rest = divmod(value, RATE_SCALE)
        return f"{whole}.{f'{rest:06d}'.rstrip('0') or '0'}"  # never `3`, which would be a count
    return f"'{value}'" if isinstance(value, str) else str(value)  # a date is written as ISO 8601 has it
