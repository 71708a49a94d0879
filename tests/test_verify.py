"""What can be proved of small policies, and the examples against the rest: all worked out by hand.

Amounts are in 万元; the vocabulary is that of the strategies: `cost` is at most 2000万元.
"""

from __future__ import annotations

from typing import Any

from test_oracle import bound, policy, rule
from verify_help import PATIENCE, asked, best, broken_without, facts_of_witness, rules_of, share, verdicts

from subsidy_rules.verify.bands import GAP, OVERLAP, OWNER
from subsidy_rules.verify.caps import CAP
from subsidy_rules.verify.dead import BRANCH, DEAD, IMPLIED
from subsidy_rules.verify.finding import TOO_WIDE
from subsidy_rules.verify.safety import EXCEEDED, TOGETHER
from subsidy_rules.verify.slack import EXCLUSION, LIMIT

Dict = dict[str, Any]


def when(condition: str, amount: int) -> Dict:
    return {"when": condition, "amount": f"{amount}万元"}


# ── rules and branches ───────────────────────────────────────────────────────────────────────────────────────────────


def test_conditions_that_contradict_each_other() -> None:
    found = asked(DEAD, policy(rule("never", 5, when=["startup", "not startup"]), rule("always", 5)))
    assert (found["never"].verdict, found["never"].notable, found["never"].witness) == ("proved", True, None)
    assert (found["always"].verdict, found["always"].notable) == ("refuted", False)


def test_a_minimum_that_the_largest_base_does_not_reach() -> None:
    """10% of 2000万元 is 200万元."""
    cases = {"200万元": "refuted", "200.01万元": "proved"}
    for least, verdict in cases.items():
        found = asked(DEAD, policy(rule("r", share("10%", "cost"), minimum=least)))["r"]
        assert found.verdict == verdict, least
        if verdict == "refuted":
            assert facts_of_witness(found) == {"cost": "2000万元"}


def test_choices_and_dates_are_known_to_the_solver() -> None:
    both = ["grade == 'a'", "grade in ('b', 'c')"]
    days = ["founded < 2020-01-01", "founded >= 2020-01-01"]
    found = verdicts(
        DEAD, policy(rule("grades", 1, when=both), rule("days", 1, when=days), rule("day", 1, when=days[:1]))
    )
    assert found == {"grades": "proved", "days": "proved", "day": "refuted"}


def test_a_day_long_past_is_a_day() -> None:
    conditions = ["founded < 1990-01-01", "founded < 0001-01-02", "founded > 2150-06-01", "founded > 9999-12-30"]
    for condition in conditions:
        assert verdicts(DEAD, policy(rule("r", 1, when=[condition]))) == {"r": "refuted"}, condition
    assert verdicts(DEAD, policy(rule("r", 1, when=["founded < 0001-01-01"]))) == {"r": "proved"}


def test_two_texts_can_be_the_same() -> None:
    text = {"kind": "text", "label": {"zh": "甲", "en": "a"}}
    extra = {"items": {"product": {"seller": text, "buyer": text}}}
    found = verdicts(
        DEAD,
        policy(
            rule("same", 1, item="product", when=["seller == buyer"]),
            rule("other", 1, item="product", when=["seller != buyer", "contract == buyer"]),
            rule("none", 1, item="product", when=["seller != buyer", "contract == buyer", "contract == seller"]),
            facts=extra,
        ),
    )
    assert found == {"same": "refuted", "other": "refuted", "none": "proved"}


def test_a_row_or_a_limit_below_the_least_payment_leaves_nothing() -> None:
    """Below 10万元 nothing is paid: the first row, and the limit, take all."""
    rows = [when("startup", 5), when("注册本地", 20)]
    found = asked(OVERLAP, policy(rule("r", rows, minimum="10万元")))["r"]
    assert found.verdict == "refuted" and "0元" in found.says.en
    assert facts_of_witness(found) == {"startup": "true", "注册本地": "true"}
    assert verdicts(LIMIT, policy(rule("r", 20, max="5万元", minimum="10万元"))) == {"r": "refuted"}


def test_a_branch_behind_a_wider_one() -> None:
    wide_first = [when("income >= 100万元", 5), when("income >= 200万元", 10)]
    assert verdicts(BRANCH, policy(rule("r", wide_first))) == {"r#1": "refuted", "r#2": "proved"}
    found = asked(BRANCH, policy(rule("r", wide_first[::-1])))
    assert facts_of_witness(found["r#1"]) == {"income": "200万元"}
    assert facts_of_witness(found["r#2"]) == {"income": "100万元"}


