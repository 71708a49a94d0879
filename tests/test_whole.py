"""The fast totals against the general engine, to the fen, and that the fast way is really taken."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

import pytest
from engine_help import loaded
from hypothesis import given
from hypothesis import strategies as st
from strategies import VOCABULARY, applications, programs

from subsidy_rules.engine.assess import totals
from subsidy_rules.engine.compiled import CompiledPricer
from subsidy_rules.engine.whole import WholeProgram
from subsidy_rules.examples import load_examples, merged
from subsidy_rules.loading import admit_data
from subsidy_rules.model.case import Case
from subsidy_rules.model.program import Program
from subsidy_rules.rules import Rules, folder, load, policies


def ways(whole: WholeProgram, case: Case, pricer: CompiledPricer) -> str:
    """Checks the fast totals; `fast`, `part` (the general engine settled the odd rules) or `none`."""
    asked = []

    def general(odd: CompiledPricer) -> tuple[int, int | None]:
        asked.append(odd)
        return totals(whole.program, case, odd)

    found = whole.totals(case, general)
    if found is None:
        return "none"
    assert found == totals(whole.program, case, pricer)
    return "part" if asked else "fast"


def compared(program: Program, application: dict[str, Any]) -> tuple[WholeProgram, str]:
    pricer = CompiledPricer(program)
    whole = WholeProgram(program, pricer)
    return whole, ways(whole, admit_data(application, program), pricer)


@given(st.data())
def test_any_application(data: st.DataObject) -> None:
    policies = data.draw(programs())
    application = data.draw(applications(policies))
    compared(loaded(policies, VOCABULARY), application)


@given(st.data())
def test_without_history(data: st.DataObject) -> None:
    """Then the fast way is only left where a bound binds that was assumed not to."""
    policies = data.draw(programs())
    plain = {"partial": False, "approvals": False, "outside": False, "parameters": {}}
    application = data.draw(applications(policies, **plain)) | {"grants": []}
    whole, way = compared(loaded(policies, VOCABULARY), application)
    assert way != "none" or whole.plan.checks


@cache
def rules_of(name: str) -> Rules:
    return load() if name == "all" else load(name)


def worked(name: str, rules: Rules) -> list[Case]:
    examples, _ = load_examples(folder() / "examples" / f"{name}.yaml")
    return [rules.admit(merged(examples.base, example.application)) for example in examples.cases]


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize("name", policies())
def test_worked_cases(name: str, together: bool) -> None:
    """Nearly all cases without history go the fast way, under their own policy and under all at once."""
    rules = rules_of("all" if together else name)
    cases = [case for case in worked(name, rules) if case.complete and not (case.grants or case.approved)]
    taken = [ways(rules.whole, case, rules.pricer) for case in cases if not (case.rivals or case.parameters)]
    assert taken.count("none") <= len(taken) / 20, "the general engine alone"
    assert taken.count("fast") >= len(taken) * (0.8 if not together else 0.5), "the fast way alone"


@pytest.mark.parametrize("name", policies())
def test_worked_cases_with_what_forbids_the_fast_way(name: str) -> None:
    rules = rules_of(name)
    for case in worked(name, rules):
        if not case.complete or case.grants or case.approved or case.rivals or case.parameters:
            assert ways(rules.whole, case, rules.pricer) == "none"
            assert rules.totals(case) == partial(totals, rules.program, case)(rules.pricer)
