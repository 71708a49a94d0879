"""How figures are written: exactly in files, rounded on a page. By integer arithmetic."""

from __future__ import annotations

from fractions import Fraction

from ..explain import Lang

SCALE = {"zh": 1_000_000, "en": 100_000_000}  # fen in the unit of a page: 万元, CNY million


def amount(fen: int, lang: Lang) -> str:
    """On a page, in its unit, two decimals at most: `12,337.85`."""
    return decimal(Fraction(fen, SCALE[lang]), 2, strip=True)


def signed(fen: int, lang: Lang) -> str:
    return ("+" if fen > 0 else "") + amount(fen, lang).replace("-", "−")


def percent(share: Fraction) -> str:
    return decimal(share * 100, 1) + "%"


def decimal(value: Fraction, places: int, strip: bool = False) -> str:
    """Rounded half to even, with commas."""
    whole = round(value * 10**places)
    sign, whole = ("-" if whole < 0 else ""), abs(whole)
    before, after = divmod(whole, 10**places)
    text = f"{after:0{places}d}"
    text = text.rstrip("0") if strip else text
    return f"{sign}{before:,}{'.' + text if text else ''}"
