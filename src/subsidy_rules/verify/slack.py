"""Bounds that change nothing: limits that are never reached, caps that never bind, exclusions that never exclude."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import partial, reduce
from itertools import permutations
from typing import Any

import z3  # type: ignore[import-untyped]

from ..expr import Tree, evaluate, show
from ..model.assessment import Assessment, Award
from ..model.case import Case
from ..model.program import ExclusiveBound, Program, ProgramRule
from ..model.vocabulary import Label
from ..rules import Rules
from .finding import NO_HISTORY, TOO_WIDE, UNCONFIRMED, UNSETTLED, Finding, Question
from .search import Answer, finding, only_item, rule_path, search
from .settling import Settling, exclusive_pairs, out_of_the_way, rivals
from .solve import model_of
from .terms import NOTHING, least, whole
from .witness import award_of, certain, decided, known_facts, taken
from .world import World, WorldClaim, too_wide

OPEN = "an award without a figure may be the one that is paid"


def limit_never_reached(rules: Rules, seconds: float) -> Iterator[Finding]:
    """A rule's own limits (`max`), each against what the branch and the other limits would give."""
    program = rules.program
    for rule in program.rules:
        own = [(limit, range(len(rule.branches))) for limit in rule.limits]
        own += [(limit, range(at, at + 1)) for at, branch in enumerate(rule.branches) for limit in branch.limits]
        for limit, branches in own:
            world = World(program, [rule])
            (claim,) = world.claims
            cut = z3.Or(*(_cut(claim, at, limit) for at in branches))
            refuting = [claim.price.holds, *world.in_force(rule, claim.values), cut]
            answer = search(rules, world, refuting, partial(_reached, program, rule, limit), seconds)
            proved = Label(zh=f"上限 {show(limit)} 从不起作用。", en=f"The limit {show(limit)} is never reached.")
            refuted = Label(zh=f"上限 {show(limit)} 起作用。", en=f"The limit {show(limit)} is reached.")
            path = rule_path(program, rule, branches[0] if len(branches) == 1 < len(rule.branches) else None)
            figures = (("limit", show(limit)),)
            yield finding(program, LIMIT.id, path, answer, proved, refuted, "proved", figures)


def _cut(claim: WorldClaim, branch: int, limit: Tree) -> Any:
    """A branch applies, and without the limit more would be due."""
    rule, values = claim.rule, claim.values
    others = _others(rule, branch, limit)
    more = reduce(least, (whole(tree, values) for tree in others))
    return z3.And(claim.price.taken[branch], more > whole(limit, values))


def _others(rule: ProgramRule, branch: int, limit: Tree) -> Sequence[Tree]:
    """What a branch pays, and its limits but for one."""
    found = rule.branches[branch]
    return (found.high, *(tree for tree in (*found.limits, *rule.limits) if tree is not limit))


