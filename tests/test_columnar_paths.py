"""Months, riders, keys that hold a fact, and tables of other libraries: settled by columns, with figures worked by hand."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from columnar_help import by_columns
from strategies import VOCABULARY
from test_columnar import HALF, assessed, policy, rules, worked

from subsidy_rules.columnar.assess import Setting, Tables, assess_table
from subsidy_rules.columnar.population import Given
from subsidy_rules.errors import ProblemsError

Rows = dict[tuple[str, str | None], tuple[str, str, str]]


def rows(found: Tables) -> Rows:
    """By rule and item: assured, ceiling, status."""
    return {
        (r["rule"], r["item"]): (str(r["assured"]), str(r["ceiling"]), r["status"]) for r in found.awards.to_pylist()
    }


def why(found: Tables) -> dict[str, tuple[str | None, str | None]]:
    return {row["rule"]: (row["bound"], row["why"]) for row in found.awards.to_pylist()}


def leases(months: list[int | None]) -> dict[str, pa.Table]:
    ids = [str(number) for number in range(len(months))]
    columns = {"applicant": ["a"] * len(ids), "id": ids, "months_leased": pa.array(months, pa.int64())}
    return {"lease": pa.table(columns)}


LEASE = {"item": "lease", "pays": [{"months": "months_leased", "amount": "10元"}]}


def test_months_are_paid_dearest_first() -> None:
    """Ten months for both: the eight at 30 yuan come before those at 10, of which two are left. Unknown months are 0 to 12."""
    low = {"id": "low", **LEASE}
    high = {"id": "high", "item": "lease", "pays": [{"months": "months_leased", "amount": "30元"}]}
    cap = {"id": "ten", "rules": ["low", "high"], "cap": {"units": "10", "per": ["applicant"]}}
    program = policy(low, high, bounds=(cap,))
    found = assessed(program, {"id": ["a"]}, leases([8]))
    assert rows(found) == {("low", "0"): ("20.00", "20.00", "exact"), ("high", "0"): ("240.00", "240.00", "exact")}
    assert why(found) == {"low": ("p/ten", "cap"), "high": (None, None)}
    found = assessed(program, {"id": ["a"]}, leases([None]))
    assert rows(found) == {
        ("low", "0"): ("0.00", "100.00", "undecided"),
        ("high", "0"): ("0.00", "300.00", "undecided"),
    }
    assert found.by_engine == 0
    assert assessed(program, {"id": ["a"]}, leases([8]), history="partial").awards["assured"].to_pylist() == [0, 0]


def test_unknown_months_use_up_all_that_they_may() -> None:
    """Of twelve months one lease has nine for certain, the other 0 to 12: at most three are left for it where it comes second.
    Where it comes first it is nothing in the low run, and uses up nothing."""
    cap = {"id": "twelve", "rules": ["r"], "cap": {"units": "12", "per": ["applicant"]}}
    program = policy({"id": "r", **LEASE}, bounds=(cap,))
    known = rows(assessed(program, {"id": ["a"]}, leases([9, None])))
    assert known["r", "0"] == ("90.00", "90.00", "exact") and known["r", "1"] == ("0.00", "30.00", "undecided")
    later = rows(assessed(program, {"id": ["a"]}, leases([None, 9])))
    assert later["r", "0"] == ("0.00", "120.00", "undecided") and later["r", "1"] == ("90.00", "90.00", "exact")


def test_the_cap_on_months_bounds_what_has_no_other_end() -> None:
    """Where the vocabulary sets no end to the months, six of them at 10 yuan are the most all the same."""
    endless = deepcopy(VOCABULARY)
    del endless["items"]["lease"]["facts"]["months_leased"]["at_most"]
    cap = {"id": "six", "rules": ["r"], "cap": {"units": "6", "per": ["item"]}}
    found = assessed(policy({"id": "r", **LEASE}, bounds=(cap,), vocabulary=endless), {"id": ["a"]}, leases([None]))
    assert rows(found) == {("r", "0"): ("0.00", "60.00", "undecided")} and found.by_engine == 0


def projects(finished: list[bool | None], spend: int = 100) -> dict[str, pa.Table]:
    ids = [str(number) for number in range(len(finished))]
    columns = {"applicant": ["a"] * len(ids), "id": ids, "finished": pa.array(finished), "spend": [spend] * len(ids)}
    return {"project": pa.table(columns)}


BASE = {"id": "base", "item": "project", "when": ["finished"], "pays": [{"rate": "10%", "of": "spend"}]}
RIDER = {"id": "rider", "item": "project", "rides_on": "base", "pays": [{"amount": "5元"}]}


def test_a_rider_stands_and_falls_with_its_base() -> None:
    found = assessed(policy(BASE, RIDER), {"id": ["a"]}, projects([True, False, None]), units={"spend": "元"})
    assert rows(found) == {
        ("base", "0"): ("10.00", "10.00", "exact"),
        ("rider", "0"): ("5.00", "5.00", "exact"),
        ("rider", "1"): ("0.00", "0.00", "excluded"),
        ("base", "2"): ("0.00", "10.00", "undecided"),
        ("rider", "2"): ("0.00", "5.00", "exact"),
    }
    assert why(found)["rider"] == ("p/base", "base_missing") and found.by_engine == 0
    told = assessed(policy(BASE, RIDER), {"id": ["a"]}, projects([False]), units={"spend": "元"}, history="partial")
    assert rows(told) == {("rider", "0"): ("0.00", "5.00", "exact")}  # an earlier grant of the base would do


def test_a_rider_of_a_base_that_others_exclude_goes_to_the_engine() -> None:
    """The other award wins over the base, so that nothing is left to ride on."""
    other = {"id": "other", "item": "project", "pays": [{"amount": "30元"}]}
    once = {"id": "x", "rules": ["base", "other"], "exclusive": {"per": ["item"], "prior": "ignore"}}
    program = policy(BASE, RIDER, other, bounds=(once,))
    found = assessed(program, {"id": ["a"]}, projects([True]), units={"spend": "元"})
    assert rows(found)["rider", "0"][:2] == ("0.00", "0.00") and found.by_engine == 1


def products(segments: list[str | None]) -> dict[str, pa.Table]:
    ids = [str(number) for number in range(len(segments))]
    return {"product": pa.table({"applicant": ["a"] * len(ids), "id": ids, "segment": pa.array(segments, pa.string())})}


@pytest.mark.parametrize(
    ("segments", "paid", "by_engine"),
    [
        (["s1"], [("5.00", "5.00")], 0),
        (["s1", "s1"], [("5.00", "5.00"), ("0.00", "0.00")], 1),
        (["s1", "s2"], [("5.00", "5.00"), ("5.00", "5.00")], 1),
        ([None], [("0.00", "5.00")], 1),
    ],
)
def test_one_of_each_segment(segments: list[str | None], paid: list[tuple[str, str]], by_engine: int) -> None:
    rule = {"id": "r", "item": "product", "pays": [{"amount": "5元"}]}
    once = {"id": "x", "rules": ["r"], "exclusive": {"per": ["applicant", "segment"], "prior": "ignore"}}
    found = assessed(policy(rule, bounds=(once,)), {"id": ["a"]}, products(segments))
    assert [(low, high) for low, high, _ in rows(found).values()] == paid
    assert found.by_engine == by_engine


def test_riders_months_and_keys_of_the_policies_are_settled_by_columns() -> None:
    """Of the worked cases, whom the engine settles though no earlier grant is told of him."""
    plain = [case for case in worked() if not (case.grants or case.approved) and case.complete]
    assert by_columns(rules().program, plain).by_engine < len(plain) / 10


# Tables of other libraries


COLUMNS: dict[str, Any] = {
    "id": ["a", "b", "c"],
    "startup": [True, None, False],
    "income": [Decimal("10.50"), Decimal("0.01"), None],
    "staff": [3, None, 5],
    "grade": ["a", None, "b"],
    "founded": [date(2024, 1, 31), None, date(2020, 2, 29)],
}


def by_polars(columns: dict[str, Any]) -> pl.DataFrame:
    exact = {"income": pl.Decimal(18, 2), "grade": pl.Categorical(), "staff": pl.UInt16()}
    return pl.DataFrame(columns, schema_overrides=exact)


def by_pandas(columns: dict[str, Any]) -> pd.DataFrame:
    types = {
        "id": "str", "startup": "boolean", "income": pd.ArrowDtype(pa.decimal128(18, 2)), "staff": "Int32",
        "grade": "category", "founded": pd.ArrowDtype(pa.date32()),
    }  # fmt: skip
    return pd.DataFrame({name: pd.Series(values, dtype=types[name]) for name, values in columns.items()})


GRADED = {
    "id": "graded",
    "when": ["startup", "grade in ['a', 'b']", "founded >= 2020-02-29"],
    "pays": [{"each": "staff", "amount": "2元"}],
}


@pytest.mark.parametrize("library", [by_polars, by_pandas, pa.table], ids=["polars", "pandas", "pyarrow"])
def test_tables_of_other_libraries(library: Callable[[Any], Any]) -> None:
    found = rules_of(library(COLUMNS))
    assert [(r["applicant"], r["rule"], str(r["assured"]), str(r["ceiling"]), r["status"]) for r in found] == [
        ("a", "graded", "6.00", "6.00", "exact"),
        ("a", "half", "5.25", "5.25", "exact"),
        ("b", "graded", "0.00", "None", "undecided"),
        ("b", "half", "0.00", "0.00", "exact"),
        ("c", "half", "0.00", "None", "undecided"),
    ]


def rules_of(given: Any) -> list[dict[str, Any]]:
    program = policy(HALF, GRADED)
    return assess_table(program, Given(given, {}, {"income": "元"}, "complete"), Setting(2026)).awards.to_pylist()


def test_answers_are_tables_of_other_libraries() -> None:
    awards = assessed(policy(HALF), {"id": ["a"], "income": [3]}, units={"income": "元"}).awards
    assert pl.DataFrame(awards)["assured"].to_list() == [Decimal("1.50")]
    assert awards.to_pandas()["assured"].tolist() == [Decimal("1.50")]


def test_a_dictionary_may_hold_more_than_its_column() -> None:
    words = pa.DictionaryArray.from_arrays(pa.array([0, 2], pa.int8()), ["a", "nonsense", "b"])
    found = assessed(policy(GRADED), pa.table({"id": ["a", "b"], "grade": words}))
    assert found.awards.num_rows == 2


@pytest.mark.parametrize("rows_", [0, 3])
def test_columns_without_a_value(rows_: int) -> None:
    kinds = {
        "startup": pa.bool_(),
        "income": pa.decimal128(18, 2),
        "staff": pa.int16(),
        "grade": pa.string(),
        "founded": pa.date32(),
    }
    columns = {name: pa.nulls(rows_, kind) for name, kind in kinds.items()}
    found = assessed(
        policy(HALF, GRADED),
        pa.table({"id": pa.array(list("abc")[:rows_], pa.string()), **columns}),
        units={"income": "元"},
    )
    assert found.awards["status"].to_pylist() == ["undecided"] * 2 * rows_
    asked = {(r["rule"], r["fact"]): r["applicants"] for r in found.questions.to_pylist()}
    facts = [("half", "income"), *(("graded", name) for name in ("founded", "grade", "staff", "startup"))]
    assert asked == dict.fromkeys(facts if rows_ else [], rows_)


def test_numbers_at_the_edge_of_what_is_stored() -> None:
    """Whole numbers of eight bits and of the largest that are legal, in the unit that multiplies them most."""
    for values, kind, unit, due in (
        ([127, 0], pa.int8(), "亿元", "6350000000.00"),
        ([10**13], pa.int64(), "元", "5000000000000.00"),
    ):
        column = pa.array(values, kind)
        found = assessed(policy(HALF), {"id": list("ab")[: len(values)], "income": column}, units={"income": unit})
        assert str(found.awards["assured"][0]) == due


def test_totals_beyond_int64_are_an_error() -> None:
    """Each award of 4·10^18 fen can be written, their sum can't; nothing is wrapped."""
    each = [{"id": f"r{n}", "pays": [{"each": "staff", "amount": "40元"}]} for n in range(2)]
    assert assessed(policy(each[0]), {"id": ["a"], "staff": pa.array([10**15])}).totals.num_rows == 1
    with pytest.raises(ProblemsError, match="SR712"):
        assessed(policy(*each), {"id": ["a"], "staff": pa.array([10**15])})


