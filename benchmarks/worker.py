"""One contender in a process of its own: commands and answers are JSON, a line each. Started by `run.py`."""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

import workload
from peers import Built


class Worker:
    """Holds what was built, by number of rules."""

    def __init__(self, name: str) -> None:
        self.module = import_module(f"peers.{name}")
        self.built: dict[int, Built] = {}

    def prepare(self, size: int) -> dict[str, Any]:
        made = self.built[size] = self.module.build(workload.make(size))
        return {
            "prices": list(map(float, made.prices())),
            "total": float(made.total()),
            "variants": list(made.variants),
            "does": made.does,
            "tolerance": made.tolerance,
        }

    def measure(self, size: int, variant: str, seconds: float) -> float:
        """Seconds per application, as the mean of one batch of at least `seconds`."""
        made = self.built[size]
        return batch(made.variants[variant], seconds) / made.per_call.get(variant, 1)


def batch(function: Callable[[], Any], seconds: float) -> float:
    """Collects garbage before, not during."""
    gc.collect()
    gc.disable()
    try:
        calls, started = 0, time.perf_counter()
        while True:
            function()
            calls += 1
            passed = time.perf_counter() - started
            if passed >= seconds:
                return passed / calls
    finally:
        gc.enable()


def main() -> None:
    worker = Worker(sys.argv[1])
    for line in sys.stdin:
        command = json.loads(line)
        answer = getattr(worker, command.pop("do"))(**command)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
