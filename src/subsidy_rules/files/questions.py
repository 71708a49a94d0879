"""Which empty cells an award that is not decided waits for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .layout import APPLICANTS
from .outcome import Outcome
from .table import Table

Array = np.ndarray[Any, Any]
SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("applicant", "kind", "item", "fact")),
        ("awards", pa.int64()),
        ("most", pa.decimal128(20, 2)),
    ]
)
_JOIN = "\x1f"


def questions(outcome: Outcome) -> pa.Table:
    """One row for each empty cell that a rule reads: how many awards wait for it, and the largest of their ceilings. A fact
    without a column is one row, without an applicant."""
    parts = [part for kind, awards in _undecided(outcome) for part in _of_rule(outcome, kind, *awards)]
    rows = pa.concat_tables([part for part in parts if part.num_rows] or [_rows(SCHEMA.empty_table(), "", "", None)])
    found = rows.group_by(["applicant", "kind", "item", "fact"]).aggregate([("ceiling", "max"), ("fact", "count")])
    found = found.rename_columns(["applicant", "kind", "item", "fact", "most", "awards"]).select(SCHEMA.names)
    return found.cast(SCHEMA).sort_by([(name, "ascending") for name in ("applicant", "kind", "item", "fact")])


def _undecided(outcome: Outcome) -> Iterator[tuple[str | None, tuple[frozenset[str], pa.Table]]]:
    """For each rule the kind of its items, the facts that it reads, and its awards that are not decided."""
    awards, program = outcome.answers.awards, outcome.rules.program
    awards = awards.filter(pc.equal(awards["status"].cast(pa.string()), "undecided"))
    columns = {name: awards[name].cast(pa.string()) for name in ("policy", "rule")}
    place = pc.binary_join_element_wise(*columns.values(), _JOIN)
    rows = awards.select(["applicant", "item", "ceiling"])
    for rule, asked in zip(program.rules, program.asked, strict=True):
        mine = rows.filter(pc.equal(place, f"{program.policies[rule.policy].id}{_JOIN}{rule.id}"))
        if mine.num_rows:
            yield rule.item, (asked.rest.union(asked.day, *asked.conditions), mine)


def _of_rule(outcome: Outcome, kind: str | None, asked: frozenset[str], awards: pa.Table) -> Iterator[pa.Table]:
    tables, program = outcome.screened.tables, outcome.rules.program
    own = tables.tables[APPLICANTS]
    for fact in sorted(asked):
        of_item = kind is not None and fact in program.item_facts[kind]
        if not of_item and fact not in program.applicant_facts:
            continue
        table = tables.tables[kind] if of_item and kind else own
        name = kind if of_item and kind else APPLICANTS
        column = table.column(fact)
        if column is None:
            yield _rows(awards, name, fact, None)
        else:
            rows = _place(table, awards)
            missing = np.asarray(pc.is_null(column))[rows]
            yield _rows(awards.filter(pa.array(missing)), name, fact, "item" if of_item else "")


def _place(table: Table, awards: pa.Table) -> Array:
    """The row of each award's applicant or item in its table."""
    if table.name == APPLICANTS:
        wanted, known = awards["applicant"], table.data.column("id")
    else:
        wanted = pc.binary_join_element_wise(awards["applicant"], awards["item"], _JOIN)
        known = pc.binary_join_element_wise(table.data.column("applicant"), table.data.column("id"), _JOIN)
    return np.asarray(pc.index_in(wanted, value_set=known.combine_chunks()))


def _rows(awards: pa.Table, kind: str, fact: str, whose: str | None) -> pa.Table:
    """`whose`: of the `item`, of the applicant (empty), or of nobody (None): the column is not there."""
    rows = awards.num_rows
    nobody = pa.nulls(rows, pa.string())
    return pa.table(
        {
            "applicant": nobody if whose is None else awards["applicant"],
            "kind": pa.repeat(kind, rows),
            "item": awards["item"] if whose == "item" else nobody,
            "fact": pa.repeat(fact, rows),
            "ceiling": awards["ceiling"] if "ceiling" in awards.column_names else pa.nulls(rows, pa.decimal128(20, 2)),
        }
    )
