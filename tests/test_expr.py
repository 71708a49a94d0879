"""The expression language against its conformance table, `expr.csv`, by both evaluators.

Columns: `expression` (\\uXXXX is that character, ⟦text×n⟧ is the text n times) · `want` (a kind, or nothing) · `facts`
(`name=value; name=value`, values as in an application; left out or `unknown`: not known) · `result`: true, false,
unknown; a date or option; a quantity with its unit, or low..high with -inf and inf; or the codes of all slips with
their columns, like SR218:1 SR218:17.
"""

from __future__ import annotations

import csv
import re
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from effort import at_most

from subsidy_rules import expr
from subsidy_rules.expr import ExprError, FactType, parse, show
from subsidy_rules.money import FEN_PER_UNIT

CALLS = 50_000  # 15,000 at most are made
LEVELS = ("national", "provincial", "city")
SCOPE = {
    "revenue": FactType("money"),
    "cost": FactType("money", high=10**9),  # 1000万元
    "fee": FactType("money", low=10_000),  # 100元
    "ratio": FactType("rate", high=10**6),
    "quota": FactType("rate", low=10**5, high=9 * 10**5),
    "growth": FactType("rate"),
    "score": FactType("number", high=100 * 10**6),
    "weight": FactType("number"),
    "staff": FactType("count"),
    "n": FactType("count"),
    "landed": FactType("count", high=10),
    "lease_months": FactType("months", low=1, high=36),
    "term": FactType("months"),
    "founded": FactType("date", low=date(2000, 1, 1)),
    "approved_on": FactType("date"),
    "level": FactType("choice", LEVELS),
    "other_level": FactType("choice", LEVELS[::-1]),
    "area": FactType("choice", ("chips", "models")),
    "reviewed": FactType("judgement"),
    "domestic": FactType("bool"),
    "listed": FactType("bool"),
    "b": FactType("bool"),
    "id_a": FactType("text"),
    "id_b": FactType("text"),
    "销售额": FactType("money"),
    "研发投入": FactType("money"),
    "国产": FactType("bool"),
    "级别": FactType("choice", ("国家级", "省级")),
}
with (Path(__file__).parent / "expr.csv").open(encoding="utf-8", newline="") as file:
    ROWS = [tuple(row.values()) for row in csv.DictReader(file)]


def plain(text):
    text = re.sub(r"⟦(.*?)×(\d+)⟧", lambda m: m[1] * int(m[2]), text)
    return re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), text)


def quantity(text):
    """A signed quantity → Fraction, money in fen, a rate in units of 1; None for an infinity."""
    if text.endswith("inf"):
        return None
    digits, unit = re.fullmatch(r"(-?[0-9.]+)(%|元|万元|亿元)?", text).groups()
    return Fraction(digits) * {None: 1, "%": Fraction(1, 100), **FEN_PER_UNIT}[unit]


def read(kind, text):
    """A value of a fact, or a result that is no interval."""
    if text in ("true", "false", "unknown"):
        return {"true": True, "false": False, "unknown": None}[text]
    if kind == "date":
        return date.fromisoformat(text)
    if kind in ("choice", "text"):
        return text
    return int(quantity(text) * (10**6 if kind in ("rate", "number") else 1))


def slots(text):
    pairs = [pair.split("=") for pair in text.split("; ") if pair]
    return {name: read(SCOPE[name].kind, value) for name, value in pairs}


def expected(kind, text):
    if kind not in expr.QUANTITIES:
        return read(kind, text)
    low, _, high = text.partition("..")
    return quantity(low), quantity(high or low)


@pytest.mark.parametrize(("source", "want", "facts", "result"), ROWS)
def test_conformance(source, want, facts, result):
    source = plain(source)
    try:
        with at_most(calls=CALLS):
            tree = parse(source, SCOPE, want or None)
    except ExprError as error:
        assert " ".join(f"{p.code}:{p.column}" for p in error.problems) == result
        return
    assert expr.evaluate(tree, slots(facts)) == expected(tree.kind, result)
    assert expr.compile_function(tree)(slots(facts)) == expected(tree.kind, result)
    assert parse(show(tree), SCOPE, tree.kind) == tree


WORDS = Path(__file__).parent / "expr_words.txt"


def words():
    """What is said about every refused row of the table: a line for each slip."""
    for source, want, *_ in ROWS:
        try:
            parse(plain(source), SCOPE, want or None)
        except ExprError as error:
            for slip in error.problems:
                said = (slip.message, slip.found, slip.expected, slip.nearest)
                yield f"{source[:60]} ¦ {slip.code}:{slip.column} ¦ {' ¦ '.join(said)}".rstrip(" ¦")


def test_every_refusal_says_what_was_found_and_expected():
    """`python tests/test_expr.py` writes the file anew, to be read before it is committed."""
    assert list(words()) == WORDS.read_text(encoding="utf-8").splitlines()


def test_every_code_has_a_row_and_a_meaning_in_both_languages():
    used = set(re.findall(r"SR\d+", " ".join(result for *_, result in ROWS)))
    assert used == set(expr.CODES)
    assert all(meaning.zh and meaning.en for meaning in expr.CODES.values())


def test_an_error_tells_all_slips_in_one_line():
    with pytest.raises(ExprError) as caught:
        parse("revnue > 5元 and levl == 'city'", SCOPE)
    said = "column 1: [SR218] no fact has this name; column 17: [SR218] no fact has this name"
    assert str(caught.value) == said


