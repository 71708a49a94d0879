"""What the ledger answers: values. Amounts are fen."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal

from ..errors import Problem, ProblemsError
from ..money import format_yuan
from .codes import CODES

FILE = "<ledger>"


def problem(code: str, field: str = "", found: str = "", expected: str = "") -> Problem:
    return Problem(FILE, 0, 0, code, field, CODES[code][1], found, expected)


def named(policy: str, rule: str, item: str | None) -> str:
    """An award in one word: `policy/rule:item`."""
    return f"{policy}/{rule}" + (f":{item}" if item else "")


class Unavailable(ProblemsError):
    """The database can't be reached, or did not give the lock in time. Nothing is known to be written: try again under the
    same key, which gives the decision if it was written after all."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One award of a decision: what it stands at now, and by how much that is more than before (below 0: less)."""

    policy: str
    rule: str
    item: str | None
    amount: int
    delta: int


@dataclass(frozen=True, slots=True)
class Decision:
    """What was written under a key. `hash`: of its last entry; noted elsewhere it proves the record up to there.

    `repayable`: earlier awards (policy, rule, item, year, amount) that a better one replaces; reported, never netted.
    `replayed`: the key had been written before, with the same content."""

    key: str
    kind: Literal["grant", "decision", "correction", "repayment", "parameter"]
    applicant: str | None
    year: int
    decided_on: date
    recorded_at: str
    seq: int
    hash: str
    awards: tuple[Moved, ...]
    repayable: tuple[tuple[str, str, str | None, int, int], ...] = ()
    replayed: bool = field(default=False, compare=False)

    @property
    def delta(self) -> int:
        """What is owed by this: to the applicant, or (below 0) by him."""
        return sum(award.delta for award in self.awards)

    def as_data(self) -> dict[str, Any]:
        """As JSON data: money as text in yuan."""
        return asdict(self) | {
            "decided_on": self.decided_on.isoformat(),
            "awards": [
                asdict(one) | {"amount": format_yuan(one.amount), "delta": format_yuan(one.delta)}
                for one in self.awards
            ],
            "delta": format_yuan(self.delta),
            "repayable": [
                {"policy": policy, "rule": rule, "item": item, "year": year, "amount": format_yuan(amount)}
                for policy, rule, item, year, amount in self.repayable
            ],
        }


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was written, and why. Somebody else's decision may have come first."""

    key: str
    problems: tuple[Problem, ...]

    def as_data(self) -> dict[str, Any]:
        return {"key": self.key, "problems": [one.as_dict() for one in self.problems]}


@dataclass(frozen=True, slots=True)
class Left:
    """A pool or quota in a year: its figure, what is drawn, what is left (None: the figure is not published). A pool is in
    fen, a quota in places."""

    bound: str
    article: str
    kind: Literal["limit", "count", "units"]
    figure: int | None
    drawn: int

    @property
    def left(self) -> int | None:
        return None if self.figure is None else max(0, self.figure - self.drawn)

    def as_data(self) -> dict[str, Any]:
        def shown(value: int | None) -> str | int | None:
            return format_yuan(value) if self.kind == "limit" and value is not None else value

        return {
            "bound": self.bound,
            "article": self.article,
            "kind": self.kind,
            "figure": shown(self.figure),
            "drawn": shown(self.drawn),
            "left": shown(self.left),
        }


@dataclass(frozen=True, slots=True)
class Verification:
    """The record read from its beginning. `problems`: the first broken entry, else balances that don't follow from it."""

    entries: int
    hash: str
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        return not self.problems
