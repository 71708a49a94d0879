"""What Arrow columns store, as numpy arrays: without copies where it is the same, and never by way of a floating-point number."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from .quantity import OPEN, Array


def known_rows(column: pa.Array) -> Array | None:
    """Where a column has a value; None: everywhere."""
    return bits(column, 0) if column.null_count else None


def bits(column: pa.Array, number: int) -> Array:
    """One of a column's buffers of bits."""
    first, last = column.offset, column.offset + len(column)
    octets = _buffer(column, number, np.uint8, -(-last // 8))[first // 8 :]
    return np.unpackbits(octets, bitorder="little")[first % 8 :][: len(column)].view(bool)


def stored(column: pa.Array, kind: Any, width: int = 1, more: int = 0) -> Array:
    """What a column stores, `width` numbers for each entry, and some `more`. Where it is null, anything."""
    last = (column.offset + len(column)) * width + more
    return _buffer(column, 1, kind, last)[column.offset * width :]


def _buffer(column: pa.Array, number: int, kind: Any, size: int) -> Array:
    """So many numbers; an empty column need not have any."""
    buffer = column.buffers()[number]
    return np.zeros(size, dtype=kind) if buffer is None else np.frombuffer(buffer, dtype=kind, count=size)


def scaled(column: pa.Array, places: int, known: Array | None) -> Array:
    """Exact raw values: ×10^places. ArrowInvalid where a value has more decimals than there are places, or is too large."""
    kind, scale = column.type, 10**places
    if pa.types.is_integer(kind) and kind != pa.uint64():
        values = _there(stored(column, kind.to_pandas_dtype()).astype(np.int64), known)
        if int(values.max(initial=0)) * scale < OPEN and int(values.min(initial=0)) * scale > -OPEN:
            return values * scale if places else values
    if pa.types.is_integer(kind):
        column = column.cast(pa.decimal128(20, 0))
    if not pa.types.is_decimal(column.type):
        raise pa.ArrowTypeError(str(column.type))
    if not (pa.types.is_decimal128(column.type) and column.type.scale == places):
        column = column.cast(pa.decimal128(18 + places, places))
    return _unscaled(column, known)


def _unscaled(column: pa.Array, known: Array | None) -> Array:
    """The integers that a decimal column stores; 128 bits each, of which the upper half must be the sign."""
    words = stored(column, np.int64, 2).reshape(-1, 2)
    values, upper = _there(words[:, 0], known), _there(words[:, 1], known)
    if (upper != (values >> 63)).any():
        raise pa.ArrowInvalid("a number of more than 18 digits")
    return np.ascontiguousarray(values)


def _there(values: Array, known: Array | None) -> Array:
    """0 where nothing is stored."""
    return values if known is None else np.where(known, values, 0)
