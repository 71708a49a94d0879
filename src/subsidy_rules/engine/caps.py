"""How caps and pools cut what was chosen, inner before outer. Bounds only lower."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ..model.policy import Ration
from .bounds import Lowered
from .share import shares
from .sheet import CapNode, Sheet, label

Cut = tuple[int, Lowered]  # claim, step


def by_unit(made: Sheet, node: CapNode) -> list[int]:
    """Stipends, dearest unit first, so that a cap on units leaves the applicant most."""
    return sorted((i for i in node.members if i in made.stipends), key=lambda i: (-made.stipends[i].unit, i))


def tight(made: Sheet, node: CapNode, values: Sequence[int]) -> bool:
    """Whether a cap may cut anything, or leave anything out, where all its claims are paid `values`."""
    if node.cap.kind == "limit":
        return sum([values[i] for i in node.members]) > node.left
    members = [i for i in node.members if values[i]]
    if node.cap.kind == "units":
        return bool(members)
    return len({label(made.claims[i], node.cap) for i in members} - node.earlier) > node.left


def alone(made: Sheet) -> list[int]:
    """What the caps and pools leave of each claim as if it were the only one."""
    amounts = made.values.copy()
    most = max(amounts, default=0)
    for node in (*made.caps, *made.pools):
        if node.cap.kind == "units":
            for i in node.members:
                takes, _, unit = made.stipends[i]
                amounts[i] = min(amounts[i], unit * min(node.left, takes))
        elif node.cap.kind == "limit" and node.left < most:
            for i in node.members:
                amounts[i] = min(amounts[i], node.left)
        elif node.cap.kind == "count" and node.left == 0 and not node.earlier:
            for i in node.members:
                amounts[i] = 0
    return amounts


def apply_caps(made: Sheet, caps: Sequence[CapNode], amounts: list[int], chosen: Collection[int]) -> list[Cut]:
    """Cut the chosen claims' `amounts` in place: units first, then limits, inner before outer."""
    cuts: list[Cut] = []
    for node in caps:
        if node.cap.kind == "units":
            left = node.left
            for i in (i for i in by_unit(made, node) if i in chosen):
                takes, uses, unit = made.stipends[i]
                before, after = amounts[i], unit * min(left, takes)
                if after < before:
                    amounts[i] = after
                    cuts.append((i, Lowered(node.cap.path, "cap", before, after)))
                left -= min(left, uses)
    for node in caps:
        if node.cap.kind == "limit":
            pool = node.cap.pool  # its ration is for several applicants
            cuts += _share(amounts, node, None if pool else node.cap.ration, "pool" if pool else "cap")
    return cuts


def apply_pools(made: Sheet, amounts: list[int]) -> list[Cut]:
    """One applicant never gets more from a pool than the pool holds; nothing is chosen again."""
    return [cut for node in made.pools for cut in _share(amounts, node, None, "pool")]


def _share(amounts: list[int], node: CapNode, ration: Ration | None, why: str) -> list[Cut]:
    demands = [amounts[i] for i in node.members]
    if sum(demands) <= node.left:
        return []
    cuts: list[Cut] = []
    for at, after in enumerate(shares(ration, node.left, demands)):
        if after < demands[at]:
            i = node.members[at]
            amounts[i] = after
            cuts.append((i, Lowered(node.cap.path, why, demands[at], after)))
    return cuts