def test_a_condition_that_follows_from_another() -> None:
    wider = rule("r", 1, when=["income >= 200万元", "income > 100万元", "grade == 'a'", "grade != 'b'"])
    found = [f.figures for f in IMPLIED.ask(rules_of(policy(wider)), PATIENCE)]
    assert found == [(("condition", "income > 100万元"),), (("condition", "grade != 'b'"),)]


def test_a_day_that_the_time_in_force_implies() -> None:
    dated = rule("r", 1, when=["founded <= 2027-12-31", "founded >= 2026-01-01"], dated_by="founded")
    days = {"published": "2024-12-01", "starts": "2025-01-01", "ends": "2027-12-31"}
    found = [f.figures for f in IMPLIED.ask(rules_of(policy(dated, effective=days)), PATIENCE)]
    assert found == [(("condition", "founded <= 2027-12-31"),)]


def test_the_first_and_the_last_day_are_in_force() -> None:
    days = {"published": "2024-12-01", "starts": "2025-01-01", "ends": "2027-12-31"}
    conditions = {"founded <= 2025-01-01": "refuted", "founded < 2025-01-01": "proved"}
    conditions |= {"founded >= 2027-12-31": "refuted", "founded > 2027-12-31": "proved"}
    for condition, verdict in conditions.items():
        dated = rule("r", 1, when=[condition], dated_by="founded")
        assert verdicts(DEAD, policy(dated, effective=days)) == {"r": verdict}, condition


# ── rows by value ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_gap_of_one_value() -> None:
    open_ends = [when("income < 100万元", 1), when("income > 100万元", 2)]
    found = asked(GAP, policy(rule("r", open_ends)))["r"]
    assert (found.verdict, found.notable, facts_of_witness(found)) == ("refuted", True, {"income": "100万元"})
    closed = [when("income <= 100万元", 1), when("income > 100万元", 2)]
    assert verdicts(GAP, policy(rule("r", closed))) == {"r": "proved"}


def test_no_value_below_the_first_row_is_a_gap() -> None:
    rows = [when("100万元 <= income < 200万元", 1), when("income >= 200万元", 2)]
    assert verdicts(GAP, policy(rule("r", rows))) == {"r": "proved"}


def test_a_row_in_the_way_of_a_better_one() -> None:
    rows = [when("income >= 100万元", 5), when("startup", 10)]
    found = asked(OVERLAP, policy(rule("r", rows)))["r"]
    assert (found.verdict, facts_of_witness(found)) == ("refuted", {"income": "100万元", "startup": "true"})
    assert verdicts(OVERLAP, policy(rule("r", rows[::-1]))) == {"r": "proved"}
    apart = [when("income < 100万元", 5), when("income >= 100万元", 10)]
    assert verdicts(OVERLAP, policy(rule("r", apart))) == {"r": "proved"}


def test_the_owner_of_a_boundary() -> None:
    """以上 includes the value, 超过 does not."""
    for operator, row in ((">=", "2"), (">", "1")):
        rows = [when(f"not (income {operator} 100万元)", 1), when(f"income {operator} 100万元", 2)]
        (found,) = OWNER.ask(rules_of(policy(rule("r", rows))), PATIENCE)
        assert found.figures == (("fact", "income"), ("boundary", "100万元"), ("row", row))


# ── limits and caps ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_limit_above_all_that_can_be_due() -> None:
    limits = {"200万元": "proved", "199.99万元": "refuted"}
    for limit, verdict in limits.items():
        assert verdicts(LIMIT, policy(rule("r", share("10%", "cost"), max=[limit]))) == {"r": verdict}


def test_the_larger_of_two_limits() -> None:
    found = list(LIMIT.ask(rules_of(policy(rule("r", share("10%", "cost"), max=["50万元", "60万元"]))), PATIENCE))
    assert [(f.figures[0][1], f.verdict) for f in found] == [("50万元", "refuted"), ("60万元", "proved")]


def test_a_cap_needs_enough_items() -> None:
    """20 + 20 + 20 is more than 50, 20 + 20 is not."""
    each = rule("r", 20, item="project")
    found = asked(CAP, policy(each, bounds=[bound("c", "r", cap={"limit": "50万元", "per": ["applicant", "year"]})]))[
        "c"
    ]
    assert found.verdict == "refuted" and found.witness is not None
    assert len(found.witness["items"]) == 3


def test_a_cap_that_only_a_longer_history_fills() -> None:
    once_a_year = policy(rule("r", 20), bounds=[bound("c", "r", cap={"limit": "20万元", "per": ["applicant"]})])
    found = asked(CAP, once_a_year)["c"]
    assert found.verdict == "refuted" and found.witness is not None
    assert [grant["amount"] for grant in found.witness["grants"]] == ["20万元"]


