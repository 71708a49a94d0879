"""Populations: what a file of distributions may say and what it draws; the user's own tables."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from simulate_help import MACHINES, POLICY, PRIZE, ROOT, plan, rules

from subsidy_rules.errors import ProblemsError
from subsidy_rules.reading import read
from subsidy_rules.rules import load
from subsidy_rules.simulate.distributions import Scope, planned
from subsidy_rules.simulate.own import own
from subsidy_rules.simulate.plan import CERTAIN, Draw
from subsidy_rules.simulate.population import Population, synthetic
from subsidy_rules.simulate.sampling import drawn, stream

TEXT = """id: test-population
title: {zh: 测试人口（虚构）, en: Test population (invented)}
basis: invented
seed: "7"
size: "400"
year: "2026"
history: complete
classes:
  industry: {weights: {software: 25%, machinery: 75%}}
  scale: {by: industry, given: {software: {small: 100%}, machinery: {small: 50%, large: 50%}}}
applies:
  - {when: {scale: large}, chance: 100%}
  - {chance: 0%}
applied_at: {uniform: {from: 2026-03-01, to: 2026-03-31}}
applicant:
  prize_won: {chance: 50%, unknown: 20%}
  revenue:
    - {when: {scale: large}, lognormal: {median: 9000万元, sigma: "1.5"}, at_most: 2亿元, step: 1万元}
    - {pareto: {least: 100万元, alpha: "1.2"}, at_most: 5000万元}
  staff: {poisson: {mean: "40"}, at_most: "60"}
  grade: {weights: {low: 100%, high: 0%}}
  since: {uniform: {from: 2001-01-01, to: 2025-12-31}}
  exports: {uniform: {from: 5%, to: 80%}}
  score: {uniform: {from: "1.5", to: "9.25"}}
  park: {among: "5"}
  accepted: {constant: "true"}
items:
  project:
    number: [{when: {industry: machinery}, constant: "2"}, {constant: "0"}]
    facts:
      invested: {share: {of: revenue, from: 10%, to: 20%}, step: 1万元}
