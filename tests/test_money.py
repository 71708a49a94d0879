"""Text of money and rates against rational numbers."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsidy_rules.money import FEN_PER_UNIT, MAX_FEN, RATE_SCALE, format_units, parse_money, parse_rate


def decimals(most: int) -> st.SearchStrategy[str]:
    """With zeros in front and behind, which change nothing."""
    return st.from_regex(rf"\A[0-9]{{1,13}}(\.[0-9]{{1,{most}}}0?)?\Z").filter(lambda text: text.count("0") < len(text))


@given(decimals(5), st.sampled_from(sorted(FEN_PER_UNIT)))
def test_money_is_a_whole_number_of_fen_or_refused(number: str, unit: str) -> None:
    fen = Fraction(number) * FEN_PER_UNIT[unit]
    if fen.denominator == 1 and fen <= MAX_FEN:
        assert parse_money(number + unit) == fen
        assert parse_money(format_units(int(fen))) == fen
        return
    with pytest.raises(ValueError, match="whole fen" if fen.denominator > 1 else "at most"):
        parse_money(number + unit)


@given(st.from_regex(r"\A[0-9]{1,7}(\.[0-9]{1,4})?\Z"))
def test_a_rate_is_a_whole_number_of_millionths(number: str) -> None:
    assert parse_rate(number + "%") == Fraction(number) * RATE_SCALE / 100


@pytest.mark.parametrize(
    "text", ["", "元", "1", "1.元", ".5元", "1.0000000元", "１元", "-1元", "1元\n", "1,000元", "12345678901234元"]
)
def test_no_amount(text: str) -> None:
    with pytest.raises(ValueError, match="with its unit"):
        parse_money(text)


@pytest.mark.parametrize("text", ["", "%", "1", "1.%", "1.00000%", "１%", "-1%", "12345678%"])
def test_no_rate(text: str) -> None:
    with pytest.raises(ValueError, match="a rate like"):
        parse_rate(text)
