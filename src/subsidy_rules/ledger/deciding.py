"""From an assessment to a commitment: what is done under the lock."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import Connection

from ..errors import Problem, ProblemsError, echo
from ..loading.codes import CODES
from ..model.assessment import Assessment, Award
from ..model.canonical import digest
from ..model.case import Case, CaseItem
from ..model.program import Program
from ..money import format_yuan
from ..rules import Application, Rules
from .answers import FILE, Decision, Moved, Refused, named, problem
from .clock import civil
from .record import Claim, Entry, Kind, Movement, Rule, Standing, append, entries, figures, standing
from .shared import Draw, attributes, name_of, names_of, problems
from .store import Head
from .tables import ENTRIES

KEY = re.compile(r"[\w.:/\-]{1,128}")


def check_key(key: str) -> None:
    if not KEY.fullmatch(key):
        expected = "1 to 128 letters, digits or _ . : / -"
        raise ProblemsError([Problem(FILE, 0, 0, "SR303", "key", CODES["SR303"].en, echo(key), expected)])


@dataclass(frozen=True)
class Request:
    """What is to be decided. `digest` says whether another request is the same; `of`: the key of the decision to correct."""

    rules: Rules
    case: Case
    key: str
    decided_on: date | None
    of: str | None
    digest: str

    @classmethod
    def admitted(
        cls,
        rules: Rules,
        application: Application,
        key: str,
        approved: Sequence[Mapping[str, Any]],
        decided_on: date | None,
        of: str | None = None,
    ) -> Request:
        """Raises ProblemsError with all that is wrong with key, application and approved amounts."""
        check_key(key)
        data = dict(rules.admit(application).data)
        own = [problem("SR801", name) for name in ("grants", "parameters") if data.pop(name, None)]
        case = rules.admit(data | {"history": "complete", "approved": [dict(one) for one in approved]})
        if of is None and not any(case.approved.values()):
            own.append(problem("SR802", "approved"))
        claimed = {item.id for item in case.items if not item.years or case.year in item.years}
        for rule, item in case.approved:
            if item is not None and item not in claimed:
                own.append(problem("SR813", f"approved.{name_of(rules.program, rule, item)}"))
        if own:
            raise ProblemsError(own)
        told = {name: value for name, value in case.data.items() if name != "approved"}
        amounts = [[name_of(rules.program, *place), fen] for place, fen in case.approved.items() if fen]
        day = decided_on.isoformat() if decided_on else None
        content = {"application": told, "approved": sorted(amounts), "decided_on": day, "of": of}
        return cls(rules, case, key, decided_on, of, digest(content))


def decision_of(written: Sequence[Entry], replayed: bool = False) -> Decision:
    """The answer as its entries hold it."""
    first, last = written[0], written[-1]
    awards = tuple(
        Moved(one.policy, one.rule, one.item, 0 if one.kind == "repayment" else one.details["amount"], one.amount)
        for one in written
        if one.kind != "parameter"
    )
    repayable = tuple((p, r, i, y, a) for p, r, i, y, a in first.details.get("repayable", ()))
    place = (first.key, first.kind, first.applicant, first.year, first.decided_on, first.recorded_at)
    return Decision(*place, last.seq, last.hash, awards, repayable, replayed)


def repeated(connection: Connection, key: str, request: str) -> Decision | Refused | None:
    """What was written under the key, if the content is the same."""
    written = entries(connection, ENTRIES.c.key == key)
    if not written:
        return None
    if written[0].details["request"] != request:
        return Refused(key, (problem("SR803", "key", key),))
    return decision_of(written, replayed=True)


def completed(rules: Rules, case: Case, history: Sequence[Standing], given: Mapping[str, int]) -> Case:
    """The application with what the ledger knows: the earlier awards, and the figures of limits. Of a pool it is the whole
    figure: what others draw on it is looked up exactly, by `shared.problems`."""
    texts = {
        cap.path: format_yuan(given[cap.path]) + "元" if cap.kind == "limit" else str(given[cap.path])
        for cap in rules.program.caps
        if cap.path in given
    }
    grants = [award.as_grant() for award in history if award.amount]
    return rules.admit(dict(case.data) | {"history": "complete", "grants": grants, "parameters": texts})


@dataclass
class Commit:
    """One attempt to write a decision, or a correction, under the lock."""

    request: Request
    connection: Connection
    head: Head
    recorded_at: str
    history: dict[Claim, Standing] = field(default_factory=dict)  # of the applicant
    instead: dict[Claim, Standing] = field(default_factory=dict)  # what a correction takes back
    day: date = date.min

    def outcome(self) -> Decision | Refused:
        """Raises ProblemsError where the earlier awards don't fit the policies."""
        request, applicant = self.request, self.request.case.applicant
        done = repeated(self.connection, request.key, request.digest)
        if done:
            return done
        self.history = standing(entries(self.connection, ENTRIES.c.applicant == applicant))
        if request.of is not None:
            self.instead = targets(self.history, request.of, request.case.year)
            if not self.instead:
                return Refused(request.key, (problem("SR810", "of", request.of),))
        latest = max((award.decided_on for award in self.instead.values()), default=civil(self.recorded_at))
        self.day = request.decided_on or latest
        found = [*self._untimely(), *self._twice()]
        if found:
            return Refused(request.key, tuple(found))
        answer, new = self._assessed()
        found = list(_unfounded(request.rules.program, answer, new))
        found = found or list(problems(request.rules, self.connection, request.case, new, self.instead))
        if found:
            return Refused(request.key, tuple(found))
        movements = list(self._movements(answer, new))
        return decision_of(append(self.connection, self.head, request.key, movements, self.recorded_at))

    def _place(self, award: Standing) -> tuple[int | None, str | None, int]:
        """Where an award stands in these policies, also if it was made under one that they succeed."""
        return self._names.get((award.policy, award.rule)), award.item, award.year

    @cached_property
    def _names(self) -> dict[Rule, int]:
        return names_of(self.request.rules.program)

    @cached_property
    def _claimed(self) -> set[tuple[int | None, str | None, int]]:
        case = self.request.case
        return {(rule, item, case.year) for (rule, item), amount in case.approved.items() if amount}

    def _untimely(self) -> Iterator[Problem]:
        if self.request.of is None and self.day.year > self.request.case.year:
            yield problem("SR809", "year", str(self.request.case.year), f"{self.day.year} or later")
        touched = [award for award in self.history.values() if self._place(award) in self._claimed]
        latest = max((award.decided_on for award in (*self.instead.values(), *touched)), default=self.day)
        if latest > self.day:
            yield problem("SR811", "decided_on", self.day.isoformat(), f"{latest} or later")

    def _twice(self) -> Iterator[Problem]:
        for award in self.history.values():
            if award.stands and award.claim not in self.instead and self._place(award) in self._claimed:
                name = named(award.policy, award.rule, award.item)
                yield problem("SR804", f"approved.{name}", format_yuan(award.amount), f"a correction of {award.root}")

    def _assessed(self) -> tuple[Assessment, list[Draw]]:
        """The settlement of what is approved and nothing else: every other claim is approved at 0."""
        rules, program = self.request.rules, self.request.rules.program
        history = [award for award in self.history.values() if award.claim not in self.instead]
        case = completed(rules, self.request.case, history, figures(self.connection, self.request.case.year))
        items: dict[str | None, list[CaseItem | None]] = {None: [None]}
        for claimed in case.items:
            items.setdefault(claimed.kind, []).append(claimed)
        claims = [(rule, item) for rule in program.rules for item in items.get(rule.item, ())]
        amounts = {(rule.index, item.id if item else None): 0 for rule, item in claims} | case.approved
        new: list[Draw] = []
        for rule, item in claims:
            name = item.id if item else None
            amount = amounts[rule.index, name]
            if amount:
                units = rules.pricer.units(rule, case.values, item.values if item else ())[1] or 0
                own = attributes(program, rule.index, item)
                new.append(Draw(case.applicant, rule.index, name, case.year, amount, units, own, item))
        return rules.assess(replace(case, approved=amounts)), new

    def _movements(self, answer: Assessment, new: Sequence[Draw]) -> Iterator[Movement]:
        request, program = self.request, self.request.rules.program
        kind: Kind = "decision" if request.of is None else "correction"
        common: dict[str, Any] = {"request": request.digest, "receipt": asdict(answer.receipt)}
        if self.instead:
            common["of"] = request.of
        if answer.repayable:
            common["repayable"] = [[r.policy, r.rule, r.item, r.year, r.amount] for r in answer.repayable]
        taken = dict(self.instead)
        for one in new:
            rule = program.rules[one.rule]
            policy = program.policies[rule.policy]
            place = (one.applicant, policy.id, rule.id, one.item_id, one.year)
            before = taken.pop(place, None)
            delta = one.amount - (before.stands if before else 0)
            own = {"amount": one.amount, "units": one.units, "attributes": one.attributes}
            own |= {"level": policy.jurisdiction.level, "matter": rule.matter}
            yield Movement(kind, *place, delta, self.day, common | own)
        for place, before in taken.items():
            yield Movement(kind, *place, -before.stands, self.day, common | {"amount": 0})


