"""What goes to the workers of any cluster: a program with its setting, compiled once in each process, and its three steps.

A part may be computed as often as a cluster likes, wherever it likes. Its shares belong to the demands that it had: a part
that has others when it is computed again is refused.
"""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from zlib import compress, decompress

import pyarrow as pa

from ..columnar.assess import Setting
from ..columnar.demand import Demands
from ..columnar.output import pools_table
from ..columnar.partition import Partitions
from ..columnar.population import Given
from ..model.program import Program

MARK = sha256().digest_size
Answer = tuple[pa.Table, pa.Table, int]  # awards, totals, and of how many applicants the engine settled a part


@dataclass(frozen=True)
class Shipped:
    """Small, and picklable."""

    data: bytes

    @classmethod
    def of(cls, program: Program, setting: Setting) -> Shipped:
        return cls(compress(pickle.dumps((program, setting))))

    @property
    def steps(self) -> Partitions:
        return _compiled(self.data)

    def ask(self, given: Given) -> bytes:
        """The demands of a part, for which the facts of `Assessor.asked` are enough."""
        demands = self.steps.ask(given)
        return _mark(demands) + self.steps.dumped(demands)

    def allocate(self, demands: Sequence[bytes]) -> tuple[list[bytes], pa.Table]:
        """The shares of each part, and the pools."""
        found = self.steps.allocate(self.steps.loaded(data[MARK:]) for data in demands)
        shares = [data[:MARK] + self.steps.dumped(one) for data, one in zip(demands, found.shares, strict=True)]
        return shares, pools_table(found.ids, found.rows)

    def finish(self, given: Given, shares: bytes) -> Answer:
        found, demands = self.steps.settle(given)
        if _mark(demands) != shares[:MARK]:
            raise RuntimeError("a part is not what it was when its shares were allocated")
        awards, totals = self.steps.finish(found, self.steps.loaded(shares[MARK:]))
        return awards, totals, found.by_engine


@lru_cache(maxsize=2)
def _compiled(data: bytes) -> Partitions:
    program, setting = pickle.loads(decompress(data))
    return Partitions(program, setting)


def _mark(demands: Demands) -> bytes:
    found = sha256("\n".join(demands.ids.to_pylist()).encode())
    for column in (demands.who, demands.rule, demands.low, demands.high):
        found.update(column.astype("<i8").tobytes())
    return found.digest()