# Bounds whose figures differ, or that decide who wins


def test_a_limit_of_each_applicants_own() -> None:
    """Two awards of 25 yuan, under a limit that is the applicant's tax: 10 of one, 1000 of the other."""
    each = [{"id": name, "pays": [{"amount": "25元"}]} for name in ("first", "second")]
    cap = {"id": "c", "rules": ["first", "second"], "cap": {"limit": "tax * 100%", "per": ["applicant"]}}
    table = {"id": ["a", "b"], "tax": [10, 1000]}
    found = assessed(policy(*each, bounds=(cap,)), table, units={"tax": "元"})
    assert [str(paid) for paid in found.awards["assured"].to_pylist()] == ["10.00", "0.00", "25.00", "25.00"]


def test_the_highest_is_the_highest_under_its_own_limit() -> None:
    """100 yuan of which 30 may be paid, or 50: the 50 are taken."""
    large = {"id": "large", "pays": [{"amount": "100元"}], "cap": {"limit": "30元", "per": ["applicant"]}}
    small = {"id": "small", "pays": [{"amount": "50元"}]}
    once = {"id": "x", "rules": ["large", "small"], "exclusive": {"per": ["applicant"], "prior": "ignore"}}
    found = assessed(policy(large, small, bounds=(once,)), {"id": ["a"]})
    paid = {rule: amounts[:2] for (rule, _), amounts in rows(found).items()}
    assert paid == {"large": ("0.00", "0.00"), "small": ("50.00", "50.00")} and found.by_engine == 0
