"""Every code for policies and applications: a case that has it, with its place and advice, and a near miss that has not.

Files are written as text and read by the real reader; hostile ones never end in anything but ProblemsError.
"""

from __future__ import annotations

import datetime
import decimal
import fractions
import json
from pathlib import Path
from typing import Any, NamedTuple

import pydantic
import pytest
from effort import at_most
from hypothesis import given
from hypothesis import strategies as st

from subsidy_rules import ProblemsError, Rules
from subsidy_rules.errors import MAX_ECHO, Problem, nearest
from subsidy_rules.loading import admit_data, build, check_policies, load_case, load_program
from subsidy_rules.loading.admit import admit
from subsidy_rules.loading.codes import CODES
from subsidy_rules.loading.readings import variants
from subsidy_rules.reading import Document, read_json, read_yaml

LABEL = "{zh: 甲, en: A}"
FACTS = f"""applicant:
  income: {{kind: money, label: {LABEL}, at_most: 10亿元}}
  tax: {{kind: money, label: {LABEL}}}
  staff: {{kind: count, label: {LABEL}}}
  local: {{kind: bool, label: {LABEL}}}
  reviewed: {{kind: judgement, label: {LABEL}}}
  share: {{kind: rate, label: {LABEL}, at_most: 100%}}
  score: {{kind: number, label: {LABEL}}}
  stay: {{kind: months, label: {LABEL}}}
  founded: {{kind: date, label: {LABEL}}}
  size: {{kind: choice, label: {LABEL}, options: {{small: {LABEL}, large: {LABEL}}}}}
items:
  project:
    label: {LABEL}
    facts:
      cost: {{kind: money, label: {LABEL}}}
      contract: {{kind: text, label: {LABEL}}}
      segment: {{kind: choice, label: {LABEL}, options: {{one: {LABEL}, two: {LABEL}}}}}
      started: {{kind: date, label: {LABEL}}}
  lease:
    label: {LABEL}
    facts:
      fee: {{kind: money, label: {LABEL}}}
"""
HEAD = {
    "id": "p",
    "title": LABEL,
    "status": "in_force",
    "jurisdiction": f'{{name: {LABEL}, level: city, code: "9901"}}',
    "effective": "{published: 2026-01-01, starts: 2026-01-01, ends: not_stated}",
}


def entry(name: str, fields: str) -> str:
    return f'  - {{id: {name}, article: "1", title: {LABEL}, {fields}}}'


def rule(name: str, fields: str = "bound: exact, pays: {amount: 5万元}") -> str:
    return entry(name, f"department: [x], {fields}")


def policy(*lines: str, **head: str) -> str:
    """A policy file; rules begin in line 7. Lines after a `bounds:` are bounds."""
    top = [f"{key}: {value}" for key, value in (HEAD | head).items()]
    return "\n".join([*top, "rules:", *lines]) + "\n"


def vocabulary() -> Document:
    return read_yaml(FACTS.encode(), "facts.yaml")


def loaded(*texts: str) -> tuple[Any, list[Problem]]:
    return build([read_yaml(text.encode(), f"p{n or ''}.yaml") for n, text in enumerate(texts)], vocabulary())


def problems_of(*texts: str) -> list[Problem]:
    """Errors and warnings of policy files."""
    try:
        _, problems = loaded(*texts)
    except ProblemsError as error:
        return list(error.problems)
    return problems


# ── policies ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class Row(NamedTuple):
    """A file with the problem, one without it, and what must be said: line (-1: elsewhere), field, parts of what was found
    and expected, and the nearest known name."""

    code: str
    bad: str
    good: str
    line: int
    field: str
    found: str = ""
    expected: str = ""
    nearest: str = ""


A, B, C = rule("a"), rule("b"), rule("c")
ON = "item: project, bound: exact, pays: {amount: 5万元}"
CAP = "rules: [a, b], cap: "
BEST = "rules: [a, b], exclusive: "


def paying(pays: str, more: str = "item: project, bound: exact") -> str:
    return policy(rule("a", f"{more}, pays: {pays}"))


def capped(cap: str, *rules: str) -> str:
    return policy(*(rules or (rule("a", ON), rule("b", ON))), "bounds:", entry("m", CAP + cap))


def best(exclusive: str, *rules: str) -> str:
    return policy(*(rules or (rule("a", ON), rule("b", ON))), "bounds:", entry("m", BEST + exclusive))


def declaring(facts: str) -> str:
    return policy(A, facts=facts)


YEAR = "{per: [applicant, year], limit: 5万元}"
SHARE = "item: project, bound: exact, pays: {rate: 30%, of: cost}"

