"""`lint`: what a drafter should look at again, for people and for review services."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from .inputs import chosen
from .options import LangOption
from .output import print_json, refusals

if TYPE_CHECKING:
    from ..explain import Lang
    from ..lint import LintFinding

FailOn = Literal["error", "warning", "note", "never"]


def lint(
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID|FILE", help="政策的 id 或文件；默认全部 Policies; all by default."),
    ] = None,
    form: Annotated[
        Literal["text", "json", "sarif"],
        typer.Option("--format", help="输出形式 Output: text, JSON, or SARIF 2.1.0 for review services."),
    ] = "text",
    fail_on: Annotated[
        FailOn,
        typer.Option(
            "--fail-on", help="有这一级或更重的发现时退出码为 1；默认 error Exit code 1 from this severity on."
        ),
    ] = "error",
    source: Annotated[
        Path | None,
        typer.Option(
            "--source", metavar="FILE", help="政策原文（UTF-8 文本），只用于一份政策 The text of the one policy."
        ),
    ] = None,
    lang: LangOption = "zh",
) -> None:
    """审查草案：缺金额、缺期限、用词与算法不符等。 Review a draft: amounts, periods and words that are missing or disagree."""
    from ..lint import Source
    from ..lint import lint as review
    from ..rules import load

    names = [name for name in files or () if Path(name).name != "facts.yaml"]
    with refusals(lang, form != "text"):
        rules = load(*chosen(names))
        sources = {}
        if source:
            if len(rules.program.policies) > 1:
                raise typer.BadParameter("--source 只用于一份政策: name one policy")
            sources = {rules.program.policies[0].id: Source.read(source)}
        found = review(rules.documents, rules.program, sources)
    _print(found, form, lang)
    if _fails(found, fail_on):
        raise typer.Exit(1)


def _fails(found: Sequence[LintFinding], fail_on: FailOn) -> bool:
    from ..lint import SEVERITIES

    grave = SEVERITIES[: SEVERITIES.index(fail_on) + 1] if fail_on != "never" else ()
    return any(finding.severity in grave for finding in found)


def _print(found: Sequence[LintFinding], form: str, lang: Lang) -> None:
    if form == "sarif":
        from ..lint.sarif import sarif

        print_json(sarif(found))
    elif form == "json":
        print_json({"counts": _counts(found), "findings": [finding.as_dict() for finding in found]})
    else:
        _tell(found, lang)


def _counts(found: Sequence[LintFinding]) -> dict[str, int]:
    from ..lint import SEVERITIES

    counts = Counter(finding.severity for finding in found)
    return {severity: counts[severity] for severity in SEVERITIES}


def _tell(found: Sequence[LintFinding], lang: Lang) -> None:
    """By code, the gravest first: the explanation and how to mend it once, then every place."""
    from ..lint import LINTS, SEVERITIES
    from ..lint.codes import WORDS

    zh = lang == "zh"
    ordered = sorted(found, key=lambda finding: (SEVERITIES.index(finding.severity), finding.code))
    last = ""
    for finding in ordered:
        meaning = LINTS[finding.code]
        if finding.code != last:
            severity = WORDS[meaning.severity][not zh]
            typer.echo(f"{finding.code} {severity}  {meaning.zh if zh else meaning.en}")
            typer.echo(f"  {'改法：' if zh else 'Mend: '}{meaning.mend_zh if zh else meaning.mend_en}")
        last = finding.code
        typer.echo(_clean(f"  {_where(finding)}"))
    counts = _counts(found)
    parts = [f"{WORDS[severity][not zh]} {counts[severity]}" for severity in SEVERITIES]
    typer.echo(("，" if zh else ", ").join(parts))


def _where(finding: LintFinding) -> str:
    place = f"{finding.file}:{finding.line}:{finding.column}:" if finding.line else f"{finding.file}:"
    said = " → ".join(text for text in (finding.found, finding.against) if text)
    return "  ".join(text for text in (place, finding.article, finding.entry or finding.policy, said) if text)


def _clean(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)
