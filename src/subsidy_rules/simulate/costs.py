"""What a policy costs: by rule, article, department and payee; cash, financing and other support never in one sum."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from ..explain.labels import PAYEE
from ..model.policy import Rule
from ..model.program import ProgramRule
from ..model.vocabulary import Label
from .budget import at_most
from .outcome import Outcome, summed
from .sampling import Array


@dataclass(frozen=True, slots=True)
class Line:
    """`awards` that pay something in a run, `applicants` who have one; `open`: awards of money without a figure. In fen."""

    key: str
    title: Label
    kind: str
    article: str
    awards: int
    applicants: int
    open: int
    assured: int
    ceiling: int


@dataclass(frozen=True, slots=True)
class Costs:
    """Assured: the sum over the awards. Ceiling: the most that a line's awards may come to, no more than their pools and quotas;
    ceilings of parts may add up to more than that of the whole."""

    total: tuple[Line, ...]
    payees: tuple[Line, ...]
    articles: tuple[Line, ...]
    departments: tuple[Line, ...]
    rules: tuple[Line, ...]


def costs(outcome: Outcome) -> Costs:
    everything = Label(zh="合计", en="Total")
    return Costs(
        total=tuple(lines(outcome, lambda rule, written: ("total", everything))),
        payees=tuple(lines(outcome, lambda rule, written: _payee(rule.payee))),
        articles=tuple(lines(outcome, lambda rule, written: (written.article, written.title))),
        departments=tuple(lines(outcome, lambda rule, written: _department(written))),
        rules=tuple(lines(outcome, lambda rule, written: (rule.id, written.title))),
    )


def _department(written: Rule) -> tuple[str, Label]:
    name = "、".join(written.department)
    return name, Label(zh=name, en=name)


def _payee(payee: str) -> tuple[str, Label]:
    zh, en = PAYEE[payee]
    return payee, Label(zh=zh, en=en)


def lines(outcome: Outcome, naming: Callable[[ProgramRule, Rule], tuple[str, Label]]) -> Iterable[Line]:
    """One line for each name and kind of support, in the order of the policy; also where nothing is claimed."""
    program = outcome.rules.program
    order = sorted(range(len(program.rules)), key=lambda at: _place(outcome, at))
    groups: dict[tuple[str, str], list[int]] = {}
    titles: dict[tuple[str, str], dict[Label, str]] = {}
    for at in order:
        written = program.written[at]
        key, title = naming(program.rules[at], written)
        groups.setdefault((key, outcome.kinds[at]), []).append(at)
        titles.setdefault((key, outcome.kinds[at]), {}).setdefault(title, written.article)
    number = np.zeros(len(program.rules), dtype=np.int64)
    for place, members in enumerate(groups.values()):
        number[members] = place
    mine = number[outcome.rule]
    paying = (outcome.low > 0) | (outcome.high > 0)
    low, high = summed(mine, outcome.low, len(groups)), [at_most(outcome, members) for members in groups.values()]
    awards, open_ = summed(mine, paying, len(groups)), summed(mine, outcome.open, len(groups))
    applicants = _applicants(mine[paying], outcome.who[paying], len(groups))
    for place, (key, kind) in enumerate(groups):
        title, article = _together(titles[key, kind])
        yield Line(key, title, kind, article, awards[place], applicants[place], open_[place], low[place], high[place])


def _together(titles: Mapping[Label, str]) -> tuple[Label, str]:
    """The first of several titles, and how many there are; the article."""
    first, more = next(iter(titles)), len(titles) - 1
    title = Label(zh=f"{first.zh}等{more + 1}项", en=f"{first.en} and {more} more") if more else first
    return title, titles[first]


def _place(outcome: Outcome, at: int) -> int:
    """Where a rule stands in its document."""
    program = outcome.rules.program
    written = program.written[at]
    return next(place for place, rule in enumerate(program.policies[0].rules) if rule is written)


def _applicants(keys: Array, who: Array, count: int) -> list[int]:
    """How many different applicants each key has."""
    pairs = np.unique(np.stack((keys, who), axis=1), axis=0) if len(keys) else np.zeros((0, 2), dtype=np.int64)
    return summed(pairs[:, 0], np.ones(len(pairs), dtype=np.int64), count)
