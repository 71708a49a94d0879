"""What a service is started with."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from .problems import Meanings

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True)
class Settings:
    """`policies`: ids or files as for `rules.load`; none: all that come with the library. `hosts`: names under which
    it may be called, without the port.
    `workers`: processes that evaluate. Sizes are bytes, times seconds."""

    policies: tuple[str, ...] = ()
    ledger: str | None = None
    keys: Path | None = None
    audit: Path | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    hosts: tuple[str, ...] = LOOPBACK
    workers: int = 2
    waiting: int = 64  # evaluations that may wait for a worker
    seconds: float = 10.0  # for one evaluation
    body_seconds: float = 10.0  # for a body to arrive
    body: int = 2_000_000
    file: int = 50_000_000
    jobs: int = 8  # that are kept, done or not
    meanings: Meanings = field(default_factory=dict, repr=False)
