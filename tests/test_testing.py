"""What callers test with: random applications and policies, invariants that hold and can fail, and the pytest plugin."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from test_boundaries import rules_of

import subsidy_rules.testing as testing
from subsidy_rules import Rules, load
from subsidy_rules import policies as known_policies
from subsidy_rules.model.assessment import Assessment, Award, Interval
from subsidy_rules.model.case import Case
from subsidy_rules.reading import read_yaml
from subsidy_rules.testing import (
    INVARIANTS,
    InvariantError,
    applications,
    boundary_cases,
    check_invariants,
    near_boundaries,
    policies,
)

pytest_plugins = ["pytester"]
ROOT = Path(__file__).resolve().parents[1]
MINI = ROOT / "tests" / "mini"
CASES = (MINI / "examples" / "mini.yaml").read_text("utf-8").count("  - id: ")
OTHERS = 2 * len(INVARIANTS) - 2 + CASES  # tests of the model policy that are about another invariant
Dict = dict[str, Any]
QUICK = settings(max_examples=2000, database=None, phases=(Phase.generate,), suppress_health_check=list(HealthCheck))


# What is drawn


@pytest.mark.parametrize("name", known_policies())
def test_drawn_applications_are_admitted_and_many_pay_something(name: str) -> None:
    """Of so many that chance has little say: 22 in 100 pay something where it is fewest."""
    rules, seen = load(name), Counter[str]()

    @settings(max_examples=300, derandomize=True, database=None, phases=(Phase.generate,))
    @given(applications(rules))
    def draw(application: Dict) -> None:
        answer = rules.assess(application)
        seen["all"] += 1
        seen["pays"] += any(award.settled and award.settled.ceiling for award in answer.awards)
        seen["known"] += any(award.status in ("exact", "ceiling", "range") for award in answer.awards)
        seen["unknown"] += bool(answer.missing)
        seen["grants"] += "grants" in application

    draw()
    assert seen["pays"] * 8 > seen["all"] == 300
    assert all(seen[name] > 20 for name in ("known", "unknown", "grants"))


@pytest.mark.parametrize(
    ("name", "what"),
    [("jiangyin", "excluded"), ("jiangyin", "undecided"), ("jiangyin", "unquantified"), ("yancheng", "not_in_force")],
)
def test_every_status_can_be_drawn(name: str, what: str) -> None:
    rules = load(name)
    find(
        applications(rules), lambda one: any(award.status == what for award in rules.assess(one).awards), settings=QUICK
    )


def test_near_boundaries_are_the_boundary_cases() -> None:
    rules = load(MINI / "mini.yaml")
    expected = [case.application for case in boundary_cases(rules)]
    assert find(near_boundaries(MINI / "mini.yaml"), lambda one: one == expected[3], settings=QUICK) == expected[3]


@given(st.data())
@settings(max_examples=30)
def test_random_policies_have_applications(data: st.DataObject) -> None:
    rules = data.draw(policies())
    assert isinstance(rules.documents[0].value, dict) and isinstance(rules.facts.value, dict)
    rules.assess(data.draw(applications(rules)))


# Invariants hold


@pytest.mark.parametrize("name", INVARIANTS)
@given(data=st.data())
@settings(max_examples=30)
def test_invariants_hold_for_random_policies(name: str, data: st.DataObject) -> None:
    rules = data.draw(policies())
    INVARIANTS[name](rules, data.draw(applications(rules)))


@pytest.mark.parametrize("name", known_policies())
def test_invariants_hold_for_the_policies_of_the_library(name: str) -> None:
    rules = load(name)
    cases = boundary_cases(rules)

    @settings(max_examples=10, derandomize=True, database=None)
    @given(applications(rules) | st.sampled_from(cases[::9]).map(lambda case: case.application))
    def check(application: Dict) -> None:
        check_invariants(rules, application)

    check()


def test_every_invariant_is_exported() -> None:
    assert {name for name in testing.__all__ if name.startswith("assert_")} == {f"assert_{name}" for name in INVARIANTS}
    assert all(getattr(testing, name) for name in testing.__all__)


# Invariants can fail

Lie = Callable[[Case, Assessment], Assessment]


class Lying(Rules):
    """Rules whose answers were changed."""

    lie: Lie

    def assess(self, application: Any) -> Assessment:
        case = self.admit(application)
        return self.lie(case, super().assess(case))

    def assess_all(self, applications: Any, parameters: Any = None) -> list[Assessment]:
        cases = [self.admit(one) for one in applications]
        answers = super().assess_all(cases, parameters)
        return [self.lie(case, answer) for case, answer in zip(cases, answers, strict=True)]


def lying(rules: Rules, lie: Lie) -> Rules:
    kind = type("Lying", (Lying,), {"lie": staticmethod(lie)})  # a class: an invariant may build the rules anew
    return kind(rules.program, rules.documents, rules.facts, rules.warnings)


def award(answer: Assessment, rule: str, item: str = "item-1") -> Award:
    return next(one for one in answer.awards if one.rule == rule and (one.item or "").startswith(item))


def changed(answer: Assessment, rule: str, item: str = "item-1", **fields: Any) -> Assessment:
    """Another award in the place of one, and totals that fit."""
    old = award(answer, rule, item)
    awards = tuple(replace(one, **fields) if one is old else one for one in answer.awards)
    before, after = old.settled, fields.get("settled", old.settled)
    low, high = after.assured - before.assured, after.ceiling - before.ceiling
    total = answer.totals[0]
    total = replace(total, assured=total.assured + low, ceiling=total.ceiling + high)
    return replace(answer, awards=awards, totals=(total, *answer.totals[1:]))


def paying(answer: Assessment, rule: str, fen: int, item: str = "item-1") -> Assessment:
    """The same with another settled amount, and one step to it."""
    due = award(answer, rule, item).due
    assert due
    steps = tuple(replace(one, after=fen) for one in award(answer, rule, item).steps if due.ceiling != fen)
    return changed(answer, rule, item, settled=Interval(fen, fen), steps=steps)


BEST = {"id": "best", "article": "9", "title": {"zh": "甲", "en": "a"}, "rules": ["big", "small"]}
RULES = rules_of(
    {"id": "big", "pays": {"rate": "100%", "of": "cost"}, "cap": {"limit": "5元", "per": ["item"]}},
    {"id": "small", "pays": {"amount": "3元"}},
    {"id": "two", "pays": {"amount": "1元"}, "cap": {"count": "1", "of": "item", "per": ["applicant", "year"]}},
    {
        "id": "again",
        "award": "again",
        "pays": {"amount": "2元"},
        "exclusive": {"per": ["rule", "item"], "prior": "top_up"},
    },
    {"id": "fund", "pays": {"amount": "7元"}},
    bounds=(
        {**BEST, "exclusive": {"per": ["item"], "prior": "forfeit"}},
        {**BEST, "id": "pool", "rules": ["fund"], "cap": {"limit": "20元", "per": ["year"], "ration": "in_order"}},
    ),
)
APPLICATION: Dict = {
    "applicant": {"id": "x", "facts": {"local": "true"}},
    "items": [
        {"id": "item-1", "kind": "project", "facts": {"cost": "8元"}},
        {"id": "item-2", "kind": "project", "facts": {"cost": "0元"}},
    ],
    "year": "2026",
    "history": "complete",
    "applied_at": "2026-01-01",
}
LESS_POOL = {**APPLICATION, "items": APPLICATION["items"][:1]}
numbers = count()


def _without_grants(case: Case, answer: Assessment) -> Assessment:
    return paying(answer, "again", 200) if case.grants else answer


def _by_first_item(case: Case, answer: Assessment) -> Assessment:
    return answer if case.items[0].id == "item-1" else paying(answer, "small", 299, "item-2")


def _less_known(case: Case, answer: Assessment) -> Assessment:
    known = all("cost" in item["facts"] for item in case.data["items"])
    return answer if known else replace(answer, totals=(replace(answer.totals[0], ceiling=1000), *answer.totals[1:]))


def _total(**more: int) -> Lie:
    def lie(_: Case, answer: Assessment) -> Assessment:
        total = answer.totals[0]
        other = replace(total, **{name: getattr(total, name) + by for name, by in more.items()})
        return replace(answer, totals=(other, *answer.totals[1:]))

    return lie


LIES: dict[str, Lie] = {
    "intervals": _total(assured=10**6),
    "bounds_only_lower": lambda _, answer: paying(answer, "small", 301, "item-2"),
    "steps_add_up": lambda _, answer: changed(answer, "big", steps=()),
    "totals": _total(ceiling=1),
    "unquantified_apart": lambda _, answer: changed(answer, "two", reason="case_by_case"),
    "limits": lambda _, answer: paying(answer, "big", 800),
    "counts": lambda _, answer: paying(answer, "two", 100, "item-2"),
    "exclusive": lambda _, answer: paying(answer, "small", 300),
    "order_irrelevant": _by_first_item,
    "applicants_apart": lambda case, answer: paying(answer, "fund", 700),
    "promotions_add_up": _without_grants,
    "replay": lambda _, answer: replace(answer, applicant=f"x{next(numbers)}"),
    "engines_agree": _total(assured=-1),
}


@pytest.mark.parametrize("name", LIES)
def test_an_invariant_fails_on_a_false_answer_and_shows_the_application(name: str) -> None:
    INVARIANTS[name](RULES, APPLICATION)
    rules = lying(RULES, LIES[name])
    with pytest.raises(InvariantError) as failed:
        INVARIANTS[name](rules, APPLICATION)
    shown = str(failed.value).partition("# the application, as a file\n")[2].partition("\n# ")[0]
    pasted = read_yaml(shown.encode(), "pasted").value
    assert pasted == APPLICATION
    with pytest.raises(InvariantError):
        INVARIANTS[name](rules, pasted)


def test_an_amount_that_is_not_the_best_is_noticed() -> None:
    """Instead of the 5元 that the capped rule leaves the applicant gets the 3元 of its rival, or nothing."""
    rules = rules_of(
        {"id": "big", "pays": {"rate": "100%", "of": "cost"}, "cap": {"limit": "5元", "per": ["item"]}},
        {"id": "small", "pays": {"amount": "3元"}},
        bounds=({**BEST, "exclusive": {"per": ["item"], "prior": "forfeit"}},),
    )
    INVARIANTS["optimal"](rules, LESS_POOL)
    for fen in (300, 0):
        lie: Lie = lambda _, answer, fen=fen: paying(paying(answer, "big", 0), "small", fen)  # type: ignore[misc]  # noqa: E731
        with pytest.raises(InvariantError, match="the best set of awards leaves 500 fen"):
            INVARIANTS["optimal"](lying(rules, lie), LESS_POOL)
        for other in ("exclusive", "limits", "intervals", "totals"):
            INVARIANTS[other](lying(rules, lie), LESS_POOL)  # underpayment breaks no bound


def test_a_total_that_forgetting_narrows_is_noticed() -> None:
    rules = rules_of(
        {"id": "big", "pays": {"rate": "100%", "of": "cost"}, "max": "9元"}, {"id": "s", "pays": {"amount": "3元"}}
    )
    INVARIANTS["knowledge_narrows"](rules, APPLICATION)
    with pytest.raises(InvariantError, match="without the fact cost"):
        INVARIANTS["knowledge_narrows"](lying(rules, _less_known), APPLICATION)


# The plugin

CONFTEST = """
from hypothesis import settings
settings.register_profile("few", max_examples=3, database=None, derandomize=True)
settings.load_profile("few")
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A folder with the model policy, its vocabulary and its worked cases."""
    for name in ("mini.yaml", "facts.yaml", "examples/mini.yaml"):
        target = pytester.path / name
        target.parent.mkdir(exist_ok=True)
        target.write_bytes((MINI / name).read_bytes())
    pytester.makeconftest(CONFTEST)
    return pytester


def test_the_plugin_runs_invariants_and_worked_cases_by_name(project: pytest.Pytester) -> None:
    project.makepyfile(test_mine="def test_of_mine(): pass")
    result = project.runpytest_subprocess("--subsidy-policy", "mini.yaml", "-v", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=2 * len(INVARIANTS) + CASES + 1)
    result.stdout.fnmatch_lines([f"*collected {2 * len(INVARIANTS) + CASES + 1} items"])
    wanted = [f"*mini::random[[]{name}[]]*PASSED*" for name in INVARIANTS]
    wanted += [f"*mini::boundaries[[]{name}[]]*PASSED*" for name in INVARIANTS]
    result.stdout.fnmatch_lines_random([*wanted, "*mini::case[[]*PASSED*", "*test_of_mine*PASSED*"])


def test_the_plugin_shows_a_worked_case_that_differs(project: pytest.Pytester) -> None:
    policy = project.path / "mini.yaml"
    policy.write_text(policy.read_text("utf-8").replace("pays: {amount: 50万元}", "pays: {amount: 60万元}"), "utf-8")
    result = project.runpytest_subprocess("--subsidy-policy", "mini.yaml", "-k", "case", "-p", "no:cacheprovider")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*60万元, worked out: 50万元*"])
    assert "Traceback" not in result.stdout.str()


def test_the_plugin_shows_the_application_of_a_broken_invariant(project: pytest.Pytester) -> None:
    project.makeconftest(
        CONFTEST
        + """
