"""`advise`: what would pay more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .inputs import admit_case, load_rules
from .options import ApplicationFile, DayOption, JsonOption, LangOption, PolicyOption, YearOption
from .output import console, print_json, refusals

if TYPE_CHECKING:
    from rich.console import Console

    from ..explain import Lang, Names
    from ..model.advice import Advice, Change, Choice, Moved


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
    from .render import table

    if not found.changes:
        return
    zh = names.lang == "zh"
    head = ("最高可得增加", "确定可得增加", "对象", "改动", "变化的奖项")
    made = table(head if zh else ("Ceiling +", "Assured +", "Item", "Change", "Awards"), numbers=(0, 1))
    for one in found.changes:
        made.add_row(
            _signed(one.gain.ceiling or 0, names.lang),
            _signed(one.gain.assured, names.lang),
            names.thing(one.item, one.item_kind),
            change(one, names),
            _moved(one.awards, names),
        )
    screen.print()
    screen.print("只改一个事实，最高可得会增加" if zh else "One fact changed, the ceiling rises", style="bold")
    screen.print(made)


def change(one: Change, names: Names) -> str:
    """`设备投资 900万元 → 1000万元，还差 100万元`."""
    kind = one.item_kind or ""
    before, after = (names.value(one.fact, kind, text) for text in (one.before, one.after))
    text = f"{names.fact(one.fact, kind)} {before} → {after}"
    if not one.difference:
        return text
    zh = names.lang == "zh"
    if one.kind == "date":
        days = f"{one.difference} 天" if zh else f"{one.difference} days"
        words = ("推后", "提前") if zh else ("later by", "earlier by")
    else:
        days = names.value(one.fact, kind, one.difference)
        words = ("还差", "多出") if zh else ("short by", "over by")
    return f"{text}{'，' if zh else ', '}{words[one.direction == 'down']} {days}"


def _signed(fen: int, lang: Lang) -> str:
    from ..explain import money

    return "—" if not fen else f"{'−' if fen < 0 else ''}{money(abs(fen), lang)}"


def _moved(awards: tuple[Moved, ...], names: Names) -> str:
    """Awards that appear and disappear, by title; the same title once."""
    words = {
        "appears": ("新增", "new"),
        "disappears": ("不再有", "gone"),
        "changes": ("变动", "changed"),
    }
    zh = names.lang == "zh"
    parts = []
    for how, word in words.items():
        titles = dict.fromkeys(names.rule(one.policy, one.rule) for one in awards if one.how == how)
        if titles:
            parts.append(f"{word[not zh]} {('、' if zh else ', ').join(titles)}")
    return ("；" if zh else "; ").join(parts)


def _choices(screen: Console, found: Advice, names: Names) -> None:
    from ..explain import article, interval
    from .render import table

    if not found.choices:
        return
    zh = names.lang == "zh"
    made = table(("条款", "对象", "选择", "说明") if zh else ("Article", "Item", "Choice", "Why"))
    for one in found.choices:
        options = [f"{_option(option.rule, names)}：{interval(option.total, names.lang)}" for option in one.options]
        made.add_row(
            f"{names.bound(one.bound)} {article(one.article, names.lang)}",
            one.item or names.say("word", "applicant"),
            "\n".join(option if zh else option.replace("：", ": ", 1) for option in options),
            _why(one, names),
        )
    screen.print()
    screen.print("可以选择的，先列多得的" if zh else "Choices, the one that pays most first", style="bold")
    screen.print(made)


def _option(path: str, names: Names) -> str:
    if path == "rival":
        return "其他政策的支持" if names.lang == "zh" else "support of another policy"
    policy, rule = path.split("/")
    return names.rule(policy, rule)


def _why(one: Choice, names: Names) -> str:
    zh = names.lang == "zh"
    if one.kind == "highest":
        return "同一对象择一，测算已按第一项" if zh else "one of these for one item; the answer counts the first"
    if one.named is None:
        return "申请未写选择" if zh else "the application names none"
    named = _option(one.named, names)
    return f"申请所选：{named}" if zh else f"the application names: {named}"


def _later(screen: Console, found: Advice, names: Names) -> None:
    from ..explain import article, money

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
        where = f"{names.bound(one.bound)} {article(one.article, names.lang)}"
        day = f"，政策施行至 {one.last_day}" if zh else f", in force to {one.last_day}"
        cut = f"{where} 减 {money(one.cut, names.lang)}" if zh else f"{where} cuts {money(one.cut, names.lang)}"
        title = names.rule(one.policy, one.rule, one.item)
        screen.print(f"  {title}{'：' if zh else ': '}{cut}{day if one.last_day else ''}")
