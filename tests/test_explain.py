"""Explanations: each status in words, in both languages; they say what the answer says and promise nothing."""

from __future__ import annotations

import typing
from pathlib import Path

import pytest

from subsidy_rules.explain import Names, lines, nested, sentence, sheets, together, tree
from subsidy_rules.explain.labels import TABLES, say
from subsidy_rules.explain.wording import article, interval, money, span
from subsidy_rules.model import assessment
from subsidy_rules.model.assessment import Assessment, Interval, SubjectTo, Total
from subsidy_rules.model.policy import Form, Payee, Ration, Reason
from subsidy_rules.rules import Rules, load

MINI = Path(__file__).parent / "mini"
LANGS: tuple[typing.Literal["zh", "en"], ...] = ("zh", "en")


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load(MINI / "mini.yaml")


@pytest.fixture(scope="module")
def answer(rules: Rules) -> Assessment:
    return rules.assess(MINI / "application.yaml")


def field(of: type, name: str) -> tuple[str, ...]:
    return typing.get_args(typing.get_type_hints(of)[name])


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        ("status", typing.get_args(assessment.Status)),
        ("run", typing.get_args(assessment.Run)),
        ("reason", typing.get_args(Reason)),
        ("payee", typing.get_args(Payee)),
        ("form", typing.get_args(Form)),
        ("ration", typing.get_args(Ration)),
        ("subject", field(SubjectTo, "why")),
        ("kind", field(Total, "kind")),
        ("policy", field(assessment.PolicyState, "status")),
    ],
)
def test_every_code_has_its_word(table: str, codes: tuple[str, ...]) -> None:
    assert codes and set(codes) == set(TABLES[table])


def test_words_differ_by_language_and_an_unknown_code_shows_itself() -> None:
    assert (say("status", "undecided", "zh"), say("status", "undecided", "en")) == ("待定", "undecided")
    assert say("step", "new-reason", "zh") == "new-reason"
    for table in TABLES.values():
        assert all(zh and en for zh, en in table.values())


@pytest.mark.parametrize(
    ("fen", "zh", "en"),
    [
        (50_000_000, "50万元", "500,000元"),
        (15_000_000_000, "1.5亿元", "150,000,000元"),
        (1_234_567, "12345.67元", "12,345.67元"),
        (123, "1.23元", "1.23元"),
        (0, "0元", "0元"),
    ],
)
def test_money_is_exact(fen: int, zh: str, en: str) -> None:
    assert (money(fen, "zh"), money(fen, "en")) == (zh, en)


def test_amounts_and_articles() -> None:
    assert interval(Interval(0, None), "zh") == "确定可得 0元，最高可得 未定额"
    assert interval(Interval(100, 100), "en") == "1元"
    assert span(0, 0, "zh") == "—"
    assert span(0, 100, "zh") == "0元 – 1元"
    assert span(100, 0, "zh") == "1元 / 0元"  # settled in one run only: no range
    assert (article("4", "zh"), article("4", "en"), article("（六）", "zh")) == ("第4条", "art. 4", "（六）")


def test_sentence(answer: Assessment) -> None:
    assert sentence(answer, "zh") == (
        "《示范政策》（草案，未施行）：demo 2026 年度确定可得 65万元，最高可达 170万元，另有 1 项未定额（不计入）；"
        "另列个人资金最高可达 3万元；尚缺 1 项认定；受 1 项总额、名额或未公布限额约束；以主管部门审定为准。"
    )
    assert sentence(answer, "en") == (
        "Model policy (DRAFT, not adopted): demo, budget year 2026: assured 650,000元, at most 1,700,000元, and 1 without a "
        "figure (not counted); apart from it cash to the person: at most 30,000元; missing: 1 judgement; subject to 1 shared "
        "or unpublished limit; the competent office decides."
    )


def test_a_sentence_without_any_figure(rules: Rules) -> None:
    answer = rules.assess(
        {"applicant": {"id": "x", "facts": {"annual_revenue": "0元"}}, "year": 2026, "history": "complete"}
    )
    assert "没有可计的金额，另有 1 项未定额（不计入）" in sentence(answer, "zh")
    assert "no cash with a figure, and 1 without a figure (not counted)" in sentence(answer, "en")