POLICIES = [
    Row(
        "SR301",
        policy(rule("a", "whne: [local], bound: exact, pays: {amount: 5万元}")),
        policy(rule("a", "when: [local], bound: exact, pays: {amount: 5万元}")),
        7,
        "rules.a.whne",
        "'whne'",
        "bound",
        "when",
    ),
    Row("SR301", policy(A, titel=LABEL), policy(A), 6, "titel", "'titel'", "title", "title"),
    Row(
        "SR302",
        policy(entry("a", "bound: exact, pays: {amount: 5万元}")),
        policy(A),
        7,
        "rules.a.department",
        "",
        "department",
    ),
    Row(
        "SR303",
        policy(rule("a", "payee: nobody, bound: exact, pays: {amount: 5万元}")),
        policy(rule("a", "payee: person, bound: exact, pays: {amount: 5万元}")),
        7,
        "rules.a.payee",
        "'nobody'",
        "'applicant', 'person'",
    ),
    Row("SR303", policy(A, title="x"), policy(A), 2, "title", "'x'"),
    Row(
        "SR303",
        paying("{amount: 5万元, rate: 3%}"),
        paying("{amount: 5万元}"),
        7,
        "rules.a.pays.0",
        "",
        "one way to pay",
    ),
    Row(
        "SR303",
        paying("{bands: {of: cost, rows: [{below: 5元, amount: 1元}, {from: 5元, over: 5元, amount: 2元}]}}"),
        paying("{bands: {of: cost, rows: [{below: 5元, amount: 1元}, {from: 5元, below: 9元, amount: 2元}]}}"),
        7,
        "rules.a.pays.0.bands.rows.1",
        "a mapping",
        "one lower edge",
    ),
    Row(
        "SR303",
        paying("{bands: {of: cost, rows: [{below: 5元, amount: 1元, rate: 1%}, {from: 5元, rate: 2%}]}}"),
        paying("{bands: {of: cost, rows: [{below: 5元, amount: 1元}, {from: 5元, rate: 2%}]}}"),
        7,
        "rules.a.pays.0.bands.rows.0",
        "a mapping",
        "amount or rate",
    ),
    Row(
        "SR304",
        policy(A, effective="{published: 2026-02-30, starts: +30 days}"),
        policy(A, effective="{published: 2026-02-28, starts: +30 days}"),
        5,
        "effective.published",
        "'2026-02-30'",
        "not_stated",
    ),
    Row(
        "SR304",
        policy(A, effective="{published: unknown, starts: +30 days, lasts: 3 years, ends: 2029-01-01}"),
        policy(A, effective="{published: unknown, starts: +30 days, lasts: 3 years}"),
        5,
        "effective.lasts",
        "'3 years'",
        "not both",
    ),
    Row(
        "SR304",
        policy(A, effective="{published: unknown, starts: soon}"),
        policy(A, effective="{published: unknown, starts: not_stated}"),
        5,
        "effective.starts",
        "'soon'",
        "2026-01-31",
    ),
    Row(
        "SR305",
        declaring(f"{{applicant: {{area: {{kind: money, label: {LABEL}, at_most: 500}}}}}}"),
        declaring(f"{{applicant: {{area: {{kind: money, label: {LABEL}, at_most: 500元}}}}}}"),
        6,
        "facts.applicant.area.at_most",
        "'500'",
        "with its unit",
    ),
    Row(
        "SR306",
        declaring(f"{{applicant: {{grade: {{kind: choice, label: {LABEL}}}}}}}"),
        declaring(f"{{applicant: {{grade: {{kind: choice, label: {LABEL}, options: {{a: {LABEL}}}}}}}}}"),
        6,
        "facts.applicant.grade.options",
        "0 options",
    ),
    Row(
        "SR307",
        declaring(f"{{items: {{project: {{income: {{kind: money, label: {LABEL}}}}}}}}}"),
        declaring(f"{{items: {{project: {{proceeds: {{kind: money, label: {LABEL}}}}}}}}}"),
        -1,
        "",
        "income",
    ),
    Row(
        "SR308",
        declaring(f"{{applicant: {{staff: {{kind: money, label: {LABEL}}}}}}}"),
        declaring(f"{{applicant: {{staff: {{kind: count, label: {LABEL}}}}}}}"),
        6,
        "facts.applicant.staff",
        "staff",
    ),
    Row(
        "SR309",
        policy(rule("a", "item: projekt, bound: exact, pays: {amount: 5万元}")),
        policy(rule("a", ON)),
        7,
        "rules.a.item",
        "projekt",
        "",
        "project",
    ),
    Row(
        "SR310",
        policy(rule("a", f"{ON}, dated_by: startd")),
        policy(rule("a", f"{ON}, dated_by: started")),
        7,
        "rules.a.dated_by",
        "startd",
        "",
        "started",
    ),
    Row(
        "SR311",
        policy(A, rule("bb", "rides_on: bc, bound: exact, pays: {amount: 5万元}"), rule("bbc")),
        policy(A, rule("bb", "rides_on: bbc, bound: exact, pays: {amount: 5万元}"), rule("bbc")),
        8,
        "rules.bb.rides_on",
        "bc",
        "",
        "bbc",
    ),
    Row(
        "SR311",
        policy(rule("share"), "bounds:", entry("m", f"rules: [shre], cap: {YEAR}")),
        policy(rule("share"), "bounds:", entry("m", f"rules: [share], cap: {YEAR}")),
        9,
        "bounds.m.cap.rules",
        "shre",
        "",
        "share",
    ),
    Row(
        "SR312",
        paying("{rate: {from: 30%, to: 10%}, of: cost}", "item: project, bound: range"),
        paying("{rate: {from: 10%, to: 30%}, of: cost}", "item: project, bound: range"),
        7,
        "rules.a.pays.0.rate",
        "30% … 10%",
        "from ≤ to",
    ),
    Row(
        "SR313",
        paying("{bands: {of: staff, rows: [{below: 5, amount: 1万元}, {from: 5, rate: 3%}]}}"),
        paying("{bands: {of: cost, rows: [{below: 5元, amount: 1万元}, {from: 5元, rate: 3%}]}}"),
        7,
        "rules.a.pays.0.bands.rows.1",
        "rate × count",
        "money",
    ),
    Row(
        "SR314",
        paying(
            "{milestones: {of: cost, before: tax, pays: highest,"
            " rows: [{reach: 5万元, amount: 1万元}, {reach: 5万元, amount: 2万元}]}}"
        ),
        paying(
            "{milestones: {of: cost, before: tax, pays: highest,"
            " rows: [{reach: 5万元, amount: 1万元}, {reach: 6万元, amount: 2万元}]}}"
        ),
        7,
        "rules.a.pays.0.milestones.rows.1.reach",
        "5万元",
        "rise",
    ),
    Row(
        "SR315",
        paying("{step: {of: cost, every: 0元, amount: 1万元}}"),
        paying("{step: {of: cost, every: 0.01元, amount: 1万元}}"),
        7,
        "rules.a.pays.0.step.every",
        "0元",
        "greater than 0",
    ),
    Row(
        "SR316",
        paying("{bands: {of: cost, rows: [{below: tax, amount: 1万元}, {from: 5元, amount: 2万元}]}}"),
        paying("{bands: {of: cost, rows: [{below: 5元, amount: 1万元}, {from: 5元, amount: 2万元}]}}"),
        7,
        "rules.a.pays.0.bands.rows.0",
        "tax",
        "a constant",
    ),
    Row(
        "SR317",
        paying("{bands: {of: cost, rows: [{upto: 5元, amount: 1万元}, {from: 5元, amount: 2万元}]}}"),
        paying("{bands: {of: cost, rows: [{upto: 5元, amount: 1万元}, {over: 5元, amount: 2万元}]}}"),
        7,
        "rules.a.pays.0.bands.rows.1",
        "5元 in both rows",
    ),
    Row(
        "SR317",
        paying("{brackets: {of: cost, rows: [{below: 5元, rate: 1%}, {from: 4元, rate: 2%}]}}"),
        paying("{brackets: {of: cost, rows: [{below: 5元, rate: 1%}, {from: 5元, rate: 2%}]}}"),
        7,
        "rules.a.pays.0.brackets.rows.1",
        "inside the row before",
    ),
    Row(
        "SR318",
        paying("{bands: {of: cost, rows: [{below: 5元, amount: 1万元}, {from: 6元, amount: 2万元}]}}"),
        paying("{bands: {of: cost, rows: [{below: 6元, amount: 1万元}, {from: 6元, amount: 2万元}]}}"),
        7,
        "rules.a.pays.0.bands.rows.1",
    ),
    Row(
        "SR318",
        paying("{bands: {of: cost, rows: [{below: 5元, amount: 1万元}, {over: 5元, amount: 2万元}]}}"),
        paying("{bands: {of: cost, rows: [{below: 5元, amount: 1万元}, {from: 5元, amount: 2万元}]}}"),
        7,
        "rules.a.pays.0.bands.rows.1",
        "neither row",
    ),
    Row(
        "SR319",
        policy(
            rule("a", "bound: exact, pays: {uplift: {rule: b, by: 10%, on: amount}}"),
            rule("b", "bound: exact, pays: {uplift: {rule: a, by: 10%, on: amount}}"),
        ),
        policy(rule("a", "bound: exact, pays: {uplift: {rule: b, by: 10%, on: amount}}"), B),
        8,
        "rules.b.pays",
        "a → b → a",
    ),
    Row("SR320", capped("{per: [applicant], limit: 5万元, count: 2, of: item}"), capped(YEAR), 10, "bounds.m.cap"),
    Row(
        "SR320",
        capped("{per: [applicant], count: 2}"),
        capped("{per: [applicant], count: 2, of: item}"),
        10,
        "bounds.m.cap",
        "count",
    ),
    Row(
        "SR321",
        capped("{per: [year], limit: 5万元}"),
        capped("{per: [year], limit: 5万元, ration: unstated}"),
        10,
        "bounds.m.cap",
        "no ration",
    ),
    Row(
        "SR321",
        capped("{per: [applicant], limit: 5万元, ration: rank, rank_by: score}"),
        capped("{per: [applicant], limit: 5万元, ration: pro_rata}"),
        10,
        "bounds.m.cap",
        "rank",
    ),
    Row(
        "SR322",
        capped("{per: [year], limit: 5万元, ration: rank}"),
        capped("{per: [year], limit: 5万元, ration: rank, rank_by: score}"),
        10,
        "bounds.m.cap",
    ),
    Row(
        "SR323",
        best("{per: [item], prior: ignore, except: [[a, c]]}", rule("a", ON), rule("b", ON), rule("c", ON)),
        best("{per: [item], prior: ignore, except: [[a, b]]}", rule("a", ON), rule("b", ON), rule("c", ON)),
        11,
        "bounds.m.exclusive.except",
        "c",
    ),
    Row(
        "SR324",
        best("{per: [item], prior: ignore, choose: priority}"),
        best("{per: [item], prior: ignore, choose: priority, priority: [b, a]}"),
        10,
        "bounds.m.exclusive.priority",
    ),
    Row(
        "SR325",
        best("{per: [contrct], prior: ignore}"),
        best("{per: [contract], prior: ignore}"),
        10,
        "bounds.m.exclusive.per",
        "contrct for rule a",
        "",
        "contract",
    ),
    Row(
        "SR325",
        best("{per: [cost], prior: ignore}"),
        best("{per: [segment], prior: ignore}"),
        10,
        "bounds.m.exclusive.per",
        "cost for rule a",
    ),
    Row(
        "SR326",
        best("{per: [item, item], prior: ignore}"),
        best("{per: [item, year], prior: ignore}"),
        10,
        "bounds.m.exclusive.per",
        "item, item",
    ),
    Row("SR330", policy(A, A), policy(A, B), 8, "rules.a.id", "a"),
    Row(
        "SR330",
        policy(A, "bounds:", entry("a", f"rules: [a], cap: {YEAR}")),
        policy(A, "bounds:", entry("m", f"rules: [a], cap: {YEAR}")),
        9,
        "bounds.a.id",
        "a",
    ),
    Row(
        "SR330",
        policy(rule("a", f"{SHARE}, cap: {YEAR}"), "bounds:", entry("a-cap", f"rules: [a], cap: {YEAR}")),
        policy(rule("a", f"{SHARE}, cap: {YEAR}"), "bounds:", entry("a-limit", f"rules: [a], cap: {YEAR}")),
        9,
        "bounds.a-cap.cap",
        "p/a-cap",
    ),
    Row("SR331", policy(rule("a", "item: project")), policy(rule("a", "unquantified: case_by_case")), 7, "rules.a"),
    Row(
        "SR331",
        policy(rule("a", f"{ON}, unquantified: case_by_case")),
        policy(rule("a", ON)),
        7,
        "rules.a",
    ),
    Row("SR332", policy(rule("a", "pays: {amount: 5万元}")), policy(A), 7, "rules.a", "no bound"),
    Row(
        "SR332",
        policy(rule("a", "bound: exact, unquantified: case_by_case")),
        policy(rule("a", "unquantified: case_by_case")),
        7,
        "rules.a",
        "bound: exact",
    ),
    Row(
        "SR333",
        paying("{amount: 5万元}", "bound: range"),
        paying("{amount: {from: 4万元, to: 5万元}}", "bound: range"),
        7,
        "rules.a.bound",
        "range",
        "exact or ceiling",
    ),
    Row(
        "SR333",
        paying("{amount: {from: 4万元, to: 5万元}}", "bound: exact"),
        paying("{amount: {from: 5万元, to: 5万元}}", "bound: exact"),
        7,
        "rules.a.bound",
        "exact",
        "range",
    ),
    Row(
        "SR334",
        policy(rule("a", "unquantified: in_kind")),
        policy(rule("a", "unquantified: in_kind, form: in_kind")),
        7,
        "rules.a",
        "form: grant",
        "form: in_kind",
    ),
    Row(
        "SR335",
        paying("[{amount: 5万元}, {when: local, amount: 6万元}]"),
        paying("[{when: local, amount: 6万元}, {amount: 5万元}]"),
        7,
        "rules.a.pays.1",
    ),
    Row(
        "SR335",
        paying("[{when: local, amount: 5万元}, {when: local, amount: 6万元}]"),
        paying("[{when: local, amount: 5万元}, {when: not local, amount: 6万元}]"),
        7,
        "rules.a.pays.1",
    ),
    Row(
        "SR340",
        policy(A, B, C, "bounds:", entry("m", CAP + YEAR), entry("n", f"rules: [b, c], cap: {YEAR}")),
        policy(A, B, C, "bounds:", entry("m", CAP + YEAR), entry("n", f"rules: [a, b, c], cap: {YEAR}")),
        10,
        "bounds",
        "p/m and p/n",
    ),
    Row(
        "SR340",
        policy(
            *(rule("a", ON), rule("b", ON), "bounds:"),
            entry("m", CAP + "{per: [award, applicant], limit: 5万元}"),
            entry("n", CAP + "{per: [segment, applicant], limit: 5万元}"),
        ),
        policy(
            *(rule("a", ON), rule("b", ON), "bounds:"),
            entry("m", CAP + "{per: [award, applicant], limit: 5万元}"),
            entry("n", CAP + "{per: [rule, applicant], limit: 5万元}"),
        ),
        9,
        "bounds",
        "p/m and p/n",
    ),
    Row(
        "SR341",
        policy(
            rule("a", "bound: exact, pays: {months: stay, amount: 1万元}"),
            rule("b", "bound: exact, pays: {months: stay, amount: 2万元}"),
            "bounds:",
            entry("m", CAP + "{per: [applicant], units: 12}"),
            entry("n", f"rules: [a], cap: {YEAR}"),
        ),
        policy(
            rule("a", "bound: exact, pays: {months: stay, amount: 1万元}"),
            rule("b", "bound: exact, pays: {months: stay, amount: 2万元}"),
            "bounds:",
            entry("m", "rules: [a], cap: {per: [applicant], units: 12}"),
            entry("n", CAP + YEAR),
        ),
        9,
        "bounds",
        "p/m and p/n",
    ),
    Row(
        "SR342",
        capped(YEAR, A, rule("b", "payee: person, bound: exact, pays: {amount: 5万元}")),
        capped(YEAR, A, rule("b", "form: voucher, bound: exact, pays: {amount: 5万元}")),
        9,
        "bounds",
        "person cash",
    ),
    Row(
        "SR343",
        policy(
            *(A, B, C, "bounds:"),
            entry("m", BEST + "{per: [applicant], prior: ignore, choose: highest}"),
            entry("n", "rules: [b, c], exclusive: {per: [applicant], prior: ignore, choose: option}"),
        ),
        policy(
            *(A, B, C, "bounds:"),
            entry("m", BEST + "{per: [applicant], prior: ignore, choose: highest}"),
            entry("n", "rules: [b, c], exclusive: {per: [applicant], prior: ignore}"),
        ),
        10,
        "bounds",
        "p/m and p/n",
    ),
    Row(
        "SR344", best("{per: [item], prior: ignore}", A, B), best("{per: [item], prior: ignore}"), 9, "bounds", "p/m: a"
    ),
    Row(
        "SR345",
        policy(A, "bounds:", entry("m", "rules: [a]")),
        policy(A, "bounds:", entry("m", f"rules: [a], cap: {YEAR}")),
        9,
        "bounds.m",
    ),
    Row(
        "SR346",
        policy(rule("a", "when: [local, local], bound: exact, pays: {amount: 5万元}")),
        policy(rule("a", "when: [local, not local], bound: exact, pays: {amount: 5万元}")),
        7,
        "rules.a.when.1",
        "local",
    ),
    Row(
        "SR347",
        policy(rule("a", f"{ON}, assumes: {{says: {LABEL}, or: {{says: {LABEL}, instead: {{limit: 5万元}}}}}}")),
        policy(rule("a", f"{ON}, assumes: {{says: {LABEL}, or: {{says: {LABEL}, instead: {{max: 5万元}}}}}}")),
        7,
        "rules.a.assumes.0.or.0.instead.limit",
        "limit",
    ),
    Row(
        "SR348",
        capped(
            "{units: 12, per: [applicant]}",
            rule("a", "item: project, bound: exact, pays: [{when: done, months: 6, amount: 1万元}, {amount: 5万元}]"),
            rule("b", "item: project, bound: exact, pays: {months: 6, amount: 1万元}"),
        ),
        capped(
            "{units: 12, per: [applicant]}",
            rule("a", "item: project, bound: exact, pays: {months: 6, amount: 1万元}"),
            rule("b", "item: project, bound: exact, pays: {months: 6, amount: 1万元}"),
        ),
        9,
        "bounds",
        "p/m: a",
    ),
    Row(
        "SR349",
        best("{per: [item], prior: ignore, against: {levels: [nation], same: item}}"),
        best("{per: [year], prior: ignore, against: {levels: [nation], same: item}}"),
        10,
        "bounds.m.exclusive.per",
        "item",
    ),
    Row(  # a slip in an expression stands at its column
        "SR218",
        policy(rule("a", f"when: [locl], {ON}")),
        policy(rule("a", f"when: [local], {ON}")),
        7,
        "rules.a.when.0",
        "locl",
        "",
        "local",
    ),
]


