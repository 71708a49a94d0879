"""The smallest changes of one known fact that raise the ceiling, and which awards they move."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, Literal

from ..engine.assess import assess
from ..expr import QUANTITIES, FactType, show
from ..expr import Literal as Constant
from ..model.advice import Change, Moved
from ..model.assessment import Assessment, Award, Interval
from .probe import Place, Probe, gain
from .readers import stepped

MOST = 50  # changes that are told
LEAST_STEP = 100  # fen: what a ceiling must jump by at a threshold, beyond the slope before it
OUT = ("ineligible", "not_in_force", "excluded")
Outcome = Callable[[Any], Interval]


def changes(probe: Probe, answer: Assessment) -> tuple[list[Change], int]:
    """The largest gain first, then the smallest change; and how many facts were left out for want of time."""
    found: list[tuple[tuple[Any, ...], Place, Any, Interval]] = []
    left_out = 0
    for place in probe.places():
        now, kind = probe.value(place), probe.uses(place).type.kind
        if now is None or kind in ("judgement", "text"):
            continue  # what an office judges, and what a thing is, are not the applicant's to change
        if probe.spent:
            left_out += 1
            continue
        for value, total in _better(probe, place, now):
            won = gain(probe.total, total)
            order = (-(won.ceiling or 0), _size(now, value), place[0] or "", place[1], str(value))
            found.append((order, place, value, won))
    found.sort(key=lambda entry: entry[0])
    return [_change(probe, answer, *entry[1:]) for entry in found[:MOST]], left_out


def _better(probe: Probe, place: Place, now: Any) -> Iterator[tuple[Any, Interval]]:
    """Values with a higher ceiling: of options with the same total the first, of quantities each that pays more than all
    nearer ones."""
    outcome, values = probe.outcomes(place), [value for value in probe.values(place) if value != now]
    type_ = probe.uses(place).type
    if type_.kind in ("bool", "choice"):
        seen: set[tuple[int, int]] = set()
        for value in values:
            total = outcome(value)
            if _ceiling(total) > _ceiling(probe.total) and (total.assured, _ceiling(total)) not in seen:
                seen.add((total.assured, _ceiling(total)))
                yield value, total
        return
    if type_.kind == "date" and (probe.case.date is None or now < probe.case.date):
        return  # the past can't be changed
    for way in (1, -1):
        best = _ceiling(probe.total)
        for value in sorted((v for v in values if (v > now) == (way > 0)), reverse=way < 0):
            total = outcome(value)
            past = type_.kind == "date" and probe.case.date is not None and value < probe.case.date
            if _ceiling(total) > best and not past and _is_step(outcome, type_, now, value, way):
                best = _ceiling(total)
                yield value, total


def _ceiling(total: Interval) -> int:
    assert total.ceiling is not None
    return total.ceiling


def _is_step(outcome: Outcome, type_: FactType, now: Any, value: Any, way: int) -> bool:
    """Whether the ceiling jumps there: a base that is a little larger also pays a little more, which is no news."""

    def before(one: Any) -> Any:
        return now if one == now else stepped(type_, one, -way)

    near = before(value)
    at, one, two = (_ceiling(outcome(v)) for v in (value, near, before(near)))
    return at - one > max(0, one - two) + LEAST_STEP


def _size(now: Any, value: Any) -> int:
    """Millionths of what it is now; another option, or a condition turned round, counts as a whole."""
    if isinstance(now, (bool, str)):
        return 10**6
    size: int = (
        abs((value - now).days) * 10**6 // 365 if isinstance(now, date) else abs(value - now) * 10**6 // max(now, 1)
    )
    return size


def _change(probe: Probe, answer: Assessment, place: Place, value: Any, won: Interval) -> Change:
    named, now = probe.named(place), probe.value(place)
    fact = probe.readers.declared(named)
    changed = assess(probe.program, probe.with_value(place, value), probe.pricer)
    direction: Literal["up", "down", "other"] = (
        "other" if isinstance(now, (bool, str)) else "up" if value > now else "down"
    )
    return Change(
        item=place[0],
        item_kind=named[0] or None,
        fact=place[1],
        kind=fact.kind,
        label=fact.label,
        before=written(fact.kind, now),
        after=written(fact.kind, value),
        difference=_difference(fact.kind, now, value),
        direction=direction,
        gain=won,
        awards=tuple(_moved(answer, changed)),
    )


def written(kind: str, value: Any) -> str:
    """A raw value as an application states it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    text = show(Constant(kind, value))
    return text.removesuffix(".0") if kind == "number" else text


def _difference(kind: str, now: Any, value: Any) -> str:
    if isinstance(now, date):
        return str(abs((value - now).days))
    return written(kind, abs(value - now)) if kind in QUANTITIES else ""


def _moved(before: Assessment, after: Assessment) -> Iterator[Moved]:
    """Awards whose amounts differ, in the order of the answer."""
    then = {(award.policy, award.rule, award.item): award for award in after.awards}
    for award in before.awards:
        other = then[award.policy, award.rule, award.item]
        was, is_ = _alive(award), _alive(other)
        if was == is_ and award.settled == other.settled:
            continue
        yield Moved(
            policy=award.policy,
            rule=award.rule,
            item=award.item,
            article=award.article,
            title=award.title,
            how="appears" if is_ and not was else "disappears" if was and not is_ else "changes",
            before=award.settled,
            after=other.settled,
        )


def _alive(award: Award) -> bool:
    """It pays, or may pay."""
    return award.status not in OUT and (award.settled is None or award.settled.ceiling != 0)
