"""What is said of each claim: the same statuses, for the same reasons, as `engine.awards`."""

from __future__ import annotations

import numpy as np

from ..model.program import Program
from .quantity import Array
from .sheets import MISSING, NOBODY, Run, Sheets

STATUSES = ("exact", "ceiling", "range", "unquantified", "undecided", "excluded")
EXACT, CEILING, RANGE, UNQUANTIFIED, UNDECIDED, EXCLUDED = map(np.int8, range(len(STATUSES)))


def statuses(program: Program, sheets: Sheets, low: Run, high: Run) -> Array:
    """Numbers into `STATUSES`, one a claim. Few claims lose or meet one that does: those are found by their positions."""
    found = np.empty(len(sheets.who), dtype=np.int8)
    for number, span in sheets.spans.items():
        rule, here = program.rules[number], slice(*span)
        if rule.unquantified is not None:
            found[here] = np.where(sheets.sure[here], UNQUANTIFIED, UNDECIDED)
            continue
        wide = CEILING if rule.bound == "ceiling" else RANGE
        found[here] = np.where(sheets.low[here] == sheets.high[here], EXACT, wide)
        found[here][sheets.lacking[here]] = UNDECIDED
    losers = np.flatnonzero((low.winner != NOBODY) | (high.winner != NOBODY))
    for at in (losers, np.flatnonzero(low.open_rival), _unsure_winners(low, high)):
        found[at] = UNDECIDED
    found[losers[_beaten(sheets, low, high, losers)]] = EXCLUDED
    missing = [step for step, (_, why) in enumerate(sheets.steps) if why == MISSING]
    if missing:
        found[np.flatnonzero(np.isin(high.bound, missing))] = EXCLUDED
    return found


def _beaten(sheets: Sheets, low: Run, high: Run, at: Array) -> Array:
    """Of some claims those that nothing is paid for in either run, and that the same, certain winner beats."""
    winner, before = high.winner[at], low.winner[at]
    nothing = (low.amounts[at] == 0) & (high.amounts[at] == 0)
    lost = (winner != NOBODY) & ~low.chosen[at] & ~high.chosen[at]
    certain = sheets.sure[winner] & (sheets.low[winner] >= sheets.high[at])
    beaten: Array = nothing & lost & np.where(before != NOBODY, before == winner, certain)
    return beaten


def _unsure_winners(low: Run, high: Run) -> Array:
    """Winners over a claim that is chosen in the other run."""
    losers = [np.flatnonzero((run.winner != NOBODY) & other.chosen) for run, other in ((low, high), (high, low))]
    found = np.concatenate([run.winner[at] for run, at in zip((low, high), losers, strict=True)])
    chosen: Array = found[low.chosen[found] | high.chosen[found]]
    return chosen
