"""Which claims stand under one bound with one key: the same in both runs, whatever the claims are worth there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from ..model.program import CapBound, ExclusiveBound, Program
from .bounds import compared, key_values
from .claims import Claim

Bound = TypeVar("Bound", CapBound, ExclusiveBound)
Members = list[int]  # claims, in order


def under(
    program: Program, claims: Sequence[Claim], bounds_of: Sequence[Sequence[Bound]]
) -> list[tuple[Bound, Members]]:
    """The claims of each bound and key. A claim whose key is not known is not joined."""
    found: dict[object, tuple[Bound, Members]] = {}
    for claim in claims:
        for bound in bounds_of[claim.rule.index]:
            place: object = bound.path
            if bound.parts:
                key = key_values(program, claim, bound.parts)
                if key is None:
                    continue
                place = bound.path, key
            joined = found.get(place)
            if joined is None:
                found[place] = bound, [claim.order]
            else:
                joined[1].append(claim.order)
    return list(found.values())


def against(program: Program, claims: Sequence[Claim]) -> Iterator[tuple[ExclusiveBound, Members]]:
    """Pairs of claims under different policies of the program that a bound compares with each other."""
    if not any(program.related):
        return
    by_policy: dict[int, list[Claim]] = {}
    for claim in claims:
        by_policy.setdefault(claim.rule.policy, []).append(claim)
    for mine in claims:
        for bound in program.against_of[mine.rule.index]:
            for policy in program.related[mine.rule.policy]:
                level = program.policies[policy].jurisdiction.level
                for other in by_policy.get(policy, ()):
                    if compared(level, other.item_id, other.rule.matter, mine, bound):
                        yield bound, sorted((mine.order, other.order))