def test_rows_say_what_decides(rules: Rules, answer: Assessment) -> None:
    (sheet,) = sheets(answer, Names(rules.program, "zh"))
    found = {(row.title, row.item): row for row in (*sheet.paid, *sheet.unquantified, *sheet.ineligible)}
    assert found["行业标准奖励", "std-1"].why == ("不及国家标准奖励〔std-1〕，少 30万元（附则（一））",)
    assert found["项目补助", "big"].why == ("限额 150万元 → 100万元（二）", "待认定：经评审")
    assert found["项目补助", "big"].subject_to == (1,)
    assert found["项目补助", "small"].why == ("项目投入 80万元，须 ≥ 100万元，还差 20万元",)
    assert found["推广奖励", "big"].why == ("用户数 2，须 ≥ 3，还差 1",)
    assert found["重大项目支持", ""].why == ("一事一议",)
    assert found["重大项目支持", ""].ceiling == ""  # no figure, not even 0
    assert sheet.subject_to == ("项目年度资金（二）：受年度资金总额限制，文本未写不足时如何分配",)
    assert [total.ceiling for total in sheet.totals] == ["170万元", "3万元"]


def test_rows_stand_in_the_order_of_the_document(rules: Rules, answer: Assessment) -> None:
    (sheet,) = sheets(answer, Names(rules.program, "en"))
    assert [row.title for row in sheet.paid][:2] == ["National standard", "Industry standard"]
    assert [row.article for row in sheet.paid] == ["1", "1", "（二）", "（三）", "（四）", "（六）"]


def test_missing_facts_by_whom_they_are_of(rules: Rules) -> None:
    answer = rules.assess(
        {"applicant": {"id": "x"}, "items": [{"id": "p", "kind": "project"}], "year": 2026, "history": "complete"}
    )
    (sheet,) = sheets(answer, Names(rules.program, "zh"))
    assert sheet.missing == (("申请人", ("本年度营业收入",)), ("p（项目）", ("用户数", "项目投入")))


def test_conditions_in_words(rules: Rules) -> None:
    zh, en = Names(rules.program, "zh"), Names(rules.program, "en")
    text = "grade in ('national', 'industry') and not local"
    assert zh.condition(text, "standard") == "标准级别属于（国家标准、行业标准）且并非注册在本地"
    assert (
        en.condition(text, "standard") == "Level of the standard is one of (National, Industry) and not Registered here"
    )
    assert en.condition("cost >= 100万元 or reviewed", "project") == "Cost of the project ≥ 1,000,000元 or Reviewed"
    assert zh.condition("nobody == 'x'", "") == "nobody 为x"
    assert zh.condition("at_least(2, local, reviewed)", "project") == "至少满足几项（2、注册在本地、经评审）"


def test_history_and_other_limits_are_named(rules: Rules) -> None:
    data = {
        "applicant": {"id": "x", "facts": {"local": True, "annual_revenue": "0元"}},
        "items": [{"id": "s", "kind": "standard", "facts": {"grade": "national"}}],
        "grants": [{"policy": "mini", "rule": "standard-industry", "item": "s", "year": 2025, "amount": "20万元"}],
        "year": 2026,
        "history": "partial",
    }
    answer = rules.assess(data)
    (sheet,) = sheets(answer, Names(rules.program, "zh"))
    row = sheet.paid[0]
    assert row.why[0] == "补足差额 50万元 → 30万元（附则（一））"
    assert any("既往奖补未填全" in text for text in row.why)
    assert any("既往奖补未填全" in text for text in sheet.notices)


@pytest.mark.parametrize("lang", LANGS)
def test_tree_holds_every_award_and_reads_as_text_and_as_data(
    rules: Rules, answer: Assessment, lang: typing.Literal["zh", "en"]
) -> None:
    names = Names(rules.program, lang)
    (node,) = tree(answer, names)
    text = "\n".join(lines(node))
    for award in answer.awards:
        assert names.rule(award.policy, award.rule, award.item) in text
    assert nested(node)["text"] == node.text
    assert ("草案" if lang == "zh" else "DRAFT") in node.text
    assert ("另一种理解：上限按项目计" if lang == "zh" else "Other reading: The limit is per project") in text


def test_equal_rows_come_together(rules: Rules) -> None:
    items = [{"id": name, "kind": "standard", "facts": {"grade": "industry"}} for name in ("a", "b")]
    answer = rules.assess({"applicant": {"id": "x"}, "items": items, "year": 2026, "history": "complete"})
    (sheet,) = sheets(answer, Names(rules.program, "zh"))
    assert [(row.title, items) for row, items in together(sheet.ineligible, "zh")] == [("国家标准奖励", "a、b")]


@pytest.mark.parametrize("lang", LANGS)
def test_no_explanation_shows_a_bare_name_or_promises(
    rules: Rules, answer: Assessment, lang: typing.Literal["zh", "en"]
) -> None:
    (node,) = tree(answer, Names(rules.program, lang))
    text = "\n".join([*lines(node), sentence(answer, lang)])
    for word in (
        "annual_revenue",
        "top_up",
        "case_by_case",
        "not_met",
        "保证",
        "一定",
        "guarantee",
        "entitled to",
        "will receive",
    ):
        assert word not in text
