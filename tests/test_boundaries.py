"""Boundary cases: at every value where an answer turns, one unit below and one above; as worked cases and as a workbook."""

from __future__ import annotations

import shutil
from copy import deepcopy
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_faults import FACTS, HEAD, TITLE
from typer.testing import CliRunner

from subsidy_rules import Rules, load
from subsidy_rules import policies as known_policies
from subsidy_rules.cli.app import app
from subsidy_rules.model.canonical import digest
from subsidy_rules.reading import Document, read_yaml
from subsidy_rules.reading.write import yaml_text
from subsidy_rules.testing import Boundary, boundary_cases
from subsidy_rules.testing.cases import Row
from subsidy_rules.testing.workbook import workbook

Dict = dict[str, Any]
ROOT = Path(__file__).resolve().parents[1]
ITEM = {**HEAD, "item": "project", "bound": "exact"}


def rules_of(*entries: Dict, bounds: tuple[Dict, ...] = (), effective: Dict | None = None) -> Rules:
    policy = {
        "id": "p",
        "title": TITLE,
        "status": "in_force",
        "jurisdiction": {"name": TITLE, "level": "city", "code": "99"},
        "effective": effective or {"published": "2025-01-01", "starts": "2025-01-01", "ends": "2027-12-31"},
        "rules": [{**ITEM, **entry} for entry in entries],
        "bounds": list(bounds),
    }
    return Rules.of([with_digest(policy, "p")], with_digest(FACTS, "facts"))


def with_digest(value: Dict, name: str) -> Document:
    return Document(value, {}, name, digest(value))


def found(rules: Rules, kind: str) -> list[Boundary]:
    return [case for case in boundary_cases(rules) if case.kind == kind]


def told(case: Boundary, name: str) -> Any:
    facts = {**case.application["applicant"]["facts"], **case.application["items"][0]["facts"]}
    return facts.get(name)


def paid(rules: Rules, case: Boundary) -> list[str]:
    """What each award of the case comes to, in the order of the answer: fen, as text."""
    answer = rules.assess(case.application)
    return [str(a.settled.ceiling) if a.settled else a.status for a in answer.awards if a.rule in case.rules]


SHARE = {"id": "share", "when": ["local", "cost >= 1000万元"], "pays": {"rate": "5%", "of": "cost"}, "max": "500万元"}


def test_a_threshold_is_met_from_below_exactly_and_above() -> None:
    rules = rules_of(SHARE)
    cases = found(rules, "threshold")
    assert [told(case, "cost") for case in cases] == ["9999999.99元", "1000万元", "10000000.01元"]
    assert [told(case, "local") for case in cases] == ["true"] * 3
    assert [paid(rules, case) for case in cases] == [["0"], ["50000000"], ["50000000"]]
    assert "10000000.01元" in cases[2].label.zh and "above" in cases[2].label.en
    strict = rules_of({**SHARE, "when": ["local", "cost > 1000万元"]})
    cases = found(strict, "threshold")
    assert [told(case, "cost") for case in cases] == ["9999999.99元", "1000万元", "10000000.01元"]
    assert [paid(strict, case) for case in cases] == [["0"], ["0"], ["50000000"]]


def test_a_limit_is_met_where_the_rate_reaches_it() -> None:
    rules = rules_of(SHARE)
    cases = found(rules, "cap")  # 5% of 1亿元 is 500万元
    assert [told(case, "cost") for case in cases] == ["99999999.99元", "1亿元", "100000000.01元", "2亿元"]
    assert [paid(rules, case) for case in cases] == [["499999999"], ["500000000"], ["500000000"], ["500000000"]]


def test_the_edge_of_a_band_belongs_to_one_row() -> None:
    rows = [{"upto": "10万元", "amount": "1万元"}, {"over": "10万元", "amount": "3万元"}]
    rules = rules_of({"id": "bands", "pays": {"bands": {"of": "cost", "rows": rows}}})
    cases = found(rules, "edge")
    seen = {told(case, "cost"): paid(rules, case) for case in cases}
    assert seen == {"99999.99元": ["1000000"], "10万元": ["1000000"], "100000.01元": ["3000000"]}


def test_a_condition_fails_alone_and_an_option_holds_alone() -> None:
    rules = rules_of({"id": "r", "when": ["local", "rank in ('a', 'c') or cost >= 5元"], "pays": {"amount": "1元"}})
    fails = found(rules, "condition")
    assert [(told(case, "local"), paid(rules, case)) for case in fails] == [("false", ["0"]), ("true", ["0"])]
    assert told(fails[1], "rank") == "b" and told(fails[1], "cost") in ("0元", "4.99元")
    alone = [(told(case, "rank"), told(case, "cost"), paid(rules, case)) for case in found(rules, "option")]
    assert [(rank, cost in ("0元", "4.99元")) for rank, cost, _ in alone[:2]] == [("a", True), ("c", True)]
    assert alone[-1][0] == "b" and all(pays == ["100"] for *_, pays in alone)