@pytest.mark.parametrize("row", POLICIES, ids=[f"{row.code}-{n}" for n, row in enumerate(POLICIES)])
def test_a_policy_with_the_problem_and_one_without(row: Row) -> None:
    found = problems_of(row.bad)
    mine = [problem for problem in found if problem.code == row.code]
    assert mine, [str(problem) for problem in found]
    assert row.code not in {problem.code for problem in problems_of(row.good)}
    assert not [problem for problem in problems_of(row.good) if problem.severity == "error"]
    assert any(
        (row.line < 0 or (problem.line, problem.field) == (row.line, row.field))
        and row.found in problem.found
        and row.expected in problem.expected
        and problem.nearest == row.nearest
        for problem in mine
    ), [problem.as_dict() for problem in mine]
    assert row.line < 0 or all(problem.file == "p.yaml" and problem.column for problem in mine)


def test_two_policies_may_not_have_one_id() -> None:
    found = problems_of(policy(A), policy(B))
    assert [(p.code, p.file, p.line, p.field, p.found) for p in found] == [
        ("SR329", "p.yaml", 1, "id", "p"),
        ("SR329", "p1.yaml", 1, "id", "p"),
    ]
    assert not problems_of(policy(A), policy(A, id="q"))


def test_gaps_are_warnings_and_everything_is_found_at_once() -> None:
    gap = next(row for row in POLICIES if row.code == "SR318")
    program, warnings = loaded(gap.bad)
    assert program.rules and [problem.severity for problem in warnings] == ["warning"]
    bad = policy(
        rule("a", "when: [locl], item: projekt, bound: exact, pays: {amount: '1,000万元'}"),
        A.replace("id: a", "id: b"),
        rule("b", "when: [local, local], bound: range, pays: {rate: 30, of: income}, rides_on: z"),
        "bounds:",
        entry("m", "rules: [y], cap: {per: [applicant]}"),
        entry("n", "rules: [a]"),
        effective="{published: 2026-13-01, starts: x}",
    )
    codes = {problem.code for problem in problems_of(bad)}
    assert codes >= {"SR218", "SR309", "SR330", "SR346", "SR333", "SR311", "SR304", "SR345"}


