"""The record: entries with a running hash, appended under the lock, read back, and verified."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Connection, insert, select, update

from ..errors import Problem
from ..model.canonical import canonical, digest
from ..money import format_yuan
from .answers import Verification, problem
from .store import Head
from .tables import BALANCES, ENTRIES, HEAD

Kind = Literal["grant", "decision", "correction", "repayment", "parameter"]
GENESIS = "0" * 64
Rule = tuple[str, str]  # policy, rule


@dataclass(frozen=True, slots=True)
class Movement:
    """What is to be written: one award's movement in fen, or the figure of a limit."""

    kind: Kind
    applicant: str | None
    policy: str
    rule: str
    item: str | None
    year: int
    amount: int
    decided_on: date
    detail: Mapping[str, Any]

    def with_detail(self, **more: Any) -> Movement:
        return replace(self, detail={**self.detail, **more})


class Entry(NamedTuple):
    """A row of the record, in the order of its columns."""

    seq: int
    kind: Kind
    key: str
    line: int
    applicant: str | None
    policy: str
    rule: str
    item: str | None
    year: int
    amount: int
    decided_on: date
    recorded_at: str
    detail: str
    hash: str

    @property
    def details(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.detail)
        return found

    def digest(self, previous: str) -> str:
        """SHA-256 of the entry without its hash, with the hash of the entry before it."""
        fields = self._asdict() | {"hash": previous, "decided_on": self.decided_on.isoformat()}
        return digest(fields)


def append(
    connection: Connection, head: Head, key: str, movements: Sequence[Movement], recorded_at: str
) -> list[Entry]:
    """Write under the lock: entries, balances and head."""
    written: list[Entry] = []
    last = head.hash
    for at, one in enumerate(movements, 1):
        detail = canonical(one.detail).decode()
        place = (one.applicant, one.policy, one.rule, one.item, one.year, one.amount, one.decided_on)
        entry = Entry(head.seq + at, one.kind, key, at, *place, recorded_at, detail, "")
        entry = entry._replace(hash=entry.digest(last))
        last = entry.hash
        written.append(entry)
    connection.execute(insert(ENTRIES), [entry._asdict() for entry in written])
    for (policy, rule, year), amount in _sums(written).items():
        _move(connection, policy, rule, year, amount)
    connection.execute(update(HEAD).values(seq=written[-1].seq, hash=last, recorded_at=recorded_at))
    return written


def _sums(entries: Iterable[Entry]) -> Counter[tuple[str, str, int]]:
    found: Counter[tuple[str, str, int]] = Counter()
    for one in entries:
        if one.kind != "parameter":
            found[one.policy, one.rule, one.year] += one.amount
    return found


def _move(connection: Connection, policy: str, rule: str, year: int, amount: int) -> None:
    place = {"policy": policy, "rule": rule, "year": year}
    same = [BALANCES.c[name] == value for name, value in place.items()]
    moved = connection.execute(update(BALANCES).where(*same).values(amount=BALANCES.c.amount + amount))
    if moved.rowcount == 0:
        connection.execute(insert(BALANCES).values(**place, amount=amount))


# Reading


def entries(connection: Connection, *conditions: ColumnElement[bool]) -> list[Entry]:
    """Entries in the order in which they were written."""
    found = connection.execute(select(ENTRIES).where(*conditions).order_by(ENTRIES.c.seq))
    return [Entry(*row) for row in found]


def known(decided_by: date | None, recorded_by: str | None) -> list[ColumnElement[bool]]:
    """What was decided by a day, as it was recorded by a time."""
    found: list[ColumnElement[bool]] = []
    if decided_by is not None:
        found.append(ENTRIES.c.decided_on <= decided_by)
    if recorded_by is not None:
        found.append(ENTRIES.c.recorded_at <= recorded_by)
    return found


def of_rules(rules: Collection[Rule], year: int | None) -> list[ColumnElement[bool]]:
    """Entries of these rules' policies and names; a policy with another one's rule may come along."""
    found = [
        ENTRIES.c.kind != "parameter",
        ENTRIES.c.policy.in_(sorted({policy for policy, _ in rules})),
        ENTRIES.c.rule.in_(sorted({rule for _, rule in rules})),
    ]
    return found if year is None else [*found, ENTRIES.c.year == year]


def drawn(connection: Connection, rules: Collection[Rule], year: int | None) -> int:
    """What stands under these rules over all applicants, in a year or in all, in fen."""
    wanted = select(BALANCES).where(
        BALANCES.c.policy.in_(sorted({policy for policy, _ in rules})),
        BALANCES.c.rule.in_(sorted({rule for _, rule in rules})),
    )
    rows = connection.execute(wanted if year is None else wanted.where(BALANCES.c.year == year))
    return sum(row.amount for row in rows if (row.policy, row.rule) in rules)


