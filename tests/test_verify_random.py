"""`verify` over random policies: the engine confirms the examples, and no random application contradicts a proof."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import applications, policies
from verify_help import PATIENCE, drawn_rules

from subsidy_rules.engine.assess import assess
from subsidy_rules.engine.compiled import CompiledPricer
from subsidy_rules.model.assessment import Assessment, Award
from subsidy_rules.model.case import Case
from subsidy_rules.model.program import Program
from subsidy_rules.rules import Rules
from subsidy_rules.verify import bands, beaten, caps, dead, safety, slack
from subsidy_rules.verify.finding import UNCONFIRMED, Finding
from subsidy_rules.verify.witness import taken

Dict = dict[str, Any]
QUESTIONS = [*dead.QUESTIONS, *bands.QUESTIONS, *slack.QUESTIONS, *caps.QUESTIONS, *beaten.QUESTIONS, *safety.QUESTIONS]


def contradicted(program: Program, finding: Finding, case: Case, answer: Assessment) -> bool:
    """Whether an answer shows the opposite of what is proved."""
    name, _, branch = finding.subject.partition("/")[2].partition("#")
    mine = [award for award in answer.awards if award.rule == name]
    match finding.question:
        case "nobody-can-claim":
            return any(award.status not in ("ineligible", "not_in_force") and _most(award) for award in mine)
        case "branch-never-taken":
            rule = next(rule for rule in program.rules if rule.id == name)
            claimed = [award for award in mine if award.status not in ("ineligible", "not_in_force")]
            return any(taken(program, rule, case, award.item) == int(branch) - 1 for award in claimed)
        case "always-beaten":
            return any(award.settled and (award.settled.assured or award.settled.ceiling) for award in mine)
        case "cap-never-binds" | "exclusion-never-excludes":
            bounds = (*program.caps, *program.exclusives)
            other = caps.without(program, next(bound for bound in bounds if bound.path == finding.subject))
            return caps.paid(program, assess(other, case, CompiledPricer(other))) != caps.paid(program, answer)
        case "cap-exceeded":
            return safety._passed(
                program, next(cap for cap in program.caps if cap.path == finding.subject), case, answer
            )
        case "exclusive-paid-together":
            bound = next(bound for bound in program.exclusives if bound.path == finding.subject)
            return safety._both_paid(program, bound, case, answer)
    return False


def _most(award: Award) -> bool:
    return bool(award.due and award.due.ceiling)


def examples(rules: Rules, policy: Dict, data: st.DataObject) -> Any:
    """Applications without history, all facts known."""
    for _ in range(6):
        drawn = data.draw(applications([policy], unknown=False, partial=False, outside=False, approvals=False))
        plain = {name: value for name, value in drawn.items() if name not in ("grants", "parameters", "options")}
        case = rules.admit(plain)
        yield case, rules.assess(case)


@settings(max_examples=60, suppress_health_check=[*HealthCheck])
@given(st.data())
def test_examples_are_confirmed_and_proofs_hold(data: st.DataObject) -> None:
    policy = data.draw(policies(against=False, max_rules=4))
    rules = drawn_rules(policy)
    found = [finding for question in QUESTIONS for finding in question.ask(rules, PATIENCE)]
    assert not [finding for finding in found if finding.note == UNCONFIRMED]
    counts = Counter(
        finding.verdict for finding in found if finding.question in ("cap-exceeded", "exclusive-paid-together")
    )
    assert set(counts) <= {"proved"}
    proved = [finding for finding in found if finding.verdict == "proved"]
    for case, answer in examples(rules, policy, data):
        for finding in proved:
            assert not contradicted(rules.program, finding, case, answer), finding
