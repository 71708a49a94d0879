"""Programs and answers from plain data, for the tests of the engine."""

from __future__ import annotations

from typing import Any

from hypothesis import reject

from subsidy_rules.engine.assess import assess, assess_all
from subsidy_rules.engine.compiled import CompiledPricer
from subsidy_rules.engine.reference import ReferencePricer
from subsidy_rules.errors import ProblemsError
from subsidy_rules.loading import admit_data, build
from subsidy_rules.model.assessment import Assessment
from subsidy_rules.model.program import Program
from subsidy_rules.reading import Document

ENGINES = {"reference": ReferencePricer, "compiled": CompiledPricer}


def document(value: Any, name: str = "data") -> Document:
    return Document(value, {}, name, "")


def program_of(policies: list[dict[str, Any]], vocabulary: dict[str, Any]) -> Program:
    program, _ = build([document(policy, policy["id"]) for policy in policies], document(vocabulary, "facts"))
    return program


SLIPS = {"SR333", "SR335", "SR346"}  # a range of one value, a branch or a condition drawn twice


def loaded(policies: list[dict[str, Any]], vocabulary: dict[str, Any]) -> Program:
    """The program of drawn policies; those with a slip of the pen are drawn again."""
    try:
        return program_of(policies, vocabulary)
    except ProblemsError as error:
        assert {problem.code for problem in error.problems} <= SLIPS, str(error)
        reject()


def answer_of(program: Program, application: dict[str, Any], engine: str = "compiled") -> Assessment:
    return assess(program, admit_data(application, program), ENGINES[engine](program))


def answers_of(program: Program, applications: list[dict[str, Any]], engine: str = "compiled") -> list[Assessment]:
    cases = [admit_data(application, program) for application in applications]
    return assess_all(program, cases, ENGINES[engine](program))


def sums(answer: Assessment) -> dict[tuple[str, tuple[str, str]], tuple[int, int]]:
    """Policy, (payee, class) → assured and ceiling, zero entries left out."""
    return {
        (total.policy, (total.payee, total.kind)): (total.assured, total.ceiling)
        for total in answer.totals
        if total.assured or total.ceiling
    }


def claims_of(answer: Assessment) -> dict[tuple[str, str, str | None], Any]:
    return {(award.policy, award.rule, award.item): award for award in answer.awards}
