"""How caps and pools cut what was chosen, inner before outer. Bounds only lower."""

from __future__ import annotations

from ..model.policy import Ration
from .bounds import Lowered
from .share import shares
from .sheet import CapNode, Sheet

Cut = tuple[int, Lowered]  # claim, step


def by_unit(made: Sheet, node: CapNode) -> list[int]:
    """Stipends, dearest unit first, so that a cap on units leaves the applicant most."""
    return sorted((i for i in node.members if i in made.stipends), key=lambda i: (-made.stipends[i].unit, i))


def apply_caps(made: Sheet, amounts: dict[int, int]) -> list[Cut]:
    """Cut the chosen claims' `amounts` in place: units first, then limits, inner before outer."""
    cuts: list[Cut] = []
    for node in made.caps:
        if node.cap.kind == "units":
            left = node.left
            for i in (i for i in by_unit(made, node) if i in amounts):
                takes, uses, unit = made.stipends[i]
                cuts += _cut(amounts, i, min(amounts[i], unit * min(left, takes)), node.cap.path, "cap")
                left -= min(left, uses)
    for node in made.caps:
        if node.cap.kind == "limit":
            pool = node.cap.pool  # its ration is for several applicants
            cuts += _share(amounts, node, None if pool else node.cap.ration, "pool" if pool else "cap")
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
