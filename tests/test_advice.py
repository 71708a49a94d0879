"""Questions and advice: cases worked out by hand on a small policy, and what holds of both whatever the policy."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from engine_help import document, loaded
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from invariants_help import own
from jsonschema import Draft202012Validator
from strategies import VOCABULARY, applications, programs

from subsidy_rules import Rules, as_data
from subsidy_rules.advice.changes import MOST, written
from subsidy_rules.advice.parts import parts
from subsidy_rules.advice.probe import Probe
from subsidy_rules.advice.readers import stepped
from subsidy_rules.expr import FactType
from subsidy_rules.model.advice import Advice, Change, Question
from subsidy_rules.money import parse_money
from subsidy_rules.reading import read_yaml
from subsidy_rules.schemas import schema_of

Dict = dict[str, Any]
FACTS = """
applicant:
  local: {kind: bool, label: {zh: 注册在本地, en: Registered here}, question: {zh: 是否注册在本地？, en: "Registered here?"}}
  recommended: {kind: judgement, label: {zh: 经推荐, en: Recommended}}
  revenue: {kind: money, label: {zh: 营业收入, en: Revenue}}
  profit: {kind: money, label: {zh: 利润, en: Profit}}
  staff: {kind: count, label: {zh: 员工, en: Staff}}
items:
  project:
    label: {zh: 项目, en: Project}
    facts:
      cost: {kind: money, label: {zh: 投入, en: Cost}}
      use:
        kind: choice
        label: {zh: 用途, en: Use}
        options: {research: {zh: 研发, en: R}, line: {zh: 产线, en: L}, other: {zh: 其他, en: O}}
      starts: {kind: date, label: {zh: 开工日, en: Start}}
      licence: {kind: text, label: {zh: 许可证, en: Licence}}