from subsidy_rules.testing import INVARIANTS, InvariantError
def broken(rules, application):
    raise InvariantError(f"pays too much\\nyear: {application['year']}")
INVARIANTS["totals"] = broken
"""
    )
    result = project.runpytest_subprocess("--subsidy-policy", "mini.yaml", "-k", "totals", "-p", "no:cacheprovider")
    result.assert_outcomes(failed=2, deselected=OTHERS)
    result.stdout.fnmatch_lines(["*standard-national-claim-1*pays too much", "year: 20*"])


def test_a_policy_that_does_not_load_is_wrong_usage(project: pytest.Pytester) -> None:
    (project.path / "mini.yaml").write_text("id: mini\n", "utf-8")
    result = project.runpytest_subprocess("--subsidy-policy", "mini.yaml")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*mini.yaml*[[]SR302[]]*"])


def test_another_vocabulary_can_be_named(project: pytest.Pytester) -> None:
    (project.path / "facts.yaml").rename(project.path / "other.yaml")
    options = ("--subsidy-policy", "mini.yaml", "--subsidy-facts", "other.yaml", "-k", "intervals")
    project.runpytest_subprocess(*options).assert_outcomes(passed=2, deselected=OTHERS)


def test_the_plugin_is_registered_and_imports_nothing_until_it_is_asked(project: pytest.Pytester) -> None:
    from importlib.metadata import entry_points

    assert "subsidy_rules.testing.plugin" in {entry.value for entry in entry_points(group="pytest11")}
    heavy = ("hypothesis", "pydantic", "yaml", "openpyxl", "subsidy_rules.rules", "subsidy_rules.testing.collecting")
    code = f"import sys, subsidy_rules.testing.plugin; print([name for name in {heavy} if name in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )
    project.makepyfile(test_mine="def test_of_mine(): pass")
    result = project.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=1)
