"""A cell → the raw value of a fact, exactly; or a refusal that says what was expected. Raw values as in `expr.tree`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ..errors import echo, nearest
from ..expr import FactType
from ..money import MAX_FEN
from .cells import Cell, Flaw, Percent
from .identity import is_citizen_id, is_credit_code

# How many decimal places of the raw value one of the unit is: a yuan is 100 fen, one per cent 10,000 millionths.
UNITS: Mapping[str, Mapping[str, int]] = {
    "money": {"元": 2, "万元": 6, "亿元": 10, "分": 0},
    "rate": {"%": 4, "1": 6},
    "number": {"": 6},
    "count": dict.fromkeys(("", "个", "人", "台", "套", "项", "家", "件", "次", "天"), 0),
    "months": dict.fromkeys(("", "月", "个月"), 0),
}
LONGEST = 2_000  # characters of a text
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，％－＋", "0123456789.,%-+", "")
_WRITTEN = re.compile(
    r"(?P<sign>[-−－]?)(?P<number>\d{1,3}(?:,\d{3})+|\d+)(?P<part>\.\d+)?\s*(?P<unit>[^\d\s.,]*)", re.ASCII
)
_NO_NUMBER = re.compile(r"[-+]?(nan|inf|infinity|#.*|∞)", re.IGNORECASE)
_TRUTH = {"是": True, "否": False, "true": True, "false": False, "yes": True, "no": False}
_FORMAT = re.compile(r"YYYY|MM?|DD?")
Read = Callable[[Cell], Any]


class Wrong(ValueError):
    """A cell that can't be read as what it should be."""

    def __init__(self, code: str, expected: str = "", near: str = "", found: str = "") -> None:
        super().__init__(code)
        self.code, self.expected, self.near, self.found = code, expected, near, found


def shown(cell: Cell) -> str:
    """A cell as a problem repeats it."""
    if isinstance(cell, Flaw):
        return cell.found[:40]
    if isinstance(cell, str):
        return echo(cell)
    if isinstance(cell, Percent):
        return f"{cell.value:f} as per cent" if abs(cell.value) < MAX_FEN else "a number as per cent"
    if isinstance(cell, Decimal):
        return f"{cell:f}" if cell.adjusted() < 30 and cell.as_tuple().exponent > -30 else str(cell)  # type: ignore[operator]
    return str(cell)