def test_days_in_force_and_days_that_a_rule_compares() -> None:
    rules = rules_of({"id": "r", "when": ["founded >= 2020-02-29"], "pays": {"amount": "1元"}})
    days = [(case.application["date"], paid(rules, case)) for case in found(rules, "day")]
    first = [("2024-12-31", ["0"]), ("2025-01-01", ["100"]), ("2025-01-02", ["100"])]
    last = [("2027-12-30", ["100"]), ("2027-12-31", ["100"]), ("2028-01-01", ["0"])]
    assert days == first + last
    compared = [(told(case, "founded"), paid(rules, case)) for case in found(rules, "threshold")]
    assert compared == [("2020-02-28", ["0"]), ("2020-02-29", ["100"]), ("2020-03-01", ["100"])]
    dated = rules_of({"id": "r", "dated_by": "founded", "pays": {"amount": "1元"}})
    assert [told(case, "founded") for case in found(dated, "day")] == [day for day, _ in first + last]


def test_the_first_day_of_a_draft_rests_on_an_assumed_publication() -> None:
    effective = {"published": "unknown", "starts": "+30 days", "lasts": "1 years"}
    rules = rules_of({"id": "r", "pays": {"amount": "1元"}}, effective=effective)
    cases = found(rules, "day")
    assert {case.application["published"]["p"] for case in cases} == {"2025-12-02"}
    assert [case.application["date"] for case in cases][:3] == ["2025-12-31", "2026-01-01", "2026-01-02"]
    assert [case.application["date"] for case in cases][3:] == ["2026-12-30", "2026-12-31", "2027-01-01"]


def test_rivals_are_claimed_for_one_thing() -> None:
    best = {"id": "best", "article": "9", "title": TITLE, "rules": ["a", "b"]}
    entries = (
        {"id": "a", "when": ["rank == 'a'"], "pays": {"amount": "5元"}},
        {"id": "b", "when": ["local", "rank != 'c'"], "pays": {"amount": "3元"}},
    )
    rules = rules_of(*entries, bounds=({**best, "exclusive": {"per": ["item"], "prior": "top_up"}},))
    (case,) = found(rules, "rivals")
    assert (case.subject, case.article, case.rules) == ("best", "9", ("a", "b"))
    assert paid(rules, case) == ["500", "0"]  # both could be claimed, the higher is paid
    assert [award.status for award in rules.assess(case.application).awards] == ["exact", "excluded"]
    last, this = found(rules, "earlier")[:2]
    assert [grant["year"] for case in (last, this) for grant in case.application["grants"]] == ["2025", "2026"]
    impossible = rules_of(entries[0], {**entries[1], "when": ["rank == 'b'"]}, bounds=rules_bounds(rules))
    assert found(impossible, "rivals") == []


def rules_bounds(rules: Rules) -> tuple[Dict, ...]:
    value = rules.documents[0].value
    assert isinstance(value, dict)
    return tuple(deepcopy(value["bounds"]))  # type: ignore[arg-type]


def test_numbers_and_sums_over_several_things() -> None:
    count = {"count": "2", "of": "item", "per": ["applicant", "year"]}
    rules = rules_of({"id": "r", "pays": {"amount": "1元"}, "cap": count})
    cases = found(rules, "items")
    assert [len(case.application["items"]) for case in cases] == [2, 3]
    assert [paid(rules, case) for case in cases] == [["100", "100"], ["100", "100", "0"]]
    limit = {"limit": "10元", "per": ["applicant"]}
    rules = rules_of({"id": "r", "pays": {"amount": "3元"}, "cap": limit})
    used = [(case.application["grants"][0]["amount"], paid(rules, case)) for case in found(rules, "used")]
    assert used == [("9.99元", ["1"]), ("9.99元", ["1"])]
    assert [paid(rules, case)[-1] for case in found(rules, "items")] == ["300", "100"]  # two, and the fourth passes it


def test_a_rule_that_nobody_can_claim_has_no_cases() -> None:
    rules = rules_of({"id": "never", "when": ["cost > 5元", "cost < 3元"], "pays": {"amount": "1元"}})
    assert [case.kind for case in boundary_cases(rules)] == []


@pytest.mark.parametrize("name", known_policies())
def test_cases_of_a_policy_are_distinct_and_always_the_same(name: str) -> None:
    rules = load(name)
    cases = boundary_cases(rules)
    assert cases == boundary_cases(rules)
    assert len({case.id for case in cases}) == len(cases) > 300
    claimed = {rule for case in cases if case.kind == "claim" for rule in case.rules}
    assert claimed == {rule.id for rule in rules.program.rules}  # each can be claimed at all


