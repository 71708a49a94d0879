"""What a set of rules may come to at most: the ceilings of all its awards, but no more than the pools and quotas over them.

Ceilings of single applicants don't add up where a pool is shared: each is the most that he may draw if others draw little.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..model.program import CapBound
from .outcome import Outcome, summed, total
from .sampling import Array


@dataclass(frozen=True, slots=True)
class Shared:
    """One pool or quota over all its keys. In fen or places; `demand` and `paid`: assured, ceiling."""

    cap: CapBound
    parts: int
    left: int
    claims: int
    demand: tuple[int, int]
    paid: tuple[int, int]


def shared(outcome: Outcome) -> list[Shared]:
    """The pools that anybody draws on, inner before outer."""
    caps = {cap.path: cap for cap in outcome.rules.program.caps}
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in outcome.pools.to_pylist():
        rows.setdefault(row["bound"], []).append(row)
    found = [_together(caps[path], mine) for path, mine in rows.items()]
    return sorted(found, key=lambda one: (one.cap.kind != "count", len(one.cap.rules), one.cap.path))


def _together(cap: CapBound, rows: list[dict[str, Any]]) -> Shared:
    scale = 1 if cap.kind == "count" else 100

    def summed_up(name: str) -> int:
        return sum(int(row[name] * scale) for row in rows)

    left, paid = summed_up("left"), (summed_up("paid_assured"), summed_up("paid_ceiling"))
    return Shared(
        cap=cap,
        parts=len(rows),
        left=left,
        claims=sum(row["claims"] for row in rows),
        demand=(summed_up("demand_assured"), summed_up("demand_ceiling")),
        paid=(paid[0], min(paid[1], left)),
    )


def at_most(outcome: Outcome, rules: Collection[int], mask: Array | None = None) -> int:
    """In fen. `mask`: only these awards. Of each applicant the run in which these rules pay him more, as in a total. Pools are
    nested, so each in turn can count what those inside it leave."""
    mine = np.isin(outcome.rule, sorted(rules))
    if mask is not None:
        mine &= mask
    low, high = (np.where(mine, amounts, 0) for amounts in (outcome.low, outcome.high))
    more = np.array(summed(outcome.who, low - high, outcome.size), dtype=object) > 0
    high = np.where(more[outcome.who], low, high) if len(high) else high
    pools = shared(outcome)
    for pool in pools:
        if pool.cap.kind == "count" and pool.cap.rules & set(rules):
            _fit_quota(outcome, pool, high)
    by_rule = summed(outcome.rule, high, len(outcome.rules.program.rules))
    for pool in pools:
        members = sorted(pool.cap.rules & set(rules))
        if pool.cap.kind == "limit" and sum(by_rule[at] for at in members) > pool.left:
            for at in members:
                by_rule[at] = 0
            by_rule[members[0]] = pool.left
    return max(sum(by_rule), total(low))


def _fit_quota(outcome: Outcome, pool: Shared, high: Array) -> None:
    """The dearest places alone."""
    under = np.flatnonzero(np.isin(outcome.rule, sorted(pool.cap.rules)) & (high > 0))
    sums: dict[object, int] = {}
    places = [place_of(pool.cap, outcome, at) for at in under.tolist()]
    for at, place in zip(under.tolist(), places, strict=True):
        sums[place] = sums.get(place, 0) + int(high[at])
    kept = set(sorted(sums, key=lambda place: (-sums[place], str(place)))[: pool.left])
    for at, place in zip(under.tolist(), places, strict=True):
        high[at] *= place in kept


def place_of(cap: CapBound, outcome: Outcome, at: int) -> object:
    """What a quota counts an award as."""
    rule, who = outcome.rules.program.rules[outcome.rule[at]], int(outcome.who[at])
    item = outcome.item[at].as_py() if cap.of != "year" else ""
    return (who, rule.item, item, rule.award if cap.of == "award" else "")
