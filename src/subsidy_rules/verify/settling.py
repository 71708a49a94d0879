"""The settlement as a relation between what claims are worth and what is paid: every admissible choice, not only the best.

So it allows all that the engine can answer, and more; what is proved of it holds for the engine (a test holds it to that).
It leaves open which of the admissible sets is chosen, and how much of a cap that does not suffice each of its awards gets.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import combinations
from typing import Any

import z3  # type: ignore[import-untyped]

from ..model.program import FIXED, CapBound, ExclusiveBound, Program, ProgramRule
from .terms import NOTHING, Term, greatest, whole
from .world import World, WorldClaim

Members = list[tuple[int, Term]]  # claims that may have the same key, and whether they do


class Settling:
    """The claims of a world, settled.

    `worth[i]`: what claim i brings, in fen; given, or any. `chosen[i]`: whether it is in the set. `paid[i]`: after the caps.
    `laws`: what holds between all these.

    `history`: whatever was granted before, and whatever figure the text withholds; else nothing was granted, and a limit
    without a figure bounds nothing. `apart_from`: a bound that is not applied."""

    def __init__(
        self,
        world: World,
        worth: Sequence[Term] | None = None,
        history: bool = False,
        apart_from: CapBound | ExclusiveBound | None = None,
    ) -> None:
        self.world, self.claims, self.history = world, world.claims, history
        self.names = [f"{claim.rule.index}.{claim.item.id if claim.item else ''}" for claim in self.claims]
        self.laws: list[Any] = []
        self.worth = list(worth) if worth else [self._amount(f"worth.{name}") for name in self.names]
        self.chosen = [z3.Bool(f"{world.tag}chosen.{name}") for name in self.names]
        self.laws += [z3.Implies(chosen, worth > 0) for chosen, worth in zip(self.chosen, self.worth, strict=True)]
        self.caps = [cap for cap in world.program.caps if (history or not cap.unpublished) and cap is not apart_from]
        self.exclusives = [bound for bound in world.program.exclusives if bound is not apart_from]
        self._choose()
        self.paid = [z3.If(chosen, worth, NOTHING) for chosen, worth in zip(self.chosen, self.worth, strict=True)]
        for cap in self.caps:
            if cap.kind != "count":
                self._cut(cap)

    def _amount(self, name: str) -> Term:
        amount = z3.Int(f"{self.world.tag}{name}")
        self.laws.append(amount >= 0)
        return amount

    # choose

    def _choose(self) -> None:
        for bound in self.exclusives:
            for i, j, same in exclusive_pairs(self.claims, bound):
                self.laws.append(z3.Not(z3.And(self.chosen[i], self.chosen[j], same)))
        for cap in self.caps:
            if cap.kind == "count":
                for i, members in groups(self.claims, cap):
                    self.laws.append(z3.Not(self.passed(cap, i, members)))
        if not self.history:
            self._ride()

    def passed(self, cap: CapBound, i: int, members: Members) -> Term:
        """The chosen members are more different things than a count allows, those that were counted before included; a thing
        that was counted before costs nothing again, unless the count was passed before."""
        labels: dict[object, list[Term]] = {}
        for j, same in members:
            labels.setdefault(label(cap, self.claims[j]), []).append(z3.And(self.chosen[j], same))
        taken = [z3.Or(*some) for some in labels.values()]
        figure = self.figure(cap, i)
        if not self.history:
            return _how_many(taken) > figure
        earlier = self._amount(f"counted.{cap.path}.{self.names[i]}")
        again = [z3.Bool(f"{self.world.tag}again.{cap.path}.{self.names[i]}.{at}") for at in range(len(taken))]
        self.laws.append(_how_many(again) <= earlier)
        new = _how_many([z3.And(one, z3.Not(before)) for one, before in zip(taken, again, strict=True)])
        return z3.Or(z3.And(new > 0, earlier + new > figure), z3.And(earlier > figure, _how_many(taken) > 0))

    def _ride(self) -> None:
        """With no earlier base, a rider needs its base among the chosen. A base outside the world stays open."""
        places = {(claim.rule.index, claim.item): i for i, claim in enumerate(self.claims)}
        for i, claim in enumerate(self.claims):
            base = claim.rule.rides_on
            if base is not None and self.world.program.rules[base] in self.world.rules:
                item = claim.item if self.world.program.rules[base].item == claim.rule.item else None
                at = places.get((base, item))
                self.laws.append(z3.Implies(self.chosen[i], z3.BoolVal(False) if at is None else self.chosen[at]))

    # cap

    def figure(self, cap: CapBound, i: int) -> Term:
        """The figure of a cap for the claims with claim i's key."""
        if cap.unpublished or cap.limit is None:
            return self._amount(f"figure.{cap.path}.{self.names[i]}")
        return whole(cap.limit, self.claims[i].values)

    def left(self, cap: CapBound, i: int) -> Term:
        """What earlier grants leave of a limit for the claims with claim i's key."""
        figure = self.figure(cap, i)
        if not self.history:
            return figure
        return greatest(figure - self._amount(f"used.{cap.path}.{self.names[i]}"), NOTHING)

    def _cut(self, cap: CapBound) -> None:
        """After a cap every member has at most what it had, and together at most what is left. (How little, is left open: that
        others draw on the cap as well only lowers it.)"""
        before = list(self.paid)
        for i, claim in enumerate(self.claims):
            if claim.rule.index in cap.rules:
                self.paid[i] = self._amount(f"after.{cap.path}.{self.names[i]}")
                self.laws.append(self.paid[i] <= before[i])
        for i, members in groups(self.claims, cap):
            if cap.kind == "units":
                self._cut_units(cap, i, members)
            else:
                self.laws.append(total(self.paid, members) <= self.left(cap, i))

    def _cut_units(self, cap: CapBound, i: int, members: Members) -> None:
        months = {j: self._amount(f"months.{cap.path}.{self.names[i]}.{self.names[j]}") for j, _ in members}
        for j, same in members:
            self.laws.append(z3.Implies(same, within(self.claims[j], self.paid[j], months[j])))
        self.laws.append(z3.Sum([z3.If(same, months[j], NOTHING) for j, same in members]) <= self.left(cap, i))


