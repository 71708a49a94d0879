"""What differs between two versions of a policy, rule by rule and bound by bound, whatever they are called in the file order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import z3  # type: ignore[import-untyped]

from ..expr import show
from ..model.program import CapBound, ExclusiveBound, Program, ProgramRule
from .solve import model_of
from .terms import NOTHING, whole
from .world import World

Bound = CapBound | ExclusiveBound


@dataclass(frozen=True, slots=True)
class Difference:
    """A rule or bound as it was and as it is; None where there is none. `less`, `more`: whether it can pay less, or more,
    than before for anybody, other things equal; None: not decided."""

    id: str
    old: ProgramRule | Bound | None
    new: ProgramRule | Bound | None
    less: bool | None
    more: bool | None


def differences(old: Program, new: Program, seconds: float) -> Iterator[Difference]:
    """In the order of the new version, then what was dropped."""
    rules = {rule.id: rule for rule in old.rules}, {rule.id: rule for rule in new.rules}
    for name in dict.fromkeys((*rules[1], *rules[0])):
        before, after = rules[0].get(name), rules[1].get(name)
        less, more = _rule(old, new, before, after, seconds)
        if less is not False or more is not False:
            yield Difference(name, before, after, less, more)
    bounds = _bounds(old), _bounds(new)
    for name in dict.fromkeys((*bounds[1], *bounds[0])):
        earlier, later = bounds[0].get(name), bounds[1].get(name)
        if _plain(old, earlier) != _plain(new, later):
            less, more = _bound(old, new, earlier, later, seconds)
            if less is not False or more is not False:
                yield Difference(name, earlier, later, less, more)


# Rules


def _rule(
    old: Program, new: Program, before: ProgramRule | None, after: ProgramRule | None, seconds: float
) -> tuple[bool | None, bool | None]:
    if before is None or after is None:
        return before is not None, after is not None
    if _place(old, before) != _place(new, after):
        return None, None  # paid to another, in another form, or with another award
    worlds = World(old, [before]), World(new, [after])
    claims = [world.claims[0] for world in worlds]
    legal = [*worlds[0].legal, *worlds[1].legal]
    if before.unquantified:
        ends = [[z3.If(claim.match, z3.IntVal(1), NOTHING)] for claim in claims]
    else:
        ends = [[z3.If(claim.match, end, NOTHING) for end in (claim.price.low, claim.price.high)] for claim in claims]
    less = [now < then for then, now in zip(*ends, strict=True)]
    more = [now > then for then, now in zip(*ends, strict=True)]
    return _possible([*legal, z3.Or(*less)], seconds), _possible([*legal, z3.Or(*more)], seconds)


def _possible(constraints: list[Any], seconds: float) -> bool | None:
    found = model_of(constraints, seconds)
    return None if found == "timeout" else found != "none"


def _place(program: Program, rule: ProgramRule) -> tuple[Any, ...]:
    """What decides about a rule besides its price."""
    base = None if rule.rides_on is None else program.rules[rule.rides_on].id
    units = tuple(show(branch.units) for branch in rule.branches if branch.units)
    return rule.item, rule.award, rule.matter, rule.payee, rule.form, rule.unquantified, rule.dated_by, base, units


# Bounds


def _bounds(program: Program) -> dict[str, Bound]:
    """By name within the policy."""
    bounds: list[Bound] = [*program.caps, *program.exclusives]
    return {bound.path.partition("/")[2]: bound for bound in bounds}


def _plain(program: Program, bound: Bound | None) -> Any:
    """All that a bound says, with the names of its rules."""
    if bound is None:
        return None
    if isinstance(bound, CapBound):
        figure = show(bound.limit) if bound.limit else ""
        rank = show(bound.rank_by) if bound.rank_by else ""
        return (
            members(program, bound),
            set(bound.key),
            bound.kind,
            figure,
            bound.of,
            bound.unpublished,
            bound.ration,
            rank,
        )
    return (
        members(program, bound), set(bound.key), bound.prior, bound.choose, _names(program, bound.priority),
        {frozenset(_names(program, pair)) for pair in bound.compatible}, bound.levels, bound.same,
    )  # fmt: skip


def members(program: Program, bound: Bound) -> frozenset[str]:
    return frozenset(_names(program, bound.rules))


def _names(program: Program, rules: Iterable[int]) -> list[str]:
    return [program.rules[at].id for at in rules]


def _bound(
    old: Program, new: Program, before: Bound | None, after: Bound | None, seconds: float
) -> tuple[bool | None, bool | None]:
    """A bound that is new can only take, one that is gone can only have taken; a limit is compared as a number."""
    if before is None or after is None:
        return before is None, after is None
    if isinstance(before, CapBound) and isinstance(after, CapBound) and _alike(old, new, before, after):
        shrinks = members(old, before) < members(new, after) or after.unpublished
        grows = members(old, before) > members(new, after) or before.unpublished
        if before.limit is None or after.limit is None:
            return (shrinks, grows) if shrinks != grows else (None, None)
        worlds = [World(program, [program.rules[min(bound.rules)]]) for program, bound in ((old, before), (new, after))]
        sides = [world.items[0].values if world.items else world.applicant for world in worlds]
        then, now = whole(before.limit, sides[0]), whole(after.limit, sides[1])
        legal = [*worlds[0].legal, *worlds[1].legal]
        less, more = _possible([*legal, now < then], seconds), _possible([*legal, now > then], seconds)
        return shrinks or less, grows or more
    return None, None


def _alike(old: Program, new: Program, before: CapBound, after: CapBound) -> bool:
    """They may differ in their figure, and in that one covers more rules than the other."""
    one, other = members(old, before), members(new, after)
    same = ("kind", "of", "ration")
    return (
        set(before.key) == set(after.key)
        and (one <= other or other <= one)
        and all(getattr(before, name) == getattr(after, name) for name in same)
    )
