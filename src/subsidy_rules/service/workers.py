"""Processes that evaluate: each request has a deadline, after which its process is ended and another takes its
place."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from multiprocessing import get_context

from pebble import ProcessExpired, ProcessPool

from .evaluating import Found, Given
from .problems import Refusal

LOG = logging.getLogger("subsidy_rules.service")
READY = 60.0  # seconds for a process to start and load the policies


class Workers:
    """A pool for one set of policies. `work`: a function of a task's name and a request's body; `start` prepares a
    process for it.
    `waiting`: how many requests may wait; one more is refused."""

    def __init__(
        self,
        work: Callable[[str, bytes], Found],
        start: Callable[[Given], None],
        given: Given,
        count: int,
        waiting: int,
        seconds: float,
    ) -> None:
        self.work, self.count, self.seconds, self.most = work, count, seconds, count + waiting
        self.busy = 0
        # Started anew, not forked: a fork of a process with threads may hang, and so there is one way on all systems.
        self.pool = ProcessPool(count, initializer=start, initargs=[given], context=get_context("spawn"))

    async def run(self, task: str, body: bytes) -> bytes:
        """The answer as JSON. Raises Refusal."""
        if self.busy >= self.most:
            raise Refusal("SR985")
        self.busy += 1
        try:
            future = self.pool.schedule(self.work, args=[task, body], timeout=self.seconds)
            found: Found = await asyncio.wrap_future(future)
        except TimeoutError:
            raise Refusal("SR986") from None
        except ProcessExpired as error:
            LOG.error("SR999: %s: its process ended by itself, exit code %s", task, error.exitcode)
            raise Refusal("SR999") from None
        finally:
            self.busy -= 1
        if isinstance(found, tuple):
            raise Refusal(*found)
        return found

    async def ready(self) -> None:
        """Waits until the processes have loaded the policies."""
        futures = [self.pool.schedule(_ready, timeout=READY) for _ in range(self.count)]
        await asyncio.gather(*map(asyncio.wrap_future, futures))

    def close(self) -> None:
        """Lets what runs come to its end, then ends the processes. Blocks."""
        self.pool.close()  # type: ignore[no-untyped-call]
        self.pool.join(self.seconds + READY)

    def stop(self) -> None:
        """Ends the processes. Blocks."""
        self.pool.stop()  # type: ignore[no-untyped-call]
        self.pool.join()


def _ready() -> bool:
    return True
