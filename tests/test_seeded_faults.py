"""The page of seeded faults: it is about the policies as they are, no fault goes unnoticed, and what it says is what happens."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

FAULTS = Path(__file__).resolve().parent / "faults"
LEAST = 60  # faults of each policy
EVERY = 20  # one of so many is tried again


@pytest.fixture(scope="module")
def run() -> Any:
    sys.path.insert(0, str(FAULTS))
    try:
        spec = importlib.util.spec_from_file_location("faults_run", FAULTS / "run.py")
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield module
    finally:
        sys.path.remove(str(FAULTS))


def test_the_page_is_about_the_policies_as_they_are(run: Any) -> None:
    stored = run.stored()
    wanted = {(fault.policy, fault.name): run.entry(fault) for name in run.policies() for fault in run.sample(name)}
    assert {key: one["change"] for key, one in stored.items()} == {key: one["change"] for key, one in wanted.items()}
    assert run.report.PAGE.read_text("utf-8") == run.report.page(list(stored.values()), run.POSSIBLE())


def test_every_fault_is_noticed_or_shown_to_be_none(run: Any) -> None:
    entries = list(run.stored().values())
    for name in run.policies():
        assert sum(one["policy"] == name for one in entries) >= LEAST
    assert [one for one in entries if not run.report.everything(one) and not run.report.equivalent(one)] == []


def test_what_is_stored_happens(run: Any) -> None:
    stored = run.stored()
    faults = [fault for name in run.policies() for fault in run.sample(name)]
    for fault in faults[::EVERY]:
        caught = stored[fault.policy, fault.name]["caught"]
        assert run.catch.at_once(fault) == {by: caught[by] for by in ("load", "lint", "check") if by in caught}, (
            fault.name
        )