# ── applications ─────────────────────────────────────────────────────────────────────────────────────────────────────

PROGRAM = policy(
    rule("award", "item: project, bound: exact, pays: {rate: 30%, of: cost}"),
    rule("grant", "bound: exact, pays: {amount: 5万元}"),
    rule("other", "bound: exact, pays: {amount: 4万元}"),
    rule("stipend", "bound: exact, pays: {months: 6, amount: 1000元}"),
    "bounds:",
    entry("long", "rules: [stipend], cap: {per: [applicant], units: 12}"),
    entry("pool", "rules: [award], cap: {per: [year], limit: unpublished, ration: unstated}"),
    entry("two", "rules: [award], cap: {per: [applicant], count: 2, of: item}"),
    entry("pick", "rules: [grant, other], exclusive: {per: [applicant], prior: ignore, choose: option}"),
    succeeds="[p-old]",
)
PLAIN = {
    "applicant": "{id: firm, facts: {income: 500万元}}",
    "items": "\n  - {id: i, kind: project, facts: {cost: 100万元}}",
    "year": "2026",
    "history": "complete",
}


def application(**fields: str) -> str:
    """An application file: applicant in line 1, items from line 2, year and history in lines 4 and 5, the rest after."""
    return "\n".join(f"{key}: {value}" for key, value in (PLAIN | fields).items()) + "\n"


def facts(**said: str) -> str:
    return application(applicant="{id: firm, facts: {" + ", ".join(f"{k}: {v}" for k, v in said.items()) + "}}")


def granted(fields: str) -> str:
    return application(grants=f"\n  - {{{fields}}}")


def admitted(text: str) -> Any:
    program, _ = loaded(PROGRAM)
    return admit(read_yaml(text.encode(), "case.yaml"), program)


def refused(text: str) -> list[Problem]:
    try:
        admitted(text)
    except ProblemsError as error:
        return list(error.problems)
    return []


def fact_row(name: str, bad: str, good: str, expected: str, nearest: str = "") -> Row:
    return Row(
        "SR404", facts(**{name: bad}), facts(**{name: good}), 1, f"applicant.facts.{name}", "", expected, nearest
    )


