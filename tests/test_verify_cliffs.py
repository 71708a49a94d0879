"""Cliffs, leaps and splits: what is proved, what is refuted and by which example; and that proofs hold for the engine."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from draft_help import bound, draft, rule
from engine_help import loaded
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import VOCABULARY, applications, policies

from subsidy_rules.advice.parts import Only
from subsidy_rules.model.case import Case
from subsidy_rules.model.program import ProgramRule
from subsidy_rules.reading import Document
from subsidy_rules.rules import Rules
from subsidy_rules.verify.cliffs import FEN, MONOTONE, _falls
from subsidy_rules.verify.curve import meter, paid, with_fact
from subsidy_rules.verify.finding import Finding, Question
from subsidy_rules.verify.quantity import Quantity, quantities
from subsidy_rules.verify.splitting import SPLIT, _Split, divisible

SECONDS = 5.0


def asked(question: Question, rules: Rules, rule_id: str = "grant", fact: str = "cost") -> Finding:
    """The one finding about a rule, and about a quantity where there are several."""
    found = [one for one in question.ask(rules, SECONDS) if one.subject == f"yunxi/{rule_id}"]
    return next(one for one in found if len(found) == 1 or dict(one.figures).get("fact") == fact)


def figures(one: Finding, name: str) -> list[str]:
    return [value for figure, value in one.figures if figure == name]


# More never pays less


RISING = {
    "a rate under a limit": rule("{rate: 30%, of: cost, max: 200万元}"),
    "a threshold": rule("{rate: 30%, of: cost}", when="[cost >= 500万元]"),
    "rows that rise": rule(
        "{bands: {of: cost, rows: [{from: 0元, below: 100万元, rate: 5%}, {from: 100万元, rate: 8%}]}}"
    ),
    "marginal rows": rule(
        "{brackets: {of: cost, rows: [{from: 0元, below: 100万元, rate: 20%}, {from: 100万元, rate: 5%}]}}"
    ),
    "a cap": rule("{rate: 30%, of: cost}", cap="{limit: 'min(50% * cost, 80万元)', per: [item]}"),
    "least amounts": rule("{rate: 30%, of: cost}", minimum="10万元"),
}


@pytest.mark.parametrize("name", RISING)
def test_more_is_proved_never_to_pay_less(name: str) -> None:
    one = asked(MONOTONE, draft(RISING[name]))
    assert (one.verdict, one.notable, one.witness) == ("proved", False, None)


def test_a_cliff_is_told_with_value_and_loss_and_an_application_just_below() -> None:
    one = asked(MONOTONE, draft(rule("{when: cost <= 1000万元, rate: 30%, of: cost, max: 200万元}", when="[reviewed]")))
    assert (one.verdict, one.notable) == ("refuted", True)
    assert figures(one, "cliff") == ["1000万元 → 10000000.01元: 200万元 → 0元"]
    assert one.witness and one.witness["items"] == [
        {"id": "project-1", "kind": "project", "facts": {"cost": "1000万元", "reviewed": "true"}}
    ]
    assert "200万元" in one.says.zh and "200万元" in one.says.en


def test_every_cliff_is_listed() -> None:
    rows = (
        "{from: 0元, below: 100万元, rate: 30%}, {from: 100万元, below: 500万元, rate: 20%}, {from: 500万元, rate: 10%}"
    )
    one = asked(MONOTONE, draft(rule(f"{{bands: {{of: cost, rows: [{rows}]}}}}")))
    assert figures(one, "cliff") == [
        "999999.99元 → 100万元: 299999.99元 → 20万元",
        "4999999.99元 → 500万元: 999999.99元 → 50万元",
    ]


def test_a_fall_may_be_gentle() -> None:
    one = asked(MONOTONE, draft(rule("{formula: 'max(50万元 - 10% * cost, 0元)'}")))
    assert one.verdict == "refuted" and not one.notable  # it can only lower the award
    assert "逐渐" in one.says.zh


def test_a_quantity_that_only_lowers_is_nothing_to_look_at() -> None:
    one = asked(MONOTONE, draft(rule("{amount: 20万元}", when="[rank <= 3]")), fact="rank")
    assert (one.verdict, one.notable, figures(one, "cliff")) == ("refuted", False, ["3 → 4: 20万元 → 0元"])


def test_a_range_that_falls_at_its_low_end_alone_falls() -> None:
    text = "{formula: {from: 'given(cost < 100万元, 20万元)', to: 30万元}}"
    one = asked(MONOTONE, draft(rule(text, bound="range")))
    assert figures(one, "cliff") == ["999999.99元 → 100万元: 20万元 → 0元"]


def test_a_cap_can_make_the_cliff() -> None:
    one = asked(
        MONOTONE, draft(rule("{rate: 10%, of: cost}", cap="{limit: 'given(cost < 300万元, 90万元)', per: [item]}"))
    )
    assert figures(one, "cliff") == ["2999999.99元 → 300万元: 299999.99元 → 0元"]


def test_where_another_award_takes_its_place_nothing_is_told() -> None:
    small = rule("{rate: 10%, of: cost}", id="grant", when="[cost < 100万元]")
    large = rule("{rate: 12%, of: cost}", id="large", when="[cost >= 100万元]")
    best = bound("best", "[grant, large]", exclusive="{per: [item], prior: top_up}")
    one = asked(MONOTONE, draft(small, large, bounds=best))
    assert (one.verdict, one.witness) == ("undecided", None)


# One fen


def test_a_threshold_is_a_leap_and_a_rate_is_none() -> None:
    one = asked(FEN, draft(rule("{rate: 30%, of: cost, max: 200万元}", when="[cost > 100万元]")))
    assert (one.verdict, one.notable) == ("refuted", False)
    assert figures(one, "leap") == ["100万元 → 1000000.01元: 0元 → 30万元"]
    assert one.witness and one.witness["items"][0]["facts"] == {"cost": "100万元"}
    assert asked(FEN, draft(rule("{rate: 30%, of: cost, max: 200万元}"))).verdict == "proved"


def test_a_sentence_tells_some_of_many_leaps_and_the_figures_all() -> None:
    one = asked(FEN, draft(rule("{step: {of: cost, every: 10万元, amount: 1万元}}", max="100万元")))
    assert len(figures(one, "leap")) == 100
    assert one.says.en.count("10,000元 more") + one.says.en.count("1万元 more") == 12 and one.says.en.endswith(
        "; and 88 more."
    )
    assert one.says.zh.endswith("；另有 88 处。")


def test_a_stated_rate_makes_no_leap() -> None:
    assert asked(FEN, draft(rule("{formula: share * cost}"))).verdict == "proved"


# Splitting


NEVER = {
    "a rate": rule("{rate: 30%, of: cost}"),
    "a limit of the applicant": rule("{rate: 30%, of: cost}", cap="{limit: 200万元, per: [applicant]}"),
    "a threshold and no limit": rule("{rate: 30%, of: cost}", when="[cost >= 100万元]"),
    "once for the applicant": rule("{rate: 30%, of: cost, max: 200万元}", once="[applicant]"),
    "one a year": rule("{rate: 30%, of: cost, max: 200万元}", cap="{count: 1, of: item, per: [applicant, year]}"),
}


@pytest.mark.parametrize("name", NEVER)
def test_splitting_is_proved_never_to_pay_more(name: str) -> None:
    one = asked(SPLIT, draft(NEVER[name]))
    assert (one.verdict, one.witness) == ("proved", None)


PAYS = {
    # 30 % of 670万元 is 201万元: the least round sum above the limit
    "a limit of the item": (rule("{rate: 30%, of: cost}", cap="{limit: 200万元, per: [item]}"), "670万元", "200万元", "201万元"),
    # 150万元 is the least sum that leaves both parts 50万元 and more, above the limit of one
    "a limit of the award": (rule("{rate: 30%, of: cost, max: 30万元}", when="[cost >= 75万元]"), "150万元", "30万元", "45万元"),
    "a fixed sum": (rule("{amount: 20万元}", when="[cost >= 100万元]"), "200万元", "20万元", "40万元"),
    # the whole is too large to be supported at all; 110万元 is the least round sum above 100万元
    "a threshold that large projects miss": (rule("{rate: 10%, of: cost}", when="[cost <= 100万元]"), "110万元", "0元", "11万元"),
}  # fmt: skip


@pytest.mark.parametrize("name", PAYS)
def test_a_split_that_pays_is_told_with_its_parts(name: str) -> None:
    text, total, once, twice = PAYS[name]
    one = asked(SPLIT, draft(text))
    assert (one.verdict, one.notable) == ("refuted", True)
    assert (figures(one, "whole"), figures(one, "split")) == ([once], [twice])
    assert one.witness and one.witness["items"][0]["facts"] == {"cost": total}
    assert figures(one, "cost")[0].startswith(f"{total} = ")


def test_what_is_counted_is_divided_too() -> None:
    one = asked(SPLIT, draft(rule("{each: sites, amount: 10万元, max: 30万元}")))
    assert one.verdict == "refuted"
    assert figures(one, "sites") == ["4 = 2 + 2"]  # 3 sites pay 30万元 however they are split


def test_a_limit_that_both_parts_share_still_binds() -> None:
    text = rule("{rate: 30%, of: cost, max: 200万元}", cap="{limit: 200万元, per: [applicant, year]}")
    assert asked(SPLIT, draft(text)).verdict == "proved"


def test_what_has_nothing_to_divide_is_not_asked() -> None:
    program = draft(
        rule("{amount: 20万元}", when="[rank <= 3]"), rule("{months: months, amount: 1000元}", id="stipend")
    )
    assert list(SPLIT.ask(program, SECONDS)) == []


def test_what_was_asked_before_changes_no_example() -> None:
    rules = draft(rule("{amount: 5万元}", when="[cost >= 100万元, other_cost >= 7万元, reviewed or rank <= 3]"))
    first = [one.witness for one in FEN.ask(rules, SECONDS)]
    list(SPLIT.ask(draft(*PAYS["a fixed sum"][:1]), SECONDS))
    assert [one.witness for one in FEN.ask(rules, SECONDS)] == first


# What is proved holds for the engine


def drawn(data: st.DataObject) -> tuple[Rules, Case, ProgramRule]:
    """A random policy, a random application, and a rule that has an item there."""
    program = data.draw(policies(against=False))
    rules = Rules(loaded([program], VOCABULARY), [], Document({}, {}, "facts", ""), [])
    given_ = data.draw(applications([program], unknown=False, outside=False, approvals=False, partial=False))
    case = rules.admit({**given_, "grants": [], "parameters": {}})
    kinds = {item.kind for item in case.items}
    able = [rule for rule in rules.program.rules if not rule.unquantified and (rule.item is None or rule.item in kinds)]
    assume(able)
    return rules, case, data.draw(st.sampled_from(able))


def alone(rules: Rules, case: Case, rule: ProgramRule, kept: tuple[Any, ...]) -> tuple[int, int]:
    """What the engine pays under one rule for some items."""
    return paid(rules, replace(case, items=kept), Only(rules.pricer, frozenset({rule.index})), meter(rule))


@given(st.data())
@settings(max_examples=60)
def test_what_never_pays_less_does_not(data: st.DataObject) -> None:
    rules, case, rule = drawn(data)
    facts = quantities(rules, rule)
    assume(facts)
    fact = data.draw(st.sampled_from(facts))
    kind, _ = rules.readers.named(rule.item, fact)
    mine = tuple(item for item in case.items if item.kind == rule.item)[:1]
    place = (mine[0].id if kind else None, fact)
    one = _falls(Quantity(rules, rule, fact, 2))
    slot = rules.program.slots[kind][fact]
    top = rules.readers.uses[kind, fact].enough * 2 + 10
    values = sorted(data.draw(st.tuples(st.integers(0, top), st.integers(0, top))))
    low, high = (with_fact(case, place, slot, raw) for raw in values)
    amounts = [
        alone(rules, other, rule, tuple(i for i in other.items if i.id in {m.id for m in mine}))
        for other in (low, high)
    ]
    if one.verdict == "proved":
        assert amounts[0][0] <= amounts[1][0] and amounts[0][1] <= amounts[1][1]


@given(st.data())
@settings(max_examples=60)
def test_what_no_split_raises_none_does(data: st.DataObject) -> None:
    rules, case, rule = drawn(data)
    divided = divisible(rules, rule)
    assume(divided)
    one = _Split(rules, rule, divided).finding(2)
    item = next(item for item in case.items if item.kind == rule.item)
    first, second = list(item.values), list(item.values)
    for name in divided:
        slot = rules.program.slots[item.kind][name]
        first[slot] = data.draw(st.integers(0, item.values[slot]))
        second[slot] = item.values[slot] - first[slot]
    halves = tuple(replace(item, id=f"{item.id}-{at}", values=tuple(v)) for at, v in enumerate((first, second)))
    if one.verdict == "proved":
        assert alone(rules, case, rule, halves)[1] <= alone(rules, case, rule, (item,))[1]