"""


def _tables(population: Population) -> list[pa.Table]:
    return [population.applicants, *population.items.values()]


# What is drawn


def test_draws_are_what_the_file_says() -> None:
    found = synthetic(plan(TEXT))
    table = found.applicants.to_pydict()
    assert not any(pa.types.is_floating(field.type) for one in _tables(found) for field in one.schema)
    assert set(table["grade"]) == {"low"} and set(table["accepted"]) == {True}
    assert set(table["park"]) == {"t0", "t1", "t2", "t3", "t4"}
    assert min(table["revenue"]) >= 100 * 10**6 and max(table["revenue"]) <= 2 * 10**10
    assert max(table["staff"]) <= 60
    assert all("2026-03-01T" <= hour[:11] <= "2026-03-31T" for hour in table["applied_at"])
    assert all(5 <= value * 100 <= 80 for value in table["exports"])
    assert 40 <= table["prize_won"].count(None) <= 120  # of 400, one in five
    assert {count for _, count in Counter(found.items["project"]["applicant"].to_pylist()).items()} == {2}


def test_classes_correlate_and_shares_follow_their_base() -> None:
    found = synthetic(plan(TEXT))
    revenue = dict(zip(found.applicants["id"].to_pylist(), found.applicants["revenue"].to_pylist(), strict=True))
    projects = found.items["project"].to_pydict()
    for who, invested in zip(projects["applicant"], projects["invested"], strict=True):
        assert invested % 10**6 == 0
        assert 0.1 * revenue[who] - 10**6 <= invested <= 0.2 * revenue[who]
    applying = found.applying()
    large = {who for who, amount in revenue.items() if amount % 10**6 == 0 and amount > 5000 * 10**6}
    assert large <= set(applying.applicants["id"].to_pylist())  # only who is large applies
    assert set(applying.items["project"]["applicant"].to_pylist()) <= set(applying.applicants["id"].to_pylist())


def test_what_is_set_to_an_end_is_counted() -> None:
    found = synthetic(plan(TEXT))
    ends = sum(value == 60 for value in found.applicants["staff"].to_pylist())
    assert 0 < found.cut["applicant/staff"] <= ends


def test_the_same_seed_gives_the_same_tables_and_another_one_others() -> None:
    one, two, other = synthetic(plan(TEXT)), synthetic(plan(TEXT)), synthetic(plan(TEXT), seed=8)
    assert [table.equals(again) for table, again in zip(_tables(one), _tables(two), strict=True)] == [True, True]
    assert not one.applicants.equals(other.applicants)


def test_a_fact_more_or_another_order_changes_no_other_fact() -> None:
    """Every column has a stream of its own."""
    lines = TEXT.splitlines(keepends=True)
    at = next(n for n, line in enumerate(lines) if line.startswith("  staff:"))
    fewer = synthetic(plan("".join(lines[:at] + lines[at + 1 :])))
    swapped = synthetic(plan("".join([*lines[: at + 1], lines[at + 2], lines[at + 1], *lines[at + 3 :]])))
    whole = synthetic(plan(TEXT))
    assert fewer.applicants.equals(whole.applicants.drop_columns(["staff"]))
    assert swapped.applicants.select(whole.applicants.column_names).equals(whole.applicants)
    assert fewer.items["project"].equals(whole.items["project"])


def test_more_take_up_keeps_who_applies_at_less() -> None:
    some = TEXT.replace("chance: 0%", "chance: 40%").replace("chance: 100%", "chance: 60%")
    found = synthetic(plan(some))
    sets = [set(found.applying(CERTAIN * share // 100).applicants["id"].to_pylist()) for share in (25, 50, 100, 200)]
    assert all(small < large for small, large in pairwise(sets))


@given(st.integers(0, 2**32), st.sampled_from(["lognormal", "pareto", "poisson", "uniform"]), st.integers(1, 10**13))
def test_a_draw_is_a_whole_number_within_its_ends(seed: int, way: str, figure: int) -> None:
    shape = {"lognormal": 10_000_000, "pareto": 100_000, "poisson": 0, "uniform": figure * 2}[way]
    first = figure % 10**12 if way == "poisson" else figure
    draw = Draw(way, (), 0, 1000, 10**15, 7, (first, shape))
    values, cut = drawn(draw, stream(seed, "x"), 50, np.zeros(50, dtype=np.int64))
    assert values.dtype == np.int64
    assert values.min() >= 1000 and values.max() <= 10**15 and 0 <= cut <= 50


# What is refused


def _without(text: str) -> str:
    return TEXT.replace(text, "")


HOSTILE = [
    (TEXT.replace("25%, machinery: 75%", "25%, machinery: 74%"), "SR952"),
    (TEXT.replace("low: 100%, high: 0%", "low: 90%, high: 20%"), "SR952"),
    (TEXT.replace("low: 100%", "lov: 100%"), "SR954"),
    (TEXT.replace("  staff:", "  staf:"), "SR951"),
    (TEXT.replace("  project:", "  projects:"), "SR951"),
    (TEXT.replace("      invested:", "      invest:"), "SR951"),
    (TEXT.replace("{poisson: {mean: \"40\"}, at_most: \"60\"}", "{chance: 10%}"), "SR953"),
    (TEXT.replace("{when: {scale: large}, chance: 100%}", '{when: {scale: large}, constant: "true"}'), "SR953"),
    (TEXT.replace("at_most: 2亿元, ", ""), "SR958"),
    (TEXT.replace('"1.5"}, at_most', '"99"}, at_most'), "SR954"),
    (TEXT.replace('alpha: "1.2"', 'alpha: "0"'), "SR954"),
    (TEXT.replace("least: 100万元", "least: 0元"), "SR954"),
    (TEXT.replace("least: 100万元", 'least: "100"'), "SR954"),
    (TEXT.replace("median: 9000万元", "median: NaN"), "SR954"),
    (TEXT.replace("at_most: 5000万元", "at_most: 1e20元"), "SR954"),
    (TEXT.replace("at_most: 5000万元", "at_most: -1元"), "SR954"),
    (TEXT.replace('at_most: "60"', 'at_most: "5001"'), "SR954"),  # beyond the legal range of the fact
    (TEXT.replace("from: 5%, to: 80%", "from: 80%, to: 5%"), "SR954"),
    (TEXT.replace("2001-01-01", "2001-13-01"), "SR954"),
    (TEXT.replace("unknown: 20%", "unknown: 120%"), "SR954"),
    (TEXT.replace("when: {industry: machinery}", "when: {branch: machinery}"), "SR955"),
    (TEXT.replace("when: {industry: machinery}", "when: {industry: machines}"), "SR955"),
    (TEXT.replace("by: industry", "by: scale"), "SR955"),
    (TEXT.replace("software: {small: 100%}, ", ""), "SR955"),
    (TEXT.replace(', {constant: "0"}]', "]"), "SR956"),
    (TEXT.replace("{when: {industry: machinery}, constant: ", "{constant: "), "SR957"),
    (TEXT.replace("of: revenue", "of: staff"), "SR959"),
    (TEXT.replace("of: revenue", "of: invested"), "SR959"),
    (TEXT.replace('size: "400"', 'size: "0"'), "SR960"),
    (TEXT.replace('size: "400"', 'size: "9000000"'), "SR960"),
    (TEXT.replace("basis: invented", "basis: calibrated"), "SR962"),
    (TEXT.replace("basis: invented", "basis: invented\nsources: [年鉴]"), "SR962"),
    (TEXT.replace('seed: "7"', 'seed: "-7"'), "SR303"),
    (TEXT.replace('year: "2026"', 'year: "26"'), "SR303"),
    (TEXT.replace("{among: \"5\"}", '{among: "5", constant: x}'), "SR303"),
    (TEXT.replace("applies:", "apply:"), "SR301"),
    (TEXT.replace("history: complete\n", ""), "SR302"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code"), HOSTILE, ids=[f"{at}-{code}" for at, (_, code) in enumerate(HOSTILE)])
def test_hostile_files_are_refused_at_their_line(text: str, code: str) -> None:
    assert text != TEXT
    with pytest.raises(ProblemsError) as error:
        plan(text)
    found = [problem for problem in error.value.problems if problem.code == code]
    assert found, error.value.problems
    assert all(problem.file == "population.yaml" and problem.line for problem in found)


def test_all_problems_are_said_at_once() -> None:
    text = (
        TEXT.replace("  staff:", "  staf:")
        .replace("least: 100万元", "least: 0元")
        .replace("basis: invented", "basis: calibrated")
    )
    with pytest.raises(ProblemsError) as error:
        plan(text)
    assert {"SR951", "SR954", "SR962"} <= {problem.code for problem in error.value.problems}


def test_too_many_items_are_refused_before_they_are_drawn() -> None:
    text = TEXT.replace('size: "400"', 'size: "30000"').replace('constant: "2"', 'constant: "1000"')
    text = text.partition("applicant:\n")[0] + "items:\n" + text.partition("items:\n")[2].replace(
        "{share: {of: revenue, from: 10%, to: 20%}, step: 1万元}", "{constant: 1元}"
    )  # fmt: skip
    with pytest.raises(ProblemsError) as error:
        synthetic(plan(text))
    assert error.value.problems[0].code == "SR960"


def test_the_example_is_marked_as_invented_and_knows_all_that_its_policy_reads() -> None:
    policy = load(ROOT / "examples" / "draft.yaml")
    scope = Scope(policy.program.applicant_facts, policy.program.item_facts)
    found = planned(read(ROOT / "examples" / "population.yaml"), scope)
    assert found.invented and "虚构" in found.title.zh and "invented" in found.title.en
    from subsidy_rules.simulate.study import unknown_facts

    assert unknown_facts(policy, synthetic(found)) == []


# The user's own


def _files(folder: Path) -> tuple[Path, dict[str, Path]]:
    (folder / "a.csv").write_text("id,获奖,applied_at\nf1,是,2026-03-01\nf2,,2026-03-02\nf3,否,2026-03-03\n", "utf-8")
    (folder / "p.csv").write_text("applicant,id,投资额（万元）\nf1,p1,300\nf3,p3,100.5\n", "utf-8")
    return folder / "a.csv", {"project": folder / "p.csv"}


def test_own_tables(tmp_path: Path) -> None:
    applicants, items = _files(tmp_path)
    found = own([rules().program], applicants, items, 2026, "complete")
    assert found.applicants["prize_won"].to_pylist() == [True, None, False]
    assert found.owners["project"].tolist() == [0, 2]
    assert (found.basis, found.drawn) == ("file", False)
    lines = applicants.read_text("utf-8").splitlines()
    applicants.write_text("\n".join([lines[0], *reversed(lines[1:])]) + "\n", "utf-8")
    again = own([rules().program], applicants, items, 2026, "complete")
    assert again.urge.tolist() == found.urge.tolist()[::-1]


def test_own_tables_for_two_versions_with_different_facts(tmp_path: Path) -> None:
    """What only one version knows is read for it, and unknown to nobody else's harm."""
    extra = "facts: {applicant: {green: {kind: bool, label: {zh: 绿色工厂, en: Green}}}}\n"
    old = rules(extra + MACHINES + PRIZE.replace("prize_won", "green"))
    new = rules(MACHINES + PRIZE)
    applicants, items = _files(tmp_path)
    text = applicants.read_text("utf-8").replace("获奖,", "获奖,绿色工厂,").replace(",2026", ",是,2026")
    applicants.write_text(text.replace("是,是", "是,否").replace(",,是", ",,是"), "utf-8")
    found = own([old.program, new.program], applicants, items, 2026, "complete")
    assert {"prize_won", "green"} <= set(found.applicants.column_names)


def test_a_wrong_row_is_refused(tmp_path: Path) -> None:
    applicants, items = _files(tmp_path)
    items["project"].write_text("applicant,id,投资额（万元）\nf1,p1,-300\nnobody,p3,1\n", "utf-8")
    with pytest.raises(ProblemsError) as error:
        own([rules(POLICY).program], applicants, items, 2026, "complete")
    assert len(error.value.problems) >= 2
