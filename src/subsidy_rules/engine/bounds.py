"""What earlier grants, keys and other policies do to one claim: numbers that are fixed before anything is chosen.

A bound only lowers. In the low run an unknown bound is in force (0 is left), in the high run it is absent.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from ..model.case import Case, CaseGrant
from ..model.program import CapBound, ExclusiveBound, Program
from .claims import NO_END, Claim

Run = Literal["low", "high"]
KeyValues = tuple[object, ...]


class Lowered(NamedTuple):
    """One bound lowered one claim: from, to (fen), by which bound and why."""

    bound: str
    why: str
    before: int
    after: int


def key_values(program: Program, claim: Claim, parts: tuple[str, ...]) -> KeyValues | None:
    """The claim's place in a bound; None where an attribute of the item is not known."""
    if parts == ("item",):
        return (claim.item_id,)
    values: list[object] = []
    for part in parts:
        if part == "rule":
            values.append(claim.rule.index)
        elif part == "award":
            values.append((claim.rule.policy, claim.rule.award))
        elif part == "item":
            values.append(claim.item_id)
        else:
            assert claim.item is not None
            value = claim.item.values[program.slots[claim.item.kind][part]]
            if value is None:
                return None
            values.append(value)
    return tuple(values)


def shares_key(program: Program, claim: Claim, grant: CaseGrant, key: tuple[str, ...], year: int) -> bool | None:
    """Does an earlier grant stand under the same key as the claim? None: an attribute of either is not known."""
    known: bool | None = True
    for part in key:
        same: bool | None = True
        if part == "rule":
            same = grant.rule == claim.rule.index
        elif part == "award":
            same = grant.rule is not None and _award(program, grant.rule) == _award(program, claim.rule.index)
        elif part == "item":
            same = grant.item == claim.item_id
        elif part == "year":
            same = grant.year == year
        elif part != "applicant":
            assert claim.item is not None
            mine = claim.item.values[program.slots[claim.item.kind][part]]
            theirs = grant.attributes.get(part)
            same = None if mine is None or theirs is None else mine == theirs
        if same is False:
            return False
        known = known and same
    return known


def _award(program: Program, rule: int) -> tuple[int, str]:
    return program.rules[rule].policy, program.rules[rule].award


def _counts(shared: bool | None, run: Run) -> bool:
    """What may or may not be compared, or share the key, counts in the low run only."""
    return shared is True or (shared is None and run == "low")


def used(program: Program, claim: Claim, cap: CapBound, case: Case, run: Run) -> Iterator[CaseGrant]:
    """Earlier grants that count against a cap."""
    for grant in case.grants:
        if (
            grant.rule in cap.rules
            and not grant.repaid
            and _counts(shares_key(program, claim, grant, cap.key, case.year), run)
        ):
            yield grant


def earlier(program: Program, claim: Claim, bound: ExclusiveBound, case: Case, run: Run) -> Iterator[CaseGrant]:
    """Earlier grants, of this policy or of one that it is compared with, that a claim is exclusive with."""
    for grant in case.grants:
        if grant.repaid or grant.amount == 0:
            continue
        if bound.levels:
            known = _of_other_policy(program, grant, claim, bound, case.year)
            if known and _counts(compared(grant.level, grant.item, grant.matter, claim, bound), run):
                yield grant
        elif grant.rule is not None and (
            _comparable(program, grant.rule, claim, bound)
            and _counts(shares_key(program, claim, grant, bound.key, case.year), run)
        ):
            yield grant


def _comparable(program: Program, rule: int, claim: Claim, bound: ExclusiveBound) -> bool:
    """Whether grants of a rule may stand against a claim: an award's own earlier grants only where the bound is about one
    award, or counts by award or rule."""
    if rule not in bound.rules or frozenset((rule, claim.rule.index)) in bound.compatible:
        return False
    same = _award(program, rule) == _award(program, claim.rule.index)
    return not same or "rule" in bound.key or "award" in bound.key or _one_award(program, bound)


