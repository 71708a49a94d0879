"""Caps on months or years: what they leave of stipends that pay a fixed sum for each, dearest first, as `engine.caps` does."""

from __future__ import annotations

import numpy as np

from .prices import Prices
from .quantity import OPEN, Array
from .sheets import Sheets


def paid_months(prices: Prices, sheets: Sheets, members: Array, groups: Array, left: Array, low: bool) -> Array:
    """Fen for each of some claims. `groups`: which of them share a cap, `left`: the months that it leaves."""
    takes, uses, unit = (np.zeros(len(members), dtype=np.int64) for _ in range(3))
    for rule in np.unique(sheets.rule[members]):
        here = sheets.rule[members] == rule
        few, many, unit[here] = prices.months(int(rule), sheets.rows[members[here]])
        takes[here], uses[here] = (few, many) if low else (many, few)
    order = np.lexsort((members, -unit, groups))
    uses, left = np.minimum(uses, left)[order], left[order]  # more than all of it can't be used up
    before = np.cumsum(uses) - uses
    first = np.r_[True, groups[order][1:] != groups[order][:-1]]
    before -= before[np.flatnonzero(first)][np.cumsum(first) - 1]
    months = np.minimum(np.maximum(left - before, 0), takes[order])
    if int(unit.max(initial=0)) * int(months.max(initial=0)) >= OPEN:
        months = months.astype(object)
    paid = np.empty(len(members), dtype=months.dtype)
    paid[order] = unit[order] * months
    return paid
