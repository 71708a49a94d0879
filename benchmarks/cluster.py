"""`python benchmarks/cluster.py [APPLICANTS]`: Spark against one machine, on the same files → cluster.json.

A standalone master and two workers of one core each, against two processes. Spark reads the Parquet files as tables and knows
nothing of how they are cut; both write awards and totals as Parquet. Seconds of processor of all processes, by the kernel's
own account: the executors with their Python processes, and the driver apart. The answers must be equal, row by row.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import stored

from subsidy_rules import load
from subsidy_rules.columnar.assess import Setting
from subsidy_rules.columnar.stream import Stream, assess_stream

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "tests"))
TICKS = os.sysconf("SC_CLK_TCK")
PART = 1 << 15  # applicants in a part
WORKERS = 2
YEAR = 2026
Groups = list[list[int]]  # processes that are counted together


def cpu(groups: Groups) -> float:
    """Seconds that living processes, and the children that they waited for, have used."""
    found = 0
    for pid in (pid for group in groups for pid in group):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        found += sum(map(int, fields[11:15]))
    return found / TICKS


def memory(pids: list[int]) -> int:
    """Bytes that processes hold; what several hold in common is counted once."""
    found = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        found += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) << 10
    return found


class Peak(threading.Thread):
    """The most that a group of processes holds at a time, looked at twice a second."""

    def __init__(self, groups: Any) -> None:
        super().__init__(daemon=True)
        self.groups, self.most, self.over = groups, 0, False
        self.start()

    def run(self) -> None:
        while not self.over:
            self.most = max([self.most, *map(memory, self.groups())])
            time.sleep(0.5)

    def stop(self) -> int:
        self.over = True
        self.join()
        return self.most


def keep(to: Path, part: int, awards: pa.Table, totals: pa.Table) -> None:
    """Beside, then renamed: a part may be written twice at a time."""
    for name, table in (("awards", awards), ("totals", totals)):
        (to / name).mkdir(parents=True, exist_ok=True)
        beside = to / f"{name}-{part}-{os.getpid()}"
        pq.write_table(table, beside)
        beside.rename(to / name / f"{part:05d}.parquet")


def local(folder: Path) -> dict[str, float]:
    """In a process of its own, whose children are all of the run."""
    rules = load()
    data = stored.opened(rules.program, folder)
    peak, start = Peak(lambda: [[os.getpid(), *_below(os.getpid())]]), time.perf_counter()
    stream = Stream(rules.program, Setting(YEAR), data.read, partial(keep, _answers(folder, "local")))
    assess_stream(stream, data.count, workers=WORKERS)
    wall, spent = time.perf_counter() - start, os.times()
    used = spent.user + spent.system + spent.children_user + spent.children_system
    return {"wall": wall, "cpu": used, "memory": peak.stop()}


def parts(session: Any, data: stored.Stored, to: Path) -> None:
    """Each task of Spark reads the files of one part, as a process of the local run does."""
    from subsidy_rules.cluster.spark import assess_stream

    assess_stream(session, Stream(load().program, Setting(YEAR), data.read, partial(keep, to)), data.count)


def tables(session: Any, data: stored.Stored, to: Path) -> None:
    """Spark reads the files as tables, and cuts and moves the rows."""
    from subsidy_rules.cluster.spark import Population, write

    kinds = {file.stem for file in data.folder.glob("*/*.parquet")} - {"applicants"}
    frames = {name: session.read.parquet(f"{data.folder}/*/{name}.parquet") for name in sorted({"applicants", *kinds})}
    population = Population(frames.pop("applicants"), data.count, "complete", frames, data.units)
    write(load().program, Setting(YEAR), population, partial(keep, to))


def on_spark(run: Callable[..., None], folder: Path) -> dict[str, float]:
    from spark_cluster import Cluster, below

    data = stored.opened(load().program, folder)
    cluster = Cluster(WORKERS, memory="1g")

    def workers() -> Groups:
        return [[worker.pid, *below(worker.pid)] for worker in cluster.workers.values()]

    try:
        with cluster.session() as session:
            daemons = {cluster.master.pid, *(pid for group in workers() for pid in group)}
            driver = [[os.getpid(), *(pid for pid in below(os.getpid()) if pid not in daemons)]]
            peak, start, before, driven = Peak(workers), time.perf_counter(), cpu(workers()), cpu(driver)
            run(session, data, _answers(folder, run.__name__))
            return {
                "wall": time.perf_counter() - start,
                "cpu": cpu(workers()) - before,
                "driver_cpu": cpu(driver) - driven,
                "memory": peak.stop(),
                **_volumes(session),
            }
    finally:
        cluster.stop()


def _below(pid: int) -> list[int]:
    from spark_cluster import below

    return below(pid)


def _volumes(session: Any) -> dict[str, int]:
    """What Spark says of its stages."""
    context = session.sparkContext
    store, java = context._jsc.sc().statusStore(), context._jvm
    none = context._gateway.new_array(java.double, 0), java.java.util.ArrayList()
    stages = store.stageList(None, False, False, *none)
    found = [stages.apply(at) for at in range(stages.size())]
    return {"shuffled": sum(stage.shuffleWriteBytes() for stage in found)}


def demanded(folder: Path) -> dict[str, int]:
    """What the driver gets of one part after another, and what it sends back."""
    from subsidy_rules.cluster.shipped import Shipped

    rules = load()
    data, shipped = stored.opened(rules.program, folder), Shipped.of(rules.program, Setting(YEAR))
    demands = [shipped.ask(data.read(number, shipped.steps.assessor.asked)) for number in range(data.count)]
    claims = sum(len(shipped.steps.loaded(one[32:]).who) for one in demands)
    shares, _ = shipped.allocate(demands)
    return {"demands": sum(map(len, demands)), "shares": sum(map(len, shares)), "claims": claims}


def _answers(folder: Path, name: str) -> Path:
    return folder.with_name(f"{folder.name}-{name}")


def compare(folder: Path, run: str) -> int:
    """Rows of awards, after all of them were compared."""
    rows = 0
    for name in ("awards", "totals"):
        theirs = ds.dataset(_answers(folder, run) / name)
        for path in sorted((_answers(folder, "local") / name).glob("*.parquet")):
            mine = _plain(pq.read_table(path))
            ends = pc.min_max(mine["applicant"]).as_py()
            mask = (ds.field("applicant") >= ends["min"]) & (ds.field("applicant") <= ends["max"])
            found = _plain(theirs.to_table(filter=mask, columns=mine.column_names))
            if not found.equals(mine):
                raise SystemExit(f"{path}: the answers differ")
            rows += mine.num_rows if name == "awards" else 0
    return rows


def _plain(table: pa.Table) -> pa.Table:
    """By applicant, with names as text."""
    text = [(f.name, f.type.value_type if pa.types.is_dictionary(f.type) else f.type) for f in table.schema]
    found = table.cast(pa.schema(text)).append_column("place", pa.array(range(table.num_rows)))
    return found.sort_by([("applicant", "ascending"), ("place", "ascending")]).drop_columns("place").combine_chunks()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("applicants", type=int, nargs="?", default=500_000)
    parser.add_argument("--only", choices=("local", "parts", "tables", "demands"))
    parser.add_argument("--folder", type=Path, default=HERE.parent / "build" / "cluster")
    chosen = parser.parse_args()
    folder, program = chosen.folder.resolve() / str(chosen.applicants), load().program
    data = stored.store(program, folder, chosen.applicants, part=PART)
    runs = {"local": local, "parts": partial(on_spark, parts), "tables": partial(on_spark, tables), "demands": demanded}
    if chosen.only:
        print("\n" + json.dumps(runs[chosen.only](folder)))
        return
    found, load_before = {}, round(os.getloadavg()[0], 1)
    for name in runs:
        shutil.rmtree(_answers(folder, name), ignore_errors=True)
        command = [sys.executable, __file__, str(chosen.applicants), "--only", name, "--folder", str(chosen.folder)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        found[name] = json.loads(done.stdout.splitlines()[-1])
    items = sum(pq.read_metadata(file).num_rows for file in folder.glob("*/*.parquet")) - chosen.applicants
    machine = {"system": platform.system(), "python": platform.python_version(), "cores": os.cpu_count()}
    machine["load"] = load_before
    versions = {name: version(name) for name in ("pyspark", "numpy", "pyarrow")}
    compare(folder, "tables")
    about = {
        "applicants": chosen.applicants,
        "items": items,
        "awards": compare(folder, "parts"),
        "rules": len(program.rules),
    }
    results = {**about, "count": data.count, "workers": WORKERS, "machine": machine, "versions": versions, **found}
    (HERE / "cluster.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
