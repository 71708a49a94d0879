"""How caps and pools cut what was chosen, inner before outer. Bounds only lower."""

from __future__ import annotations

from fractions import Fraction

from ..model.policy import Ration
from .bounds import Lowered
from .share import shares
from .sheet import CapNode, Sheet

Cut = tuple[int, Lowered]  # claim, step


def by_unit_price(made: Sheet, node: CapNode) -> list[int]:
    """Claims with months or years, dearest unit first, so that a cap on units leaves the applicant most."""
    priced = [i for i in node.members if made.units.get(i)]
    return sorted(priced, key=lambda i: (-Fraction(made.values[i], made.units[i]), i))


def apply_caps(made: Sheet, amounts: dict[int, int]) -> list[Cut]:
    """Cut the chosen claims' `amounts` in place: units first, then limits, inner before outer."""
    cuts: list[Cut] = []
    for node in made.caps:
        if node.cap.kind == "units":
            left = node.left
            for i in (i for i in by_unit_price(made, node) if i in amounts):
                paid = min(left, made.units[i])
                cuts += _cut(amounts, i, amounts[i] * paid // made.units[i], node.cap.path, "cap")
                left -= paid
    for node in made.caps:
        if node.cap.kind == "limit":
            cuts += _share(amounts, node, node.cap.ration, "cap")
    return cuts


def apply_pools(made: Sheet, amounts: dict[int, int]) -> list[Cut]:
    """One applicant never gets more from a pool than the pool holds; nothing is chosen again."""
    return [cut for node in made.pools for cut in _share(amounts, node, None, "pool")]


def _share(amounts: dict[int, int], node: CapNode, ration: Ration | None, why: str) -> list[Cut]:
    members = [i for i in node.members if i in amounts]
    if sum([amounts[i] for i in members]) <= node.left:
        return []
    parts = shares(ration, node.left, [amounts[i] for i in members])
    return [cut for i, part in zip(members, parts, strict=True) for cut in _cut(amounts, i, part, node.cap.path, why)]


def _cut(amounts: dict[int, int], i: int, after: int, bound: str, why: str) -> list[Cut]:
    before, amounts[i] = amounts[i], after
    return [(i, Lowered(bound, why, before, after))] if after < before else []
