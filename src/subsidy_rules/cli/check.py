"""`check`: is everything right with the policies, and do the worked cases come out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import Problem, ProblemsError
from .inputs import chosen
from .options import JsonOption, LangOption
from .output import console, print_json, tell

if TYPE_CHECKING:
    from ..explain import Lang
    from ..model.policy import Policy, Provision
    from ..rules import Rules


@dataclass
class Checked:
    """One policy: its problems and warnings, what it holds, and how many worked cases were run."""

    name: str
    policy: Policy | None = None
    problems: list[Problem] = field(default_factory=list)
    cases: int = 0
    differences: int = 0

    @property
    def good(self) -> bool:
        return not any(problem.severity == "error" for problem in self.problems)


def check(
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID|FILE", help="政策的 id 或文件；默认全部 Policies; all by default."),
    ] = None,
    lang: LangOption = "zh",
    as_json: JsonOption = False,
    readings: Annotated[
        bool,
        typer.Option("--readings", help="列出文本未明之处的其他理解 List other readings of the text."),
    ] = False,
) -> None:
    """核对政策文件并跑示例。 Check policies and run their worked cases (examples/<id>.yaml beside them)."""
    named = [name for name in files or () if Path(name).name != "facts.yaml"]  # the vocabulary is checked with them
    found = [_checked(name) for name in chosen(named)]
    together = _together(found)
    good = not together and all(one.good for one in found)
    if as_json:
        problems = [problem for one in found for problem in one.problems] + together
        print_json(
            {
                "ok": good,
                "policies": [_data(one, readings) for one in found],
                "problems": [problem.as_dict() for problem in sorted(set(problems))],
            }
        )
    else:
        tell(sorted({problem for one in found for problem in one.problems} | set(together)), lang)
        _show(found, good, lang)
        if readings:
            _show_readings(found, lang)
    if not good:
        raise typer.Exit(1)


def _checked(name: str) -> Checked:
    """One policy by itself, so that the problems of another don't hide its own."""
    from ..rules import load

    one = Checked(name)
    try:
        rules = load(name)
        one.policy = rules.program.policies[0]
        one.problems += rules.warnings
        _run_examples(one, rules)
    except ProblemsError as error:
        one.problems += error.problems
    return one


def _run_examples(one: Checked, rules: Rules) -> None:
    from ..examples import run_examples

    path = Path(rules.documents[0].file)
    path = path.parent / "examples" / path.name
    if path.is_file():
        one.cases, problems = run_examples(path, rules.program, rules.pricer)
        one.differences = len({problem.line for problem in problems})
        one.problems += problems


def _together(found: Sequence[Checked]) -> list[Problem]:
    """What is wrong only with all policies at once, such as two of one id."""
    from ..rules import load

    if len(found) < 2 or any(one.policy is None for one in found):
        return []
    try:
        load(*(one.name for one in found))
    except ProblemsError as error:
        return list(error.problems)
    return []


def _counts(policy: Policy) -> dict[str, int]:
    entries: list[Provision] = [*policy.rules, *policy.bounds, *policy.clauses]
    assumed = [*policy.assumes, *(assumption for entry in entries for assumption in entry.assumes)]
    others = [alternative for a in assumed for alternative in a.alternatives]
    return {
        "rules": len(policy.rules),
        "bounds": len(policy.bounds),
        "clauses": len(policy.clauses),
        "figures": sum(len(entry.figures) for entry in entries),
        "assumptions": len(assumed),
        "readings": len(others),
        "computable": sum(1 for other in others if other.instead),
    }


def _data(one: Checked, readings: bool) -> dict[str, Any]:
    data: dict[str, Any] = {"name": one.name, "ok": one.good, "cases": one.cases}
    if one.policy:
        data |= {"id": one.policy.id, "status": one.policy.status} | _counts(one.policy)
        if readings:
            data["open_readings"] = _readings(one.policy)
    return data


def _readings(policy: Policy) -> list[dict[str, Any]]:
    """Every silence of the text with another reading: entry, how it is read, how else."""
    entries: list[Provision] = [*policy.rules, *policy.bounds, *policy.clauses]
    assumed = [("", "", assumption) for assumption in policy.assumes]
    assumed += [(entry.id, entry.article, assumption) for entry in entries for assumption in entry.assumes]
    return [
        {
            "entry": entry,
            "article": article,
            "says": one.says.model_dump(),
            "or": [{"says": other.says.model_dump(), "computable": bool(other.instead)} for other in one.alternatives],
        }
        for entry, article, one in assumed
        if one.alternatives
    ]


def _show(found: Sequence[Checked], good: bool, lang: Lang) -> None:
    from ..explain import say
    from .render import table

    zh = lang == "zh"
    head = (
        ("政策", "状态", "规则", "界限", "备注条款", "数字", "未明之处", "其他理解", "示例", "结果")
        if zh
        else ("Policy", "Status", "Rules", "Bounds", "Clauses", "Figures", "Silences", "Readings", "Cases", "Result")
    )
    shown = table(list(head), numbers=range(2, 9))
    for one in found:
        result = ("通过" if zh else "passed") if one.good else ("不通过" if zh else "FAILED")
        cells = [""] * 7
        if one.policy:
            counts = _counts(one.policy)
            cells = [str(counts[name]) for name in ("rules", "bounds", "clauses", "figures", "assumptions", "readings")]
            cells.insert(0, say("policy", one.policy.status, lang))
        cases = f"{one.cases - one.differences}/{one.cases}" if one.cases else "0"
        shown.add_row(one.policy.id if one.policy else one.name, *cells, cases, result)
    screen = console()
    screen.print(shown)
    if good:
        screen.print("全部通过。" if zh else "All passed.", style="green")
    else:
        screen.print("有问题，见上。" if zh else "There are problems, see above.", style="red")


def _show_readings(found: Sequence[Checked], lang: Lang) -> None:
    from .render import table

    zh = lang == "zh"
    screen = console()
    for one in found:
        if one.policy is None:
            continue
        head = (
            ("条款", "条目", "现按此理解", "另一种理解（* 可测算）")
            if zh
            else ("Article", "Entry", "Read as", "Other readings (* can be computed)")
        )
        shown = table(list(head))
        for reading in _readings(one.policy):
            others = "\n".join(
                f"{'* ' if other['computable'] else '  '}{other['says'][lang]}" for other in reading["or"]
            )
            shown.add_row(reading["article"], reading["entry"], reading["says"][lang], others)
        screen.print(f"{one.policy.id}", style="bold")
        screen.print(shown)
