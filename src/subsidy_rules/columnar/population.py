"""Tables of applicants and items, read and checked as a whole, and cut into blocks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..errors import Problem, ProblemsError, echo, nearest
from ..expr import FactType
from ..model.program import Program
from .codes import CODES
from .frame import Block, Frame, Texts, taken
from .history import History, Past
from .quantity import Array
from .tables import Reader, owners, read_facts, some, unknown
from .vector import Column


@dataclass(frozen=True, slots=True)
class Given:
    """Tables as they were given; see `assess_table`."""

    applicants: Any
    items: Mapping[str, Any]
    units: Mapping[str, str]
    history: str
    grants: Any = None
    approved: Any = None


@dataclass
class Population:
    """Every column as raw values, the items of each kind sorted by applicant and id. `times`: when each applied."""

    program: Program
    applicants: Frame
    items: dict[str, Frame]
    texts: Texts
    times: pa.Array | None
    history: History

    def blocks(self, size: int, year: int, day: date | None, published: Mapping[str, date]) -> Iterator[Block]:
        """At most `size` applicants with all their items, in order."""
        for start in range(0, self.applicants.rows, size):
            stop = min(start + size, self.applicants.rows)
            items, firsts = {}, {}
            for kind, frame in self.items.items():
                assert frame.owner is not None
                first, last = (int(at) for at in np.searchsorted(frame.owner, [start, stop]))
                items[kind], firsts[kind] = _span(frame, first, last, frame.owner[first:last] - start), first
            times = self.times[start:stop] if self.times is not None else None
            applicants = _span(self.applicants, start, stop)
            yield Block(
                self.program,
                applicants,
                items,
                self.texts,
                self.history,
                year,
                day,
                dict(published),
                times,
                start,
                firsts,
            )


def _span(frame: Frame, start: int, stop: int, owner: Array | None = None) -> Frame:
    known: dict[str, Column] = {}

    def column(name: str) -> Column:
        if name not in known:
            known[name] = taken(frame.column(name), slice(start, stop))
        return known[name]

    return Frame(stop - start, column, owner, frame.ids[start:stop], frame.stated)


def read_population(program: Program, given: Given, part: bool = False) -> Population:
    """Raises ProblemsError with everything that is wrong with the tables. `part`: tables of items may have been left out."""
    problems: list[Problem] = []
    texts = Texts()

    def reader(name: str, table: Any) -> Reader:
        return Reader(
            name, table if isinstance(table, pa.Table) else pa.table(table), given.units, texts.number, problems
        )

    applicants = reader("applicants", given.applicants)
    ids = applicants.text("id")
    columns = read_facts(applicants, program.applicant_facts, {"id", "applied_at", given.history})
    times = applicants.times("applied_at")
    if ids is None:
        raise ProblemsError(problems)
    if twice := _twice(ids):
        applicants.add("SR708", "id", found=twice)
    for kind in given.items.keys() - program.item_facts.keys():
        near = nearest(kind, program.item_facts)
        problems.append(Problem(f"items.{kind}", 0, 0, "SR709", "", CODES["SR709"].en, echo(kind), "", near))
    readers = {kind: reader(f"items.{kind}", given.items[kind]) for kind in given.items if kind in program.item_facts}
    whose = owners([*readers.values()], ids)
    items = {
        kind: _items(readers[kind], program.item_facts[kind], who) for kind, who in zip(readers, whose, strict=True)
    }
    found = {kind: frame for kind, frame in items.items() if frame is not None}
    claimed = {kind: (frame.owner, frame.ids) for kind, frame in found.items() if frame.owner is not None}
    past = Past(program, ids, texts.names)
    history = History(past.complete(applicants, given.history))
    if given.grants is not None:
        history.grants = past.grants(reader("grants", given.grants))
    if given.approved is not None:
        history.approved = past.approved(reader("approved", given.approved), claimed, part)
    if problems:
        raise ProblemsError(problems)
    return Population(program, _frame(columns, len(ids), program.applicant_facts, ids), found, texts, times, history)


def _items(reader: Reader, declared: Mapping[str, FactType], owner: Array | None) -> Frame | None:
    ids = reader.text("id")
    columns = read_facts(reader, declared, {"applicant", "id"})
    if owner is None or ids is None:
        return None
    if not _in_order(owner, ids):
        keys = [("who", "ascending"), ("id", "ascending")]
        order = np.asarray(pc.sort_indices(pa.table({"who": owner, "id": ids}), keys)).astype(np.int64)
        owner, ids = owner[order], ids.take(pa.array(order))
        columns = {name: taken(column, order) for name, column in columns.items()}
        twice = pc.and_(pa.array(owner[1:] == owner[:-1]), pc.equal(ids[1:], ids[:-1]))
        if pc.any(twice).as_py():
            reader.add("SR711", "id", found=some(ids[1:].filter(twice)))
    return _frame(columns, len(ids), declared, ids, owner)


def _in_order(owner: Array, ids: pa.Array) -> bool:
    """By applicant, and each applicant's by id, all different."""
    same = owner[1:] == owner[:-1]
    if (owner[1:] < owner[:-1]).any():
        return False
    rows = np.flatnonzero(same)
    return bool(pc.all(pc.less(ids.take(pa.array(rows)), ids.take(pa.array(rows + 1)))).as_py())


def _frame(
    columns: dict[str, Column], rows: int, declared: Mapping[str, FactType], ids: pa.Array, owner: Array | None = None
) -> Frame:
    def column(name: str) -> Column:
        return columns[name] if name in columns else unknown(declared[name], rows)

    return Frame(rows, column, owner, ids, frozenset(columns))


def _twice(ids: pa.Array) -> str:
    counts = pc.value_counts(ids)
    return some(counts.filter(pc.greater(counts.field("counts"), 1)).field("values"))
