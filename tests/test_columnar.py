"""A population by columns gets what the engine gives each applicant: amounts to the fen, statuses, reasons, totals, pools."""

from __future__ import annotations

import random
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from columnar_help import (
    UNITS,
    answers,
    by_columns,
    column,
    differences,
    expected,
    given,
    questions,
    settled,
    units_of,
    waiting,
)
from engine_help import loaded, program_of
from hypothesis import given as drawn
from hypothesis import reject
from hypothesis import strategies as st
from strategies import VOCABULARY, applications, populations, programs, shared_programs
from test_expr_properties import SCOPE, TREES, complete, forget

from subsidy_rules.columnar.assess import Setting, Tables, assess_table
from subsidy_rules.columnar.codes import CODES
from subsidy_rules.columnar.frame import Texts
from subsidy_rules.columnar.population import Given
from subsidy_rules.columnar.quantity import OPEN, WIDE, Quantity
from subsidy_rules.columnar.tables import Reader
from subsidy_rules.columnar.vector import Vector
from subsidy_rules.engine.compiled import CompiledPricer
from subsidy_rules.engine.settle import TooManyChoices
from subsidy_rules.errors import ProblemsError
from subsidy_rules.examples import load_examples, merged
from subsidy_rules.expr import Tree, evaluate, facts
from subsidy_rules.loading import admit_data
from subsidy_rules.model.case import Case
from subsidy_rules.model.program import Program
from subsidy_rules.rules import Rules, folder, load, policies

YEAR = 2026


# One test body over both engines


@st.composite
def cases_of(draw: st.DrawFn, documents: list[dict[str, Any]], program: Program, shared: bool) -> list[Case]:
    """Several applicants with histories and decisions; year, day, publication and figures are the same for all."""
    if shared:
        batch = draw(populations(documents))
    else:
        names = draw(st.sampled_from((["b"], ["b", "a"], ["c", "a", "b"])))
        batch = [draw(applications(documents, applicant=name)) for name in names]
    cases = [admit_data(application, program) for application in batch]
    first, pools = cases[0], {cap.path for cap in program.caps if cap.pool}
    same = {
        "date": first.date,
        "published": first.published,
        "parameters": {path: figure for path, figure in first.parameters.items() if path not in pools},
    }
    return [replace(case, **same, **_of_this_year(case), rivals=(), options={}) for case in cases]


def _of_this_year(case: Case) -> dict[str, Any]:
    """Tables hold the items of one year; a decision for another would be refused."""
    items = tuple(item for item in case.items if not item.years or YEAR in item.years)
    claimed = {None, *(item.id for item in items)}
    return {"items": items, "approved": {key: fen for key, fen in case.approved.items() if key[1] in claimed}}


@drawn(st.data())
def test_any_population(data: st.DataObject) -> None:
    shared = data.draw(st.booleans())
    documents = data.draw(shared_programs() if shared else programs())
    program = loaded(documents, VOCABULARY)
    cases = data.draw(cases_of(documents, program, shared))
    pools = {
        cap.path: data.draw(st.integers(0, 50)) * (10**6 if cap.kind == "limit" else 1)
        for cap in program.caps
        if cap.pool and data.draw(st.booleans())
    }
    pricer = CompiledPricer(program)
    try:
        settlements = settled(program, pricer, cases, pools)
    except TooManyChoices:
        reject()
    wanted = expected(program, pricer, settlements)
    found = by_columns(program, cases, pools, block=data.draw(st.sampled_from((1, 2, 1000))))
    assert [differences(*pair) for pair in zip(answers(found), wanted, strict=True)] == [[], []]
    assert differences(questions(found), waiting(program, pricer, settlements)) == []


# Expressions by columns mean what they mean


@drawn(TREES, st.data())
def test_any_expression(tree: Tree, data: st.DataObject) -> None:
    """Facts known and not, up to the largest that are legal, so that most products are beyond int64."""
    rows = [forget(data, complete(data, tree)) for _ in range(data.draw(st.integers(1, 3)))]
    columns = {name: column([row[name] for row in rows], SCOPE[name]) for name in sorted(facts(tree))}
    texts, units = Texts(), {name: UNITS[fact.kind] for name, fact in SCOPE.items() if fact.kind in UNITS}
    reader = Reader("t", pa.table({"row": range(len(rows)), **columns}), units, texts.number, [])
    vector = Vector(lambda name: reader.fact(name, SCOPE[name]), texts.number)
    if tree.kind == "bool":
        truth = vector.truth(tree)
        ends = zip(spread(truth.sure, rows), spread(truth.possible, rows), strict=True)
        found: list[Any] = [True if sure else None if possible else False for sure, possible in ends]
    else:
        wide = vector.quantity(tree)
        lows, highs = (spread(end, rows) for end in (wide.low, wide.high))
        found = [(fraction(low, wide), fraction(high, wide)) for low, high in zip(lows, highs, strict=True)]
    assert found == [evaluate(tree, row) for row in rows]
    assert reader.problems == []


