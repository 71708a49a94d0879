"""`questions`: the facts still missing, by the yuan at stake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .inputs import admit_case, load_rules
from .options import ApplicationFile, DayOption, JsonOption, LangOption, PolicyOption, YearOption
from .output import console, print_json, refusals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from ..explain import Names
    from ..model.advice import Question, Questions


def questions(
    application: ApplicationFile,
    policy: PolicyOption = None,
    lang: LangOption = "zh",
    as_json: JsonOption = False,
    day: DayOption = None,
    year: YearOption = None,
) -> None:
    """还缺哪些事实，各关系到多少钱。 The facts still missing, ranked by the yuan at stake."""
    with refusals(lang, as_json):
        rules = load_rules(policy)
        found = rules.questions(admit_case(application, rules, day, year))
    if as_json:
        from ..rules import as_data

        print_json(as_data(found))
        return
    from ..explain import Names

    _show(found, Names(rules.program, lang))


def _show(found: Questions, names: Names) -> None:
    from ..explain import interval
    from ..explain.advice import stake

    screen, zh = console(), names.lang == "zh"
    screen.print(f"{found.applicant} · {names.say('word', 'budget_year')} {found.year}")
    screen.print(interval(found.total, names.lang), style="bold")
    if found.history is not None:
        told = (
            f"既往奖补是否已全部填写？关系到 {stake(found.history, names.lang)}"
            if zh
            else f"Are all earlier awards told? At stake: {stake(found.history, names.lang)}"
        )
        screen.print(told, style="yellow")
    _table(screen, "可由申请人填写" if zh else "For the applicant", found.facts, names)
    _table(screen, "须由主管部门认定" if zh else "For the office to judge", found.judgements, names)
    if not found.facts and not found.judgements:
        screen.print("没有缺少的事实。" if zh else "No fact is missing.")
    if found.left_out:
        screen.print(f"另有 {found.left_out} 个事实未测算。" if zh else f"{found.left_out} more were not weighed.")
    screen.print(
        "“关系金额”为一个答案最多使确定可得与最高可得变动的金额之和。"
        if zh
        else "At stake: the most that one answer changes the assured amount and the ceiling, both added."
    )


def _table(screen: Console, head: str, found: Sequence[Question], names: Names) -> None:
    from ..explain.advice import asked, stake
    from .render import table

    if not found:
        return
    zh = names.lang == "zh"
    made = table(
        ("关系金额", "对象", "问题", "可选", "政策") if zh else ("At stake", "Item", "Question", "Options", "Policies"),
        numbers=(0,),
    )
    for one in found:
        made.add_row(
            stake(one.at_stake, names.lang),
            names.thing(one.item, one.item_kind),
            asked(one, names.lang),
            (" / ").join(one.options[name].zh if zh else one.options[name].en for name in one.options),
            ("、" if zh else ", ").join(one.policies),
        )
    screen.print()
    screen.print(head, style="bold")
    screen.print(made)
