"""Parts of a program that can be settled by themselves: rules that share a bound, directly or through others."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np

from ..engine.plan import Node, Plan
from ..model.case import CaseGrant
from ..model.policy import Level
from ..model.program import FIXED
from .history import History
from .quantity import Array


class Components:
    """`of_rule`: the number of each rule's component, `rules`: those of each. All odd rules are one, number 0."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.program = plan, plan.program
        nodes = (*plan.cliques, *plan.outer, *plan.inner, *plan.checks, *plan.units)
        groups = [set(node.rules) for node in nodes if node.cap is None or not node.cap.pool]
        groups += map(set, plan.riders)
        self.rules: list[frozenset[int]] = [plan.odd]
        left = set(range(len(self.program.rules))) - plan.odd
        while left:
            found = {min(left)}
            while more := {rule for group in groups if group & found for rule in group} - found:
                found |= more
            self.rules.append(frozenset(found))
            left -= found
        self.of_rule = np.zeros(len(self.program.rules), dtype=np.int64)
        for number, rules in enumerate(self.rules):
            self.of_rule[sorted(rules)] = number

    @cached_property
    def compared(self) -> list[Node]:
        """The caps on single claims that a choice or a check looks at."""
        groups = [node.rules for node in (*self.plan.cliques, *self.plan.checks)]
        return [node for node in self.plan.inner if any(node.rules & rules for rules in groups)]

    @cached_property
    def keyed(self) -> list[tuple[int, str]]:
        """Rules, with the facts that tell their place under an exclusion."""
        bounds = [bound for bound in self.program.exclusives if not bound.levels]
        pairs = {(rule, name) for bound in bounds for rule in bound.rules for name in set(bound.key) - set(FIXED)}
        return sorted((rule, name) for rule, name in pairs if rule not in self.plan.odd)

    def told(self, history: History) -> tuple[Array, Array]:
        """Applicants with the components that their grants and decisions touch, by applicant: those only the engine settles."""
        pairs = {
            (who, touched) for who, grants in history.grants.items() for one in grants for touched in self._by(one)
        }
        pairs |= {(who, int(self.of_rule[rule])) for who, decided in history.approved.items() for rule, _ in decided}
        found = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
        return found[:, 0], found[:, 1]

    def _by(self, grant: CaseGrant) -> Iterator[int]:
        """A grant counts for its own rule, and may for rules of other policies that compare themselves with its level."""
        policy = None if grant.rule is None else self.program.rules[grant.rule].policy
        if grant.rule is not None:
            yield int(self.of_rule[grant.rule])
        for component, mine in self._against.get(grant.level, ()):
            if policy is None or policy in self.program.related[mine]:
                yield component

    @cached_property
    def _against(self) -> dict[Level | None, set[tuple[int, int]]]:
        """By level: the components, with their policies, that compare themselves with policies of that level."""
        found: dict[Level | None, set[tuple[int, int]]] = {}
        for rule, bounds in zip(self.program.rules, self.program.against_of, strict=True):
            for level in frozenset[Level]().union(*(bound.levels for bound in bounds)):
                found.setdefault(level, set()).add((int(self.of_rule[rule.index]), rule.policy))
        return found
