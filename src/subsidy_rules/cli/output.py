"""What goes to standard output and standard error, and the exit code for refused input."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, cast

import typer

from ..errors import Problem, ProblemsError

if TYPE_CHECKING:
    from rich.console import Console

    from ..explain import Lang

PIPED_WIDTH = 160  # columns for a file or a pipe; nothing is cut there


class _Unpadded(io.TextIOBase):
    """Standard output without the blanks that fill up a line."""

    def write(self, text: str) -> int:
        return sys.stdout.write(re.sub(r" +(?=\n|$)", "", text))

    def flush(self) -> None:
        sys.stdout.flush()


def console() -> Console:
    """A terminal with its own width and colours; for a pipe plain text of a fixed width."""
    from rich.console import Console

    if sys.stdout.isatty():
        return Console(markup=False, highlight=False, emoji=False)
    return Console(
        file=cast(IO[str], _Unpadded()),
        width=PIPED_WIDTH,
        color_system=None,
        markup=False,
        highlight=False,
        emoji=False,
    )


def print_json(data: Any) -> None:
    """JSON, indented; the same data gives the same bytes."""
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2))


@contextmanager
def refusals(lang: Lang, as_json: bool) -> Iterator[None]:
    """Refused input ends the command with exit code 1 and all its problems, never with a traceback."""
    try:
        yield
    except ProblemsError as error:
        if as_json:
            print_json({"problems": [problem.as_dict() for problem in error.problems]})
        else:
            tell(error.problems, lang)
        raise typer.Exit(1) from None


def tell(problems: Iterable[Problem], lang: Lang) -> None:
    """Problems as lines on standard error."""
    for problem in problems:
        typer.echo("".join(c if c.isprintable() else " " for c in text_of(problem, lang)), err=True)


def text_of(problem: Problem, lang: Lang) -> str:
    """A problem in one line; in Chinese by the meaning of its code, with the particulars."""
    from .meanings import meanings

    if lang == "en" or problem.code not in meanings():
        return str(problem)
    zh, en = meanings()[problem.code]
    where = f"{problem.file or '<input>'}{f':{problem.line}:{problem.column}' if problem.line else ''}"
    parts = [f"{where}: [{problem.code}] {zh.rstrip('。')}"]
    if problem.message and problem.message != en:
        parts.append(problem.message)
    named = (
        ("位置", problem.field),
        ("现为", problem.found),
        ("应为", problem.expected),
        ("是否想写", problem.nearest),
    )
    return "；".join([*parts, *(f"{name} {value}" for name, value in named if value)])
