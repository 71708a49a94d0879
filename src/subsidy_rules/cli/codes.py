"""`explain-code`: what a code means and how to mend it."""

from __future__ import annotations

from typing import Annotated

import typer

from ..errors import nearest
from .meanings import meanings
from .options import JsonOption
from .output import print_json


def _known() -> list[str]:
    return list(meanings())


def explain_code(
    code: Annotated[
        str | None,
        typer.Argument(metavar="CODE", help="如 SR101；不写则列出全部 All without one.", autocompletion=_known),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """错误代码的含义与改法。 What a code means and how to mend it."""
    wanted = code.upper() if code else None
    if wanted and wanted not in meanings():
        near = nearest(wanted, meanings())
        raise typer.BadParameter(f"no such code 没有这个代码: {code}" + (f"; did you mean {near}?" if near else ""))
    found = {wanted: meanings()[wanted]} if wanted else meanings()
    if as_json:
        print_json({name: {"zh": zh, "en": en} for name, (zh, en) in found.items()})
        return
    for name, (zh, en) in found.items():
        typer.echo(f"{name}  {zh}\n       {en}")
