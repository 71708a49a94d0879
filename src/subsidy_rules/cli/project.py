"""`project`: several budget years in a row."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .inputs import admit_case, load_rules
from .options import ApplicationFile, DayOption, JsonOption, LangOption, PolicyOption
from .output import console, print_json, refusals

if TYPE_CHECKING:
    from ..engine.project import Year
    from ..explain import Names

MAX_YEARS = 20


def parse_years(text: str) -> list[int]:
    """`2026-2028`, `2026,2028` or `2026`."""
    years: set[int] = set()
    for part in text.split(","):
        match = re.fullmatch(r"((?:19|20|21)\d\d)(?:-((?:19|20|21)\d\d))?", part.strip(), re.ASCII)
        if not match or (match[2] and match[2] < match[1]):
            raise typer.BadParameter("years like 2026-2028 or 2026,2028 年度写作 2026-2028 或 2026,2028")
        years |= set(range(int(match[1]), int(match[2] or match[1]) + 1))
    if len(years) > MAX_YEARS:
        raise typer.BadParameter(f"at most {MAX_YEARS} years 最多 {MAX_YEARS} 年")
    return sorted(years)


def project(
    application: ApplicationFile,
    years: Annotated[str, typer.Option("--years", metavar="2026-2028", help="预算年度 The budget years.")],
    policy: PolicyOption = None,
    lang: LangOption = "zh",
    as_json: JsonOption = False,
    day: DayOption = None,
) -> None:
    """连续测算几个预算年度。 Several budget years: what a year pays is an earlier grant in the next."""
    wanted = parse_years(years)
    with refusals(lang, as_json):
        rules = load_rules(policy)
        found = rules.project(admit_case(application, rules, day, wanted[0]), wanted)
    if as_json:
        from ..rules import as_data

        print_json(
            {
                "years": [
                    {"year": one.year, "assured": as_data(one.assured), "ceiling": as_data(one.ceiling)}
                    for one in found
                ]
            }
        )
        return
    from ..explain import Names

    _show(found, Names(rules.program, lang))


def _show(years: list[Year], names: Names) -> None:
    from ..explain import headline
    from .render import closing, table

    screen = console()
    for at, policy in enumerate(years[0].ceiling.policies):
        head = [names.say("word", word) for word in ("article", "title", "item")]
        shown = table([*head, *(str(one.year) for one in years)], numbers=range(3, 3 + len(years)))
        for cells in _awards(years, policy.id, names):
            shown.add_row(*cells)
        shown.add_section()
        for cells in _totals(years, policy.id, names):
            shown.add_row(*cells, style="bold")
        if at:
            screen.print()
        screen.print(headline(policy, names.lang), style="bold")
        screen.print(shown)
    paths = (
        "每格为“确定可得 – 最高可得”，两端各按逐年足额领取推算；“/”表示与其他奖项择一，只计入一端。"
        if names.lang == "zh"
        else "Each cell: assured – ceiling, each as if paid in full year by year. “/”: it competes, and counts at one end."
    )
    screen.print(paths)
    screen.print(closing(years[0].ceiling, names.lang))


def _awards(years: list[Year], policy: str, names: Names) -> list[list[str]]:
    """A row for every award that pays, or may pay, in one of the years."""
    from ..explain import label, span

    found: dict[tuple[str, str | None], Any] = {}
    low: dict[tuple[str, str | None, int], int] = {}
    high: dict[tuple[str, str | None, int], int] = {}
    for one in years:
        for amounts, answer in ((low, one.assured), (high, one.ceiling)):
            for award in answer.awards:
                if award.policy == policy and award.settled is not None:
                    end = award.settled.assured if amounts is low else award.settled.ceiling or 0
                    amounts[award.rule, award.item, one.year] = end
                    if end:
                        found[award.rule, award.item] = award
    rows = []
    for key, award in sorted(found.items(), key=lambda entry: names.place(entry[1])):
        spans = [span(low.get((*key, one.year), 0), high.get((*key, one.year), 0), names.lang) for one in years]
        rows.append([award.article, label(award.title, names.lang), award.item or "", *spans])
    return rows


def _totals(years: list[Year], policy: str, names: Names) -> list[list[str]]:
    """A row for every payee and class."""
    from ..explain import span

    low, high = (
        {
            (one.year, total.payee, total.kind): (total.assured if end == "low" else total.ceiling)
            for one in years
            for total in (one.assured if end == "low" else one.ceiling).totals
            if total.policy == policy
        }
        for end in ("low", "high")
    )
    rows = []
    for payee, kind in sorted({(payee, kind) for _, payee, kind in high}):
        spans = [
            span(low.get((one.year, payee, kind), 0), high.get((one.year, payee, kind), 0), names.lang) for one in years
        ]
        rows.append(
            ["", names.say("word", "totals"), f"{names.say('payee', payee)} · {names.say('kind', kind)}", *spans]
        )
    return rows
