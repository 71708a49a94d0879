"""What an applicant gets as a function of one quantity: pieces of expressions, curves by hand and at random, pictures."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from draft_help import application, bound, draft, rule
from engine_help import loaded
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import VOCABULARY, applications, policies

from subsidy_rules.expr import evaluate, parse
from subsidy_rules.expr.tree import FactType
from subsidy_rules.model.vocabulary import Label
from subsidy_rules.reading import Document
from subsidy_rules.rules import Rules
from subsidy_rules.verify import plot
from subsidy_rules.verify.curve import Change, Curve, curve
from subsidy_rules.verify.pieces import MOST_STEPS, Axis, crossings
from subsidy_rules.verify.plot import Caption, draw
from subsidy_rules.verify.world import raw_text

WAN = 10**6
SCOPE = {
    "x": FactType("money"),
    "y": FactType("money"),
    "r": FactType("rate"),
    "n": FactType("count"),
    "b": FactType("bool"),
    "c": FactType("choice", ("one", "two")),
}
TEXTS = (
    ("x >= 3元", "bool"),
    ("1元 < x <= y", "bool"),
    ("x == 2元", "bool"),
    ("x != y", "bool"),
    ("30% * x", "money"),
    ("y - 50% * x", "money"),
    ("min(30% * x, y, 2元)", "money"),
    ("max(y - x, 1元)", "money"),
    ("given(b and x > 1元, x + y)", "money"),
    ("given(c in ('one', 'two') and not x > y, r * x)", "money"),
    ("steps(x, 1.5元) * 1元", "money"),
    ("steps(y - x, 1元) * 2元", "money"),
    ("at_least(2, x > 1元, x > 2元, b)", "bool"),
    ("n * x", "money"),
)


# Pieces


@pytest.mark.parametrize(("text", "kind"), TEXTS)
@given(data=st.data())
@settings(max_examples=30)
def test_pieces_are_the_expression(text: str, kind: str, data: st.DataObject) -> None:
    tree = parse(text, SCOPE, kind)
    values = {
        "y": data.draw(st.integers(0, 600)), "r": data.draw(st.sampled_from((0, 300_000, 10**6))),
        "n": data.draw(st.integers(0, 3)), "b": data.draw(st.booleans()), "c": "one",
    }  # fmt: skip
    pieces = Axis("x", 0, 700, values).of(tree)
    assert (pieces.parts[0][0], pieces.sure) == (0, 700)
    for raw in range(0, 701, data.draw(st.integers(1, 13))):
        exact = evaluate(tree, {**values, "x": raw})
        found = pieces.at(raw)
        if kind == "bool":
            assert found is exact, raw
        else:
            assert isinstance(found, tuple) and isinstance(exact, tuple)
            assert found[0] + found[1] * raw == exact[0], raw


def test_more_steps_than_are_followed_are_not_sure() -> None:
    pieces = Axis("x", 0, 10**15, {}).of(parse("steps(x, 1元) * 1元", SCOPE, "money"))
    assert pieces.sure == MOST_STEPS * 100 - 1
    assert pieces.at(12_345) == (Fraction(12_300), Fraction(0))


def test_two_lines_meet_beside_the_value_at_which_they_change_places() -> None:
    tree = {
        text: Axis("x", 0, 10**6, {}).of(parse(text, SCOPE, "money")) for text in ("30% * x", "300元 - 20% * x", "50元")
    }
    rising, falling, flat = tree.values()
    assert crossings(rising, falling) == [60_000, 60_001]  # equal at 600元
    assert crossings(rising, flat) == [16_666, 16_667]  # at 166.666…元
    assert crossings(flat, flat) == []


# Curves by hand


def drawn(rules: Rules, fact: str = "cost", **facts: Any) -> Curve:
    return curve(rules, rules.admit(application({"rank": 1, "reviewed": True, **facts})), ("p1", fact))


def test_bands_of_the_whole_amount_fall_where_a_lower_rate_begins() -> None:
    rules = draft(
        rule("{bands: {of: cost, rows: [{from: 100万元, below: 500万元, rate: 20%}, {from: 500万元, rate: 15%}]}}")
    )
    found = drawn(rules)
    # one fen below 500万元 20 % is 99.99…万元, rounded down; from there 15 % is 75万元
    assert found.cliffs == (Change("high", 500 * WAN - 1, 500 * WAN, 100 * WAN - 1, 75 * WAN),)
    assert found.steps == (Change("high", 100 * WAN - 1, 100 * WAN, 0, 20 * WAN),)
    assert found.sure == 10**15


def test_upto_falls_one_fen_above_its_value_also_where_nothing_is_assured() -> None:
    rules = draft(rule("{when: cost <= 1000万元, rate: 30%, of: cost, max: 200万元}", bound="ceiling"))
    assert drawn(rules).cliffs == (Change("high", 1000 * WAN, 1000 * WAN + 1, 200 * WAN, 0),)


def test_only_the_assured_amount_may_fall() -> None:
    rules = draft(rule("{formula: {from: 'max(50万元 - 10% * cost, 0元)', to: 50万元}}", bound="range"))
    (fall,) = drawn(rules).cliffs
    assert (fall.run, fall.first, fall.before, fall.after, fall.sudden) == ("low", 0, 50 * WAN, 0, False)
    assert abs(fall.last - 500 * WAN) < 10  # 0 fen from 500万元 on, but for rounding


def test_every_unit_of_a_count_is_a_cliff_by_itself() -> None:
    rules = draft(rule("[{when: rank <= 1, amount: 50万元}, {when: rank <= 3, amount: 20万元}]"))
    assert drawn(rules, "rank", cost="1元").cliffs == (
        Change("high", 1, 2, 50 * WAN, 20 * WAN),
        Change("high", 3, 4, 20 * WAN, 0),
    )


def test_a_rising_line_has_neither_cliffs_nor_steps() -> None:
    found = drawn(draft(rule("{rate: 7%, of: cost}", cap="{limit: 33万元, per: [item]}")))
    assert (found.cliffs, found.steps) == ((), ())
    assert {knot.high for knot in found.knots if knot.at > 500 * WAN} == {33 * WAN}


def test_a_steep_line_is_no_cliff() -> None:
    """1万元 less for every 0.001% of 10亿元."""
    (fall,) = drawn(draft(rule("{formula: 'max(cost - share * cost, 0元)'}")), "share", cost="10亿元").cliffs
    assert (fall.first, fall.last, fall.before, fall.after) == (0, 10**6, 10**11, 0)


def test_a_cliff_of_one_award_is_none_where_another_takes_its_place() -> None:
    small = rule("{when: cost < 100万元, rate: 10%, of: cost}", id="small")
    large = rule("{when: cost >= 100万元, rate: 12%, of: cost}", id="large")
    assert (
        drawn(
            draft(small, large, bounds=bound("best", "[small, large]", exclusive="{per: [item], prior: top_up}"))
        ).cliffs
        == ()
    )
    assert len(drawn(draft(small)).cliffs) == 1


def test_the_text_that_names_the_winner_makes_a_cliff() -> None:
    """By priority the first that can be claimed wins: it may be less. No expression says 100万元 to be worth 5万元."""
    first = rule("{amount: 5万元}", id="first", when="[cost >= 100万元]")
    second = rule("{rate: 10%, of: cost}", id="second")
    best = bound(
        "best", "[first, second]", exclusive="{per: [item], prior: top_up, choose: priority, priority: [first, second]}"
    )
    assert drawn(draft(first, second, bounds=best)).cliffs == (
        Change("high", 100 * WAN - 1, 100 * WAN, 10 * WAN - 1, 5 * WAN),
    )


def test_an_earlier_grant_is_a_corner() -> None:
    rules = draft(rule("{rate: 10%, of: cost}", once="[item]"))
    grant = {"policy": "yunxi", "rule": "grant", "item": "p1", "year": "2025", "amount": "1万元"}
    found = curve(rules, rules.admit({**application({}), "grants": [grant]}), ("p1", "cost"))
    assert {knot.high for knot in found.knots} == {0}  # once: paid before, not again


def test_a_fact_of_the_applicant_moves_every_item() -> None:
    rules = draft(rule("{amount: 3万元}", when="[revenue >= 10万元]"))
    found = curve(rules, rules.admit(application({}, {})), (None, "revenue"))
    assert found.steps == (Change("high", 10 * WAN - 1, 10 * WAN, 0, 6 * WAN),)


# Curves at random


@given(st.data())
@settings(max_examples=60)
def test_the_engine_is_on_the_curve(data: st.DataObject) -> None:
    program = data.draw(policies(against=False))
    rules = _rules([program])
    data_ = data.draw(applications([program], unknown=False, outside=False))
    case = rules.admit(data_)
    places = [
        place
        for place in [(None, name) for name in rules.program.applicant_facts]
        + [(item.id, name) for item in case.items for name in rules.program.item_facts[item.kind]]
        if (use := rules.readers.uses.get((_kind(case, place), place[1])))
        and use.type.kind in ("money", "count", "months")
    ]
    assume(places)
    place = data.draw(st.sampled_from(places))
    found = curve(rules, case, place)
    near = data.draw(st.sampled_from(found.knots)).at
    raw = data.draw(st.integers(max(found.knots[0].at, near - 10**4), min(found.sure, near + 10**6)))
    one = max((knot for knot in found.knots if knot.at <= raw), key=lambda knot: knot.at)
    other = min((knot for knot in found.knots if knot.at >= raw), key=lambda knot: knot.at)
    part = Fraction(raw - one.at, max(1, other.at - one.at))
    kind = found.type.kind
    before, here = (
        _engine(rules, data_, place, at, kind) for at in (one.at, raw)
    )  # of all rules, also those not reached
    for then, now, start, end in zip(before, here, (one.low, one.high), (other.low, other.high), strict=True):
        assert abs(now - then - part * (end - start)) <= found.slack + 2, (place, raw)


def _rules(program: list[dict[str, Any]]) -> Rules:
    return Rules(loaded(program, VOCABULARY), [], Document({}, {}, "facts", ""), [])


def _kind(case: Any, place: tuple[str | None, str]) -> str:
    return next((item.kind for item in case.items if item.id == place[0]), "")


def _engine(rules: Rules, data: dict[str, Any], place: tuple[str | None, str], raw: int, kind: str) -> tuple[int, int]:
    holder = data["applicant"] if place[0] is None else next(item for item in data["items"] if item["id"] == place[0])
    changed = {**holder, "facts": {**holder["facts"], place[1]: raw_text(kind, raw)}}
    if place[0] is None:
        data = {**data, "applicant": changed}
    else:
        data = {**data, "items": [changed if item is holder else item for item in data["items"]]}
    totals = [t for t in rules.assess(data).totals if (t.payee, t.kind) == ("applicant", "cash")]
    return sum(t.assured for t in totals), sum(t.ceiling for t in totals)


# Pictures


CAPTION = Caption(
    Label(zh="设备补助", en="Equipment"), Label(zh="云溪 · 第1条", en="Yunxi · art. 1"), Label(zh="投入", en="Cost")
)


@pytest.fixture(scope="module")
def cliff() -> Curve:
    return drawn(draft(rule("{when: cost <= 1000万元, rate: 30%, of: cost, max: 200万元}")))


def test_a_picture_is_an_svg_and_a_png_and_the_same_every_time(cliff: Curve, tmp_path: Path) -> None:
    first, second = (draw(cliff, CAPTION, tmp_path / name / "a") for name in ("one", "two"))
    assert [path.name for path in first] == ["a.svg", "a.png"]
    assert first[0].read_bytes() == second[0].read_bytes()
    assert first[0].read_text("utf-8").startswith("<?xml")
    assert first[1].read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_without_a_chinese_font_the_labels_are_english(
    cliff: Curve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recwarn: pytest.WarningsRecorder
) -> None:
    monkeypatch.setattr(plot, "chinese_family", lambda: None)
    said: list[str] = []
    words = plot._words

    def listen(curve: Curve, change: Change, lang: plot.Lang) -> str:
        said.append(words(curve, change, lang))
        return said[-1]

    monkeypatch.setattr(plot, "_words", listen)
    draw(cliff, CAPTION, tmp_path / "a")
    assert said == ["over 10000000 yuan\nloses 2,000,000 yuan"]
    assert not [str(one.message) for one in recwarn if "missing from" in str(one.message)]


def test_a_cliff_is_marked_with_value_and_loss(cliff: Curve) -> None:
    assert plot._words(cliff, cliff.cliffs[0], "zh") == "超过 1000万元\n少 200 万元"


def test_a_picture_ends_a_quarter_behind_the_last_corner(cliff: Curve) -> None:
    assert 0 <= plot.shown(cliff)[-1].at - 1250 * WAN < 10
