"""Bounded time without a clock: what a call costs in calls of functions, the same on every machine and under any load."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def at_most(calls: int) -> Iterator[None]:
    """Fails if the block calls more functions than that, of Python or C; what a single C function costs is not seen."""
    count, outer = 0, sys.getprofile()

    def note(_: Any, event: str, __: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        yield
    finally:
        sys.setprofile(outer)
    assert count <= calls, f"{count:,} calls, more than {calls:,}"