def spread(value: Any, rows: list[Any]) -> list[Any]:
    return np.broadcast_to(value, len(rows)).tolist()


def fraction(end: int, of: Quantity) -> Fraction | None:
    """None: there is no end."""
    return None if abs(int(end)) in (OPEN, WIDE) else Fraction(int(end), 10**of.exponent)


# The worked cases of all policies as one population


@cache
def rules() -> Rules:
    return load()


@cache
def worked() -> list[Case]:
    """Of one year, without what a population can't have: rivals, options, figures of single applicants."""
    found = []
    for name in policies():
        examples, _ = load_examples(folder() / "examples" / f"{name}.yaml")
        for example in examples.cases:
            case = rules().admit(merged(examples.base, {**example.application, "rivals": [], "options": {}}))
            alike = {"year": YEAR, "date": None, "published": {}, "parameters": {}, "options": {}}
            found.append(replace(case, applicant=f"{name}-{example.id}", **alike))
    return found


@cache
def worked_by_columns() -> tuple[dict[Any, Any], dict[Any, Any]]:
    return answers(by_columns(rules().program, worked()))


def test_the_worked_cases_as_one_population() -> None:
    program, pricer = rules().program, rules().pricer
    wanted = expected(program, pricer, settled(program, pricer, worked()))
    found = worked_by_columns()
    assert len(found[0]) > 30_000
    assert [differences(*pair) for pair in zip(found, wanted, strict=True)] == [[], []]


def test_few_of_the_worked_cases_go_to_the_engine() -> None:
    plain = [replace(case, grants=(), approved={}, complete=True) for case in worked()]
    assert 0 < by_columns(rules().program, plain).by_engine < len(plain) / 5


def shuffled(column: pa.Array) -> pa.Array:
    """The same rows in another order, the same for all columns of a length."""
    order = list(range(len(column)))
    random.Random(len(column)).shuffle(order)
    return column.take(pa.array(order, pa.int64()))


def sliced(column: pa.Array) -> pa.Array:
    """A view into the middle of a longer column."""
    return pa.concat_arrays([column.slice(0, 3), column, column.slice(0, 5)]).slice(min(3, len(column)), len(column))


