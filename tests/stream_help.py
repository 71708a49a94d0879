"""Partitions in files, for processes of their own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from subsidy_rules.columnar.population import Given
from subsidy_rules.columnar.stream import Facts

COMMON = {"id", "applicant", "applied_at", "history"}


@dataclass(frozen=True)
class Folder:
    """A folder for each partition, in it a file for each table."""

    path: Path
    units: dict[str, str]

    def store(self, number: int, given: Given) -> None:
        place = self.path / str(number)
        place.mkdir()
        tables = {"applicants": given.applicants, "grants": given.grants, "approved": given.approved}
        tables |= {f"items.{kind}": table for kind, table in given.items.items()}
        for name, table in tables.items():
            if table is not None:
                pq.write_table(table, place / f"{name}.parquet")

    def read(self, number: int, facts: Facts | None) -> Given:
        """Of the facts no more than are asked for."""
        place = self.path / str(number)
        found = {file.stem: pq.read_table(file) for file in place.glob("*.parquet")}
        applicants = _some(found["applicants"], facts, None)
        items = {name[6:]: table for name, table in found.items() if name.startswith("items.")}
        items = {k: _some(t, facts, k) for k, t in items.items() if facts is None or k in facts}
        return Given(applicants, items, self.units, "history", found.get("grants"), found.get("approved"))

    def write(self, number: int, awards: pa.Table, totals: pa.Table) -> None:
        pq.write_table(awards, self.path / f"{number}.awards")
        pq.write_table(totals, self.path / f"{number}.totals")


def _some(table: pa.Table, facts: Facts | None, kind: str | None) -> pa.Table:
    if facts is None:
        return table
    return table.select([name for name in table.column_names if name in COMMON | facts[kind]])