PAID = "policy: p, rule: grant, year: 2025, amount: 1万元"
LEASE = "\n  - {id: i, kind: lease, facts: {}}"
APPLICATIONS = [
    Row("SR301", application(itmes="[]"), application(), 6, "itmes", "'itmes'", "items", "items"),
    Row("SR302", application().replace("year: 2026\n", ""), application(), 1, "year", "", "year"),
    Row("SR303", application(year="26"), application(year="2026"), 4, "year", "'26'"),
    Row("SR303", application(history="unknown"), application(history="partial"), 5, "history", "'unknown'", "partial"),
    Row("SR303", application(year="2026.0"), application(), 4, "year", "'2026.0'"),
    Row("SR303", application(items="{}"), application(items="[]"), 2, "items", "a mapping"),
    Row("SR303", facts(income="[5万元]"), facts(income="5万元"), 1, "applicant.facts.income", "a list"),
    Row("SR303", facts(income="{a: 5万元}"), facts(income="5万元"), 1, "applicant.facts.income", "a mapping"),
    Row(
        "SR401",
        application(items="\n  - {id: i, kind: project}\n  - {id: i, kind: lease}"),
        application(items="\n  - {id: i, kind: project}\n  - {id: j, kind: lease}"),
        4,
        "items.i.id",
        "i",
    ),
    Row(
        "SR402",
        application(items="\n  - {id: i, kind: projekt}"),
        application(items="\n  - {id: i, kind: project}"),
        3,
        "items.i.kind",
        "'projekt'",
        "",
        "project",
    ),
    Row("SR403", facts(incom="5万元"), facts(income="5万元"), 1, "applicant.facts.incom", "'incom'", "", "income"),
    Row("SR403", facts(cost="5万元"), facts(tax="5万元"), 1, "applicant.facts.cost", "'cost'"),
    Row(
        "SR403",
        application(items="\n  - {id: i, kind: project, facts: {fee: 5元}}"),
        application(items="\n  - {id: i, kind: lease, facts: {fee: 5元}}"),
        3,
        "items.i.facts.fee",
        "'fee'",
    ),
    fact_row("income", "'1,000万元'", "1000万元", "with its unit"),
    fact_row("income", "500万", "500万元", "with its unit"),
    fact_row("income", "500", "500元", "with its unit"),
    fact_row("income", "-5元", "0元", "with its unit"),
    fact_row("income", "1.005元", "1.05元", "whole fen"),
    fact_row("income", "100000000000000000000元", "1000000000元", "with its unit"),
    fact_row("income", "11亿元", "10亿元", "legal range"),
    fact_row("tax", "10.000001万亿元", "10万元", "with its unit"),
    fact_row("tax", "100000.0001亿元", "100000亿元", "at most"),
    fact_row("income", "５00万元", "500万元", "with its unit"),
    fact_row("income", "500 万元", "500万元", "with its unit"),
    fact_row("income", "NaN元", "0.01元", "with its unit"),
    fact_row("income", "1e3元", "1000元", "with its unit"),
    fact_row("share", "0.3", "30%", "like 30%"),
    fact_row("share", "100.01%", "100%", "legal range"),
    fact_row("share", "-1%", "0%", "like 30%"),
    fact_row("share", "3.14159%", "3.1416%", "four decimals"),
    fact_row("score", "0.1234567", "0.123456", "six decimals"),
    fact_row("score", "1e2", "100", "decimal number"),
    fact_row("staff", "3.0", "3", "whole number"),
    fact_row("staff", "03", "3", "whole number"),
    fact_row("staff", "-1", "0", "whole number"),
    fact_row("staff", "1000000000000001", "999999999999999", "whole number"),
    fact_row("stay", "1.5", "1", "whole number"),
    fact_row("stay", "3个月", "3", "whole number"),
    fact_row("local", "yes", "true", "true, false or unknown"),
    fact_row("local", "是", "false", "true, false or unknown"),
    fact_row("local", "True", "unknown", "true, false or unknown"),
    fact_row("reviewed", "1", "true", "true, false or unknown"),
    fact_row("founded", "2026-02-30", "2026-02-28", "day"),
    fact_row("founded", "2026-2-3", "2026-02-03", "like 2026-01-31"),
    fact_row("founded", "2026/02/03", "2026-02-03", "like 2026-01-31"),
    fact_row("founded", "0000-01-01", "0001-01-01", "year"),
    fact_row("size", "smal", "small", "one of small, large", "small"),
    fact_row("size", "Small", "small", "one of small, large", "small"),
    Row("SR404", application(date="2026-02-29"), application(date="2028-02-29"), 6, "date", "'2026-02-29'"),
    Row("SR404", application(date="today"), application(date="unknown"), 6, "date", "'today'", "2026-01-31"),
    Row(
        "SR404",
        application(applied_at="2026-03-01 09:00"),
        application(applied_at="2026-03-01T09:00"),
        6,
        "applied_at",
        "",
        "T09:30:00",
    ),
    Row("SR404", granted(PAID.replace("1万元", "1万")), granted(PAID), 7, "grants.0.amount", "'1万'", "unit"),
    Row("SR404", granted(PAID + ", value: 1"), granted(PAID + ", value: 1元"), 7, "grants.0.value", "'1'", "unit"),
    Row("SR404", granted(PAID + ", units: 1.5"), granted(PAID + ", units: 15"), 7, "grants.0.units", "'1.5'", "whole"),
    Row("SR303", granted(PAID + ", repaid: ja"), granted(PAID + ", repaid: true"), 7, "grants.0.repaid", "'ja'"),
    Row("SR303", granted(PAID.replace("2025", "1825")), granted(PAID), 7, "grants.0.year", "'1825'"),
    Row(
        "SR404",
        application(rivals="\n  - {policy: q, level: city, amount: {from: 2元, to: 1元}}"),
        application(rivals="\n  - {policy: q, level: city, amount: {from: 1元, to: 2元}}"),
        7,
        "rivals.0.amount",
        "2元 … 1元",
        "from ≤ to",
    ),
    Row(
        "SR404",
        application(parameters="{p/pool: 5}"),
        application(parameters="{p/pool: 5元}"),
        6,
        "parameters.p/pool",
        "'5'",
        "unit",
    ),
    Row(
        "SR404",
        application(parameters="{p/two: 2元}"),
        application(parameters="{p/two: 2}"),
        6,
        "parameters.p/two",
        "'2元'",
        "whole",
    ),
    Row(
        "SR404",
        application(published="{p: soon}"),
        application(published="{p: 2026-01-01}"),
        6,
        "published.p",
        "'soon'",
        "2026-01-31",
    ),
    Row(
        "SR405",
        granted(PAID.replace("rule: grant", "rule: grnt")),
        granted(PAID),
        7,
        "grants.0.rule",
        "'grnt'",
        "",
        "grant",
    ),
    Row(
        "SR405",
        application(options="{p/pick: awrd}"),
        application(options="{p/pick: rival}"),
        6,
        "options.p/pick",
        "'awrd'",
    ),
    Row("SR406", granted(PAID + ", item: i"), granted(PAID), 7, "grants.0", "'i'", "no item"),
    Row(
        "SR406",
        granted(PAID.replace("grant", "award")),
        granted(PAID.replace("grant", "award") + ", item: x"),
        7,
        "grants.0",
        "'no item'",
        "kind project",
    ),
    Row(
        "SR406",
        application(items=LEASE, grants=f"\n  - {{{PAID.replace('grant', 'award')}, item: i}}"),
        application(grants=f"\n  - {{{PAID.replace('grant', 'award')}, item: i}}"),
        7,
        "grants.0",
        "i of kind lease",
        "kind project",
    ),
    Row(
        "SR407",
        granted("policy: q, rule: r, year: 2025, amount: 1元"),
        granted("policy: q, rule: r, year: 2025, amount: 1元, level: city"),
        7,
        "grants.0",
        "q",
    ),
    Row(
        "SR414",
        application(approved="\n  - {policy: p, rule: award, item: j, amount: 1元}"),
        application(approved="\n  - {policy: p, rule: award, item: i, amount: 1元}"),
        7,
        "approved.0.item",
        "j",
    ),
    Row(
        "SR403",
        granted("policy: p, rule: award, item: old, year: 2025, amount: 1元, attributes: {costs: 1元}"),
        granted("policy: p, rule: award, item: old, year: 2025, amount: 1元, attributes: {cost: 1元}"),
        7,
        "grants.0.attributes.costs",
        "costs",
        "",
        "cost",
    ),
    Row(
        "SR403",
        facts(cost="1元"),
        facts(income="1元"),
        1,
        "applicant.facts.cost",
        "cost",
        "an item of kind project",
    ),
    Row(
        "SR413",
        granted("policy: p, rule: stipend, year: 2025, amount: 6000元"),
        granted("policy: p, rule: stipend, year: 2025, amount: 6000元, units: 6"),
        7,
        "grants.0.units",
    ),
    Row(
        "SR413",
        granted("policy: p, rule: stipend, year: 2025, amount: 6000元, units: 0"),
        granted("policy: p, rule: stipend, year: 2025, amount: 0元, units: 0"),
        7,
        "grants.0.units",
        "0",
        "at least 1",
    ),
    Row(
        "SR408",
        application(rivals="\n  - {policy: p, level: city, amount: 1元}"),
        application(rivals="\n  - {policy: q, level: city, amount: 1元}"),
        7,
        "rivals.0.policy",
        "p",
    ),
    Row(
        "SR409",
        application(approved="\n  - {policy: pp, rule: grant, amount: 1元}"),
        application(approved="\n  - {policy: p, rule: grant, amount: 1元}"),
        7,
        "approved.0.policy",
        "pp",
        "",
        "p",
    ),
    Row(
        "SR409",
        application(published="{q: 2026-01-01}"),
        application(published="{p: 2026-01-01}"),
        6,
        "published.q",
        "q",
    ),
    Row(
        "SR410",
        application(approved="\n  - {policy: p, rule: grant, amount: 1元}\n  - {policy: p, rule: grant, amount: 1元}"),
        application(approved="\n  - {policy: p, rule: grant, amount: 1元}\n  - {policy: p, rule: other, amount: 1元}"),
        8,
        "approved.1",
        "grant",
    ),
    Row(
        "SR411",
        application(parameters="{p/pol: 5元}"),
        application(parameters="{p/pool: 5元}"),
        6,
        "parameters.p/pol",
        "'p/pol'",
        "",
        "p/pool",
    ),
    Row(
        "SR411",
        application(options="{p/pool: award}"),
        application(options="{p/pick: grant}"),
        6,
        "options.p/pool",
        "'p/pool'",
    ),
]