"""
HEAD = """
id: town
title: {zh: 镇, en: Town}
status: in_force
jurisdiction: {name: {zh: 镇, en: Town}, level: town, code: "990101"}
effective: {published: 2025-12-01, starts: 2026-01-01, ends: 2027-12-31}
rules:
"""
COMMON = 'article: "1", title: {zh: 甲, en: A}, department: [局]'


def rules_of(*rules: str, bounds: str = "") -> Rules:
    """Each rule without what all rules say."""
    text = HEAD + "".join(f"  - {{{COMMON}, {rule}}}\n" for rule in rules)
    text += f"bounds:\n  - {{{COMMON.removesuffix(', department: [局]')}, {bounds}}}\n" if bounds else ""
    return Rules.of([read_yaml(text.encode(), "town.yaml")], read_yaml(FACTS.encode(), "facts.yaml"))


def applying(*items: Dict, history: str = "complete", more: Dict | None = None, **facts: str) -> Dict:
    projects = [{"id": f"p{at}", "kind": "project", "facts": one} for at, one in enumerate(items, 1)]
    applicant = {"id": "firm", "facts": facts}
    return {"applicant": applicant, "items": projects, "year": 2026, "date": "2026-06-01", "history": history} | (
        more or {}
    )


HOME = "id: home, when: [local, revenue >= 500万元], bound: exact, pays: {amount: 50万元}"
RESEARCH = (
    "id: research, item: project, when: [use == 'research'], bound: exact, pays: {rate: 30%, of: cost}, max: 100万元"
)
LINE = "id: line, item: project, when: [use == 'line', cost >= 1000万元], bound: exact, pays: {amount: 200万元}"


def asked(rules: Rules, application: Dict) -> dict[tuple[str | None, str], int | None]:
    found = rules.questions(application)
    return {(one.item, one.fact): one.at_stake for one in (*found.facts, *found.judgements)}


def wan(amount: int) -> int:
    return parse_money(f"{amount}万元") if amount >= 0 else -parse_money(f"{-amount}万元")


# ── questions, by hand ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_condition_moves_one_end_or_the_other() -> None:
    # Now 0 … 50万. If local, 50万 … 50万; if not, 0 … 0.
    assert asked(rules_of(HOME), applying(revenue="600万元")) == {(None, "local"): wan(50)}


def test_a_base_is_tried_up_to_its_limit() -> None:
    # Now 0 … 100万. With 333.4万 or more, 100万 … 100万; with nothing, 0 … 0.
    assert asked(rules_of(RESEARCH), applying({"use": "research"})) == {("p1", "cost"): wan(100)}


def test_a_threshold_is_tried_though_no_limit_shows_it() -> None:
    rule = "id: r, when: [revenue >= 500万元, not (revenue >= 600万元)], bound: exact, pays: {amount: 50万元}"
    assert asked(rules_of(rule), applying()) == {(None, "revenue"): wan(50)}


def test_what_nothing_bounds_comes_first() -> None:
    free = "id: free, when: [local], bound: exact, pays: {rate: 10%, of: profit}"
    found = rules_of(HOME, free).questions(applying(revenue="600万元"))
    assert [(one.fact, one.at_stake) for one in found.facts] == [("profit", None), ("local", wan(50))]


def test_facts_are_ranked_and_judgements_stand_apart() -> None:
    judged = "id: judged, when: [recommended], bound: ceiling, pays: {amount: 80万元}"
    found = rules_of(HOME, RESEARCH, LINE, judged).questions(applying({"cost": "400万元"}, revenue="600万元"))
    # use: research → 100万 … 100万, from 0 … 100万; line would need 1000万. local: 50万.
    assert [(one.item, one.fact, one.at_stake) for one in found.facts] == [
        ("p1", "use", wan(100)), (None, "local", wan(50)),
    ]  # fmt: skip
    assert [(one.fact, one.at_stake, one.rules) for one in found.judgements] == [
        ("recommended", wan(80), ("town/judged",))
    ]
    assert (found.total.assured, found.total.ceiling) == (0, wan(230))
    use, local = found.facts
    assert list(use.options) == ["research", "line", "other"] and use.question.zh == "用途？"  # the vocabulary has none
    assert local.question.zh == "是否注册在本地？" and local.policies == ("town",)


def test_a_fact_that_decides_nothing_more_is_not_asked() -> None:
    assert asked(rules_of(HOME), applying(local="false")) == {}


def test_earlier_awards_that_are_not_told_are_at_stake() -> None:
    once = HOME + ", once: [applicant]"
    stated = applying(history="partial", local="true", revenue="600万元")
    assert rules_of(once).questions(stated).history == wan(50)
    assert rules_of(once).questions(stated | {"history": "complete"}).history is None


def test_an_identity_may_be_that_of_another_item() -> None:
    rule = "id: r, item: project, bound: exact, pays: {amount: 10万元}, cap: {limit: 10万元, per: [applicant, licence]}"
    # Now 10万 … 20万: p2 may stand under p1's licence. The same: 10万 … 10万; another: 20万 … 20万.
    assert asked(rules_of(rule), applying({"licence": "x"}, {})) == {("p2", "licence"): wan(10)}


# ── changes, by hand ─────────────────────────────────────────────────────────────────────────────────────────────────


def told(found: Advice) -> list[tuple[str, str, str, str, str, int]]:
    return [
        (one.fact, one.before, one.after, one.difference, one.direction, one.gain.ceiling or 0) for one in found.changes
    ]


def test_a_missed_threshold_with_what_is_lacking() -> None:
    found = rules_of(LINE).advise(applying({"use": "line", "cost": "900万元"}))
    assert told(found) == [("cost", "900万元", "1000万元", "100万元", "up", wan(200))]
    (moved,) = found.changes[0].awards
    assert (moved.rule, moved.item, moved.how) == ("line", "p1", "appears")
    assert (moved.after.assured, moved.after.ceiling) == (wan(200), wan(200))  # type: ignore[union-attr]


def test_more_than_is_one_fen_more_and_less_than_one_piece_less() -> None:
    more = "id: more, when: [revenue > 500万元], bound: exact, pays: {amount: 50万元}"
    less = "id: less, when: [staff < 10], bound: exact, pays: {amount: 20万元}"
    assert told(rules_of(more, less).advise(applying(revenue="400万元", staff="12"))) == [
        ("revenue", "400万元", "5000000.01元", "1000000.01元", "up", wan(50)),
        ("staff", "12", "9", "3", "down", wan(20)),
    ]


def test_a_larger_base_alone_is_no_advice() -> None:
    assert told(rules_of(RESEARCH, LINE).advise(applying({"use": "research", "cost": "200万元"}))) == []
    step = "id: s, when: [local], bound: exact, pays: {step: {of: revenue, every: 100万元, amount: 3万元}}"
    assert told(rules_of(step).advise(applying(local="true", revenue="250万元"))) == [
        ("revenue", "250万元", "300万元", "50万元", "up", wan(3))
    ]


def test_gain_first_then_the_smallest_change() -> None:
    # As research 30% of 900万, at most 100万.
    found = rules_of(RESEARCH, LINE).advise(applying({"use": "line", "cost": "900万元"}))
    assert [(one.fact, one.after, one.gain.ceiling) for one in found.changes] == [
        ("cost", "1000万元", wan(200)), ("use", "research", wan(100)),
    ]  # fmt: skip
    near = HOME.replace("home", "near").replace("500万元", "450万元").replace("50万元}", "30万元}")
    found = rules_of(HOME, near).advise(applying(local="true", revenue="400万元"))
    assert [(one.after, one.gain.ceiling) for one in found.changes] == [("500万元", wan(80)), ("450万元", wan(30))]


def test_an_award_that_disappears_is_told() -> None:
    found = rules_of(RESEARCH, LINE).advise(applying({"use": "research", "cost": "1200万元"}))
    assert [(one.after, one.gain.ceiling) for one in found.changes] == [("line", wan(100))]
    assert [(moved.rule, moved.how) for moved in found.changes[0].awards] == [
        ("line", "appears"), ("research", "disappears"),
    ]  # fmt: skip


def test_the_past_is_not_changed_and_nothing_is_moved_into_it() -> None:
    late = "id: late, item: project, when: [starts < 2026-09-01], bound: exact, pays: {amount: 10万元}"
    early = "id: early, item: project, when: [starts >= 2026-08-01], bound: exact, pays: {amount: 10万元}"
    assert told(rules_of(late).advise(applying({"starts": "2026-10-01"}))) == [
        ("starts", "2026-10-01", "2026-08-31", "31", "down", wan(10))
    ]
    assert told(rules_of(early).advise(applying({"starts": "2026-02-01"}))) == []
    past = late.replace("2026-09-01", "2026-03-01")
    assert told(rules_of(past).advise(applying({"starts": "2026-10-01"}))) == []


def test_judgements_and_identities_are_not_advised() -> None:
    judged = "id: judged, when: [recommended], bound: ceiling, pays: {amount: 80万元}"
    capped = (
        "id: r, item: project, bound: exact, pays: {amount: 10万元}, cap: {limit: 10万元, per: [applicant, licence]}"
    )
    application = applying({"licence": "x"}, {"licence": "x"}, recommended="false")
    assert rules_of(judged, capped).advise(application).changes == ()


# ── choices and other years, by hand ─────────────────────────────────────────────────────────────────────────────────

A = "id: a, item: project, bound: exact, pays: {amount: 30万元}"
B = "id: b, item: project, bound: exact, pays: {amount: 50万元}"


def test_the_option_that_pays_more() -> None:
    rules = rules_of(A, B, bounds="id: one-of, rules: [a, b], exclusive: {per: [item], prior: ignore, choose: option}")
    (choice,) = rules.advise(applying({})).choices
    assert (choice.kind, choice.bound, choice.named) == ("option", "town/one-of", None)
    assert [(one.rule, one.total.assured, one.total.ceiling) for one in choice.options] == [
        ("town/b", wan(50), wan(50)), ("town/a", wan(30), wan(30)),
    ]  # fmt: skip
    (choice,) = rules.advise(applying({}, more={"options": {"town/one-of": "a"}})).choices
    assert choice.named == "town/a" and choice.options[0].rule == "town/b"


def test_support_elsewhere_is_counted_with_its_option() -> None:
    against = "choose: option, against: {levels: [city], same: matter}"
    rules = rules_of(
        A + ", matter: m", bounds=f"id: one-of, rules: [a], exclusive: {{per: [], prior: ignore, {against}}}"
    )
    rival = {"policy": "elsewhere", "level": "city", "matter": "m", "amount": {"from": "20万元", "to": "40万元"}}
    (choice,) = rules.advise(applying({}, more={"rivals": [rival]})).choices
    assert [(one.rule, one.total.assured, one.total.ceiling) for one in choice.options] == [
        ("rival", wan(20), wan(40)), ("town/a", wan(30), wan(30)),
    ]  # fmt: skip
    assert rules.advise(applying({})).choices == ()  # nothing to choose


def test_of_several_awards_for_one_item_the_best() -> None:
    rules = rules_of(A, B, bounds="id: best, rules: [a, b], exclusive: {per: [item], prior: ignore}")
    (choice,) = rules.advise(applying({})).choices
    assert (choice.kind, choice.item) == ("highest", "p1")
    assert [(one.rule, one.total.ceiling) for one in choice.options] == [("town/b", wan(50)), ("town/a", wan(30))]


@pytest.mark.parametrize(
    "cap", ["{limit: 40万元, per: [applicant, year]}", "{count: 1, of: item, per: [applicant, year]}"]
)
def test_what_a_yearly_limit_cuts(cap: str) -> None:
    rules = rules_of(A, bounds=f"id: yearly, rules: [a], cap: {cap}")
    (one,) = rules.advise(applying({}, {})).later
    assert (one.item, one.bound, one.last_day) == ("p2", "town/yearly", "2027-12-31")
    assert one.cut == (wan(20) if "limit" in cap else wan(30))
    assert rules.advise(applying({}, {}) | {"year": 2027}).later == ()  # the policy ends with the year
    total = rules_of(A, bounds=f"id: yearly, rules: [a], cap: {cap.replace(', year]', ']')}")
    assert total.advise(applying({}, {})).later == ()


# ── parts ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_rules_that_no_bound_connects_are_apart() -> None:
    rules = rules_of(A, B, HOME, LINE, bounds="id: best, rules: [a, b], exclusive: {per: [item], prior: ignore}")
    names = [rule.id for rule in rules.program.rules]
    found = {frozenset(names[at] for at in part) for part in parts(rules.program)}
    assert found == {frozenset("ab"), frozenset(("home",)), frozenset(("line",))}


def test_next_values_keep_to_the_legal_range() -> None:
    count = FactType("count", low=1, high=3)
    assert [stepped(count, 1, -1), stepped(count, 1, 1), stepped(count, 3, 1)] == [None, 2, None]
    assert stepped(FactType("date"), date(2026, 2, 28), 1) == date(2026, 3, 1)
    assert stepped(FactType("date"), date.max, 1) is None
    assert [written("number", 1_500_000), written("number", 3_000_000), written("bool", True)] == ["1.5", "3", "true"]


def test_work_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("subsidy_rules.advice.probe.WORK", 0)
    rules, application = rules_of(HOME, RESEARCH), applying({"use": "line"}, revenue="600万元")
    questions, advice = rules.questions(application), rules.advise(application)
    assert questions.facts == () and questions.left_out == 1
    assert advice.changes == () and advice.left_out == 2


# ── whatever the policy ──────────────────────────────────────────────────────────────────────────────────────────────


@st.composite
def drawn(draw: st.DrawFn, several: Any = None, **more: Any) -> tuple[Rules, Dict]:
    policies = draw(programs() if several is None else several)
    return Rules(loaded(policies, VOCABULARY), [], document(VOCABULARY), []), draw(applications(policies, **more))


def total(rules: Rules, application: Any) -> tuple[int, int]:
    return own(rules.assess(application))[:2]


def answered(application: Dict, item: str | None, fact: str, value: str) -> Dict:
    application = deepcopy(application)
    said = application["applicant"] if item is None else next(o for o in application["items"] if o["id"] == item)
    said["facts"][fact] = value
    return application


def every(rules: Rules, application: Dict) -> Iterator[Question]:
    found = rules.questions(application)
    yield from (*found.facts, *found.judgements)


@given(drawn())
def test_a_stake_is_the_most_that_a_tried_value_moves(pair: tuple[Rules, Dict]) -> None:
    """Settled in full for every value: that parts of a program are settled apart and alike values once changes nothing."""
    rules, application = pair
    case = rules.admit(application)
    probe = Probe(rules.program, rules.readers, case, rules.pricer)
    low, high = total(rules, application)
    assert (probe.total.assured, probe.total.ceiling) == (low, high)
    for question in every(rules, application):
        if question.at_stake is not None:
            place = (question.item, question.fact)
            ends = [total(rules, probe.with_value(place, value)) for value in probe.values(place)]
            assert question.at_stake == max(abs(a - low) + abs(b - high) for a, b in ends), place


@given(drawn(programs(pools=False, dated=False), approvals=False), st.data())
def test_after_an_answer_the_interval_only_narrows(pair: tuple[Rules, Dict], data: st.DataObject) -> None:
    """As facts are learnt; a pool, a day of validity and a decision are more than that."""
    rules, application = pair
    low, high, opens = own(rules.assess(application))
    questions = list(every(rules, application))
    assume(questions and not opens)
    question = data.draw(st.sampled_from(questions))
    probe = Probe(rules.program, rules.readers, rules.admit(application), rules.pricer)
    value = data.draw(st.sampled_from(probe.values((question.item, question.fact))))
    then = total(rules, answered(application, question.item, question.fact, written(question.kind, value)))
    assert low <= then[0] and then[1] <= high


@given(drawn())
def test_every_question_is_one_that_an_award_waits_for(pair: tuple[Rules, Dict]) -> None:
    rules, application = pair
    answer = rules.assess(application)
    waiting = {name for award in answer.awards for name in (*award.missing, *award.judgements)} - {"history"}
    assert {question.fact for question in every(rules, application)} == waiting


@given(drawn())
def test_every_change_gains_what_it_promises(pair: tuple[Rules, Dict]) -> None:
    rules, application = pair
    low, high = total(rules, application)
    for one in rules.advise(application).changes:
        changed = answered(application, one.item, one.fact, one.after)
        assert one.gain.ceiling and one.gain.ceiling > 0
        assert total(rules, changed) == (low + one.gain.assured, high + one.gain.ceiling)
        assert total(rules, answered(application, one.item, one.fact, one.before)) == (low, high)
        _check_moved(rules, application, changed, one)


def _check_moved(rules: Rules, application: Dict, changed: Dict, one: Change) -> None:
    before, after = (
        {(a.policy, a.rule, a.item): a.settled for a in rules.assess(data).awards} for data in (application, changed)
    )
    for moved in one.awards:
        key = (moved.policy, moved.rule, moved.item)
        assert (moved.before, moved.after) == (before[key], after[key])
    assert {key for key in before if before[key] != after[key]} <= {(m.policy, m.rule, m.item) for m in one.awards}


@given(drawn())
def test_no_flip_that_pays_more_is_overlooked(pair: tuple[Rules, Dict]) -> None:
    rules, application = pair
    _, high = total(rules, application)
    found = rules.advise(application)
    assume(len(found.changes) < MOST and not found.left_out)
    told = {(one.item, one.fact) for one in found.changes}
    for item in (None, *application["items"]):
        if item and "years" in item and application["year"] not in item["years"]:
            continue
        said = application["applicant"] if item is None else item
        for name, value in said["facts"].items():
            if value in ("true", "false") and name not in ("recognised", "reviewed"):
                place = (item["id"] if item else None, name)
                flipped = answered(application, *place, "false" if value == "true" else "true")
                assert (total(rules, flipped)[1] > high) == (place in told), place


@given(drawn())
def test_an_option_leaves_what_is_told(pair: tuple[Rules, Dict]) -> None:
    rules, application = pair
    for choice in rules.advise(application).choices:
        for option in choice.options:
            if choice.kind == "option" and option.rule != "rival":
                named = {**application.get("options", {}), choice.bound: option.rule.split("/")[1]}
                ends = total(rules, {**application, "options": named})
                assert ends == (option.total.assured, option.total.ceiling)


@given(drawn(), st.data())
def test_order_of_items_and_facts_does_not_matter(pair: tuple[Rules, Dict], data: st.DataObject) -> None:
    rules, application = pair
    turned = deepcopy(application)
    turned["items"] = data.draw(st.permutations(turned["items"]))
    for said in (turned["applicant"], *turned["items"]):
        said["facts"] = dict(data.draw(st.permutations(list(said["facts"].items()))))
    assert rules.questions(turned) == rules.questions(application)
    assert rules.advise(turned) == rules.advise(application)


@settings(max_examples=25)
@given(drawn())
def test_json_keeps_to_its_schema(pair: tuple[Rules, Dict]) -> None:
    rules, application = pair
    for name, found in (("questions", rules.questions(application)), ("advice", rules.advise(application))):
        Draft202012Validator(schema_of(name)).validate(as_data(found))
