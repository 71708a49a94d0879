"""An invented population for any vocabulary: applicants and their items as Arrow tables, from a seed.

Not calibrated to anything: it has the size and shape of a real file (about three items an applicant over all kinds, most facts
known), so that speed can be measured. `population.py SIZE` prints what an assessment of it costs.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from subsidy_rules.expr import FactType
from subsidy_rules.model.program import Program

UNKNOWN = 0.07  # share of the facts that are not known
JUDGED = 0.5  # share of the judgements that an officer has made
ITEMS = 3  # mean number of items an applicant
TRUE = 0.6  # share of the conditions that hold
FIRST_DAY, LAST_DAY = 19_700, 20_600  # in 2023 and 2026, days since 1970
UNITS = {"money": "元", "rate": "%"}


@dataclass(frozen=True)
class Population:
    applicants: pa.Table
    items: dict[str, pa.Table]
    units: dict[str, str]

    @property
    def rows(self) -> int:
        return self.applicants.num_rows + sum(table.num_rows for table in self.items.values())


def make(program: Program, size: int, seed: int = 7, first: int = 0, known: bool = False) -> Population:
    """`first`: the first applicant's number. `known`: every fact is known."""
    chance = np.random.default_rng(seed)
    ids = _ids("a", np.arange(first, first + size))
    applicants = {"id": ids, **_columns(program.applicant_facts, size, chance, known)}
    counts = chance.poisson(ITEMS, size)
    owner = np.repeat(np.arange(size), counts)
    kinds = np.array(sorted(program.item_facts))
    kind_of = chance.integers(0, len(kinds), len(owner))
    items = {}
    for at, kind in enumerate(kinds):
        mine = owner[kind_of == at]
        columns = {"applicant": ids.take(pa.array(mine)), "id": _ids("i", np.arange(len(mine)))}
        items[str(kind)] = pa.table(columns | _columns(program.item_facts[kind], len(mine), chance, known))
    scopes = (program.applicant_facts, *program.item_facts.values())
    units = {name: UNITS[fact.kind] for scope in scopes for name, fact in scope.items() if fact.kind in UNITS}
    return Population(pa.table(applicants), items, units)


def _ids(prefix: str, numbers: Any) -> pa.Array:
    return pa.array([f"{prefix}{number:08d}" for number in numbers.tolist()], pa.string())


def _columns(declared: dict[str, FactType], rows: int, chance: Any, known: bool) -> dict[str, pa.Array]:
    return {name: _column(fact, rows, chance, known) for name, fact in declared.items()}


def _column(fact: FactType, rows: int, chance: Any, known: bool) -> pa.Array:
    missing = chance.random(rows) < (0 if known else 1 - JUDGED if fact.kind == "judgement" else UNKNOWN)
    if fact.kind in ("bool", "judgement"):
        return pa.array(chance.random(rows) < TRUE, mask=missing)
    if fact.kind == "date":
        return pa.array(chance.integers(FIRST_DAY, LAST_DAY, rows).astype(np.int32), mask=missing).cast(pa.date32())
    if fact.kind in ("choice", "text"):
        options = fact.options or tuple(f"t{number}" for number in range(1000))
        codes = pa.array(chance.integers(0, len(options), rows).astype(np.int32), mask=missing)
        return pa.DictionaryArray.from_arrays(codes, pa.array(options)).cast(pa.string())
    low, high = fact.range
    scale = {"money": 100, "rate": 10_000, "number": 1_000_000}.get(fact.kind, 1)
    top = min({"money": 10**8, "rate": 100, "number": 100, "months": 36}.get(fact.kind, 60), (high or 10**15) // scale)
    start = -(-low // scale)
    values = np.exp(chance.random(rows) * np.log(max(top - start, 1) + 1)).astype(np.int64) - 1 + start
    return pa.array(values, mask=missing)


def main(size: int) -> None:
    from subsidy_rules import load

    rules = load()
    made = make(rules.program, size)
    print(f"{size} applicants, {made.rows - size} items")
    start, spent = time.perf_counter(), time.process_time()
    found = rules.assess_table(made.applicants, made.items, year=2026, history="complete", units=made.units)
    taken, spent = time.perf_counter() - start, time.process_time() - spent
    print(f"{taken / size * 1e6:.1f} µs an applicant, {spent / size * 1e6:.1f} of the processor")
    print(f"{found.awards.num_rows / size:.1f} awards each")
    print(f"{found.by_engine / size:.2%} by the engine")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
