"""The awards of a population, one entry each, gathered block by block and from single applicants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
    "who": np.int64, "rule": np.int32, "row": np.int64, "due_low": np.int64, "due_high": np.int64, "low": np.int64,
    "high": np.int64, "open": np.bool_, "status": np.int8, "low_step": np.int32, "high_step": np.int32, "barred": np.bool_,
}  # fmt: skip
UNPRICED = -1  # due without a figure, or its end
NOTHING = -1  # no step; no item


@dataclass
class Gathered:
    """`who` and `row` (of the item, within its kind) count in the population. Amounts in fen. `low_step`, `high_step`: what
    lowered the award last in each run, or beats it, as a number of `bounds`. `barred`: excluded if nothing is left."""

    program: Program
    bounds: dict[tuple[str, str], int] = field(default_factory=dict)  # (bound, why) → number
    _parts: list[dict[str, Array]] = field(default_factory=list)

    def columns(self) -> dict[str, Array]:
        """All awards by applicant, rule and item."""
        nothing = {name: np.zeros(0, kind) for name, kind in COLUMNS.items()}
        found = {name: np.concatenate([part[name] for part in (nothing, *self._parts)]) for name in COLUMNS}
        self._parts.clear()
        # of a rule and an applicant they already come by item
        order = np.argsort(found["who"] * len(self.program.rules) + found["rule"], kind="stable")
        for name, column in found.items():
            found[name] = column[order]
        return found

    def number(self, bound: str, why: str) -> int:
        return self.bounds.setdefault((bound, why), len(self.bounds))

    def add_block(self, block: Block, sheets: Sheets, low: Run, high: Run) -> None:
        status = statuses(self.program, sheets, low, high)
        blank = np.array([rule.unquantified is not None for rule in self.program.rules])[sheets.rule]
        first = np.array(
            [NOTHING if rule.item is None else block.firsts.get(rule.item, 0) for rule in self.program.rules]
        )
        row = np.where(first[sheets.rule] == NOTHING, NOTHING, sheets.rows + first[sheets.rule])
        excluded = status == EXCLUDED
        self._add(
            who=sheets.who + block.start,
            rule=sheets.rule,
            row=row,
            due_low=np.where(blank, UNPRICED, sheets.low),
            due_high=np.where(blank | sheets.open, UNPRICED, sheets.high),
            low=low.amounts,
            high=high.amounts,
            open=sheets.open,
            status=status,
            low_step=self._steps(sheets, low, low.winner == NOBODY),
            high_step=self._steps(sheets, high, (high.winner == NOBODY) | excluded),
            barred=excluded,
        )

    def _steps(self, sheets: Sheets, run: Run, told: Array) -> Array:
        """What lowered each award; who loses in one run alone is not told a winner."""
        numbers = np.array([*(self.number(*step) for step in sheets.steps), NOTHING])
        return numbers[np.where(told, run.bound, NOTHING)]

    def add_singles(self, singles: Iterable[Single], pricer: Pricer) -> None:
        entries = [entry for single in singles for entry in self._entries(single, pricer)]
        if not entries:
            return
        columns = zip(*entries, strict=True)
        self._add(**{name: np.array(column) for name, column in zip(COLUMNS, columns, strict=True)})

    def _entries(self, single: Single, pricer: Pricer) -> Iterator[tuple[Any, ...]]:
        """The awards of one applicant, in the order of `COLUMNS`."""
        one = single.one
        if all(claim.match is False and not claim.barred_by for claim in one.claims):
            return
        for claim, award in zip(one.claims, Awards(self.program, one, pricer).all(), strict=True):
            if claim.match is False and not claim.barred_by:
                continue
            if claim.high > MOST:
                raise TooLarge(f"{award.policy}/{award.rule}")
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

    def _add(self, **columns: Array) -> None:
        self._parts.append({name: columns[name].astype(kind, copy=False) for name, kind in COLUMNS.items()})


def _bars(step: Step) -> bool:
    return step.run == "high" and step.why in BARRED and step.after == 0
