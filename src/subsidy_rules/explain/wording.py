"""How amounts and article numbers are written in each language."""

from __future__ import annotations

import re

from ..model.assessment import Interval
from ..model.vocabulary import Label
from ..money import format_units, format_yuan, parse_money
from .labels import Lang, say

_MONEY = re.compile(r"\d{1,13}(?:\.\d{1,6})?(?:亿元|万元|元)", re.ASCII)


def money(fen: int, lang: Lang) -> str:
    """`500万元`; in English `5,000,000元` (元 is yuan). Exact in both."""
    if lang == "zh":
        return format_units(fen)
    whole, cents = format_yuan(fen).split(".")
    return f"{int(whole):,}{'' if cents == '00' else '.' + cents}元"


def ceiling(fen: int | None, lang: Lang) -> str:
    """A ceiling; an open one is called so."""
    return say("word", "unbounded", lang) if fen is None else money(fen, lang)


def interval(amounts: Interval, lang: Lang) -> str:
    """`确定可得 50万元，最高可得 200万元`; one amount where both are the same."""
    low, high = money(amounts.assured, lang), ceiling(amounts.ceiling, lang)
    if low == high:
        return low
    if lang == "zh":
        return f"确定可得 {low}，最高可得 {high}"
    return f"assured {low}, at most {high}" if amounts.ceiling is not None else f"assured {low}, ceiling {high}"


def span(low: int, high: int, lang: Lang) -> str:
    """`0元 – 2000万元`; one amount where both are the same, a dash for nothing. Two runs that are no range (an award that is
    settled in one of them only) are set apart: `150万元 / 0元`."""
    if low == high:
        return money(high, lang) if high else "—"
    return f"{money(low, lang)} {'–' if low < high else '/'} {money(high, lang)}"


def figures(text: str, lang: Lang) -> str:
    """Amounts inside a text, as the language writes them."""
    return _MONEY.sub(lambda found: money(parse_money(found[0]), lang), text) if lang == "en" else text


def article(text: str, lang: Lang) -> str:
    """`第4条` / `art. 4` for a plain number; another form stands as the document has it."""
    if not text.isdigit():
        return text if lang == "zh" else f"art. {text}"
    return f"第{text}条" if lang == "zh" else f"art. {text}"


def label(text: Label, lang: Lang) -> str:
    return text.zh if lang == "zh" else text.en


def with_item(title: str, item: str | None, lang: Lang) -> str:
    """`算力券〔lease-1〕` / `Compute voucher [lease-1]`."""
    if not item:
        return title
    return f"{title}〔{item}〕" if lang == "zh" else f"{title} [{item}]"


def sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]


def listed(parts: list[str] | tuple[str, ...], lang: Lang) -> str:
    """Things in a row: `甲、乙` / `a, b`."""
    return ("、" if lang == "zh" else ", ").join(parts)


def clauses(parts: list[str] | tuple[str, ...], lang: Lang) -> str:
    """Statements in a row: `甲；乙` / `a; b`."""
    return ("；" if lang == "zh" else "; ").join(parts)


def colon(head: str, rest: str, lang: Lang) -> str:
    return f"{head}：{rest}" if lang == "zh" else f"{head}: {rest}"


def bracket(text: str, lang: Lang) -> str:
    """The text in brackets; `（六）` has its own."""
    if lang == "zh" and text[:1] == "（" and text[-1:] == "）" and text.count("（") == 1:
        return text
    return f"（{text}）" if lang == "zh" else f" ({text})"
