"""Applications and answers for the tests of the ledger."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from functools import cache
from pathlib import Path
from typing import Any

import subsidy_rules
from subsidy_rules import Rules

FOLDER = Path(__file__).resolve().parent / "ledger"


@cache
def rules() -> Rules:
    return subsidy_rules.load(FOLDER / "fund.yaml")


def application(
    applicant: str, *items: dict[str, Any], year: int = 2026, local: bool | None = True, **more: Any
) -> dict[str, Any]:
    facts = {} if local is None else {"local": local}
    return {
        "applicant": {"id": applicant, "facts": facts},
        "items": list(items),
        "year": year,
        "history": "complete",
        **more,
    }


def project(name: str, cost: str = "200万元") -> dict[str, Any]:
    return {"id": name, "kind": "project", "facts": {"cost": cost}}


def product(name: str, **facts: str) -> dict[str, Any]:
    return {"id": name, "kind": "product", "facts": facts}


def approve(rule: str, amount: str, item: str | None = None) -> dict[str, Any]:
    found = {"policy": "fund", "rule": rule, "amount": amount}
    return found if item is None else found | {"item": item}


def codes(outcome: Any) -> list[str]:
    """Of what was refused; a decision has none."""
    return [one.code for one in getattr(outcome, "problems", ())]


class Crew:
    """Writers that work at once, one process for each list of jobs (see `ledger_writers`)."""

    def __init__(self, url: str, folder: Path, jobs: list[list[dict[str, Any]]]) -> None:
        folder.mkdir()
        self.folder = folder
        (folder / "jobs.json").write_text(json.dumps(jobs), "utf-8")
        script = Path(__file__).with_name("ledger_writers.py")
        self.process = subprocess.Popen(
            [sys.executable, str(script), url, str(folder)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    @property
    def pids(self) -> list[int]:
        """Of the writers, as soon as they are there."""
        while not (self.folder / "pids.json").exists():
            assert self.process.poll() is None, self.process.communicate()[1]
            time.sleep(0.01)
        found: list[int] = json.loads((self.folder / "pids.json").read_text("utf-8"))
        return found

    def answered(self) -> list[dict[str, Any]]:
        """What writers were told so far."""
        written = [path.read_text("utf-8").rpartition("\n")[0] for path in self.folder.glob("*.jsonl")]
        return [json.loads(line) for text in written for line in text.splitlines()]

    def until(self, answers: int) -> None:
        """Wait for so many answers."""
        while len(self.answered()) < answers:
            assert self.process.poll() is None, self.process.communicate()[1]
            time.sleep(0.01)

    def end(self) -> list[int]:
        """Exit codes of the writers (below 0: the signal), when all have ended."""
        out, error = self.process.communicate(timeout=120)
        assert self.process.returncode == 0, error
        codes: list[int] = json.loads(out)
        assert set(codes) <= {0, -signal.SIGKILL}, error
        return codes
