"""`diff`: two versions of a policy over one population: winners, losers, cost, new exclusions (extra `simulate`)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from .options import JsonOption, LangOption, YearOption
from .output import print_json, refusals
from .simulate import (
    GrantsOption,
    HistoryOption,
    ItemsOption,
    OutputOption,
    PopulationOption,
    SeedOption,
    check_installed,
    head,
    load_one,
    load_population,
    show_sheets,
    told_where,
    write_all,
)

if TYPE_CHECKING:
    from ..explain import Lang
    from ..simulate.versions import Comparison


def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="旧版 The earlier version.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="新版 The later version.")],
    population: PopulationOption,
    items: ItemsOption = None,
    grants: GrantsOption = None,
    history: HistoryOption = None,
    year: YearOption = None,
    seed: SeedOption = None,
    output: OutputOption = None,
    lang: LangOption = "zh",
    as_json: JsonOption = False,
) -> None:
    """同一人口比较新旧两版：谁多得、谁少得、成本、新的排除。 Two versions over one population: winners, losers, cost."""
    check_installed()
    from ..simulate.charts import comparison_charts
    from ..simulate.data import comparison_data
    from ..simulate.report import comparison_page
    from ..simulate.tables import comparison_sheets
    from ..simulate.versions import diff as run

    with refusals(lang, as_json):
        versions = [load_one(old), load_one(new)]
        found, _ = load_population(versions, population, items, grants, history, year, None, seed)
        result = run(versions[0], versions[1], found)
    data = comparison_data(result)
    if output:
        sheets, charts = comparison_sheets(result), comparison_charts(result)
        write_all(output, comparison_page(result, lang), sheets, charts, data, lang)
    if as_json:
        print_json(data)
    else:
        _show(result, lang)
        told_where(output, lang)


def _show(result: Comparison, lang: Lang) -> None:
    from ..simulate.tables import comparison_sheets

    head(result.new.rules, result.population, lang)
    sheets = {sheet.name: sheet for sheet in comparison_sheets(result)}
    changed = zip(sheets["clauses"].rows, result.clauses, strict=True)
    rows = tuple(row for row, one in changed if one.before != one.after or one.winners or one.losers)
    show_sheets([replace(sheets["clauses"], rows=rows), sheets["people"], sheets["excluded"]], lang)
