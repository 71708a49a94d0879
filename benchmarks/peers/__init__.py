"""One module for each contender. Each has `build(work) -> Built`; everything is prepared once, only evaluation is timed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from workload import Workload, claims, is_money


@dataclass
class Built:
    """`prices`: fen by claim before the groups and caps, in the order of `workload.claims`. `total`: fen after them.
    `variants`: what is timed; one call evaluates `per_call` applications."""

    prices: Callable[[], Sequence[float]]
    total: Callable[[], float]
    variants: dict[str, Callable[[], Any]]
    does: str
    tolerance: float = 0.0  # relative
    per_call: dict[str, int] = field(default_factory=dict)


def in_fen(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value * 100 if is_money(name) else value for name, value in facts.items()}


class Settlement:
    """Best of each group and the caps in a few lines of plain Python, for peers whose own language is one expression.

    It relies on what this workload guarantees: groups are disjoint and lie inside one cap, caps inside the last.
    """

    def __init__(self, work: Workload) -> None:
        grouped = {rule: group.id for group in work.groups for rule in group.rules}
        capped = {rule: at for at, cap in enumerate(work.caps[:-1]) for rule in cap.rules}
        self.limits = [cap.limit * 100 for cap in work.caps]
        places: dict[tuple[str, str | None], list[int]] = {}
        for at, (rule, item, _) in enumerate(claims(work)):
            places.setdefault((grouped.get(rule.id, rule.id), item), []).append(at)
        parts: list[list[list[int]]] = [[] for _ in work.caps]  # by cap; the last holds what has no cap of its own
        for (name, _), members in places.items():
            rule = next(iter(group.rules[0] for group in work.groups if group.id == name), name)
            parts[capped.get(rule, -1)].append(members)
        self.parts = parts

    def __call__(self, prices: Sequence[Any]) -> Any:
        total = 0
        for limit, groups in zip(self.limits, self.parts, strict=True):
            paid = sum(max([prices[at] for at in group]) for group in groups)
            total += min(paid, limit) if limit != self.limits[-1] else paid
        return min(total, self.limits[-1])
