"""The result as tables: the same rows for the page, beside the pictures, and for files."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from ..explain import Lang, Names
from ..explain.labels import STEP
from ..explain.wording import figures
from ..model.vocabulary import Label
from .cells import Cell, Clausal, Money, Said, Sheet
from .costs import Line
from .figures import Figure
from .pools import PoolUse
from .sensitivity import Binding, Change, TakeUp, Turned
from .spread import Spread
from .study import QUANTILES, Simulation, Spans
from .versions import Comparison
from .words import say
from .written import decimal

ENDS = ("assured", "ceiling_short")
_TOLD = ("article", "name", "figure", "kind")
BINDING = (*_TOLD, "hits", "awards", *(f"takes:{end}" for end in ENDS), "endless")
SENSITIVITY = (*_TOLD, *(f"{way}:{what}" for way in ("down", "up") for what in ("value", *ENDS)))
LANGS: tuple[Lang, Lang] = ("zh", "en")


def simulation_sheets(s: Simulation) -> list[Sheet]:
    costs = s.costs
    return [
        _costs("articles", costs.articles, s.article_spans),
        _costs("departments", costs.departments),
        _costs("payees", costs.payees),
        _costs("rules", costs.rules),
        _distribution(s.spreads),
        _pools(s.pools),
        _days(s.pools),
        Sheet("binding", BINDING, tuple(_binding(one) for one in s.binding)),
        Sheet("sensitivity", SENSITIVITY, tuple(_turned(one) for one in s.turned)),
        Sheet(
            "take_up", ("take_up", "applicants", "assured", "ceiling_short"), tuple(_take_up(one) for one in s.take_ups)
        ),
    ]


def _binding(one: Binding) -> tuple[Cell, ...]:
    numbers = (one.applicants, one.awards, *_money(one.takes), one.endless)
    return (*_figure(one.figure), Said("kind", one.kind), *numbers)


def _turned(one: Turned) -> tuple[Cell, ...]:
    down, up = (Label(zh=value, en=figures(value, "en")) for value in (one.down, one.up))
    return (*_figure(one.figure), Said("kind", one.kind), down, *_change(one.less), up, *_change(one.more))


def _take_up(one: TakeUp) -> tuple[Cell, ...]:
    return Fraction(one.share, 10**6), one.applicants, Money(one.assured), Money(one.ceiling)


def comparison_sheets(c: Comparison) -> list[Sheet]:
    clauses = [
        (
            Clausal(one.article), one.title, Said("kind", one.kind), Said("word", STATES[one.state]), *_money(one.before),
            *_money(one.after), *_change((one.after[0] - one.before[0], one.after[1] - one.before[1])), one.winners, one.losers,
        )
        for one in c.clauses
    ]  # fmt: skip
    sides = [
        (Said("word", name), side.winners, Money(side.gained), side.losers, Money(side.lost), side.unchanged)
        for name, side in zip(("assured", "ceiling"), c.sides, strict=True)
    ]
    excluded = [
        (
            Clausal(one.article), one.title, Said("kind", one.kind), _reason(one.reason), _bound(c, one.bound),
            one.awards, one.applicants, *_money(one.lost),
        )
        for one in c.excluded
    ]  # fmt: skip
    moved = [
        (
            one.applicant,
            *_money(one.before),
            *_money(one.after),
            Money(one.after[0] - one.before[0], True),
            Money(one.delta, True),
        )
        for one in c.moved
    ]
    before, after, delta = (
        tuple(f"{name}:{end}" for end in ("assured", "ceiling_short")) for name in ("before", "after", "delta")
    )
    by_clause = ("article", "name", "kind", "state", *before, *after, *delta, "winners", "losers")
    return [
        Sheet("clauses", by_clause, tuple(clauses)),
        Sheet("people", ("measure", "winners", "gained", "losers", "lost", "unchanged"), tuple(sides)),
        Sheet(
            "excluded", ("article", "name", "kind", "reason", "bound", "awards", "applicants", *before), tuple(excluded)
        ),
        Sheet("moved", ("applicant", *before, *after, *delta), tuple(moved)),
    ]


STATES = {"both": "both", "new": "state_new", "gone": "gone"}


def _bound(c: Comparison, path: str) -> Cell:
    """A bound by its title in the new version."""
    zh, en = (Names(c.new.rules.program, lang).bound(path) for lang in LANGS)
    return Label(zh=zh, en=en) if path else "—"


def _reason(code: str) -> Said:
    return Said("word" if code == "not_claimable" else "step" if code in STEP else "status", code)


def _money(change: Change) -> tuple[Money, Money]:
    return Money(change[0]), Money(change[1])


def _change(change: Change | None) -> tuple[Cell, Cell]:
    return (Money(change[0], True), Money(change[1], True)) if change else ("—", "—")


def _figure(figure: Figure) -> tuple[Cell, Cell, Cell]:
    zh, en = (f"{say(figure.sort, lang)} {figures(figure.value, lang)}" for lang in LANGS)
    return Clausal(figure.article), figure.title, Label(zh=zh, en=en)


def _costs(name: str, lines: Sequence[Line], spans: object = None) -> Sheet:
    named = {"articles": "article", "departments": "department", "payees": "payee", "rules": "rule"}[name]
    head: tuple[str, ...] = (named, "name", "kind", "awards", "applicants", "open", *ENDS)
    known = spans if isinstance(spans, dict) else {}
    rows: list[tuple[Cell, ...]] = []
    for line in lines:
        first: Cell = (
            Clausal(line.key) if named == "article" else line.title if named in ("department", "payee") else line.key
        )
        row: tuple[Cell, ...] = (first, line.title, Said("kind", line.kind), line.awards, line.applicants, line.open)
        found: Spans | None = known.get((line.key, line.kind))
        ends = (Money(found.ceiling[0]), Money(found.ceiling[-1])) if found else ()
        rows.append((*row, Money(line.assured), Money(line.ceiling), *ends))
    if known:
        head += tuple(f"q{q}" for q in (QUANTILES[0], QUANTILES[-1]))
    if named in ("department", "payee"):
        head, rows = (head[0], *head[2:]), [(row[0], *row[2:]) for row in rows]
    return Sheet(name, head, tuple(rows))


def _distribution(spreads: tuple[Spread, Spread]) -> Sheet:
    low, high = spreads
    rows: list[tuple[Cell, ...]] = [
        (Said("word", "recipients"), low.recipients, high.recipients),
        (Said("word", "sum"), Money(low.sum), Money(high.sum)),
        (Said("word", "median"), Money(low.median), Money(high.median)),
    ]
    rows += [
        (
            Label(zh=say("decile", "zh", at), en=say("decile", "en", at)),
            Money(low.deciles[at - 1]),
            Money(high.deciles[at - 1]),
        )
        for at in range(1, 11)
    ]
    rows += [
        (Said("word", "top1"), low.top[0], high.top[0]),
        (Said("word", "top10"), low.top[1], high.top[1]),
        (Said("word", "gini"), decimal(low.gini, 4), decimal(high.gini, 4)),
    ]
    return Sheet("distribution", ("measure", "assured", "ceiling_short"), tuple(rows))


def _pools(pools: Sequence[PoolUse]) -> Sheet:
    head = ("pool", "article", "ration", "left", "claims", "demand", "paid", "full_on", "marginal")
    rows = []
    for one in pools:
        places = one.unit == "places"
        amounts = [value if places else Money(value) for value in (one.left, one.demand[1], one.paid[1])]
        full: Cell = one.full_on[1] or Said("word", "never" if one.by_day[1] else "no_days")
        rows.append(
            (
                one.title,
                Clausal(one.article),
                Said("ration", one.ration),
                amounts[0],
                one.claims,
                *amounts[1:],
                full,
                one.marginal[1] or "—",
            )
        )
    return Sheet("pools", head, tuple(rows))


def _days(pools: Sequence[PoolUse]) -> Sheet:
    """For files: the running demand by day."""
    rows: list[tuple[Cell, ...]] = []
    for one in pools:
        for name, days in zip(("assured", "ceiling_short"), one.by_day, strict=True):
            rows += [(one.path, Said("word", name), day, v if one.unit == "places" else Money(v)) for day, v in days]
    return Sheet("pool_days", ("pool", "measure", "full_on", "demand"), tuple(rows))
