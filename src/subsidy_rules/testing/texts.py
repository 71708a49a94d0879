"""Every text of a policy that is an expression, with what it is for; and single faults inside an expression."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Literal

from .edits import Edit, Node, Path, entries, listed

Role = Literal["condition", "amount", "rate", "base", "cap", "minimum", "units", "formula", "edge"]
_BASES = ("of", "share_of", "each", "months", "years", "before")
_UNITS = {"元": ("万元",), "万元": ("元", "亿元"), "亿元": ("万元",)}
_TOKEN = re.compile(
    r"""(?P<string>'[^']*'|"[^"]*") | (?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2}) | (?P<number>[0-9]+(?:\.[0-9]+)?(?:%|[亿万]?元)?)
    | (?P<word>not\ +in(?!\w)|[^\W\d]\w*) | (?P<sign>==|!=|<=|>=|<|>|[,\[\]()])""",
    re.VERBOSE,
)
_STRICT = {">=": ">", ">": ">=", "<=": "<", "<": "<="}
_TURNED = {">=": "<", ">": "<=", "<=": ">", "<": ">=", "==": "!=", "!=": "==", "in": "not in", "not in": "in"}


def texts(policy: Node) -> Iterator[tuple[str, Path, Role, str]]:
    """(entry, path, role, text) of every expression, in the order of the document."""
    for path, entry in entries(policy):
        for where, role, text in _of_entry(entry):
            yield entry["id"], path + where, role, text


def _of_entry(entry: Node) -> Iterator[tuple[Path, Role, str]]:
    for where, text in listed(entry, "when"):
        yield where, "condition", text
    for where, pay in listed(entry, "pays"):
        yield from ((where + inner, role, text) for inner, role, text in _of_pay(pay))
    for where, text in listed(entry, "max"):
        yield where, "cap", text
    if "minimum" in entry:
        yield ("minimum",), "minimum", entry["minimum"]
    for where, cap in listed(entry, "cap"):
        for name in ("limit", "units"):
            if name in cap and cap[name] != "unpublished":
                yield (*where, name), "cap" if name == "limit" else "units", cap[name]


def _of_pay(pay: Node) -> Iterator[tuple[Path, Role, str]]:
    if "when" in pay:
        yield ("when",), "condition", pay["when"]
    for name in _BASES:
        if isinstance(pay.get(name), str):
            yield (name,), "base", pay[name]
    yield from _ranged(pay, "formula", "formula")
    yield from _paid(pay)
    for table in ("bands", "brackets", "milestones"):
        for name in ("of", "before"):
            if name in pay.get(table, {}):
                yield (table, name), "base", pay[table][name]
        for where, row in listed(pay.get(table, {}), "rows"):
            yield from (((table, *where, *inner), role, text) for inner, role, text in _paid(row))
    if "step" in pay:
        yield from ((("step", *inner), role, text) for inner, role, text in _paid(pay["step"]))
        yield ("step", "of"), "base", pay["step"]["of"]
        yield from ((("step", name), "edge", pay["step"][name]) for name in ("every", "above") if name in pay["step"])
    if "uplift" in pay:
        yield ("uplift", "by"), "rate", pay["uplift"]["by"]
    for where, text in listed(pay, "max"):
        yield where, "cap", text


def _paid(node: Node) -> Iterator[tuple[Path, Role, str]]:
    yield from _ranged(node, "amount", "amount")
    yield from _ranged(node, "rate", "rate")


def _ranged(node: Node, name: str, role: Role) -> Iterator[tuple[Path, Role, str]]:
    value: Any = node.get(name)
    if isinstance(value, str):
        yield (name,), role, value
    elif value is not None:
        yield from (((name, end), role, value[end]) for end in ("from", "to"))


def slips(policy: Node) -> Iterator[Edit]:
    """Wrong signs, words and figures, one at a time."""
    for entry, path, role, text in texts(policy):
        for match in _TOKEN.finditer(text):
            for kind, new in _slips(role, match):
                after = " ".join((text[: match.start()] + new + text[match.end() :]).split())
                yield Edit(kind, entry, path, text, after, {path: after})


def _slips(role: Role, match: re.Match[str]) -> Iterator[tuple[str, str]]:
    """(kind of the fault, what stands there instead of the token)."""
    word = match[0]
    if match.lastgroup == "number":
        kinds = {"condition": "threshold", "formula": "rate" if word.endswith("%") else "amount", "base": "amount"}
        for new in mistaken(word, beside=role == "condition"):
            unit = word.lstrip("0123456789.") != new.lstrip("0123456789.")
            yield "unit" if unit else kinds.get(role, role), new
    elif match.lastgroup == "date":
        yield from (("threshold", new) for new in mistaken(word))
    elif word in _STRICT:
        yield "operator", _STRICT[word]
        yield "direction", _TURNED[word]
    elif word in _TURNED:
        yield "negation", _TURNED[word]
    elif word == "not":
        yield "negation", ""
    elif word in ("and", "or"):
        yield "connective", "or" if word == "and" else "and"
    elif word in ("min", "max"):
        yield "least", "max" if word == "min" else "min"


def mistaken(figure: str, beside: bool = True) -> Iterator[str]:
    """A figure with the wrong unit, one up and down (`beside`), another first digit, a zero too many; a date a day off."""
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", figure):
        yield from ((date.fromisoformat(figure) + timedelta(by)).isoformat() for by in (1, -1))
        return
    unit = figure.lstrip("0123456789.")
    number = figure.removesuffix(unit)
    yield from (number + other for other in _UNITS.get(unit, ()))
    first = next((at for at, digit in enumerate(number) if digit not in "0."), None)
    if first is None:
        return  # of nothing there is no digit to mistake
    digit = "1" if number[first] == "9" else str(int(number[first]) + 1)
    others = [number[:first] + digit + number[first + 1 :], _tenfold(number)]
    if beside and "." not in number:
        others += [str(int(number) + by) for by in (1, -1) if int(number) + by > 0]
    yield from (other + unit for other in dict.fromkeys(others) if other != number)


def _tenfold(number: str) -> str:
    whole, _, part = number.partition(".")
    moved = (whole + part[:1]).lstrip("0") if part else f"{whole}0"
    return f"{moved or '0'}.{part[1:]}" if part[1:] else moved


def options(policy: Node) -> Iterator[Edit]:
    """One of several options is missing."""
    for entry, path, _, text in texts(policy):
        for found in re.finditer(r"in (?P<open>[(\[])(?P<listed>[^()\[\]]*)[)\]]", text):
            listed_ = found["listed"].split(", ")
            for at in range(len(listed_) if len(listed_) > 1 else 0):
                fewer = listed_[:at] + listed_[at + 1 :]
                kept = f"({', '.join(fewer)})" if len(fewer) > 1 else f"[{fewer[0]}]"
                after = f"{text[: found.start()]}in {kept}{text[found.end() :]}"
                yield Edit("option", entry, path, listed_[at], "", {path: after})


def bases(policy: Node) -> Iterator[Edit]:
    """Another base: one that a rule for the same kind of item takes."""
    kinds = {entry["id"]: entry.get("item", "") for _, entry in entries(policy)}
    found = [
        (entry, path, text, "money" if path[-1] in ("of", "share_of") else str(path[-1]))
        for entry, path, role, text in texts(policy)
        if role == "base" and text.isidentifier()
    ]
    for entry, path, text, what in found:
        others = sorted({o for e, _, o, w in found if (kinds[e], w) == (kinds[entry], what)} - {text})
        if others:
            yield Edit("base", entry, path, text, others[0], {path: others[0]})


FAULTS = (slips, options, bases)
