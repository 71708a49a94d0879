"""What fails inside: the caller is told SR999, and the log what it was; what lies beside a policy is read, or refused."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from service_help import PATIENCE, copied

from subsidy_rules import ProblemsError, load
from subsidy_rules.service import jobs
from subsidy_rules.service.catalogue import pages
from subsidy_rules.service.evaluating import Found, Given
from subsidy_rules.service.jobs import Job, Jobs
from subsidy_rules.service.problems import Refusal
from subsidy_rules.service.workers import Workers

Log = pytest.LogCaptureFixture


def given(folder: Path) -> Given:
    rules = load(copied(folder))
    return Given(rules.documents, rules.facts)


def dies(task: str, body: bytes) -> Found:
    os._exit(3)


def prepares(_: Given) -> None:
    """A worker that needs nothing."""


def breaks(job: str, query: bytes) -> Found:
    raise ZeroDivisionError("a fault of ours")


def ends(job: str, query: bytes) -> Found:
    os._exit(4)


def test_a_process_that_ends_by_itself_is_in_the_log(tmp_path: Path, caplog: Log) -> None:
    async def ask() -> None:
        workers = Workers(dies, prepares, given(tmp_path), 1, 1, 30)
        try:
            with pytest.raises(Refusal) as refused:
                await workers.run("assess", b"{}")
            assert refused.value.code == "SR999"
        finally:
            await asyncio.to_thread(workers.stop)

    with caplog.at_level(logging.ERROR, "subsidy_rules.service"):
        asyncio.run(ask())
    assert "SR999: assess" in caplog.text and "exit code 3" in caplog.text


@pytest.mark.parametrize(("work", "said"), [(breaks, "a fault of ours"), (ends, "ProcessExpired")])
def test_a_batch_that_fails_is_in_the_log_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: Log, work: Callable[[str, bytes], Found], said: str
) -> None:
    monkeypatch.setattr(jobs, "_batch", work)
    kept = Jobs(2)
    kept.use(given(tmp_path))
    try:
        with caplog.at_level(logging.ERROR, "subsidy_rules.service"):
            job = kept.add(b"id\n1\n", ".csv", b"{}")
            _wait(job)
            assert job.state == "failed" and job.as_data({})["problem"]["code"] == "SR999"
    finally:
        kept.close()
    assert caplog.text.count("SR999: a batch failed") == 1 and said in caplog.text


def _wait(job: Job) -> None:
    end = time.monotonic() + PATIENCE
    while job.state in ("queued", "running"):
        assert time.monotonic() < end
        time.sleep(0.02)


def test_worked_cases_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    """Not left out: an officer would take it that there are none."""
    policy = copied(tmp_path)
    assert pages(load(policy))["mini"].examples
    (policy.parent / "examples" / "mini.yaml").write_text("cases: [", "utf-8")
    with pytest.raises(ProblemsError, match="SR110"):
        pages(load(policy))


@pytest.mark.parametrize("written", ["{", "[]", '{"mini": 1}', '{"mini": {"findings": []}}'])
def test_findings_that_cannot_be_read_are_refused(tmp_path: Path, written: str) -> None:
    policy = copied(tmp_path)
    policy.with_name("findings.json").write_text(written, "utf-8")
    with pytest.raises(ProblemsError, match=r"findings\.json.*SR110"):
        pages(load(policy))


def test_findings_are_told_where_they_are_about_the_policy_as_it_stands(tmp_path: Path) -> None:
    policy = copied(tmp_path)
    rules = load(policy)
    assert pages(rules)["mini"].findings is None
    sha256 = dict(rules.program.digests)["mini"]
    for about, told in ((sha256, ({"question": "q"},)), ("0" * 64, None)):
        written = {"mini": {"sha256": about, "findings": [{"question": "q"}]}}
        policy.with_name("findings.json").write_text(json.dumps(written), "utf-8")
        assert pages(rules)["mini"].findings == told
