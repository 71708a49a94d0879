"""Exact money: integers of fen (分, 1/100 yuan) inside, text with a stated unit outside. No float anywhere."""

from __future__ import annotations

import re

_PLACES = {"元": 2, "万元": 6, "亿元": 10}  # decimals of a unit down to the fen
FEN_PER_UNIT = {unit: 10**places for unit, places in _PLACES.items()}
_LARGE = (("亿元", 10_000_000_000), ("万元", 1_000_000))
MAX_FEN = 10**15  # 10 万亿元; a larger amount is a slip of the pen
RATE_SCALE = 10**6  # rates and plain numbers carry six decimals
_MONEY = re.compile(r"(\d{1,13})(?:\.(\d{1,6}))?(元|万元|亿元)", re.ASCII)
_RATE = re.compile(r"(\d{1,7})(?:\.(\d{1,4}))?%", re.ASCII)


def parse_money(text: str) -> int:
    """`'1000万元'`, `'1.5亿元'`, `'12345.67元'` → fen. ValueError says what is wrong."""
    match = _MONEY.fullmatch(text)
    if not match:
        raise ValueError("an amount with its unit, like 500元, 12345.67元, 1000万元 or 1.5亿元")
    whole, decimals, unit = match.groups("")
    places = _PLACES[unit]
    if decimals[places:].strip("0"):
        raise ValueError("an amount in whole fen (two decimals of a yuan)")
    fen = int(whole + decimals[:places].ljust(places, "0"))
    if fen > MAX_FEN:
        raise ValueError(f"at most {format_yuan(MAX_FEN)} yuan")
    return fen


def parse_rate(text: str) -> int:
    """`'30%'`, `'3.45%'` → millionths."""
    match = _RATE.fullmatch(text)
    if not match:
        raise ValueError("a rate like 30% or 3.45%, at most four decimals")
    whole, decimals = match.groups("")
    return int(whole + decimals.ljust(4, "0"))


def format_yuan(fen: int) -> str:
    """Fen → yuan with two decimals, by integer arithmetic: 123 → `'1.23'`."""
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{fen // 100}.{fen % 100:02d}"


def format_units(fen: int) -> str:
    """Fen → the document's own way of writing: `'500万元'`, `'1.5亿元'`, `'80元'`. Exact, never rounded."""
    for unit, scale in _LARGE:
        step = scale // 10_000
        if fen % step == 0 and abs(fen) >= scale:
            whole, rest = divmod(abs(fen) // step, 10_000)
            decimals = f".{rest:04d}".rstrip("0") if rest else ""
            return f"{'-' if fen < 0 else ''}{whole}{decimals}{unit}"
    return format_yuan(fen).removesuffix(".00") + "元"


def format_rate(millionths: int) -> str:
    """Millionths → per cent: 300000 → `'30%'`."""
    whole, rest = divmod(millionths, RATE_SCALE // 100)
    decimals = f"{rest:04d}".rstrip("0")
    return f"{whole}{'.' + decimals if decimals else ''}%"
