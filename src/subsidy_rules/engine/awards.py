"""Each claim as an award with its reasons. What does not depend on the case is prepared once per program."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from ..model.assessment import NOTHING, Award, Beaten, Interval, Run, Status, Step, Unmet
from ..model.program import Program
from .allocate import Settlement
from .bounds import Lowered
from .caps import alone
from .claims import Claim, Pricer

HISTORY = "history"  # among missing facts: the earlier grants
UNCERTAIN = frozenset({"rival", "option", "open_rival"})
BARRED = frozenset({"forfeit", "top_up", "replace", "rival", "option", "count", "shared_object", "base_missing"})


class Awards:
    """The awards of one settlement. `missing` and `judgements`: of all awards that were made."""

    def __init__(self, program: Program, one: Settlement, pricer: Pricer) -> None:
        self.program, self.case, self.claims, self.pricer = program, one.case, one.claims, pricer
        self.blanks, self.conditional = program.blanks, program.conditional_of
        self.low, self.high = one.low, one.high
        self.alone = alone(one.low.sheet), alone(one.high.sheet)
        self.may_win = one.low.contested | one.high.contested
        self.contested = self._contested()
        self.lowered = {*one.low.steps, *one.high.steps}
        self.reduced = self._reduced()
        self.touched = self.lowered | self.contested | self.reduced
        self.some_unknown = self._some_unknown()
        self.missing: set[str] = set()
        self.judgements: set[str] = set()

    def all(self) -> tuple[Award, ...]:
        return tuple(
            [
                self._failed(claim) if claim.match is False and not claim.barred_by else self._award(claim)
                for claim in self.claims
            ]
        )

    def _failed(self, claim: Claim) -> Award:
        """Not eligible, or not in force: no amounts, only why."""
        award, fields = self.blanks[claim.rule.index].copy()
        fields["item"] = claim.item_id
        if claim.in_force is False:
            fields["status"] = "not_in_force"
        else:
            fields["unmet"] = self._unmet(claim)
        return award

    def _unmet(self, claim: Claim) -> tuple[Unmet, ...]:
        applicant, item = self.case.values, claim.item_values
        truths = self.pricer.conditions(claim.rule, applicant, item)
        tests = self.program.tests[claim.rule.index]
        unmet = []
        for at, truth in enumerate(truths):
            if truth is False:
                unmet.append(tests[at].told(applicant, item))
        if not unmet:  # no branch applies
            unmet = [test.told(applicant, item) for test in self.program.branch_tests[claim.rule.index]]
        return tuple(unmet)

    def _award(self, claim: Claim) -> Award:
        rule = claim.rule
        award, fields = self.blanks[rule.index].copy()
        fields["item"] = claim.item_id
        fields["due"] = fields["standalone"] = fields["settled"] = Interval(claim.low, claim.high)
        fields["status"] = "exact" if claim.low == claim.high else "ceiling" if rule.bound == "ceiling" else "range"
        if claim.high and self.conditional[rule.index]:
            fields["subject_to"] = self.conditional[rule.index]
        if claim.rare or self.some_unknown or claim.order in self.touched:
            self._explain(claim, fields)
        return award

    def _explain(self, claim: Claim, fields: dict[str, Any]) -> None:
        """More than what is due."""
        rule, order, decided = claim.rule, claim.order, claim.approved is not None
        fields["reason"] = rule.unquantified
        lacking = self._lacking(claim) if self.some_unknown else None
        if lacking:
            judged = lacking & self.program.judgements[rule.index]
            missing = lacking - judged
            fields["missing"], fields["judgements"] = tuple(sorted(missing)), tuple(sorted(judged))
            self.missing |= missing
            self.judgements |= judged
        steps: tuple[Step, ...] = ()
        beaten: tuple[Beaten, ...] = ()
        if order in self.lowered or claim.barred_by:
            fields["steps"] = steps = self._steps(claim)
        if order in self.high.beaten:
            fields["beaten_by"] = beaten = self._beaten(claim)
        if decided:
            fields["approved"], fields["below_assured"] = True, claim.below_assured
        fields["status"] = self._status(claim, bool(lacking), steps, beaten)
        if rule.unquantified and not decided:
            fields["due"] = fields["standalone"] = fields["settled"] = None
            fields.pop("subject_to", None)
            return
        if claim.open or claim.barred_by:
            fields["due"] = Interval(claim.low, None)
        if order in self.reduced or claim.rare:
            low, high = self.alone[0][order], self.alone[1][order]
            fields["standalone"] = _left(claim, min(low, high), high)
            fields["settled"] = _left(claim, self.low.amounts[order], self.high.amounts[order])

    def _reduced(self) -> set[int]:
        """Claims of which not all that is due is left, or would be if they were the only one."""
        figures = zip(self.claims, self.low.amounts, self.high.amounts, *self.alone, strict=True)
        return {c.order for c, low, high, one, two in figures if not (one == low == c.low and two == high == c.high)}

    # What is not known

    @cached_property
    def _unknown(self) -> dict[str | None, frozenset[str]]:
        """The facts that are not known, by item; None: of the applicant alone."""
        program, case = self.program, self.case
        of_applicant = _unknown(program.applicant_facts, case.values)
        found: dict[str | None, frozenset[str]] = {None: of_applicant}
        for item in case.items:
            found[item.id] = of_applicant | _unknown(program.item_facts[item.kind], item.values)
        return found

    def _some_unknown(self) -> bool:
        case = self.case
        return not case.complete or None in case.values or any(None in item.values for item in case.items)

    def _lacking(self, claim: Claim) -> set[str]:
        """The facts that would narrow this claim; `history` where earlier grants may count and are not all told."""
        asked, case = self.program.asked[claim.rule.index], self.case
        unknown = self._unknown[claim.item_id]
        lacking = set(asked.rest & unknown)
        if asked.history and not case.complete:
            lacking.add(HISTORY)
        if claim.match is None:
            lacking |= asked.day & unknown
            truths = self.pricer.conditions(claim.rule, case.values, claim.item_values)
            for at, truth in enumerate(truths):
                if truth is None:
                    lacking |= asked.conditions[at] & unknown
        return lacking

    # What became of it

    def _status(self, claim: Claim, lacking: bool, steps: Sequence[Step], beaten: Sequence[Beaten]) -> Status:
        if claim.barred_by:
            return "excluded"
        decided = claim.approved is not None
        if claim.rule.unquantified and not decided:
            return "undecided" if claim.match is None else "unquantified"
        if claim.order in self.touched:
            if not claim.open and self._excluded(claim, steps, beaten):
                return "excluded"
            uncertain = bool(steps) and any(step.run == "low" and step.why in UNCERTAIN for step in steps)
            if claim.order in self.contested or (uncertain and not decided):
                return "undecided"
        if claim.match is None or (lacking and not decided):
            return "undecided"
        if claim.low == claim.high:
            return "exact"
        return "ceiling" if claim.rule.bound == "ceiling" else "range"

    def _excluded(self, claim: Claim, steps: Sequence[Step], beaten: Sequence[Beaten]) -> bool:
        """Nothing in either run, and for the same reason: an earlier grant, a count, or the same winner."""
        if self.low.amounts[claim.order] or self.high.amounts[claim.order]:
            return False
        return bool(beaten) or any(step.run == "high" and step.why in BARRED and step.after == 0 for step in steps)

    def _contested(self) -> set[int]:
        """Claims that lose in a run, or may win where the text leaves the winner open; and those that win over one which
        wins in the other run."""
        unsure = {
            winner
            for run, other in ((self.low, self.high), (self.high, self.low))
            for loser, winners in run.beaten.items()
            if loser in other.chosen
            for winner, _ in winners
        }
        return {*self.low.beaten, *self.high.beaten, *self.may_win, *unsure}

    def _beaten(self, claim: Claim) -> tuple[Beaten, ...]:
        """The winners over a claim that nothing is paid for in either run; none where the runs have different winners."""
        order, low, high = claim.order, self.low, self.high
        if order in low.chosen or order in high.chosen or order in self.may_win:
            return ()
        lows = [winner for winner, _ in low.beaten.get(order, ())]
        found = []
        for winner, bound in high.beaten[order]:
            other = self.claims[winner]
            # in the low run the loser may have had nothing to lose: the winner must be certain all the same
            if winner in lows or (not lows and other.match is True and other.low >= claim.high):
                found.append(
                    Beaten(
                        policy=self.program.policies[other.rule.policy].id,
                        rule=other.rule.id,
                        item=other.item_id,
                        bound=bound,
                        article=self.program.articles[bound],
                        more=high.sheet.values[winner] - high.sheet.values[order],
                    )
                )
        return tuple(found)

    def _steps(self, claim: Claim) -> tuple[Step, ...]:
        barred = [] if claim.barred_by is None else [self._step("high", Lowered(claim.barred_by, "forfeit", 0, 0))]
        low = [self._step("low", step) for step in self.low.steps.get(claim.order, ())]
        high = [self._step("high", step) for step in self.high.steps.get(claim.order, ())]
        return tuple(barred + low + high)

    def _step(self, run: Run, step: Lowered) -> Step:
        return Step(run, step.bound, self.program.articles.get(step.bound, ""), step.why, step.before, step.after)


def _left(claim: Claim, low: int, high: int) -> Interval:
    if claim.open:
        return Interval(low, None)
    return Interval(low, high) if low or high else NOTHING


def _unknown(facts: Iterable[str], values: Sequence[Any]) -> frozenset[str]:
    if None not in values:
        return frozenset()
    return frozenset(name for name, value in zip(facts, values, strict=True) if value is None)
