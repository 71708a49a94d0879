"""Worked by hand: what the random policies don't draw, and where an answer's words matter as much as its figures."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from invariants_help import own
from test_loading import ON, entry, policy, rule, vocabulary

from subsidy_rules import Rules
from subsidy_rules.engine.assess import assess
from subsidy_rules.engine.project import Year
from subsidy_rules.engine.project import project as project_years
from subsidy_rules.engine.reference import ReferencePricer
from subsidy_rules.engine.share import in_order, pro_rata, shares
from subsidy_rules.model.assessment import Assessment, Award, Interval
from subsidy_rules.reading import read_yaml

WAN = 1_000_000  # fen in 万元


class Checked(Rules):
    """Every answer comes out the same from the reference pricer, and totals from the fast way."""

    def assess(self, application: Any) -> Assessment:
        answer = super().assess(application)
        assert answer == assess(self.program, self.admit(application), ReferencePricer(self.program))
        low, high, opens = own(answer)
        assert self.totals(application) == (low, None if opens else high)
        return answer

    def project(self, application: Any, years: Iterable[int]) -> list[Year]:
        found = super().project(application, years)
        assert found == project_years(self.program, self.admit(application), years, ReferencePricer(self.program))
        return found


def rules_of(*texts: str) -> Rules:
    return Checked.of([read_yaml(text.encode(), f"p{n}.yaml") for n, text in enumerate(texts)], vocabulary())


def case(*items: dict[str, Any], who: str = "firm", **more: Any) -> dict[str, Any]:
    """`facts`: of the applicant; everything else as in a file."""
    facts = more.pop("facts", {})
    return {"applicant": {"id": who, "facts": facts}, "items": list(items), "year": 2026, "history": "complete"} | more


def project(name: str = "i", **facts: Any) -> dict[str, Any]:
    return {"id": name, "kind": "project", "facts": facts}


def grant(name: str, wan: int, year: int = 2025, **more: Any) -> dict[str, Any]:
    return {"policy": "p", "rule": name, "year": year, "amount": f"{wan}万元"} | more


def cash(answer: Assessment, name: str = "p") -> tuple[int, int]:
    """Assured and ceiling of the applicant's cash, in 万元."""
    total = next(t for t in answer.totals if (t.policy, t.payee, t.kind) == (name, "applicant", "cash"))
    return total.assured // WAN, total.ceiling // WAN


def award(answer: Assessment, name: str, item: str | None = None) -> Award:
    return next(one for one in answer.awards if (one.rule, one.item) == (name, item))


