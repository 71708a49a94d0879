"""One self-contained page in both languages: pictures as inline SVG, every picture with its table; no script, no other host."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ..explain import Lang
from ..explain.labels import POLICY
from ..model.vocabulary import Label
from ..rules import Rules
from ..version import VERSION
from .cells import MOST_SHOWN, Money, Sheet, head_of, is_number, shown
from .charts import comparison_charts, simulation_charts
from .drawing import Chart, pick, svg
from .outcome import Outcome
from .population import Population
from .study import NOTICE, QUANTILES, Simulation
from .tables import comparison_sheets, simulation_sheets
from .versions import Comparison
from .words import NOTE, SECTION, say
from .written import amount, signed

if TYPE_CHECKING:
    from jinja2 import Environment

TAGS: dict[Lang, tuple[str, str]] = {"zh": ("zh-CN", "中文"), "en": ("en", "English")}
FILE_ONLY = {"pool_days"}


@dataclass(frozen=True, slots=True)
class Card:
    name: str
    value: str
    unit: str = ""
    more: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    name: str
    title: str
    note: str = ""
    chart: str = ""
    alt: str = ""
    table: dict[str, Any] | None = None
    facts: list[tuple[str, str]] = field(default_factory=list)


def simulation_page(s: Simulation, lang: Lang) -> str:
    sheets, charts = simulation_sheets(s), simulation_charts(s)
    cards = {one: _costs(s, one) for one in TAGS}
    return _page(
        "title", s.rules, s.population, s.outcome, sheets, charts, cards, {one: _method(s, one) for one in TAGS}, lang
    )


def comparison_page(c: Comparison, lang: Lang) -> str:
    sheets, charts = comparison_sheets(c), comparison_charts(c)
    cards = {one: _changes(c, one) for one in TAGS}
    facts = {one: _made(c.new.rules, c.population, c.new, one) for one in TAGS}
    for one in TAGS:
        facts[one].insert(0, (say("old", one), pick(c.old.rules.program.policies[0].title, one)))
    return _page("diff_title", c.new.rules, c.population, c.new, sheets, charts, cards, facts, lang)


def _page(
    title: str,
    rules: Rules,
    population: Population,
    outcome: Outcome,
    sheets: list[Sheet],
    charts: list[Chart],
    cards: Mapping[Lang, list[Card]],
    facts: Mapping[Lang, list[tuple[str, str]]],
    lang: Lang,
) -> str:
    first: tuple[Lang, Lang] = ("zh", "en") if lang == "zh" else ("en", "zh")
    policy = rules.program.policies[0]
    views = []
    for one in first:
        sections = [
            *_sections(sheets, charts, one),
            Section("method", SECTION["method"][one == "en"], NOTE["method"][one == "en"], facts=facts[one]),
        ]
        tag, own_name = TAGS[one]
        views.append(
            {
                "lang": one,
                "tag": tag,
                "own_name": own_name,
                "title": say(title, one),
                "subject": pick(policy.title, one),
                "under": _under(population, outcome, one),
                "estimate": say("estimate", one),
                "draft": POLICY["draft"][one == "en"] if policy.status == "draft" else "",
                "notice": pick(NOTICE, one),
                "contents": say("contents", one),
                "table": say("table", one),
                "cards": cards[one],
                "sections": sections,
            }
        )
    style = files(__package__).joinpath("report.css").read_text("utf-8")
    template = _environment().from_string(files(__package__).joinpath("report.html.jinja").read_text("utf-8"))
    return template.render(lang=lang, views=views, style=style) + "\n"


def _environment() -> Environment:
    from jinja2 import Environment, StrictUndefined

    return Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _under(population: Population, outcome: Outcome, lang: Lang) -> str:
    zh = lang == "zh"
    parts = [
        pick(population.title, lang),
        say(population.basis, lang),
        f"{say('year', lang)} {population.year}",
        f"{population.size:,} 户中 {outcome.size:,} 户申报" if zh else f"{outcome.size:,} of {population.size:,} apply",
    ]
    return " · ".join(parts)


def _sections(sheets: list[Sheet], charts: list[Chart], lang: Lang) -> Iterable[Section]:
    """One for each table that has rows, with its picture where there is one."""
    drawn = {chart.name: chart for chart in charts}
    for sheet in sheets:
        if sheet.name in FILE_ONLY or not sheet.rows:
            continue
        chart = drawn.get(sheet.name)
        note = NOTE.get(sheet.name, ("", ""))[lang == "en"]
        yield Section(
            sheet.name,
            SECTION[sheet.name][lang == "en"],
            note,
            svg(chart, lang) if chart else "",
            chart.alt[lang] if chart else "",
            _table(sheet, lang),
        )


def _table(sheet: Sheet, lang: Lang) -> dict[str, Any]:
    rows = _both_ends(sheet.rows) if sheet.name == "moved" else sheet.rows[:MOST_SHOWN]
    left = len(sheet.rows) - len(rows)
    numbers = {at for at in range(1, len(sheet.head)) if any(is_number(row[at]) for row in sheet.rows)}
    money = any(isinstance(cell, Money) for row in sheet.rows for cell in row)
    return {
        "head": [head_of(code.rpartition(":")[2], lang) for code in sheet.head],
        "rows": [[shown(cell, lang) for cell in row] for row in rows],
        "numbers": numbers,
        "unit": say("yuan_unit", lang) if money else "",
        "groups": _groups(sheet.head, lang),
        "more": say("more", lang, left) if left else "",
    }


def _groups(head: tuple[str, ...], lang: Lang) -> list[dict[str, Any]]:
    """Common heads over their columns; none where no column has one."""
    found = [(name, len(list(columns))) for name, columns in groupby(code.rpartition(":")[0] for code in head)]
    return [{"span": span, "name": say(name, lang) if name else ""} for name, span in found] if len(found) > 1 else []


def _both_ends(rows: tuple[Any, ...]) -> tuple[Any, ...]:
    """The greatest losses and the greatest gains."""
    half = MOST_SHOWN // 2
    return rows if len(rows) <= MOST_SHOWN else (*rows[:half], *rows[-half:])


def _costs(s: Simulation, lang: Lang) -> list[Card]:
    unit, zh = say("yuan_unit", lang), lang == "zh"
    cash = next((line for line in s.costs.total if line.kind == "cash"), None)
    cards = []
    for name, mark in (("assured", "solid"), ("ceiling", "hatched")):
        spans, more = s.total_spans.get("cash"), ""
        if spans:
            ends = getattr(spans, name)
            more = say("range", lang, s.options.draws, amount(ends[0], lang), amount(ends[-1], lang))
        cards.append(Card(say(name, lang), amount(getattr(cash, name) if cash else 0, lang), unit, more, mark))
    recipients = [one.recipients for one in s.spreads]
    share = f"{recipients[0]:,} 户确定有所得" if zh else f"{recipients[0]:,} with something assured"
    cards.append(Card(say("recipients", lang), f"{recipients[1]:,}", f"/ {s.outcome.size:,}", share))
    used = [one for one in s.pools if one.full_on[1]]
    if s.pools:
        more = ("；" if zh else "; ").join(f"{pick(one.title, lang)} {one.full_on[1]}" for one in used) or say(
            "never", lang
        )
        cards.append(Card("用完的资金池" if zh else "Pools used up", f"{len(used)}", f"/ {len(s.pools)}", more))
    return cards


def _changes(c: Comparison, lang: Lang) -> list[Card]:
    unit = say("yuan_unit", lang)
    before, after = c.cost()
    cards = []
    for at, name in enumerate(("assured", "ceiling")):
        mark = ("solid", "hatched")[at]
        more = f"{amount(before[at], lang)} → {amount(after[at], lang)}"
        cards.append(
            Card(f"{say('change', lang)} · {say(name, lang)}", signed(after[at] - before[at], lang), unit, more, mark)
        )
    side = c.sides[1]
    for name, total, mark in (("winners", side.gained, "gain"), ("losers", -side.lost, "loss")):
        cards.append(
            Card(
                say(name, lang),
                f"{getattr(side, name):,}",
                "",
                f"{signed(total, lang)} {unit} · {say('ceiling_short', lang)}",
                mark,
            )
        )
    return cards


def _method(s: Simulation, lang: Lang) -> list[tuple[str, str]]:
    found = _made(s.rules, s.population, s.outcome, lang)
    if s.total_spans:
        found.append((say("draws", lang), f"{s.options.draws} ({QUANTILES[0]}% – {QUANTILES[-1]}%)"))
    return [*found, (say("unknown", lang), ", ".join(s.unknown) or say("none", lang))]


def _made(rules: Rules, population: Population, outcome: Outcome, lang: Lang) -> list[tuple[str, str]]:
    digests = ", ".join(f"{name} {digest[:16]}…" for name, digest in rules.program.digests)
    title: Label = population.title
    found = [(say("population", lang), f"{pick(title, lang)} · {say(population.basis, lang)}")]
    if population.sources:
        found.append((say("sources", lang), "; ".join(population.sources)))
    if population.drawn:
        cut = ", ".join(f"{name} {count:,}" for name, count in sorted(population.cut.items()))
        found += [(say("seed", lang), str(population.seed)), (say("cut", lang), cut or say("none", lang))]
    items = ", ".join(f"{kind} {table.num_rows:,}" for kind, table in outcome.population.items.items())
    return [
        *found,
        ("items" if lang == "en" else "事项", items or say("none", lang)),
        (say("digest", lang), digests),
        ("subsidy-rules", VERSION),
    ]
