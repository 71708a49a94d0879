"""One task in a process of its own: `scale_worker.py TASK FOLDER [NUMBER]`; what it measured as JSON. Started by `scale.py`.

Reading the tables is part of every task; importing libraries and compiling the policies is not, unless a task starts processes.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import stored
import workload
from peers.policies import Settling

from subsidy_rules import load
from subsidy_rules.columnar.assess import Assessor, Setting, assess_table
from subsidy_rules.columnar.fallback import Part, settle
from subsidy_rules.columnar.population import read_population
from subsidy_rules.columnar.stream import Stream, assess_stream
from subsidy_rules.engine.awards import Awards
from subsidy_rules.engine.compiled import CompiledPricer
from subsidy_rules.model.program import Program

YEAR = 2026
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
Measured = dict[str, Any]


def measured(run: Callable[[], Measured]) -> Measured:
    started, spent = time.perf_counter(), os.times()
    found = run()
    ended = os.times()
    cpu = sum(
        getattr(ended, name) - getattr(spent, name) for name in ("user", "system", "children_user", "children_system")
    )
    return {"seconds": time.perf_counter() - started, "cpu": cpu, **found}


def made(folder: Path) -> stored.Stored:
    return stored.opened(load().program, folder)


def read(folder: Path) -> Measured:
    tables = made(folder)

    def run() -> Measured:
        rows = sum(tables.read(number, None, threads=True).applicants.num_rows for number in range(tables.count))
        return {"applicants": rows}

    return measured(run)


def ours(folder: Path, workers: int = CORES, keep: bool = False) -> Measured:
    program = load().program
    tables = stored.opened(program, folder)
    stream = Stream(program, Setting(YEAR), tables.read, tables.keep if keep else tables.drop)
    return measured(lambda: {"by_engine": assess_stream(stream, tables.count, workers).by_engine})


def openfisca(folder: Path, apart: bool) -> Measured:
    from peers.policies_openfisca import OpenFisca

    program = load().program
    tables, peer = stored.opened(program, folder), OpenFisca(Settling(program), apart)

    def run() -> Measured:
        for number in range(tables.count):
            peer.totals(tables.read(number, None, threads=True))
        return {}

    return measured(run)


def duckdb(folder: Path) -> Measured:
    from peers import policies_duckdb as peer

    statement = peer.sql(Settling(load().program), peer.glob(folder))
    return measured(lambda: {"rows": peer.run(statement, CORES)})


def zen(folder: Path, number: int = 300) -> Measured:
    from peers.policies_zen import Zen

    peer = Zen(Settling(load().program))
    sample = list(people(made(folder), number))
    return measured(lambda: {"sample": len([peer.evaluate(*one) for one in sample])})


def engine(folder: Path, number: int = 1000) -> Measured:
    """Each applicant by himself, with every award and its reasons."""
    program = load().program
    pricer, everything = CompiledPricer(program), Part(program, frozenset(range(len(program.rules))))
    population = read_population(program, stored.opened(program, folder).read(0, None))
    block = next(population.blocks(number, YEAR, None, {}))

    def run() -> Measured:
        found = settle(program, pricer, [everything] * number, block, np.arange(number), {})
        return {"sample": sum(bool(Awards(program, single.one, pricer).all()) for single in found)}

    return measured(run)


def rules(folder: Path, number: int) -> Measured:
    """A policy with so many rules, and a population for it."""
    from peers.ours import rules_of

    program = rules_of(workload.make(number)).program
    tables = stored.store(program, folder, stored.PART)
    population, assessor = read_population(program, tables.read(0, None)), Assessor(program, Setting(YEAR))

    def run() -> Measured:
        found, demands = assessor.settle(population)
        awards, _ = assessor.finish(found, assessor.allocate([demands]).shares[0])
        return {"rules": len(program.rules), "awards": awards.num_rows, "applicants": population.applicants.rows}

    run()
    return measured(run)


# Claim by claim


def people(tables: stored.Stored, number: int) -> Iterator[tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]]:
    """The first applicants with their items, as plain values."""
    given = tables.read(0, None)
    mine: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    ids = given.applicants["id"].slice(0, number).to_pylist()
    for kind, table in given.items.items():
        for row in table.to_pylist():
            mine[row.pop("applicant")][kind].append(row)
    for row in given.applicants.slice(0, number).to_pylist():
        yield row, mine[row["id"]]
    assert len(ids) == number


def compare(folder: Path, number: int = 300) -> Measured:
    """Every price and total of every peer against ours, where all facts are known and no pool bounds."""
    from peers import policies_duckdb
    from peers.policies_openfisca import OpenFisca
    from peers.policies_zen import Zen

    program = load().program
    settling, tables = Settling(program), stored.opened(program, folder)
    given = tables.read(0, None)
    mine, totals = prices(program, settling, given)
    seen: dict[str, int] = {}

    def same(peer: str, key: Any, found: float, wanted: int, tolerance: float = 0.0) -> None:
        seen[peer] = seen.get(peer, 0) + 1
        if abs(found - wanted) > max(1, wanted) * tolerance:
            raise SystemExit(f"{peer} computes something else for {key}: {found}, here {wanted}")

    files = policies_duckdb.glob(folder)
    for kind, mine_of in settling.by_kind.items():
        for who, item, *found in policies_duckdb.rows(policies_duckdb.prices(settling, kind, files)):
            for rule, value in zip(mine_of, found, strict=True):
                same("duckdb", (who, item, rule.id), value, mine.get((who, item, rule.index), 0))
    for who, value in policies_duckdb.rows(policies_duckdb.sql(settling, files)):
        same("duckdb", who, value, totals.get(who, 0))
    for apart in (True, False):
        peer = OpenFisca(settling, apart)
        for kind, found in peer.prices(given):
            table = given.items[kind] if kind else given.applicants
            items = table["id"].to_pylist() if kind else [None] * table.num_rows
            for index, column in found.items():
                for who, item, value in zip(
                    table["applicant" if kind else "id"].to_pylist(), items, column, strict=True
                ):
                    same("openfisca", (who, item, index), float(value), mine.get((who, item, index), 0), 1e-6)
        for who, value in zip(given.applicants["id"].to_pylist(), peer.totals(given), strict=True):
            same("openfisca", who, float(value), totals.get(who, 0), 1e-6)
    engine = Zen(settling)
    for applicant, items in people(tables, number):
        answer = engine.evaluate(applicant, items)
        same("zen", applicant["id"], answer["total"], totals.get(applicant["id"], 0))
        for kind, mine_of in settling.by_kind.items():
            rows = zip(items.get(kind, ()) if kind else [{"id": None}], answer[kind or "applicant"], strict=True)
            for item, found in rows:
                for rule in mine_of:
                    key = applicant["id"], item["id"], rule.index
                    same("zen", key, found[f"due{rule.index}"], mine.get(key, 0))
    return {"compared": seen, "rules": len(settling.rules), "of": len(program.rules)}


def prices(program: Program, settling: Settling, given: Any) -> tuple[dict[Any, int], dict[str, int]]:
    """What we say is due, by applicant, item and rule, and the total of the compared rules after all own bounds, in fen."""
    endless = {cap.path: 10**15 for cap in program.caps if cap.pool}
    found = assess_table(program, given, Setting(YEAR, parameters=endless)).awards
    numbers = {(program.policies[rule.policy].id, rule.id): rule.index for rule in settling.rules}
    due: dict[Any, int] = {}
    totals: dict[str, int] = defaultdict(int)
    for row in found.to_pylist():
        rule = numbers.get((row["policy"], row["rule"]))
        if rule is not None:
            due[row["applicant"], row["item"], rule] = int(row["due_ceiling"].scaleb(2))
            totals[row["applicant"]] += int(row["ceiling"].scaleb(2))
    return due, totals


TASKS: dict[str, Callable[..., Measured]] = {
    "read": read, "ours": ours, "ours, one process": partial(ours, workers=1), "ours, written": partial(ours, keep=True),
    "openfisca": partial(openfisca, apart=False), "openfisca, apart": partial(openfisca, apart=True), "duckdb": duckdb,
    "zen": zen, "engine": engine, "rules": rules, "compare": compare,
}  # fmt: skip

if __name__ == "__main__":
    task, folder, *more = sys.argv[1:]
    print(json.dumps(TASKS[task](Path(folder), *map(int, more))))
