"""Tables in comparable bytes, and cases cut into partitions."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from columnar_help import given, units_of

from subsidy_rules.columnar.assess import Setting, Tables, assess_table
from subsidy_rules.columnar.output import pools_table, questions_table
from subsidy_rules.columnar.partition import Partitions
from subsidy_rules.columnar.population import Given
from subsidy_rules.columnar.stream import Facts
from subsidy_rules.model.case import Case
from subsidy_rules.model.program import Program
from subsidy_rules.rules import load


def decoded(table: pa.Table) -> pa.Table:
    """Names as text."""
    columns = {
        name: column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
        for name, column in zip(table.column_names, table.columns, strict=True)
    }
    return pa.table(columns)


def plain(table: pa.Table) -> bytes:
    """The rows of a table as they are, however it is held: what a null stands on, or where a chunk ends, is not part of it."""
    found = decoded(table)
    found = pa.Table.from_pylist(found.to_pylist(), schema=found.schema)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, found.schema) as stream:
        stream.write_table(found)
    return bytes(sink.getvalue())


def apart(found: pa.Table, wanted: pa.Table) -> list[Any]:
    """The first rows that differ, or the schemas; none where the tables are equal byte for byte."""
    if plain(found) == plain(wanted):
        return []
    pairs = zip_longest(found.to_pylist(), wanted.to_pylist())
    return [pair for pair in pairs if pair[0] != pair[1]][:3] or [found.schema, wanted.schema]


def by_applicant(table: pa.Table) -> pa.Table:
    """Sorted by applicant; his own rows stay in their order."""
    place = pa.array(range(table.num_rows))
    found = decoded(table).append_column("place", place)
    return found.sort_by([("applicant", "ascending"), ("place", "ascending")]).drop_columns("place")


def setting_of(cases: Sequence[Case], pools: dict[str, int]) -> Setting:
    first = cases[0]
    return Setting(first.year, first.date, first.published, {**first.parameters, **pools})


def in_parts(program: Program, setting: Setting, parts: Sequence[Given]) -> Tables:
    """The answers of partitions, behind each other; what is settled goes through bytes, as between processes."""
    steps = Partitions(program, setting)
    settled = [steps.settle(part) for part in parts]
    waiting = [steps.dumped(found) for found, _ in settled]
    allocation = steps.allocate(steps.loaded(steps.dumped(demands)) for _, demands in settled)
    answers = [steps.finish(steps.loaded(data), one) for data, one in zip(waiting, allocation.shares, strict=True)]
    awards, totals = (pa.concat_tables(map(decoded, tables)) for tables in zip(*answers, strict=True))
    pools = pools_table(allocation.ids, allocation.rows)
    questions = questions_table(program, sum((found.questions for found, _ in settled), Counter()))
    return Tables(awards, totals, pools, questions, sum(found.by_engine for found, _ in settled))


def in_one(program: Program, setting: Setting, parts: Sequence[Sequence[Case]]) -> Tables:
    return assess_table(program, given(program, [case for part in parts for case in part]), setting)


def as_bytes(found: Tables) -> tuple[Any, ...]:
    return plain(found.awards), plain(found.totals), plain(found.pools), found.by_engine


# Files


def named(tables: Given) -> dict[str, pa.Table]:
    """Tables by the names that they have on a cluster."""
    found = {"applicants": tables.applicants, **{f"items.{kind}": table for kind, table in tables.items.items()}}
    return found | {n: t for n, t in (("grants", tables.grants), ("approved", tables.approved)) if t is not None}


def given_of(tables: dict[str, pa.Table], units: dict[str, str]) -> Given:
    items = {name.removeprefix("items."): table for name, table in tables.items() if name.startswith("items.")}
    return Given(tables["applicants"], items, units, "history", tables.get("grants"), tables.get("approved"))


def read(folder: Path, part: int, _: Facts | None) -> Given:
    tables = {path.stem: pq.read_table(path) for path in sorted((folder / str(part)).glob("*.parquet"))}
    return given_of(tables, units_of(load().program))


def keep(folder: Path, part: int, awards: pa.Table, totals: pa.Table) -> None:
    pq.write_table(awards, folder / f"awards-{part}.parquet")
    pq.write_table(totals, folder / f"totals-{part}.parquet")
    (folder / f"process-{part}").write_text(str(os.getpid()))
