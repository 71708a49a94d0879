"""Parquet: exact columns come as cells, a batch at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from .cells import Row
from .source import Limits, refuse

BATCH = 8_192
EXPECTED = "text, whole numbers, decimals, days, booleans"


def open_parquet(name: str, handle: BinaryIO, limits: Limits) -> pq.ParquetFile:
    """Raises ProblemsError for what is no Parquet file, has too many rows, or columns that are no cells."""
    try:
        found = pq.ParquetFile(handle)
        schema = found.schema_arrow
    except (pa.ArrowException, OSError) as error:
        refuse(name, "SR901", found=str(error).splitlines()[0][:80], expected="a Parquet file")
    if found.metadata.num_rows > limits.rows or len(schema) > limits.columns:
        refuse(name, "SR904", found=f"{found.metadata.num_rows} rows, {len(schema)} columns")
    unpacked = sum(found.metadata.row_group(at).total_byte_size for at in range(found.metadata.num_row_groups))
    if unpacked > limits.file:
        refuse(name, "SR904", found=f"{unpacked} bytes when unpacked", expected=f"at most {limits.file}")
    for at, column in enumerate(schema):
        kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
        if pa.types.is_floating(kind):
            refuse(name, "SR919", 0, at + 1, column.name, found=str(kind))
        if not any(test(kind) for test in _PLAIN):
            refuse(name, "SR901", 0, at + 1, column.name, found=str(kind)[:40], expected=EXPECTED)
    return found


_PLAIN = (
    pa.types.is_string, pa.types.is_large_string, pa.types.is_integer, pa.types.is_decimal, pa.types.is_boolean,
    pa.types.is_date32, pa.types.is_null,
)  # fmt: skip


def headers(file: pq.ParquetFile) -> list[str]:
    """The columns' names; with the unit in their metadata, as a header has it."""
    found = []
    for column in file.schema_arrow:
        unit = (column.metadata or {}).get(b"unit", b"").decode("utf-8", "replace")
        found.append(f"{column.name}（{unit}）" if unit else column.name)
    return found


def rows(name: str, file: pq.ParquetFile) -> Iterator[Row]:
    number = 0
    try:
        for batch in file.iter_batches(BATCH):
            for cells in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                number += 1
                yield number, cells
    except (pa.ArrowException, OSError) as error:
        refuse(name, "SR901", number + 1, found=str(error).splitlines()[0][:80])
