"""What the rules and bounds of several policies are resolved against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..errors import nearest
from ..expr import FactType
from ..model.policy import Policy
from .context import Context, Loc

Scope = dict[str, FactType]


@dataclass(frozen=True)
class Source:
    """A policy and the file that it came from."""

    policy: Policy
    context: Context


class Names:
    """The facts of the applicant and of every kind of item, and the rules of every policy, numbered in order."""

    def __init__(self, sources: Sequence[Source], applicant: Scope, items: Mapping[str, Scope]) -> None:
        self.sources, self.applicant, self.items = sources, applicant, items
        self.index: dict[tuple[int, str], int] = {}
        for at, source in enumerate(sources):
            for rule in sorted(source.policy.rules, key=lambda rule: rule.id):
                self.index.setdefault((at, rule.id), len(self.index))

    def scope(self, kind: str | None) -> Scope:
        """The facts that an expression about such an item may read; None: about the applicant."""
        return self.applicant | self.items.get(kind, {}) if kind else self.applicant

    def rule(self, policy: int, rule: str, context: Context, loc: Loc) -> int | None:
        """The number of a rule of a policy."""
        found = self.index.get((policy, rule))
        if found is None:
            known = [r.id for r in self.sources[policy].policy.rules]
            context.add("SR311", loc, found=rule, nearest=nearest(rule, known))
        return found
