"""The policies that come with the library: everything is decided, and no money is at risk."""

from __future__ import annotations

import pytest
from verify_help import PATIENCE, broken_without

from subsidy_rules import load, policies
from subsidy_rules.verify import bands, beaten, caps, dead, safety, slack

QUESTIONS = [*dead.QUESTIONS, *bands.QUESTIONS, *slack.QUESTIONS, *caps.QUESTIONS, *beaten.QUESTIONS]


@pytest.mark.parametrize("name", policies())
def test_every_question_is_decided(name: str) -> None:
    rules = load(name)
    found = [finding for question in QUESTIONS for finding in question.ask(rules, PATIENCE)]
    assert not [
        (finding.question, finding.subject, finding.note) for finding in found if finding.verdict == "undecided"
    ]
    assert {finding.policy for finding in found} == {name}


@pytest.mark.parametrize("name", policies())
def test_no_money_is_at_risk(name: str) -> None:
    rules = load(name)
    for question in safety.QUESTIONS:
        found = {finding.subject: finding.verdict for finding in question.ask(rules, PATIENCE)}
        assert set(found.values()) <= {"proved"}, question.id
    assert question.safety


def test_every_cap_of_a_policy_is_asked() -> None:
    program = load("jiangyin").program
    asked = {finding.subject for finding in safety.EXCEEDED.ask(load("jiangyin"), PATIENCE)}
    assert asked == {cap.path for cap in program.caps}


TWICE = {"binjiang": ["promotion-of-object"]}  # its pairs are in best-of-object as well


@pytest.mark.parametrize("name", policies())
def test_no_proof_is_empty(name: str) -> None:
    """Without the bound it happens, in the same world, unless another bound forbids the same."""
    assert [path for path, broken in broken_without(load(name).program).items() if not broken] == TWICE.get(name, [])
