"""What the commands are given: policies by id or file, an application from a file or standard input."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from ..errors import nearest

if TYPE_CHECKING:
    from ..model.case import Case
    from ..reading import Document
    from ..rules import Rules


@contextmanager
def needing(extra: str) -> Iterator[None]:
    """A library of this extra that is not installed is wrong usage; a module of our own that is not there is a fault."""
    try:
        yield
    except ModuleNotFoundError as error:
        name = (error.name or "").partition(".")[0]
        if name in ("", __name__.partition(".")[0]):
            raise
        typer.echo(f"{name} is missing 缺少依赖: pip install 'subsidy-rules[{extra}]'", err=True)
        raise typer.Exit(2) from None


def chosen(names: Sequence[str] | None) -> list[str]:
    """The policies named, each once; all that come with the library where none is. An unknown id is wrong usage."""
    from ..rules import policies

    known = policies()
    for name in names or ():
        if name not in known and not Path(name).suffix and not Path(name).exists():
            near = nearest(name, known)
            hint = f"; did you mean 是否想写 {near}?" if near else ""
            raise typer.BadParameter(f"no such policy 没有这份政策: {name}{hint} ({', '.join(known)})")
    found = list(dict.fromkeys(names or known))
    if not found:
        raise typer.BadParameter("no policies come with this installation 未附带政策: name a file with --policy")
    return found


def load_rules(names: Sequence[str] | None) -> Rules:
    """See `rules.load`. Raises ProblemsError."""
    from ..rules import load

    return load(*chosen(names))


def admit_case(path: str, rules: Rules, day: date | None = None, year: int | None = None) -> Case:
    """An application, with another day or year than its file says where they are given. Raises ProblemsError."""
    from ..loading import admit

    document = read_input(path)
    if isinstance(document.value, dict):
        value = dict(document.value)
        value |= {"date": day.isoformat()} if day else {}
        value |= {"year": str(year)} if year else {}
        document = replace(document, value=value)
    return admit(document, rules.program)


def read_input(path: str) -> Document:
    """A file, or standard input as JSON where it begins with a bracket and as YAML otherwise."""
    from ..reading import MAX_JSON_BYTES, read, read_json, read_yaml

    if path != "-":
        return read(path)
    data = sys.stdin.buffer.read(MAX_JSON_BYTES + 1)
    return (read_json if data.lstrip()[:1] in (b"{", b"[") else read_yaml)(data, "<stdin>")


def write_file(path: Path, data: bytes) -> None:
    """A file of the caller's; one that can't be written is wrong usage."""
    try:
        path.write_bytes(data)
    except OSError as error:
        raise typer.BadParameter(f"{path}: {error.strerror}") from None
