"""What stands in a table, and how it is written: rounded on a page, exactly in a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from ..explain import Lang, article
from ..model.vocabulary import Label
from ..money import format_yuan
from .words import say, say_of
from .written import amount, decimal, percent, signed

MOST_SHOWN = 20  # rows of a table on a page; files have all
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Money:
    fen: int
    change: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """A word of a table by its code."""

    table: str
    code: str


@dataclass(frozen=True, slots=True)
class Clausal:
    """The number of an article."""

    text: str


Cell = str | int | Label | Money | Said | Clausal | Fraction


@dataclass(frozen=True, slots=True)
class Sheet:
    """`name`: of the file and of its section; `head`: codes of `WORD`, under a common head where one is written before them
    (`before:assured`); the first column is the row's own name."""

    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def head_of(code: str, lang: Lang) -> str:
    """The head of a column where it stands by itself."""
    common, colon, code = code.rpartition(":")
    if colon:
        return f"{say(common, lang)} · {head_of(code, lang)}"
    if code[:1] == "q" and code[1:].isdigit():
        return f"{say('ceiling_short', lang)} {code[1:]}%"
    return say(code, lang)


def shown(cell: Cell, lang: Lang) -> str:
    """On a page: amounts in its unit, rounded."""
    match cell:
        case Money():
            return signed(cell.fen, lang) if cell.change else amount(cell.fen, lang)
        case Fraction():
            return percent(cell)
        case int():
            return f"{cell:,}"
        case _:
            return _worded(cell, lang)


def exact(cell: Cell, lang: Lang) -> str:
    """In a file: amounts in yuan to the fen, shares to six decimals."""
    match cell:
        case Money():
            return format_yuan(cell.fen)
        case Fraction():
            return decimal(cell, 6).replace(",", "")
        case int():
            return str(cell)
        case _:
            text = _worded(cell, lang)
            return f"'{text}" if text.startswith(FORMULA) else text


def _worded(cell: Cell, lang: Lang) -> str:
    match cell:
        case Label():
            return cell.zh if lang == "zh" else cell.en
        case Said():
            return say_of(cell.table, cell.code, lang)
        case Clausal():
            return article(cell.text, lang)
        case _:
            return str(cell)


def is_number(cell: Cell) -> bool:
    return isinstance(cell, (Money, Fraction, int))


def as_csv(sheet: Sheet, lang: Lang) -> bytes:
    """UTF-8 with its mark, as spreadsheets here expect it; no cell is a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([head_of(code, lang) for code in sheet.head])
    writer.writerows(_exact(sheet.rows, lang))
    return out.getvalue().encode("utf-8-sig")


def _exact(rows: Iterable[tuple[Cell, ...]], lang: Lang) -> Iterable[list[str]]:
    return ([exact(cell, lang) for cell in row] for row in rows)
