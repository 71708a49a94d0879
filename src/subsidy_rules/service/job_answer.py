"""The shape of a job, for the OpenAPI document."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from .problems import ProblemDetails


class JobProgress(BaseModel):
    """The step (a table that is read, `assess`, `write`) and how many rows of it are done."""

    step: str
    rows: int


class JobCounts(BaseModel):
    read: int
    computed: int
    wrong: int


class JobSummary(BaseModel):
    """By table; `problems`: the first of those that single rows have, which the workbook lists all."""

    counts: dict[str, JobCounts]
    wrong: int
    problems: list[dict[str, str | int]]


class JobAnswer(BaseModel):
    """`summary` once it is done, `problem` where it failed."""

    job: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    progress: JobProgress
    summary: JobSummary | None
    problem: ProblemDetails | None
