"""The workload of the benchmarks is a real policy, and both pricers agree on it. Nothing is timed here."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent.parent / "benchmarks"))

import real
import workload
from peers import ours

from subsidy_rules.engine.assess import assess
from subsidy_rules.engine.reference import ReferencePricer
from subsidy_rules.reading import read_yaml
from subsidy_rules.rules import Rules, load


@pytest.mark.parametrize("unknown", [0, 10])
@pytest.mark.parametrize("size", [20, 50])
def test_pricers_agree_on_the_workload(size: int, unknown: int) -> None:
    work = workload.make(size)
    policy = read_yaml(workload.policy_text(work).encode(), "workload.yaml")
    rules = Rules.of([policy], read_yaml(workload.facts_text().encode(), "facts.yaml"))
    case = rules.admit(workload.application(work, unknown))
    answer = rules.assess(case)
    assert answer == assess(rules.program, case, ReferencePricer(rules.program))
    assert len(rules.program.rules) == size
    assert [(award.rule, award.item) for award in answer.awards] == [
        (r.id, item) for r, item, _ in workload.claims(work)
    ]
    (total,) = answer.totals
    assert rules.totals(case) == (total.assured, total.ceiling)
    assert total.ceiling > total.assured > 0


def test_what_is_measured_runs() -> None:
    """Each variant once, and the policies of the library."""
    made = ours.build(workload.make(20))
    assert made.total() > 0 and sum(made.prices()) > 0
    for variant in made.variants.values():
        variant()


def test_the_worked_cases_are_admitted() -> None:
    rules = load("suzhou")
    assert len(real.worked(rules, "suzhou")) > 100
