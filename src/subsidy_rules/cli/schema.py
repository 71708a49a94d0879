"""`schema`: the JSON Schema of the files and of the answer."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from .output import print_json

Subject = Literal["policy", "facts", "application", "assessment", "questions", "advice", "examples"]


def schema(subject: Annotated[Subject, typer.Argument(help="哪一种文件 Which file.")]) -> None:
    """JSON Schema（2020-12）。 JSON Schema of a file or of the answer."""
    from ..schemas import schema_of

    print_json(schema_of(subject))
