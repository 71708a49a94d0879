"""One applicant, or several: claims, both runs, and the answer with its reasons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..model.assessment import (
    SCHEMA,
    Assessment,
    PolicyState,
    Receipt,
    Repayable,
    SubjectTo,
    Total,
)
from ..model.case import Case
from ..model.program import Program, ProgramRule, TotalKey
from ..version import VERSION
from .allocate import Settlement, allocate
from .awards import Awards
from .bounds import repayable
from .claims import Pricer, claims, first_day, last_day
from .settle import settle
from .sheet import close_barred, sheets


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


def settlement(
    program: Program,
    case: Case,
    pricer: Pricer,
    pools: bool = True,
    failed: bool = True,
    rules: Iterable[ProgramRule] | None = None,
) -> Settlement:
    """Claims (also those that fail, for their reasons) and both runs. `rules`: of some that share no bound with the rest."""
    found = claims(program, case, pricer, failed, rules)
    close_barred(program, case, found, pricer)
    low, high = (settle(made, case, pools) for made in sheets(program, case, found, pricer, pools))
    return Settlement(case, found, low, high)


def totals(program: Program, case: Case, pricer: Pricer) -> tuple[int, int, bool]:
    """Cash to the applicant over all policies, in fen: the low run, the high run, and whether there is more without a figure."""
    one = settlement(program, case, pricer, failed=False)
    own = [claim.order for claim in one.claims if claim.rule.own]
    low, high = (sum([run.amounts[i] for i in own]) for run in (one.low, one.high))
    return low, high, any(one.claims[i].open for i in own)


@dataclass
class Answer:
    """Turns a settlement into an assessment."""

    program: Program
    one: Settlement
    pricer: Pricer

    def assessment(self) -> Assessment:
        case = self.one.case
        awards = Awards(self.program, self.one, self.pricer)
        return Assessment(
            schema=SCHEMA,
            applicant=case.applicant,
            year=case.year,
            date=case.date.isoformat() if case.date else None,
            policies=tuple(self._policy(at) for at in range(len(self.program.policies))),
            awards=awards.all(),
            totals=tuple(self._totals()),
            missing=tuple(sorted(awards.missing)),
            judgements=tuple(sorted(awards.judgements)),
            subject_to=tuple(self._subject_to()),
            receipt=Receipt(VERSION, dict(self.program.digests), case.digest),
            repayable=tuple(self._repayable()) if case.grants else (),
            history_complete=case.complete,
        )

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
        found: dict[TotalKey, list[int]] = {(at, "applicant", "cash"): [] for at in range(len(self.program.policies))}
        total_of, claims = self.program.total_of, self.one.claims
        for claim in claims:
            rule = claim.rule
            if claim.match is not False and (not rule.unquantified or rule.open or claim.approved is not None):
                found.setdefault(total_of[rule.index], []).append(claim.order)
        low, high = self.one.low.amounts, self.one.high.amounts
        for (policy, payee, kind), members in sorted(found.items()):
            assured, highest = sum([low[i] for i in members]), sum([high[i] for i in members])
            opens = [claims[i] for i in members if claims[i].open]
            yield Total(
                policy=self.program.policies[policy].id,
                payee=payee,
                kind=kind,
                assured=assured,
                ceiling=max(assured, highest),  # a pool shared by several may cut what the high run had chosen
                open=tuple(f"{claim.rule.id}:{claim.item_id}" if claim.item else claim.rule.id for claim in opens),
            )

    def _subject_to(self) -> Iterable[SubjectTo]:
        conditional = self.program.conditional
        touched = {claim.rule.index for claim in self.one.claims if claim.high or claim.open} if conditional else set()
        for cap in conditional:
            given = cap.unpublished and not cap.pool and cap.path in self.one.case.parameters
            if cap.rules & touched and not given:
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
