"""The applications at which an answer turns: every condition, threshold, edge, limit, day and pair of rivals of a policy, at it,
one fen (piece, day) below and one above. The list is the same from run to run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..model.program import Program, ProgramRule
from ..model.vocabulary import Label
from .day_cases import cases_of_days
from .filling import Dict, Filling
from .found import Found
from .limit_cases import cases_of_cap
from .rival_cases import cases_of_exclusion, cases_of_rider
from .rule_cases import cases_of_rule

if TYPE_CHECKING:
    from ..rules import Rules


@dataclass(frozen=True)
class Boundary:
    """One case. `subject`: the rule or bound that it is about, which stands in `article`; `rules`: whose awards to look at;
    `facts`: the names of the facts that the case is about; `application`: as a file would say it."""

    id: str
    policy: str
    subject: str
    article: str
    kind: str
    label: Label
    rules: tuple[str, ...]
    facts: tuple[str, ...]
    application: Dict


def boundary_cases(rules: Rules) -> list[Boundary]:
    """All boundary cases of the policies: rule by rule as they are written, then joint bounds, then days. None is
    there twice."""
    program = rules.program
    numbers: Counter[tuple[str, str, str]] = Counter()
    named: list[Boundary] = []
    seen: set[tuple[str, str, str]] = set()
    for case in _all(rules):
        policy = program.policies[case.rules[0].policy].id
        subject = case.bound.partition("/")[2] or case.rules[0].id
        key = (subject, case.kind, repr(case.application))
        if key in seen:
            continue
        seen.add(key)
        numbers[policy, subject, case.kind] += 1
        named.append(
            Boundary(
                id=f"{subject[:44].rstrip('-')}-{case.kind}-{numbers[policy, subject, case.kind]}",
                policy=policy,
                subject=subject,
                article=program.articles[case.bound or f"{policy}/{case.rules[0].id}"],
                kind=case.kind,
                label=case.label,
                rules=tuple(dict.fromkeys(rule.id for rule in case.rules)),
                facts=tuple(sorted(case.facts)),
                application=case.application,
            )
        )
    return named


def _all(rules: Rules) -> Iterator[Found]:
    program = rules.program
    filling = Filling(program, rules.readers)
    for rule in _as_written(program):
        yield from cases_of_rule(filling, rule)
        if rule.rides_on is not None:
            yield from cases_of_rider(filling, rule, program.rules[rule.rides_on])
        yield from _of_bounds(filling, rules, rule)
    yield from _of_bounds(filling, rules, None)
    for policy in range(len(program.policies)):
        yield from cases_of_days(filling, policy)


def _as_written(program: Program) -> list[ProgramRule]:
    """The rules in the order of their documents."""
    written = {(at, rule.id): n for at, policy in enumerate(program.policies) for n, rule in enumerate(policy.rules)}
    return sorted(program.rules, key=lambda rule: (rule.policy, written[rule.policy, rule.id]))


def _of_bounds(filling: Filling, rules: Rules, rule: ProgramRule | None) -> Iterator[Found]:
    """Of the bounds over one rule alone; None: of those over several."""

    def asked(members: frozenset[int]) -> bool:
        return len(members) > 1 if rule is None else members == {rule.index}

    for cap in rules.program.caps:
        if asked(cap.rules):
            yield from cases_of_cap(filling, cap)
    for bound in rules.program.exclusives:
        if asked(bound.rules):
            yield from cases_of_exclusion(filling, rules, bound)
