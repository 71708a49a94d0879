"""Rules that nobody can claim, and branches that are never taken."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import z3  # type: ignore[import-untyped]

from ..expr import show
from ..model.assessment import Assessment
from ..model.case import Case
from ..model.program import Program, ProgramRule
from ..model.vocabulary import Label
from ..money import format_units
from ..rules import Rules
from .finding import TIMEOUT, Finding, Question
from .search import Answer, finding, only_item, rule_path, search
from .solve import model_of
from .terms import truth
from .witness import award_of, certain, taken
from .world import World


def nobody_can_claim(rules: Rules, seconds: float) -> Iterator[Finding]:
    """A rule is dead if its conditions contradict each other, or if nothing is ever due."""
    program = rules.program
    for rule in program.rules:
        world = World(program, [rule])
        (claim,) = world.claims
        refuting = [claim.match] if rule.unquantified else [claim.match, claim.price.high > 0]
        answer = search(rules, world, refuting, partial(_claimed, rule), seconds)
        proved = Label(zh="没有任何申请能享受本条。", en="No application can claim this rule.")
        yield finding(
            program, DEAD.id, rule_path(program, rule), answer, proved, partial(_how_claimed, rule), notable="proved"
        )


def _claimed(rule: ProgramRule, case: Case, answer: Assessment) -> bool:
    award = award_of(answer, rule.id, only_item(rule))
    if award is None or award.status in ("ineligible", "not_in_force") or not certain(award):
        return False
    return bool(rule.unquantified) or bool(award.due and award.due.ceiling)


def _how_claimed(rule: ProgramRule, answer: Assessment) -> Label:
    award = award_of(answer, rule.id, only_item(rule))
    if award is None or award.due is None or award.due.ceiling is None:
        return Label(zh="可以享受（未定额）。", en="It can be claimed (without a figure).")
    due = format_units(award.due.ceiling)
    return Label(zh=f"可以享受，例如最高 {due}。", en=f"It can be claimed, for example at most {due}.")


def _applies(program: Program, rule: ProgramRule, branch: int, case: Case, answer: Assessment) -> bool:
    award = award_of(answer, rule.id, only_item(rule))
    matched = award is not None and award.status not in ("ineligible", "not_in_force") and certain(award)
    return matched and taken(program, rule, case, only_item(rule)) == branch


def branch_never_taken(rules: Rules, seconds: float) -> Iterator[Finding]:
    """A branch is never taken if whoever meets its condition meets an earlier one, or fails the rule's own conditions."""
    program = rules.program
    for rule in program.rules:
        for at in range(len(rule.branches)) if len(rule.branches) > 1 else ():
            world = World(program, [rule])
            (claim,) = world.claims
            refuting = [claim.match, claim.price.taken[at]]
            answer = search(rules, world, refuting, partial(_applies, program, rule, at), seconds)
            proved = Label(zh=f"第 {at + 1} 档从不适用。", en=f"Row {at + 1} never applies.")
            yield finding(
                program, BRANCH.id, rule_path(program, rule, at), answer, proved, partial(_how_claimed, rule), "proved"
            )


def condition_implied(rules: Rules, seconds: float) -> Iterator[Finding]:
    """A condition says nothing if whoever meets the others, within the time in force, meets it as well. Only such are told."""
    program = rules.program
    for rule in program.rules:
        world = World(program, [rule])
        (claim,) = world.claims
        values = claim.values
        for condition in rule.when:
            others = [truth(tree, values) for tree in rule.when if tree is not condition]
            refuting = [*world.legal, *world.in_force(rule, values), *others, z3.Not(truth(condition, values))]
            text, outcome = show(condition), model_of(refuting, seconds)
            says = Label(
                zh=f"条件 {text} 已包含在其他条件或施行期中。",
                en=f"The condition {text} follows from the others, or from the time in force.",
            )
            answer = Answer("proved") if outcome == "none" else Answer("undecided", note=TIMEOUT)
            if outcome in ("none", "timeout"):
                figures = (("condition", text),)
                path = rule_path(program, rule)
                yield finding(program, IMPLIED.id, path, answer, says, says, "proved", figures)


DEAD = Question(
    id="nobody-can-claim",
    title=Label(zh="本条无人能享受", en="Nobody can claim the rule"),
    ask=nobody_can_claim,
)
BRANCH = Question(
    id="branch-never-taken",
    title=Label(zh="该档从不适用", en="The branch is never taken"),
    ask=branch_never_taken,
)
IMPLIED = Question(
    id="condition-implied",
    title=Label(zh="条件多余：其他条件已包含它", en="The condition follows from the others"),
    ask=condition_implied,
)
QUESTIONS = (DEAD, BRANCH, IMPLIED)
