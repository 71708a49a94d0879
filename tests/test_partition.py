"""A population in partitions gets the same answer, byte for byte, however it is cut."""

from __future__ import annotations

import pickle
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest
from columnar_help import answers, differences, expected, given, settled
from engine_help import loaded, program_of
from hypothesis import given as drawn
from hypothesis import reject, settings
from hypothesis import strategies as st
from partition_help import as_bytes, by_applicant, in_one, in_parts, plain, setting_of
from strategies import VOCABULARY, applications, programs, shared_programs
from test_columnar import YEAR, cases_of, rules, worked

from subsidy_rules.columnar.assess import Setting
from subsidy_rules.columnar.partition import Partitions
from subsidy_rules.columnar.population import Given
from subsidy_rules.engine.compiled import CompiledPricer
from subsidy_rules.engine.settle import TooManyChoices
from subsidy_rules.errors import ProblemsError
from subsidy_rules.loading import admit_data
from subsidy_rules.model.case import Case
from subsidy_rules.model.program import Program

MOST = settings.default.max_examples  # each of them is assessed three times
HALF, QUARTER = settings(max_examples=MOST // 2), settings(max_examples=MOST // 4)
RATIONS = ("in_order", "pro_rata", "rank", "unstated")


@st.composite
def cuts(draw: st.DrawFn, cases: list[Case]) -> list[list[Case]]:
    """Each case in one of some partitions, in an order of its own; some may be empty."""
    bins = draw(st.integers(1, 4))
    parts: list[list[Case]] = [[] for _ in range(bins)]
    for case in draw(st.permutations(cases)):
        parts[draw(st.integers(0, bins - 1))].append(case)
    return parts


def left_of_pools(data: st.DataObject, program: Program) -> dict[str, int]:
    return {
        cap.path: data.draw(st.integers(0, 50)) * (10**6 if cap.kind == "limit" else 1)
        for cap in program.caps
        if cap.pool and data.draw(st.booleans())
    }


def agree(data: st.DataObject, program: Program, cases: list[Case]) -> None:
    setting = setting_of(cases, left_of_pools(data, program))
    parts = data.draw(cuts(cases))
    try:
        wanted = in_one(program, setting, parts)
    except TooManyChoices:
        reject()
    assert as_bytes(in_parts(program, setting, [given(program, part) for part in parts])) == as_bytes(wanted)
    ordered = in_one(program, setting, [sorted(cases, key=lambda case: case.applicant)])
    assert plain(by_applicant(wanted.awards)) == plain(ordered.awards)
    assert plain(wanted.pools) == plain(ordered.pools)


@QUARTER
@drawn(st.data())
def test_any_population_however_it_is_cut(data: st.DataObject) -> None:
    shared = data.draw(st.booleans())
    documents = data.draw(shared_programs() if shared else programs())
    program = loaded(documents, VOCABULARY)
    agree(data, program, data.draw(cases_of(documents, program, shared)))


# Everything that applicants can share at once: objects paid once, a quota, pools by segment inside a pool for all


def everything(inner: str, outer: str, quota: str) -> list[dict[str, Any]]:
    titled = {"article": "1", "title": {"zh": "一", "en": "one"}}
    paid = {"item": "product", "department": ["局"], "bound": "exact", **titled}

    def cap(name: str, ration: str, key: list[str], **figure: Any) -> dict[str, Any]:
        ranked = {"rank_by": "score"} if ration == "rank" else {}
        return {"id": name, "rules": ["r1", "r2"], "cap": {**figure, "per": key, "ration": ration, **ranked}, **titled}

    return [
        {
            "id": "p",
            "title": {"zh": "甲", "en": "A"},
            "status": "in_force",
            "jurisdiction": {"name": {"zh": "甲区", "en": "A"}, "level": "district", "code": "99"},
            "effective": {"published": "2024-12-01", "starts": "2025-01-01", "ends": "2027-12-31"},
            "rules": [
                {"id": "r1", "pays": [{"rate": "50%", "of": "sales"}], **paid},
                {"id": "r2", "pays": [{"each": "units", "amount": "2万元"}], **paid},
            ],
            "bounds": [
                {"id": "once", "rules": ["r1"], "exclusive": {"per": ["contract"], "prior": "forfeit"}, **titled},
                cap("segments", inner, ["year", "segment"], limit="60万元"),
                cap("all", outer, ["year"], limit="90万元"),
                cap("places", quota, ["year"], count="3", of="item"),
            ],
        }
    ]


def population(data: st.DataObject, documents: list[dict[str, Any]], program: Program) -> list[Case]:
    names = ("firm-b", "firm-a", "firm-d", "firm-c")[: data.draw(st.integers(2, 4))]
    plainly = {"approvals": False, "outside": False, "parameters": {}}
    batch = [data.draw(applications(documents, applicant=name, **plainly)) for name in names]
    for application in batch:
        application["applied_at"] = data.draw(st.sampled_from(("2026-02-01", "2026-02-02", "2026-02-01T09:30:00")))
    cases = [admit_data(application, program) for application in batch]
    same = {name: getattr(cases[0], name) for name in ("date", "published", "parameters")}
    return [
        replace(
            case, **same, rivals=(), options={}, items=tuple(i for i in case.items if not i.years or YEAR in i.years)
        )
        for case in cases
    ]


@HALF
@drawn(st.data(), st.sampled_from(RATIONS), st.sampled_from(RATIONS), st.sampled_from(("in_order", "rank", "unstated")))
def test_whatever_they_share(data: st.DataObject, inner: str, outer: str, quota: str) -> None:
    """As the engine has it, too."""
    documents = everything(inner, outer, quota)
    program = loaded(documents, VOCABULARY)
    cases = population(data, documents, program)
    agree(data, program, cases)
    pricer = CompiledPricer(program)
    found = answers(in_one(program, setting_of(cases, {}), [cases]))
    wanted = expected(program, pricer, settled(program, pricer, cases))
    assert [differences(*pair) for pair in zip(found, wanted, strict=True)] == [[], []]


def test_the_worked_cases_in_partitions() -> None:
    program, cases = rules().program, worked()
    setting = setting_of(cases, {})
    parts = [cases[:100], [], cases[100:103], cases[103:]]
    assert as_bytes(in_parts(program, setting, [given(program, part) for part in parts])) == as_bytes(
        in_one(program, setting, parts)
    )


# By hand


def tables(rows: dict[str, list[Any]], **products: list[Any]) -> Given:
    applicants = pa.table({name: pa.array(values) for name, values in rows.items()})
    return Given(applicants, {"product": pa.table(products)} if products else {}, {"sales": "万元"}, "complete")


def one_product(who: str, at: str, sales: int, contract: str) -> Given:
    return tables(
        {"id": [who], "applied_at": [at]},
        applicant=[who],
        id=["x"],
        sales=[sales],
        units=[0],
        contract=[contract],
        segment=["s1"],
    )


def test_a_pool_over_three_partitions_ends_at_the_marginal_applicant() -> None:
    """Asked are 50, 20 and 40 of 60 (in 万元, half of the sales), in the order b, a, c: a gets the remainder of 10, c nothing;
    the contracts are different."""
    program = program_of(everything("in_order", "in_order", "unstated"), VOCABULARY)
    parts = [one_product("c", "2026-02-03", 80, "k"), one_product("a", "2026-02-02", 40, "l"),
             one_product("b", "2026-02-01", 100, "m")]  # fmt: skip
    answer = in_parts(program, Setting(YEAR), parts)
    found = {row["applicant"]: str(row["assured"]) for row in answer.awards.to_pylist() if row["rule"] == "r1"}
    assert found == {"a": "100000.00", "b": "500000.00", "c": "0.00"}
    assert [(row["bound"], row["marginal"]) for row in answer.pools.to_pylist()][1] == ("p/segments", "a")


def test_an_object_of_two_partitions_is_paid_once() -> None:
    """The contract k goes to the larger claim, which alone draws on the pools."""
    program = program_of(everything("in_order", "in_order", "unstated"), VOCABULARY)
    parts = [one_product("a", "2026-02-01", 40, "k"), one_product("b", "2026-02-02", 60, "k")]
    rows = [row for row in in_parts(program, Setting(YEAR), parts).awards.to_pylist() if row["rule"] == "r1"]
    assert [(row["status"], str(row["assured"]), row["bound"]) for row in rows] == [
        ("excluded", "0.00", "p/once"),
        ("exact", "300000.00", None),
    ]


def test_an_applicant_in_two_partitions_is_refused() -> None:
    program = program_of(everything("in_order", "in_order", "unstated"), VOCABULARY)
    parts = [one_product("a", "2026-02-01", 40, "k"), one_product("a", "2026-02-01", 60, "l")]
    with pytest.raises(ProblemsError, match="SR708"):
        in_parts(program, Setting(YEAR), parts)


def test_what_goes_between_the_steps_is_picklable_and_small() -> None:
    """Rules are named in it, not copied."""
    program, cases = rules().program, worked()[:50]
    steps = Partitions(program, setting_of(cases, {}))
    found, demands = steps.settle(given(program, cases))
    data = steps.dumped(found)
    assert len(data) < len(pickle.dumps(program)) / 2
    allocation = steps.allocate([pickle.loads(pickle.dumps(demands))])
    awards, totals = steps.finish(steps.loaded(data), pickle.loads(pickle.dumps(allocation.shares[0])))
    wanted = in_one(program, setting_of(cases, {}), [cases])
    assert (plain(awards), plain(totals)) == (plain(wanted.awards), plain(wanted.totals))
