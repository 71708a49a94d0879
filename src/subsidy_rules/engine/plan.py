"""What of a program can be settled by running sums and maxima, found once per program.

In the plain case the choice falls apart: of a *clique*, claims that all exclude each other, the largest is paid, and a
cap that holds whole cliques cuts their sum. Every other bound is either known not to bind (`checks`, tested on each
case), or makes its rules *odd*: those, with all that they are bound to, are left to the general engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from ..expr import Literal
from ..model.program import FIXED, CapBound, ExclusiveBound, Program, ProgramRule
from .bounds import related


@dataclass(frozen=True, eq=False, slots=True)
class Node:
    """The claims of some rules, of each item by itself or of all items together, under a cap or an exclusive bound."""

    rules: frozenset[int]
    per_item: bool
    cap: CapBound | None = None
    bound: ExclusiveBound | None = None

    def holds(self, other: Node) -> bool:
        """Whatever is claimed, all claims of a node of `other` are claims of one node of this."""
        return self.rules >= other.rules and (other.per_item or not self.per_item)


class Plan:
    """`cliques`, and the caps by how they are applied: `outer` to sums, inner before outer; `inner` to each claim by
    itself, as only one of their claims is paid; `checks` never, if they can't bind. For whoever checks more than that: `units`,
    caps on months that share no choice, and `riders`, pairs of a rule and its base that no choice can part."""

    def __init__(self, program: Program, apart: Iterable[int] = (), checked: bool = False) -> None:
        """`apart`: further rules that are odd. `checked`: exclusions that merely overlap, or whose keys hold a fact, are checks
        too, and units and riders are not odd by themselves."""
        self.program = program
        self._checked = checked
        self.cliques: list[Node] = []
        self.outer: list[Node] = []
        self.inner: list[Node] = []
        self.checks: list[Node] = []
        self.units: list[Node] = []
        self.riders: list[tuple[int, int]] = []
        self._odd: set[int] = {*apart, *self._apart()}
        self._exclude()
        for cap in program.caps:
            if not cap.unpublished:  # without its figure it bounds nothing
                self._place(cap)
        self._ride()
        self._order()
        self.odd = self._spread()

    @cached_property
    def plain(self) -> frozenset[int]:
        """Rules that count for the applicant's cash and that no odd rule can touch."""
        return frozenset(rule.index for rule in self.program.rules if rule.own) - self.odd

    @cached_property
    def parents(self) -> dict[Node, Node]:
        """The least cap around each clique and cap; where there is none, the total."""
        return {
            node: above[0]
            for at, node in enumerate([*self.cliques, *self.outer])
            if (above := [cap for cap in self.outer[max(0, at + 1 - len(self.cliques)) :] if cap.holds(node)])
        }

    @cached_property
    def together(self) -> list[frozenset[int]]:
        """Rules that share a bound."""
        nodes = (*self.cliques, *self.outer, *self.inner, *self.checks, *self.units)
        return [*(node.rules for node in nodes), *map(frozenset, self.riders)]

    def _nodes(self, of: CapBound | ExclusiveBound) -> Iterator[Node]:
        """One node for every part of a key that is known from the rule alone."""
        parts: dict[tuple[object, ...], set[int]] = {}
        for at in sorted(of.rules):
            rule, key = self.program.rules[at], of.key
            place = ("rule" in key and at, "award" in key and rule.award, "item" in key and rule.item)
            parts.setdefault(place, set()).add(at)
        for (_, _, kind), part in parts.items():
            cap, bound = (of, None) if isinstance(of, CapBound) else (None, of)
            yield Node(frozenset(part), bool(kind), cap, bound)

    def _single(self, node: Node) -> bool:
        """At most one claim."""
        return len(node.rules) == 1 and (node.per_item or self._rule(node).item is None)

    def _rule(self, node: Node) -> ProgramRule:
        return self.program.rules[min(node.rules)]

    def _apart(self) -> Iterator[int]:
        """Rules whose settlement depends on more than sums and maxima."""
        for rule in self.program.rules:
            if rule.rides_on is not None and not self._checked:
                yield from (rule.index, rule.rides_on)
        for bound in self.program.exclusives:
            if bound.choose or bound.compatible or not (self._checked or set(bound.key) <= set(FIXED)):
                yield from () if bound.levels else bound.rules
            for mine in bound.rules if bound.levels else ():
                for other in self.program.rules:
                    if self._compares(bound, self.program.rules[mine], other):
                        yield from (mine, other.index)
        for cap in self.program.caps:
            if not set(cap.key) <= set(FIXED) or (cap.kind == "units" and not self._checked):
                yield from cap.rules

    def _compares(self, bound: ExclusiveBound, mine: ProgramRule, other: ProgramRule) -> bool:
        """Could the clause set off a claim under another policy of the program against one of its own?"""
        if not related(self.program, mine.policy, other.policy):
            return False
        if self.program.policies[other.policy].jurisdiction.level not in bound.levels:
            return False
        if bound.same == "item":
            return mine.item is not None and mine.item == other.item
        return mine.matter == other.matter and (mine.item is None or other.item is None or mine.item == other.item)

    def _exclude(self) -> None:
        """Cliques of the exclusive bounds, the largest alone; the rules of one that merely overlaps another are odd, or it may
        only stand where at most one of its claims is worth anything."""
        found = [
            node
            for bound in self.program.exclusives
            if not bound.levels and (self._checked or set(bound.key) <= set(FIXED))
            for node in self._nodes(bound)
            if not self._single(node)
        ]
        for node in sorted(found, key=lambda node: (-len(node.rules), node.per_item)):
            meeting = [clique for clique in self.cliques if clique.rules & node.rules]
            if any(clique.holds(node) for clique in meeting):
                continue
            if node.bound is not None and not set(node.bound.key) <= set(FIXED):
                self.checks.append(node)
                continue
            if meeting and self._checked:
                self.checks.append(node)
                continue
            if meeting:
                self._odd |= node.rules
            self.cliques.append(node)

    def _place(self, cap: CapBound) -> None:
        """A cap cuts a sum where it holds whole cliques, each claim by itself where one of its claims at most is paid."""
        for node in self._nodes(cap):
            meeting = [clique for clique in self.cliques if clique.rules & node.rules]
            if cap.kind == "units":
                self.units.append(node)
                if meeting or cap.pool or not all(self._stipend(self.program.rules[at], cap) for at in node.rules):
                    self._odd |= node.rules
            elif cap.kind == "count" or (cap.pool and not self._nests(node)):
                self.checks.append(node)
            elif self._single(node) or (not cap.pool and meeting and all(clique.holds(node) for clique in meeting)):
                self.inner.append(node)
            elif all(node.holds(clique) for clique in meeting):
                self.outer.append(node)
            else:
                self.checks.append(node)

    def _stipend(self, rule: ProgramRule, cap: CapBound) -> bool:
        """One fixed sum for each month."""
        branch = rule.branches[0] if len(rule.branches) == 1 else None
        unit = branch.unit if branch and branch.when is None and branch.units is not None else None
        return unit is not None and unit[0] == unit[1] and isinstance(unit[0], Literal) and cap.figure is not None

    def _ride(self) -> None:
        """Riders that share an item with their base; both are odd where one could be given up without the other."""
        chosen = [*self.cliques, *(node for node in self.checks if node.cap is None or node.cap.kind == "count")]
        for rule in self.program.rules if self._checked else ():
            if rule.rides_on is None:
                continue
            pair = {rule.index, rule.rides_on}
            self.riders.append((rule.index, rule.rides_on))
            if rule.item != self.program.rules[rule.rides_on].item or any(node.rules & pair for node in chosen):
                self._odd |= pair

    def _nests(self, pool: Node) -> bool:
        """With every other limit; else it is only applied after them."""
        return all(
            pool.holds(node) or node.holds(pool)
            for cap in self.program.caps
            if cap.kind == "limit" and cap is not pool.cap
            for node in self._nodes(cap)
            if node.rules & pool.rules
        )

    def _order(self) -> None:
        """Inner before outer; where two merely overlap, the later one may only stand if it does not bind."""
        placed: list[Node] = []
        for node in sorted(self.outer, key=lambda node: (len(node.rules), not node.per_item)):
            if all(node.holds(other) for other in placed if other.rules & node.rules):
                placed.append(node)
            else:
                self.checks.append(node)
        self.outer = placed

    def _spread(self) -> frozenset[int]:
        """The odd rules with all that share a bound with them; a bound over cash and other support is odd as well."""
        odd = set(self._odd)
        nodes = self.together
        for rules in nodes:
            if len({self.program.rules[at].own for at in rules}) > 1:
                odd |= rules
        while touched := [rules for rules in nodes if rules & odd and not rules <= odd]:
            odd.update(*touched)
        return frozenset(odd)
