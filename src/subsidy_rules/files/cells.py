"""What stands in a cell, before anybody says what it should be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal

DIGITS = 15  # significant digits that a double holds of every decimal
_FIFTEEN = Context(prec=DIGITS)


@dataclass(frozen=True, slots=True)
class Percent:
    """A number that the sheet shows as per cent: 0.3 is seen as 30%."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Flaw:
    """A cell that is not read, whatever is asked of it."""

    code: str
    found: str


# None: nothing stands there. A whole number is an int; a date with an hour is a datetime, which is a date.
Cell = None | str | bool | int | Decimal | Percent | date | Flaw
Row = tuple[int, Sequence[Cell]]  # its number in the file, from 1


def double(written: str) -> Decimal | None:
    """The decimal that a number of a workbook stands for, exactly; None: it has or may have had more digits than a double holds.

    Spreadsheets compute in doubles: 1.1 is written 1.1000000000000001 and shown as 1.1, and a 16th digit of what was typed is
    lost before anything is written. So a number is the decimal of at most 15 digits that is that double, where there is one. The
    doubles only decide whether two decimals are the same cell; no amount is taken from one.
    """
    exact = Decimal(written)
    if exact.adjusted() >= DIGITS:  # its last digits may be zeros that stand for others
        return None
    short = _FIFTEEN.plus(exact)
    if short == exact:
        return exact
    return short.normalize() if float(short) == float(exact) else None
