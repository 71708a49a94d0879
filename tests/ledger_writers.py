"""Many writers at once: a process that forks one for each list of jobs. Run by `ledger_help.Crew`.

python tests/ledger_writers.py URL FOLDER    reads FOLDER/jobs.json, writes FOLDER/pids.json and FOLDER/<writer>.jsonl
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from ledger_help import application, codes, product, project, rules
from sqlalchemy import event

from subsidy_rules.ledger import Ledger, Unavailable

PATIENCE = 60  # seconds that a writer goes on trying while the database is away


def decide(ledger: Ledger, job: dict[str, Any]) -> Any:
    """Again and again under the same key, as a caller does who got no answer."""
    item = job.get("item")
    claimed = [] if item is None else [product(item) if job["rule"] == "launch" else project(item)]
    approved = {name: job[name] for name in ("rule", "item", "amount") if name in job} | {"policy": "fund"}
    end = time.monotonic() + PATIENCE
    while True:
        try:
            asked = application(job["applicant"], *claimed)
            return ledger.decide(rules(), asked, key=job["key"], approved=[approved])
        except Unavailable:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def write(url: str, jobs: list[dict[str, Any]], answers: Path) -> None:
    ledger = Ledger(url)
    with answers.open("a", encoding="utf-8") as lines:
        for job in jobs:
            if job.get("die") == "before":  # all is written, nothing is committed
                event.listen(ledger.store.engine, "commit", die)
            outcome = decide(ledger, job)
            if job.get("die") == "after":  # it is committed, nobody was told
                die()
            answer = {"key": job["key"], "codes": codes(outcome), "hash": getattr(outcome, "hash", None)}
            lines.write(json.dumps(answer) + "\n")
            lines.flush()


def main(url: str, folder: Path) -> None:
    jobs = json.loads((folder / "jobs.json").read_text("utf-8"))
    Ledger(url)  # its driver and all the rest are imported before the fork
    warm = Ledger("sqlite://")
    warm.migrate()
    decide(warm, {"key": "k", "applicant": "a", "rule": "title", "amount": "20万元"})
    wait, go = os.pipe()
    writers = []
    for at, own in enumerate(jobs):
        writer = os.fork()
        if writer == 0:
            os.close(go)
            os.read(wait, 1)  # until the parent lets go: all begin at once
            status = 1
            try:
                write(url, own, folder / f"{at}.jsonl")
                status = 0
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stderr.flush()
                os._exit(status)
        writers.append(writer)
    (folder / "pids.tmp").write_text(json.dumps(writers), "utf-8")
    (folder / "pids.tmp").rename(folder / "pids.json")
    os.close(go)
    ended = [os.waitstatus_to_exitcode(os.waitpid(writer, 0)[1]) for writer in writers]
    print(json.dumps(ended))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
