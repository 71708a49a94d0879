"""Rules that no bound connects are settled apart: another value of a fact is only followed where it may reach."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..engine.bounds import related
from ..engine.claims import Interval, Pricer, Values
from ..model.program import CapBound, Program, ProgramRule

NO_MATCH = (False, 0, 0)


def parts(program: Program) -> tuple[frozenset[int], ...]:
    """By rule: all rules that a bound, an award it rides on, or a comparison between policies connects it with."""
    parent = list(range(len(program.rules)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = at = parent[parent[at]]
        return at

    def join(rules: Iterable[int]) -> None:
        first, *rest = rules
        for other in rest:
            parent[root(other)] = root(first)

    for cap in program.caps:
        join(cap.rules)
    for bound in program.exclusives:
        join(bound.rules)
        if bound.levels:
            mine = program.rules[min(bound.rules)]
            join([mine.index, *(r.index for r in program.rules if related(program, mine.policy, r.policy))])
    for rule in program.rules:
        if rule.rides_on is not None:
            join((rule.index, rule.rides_on))
    groups: dict[int, set[int]] = {}
    for at in range(len(parent)):
        groups.setdefault(root(at), set()).add(at)
    whole = {at: frozenset(group) for group in groups.values() for at in group}
    return tuple(whole[at] for at in range(len(parent)))


@dataclass(frozen=True)
class Only:
    """A pricer to which no other than some rules match."""

    pricer: Pricer
    rules: frozenset[int]

    def price(self, rule: ProgramRule, applicant: Values, item: Values) -> tuple[bool | None, int, int | None]:
        return self.pricer.price(rule, applicant, item) if rule.index in self.rules else NO_MATCH

    def conditions(self, rule: ProgramRule, applicant: Values, item: Values) -> Sequence[bool | None]:
        return self.pricer.conditions(rule, applicant, item)

    def limit(self, cap: CapBound, applicant: Values, item: Values) -> Interval:
        return self.pricer.limit(cap, applicant, item)

    def rank(self, cap: CapBound, applicant: Values, item: Values) -> Interval:
        return self.pricer.rank(cap, applicant, item)

    def units(self, rule: ProgramRule, applicant: Values, item: Values) -> Interval:
        return self.pricer.units(rule, applicant, item)

    def unit(self, rule: ProgramRule, applicant: Values, item: Values) -> Interval:
        return self.pricer.unit(rule, applicant, item)