def test_a_cap_that_a_smaller_one_makes_superfluous() -> None:
    caps = [
        bound(name, "r", cap={"limit": f"{limit}万元", "per": ["applicant"]}) for name, limit in (("a", 40), ("b", 30))
    ]
    assert verdicts(CAP, policy(rule("r", share("10%", "cost")), bounds=caps)) == {"a": "proved", "b": "refuted"}


def test_a_cap_that_an_earlier_award_leaves_nothing_to_do() -> None:
    bounds = [bound("c", "r", cap={"limit": "20万元", "per": ["applicant"]})]
    assert verdicts(CAP, policy(rule("r", 20, once=["applicant"]), bounds=bounds)) == {"c": "proved"}


def test_a_cap_that_only_decides_which_award_is_paid() -> None:
    """a is more than b, and capped to less; 5万元 are paid in any case, for a or for b."""
    shared = bound("shared", "a", "b", cap={"limit": "5万元", "per": ["applicant"]})
    of_a = bound("of-a", "a", cap={"limit": "14万元", "per": ["applicant"]})
    found = verdicts(CAP, policy(rule("a", 20), rule("b", 16), bounds=[best("a", "b"), shared, of_a]))
    assert found == {"of-a": "proved", "shared": "refuted"}


def test_a_number_of_items() -> None:
    count = bound("c", "r", cap={"count": "2", "of": "item", "per": ["applicant", "year"]})
    found = asked(CAP, policy(rule("r", 1, item="project"), bounds=[count]))["c"]
    assert found.verdict == "refuted" and found.witness is not None
    assert len(found.witness["items"]) == 3


# ── exclusions ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_exclusion_of_what_nobody_has_together() -> None:
    grades = rule("a", 1, when=["grade == 'a'"]), rule("b", 2, when=["grade == 'b'"])
    assert verdicts(EXCLUSION, policy(*grades, bounds=[best("a", "b")])) == {"best": "proved"}
    assert verdicts(EXCLUSION, policy(grades[0], rule("b", 2), bounds=[best("a", "b")])) == {"best": "refuted"}


def test_an_award_without_a_figure_may_be_the_one_that_is_paid() -> None:
    """`a` and `b` never meet; either of them may lose to `c`."""
    grades = [rule("a", 1, when=["grade == 'a'"]), rule("b", 2, when=["grade == 'b'"])]
    open_one = rule("c", when=["startup"], unquantified="case_by_case")
    assert verdicts(EXCLUSION, policy(*grades, open_one, bounds=[best("a", "b", "c")])) == {"best": "undecided"}
    never = {**open_one, "when": ["startup", "grade == 'c'"]}
    assert verdicts(EXCLUSION, policy(*grades, never, bounds=[best("a", "b", "c")])) == {"best": "proved"}


def test_a_pair_that_may_be_paid_together() -> None:
    exclusive = {"per": ["applicant"], "prior": "ignore", "except": [["a", "b"]]}
    pair = bound("best", "a", "b", exclusive=exclusive)
    assert verdicts(EXCLUSION, policy(rule("a", 1), rule("b", 2), bounds=[pair])) == {}


# ── safety ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def nested() -> Dict:
    rules = (
        rule("a", share("50%", "spend"), item="project"),
        rule("b", share("30%", "fee"), item="lease"),
        rule("d", 30),
    )
    caps = [
        bound("inner", "a", cap={"limit": "100万元", "per": ["item"]}),
        bound("outer", "a", "b", cap={"limit": "300万元", "per": ["applicant", "year"]}),
        bound("pool", "a", "d", cap={"limit": "200万元", "per": ["year"], "ration": "unstated"}),
        bound("number", "a", cap={"count": "3", "of": "item", "per": ["applicant"]}),
    ]
    return policy(*rules, bounds=[*caps, best("b", "d")])


def test_no_cap_is_exceeded_and_no_exclusive_pair_paid() -> None:
    assert verdicts(EXCEEDED, nested()) == dict.fromkeys(("inner", "number", "outer", "pool"), "proved")
    assert verdicts(TOGETHER, nested()) == {"best": "proved"}


def test_without_the_bound_it_happens() -> None:
    """Each proof needs the bound that it is about."""
    assert broken_without(rules_of(nested()).program) == dict.fromkeys(
        ("inner", "number", "outer", "pool", "best"), True
    )


def test_more_rules_than_can_be_asked_at_once() -> None:
    many = [rule(f"r-{at}", 1) for at in range(201)]  # with two items of each kind 402 claims
    wide = bound("c", *(one["id"] for one in many), cap={"limit": "50万元", "per": ["applicant"]})
    found = asked(EXCEEDED, policy(*many, bounds=[wide]))["c"]
    assert (found.verdict, found.note) == ("undecided", TOO_WIDE)