@dataclass
class Days:
    """Reads days of one declared format: `YYYY-MM-DD`; `M` and `D` also take one digit."""

    form: str
    _pattern: re.Pattern[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        groups = {
            "YYYY": r"(?P<y>\d{4})",
            "MM": r"(?P<m>\d\d)",
            "M": r"(?P<m>\d\d?)",
            "DD": r"(?P<d>\d\d)",
            "D": r"(?P<d>\d\d?)",
        }
        parts = _FORMAT.findall(self.form)
        if sorted(part[0] for part in parts) != ["D", "M", "Y"]:
            raise ValueError("a format with YYYY, MM and DD (or M and D), like YYYY/M/D")
        between = [re.escape(text) for text in _FORMAT.split(self.form)]
        if any(not edge and {"M", "D"} & set(parts[at : at + 2]) for at, edge in enumerate(between[1:-1])):
            raise ValueError("something between the parts of a day, or two digits for each")
        self._pattern = re.compile(
            "".join(a + b for a, b in zip(between, [*(groups[p] for p in parts), ""], strict=True)), re.ASCII
        )

    def read(self, cell: Cell) -> date:
        if isinstance(cell, datetime):
            raise Wrong("SR929", "a day without an hour")
        if isinstance(cell, date):
            return cell
        if isinstance(cell, str) and (match := self._pattern.fullmatch(cell.strip())):
            try:
                return date(int(match["y"]), int(match["m"]), int(match["d"]))
            except ValueError:
                pass
        if isinstance(cell, (int, Decimal)) and not isinstance(cell, bool):
            raise Wrong(
                "SR929", f"a cell formatted as a date, or text like {self.form}", found=f"the number {shown(cell)}"
            )
        raise Wrong("SR929", f"a date cell, or text like {self.form}")

    def hour(self, cell: Cell) -> str:
        """A day, or a day with its hour: text whose order is theirs."""
        if isinstance(cell, datetime):
            return cell.isoformat(timespec="seconds")
        if isinstance(cell, str) and re.fullmatch(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?", cell.strip(), re.ASCII):
            try:
                return datetime.fromisoformat(cell.strip()).isoformat(timespec="seconds")
            except ValueError:
                raise Wrong("SR929", "a day and an hour that exist") from None
        return self.read(cell).isoformat()


def quantity(fact: FactType, unit: str | None) -> Read:
    """Money, rates, numbers, counts and months. `unit`: from the header; None where it states none."""
    units = UNITS[fact.kind]
    default = units.get(unit) if unit is not None else units.get("")
    wanted = (
        "an amount like 500万元" if fact.kind == "money" else "a rate like 3.5%" if fact.kind == "rate" else "a number"
    )
    if fact.kind in ("count", "months"):
        wanted = "a whole number"
    low, high = fact.range
    most = MAX_FEN if high is None else min(high, MAX_FEN)

    def read(cell: Cell) -> int:
        number, places = default_of(cell) if not isinstance(cell, (str, Percent)) else stated(cell)
        if number < 0 <= low:
            raise Wrong("SR926", wanted)
        if number.adjusted() + places > 18:
            raise Wrong("SR927", "a smaller number")
        if number.as_tuple().exponent < -places - 6:  # type: ignore[operator]
            raise Wrong("SR928", wanted)
        raw = number.scaleb(places)
        if raw != raw.to_integral_value():
            raise Wrong("SR928" if fact.kind not in ("count", "months") else "SR924", wanted)
        if not low <= raw <= most:
            raise Wrong("SR927", "a value in the legal range of this fact")
        return int(raw)

    def default_of(cell: Cell) -> tuple[Decimal, int]:
        if isinstance(cell, bool) or not isinstance(cell, (int, Decimal)):
            raise Wrong("SR924", wanted)
        if default is None:
            raise Wrong("SR925", " or ".join(f"（{one}）" for one in units))
        return Decimal(cell), default

    def stated(cell: str | Percent) -> tuple[Decimal, int]:
        if isinstance(cell, Percent):
            if fact.kind != "rate":
                raise Wrong("SR924", f"{wanted}, not per cent")
            return cell.value, UNITS["rate"]["1"]
        text = cell.translate(_FULL_WIDTH).strip()
        match = _WRITTEN.fullmatch(text) if len(text) <= 60 else None
        if match is None:
            raise Wrong("SR922" if _NO_NUMBER.fullmatch(text) else "SR924", wanted)
        number = Decimal(match["number"].replace(",", "") + (match["part"] or ""))
        if match["sign"] and number:
            number = -number
        if not match["unit"]:
            return default_of(number)
        if match["unit"] not in units:
            raise Wrong(
                "SR924",
                wanted,
                nearest(match["unit"], units) or (f"{match['unit']}元" if f"{match['unit']}元" in units else ""),
            )
        return number, units[match["unit"]]

    return read


def truth(cell: Cell) -> bool:
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, str) and (found := _TRUTH.get(cell.strip().lower())) is not None:
        return found
    raise Wrong("SR924", "是 or 否, TRUE or FALSE")


def choice(options: Mapping[str, str]) -> Read:
    """`options`: by every way to write one (`key`), the option."""

    def read(cell: Cell) -> str:
        if isinstance(cell, str) and (found := options.get(key(cell))) is not None:
            return found
        names = {**options}
        near = nearest(key(cell), names) if isinstance(cell, str) else ""
        raise Wrong("SR930", ", ".join(dict.fromkeys(options.values())), near)

    return read


def text(cell: Cell) -> str:
    """Text on one line, outer spaces off. A whole number in a plain cell is its digits; other numbers are refused."""
    if isinstance(cell, str):
        found = cell.strip()
        if not found or len(found) > LONGEST or not found.isprintable():
            raise Wrong("SR924", "text on one line, without signs that can't be seen")
        return found
    if isinstance(cell, int) and not isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, (Decimal, Percent)):
        raise Wrong("SR934", "a cell formatted as text")
    raise Wrong("SR924", "text")


def _checked(code: str, valid: Callable[[str], bool]) -> Read:
    """An identity of 18 characters, of which the last checks the others."""

    def read(cell: Cell) -> str:
        found = text(cell)
        if not valid(found):
            near = unicodedata.normalize("NFKC", found).upper().replace(" ", "")
            raise Wrong(code, "18 characters, the last of them computed", near if valid(near) else "")
        return found

    return read


credit_code, citizen_id = _checked("SR932", is_credit_code), _checked("SR933", is_citizen_id)


def key(written: str) -> str:
    """A name as it is compared: without spaces, widths and case."""
    return "".join(unicodedata.normalize("NFKC", written).casefold().split())
