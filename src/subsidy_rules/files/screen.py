"""What the tables say of each other; which applicants are computed and which are held back.

An applicant with an error in any of his rows is held back as a whole: limits, exclusions and histories go over all he claims, so
that any amount of his could be wrong. He still stands before the pools, as somebody of whom nothing is known but that he claims:
what he may draw is not promised to the others, and what he may not draw is within their ceilings.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..errors import Problem, echo, nearest
from ..model.program import Program
from .given import Tables
from .headers import Column
from .layout import APPLICANTS, APPROVED, GRANTS, HISTORY, Layout
from .past import check_past
from .source import refuse
from .table import Table

Mask = np.ndarray[Any, Any]
SPECIAL = {"id", "applicant", "applied_at"}


@dataclass
class Screened:
    """`given`: the tables of `assess_table`; `good`: by table, the rows that are computed; `held`: applicants that are in `given`
    for the sake of the pools alone."""

    tables: Tables
    good: dict[str, Mask]
    given: dict[str, pa.Table]
    held: pa.Array = field(default_factory=lambda: pa.array([], pa.string()))

    @property
    def problems(self) -> list[Problem]:
        return [p for table in self.tables.tables.values() for at in sorted(table.problems) for p in table.problems[at]]


def screen(tables: Tables, history: str | None) -> Screened:
    """`history`: complete or partial, for all whose row does not say. Raises ProblemsError where nobody says it."""
    _check_history(tables.applicants, history)
    _check_ids(tables)
    for name in (GRANTS, APPROVED):
        if name in tables.tables:
            check_past(tables, tables.tables[name])
    bad = _bad_ids(tables)
    _hold(tables, bad)
    good = {name: ~table.bad() for name, table in tables.tables.items()}
    given = {name: _given(table, good[name], tables.program) for name, table in tables.tables.items()}
    given[APPLICANTS] = _with_history(tables.applicants, given[APPLICANTS], good[APPLICANTS], history)
    found = Screened(tables, good, given)
    if _shared(tables.program) and not all(mask.all() for mask in good.values()):
        _add_held(found)
    return found


def _check_history(table: Table, history: str | None) -> None:
    column = table.column("history")
    if column is None and history is None:
        refuse(
            table.file, "SR917", field="history", expected="--history complete or partial, or a column 既往奖补是否完整"
        )
    if column is not None and history is None:
        for at in np.flatnonzero(np.asarray(pc.is_null(column))):
            if not any(problem.field == _header(table, "history") for problem in table.problems.get(int(at), ())):
                table.add(int(at), "SR935", "history", expected=" or ".join(HISTORY))


def _header(table: Table, name: str) -> str:
    return next(column.header for column in table.columns if column.name == name)


def _check_ids(tables: Tables) -> None:
    """Ids that stand twice, and applicants that are not there."""
    ids = tables.applicants.data.column("id")
    _twice(tables.applicants, ("id",))
    known = ids.drop_null().unique()
    names = known.to_pylist()
    for name, table in tables.tables.items():
        if name == APPLICANTS:
            continue
        column = table.data.column("applicant")
        missing = pc.and_(pc.is_valid(column), pc.invert(pc.is_in(column, value_set=known)))
        for at in np.flatnonzero(np.asarray(missing)):
            who = column[int(at)].as_py()
            table.add(int(at), "SR938", "applicant", echo(who), "an applicant", nearest(who, names))
        if table.layout.kind is not None:
            _twice(table, ("applicant", "id"))


def _twice(table: Table, names: tuple[str, ...]) -> None:
    columns = {str(at): table.data.column(name) for at, name in enumerate(names)}
    rows = pa.table({**columns, "row": np.arange(len(table))})
    rows = rows.drop_null()
    groups = rows.group_by(list(columns)).aggregate([("row", "count"), ("row", "list")])
    for found in groups.filter(pc.greater(groups["row_count"], 1))["row_list"].to_pylist():
        lines = ", ".join(str(table.rows[at]) for at in found[:5])
        for at in found:
            table.add(
                at, "SR937", names[-1], echo(table.data.column(names[-1])[at].as_py()), f"one of the rows {lines}"
            )


def _owner(table: Table) -> pa.ChunkedArray:
    return table.data.column("id" if table.name == APPLICANTS else "applicant")


def _bad_ids(tables: Tables) -> dict[str, str]:
    """Applicants of whom a row is bad, and where."""
    found: dict[str, str] = {}
    for table in tables.tables.values():
        rows = sorted(table.problems)
        for who, at in zip(_owner(table).take(pa.array(rows, pa.int64())).to_pylist(), rows, strict=True):
            if who is not None:
                found.setdefault(who, f"{table.file} row {table.rows[at]}")
    return found


def _hold(tables: Tables, bad: dict[str, str]) -> None:
    """All rows of an applicant with a bad row."""
    values = pa.array(list(bad), pa.string())
    for table in tables.tables.values():
        column = _owner(table)
        for at in np.flatnonzero(np.asarray(pc.is_in(column, value_set=values))):
            if int(at) not in table.problems:
                who = column[int(at)].as_py()
                name = "id" if table.name == APPLICANTS else "applicant"
                table.add(int(at), "SR940", name, echo(who), f"no error in {bad[who]}")


def _facts(layout: Layout, program: Program, columns: list[Column]) -> list[str]:
    """The columns that are computed with; the others are for the reader, or tell claims apart."""
    if layout.name in (GRANTS, APPROVED):
        return [column.name for column in columns if column.name != "credit_code"]
    facts = program.applicant_facts if layout.kind is None else program.item_facts[layout.kind]
    return [column.name for column in columns if column.name in facts or column.name in SPECIAL]


def _given(table: Table, good: Mask, program: Program) -> pa.Table:
    return table.data.select(_facts(table.layout, program, table.columns)).filter(pa.array(good))


def _with_history(table: Table, given: pa.Table, good: Mask, history: str | None) -> pa.Table:
    column = table.column("history")
    if column is None:
        words: Any = pa.repeat(pa.scalar(history, pa.string()), given.num_rows)
    else:
        words = column.filter(pa.array(good)).cast(pa.string())
        words = words.fill_null(history) if history else words
    return given.append_column("history", words)


def _shared(program: Program) -> bool:
    """Whether what one applicant gets can depend on another."""
    objects = (b for b in program.exclusives if not b.levels and not {"applicant", "item"} & set(b.key))
    return any(cap.pool for cap in program.caps) or any(True for _ in objects)


def _add_held(found: Screened) -> None:
    """Everybody who is held back, and what he claims for, with nothing known of either."""
    tables = found.tables
    people: list[pa.ChunkedArray | pa.Array] = []
    for table in tables.tables.values():
        if table.name in (GRANTS, APPROVED):
            continue
        held = pa.array(~found.good[table.name])
        places = pa.array(
            [f"?{table.name}:{table.rows[at]}" for at in np.flatnonzero(~found.good[table.name])], pa.string()
        )
        who = pc.coalesce(_owner(table).filter(held).combine_chunks(), places)
        people.append(who)
        if table.layout.kind is not None:
            ids = pc.coalesce(table.data.column("id").filter(held).combine_chunks(), places)
            pairs = pa.table({"applicant": who, "id": ids}).group_by(["applicant", "id"]).aggregate([])
            found.given[table.name] = _with_unknown(found.given[table.name], pairs)
    found.held = pa.concat_arrays([pa.array([], pa.string()), *people]).unique()
    times = _times(tables.applicants, found.held)
    unknown = pa.table({"id": found.held, "history": pa.repeat("partial", len(found.held)), **times})
    found.given[APPLICANTS] = _with_unknown(found.given[APPLICANTS], unknown)


def _times(table: Table, who: pa.Array) -> dict[str, pa.Array]:
    """When they applied, which may decide about a pool: the time that their row states."""
    column = table.column("applied_at")
    if column is None:
        return {}
    rows = pc.index_in(who, value_set=table.data.column("id").combine_chunks())
    return {"applied_at": column.combine_chunks().take(rows)}


def _with_unknown(given: pa.Table, more: pa.Table) -> pa.Table:
    """More rows, with nothing in the columns that they don't have."""
    columns = [
        more.column(f.name).cast(f.type) if f.name in more.column_names else pa.nulls(more.num_rows, f.type)
        for f in given.schema
    ]
    return pa.concat_tables([given, pa.table(columns, schema=given.schema)])