@pytest.mark.parametrize(("options", "listed"), [("abcde", "a, b, c, d, e"), ("abcdef", "a, b, c, d, e …")])
def test_at_most_five_options_are_listed(options, listed):
    with pytest.raises(ExprError) as caught:
        parse("grade == 'x'", {"grade": FactType("choice", tuple(options))})
    assert caught.value.problems[0].expected == listed


def test_a_slip_repeats_no_invisible_character():
    with pytest.raises(ExprError) as caught:
        parse("revenue\u202e > 5元", SCOPE)
    assert caught.value.problems[0].found.isprintable()


@pytest.mark.parametrize("failure", [RecursionError, MemoryError])
def test_limits_of_the_interpreter_do_not_escape(monkeypatch, failure):
    def fail(*_args, **_more):
        raise failure

    monkeypatch.setattr("ast.parse", fail)
    with pytest.raises(ExprError, match="SR203"):
        parse("domestic", SCOPE)


def test_reserved_words_are_no_facts():
    for word in expr.RESERVED:
        with pytest.raises(ExprError):
            parse(word, {word: FactType("bool")})


def test_a_fact_may_be_called_like_a_function():
    assert show(parse("max(min, 3)", {"min": FactType("count")})) == "max(min, 3)"


@pytest.mark.parametrize(
    ("source", "canonical"),
    [
        ("((domestic))and(listed or b)", "domestic and (listed or b)"),
        ("(domestic and listed) or b", "domestic and listed or b"),
        ("(domestic or listed) or b", "(domestic or listed) or b"),
        ("not (domestic and listed)", "not (domestic and listed)"),
        ("not (staff > 3)", "not staff > 3"),
        ("revenue-(cost-1.50元)", "revenue - (cost - 1.50元)"),
        ("(revenue-cost)*ratio", "(revenue - cost) * ratio"),
        ("revenue*(ratio*2)", "revenue * (ratio * 2)"),
        ("weight>3", "weight > 3.0"),
        ("weight>0.250", "weight > 0.25"),
        ("weight+min(3,4)", "weight + min(3.0, 4.0)"),
        ("10000000元<revenue", "1000万元 < revenue"),
        ('level in ["city"]', "level in ['city']"),
        ("level not in ['city','national']", "level not in ('city', 'national')"),
        ("at_least(1,b,domestic)", "at_least(1, b, domestic)"),
    ],
)
def test_canonical_text(source, canonical):
    assert show(parse(source, SCOPE)) == canonical


def test_facts_of_a_tree():
    tree = parse("given(b, min(revenue, cost)) > 5元 and level in ('city',) and not domestic", SCOPE)
    assert expr.facts(tree) == {"b", "revenue", "cost", "level", "domestic"}


@pytest.mark.parametrize(
    ("source", "exact", "wide"),
    [
        ("30%", ("3", 1), ("(3, 3)", 1)),
        ("0%", ("0", 0), ("(0, 0)", 0)),
        ("3.45%", ("345", 4), ("(345, 345)", 4)),
        ("revenue * 30%", ("(<revenue> * 3)", 1), ("_mul(_span(<revenue>, 0, None), (3, 3))", 1)),
        ("cost > 5元", ("(<cost> > 500)", 0), ("_gt(_span(<cost>, 0, 1000000000), (500, 500))", 0)),
        (
            "ratio * 5% > 1%",
            ("((<ratio> * 5) > 1000000)", 0),
            ("_gt(_mul(_span(<ratio>, 0, 1000000), (5, 5)), (1000000, 1000000))", 0),
        ),
        (
            "revenue * 30% + cost",
            ("((<revenue> * 3) + <cost> * 10)", 1),
            ("_add(_mul(_span(<revenue>, 0, None), (3, 3)), _scale(_span(<cost>, 0, 1000000000), 10))", 1),
        ),
        ("level in ('city',)", ("(<level> in ('city',))", 0), ("_among(<level>, ('city',))", 0)),
        ("level not in ('city',)", ("(<level> not in ('city',))", 0), ("_neg(_among(<level>, ('city',)))", 0)),
        ("not b", ("(not <b>)", 0), ("_neg(<b>)", 0)),
        ("b or listed", ("(<b> or <listed>)", 0), ("_disj(<b>, <listed>)", 0)),
        (
            "founded == 2026-01-01",
            ("(<founded> == date(2026, 1, 1))", 0),
            ("_eq(_span(<founded>), (date(2026, 1, 1), date(2026, 1, 1)))", 0),
        ),
        ("at_least(1, b, listed)", ("(<b> + <listed> >= 1)", 0), ("_at_least(1, <b>, <listed>)", 0)),
        ("given(b, 30%)", ("(3 if <b> else 0)", 1), ("_given(<b>, (3, 3))", 1)),
        ("steps(staff, 2)", ("max(<staff> // 2, 0)", 0), ("_steps(_span(<staff>, 0, None), (2, 2))", 0)),
        ("max(staff, 2)", ("max(<staff>, 2)", 0), ("_greatest(_span(<staff>, 0, None), (2, 2))", 0)),
    ],
)
def test_generated_source(source, exact, wide):
    tree = parse(source, SCOPE)
    assert expr.known(tree, "<{}>".format) == exact
    assert expr.interval(tree, "<{}>".format) == wide


def test_a_chain_computes_its_middle_once():
    source, _ = expr.interval(parse("1元 < revenue < 5元", SCOPE), "<{}>".format)
    assert source.count("<revenue>") == 1


if __name__ == "__main__":
    WORDS.write_text("".join(f"{line}\n" for line in words()), encoding="utf-8")
