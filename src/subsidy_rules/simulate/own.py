"""The user's own applicants, from workbooks, CSV or Parquet: read by `files`, and refused where a row is wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..errors import ProblemsError
from ..files.given import Options, read_tables
from ..files.layout import APPLICANTS, APPROVED, GRANTS
from ..files.screen import screen
from ..files.source import Source
from ..model.program import Program
from ..model.vocabulary import Fact, Label
from .plan import CERTAIN
from .population import Population
from .sampling import Array


def own(
    programs: Sequence[Program],
    applicants: Path,
    items: Mapping[str, Path],
    year: int,
    history: str | None,
    day: date | None = None,
    grants: Path | None = None,
    seed: int = 1,
) -> Population:
    """With the facts of one policy, or of two versions of it. `seed`: of who stays away at a smaller take-up. Raises
    ProblemsError with what is wrong with any row."""
    given = [_read(program, programs, applicants, items, grants, history) for program in programs]
    tables = {name: _joined([one[name] for one in given if name in one]) for name in given[-1] | given[0]}
    table, earlier = tables.pop(APPLICANTS), tables.pop(GRANTS, None)
    tables.pop(APPROVED, None)
    ids = table["id"].cast(pa.string()).combine_chunks()
    return Population(
        title=Label(zh=applicants.name, en=applicants.name),
        applicants=table,
        items=tables,
        owners={kind: _rows(one["applicant"], ids) for kind, one in tables.items()},
        chance=np.full(table.num_rows, CERTAIN, dtype=np.int64),
        urge=_urge(ids, seed),
        year=year,
        day=day,
        history="history",  # the column that `screen` adds
        basis="file",
        seed=seed,
        grants=earlier,
    )


def _read(
    program: Program,
    programs: Sequence[Program],
    applicants: Path,
    items: Mapping[str, Path],
    grants: Path | None,
    history: str | None,
) -> dict[str, pa.Table]:
    """The tables as one version knows them; what only another version knows is left out."""
    mine = set(_names(program))
    ignored = [name for other in programs for name in _names(other) if name not in mine]
    things = {kind: Source.of(path) for kind, path in items.items() if _kind_known(program, programs, kind)}
    earlier = Source.of(grants) if grants else None
    screened = screen(
        read_tables(program, Source.of(applicants), things, earlier, options=Options(ignored=ignored)), history
    )
    if screened.problems:
        raise ProblemsError(screened.problems)
    return dict(screened.given)


def _kind_known(program: Program, programs: Sequence[Program], kind: str) -> bool:
    """Whether a version has a kind of item; one that none has is left to be refused."""
    return kind in program.item_facts or not any(kind in other.item_facts for other in programs)


def _names(program: Program) -> Iterator[str]:
    """What a column may be called."""
    scopes: list[Mapping[str, Fact]] = [program.vocabulary.applicant]
    scopes += [kind.facts for kind in program.vocabulary.items.values()]
    for policy in program.policies:
        scopes += [policy.facts.applicant, *policy.facts.items.values()]
    for scope in scopes:
        for name, fact in scope.items():
            yield from (name, fact.label.zh, fact.label.en)


def _joined(tables: Sequence[Any]) -> pa.Table:
    """The columns of all, in the rows that they have in common."""
    found = tables[-1]
    for table in tables[:-1]:
        for name in table.column_names:
            if name not in found.column_names:
                found = found.append_column(table.schema.field(name), table[name])
    return found


def _rows(applicants: pa.ChunkedArray, ids: pa.Array) -> Array:
    return np.asarray(pc.index_in(applicants.cast(pa.string()), value_set=ids)).astype(np.int64)


def _urge(ids: pa.Array, seed: int) -> Array:
    """By the id alone: the order of the file changes nothing."""
    digests = [hashlib.blake2b(f"{seed}/{name}".encode(), digest_size=8).digest() for name in ids.to_pylist()]
    return np.array([int.from_bytes(one, "little") % CERTAIN for one in digests], dtype=np.int64)
