"""The header of a table: which column each cell names, in which unit."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from ..errors import Problem, ProblemsError, echo, nearest
from .cells import Cell
from .codes import CODES
from .layout import APPLICANTS, Field, Layout
from .values import UNITS, key

_UNIT = re.compile(r"(.+?)[（(]([^（）()]{0,8})[)）]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is read. `at`: where in a row, from 0; `header`: as it was written; `name`: in the table that is made."""

    at: int
    header: str
    field: Field
    unit: str | None
    name: str


def read_header(
    file: str, line: int, cells: Sequence[Cell], layout: Layout, ignored: Collection[str], second: Sequence[Cell] = ()
) -> list[Column]:
    """The columns. `second`: the row below, to tell when the header stands there. Raises ProblemsError with all problems."""
    problems: list[Problem] = []
    found: list[Column] = []
    unknown = 0

    def add(code: str, at: int, header: str, shown: str = "", expected: str = "", near: str = "") -> None:
        problems.append(Problem(file, line, at + 1, code, header[:60], CODES[code].en, shown, expected, near))

    for at, cell in enumerate(cells):
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            continue
        header = cell.strip() if isinstance(cell, str) else str(cell)
        if key(header) in ignored:
            continue
        field, unit = find(header, layout)
        if field is None:
            unknown += 1
            near = _near(header, layout)
            add("SR915", at, header, echo(header), "", near)
            continue
        units = UNITS.get(field.fact.kind, {})
        if unit is not None and unit not in units:
            add("SR918", at, header, echo(unit), " or ".join(f"（{one}）" for one in units if one) or "no unit", "")
        if any(other.field is field for other in found):
            add("SR916", at, header, echo(header))
        found.append(Column(at, header, field, unit, field.name))
    if unknown and any(find(cell, layout)[0] for cell in second if isinstance(cell, str)) and not found:
        problems = [
            Problem(file, line, 1, "SR914", "", CODES["SR914"].en, f"a header in row {line + 1}", "in the first row")
        ]
        raise ProblemsError(problems)
    found = _with_id(found, layout)
    for field in layout.fields:
        if field.needed and not any(column.name == field.name for column in found):
            add("SR917", 0, field.name, "", " or ".join((field.name, *field.called[:2])))
    if problems:
        raise ProblemsError(problems)
    return found


def find(header: str, layout: Layout) -> tuple[Field | None, str | None]:
    """A label may have brackets of its own; only where it is no name as a whole the last brackets are a unit."""
    field = layout.by_key.get(key(header))
    if field is not None:
        return field, None
    match = _UNIT.fullmatch(header.strip())
    if match is None:
        return None, None
    return layout.by_key.get(key(match[1])), key(match[2])


def is_header(cells: Iterable[Cell], layout: Layout) -> bool:
    """Whether a row says names of columns and nothing else."""
    texts = [cell for cell in cells if cell is not None]
    return bool(texts) and all(isinstance(cell, str) and find(cell, layout)[0] is not None for cell in texts)


def _with_id(columns: list[Column], layout: Layout) -> list[Column]:
    """A credit code is the applicant's id where the table has no other."""
    name = "id" if layout.name == APPLICANTS else "applicant"
    if any(column.name == name for column in columns) or name not in {field.name for field in layout.fields}:
        return columns
    return [
        Column(c.at, c.header, replace(c.field, needed=True), c.unit, name) if c.name == "credit_code" else c
        for c in columns
    ]


def _near(header: str, layout: Layout) -> str:
    match = _UNIT.fullmatch(header)
    words = {key(word): word for field in layout.fields for word in (*field.called, field.name)}
    return words.get(nearest(key(match[1] if match else header), words), "")