@pytest.mark.parametrize("row", APPLICATIONS, ids=[f"{row.code}-{n}" for n, row in enumerate(APPLICATIONS)])
def test_an_application_with_the_problem_and_one_without(row: Row) -> None:
    found = refused(row.bad)
    assert not refused(row.good)
    assert any(
        (problem.code, problem.line, problem.field, problem.nearest) == (row.code, row.line, row.field, row.nearest)
        and row.found in problem.found
        and row.expected in problem.expected
        for problem in found
    ), [problem.as_dict() for problem in found]
    assert all(problem.file == "case.yaml" and problem.severity == "error" for problem in found)


def test_a_grant_of_a_superseded_version_may_name_a_rule_that_is_gone() -> None:
    case = admitted(granted("policy: p-old, rule: gone, year: 2025, amount: 1元"))
    assert case.grants[0].rule is None
    assert admitted(granted("policy: p-old, rule: grant, year: 2025, amount: 1元")).grants[0].rule is not None


def test_two_applications_may_not_have_one_applicant() -> None:
    rules = Rules.of([read_yaml(PROGRAM.encode(), "p.yaml")], vocabulary())
    one = {"applicant": {"id": "x"}, "year": 2026, "history": "complete"}
    with pytest.raises(ProblemsError) as caught:
        rules.assess_all([one, one], {"p/pol": "1元"})
    assert [(p.code, p.found, p.nearest) for p in caught.value.problems] == [
        ("SR411", "'p/pol'", "p/pool"),
        ("SR412", "x", ""),
    ]
    assert len(rules.assess_all([one, one | {"applicant": {"id": "y"}}])) == 2


def test_two_applications_may_not_give_different_figures_for_one_pool() -> None:
    rules = Rules.of([read_yaml(PROGRAM.encode(), "p.yaml")], vocabulary())
    one = {"applicant": {"id": "x"}, "year": 2026, "history": "complete", "parameters": {"p/pool": "5万元"}}
    two = one | {"applicant": {"id": "y"}, "parameters": {"p/pool": "6万元"}}
    with pytest.raises(ProblemsError) as caught:
        rules.assess_all([one, two])
    assert [(p.code, p.field) for p in caught.value.problems] == [("SR504", "p/pool")]
    assert len(rules.assess_all([one, two], {"p/pool": "6万元"})) == 2


def test_too_many_open_choices_are_a_problem_and_not_a_wait() -> None:
    rows = [rule(f"r{n}", "bound: exact, pays: {amount: 5万元}") for n in range(40)]
    picks = [
        entry(
            f"b{n}", f"rules: [r{2 * n}, r{2 * n + 1}], exclusive: {{per: [applicant], prior: ignore, choose: option}}"
        )
        for n in range(20)
    ]
    rules = Rules.of([read_yaml(policy(*rows, "bounds:", *picks).encode(), "p.yaml")], vocabulary())
    plain = {"applicant": {"id": "x"}, "year": 2026, "history": "complete"}
    for ask in (rules.assess, rules.totals):
        with pytest.raises(ProblemsError) as caught:
            ask(plain)
        assert [problem.code for problem in caught.value.problems] == ["SR501"]
        assert caught.value.problems[0].found.startswith("p/b0, p/b1, p/b10, ")
    assert rules.assess(plain | {"options": {f"p/b{n}": f"r{2 * n}" for n in range(13)}}).totals[0].ceiling


def test_a_receipt_that_was_changed_is_refused(tmp_path: Path) -> None:
    rules = Rules.of([read_yaml(PROGRAM.encode(), "p.yaml")], vocabulary())
    written = json.loads(rules.receipt({"applicant": {"id": "x"}, "year": 2026, "history": "complete"}))

    def replayed(**change: Any) -> list[tuple[str, str]]:
        path = tmp_path / "receipt.json"
        path.write_text(json.dumps(written | change), encoding="utf-8")
        try:
            rules.replay(path)
        except ProblemsError as error:
            return [(problem.code, problem.field) for problem in error.problems]
        return []

    assert replayed() == []
    assert replayed(engine="0.0.0") == [("SR502", "engine")]
    assert replayed(files=written["files"] | {"p": "0" * 64}) == [("SR502", "files")]
    assert replayed(answer="0" * 64) == [("SR503", "answer")]
    assert replayed(application=written["application"] | {"year": "2027"}) == [("SR503", "answer")]
    assert replayed(schema="other") == [("SR303", "schema")]
    assert replayed(application=[]) == [("SR303", "application")]


def test_every_code_has_a_case() -> None:
    tried = {row.code for row in POLICIES + APPLICATIONS} | {"SR329", "SR412", "SR501", "SR502", "SR503", "SR504"}
    assert set(CODES) <= tried
    assert all(meaning.zh and meaning.en for meaning in CODES.values())


# ── hostile input ────────────────────────────────────────────────────────────────────────────────────────────────────


def deep(levels: int) -> Any:
    value: Any = "x"
    for _ in range(levels):
        value = {"a": value}
    return value


