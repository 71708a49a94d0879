"""A policy of a made-up city in another field, encoded in YAML alone (`policies/examples/fictitious/`).

It uses every way to pay and every bound. The worked cases are for one applicant; the tests here are for several who share
pools, quotas, ranks and objects, worked out by hand from the text in the same way. Figures in comments are in 万元.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
from engine_help import ENGINES
from pydantic import BaseModel

import subsidy_rules
from subsidy_rules.engine.assess import assess_all
from subsidy_rules.examples import answer_of, differences, load_examples
from subsidy_rules.loading import admit_data
from subsidy_rules.model import policy as model
from subsidy_rules.money import parse_money

FOLDER = Path(__file__).parents[1] / "policies/examples/fictitious"
RULES = subsidy_rules.load(FOLDER / "policy.yaml")
EXAMPLES, _ = load_examples(FOLDER / "cases.yaml")
# One applicant


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "case",
    [pytest.param(case, id=case.id) for case in EXAMPLES.cases],
)
def test_worked_case(case: Any, engine: str) -> None:
    answer = answer_of(case, EXAMPLES, RULES.program, ENGINES[engine](RULES.program))
    assert list(differences(case.expect, answer, EXAMPLES.policy)) == []


def test_there_are_cases_for_every_rule() -> None:
    seen = {award.rule for case in EXAMPLES.cases for award in case.expect.awards}
    assert len(EXAMPLES.cases) >= 60
    assert {rule.id for rule in RULES.program.policies[0].rules} <= seen
    assert not RULES.warnings


# The whole of the model


def _parts(value: object) -> Iterator[BaseModel]:
    if isinstance(value, BaseModel):
        yield value
        for name in type(value).model_fields:
            yield from _parts(getattr(value, name))
    elif isinstance(value, (list, tuple)):
        for entry in value:
            yield from _parts(entry)
    elif isinstance(value, Mapping):
        yield from _parts(list(value.values()))


PARTS = list(_parts(RULES.program.policies[0]))
WHOLE = (
    *(model.Rule, model.Bound, model.Cap, model.Exclusive, model.Against, model.Clause, model.Assumption),
    *(
        model.Alternative,
        model.Pay,
        model.Bands,
        model.Band,
        model.Brackets,
        model.Milestones,
        model.Step,
        model.Uplift,
    ),
)


@pytest.mark.parametrize("kind", WHOLE)
def test_every_field_is_used(kind: type[BaseModel]) -> None:
    used = {name for part in PARTS if type(part) is kind for name in part.model_fields_set}
    # A clause that changes no amount has nothing to assume here.
    assert set(kind.model_fields) - used <= ({"assumes"} if kind is model.Clause else set())


def test_every_way_to_pay_is_used() -> None:
    assert {part.way for part in PARTS if isinstance(part, model.Pay)} == set(model.WAYS)


def test_every_edge_of_a_row_is_used() -> None:
    used = {name for part in PARTS if isinstance(part, model.Edges) for name in part.model_fields_set}
    assert set(model.Edges.model_fields) <= used


def _choices(annotation: Any) -> Iterator[str]:
    if get_origin(annotation) is Literal:
        yield from get_args(annotation)
    else:
        for part in get_args(annotation):
            yield from _choices(part)


@pytest.mark.parametrize("kind", WHOLE)
def test_every_choice_of_a_field_is_used(kind: type[BaseModel]) -> None:
    for name, field in kind.model_fields.items():
        used = {str(getattr(part, name)) for part in PARTS if type(part) is kind}
        missing = set(_choices(field.annotation)) - used
        # Levels stand in a list; `rules: all` would put different payees under one limit here.
        assert missing <= (set(get_args(model.Level)) if kind is model.Against and name == "levels" else {"all"}), name


# Several applicants

Found = dict[str, tuple[int, int | None]]


def shared(
    claims: Mapping[str, dict[str, Any]], rule: str, engine: str, parameters: Mapping[str, str] | None = None
) -> Found:
    """What each applicant gets under a rule, all his items together, in fen: assured and ceiling."""
    program = RULES.program
    cases = [admit_data(application(who, claim), program) for who, claim in claims.items()]
    given = {name: int(text) if text.isdigit() else parse_money(text) for name, text in (parameters or {}).items()}
    found: Found = {}
    for answer in assess_all(program, cases, ENGINES[engine](program), given):
        ends = [award.settled for award in answer.awards if award.rule == rule and award.settled]
        assert all(end.ceiling is not None for end in ends)
        found[answer.applicant] = sum(end.assured for end in ends), sum(end.ceiling or 0 for end in ends)
    return found


def application(who: str, claim: dict[str, Any]) -> dict[str, Any]:
    base = {**EXAMPLES.base, **{key: claim[key] for key in claim.keys() - {"kind", "facts", "own"}}}
    base["applicant"] = {"id": who, "facts": {**EXAMPLES.base["applicant"]["facts"], **claim.get("own", {})}}
    if "kind" in claim:
        base["items"] = [{"id": f"{who}-1", "kind": claim["kind"], "facts": claim["facts"]}]
    return base


def money(**ends: str | tuple[str, str]) -> Found:
    return {
        who: (parse_money(end), parse_money(end))
        if isinstance(end, str)
        else (parse_money(end[0]), parse_money(end[1]))
        for who, end in ends.items()
    }


def team(score: str, approved: str | None = None, who: str = "") -> dict[str, Any]:
    facts = {"review_passed": "true", "core_members": "5", "review_score": score}
    decided = {"policy": "example-city", "rule": "team-support", "item": f"{who}-1", "amount": approved}
    return {"kind": "team", "facts": facts} | ({"approved": [decided]} if approved else {})


every_engine = pytest.mark.parametrize("engine", ENGINES)


@every_engine
def test_teams_by_score(engine: str) -> None:
    """500 for all. Decided amounts of 200: the third in line gets the remaining 100, the fourth nothing."""
    scores = {"a": "70", "b": "95.5", "c": "95.4", "d": "80"}
    claims = {who: team(score, "200万元", who) for who, score in scores.items()}
    assert shared(claims, "team-support", engine) == money(b="200万元", c="200万元", d="100万元", a="0元")


@every_engine
def test_teams_by_score_in_ranges(engine: str) -> None:
    """50 to 200 each. Before the third are at most 400 (100 left, its 50 are sure), before the fourth at most 600 (none
    left) and at least 150 (350 left, its 200 possible)."""
    claims = {who: team(score) for who, score in {"a": "99", "b": "98", "c": "97", "d": "96"}.items()}
    sure = ("50万元", "200万元")
    assert shared(claims, "team-support", engine) == money(a=sure, b=sure, c=sure, d=("0元", "200万元"))


@every_engine
def test_teams_with_equal_scores(engine: str) -> None:
    """After 200 + 200 there are 100 for two teams of one score: the text doesn't say whose they are."""
    claims = {who: team(score, "200万元", who) for who, score in {"a": "99", "b": "98", "c": "90", "d": "90"}.items()}
    at_cut = ("0元", "100万元")
    assert shared(claims, "team-support", engine) == money(a="200万元", b="200万元", c=at_cut, d=at_cut)


