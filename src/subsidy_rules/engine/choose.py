"""The exact choice: which compatible awards leave the applicant most after his own caps.

A pure problem on bit sets. Branch and bound per connected component; the bound is a greedy clique cover, and what the
caps leave of everything that is still possible. Caps are monotone and submodular, so both bound from above.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `amount` for the sum over `mask`. Limits are laminar: two masks are disjoint or one holds the other."""

    mask: int
    amount: int


class Stipend(NamedTuple):
    """Months or years: at most `takes` are paid at `unit` each, and `uses` of what is left are used up. The two differ only
    where the number is not known: what is safe for this award is not what is safe for the next. (Then the set found may
    not be the very best; it is still a sound end of the interval.)"""

    takes: int
    uses: int
    unit: int


@dataclass(frozen=True, slots=True)
class Units:
    """At most `left` months or years over `mask`; the stipends in order of what one unit pays, largest first."""

    mask: int
    left: int
    stipends: tuple[tuple[int, Stipend], ...]


@dataclass(frozen=True, slots=True)
class Count:
    """At most `left` distinct labels over `mask`; labels that were counted in earlier years cost nothing."""

    mask: int
    left: int
    labels: dict[int, object]
    free: frozenset[object] = frozenset()

    def admits(self, chosen: int, node: int) -> bool:
        label = self.labels[node]
        if label in self.free:
            return True
        used = {self.labels[i] for i in bits(chosen & self.mask)} - self.free
        return label in used or len(used) < self.left


@dataclass(slots=True)
class Problem:
    """Nodes are numbered in the order that breaks ties. `own[i]`: cash to the applicant, which counts before the rest."""

    values: list[int]
    own: list[bool]
    conflicts: list[int]
    bases: dict[int, int] = field(default_factory=dict)  # a rider, and the node that it stands or falls with
    limits: list[Limit] = field(default_factory=list)  # inner first
    units: list[Units] = field(default_factory=list)
    counts: list[Count] = field(default_factory=list)