HOSTILE_TEXT = {
    "duplicate key": "applicant: {id: x}\napplicant: {id: y}\nyear: 2026\nhistory: complete\n",
    "duplicate fact": facts(income="5元").replace("income: 5元", "income: 5元, income: 6元"),
    "anchor": "applicant: &a {id: x}\nitems: [*a]\nyear: 2026\nhistory: complete\n",
    "merge": "applicant: {<<: {id: x}}\nyear: 2026\nhistory: complete\n",
    "python tag": "applicant: !!python/object/apply:os.system [echo]\n",
    "deep brackets": "applicant: " + "[" * 5000 + "]" * 5000,
    "deep blocks": "\n".join(" " * n + "a:" for n in range(200)),
    "ten thousand items and one": "items:\n" + "  - {id: i, kind: project}\n" * 10_001,
    "huge text": f"applicant: {{id: {'x' * 100_000}}}\n",
    "huge number": f"applicant: {{id: x, facts: {{income: {'9' * 5000}万元}}}}\n",
    "huge fact name": f"applicant: {{id: x, facts: {{{'y' * 900}: 1}}}}\nyear: 2026\nhistory: complete\n",
    "many unknown facts": "applicant: {id: x, facts: {"
    + ", ".join(f"f{n}: 1" for n in range(2000))
    + "}}\nyear: 2026\nhistory: complete\n",
    "null": "applicant: null\nyear: 2026\nhistory: complete\n",
    "scalar": "applicant\n",
    "list": "- a\n- b\n",
    "bidi": "applicant: {id: \u202ex}\n",
    "full width": "ａpplicant: {id: x}\n",
    "empty": "",
    "binary": "\x00\x01",
}


def test_of_too_many_problems_the_first_are_told() -> None:
    """The same on every machine, whatever its hashes."""
    names = [f"no_fact_{at}" for at in range(300)]
    data = {"applicant": {"id": "x", "facts": dict.fromkeys(names, "1")}, "year": "2026", "history": "complete"}
    with pytest.raises(ProblemsError) as caught:
        admit_data(data, loaded(PROGRAM)[0])
    told = {problem.field for problem in caught.value.problems if problem.code == "SR403"}
    assert told == {f"applicant.facts.{name}" for name in names[:100]}


@pytest.mark.parametrize(("length", "code"), [(64, "SR403"), (65, "SR303")])
def test_a_name_of_a_fact_has_64_characters_at_most(length: int, code: str) -> None:
    with pytest.raises(ProblemsError) as caught:
        admitted(f"applicant: {{id: x, facts: {{{'y' * length}: 1}}}}\nyear: 2026\nhistory: complete\n")
    assert [problem.code for problem in caught.value.problems] == [code]


CALLS = 4_000_000  # 1,300,000 at most are made


@pytest.mark.parametrize("name", HOSTILE_TEXT)
def test_a_hostile_application_file_is_refused_quickly(name: str) -> None:
    with at_most(calls=CALLS), pytest.raises(ProblemsError) as caught:
        admitted(HOSTILE_TEXT[name])
    assert caught.value.problems
    assert len(str(caught.value).encode()) < 2_000_000
    assert all(len(p.found) <= MAX_ECHO + 80 for p in caught.value.problems)


@pytest.mark.parametrize("name", HOSTILE_TEXT)
def test_a_hostile_policy_file_is_refused_quickly(name: str) -> None:
    text = HOSTILE_TEXT[name].replace("applicant", "rules").replace("items", "bounds")
    with at_most(calls=CALLS):
        problems = problems_of(text)
    assert any(problem.severity == "error" for problem in problems)


HOSTILE_JSON = {
    "duplicate key": '{"year": "2026", "year": "2027"}',
    "float": '{"applicant": {"id": "x", "facts": {"share": 0.3}}, "year": 2026, "history": "complete"}',
    "NaN": '{"applicant": {"id": "x", "facts": {"income": NaN}}, "year": 2026, "history": "complete"}',
    "infinity": '{"applicant": {"id": "x", "facts": {"income": -Infinity}}, "year": 2026, "history": "complete"}',
    "exponent": '{"applicant": {"id": "x", "facts": {"staff": 1e3}}, "year": 2026, "history": "complete"}',
    "long number": '{"applicant": {"id": "x", "facts": {"staff": ' + "9" * 5000 + '}}, "year": 2026}',
    "deep": "[" * 100_000,
    "surrogate": '{"applicant": {"id": "\\ud800"}, "year": 2026, "history": "complete"}',
    "null": '{"applicant": null, "year": 2026, "history": "complete"}',
    "bool as money": '{"applicant": {"id": "x", "facts": {"income": true}}, "year": 2026, "history": "complete"}',
    "yes": '{"applicant": {"id": "x", "facts": {"local": "yes"}}, "year": 2026, "history": "complete"}',
    "one": '{"applicant": {"id": "x", "facts": {"local": 1}}, "year": 2026, "history": "complete"}',
}


@pytest.mark.parametrize("name", HOSTILE_JSON)
def test_hostile_json_is_refused(name: str) -> None:
    program, _ = loaded(PROGRAM)
    with pytest.raises(ProblemsError):
        admit(read_json(HOSTILE_JSON[name].encode(), "case.json"), program)


class Sneaky(pydantic.BaseModel):
    id: str = "x"


class Text(str):
    """Text that says that it is equal to anything."""

    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        return True


def ring() -> dict[str, Any]:
    loop: dict[str, Any] = {}
    loop["facts"] = loop
    return loop


PYTHON: dict[str, Any] = {
    "float": {"share": 0.3},
    "nan": {"income": float("nan")},
    "decimal": {"income": decimal.Decimal("5")},
    "fraction": {"share": fractions.Fraction(1, 3)},
    "bytes": {"income": "5元".encode()},
    "datetime": {"founded": datetime.datetime(2026, 1, 1)},
    "negative": {"staff": -1},
    "vast": {"staff": 10**30},
    "too long to print": {"staff": 10**5000},
    "none": {"income": None},
    "pydantic": {"income": Sneaky()},
    "callable": {"income": print},
    "type": {"income": int},
    "set": {"income": {1}},
    "list": {"income": ["5元"]},
    "mapping": {"income": {"5元": 1}},
    "number as key": {1: "5元"},
    "none as key": {None: "5元"},
    "tuple as key": {("income",): "5元"},
    "deep": {"income": deep(100_000)},
    "surrogate": {"income": "\ud800"},
    "exception": {"income": ValueError("x")},
    "complex": {"income": 1j},
    "ring": ring(),
}


@pytest.mark.parametrize("name", PYTHON)
def test_hostile_python_data_is_refused(name: str) -> None:
    program, _ = loaded(PROGRAM)
    data = {"applicant": {"id": "x", "facts": PYTHON[name]}, "year": 2026, "history": "complete"}
    with pytest.raises(ProblemsError) as caught:
        admit_data(data, program)
    str(caught.value).encode()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"applicant": Sneaky(), "year": 2026, "history": "complete"},
        {"applicant": {"id": "x"}, "year": True, "history": "complete"},
        {"applicant": {"id": "x"}, "year": 2026.0, "history": "complete"},
        {"applicant": {"id": "x"}, "year": 2026, "history": b"complete"},
        {"applicant": {"id": ""}, "year": 2026, "history": "complete"},
        {"applicant": {"id": "../x"}, "year": 2026, "history": "complete"},
        {"applicant": {"id": "x"}, "year": 2026, "history": "complete", 5: 5},
        {"applicant": {"id": "x"}, "year": 2026, "history": "complete", "items": ({"id": "i"},)},
        {"applicant": {"id": "x"}, "year": 2026, "history": "complete", "items": iter(())},
        {"applicant": {"id": "x"}, "year": 2026, "history": "complete", "grants": "none"},
        {"applicant": {"id": "x"}, "year": 2026, "history": "complete", "parameters": {"p/pool": 1.5}},
        {"applicant": {"id": "x"}, "year": 2026, "history": "complete", "options": {"p/pick": 1}},
        {"applicant": ring(), "year": 2026, "history": "complete"},
    ],
)
def test_hostile_python_shapes_are_refused(data: Any) -> None:
    program, _ = loaded(PROGRAM)
    with pytest.raises(ProblemsError) as caught:
        admit_data(data, program)
    str(caught.value).encode()


