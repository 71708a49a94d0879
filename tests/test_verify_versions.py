"""Two versions of a policy: what is proved the same, who loses, who gains, and by which example."""

from __future__ import annotations

from typing import Any

import pytest
from draft_help import bound, draft, rule

from subsidy_rules.rules import Rules
from subsidy_rules.verify.finding import Finding
from subsidy_rules.verify.versions import against

SECONDS = 5.0
CAPPED = rule("{rate: 10%, of: cost}", cap="{limit: 50万元, per: [item]}")
SAME, LOSES, GAINS = "pays-the-same", "nobody-loses", "nobody-gains"


def compared(old: Rules, new: Rules) -> dict[str, list[Finding]]:
    return {question.id: list(question.ask(new, SECONDS)) for question in against(old)}


def verdicts(old: Rules, new: Rules) -> tuple[set[str], set[str], set[str]]:
    found = compared(old, new)
    return tuple({one.verdict for one in found[name]} for name in (SAME, LOSES, GAINS))  # type: ignore[return-value]


def facts(one: Finding) -> list[dict[str, Any]]:
    assert one.witness
    return [item["facts"] for item in one.witness["items"]]


def test_a_policy_pays_the_same_as_itself() -> None:
    assert verdicts(draft(CAPPED), draft(CAPPED)) == ({"proved"}, {"proved"}, {"proved"})


SAME_MEANING = {
    "a condition turned round": (
        rule("{amount: 5万元}", when="[cost >= 100万元]"),
        rule("{amount: 5万元}", when="[not cost < 100万元]"),
    ),
    "a sum written as rows": (
        rule("{brackets: {of: cost, rows: [{from: 0元, below: 10万元, rate: 20%}, {from: 10万元, rate: 5%}]}}"),
        rule("{formula: 'min(cost, 10万元) * 20% + max(cost - 10万元, 0元) * 5%'}"),
    ),
    "a condition that follows from another": (
        rule("{amount: 5万元}", when="[rank <= 3, rank <= 5]"),
        rule("{amount: 5万元}", when="[rank <= 3]"),
    ),
    "a limit as a cap alike": (CAPPED, CAPPED.replace("50万元", "5 * 10万元")),
}


@pytest.mark.parametrize("name", SAME_MEANING)
def test_other_words_for_the_same_are_proved_the_same(name: str) -> None:
    old, new = SAME_MEANING[name]
    assert verdicts(draft(old), draft(new)) == ({"proved"}, {"proved"}, {"proved"})


def test_the_order_of_rules_is_none_of_the_meaning() -> None:
    other = rule("{amount: 5万元}", id="other")
    assert verdicts(draft(CAPPED, other), draft(other, CAPPED)) == ({"proved"}, {"proved"}, {"proved"})


def test_a_higher_rate_makes_nobody_worse_off() -> None:
    found = compared(draft(CAPPED), draft(CAPPED.replace("10%", "12%")))
    assert [one.verdict for one in found[LOSES]] == ["proved"]
    (gains,) = found[GAINS]
    assert (gains.subject, gains.article) == ("yunxi/grant", "1")
    assert gains.figures == (("before", "1000元"), ("after", "1200元"))
    assert facts(gains) == [{"cost": "1万元"}]  # the least round figure


def test_a_lower_limit_makes_somebody_worse_off() -> None:
    found = compared(draft(CAPPED), draft(CAPPED.replace("50万元", "30万元")))
    (loses,) = found[LOSES]
    assert (loses.verdict, loses.subject) == ("refuted", "yunxi/grant-cap")
    assert loses.figures[1] == ("after", "30万元")
    assert [one.verdict for one in found[GAINS]] == ["proved"]
    assert found[SAME][0].witness == loses.witness


def test_a_threshold_that_moves_by_a_fen_is_found() -> None:
    old, new = (draft(rule("{amount: 5万元}", when=f"[cost {operator} 100万元]")) for operator in (">=", ">"))
    (loses,) = compared(old, new)[LOSES]
    assert (facts(loses), dict(loses.figures)) == ([{"cost": "100万元"}], {"before": "5万元", "after": "0元"})


def test_a_rule_that_is_gone_and_one_that_is_new() -> None:
    other = rule("{amount: 5万元}", id="other", when="[reviewed]")
    both, one = draft(CAPPED, other), draft(CAPPED)
    (loses,) = compared(both, one)[LOSES]
    assert (loses.subject, loses.article, facts(loses)) == ("yunxi/other", "1", [{"reviewed": "true"}])
    (gains,) = compared(one, both)[GAINS]
    assert (gains.subject, facts(gains)) == ("yunxi/other", [{"reviewed": "true"}])
    assert verdicts(one, both)[1] == {"proved"}


def test_an_exclusion_that_is_new_takes_the_lower_of_two_awards() -> None:
    rules = (rule("{amount: 5万元}", id="a"), rule("{amount: 8万元}", id="b"))
    best = bound("best", "[a, b]", exclusive="{per: [item], prior: top_up}")
    (loses,) = compared(draft(*rules), draft(*rules, bounds=best))[LOSES]
    assert (loses.subject, dict(loses.figures)) == ("yunxi/best", {"before": "13万元", "after": "8万元"})
    assert verdicts(draft(*rules, bounds=best), draft(*rules))[1] == {"proved"}


def test_a_smaller_number_needs_as_many_items() -> None:
    old, new = (draft(rule("{amount: 5万元}", cap=f"{{count: {n}, of: item, per: [applicant]}}")) for n in (3, 2))
    (loses,) = compared(old, new)[LOSES]
    assert dict(loses.figures) == {"before": "15万元", "after": "10万元"}
    assert len(facts(loses)) == 3


