"""Each claim as an award with its reasons. What does not depend on the case is prepared once per program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..model.assessment import Award, Beaten, Interval, Run, Status, Step, Unmet
from ..model.program import Program
from . import reasons
from .allocate import Settlement
from .bounds import Lowered
from .claims import Claim, Pricer
from .sheet import CapNode

NOTHING = Interval(0, 0)
HISTORY = "history"  # among missing facts: the earlier grants
UNCERTAIN = frozenset({"rival", "option", "open_rival"})
BARRED = frozenset({"forfeit", "top_up", "replace", "rival", "option", "count", "shared_object", "base_missing"})


@dataclass
class Awards:
    """The awards of one settlement."""

    program: Program
    one: Settlement
    pricer: Pricer

    def all(self) -> tuple[Award, ...]:
        return tuple(
            self._failed(claim) if claim.match is False and not claim.barred_by else self._award(claim)
            for claim in self.one.claims
        )

    def _failed(self, claim: Claim) -> Award:
        """Not eligible, or not in force: no amounts, only why."""
        figures = None if claim.rule.unquantified else NOTHING
        if claim.in_force is False:
            status: Status = "not_in_force"
            unmet: tuple[Unmet, ...] = ()
        else:
            status, unmet = "ineligible", self._unmet(claim)
        blank = self.program.blanks[claim.rule.index]
        return blank.made(
            item=claim.item_id, status=status, due=figures, standalone=figures, settled=figures, unmet=unmet
        )

    def _award(self, claim: Claim) -> Award:
        rule, order = claim.rule, claim.order
        lacking = self._lacking(claim)
        judged = lacking & self.program.judgements[rule.index] if lacking else lacking
        low, high = self.one.low, self.one.high
        steps = self._steps(claim) if order in low.steps or order in high.steps or claim.barred_by else ()
        beaten = self._beaten(claim) if order in high.beaten else ()
        differing: dict[str, Any] = {
            "item": claim.item_id,
            "status": self._status(claim, bool(lacking), steps, beaten),
            "reason": rule.unquantified,
            "steps": steps,
            "beaten_by": beaten,
            "missing": tuple(sorted(lacking - judged)) if lacking else (),
            "judgements": tuple(sorted(judged)) if judged else (),
            "approved": claim.approved is not None,
            "below_assured": claim.below_assured,
        }
        if rule.unquantified and claim.approved is None:
            return self.program.blanks[rule.index].made(due=None, standalone=None, settled=None, **differing)
        due = Interval(claim.low, None if claim.open or claim.barred_by else claim.high)
        alone, settled = self._standalone(claim, due), self._settled(claim, due)
        if claim.high:
            differing["subject_to"] = self.program.conditional_of[rule.index]
        return self.program.blanks[rule.index].made(due=due, standalone=alone, settled=settled, **differing)

    def _lacking(self, claim: Claim) -> set[str]:
        """The facts that would narrow this claim; `history` where earlier grants may count and are not all told."""
        asked, case = self.program.asked[claim.rule.index], self.one.case
        lacking: set[str] = set()
        if asked.history and not case.complete:
            lacking.add(HISTORY)
        if not (self._some_unknown or (claim.item and None in claim.item.values)):
            return lacking
        values = self._values(claim)
        lacking |= {name for name in asked.rest if values[name] is None}
        if claim.match is None:
            truths = self.pricer.conditions(claim.rule, case.values, claim.item_values)
            undecided = [names for names, truth in zip(asked.conditions, truths, strict=True) if truth is None]
            lacking |= {name for names in (*undecided, asked.day) for name in names if values[name] is None}
        return lacking

    @cached_property
    def _some_unknown(self) -> bool:
        return None in self.one.case.values

    @cached_property
    def _named(self) -> dict[str | None, dict[str, Any]]:
        """Facts by name, by item; None: of the applicant alone."""
        program, case = self.program, self.one.case
        own = dict(zip(program.applicant_facts, case.values, strict=True))
        found: dict[str | None, dict[str, Any]] = {None: own}
        for item in case.items:
            found[item.id] = own | dict(zip(program.item_facts[item.kind], item.values, strict=True))
        return found

    def _values(self, claim: Claim) -> dict[str, Any]:
        return self._named[claim.item_id]

    def _status(self, claim: Claim, lacking: bool, steps: Sequence[Step], beaten: Sequence[Beaten]) -> Status:
        figures = claim.approved is not None or not claim.rule.unquantified
        if claim.barred_by or (figures and self._excluded(claim, steps, beaten)):
            return "excluded"
        if not figures:
            return "undecided" if claim.match is None else "unquantified"
        uncertain = lacking or any(step.run == "low" and step.why in UNCERTAIN for step in steps)
        if claim.match is None or (uncertain and claim.approved is None) or self._contested(claim):
            return "undecided"
        if claim.low == claim.high:
            return "exact"
        return "ceiling" if claim.rule.bound == "ceiling" else "range"

    def _excluded(self, claim: Claim, steps: Sequence[Step], beaten: Sequence[Beaten]) -> bool:
        """Nothing in either run, and for the same reason: an earlier grant, a count, or the same winner."""
        if self.one.low.amounts[claim.order] or self.one.high.amounts[claim.order]:
            return False
        return bool(beaten) or any(step.run == "high" and step.why in BARRED and step.after == 0 for step in steps)

    def _contested(self, claim: Claim) -> bool:
        """It loses in one run and not in the other, or beats one that wins there: both rivals are undecided."""
        order = claim.order
        if order in self.one.low.beaten or order in self.one.high.beaten or order in self._may_win:
            return True
        return order in self._unsure_winners and (order in self.one.low.chosen or order in self.one.high.chosen)

    @cached_property
    def _may_win(self) -> frozenset[int]:
        return self.one.low.contested | self.one.high.contested

    @cached_property
    def _unsure_winners(self) -> set[int]:
        """Claims that win over one in a run which is chosen in the other."""
        low, high = self.one.low, self.one.high
        return {
            winner
            for run, other in ((low, high), (high, low))
            for loser, winners in run.beaten.items()
            if loser in other.chosen
            for winner, _ in winners
        }

    def _beaten(self, claim: Claim) -> tuple[Beaten, ...]:
        """The winners over a claim that nothing is paid for in either run; none where the runs have different winners."""
        low, high = self.one.low, self.one.high
        if claim.order in low.chosen or claim.order in high.chosen or claim.order in self._may_win:
            return ()
        lows = {winner for winner, _ in low.beaten.get(claim.order, [])}
        found = []
        for winner, bound in high.beaten[claim.order]:
            other = self.one.claims[winner]
            # in the low run the loser may have had nothing to lose: the winner must be certain all the same
            if winner in lows or (not lows and other.match is True and other.low >= claim.high):
                found.append(
                    Beaten(
                        policy=self.program.policies[other.rule.policy].id,
                        rule=other.rule.id,
                        item=other.item_id,
                        bound=bound,
                        article=self.program.articles[bound],
                        more=high.sheet.values[winner] - high.sheet.values[claim.order],
                    )
                )
        return tuple(found)

    def _steps(self, claim: Claim) -> tuple[Step, ...]:
        found = [] if claim.barred_by is None else [self._step("high", Lowered(claim.barred_by, "forfeit", 0, 0))]
        runs: tuple[tuple[Run, Any], ...] = (("low", self.one.low), ("high", self.one.high))
        found += [self._step(name, step) for name, run in runs for step in run.steps.get(claim.order, ())]
        return tuple(found)

    def _step(self, run: Run, step: Lowered) -> Step:
        return Step(run, step.bound, self.program.articles.get(step.bound, ""), step.why, step.before, step.after)

    def _settled(self, claim: Claim, due: Interval) -> Interval:
        low, high = self.one.low.amounts[claim.order], self.one.high.amounts[claim.order]
        if low == due.assured and high == due.ceiling:
            return due
        return Interval(low, None if claim.open else high)

    def _standalone(self, claim: Claim, due: Interval) -> Interval:
        """After earlier grants and caps, as if there were no other claim."""
        low, high = (self._alone(claim, at) for at in (0, 1))
        if low == due.assured and high == due.ceiling:
            return due
        return Interval(min(low, high), None if claim.open else high)

    def _alone(self, claim: Claim, at: int) -> int:
        sheet = (self.one.low if at == 0 else self.one.high).sheet
        amount = sheet.values[claim.order]
        for node in self._nodes[at].get(claim.order, ()) if amount else ():
            if node.cap.kind == "limit":
                amount = min(amount, node.left)
            elif node.cap.kind == "units":
                stipend = sheet.stipends[claim.order]
                amount = min(amount, stipend.unit * min(node.left, stipend.takes))
            elif node.left == 0 and not node.earlier:
                amount = 0
        return amount

    @cached_property
    def _nodes(self) -> tuple[dict[int, list[CapNode]], dict[int, list[CapNode]]]:
        """Caps by claim, in the low and in the high run."""
        found: tuple[dict[int, list[CapNode]], dict[int, list[CapNode]]] = ({}, {})
        for at, run in enumerate((self.one.low, self.one.high)):
            for node in (*run.sheet.caps, *run.sheet.pools):
                for i in node.members:
                    found[at].setdefault(i, []).append(node)
        return found

    def _unmet(self, claim: Claim) -> tuple[Unmet, ...]:
        truths = self.pricer.conditions(claim.rule, self.one.case.values, claim.item_values)
        values, tests = self._values(claim), self.program.tests[claim.rule.index]
        failed = [reasons.unmet(test, values) for test, truth in zip(tests, truths, strict=True) if truth is False]
        if not failed:  # no branch applies
            failed = [reasons.unmet(test, values) for test in self.program.branch_tests[claim.rule.index]]
        return tuple(failed)