@pytest.mark.parametrize("text", ["", " a", "a ", "a\tb", "a\nb", "a\u202eb", "\ud800", "a" * 201])
def test_text_is_one_line_that_can_be_printed(text: str) -> None:
    program, _ = loaded(PROGRAM)
    item = {"id": "i", "kind": "project", "facts": {"contract": text}}
    with pytest.raises(ProblemsError):
        admit_data({"applicant": {"id": "x"}, "items": [item], "year": 2026, "history": "complete"}, program)


def test_exact_python_values_may_be_themselves() -> None:
    program, _ = loaded(PROGRAM)
    facts_ = {"staff": 3, "local": True, "founded": datetime.date(2026, 1, 1), "score": 7, "income": "5元"}
    case = admit_data({"applicant": {"id": "x", "facts": facts_}, "year": 2026, "history": "complete"}, program)
    values = dict(zip(program.applicant_facts, case.values, strict=True))
    assert values["staff"] == 3 and values["local"] is True and values["founded"] == datetime.date(2026, 1, 1)
    assert values["score"] == 7_000_000 and values["income"] == 500 and values["tax"] is None


def test_text_that_lies_about_itself_stays_text() -> None:
    program, _ = loaded(PROGRAM)
    data = {"applicant": {"id": "x", "facts": {"size": Text("none")}}, "year": 2026, "history": "complete"}
    try:
        case = admit_data(data, program)
    except ProblemsError:
        return
    assert all(type(value) in (bool, int, str, datetime.date, type(None)) for value in case.values)


JUNK = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.binary(max_size=4), st.dates()
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.one_of(
                st.sampled_from((*PLAIN, "id", "facts", "kind", "grants", "rivals", "amount")), st.text(max_size=3)
            ),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from((*PLAIN, "grants", "rivals", "approved", "parameters", "options")), JUNK))
def test_any_python_data_is_admitted_or_refused(data: dict[str, Any]) -> None:
    program, _ = loaded(PROGRAM)
    for whole in (data, {"applicant": {"id": "x"}, "year": 2026, "history": "complete"} | data):
        try:
            case = admit_data(whole, program)
        except ProblemsError as error:
            str(error).encode()
        else:
            assert all(type(value) in (bool, int, str, datetime.date, type(None)) for value in case.values)


@given(st.sampled_from(POLICIES), st.integers(0, 2000), st.text(max_size=6), st.integers(0, 8))
def test_a_damaged_policy_is_loaded_or_refused(row: Row, at: int, put: str, cut: int) -> None:
    at %= len(row.good)
    problems_of(row.good[:at] + put + row.good[at + cut :])


@given(st.sampled_from(APPLICATIONS), st.integers(0, 400), st.text(max_size=6), st.integers(0, 8))
def test_a_damaged_application_is_admitted_or_refused(row: Row, at: int, put: str, cut: int) -> None:
    at %= len(row.good)
    refused(row.good[:at] + put + row.good[at + cut :])


# ── files, warnings, readings ────────────────────────────────────────────────────────────────────────────────────────


def test_policies_and_cases_from_files(tmp_path: Path) -> None:
    (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")
    (tmp_path / "p.yaml").write_text(PROGRAM, encoding="utf-8")
    (tmp_path / "case.yaml").write_text(application(), encoding="utf-8")
    (tmp_path / "case.json").write_text(
        '{"applicant": {"id": "x"}, "year": 2026, "history": "partial"}', encoding="utf-8"
    )
    program = load_program(tmp_path / "p.yaml")
    assert check_policies([tmp_path / "p.yaml"], tmp_path / "facts.yaml") == (program, [])
    assert load_case(tmp_path / "case.yaml", program).items[0].id == "i"
    assert load_case(tmp_path / "case.json", program).complete is False
    with pytest.raises(ValueError, match="no policy file"):
        load_program([])
    with pytest.raises(ProblemsError):
        load_case(tmp_path / "none.yaml", program)


def test_problems_of_all_files_come_together(tmp_path: Path) -> None:
    (tmp_path / "facts.yaml").write_text("applicant: {x: {kind: mony}}\nitems: {}\n", encoding="utf-8")
    (tmp_path / "p.yaml").write_text(policy(rule("a", "bound: exakt, pays: {amount: 5万元}")), encoding="utf-8")
    with pytest.raises(ProblemsError) as caught:
        load_program(tmp_path / "p.yaml")
    assert {(Path(p.file).name, p.code, p.field) for p in caught.value.problems} == {
        ("facts.yaml", "SR303", "applicant.x.kind"),
        ("facts.yaml", "SR302", "applicant.x.label"),
        ("p.yaml", "SR303", "rules.a.bound"),
    }


def test_another_reading_replaces_the_fields_that_it_names() -> None:
    said = f"assumes: {{says: {LABEL}, or: [{{says: {LABEL}, instead: {{max: 3万元}}}}, {{says: {LABEL}}}]}}"
    text = policy(
        rule("a", f"{ON}, {said}"),
        "bounds:",
        entry("m", f"rules: [a], cap: {YEAR}, {said.replace('max: 3万元', 'rules: all')}"),
        assumes=f"{{says: {LABEL}, or: {{says: {LABEL}, instead: {{status: draft}}}}}}",
    )
    document = read_yaml(text.encode(), "p.yaml")
    found = list(variants([document]))
    assert [(one.policy, one.entry) for one in found] == [("p", ""), ("p", "a"), ("p", "m")]
    values = [one.documents[0].value for one in found]
    assert isinstance(document.value, dict) and document.value["status"] == "in_force"  # the file itself stays as it is
    assert [value["status"] for value in values] == ["draft", "in_force", "in_force"]
    assert values[1]["rules"][0]["max"] == "3万元" and "max" not in values[2]["rules"][0]
    assert values[2]["bounds"][0]["rules"] == "all"
    assert all(not any(p.severity == "error" for p in _problems(one.documents[0])) for one in found)


def _problems(document: Document) -> list[Problem]:
    try:
        return build([document], vocabulary())[1]
    except ProblemsError as error:
        return list(error.problems)


def test_a_file_of_nothing_but_slips_is_refused_after_a_hundred() -> None:
    """Each slip asks for the nearest of many names, so they are neither collected nor guessed at without end."""
    names = [f"a_rather_long_name_of_a_fact_{n:05d}" for n in range(2000)]
    facts = "{applicant: {" + ", ".join(f"{name}: {{kind: bool, label: {LABEL}}}" for name in names) + "}}"
    when = ", ".join(name.replace("fact", "fakt") for name in names)
    problems = problems_of(policy(rule("a", f"when: [{when}], bound: exact, pays: {{amount: 5万元}}"), facts=facts))
    assert [problem.code for problem in problems if problem.severity == "error"].count("SR218") == 100
    assert "SR128" in {problem.code for problem in problems}
    assert all(not problem.nearest for problem in problems)


def test_names_are_guessed_among_a_thousand() -> None:
    known = [f"name_{n}" for n in range(1000)]
    assert nearest("name_99x", known) == "name_99" and nearest("name_99x", [*known, "more"]) == ""