def steps(one: Award) -> list[tuple[str, str, str, int, int]]:
    return [(s.run, s.bound, s.why, s.before // WAN, s.after // WAN) for s in one.steps]


def pay(amount: str, fields: str = "bound: exact") -> str:
    return f"{fields}, pays: {{amount: {amount}}}"


A, POOL = rule("a"), "rules: [a], cap: {limit: 3万元, per: [year], ration: unstated}"
RANGE = "bound: range, pays: {amount: {from: 2万元, to: 8万元}}"


# ── sharing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_largest_remainder_goes_to_the_largest_and_then_to_the_first() -> None:
    assert pro_rata(10, [1, 2, 8]) == [1, 2, 7]  # 0.91, 1.82, 7.27
    assert pro_rata(10, [5, 5, 5]) == [4, 3, 3]
    assert pro_rata(1, [1, 3]) == [0, 1]
    assert pro_rata(100, [30, 30]) == [30, 30] and pro_rata(0, [3, 4]) == [0, 0] and pro_rata(5, []) == []
    assert in_order(10, [4, 7, 5]) == [4, 6, 0]
    assert shares("pro_rata", 10, [5, 15]) == [3, 7] and shares(None, 10, [5, 15]) == [5, 5]


# ── days ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("effective", "day", "first", "last", "paid"),
    [
        ("{published: 2024-02-29, starts: +0 days, lasts: 1 years}", "2025-02-28", "2024-02-29", "2025-02-28", 5),
        ("{published: 2024-02-29, starts: +0 days, lasts: 1 years}", "2025-03-01", "2024-02-29", "2025-02-28", 0),
        ("{published: 2024-02-29, starts: +0 days, lasts: 4 years}", "2028-02-28", "2024-02-29", "2028-02-28", 5),
        ("{published: 2024-02-29, starts: +0 days, lasts: 4 years}", "2028-02-29", "2024-02-29", "2028-02-28", 0),
        ("{published: 2026-01-01, starts: +31 days, lasts: 3 years}", "2026-01-31", "2026-02-01", "2029-01-31", 0),
        ("{published: 2026-01-01, starts: +31 days, lasts: 3 years}", "2026-02-01", "2026-02-01", "2029-01-31", 5),
        ("{published: 2026-01-01, starts: 2026-03-01, ends: 2026-12-31}", "2026-12-31", "2026-03-01", "2026-12-31", 5),
        ("{published: 2026-01-01, starts: 2026-03-01, ends: 2026-12-31}", "2027-01-01", "2026-03-01", "2026-12-31", 0),
        ("{published: 2026-01-01, starts: 2026-03-01, ends: not_stated}", "2099-12-31", "2026-03-01", None, 5),
    ],
)
def test_days_in_force(effective: str, day: str, first: str, last: str | None, paid: int) -> None:
    answer = rules_of(policy(rule("a"), effective=effective)).assess(case(date=day))
    (state,) = answer.policies
    assert (state.first_day, state.last_day, state.dates_checked) == (first, last, True)
    assert cash(answer) == (paid, paid)
    assert award(answer, "a").status == ("exact" if paid else "not_in_force")
    assert award(answer, "a").unmet == ()


def test_without_a_day_the_budget_year_must_touch_the_time_in_force() -> None:
    rules = rules_of(policy(rule("a"), effective="{published: 2026-01-01, starts: 2026-12-31, ends: 2028-01-01}"))
    paid = {year: cash(rules.assess(case(year=year))) for year in range(2025, 2030)}
    assert paid == {2025: (0, 0), 2026: (5, 5), 2027: (5, 5), 2028: (5, 5), 2029: (0, 0)}
    assert award(rules.assess(case(year=2029)), "a").status == "not_in_force"
    assert award(rules.assess(case(year=2029, date="2028-01-01")), "a").status == "exact"
    assert [cash(year.ceiling) for year in rules.project(case(year=2028), (2028, 2029))] == [(5, 5), (0, 0)]


def test_a_draft_needs_an_assumed_day_of_publication() -> None:
    rules = rules_of(
        policy(rule("a"), status="draft", effective="{published: unknown, starts: +30 days, lasts: 1 years}")
    )
    (state,) = rules.assess(case(date="2026-03-01")).policies
    assert (state.status, state.first_day, state.last_day, state.dates_checked) == ("draft", None, None, False)
    answer = rules.assess(case(date="2026-01-30", published={"p": "2026-01-01"}))
    assert (answer.policies[0].first_day, answer.policies[0].last_day) == ("2026-01-31", "2027-01-30")
    assert cash(answer) == (0, 0) and award(answer, "a").status == "not_in_force"


def test_a_repealed_policy_pays_nothing() -> None:
    rules = rules_of(policy(rule("a"), status="repealed"))
    for one in (case(), case(date="2026-03-01")):
        assert cash(rules.assess(one)) == (0, 0) and rules.totals(one) == (0, 0)


def test_the_day_that_a_rule_names() -> None:
    rules = rules_of(
        policy(
            rule("a", f"{ON}, dated_by: started"),
            rule("b", "bound: exact, pays: {amount: 3万元}, dated_by: founded"),
            rule("c", f"{ON}, dated_by: founded"),
        )
    )
    before, after = "2025-12-31", "2026-01-01"
    assert cash(rules.assess(case(project(started=before), facts={"founded": after}, date="2025-01-01"))) == (8, 8)
    assert cash(rules.assess(case(project(started=after), facts={"founded": before}, date="2025-01-01"))) == (5, 5)
    unknown = rules.assess(case(project(), facts={"founded": before}))
    assert cash(unknown) == (0, 5) and award(unknown, "a", "i").status == "undecided"
    assert award(unknown, "a", "i").missing == ("started",)


def test_items_of_other_years_are_not_claimed() -> None:
    rules = rules_of(policy(rule("a", ON)))
    answer = rules.assess(case({**project("i"), "years": [2025]}, {**project("j"), "years": [2025, 2026]}))
    assert [one.item for one in answer.awards] == ["j"]


# ── earlier grants ───────────────────────────────────────────────────────────────────────────────────────────────────


def best(prior: str, more: str = "") -> str:
    return policy(
        rule("a", f"{ON}"),
        rule("b", "item: project, bound: exact, pays: {amount: 8万元}, when: [local]"),
        "bounds:",
        entry("m", f"rules: [a, b], exclusive: {{per: [item], prior: {prior}{more}}}"),
    )


@pytest.mark.parametrize(
    ("prior", "paid", "repayable"), [("top_up", 3, 0), ("forfeit", 0, 0), ("replace", 8, 5), ("ignore", 8, 0)]
)
def test_an_earlier_award_of_another_kind(prior: str, paid: int, repayable: int) -> None:
    text = best(prior).replace(ON, f"when: [reviewed], {ON}")
    facts = {"local": True, "reviewed": False}
    answer = rules_of(text).assess(case(project(), facts=facts, grants=[grant("a", 5, item="i")]))
    assert award(answer, "b", "i").settled == Interval(paid * WAN, paid * WAN)
    assert [one.amount // WAN for one in answer.repayable] == ([repayable] if repayable else [])
    assert all(one.rule == "a" and one.item == "i" and one.year == 2025 for one in answer.repayable)


def test_a_repaid_grant_a_zero_grant_and_one_for_another_item_bar_nothing() -> None:
    rules = rules_of(best("forfeit"))
    for one in (grant("a", 5, item="i", repaid=True), grant("a", 0, item="i"), grant("a", 5, item="other")):
        assert cash(rules.assess(case(project(), facts={"local": True}, grants=[one]))) == (8, 8)


def test_a_grant_that_two_bounds_replace_is_repaid_once() -> None:
    text = best("replace").rstrip() + "\n" + entry("n", "rules: [a, b], exclusive: {per: [applicant], prior: replace}")
    answer = rules_of(text + "\n").assess(case(project(), facts={"local": True}, grants=[grant("a", 5, item="i")]))
    assert [one.amount // WAN for one in answer.repayable] == [5]


def test_an_award_without_a_figure_is_barred_as_well() -> None:
    rules = rules_of(policy(rule("a", "unquantified: case_by_case, once: [applicant]"), rule("b")))
    one = award(rules.assess(case(grants=[grant("a", 3)])), "a")
    assert (one.status, steps(one)) == ("excluded", [("high", "p/a-once", "forfeit", 0, 0)])
    assert rules.assess(case(grants=[grant("a", 3)])).totals[0].open == ()
    assert rules.assess(case(grants=[grant("b", 3)])).totals[0].open == ("a",)
    text = policy(
        rule("a", "item: project, unquantified: case_by_case"),
        "bounds:",
        entry("m", "rules: [a], cap: {count: 1, of: item, per: [applicant]}"),
    )
    answer = rules_of(text).assess(case(project("i"), project("j"), grants=[grant("a", 3, item="i")]))
    assert answer.totals[0].open == ("a:i",)  # it has been counted before
    assert award(answer, "a", "j").status == "excluded"


def test_of_caps_over_the_same_claims_that_of_fewer_rules_is_first() -> None:
    """Of 10 and 5 万元 `z`, of two rules, leaves 6 and 3; only then `a`, of three about the same two claims, cuts one."""
    texts = (
        rule("x", pay("10万元")),
        rule("y", pay("5万元")),
        rule("leased", f"item: lease, {pay('1万元')}"),
        "bounds:",
        entry("a", "rules: [x, y, leased], cap: {limit: 8万元, per: [applicant, year]}"),
        entry("z", "rules: [x, y], cap: {limit: 9万元, per: [applicant, year], ration: pro_rata}"),
    )
    answer = rules_of(policy(*texts)).assess(case())
    assert [award(answer, one).settled.assured // WAN for one in "xy"] == [6, 2]
    assert [[s.bound for s in award(answer, one).steps if s.run == "low"] for one in "xy"] == [["p/z"], ["p/z", "p/a"]]


def test_an_unrelated_grant_closes_no_award_without_a_figure() -> None:
    """Its limit is nothing either way; only what was paid under it has used it up."""
    text = policy(
        rule("a", "item: project, unquantified: case_by_case"),
        rule("b"),
        "bounds:",
        entry("m", "rules: [a], cap: {limit: 0元, per: [applicant]}"),
    )
    rules, one = rules_of(text), project("i")
    assert award(rules.assess(case(one)), "a", "i").status == "unquantified"
    assert award(rules.assess(case(one, grants=[grant("b", 3)])), "a", "i").status == "unquantified"
    assert award(rules.assess(case(one, grants=[grant("a", 3, item="old")])), "a", "i").status == "excluded"


def test_a_grant_of_another_policy_counts_within_its_year_where_the_text_says_so() -> None:
    against = "exclusive: {per: [%s], prior: top_up, against: {levels: [province], same: matter}}"
    other = {"policy": "q", "rule": "r", "level": "province", "matter": "x", "amount": "3万元"}
    for key, year, left in (("", 2025, 2), ("year", 2025, 5), ("year", 2026, 2)):
        rules = rules_of(policy(rule("a", f"matter: x, bound: exact, pays: {{amount: 5万元}}, {against % key}")))
        assert cash(rules.assess(case(grants=[other | {"year": year}]))) == (left, left)


@pytest.mark.parametrize(
    ("same", "left"), [("matter", {None: 2, "i": 2, "other": 5}), ("item", {None: 5, "i": 2, "other": 5})]
)
def test_a_grant_of_another_policy_is_for_the_same_item_or_for_none(same: str, left: dict[str | None, int]) -> None:
    against = f"exclusive: {{per: [], prior: top_up, against: {{levels: [province], same: {same}}}}}"
    rules = rules_of(policy(rule("a", f"matter: x, {ON}, {against}")))
    for item, figure in left.items():
        other = {"policy": "q", "rule": "r", "level": "province", "matter": "x", "amount": "3万元", "year": 2025}
        assert cash(rules.assess(case(project(), grants=[other | ({"item": item} if item else {})]))) == (
            figure,
            figure,
        )


def test_what_another_policy_paid_for_an_untold_matter_may_be_the_same() -> None:
    against = "exclusive: {per: [], prior: top_up, against: {levels: [province], same: matter}}"
    rules = rules_of(policy(rule("a", f"matter: x, {ON}, {against}")))
    other = {"policy": "q", "rule": "r", "level": "province", "amount": "3万元", "year": 2025}
    assert cash(rules.assess(case(project(), grants=[other]))) == (2, 5)
    assert cash(rules.assess(case(project(), grants=[other | {"item": "i"}]))) == (2, 5)
    assert cash(rules.assess(case(project(), grants=[other | {"item": "elsewhere"}]))) == (5, 5)
    assert cash(rules.assess(case(project(), grants=[other | {"level": "city"}]))) == (5, 5)
    rival = {"policy": "q", "level": "province", "amount": "6万元"}
    assert cash(rules.assess(case(project(), rivals=[rival]))) == (0, 5)


def test_an_earlier_grant_that_names_no_segment_may_be_of_any() -> None:
    rules = rules_of(
        policy(rule("a", ON), "bounds:", entry("m", "rules: [a], cap: {limit: 8万元, per: [applicant, segment]}"))
    )
    for attributes, left in (({}, (4, 5)), ({"segment": "one"}, (4, 4)), ({"segment": "two"}, (5, 5))):
        granted = [grant("a", 4, item="z", attributes=attributes)]
        assert cash(rules.assess(case(project(segment="one"), grants=granted))) == left
    rules = rules_of(best("forfeit").replace("per: [item]", "per: [segment]"))
    for attributes, left in (({}, (0, 5)), ({"segment": "one"}, (0, 0)), ({"segment": "two"}, (5, 5))):
        granted = [grant("b", 4, item="z", attributes=attributes)]
        assert cash(rules.assess(case(project(segment="one"), facts={"local": False}, grants=granted))) == left


def test_what_lowered_an_award_is_told_step_by_step() -> None:
    text = policy(
        rule("a", "item: project, bound: exact, pays: {amount: 9万元}, once: [item]"),
        rule("b", "item: project, bound: exact, pays: {amount: 9万元}"),
        "bounds:",
        entry("inner", "rules: [b], cap: {limit: 7万元, per: [item]}"),
        entry("outer", "rules: [a, b], cap: {limit: 12万元, per: [applicant, year]}"),
    )
    answer = rules_of(text).assess(case(project("i"), project("j"), grants=[grant("a", 2, item="i")]))
    assert cash(answer) == (12, 12)
    assert steps(award(answer, "a", "i"))[1] == ("high", "p/a-once", "forfeit", 9, 0)
    assert steps(award(answer, "b", "i")) == [
        (run, bound, "cap", before, after)
        for run in ("low", "high")
        for bound, before, after in (("p/inner", 9, 7), ("p/outer", 7, 3))
    ]
    assert steps(award(answer, "b", "j"))[-1] == ("high", "p/outer", "cap", 7, 0)
    assert award(answer, "b", "j").standalone == Interval(7 * WAN, 7 * WAN)


def test_years_of_a_leap_day_and_of_a_limit_over_them() -> None:
    text = policy(
        rule("a", "item: project, bound: exact, pays: {amount: 5万元}, cap: {limit: 12万元, per: [applicant]}"),
        effective="{published: 2020-01-01, starts: 2020-01-01, ends: not_stated}",
    )
    years = rules_of(text).project(case(project(), date="2024-02-29", year=2024), [2026, 2024, 2025, 2024])
    assert [(one.year, one.ceiling.date, cash(one.ceiling)) for one in years] == [
        (2024, "2024-02-29", (5, 5)),
        (2025, "2025-02-28", (5, 5)),
        (2026, "2026-02-28", (2, 2)),
    ]


def test_on_the_path_of_what_is_assured_less_is_used_up() -> None:
    text = policy(rule("a", f"{RANGE}, cap: {{limit: 10万元, per: [applicant]}}"))
    years = rules_of(text).project(case(), range(2026, 2029))
    assert [cash(one.assured) for one in years] == [(2, 8), (2, 8), (2, 6)]
    assert [cash(one.ceiling) for one in years] == [(2, 8), (2, 2), (0, 0)]


def test_a_rider_that_falls_with_its_base_says_so() -> None:
    """The base loses to an award of 9万元: the rider on it is excluded, because its base is missing."""
    rules = rules_of(
        policy(
            rule("a", pay("9万元")),
            rule("b"),
            rule("c", pay("1万元", "rides_on: b, bound: exact")),
            "bounds:",
            entry("m", "rules: [a, b], exclusive: {per: [applicant], prior: ignore}"),
        )
    )
    answer = rules.assess(case())
    rider = award(answer, "c")
    assert cash(answer) == (9, 9) and rider.status == "excluded"
    assert steps(rider) == [(run, "p/b", "base_missing", 1, 0) for run in ("low", "high")]


# ── the winner that a text prescribes ────────────────────────────────────────────────────────────────────────────────


def pick(choose: str, *rules: str) -> str:
    return policy(
        *(rules or (rule("a", RANGE), rule("b", "bound: exact, pays: {amount: 5万元}"))),
        "bounds:",
        entry("m", f"rules: [a, b], exclusive: {{per: [applicant], prior: ignore, choose: {choose}}}"),
    )


def test_the_highest_by_text_where_it_is_not_known_which_is() -> None:
    answer = rules_of(pick("highest")).assess(case())
    assert cash(answer) == (5, 8)
    assert {award(answer, name).status for name in "ab"} == {"undecided"}


def test_an_open_rival_assures_nothing() -> None:
    for choose in ("highest", "option"):
        rules = rules_of(pick(choose, rule("a", "unquantified: amount_not_stated"), rule("b")))
        answer = rules.assess(case())
        assert cash(answer) == (0, 5) and answer.totals[0].open == ("a",)


def test_what_an_award_without_a_figure_blocks_no_text_gives_back() -> None:
    """c, without a figure, may win over both: nothing is assured, also where a second bound takes the higher of a and b."""
    rules = rules_of(
        policy(
            *(rule("a"), rule("b"), rule("c", "unquantified: case_by_case"), "bounds:"),
            entry("m", "rules: [a, b, c], exclusive: {per: [applicant], prior: ignore}"),
            entry("n", "rules: [a, b], exclusive: {per: [applicant], prior: ignore, choose: highest}"),
        )
    )
    assert cash(rules.assess(case())) == (0, 5)


def test_the_rider_of_an_award_that_may_win_is_undecided() -> None:
    """Of a and b, equal, the text takes one; the rider stands or falls with b."""
    rules = rules_of(
        policy(
            *(rule("a"), rule("b"), rule("c", pay("1万元", "rides_on: b, bound: exact")), "bounds:"),
            entry("m", "rules: [a, b], exclusive: {per: [applicant], prior: ignore, choose: highest}"),
        )
    )
    answer = rules.assess(case())
    assert cash(answer) == (5, 6)
    assert {award(answer, name).status for name in "abc"} == {"undecided"}


def test_an_open_award_that_is_not_taken_is_open_and_not_excluded() -> None:
    """The option names b; what a comes to is not known, and no figure bounds it."""
    rules = rules_of(pick("option", rule("a", "bound: exact, pays: {rate: 10%, of: tax}"), rule("b")))
    answer = rules.assess(case(options={"p/m": "b"}))
    assert award(answer, "a").status == "undecided" and answer.totals[0].open == ("a",)


def test_a_claim_with_an_unknown_key_may_be_the_winner() -> None:
    text = policy(
        rule("a", ON),
        rule("b", ON.replace("5万元", "7万元")),
        "bounds:",
        entry("m", "rules: [a, b], exclusive: {per: [segment], prior: ignore, choose: highest}"),
    )
    assert cash(rules_of(text).assess(case(project("i", segment="one"), project("j")))) == (0, 19)
    assert cash(rules_of(text).assess(case(project("i", segment="one"), project("j", segment="one")))) == (7, 7)
    assert cash(rules_of(text).assess(case(project("i", segment="one"), project("j", segment="two")))) == (14, 14)


def test_the_option_that_the_applicant_takes() -> None:
    rules = rules_of(pick("option"))
    assert cash(rules.assess(case())) == (0, 8)
    assert cash(rules.assess(case(options={"p/m": "b"}))) == (5, 5)
    assert cash(rules.assess(case(options={"p/m": "a"}))) == (2, 8)


def test_priority_by_the_list() -> None:
    first = rule("a", "when: [local], bound: exact, pays: {amount: 2万元}")
    rules = rules_of(pick("priority, priority: [a, b]", first, rule("b")))
    assert cash(rules.assess(case(facts={"local": True}))) == (2, 2)
    assert cash(rules.assess(case(facts={"local": False}))) == (5, 5)
    assert cash(rules.assess(case())) == (0, 5)  # sound: it may be that a comes first
    rules = rules_of(pick("priority, priority: [a, b]", rule("a", pay("2万元", "bound: ceiling")), rule("b")))
    assert cash(rules.assess(case())) == (0, 5)  # a may come to nothing, and then b is next


# ── riders ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def riding(base: str, rider: str = ON) -> Rules:
    return rules_of(policy(rule("a", base), rule("b", f"{rider}, rides_on: a")))


def test_a_rider_needs_its_base_now_or_before() -> None:
    rules = riding(f"when: [local], {ON}")
    assert cash(rules.assess(case(project(), facts={"local": True}))) == (10, 10)
    alone = rules.assess(case(project(), facts={"local": False}))
    assert cash(alone) == (0, 0) and steps(award(alone, "b", "i"))[0] == ("low", "p/a", "base_missing", 5, 0)
    assert cash(rules.assess(case(project()))) == (0, 10)
    granted = [grant("a", 1, item="i")]
    assert cash(rules.assess(case(project(), facts={"local": False}, grants=granted))) == (5, 5)
    for other in ([grant("a", 1, item="x")], [grant("a", 0, item="i")], [grant("a", 1, item="i", repaid=True)]):
        assert cash(rules.assess(case(project(), facts={"local": False}, grants=other))) == (0, 0)
    assert cash(rules.assess(case(project(), facts={"local": False}, history="partial"))) == (0, 5)


def test_a_rider_on_an_award_of_the_applicant_or_without_a_figure() -> None:
    rules = riding("bound: exact, pays: {amount: 1万元}")
    assert cash(rules.assess(case(project("i"), project("j")))) == (11, 11)
    rules = riding("item: project, unquantified: case_by_case")
    answer = rules.assess(case(project()))
    assert cash(answer) == (0, 5) and answer.totals[0].open == ("a:i",)


def test_a_rider_that_a_text_sets_against_another_award() -> None:
    text = policy(
        *(
            rule("a", ON),
            rule("b", f"{ON}, rides_on: a"),
            rule("c", "item: project, bound: exact, pays: {amount: 3万元}"),
        ),
        "bounds:",
        entry("m", "rules: [b, c], exclusive: {per: [item], prior: ignore, choose: option}"),
    )
    rules = rules_of(text)
    assert cash(rules.assess(case(project()))) == (5, 10)  # a alone, or with b
    assert cash(rules.assess(case(project(), options={"p/m": "b"}))) == (10, 10)
    assert cash(rules.assess(case(project(), options={"p/m": "c"}))) == (8, 8)
    rules = rules_of(text.replace("rules: [b, c]", "rules: [a, c]"))
    assert cash(rules.assess(case(project()))) == (0, 10)
    assert cash(rules.assess(case(project(), options={"p/m": "c"}))) == (3, 3)  # b lost its base


# ── several applicants ───────────────────────────────────────────────────────────────────────────────────────────────


def sharing(cap: str, *more: str) -> Rules:
    share = "item: project, bound: exact, pays: {rate: 100%, of: cost}"
    return rules_of(policy(rule("a", share), "bounds:", entry("pool", f"rules: [a], cap: {cap}"), *more))


def firm(who: str, *wans: int, at: str | None = None, **more: Any) -> dict[str, Any]:
    items = [project(f"{who}{n}", cost=f"{wan}万元") for n, wan in enumerate(wans)]
    return case(*items, who=who, **({"applied_at": at} if at else {}), **more)


def paid(rules: Rules, *batch: dict[str, Any], **parameters: str) -> list[tuple[int, int]]:
    given = {f"p/{name}": figure for name, figure in parameters.items()}
    return [cash(answer) for answer in rules.assess_all(batch, given)]


def test_in_order_of_time_and_of_the_applicant_at_equal_times() -> None:
    rules = sharing("{limit: 10万元, per: [year], ration: in_order}")
    assert paid(rules, firm("x", 6, at="2026-01-02"), firm("y", 7, at="2026-01-01")) == [(3, 3), (7, 7)]
    assert paid(rules, firm("x", 6, at="2026-01-01"), firm("y", 7, at="2026-01-01")) == [(3, 6), (4, 7)]
    assert paid(rules, firm("x", 6), firm("y", 7, at="2026-01-01")) == [(3, 6), (4, 7)]
    assert paid(rules, firm("x", 6, 9, at="2026-01-01"), firm("y", 7, at="2026-01-02")) == [(10, 10), (0, 0)]


def test_what_a_pool_takes_is_a_step() -> None:
    rules = sharing("{limit: 10万元, per: [year], ration: in_order}")
    answer, _ = rules.assess_all([firm("x", 6, at="2026-01-02"), firm("y", 7, at="2026-01-01")])
    assert steps(award(answer, "a", "x0")) == [(run, "p/pool", "pool", 6, 3) for run in ("low", "high")]


def test_a_pool_for_each_segment_within_one_for_all() -> None:
    rules = sharing(
        "{limit: 8万元, per: [year], ration: in_order}",
        entry("part", "rules: [a], cap: {limit: 4万元, per: [year, segment], ration: in_order}"),
    )

    def claim(who: str, segment: str, day: int) -> dict[str, Any]:
        item = project(who, cost="6万元", segment=segment)
        return case(item, who=who, applied_at=f"2026-01-0{day}")

    assert paid(rules, claim("x", "one", 1), claim("y", "one", 2), claim("z", "two", 3)) == [(4, 4), (0, 0), (4, 4)]


def test_a_share_of_a_pool_with_the_own_low_and_the_highs_of_the_others() -> None:
    text = policy(
        rule("a", "item: project, bound: exact, pays: {rate: 100%, of: cost}"),
        rule("b", f"item: lease, {RANGE}"),
        "bounds:",
        entry("pool", "rules: [a, b], cap: {limit: 9万元, per: [year], ration: pro_rata}"),
    )
    batch = [case({"id": "x0", "kind": "lease"}, who="x"), firm("y", 16)]
    assert paid(rules_of(text), *batch) == [(1, 3), (6, 8)]  # 2 and 8 of 9 beside 16; 16 of 9 beside 8 and 2


@pytest.mark.parametrize(
    ("ration", "assured"), [("in_order", [10, 5, 0]), ("pro_rata", [5, 5, 5]), ("unstated", [0, 0, 0])]
)
def test_an_award_that_only_the_low_run_chooses_draws_on_a_pool_too(ration: str, assured: list[int]) -> None:
    """If all reviews fail, everybody takes the plain award: 30 of 15 万元."""
    text = policy(
        rule("better", "item: project, when: [reviewed], bound: ceiling, pays: {amount: 30万元}"),
        rule("plain", "item: project, bound: exact, pays: {amount: 10万元}"),
        "bounds:",
        entry("best", "rules: [better, plain], exclusive: {per: [item], prior: ignore}"),
        entry("pool", f"rules: [plain], cap: {{limit: 15万元, per: [year], ration: {ration}}}"),
    )
    batch = [case(project(f"{who}0"), who=who, applied_at=f"2026-01-0{day}") for day, who in enumerate("xyz", 1)]
    assert [low for low, _ in paid(rules_of(text), *batch)] == assured


def test_a_pool_less_what_was_paid_or_what_is_said_to_be_left() -> None:
    rules = sharing("{limit: 10万元, per: [year], ration: carry_over}")
    now, before = grant("a", 4, 2026, item="z"), grant("a", 4, 2025, item="z")
    assert paid(rules, firm("x", 9, grants=[now])) == [(6, 6)]
    assert paid(rules, firm("x", 9, grants=[before])) == [(9, 9)]
    assert paid(rules, firm("x", 9, grants=[now]), pool="2万元") == [(2, 2)]
    assert paid(rules, firm("x", 9, parameters={"p/pool": "3万元"})) == [(3, 3)]


def test_the_odd_fen_goes_to_the_first_applicant_by_name() -> None:
    rules = sharing("{limit: 0.05元, per: [year], ration: pro_rata}")
    batch = [firm("y", 1), firm("x", 1)]
    assert [own(answer)[:2] for answer in rules.assess_all(batch)] == [(2, 2), (3, 3)]


def test_by_score_where_one_may_be_unknown() -> None:
    rules = sharing("{limit: 10万元, per: [year], ration: rank, rank_by: score}")
    high, low = {"score": "90"}, {"score": "80.5"}
    assert paid(rules, firm("x", 6, facts=low), firm("y", 7, facts=high)) == [(3, 3), (7, 7)]
    assert paid(rules, firm("x", 6, facts=high), firm("y", 7, facts=high)) == [(3, 6), (4, 7)]
    assert paid(rules, firm("x", 6), firm("y", 7, facts=high)) == [(3, 6), (4, 7)]


def test_a_quota_of_items_and_of_awards() -> None:
    for of in ("item", "award"):
        rules = sharing(f"{{count: 2, of: {of}, per: [year], ration: in_order}}")
        first, second = firm("x", 1, 2, 4, at="2026-01-01"), firm("y", 8, at="2026-01-02")
        assert paid(rules, first) == [(3, 3)]
        assert paid(rules, first, second) == [(3, 3), (0, 0)]
        assert paid(rules, firm("x", 1, at="2026-01-01"), second) == [(1, 1), (8, 8)]
        granted = [grant("a", 1, 2026, item="old")]
        assert paid(rules, firm("x", 1, at="2026-01-01", grants=granted), second) == [(1, 1), (0, 0)]
        assert paid(rules, first, second, pool="4") == [(7, 7), (8, 8)]


def test_an_object_that_two_applicants_claim_for_is_paid_once() -> None:
    text = policy(
        rule("a", "item: project, bound: exact, pays: {rate: 100%, of: cost}"),
        "bounds:",
        entry("object", "rules: [a], exclusive: {per: [contract], prior: forfeit}"),
    )
    rules = rules_of(text)

    def claim(who: str, cost: int | None, contract: str) -> dict[str, Any]:
        facts = {"contract": contract} | ({"cost": f"{cost}万元"} if cost else {})
        return case(project(who, **facts), who=who)

    assert paid(rules, claim("x", 6, "k"), claim("y", 7, "k")) == [(0, 0), (7, 7)]
    assert paid(rules, claim("x", 6, "k"), claim("y", 7, "l")) == [(6, 6), (7, 7)]
    assert paid(rules, claim("x", 7, "k"), claim("y", 7, "k")) == [(0, 7), (0, 7)]
    answer = rules.assess_all([claim("x", 6, "k"), claim("y", 7, "k")])[0]
    assert steps(award(answer, "a", "x"))[-1] == ("high", "p/object", "shared_object", 6, 0)
    assert award(answer, "a", "x").status == "excluded"


# ── words ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_loser_names_the_winner_by_how_much_and_by_which_clause() -> None:
    answer = rules_of(best("ignore")).assess(case(project(), facts={"local": True}))
    one = award(answer, "a", "i")
    assert one.status == "excluded" and award(answer, "b", "i").status == "exact"
    (winner,) = one.beaten_by
    assert (winner.policy, winner.rule, winner.item, winner.bound) == ("p", "b", "i", "p/m")
    assert (winner.article, winner.more) == ("1", 3 * WAN)


def test_rivals_whose_match_is_not_known_are_undecided() -> None:
    answer = rules_of(best("ignore")).assess(case(project()))
    assert cash(answer) == (5, 8)
    assert award(answer, "a", "i").status == award(answer, "b", "i").status == "undecided"
    assert not award(answer, "a", "i").beaten_by and answer.missing == ("local",)


def test_what_fails_says_by_how_much() -> None:
    text = policy(
        rule("a", "when: [income >= 500万元, staff > 10], bound: exact, pays: {amount: 5万元}"),
        rule("b", "bound: exact, pays: [{when: tax >= 3万元 and local, amount: 5万元}]"),
        rule("c", "when: [not local], bound: exact, pays: {amount: 5万元}"),
    )
    answer = rules_of(text).assess(case(facts={"income": "420.5万元", "staff": 10, "local": True, "tax": "1万元"}))
    first, second = award(answer, "a").unmet
    assert (first.fact, first.value, first.threshold, first.lacking) == ("income", "420.5万元", "500万元", "79.5万元")
    assert (second.fact, second.value, second.threshold, second.lacking) == ("staff", "10", "10", "1")
    (branch,) = award(answer, "b").unmet
    assert (branch.fact, branch.threshold, branch.lacking) == ("tax", "3万元", "2万元")
    (plain,) = award(answer, "c").unmet
    assert (plain.condition, plain.fact) == ("not local", "")
    for one in answer.awards:
        assert (one.status, one.due, one.standalone, one.settled) == ("ineligible", *[Interval(0, 0)] * 3)


def test_what_is_missing_and_what_an_officer_must_judge() -> None:
    text = policy(
        rule("a", f"when: [local, reviewed], {RANGE}"),
        rule("b", "bound: ceiling, pays: {rate: 10%, of: income}, cap: {limit: 9万元, per: [applicant]}"),
    )
    answer = rules_of(text).assess(case(history="partial"))
    assert (award(answer, "a").missing, award(answer, "a").judgements) == (("local",), ("reviewed",))
    assert set(award(answer, "b").missing) == {"income", "history"}
    assert set(answer.missing) == {"income", "local", "history"} and answer.judgements == ("reviewed",)
    assert award(answer, "b").settled == Interval(0, 9 * WAN) and not answer.history_complete


def test_what_is_subtracted_and_not_known_may_be_more() -> None:
    rules = rules_of(policy(rule("a", "bound: exact, pays: {formula: income - tax}")))
    assert cash(rules.assess(case(facts={"income": "5万元", "tax": "2万元"}))) == (3, 3)
    assert cash(rules.assess(case(facts={"income": "5万元"}))) == (0, 5)
    assert cash(rules.assess(case(facts={"income": "5万元", "tax": "9万元"}))) == (0, 0)


def test_what_was_decided_counts_but_never_above_the_ceiling() -> None:
    rules = rules_of(policy(rule("a", RANGE), rule("b", "unquantified: case_by_case")))

    def decided(name: str, wan: int) -> Assessment:
        return rules.assess(case(approved=[{"policy": "p", "rule": name, "amount": f"{wan}万元"}]))

    for wan, paid_, below in ((1, 1, True), (2, 2, False), (7, 7, False), (20, 8, False)):
        one = award(decided("a", wan), "a")
        assert (one.settled, one.below_assured, one.approved) == (Interval(paid_ * WAN, paid_ * WAN), below, True)
    answer = decided("b", 30)
    assert cash(answer) == (32, 38) and award(answer, "b").due == Interval(30 * WAN, 30 * WAN)
    assert not answer.totals[0].open and award(rules.assess(case()), "b").due is None


def test_what_an_answer_rests_on() -> None:
    text = policy(
        rule("a", ON),
        rule("b", ON),
        "bounds:",
        entry("pool", "rules: [a], cap: {limit: 3万元, per: [year], ration: unstated}"),
        entry("quota", "rules: [a], cap: {count: 1, of: item, per: [year], ration: in_order}"),
        entry("total", "rules: [b], cap: {limit: unpublished, per: [applicant, year]}"),
    )
    rules = rules_of(text)
    answer = rules.assess(case(project()))
    assert [(one.bound, one.why, one.ration) for one in answer.subject_to] == [
        ("p/pool", "pool", "unstated"),
        ("p/quota", "quota", "in_order"),
        ("p/total", "unpublished", None),
    ]
    assert award(answer, "a", "i").subject_to == ("p/pool", "p/quota") and cash(answer) == (8, 8)
    said = rules.assess(case(project(), parameters={"p/total": "2万元"}))
    assert cash(said) == (5, 5) and [one.bound for one in said.subject_to] == ["p/pool", "p/quota"]
    assert rules.assess(case()).subject_to == ()


def test_a_pool_that_overlaps_a_limit_of_the_applicant() -> None:
    text = policy(
        *(rule("a"), rule("b"), rule("c"), "bounds:"),
        entry("own", "rules: [a, b], cap: {limit: 7万元, per: [applicant]}"),
        entry("pool", "rules: [b, c], cap: {limit: 6万元, per: [year], ration: unstated}"),
    )
    answer = rules_of(text).assess(case())
    assert cash(answer) == (11, 11)  # a 5, b 2 by the limit, c 4 by the pool
    assert steps(award(answer, "b"))[-1] == ("high", "p/own", "cap", 5, 2)
    assert steps(award(answer, "c"))[-1] == ("high", "p/pool", "pool", 5, 4)


def test_a_pool_bounds_an_applicant_alone_like_a_limit_of_his_own() -> None:
    text = policy(
        rule("a"),
        rule("b", "bound: exact, pays: {amount: 4万元}"),
        "bounds:",
        entry("best", "rules: [a, b], exclusive: {per: [applicant], prior: ignore}"),
        entry("pool", "rules: [a], cap: {limit: 3万元, per: [year], ration: unstated}"),
    )
    answer = rules_of(text).assess(case())
    assert cash(answer) == (4, 4)  # not a, of which the pool would leave 3
    assert steps(award(answer, "b")) == []
    only = rules_of(policy(A, "bounds:", entry("pool", POOL)))
    assert steps(award(only.assess(case()), "a"))[-1] == ("high", "p/pool", "pool", 5, 3)


def test_a_count_that_binds_and_one_that_does_not() -> None:
    text = policy(
        rule("a", "item: project, bound: exact, pays: {rate: 1%, of: cost}"),
        "bounds:",
        entry("m", "rules: [a], cap: {count: 2, of: item, per: [applicant]}"),
    )
    rules = rules_of(text)
    items = [project(name, cost=f"{wan}万元") for name, wan in (("i", 100), ("j", 300), ("k", 200))]
    assert cash(rules.assess(case(*items[:2]))) == (4, 4)
    answer = rules.assess(case(*items))
    assert cash(answer) == (5, 5) and award(answer, "a", "i").status == "excluded"
    assert cash(rules.assess(case(*items, grants=[grant("a", 9, item="i")]))) == (4, 4)


def test_a_claim_whose_segment_is_not_known_could_come_under_a_full_limit() -> None:
    limit = "rules: [a], cap: {limit: %s, per: [applicant, segment]}"
    items = project("i", segment="one"), project("j")
    answer = rules_of(policy(rule("a", ON), "bounds:", entry("m", limit % "8万元"))).assess(case(*items))
    assert cash(answer) == (5, 10) and steps(award(answer, "a", "j")) == [("low", "p/m", "key_unknown", 5, 0)]
    withheld = rules_of(policy(rule("a", ON), "bounds:", entry("m", limit % "unpublished")))
    assert cash(withheld.assess(case(*items))) == (10, 10)
    assert cash(withheld.assess(case(*items, parameters={"p/m": "3万元"}))) == (3, 8)


def test_totals_by_payee_and_class() -> None:
    text = policy(
        rule("a", pay("1万元", "bound: exact, form: voucher")),
        rule("b", pay("2万元", "bound: exact, form: financing")),
        rule("c", pay("4万元", "bound: exact, payee: team")),
        rule("d", "form: in_kind, unquantified: in_kind"),
        rule("e", "unquantified: refers_elsewhere, payee: park"),
    )
    found = {(one.payee, one.kind): one for one in rules_of(text).assess(case()).totals}
    assert {key: (one.assured // WAN, one.ceiling // WAN, one.open) for key, one in found.items()} == {
        ("applicant", "cash"): (1, 1, ()),
        ("applicant", "financing"): (2, 2, ()),
        ("team", "cash"): (4, 4, ()),
        ("park", "cash"): (0, 0, ("e",)),
    }


def test_a_stipend_by_months_under_a_cap_over_the_years() -> None:
    text = policy(
        rule("a", "bound: exact, pays: {months: stay, amount: 1万元}"),
        rule("b", "when: [local], bound: exact, pays: {months: stay, amount: 2万元}"),
        "bounds:",
        entry("m", "rules: [a, b], cap: {units: 12, per: [applicant]}"),
    )
    rules = rules_of(text)
    assert cash(rules.assess(case(facts={"stay": 8, "local": True}))) == (20, 20)  # 8 × 2 + 4 × 1
    assert cash(rules.assess(case(facts={"stay": 8, "local": False}))) == (8, 8)
    before = [grant("b", 20, units=10)]
    assert cash(rules.assess(case(facts={"stay": 8, "local": True}, grants=before))) == (4, 4)
    assert cash(rules.assess(case(facts={"local": False}))) == (0, 12)  # months not known: as many as the cap lets
    assert cash(rules.assess(case(facts={"local": True}))) == (
        0,
        36,
    )  # sound, not the least: each as if it were alone


def test_the_choice_knows_how_many_months_are_left() -> None:
    text = policy(
        rule("a", "bound: exact, pays: {months: stay, amount: 2万元}"),
        rule("b", "bound: exact, pays: {amount: 10万元}"),
        "bounds:",
        entry("m", "rules: [a], cap: {units: 12, per: [applicant]}"),
        entry("n", "rules: [a, b], exclusive: {per: [applicant], prior: ignore}"),
    )
    rules = rules_of(text)
    assert cash(rules.assess(case(facts={"stay": 8}))) == (16, 16)
    assert cash(rules.assess(case(facts={"stay": 8}, grants=[grant("a", 20, units=10)]))) == (10, 10)


def test_a_stipend_whose_month_depends_on_the_item() -> None:
    text = policy(
        rule("a", "item: project, bound: exact, pays: {months: stay, amount: 1% * cost}"),
        "bounds:",
        entry("m", "rules: [a], cap: {units: 12, per: [applicant]}"),
    )
    rules = rules_of(text)
    one, two = project("i", cost="100万元"), project("j", cost="200万元")
    assert cash(rules.assess(case(one, two, facts={"stay": 8}))) == (20, 20)  # 8 × 2 + 4 × 1
    assert cash(rules.assess(case(one, project("j"), facts={"stay": 8})))[0] == 8  # dearer months of j would only add
    assert cash(rules.assess(case(one))) == (0, 12)


def test_policies_of_nested_places_compare_and_others_do_not() -> None:
    against = "exclusive: {per: [], prior: ignore, against: {levels: [province], same: matter}}"
    mine = policy(rule("a", f"matter: x, bound: exact, pays: {{amount: 5万元}}, {against}"))
    place = '{name: {zh: 乙, en: B}, level: province, code: "%s"}'

    def other(code: str) -> str:
        fields = "matter: x, bound: exact, pays: {amount: 9万元}"
        return policy(rule("b", fields), id="q", jurisdiction=place % code)

    inside = rules_of(mine, other("99")).assess(case())
    assert (cash(inside), cash(inside, "q")) == ((0, 0), (9, 9))
    assert [(one.policy, one.rule) for one in award(inside, "a").beaten_by] == [("q", "b")]
    elsewhere = rules_of(mine, other("98")).assess(case())
    assert (cash(elsewhere), cash(elsewhere, "q")) == ((5, 5), (9, 9))
    both = (one.replace("matter: x", "item: project, matter: x") for one in (mine, other("99")))
    of_items = rules_of(*both).assess(case(project()))
    assert (cash(of_items), cash(of_items, "q")) == ((0, 0), (9, 9))
