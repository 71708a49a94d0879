"""`template`: an empty workbook for some policies, which `batch` reads back (extra `batch`)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .inputs import load_rules, needing
from .options import LangOption, PolicyOption
from .output import refusals


def template(
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="写到哪里（.xlsx） The workbook to write.")
    ],
    policy: PolicyOption = None,
    lang: LangOption = "zh",
) -> None:
    """空白申报表：表头、单位、下拉选项和填写说明，供 batch 读取。 An empty workbook with headers, units and drop-downs."""
    with needing("batch"):
        from ..files import save
        from ..files import template as blank

    if output.suffix != ".xlsx":
        raise typer.BadParameter("a file that ends in .xlsx 文件名以 .xlsx 结尾")
    with refusals(lang, False):
        save(output, blank(load_rules(policy).program, lang))
