"""Boundary cases of the time in force."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from ..engine.claims import first_day, last_day
from ..model.vocabulary import Label
from .filling import Filling
from .found import Found, single


def cases_of_days(filling: Filling, policy: int) -> Iterator[Found]:
    """The first and the last day in force, and the days beside them: of the claim (one rule stands for all that go by it),
    and of each fact that decides instead."""
    by_claim = False
    for rule in filling.program.rules:
        said = filling.claimable(rule) if rule.policy == policy else None
        if said is None or (rule.dated_by is None and (rule.unquantified or by_claim)):
            continue
        by_claim = by_claim or rule.dated_by is None
        application = single(filling, rule, said)
        published = {name: date.fromisoformat(text) for name, text in application.get("published", {}).items()}
        first = first_day(filling.program, policy, published)
        last = last_day(filling.program, policy, first)
        edges = ((first, "施行首日", "the first day in force"), (last, "施行末日", "the last day in force"))
        for edge, zh, en in edges:
            for by in (-1, 0, 1) if edge else ():
                assert edge
                day = edge + timedelta(by)
                side = f"{by:+d}" if by else ""
                label = Label(zh=f"{day.isoformat()}（{zh}{side}）", en=f"{day.isoformat()} ({en}{side})")
                if rule.dated_by:
                    dated = single(filling, rule, {**said, rule.dated_by: day})
                else:
                    dated = {**application, "date": day.isoformat(), "year": str(day.year)}
                yield Found("day", label, dated, (rule,), frozenset({rule.dated_by} if rule.dated_by else ()))
