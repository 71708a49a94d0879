"""`cases`: the boundary cases of a policy with the computed answers, for a person to review."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .inputs import load_rules, needing, write_file
from .options import LangOption
from .output import refusals

FORMATS = (".yaml", ".yml", ".xlsx")


def cases(
    policy: Annotated[str, typer.Argument(metavar="ID|FILE", help="政策的 id 或文件 A policy's id or file.")],
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help=".yaml（可由 check 运行）或 .xlsx；默认标准输出 .yaml, which check can run, or .xlsx; - is stdout.",
        ),
    ] = "-",
    lang: LangOption = "zh",
) -> None:
    """列出边界情形及其测算结果，供人审核。 Cases at every threshold, limit and day, with their answers, for review."""
    suffix = Path(output).suffix.lower()
    if output != "-" and suffix not in FORMATS:
        raise typer.BadParameter(f"a file that ends in .yaml or .xlsx 文件名以 .yaml 或 .xlsx 结尾: {output}")
    with refusals(lang, as_json=False):
        rules = load_rules([policy])
        from ..testing.boundaries import boundary_cases
        from ..testing.cases import answered, examples_data, rows

        found = answered(rules, boundary_cases(rules))
    if suffix == ".xlsx":
        with needing("testing"):
            from ..testing.workbook import workbook
        title = rules.program.policies[0].title
        write_file(Path(output), workbook(title.zh if lang == "zh" else title.en, rows(rules, found, lang), lang))
    else:
        from ..reading.write import yaml_text

        text = yaml_text(examples_data(rules, found, lang))
        if output == "-":
            typer.echo(text, nl=False)
            return
        write_file(Path(output), text.encode())
    typer.echo(f"{output}: {len(found)} {'个情形' if lang == 'zh' else 'cases'}")