def test_items_that_exclude_each_other_are_no_example() -> None:
    once = "[{per: [applicant, segment], prior: forfeit}]"
    caps = (f"{{count: {n}, of: item, per: [applicant]}}" for n in (3, 2))
    old, new = (draft(rule("{amount: 5万元}", cap=cap, exclusive=once)) for cap in caps)
    (loses,) = compared(old, new)[LOSES]
    assert dict(loses.figures) == {"before": "15万元", "after": "10万元"}
    assert len({one["segment"] for one in facts(loses)}) == 3


def test_a_bound_by_a_fact_that_nothing_else_reads() -> None:
    """Two projects of one segment: without the exclusion, or the cap, both are paid in full."""
    exclusive = {"exclusive": "[{per: [applicant, segment], prior: forfeit}]"}
    cap = {"cap": "{limit: 5万元, per: [applicant, segment]}"}
    for more in (exclusive, cap):
        with_it, without = draft(rule("{amount: 5万元}", **more)), draft(rule("{amount: 5万元}"))
        for old, new, question in ((with_it, without, GAINS), (without, with_it, LOSES)):
            (found,) = compared(old, new)[question]
            assert found.verdict == "refuted"
            assert sorted(value for _, value in found.figures) == ["10万元", "5万元"]
            assert len({one["segment"] for one in facts(found)}) == 1


def test_a_joint_cap_that_no_rule_fills_alone() -> None:
    rules = (rule("{amount: 6万元}", id="a", once="[applicant]"), rule("{amount: 6万元}", id="b", once="[applicant]"))
    joint = bound("joint", "[a, b]", cap="{limit: 10万元, per: [applicant]}")
    (loses,) = compared(draft(*rules), draft(*rules, bounds=joint))[LOSES]
    assert dict(loses.figures) == {"before": "12万元", "after": "10万元"}


def test_support_without_a_figure_is_compared_too() -> None:
    found = compared(draft(_open("a", "[registered, reviewed]")), draft(_open("a", "[registered]")))
    assert [one.verdict for one in found[LOSES]] == ["proved"]
    assert found[GAINS][0].figures == (("before", "0"), ("after", "1"))


@pytest.mark.parametrize("change", ["payee: team", "form: financing"])
def test_what_is_paid_to_another_or_in_another_form_is_lost(change: str) -> None:
    found = compared(draft(CAPPED), draft(f"{CAPPED}    {change}\n"))
    assert dict(found[LOSES][0].figures) == {"before": "1000元", "after": "0元"}
    assert dict(found[GAINS][0].figures) == {"before": "0元", "after": "1000元"}


def test_who_gains_here_may_lose_there() -> None:
    found = compared(draft(CAPPED), draft(CAPPED.replace("10%", "20%").replace("50万元", "40万元")))
    assert {one.verdict for one in found[LOSES]} == {one.verdict for one in found[GAINS]} == {"refuted"}


def test_a_range_is_compared_at_both_ends() -> None:
    old, new = (draft(rule(f"{{amount: {{from: {low}万元, to: 9万元}}}}", bound="range")) for low in (3, 2))
    (loses,) = compared(old, new)[LOSES]
    assert dict(loses.figures) == {"before": "3万元", "after": "2万元"} and "assured" in loses.says.en


def test_where_the_text_names_the_winner_nothing_is_proved() -> None:
    """More for `a` may make it win over a `b` that stays with the applicant: the sum of differences says too little."""
    rules = (rule("{rate: 10%, of: cost}", id="a"), rule("{amount: 8万元}", id="b"))
    best = bound("best", "[a, b]", exclusive="{per: [item], prior: top_up, choose: priority, priority: [a, b]}")
    raised = (rules[0].replace("10%", "12%"), rules[1])
    assert verdicts(draft(*rules, bounds=best), draft(*raised, bounds=best))[1] == {"undecided"}


def test_what_one_payee_gains_another_may_lose() -> None:
    """The award to the applicant comes before the one to a team: who meets the wider condition costs the team 3万元."""
    best = bound("best", "[a, b]", exclusive="{per: [item], prior: ignore}")
    team = rule("{amount: 3万元}", id="b", payee="team")
    old, new = (
        draft(rule("{amount: 5万元}", id="a", when=when), team, bounds=best)
        for when in ("[reviewed, registered]", "[reviewed]")
    )
    assert verdicts(old, new)[1] == {"undecided"}
    other = team.replace("payee: team", "form: voucher")
    old, new = (
        draft(rule("{amount: 5万元}", id="a", when=when), other, bounds=best) for when in ("[registered]", "[]")
    )
    assert verdicts(old, new)[1] == {"proved"}


def test_an_award_without_a_figure_may_win_over_one_that_was_assured() -> None:
    best = bound("best", "[a, b]", exclusive="{per: [item], prior: ignore}")
    old, new = (
        draft(rule("{amount: 5万元}", id="a"), _open("b", when), bounds=best)
        for when in ("[registered, reviewed]", "[registered]")
    )
    assert verdicts(old, new)[1] == {"undecided"}


def _open(name: str, when: str) -> str:
    """Support that is decided case by case."""
    return rule("", id=name, when=when).replace("    bound: exact\n    pays: \n", "    unquantified: case_by_case\n")


def test_other_days_in_force_are_said_and_not_judged() -> None:
    old, new = draft(CAPPED), draft(CAPPED)
    object.__setattr__(new.program.validity[0], "lasts_years", 3)
    found = compared(old, new)
    assert {one.verdict for one in found[SAME]} == {"undecided"}
    assert "days in force" in found[SAME][0].note
