"""Figures in Chinese text: amounts, rates and counts, and the words beside them that make a threshold of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..money import FEN_PER_UNIT, parse_money, parse_rate
from .source import plain

# Whether the value itself is in: Civil Code, article 1259 (以上, 以下, 以内 include; 超过, 不满, 以外 don't), and common usage.
BEFORE = {
    **dict.fromkeys(("不低于", "不少于", "不小于", "不得低于", "不得少于", "至少", "达到", "达", "满"), ">="),
    **dict.fromkeys(("超过", "高于", "多于", "大于", "超"), ">"),
    **dict.fromkeys(("不超过", "不高于", "不多于", "不大于", "不得超过", "不得高于", "至多", "最多"), "<="),
    **dict.fromkeys(("低于", "少于", "小于", "不足", "不满", "未满", "未达到", "不到"), "<"),
}
AFTER = {
    **dict.fromkeys(("以上", "及以上", "(含)以上"), ">="),
    **dict.fromkeys(("以下", "及以下", "(含)以下", "以内"), "<="),
    "以外": ">",
}
_UNITS = "亿元|万元|元|亿|万|%"


def _any(words: dict[str, str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


_FIGURE = re.compile(
    rf"(?P<before>{_any(BEFORE)})?(?P<number>\d+(?:\.\d+)?)(?P<unit>{_UNITS})?"
    rf"(?:[家个项名人次件台套户所]|个月|月|年)?(?P<after>{_any(AFTER)})?"
)


@dataclass(frozen=True)
class Figure:
    """`value` is raw: fen, millionths, or a whole number. `words`: each word beside it with its operator."""

    text: str
    kind: str  # money | rate | count
    value: int
    words: tuple[tuple[str, str], ...] = ()


def figures(text: str) -> Iterator[Figure]:
    """The figures of a text, left to right. The first of a range (`10%~30%`, `100－300万元`) has the unit of the second."""
    text = re.sub(r"(\d+(?:\.\d+)?)([-~—至到])(?=\d+(?:\.\d+)?(亿元|万元|元|亿|万|%))", r"\1\3\2", plain(text))
    for match in _FIGURE.finditer(text):
        found = _value(match["number"], match["unit"] or "")
        if found is not None:
            words = [(match["before"], BEFORE), (match["after"], AFTER)]
            yield Figure(match[0], *found, tuple((word, known[word]) for word, known in words if word))


def _value(number: str, unit: str) -> tuple[str, int] | None:
    """Kind and raw value; None for what is none of them, such as a decimal without a unit."""
    try:
        if unit == "%":
            return "rate", parse_rate(f"{number}%")
        if unit:
            return "money", parse_money(number + (unit if unit in FEN_PER_UNIT else f"{unit}元"))
    except ValueError:
        return None
    return ("count", int(number)) if number.isdecimal() and len(number) < 16 else None