# As files


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, list(arguments), env={"SUBSIDY_RULES_LANG": ""})


@pytest.mark.parametrize("name", [*known_policies(), "fictitious"])
def test_check_runs_the_cases_that_were_written(name: str, tmp_path: Path) -> None:
    source = ROOT / "policies" / "examples" / "fictitious" / "policy.yaml"
    source = source if name == "fictitious" else ROOT / "policies" / f"{name}.yaml"
    shutil.copy(source, tmp_path / "policy.yaml")
    shutil.copy(source.with_name("facts.yaml"), tmp_path / "facts.yaml")
    (tmp_path / "examples").mkdir()
    written = run(
        "cases", str(tmp_path / "policy.yaml"), "-o", str(tmp_path / "examples" / "policy.yaml"), "--lang", "en"
    )
    assert written.exit_code == 0, written.output
    count = len(boundary_cases(load(tmp_path / "policy.yaml")))
    assert f"{count} cases" in written.output
    checked = run("check", str(tmp_path / "policy.yaml"), "--lang", "en")
    assert checked.exit_code == 0 and f"{count}/{count}" in checked.output


def test_check_notices_a_fault_by_the_cases_of_the_sound_policy(tmp_path: Path) -> None:
    for name in ("mini.yaml", "facts.yaml"):
        shutil.copy(ROOT / "tests" / "mini" / name, tmp_path / name)
    (tmp_path / "examples").mkdir()
    policy = tmp_path / "mini.yaml"
    assert run("cases", str(policy), "-o", str(tmp_path / "examples" / "mini.yaml")).exit_code == 0
    text = policy.read_text("utf-8")
    for right, wrong in (
        ("cost >= 100万元", "cost > 100万元"),
        ("limit: 100万元", "limit: 1000万元"),
        ("top_up", "forfeit"),
    ):
        policy.write_text(text.replace(right, wrong, 1), "utf-8")
        assert run("check", str(policy)).exit_code == 1, wrong


def test_cases_are_printed_or_refused() -> None:
    printed = run("cases", str(ROOT / "tests" / "mini" / "mini.yaml"))
    assert printed.exit_code == 0
    assert read_yaml(printed.output.encode(), "cases").value["policy"] == "mini"  # type: ignore[index]
    assert run("cases", "no-such-policy").exit_code == 2
    assert run("cases", str(ROOT / "tests" / "mini" / "mini.yaml"), "-o", "cases.csv").exit_code == 2


TEXT = st.text("aé中0 :'\"#-?=@!|>[]{},&*%", min_size=1, max_size=8).filter(lambda text: text == text.strip())
TREES = st.recursive(
    TEXT | st.sampled_from(("true", "no", "~", "null", "0.30", "2026-01-01", "1e3", "12:30", "=", "<<x")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(("a", "b", "甲")), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(("x", "y", "乙")), TREES, min_size=1, max_size=3))
def test_what_is_written_is_read_as_the_same(tree: Dict) -> None:
    assert read_yaml(yaml_text(tree).encode(), "written").value == tree


def test_the_workbook_is_text_with_a_frozen_header(tmp_path: Path) -> None:
    target = tmp_path / "cases.xlsx"
    assert run("cases", str(ROOT / "tests" / "mini" / "mini.yaml"), "-o", str(target)).exit_code == 0
    sheet = openpyxl.load_workbook(target).active
    head = [cell.value for cell in sheet[1]]
    assert head[:2] == ["编号", "条款"] and "确定可得（元）" in head and head[-1] == "审核意见"
    assert sheet.freeze_panes == "B2" and sheet.title == "示范政策"
    assert {cell.data_type for row in sheet for cell in row if cell.value is not None} == {"s"}
    assert all(5 <= sheet.column_dimensions[cell.column_letter].width <= 60 for cell in sheet[1])
    line = next(row for row in sheet if row[0].value == "project-share-threshold-2")
    shown = [cell.value for cell in line]
    assert shown[1] == "（二）" and shown[5:8] == ["0.00", "300000.00", "最高"]  # 30% of 100万元, at most


def test_nothing_in_a_workbook_is_computed() -> None:
    evil = '=HYPERLINK("http://example.com","x")'
    row = Row("a", "1", "+1", evil, "@x", "-5.00", "", "", "\ttab")
    sheet = openpyxl.load_workbook(BytesIO(workbook("a/b:c", [row]))).active
    cells = list(sheet[2])[:6]
    assert sheet.title == "abc"
    assert [cell.value for cell in cells] == ["a", "1", "+1", evil, "@x", "-5.00"]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [bool(cell.quotePrefix) for cell in cells] == [False, False, True, True, True, True]
