"""Rules that are always beaten: whoever can claim one is paid another that excludes it.

The proof exchanges one award for another. Where rule B excludes rule A for the same item, and B is under no bound that A is
not under as well, then in every admissible set A can be replaced by B; if B is always worth more, A is never in the best set.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial, reduce
from typing import Any

import z3  # type: ignore[import-untyped]

from ..model.assessment import Assessment
from ..model.case import Case
from ..model.program import CapBound, ExclusiveBound, Program, ProgramRule
from ..model.vocabulary import Label
from ..money import format_units
from ..rules import Rules
from .finding import NO_HISTORY, TIMEOUT, TOO_WIDE, UNSETTLED, Finding, Question
from .search import Answer, finding, only_item, refuted, rule_path
from .settling import attributes, exclusive_pairs, rivals
from .solve import model_of
from .terms import NOTHING, Price, Term, least, whole
from .witness import award_of, decided
from .world import World, WorldClaim, too_wide

NO_EXCHANGE = "beaten by each rival somewhere, and no exchange proves it for all applications"


def always_beaten(rules: Rules, seconds: float) -> Iterator[Finding]:
    """Of rules that others exclude: is there an application in which it is paid?"""
    program = rules.program
    for rule in program.rules:
        if not rule.unquantified and any(not other.unquantified for other in rivals(program, [rule])):
            answer, winners = _asked(rules, rule, seconds)
            proved = Label(
                zh=f"总被取代：{'、'.join(winner.id for winner in winners)}。",
                en=f"It always gives way to {', '.join(winner.id for winner in winners)}.",
            )
            scope = NO_HISTORY if answer.verdict == "proved" else None
            path = rule_path(program, rule)
            yield finding(program, BEATEN.id, path, answer, proved, partial(_how_paid, rule), "proved", (), scope)


def _asked(rules: Rules, rule: ProgramRule, seconds: float) -> tuple[Answer, Sequence[ProgramRule]]:
    program = rules.program
    others = rivals(program, [rule])
    if too_wide(others, 1):
        return Answer("undecided", note=TOO_WIDE), ()
    world = World(program, [rule, *others])
    (mine,) = (claim for claim in world.claims if claim.rule is rule)
    carried = [claim for claim in world.claims if claim is mine or claim.rule.index == rule.rides_on]
    claimed = [*world.legal, *(z3.And(claim.match, claim.price.high > 0) for claim in carried)]
    better = {claim.rule: better_than(world, claim, mine) for claim in world.claims if replaces(program, claim, mine)}
    shows = partial(_paid, program, rule, others)
    rival = [claim for claim in world.claims if claim.rule.index in _excluding(world, mine)]
    note = NO_EXCHANGE
    for outdone in _outdone(world, rival, mine):
        model = model_of([*claimed, *outdone], seconds)
        if model == "timeout":
            note = TIMEOUT
        elif model != "none":
            answer = refuted(rules, world.application(model), shows)
            if answer.verdict == "refuted":
                return answer, ()
            note = UNSETTLED
    for winners in [[one] for one in better] + [list(better)] * (len(better) > 1):
        if model_of([*claimed, *(z3.Not(better[one]) for one in winners)], seconds) == "none":
            return Answer("proved"), winners
    return Answer("undecided", note=note), ()


def _outdone(world: World, rivals: Sequence[WorldClaim], mine: WorldClaim) -> Iterator[list[Any]]:
    """Where to look for an example: no rival can be claimed; each has a lower ceiling, none a higher one; less is
    assured; anywhere: other bounds may decide."""
    absent = [z3.Not(claim.match) for claim in rivals]
    high, low = ([_capped(world, one, end(one.price)) for one in (mine, *rivals)] for end in (_high, _low))
    yield absent
    yield [z3.Or(no, theirs < high[0]) for no, theirs in zip(absent, high[1:], strict=True)]
    yield [z3.Or(no, theirs <= high[0]) for no, theirs in zip(absent, high[1:], strict=True)]
    yield [z3.Or(no, theirs < low[0]) for no, theirs in zip(absent, low[1:], strict=True)]
    yield []


def _high(price: Price) -> Term:
    return price.high


def _low(price: Price) -> Term:
    return price.low


def _excluding(world: World, mine: WorldClaim) -> set[int]:
    """The rules of the claims that may exclude one."""
    at = world.claims.index(mine)
    pairs = [pair for bound in world.program.exclusives for pair in exclusive_pairs(world.claims, bound)]
    return {world.claims[i + j - at].rule.index for i, j, _ in pairs if at in (i, j)}


def _paid(program: Program, rule: ProgramRule, others: Sequence[ProgramRule], case: Case, answer: Assessment) -> bool:
    """Something is paid at what is assured, or at the ceilings."""
    return _most(rule, answer) > 0 and decided(answer, [rule, *others])


def _most(rule: ProgramRule, answer: Assessment) -> int:
    award = award_of(answer, rule.id, only_item(rule))
    return max(award.settled.assured, award.settled.ceiling or 0) if award and award.settled else 0


def _how_paid(rule: ProgramRule, answer: Assessment) -> Label:
    most = format_units(_most(rule, answer))
    return Label(zh=f"会支付，例如最高 {most}。", en=f"It is paid, for example at most {most}.")


def better_than(world: World, other: WorldClaim, mine: WorldClaim) -> Any:
    """The other claim can be made and wins in both runs; equal amounts go to the earlier rule."""
    earlier = other.rule.index < mine.rule.index

    def wins(theirs: Term, ours: Term) -> Any:
        return theirs >= ours if earlier else theirs > ours

    high, low = (_capped(world, other, end) for end in (other.price.high, other.price.low))
    return z3.And(other.match, wins(high, mine.price.high), z3.Or(mine.price.low == NOTHING, wins(low, mine.price.low)))


def _capped(world: World, claim: WorldClaim, amount: Term) -> Term:
    """Under caps that are for this claim alone."""
    values = claim.values
    alone = [cap.limit for cap in world.program.caps_of[claim.rule.index] if _is_alone(cap, claim.rule)]
    return reduce(least, (whole(limit, values) for limit in alone if limit), amount)


def _is_alone(cap: CapBound, rule: ProgramRule) -> bool:
    """With a figure that the text states: what an application states of a pool, or of a withheld figure, can be any."""
    known = cap.kind == "limit" and not cap.conditional
    return known and len(cap.rules) == 1 and (rule.item is None or "item" in cap.key)


def replaces(program: Program, other: WorldClaim, mine: WorldClaim) -> bool:
    """Whether in every admissible set with `mine` and without `other` the two can be exchanged."""
    one, two = mine.rule, other.rule
    bounds = [bound for bound in program.exclusives_of[two.index] if not bound.levels]
    return (
        one is not two
        and not two.unquantified
        and other.item is mine.item
        and (two.own or not one.own)
        and two.rides_on in (None, one.rides_on)
        and all(rule.rides_on != one.index for rule in program.rules)
        and not any(bound.choose for rule in (one, two) for bound in program.exclusives_of[rule.index])
        and any(_covers(bound, one, two) for bound in bounds)
        and all(_covers(bound, one, two) or _only_itself(bound, two) for bound in bounds)
        and all(_is_alone(cap, two) or _shares(cap, one, two) for cap in program.caps_of[two.index])
    )


def _covers(bound: ExclusiveBound, one: ProgramRule, two: ProgramRule) -> bool:
    """Whatever it excludes of rule two for an item it excludes of rule one for that item as well, and each of the other."""
    same = "award" not in bound.key or (one.policy, one.award) == (two.policy, two.award)
    plain = not bound.compatible and not attributes(bound.key) and "rule" not in bound.key
    return one.index in bound.rules and same and plain


def _only_itself(bound: ExclusiveBound, rule: ProgramRule) -> bool:
    """It compares an award with its own past alone."""
    single = "rule" in bound.key or len(bound.rules) == 1
    return single and (rule.item is None or "item" in bound.key)


def _shares(cap: CapBound, one: ProgramRule, two: ProgramRule) -> bool:
    """Both awards are under a cap in the same way."""
    award = (one.policy, one.award) == (two.policy, two.award)
    same_label = cap.kind == "limit" or (cap.kind == "count" and (cap.of != "award" or award))
    same_key = "rule" not in cap.key and ("award" not in cap.key or award)
    return one.index in cap.rules and same_label and same_key


BEATEN = Question(
    id="always-beaten", title=Label(zh="总被其他条款取代", en="The rule is always beaten"), ask=always_beaten
)
QUESTIONS = (BEATEN,)
