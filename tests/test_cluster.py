"""On a cluster a population gets the same answer, byte for byte, also where a worker is killed."""

from __future__ import annotations

import os
import pickle
import random
import re
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import servers
from columnar_help import given
from engine_help import loaded
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st
from partition_help import apart, by_applicant, decoded, given_of, in_one, keep, named, read, setting_of
from strategies import VOCABULARY
from test_columnar import YEAR, rules, worked
from test_partition import RATIONS, everything, population

from subsidy_rules.cluster.pieces import cut, together
from subsidy_rules.cluster.shipped import Shipped
from subsidy_rules.cluster.spark import _answer, _ask, _asked, _given, assess_stream
from subsidy_rules.columnar.assess import Setting, Tables, assess_table
from subsidy_rules.columnar.population import Given
from subsidy_rules.columnar.stream import Stream
from subsidy_rules.errors import ProblemsError
from subsidy_rules.model.case import Case

pytestmark = pytest.mark.xdist_group("spark")  # one process starts it
FEW = settings(max_examples=settings.default.max_examples // 4)
PARTS = 6  # as in the example
PAGE = Path(__file__).resolve().parents[1] / "docs" / "scale.md"


def same(awards: pa.Table, totals: pa.Table, pools: pa.Table, by_engine: int, wanted: Tables) -> None:
    assert by_engine == wanted.by_engine
    assert not apart(pools, wanted.pools)
    assert not apart(by_applicant(awards), by_applicant(wanted.awards))
    assert not apart(by_applicant(totals), by_applicant(wanted.totals))


# What clusters have in common, without one


def parts_of(tables: Given, parts: int, chance: random.Random) -> dict[int, dict[str, list[bytes]]]:
    """The pieces of random batches by part and table, in a random order."""
    pieces = []
    for name, table in named(tables).items():
        batches = table.to_batches(max_chunksize=chance.randint(1, 3))
        at = chance.randint(0, len(batches))
        for some in (batches[:at], batches[at:]):
            pieces += cut(name, some, parts)
    chance.shuffle(pieces)
    found: dict[int, dict[str, list[bytes]]] = defaultdict(lambda: defaultdict(list))
    for piece in pieces:
        found[piece.part][piece.name].append(piece.data)
    return found


@FEW
@drawn(st.data(), st.sampled_from(RATIONS), st.integers(1, 3), st.integers())
def test_a_part_that_is_computed_again_is_the_same(data: Any, ration: str, parts: int, seed: int) -> None:
    """However its pieces come; the demands are found from some of the columns."""
    documents = everything(ration, "in_order", "unstated")
    program = loaded(documents, VOCABULARY)
    cases = population(data, documents, program)
    setting, chance = setting_of(cases, {}), random.Random(seed)
    tables, shipped = given(program, cases), Shipped.of(program, setting)
    names = _asked(shipped, "history")
    first, again = (parts_of(tables, parts, chance) for _ in range(2))
    demands = [shipped.ask(given_of(together(first[part], names), tables.units)) for part in sorted(first)]
    shares, pools = shipped.allocate(demands)
    wholes = [given_of(together(again[part], None), tables.units) for part in sorted(again)]
    awards, totals, by_engine = zip(*map(shipped.finish, wholes, shares), strict=True)
    answer = (pa.concat_tables(map(decoded, tables)) for tables in (awards, totals))
    same(*answer, pools, sum(by_engine), in_one(program, setting, [cases]))


def test_shares_of_another_part_are_refused() -> None:
    cases = worked()[:40]
    one, two = (given(rules().program, cases[at::2]) for at in (0, 1))
    shipped = Shipped.of(rules().program, setting_of(cases, {}))
    shares, _ = shipped.allocate([shipped.ask(one), shipped.ask(two)])
    with pytest.raises(RuntimeError):
        shipped.finish(one, shares[1])


def test_the_problems_of_all_columns_are_told_by_a_worker() -> None:
    """Those that the demands hang on, and the others."""
    shipped = Shipped.of(rules().program, Setting(YEAR))
    pieces = [*cut("items.project", pa.table({"applicant": ["nobody"], "id": ["x"]}).to_batches(), 1)]
    pieces += cut("applicants", pa.table({"id": ["a", "a"], "incme": [1, 2]}).to_batches(), 1)
    batch = pa.RecordBatch.from_pylist([piece._asdict() for piece in pieces])
    frames = SimpleNamespace(applicants=None, items={}, units={}, history="complete", grants=None, approved=None)
    (asked,) = _ask(shipped, _given(frames), _asked(shipped, "complete"))([batch])
    assert "SR708" in codes(asked)
    (told,) = _answer(shipped, _given(frames), SimpleNamespace(value={}), lambda *_: (b"", b""))([batch])
    assert codes(told) == {"SR701", "SR708", "SR710"}


def codes(batch: pa.RecordBatch) -> set[str]:
    (data,) = batch.column("problems").to_pylist()
    return {problem.code for problem in pickle.loads(data)}


# Spark


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """A cluster of two workers."""
    servers.need("java")
    from spark_cluster import Cluster

    found = Cluster()
    yield found
    found.stop()


# Parts that lie ready


def stored(folder: Path, few: int = 1) -> tuple[list[Case], Stream]:
    """Every so many worked cases in four parts."""
    cases = worked()[::few]
    for part in range(4):
        (folder / str(part)).mkdir()
        for name, table in named(given(rules().program, cases[part::4])).items():
            pq.write_table(table, folder / str(part) / f"{name}.parquet")
    return cases, Stream(rules().program, setting_of(cases, {}), partial(read, folder), partial(keep, folder))


def check(folder: Path, cases: list[Case], pools: pa.Table, by_engine: int) -> None:
    assert str(os.getpid()) not in {path.read_text() for path in folder.glob("process-*")}
    tables = [pa.concat_tables(map(pq.read_table, sorted(folder.glob(f"{name}-*")))) for name in ("awards", "totals")]
    same(*tables, pools, by_engine, assess_table(rules().program, given(rules().program, cases), setting_of(cases, {})))


def test_dask_gives_the_same(tmp_path: Path) -> None:
    from distributed import Client, LocalCluster

    from subsidy_rules.cluster import dask

    cases, stream = stored(tmp_path)
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        check(tmp_path, cases, *dask.assess(client, stream, 4))


def test_spark_takes_parts_that_lie_ready(spark: Any, tmp_path: Path) -> None:
    cases, stream = stored(tmp_path, few=5)
    with spark.session() as session:
        check(tmp_path, cases, *assess_stream(session, stream, 4))
        wrong = replace(stream, read=lambda part, _: Given(pa.table({"id": ["a", "a"]}), {}, {}, "complete"))
        with pytest.raises(ProblemsError, match="SR708"):
            assess_stream(session, wrong, 2)


# Tables of Spark, and workers that are killed


def example() -> tuple[str, str]:
    """The program of docs/scale.md, until it has an answer, and after."""
    (block,) = re.findall(r"^```python\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    at = block.index("found.awards")
    return block[:at], block[at:]


def killed_in_the_middle(session: Any, cluster: Any, name: str) -> threading.Thread:
    """Kills a worker as soon as the second stage of a job has a task done: something is settled, and not all."""

    def watch() -> None:
        tracker = session.sparkContext.statusTracker()
        end = time.monotonic() + 120
        while time.monotonic() < end:
            for stage in tracker.getActiveStageIds():
                info = tracker.getStageInfo(stage)
                if info and info.numTasks == PARTS and 0 < info.numCompletedTasks < PARTS:
                    cluster.kill(name)
                    return
            time.sleep(0.01)

    thread = threading.Thread(target=watch)
    thread.start()
    return thread


def test_workers_that_are_killed_change_nothing(spark: Any, tmp_path: Path) -> None:
    """One while applicants are settled, and the other with all the answers that it holds. Worked cases with grants,
    decisions, histories and pools, by the program of the documentation."""
    first, second = spark.workers
    cases = [case for case in worked() if {item.kind for item in case.items} <= {"product", "project"}]
    tables = given(rules().program, cases)
    for name, table in named(tables).items():
        pq.write_table(table, tmp_path / f"{name.removeprefix('items.')}.parquet")
    wanted = assess_table(rules().program, tables, Setting(YEAR))
    ask, use = example()
    with spark.session() as session:
        space = {"spark": session, "folder": tmp_path, "kinds": [*tables.items], "units": tables.units}
        watcher = killed_in_the_middle(session, spark, first)
        exec(ask, space)
        watcher.join()
        assert spark.workers[first].poll() is not None
        spark.start()
        spark.kill(second)
        exec(use, space)
    awards, totals = (pq.read_table(tmp_path / name) for name in ("awards", "totals"))
    same(awards, totals, space["pools"], space["found"].by_engine, wanted)
