"""`simulate`: what a policy would cost over a population, drawn or the user's own (extra `simulate`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from .inputs import chosen, needing, write_file
from .options import JsonOption, LangOption, YearOption, parse_day
from .output import console, print_json, refusals

if TYPE_CHECKING:
    from ..explain import Lang
    from ..expr import FactType
    from ..rules import Rules
    from ..simulate.cells import Sheet
    from ..simulate.drawing import Chart
    from ..simulate.population import Population
    from ..simulate.study import Simulation

SYNTHETIC = (".yaml", ".yml", ".json")
PopulationOption = Annotated[
    Path,
    typer.Option(
        "--population",
        "-n",
        metavar="FILE",
        dir_okay=False,
        help="人口：分布文件（.yaml）或申报主体表（.xlsx、.csv、.parquet） Distributions, or a table of applicants.",
    ),
]
ItemsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--items", metavar="KIND=FILE", help="一类事项的表，可重复 Items of a kind, repeatable: project=p.csv."
    ),
]
GrantsOption = Annotated[
    Path | None, typer.Option("--grants", metavar="FILE", dir_okay=False, help="既往奖补 Earlier grants.")
]
HistoryOption = Annotated[
    Literal["complete", "partial"] | None,
    typer.Option("--history", help="表格是否列全既往奖补 Whether a table's earlier grants are all there are."),
]
OutputOption = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="DIR",
        help="写出报告（HTML）、图（SVG、PNG）、表（CSV）和 JSON 的文件夹 A folder for report, pictures, tables and JSON.",
    ),
]
SeedOption = Annotated[
    int | None,
    typer.Option("--seed", min=0, max=9_999_999_999, help="代替文件所写的种子 Another seed than the file's."),
]


def simulate(
    policy: Annotated[str, typer.Option("--policy", "-p", metavar="ID|FILE", help="一份政策 One policy.")],
    population: PopulationOption,
    items: ItemsOption = None,
    grants: GrantsOption = None,
    history: HistoryOption = None,
    year: YearOption = None,
    day: Annotated[
        date | None,
        typer.Option("--date", metavar="YYYY-MM-DD", parser=parse_day, help="申请日 The day of the claims."),
    ] = None,
    seed: SeedOption = None,
    draws: Annotated[
        int,
        typer.Option(
            "--draws",
            min=0,
            max=1000,
            help="抽取几个人口以看不确定性 Populations drawn, for the uncertainty.",
        ),
    ] = 20,
    vary: Annotated[
        str,
        typer.Option(
            "--vary",
            metavar="RATE",
            help="数字调高调低多少，0% 不做 How far figures are turned; 0%: not.",
        ),
    ] = "10%",
    output: OutputOption = None,
    lang: LangOption = "zh",
    as_json: JsonOption = False,
) -> None:
    """估算政策成本：谁得多少，资金池何时用完，哪些限额起作用。 What a policy would cost, an estimate: who gets what, pools."""
    check_installed()
    from ..simulate.charts import simulation_charts
    from ..simulate.data import simulation_data
    from ..simulate.report import simulation_page
    from ..simulate.study import Options
    from ..simulate.study import simulate as run
    from ..simulate.tables import simulation_sheets

    options = Options(draws, _rate(vary))
    with refusals(lang, as_json):
        rules = load_one(policy)
        found, again = load_population([rules], population, items, grants, history, year, day, seed)
        result = run(rules, found, again, options)
    data = simulation_data(result)
    if output:
        sheets, charts = simulation_sheets(result), simulation_charts(result)
        write_all(output, simulation_page(result, lang), sheets, charts, data, lang)
    if as_json:
        print_json(data)
    else:
        _show(result, lang)
        told_where(output, lang)


def check_installed() -> None:
    """At the beginning, and not when the result is written."""
    with needing("simulate"):
        for name in ("jinja2", "matplotlib", "pyarrow", "xlsxwriter"):
            import_module(name)


def load_one(name: str) -> Rules:
    from ..rules import load

    return load(*chosen([name]))


def _rate(text: str) -> Fraction | None:
    from ..money import parse_rate

    try:
        found = Fraction(parse_rate(text), 10**6)
        if found >= 1:
            raise ValueError("less than 100%")
        return found or None
    except ValueError as error:
        raise typer.BadParameter(f"--vary: {error}") from None


def load_population(
    versions: list[Rules],
    path: Path,
    items: list[str] | None,
    grants: Path | None,
    history: str | None,
    year: int | None,
    day: date | None,
    seed: int | None,
) -> tuple[Population, Callable[[int], Population] | None]:
    """The population, and how to draw another one. Raises ProblemsError."""
    if path.suffix.lower() in SYNTHETIC:
        if items or grants or history or year or day:
            raise typer.BadParameter(
                "分布文件自己写明年度、日期、事项和既往奖补: a file of distributions says all this itself"
            )
        return _drawn(versions, path, seed)
    from ..simulate.own import own

    if year is None:
        raise typer.BadParameter("表格须用 --year 写明年度: name the budget year of a table with --year")
    files = {kind: Path(file) for kind, file in _pairs(items).items()}
    programs = [rules.program for rules in versions]
    return own(programs, path, files, year, history, day, grants, 1 if seed is None else seed), None


def _drawn(versions: list[Rules], path: Path, seed: int | None) -> tuple[Population, Callable[[int], Population]]:
    from ..reading import read
    from ..simulate.distributions import Scope, planned
    from ..simulate.population import synthetic

    applicant: dict[str, FactType] = {}
    items: dict[str, dict[str, FactType]] = {}
    for rules in versions:
        applicant |= rules.program.applicant_facts
        for kind, facts in rules.program.item_facts.items():
            items[kind] = {**items.get(kind, {}), **facts}
    plan = planned(read(path), Scope(applicant, items))
    return synthetic(plan, seed), lambda other: synthetic(plan, other)


def _pairs(given: list[str] | None) -> Mapping[str, str]:
    found = dict(text.partition("=")[::2] for text in given or ())
    if not all(name and file for name, file in found.items()) or len(found) < len(given or ()):
        raise typer.BadParameter("--items KIND=FILE, each kind once 写作 类别=文件，每类一次")
    return found


def write_all(folder: Path, page: str, sheets: list[Sheet], charts: list[Chart], data: Any, lang: Lang) -> None:
    """Report, pictures, tables and data, in a folder of the caller's."""
    import json

    from ..simulate.cells import as_csv
    from ..simulate.drawing import png, svg

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise typer.BadParameter(f"{folder}: {error.strerror}") from None
    write_file(folder / "report.html", page.encode())
    write_file(folder / "result.json", (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode())
    for sheet in sheets:
        write_file(folder / f"{sheet.name}.csv", as_csv(sheet, lang))
    for chart in charts:
        write_file(folder / f"{chart.name}.svg", (svg(chart, lang) + "\n").encode())
        write_file(folder / f"{chart.name}.png", png(chart, lang))


def told_where(folder: Path | None, lang: Lang) -> None:
    if folder:
        typer.echo(f"{'报告' if lang == 'zh' else 'report'}: {folder / 'report.html'}")


def _show(result: Simulation, lang: Lang) -> None:
    from ..simulate.tables import simulation_sheets
    from ..simulate.words import say

    head(result.rules, result.population, lang)
    screen = console()
    cash = [line for line in result.costs.total if line.kind == "cash"]
    low, high = (sum(getattr(line, name) for line in cash) for name in ("assured", "ceiling"))
    from ..explain import money

    zh = lang == "zh"
    screen.print(
        f"{say('applicants', lang)} {result.outcome.size:,} / {result.population.size:,} · "
        f"{say('assured', lang)} {money(low, lang)} · {say('ceiling', lang)} {money(high, lang)}",
        style="bold",
        soft_wrap=True,
    )
    spans = result.total_spans.get("cash")
    if spans:
        ends = [f"{money(end[0], lang)} – {money(end[-1], lang)}" for end in (spans.assured, spans.ceiling)]
        word = f"{result.options.draws} 次抽取的 10%–90%" if zh else f"10%–90% of {result.options.draws} draws"
        screen.print(
            f"{word}: {say('assured', lang)} {ends[0]} · {say('ceiling_short', lang)} {ends[1]}", soft_wrap=True
        )
    show_sheets([one for one in simulation_sheets(result) if one.name in ("articles", "pools", "binding")], lang)


def head(rules: Rules, population: Population, lang: Lang) -> None:
    """What was simulated over whom, and what it is worth."""
    from ..explain import label
    from ..simulate.study import NOTICE
    from ..simulate.words import say

    screen = console()
    screen.print(
        f"{say('estimate', lang)} · {label(rules.program.policies[0].title, lang)}", style="bold", soft_wrap=True
    )
    screen.print(f"{label(population.title, lang)} · {say(population.basis, lang)}", soft_wrap=True)
    screen.print(label(NOTICE, lang), style="yellow", soft_wrap=True)


def show_sheets(sheets: list[Sheet], lang: Lang) -> None:
    from ..simulate.cells import head_of, is_number, shown
    from ..simulate.words import SECTION, say
    from .render import table

    screen = console()
    for sheet in sheets:
        if not sheet.rows:
            continue
        numbers = [at for at in range(len(sheet.head)) if any(is_number(row[at]) for row in sheet.rows)]
        made = table([head_of(code, lang) for code in sheet.head], numbers=numbers)
        for row in sheet.rows[:20]:
            made.add_row(*(shown(cell, lang) for cell in row))
        screen.print(f"{SECTION[sheet.name][lang == 'en']} ({say('yuan_unit', lang)})", style="bold")
        screen.print(made)
