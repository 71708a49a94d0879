"""`replay`: compute the answer of a receipt again."""

from __future__ import annotations

from typing import Annotated

import typer

from .inputs import load_rules
from .options import JsonOption, LangOption, PolicyOption
from .output import print_json, refusals


def replay(
    receipt: Annotated[
        str, typer.Argument(metavar="RECEIPT", help="assess --receipt 写的文件 Written by assess --receipt.")
    ],
    policy: PolicyOption = None,
    lang: LangOption = "zh",
    as_json: JsonOption = False,
) -> None:
    """按回执重算，核对结果一字不差。 Compute the answer of a receipt again: the same policies, the same bytes."""
    from ..explain import sentence
    from ..rules import as_data

    with refusals(lang, as_json):
        answer = load_rules(policy or _policies_of(receipt)).replay(receipt)
    if as_json:
        print_json(as_data(answer))
        return
    typer.echo("与回执一致。" if lang == "zh" else "The same as in the receipt.")
    typer.echo(sentence(answer, lang))


def _policies_of(receipt: str) -> list[str] | None:
    """The policies that a receipt names, where they come with the library; else the replay says what differs."""
    from ..reading import read
    from ..rules import policies

    value = read(receipt).value
    files = value.get("files") if isinstance(value, dict) else None
    named = [name for name in files if name in policies()] if isinstance(files, dict) else []
    return named or None