def vessel(kilowatts: str, progress: str, registration: str) -> dict[str, Any]:
    facts = {"kilowatts": kilowatts, "progress": progress, "registration": registration}
    return {"kind": "vessel", "facts": facts}


@every_engine
def test_ships_in_proportion(engine: str) -> None:
    """The city's parts are 4 × 120 + 24 = 504, it has 500. In fen: 120000000 × 500/504 = 119047619.05, four times;
    24000000 × 500/504 = 23809523.81. Rounded down they lack one fen, which goes to the largest fraction, the small ship.
    What the districts pay is not cut."""
    claims = {who: vessel("10000", "50%", f"EX-{who}") for who in "abcd"} | {"e": vessel("1000", "100%", "EX-e")}
    large, small = "1190476.19元", "238095.24元"
    assert shared(claims, "vessel-city", engine) == money(a=large, b=large, c=large, d=large, e=small)
    full = "180万元"
    assert shared(claims, "vessel-district", engine) == money(a=full, b=full, c=full, d=full, e="36万元")


@every_engine
def test_one_ship_of_two_applicants(engine: str) -> None:
    """The owner claims 120 + 180, the yard 60 + 90 for the same registration: the higher claim is paid."""
    claims = {"owner": vessel("10000", "50%", "EX-1"), "yard": vessel("5000", "50%", "EX-1")}
    assert shared(claims, "vessel-city", engine) == money(owner="120万元", yard="0元")
    assert shared(claims, "vessel-district", engine) == money(owner="180万元", yard="0元")


