"""A real Spark on this machine: a standalone master and workers, each a process of its own, with small heaps.

python tests/spark_cluster.py    start one with two workers, and say its address, until it is interrupted
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pyspark
from pyspark.sql import SparkSession
from servers import _children as children
from servers import _free_port as free_port

HOME = Path(pyspark.__file__).parent
MEMORY = "512m"
QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"  # what is over in a minute is not worth compiling well
PATIENCE = 60  # seconds for a process to start
LOOPBACK = {
    "SPARK_LOCAL_IP": "127.0.0.1",
    "PYSPARK_PYTHON": sys.executable,
    "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),  # workers know the modules that we know
    "SPARK_HOME": str(HOME),
}


class Cluster:
    """`master`, and `workers` by name; each worker has one executor with `cores`."""

    def __init__(self, workers: int = 2, cores: int = 1, memory: str = MEMORY) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="spark-"))
        self.cores, self.memory = cores, memory
        self.port = free_port()
        self.url = f"spark://127.0.0.1:{self.port}"
        self.workers: dict[str, subprocess.Popen[bytes]] = {}
        self.master = self._run("master", "master.Master", "--port", str(self.port), "--webui-port", "0")
        self._wait("master", "I have been elected leader")
        for _ in range(workers):
            self.start()
        for name in self.workers:
            self._wait(name, "Successfully registered with master")

    def start(self) -> str:
        """One more worker."""
        name = f"worker-{len(self.workers)}"
        folder = ("--work-dir", str(self.folder / name), "--webui-port", "0")
        size = ("--cores", str(self.cores), "--memory", self.memory)
        self.workers[name] = self._run(name, "worker.Worker", *size, *folder, self.url)
        return name

    def kill(self, name: str) -> None:
        """`kill -9` of a worker, its executor and the Python processes of that."""
        _end(self.workers[name])

    def stop(self) -> None:
        for process in (*self.workers.values(), self.master):
            _end(process)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, name: str, role: str, *arguments: str) -> subprocess.Popen[bytes]:
        ends_with_us = ["setpriv", "--pdeathsig", "KILL"]
        command = [
            *ends_with_us,
            str(HOME / "bin" / "spark-class"),
            f"org.apache.spark.deploy.{role}",
            "--host",
            "127.0.0.1",
        ]
        quiet = {"SPARK_DAEMON_MEMORY": "128m", "SPARK_LOCAL_DIRS": str(self.folder)}
        with (self.folder / f"{name}.log").open("wb") as log:
            return subprocess.Popen(
                [*command, *arguments],
                stdout=log,
                stderr=log,
                env=os.environ | LOOPBACK | quiet,
                start_new_session=True,
            )

    def _wait(self, name: str, said: str) -> None:
        log, end = self.folder / f"{name}.log", time.monotonic() + PATIENCE
        while said not in (text := log.read_text("utf-8", "replace")):
            if time.monotonic() > end:
                raise AssertionError(text[-2000:])
            time.sleep(0.1)

    @contextmanager
    def session(self, **settings: str) -> Iterator[SparkSession]:
        """What a user's program has: the driver is in this process."""
        os.environ |= LOOPBACK
        found = SparkSession.builder.master(self.url).appName("tests")
        fixed = {
            "spark.driver.host": "127.0.0.1",
            "spark.driver.memory": MEMORY,
            "spark.executor.memory": self.memory,
            "spark.executor.cores": str(self.cores),
            "spark.local.dir": str(self.folder),
            "spark.ui.enabled": "false",
            "spark.driver.extraJavaOptions": QUICK,
            "spark.executor.extraJavaOptions": QUICK,
            "spark.sql.shuffle.partitions": "4",
            "spark.log.level": "ERROR",
        }
        for name, value in (fixed | {name.replace("_", "."): value for name, value in settings.items()}).items():
            found = found.config(name, value)
        session = found.getOrCreate()
        try:
            yield session
        finally:
            session.stop()


def _end(process: subprocess.Popen[bytes]) -> None:
    """`kill -9`, with all that it made."""
    if process.poll() is None:
        for pid in (process.pid, *below(process.pid)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()


def below(pid: int) -> list[int]:
    """All processes that a process made, and those that they made."""
    found = children(pid)
    return [*found, *(one for child in found for one in below(child))]


if __name__ == "__main__":
    cluster = Cluster()
    print(cluster.url, flush=True)
    try:
        signal.pause()
    finally:
        cluster.stop()