def _how_many(truths: Sequence[Term]) -> Term:
    return z3.Sum([z3.If(one, 1, 0) for one in truths])


def total(amounts: Sequence[Term], members: Members) -> Term:
    """The sum over those with the same key."""
    return z3.Sum([z3.If(same, amounts[j], NOTHING) for j, same in members])


def label(cap: CapBound, claim: WorldClaim) -> object:
    """What a count counts."""
    item = claim.item.id if claim.item else None
    return {"year": None, "item": item}.get(cap.of or "", (claim.rule.policy, claim.rule.award, item))


def groups(claims: Sequence[WorldClaim], cap: CapBound) -> Iterator[tuple[int, Members]]:
    """Claims under a cap by its key. Where facts are in the key, one group for every claim, with those that share it."""
    seen: set[object] = set()
    for i, claim in enumerate(claims):
        place = _place(claim, cap.key)
        if claim.rule.index in cap.rules and (attributes(cap.key) or place not in seen):
            seen.add(place)
            members = [j for j, other in enumerate(claims) if other.rule.index in cap.rules]
            yield i, [(j, same_key(claim, claims[j], cap.key)) for j in members if _place(claims[j], cap.key) == place]


def exclusive_pairs(claims: Sequence[WorldClaim], bound: ExclusiveBound) -> Iterator[tuple[int, int, Term]]:
    """Two claims of one policy that exclude each other where they share the key. Bounds against other policies say nothing
    about claims of this one."""
    members = [i for i, claim in enumerate(claims) if claim.rule.index in bound.rules and not bound.levels]
    for i, j in combinations(members, 2):
        listed = frozenset((claims[i].rule.index, claims[j].rule.index)) in bound.compatible
        if not listed and _place(claims[i], bound.key) == _place(claims[j], bound.key):
            yield i, j, same_key(claims[i], claims[j], bound.key)


def attributes(key: tuple[str, ...]) -> tuple[str, ...]:
    """The facts in a key."""
    return tuple(part for part in key if part not in FIXED)


def same_key(one: WorldClaim, other: WorldClaim, key: tuple[str, ...]) -> Term:
    """Whether the facts in a key are the same."""
    if one is other:
        return z3.BoolVal(True)
    return z3.And(*(one.values[part] == other.values[part] for part in attributes(key)))


def _fixed(key: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part for part in key if part in ("rule", "award", "item"))


def _place(claim: WorldClaim, key: tuple[str, ...]) -> tuple[object, ...]:
    """Where a claim stands in a key, but for the facts in it."""
    parts = {"rule": claim.rule.index, "award": (claim.rule.policy, claim.rule.award), "item": claim.item}
    return tuple(parts[part] for part in _fixed(key))


def stipends(claim: WorldClaim) -> list[tuple[Term, Term, Term]]:
    """By branch: whether it applies, its months (years), and what one of them pays at most."""
    values = claim.values
    return [
        (taken, whole(branch.units, values), whole(branch.unit[1], values))
        for taken, branch in zip(claim.price.taken, claim.rule.branches, strict=True)
        if branch.units and branch.unit
    ]


def takes(claim: WorldClaim) -> Term:
    """The months (years) of a claim."""
    return reduce(lambda rest, one: z3.If(one[0], one[1], rest), stipends(claim), NOTHING)


def within(claim: WorldClaim, paid: Term, months: Term) -> Term:
    """What is paid is for no more than so many months, of those that the claim is for."""
    each = [z3.And(taken, months <= most, paid <= unit * months) for taken, most, unit in stipends(claim)]
    return z3.Or(paid == 0, *each)


def rivals(program: Program, members: Sequence[ProgramRule]) -> list[ProgramRule]:
    """Other rules that exclude one of these, and those that they ride on."""
    mine = {rule.index for rule in members}
    found = {at for bound in program.exclusives if bound.rules & mine and not bound.levels for at in bound.rules}
    found |= {rule.rides_on for rule in members if rule.rides_on is not None}
    return [program.rules[at] for at in sorted(found - mine)]


def out_of_the_way(settling: Settling, rules: frozenset[int]) -> Iterator[list[Term]]:
    """Where to look for an example about some rules: that others can't be claimed; that they are worth no more; anywhere."""
    mine = [i for i, claim in enumerate(settling.claims) if claim.rule.index in rules]
    others = [i for i in range(len(settling.claims)) if i not in mine]
    absent = [z3.Not(settling.claims[i].match) for i in others]
    yield absent
    if others:
        less = [
            z3.And(*(z3.Implies(settling.chosen[j], settling.worth[i] <= settling.worth[j]) for j in mine))
            for i in others
        ]
        yield [z3.Or(*either) for either in zip(absent, less, strict=True)]
        yield []
