"""What the process of a job does: a file in, a workbook out."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from ..errors import ProblemsError
from ..files import Limits, Options, Outcome, Source, assess, read_tables, write
from .evaluating import Found, named, read_plain, rules_of
from .requests import BatchQuery

LIMITS = Limits(file=50_000_000, unpacked=500_000_000, rows=1_000_000)
SHOWN = 1000  # problems of rows that are told beside the workbook, which has all


def batch(file: Path, result: Path, progress: Path, body: bytes) -> Found:
    """`file`: of applicants; `result`: the workbook to write; `progress`: where it is told how far it is; `body`: the query.
    The counts as JSON, or all problems of the file."""
    try:
        request = read_plain(body, BatchQuery)
        rules = rules_of(named(request.policies.split(",") if request.policies else []))
        told = _Progress(progress)
        options = Options(encoding=request.encoding, limits=LIMITS)
        given = read_tables(rules.program, Source.of(file), options=options, progress=told)
        told("assess", 0)
        day = date.fromisoformat(request.date) if request.date else None
        outcome = assess(rules, given, year=int(request.year), history=request.history, day=day)
        write(outcome, result, request.lang, told)
    except ProblemsError as error:
        return "SR981", error.problems
    return json.dumps(_summary(outcome), ensure_ascii=False).encode()


def _summary(outcome: Outcome) -> dict[str, Any]:
    problems = outcome.screened.problems
    counts = {
        name: {"read": one.read, "computed": one.computed, "wrong": one.wrong} for name, one in outcome.counts.items()
    }
    return {"counts": counts, "wrong": len(problems), "problems": [one.as_dict() for one in problems[:SHOWN]]}


class _Progress:
    """The step and the rows that are done, in a file that is replaced as a whole."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self, step: str, rows: int) -> None:
        new = self.path.with_suffix(".new")
        new.write_text(json.dumps({"step": step, "rows": rows}), "utf-8")
        new.replace(self.path)