@every_engine
def test_one_ship_of_two_equal_applicants(engine: str) -> None:
    claims = {"owner": vessel("5000", "40%", "EX-1"), "yard": vessel("5000", "40%", "EX-1")}
    assert shared(claims, "vessel-city", engine) == money(owner=("0元", "48万元"), yard=("0元", "48万元"))


@every_engine
def test_ships_of_other_numbers_do_not_meet(engine: str) -> None:
    claims = {"owner": vessel("5000", "40%", "EX-1"), "yard": vessel("5000", "40%", "EX-2")}
    assert shared(claims, "vessel-city", engine) == money(owner="48万元", yard="48万元")


def training(day: str) -> dict[str, Any]:
    return {"kind": "training", "facts": {"trainees": "100", "training_cost": "10万元"}, "applied_at": day}


@every_engine
def test_vouchers_first_come_first_served(engine: str) -> None:
    """5 to 8 each, 10 for all. b comes after a: 10 − 8 = 2 are sure, 10 − 5 = 5 possible. c comes after both: nothing is
    sure, and 10 − 2 × 5 = 0 possible."""
    claims = {"c": training("2026-03-03"), "b": training("2026-03-02"), "a": training("2026-03-01")}
    expected = money(a=("5万元", "8万元"), b=("2万元", "5万元"), c="0元")
    assert shared(claims, "training-voucher", engine) == expected


@every_engine
def test_vouchers_on_one_day(engine: str) -> None:
    """Either may be the first: 10 − 8 = 2 sure, 8 possible."""
    claims = {"a": training("2026-03-01"), "b": training("2026-03-01")}
    assert shared(claims, "training-voucher", engine) == money(a=("2万元", "8万元"), b=("2万元", "8万元"))


def event(kind: str, attendees: str, day: str) -> dict[str, Any]:
    facts = {"event_type": kind, "attendees": attendees, "venue_cost": "100万元", "international": "false"}
    return {"kind": "event", "facts": facts, "applied_at": day}


@every_engine
def test_three_exhibitions_a_year(engine: str) -> None:
    """In order of application, not by size: the fourth gets nothing; one that is too small takes no place."""
    claims = {
        "late": event("exhibition", "5000", "2026-05-01"),
        "first": event("exhibition", "500", "2026-02-15"),
        "small": event("exhibition", "499", "2026-02-16"),
        "second": event("exhibition", "500", "2026-03-01"),
        "third": event("exhibition", "2000", "2026-04-01"),
    }
    expected = money(first="10万元", second="10万元", third="20万元", late="0元", small="0元")
    assert shared(claims, "exhibition", engine) == expected


@every_engine
def test_roadshows_of_an_announced_number(engine: str) -> None:
    """One place for two, and the text does not say whose it is; two places are enough."""
    claims = {"a": event("roadshow", "100", "2026-03-01"), "b": event("roadshow", "200", "2026-04-01")}
    either = ("0元", "5万元")
    one = shared(claims, "roadshow", engine, {"example-city/roadshow-cap": "1"})
    two = shared(claims, "roadshow", engine, {"example-city/roadshow-cap": "2"})
    unknown = shared(claims, "roadshow", engine)
    assert one == money(a=either, b=either)
    assert two == unknown == money(a="5万元", b="5万元")


