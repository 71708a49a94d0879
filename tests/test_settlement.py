"""The engine against the brute-force oracle, to the fen, over random policies and applications."""

from __future__ import annotations

import pytest
from engine_help import ENGINES, answer_of, answers_of, claims_of, loaded, sums
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from oracle import allocate, settle
from strategies import VOCABULARY, applications, populations, programs, shared_programs

pytestmark = pytest.mark.oracle
RELAXED = settings(
    report_multiple_bugs=False,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


def compare(found, expected) -> None:
    assert sums(found) == {key: value for key, value in expected.by_policy.items() if any(value)}
    for name, award in claims_of(found).items():
        line = expected.lines[name]
        if award.due is not None:
            assert (award.due.assured, award.due.ceiling) == line.due, name


@RELAXED
@given(st.data())
def test_one_applicant(data: st.DataObject) -> None:
    policies = data.draw(programs())
    application = data.draw(applications(policies))
    program = loaded(policies, VOCABULARY)
    expected = settle(policies, VOCABULARY, application)
    for engine in ENGINES:
        compare(answer_of(program, application, engine), expected)


@RELAXED
@given(st.data())
def test_several_applicants(data: st.DataObject) -> None:
    policies = data.draw(shared_programs())
    batch = data.draw(populations(policies))
    assume(batch)
    program = loaded(policies, VOCABULARY)
    expected = allocate(policies, VOCABULARY, batch)
    for found, wanted in zip(answers_of(program, batch), expected, strict=True):
        compare(found, wanted)
