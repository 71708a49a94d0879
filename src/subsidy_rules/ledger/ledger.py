"""The face: one object for a database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection

from ..errors import ProblemsError
from ..loading.admit import parameters as admit_parameters
from ..loading.context import Context
from ..model.assessment import Assessment
from ..model.canonical import digest
from ..money import format_yuan
from ..reading import Document
from ..rules import Application, Rules
from .answers import FILE, Decision, Left, Refused, Verification, named, problem
from .clock import after, civil, now, stamp
from .deciding import Commit, Request, check_key, completed, decision_of, repeated, targets
from .record import Claim, Movement, Standing, append, drawn, entries, figures, known, standing, verify
from .shared import lefts, names_of, plain
from .store import Head, Store
from .tables import ENTRIES

T = TypeVar("T")
Clock = Callable[[], datetime]
Outcome = Decision | Refused


class Ledger:
    """A record of awards in a database, by its SQLAlchemy URL: `sqlite:///ledger.db`, `postgresql://…`, `mysql://…`.

    What is refused because of what was written before is a value (Refused), wrong input raises ProblemsError, a database
    that can't be reached Unavailable. Days default to today in Asia/Shanghai. Threads may share a ledger, processes not.
    """

    def __init__(self, url: str, clock: Clock = now) -> None:
        self.store, self.clock = Store(url), clock

    def migrate(self) -> None:
        """Make the tables, or bring them to this version. Once, before the first use."""
        self.store.migrate()

    # What is written

    def decide(
        self,
        rules: Rules,
        application: Application,
        *,
        key: str,
        approved: Sequence[Mapping[str, Any]],
        decided_on: date | None = None,
    ) -> Outcome:
        """Commit what the office approved: all of it or nothing. The same key with the same content gives the same decision.

        `approved` as in an application, in its place; a claim that it does not name is not granted. Neither earlier awards
        nor figures of limits are taken from the application: the ledger knows them.
        """
        return self._commit(Request.admitted(rules, application, key, approved, decided_on))

    def correct(
        self,
        rules: Rules,
        application: Application,
        *,
        key: str,
        of: str,
        approved: Sequence[Mapping[str, Any]],
        decided_on: date | None = None,
    ) -> Outcome:
        """Put other amounts in the place of a decision's, judged as if it had not been made. `Decision.delta` is what is owed.

        `of`: the decision's key, also where it was corrected before. An award that `approved` does not name is withdrawn.
        Without `decided_on` the correction holds from the day of the decision: it is retroactive.
        """
        return self._commit(Request.admitted(rules, application, key, approved, decided_on, of))

    def _commit(self, request: Request) -> Outcome:
        return self.store.write(lambda connection, head: Commit(request, connection, head, self._time(head)).outcome())

    def repay(
        self,
        *,
        key: str,
        applicant: str,
        policy: str,
        rule: str,
        item: str | None,
        year: int,
        decided_on: date | None = None,
    ) -> Outcome:
        """An award was paid back or reversed: it counts no more, and its pools are fuller by it."""
        place = (applicant, policy, rule, item, year)

        def movements(connection: Connection, today: date) -> list[Movement] | Refused:
            award = standing(entries(connection, ENTRIES.c.applicant == applicant)).get(place)
            if award is None or not award.stands:
                return Refused(key, (problem("SR810", "award", f"{named(policy, rule, item)} {year}"),))
            day = decided_on or max(today, award.decided_on)
            if day < award.decided_on:
                late = problem("SR811", "decided_on", day.isoformat(), f"{award.decided_on} or later")
                return Refused(key, (late,))
            detail = {name: value for name, value in award.detail.items() if name not in ("receipt", "repayable")}
            detail |= {"repaid": True, "of": award.root}
            return [Movement("repayment", *place, -award.stands, day, detail)]

        return self._write(key, ["repayment", *place, decided_on and decided_on.isoformat()], movements)

    def record(self, rules: Rules, application: Application, *, key: str, decided_on: date) -> Outcome:
        """Take over earlier awards, of any policy: the application's `grants`. They are facts, so no pool refuses them."""
        check_key(key)
        case = rules.admit(application)
        written = case.data.get("grants") or []

        def movements(connection: Connection, today: date) -> list[Movement] | Refused:
            taken = standing(entries(connection, ENTRIES.c.applicant == case.applicant))
            found: dict[Claim, Movement] = {}
            for grant, text in zip(case.grants, written, strict=True):
                place = (case.applicant, grant.policy, text["rule"], grant.item, grant.year)
                if place in taken or place in found:
                    return Refused(key, (problem("SR804", f"grants.{named(*place[1:4])}", str(grant.year)),))
                detail: dict[str, Any] = {"amount": grant.amount, "units": grant.units, "repaid": grant.repaid}
                detail |= {"attributes": grant.attributes, "level": grant.level, "matter": grant.matter}
                if grant.value != grant.amount:
                    detail["value"] = format_yuan(grant.value) + "元"
                amount = 0 if grant.repaid else grant.amount
                found[place] = Movement("grant", *place, amount, decided_on, detail)
            return list(found.values()) or Refused(key, (problem("SR802", "grants"),))

        return self._write(key, ["grant", case.applicant, written, decided_on.isoformat()], movements)

    def set_figure(
        self, rules: Rules, *, key: str, bound: str, year: int, figure: str, decided_on: date | None = None
    ) -> Outcome:
        """The year's figure of a pool (its budget), of a quota, or of an unpublished limit: `policy/bound`, `1000万元`."""
        check_key(key)
        context = Context(Document({bound: figure}, {}, FILE, ""))
        found = admit_parameters({bound: figure}, rules.program, context)
        context.stop()
        cap = next(cap for cap in rules.program.caps if cap.path == bound)
        policy, _, name = bound.partition("/")

        def movements(connection: Connection, today: date) -> list[Movement] | Refused:
            if plain(cap) and cap.kind == "limit":
                within = year if "year" in cap.key else None
                used = drawn(connection, names_of(rules.program, cap.rules), within)
                if used > found[bound]:
                    return Refused(key, (problem("SR812", bound, figure, f"at least {format_yuan(used)}"),))
            return [Movement("parameter", None, policy, name, None, year, found[bound], decided_on or today, {})]

        return self._write(key, ["parameter", bound, year, figure, decided_on and decided_on.isoformat()], movements)

    def _write(
        self, key: str, content: list[Any], movements: Callable[[Connection, date], list[Movement] | Refused]
    ) -> Outcome:
        check_key(key)
        request = digest(content)

        def work(connection: Connection, head: Head) -> Outcome:
            done = repeated(connection, key, request)
            if done:
                return done
            recorded_at = self._time(head)
            found = movements(connection, civil(recorded_at))
            if isinstance(found, Refused):
                return found
            marked = [one.with_detail(request=request) for one in found]
            return decision_of(append(connection, head, key, marked, recorded_at))

        return self.store.write(work)

    def _time(self, head: Head) -> str:
        return after(self.clock(), head.recorded_at)

    # What is asked

    def grants(
        self, applicant: str, as_of: date | None = None, known_at: datetime | None = None
    ) -> list[dict[str, Any]]:
        """The applicant's awards as an application's `grants`: decided by a day, as it was known at a time."""

        def work(connection: Connection) -> list[dict[str, Any]]:
            return [award.as_grant() for award in _history(connection, applicant, as_of, known_at) if award.amount]

        return self.store.read(work)

    def history(self, applicant: str, as_of: date | None = None, known_at: datetime | None = None) -> dict[str, Any]:
        """As `grants`, with the word that these are all: to be merged into an application."""
        return {"history": "complete", "grants": self.grants(applicant, as_of, known_at)}

    def owed(self, applicant: str, since: datetime, as_of: date | None = None) -> list[dict[str, Any]]:
        """By award, what has been recorded after a time: the delta to what was known then. Below 0: to be paid back."""

        def work(connection: Connection) -> list[dict[str, Any]]:
            moved: Counter[tuple[str, str, str | None, int]] = Counter()
            conditions = [ENTRIES.c.applicant == applicant, ENTRIES.c.recorded_at > stamp(since)]
            for one in entries(connection, *conditions, *known(as_of, None)):
                moved[one.policy, one.rule, one.item, one.year] += one.amount
            names = ("policy", "rule", "item", "year")
            return [
                dict(zip(names, place, strict=True)) | {"amount": format_yuan(amount)}
                for place, amount in moved.items()
                if amount
            ]

        return self.store.read(work)

    def left(self, rules: Rules, year: int) -> list[Left]:
        """Every pool and quota of these policies in a year that has one sum."""
        return self.store.read(lambda connection: lefts(rules, connection, year))

    def parameters(self, rules: Rules, year: int) -> dict[str, str]:
        """For an application's `parameters` and for `assess_all`: what is left of pools and quotas, figures of unpublished
        limits."""

        def work(connection: Connection) -> dict[str, str]:
            found = {one.bound: (one.kind, one.left) for one in lefts(rules, connection, year)}
            given = figures(connection, year)
            found |= {
                cap.path: (cap.kind, given.get(cap.path))
                for cap in rules.program.caps
                if cap.unpublished and not cap.pool
            }
            return {
                path: format_yuan(value) + "元" if kind == "limit" else str(value)
                for path, (kind, value) in found.items()
                if value is not None
            }

        return self.store.read(work)

    def decision(self, key: str) -> Decision | None:
        """What was written under a key."""

        def work(connection: Connection) -> Decision | None:
            written = entries(connection, ENTRIES.c.key == key)
            return decision_of(written) if written else None

        return self.store.read(work)

    def review(self, rules: Rules, application: Application, *, of: str) -> Assessment:
        """A decision's application under these rules: with what had been decided by its day, as it is known now, without itself.
        Writes nothing. Raises ProblemsError where there is no such decision."""
        case = rules.admit(application)

        def work(connection: Connection) -> Assessment:
            written = entries(connection, ENTRIES.c.key == of, ENTRIES.c.applicant == case.applicant)
            if not written:
                raise ProblemsError([problem("SR810", "of", of)])
            history = {
                award.claim: award for award in _history(connection, case.applicant, written[0].decided_on, None)
            }
            own = targets(history, of, case.year)
            before = [award for place, award in history.items() if place not in own]
            return rules.assess(completed(rules, case, before, figures(connection, case.year)))

        return self.store.read(work)

    def verify(self, noted: tuple[int, str] | None = None) -> Verification:
        """Replay the whole record. `noted`: number and hash of an entry that were kept elsewhere."""
        return self.store.read(lambda connection: verify(connection, noted))


def _history(connection: Connection, applicant: str, as_of: date | None, known_at: datetime | None) -> list[Standing]:
    recorded_by = stamp(known_at) if known_at else None
    return list(standing(entries(connection, ENTRIES.c.applicant == applicant, *known(as_of, recorded_by))).values())
