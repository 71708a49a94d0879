"""What the routes share: the policies in use, the processes that evaluate with them, the keys, and what is measured."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter
from starlette.requests import Request

from ..rules import Rules, load
from . import evaluating
from .audit import Audit
from .catalogue import pages, policies_of, vocabulary_of
from .evaluating import Given
from .jobs import Jobs
from .keys import Key, read_keys
from .metrics import Metrics
from .problems import Refusal
from .settings import Settings
from .workers import Workers

LEDGER_SECONDS = 45.0  # it tries again for half a minute where another writer holds the lock


@dataclass(frozen=True)
class Catalogue:
    """What is told of the policies, as JSON. It changes only with them."""

    policies: bytes
    vocabulary: bytes
    pages: dict[str, bytes]

    @classmethod
    def of(cls, rules: Rules) -> Catalogue:
        return cls(
            _json(policies_of(rules)),
            _json(vocabulary_of(rules)),
            {name: _json(page) for name, page in pages(rules).items()},
        )


def _json(data: Any) -> bytes:
    return TypeAdapter(type(data)).dump_json(data)


@dataclass(frozen=True)
class Loaded:
    """All that a reload replaces, at once."""

    catalogue: Catalogue
    workers: Workers
    ledger: Workers | None
    keys: tuple[Key, ...]
    given: Given

    @classmethod
    def by(cls, settings: Settings) -> Loaded:
        """Raises ProblemsError with all that is wrong with policies or keys; then no process was started."""
        keys = read_keys(settings.keys) if settings.keys else ()
        rules = load(*settings.policies)
        given = Given(rules.documents, rules.facts, settings.ledger)
        catalogue = Catalogue.of(rules)
        workers = Workers(
            evaluating.evaluate, evaluating.start, given, settings.workers, settings.waiting, settings.seconds
        )
        return cls(catalogue, workers, _ledger(given, settings), keys, given)

    def pools(self) -> list[Workers]:
        return [self.workers, *([self.ledger] if self.ledger else [])]

    async def ready(self) -> None:
        await asyncio.gather(*(pool.ready() for pool in self.pools()))


def _ledger(given: Given, settings: Settings) -> Workers | None:
    """One process: the ledger has one lock, so that more would wait for each other."""
    if given.ledger is None:
        return None
    from . import committing

    return Workers(committing.commit, committing.start, given, 1, settings.waiting, LEDGER_SECONDS)


class Service:
    """One for each application. `reload` puts another set of policies in place of this one, or leaves it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.loaded = Loaded.by(settings)
        self.audit, self.metrics, self.jobs = Audit(settings.audit), Metrics(), Jobs(settings.jobs)
        self.jobs.use(self.loaded.given)
        self.is_ready = False
        self._reloading = asyncio.Lock()

    async def start(self) -> None:
        await self.loaded.ready()
        self.is_ready = True

    async def stop(self) -> None:
        self.is_ready = False
        for pool in self.loaded.pools():
            await asyncio.to_thread(pool.stop)
        await asyncio.to_thread(self.jobs.close)

    async def reload(self) -> None:
        """Requests that run are answered from the old set. Raises ProblemsError; then the old set stays."""
        async with self._reloading:
            new = await asyncio.to_thread(Loaded.by, self.settings)
            await new.ready()
            old, self.loaded = self.loaded, new
            self.jobs.use(new.given)
        for pool in old.pools():
            await asyncio.to_thread(pool.close)

    @property
    def ledger(self) -> Workers:
        if self.loaded.ledger is None:
            raise Refusal("SR993")
        return self.loaded.ledger


def service_of(request: Request) -> Service:
    """The service that a request came to."""
    service: Service = request.app.state.service
    return service
