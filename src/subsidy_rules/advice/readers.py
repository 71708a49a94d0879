"""Who reads a fact, and what it is compared with: everything about a fact that the program alone can tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ..expr import QUANTITIES, Call, Compare, Fact, FactType, Literal, Tree, children, facts
from ..model import vocabulary
from ..model.program import FIXED, CapBound, Program, ProgramRule
from ..money import MAX_FEN, RATE_SCALE
from .parts import parts

Named = tuple[str, str]  # item kind, or "" for the applicant; fact


@dataclass
class Uses:
    """One fact: `rules` and `caps` whose figures it may change (by index), and what it is compared with.

    `base`: an amount is computed from it. `itself`: it is a key or a day of validity, so that its value matters beyond any
    figure. `enough`: a base that reaches the limits on it.
    """

    type: FactType
    rules: set[int] = field(default_factory=set)
    caps: set[int] = field(default_factory=set)
    base: bool = False
    itself: bool = False
    thresholds: set[Any] = field(default_factory=set)
    against: set[Named] = field(default_factory=set)
    steps: set[int] = field(default_factory=set)
    enough: int = 0


class Readers:
    """All facts of a program that something reads, by kind and name."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.uses: dict[Named, Uses] = {}
        for rule in program.rules:
            self._rule(rule)
        for at, cap in enumerate(program.caps):
            self._cap(at, cap)
        for bound in program.exclusives:
            self._keys(bound.rules, bound.key)
        for uses in self.uses.values():
            low, high = uses.type.range
            uses.enough = max(low, min(uses.enough, MAX_FEN if high is None else high))
        self.parts = parts(program)

    def reached(self, uses: Uses) -> frozenset[int]:
        """The rules whose amounts another value of a fact may change."""
        rules = uses.rules.union(*(self.program.caps[at].rules for at in uses.caps))
        return frozenset().union(*(self.parts[at] for at in rules))

    def named(self, kind: str | None, name: str) -> Named:
        """A name that a rule for a kind of item reads: a fact of the item, else of the applicant."""
        return (kind, name) if kind and name in self.program.item_facts[kind] else ("", name)

    def declared(self, named: Named) -> vocabulary.Fact:
        """The fact as the vocabulary, or else a policy, declares it."""
        return next(found[named] for found in _vocabularies(self.program) if named in found)

    def _at(self, kind: str | None, name: str) -> Uses:
        named = self.named(kind, name)
        if named not in self.uses:
            types = self.program.item_facts[named[0]] if named[0] else self.program.applicant_facts
            self.uses[named] = Uses(types[name])
        return self.uses[named]

    def _rule(self, rule: ProgramRule) -> None:
        branches = rule.branches
        price = [*rule.limits, *(tree for b in branches for tree in (b.low, b.high, *b.limits))]
        trees = [*rule.when, *price, *(b.when for b in branches if b.when)]
        for name in sorted({name for tree in trees for name in facts(tree)}):
            self._at(rule.item, name).rules.add(rule.index)
        for tree in trees:
            self._compared(rule.item, tree)
        if rule.dated_by:
            uses = self._at(rule.item, rule.dated_by)
            uses.rules.add(rule.index)
            uses.itself = True
        caps = [cap.limit for cap in self.program.caps_of[rule.index] if cap.kind == "limit" and cap.limit]
        for tree in (*price, *caps):
            for name in facts(tree):
                uses = self._at(rule.item, name)
                uses.base = True
                uses.enough = max(uses.enough, _enough(uses.type.kind, [*price, *caps]))

    def _cap(self, at: int, cap: CapBound) -> None:
        if cap.limit:
            for name in facts(cap.limit):
                self._at(cap.item, name).caps.add(at)
            self._compared(cap.item, cap.limit)
        self._keys(cap.rules, cap.key)

    def _keys(self, rules: Iterable[int], key: tuple[str, ...]) -> None:
        for name in set(key) - set(FIXED):
            for at in rules:
                uses = self._at(self.program.rules[at].item, name)
                uses.rules.add(at)
                uses.itself = True

    def _compared(self, kind: str | None, tree: Tree) -> None:
        """Literals and facts that a fact is compared with, or that min and max hold beside it; full steps."""
        if isinstance(tree, Call) and tree.name == "steps":
            every = tree.args[1]
            if isinstance(every, Literal) and isinstance(every.value, int):
                for name in _alike(tree.args[0], every.kind):
                    self._at(kind, name).steps.add(every.value)
        elif isinstance(tree, Compare) or (isinstance(tree, Call) and tree.name in ("min", "max")):
            terms = tree.terms if isinstance(tree, Compare) else tree.args
            for one in terms:
                self._beside(kind, one, [other for other in terms if other is not one])
        for child in children(tree):
            self._compared(kind, child)

    def _beside(self, kind: str | None, term: Tree, others: list[Tree]) -> None:
        for name in _alike(term, term.kind):
            uses = self._at(kind, name)
            for other in others:
                if isinstance(other, Literal):
                    uses.thresholds.add(other.value)
                elif isinstance(other, Fact) and other.name != name:
                    uses.against.add(self.named(kind, other.name))


def _vocabularies(program: Program) -> Iterator[dict[Named, vocabulary.Fact]]:
    yield {("", name): fact for name, fact in program.vocabulary.applicant.items()}
    yield {(kind, name): fact for kind, entry in program.vocabulary.items.items() for name, fact in entry.facts.items()}
    for policy in program.policies:
        yield {("", name): fact for name, fact in policy.facts.applicant.items()}
        yield {(kind, name): fact for kind, extra in policy.facts.items.items() for name, fact in extra.items()}


def _alike(tree: Tree, kind: str) -> Iterator[str]:
    """Facts of a kind in a tree of that kind, so that a literal beside the tree is in their unit."""
    if isinstance(tree, Fact) and tree.kind == kind:
        yield tree.name
    for child in children(tree):
        yield from _alike(child, kind)


def _literals(trees: Iterable[Tree]) -> Iterator[tuple[str, int]]:
    for tree in trees:
        if isinstance(tree, Literal) and isinstance(tree.value, int):
            yield tree.kind, tree.value
        yield from _literals(children(tree))


def _enough(kind: str, trees: list[Tree]) -> int:
    """A value at which the largest figure beside a fact is reached, at the smallest rate or amount for one of it."""
    found: dict[str, list[int]] = defaultdict(list)
    for literal, value in _literals(trees):
        if value > 0:
            found[literal].append(value)
    top = max(found["money"], default=0)
    if kind == "money":
        return -(-top * RATE_SCALE // min(found["rate"] + found["number"], default=RATE_SCALE))
    if kind in ("count", "months"):
        return max([-(-top // min(found["money"], default=1)), *found[kind]])
    return max([RATE_SCALE, *found[kind]])


def stepped(type_: FactType, value: Any, by: int) -> Any:
    """The next value up or down: a fen, a piece, a day; None outside of the legal range."""
    if isinstance(value, date):
        day = value.toordinal() + by
        return date.fromordinal(day) if 0 < day <= date.max.toordinal() else None
    low, high = type_.range
    value += by
    return value if low <= value <= (MAX_FEN if high is None else high) else None


__all__ = ["QUANTITIES", "Named", "Readers", "Uses", "stepped"]
