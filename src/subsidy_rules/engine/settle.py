"""One run of the settlement (design: choose, cap), on the lows or on the highs. Settling twice changes nothing.

Numbers are fixed first (`Sheet`), then the best compatible set is chosen, then the caps are applied, inner first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import compress, permutations, product

from ..model.case import Case
from .bounds import Lowered
from .caps import apply_caps, apply_pools, by_unit, tight
from .choose import Count, Limit, Problem, Units, bits, choose
from .sheet import CapNode, Group, Sheet, excludes, label

MAX_CHOICES = 4096  # combinations of winners that a text leaves open


class TooManyChoices(ValueError):
    """A text leaves open who wins in so many groups at once that the exact interval is out of reach."""


Winner = tuple[int | None, int]  # a claim of a group, or nobody, and what it is worth


@dataclass(slots=True)
class Settled:
    """The outcome of a run: fen by claim, the claims that were chosen, what lowered each, and who beat whom."""

    sheet: Sheet
    amounts: list[int]
    chosen: frozenset[int]
    steps: dict[int, list[Lowered]]
    beaten: dict[int, list[tuple[int, str]]]  # loser → (winner, bound)
    contested: frozenset[int] = frozenset()  # claims that may win where the text leaves the winner open


def settle(made: Sheet, case: Case, pools: bool = True) -> Settled:
    """Choose, cap, and (for an applicant alone) cut to the pools.

    Where a text leaves the winner open: the least outcome (low run) or the largest (high run).
    """
    if not made.ends:  # no text prescribes a choice
        return _settle(made, made.values, pools)
    choices = [(g, _winners(made, g, case)) for g in made.groups if g.bound.choose and not g.bound.levels]
    best: tuple[tuple[int, int], Settled] | None = None
    for values in _scenarios(made, choices):
        outcome = _settle(made, values, pools)
        own = sum(amount for i, amount in enumerate(outcome.amounts) if made.claims[i].rule.own)
        rank = (own, sum(outcome.amounts) - own)
        if best is None or (rank < best[0] if made.run == "low" else rank > best[0]):
            best = rank, outcome
    assert best is not None
    open_choices = (winners for _, winners in choices if len(winners) > 1)
    contested = {i for winners in open_choices for i, _ in winners if i is not None}
    while riders := {rider for rider, base in made.bases.items() if base in contested} - contested:
        contested |= riders  # they stand or fall with their bases
    best[1].contested = frozenset(contested)
    return best[1]


def _scenarios(made: Sheet, choices: list[tuple[Group, list[Winner]]]) -> Iterable[list[int]]:
    """The values of each combination of winners that the text leaves open."""
    total = 1
    for _, winners in choices:
        total *= len(winners)
    if total > MAX_CHOICES:
        raise TooManyChoices(", ".join(sorted({group.bound.path for group, _ in choices})))
    for combination in product(*(winners for _, winners in choices)):
        values = list(made.values)
        for (group, _), (winner, amount) in zip(choices, combination, strict=True):
            for i in group.members:
                values[i] = amount if i == winner else 0
        yield values


def _winners(made: Sheet, group: Group, case: Case) -> list[Winner]:
    """The possible winners of a group with what each is worth in this run; None: nobody."""
    values = made.values
    nobody: list[Winner] = [(None, 0)]
    if made.run == "low" and group.bound.path in made.unjoined:
        return nobody  # a claim whose key is not known may win
    members = [i for i in group.members if not made.claims[i].without_figure]
    if made.run == "low" and len(members) < len(group.members):
        return nobody  # an award without a figure may win
    able = [i for i in members if made.ends[i][1]]
    if group.bound.choose == "option":
        return _option(made, members, able, case.options.get(group.bound.path))
    if len(able) < 2:
        return [(i, values[i]) for i in able] or nobody
    if group.bound.choose == "priority":
        first, certain = _first(made, group, able)
        return [*((i, values[i]) for i in first), *([] if certain else nobody)]
    floor = max(made.ends[i][0] for i in able)
    able = [i for i in able if made.ends[i][1] >= floor]
    return [(i, max(values[i], floor) if made.run == "low" else values[i]) for i in able]


def _option(made: Sheet, members: list[int], able: list[int], named: int | None) -> list[Winner]:
    """The award that the applicant takes; where it may not be claimable, or none is named, any of them, or none."""
    taken = [i for i in members if made.claims[i].rule.index == named]
    free = [] if any(made.claims[i].match for i in taken) else able
    if not taken and len(able) < 2:
        return [(i, made.values[i]) for i in able] or [(None, 0)]
    choices: list[Winner] = [(i, made.values[i]) for i in dict.fromkeys([*taken, *free])]
    return [*choices, (None, 0)] if free or not choices else choices


def _first(made: Sheet, group: Group, members: list[int]) -> tuple[list[int], bool]:
    """The claims that could be the first of the list of priority, and whether one of them certainly is."""
    rank = {rule: at for at, rule in enumerate(group.bound.priority)}
    able = []
    for i in sorted(members, key=lambda i: (rank.get(made.claims[i].rule.index, len(rank)), i)):
        able.append(i)
        if made.claims[i].match and made.ends[i][0]:
            return able, True
    return able, False


def _settle(made: Sheet, values: list[int], pools: bool) -> Settled:
    caps = [node for node in made.caps if tight(made, node, values)]
    lost = plain(made, values, caps)
    if lost is None:
        lost = searched(made, values, caps)
    chosen = frozenset(compress(range(len(values)), values)) - lost
    amounts = values.copy()
    for i in lost:
        amounts[i] = 0
    steps = {i: list(before) for i, before in made.steps.items()}
    for i, step in apply_caps(made, caps, amounts, chosen) + (apply_pools(made, amounts) if pools else []):
        steps.setdefault(i, []).append(step)
    return Settled(made, amounts, chosen, steps, _beaten(made, values, chosen, lost, steps))


def plain(made: Sheet, values: list[int], caps: list[CapNode]) -> set[int] | None:
    """The losers where only disjoint groups exclude each other, and each limit that may cut holds whole groups: of a group
    the highest wins, cash of the applicant first, then the earliest. None: it is not that plain."""
    if made.bases or any(node.cap.kind != "limit" for node in caps):
        return None
    held = [set(node.members) for node in caps]
    rivals: set[int] = set()
    winners: set[int] = set()
    grouped = 0
    for group in made.groups:
        here = [i for i in group.members if values[i]]
        if len(here) < 2:
            continue
        if any(not (members.issuperset(here) or members.isdisjoint(here)) for members in held):
            return None
        if group.bound.compatible:
            return None
        grouped += len(here)
        rivals.update(here)
        winner = max(here, key=values.__getitem__)
        if not made.claims[winner].rule.own:
            own = [i for i in here if made.claims[i].rule.own]
            winner = max(own or here, key=values.__getitem__)
        winners.add(winner)
    return None if grouped > len(rivals) else rivals - winners  # groups that share a claim count it twice


def searched(made: Sheet, values: list[int], caps: list[CapNode]) -> set[int]:
    """The losers by a search among compatible sets."""
    nodes = [i for i, value in enumerate(values) if value]
    index = {claim: node for node, claim in enumerate(nodes)}
    problem = Problem([values[i] for i in nodes], [made.claims[i].rule.own for i in nodes], [0] * len(nodes))
    for group in made.groups:
        here = [i for i in group.members if i in index]
        if not group.bound.compatible:
            mask = sum(1 << index[i] for i in here)
            for i in here:
                problem.conflicts[index[i]] |= mask & ~(1 << index[i])
            continue
        for i, j in permutations(here, 2):
            if excludes(group.bound, made.claims, i, j):
                problem.conflicts[index[i]] |= 1 << index[j]
    for rider, base in made.bases.items():
        if rider in index and base in index:
            problem.bases[index[rider]] = index[base]
        elif rider in index:  # its base lost in this combination of winners
            problem.counts.append(Count(1 << index[rider], 0, {index[rider]: rider}))
    for node in caps:
        _add_cap(problem, made, node, index)
    return set(nodes) - {nodes[i] for i in bits(choose(problem))}


def _add_cap(problem: Problem, made: Sheet, node: CapNode, index: dict[int, int]) -> None:
    mask = sum(1 << index[i] for i in node.members if i in index)
    if node.cap.kind == "limit":
        problem.limits.append(Limit(mask, node.left))
    elif node.cap.kind == "units":
        problem.units.append(
            Units(mask, node.left, tuple((index[i], made.stipends[i]) for i in by_unit(made, node) if i in index))
        )
    else:
        labels = {index[i]: label(made.claims[i], node.cap) for i in node.members if i in index}
        problem.counts.append(Count(mask, node.left, labels, node.earlier))


def _beaten(
    made: Sheet, values: list[int], chosen: frozenset[int], lost: set[int], steps: dict[int, list[Lowered]]
) -> dict[int, list[tuple[int, str]]]:
    """Every loser with the winners over it; a claim that lost to a count, or with its base, gets a step instead."""
    beaten: dict[int, list[tuple[int, str]]] = {}
    worth = made.values  # where a text prescribes the winner, the others are worth nothing in `values`
    for group in made.groups:
        bound = group.bound
        winners = [(j, bound.path) for j in group.members if j in chosen]
        for i in group.members:
            if worth[i] and i not in chosen:
                over = winners
                if bound.compatible:
                    over = [(j, path) for j, path in winners if excludes(bound, made.claims, i, j)]
                beaten[i] = beaten[i] + over if i in beaten else over
    left_out = {i for i in lost if not beaten.get(i)}
    for node in made.caps if left_out else ():
        for i in node.members if node.cap.kind == "count" and _full(made, node, chosen) else ():
            if i in left_out:
                steps.setdefault(i, []).append(Lowered(node.cap.path, "count", values[i], 0))
                left_out.remove(i)
    for i in sorted(left_out & made.base_rules.keys()):
        steps.setdefault(i, []).append(Lowered(made.base_rules[i], "base_missing", values[i], 0))
    return beaten


def _full(made: Sheet, node: CapNode, chosen: frozenset[int]) -> bool:
    return len({label(made.claims[i], node.cap) for i in node.members if i in chosen} - node.earlier) >= node.left
