"""What may turn out to be the case: applications in which everything is known that one application leaves unknown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import date, timedelta
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

from oracle_values import LITERAL, quantity

Dict = dict[str, Any]


def _samples(fact: Dict, literals: list[str]) -> list[str]:
    """Legal values of a fact: its ends, and what lies on and beside the figures that the policies name."""
    kind = fact["kind"]
    if kind in ("bool", "judgement"):
        return ["false", "true"]
    if kind == "choice":
        return list(fact["options"])
    if kind == "text":
        return ["c-1", "c-2", "c-3"]
    if kind == "date":
        days = [date.fromisoformat(text) for text in literals if re.fullmatch(r"\d{4}-\d\d-\d\d", text)]
        beside = {day + timedelta(days=n) for day in days for n in (-1, 0, 1)}
        return [day.isoformat() for day in sorted(beside | {date(2000, 1, 1), date(2099, 12, 31)})]
    unit, step, most = {
        "money": ("元", Fraction(1), Fraction(10**12)),
        "rate": ("%", Fraction(1, 10**6), Fraction(2)),
        "number": ("", Fraction(1, 10**6), Fraction(10**6)),
        "count": ("", Fraction(1), Fraction(1000)),
        "months": ("", Fraction(1), Fraction(1000)),
    }[kind]
    figures = [
        quantity(t) for t in literals if re.fullmatch(r"[\d.]+(元|万元|亿元)" if unit == "元" else rf"[\d.]+{unit}", t)
    ]
    least = quantity(fact["at_least"]) if "at_least" in fact else Fraction(0)
    most = quantity(fact["at_most"]) if "at_most" in fact else most
    near = {figure + n * step for figure in figures for n in (-1, 0, 1)} | {least, most, (least + most) / 2}
    near = {value for value in near if least <= value <= most and (value / step).denominator == 1}
    if unit == "元":
        return [f"{int(value) // 100}.{int(value) % 100:02d}元" for value in sorted(near)]
    scale, decimals = (100, 4) if unit == "%" else (1, 6 if kind == "number" else 0)
    return [_decimal(value * scale, decimals) + unit for value in sorted(near)]


def _decimal(value: Fraction, decimals: int) -> str:
    whole, rest = divmod(int(value * 10**decimals), 10**decimals)
    return f"{whole}.{rest:0{decimals}d}" if rest else str(whole)


def _strings(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for value in data.values():
            yield from _strings(value)
    elif isinstance(data, (list, tuple)):
        for value in data:
            yield from _strings(value)


def completions(
    policies: list[Dict], vocabulary: Dict, application: Dict, most: int = 20, seed: int = 0
) -> Iterator[Dict]:
    """Applications in which everything that this one leaves unknown is known: all, or `most` drawn ones.

    Facts take sample values (those that no policy mentions, one value); an incomplete history turns out to be what is
    known of it; a rival's range one of its ends; an open option one of the rules, or is left. Parameters stay."""
    texts = list(_strings(policies))
    literals = sorted(
        {m[0] for text in texts for m in LITERAL.finditer(text)} | {m for t in texts for m in re.findall(r"\b\d+\b", t)}
    )
    words = {word for text in texts for word in re.findall(r"[^\W\d]\w*", text)}
    open_places: list[tuple[Any, str, list[Any]]] = []  # (path to a dict, its key, values)

    def facts(path: tuple[Any, ...], said: Dict, declared: Dict) -> None:
        for name, fact in declared.items():
            if said.get(name, "unknown") == "unknown":
                open_places.append((path, name, _samples(fact, literals)[:: 1 if name in words else 10**6]))

    facts(("applicant", "facts"), application["applicant"].get("facts", {}), vocabulary["applicant"])
    for number, item in enumerate(application.get("items", ())):
        facts(("items", number, "facts"), item.get("facts", {}), vocabulary["items"][item["kind"]]["facts"])
    for number, rival in enumerate(application.get("rivals", ())):
        if isinstance(rival["amount"], dict):
            open_places.append((("rivals", number), "amount", list(rival["amount"].values())))
    for policy in policies:
        for bound in policy["bounds"]:
            path, exclusive = f"{policy['id']}/{bound['id']}", bound.get("exclusive", {})
            if exclusive.get("choose") == "option" and path not in application.get("options", {}):
                rival = ["rival"] if "against" in exclusive else []
                open_places.append((("options",), path, [None, *bound["rules"], *rival]))
    if application["history"] == "partial":
        open_places.append(((), "history", ["complete"]))

    size = 1
    for *_, choices in open_places:
        size *= len(choices)
    random = Random(seed)
    everything = product(*(choices for *_, choices in open_places))
    drawn = ([random.choice(choices) for *_, choices in open_places] for _ in range(most))
    for chosen in everything if size <= most else drawn:
        complete = deepcopy(application)
        for (path, name, _), value in zip(open_places, chosen, strict=True):
            place: Any = complete
            for step in path:
                place = place.setdefault(step, {}) if isinstance(place, dict) else place[step]
            if value is not None:
                place[name] = value
        yield complete
