"""A model of the solver is an example only once the engine has shown on it what is said. Then it is made short: items and
facts that are not needed are left out, figures are made round, and each time the engine is asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..errors import ProblemsError
from ..expr import QUANTITIES, evaluate
from ..loading.link import quantity
from ..model.assessment import Assessment, Award
from ..model.case import Case
from ..model.program import Program, ProgramRule
from ..rules import Rules
from .world import raw_text

Application = Mapping[str, Any]
Shows = Callable[[Case, Assessment], bool]
Place = tuple[int, str]  # an item's position, -1 for the applicant; and a fact


def shown(rules: Rules, application: Application, claim: Shows) -> bool:
    """Whether the engine's answer to an application shows what is claimed."""
    try:
        case = rules.admit(application)
        return claim(case, rules.assess(case))
    except ProblemsError:
        return False


def award_of(answer: Assessment, rule: str, item: str | None) -> Award | None:
    """The award of a rule (by id) for an item."""
    return next((award for award in answer.awards if (award.rule, award.item) == (rule, item)), None)


def certain(award: Award) -> bool:
    """Nothing that decides about the award is left open."""
    return not award.missing and not award.judgements


def decided(answer: Assessment, rules: Iterable[ProgramRule]) -> bool:
    """Nothing that decides about any award of these rules is left open."""
    ids = {rule.id for rule in rules}
    return all(certain(award) for award in answer.awards if award.rule in ids)


def known_facts(program: Program, case: Case, item: str | None) -> dict[str, Any]:
    """The facts of the applicant and of an item, by name."""
    values = dict(zip(program.applicant_facts, case.values, strict=True))
    for one in case.items:
        if one.id == item:
            values |= zip(program.item_facts[one.kind], one.values, strict=True)
    return values


def taken(program: Program, rule: ProgramRule, case: Case, item: str | None) -> int | None:
    """The branch that applies, by the reference evaluator; None where none does, or where that is not known."""
    values = known_facts(program, case, item)
    for at, branch in enumerate(rule.branches):
        holds = evaluate(branch.when, values) if branch.when else True
        if holds is not False:
            return at if holds else None
    return None


def short(rules: Rules, application: Application, claim: Shows) -> Application:
    """A shorter and rounder application that shows the same as the given one, which has to show it."""
    best = application
    for at in reversed(range(len(best.get("items", ())))):
        fewer = {**best, "items": [item for n, item in enumerate(best["items"]) if n != at]}
        best = fewer if shown(rules, fewer, claim) else best
    best = _with(best, _fewest(list(_places(best)), lambda kept: shown(rules, _with(best, kept), claim)))
    for place in _places(best):
        best = _rounded(rules, best, place, claim)
    return best if best.get("items") else {name: value for name, value in best.items() if name != "items"}


def _places(application: Application) -> Iterator[Place]:
    yield from ((-1, name) for name in application["applicant"]["facts"])
    for at, item in enumerate(application.get("items", ())):
        yield from ((at, name) for name in item["facts"])


def _with(application: Application, kept: Sequence[Place]) -> Application:
    """Only some of the facts."""
    places = set(kept)

    def only(at: int, holder: Mapping[str, Any]) -> dict[str, Any]:
        return {**holder, "facts": {name: text for name, text in holder["facts"].items() if (at, name) in places}}

    items = [only(at, item) for at, item in enumerate(application.get("items", ()))]
    return {**application, "applicant": only(-1, application["applicant"])} | ({"items": items} if items else {})


def _fewest(places: list[Place], enough: Callable[[list[Place]], bool]) -> list[Place]:
    """Places of which none can be left out; those that can go in large pieces first."""
    size = len(places)
    while size:
        at = 0
        while at < len(places):
            fewer = places[:at] + places[at + size :]
            if enough(fewer):
                places = fewer
            else:
                at += size
        size //= 2
    return places


def _rounded(rules: Rules, application: Application, place: Place, claim: Shows) -> Application:
    """With the least round figure in one place that still shows it, found as if it were monotone."""
    kind, value = _raw(rules.program, application, place)
    if kind not in QUANTITIES:
        return application

    def still(figure: int) -> Application | None:
        changed = replaced(application, place, raw_text(kind, figure))
        return changed if shown(rules, changed, claim) else None

    coarse = _UNITS[kind][0]
    above = -(-value // coarse) * coarse
    unit = coarse if still(above) else _UNITS[kind][-1]
    best = still(above) or application
    figures = list(round_figures(unit, above if unit == coarse else value))
    low, high = 0, len(figures)
    while low < high:
        middle = (low + high) // 2
        if changed := still(figures[middle]):
            best, high = changed, middle
        else:
            low = middle + 1
    return best


_UNITS = {"money": (1_000_000, 1), "rate": (10_000, 1), "number": (1_000_000, 1), "count": (1,), "months": (1,)}


def round_figures(unit: int, most: int) -> Iterator[int]:
    """0, and figures of one or two digits times a power of ten of the unit that are at most the given one, rising."""
    yield from (digit * unit for digit in range(10) if digit * unit <= most)
    while 10 * unit <= most:
        yield from (digit * unit for digit in range(10, 100) if digit * unit <= most)
        unit *= 10


def replaced(application: Application, place: Place, text: str) -> Application:
    """With another value of one fact."""
    at, name = place
    if at < 0:
        applicant = application["applicant"]
        return {**application, "applicant": {**applicant, "facts": {**applicant["facts"], name: text}}}
    items = list(application["items"])
    items[at] = {**items[at], "facts": {**items[at]["facts"], name: text}}
    return {**application, "items": items}


def _raw(program: Program, application: Application, place: Place) -> tuple[str, int]:
    at, name = place
    holder = application["applicant"] if at < 0 else application["items"][at]
    declared = program.applicant_facts if at < 0 else program.item_facts[holder["kind"]]
    kind = declared[name].kind
    return kind, quantity(kind, holder["facts"][name]) if kind in QUANTITIES else 0