def _one_award(program: Program, bound: ExclusiveBound) -> bool:
    return len({_award(program, rule) for rule in bound.rules}) == 1


def _could_bar(program: Program, claim: Claim, bound: ExclusiveBound) -> bool:
    """Whether any earlier grant at all, told or not, may stand against the claim under the bound."""
    if bound.levels:
        return True
    rules = [claim.rule.index] if "rule" in bound.key else bound.rules
    same_award = "award" in bound.key
    return any(
        _comparable(program, rule, claim, bound)
        and (not same_award or _award(program, rule) == _award(program, claim.rule.index))
        for rule in rules
    )


def related(program: Program, mine: int, other: int) -> bool:
    """Two policies of which one's territory holds the other's."""
    return other in program.related[mine]


def _of_other_policy(program: Program, grant: CaseGrant, claim: Claim, bound: ExclusiveBound, year: int) -> bool:
    """A policy outside the program is taken as the applicant names it; `year` in the key compares within a year only."""
    known = grant.rule is None or related(program, claim.rule.policy, program.rules[grant.rule].policy)
    return known and ("year" not in bound.key or grant.year == year)


def compared(
    level: str | None, item: str | None, matter: str | None, claim: Claim, bound: ExclusiveBound
) -> bool | None:
    """The same item; or the same matter, and not two different items. None: the matter is not stated, it may be the same."""
    if level not in bound.levels:
        return False
    if bound.same == "item":
        return item is not None and item == claim.item_id
    if not (item is None or claim.item_id is None or item == claim.item_id):
        return False
    return None if matter is None else matter == claim.rule.matter


def lowered(program: Program, claim: Claim, case: Case, run: Run) -> tuple[int, list[Lowered]]:
    """What earlier grants and rivals of other policies leave of a claim's due, each bound computed from that due."""
    amount = claim.low if run == "low" else claim.high
    steps: list[Lowered] = []
    if amount == 0:
        return 0, steps
    # the limits that bound an unknown base come last: history is compared with what the award may be worth
    due = NO_END if run == "high" and claim.unbounded else amount
    for bound in program.exclusives_of[claim.rule.index]:
        for why, left in _history(program, claim, bound, case, run, due):
            if left < amount:
                steps.append(Lowered(bound.path, why, amount, left))
                amount = left
    return amount, steps


def _history(
    program: Program, claim: Claim, bound: ExclusiveBound, case: Case, run: Run, due: int
) -> Iterator[tuple[str, int]]:
    if not bound.levels and key_values(program, claim, bound.parts) is None and run == "low":
        yield "key_unknown", 0
    if bound.prior != "ignore":
        if not case.complete and run == "low" and _could_bar(program, claim, bound):
            yield "history_unknown", 0
        grants = list(earlier(program, claim, bound, case, run))
        if grants:
            best, paid = max(grant.value for grant in grants), sum(grant.amount for grant in grants)
            left = {"top_up": max(0, max(due, best) - paid), "forfeit": 0, "replace": due if due > best else 0}[
                bound.prior
            ]
            yield bound.prior, left
    for rival in case.rivals:
        if _counts(compared(rival.level, rival.item, rival.matter, claim, bound), run):
            if bound.choose == "option":
                named = bound.path in case.options
                wins = case.options[bound.path] == claim.rule.index if named else run == "high"
                yield "option", due if wins else 0
            else:
                yield "rival", due if due >= (rival.high if run == "low" else rival.low) else 0


def repayable(program: Program, claim: Claim, case: Case) -> list[CaseGrant]:
    """Earlier grants that a better new award replaces: reported, never netted."""
    return [
        grant
        for bound in program.exclusives_of[claim.rule.index]
        if bound.prior == "replace"
        for grant in earlier(program, claim, bound, case, "high")
    ]
