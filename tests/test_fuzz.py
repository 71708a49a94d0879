"""Regression inputs of the fuzzer keep the promises of `fuzz/targets.py`, so do seeds changed at random; a short guided run."""

from __future__ import annotations

import importlib.util
import os
import platform
import subprocess
import sys
from functools import cache
from pathlib import Path
from random import Random

import kept
import mutate
import pytest
import seeds
import targets
from hypothesis import given
from hypothesis import strategies as st

FUZZ = Path(__file__).resolve().parent.parent / "fuzz"
HAS_WHEELS = sys.platform == "linux" and platform.machine() == "x86_64"
RUNS = {"expression": 3000, "json": 4000, "policy": 400, "facts": 800, "application": 400, "receipt": 300}


@cache
def start(target: str) -> tuple[list[bytes], mutate.Mutator]:
    inputs = [data for data in (*seeds.seeds(target), *kept.inputs(target)) if len(data) <= targets.MAX_BYTES]
    return inputs, mutate.Mutator(map(targets.text_of, inputs))


@pytest.mark.parametrize("target", targets.TARGETS)
def test_regression_inputs(target: str) -> None:
    inputs = kept.inputs(target)
    assert inputs
    for data in inputs:
        targets.check(target, data)


@pytest.mark.parametrize("target", targets.TARGETS)
def test_seeds_are_mostly_accepted(target: str) -> None:
    """Else a change of the language would leave the fuzzer at the gate."""
    inputs = seeds.seeds(target)[::5]
    accepted = [targets.check(target, data) for data in inputs].count("accepted")
    assert accepted >= len(inputs) * 0.4


@pytest.mark.parametrize("target", targets.TARGETS)
def test_changed_seeds(target: str) -> None:
    @given(st.integers(0, 2**64))
    def run(seed: int) -> None:
        random = Random(seed)
        inputs, change = start(target)
        targets.check(target, targets.bytes_of(change(targets.text_of(random.choice(inputs)), random)))

    run()


@pytest.mark.parametrize("target", targets.TARGETS)
def test_a_short_guided_run(target: str) -> None:
    if importlib.util.find_spec("atheris") is None:
        assert not (HAS_WHEELS and os.environ.get("CI")), "atheris is missing: pip install -r requirements.txt"
        pytest.skip("atheris has no wheel here: seeds were changed at random instead, see fuzz/README.md")
    command = [sys.executable, FUZZ / "run.py", target, f"--runs={RUNS[target]}", "--seconds=8", "--seed=7"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 executions" not in done.stdout
