"""The awards of a population, one entry each, gathered block by block and from single applicants."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..engine.awards import BARRED, Awards
from ..engine.claims import Pricer
from ..model.assessment import Award, Step
from ..model.assessment import Run as RunName
from ..model.program import Program
from .fallback import Single
from .frame import Block
from .prices import TooLarge
from .quantity import MOST, Array
from .sheets import NOBODY, Run, Sheets
from .status import EXCLUDED, STATUSES, statuses

COLUMNS: dict[str, Any] = {
    "who": np.int32, "rule": np.int32, "row": np.int32, "due_low": np.int64, "due_high": np.int64, "low": np.int64,
    "high": np.int64, "open": np.bool_, "status": np.int8, "low_step": np.int32, "high_step": np.int32, "barred": np.bool_,
}  # fmt: skip
Questions = Counter[tuple[int, str, str]]  # by rule, fact, and which of the two is counted
AWARDS, APPLICANTS = "awards", "applicants"
UNPRICED = -1  # due without a figure, or its end
NOTHING = -1  # no step; no item


@dataclass
class Gathered:
    """`who` and `row` (of the item, within its kind) count in the population. Amounts in fen. `low_step`, `high_step`: what
    lowered the award last in each run, or beats it, as a number of `bounds`. `barred`: excluded if nothing is left.
    `questions`: by rule and fact, how many awards of how many applicants wait for it."""

    program: Program
    bounds: dict[tuple[str, str], int] = field(default_factory=dict)  # (bound, why) → number
    questions: Questions = field(default_factory=Counter)
    _parts: list[dict[str, Array]] = field(default_factory=list)

    def columns(self) -> dict[str, Array]:
        """All awards by applicant, rule and item."""
        parts = self._parts or [{name: np.zeros(0, kind) for name, kind in COLUMNS.items()}]
        found = {name: np.concatenate([part[name] for part in parts]) for name in COLUMNS} if parts[1:] else parts[0]
        self._parts = []
        return found

    def number(self, bound: str, why: str) -> int:
        return self.bounds.setdefault((bound, why), len(self.bounds))

    def add_block(
        self, block: Block, sheets: Sheets, low: Run, high: Run, keep: Array, singles: Sequence[Single], pricer: Pricer
    ) -> None:
        """The claims of a block that are kept, and those of single applicants. Uses the sheets up."""
        status = statuses(self.program, sheets, low, high)
        self._ask(sheets, keep)
        order = _by_applicant(sheets.who)
        order = order if keep.all() else order[keep[order]]
        entries = [entry for single in singles for entry in self.entries(single, pricer)]
        columns = enumerate(COLUMNS.items())
        others = {name: np.array([entry[at] for entry in entries], dtype=kind) for at, (name, kind) in columns}
        if not len(order):
            self._parts.append(others)
            return
        places = _places(sheets.who.take(order), sheets.rule, order, others["who"] - block.start, others["rule"])
        found = self._in_order(block, sheets, low, high, status, np.insert(order, places, order[0]))
        places += np.arange(len(places))
        for name, column in found.items():
            column[places] = others[name]
        self._parts.append(found)

    def _ask(self, sheets: Sheets, keep: Array) -> None:
        """Counts what the awards wait for."""
        for rule, unknown in sheets.unknown.items():
            here = slice(*sheets.spans[rule])
            for name, mask in unknown.items():
                who = sheets.who[here][mask & keep[here]]
                if len(who):
                    different = 1 + np.count_nonzero(who[1:] != who[:-1])
                    self.questions.update({(rule, name, AWARDS): len(who), (rule, name, APPLICANTS): different})

    def _in_order(
        self, block: Block, sheets: Sheets, low: Run, high: Run, status: Array, order: Array
    ) -> dict[str, Array]:
        """The columns of some claims, in order."""
        for at, span in sheets.spans.items():
            kind, rows = self.program.rules[at].item, sheets.rows[slice(*span)]
            rows[:] = NOTHING if kind is None else rows + block.firsts.get(kind, 0)
        rule, open_ = sheets.rule.take(order), sheets.open.take(order)
        due = sheets.low.take(order), sheets.high.take(order)
        found = {
            "who": (sheets.who + np.int32(block.start)).take(order),
            "rule": rule,
            "row": sheets.rows.take(order),
            "low": _paid(due[0], sheets.low, low.amounts, order),
            "high": _paid(due[1], sheets.high, high.amounts, order),
            "open": open_,
            "status": status.take(order),
            "low_step": self._steps(sheets, _told(low, status), order),
            "high_step": self._steps(sheets, _told(high, status), order),
        }
        blank = np.array([one.unquantified is not None for one in self.program.rules]).take(rule)
        np.putmask(due[0], blank, UNPRICED)
        np.putmask(due[1], blank | open_, UNPRICED)
        return found | {"due_low": due[0], "due_high": due[1], "barred": found["status"] == EXCLUDED}

    def _steps(self, sheets: Sheets, bound: Array, order: Array) -> Array:
        """What lowered the claims in order, which most are not."""
        numbers = np.array([self.number(*step) for step in sheets.steps], dtype=np.int32)
        found = np.full(len(order), NOTHING, dtype=np.int32)
        at = np.flatnonzero((bound != NOBODY).take(order))
        found[at] = numbers[bound[order[at]]] if len(at) else NOTHING
        return found

    def entries(self, single: Single, pricer: Pricer) -> Iterator[tuple[Any, ...]]:
        """The awards of one applicant, in the order of `COLUMNS`."""
        one = single.one
        seen: set[tuple[int, str]] = set()
        if all(claim.match is False and not claim.barred_by for claim in one.claims):
            return
        for claim, award in zip(one.claims, Awards(self.program, one, pricer).all(), strict=True):
            if claim.match is False and not claim.barred_by:
                continue
            if claim.high > MOST:
                raise TooLarge(f"{award.policy}/{award.rule}")
            waits = [(claim.rule.index, name) for name in (*award.missing, *award.judgements)]
            self.questions.update(
                [*((*pair, AWARDS) for pair in waits), *((*pair, APPLICANTS) for pair in {*waits} - seen)]
            )
            seen.update(waits)
            row = single.rows[claim.item.kind, claim.item.id] if claim.item else NOTHING
            due = award.due
            ends = (due.assured, UNPRICED if due.ceiling is None else due.ceiling) if due else (UNPRICED, UNPRICED)
            paid = one.low.amounts[claim.order], one.high.amounts[claim.order]
            steps = self._step(award, "low"), self._step(award, "high")
            status = STATUSES.index(award.status)
            barred = award.due is not None and not claim.open and any(map(_bars, award.steps))
            yield single.who, claim.rule.index, row, *ends, *paid, claim.open, status, *steps, barred

    def _step(self, award: Award, run: RunName) -> int:
        steps = [step for step in award.steps if step.run == run]
        if steps:
            return self.number(steps[-1].bound, steps[-1].why)
        return self.number(award.beaten_by[0].bound, "exclusive") if award.beaten_by and run == "high" else NOTHING

    def exclude(self, awards: dict[str, Array]) -> None:
        """After the pools: what is barred in one run and lost in the other."""
        nothing = awards["barred"] & (awards["low"] == 0) & (awards["high"] == 0)
        awards["status"][nothing] = EXCLUDED


def _places(who: Array, rule: Array, order: Array, others: Array, rules: Array) -> Array:
    """Where other awards belong among those that are in order by applicant and rule."""
    first, last = np.searchsorted(who, others), np.searchsorted(who, others, side="right")
    spans = zip(first.tolist(), last.tolist(), rules.tolist(), strict=True)
    return np.array([a + int(np.searchsorted(rule[order[a:b]], one)) for a, b, one in spans], dtype=np.int64)


def _paid(due: Array, before: Array, after: Array, order: Array) -> Array:
    """What is paid in order, which of most claims is all that is due."""
    found = due.copy()
    at = np.flatnonzero((before != after).take(order))
    found[at] = after[order[at]]
    return found


def _told(run: Run, status: Array) -> Array:
    """What lowered each claim; who loses in one run alone is not told a winner."""
    losers = np.flatnonzero(run.winner != NOBODY)
    run.bound[losers[status[losers] != EXCLUDED]] = NOBODY
    return run.bound


def _by_applicant(who: Array) -> Array:
    """The order by applicant that keeps the order of each; of small numbers it takes no comparisons."""
    small = who.astype(np.uint16) if who.max(initial=0) <= 0xFFFF else who
    return np.argsort(small, kind="stable")


def _bars(step: Step) -> bool:
    return step.run == "high" and step.why in BARRED and step.after == 0
