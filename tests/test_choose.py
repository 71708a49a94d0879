"""The exact choice against brute force on small graphs, and against a dynamic program of its own on 40 nodes."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from subsidy_rules.engine.choose import Count, Limit, Problem, Stipend, Units, bits, choose, settled

# ── a second opinion that shares nothing with the engine but the statement of the problem ────────────────────────────


def feasible(problem: Problem, chosen: set[int]) -> bool:
    if any(problem.conflicts[i] >> j & 1 for i in chosen for j in chosen):
        return False
    if any(rider in chosen and base not in chosen for rider, base in problem.bases.items()):
        return False
    return all(
        len({count.labels[i] for i in chosen if count.mask >> i & 1} - count.free) <= count.left
        for count in problem.counts
    )


def paid(problem: Problem, chosen: set[int]) -> dict[int, int]:
    """After units, then limits, inner first, in order."""
    amounts = {i: problem.values[i] for i in sorted(chosen)}
    for bound in problem.units:
        left = bound.left
        for i, (takes, uses, unit) in bound.stipends:
            if i in amounts:
                amounts[i] = min(amounts[i], min(left, takes) * unit)
                left = max(0, left - uses)
    for limit in problem.limits:
        left = limit.amount
        for i in amounts:
            if limit.mask >> i & 1:
                amounts[i] = min(amounts[i], left)
                left -= amounts[i]
    return amounts


def worth(problem: Problem, chosen: set[int]) -> tuple[int, int]:
    """Cash of the applicant, then the rest, after caps."""
    amounts = paid(problem, chosen)
    own = sum(amount for i, amount in amounts.items() if problem.own[i])
    return own, sum(amounts.values()) - own


def rank(problem: Problem, chosen: set[int]) -> tuple[int, int, int, tuple[bool, ...]]:
    """The whole order of sets: after caps, before caps, then the earliest nodes."""
    ties = tuple(i in chosen for i in range(len(problem.values)))
    return (*worth(problem, chosen), sum(problem.values[i] for i in chosen), ties)


def subsets(problem: Problem) -> list[set[int]]:
    size = len(problem.values)
    sets = ({i for i in range(size) if mask >> i & 1} for mask in range(1 << size))
    return [chosen for chosen in sets if feasible(problem, chosen)]


# ── random problems ──────────────────────────────────────────────────────────────────────────────────────────────────


def graph(size: int, edges: set[tuple[int, int]]) -> list[int]:
    conflicts = [0] * size
    for i, j in edges:
        conflicts[i] |= 1 << j
        conflicts[j] |= 1 << i
    return conflicts


def mask_of(nodes: object) -> int:
    return sum(1 << i for i in nodes)  # type: ignore[attr-defined]


@st.composite
def laminar_limits(draw: st.DrawFn, nodes: list[int]) -> list[Limit]:
    """Disjoint or nested sets of nodes, inner first."""
    if not nodes:
        return []
    inner: list[Limit] = []
    if len(nodes) > 1 and draw(st.booleans()):
        cut = draw(st.integers(1, len(nodes) - 1))
        inner = draw(laminar_limits(nodes[:cut])) + draw(laminar_limits(nodes[cut:]))
    return [*inner, Limit(mask_of(nodes), draw(st.integers(0, 40)))] if draw(st.booleans()) else inner


@st.composite
def problems(draw: st.DrawFn, most: int = 10) -> Problem:
    size = draw(st.integers(1, most))
    pairs = [(i, j) for i in range(size) for j in range(i)]
    edges = draw(st.sets(st.sampled_from(pairs), max_size=len(pairs))) if pairs else set()
    problem = Problem(
        values=draw(st.lists(st.integers(1, 20), min_size=size, max_size=size)),
        own=draw(st.lists(st.sampled_from((True, True, True, False)), min_size=size, max_size=size)),
        conflicts=graph(size, edges),
    )
    for own in (True, False):  # a cap never mixes payees or forms
        alike = draw(st.permutations([i for i in range(size) if problem.own[i] is own]))
        problem.limits += draw(laminar_limits(alike)) if draw(st.booleans()) else []
    for rider in range(1, size):
        if draw(st.integers(0, 5)) == 5:
            problem.bases[rider] = draw(st.integers(0, rider - 1))
    for _ in range(draw(st.sampled_from((0, 0, 1, 2)))):
        members = draw(st.sets(st.integers(0, size - 1), min_size=1))
        labels = {i: draw(st.sampled_from("abcd")) for i in sorted(members)}
        free = frozenset(draw(st.sets(st.sampled_from("abx"))))
        problem.counts.append(Count(mask_of(members), draw(st.integers(0, 3)), labels, free))
    if draw(st.integers(0, 3)) == 3:
        own = draw(st.sampled_from(problem.own))
        timed = draw(st.sets(st.sampled_from([i for i in range(size) if problem.own[i] is own]), min_size=1))
        nested = all(mask_of(timed) & ~limit.mask == 0 or not mask_of(timed) & limit.mask for limit in problem.limits)
        if nested:
            months = {i: draw(st.integers(1, 12)) for i in sorted(timed)}
            stipends = {i: Stipend(n, n, draw(st.integers(1, 4))) for i, n in months.items()}
            for i, stipend in stipends.items():
                problem.values[i] = stipend.takes * stipend.unit
            order = sorted(timed, key=lambda i: (-stipends[i].unit, i))
            units = tuple((i, stipends[i]) for i in order)
            problem.units.append(Units(mask_of(timed), draw(st.integers(0, 24)), units))
    return problem


def whole(problem: Problem) -> bool:
    """One component without a cap around it: then the order of sets is the whole truth, ties included."""
    everything = (1 << len(problem.values)) - 1
    return bool(problem.counts and problem.counts[0].mask == everything) and not any(
        limit.mask == everything for limit in problem.limits
    )


@given(problems())
@example(Problem([5, 5], [True, True], [0b10, 0b01]))
@example(Problem([3, 5], [True, False], [0b10, 0b01], counts=[Count(0b11, 2, {0: "a", 1: "b"})]))
@example(Problem([1, 9, 9, 99], [True] * 4, [0b1000, 0, 0, 0b0001], bases={2: 1, 1: 0}))
@example(Problem([3], [True], [0], counts=[Count(1, 0, {0: "a"}, frozenset("a"))]))
def test_no_admissible_set_leaves_more(problem: Problem) -> None:
    mask = choose(problem)
    chosen = set(bits(mask))
    assert feasible(problem, chosen)
    best = max(subsets(problem), key=lambda other: worth(problem, other))
    assert worth(problem, chosen) == worth(problem, best)
    assert settled(problem, mask) == paid(problem, chosen)


@given(problems(most=8))
def test_ties_go_by_what_is_due_and_then_to_the_first(problem: Problem) -> None:
    """In one component: under one cap the highest still wins, and equal sets are told apart by order."""
    size = len(problem.values)
    problem.counts.insert(0, Count((1 << size) - 1, size, {i: i for i in range(size)}))  # joins, and never binds
    problem.limits = [limit for limit in problem.limits if limit.mask != (1 << size) - 1]
    assert whole(problem)
    assert set(bits(choose(problem))) == max(subsets(problem), key=lambda chosen: rank(problem, chosen))


@given(problems(most=8), st.data())
def test_what_is_chosen_does_not_depend_on_how_bounds_are_listed(problem: Problem, data: st.DataObject) -> None:
    chosen = choose(problem)
    problem.counts = data.draw(st.permutations(problem.counts))
    problem.bases = dict(data.draw(st.permutations(list(problem.bases.items()))))
    assert choose(problem) == chosen


@given(problems(most=8), st.data())
def test_one_more_claim_never_leaves_less(problem: Problem, data: st.DataObject) -> None:
    """Monotone in the claims; this is why caps and counts are part of the choice."""
    own = worth(problem, set(bits(choose(problem))))[0]
    out = data.draw(st.integers(0, len(problem.values) - 1))
    keep = ~(1 << out)
    fewer = Problem(
        [value if i != out else 0 for i, value in enumerate(problem.values)],
        problem.own,
        [mask & keep if i != out else 0 for i, mask in enumerate(problem.conflicts)],
        {rider: base for rider, base in problem.bases.items() if out not in (rider, base)},
        [Limit(limit.mask & keep, limit.amount) for limit in problem.limits],
        [Units(u.mask & keep, u.left, tuple(one for one in u.stipends if one[0] != out)) for u in problem.units],
        [Count(c.mask & keep, c.left, {i: x for i, x in c.labels.items() if i != out}, c.free) for c in problem.counts],
    )
    fewer.counts += [Count(1 << r, 0, {r: r}) for r, base in problem.bases.items() if base == out]
    fewer.counts = [count for count in fewer.counts if count.mask]
    assert worth(fewer, set(bits(choose(fewer))))[0] <= own


# ── forty nodes ──────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Sweep:
    """The most that can be had, node by node: states are what is chosen of the nodes that later ones still look at, how
    much of each limit is used, and which labels each count has seen. Exact, and nothing like branch and bound."""

    problem: Problem
    order: list[int] = field(default_factory=list)

    def best(self) -> int:
        problem = self.problem
        self.order = self._order()
        place = {node: at for at, node in enumerate(self.order)}
        friends = [problem.conflicts[i] for i in range(len(problem.values))]
        for rider, base in problem.bases.items():
            friends[rider] |= 1 << base
            friends[base] |= 1 << rider
        last = [max([place[j] for j in bits(friends[i])] + [place[i]]) for i in range(len(problem.values))]
        states = {(0, (0,) * len(problem.limits), (frozenset(),) * len(problem.counts)): 0}
        for at, node in enumerate(self.order):
            alive = mask_of(i for i in self.order[: at + 1] if last[i] > at)
            after: dict[object, int] = {}
            for (frontier, used, seen), value in states.items():
                for take in (False, True):
                    if take and (frontier & problem.conflicts[node]):
                        continue
                    state = self._state(node, take, frontier, used, seen, value)
                    if state is None or not self._rides(node, take, state[0], place, at):
                        continue
                    key = (state[0] & alive, state[1], state[2])
                    if after.get(key, -1) < state[3]:
                        after[key] = state[3]
            states = after  # type: ignore[assignment]
        return max(states.values())

    def _rides(self, node: int, take: bool, frontier: int, place: dict[int, int], at: int) -> bool:
        """A rider and its base are decided together, at the later of the two."""
        for rider, base in self.problem.bases.items():
            now = node in (rider, base) and max(place[rider], place[base]) == at
            if now and frontier >> rider & 1 and not frontier >> base & 1:
                return False
        return True

    def _state(self, node, take, frontier, used, seen, value):  # type: ignore[no-untyped-def]
        if not take:
            return frontier, used, seen, value
        amount, used = self.problem.values[node], list(used)
        for at, limit in enumerate(self.problem.limits):
            if limit.mask >> node & 1:
                amount = min(amount, limit.amount - used[at])
                used[at] += amount
        seen = tuple(
            labels | ({count.labels[node]} - count.free) if count.mask >> node & 1 else labels
            for labels, count in zip(seen, self.problem.counts, strict=True)
        )
        if any(len(labels) > count.left for labels, count in zip(seen, self.problem.counts, strict=True)):
            return None
        return frontier | 1 << node, tuple(used), seen, value + amount

    def _order(self) -> list[int]:
        """Keep the frontier small: next the node that closes most and opens least."""
        friends = [set(bits(mask)) for mask in self.problem.conflicts]
        done: list[int] = []
        left = set(range(len(friends)))
        while left:
            frontier = {i for i in done if friends[i] & left}
            node = min(left, key=lambda i: (len({j for j in frontier | {i} if friends[j] & left - {i}}), i))
            done.append(node)
            left.remove(node)
        return done


def random_problem(seed: int, size: int, density: float, extras: str = "", grain: int = 1) -> Problem:
    """A connected graph: a random tree, and further edges up to the density."""
    draw = random.Random(seed)
    edges = {(i, draw.randrange(i)) for i in range(1, size)}
    edges |= {(i, j) for i in range(size) for j in range(i) if draw.random() < density}
    values = [draw.randint(1, 60 // grain) * grain for _ in range(size)]
    problem = Problem(values, [True] * size, graph(size, edges))
    if "cap" in extras:
        nodes = list(range(size))
        draw.shuffle(nodes)
        third = size // 3
        problem.limits = [
            Limit(mask_of(nodes[:third]), 8 * grain),
            Limit(mask_of(nodes[: 2 * third]), 15 * grain),
        ]
    if "count" in extras:
        members = draw.sample(range(size), size // 2)
        labels = {i: draw.randrange(5) for i in members}
        problem.counts = [Count(mask_of(members), 2, labels, frozenset({0}))]
    if "rider" in extras:
        for rider in range(5, size, 9):
            base = draw.choice([i for i in range(rider) if not problem.conflicts[rider] >> i & 1] or [0])
            if not problem.conflicts[rider] >> base & 1:
                problem.bases[rider] = base
    return problem


@given(problems(most=9).filter(lambda p: all(p.own) and not p.units))
def test_the_sweep_is_right(problem: Problem) -> None:
    """The second opinion on large graphs against the one on small graphs."""
    assert Sweep(problem).best() == max(worth(problem, chosen)[0] for chosen in subsets(problem))


DENSITIES = (0.0, 0.03, 0.05, 0.1, 0.2, 0.4, 0.7, 1.0)
EXTRAS = ("", "cap", "count", "rider", "cap count", "cap count rider")


@pytest.mark.parametrize("extras", EXTRAS, ids=lambda text: text.replace(" ", "+") or "plain")
@pytest.mark.parametrize("density", DENSITIES)
def test_forty_nodes_in_one_component(density: float, extras: str) -> None:
    for seed in range(2):
        problem = random_problem(seed, 40, density, extras, grain=10)
        chosen = set(bits(choose(problem)))
        assert feasible(problem, chosen)
        assert worth(problem, chosen)[0] == Sweep(problem).best()


def test_forty_equal_awards_in_a_ring() -> None:
    """Ties everywhere: the bound must not be fooled into trying them all."""
    size = 40
    ring = graph(size, {(i, (i + 1) % size) for i in range(size)})
    problem = Problem([7] * size, [True] * size, ring)
    assert choose(problem) == mask_of(range(0, size, 2))


def test_forty_awards_that_all_exclude_each_other() -> None:
    size = 40
    pairs = set(product(range(size), repeat=2)) - {(i, i) for i in range(size)}
    problem = Problem(list(range(1, size + 1)), [True] * size, graph(size, pairs))
    assert choose(problem) == 1 << size - 1