def _reached(program: Program, rule: ProgramRule, limit: Tree, case: Case, answer: Assessment) -> bool:
    award, branch = award_of(answer, rule.id, only_item(rule)), taken(program, rule, case, only_item(rule))
    if award is None or award.due is None or not certain(award) or branch is None:
        return False
    values = known_facts(program, case, only_item(rule))
    bound, more = _least(limit, values=values), _least(*_others(rule, branch, limit), values=values)
    if bound is None or more is None:
        return False
    left = max(0, int(bound // 1))
    return award.due.ceiling == (left if left >= (rule.minimum or 0) else 0) and bound < more


def _least(*trees: Tree, values: dict[str, Any]) -> Fraction | None:
    """The least of those amounts that are known, by the reference evaluator, to the fen; None where none is."""
    ends = [evaluate(tree, values) for tree in trees]
    known = (Fraction(end[1] // 1) for end in ends if isinstance(end, tuple) and end[1] is not None)
    return min(known, default=None)


def exclusion_never_excludes(rules: Rules, seconds: float) -> Iterator[Finding]:
    """Two different claims under one exclusion. (Bounds that only compare one award with its own past are not asked.)"""
    program = rules.program
    for bound in program.exclusives:
        answer = _excluded(rules, bound, seconds)
        proved = Label(
            zh="同一申请中从不排除任何奖补，只对既往奖补起作用。",
            en="It never excludes an award of one application; it acts on earlier grants alone.",
        )
        refuted = Label(zh="起作用。", en="It excludes.")
        if answer:
            scope = NO_HISTORY if answer.verdict == "proved" else None
            yield finding(program, EXCLUSION.id, bound.path, answer, proved, refuted, "proved", (), scope)


def _excluded(rules: Rules, bound: ExclusiveBound, seconds: float) -> Answer | None:
    program = rules.program
    members = [program.rules[at] for at in sorted(bound.rules)]
    those = [*members, *rivals(program, members)]
    if too_wide(those, 2):
        return Answer("undecided", note=TOO_WIDE)
    world = World(program, those, copies=2)
    settling = Settling(world, [z3.If(claim.match, claim.price.high, NOTHING) for claim in world.claims])
    claims, worth = settling.claims, settling.worth
    both = [
        z3.And(settling.chosen[i], worth[i] >= worth[j], worth[j] > 0, same)
        for pair in exclusive_pairs(claims, bound)
        for i, j, same in (pair, (pair[1], pair[0], pair[2]))
        if not (claims[i].rule.unquantified or claims[j].rule.unquantified)
    ]
    answer = None
    for apart in out_of_the_way(settling, bound.rules) if both else ():
        refuting = [*settling.laws, z3.Or(*both), *apart]
        answer = search(rules, world, refuting, partial(_excludes, program, bound), seconds)
        if answer.verdict == "refuted":
            break
    if answer and answer.verdict == "proved" and _open_can_win(world, bound, seconds):
        return Answer("undecided", note=OPEN)
    return Answer("undecided", note=UNSETTLED) if answer and answer.note == UNCONFIRMED else answer


def _open_can_win(world: World, bound: ExclusiveBound, seconds: float) -> bool:
    """An award without a figure, which has no place in the settlement, may be the one that is paid."""
    claims = world.claims
    pairs = [
        z3.And(claims[i].match, claims[j].match, same)
        for i, j, same in exclusive_pairs(claims, bound)
        if claims[i].rule.unquantified or claims[j].rule.unquantified
    ]
    return bool(pairs) and model_of([*world.legal, z3.Or(*pairs)], seconds) != "none"


def _excludes(program: Program, bound: ExclusiveBound, case: Case, answer: Assessment) -> bool:
    """Of two awards with the same key something is due for both, and nothing is paid for one of them."""
    members = [program.rules[at] for at in bound.rules]
    return decided(answer, [*members, *rivals(program, members)]) and any(
        other.settled.ceiling and one.settled.ceiling == 0
        for one, other in compared_awards(program, bound, case, answer)
        if one.settled and other.settled
    )


def compared_awards(
    program: Program, bound: ExclusiveBound, case: Case, answer: Assessment
) -> Iterator[tuple[Award, Award]]:
    """Pairs of awards, in both orders, that a bound excludes of each other, with money due for both."""
    index = {rule.id: rule for rule in program.rules if rule.index in bound.rules}
    claimed = [award for award in answer.awards if award.rule in index and award.due and award.due.ceiling]
    for one, other in permutations(claimed, 2):
        rules = index[one.rule], index[other.rule]
        if frozenset(rule.index for rule in rules) not in bound.compatible:
            keys = [
                key_of(program, bound.key, case, rule, award) for rule, award in zip(rules, (one, other), strict=True)
            ]
            if keys[0] == keys[1]:
                yield one, other


def key_of(program: Program, key: tuple[str, ...], case: Case, rule: ProgramRule, award: Award) -> list[Any]:
    """An award's place in a bound."""
    facts = known_facts(program, case, award.item)
    same = {"rule": rule.id, "award": rule.award, "item": award.item, "applicant": None, "year": None}
    return [same[part] if part in same else facts[part] for part in key]


LIMIT = Question(
    id="limit-never-reached", title=Label(zh="上限从不起作用", en="The limit is never reached"), ask=limit_never_reached
)
EXCLUSION = Question(
    id="exclusion-never-excludes",
    title=Label(zh="就高不重复从不起作用", en="The exclusion never excludes"),
    ask=exclusion_never_excludes,
)
QUESTIONS = (LIMIT, EXCLUSION)