def _unfounded(program: Program, answer: Assessment, new: Sequence[Draw]) -> Iterator[Problem]:
    """Awards of which both runs do not pay exactly what was approved."""
    awards = {named(award.policy, award.rule, award.item): award for award in answer.awards}
    for one in new:
        name = name_of(program, one.rule, one.item_id)
        award = awards[name]
        low = award.settled.assured if award.settled else 0
        high = (award.settled.ceiling or 0) if award.settled else 0
        if high < one.amount:
            why = _why(award)
            expected = f"at most {format_yuan(high)}" + (f" ({why})" if why else "")
            yield problem("SR805", f"approved.{name}", format_yuan(one.amount), expected)
        elif low < one.amount:
            lacking = sorted({*award.missing, *(step.bound for step in award.steps if step.run == "low")})
            yield problem("SR806", f"approved.{name}", format_yuan(low), ", ".join(lacking))


def targets(history: Mapping[Claim, Standing], of: str, year: int) -> dict[Claim, Standing]:
    """What stands of a decision, with what its corrections made of it."""
    return {
        claim: award for claim, award in history.items() if award.root == of and award.year == year and award.stands
    }


def _why(award: Award) -> str:
    """What holds an award down, in names of bounds and conditions."""
    bounds = [step.bound for step in award.steps if step.run == "high"]
    beaten = [named(one.policy, one.rule, one.item) for one in award.beaten_by]
    unmet = [one.condition for one in award.unmet]
    return ", ".join(dict.fromkeys([*bounds, *beaten, *unmet]))
