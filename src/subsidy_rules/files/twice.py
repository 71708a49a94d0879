"""Claims that are made twice: the same item, contract, invoice or person, by one applicant or by two. Reported, never decided."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from .given import Tables
from .layout import APPLICANTS
from .table import Table

RUNNING = r"^[0-9]{1,4}$"  # a running number names nothing outside its applicant
TEXTS = ("identity", "value", "between", "applicant", "kind", "item", "file")
SCHEMA = pa.schema([("group", pa.int64()), *((name, pa.string()) for name in TEXTS), ("row", pa.int64())])


def twice(tables: Tables) -> pa.Table:
    """One row a claim, those that share something together. `between`: `same` applicant, or `different` ones."""
    parts: list[pa.Table] = []
    for table in tables.tables.values():
        parts += _identities(table)
    if not parts:
        return SCHEMA.empty_table()
    rows = pa.concat_tables(parts)
    pairs = rows.group_by(["scope", "key"]).aggregate([("who", "count_distinct"), ("row", "count")])
    shared = pairs.filter(pc.greater(pairs["row_count"], 1)).sort_by([("scope", "ascending"), ("key", "ascending")])
    shared = shared.append_column("group", pa.array(range(1, shared.num_rows + 1), pa.int64()))
    found = rows.join(shared, ["scope", "key"], join_type="inner")
    found = found.sort_by([("group", "ascending"), ("file", "ascending"), ("row", "ascending")])
    between = pc.if_else(pc.greater(found["who_count_distinct"], 1), "different", "same")
    return pa.table({**{name: found[name] for name in SCHEMA.names if name != "between"}, "between": between}).select(
        SCHEMA.names
    )


def _identities(table: Table) -> Iterator[pa.Table]:
    """For each column by which a claim is known, its values as they are compared: without spaces, widths and case."""
    names = [column.name for column in table.columns if column.field.identity]
    if table.name == APPLICANTS:
        names = [column.name for column in table.columns if column.name == "credit_code"]
    elif table.layout.kind is not None:
        names.append("id")
    else:
        return
    who = table.data.column("id" if table.name == APPLICANTS else "applicant")
    for name in names:
        values = table.data.column(name)
        mine = pa.table(
            {
                "scope": pa.repeat(name if name != "id" else f"id:{table.name}", len(table)),
                "key": _compared(values),
                "who": who,
                "identity": pa.repeat(name, len(table)),
                "value": values,
                "applicant": who,
                "kind": pa.repeat(table.name, len(table)),
                "item": table.data.column("id") if table.layout.kind else pa.nulls(len(table), pa.string()),
                "file": pa.repeat(table.file, len(table)),
                "row": pa.array(table.rows, pa.int64()),
            }
        )
        known = pc.is_valid(mine["key"])
        if name == "id":
            known = pc.and_(known, pc.invert(pc.match_substring_regex(mine["key"], RUNNING)))
        yield mine.filter(known)


def _compared(values: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.replace_substring_regex(pc.utf8_lower(pc.utf8_normalize(values, "NFKC")), r"\s", "")
