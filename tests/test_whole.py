"""The fast totals against the general engine, to the fen, and that the fast way is really taken."""

from __future__ import annotations

from functools import cache
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


def shown(found: tuple[int, int, bool]) -> tuple[int, int | None]:
    """With money that has no figure the high run is nobody's answer."""
    low, high, more = found
    return low, None if more else max(low, high)


def ways(whole: WholeProgram, case: Case, pricer: CompiledPricer) -> str:
    """Checks the fast totals; `fast`, `part` (the general engine settled the odd rules) or `none`."""
    asked = []

    def general(odd: CompiledPricer) -> tuple[int, int, bool]:
        asked.append(odd)
        return totals(whole.program, case, odd)

    found = whole.totals(case, general)
    if found is None:
        return "none"
    assert shown(found) == shown(totals(whole.program, case, pricer))
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
            assert rules.totals(case) == shown(totals(rules.program, case, rules.pricer))


# Structures that random programs hit too rarely: each would be settled wrongly if the plan took it for plain.

TITLE = {"article": "1", "title": {"zh": "a", "en": "a"}}
Data = dict[str, Any]


def rule(name: str, amount: str = "", **more: Any) -> Data:
    pays: Data = {"bound": "exact", "pays": [{"amount": amount}]} if amount else {}
    return {"id": name, **TITLE, "department": ["局"], "matter": name[0], **pays, **more}


def policy(rules: list[Data], *bounds: tuple[str, Data], name: str = "p", level: str = "city", **more: Any) -> Data:
    """`bounds`: the rules that it is over, a letter each, and the bound."""
    written = [{"id": f"b{at}", **TITLE, "rules": list(over), **bound} for at, (over, bound) in enumerate(bounds)]
    effective = {"published": "2025-01-01", "starts": "2025-01-01", "lasts": "3 years"}
    place = {"name": TITLE["title"], "level": level, "code": "32" if level == "province" else "3202"}
    head = {"id": name, "title": TITLE["title"], "status": "in_force", "jurisdiction": place, "effective": effective}
    return {**head, "rules": rules, "bounds": written, **more}


def best(**more: Any) -> Data:
    return {"exclusive": {"per": ["applicant"], "prior": "ignore", **more}}


def limit(figure: str, per: str = "applicant", what: str = "limit") -> Data:
    return {"cap": {what: figure, "per": [per]}}


A, B, C = rule("a", "3万元"), rule("b", "5万元"), rule("c", "4万元")
MONTHS = rule("m", bound="exact", pays=[{"months": "stay", "amount": "1万元"}])
TENTH = rule("t", bound="exact", pays=[{"rate": "10%", "of": "tax"}])
CASES: dict[str, tuple[list[Data], Data, str, tuple[int, int | None]]] = {
    "the best": ([policy([A, B, C], ("ab", best()))], {}, "fast", (9, 9)),
    "priority": ([policy([A, B], ("ab", best(choose="priority", priority=["a", "b"])))], {}, "part", (3, 3)),
    "except": ([policy([A, B, C], ("abc", best(**{"except": [["a", "b"]]})))], {}, "part", (8, 8)),
    "cash and financing": ([policy([A, {**B, "form": "financing"}, C], ("ab", best()))], {}, "part", (7, 7)),
    "overlap": ([policy([A, B, C], ("ab", best()), ("bc", best()))], {}, "part", (7, 7)),
    "nested": ([policy([A, B, C], ("ab", limit("6万元")), ("abc", limit("9万元")))], {}, "fast", (9, 9)),
    "nested, inner": ([policy([A, B, C], ("abc", limit("11万元")), ("ab", limit("6万元")))], {}, "fast", (10, 10)),
    "crossing": ([policy([A, B, C], ("ab", best()), ("bc", limit("5万元")))], {}, "none", (7, 7)),
    "crossing, loose": ([policy([A, B, C], ("ab", best()), ("bc", limit("9万元")))], {}, "fast", (9, 9)),
    "count": ([policy([A, B], ("ab", {"cap": {"count": "1", "of": "award", "per": ["applicant"]}}))], {}, "none", (5, 5)),
    "count, loose": ([policy([A, B], ("ab", {"cap": {"count": "2", "of": "award", "per": ["applicant"]}}))], {}, "fast", (8, 8)),
    "months": ([policy([MONTHS], ("m", limit("6", what="units")))], {"stay": "9"}, "part", (6, 6)),
    "months, not claimed": ([policy([A, {**MONTHS, "when": ["startup"]}], ("m", limit("6", what="units")))],
                            {"startup": "false", "stay": "9"}, "fast", (3, 3)),
    "no figure": ([policy([A, rule("x", unquantified="case_by_case")], ("ax", best()))], {}, "fast", (0, None)),
    "no figure, not claimed": ([policy([A, rule("x", unquantified="case_by_case", when=["startup"])], ("ax", best()))],
                               {"startup": "false"}, "fast", (3, 3)),
    "no base": ([policy([A, TENTH])], {}, "fast", (3, None)),
    "no base, but a limit": ([policy([A, TENTH], ("t", limit("2万元")))], {}, "fast", (3, 5)),
    "other policy": (
        [
            policy([A], ("a", best(against={"levels": ["province"], "same": "matter"}))),
            policy([rule("a", "7万元")], name="q", level="province"),
        ],
        {},
        "part",
        (7, 7),
    ),
    "negative": ([policy([rule("f", bound="exact", pays=[{"formula": "tax - cost"}]), A])], {"tax": "1元", "cost": "9元"},
                 "fast", (3, 3)),
    "minimum": ([policy([rule("f", bound="exact", pays=[{"formula": "tax"}], minimum="2元"), A])], {"tax": "1元"},
                "fast", (3, 3)),
    "no branch": ([policy([A, rule("f", bound="exact", pays=[{"when": "staff > 5", "amount": "9万元"}])])],
                  {"staff": "5"}, "fast", (3, 3)),
    "dated": ([policy([A, rule("d", "5万元", dated_by="founded")])], {"founded": "2026-01-01"}, "fast", (5, 5)),
    "dated, unknown": ([policy([A, rule("d", "5万元", dated_by="founded")])], {}, "fast", (0, 5)),
    "unknown": ([policy([rule("a", "3万元", when=["recognised", "startup"])])], {"startup": "true"}, "fast", (0, 3)),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_structure(name: str) -> None:
    """Expected: the way, and the totals in 万元. In the dated cases the day of the claim is out of force."""
    policies, said, way, (low, high) = CASES[name]
    program = loaded(policies, VOCABULARY)
    application = {"applicant": {"id": "x", "facts": said}, "items": [], "year": "2026", "history": "complete"}
    case = admit_data(application | {"date": "2030-01-01" if "dated" in name else "2026-06-01"}, program)
    pricer = CompiledPricer(program)
    assert shown(totals(program, case, pricer)) == (low * 1_000_000, None if high is None else high * 1_000_000)
    assert ways(WholeProgram(program, pricer), case, pricer) == way
