"""What is said of each claim: the same statuses, for the same reasons, as `engine.awards`."""

from __future__ import annotations

import numpy as np

from ..model.program import Program
from .quantity import Array
from .sheets import NOBODY, Run, Sheets

STATUSES = ("exact", "ceiling", "range", "unquantified", "undecided", "excluded")
EXACT, CEILING, RANGE, UNQUANTIFIED, UNDECIDED, EXCLUDED = range(len(STATUSES))


def statuses(program: Program, sheets: Sheets, low: Run, high: Run) -> Array:
    """Numbers into `STATUSES`, one a claim."""
    due_low, due_high, sure = sheets.low, sheets.high, sheets.sure
    blank = np.array([rule.unquantified is not None for rule in program.rules])[sheets.rule]
    ceiling = np.array([rule.bound == "ceiling" for rule in program.rules])[sheets.rule]
    beaten = (low.winner != NOBODY) | (high.winner != NOBODY)
    excluded = (low.amounts == 0) & (high.amounts == 0) & _beaten(low, high, sure, due_low, due_high) & ~blank
    undecided = ~sure | sheets.lacking | low.open_rival | beaten | _unsure_winners(low, high)
    found = np.where(due_low == due_high, EXACT, np.where(ceiling, CEILING, RANGE))
    found = np.where(undecided, UNDECIDED, found)
    found = np.where(blank, np.where(sure, UNQUANTIFIED, UNDECIDED), found)
    return np.where(excluded, EXCLUDED, found)


def _beaten(low: Run, high: Run, sure: Array, due_low: Array, due_high: Array) -> Array:
    """Claims that nothing is paid for in either run, and that the same, certain winner beats."""
    winner = high.winner
    lost = (winner != NOBODY) & ~low.chosen & ~high.chosen
    certain = sure[winner] & (due_low[winner] >= due_high)
    beaten: Array = lost & np.where(low.winner != NOBODY, low.winner == winner, certain)
    return beaten


def _unsure_winners(low: Run, high: Run) -> Array:
    """Winners over a claim that is chosen in the other run."""
    found = np.zeros(len(low.winner), dtype=bool)
    for run, other in ((low, high), (high, low)):
        losers = np.flatnonzero((run.winner != NOBODY) & other.chosen)
        found[run.winner[losers]] = True
    return found & (low.chosen | high.chosen)
