"""Dask (extra `dask`): the same stream of partitions as on one machine, whose `read` and `write` are called on the workers."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from distributed import Client

from ..columnar.stream import Facts, Read, Stream, Write
from .shipped import Shipped


def assess(client: Client, stream: Stream, count: int) -> tuple[pa.Table, int]:
    """`assess_stream` on a cluster: pools, and of how many applicants the engine settled a part. Raises ProblemsError."""
    shipped = Shipped.of(stream.program, stream.setting)
    facts = shipped.steps.assessor.asked
    more: dict[str, Any] = {"shipped": shipped, "read": stream.read, "pure": False}
    shares, pools = shipped.allocate(client.gather(client.map(_ask, range(count), facts=facts, **more)))
    by_engine = client.gather(client.map(_finish, range(count), shares, write=stream.write, **more))
    return pools, sum(by_engine)


def _ask(number: int, shipped: Shipped, read: Read, facts: Facts) -> bytes:
    return shipped.ask(read(number, facts))


def _finish(number: int, shares: bytes, shipped: Shipped, read: Read, write: Write) -> int:
    awards, totals, by_engine = shipped.finish(read(number, None), shares)
    write(number, awards, totals)
    return by_engine