def bits(mask: int) -> Iterator[int]:
    """The set bits of a mask, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def choose(problem: Problem) -> int:
    """The best set of nodes as a bit mask."""
    if not (any(problem.conflicts) or problem.counts or problem.bases):
        return (1 << len(problem.values)) - 1
    chosen = 0
    for component in _components(problem):
        if not component & (component - 1) and not problem.counts:
            chosen |= component
        else:
            chosen |= _highest(problem, component) or _Search(problem, component).best()
    return chosen


def _highest(problem: Problem, component: int) -> int:
    """The plain case, all exclude each other under the same caps: the highest wins. 0: not the plain case."""
    nodes = list(bits(component))
    if problem.bases or problem.counts or problem.units:
        return 0
    if any(component & ~(problem.conflicts[i] | 1 << i) for i in nodes):
        return 0
    if any(x.mask & component and component & ~x.mask for x in problem.limits):
        return 0
    own, values = problem.own, problem.values
    return 1 << max(nodes, key=lambda i: (values[i] if own[i] else 0, values[i], -i))


def settled(problem: Problem, mask: int) -> dict[int, int]:
    """What each node of `mask` gets when the units and limits are applied, inner first, in order."""
    amounts = {i: problem.values[i] for i in bits(mask)}
    for bound in problem.units:
        left = bound.left
        for node, stipend in bound.stipends:
            if node in amounts:
                amounts[node] = min(amounts[node], stipend.unit * min(left, stipend.takes))
                left -= min(left, stipend.uses)
    for limit in problem.limits:
        left = limit.amount
        for i in bits(limit.mask & mask):
            amounts[i] = min(amounts[i], left)
            left -= amounts[i]
    return amounts


def _components(problem: Problem) -> list[int]:
    """Connected by conflict, rider or count; and by a limit that holds a part of a component and not the whole."""
    parts = _Parts(len(problem.values))
    for i, conflicts in enumerate(problem.conflicts):
        if conflicts:
            parts.join(conflicts | 1 << i)
    for rider, base in problem.bases.items():
        parts.join(1 << rider | 1 << base)
    for mask in [*(count.mask for count in problem.counts), *(units.mask for units in problem.units)]:
        parts.join(mask)
    values = problem.values
    binding = [x.mask for x in problem.limits if sum([values[i] for i in bits(x.mask)]) > x.amount]
    while crossing := [mask for mask in binding if any(parts.mask[root] & ~mask for root in parts.roots(mask))]:
        binding = [mask for mask in binding if mask not in crossing]
        for mask in crossing:
            parts.join(mask)
    return [parts.mask[root] for root in sorted(set(parts.root))]


class _Parts:
    """Disjoint sets of nodes; each is known by its lowest node."""

    def __init__(self, count: int) -> None:
        self.root = list(range(count))
        self.mask = [1 << i for i in range(count)]

    def roots(self, mask: int) -> set[int]:
        root = self.root
        return {root[i] for i in bits(mask)}

    def join(self, mask: int) -> None:
        roots = self.roots(mask)
        if len(roots) > 1:
            lowest = min(roots)
            whole = 0
            for root in roots:
                whole |= self.mask[root]
            self.mask[lowest] = whole
            for i in bits(whole):
                self.root[i] = lowest


class _Search:
    """Branch and bound over one component.

    One integer orders the sets: cash of the applicant after caps, the rest after caps, the sum before caps (under one
    cap the highest still wins), then the earliest nodes. Its parts can't run into each other: `scale` exceeds any sum.
    """

    def __init__(self, problem: Problem, component: int) -> None:
        self.problem = problem
        self.nodes = list(bits(component))
        values = problem.values
        self.scale = sum(values[i] for i in self.nodes) + 1
        size = len(self.nodes)
        self.weight = {}
        for rank, i in enumerate(self.nodes):
            first, second = (values[i], 0) if problem.own[i] else (0, values[i])
            self.weight[i] = self._combine(first, second, values[i], 1 << size - 1 - rank)
        self.limits = [x for x in problem.limits if x.mask & component and component & ~x.mask]
        self.units = [x for x in problem.units if x.mask & component]
        self.counts = [x for x in problem.counts if x.mask & component]
        self.roots = [x for x in self.limits if not any(x.mask != y.mask and not x.mask & ~y.mask for y in self.limits)]
        self.classes = [sum(1 << i for i in self.nodes if problem.own[i] is own) for own in (True, False)]
        self.by_weight = sorted(self.nodes, key=lambda i: -self.weight[i])
        self.found = -1
        self.chosen = 0
        self.component = component

    def _combine(self, own: int, rest: int, before: int, ties: int) -> int:
        return (((own * self.scale + rest) * self.scale + before) << len(self.nodes)) + ties

    def best(self) -> int:
        self._visit(0, self.component)
        return self.chosen

    def _value(self, mask: int) -> int:
        if not (self.limits or self.units):
            return sum(self.weight[i] for i in bits(mask))
        inner = Problem(self.problem.values, [], [], limits=self.limits, units=self.units)
        amounts = settled(inner, mask)
        own = sum(amount for i, amount in amounts.items() if self.problem.own[i])
        ties = sum(self.weight[i] & (1 << len(self.nodes)) - 1 for i in amounts)
        return self._combine(own, sum(amounts.values()) - own, sum(self.problem.values[i] for i in amounts), ties)

    def _visit(self, chosen: int, rest: int) -> None:
        rest = self._possible(chosen, rest)
        value = self._value(chosen)
        if value > self.found:
            self.found, self.chosen = value, chosen
        if not rest or self._bound(chosen, value, rest) <= self.found:
            return
        node = next(i for i in self.by_weight if rest >> i & 1 and not self._waits(i, rest))
        self._visit(chosen | 1 << node, rest & ~(1 << node | self.problem.conflicts[node]))
        self._visit(chosen, rest & ~(1 << node))

    def _waits(self, node: int, rest: int) -> bool:
        base = self.problem.bases.get(node)
        return base is not None and bool(rest >> base & 1)

    def _possible(self, chosen: int, rest: int) -> int:
        """Without riders that lost their base, and without what a count no longer admits."""
        for count in self.counts:
            for i in bits(rest & count.mask):
                if not count.admits(chosen, i):
                    rest &= ~(1 << i)
        again = True
        while again:
            again = False
            for rider, base in self.problem.bases.items():
                if rest >> rider & 1 and not (chosen | rest) >> base & 1:
                    rest, again = rest & ~(1 << rider), True
        return rest

    def _bound(self, chosen: int, value: int, rest: int) -> int:
        bound = value + sum(w for _, w in self._cover(rest))
        for count in self.counts:
            used = {count.labels[i] for i in bits(chosen & count.mask)} | set(count.free)
            nodes: dict[object, int] = {}  # a label's own nodes: a clique may hold nodes of several labels
            for i in bits(rest & count.mask):
                nodes[count.labels[i]] = nodes.get(count.labels[i], 0) | 1 << i
            per_label = {label: sum(w for _, w in self._cover(mask)) for label, mask in nodes.items()}
            new = sorted((w for label, w in per_label.items() if label not in used), reverse=True)
            old = sum(w for label, w in per_label.items() if label in used)
            room = max(0, count.left - len(used - count.free))
            bound = min(bound, value + old + sum(new[:room]) + sum(w for _, w in self._cover(rest & ~count.mask)))
        if self.limits or self.units:
            bound = min(bound, self._value(chosen | rest))
        if self.limits:
            bound = min(bound, self._under_limits(chosen, rest))
        return bound

    def _under_limits(self, chosen: int, rest: int) -> int:
        """Cliques and the outermost limits together: under each limit no more than it holds."""
        sums = []
        for nodes in self.classes:
            total, outside = 0, nodes
            for limit in self.roots:
                total += min(limit.amount, self._most(chosen & nodes & limit.mask, rest & nodes & limit.mask))
                outside &= ~limit.mask
            sums.append(total + self._most(chosen & outside, rest & outside))
        before = sum(self._most(chosen & nodes, rest & nodes) for nodes in self.classes)
        own, others = sums
        return self._combine(own, others, before, (1 << len(self.nodes)) - 1)

    def _most(self, chosen: int, rest: int) -> int:
        values = self.problem.values
        return sum(values[i] for i in bits(chosen)) + sum(values[i] for i, _ in self._cover(rest))

    def _cover(self, rest: int) -> list[tuple[int, int]]:
        """Greedy cliques of mutually exclusive nodes; the heaviest of each stands for it."""
        cliques: list[int] = []
        heads: list[tuple[int, int]] = []
        for i in self.by_weight:
            if rest >> i & 1:
                conflicts = self.problem.conflicts[i]
                for at, clique in enumerate(cliques):
                    if not clique & ~conflicts:
                        cliques[at] |= 1 << i
                        break
                else:
                    cliques.append(1 << i)
                    heads.append((i, self.weight[i]))
        return heads
