"""The arguments and options that several commands share."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import typer


def _policy_ids() -> list[str]:
    from ..rules import policies

    return list(policies())


def parse_day(text: str) -> date:
    """`2026-03-01`; anything else is wrong usage."""
    try:
        if len(text) != 10:
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("a day like 2026-03-01 日期写作 2026-03-01") from None


ApplicationFile = Annotated[
    str,
    typer.Argument(metavar="APPLICATION", help="申请文件（YAML、JSON），- 为标准输入 The application; - is stdin."),
]
PolicyOption = Annotated[
    list[str] | None,
    typer.Option(
        "--policy",
        "-p",
        metavar="ID|FILE",
        help="政策的 id 或文件，可重复；默认全部 A policy's id or file, repeatable; all by default.",
        autocompletion=_policy_ids,
    ),
]
LangOption = Annotated[
    Literal["zh", "en"],
    typer.Option("--lang", "-l", envvar="SUBSIDY_RULES_LANG", help="语言 Language."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON Print JSON.")]
DayOption = Annotated[
    date | None,
    typer.Option(
        "--date",
        metavar="YYYY-MM-DD",
        parser=parse_day,
        help="申请日，代替文件所写 Another day of the claim.",
    ),
]
YearOption = Annotated[
    int | None,
    typer.Option("--year", min=1900, max=2199, help="预算年度，代替文件所写 Another budget year."),
]
