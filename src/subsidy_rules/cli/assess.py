"""`assess`: who gets what, in three depths."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from .inputs import admit_case, load_rules, write_file
from .options import DayOption, JsonOption, LangOption, PolicyOption, YearOption
from .output import console, print_json, refusals

if TYPE_CHECKING:
    from ..explain import Lang, Names
    from ..model.assessment import Assessment
    from ..model.case import Case
    from ..model.policy import Provision
    from ..model.vocabulary import Label
    from ..rules import Reading, Rules


def assess(
    application: Annotated[
        str | None,
        typer.Argument(
            metavar="APPLICATION",
            help="申请文件，- 为标准输入；不写则在终端逐题询问 The application; - is stdin; without one it asks on a terminal.",
        ),
    ] = None,
    policy: PolicyOption = None,
    lang: LangOption = "zh",
    depth: Annotated[
        Literal["sentence", "table", "tree"],
        typer.Option("--depth", "-d", help="一句话、逐条、全部细节 A sentence, the clauses, or everything."),
    ] = "table",
    as_json: JsonOption = False,
    readings: Annotated[
        bool, typer.Option("--readings", help="另算文本的其他理解 Also what other readings of the text would pay.")
    ] = False,
    receipt: Annotated[
        Path | None,
        typer.Option("--receipt", metavar="FILE", dir_okay=False, help="写一份回执，供 replay 复核 Write a receipt."),
    ] = None,
    save: Annotated[
        Path | None,
        typer.Option(
            "--save", metavar="FILE", dir_okay=False, help="保存逐题填写的申请 Save the application that was asked for."
        ),
    ] = None,
    day: DayOption = None,
    year: YearOption = None,
) -> None:
    """测算一份申请：谁得多少，为什么；不写文件则逐题询问。 Who gets what under each policy, and why; without a file it asks."""
    _check_usage(application, save)
    with refusals(lang, as_json):
        rules = load_rules(policy)
        case = admit_case(application, rules, day, year) if application else _asked(rules, lang, day, year, save)
        answer = rules.assess(case)
        others = rules.readings(case) if readings else []
    if receipt:
        write_file(receipt, rules.receipt(case))
    if as_json:
        _json(answer, others, readings)
        return
    from ..explain import Names

    names = Names(rules.program, lang)
    _show(answer, names, depth)
    if readings:
        _show_readings(answer, others, names, rules)


def _check_usage(application: str | None, save: Path | None) -> None:
    from .ask import interactive

    if application is None and not interactive():
        raise typer.BadParameter("name an application file, or - for stdin 请写申请文件，或 -（标准输入）")
    if save and application is not None:
        raise typer.BadParameter("--save is for an application that is asked for 仅用于逐题填写的申请")
    if save and save.suffix not in (".yaml", ".yml", ".json"):
        raise typer.BadParameter(f"a file that ends in .yaml or .json 文件名以 .yaml 或 .json 结尾: {save}")


def _asked(rules: Rules, lang: Lang, day: date | None, year: int | None, path: Path | None) -> Case:
    from .ask import ask, save

    application = ask(rules, lang, day, year)
    if path:
        save(path, application)
    return rules.admit(application)


def _json(answer: Assessment, others: list[Reading], readings: bool) -> None:
    from ..rules import as_data

    data = as_data(answer)
    print_json({"assessment": data, "readings": [_reading(one) for one in others]} if readings else data)


def _reading(one: Reading) -> dict[str, Any]:
    from ..money import format_yuan

    data: dict[str, Any] = {"policy": one.policy, "entry": one.entry, "says": {"zh": one.says.zh, "en": one.says.en}}
    if one.answer is None:
        return data | {"problem": one.problem}
    low, high = own(one.answer, one.policy)
    return data | {"assured": format_yuan(low), "ceiling": format_yuan(high)}


def own(answer: Assessment, policy: str) -> tuple[int, int]:
    """Cash to the applicant under a policy: assured and ceiling in fen."""
    total = next(t for t in answer.totals if (t.policy, t.payee, t.kind) == (policy, "applicant", "cash"))
    return total.assured, total.ceiling


def _show(answer: Assessment, names: Names, depth: str) -> None:
    from ..explain import sentence, sheets, tree
    from .render import closing, heading, show_sheet, show_tree

    screen = console()
    if depth == "sentence":
        typer.echo(sentence(answer, names.lang))
        return
    if depth == "tree":
        for node in tree(answer, names):
            show_tree(screen, node)
    else:
        screen.print(heading(answer, names))
        for sheet in sheets(answer, names):
            show_sheet(screen, sheet, names)
    screen.print(closing(answer, names.lang))


def _show_readings(answer: Assessment, others: list[Reading], names: Names, rules: Rules) -> None:
    """The readings that change what the applicant gets, beside how the text is read now."""
    from ..explain import label, span
    from .render import table

    zh = names.lang == "zh"
    head = (
        ("条款", "现按此理解", "另一种理解", "现测算", "改按此理解")
        if zh
        else ("Clause", "Read as", "Other reading", "Now", "Then")
    )
    shown, same = table(head, numbers=(3, 4)), 0
    for one in others:
        now = own(answer, one.policy)
        then = own(one.answer, one.policy) if one.answer else None
        if then == now:
            same += 1
            continue
        clause = names.bound(f"{one.policy}/{one.entry}") or one.entry
        result = span(*then, names.lang) if then else one.problem
        read_as = "；".join(label(says, names.lang) for says in _read_as(rules, one))
        shown.add_row(f"{one.policy} {clause}", read_as, label(one.says, names.lang), span(*now, names.lang), result)
    screen = console()
    screen.print()
    if shown.row_count:
        screen.print(shown)
    screen.print(f"另有 {same} 种理解不影响合计。" if zh else f"{same} other readings change no total.")


def _read_as(rules: Rules, one: Reading) -> list[Label]:
    """The assumption that a reading is an alternative to."""
    policy = next(policy for policy in rules.program.policies if policy.id == one.policy)
    entries: list[Provision] = [*policy.rules, *policy.bounds]
    assumed = [assumption for entry in entries if entry.id == one.entry for assumption in entry.assumes]
    assumed += [] if one.entry else policy.assumes
    return [each.says for each in assumed if any(other.says == one.says for other in each.alternatives)]
