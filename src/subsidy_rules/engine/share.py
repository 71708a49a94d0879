"""How a sum that is too small is shared. Exact integers; shares add up to min(sum, demand) to the fen."""

from __future__ import annotations

from collections.abc import Sequence

from ..model.policy import Ration


def shares(ration: Ration | None, total: int, demands: Sequence[int]) -> list[int]:
    """`pro_rata`: largest remainder, each share within a fen of its exact quota; else first come, first served."""
    return pro_rata(total, demands) if ration == "pro_rata" else in_order(total, demands)


def in_order(total: int, demands: Sequence[int]) -> list[int]:
    """Each demand in full while the money lasts; the next one gets the remainder, then it stops."""
    left, given = total, []
    for demand in demands:
        given.append(min(demand, left))
        left -= given[-1]
    return given


def pro_rata(total: int, demands: Sequence[int]) -> list[int]:
    """Largest remainder (Hamilton); ties by position. Not monotone in the total: one fen more may take a fen from somebody."""
    demand = sum(demands)
    if demand <= total:
        return list(demands)
    quotas = [divmod(total * d, demand) for d in demands]
    short = total - sum(whole for whole, _ in quotas)
    first = sorted(range(len(demands)), key=lambda i: (-quotas[i][1], i))[:short]
    given = [whole for whole, _ in quotas]
    for i in first:
        given[i] += 1
    return given
