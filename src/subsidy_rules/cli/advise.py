"""`advise`: what would pay more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .inputs import admit_case, load_rules
from .options import ApplicationFile, DayOption, JsonOption, LangOption, PolicyOption, YearOption
from .output import console, print_json, refusals

if TYPE_CHECKING:
    from rich.console import Console

    from ..explain import Names
    from ..model.advice import Advice


def advise(
    application: ApplicationFile,
    policy: PolicyOption = None,
    lang: LangOption = "zh",
    as_json: JsonOption = False,
    day: DayOption = None,
    year: YearOption = None,
) -> None:
    """怎样能多得：差一点的条件、可以自选的、可改在其他年度的。 What would pay more: near misses, choices, other years."""
    with refusals(lang, as_json):
        rules = load_rules(policy)
        found = rules.advise(admit_case(application, rules, day, year))
    if as_json:
        from ..rules import as_data

        print_json(as_data(found))
        return
    from ..explain import Names, interval, label

    names, screen = Names(rules.program, lang), console()
    screen.print(f"{found.applicant} · {names.say('word', 'budget_year')} {found.year}")
    screen.print(interval(found.total, lang), style="bold")
    _changes(screen, found, names)
    _choices(screen, found, names)
    _later(screen, found, names)
    if not (found.changes or found.choices or found.later):
        screen.print("没有可以多得的改动。" if lang == "zh" else "Nothing would pay more.")
    if found.left_out:
        text = (
            f"另有 {found.left_out} 个事实未测算。" if lang == "zh" else f"{found.left_out} more facts were not tried."
        )
        screen.print(text)
    screen.print(label(found.notice, lang))


def _changes(screen: Console, found: Advice, names: Names) -> None:
    from ..explain.advice import change, moved, signed
    from .render import table

    if not found.changes:
        return
    zh = names.lang == "zh"
    head = ("最高可得增加", "确定可得增加", "对象", "改动", "变化的奖项")
    made = table(head if zh else ("Ceiling +", "Assured +", "Item", "Change", "Awards"), numbers=(0, 1))
    for one in found.changes:
        made.add_row(
            signed(one.gain.ceiling or 0, names.lang),
            signed(one.gain.assured, names.lang),
            names.thing(one.item, one.item_kind),
            change(one, names),
            moved(one.awards, names),
        )
    screen.print()
    screen.print("只改一个事实，最高可得会增加" if zh else "One fact changed, the ceiling rises", style="bold")
    screen.print(made)


def _choices(screen: Console, found: Advice, names: Names) -> None:
    from ..explain import article, interval
    from ..explain.advice import option as named
    from ..explain.advice import reason
    from .render import table

    if not found.choices:
        return
    zh = names.lang == "zh"
    made = table(("条款", "对象", "选择", "说明") if zh else ("Article", "Item", "Choice", "Why"))
    for one in found.choices:
        options = [f"{named(option.rule, names)}：{interval(option.total, names.lang)}" for option in one.options]
        made.add_row(
            f"{names.bound(one.bound)} {article(one.article, names.lang)}",
            one.item or names.say("word", "applicant"),
            "\n".join(option if zh else option.replace("：", ": ", 1) for option in options),
            reason(one, names),
        )
    screen.print()
    screen.print("可以选择的，先列多得的" if zh else "Choices, the one that pays most first", style="bold")
    screen.print(made)


def _later(screen: Console, found: Advice, names: Names) -> None:
    from ..explain.advice import later

    if not found.later:
        return
    zh = names.lang == "zh"
    screen.print()
    head = (
        "受本年度限额所减，政策在其他年度仍施行（不保证可得）"
        if zh
        else "Cut by a limit of this year; no promise for another"
    )
    screen.print(head, style="bold")
    for one in found.later:
        screen.print(f"  {later(one, names)}")
