"""Tables cut by applicant into pieces of parts, and put together again, in an order that does not hang on that of the pieces."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple
from zlib import crc32

import numpy as np
import pyarrow as pa

ROWS = 1 << 18  # of a table that are cut at a time
WRITTEN = pa.ipc.IpcWriteOptions(compression="lz4")
NOTHING: frozenset[str] = frozenset()
Names = Mapping[str, frozenset[str] | None] | None  # columns by table; None: all of them


class Piece(NamedTuple):
    """Some rows of a table, of applicants of one part, as an Arrow stream."""

    part: int
    name: str
    data: bytes


def cut(name: str, batches: Iterable[pa.RecordBatch], parts: int) -> Iterator[Piece]:
    """A table in parts by its applicants, who stand in its column `id` or `applicant`."""
    held: list[pa.RecordBatch] = []
    for batch in batches:
        held.append(batch)
        if sum(one.num_rows for one in held) >= ROWS:
            yield from _cut(name, pa.Table.from_batches(held), parts)
            held = []
    if held:
        yield from _cut(name, pa.Table.from_batches(held), parts)


def _cut(name: str, table: pa.Table, parts: int) -> Iterator[Piece]:
    whose = table.column("id" if name == "applicants" else "applicant").combine_chunks().dictionary_encode()
    numbers = [crc32((word or "").encode()) % parts for word in whose.dictionary.to_pylist()]
    part = np.array([*numbers, 0])[np.asarray(whose.indices.fill_null(-1))]
    order = np.argsort(part, kind="stable")
    ordered = table.take(pa.array(order))
    starts = np.searchsorted(part[order], np.arange(parts + 1)).tolist()
    for number, (start, end) in enumerate(pairwise(starts)):
        if start < end:
            yield Piece(number, name, written(ordered.slice(start, end - start)))


def together(pieces: Mapping[str, Iterable[bytes]], names: Names) -> dict[str, pa.Table]:
    """The tables of a part, whole or as far as `names` says it; a table that it does not name is left out."""
    wanted = {name: None if names is None else names.get(name, NOTHING) for name in pieces}
    return {name: _sorted(name, pieces[name], only) for name, only in wanted.items() if only is not NOTHING}


def _sorted(name: str, pieces: Iterable[bytes], only: Collection[str] | None) -> pa.Table:
    table = pa.concat_tables(_read(piece, only) for piece in sorted(pieces))
    own = ["id"] if name == "applicants" else ["applicant", "id"] if name.startswith("items.") else table.column_names
    return table.sort_by([(column, "ascending") for column in own if column in table.column_names])


def _read(piece: bytes, only: Collection[str] | None) -> pa.Table:
    names = pa.ipc.open_stream(piece).schema.names
    wanted = [at for at, name in enumerate(names) if only is None or name in only]
    return pa.ipc.open_stream(piece, options=pa.ipc.IpcReadOptions(included_fields=wanted)).read_all()


def written(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=WRITTEN) as stream:
        stream.write_table(table)
    return bytes(sink.getvalue())


def read(data: bytes) -> pa.Table:
    """With names as text."""
    table = pa.ipc.open_stream(data).read_all()
    text = {f.name: f.type.value_type if pa.types.is_dictionary(f.type) else f.type for f in table.schema}
    return table.cast(pa.schema(list(text.items())))
