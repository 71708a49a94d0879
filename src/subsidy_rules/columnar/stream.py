"""A population on one machine, partition by partition in several processes: in memory are a few partitions at a time.

Where anything is shared, every partition is read twice: the first time only the facts that decide what is asked of pools
and quotas, whose shares are then allocated; the second time everything, and its answers are written at once. That costs no more
than to keep what was settled, and needs no disk.
"""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import chain, repeat

import pyarrow as pa

from ..model.program import Program
from .allocation import Shares
from .assess import Setting
from .demand import Demands
from .gathered import Questions
from .output import pools_table, questions_table
from .partition import Partitions
from .population import Given

Facts = Mapping[str | None, frozenset[str]]  # by kind of item; None: of the applicant
Read = Callable[[int, Facts | None], Given]
Write = Callable[[int, pa.Table, pa.Table], None]
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # of glibc's malloc
KEPT = 1 << 25  # bytes; glibc allows no more


@dataclass(frozen=True, slots=True)
class Stream:
    """`read(number, facts)` gives the tables of a partition, and may leave out all other facts, and items of other kinds; None:
    nothing is left out. `write(number, awards, totals)` takes its answers. Both are called in other processes."""

    program: Program
    setting: Setting
    read: Read
    write: Write


@dataclass(frozen=True, slots=True)
class Whole:
    """What is said of all partitions, as in `Tables`."""

    pools: pa.Table
    questions: pa.Table
    by_engine: int


def assess_stream(stream: Stream, count: int, workers: int = os.cpu_count() or 1) -> Whole:
    """Partitions 0 to `count` − 1. Raises ProblemsError; what was written by then is part of the answer."""
    steps = Partitions(stream.program, stream.setting)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, _start, (stream,)) as pool:
        asked = map(steps.loaded, pool.map(_ask, range(count))) if steps.assessor.sharing else ()
        pools, shares = _allocated(steps, asked)
        parts = list(pool.map(_finish, range(count), chain(shares, repeat(None))))
    questions = sum((waiting for _, waiting in parts), Counter())
    return Whole(pools, questions_table(stream.program, questions), sum(by_engine for by_engine, _ in parts))


def _allocated(steps: Partitions, demands: Iterable[Demands]) -> tuple[pa.Table, list[Shares]]:
    """Pools, and the shares of each partition; the claims themselves are not kept."""
    allocation = steps.allocate(demands)
    return pools_table(allocation.ids, allocation.rows), list(allocation.shares)


class _Worker:
    """What a process holds."""

    stream: Stream
    steps: Partitions


def _start(stream: Stream) -> None:
    _Worker.stream, _Worker.steps = stream, Partitions(stream.program, stream.setting)
    _keep_memory()


def _keep_memory() -> None:
    """Columns come and go by the megabyte: memory that is freed is not given back, and not cleared for the next one. What was
    made by now stays, and need not be looked through for garbage."""
    gc.freeze()
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "mallopt"):
        libc.mallopt(M_MMAP_THRESHOLD, KEPT)
        libc.mallopt(M_TRIM_THRESHOLD, 1 << 30)
        pa.set_memory_pool(pa.system_memory_pool())


def _ask(number: int) -> bytes:
    stream, steps = _Worker.stream, _Worker.steps
    return steps.dumped(steps.ask(stream.read(number, steps.assessor.asked)))


def _finish(number: int, shares: Shares | None) -> tuple[int, Questions]:
    stream, steps = _Worker.stream, _Worker.steps
    found, asked = steps.settle(stream.read(number, None))
    stream.write(number, *steps.finish(found, shares or steps.allocate([asked]).shares[0]))
    return found.by_engine, found.questions
