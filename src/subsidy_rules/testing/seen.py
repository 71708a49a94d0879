"""What the invariants look at: the answer as JSON says it, the application, and the policies as data. Nothing of the engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import floor
from typing import TYPE_CHECKING, Any, NoReturn

from ..expr import Tree, evaluate, facts
from ..model.case import CaseGrant
from ..model.program import CapBound, ProgramRule
from ..reading.write import yaml_text

if TYPE_CHECKING:
    from ..rules import Rules

RUNS = ("low", "high")
END = {"low": "assured", "high": "ceiling"}
Key = tuple[Any, ...]


class InvariantError(AssertionError):
    """An answer breaks an invariant. The message says which and how, and holds the application as a file would."""


def fen(text: str) -> int:
    """`'123.45'` → 12345."""
    return int(Decimal(text) * 100)


@dataclass(frozen=True)
class Claimed:
    """An award of the answer with its rule, and what is said of its item."""

    award: Mapping[str, Any]
    rule: ProgramRule
    item: Mapping[str, Any] | None

    @property
    def id(self) -> tuple[str, str, str | None]:
        return self.award["policy"], self.award["rule"], self.award["item"]

    @property
    def name(self) -> str:
        return f"{self.award['rule']}:{self.award['item']}" if self.award["item"] else str(self.award["rule"])

    @property
    def own(self) -> bool:
        """Cash to the applicant."""
        return self.rule.own

    def paid(self, run: str) -> int:
        """What the award adds to a run, in fen; nothing where it has no figure."""
        return self.amount("settled", run) or 0

    def amount(self, pair: str, run: str) -> int | None:
        """One end of `due`, `standalone` or `settled`; None: no figure."""
        interval = self.award[pair]
        return None if interval is None or interval[END[run]] is None else fen(interval[END[run]])

    def key(self, names: Iterable[str]) -> Key | None:
        """The place of the award under a key; None where an attribute of the item is not known."""
        found: list[Any] = []
        for name in names:
            if name == "rule":
                found.append((self.award["policy"], self.award["rule"]))
            elif name == "award":
                found.append((self.award["policy"], self.rule.award))
            elif name == "item":
                found.append(self.award["item"])
            elif name not in ("applicant", "year"):
                value = (self.item or {}).get("facts", {}).get(name, "unknown")
                if value == "unknown":
                    return None
                found.append(value)
        return tuple(found)


class Seen:
    """One application under some rules, and its answer."""

    def __init__(self, rules: Rules, application: Any) -> None:
        from ..rules import as_data

        self.rules, self.program = rules, rules.program
        self.case = rules.admit(application)
        self.application: dict[str, Any] = dict(self.case.data)
        self.data: dict[str, Any] = as_data(rules.assess(self.case))
        items = {item["id"]: item for item in self.application.get("items", ())}
        by_name = {(self.program.policies[rule.policy].id, rule.id): rule for rule in self.program.rules}
        self.claims = [
            Claimed(award, by_name[award["policy"], award["rule"]], items.get(award["item"]))
            for award in self.data["awards"]
        ]

    def fail(self, says: str, **others: Mapping[str, Any]) -> NoReturn:
        """`others`: further applications that the failure is about, by what they are."""
        text = [says, "", "# the application, as a file", yaml_text(self.application)]
        for name, application in others.items():
            text += [f"# {name.replace('_', ' ')}", yaml_text(dict(application))]
        raise InvariantError("\n".join(text))

    def require(self, holds: bool, says: str, **others: Mapping[str, Any]) -> None:
        if not holds:
            self.fail(says, **others)

    def totals(self) -> tuple[int, int, frozenset[str]]:
        """Cash to the applicant over all policies: assured, ceiling, and what is open beside it."""
        own = [total for total in self.data["totals"] if (total["payee"], total["kind"]) == ("applicant", "cash")]
        opens = frozenset(f"{total['policy']}/{name}" for total in own for name in total["open"])
        return sum(fen(total["assured"]) for total in own), sum(fen(total["ceiling"]) for total in own), opens

    # What bounds say

    def groups(self, rules: frozenset[int], key: tuple[str, ...]) -> Iterator[tuple[Key, list[Claimed]]]:
        """The awards of some rules that share a key, key by key."""
        found: dict[Key, list[Claimed]] = {}
        for claim in self.claims:
            if claim.rule.index in rules and (place := claim.key(key)) is not None:
                found.setdefault(place, []).append(claim)
        yield from found.items()

    def figure(self, cap: CapBound, claim: Claimed, run: str) -> int | None:
        """The limit in a run, in fen or units; None: it bounds nothing, or nobody knows how much."""
        if cap.path in self.case.parameters:
            return self.case.parameters[cap.path]
        if cap.limit is None:
            return None
        low, high = self.value(cap.limit, claim)
        end = low if run == "low" else high
        return None if end is None else max(0, floor(end))

    def left(self, cap: CapBound, claim: Claimed, run: str) -> int | None:
        """What earlier grants leave of a limit; None: no figure bounds it."""
        figure = self.figure(cap, claim, run)
        if figure is None or (cap.pool and cap.path in self.case.parameters):
            return figure
        if run == "low" and not self.case.complete and not cap.pool:
            return 0
        grants = self.earlier(cap.rules, cap.key, claim)
        return max(0, figure - sum(grant.units if cap.kind == "units" else grant.amount for grant in grants))

    def value(self, tree: Tree, claim: Claimed) -> Any:
        """An expression over what the application says."""
        slots, item = self.program.slots, next((i for i in self.case.items if i.id == claim.award["item"]), None)
        known: dict[str, Any] = {}
        for name in facts(tree):
            if item is not None and name in slots[item.kind]:
                known[name] = item.values[slots[item.kind][name]]
            elif name in slots[""]:
                known[name] = self.case.values[slots[""][name]]
        return evaluate(tree, known)

    def earlier(self, rules: frozenset[int], key: tuple[str, ...], claim: Claimed) -> list[CaseGrant]:
        """Grants of some rules that certainly share the key of an award."""
        return [
            grant
            for grant in self.case.grants
            if grant.rule in rules and not grant.repaid and all(self._shares(name, grant, claim) for name in key)
        ]

    def _shares(self, name: str, grant: CaseGrant, claim: Claimed) -> bool:
        if name == "applicant":
            return True
        if name == "year":
            return grant.year == self.case.year
        if name == "item":
            return bool(grant.item == claim.award["item"])
        if name == "rule":
            return grant.rule == claim.rule.index
        if name == "award":
            other = self.program.rules[grant.rule or 0]
            return (other.policy, other.award) == (claim.rule.policy, claim.rule.award)
        said = (claim.item or {}).get("facts", {}).get(name, "unknown")
        return bool(said != "unknown" and grant.attributes.get(name) == said)