def chunked(column: pa.Array) -> pa.ChunkedArray:
    cuts = [0, len(column) // 3, len(column) // 2, len(column)]
    return pa.chunked_array([column[a:b] for a, b in pairwise(cuts)], column.type)


def held_otherwise(column: pa.Array) -> Any:
    """Texts as chunks with dictionaries of their own, decimals with more digits, whole numbers without a sign."""
    if pa.types.is_string(column.type):
        parts = chunked(column).chunks
        return pa.chunked_array([part.cast(pa.large_string()).dictionary_encode() for part in parts])
    if pa.types.is_decimal(column.type):
        return column.cast(pa.decimal256(60, 8))
    return column.cast(pa.uint64()) if pa.types.is_int64(column.type) else column


@pytest.mark.parametrize("shape", [shuffled, sliced, chunked, held_otherwise], ids=lambda shape: shape.__name__)
def test_how_a_table_is_held_changes_nothing(shape: Any) -> None:
    assert answers(by_columns(rules().program, worked(), shape=shape)) == worked_by_columns()


def test_splitting_changes_nothing() -> None:
    assert answers(by_columns(rules().program, worked(), block=37)) == worked_by_columns()


def test_the_awards_stand_in_order() -> None:
    awards = by_columns(rules().program, worked()[:40], block=7).awards
    place = {case.applicant: at for at, case in enumerate(worked())}
    found = [(place[row["applicant"]], row["policy"], row["rule"], row["item"] or "") for row in awards.to_pylist()]
    assert found == sorted(found)


# Small policies, worked by hand


def policy(
    *rules_: dict[str, Any], bounds: tuple[dict[str, Any], ...] = (), vocabulary: dict[str, Any] = VOCABULARY
) -> Program:
    titled = {"article": "1", "title": {"zh": "一", "en": "one"}}
    return program_of(
        [
            {
                "id": "p",
                "title": {"zh": "甲", "en": "A"},
                "status": "in_force",
                "jurisdiction": {"name": {"zh": "甲区", "en": "A"}, "level": "district", "code": "99"},
                "effective": {"published": "2024-12-01", "starts": "2025-01-01", "ends": "2027-12-31"},
                "rules": [{**titled, "department": ["局"], "bound": "exact", **rule} for rule in rules_],
                "bounds": [{**titled, **bound} for bound in bounds],
            }
        ],
        vocabulary,
    )


def assessed(program: Program, applicants: Any, items: Any = None, **more: Any) -> Tables:
    setting = Setting(YEAR, parameters=more.pop("parameters", {}))
    table = applicants if isinstance(applicants, pa.Table) else pa.table(applicants)
    return assess_table(
        program, Given(table, items or {}, more.pop("units", {}), more.pop("history", "complete"), **more), setting
    )


HALF = {"id": "half", "pays": [{"rate": "50%", "of": "income"}]}


@pytest.mark.parametrize(
    ("unit", "values", "due"),
    [
        ("分", pa.array([1, 2, 3]), ["0.00", "0.01", "0.01"]),
        ("元", pa.array([1, 2, 3], pa.int16()), ["0.50", "1.00", "1.50"]),
        ("元", pa.array([Decimal("1.01"), Decimal("0.03"), None]), ["0.50", "0.01", "0.00"]),
        ("万元", pa.array([Decimal("0.000001"), Decimal("1.5"), Decimal("0.000002")]), ["0.00", "7500.00", "0.01"]),
        ("亿元", pa.array([1, 2, 3], pa.uint8()), ["50000000.00", "100000000.00", "150000000.00"]),
    ],
)
def test_units_of_money(unit: str, values: pa.Array, due: list[str]) -> None:
    field = pa.field("income", values.type, metadata={"unit": unit})
    table = pa.table([pa.array(["a", "b", "c"]), values], schema=pa.schema([("id", pa.string()), field]))
    for found in (assessed(policy(HALF), table), assessed(policy(HALF), table, units={"income": unit})):
        assert [str(low) for low in found.awards["due_assured"].to_pylist()] == due


def test_units_of_rates() -> None:
    rule = {"id": "r", "pays": [{"formula": "ratio * 100元"}]}
    for unit, values in (("%", [Decimal("12.3456"), Decimal(50)]), ("1", [Decimal("0.123456"), Decimal("0.5")])):
        found = assessed(policy(rule), {"id": ["a", "b"], "ratio": values}, units={"ratio": unit})
        assert [str(low) for low in found.awards["assured"].to_pylist()] == ["12.34", "50.00"]


def test_a_fact_that_is_not_known_spans_its_legal_range() -> None:
    """The discount is 5% to 90% where it is not known, the months at most 12; an unknown income has no end."""
    spans = {"id": "r", "item": "lease", "pays": [{"formula": "discount * 100元 + 1元 * months_leased"}]}
    items = {"lease": pa.table({"applicant": ["a", "a"], "id": ["1", "2"], "months_leased": pa.array([None, 3])})}
    rows = assessed(policy(spans), {"id": ["a"]}, items).awards.to_pylist()
    assert [(str(r["assured"]), str(r["ceiling"]), r["status"]) for r in rows] == [
        ("5.00", "102.00", "undecided"),
        ("8.00", "93.00", "undecided"),
    ]
    (row,) = assessed(policy(HALF), {"id": ["a"], "income": pa.nulls(1)}).awards.to_pylist()
    assert (row["assured"], row["ceiling"], row["open"]) == (Decimal(0), None, True)


def test_products_beyond_int64_are_exact() -> None:
    """10^15 fen × 36 months × 100% × 40 in the middle, 12 yuan at the end; the sum of three such awards is their sum."""
    product = "income * ratio * ratio * staff"
    rule = {"id": "r", "pays": [{"formula": f"min({product}, 12元)"}]}
    large = {"id": "s", "pays": [{"rate": "100%", "of": "income"}], "max": ["9万亿元".replace("万亿", "0000亿")]}
    columns = {
        "id": ["a", "b", "c"],
        "income": pa.array([10**15, 10**15, 3]),
        "ratio": pa.array([100, 1, 50]),
        "staff": pa.array([10**15, 1, 1]),
    }
    found = assessed(policy(rule, large), columns, units={"income": "分", "ratio": "%"})
    by_rule: dict[str, list[str]] = {}
    for row in found.awards.to_pylist():
        by_rule.setdefault(row["rule"], []).append(str(row["assured"]))
    assert by_rule["r"] == ["12.00", "12.00", "0.00"]
    assert by_rule["s"] == ["9000000000000.00", "9000000000000.00", "0.03"]


def test_a_limit_holds_on_a_product_beyond_int64() -> None:
    rule = {"id": "r", "pays": [{"each": "staff", "amount": "1亿元"}], "max": ["5元"]}
    found = assessed(policy(rule), {"id": ["a", "b"], "staff": pa.array([10**15, 0])})
    assert [str(low) for low in found.awards["assured"].to_pylist()] == ["5.00", "0.00"]


def test_sums_beyond_int64_are_exact() -> None:
    """Three awards of 4·10^18 fen each under a cap of 9 yuan together: in order."""
    each = [{"id": f"r{n}", "pays": [{"each": "staff", "amount": "40元"}]} for n in range(3)]
    cap = {"id": "c", "rules": ["r0", "r1", "r2"], "cap": {"limit": "9元", "per": ["applicant"]}}
    columns = {"id": ["a"], "staff": pa.array([10**15])}
    assert [str(v) for v in assessed(policy(*each, bounds=(cap,)), columns).awards["assured"].to_pylist()] == [
        "9.00",
        "0.00",
        "0.00",
    ]


def pool(ration: str, **more: Any) -> dict[str, Any]:
    return {"id": "pool", "rules": ["half"], "cap": {"limit": "100元", "per": ["year"], "ration": ration, **more}}


def test_a_pool_in_order_ends_at_the_marginal_applicant() -> None:
    """Asked 60, 30 and 40 of 100 yuan, in the order b, a, c: c gets the remainder of 30."""
    table = {
        "id": ["a", "b", "c"],
        "income": pa.array([60, 120, 80]),
        "applied_at": ["2026-02-02", "2026-02-01", "2026-02-03"],
    }
    program = policy(HALF, bounds=(pool("in_order"),))
    found = assessed(program, table, units={"income": "元"})
    assert [str(v) for v in found.awards["assured"].to_pylist()] == ["30.00", "60.00", "10.00"]
    (row,) = found.pools.to_pylist()
    assert (row["bound"], row["marginal"], row["claims"]) == ("p/pool", "c", 3)
    assert [str(row[name]) for name in ("left", "demand_assured", "paid_assured")] == ["100.00", "130.00", "100.00"]
    given_ = assessed(program, table, units={"income": "元"}, parameters={"p/pool": 7_000})  # 70 yuan are left
    assert [str(v) for v in given_.awards["assured"].to_pylist()] == ["10.00", "60.00", "0.00"]


def test_without_a_day_the_budget_year_must_touch_the_time_in_force() -> None:
    """In force from 2025 to 2027."""
    given_ = Given(pa.table({"id": ["a"], "income": [100]}), {}, {"income": "元"}, "complete")
    for year, awards in ((2024, []), (2025, ["half"]), (2027, ["half"]), (2028, [])):
        assert assess_table(policy(HALF), given_, Setting(year)).awards["rule"].to_pylist() == awards


def test_grants_use_up_a_pool_and_a_limit() -> None:
    """Of the pool of 100 yuan 25 were paid this year and 50 in an earlier one."""
    past = {
        "applicant": ["b", "a"], "policy": ["p", "p"], "rule": ["half", "half"],
        "year": [2026, 2025], "amount": pa.array([25, 50]),
    }  # fmt: skip
    table = {"id": ["a", "b"], "income": pa.array([120, 120]), "applied_at": ["2026-02-02", "2026-02-01"]}
    found = assessed(
        policy(HALF, bounds=(pool("in_order"),)), table, units={"income": "元", "amount": "元"}, grants=pa.table(past)
    )
    assert [str(v) for v in found.awards["assured"].to_pylist()] == ["15.00", "60.00"]
    assert found.pools["left"].to_pylist() == [Decimal(75)]


def test_an_item_has_its_name_within_its_kind() -> None:
    """Project 1 and product 1 of one applicant are two things, also for the engine."""
    once = {"prior": "forfeit", "per": ["item"]}
    rules_ = [{"id": kind, "item": kind, "pays": [{"amount": "5元"}]} for kind in ("project", "product")]
    program = policy(*rules_, bounds=({"id": "x", "rules": ["product", "project"], "exclusive": once},))
    items = {kind: pa.table({"applicant": ["a"], "id": ["1"]}) for kind in ("project", "product")}
    past = {"applicant": ["a"], "policy": ["p"], "rule": ["project"], "item": ["1"], "year": [2025], "amount": [1]}
    for grants in (None, pa.table(past)):
        found = assessed(program, {"id": ["a"]}, items, grants=grants, units={"amount": "元"})
        assert [(r["rule"], str(r["assured"])) for r in found.awards.to_pylist()] == [
            ("product", "5.00"),
            ("project", "5.00"),
        ]


# Tables that are refused


APPLICANTS = {"id": ["a", "b"], "income": pa.array([1, 2])}
PROJECTS = {"applicant": ["a", "b"], "id": ["1", "1"]}
PAST = {"applicant": ["a"], "policy": ["p"], "rule": ["half"], "year": [2025], "amount": [1]}
BAD: list[tuple[str, str, dict[str, Any]]] = [
    ("SR701", "applicants", {"applicants": {"income": [1]}}),
    ("SR701", "incme", {"applicants": APPLICANTS | {"incme": [1, 2]}}),
    ("SR701", "items.project: ", {"items": {"project": {"id": ["1"]}}}),
    ("SR702", "row 2", {"applicants": {"id": ["a", None]}}),
    ("SR702", "row 1", {"applicants": {"id": ["", "b"]}}),
    ("SR702", "row 2", {"applicants": APPLICANTS | {"said": ["complete", None]}, "history": "said"}),
    ("SR703", "startup", {"applicants": APPLICANTS | {"startup": ["yes", "no"]}}),
    ("SR703", "founded", {"applicants": APPLICANTS | {"founded": ["2026-01-01", "2026-01-02"]}}),
    ("SR703", "staff", {"applicants": APPLICANTS | {"staff": [Decimal("1.5"), Decimal(2)]}}),
    ("SR703", "income", {"applicants": APPLICANTS | {"income": [Decimal("1.001"), Decimal(2)]}}),
    ("SR703", "income", {"applicants": APPLICANTS | {"income": ["1", "2"]}}),
    ("SR703", "income", {"applicants": APPLICANTS | {"income": pa.array([10**30, 1], pa.decimal128(38, 0))}}),
    ("SR703", "applied_at", {"applicants": APPLICANTS | {"applied_at": ["2026-01-01", "yesterday"]}}),
    ("SR704", "'d' in row 2", {"applicants": APPLICANTS | {"grade": ["a", "d"]}}),
    ("SR705", "double", {"applicants": APPLICANTS | {"income": [1.5, 2.0]}}),
    ("SR706", "row 1", {"applicants": APPLICANTS | {"income": [-1, None]}}),
    ("SR706", "row 2", {"applicants": APPLICANTS | {"income": [1, 10**14]}}),
    ("SR706", "row 2", {"applicants": APPLICANTS | {"stay": [36, 37]}}),
    ("SR707", "income", {"units": {}}),
    ("SR707", "万", {"units": {"income": "万"}}),
    ("SR708", "'a'", {"applicants": {"id": ["a", "b", "a"]}}),
    ("SR709", "project?", {"items": {"projects": PROJECTS}}),
    ("SR710", "'c'", {"items": {"project": {"applicant": ["a", "c"], "id": ["1", "2"]}}}),
    ("SR711", "'1'", {"items": {"project": {"applicant": ["a", "a"], "id": ["1", "1"]}}}),
    ("SR712", "p/each", {"applicants": APPLICANTS | {"staff": [10**15, 1]}}),
    ("SR710", "'c'", {"grants": PAST | {"applicant": ["c"]}}),
    ("SR701", "amount", {"grants": {name: PAST[name] for name in ("applicant", "policy", "rule", "year")}}),
    ("SR405", "half?", {"grants": PAST | {"rule": ["halve"]}}),
    ("SR406", "row 1", {"grants": PAST | {"item": ["1"]}}),
    ("SR407", "elsewhere", {"grants": PAST | {"policy": ["elsewhere"]}}),
    ("SR413", "row 1", {"grants": PAST | {"rule": ["long"]}}),
    ("SR403", "'s1' in row 1", {"grants": PAST | {"segment": ["s1"]}}),
    ("SR404", "'s3' in row 1", {"grants": PAST | {"rule": ["built"], "item": ["9"], "segment": ["s3"]}}),
    ("SR414", "'2' in row 1", {"approved": PAST | {"rule": ["built"], "item": ["2"]}}),
    ("SR414", "'1' in row 1", {"approved": PAST | {"rule": ["built"], "item": ["1"]}, "items": {}}),
    ("SR409", "elsewhere", {"approved": {**PAST, "policy": ["elsewhere"]}}),
    ("SR410", "half", {"approved": {name: 2 * PAST[name] for name in PAST}}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "said", "change"), BAD, ids=lambda value: value if isinstance(value, str) else "")
def test_what_is_wrong_is_said(code: str, said: str, change: dict[str, Any]) -> None:
    stipend = {
        "id": "long",
        "pays": [{"months": "stay", "amount": "1元"}],
        "cap": {"units": "36", "per": ["applicant"]},
    }
    built = {"id": "built", "item": "project", "pays": [{"amount": "1元"}]}
    program = policy(HALF, {"id": "each", "pays": [{"each": "staff", "amount": "1亿元"}]}, stipend, built)
    units = {"income": "元", "amount": "元"}
    whole: dict[str, Any] = {"applicants": APPLICANTS, "items": {"project": PROJECTS}, "units": units} | change
    tables = {name: pa.table(whole[name]) for name in ("applicants", "grants", "approved") if name in whole}
    if "approved" in tables:
        tables["approved"] = tables["approved"].drop_columns(["year"])
    items = {kind: pa.table(table) for kind, table in whole["items"].items()}
    with pytest.raises(ProblemsError) as raised:
        assessed(program, items=items, units=whole["units"], history=whole.get("history", "complete"), **tables)
    assert code in {problem.code for problem in raised.value.problems}
    assert said in str(raised.value)


def test_every_code_has_a_case_and_two_languages() -> None:
    assert {code for code, _, _ in BAD if code.startswith("SR7")} == set(CODES)
    assert all(meaning.zh and meaning.en for meaning in CODES.values())


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(ProblemsError) as raised:
        assessed(
            policy(HALF),
            {"id": ["a", "a"], "income": [1, 2], "grade": ["x", "a"]},
            {"project": pa.table({"applicant": ["c"], "id": ["1"], "finished": ["yes"]})},
        )
    assert {problem.code for problem in raised.value.problems} == {"SR703", "SR704", "SR707", "SR708", "SR710"}


# The face


class Stream:
    """A table that is none of pyarrow's."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self._table.__arrow_c_stream__(requested_schema)


def test_the_face_takes_any_arrow_stream() -> None:
    cases = worked()[:50]
    tables = given(rules().program, cases)
    found = rules().assess_table(
        Stream(tables.applicants),
        {kind: Stream(table) for kind, table in tables.items.items()},
        year=YEAR,
        history="history",
        units=units_of(rules().program),
        grants=tables.grants,
        approved=tables.approved,
    )
    wanted = expected(rules().program, rules().pricer, settled(rules().program, rules().pricer, cases))
    assert [differences(*pair) for pair in zip(answers(found), wanted, strict=True)] == [[], []]


def test_the_face_checks_its_parameters() -> None:
    with pytest.raises(ProblemsError, match="SR411"):
        rules().assess_table({"id": ["a"]}, year=YEAR, history="complete", parameters={"nowhere/pool": "1元"})
    with pytest.raises(ProblemsError, match="SR409"):
        rules().assess_table({"id": ["a"]}, year=YEAR, history="complete", published={"nowhere": None})  # type: ignore


def test_nobody_is_assessed() -> None:
    found = rules().assess_table({"id": pa.array([], pa.string())}, year=YEAR, history="complete")
    assert [table.num_rows for table in (found.awards, found.totals, found.pools)] == [0, 0, 0]


def test_the_core_needs_no_numpy() -> None:
    code = (
        "import subsidy_rules, sys; subsidy_rules.load(); sys.exit('numpy' in sys.modules or 'pyarrow' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
