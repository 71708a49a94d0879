"""What all applicants share: pools, quotas, and objects that are paid once. Read under the lock, so that it is exact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from ..errors import Problem
from ..model.case import Case, CaseItem
from ..model.program import FIXED, CapBound, Program
from ..money import format_yuan
from ..rules import Rules
from .answers import Left, named, problem
from .record import Claim, Rule, Standing, drawn, entries, figures, of_rules, standing

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Draw:
    """An award as it counts under bounds, standing or about to be written. `amount` in fen; `attributes`: the facts of its
    item that keys ask for, as far as they are known; `item`: None where only its id is known, or for the applicant itself."""

    applicant: str
    rule: int
    item_id: str | None
    year: int
    amount: int
    units: int
    attributes: Mapping[str, str]
    item: CaseItem | None = None


def draw_of(award: Standing, rule: int) -> Draw:
    detail = award.detail
    place = (award.applicant, rule, award.item, award.year)
    return Draw(*place, award.stands, detail.get("units", 0), detail.get("attributes", {}))


def attributes(program: Program, rule: int, item: CaseItem | None) -> dict[str, str]:
    """Those facts of the item that a key asks for, now or in later years; no others are kept."""
    keys = [cap.key for cap in program.caps_of[rule]] + [bound.key for bound in program.exclusives_of[rule]]
    names = {name for key in keys for name in key} - set(FIXED)
    if item is None:
        return {}
    values = {name: item.values[program.slots[item.kind][name]] for name in sorted(names)}
    return {name: value for name, value in values.items() if isinstance(value, str)}


def names_of(program: Program, rules: Iterable[int] | None = None) -> dict[Rule, int]:
    """Rules by policy and id, also under the policies that theirs succeeds."""
    found: dict[Rule, int] = {}
    for at in range(len(program.rules)) if rules is None else rules:
        rule = program.rules[at]
        policy = program.policies[rule.policy]
        found |= {(name, rule.id): at for name in (policy.id, *policy.succeeds)}
    return found


def name_of(program: Program, at: int, item: str | None) -> str:
    rule = program.rules[at]
    return named(program.policies[rule.policy].id, rule.id, item)


def plain(cap: CapBound) -> bool:
    """One sum for a year or for all years: the engine takes one figure by `policy/bound`."""
    return cap.pool and set(cap.key) <= {"year"}


def lefts(rules: Rules, connection: Connection, year: int) -> list[Left]:
    """Every pool and quota that has one sum."""
    given = figures(connection, year)
    found = []
    for cap in rules.program.caps:
        if plain(cap):
            figure = given.get(cap.path, None if cap.unpublished else rules.pricer.limit(cap, (), ())[1])
            used = _Uses(rules.program, cap, connection, year)
            found.append(Left(cap.path, cap.article, cap.kind, figure, used.standing()))
    return found


def problems(
    rules: Rules, connection: Connection, case: Case, new: Sequence[Draw], instead: Mapping[Claim, Standing]
) -> Iterator[Problem]:
    """Pools and quotas that would be overdrawn, and objects that another applicant was paid for. `instead`: what a correction
    takes back."""
    given = figures(connection, case.year)
    for cap in rules.program.caps:
        members = [draw for draw in new if draw.rule in cap.rules] if cap.pool else []
        groups: dict[Key, list[Draw]] = defaultdict(list)
        for draw in members:
            groups[_key(rules.program, draw, cap.key)].append(draw)
        for key, drawing in groups.items():
            figure = given.get(cap.path)
            if figure is None and not cap.unpublished:
                item = drawing[0].item
                figure = rules.pricer.limit(cap, case.values, item.values if item else ())[1]
            if figure is not None:
                uses = _Uses(rules.program, cap, connection, case.year, key)
                yield from _overdrawn(rules.program, uses, figure, drawing, instead.values())
    yield from _paid_to_others(rules.program, connection, case, new)


def _overdrawn(
    program: Program, uses: _Uses, figure: int, new: Sequence[Draw], instead: Collection[Standing]
) -> Iterator[Problem]:
    """What is taken back makes room; a correction that takes no more than before is never refused."""
    cap, names = uses.cap, ", ".join(name_of(program, draw.rule, draw.item_id) for draw in new)
    if None in uses.key:
        yield problem("SR806", f"approved.{names}", expected=cap.path)
        return
    before, rest, after = uses.standing(), uses.standing(instead), uses.standing(instead, new)
    if after > figure and after > before:
        wanted, left = after - rest, max(0, figure - rest)
        shown = [format_yuan(value) if cap.kind == "limit" else str(value) for value in (wanted, left)]
        yield problem("SR807", f"approved.{names}", shown[0], f"at most {shown[1]} ({cap.path})")


def _paid_to_others(program: Program, connection: Connection, case: Case, new: Sequence[Draw]) -> Iterator[Problem]:
    """An exclusive bound whose key holds neither applicant nor item is about an object that several may claim for."""
    for bound in program.exclusives:
        members = [draw for draw in new if draw.rule in bound.rules]
        if not members or bound.levels or bound.prior == "ignore" or {"applicant", "item"} & set(bound.key):
            continue
        year = case.year if "year" in bound.key else None
        for _, other in _awards(program, bound.rules, connection, year):
            for draw in members:
                key = _key(program, draw, bound.key)
                compatible = frozenset((draw.rule, other.rule)) in bound.compatible
                if other.applicant != case.applicant and not compatible and _meets(program, other, bound.key, key):
                    field = f"approved.{name_of(program, draw.rule, draw.item_id)}"
                    found = name_of(program, other.rule, None)  # to whom, is not said
                    yield problem("SR808", field, found, bound.path)


@dataclass(frozen=True)
class _Uses:
    """What draws on one cap under one key: fen, units, or the number of what a count counts."""

    program: Program
    cap: CapBound
    connection: Connection
    year: int
    key: Key = ()

    def standing(self, without: Collection[Standing] = (), new: Sequence[Draw] = ()) -> int:
        """Over all applicants, without some awards and with others."""
        year = self.year if "year" in self.cap.key else None
        names = names_of(self.program, self.cap.rules)
        if self.cap.kind == "limit" and plain(self.cap):  # read off the balances, however many there are
            gone = sum(award.stands for award in without if self._counts(award, names, year))
            return drawn(self.connection, names, year) - gone + sum(draw.amount for draw in new)
        gone_claims = {award.claim for award in without}
        kept = [
            draw
            for award, draw in _awards(self.program, self.cap.rules, self.connection, year)
            if award.claim not in gone_claims and _meets(self.program, draw, self.cap.key, self.key)
        ]
        if self.cap.kind == "count":
            return len({self._counted(draw) for draw in (*kept, *new)})
        return sum(draw.units if self.cap.kind == "units" else draw.amount for draw in (*kept, *new))

    def _counts(self, award: Standing, names: Mapping[Rule, int], year: int | None) -> bool:
        return (award.policy, award.rule) in names and year in (None, award.year)

    def _counted(self, draw: Draw) -> object:
        """A thing is counted once for each applicant."""
        rule = self.program.rules[draw.rule]
        of = {"year": draw.year, "item": draw.item_id, "award": (rule.policy, rule.award, draw.item_id)}
        return draw.applicant, of[self.cap.of or "award"]


def _key(program: Program, draw: Draw, key: Sequence[str]) -> Key:
    """Where an award stands in a bound over all applicants; None for a fact that is not known."""
    rule = program.rules[draw.rule]
    fixed = {"rule": draw.rule, "award": (rule.policy, rule.award)}
    return tuple(fixed.get(part, draw.attributes.get(part)) for part in key if part != "year")


def _meets(program: Program, draw: Draw, names: Sequence[str], key: Key) -> bool:
    """Whether an award stands under the key, or may: what is not known counts."""
    return all(mine in (None, other) for mine, other in zip(_key(program, draw, names), key, strict=True))


def _awards(
    program: Program, rules: Iterable[int], connection: Connection, year: int | None
) -> Iterator[tuple[Standing, Draw]]:
    """What stands under some rules, over all applicants."""
    wanted = names_of(program, rules)
    for award in standing(entries(connection, *of_rules(wanted, year))).values():
        rule = wanted.get((award.policy, award.rule))
        if rule is not None and award.stands:
            yield award, draw_of(award, rule)