def park(score: str = "0", cost: str = "0元", day: str = "2026-03-01", **more: Any) -> dict[str, Any]:
    facts = {"tenants": "20", "occupancy": "80%", "tax_per_mu": "20万元", "zero_carbon": "false"}
    facts |= {"park_score": score, "fit_out_cost": cost, "tenants_attracted": "0"}
    return {"kind": "park", "facts": facts, "applied_at": day} | more


@every_engine
def test_two_best_parks(engine: str) -> None:
    """Two places by score, the time of the application does not matter; at the cut of equal scores none is sure."""
    claims = {"a": park("90"), "b": park("91", day="2026-04-01"), "c": park("89.999999")}
    assert shared(claims, "park-prize", engine) == money(a="50万元", b="50万元", c="0元")
    equal = {"a": park("91"), "b": park("90"), "c": park("90", day="2026-04-01")}
    assert shared(equal, "park-prize", engine) == money(a="50万元", b=("0元", "50万元"), c=("0元", "50万元"))


@every_engine
def test_fitting_out_is_carried_over(engine: str) -> None:
    """150 + 200 leave 50 of the year's 400 for the third, who is due 200; the other 150 follow next year, before a new
    claim of 300 that is cut to 200, and with nothing more for the two who were paid."""
    costs = {"a": ("500万元", "2026-03-01"), "b": ("1000万元", "2026-03-02"), "c": ("700万元", "2026-03-03")}
    claims = {who: park(cost=cost, day=day) for who, (cost, day) in costs.items()}
    assert shared(claims, "park-fit-out", engine) == money(a="150万元", b="200万元", c="50万元")

    def paid(who: str, amount: str, value: str) -> dict[str, Any]:
        grant = {"policy": "example-city", "rule": "park-fit-out", "item": f"{who}-1", "year": "2026"}
        return {"year": "2027", "date": "2027-03-01", "grants": [grant | {"amount": amount, "value": value}]}

    later = {
        "a": claims["a"] | paid("a", "150万元", "150万元"),
        "b": claims["b"] | paid("b", "200万元", "200万元"),
        "c": claims["c"] | paid("c", "50万元", "200万元"),
        "d": park(cost="1000万元", day="2027-03-01", year="2027", date="2027-03-01"),
    }
    assert shared(later, "park-fit-out", engine) == money(a="0元", b="0元", c="150万元", d="200万元")


@every_engine
def test_the_total_of_a_year_is_announced(engine: str) -> None:
    """145 and 25 of a total of 150, which the text does not say how to share: one gets at least what the other leaves."""
    claims = {"a": {"own": {"rnd_expense": "2000万元"}}, "b": {"own": {"rnd_expense": "500万元"}}}
    found = shared(claims, "rnd-subsidy", engine, {"example-city/annual-total": "150万元"})
    assert found == money(a=("125万元", "145万元"), b=("5万元", "25万元"))
    assert shared(claims, "rnd-subsidy", engine) == money(a="145万元", b="25万元")


# Years and readings


def test_a_ship_over_the_years() -> None:
    """40 % a year of 600 in all would be 240 each year, but a ship gets 300: 240, then 60, then nothing."""
    years = RULES.project(application("yard", vessel("10000", "40%", "EX-1")), (2026, 2027, 2028))
    paid = [sum(total.ceiling or 0 for total in year.ceiling.totals) for year in years]
    assert paid == [parse_money("240万元"), parse_money("60万元"), 0]


def test_other_readings() -> None:
    """Two projects at the limit are 1600; with one limit for the enterprise and year they are 800."""
    facts = {"completed": "true", "equipment_investment": "1亿元", "self_funds": "1亿元", "green_factory": "false"}
    items = [{"id": name, "kind": "project", "facts": facts} for name in ("p1", "p2")]
    case = application("demo", {"items": items})
    (reading,) = [one for one in RULES.readings(case) if one.entry == "equipment-subsidy"]
    assert reading.answer is not None
    totals = [sum(t.assured for t in answer.totals) for answer in (RULES.assess(case), reading.answer)]
    # The limit of one project stands as well: `instead` adds the other.
    assert totals == [parse_money("1600万元"), parse_money("800万元")]
