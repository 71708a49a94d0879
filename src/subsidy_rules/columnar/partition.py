"""A population in partitions: any number of applicants in the memory of a few, here or on a cluster.

1. `settle`, where the tables of a partition are: each applicant by himself, and the demands on what all share.
2. `allocate`, once: the shares of all partitions from their demands.
3. `finish`, where the partition was settled: its awards and totals.

A partition holds everything of its applicants. What goes from one step to the next can be pickled (`dumped` for what holds
parts of the program), and the answer is that of `assess_table` for all of them.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from ..model.program import Program
from .allocation import Allocation, Shares
from .assess import BLOCK, Assessor, Setting, counted
from .demand import Demands
from .population import Given, read_population
from .settled import Settled

CODEC = "lz4"


class Partitions:
    """One compiled plan for all partitions. Each step raises ProblemsError."""

    def __init__(self, program: Program, setting: Setting) -> None:
        self.program, self.assessor = program, Assessor(program, setting)

    def settle(self, given: Given, block: int = BLOCK) -> tuple[Settled, Demands]:
        with counted():
            return self.assessor.settle(read_population(self.program, given), block)

    def ask(self, given: Given, block: int = BLOCK) -> Demands:
        """The demands alone, for which the facts of `assessor.asked` are enough."""
        with counted():
            return self.assessor.ask(read_population(self.program, given, part=True), block)

    def allocate(self, demands: Iterable[Demands]) -> Allocation:
        with counted():
            return self.assessor.allocate(list(demands))

    def finish(self, found: Settled, shares: Shares) -> tuple[pa.Table, pa.Table]:
        """Awards and totals. Uses up `found`."""
        with counted():
            return self.assessor.finish(found, shares)

    def dumped(self, found: Settled | Demands | Shares) -> bytes:
        """As bytes, in which rules and bounds are named and not repeated."""
        raw = io.BytesIO()
        _Pickler(raw, self.program).dump(found)
        size = raw.tell().to_bytes(8, "little")
        return size + bytes(pa.compress(raw.getbuffer(), codec=CODEC, asbytes=True))

    def loaded(self, data: bytes) -> Any:
        size = int.from_bytes(data[:8], "little")
        raw = pa.decompress(data[8:], decompressed_size=size, codec=CODEC)
        return _Unpickler(pa.BufferReader(raw), self.program).load()


class _Pickler(pickle.Pickler):
    def __init__(self, to: io.BytesIO, program: Program) -> None:
        super().__init__(to, protocol=5)
        self.names = {id(part): name for name, part in _parts(program).items()}

    def persistent_id(self, part: Any) -> tuple[str, int] | None:
        return self.names.get(id(part))


class _Unpickler(pickle.Unpickler):
    def __init__(self, source: Any, program: Program) -> None:
        super().__init__(source)
        self.parts = _parts(program)

    def persistent_load(self, name: tuple[str, int]) -> Any:
        return self.parts[name]


def _parts(program: Program) -> dict[tuple[str, int], Any]:
    kinds = ("rules", "caps", "exclusives")
    return {(kind, at): part for kind in kinds for at, part in enumerate(getattr(program, kind))}
