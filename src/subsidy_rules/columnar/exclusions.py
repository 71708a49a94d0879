"""Which exclusion is told of a claim that loses, where it meets another one under several: the first in the engine's order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from ..engine.plan import Node
from ..model.program import FIXED, ExclusiveBound, Program
from .quantity import Array
from .sheets import NOBODY, Sheets

Meet = Callable[
    [ExclusiveBound, Array], Array
]  # by the keys of the claims under an exclusion, which of them met another


@dataclass
class Exclusions:
    """`worth`: the claims that stand in a group at all."""

    program: Program
    sheets: Sheets
    worth: Array
    _first: dict[str, tuple[Array, Array]] = field(default_factory=dict)

    def told(self, clique: Node, claims: Array, why: str, meet: Meet) -> Array:
        """The step of each of some claims of a clique that met another one there."""
        bounds = [bound for bound in self._bounds if self._may_join(bound, clique)]
        if len(bounds) == 1:
            return np.full(len(claims), self.sheets.number(bounds[0].path, why))
        found, best = np.full(len(claims), NOBODY), np.full(len(claims), len(self.sheets.who))
        for bound in bounds:
            keys = self.keys(bound, claims)
            known, first = self._groups(bound)
            at = first[np.searchsorted(known, keys)]
            earlier = self.under(bound, claims) & meet(bound, keys) & (at < best)
            found[earlier], best[earlier] = self.sheets.number(bound.path, why), at[earlier]
        return found

    def under(self, bound: ExclusiveBound, claims: Array) -> Array:
        """Which of some claims an exclusion is about."""
        about = np.zeros(len(self.program.rules), dtype=bool)
        about[sorted(bound.rules)] = True
        found: Array = about[self.sheets.rule[claims]]
        return found

    def _may_join(self, bound: ExclusiveBound, clique: Node) -> bool:
        """Several claims of the clique."""
        shared = bound.rules & clique.rules
        return len(shared) > 1 or (len(shared) == 1 and "item" not in bound.key)

    @cached_property
    def _bounds(self) -> list[ExclusiveBound]:
        """Within one policy, by their paths."""
        plain = [bound for bound in self.program.exclusives if not bound.levels and set(bound.key) <= set(FIXED)]
        return sorted(plain, key=lambda bound: bound.path)

    def _groups(self, bound: ExclusiveBound) -> tuple[Array, Array]:
        """The keys of the groups, and the first claim of each; one more for what is in none."""
        if bound.path not in self._first:
            at = self.sheets.members(bound.rules)
            at = at[self.worth[at]]
            known, first = np.unique(self.keys(bound, at), return_index=True)
            self._first[bound.path] = known, np.append(at[first], len(self.sheets.who))
        return self._first[bound.path]

    def keys(self, bound: ExclusiveBound, at: Array) -> Array:
        """A number for the place of each claim under an exclusion."""
        rules, key = self.program.rules, self.sheets.who[at].astype(np.int64)
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
