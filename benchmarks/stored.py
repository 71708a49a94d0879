"""A population in Parquet files: a folder for each partition, in it one file for each table."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import population
import pyarrow as pa
import pyarrow.parquet as pq

from subsidy_rules.columnar.population import Given
from subsidy_rules.columnar.stream import Facts
from subsidy_rules.model.program import Program

PART = 49_152  # applicants in a partition: two processes with one each stay below 2 GiB
NAMES = ("id", "applicant")


@dataclass(frozen=True)
class Stored:
    """`texts`: the columns of text facts, which are read as dictionaries."""

    folder: Path
    count: int
    units: dict[str, str]
    texts: frozenset[str]

    def read(self, number: int, facts: Facts | None, threads: bool = False) -> Given:
        place = self.folder / f"{number:05d}"
        kinds = [file.stem for file in sorted(place.glob("*.parquet")) if file.stem != "applicants"]
        items = {kind: self._table(place, kind, facts, threads) for kind in kinds if facts is None or kind in facts}
        return Given(self._table(place, "applicants", facts, threads), items, self.units, "complete")

    def _table(self, place: Path, name: str, facts: Facts | None, threads: bool) -> pa.Table:
        file = place / f"{name}.parquet"
        columns = pq.read_schema(file).names
        if facts is not None:
            mine = facts[None if name == "applicants" else name]
            columns = [column for column in columns if column in NAMES or column in mine]
        texts = [column for column in columns if column in self.texts]
        return pq.read_table(file, columns=columns, read_dictionary=texts, use_threads=threads)

    def drop(self, number: int, awards: pa.Table, totals: pa.Table) -> None:
        """Answers are built and thrown away."""

    def keep(self, number: int, awards: pa.Table, totals: pa.Table) -> None:
        for name, table in (("awards", awards), ("totals", totals)):
            to = self.folder.parent / f"{self.folder.name}-{name}"
            to.mkdir(exist_ok=True)
            pq.write_table(table, to / f"{number:05d}.parquet")


def texts_of(program: Program) -> frozenset[str]:
    scopes = (program.applicant_facts, *program.item_facts.values())
    return frozenset(name for scope in scopes for name, fact in scope.items() if fact.kind in ("choice", "text"))


def store(program: Program, folder: Path, size: int, known: bool = False, part: int = PART) -> Stored:
    """Made once for a vocabulary. `known`: every fact is known."""
    count, vocabulary = -(-size // part), dict(program.digests)["facts"]
    about = folder / "about.json"
    if not about.exists() or json.loads(about.read_text(encoding="utf-8"))["vocabulary"] != vocabulary:
        shutil.rmtree(folder, ignore_errors=True)
        for number in range(count):
            made = population.make(
                program, min(part, size - number * part), seed=number, first=number * part, known=known
            )
            place = folder / f"{number:05d}"
            place.mkdir(parents=True, exist_ok=True)
            for name, table in {"applicants": made.applicants, **made.items}.items():
                pq.write_table(table, place / f"{name}.parquet")
        text = json.dumps({"units": made.units, "count": count, "vocabulary": vocabulary})
        about.write_text(text, encoding="utf-8")
    return opened(program, folder)


def opened(program: Program, folder: Path) -> Stored:
    about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    return Stored(folder, about["count"], about["units"], texts_of(program))