def figures(connection: Connection, year: int) -> dict[str, int]:
    """The figures of limits in force for a year, by `policy/bound`: of each the last that was recorded."""
    rows = entries(connection, ENTRIES.c.applicant.is_(None), ENTRIES.c.year == year)
    return {f"{one.policy}/{one.rule}": one.amount for one in rows}


# What stands

Claim = tuple[str, str, str, str | None, int]  # applicant, policy, rule, item, year


@dataclass(frozen=True, slots=True)
class Standing:
    """An award after its last entry. `amount`: what was paid, also if it was `repaid`; `root`: the key it was decided under."""

    applicant: str
    policy: str
    rule: str
    item: str | None
    year: int
    amount: int
    decided_on: date
    root: str
    detail: Mapping[str, Any]

    @property
    def repaid(self) -> bool:
        return bool(self.detail.get("repaid"))

    @property
    def stands(self) -> int:
        return 0 if self.repaid else self.amount

    @property
    def claim(self) -> Claim:
        return self.applicant, self.policy, self.rule, self.item, self.year

    def as_grant(self) -> dict[str, Any]:
        """In the shape of the application's `grants`."""
        found = {"policy": self.policy, "rule": self.rule, "item": self.item, "year": self.year}
        found |= {"amount": format_yuan(self.amount) + "元"}
        found |= {name: self.detail[name] for name in ("units", "repaid", "attributes", "level", "matter", "value")
                  if self.detail.get(name)}  # fmt: skip
        return {name: value for name, value in found.items() if value is not None}


def standing(found: Iterable[Entry]) -> dict[Claim, Standing]:
    """Awards by their claim, each as its last entry leaves it; one that came to nothing has the amount 0."""
    awards: dict[Claim, Standing] = {}
    for one in found:
        assert one.applicant is not None
        detail = one.details
        place = (one.applicant, one.policy, one.rule, one.item, one.year)
        awards[place] = Standing(*place, detail["amount"], one.decided_on, detail.get("of", one.key), detail)
    return awards


# Verifying


def verify(connection: Connection, noted: tuple[int, str] | None = None) -> Verification:
    """Read the whole record: the first entry that does not follow from the one before it, else the balances that don't follow
    from the entries. `noted`: a number and hash that were kept elsewhere."""
    head = Head(*connection.execute(select(HEAD.c.seq, HEAD.c.hash, HEAD.c.recorded_at)).one())
    kept = {(row.policy, row.rule, row.year): row.amount for row in connection.execute(select(BALANCES))}
    replayed: Counter[tuple[str, str, int]] = Counter()
    last = Head(0, GENESIS, "")
    for one in _stream(connection):
        broken = _broken(one, last, noted)
        if broken:
            return Verification(last.seq, last.hash, (broken,))
        replayed.update(_sums([one]))
        last = Head(one.seq, one.hash, one.recorded_at)
    if last[:2] != head[:2] or (noted and noted[0] > last.seq):
        most = max(head.seq, noted[0] if noted else 0)
        missing = problem("SR823", f"entry {last.seq + 1}", "no such entry", f"a record of {most} entries")
        return Verification(last.seq, last.hash, (missing,))
    return Verification(last.seq, last.hash, tuple(_differences(kept, replayed)))


def _stream(connection: Connection) -> Iterator[Entry]:
    with connection.execution_options(yield_per=1000).execute(select(ENTRIES).order_by(ENTRIES.c.seq)) as rows:
        for row in rows:
            yield Entry(*row)


def _broken(one: Entry, last: Head, noted: tuple[int, str] | None) -> Problem | None:
    expected = one.digest(last.hash)
    if one.seq != last.seq + 1:
        return problem("SR823", f"entry {last.seq + 1}", "no such entry", f"an entry before {one.seq}")
    if one.hash != expected:
        return problem("SR823", f"entry {one.seq}", one.hash, expected)
    if noted and one.seq == noted[0] and one.hash != noted[1]:
        return problem("SR823", f"entry {one.seq}", one.hash, noted[1])
    if one.recorded_at < last.recorded_at:
        return problem("SR823", f"entry {one.seq}", one.recorded_at, f"a time after {last.recorded_at}")
    return None


def _differences(
    kept: Mapping[tuple[str, str, int], int], replayed: Mapping[tuple[str, str, int], int]
) -> Iterator[Problem]:
    for place in sorted(kept.keys() | replayed.keys()):
        mine, theirs = kept.get(place, 0), replayed.get(place, 0)
        if mine != theirs:
            policy, rule, year = place
            yield problem("SR824", f"{policy}/{rule} {year}", format_yuan(mine), format_yuan(theirs))
