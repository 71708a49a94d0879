"""Applications in which two versions of a policy may differ, as the solver finds them: the engine has to confirm each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations, product
from operator import or_
from typing import Any

import z3  # type: ignore[import-untyped]

from ..model.program import CapBound, ExclusiveBound, ProgramRule
from ..rules import Rules
from .differences import Difference, members
from .settling import exclusive_pairs, same_key, takes
from .solve import model_of
from .terms import NOTHING, whole
from .witness import Application
from .world import World, WorldClaim

MOST_COPIES = 12  # items of a kind, to pass a limit in number
MOST_PAIRS = 40  # pairs of rules that are tried for one exclusion
LEAST = 10**6  # fen: an award of less than 10000 yuan makes a poor example


@dataclass(frozen=True)
class Contrast:
    """`way` -1: the new version may pay less than the old one, 1: more."""

    old: Rules
    new: Rules
    seconds: float

    def examples(self, one: Difference, way: int) -> Iterator[Application]:
        generous = self.old if way < 0 else self.new
        if isinstance(one.old or one.new, ProgramRule):
            yield from self._of_rule(one, way)
        elif isinstance(one.old or one.new, CapBound):
            yield from self._of_cap(one, generous, one.new if way < 0 else one.old)
        else:
            yield from self._of_pairs(one, generous)

    def subject(self, one: Difference) -> frozenset[str]:
        """The rules whose awards a difference concerns, by id."""
        if isinstance(one.old or one.new, ProgramRule):
            return frozenset({one.id})
        sides = ((self.old.program, one.old), (self.new.program, one.new))
        return reduce(or_, (members(p, b) for p, b in sides if b is not None and not isinstance(b, ProgramRule)))

    def _of_rule(self, one: Difference, way: int) -> Iterator[Application]:
        worlds = self._worlds([one.id])
        for end in ("high", "low"):
            then, now = (_worth([claim for claim in world.claims if claim.rule.id == one.id], end) for world in worlds)
            if _paid_elsewhere(one):  # all of it is lost to one and gained by the other
                then, now = (then, NOTHING) if way < 0 else (NOTHING, now)
            yield from self._found(worlds, [one.id], [now < then if way < 0 else now > then])

    def _of_cap(self, one: Difference, generous: Rules, strict: Any) -> Iterator[Application]:
        """So many awards, none excluding another, that they pass the stricter limit: of one rule, else of all."""
        if not isinstance(strict, CapBound):
            return
        subject = sorted(self.subject(one))
        number = getattr(strict.limit, "value", 1) if strict.kind == "count" else 1
        for names, copies in product(
            [*([name] for name in subject), subject], sorted({1, 2, min(number + 1, MOST_COPIES)})
        ):
            worlds = self._worlds(names, copies)
            claims = [[claim for claim in world.claims if claim.rule.id in names] for world in worlds]
            mine, keyed = claims[generous is self.new], claims[generous is self.old]
            wanted = [*_claimed(mine), *(same_key(keyed[0], claim, strict.key) for claim in keyed[1:])]
            for bound in generous.program.exclusives:
                wanted += [z3.Not(same) for _, _, same in exclusive_pairs(mine, bound)]
            yield from self._found(worlds, names, [*wanted, *_beyond(strict, worlds[generous is self.old], claims)])

    def _of_pairs(self, one: Difference, generous: Rules) -> Iterator[Application]:
        """Two awards that exclude each other in one version."""
        bound = one.new or one.old
        assert isinstance(bound, ExclusiveBound)
        names = sorted(self.subject(one))
        pairs = [*((name, name) for name in names), *combinations(names, 2)]
        for first, second in pairs[:MOST_PAIRS]:
            for copies in (1, 2):
                worlds = self._worlds([first, second], copies)
                claims = [[claim for claim in world.claims if claim.rule.id in (first, second)] for world in worlds]
                mine, keyed = (
                    claims[generous is self.new],
                    claims[one.new is not None],
                )  # the facts of a key, who has it reads
                wanted = [*_claimed(mine), *(same_key(keyed[0], claim, bound.key) for claim in keyed[1:])]
                yield from self._found(worlds, [first, second], wanted)

    def _worlds(self, names: Sequence[str], copies: int = 1) -> list[World]:
        """The same facts under both versions, for all rules that a bound connects with these."""
        return [
            World(side.program, [side.program.rules[at] for at in sorted(connected(side, names))], copies)
            for side in (self.old, self.new)
        ]

    def _found(self, worlds: list[World], names: Sequence[str], wanted: list[Any]) -> Iterator[Application]:
        """One example, with nothing else to claim if that is possible."""
        quiet = [z3.Not(claim.match) for world in worlds for claim in world.claims if claim.rule.id not in names]
        for more in (quiet, []):
            found = model_of([*worlds[0].legal, *worlds[1].legal, *wanted, *more], self.seconds)
            if not isinstance(found, str):
                yield _merged(*(world.application(found) for world in worlds))
                return


def _paid_elsewhere(one: Difference) -> bool:
    """To another payee, or in another form."""
    old, new = one.old, one.new
    if not isinstance(old, ProgramRule) or not isinstance(new, ProgramRule):
        return False
    return (old.payee, old.form) != (new.payee, new.form)


def connected(side: Rules, names: Sequence[str]) -> frozenset[int]:
    """All rules that a bound connects with some, those included."""
    mine = [rule.index for rule in side.program.rules if rule.id in names]
    return frozenset().union(*(side.readers.parts[at] for at in mine))


def _claimed(claims: Sequence[WorldClaim]) -> list[Any]:
    return [
        term
        for claim in claims
        for term in (claim.match, *([] if claim.rule.unquantified else [claim.price.high >= LEAST]))
    ]


def _beyond(cap: CapBound, world: World, claims: Sequence[Sequence[WorldClaim]]) -> list[Any]:
    """More money, or more months, than a limit leaves."""
    mine = max(claims, key=len)
    if cap.limit is None or cap.kind == "count" or not mine:
        return []
    figure = whole(cap.limit, mine[0].item.values if mine[0].item else world.applicant)
    if cap.kind == "units":
        return [z3.Sum([takes(claim) for claim in mine]) > figure]
    return [z3.Sum([claim.price.high for claim in mine]) > figure]


def _worth(claims: Sequence[WorldClaim], end: str) -> Any:
    """What a rule would pay; 1 for support without a figure."""
    if not claims:
        return NOTHING
    claim = claims[0]
    amount = z3.IntVal(1) if claim.rule.unquantified else getattr(claim.price, end)
    return z3.If(claim.match, amount, NOTHING)


def _merged(one: Application, other: Application) -> Application:
    """All facts of both."""
    items: dict[str, dict[str, Any]] = {item["id"]: dict(item) for item in one.get("items", ())}
    for item in other.get("items", ()):
        mine = items.setdefault(item["id"], {**item, "facts": {}})
        mine["facts"] = {**mine["facts"], **item["facts"]}
    facts: Mapping[str, Any] = {**one["applicant"]["facts"], **other["applicant"]["facts"]}
    return {**other, "applicant": {**other["applicant"], "facts": facts}, "items": list(items.values())}
