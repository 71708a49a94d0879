"""One applicant, or several: claims, both runs, and the answer with its reasons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..model.assessment import (
    SCHEMA,
    Assessment,
    Assumed,
    Award,
    Beaten,
    Interval,
    PolicyState,
    Repayable,
    Status,
    Step,
    SubjectTo,
    Total,
)
from ..model.case import Case
from ..model.program import CASH, CapBound, Program
from . import reasons
from .allocate import Settlement, allocate
from .bounds import Lowered, repayable
from .claims import Claim, Pricer, claims, first_day, last_day
from .receipt import receipt
from .settle import settle
from .sheet import CapNode, close_barred, sheets

NOTHING = Interval(0, 0)
HISTORY = "history"  # among missing facts: the earlier grants
UNCERTAIN = frozenset({"rival", "option", "open_rival"})
BARRED = frozenset({"forfeit", "top_up", "replace", "rival", "option", "count", "shared_object", "base_missing"})


def assess(program: Program, case: Case, pricer: Pricer) -> Assessment:
    """The answer for one applicant; pools and unpublished limits stand under `subject_to`."""
    return Answer(program, settlement(program, case, pricer), pricer).assessment()


def assess_all(
    program: Program, cases: Sequence[Case], pricer: Pricer, parameters: dict[str, int] | None = None
) -> list[Assessment]:
    """The answers for several applicants who share pools, quotas and objects. `parameters`: what is left of each."""
    settlements = [settlement(program, case, pricer, pools=False) for case in cases]
    allocate(program, settlements, pricer, parameters)
    return [Answer(program, one, pricer).assessment() for one in settlements]


def settlement(program: Program, case: Case, pricer: Pricer, pools: bool = True, failed: bool = True) -> Settlement:
    """Claims (also those that fail, for their reasons) and both runs."""
    found = claims(program, case, pricer, failed)
    close_barred(program, case, found, pricer)
    low, high = (settle(made, case, pools) for made in sheets(program, case, found, pricer, pools))
    return Settlement(case, found, low, high)


def totals(program: Program, case: Case, pricer: Pricer) -> tuple[int, int | None]:
    """Cash to the applicant over all policies, in fen: assured and ceiling (None: open). The fast way, without reasons."""
    one = settlement(program, case, pricer, failed=False)
    own = [claim.order for claim in one.claims if claim.rule.own]
    high = sum(one.high.amounts[i] for i in own)
    return sum(one.low.amounts[i] for i in own), None if any(one.claims[i].open for i in own) else high


@dataclass
class Answer:
    """Turns a settlement into an assessment."""

    program: Program
    one: Settlement
    pricer: Pricer

    def assessment(self) -> Assessment:
        awards = tuple(self.award(claim) for claim in self.one.claims)
        case = self.one.case
        return Assessment(
            schema=SCHEMA,
            applicant=case.applicant,
            year=case.year,
            date=case.date.isoformat() if case.date else None,
            policies=tuple(self._policy(at) for at in range(len(self.program.policies))),
            awards=awards,
            totals=tuple(self._totals()),
            missing=_union(award.missing for award in awards),
            judgements=_union(award.judgements for award in awards),
            subject_to=tuple(self._subject_to()),
            receipt=receipt(self.program, case),
            repayable=tuple(self._repayable()),
            history_complete=case.complete,
        )

    @cached_property
    def nodes(self) -> dict[int, list[CapNode]]:
        """Caps by claim and run end: what each claim could get of them alone."""
        found: dict[int, list[CapNode]] = {}
        for at, run in enumerate((self.one.low, self.one.high)):
            for node in (*run.sheet.caps, *run.sheet.pools):
                for i in node.members:
                    found.setdefault(2 * i + at, []).append(node)
        return found

    def award(self, claim: Claim) -> Award:
        rule, written = claim.rule, self.program.written[claim.rule.index]
        values = self._values(claim)
        lacking = self._lacking(claim, values)
        judged = {name for name in lacking if name != HISTORY and reasons.is_judgement(self.program, rule, name)}
        steps = self._steps(claim)
        beaten = self._beaten(claim) if claim.high else ()
        figures = not rule.unquantified or claim.approved is not None
        return Award(
            policy=self.program.policies[rule.policy].id,
            rule=rule.id,
            item=claim.item_id,
            article=written.article,
            title=written.title,
            department=tuple(written.department),
            payee=rule.payee,
            form=rule.form,
            status=self._status(claim, bool(lacking), steps, beaten),
            reason=rule.unquantified if claim.match is not False else None,
            due=Interval(claim.low, None if claim.open or claim.barred_by else claim.high) if figures else None,
            standalone=self._standalone(claim) if figures else None,
            settled=self._settled(claim) if figures else None,
            steps=steps,
            beaten_by=beaten,
            unmet=self._unmet(claim, values) if claim.match is False and claim.in_force is not False else (),
            missing=tuple(sorted(lacking - judged)),
            judgements=tuple(sorted(judged)),
            assumptions=tuple(Assumed(a.says, tuple(alt.says for alt in a.alternatives)) for a in written.assumes),
            approved=claim.approved is not None,
            below_assured=claim.below_assured,
            subject_to=tuple(cap.path for cap in self.program.caps_of[rule.index] if _conditional(cap))
            if claim.high
            else (),
        )

    def _lacking(self, claim: Claim, values: dict[str, Any]) -> set[str]:
        """The facts that would narrow this claim; `history` where earlier grants may count and are not all told."""
        if claim.match is False:
            return set()
        asked = self.program.asked[claim.rule.index]
        lacking = {name for name in asked.rest if values[name] is None}
        if claim.match is None:
            truths = self.pricer.conditions(claim.rule, self.one.case.values, claim.item_values)
            open_ones = [names for names, truth in zip(asked.conditions, truths, strict=True) if truth is None]
            lacking |= {name for names in (*open_ones, asked.day) for name in names if values[name] is None}
        if asked.history and not self.one.case.complete:
            lacking.add(HISTORY)
        return lacking

    @cached_property
    def _named(self) -> dict[str | None, dict[str, Any]]:
        """Facts by name, by item; None: of the applicant alone."""
        program, case = self.program, self.one.case
        own = dict(zip(program.applicant_facts, case.values, strict=True))
        found: dict[str | None, dict[str, Any]] = {None: own}
        for item in case.items:
            found[item.id] = own | dict(zip(program.item_facts[item.kind], item.values, strict=True))
        return found

    @cached_property
    def _beats(self) -> set[int]:
        """Claims that win over one in a run which is chosen in the other."""
        low, high = self.one.low, self.one.high
        return {
            winner
            for run, other in ((low, high), (high, low))
            for loser, winners in run.beaten.items()
            if loser in other.chosen
            for winner, _ in winners
        }

    def _values(self, claim: Claim) -> dict[str, Any]:
        return self._named[claim.item_id]

    def _status(self, claim: Claim, lacking: bool, steps: Sequence[Step], beaten: Sequence[Beaten]) -> Status:
        if claim.in_force is False:
            return "not_in_force"
        if claim.match is False:
            return "ineligible"
        if claim.barred_by or (
            (claim.approved is not None or not claim.rule.unquantified) and self._excluded(claim, steps, beaten)
        ):
            return "excluded"
        if claim.rule.unquantified and claim.approved is None:
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
        """It wins in one run and loses in the other: both rivals are undecided."""
        low, high = self.one.low, self.one.high
        lost = claim.order in low.beaten or claim.order in high.beaten
        won = claim.order in low.chosen or claim.order in high.chosen
        beats = claim.order in self._beats
        return (lost and won) or (won and beats) or lost

    def _beaten(self, claim: Claim) -> tuple[Beaten, ...]:
        """The winners over a claim that nothing is paid for in either run; none where the runs have different winners."""
        low, high = self.one.low, self.one.high
        winners = high.beaten.get(claim.order, [])
        if claim.order in low.chosen or claim.order in high.chosen:
            return ()
        lows = {winner for winner, _ in low.beaten.get(claim.order, [])}
        same = [(w, bound) for w, bound in winners if w in lows or (not lows and self._beats_low(w, claim))]
        found = []
        for winner, bound in same:
            other = self.one.claims[winner]
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

    def _beats_low(self, winner: int, claim: Claim) -> bool:
        """In the low run the loser had nothing to lose: the winner's claim must be certain all the same."""
        return self.one.claims[winner].match is True and self.one.claims[winner].low >= claim.high

    def _steps(self, claim: Claim) -> tuple[Step, ...]:
        found = [] if claim.barred_by is None else [self._step("high", Lowered(claim.barred_by, "forfeit", 0, 0))]
        for name, run in (("low", self.one.low), ("high", self.one.high)):
            for step in run.steps.get(claim.order, ()):
                found.append(self._step(name, step))
        return tuple(found)

    def _step(self, run: Any, step: Lowered) -> Step:
        article = self.program.articles.get(step.bound, "")
        return Step(run, step.bound, article, step.why, step.before, step.after)

    def _settled(self, claim: Claim) -> Interval:
        if not claim.high and not claim.open:
            return NOTHING
        low, high = self.one.low.amounts[claim.order], self.one.high.amounts[claim.order]
        return Interval(low, None if claim.open else high)

    def _standalone(self, claim: Claim) -> Interval:
        if not claim.high and not claim.open:
            return NOTHING
        ends = []
        for at, run in enumerate((self.one.low, self.one.high)):
            amount = run.sheet.values[claim.order]
            for node in self.nodes.get(2 * claim.order + at, ()):
                if node.cap.kind == "limit":
                    amount = min(amount, node.left)
                elif node.cap.kind == "units":
                    stipend = run.sheet.stipends[claim.order]
                    amount = min(amount, stipend.unit * min(node.left, stipend.takes))
                elif node.left == 0 and not node.earlier:
                    amount = 0
            ends.append(amount)
        return Interval(min(ends), None if claim.open else ends[1])

    def _unmet(self, claim: Claim, values: dict[str, Any]) -> tuple[Any, ...]:
        truths = self.pricer.conditions(claim.rule, self.one.case.values, claim.item_values)
        texts = self.program.shown[claim.rule.index]
        failed = [
            reasons.unmet(tree, values, text)
            for tree, truth, text in zip(claim.rule.when, truths, texts, strict=True)
            if truth is False
        ]
        if not failed:  # no branch applies
            failed = [reasons.unmet(branch.when, values) for branch in claim.rule.branches if branch.when]
        return tuple(failed)

    def _policy(self, at: int) -> PolicyState:
        policy, case = self.program.policies[at], self.one.case
        first = first_day(self.program, at, case.published)
        last = last_day(self.program, at, first)
        return PolicyState(
            id=policy.id,
            title=policy.title,
            status=policy.status,
            first_day=first.isoformat() if first else None,
            last_day=last.isoformat() if last else None,
            dates_checked=case.date is not None and first is not None,
        )

    def _totals(self) -> Iterable[Total]:
        found: dict[tuple[int, Any, Any], list[Claim]] = {}
        for claim in self.one.claims:
            if claim.match is not False and not (
                claim.rule.unquantified and not claim.rule.open and claim.approved is None
            ):
                kind = "cash" if claim.rule.form in CASH else "financing" if claim.rule.form == "financing" else "other"
                found.setdefault((claim.rule.policy, claim.rule.payee, kind), []).append(claim)
        for at in range(len(self.program.policies)):
            found.setdefault((at, "applicant", "cash"), [])
        for (policy, payee, kind), members in sorted(found.items()):
            yield Total(
                policy=self.program.policies[policy].id,
                payee=payee,
                kind=kind,
                assured=sum(self.one.low.amounts[claim.order] for claim in members),
                ceiling=sum(self.one.high.amounts[claim.order] for claim in members),
                open=tuple(
                    f"{claim.rule.id}:{claim.item_id}" if claim.item else claim.rule.id
                    for claim in members
                    if claim.open
                ),
            )

    def _subject_to(self) -> Iterable[SubjectTo]:
        touched = {claim.rule.index for claim in self.one.claims if claim.high or claim.open}
        for cap in self.program.caps:
            if (
                _conditional(cap)
                and cap.rules & touched
                and not (cap.unpublished and cap.path in self.one.case.parameters)
            ):
                why = "unpublished" if cap.unpublished else "quota" if cap.kind == "count" else "pool"
                yield SubjectTo(cap.path, self.program.articles[cap.path], why, cap.ration)  # type: ignore[arg-type]

    def _repayable(self) -> Iterable[Repayable]:
        seen = set()
        for claim in self.one.claims:
            if self.one.high.amounts[claim.order]:
                for grant in repayable(self.program, claim, self.one.case):
                    if id(grant) not in seen:
                        seen.add(id(grant))
                        rule = self.program.rules[grant.rule].id if grant.rule is not None else ""
                        yield Repayable(grant.policy, rule, grant.item, grant.year, grant.amount)


def _conditional(cap: CapBound) -> bool:
    return cap.pool or cap.unpublished


def _union(groups: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(sorted({name for group in groups for name in group}))
