"""Which exclusion is told of a claim that loses, where it meets another one under several: the first in the engine's order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from ..engine.plan import Node
from ..model.program import FIXED, ExclusiveBound, Program
from .quantity import Array
from .sheets import NOBODY, Sheets

NO_GROUP = -1


@dataclass
class Exclusions:
    """`worth`: the claims that stand in a group at all."""

    program: Program
    sheets: Sheets
    worth: Array
    _groups: dict[str, tuple[Array, Array]] = field(default_factory=dict)

    def told(self, clique: Node, claims: Array, why: str, meet: Callable[[Array], Array]) -> Array:
        """The step of each of some claims of a clique. `meet`: by the groups of an exclusion, which of the claims met another."""
        bounds = [bound for bound in self._bounds() if self._may_join(bound, clique)]
        if len(bounds) == 1:
            return np.full(len(claims), self.sheets.number(bounds[0].path, why))
        found, best = np.full(len(claims), NOBODY), np.full(len(claims), len(self.sheets.who))
        for bound in bounds:
            groups, first = self._grouped(bound)
            earlier = meet(groups) & (first[groups[claims]] < best)
            found[earlier] = self.sheets.number(bound.path, why)
            best[earlier] = first[groups[claims[earlier]]]
        return found

    def _may_join(self, bound: ExclusiveBound, clique: Node) -> bool:
        """Several claims of the clique."""
        shared = bound.rules & clique.rules
        return len(shared) > 1 or (len(shared) == 1 and "item" not in bound.key)

    def _bounds(self) -> list[ExclusiveBound]:
        """Within one policy, by their paths."""
        plain = [bound for bound in self.program.exclusives if not bound.levels and set(bound.key) <= set(FIXED)]
        return sorted(plain, key=lambda bound: bound.path)

    def _grouped(self, bound: ExclusiveBound) -> tuple[Array, Array]:
        """A number for the group that each claim stands in, and the first claim of each group."""
        if bound.path not in self._groups:
            at = self.sheets.members(bound.rules)
            at = at[self.worth[at]]
            _, first, number = np.unique(self._key(bound, at), return_index=True, return_inverse=True)
            groups = np.full(len(self.sheets.who), NO_GROUP)
            groups[at] = number
            self._groups[bound.path] = groups, np.append(at[first], len(self.sheets.who))  # the last: of no group
        return self._groups[bound.path]

    def _key(self, bound: ExclusiveBound, at: Array) -> Array:
        rules, key = self.program.rules, self.sheets.who[at]
        if "rule" in bound.key:
            key = key * len(rules) + self.sheets.rule[at]
        if "award" in bound.key:
            awards = {name: number for number, name in enumerate({rule.award: None for rule in rules})}
            key = key * len(rules) + np.array([awards[rule.award] for rule in rules])[self.sheets.rule[at]]
        if "item" in bound.key:
            kinds = {name: number for number, name in enumerate({rule.item: None for rule in rules})}
            of_rule = np.array([kinds[rule.item] for rule in rules])
            key = key * len(kinds) + of_rule[self.sheets.rule[at]]
            key = key * (int(self.sheets.rows.max(initial=0)) + 1) + self.sheets.rows[at]
        return key
