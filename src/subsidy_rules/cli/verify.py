"""`verify`: questions about a policy, answered for all applications: proved, refuted with an example, or not decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import nearest
from .inputs import chosen, needing
from .options import JsonOption, LangOption
from .output import console, print_json, refusals

if TYPE_CHECKING:
    from ..explain import Lang
    from ..rules import Rules
    from ..verify.finding import Finding, Question

VERDICTS = ("proved", "refuted", "undecided")


def verify(
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID|FILE", help="政策的 id 或文件；默认全部 Policies; all by default."),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(
            "--against", metavar="ID|FILE", help="与旧版比：谁少得、谁多得 An earlier version: who loses, who gains."
        ),
    ] = None,
    question: Annotated[
        list[str] | None,
        typer.Option("--question", "-q", metavar="ID", help="只问这些，可重复 Only these questions, repeatable."),
    ] = None,
    timeout: Annotated[
        float,
        typer.Option(
            "--timeout", min=0.1, max=600, help="求解器每次的秒数，默认 5 Seconds for one call of the solver."
        ),
    ] = 5,
    plots: Annotated[
        Path | None,
        typer.Option(
            "--plots", metavar="DIR", help="画出金额与投入的关系（SVG、PNG） Pictures of amounts against quantities."
        ),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="列出全部结论 List all findings.")] = False,
    lang: LangOption = "zh",
    as_json: JsonOption = False,
) -> None:
    """就政策本身提问：已证明、有反例或未判定。 Questions about a policy: proved, refuted with an example, or not decided."""
    named = [name for name in files or () if Path(name).name != "facts.yaml"]
    names = chosen(named)
    if against and len(names) != 1:
        raise typer.BadParameter("--against 只用于一份政策: name one policy")
    from ..rules import load

    with refusals(lang, as_json):
        policies = [load(name) for name in names]
        old = load(*chosen([against])) if against else None
    asked = _asked(old, question)
    found = {rules.program.policies[0].id: _findings(rules, asked, timeout) for rules in policies}
    drawn = [path for rules in policies for path in _draw(rules, plots, timeout, lang)] if plots else []
    if as_json:
        data = [{"id": policy, "findings": [_data(one) for one in findings]} for policy, findings in found.items()]
        print_json({"policies": data, "plots": [str(path) for path in drawn]})
    else:
        for rules in policies:
            _show(rules, found[rules.program.policies[0].id], asked, everything, lang)
        if drawn:
            console().print(f"{len(drawn)} {'张图在' if lang == 'zh' else 'pictures in'} {plots}")
    safety = {one.id for one in asked if one.safety}
    if any(one.verdict == "refuted" and one.question in safety for findings in found.values() for one in findings):
        raise typer.Exit(1)


def _asked(old: Rules | None, wanted: Sequence[str] | None) -> Sequence[Question]:
    """The questions: of one policy, or of two versions; those that are wanted, or all."""
    with needing("verify"):
        from ..verify.questions import QUESTIONS
        from ..verify.versions import against
    known = {one.id: one for one in (against(old) if old else QUESTIONS)}
    for name in wanted or ():
        if name not in known:
            near = nearest(name, known)
            hint = f"; did you mean 是否想写 {near}?" if near else ""
            raise typer.BadParameter(f"no such question 没有这个问题: {name}{hint} ({', '.join(known)})")
    return [one for one in known.values() if not wanted or one.id in wanted]


def _findings(rules: Rules, asked: Sequence[Question], timeout: float) -> list[Finding]:
    from ..verify.questions import verify as ask

    return list(ask(rules, asked, timeout))


def _draw(rules: Rules, folder: Path, timeout: float, lang: Lang) -> list[Path]:
    from ..verify.pictures import pictures
    from ..verify.plot import draw

    try:
        return [
            path
            for picture in pictures(rules, timeout)
            for path in draw(picture.curve, picture.caption, folder / picture.name, lang)
        ]
    except OSError as error:
        raise typer.BadParameter(f"{folder}: {error.strerror}") from None


def _data(one: Finding) -> dict[str, Any]:
    """A finding as JSON data, empty fields left out."""
    data: dict[str, Any] = {
        name: getattr(one, name) for name in ("question", "policy", "subject", "article", "verdict")
    }
    data |= {"notable": one.notable, "says": one.says.model_dump()}
    data |= {"scope": one.scope.model_dump()} if one.scope else {}
    data |= {"figures": [{"name": name, "value": value} for name, value in one.figures]} if one.figures else {}
    data |= {"note": one.note} if one.note else {}
    return data | ({"witness": one.witness} if one.witness else {})


def _show(rules: Rules, findings: Sequence[Finding], asked: Sequence[Question], everything: bool, lang: Lang) -> None:
    from ..explain import label
    from .render import table

    zh = lang == "zh"
    head = ("问题", "", "成立", "不成立", "未判定") if zh else ("Question", "", "Holds", "Does not", "Undecided")
    shown = table(list(head), numbers=range(2, 5))
    for question in asked:
        counts: Counter[str] = Counter(one.verdict for one in findings if one.question == question.id)
        if counts:
            shown.add_row(question.id, label(question.title, lang), *(str(counts[verdict]) for verdict in VERDICTS))
    screen = console()
    policy = rules.program.policies[0]
    screen.print(f"{policy.id} · {label(policy.title, lang)}", style="bold")
    screen.print(shown)
    told = [one for one in findings if everything or one.notable]
    for question in asked:
        mine = [one for one in told if one.question == question.id]
        if mine:
            screen.print(f"{label(question.title, lang)}{'？' if zh else '?'} {question.id}", style="bold")
            for one in mine:
                screen.print("\n".join(_lines(one, lang)), soft_wrap=True)
    if not told:
        screen.print("没有需要留意的。" if zh else "Nothing to look at.")


def _lines(one: Finding, lang: Lang) -> list[str]:
    """What is found, and the example in one line."""
    from ..explain import article, label
    from ..explain.wording import figures

    zh = lang == "zh"
    words = dict(
        zip(VERDICTS, ("成立", "不成立", "未判定") if zh else ("holds", "does not hold", "undecided"), strict=True)
    )
    where = "  ".join(text for text in (article(one.article, lang) if one.article else "", one.subject) if text)
    lines = [
        f"  {where}  {words[one.verdict]}  {figures(label(one.says, lang), lang)}{f' ({one.note})' if one.note else ''}"
    ]
    return lines + ([f"    {'例' if zh else 'e.g.'} {example(one.witness)}"] if one.witness else [])


def example(witness: Any) -> str:
    """The facts of an example in one line."""
    holders = [witness["applicant"], *witness.get("items", ())]
    parts = []
    for holder in holders:
        facts = ", ".join(f"{name}: {value}" for name, value in holder["facts"].items())
        if facts or "kind" in holder:
            parts.append(f"{holder['id']}: {facts or '-'}" if "kind" in holder else facts)
    parts += [f"{name}: {len(witness[name])}" for name in ("grants", "rivals") if witness.get(name)]
    return "; ".join(parts)
