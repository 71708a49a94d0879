"""Small policies for the tests of `verify`, over the vocabulary of the strategies."""

from __future__ import annotations

from typing import Any

import z3
from engine_help import SLIPS, document
from hypothesis import reject
from strategies import VOCABULARY
from test_oracle import bound

from subsidy_rules.errors import ProblemsError
from subsidy_rules.model.case import Raw
from subsidy_rules.model.program import CapBound, Program
from subsidy_rules.rules import Rules
from subsidy_rules.verify.finding import Finding, Question
from subsidy_rules.verify.safety import COPIES, both_paid, copies_for, exceeded, settled
from subsidy_rules.verify.solve import model_of
from subsidy_rules.verify.terms import code

Dict = dict[str, Any]
PATIENCE = 60  # seconds for one call of the solver: a busy machine must not change a verdict


def rules_of(policy: Dict) -> Rules:
    return Rules.of([document(policy, policy["id"])], document(VOCABULARY, "facts"))


def drawn_rules(policy: Dict) -> Rules:
    """Of a drawn policy; one with a slip of the pen is drawn again."""
    try:
        return rules_of(policy)
    except ProblemsError as error:
        assert {problem.code for problem in error.problems} <= SLIPS, str(error)
        reject()


def asked(question: Question, policy: Dict) -> dict[str, Finding]:
    """Findings by subject, without the policy's id; where there are several the last."""
    return {finding.subject.partition("/")[2]: finding for finding in question.ask(rules_of(policy), PATIENCE)}


def verdicts(question: Question, policy: Dict) -> dict[str, str]:
    return {name: finding.verdict for name, finding in asked(question, policy).items()}


def facts_of_witness(finding: Finding) -> Dict:
    """What the example says of the applicant and of the first item."""
    assert finding.witness is not None
    items = finding.witness.get("items") or [{"facts": {}}]
    return {**finding.witness["applicant"]["facts"], **items[0]["facts"]}


def constant(value: Raw) -> Any:
    """A raw value as a term."""
    if isinstance(value, bool):
        return z3.BoolVal(value)
    if isinstance(value, str):
        return z3.IntVal(code(value))
    return z3.IntVal(value if isinstance(value, int) else value.toordinal())


def share(rate: str, of: str) -> Dict:
    return {"rate": rate, "of": of}


def best(*names: str, **more: Any) -> Dict:
    return bound("best", *names, exclusive={"per": ["applicant"], "prior": "ignore", **more})


def broken_without(program: Program) -> dict[str, bool]:
    """By bound: without it, does happen what it forbids, in the same world that the proof is about?"""
    found = {}
    for one in (*program.caps, *program.exclusives):
        copies = copies_for(one) if isinstance(one, CapBound) else COPIES
        settling = settled(program, one.rules, copies, apart_from=one)
        assert settling is not None
        wrong = [exceeded(settling, one)] if isinstance(one, CapBound) else both_paid(settling, one)
        if wrong:
            broken = [z3.Or(*wrong), *settling.world.legal, *settling.laws]
            found[one.path.partition("/")[2]] = isinstance(model_of(broken, PATIENCE), z3.ModelRef)
    return found
