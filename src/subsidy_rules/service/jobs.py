"""Files that are computed while the caller does something else. A job lives in a folder of its own, and goes with it."""

from __future__ import annotations

import json
import logging
import secrets
import shutil
import tempfile
import time
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Literal

from pebble import ProcessFuture, ProcessPool

from .evaluating import Found, Given, start
from .problems import Meanings, Refusal, details

LOG = logging.getLogger("subsidy_rules.service")
RESULT, PROGRESS = "result.xlsx", "progress.json"  # in the folder of a job
SECONDS = 3600.0  # for one job
KEPT = 3600.0  # seconds that a job is kept after its last state was asked for
State = Literal["queued", "running", "done", "failed", "cancelled"]


@dataclass
class Job:
    """One file. Its id is as good as a key: it can't be guessed."""

    id: str
    folder: Path
    future: ProcessFuture[Found]
    seen: float = field(default_factory=time.monotonic)

    @property
    def state(self) -> State:
        if self.future.cancelled():
            return "cancelled"
        if not self.future.done():
            return "running" if self.future.running() else "queued"
        return "failed" if isinstance(self._found(), Refusal) else "done"

    def _found(self) -> bytes | Refusal:
        """What came of it, once it is done."""
        try:
            found = self.future.result(0)
        except (TimeoutError, CancelledError):
            return Refusal("SR986")
        except Exception:  # whatever it is: `_logged` has it
            return Refusal("SR999")
        return found if isinstance(found, bytes) else Refusal(*found)

    def as_data(self, meanings: Meanings) -> dict[str, Any]:
        """`progress`: the step and the rows that are done; `summary` once it is done, `problem` where it failed."""
        state, progress = self.state, {"step": "", "rows": 0}
        path = self.folder / PROGRESS
        if path.exists():
            progress = json.loads(path.read_text("utf-8"))
        found = self._found() if state in ("done", "failed") else None
        summary = json.loads(found) if isinstance(found, bytes) else None
        problem = details(found, meanings) if isinstance(found, Refusal) else None
        return {"job": self.id, "state": state, "progress": progress, "summary": summary, "problem": problem}

    def result(self) -> Path:
        """The workbook. Raises Refusal as long as there is none."""
        if self.state != "done":
            raise Refusal("SR995")
        return self.folder / RESULT


class Jobs:
    """One process computes, one job after the other; `most` are kept."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.jobs: dict[str, Job] = {}
        self.pools: list[ProcessPool] = []

    def use(self, given: Given) -> None:
        """Jobs from now on are computed with these policies; those before with theirs."""
        if self.pools:
            self.pools[-1].close()  # type: ignore[no-untyped-call]
        self.pools = [pool for pool in self.pools if pool.active]
        self.pools.append(ProcessPool(1, initializer=start, initargs=[given], context=get_context("spawn")))

    def add(self, data: bytes, ending: str, query: bytes) -> Job:
        """Blocks while the file is stored. Raises Refusal where too many jobs are kept."""
        self._forget()
        if len(self.jobs) >= self.most:
            raise Refusal("SR985")
        folder = Path(tempfile.mkdtemp(prefix="subsidy-rules-"))  # for this user alone
        (folder / f"applicants{ending}").write_bytes(data)
        future = self.pools[-1].schedule(_batch, args=[str(folder), query], timeout=SECONDS)
        future.add_done_callback(_logged)
        job = Job(secrets.token_urlsafe(24), folder, future)
        self.jobs[job.id] = job
        return job

    def _forget(self) -> None:
        """Jobs that nobody asked for in a long time; and the oldest that are over, where there is no more room."""
        now = time.monotonic()
        over = [job for job in self.jobs.values() if job.future.done()]
        for job in over:
            if now - job.seen > KEPT or len(self.jobs) >= self.most:
                self.remove(job)

    def get(self, name: str) -> Job:
        """Raises Refusal."""
        if name not in self.jobs:
            raise Refusal("SR989")
        job = self.jobs[name]
        job.seen = time.monotonic()
        return job

    def remove(self, job: Job) -> None:
        """Stops it where it runs, and deletes its files."""
        job.future.cancel()  # type: ignore[no-untyped-call]
        self.jobs.pop(job.id, None)
        shutil.rmtree(job.folder, ignore_errors=True)

    def close(self) -> None:
        """Ends everything. Blocks."""
        for pool in self.pools:
            pool.stop()  # type: ignore[no-untyped-call]
            pool.join()
        for job in list(self.jobs.values()):
            self.remove(job)


def _logged(future: Future[Found]) -> None:
    """What fails by no fault of the file, also a process that ended by itself, as where memory ran out."""
    error = None if future.cancelled() else future.exception()
    if error is not None and not isinstance(error, TimeoutError):
        LOG.error("SR999: a batch failed", exc_info=error)


def _batch(job: str, query: bytes) -> Found:
    """In the process of the jobs, which alone needs what reads and writes tables."""
    from .batching import batch

    folder = Path(job)
    (file,) = folder.glob("applicants.*")
    return batch(file, folder / RESULT, folder / PROGRESS, query)
