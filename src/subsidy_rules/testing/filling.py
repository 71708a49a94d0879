"""Facts under which a rule can be claimed, found by search; and applications that state them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from ..advice.changes import written
from ..advice.readers import Named, Readers, stepped
from ..engine.claims import first_day, last_day
from ..explain import Names
from ..expr import QUANTITIES, FactType, In, Tree, children, evaluate, facts
from ..expr import Literal as Constant
from ..model.program import FIXED, Program, ProgramRule
from ..money import MAX_FEN

Facts = dict[str, Any]  # raw values by name: of the applicant and of one kind of item, whose names differ
Dict = dict[str, Any]
MOST = 4000  # conditions evaluated in one search
SOME = {"money": 100_000_000, "rate": 300_000, "number": 60_000_000, "count": 2, "months": 6}  # 100万元, 30%, 60, 2, 6
NO_DAYS = date(2026, 7, 1)  # the day of a claim under a policy that names no day at all


@dataclass(frozen=True)
class Wanted:
    """A condition that must come out so, with these facts whatever else is chosen."""

    tree: Tree
    truth: bool = True
    given: Mapping[str, Any] | None = None


class Filling:
    """Applications for one program. Nothing in it is random."""

    def __init__(self, program: Program, readers: Readers) -> None:
        self.program, self.readers = program, readers
        self.names = (Names(program, "zh"), Names(program, "en"))

    def words(self, text: str, kind: str | None) -> tuple[str, str]:
        """A condition on an item of a kind (None: the applicant) in Chinese and in English."""
        zh, en = (names.condition(text, kind or "") for names in self.names)
        return zh, en

    # Values

    def type_of(self, rule: ProgramRule, name: str) -> FactType:
        return self.readers.uses[self.readers.named(rule.item, name)].type

    def least(self, named: Named) -> Any:
        """A value under which as little as possible can be claimed: no, nothing, the option that no rule asks for."""
        type_ = self.readers.uses[named].type
        if type_.kind in ("bool", "judgement"):
            return False
        if type_.kind in QUANTITIES:
            return type_.range[0]
        if type_.kind == "choice":
            asked = self._asked.get(named, [])
            return min(type_.options, key=asked.count)
        return NO_DAYS if type_.kind == "date" else "x-1"

    def middling(self, rule: ProgramRule, name: str, share: int = 2) -> Any:
        """A quantity about half way to the limits of what is computed from it (`share` 1: all the way)."""
        uses = self.readers.uses[self.readers.named(rule.item, name)]
        if uses.type.kind not in QUANTITIES:
            return self.least(self.readers.named(rule.item, name))
        low, high = uses.type.range
        value = uses.enough // share if uses.enough > 1 else SOME[uses.type.kind]
        return max(low, min(value, MAX_FEN if high is None else high))

    @cached_property
    def _asked(self) -> dict[Named, list[Any]]:
        """By fact: every option that an expression mentions, as often as it does."""
        found: dict[Named, list[Any]] = {}
        for rule in self.program.rules:
            for tree in (*rule.when, *(branch.when for branch in rule.branches if branch.when)):
                for name, options in _mentioned(tree):
                    found.setdefault(self.readers.named(rule.item, name), []).extend(options)
        return found

    def _values(self, rule: ProgramRule, name: str) -> Iterator[Any]:
        """Values to try, those that pay first."""
        uses = self.readers.uses[self.readers.named(rule.item, name)]
        kind = uses.type.kind
        if kind in ("bool", "judgement"):
            yield from (True, False)
        elif kind == "choice":
            yield from uses.type.options
        elif kind == "text":
            yield "x-1"
        else:
            if kind in QUANTITIES:
                yield self.middling(rule, name)
            edges = sorted(uses.thresholds) or [NO_DAYS if kind == "date" else SOME[kind]]
            yield from (
                v for edge in reversed(edges) for by in (0, 1, -1) if (v := stepped(uses.type, edge, by)) is not None
            )
            if kind in QUANTITIES:
                yield uses.type.range[0]

    # Search

    def search(self, rule: ProgramRule, wanted: Iterable[Wanted], given: Mapping[str, Any]) -> Facts | None:
        """Facts beside the given ones under which every condition comes out as it is wanted; None: none was found."""
        tasks, budget = list(wanted), [MOST]

        def solve(at: int, chosen: Facts) -> Facts | None:
            if at == len(tasks):
                return chosen
            task = tasks[at]
            known = {**chosen, **(task.given or {})}
            budget[0] -= 1
            truth = evaluate(task.tree, {name: known.get(name) for name in facts(task.tree)})
            if truth is not None:
                return solve(at + 1, chosen) if truth is task.truth else None
            name = next(name for name in _in_order(task.tree) if name not in known)
            for value in self._values(rule, name):
                found = solve(at, {**chosen, name: value})
                if found is not None or budget[0] <= 0:
                    return found
            return None

        return solve(0, dict(given))

    def reaching(self, rule: ProgramRule, branch: int | None, given: Mapping[str, Any] | None = None) -> list[Wanted]:
        """What must hold for a branch (None: the first) to pay."""
        wanted = [Wanted(tree, True, given) for tree in rule.when]
        for at, one in enumerate(rule.branches[: (branch or 0) + 1]):
            if one.when is not None:
                wanted.append(Wanted(one.when, at == (branch or 0), given))
        return wanted

    def claimable(self, rule: ProgramRule, given: Mapping[str, Any] | None = None) -> Facts | None:
        """All facts that a rule reads, so that it can be claimed."""
        for branch in range(max(1, len(rule.branches))):
            found = self.search(rule, self.reaching(rule, branch), given or {})
            if found is not None:
                return self.filled(rule, found)
        return None

    def filled(self, rule: ProgramRule, found: Facts, share: int = 2) -> Facts:
        """The same with everything else that the rule reads: bases half way to their limits, or all the way."""
        more = {name: self.middling(rule, name, share) for name in sorted(self.read(rule)) if name not in found}
        return {**more, **found}

    def read(self, rule: ProgramRule) -> frozenset[str]:
        """The names of all facts that a rule or a bound over it reads."""
        asked = self.program.asked[rule.index]
        return asked.rest.union(asked.day, *asked.conditions)

    # Applications

    def moment(self, policy: int) -> tuple[date, dict[str, date]]:
        """A day on which a policy is in force, and the days of publication that this assumes."""
        published = {}
        validity = self.program.validity[policy]
        if validity.starts_after is not None and validity.first is None:
            known = validity.last
            day = (known.replace(month=1, day=1) if known else NO_DAYS.replace(month=1, day=1)) - timedelta(
                validity.starts_after
            )
            published[self.program.policies[policy].id] = day
        first = first_day(self.program, policy, published)
        last = last_day(self.program, policy, first)
        day = max(NO_DAYS, first) if first else NO_DAYS
        return (min(day, last) if last else day), published

    def application(
        self, policy: int, facts_: Mapping[str, Any], items: Mapping[str, tuple[str, Mapping[str, Any]]]
    ) -> Dict:
        """What an applicant says who states `facts_`, and of each item (by id: kind and facts) what he knows of it; all else that
        any rule reads is stated too, so that no other award is left open."""
        day, published = self.moment(policy)
        data: Dict = {
            "applicant": {"id": "boundary-case", "facts": self.stated("", facts_)},
            "year": str(day.year),
            "date": day.isoformat(),
            "history": "complete",
        }
        if items:
            data["items"] = [
                {"id": name, "kind": kind, "facts": self.stated(kind, said)} for name, (kind, said) in items.items()
            ]
        if published:
            data["published"] = {name: one.isoformat() for name, one in published.items()}
        return data

    def stated(self, kind: str, said: Mapping[str, Any]) -> dict[str, str]:
        """All facts of the applicant (kind "") or of an item as text, in the order of the vocabulary."""
        declared = self.program.item_facts[kind] if kind else self.program.applicant_facts
        read = [name for name in declared if (kind, name) in self.readers.uses]
        values = {name: said.get(name, self.least((kind, name))) for name in read}
        return {name: written(declared[name].kind, value) for name, value in values.items()}

    def of_applicant(self, said: Mapping[str, Any]) -> Facts:
        return {name: value for name, value in said.items() if name in self.program.applicant_facts}


def _in_order(tree: Tree) -> Iterator[str]:
    """The facts of a tree as they stand in it."""
    if not children(tree):
        yield from facts(tree)
    for child in children(tree):
        yield from _in_order(child)


def _mentioned(tree: Tree) -> Iterator[tuple[str, tuple[Any, ...]]]:
    if isinstance(tree, In):
        yield tree.term.name, tree.options
    below = children(tree)
    texts = tuple(one.value for one in below if isinstance(one, Constant) and isinstance(one.value, str))
    if texts:
        yield from ((name, texts) for one in below for name in facts(one))
    for child in below:
        yield from _mentioned(child)


__all__ = ["FIXED", "Dict", "Facts", "Filling", "Wanted"]
