"""What the applicant gets by the value of one quantity, all else as it was told: for a slider, with its cliffs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ..advice.changes import written
from ..advice.parts import Only
from ..errors import nearest
from ..explain import Names, money
from ..explain.wording import figures
from ..expr import QUANTITIES
from ..loading.context import Context
from ..model.assessment import Fen, Run
from ..model.case import Case
from ..money import format_units
from ..reading import Document
from ..rules import Rules
from ..verify.curve import Change, paid
from ..verify.curve import curve as drawn
from .codes import CODES
from .requests import CurveRequest

READ = "a quantity (money, rate, number, count, months) that a rule reads"


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """`at`: the value as an application states it; `raw`: as a whole number (fen, millionths of a rate or number,
    count)."""

    at: str
    raw: int
    assured: Fen
    ceiling: Fen


@dataclass(frozen=True, slots=True)
class CurveChange:
    """From `first` to `last` the amount falls (a cliff: more pays less) or leaps up (a step). `words` says it."""

    amount: Literal["assured", "ceiling"]
    first: str
    first_raw: int
    last: str
    last_raw: int
    before: Fen
    after: Fen
    words: str


@dataclass(frozen=True, slots=True)
class Curve:
    """Between neighbouring `points` both amounts are linear but for `slack` fen. Cash to the applicant over all
    chosen policies."""

    item: str | None
    fact: str
    kind: str
    label: str
    points: tuple[CurvePoint, ...]
    cliffs: tuple[CurveChange, ...]
    steps: tuple[CurveChange, ...]
    slack: int

    @classmethod
    def of(cls, request: CurveRequest, rules: Rules, case: Case) -> Curve:
        """Raises ProblemsError where there is no such quantity."""
        kind = _kind(request, rules, case)
        sort = (rules.program.item_facts[kind] if kind else rules.program.applicant_facts)[request.fact].kind
        found = drawn(rules, case, (request.item, request.fact))
        low, high = _beside(rules, case, (kind, request.fact))
        names = Names(rules.program, request.lang)
        points = tuple(CurvePoint(_text(sort, one.at), one.at, low + one.low, high + one.high) for one in found.knots)
        cliffs, steps = (
            tuple(_changes(several, sort, names, {"low": low, "high": high})) for several in (found.cliffs, found.steps)
        )
        label = names.fact(request.fact, kind)
        return cls(request.item, request.fact, sort, label, points, cliffs, steps, found.slack)


def _kind(request: CurveRequest, rules: Rules, case: Case) -> str:
    """The kind of the item; empty for the applicant."""
    items = {item.id: item.kind for item in case.items}
    context = Context(Document({"item": request.item or "", "fact": request.fact}, {}, "<request>", ""))
    if request.item is not None and request.item not in items:
        context.add("SR989", ("item",), CODES["SR989"].en, found=request.item, expected=", ".join(items))
    context.stop()
    kind = items[request.item] if request.item is not None else ""
    read = [name for of, name in rules.readers.uses if of == kind]
    known = [name for name in read if rules.readers.declared((kind, name)).kind in QUANTITIES]
    if request.fact not in known:
        near = nearest(request.fact, known)
        context.add("SR989", ("fact",), CODES["SR989"].en, found=request.fact, expected=READ, nearest=near)
    context.stop()
    return kind


def _beside(rules: Rules, case: Case, fact: tuple[str, str]) -> tuple[int, int]:
    """What the rules pay that the quantity does not reach: assured and ceiling in fen."""
    reached = rules.readers.reached(rules.readers.uses[fact])
    others = frozenset(range(len(rules.program.rules))) - reached
    return paid(rules, case, Only(rules.pricer, others), ("applicant", True))


def _text(kind: str, raw: int) -> str:
    return format_units(raw) if kind == "money" else written(kind, raw)


def _changes(found: tuple[Change, ...], kind: str, names: Names, beside: dict[Run, int]) -> Iterator[CurveChange]:
    lang = names.lang
    for one in found:
        first, last = _text(kind, one.first), _text(kind, one.last)
        before, after = beside[one.run] + one.before, beside[one.run] + one.after
        shown = [figures(text, lang) for text in (first, last)] + [money(fen, lang) for fen in (before, after)]
        pattern = "{0} → {1}：{2} → {3}" if lang == "zh" else "{0} → {1}: {2} → {3}"
        amount: Literal["assured", "ceiling"] = "assured" if one.run == "low" else "ceiling"
        yield CurveChange(amount, first, one.first, last, one.last, before, after, pattern.format(*shown))
