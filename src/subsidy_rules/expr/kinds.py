"""Which kinds go together: products, and whole literals that take the kind of what they stand beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..money import RATE_SCALE, format_rate
from .tree import QUANTITIES, Binary, Call, Literal, Tree, show

ORDERED = (*QUANTITIES, "date")
WHOLE = ("count", "months", "number")  # the kinds that a whole literal can take

_PRODUCTS = {
    ("money", "rate"): "money",
    ("money", "count"): "money",
    ("money", "months"): "money",
    ("money", "number"): "money",
    ("rate", "rate"): "rate",
    ("rate", "number"): "rate",
    ("rate", "count"): "rate",
    ("number", "number"): "number",
    ("number", "count"): "number",
    ("count", "count"): "count",
    ("months", "count"): "months",
}


def product(left: str, right: str) -> str | None:
    """The kind of `left * right`, or None where it is not defined."""
    return _PRODUCTS.get((left, right)) or _PRODUCTS.get((right, left))


def plain(tree: Tree) -> bool:
    """Whether nothing but whole literals gives the tree its kind, so that it can take another."""
    match tree:
        case Literal(kind="count"):
            return True
        case Binary(op="+" | "-"):
            return plain(tree.left) and plain(tree.right)
        case Call(name="min" | "max"):
            return all(map(plain, tree.args))
        case Call(name="given"):
            return plain(tree.args[1])
        case _:
            return False


def adapt(tree: Tree, kind: str) -> Tree:
    """A plain tree, as one of the WHOLE kinds."""
    match tree:
        case Literal(value=int(value)):
            return Literal(kind, value * RATE_SCALE if kind == "number" else value)
        case Binary():
            return replace(tree, left=adapt(tree.left, kind), right=adapt(tree.right, kind), kind=kind)
        case Call(name="given"):
            return replace(tree, args=(tree.args[0], adapt(tree.args[1], kind)), kind=kind)
    assert isinstance(tree, Call)  # min or max: nothing else is plain
    return replace(tree, args=tuple(adapt(arg, kind) for arg in tree.args), kind=kind)


def agree(trees: Sequence[Tree]) -> tuple[Tree, ...] | None:
    """The trees with one kind, whole literals adapted; None if their kinds differ."""
    kinds = {tree.kind for tree in trees if not plain(tree)}
    if not kinds:
        return tuple(trees)
    kind = kinds.pop()
    if kinds or (kind not in WHOLE and any(map(plain, trees))):
        return None
    return tuple(adapt(tree, kind) if plain(tree) else tree for tree in trees)


def with_unit(tree: Tree, kind: str) -> str:
    """For a number without the unit that `kind` (money, rate) needs: what it could mean. Else an empty string."""
    if not isinstance(tree, Literal) or tree.kind not in ("count", "number"):
        return ""
    if kind == "money":
        return f"{show(tree)}元 or {show(tree)}万元"
    if kind == "rate" and isinstance(tree.value, int):
        return format_rate(tree.value) if tree.kind == "number" else f"{tree.value}%"
    return ""
