"""The database: connections, migrations, and the one lock under which all is written."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import sqlalchemy
from sqlalchemy import Connection, Engine, create_engine, event, make_url, select
from sqlalchemy.engine.url import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError

from ..errors import ProblemsError
from .answers import Unavailable, problem
from .tables import HEAD, REVISION, VERSION_TABLE

T = TypeVar("T")
DRIVERS = {
    "sqlite": "sqlite+pysqlite",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mysql+pymysql",
}
WAIT = 30  # seconds for the lock, and for all attempts together
PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2)  # before each further attempt, shortened at random


class Head(NamedTuple):
    """The end of the record."""

    seq: int
    hash: str
    recorded_at: str


class Store:
    """One database. Safe to share between threads; after a fork each process opens its own."""

    def __init__(self, url: str) -> None:
        self.url = parsed(url)
        self.engine = _engine(self.url)
        self._current = False

    def __repr__(self) -> str:
        return f"Store({self.url.render_as_string(hide_password=True)})"

    def write(self, work: Callable[[Connection, Head], T]) -> T:
        """Run `work` in one transaction, alone: nobody else writes, and all that was written is seen.

        A lost connection or a lock that does not come is tried again, the whole of it, for a bounded time: `work` must
        look first whether it was done. Raises Unavailable.
        """

        def locked() -> T:
            with self.engine.connect() as connection:
                connection.execution_options(writes=True)
                with connection.begin():
                    head = connection.execute(select(HEAD.c.seq, HEAD.c.hash, HEAD.c.recorded_at).with_for_update())
                    return work(connection, Head(*head.one()))

        return self._attempts(locked)

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on one consistent state of the database, beside whoever writes. Raises Unavailable."""

        def snapshot() -> T:
            with self.engine.connect() as connection:
                if self.url.get_backend_name() != "sqlite":  # there every reading transaction is one
                    connection.execution_options(isolation_level="REPEATABLE READ")
                with connection.begin():
                    return work(connection)

        return self._attempts(snapshot)

    def migrate(self) -> None:
        """Bring the tables to the version of this library; run it alone, before the first use."""
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))

        def run() -> None:
            with self.engine.connect() as connection:
                if self.url.get_backend_name() == "sqlite":  # so that readers and a writer don't wait for each other
                    _driver(connection).execute("PRAGMA journal_mode=WAL").close()
                connection.execution_options(writes=True)
                with connection.begin():
                    config.attributes["connection"] = connection
                    command.upgrade(config, "head")

        self._attempts(run, check=False)

    def _attempts(self, attempt: Callable[[], T], check: bool = True) -> T:
        end = time.monotonic() + WAIT
        for pause in (*PAUSES, None):
            try:
                if check and not self._current:
                    self._check_version()
                return attempt()
            except DBAPIError as error:
                if not _passing(error):
                    raise
                if pause is None or time.monotonic() + pause > end:
                    raise Unavailable([problem("SR822", found=_cause(error))]) from error
                time.sleep(pause * random.uniform(0.5, 1))
        raise AssertionError

    def _check_version(self) -> None:
        with self.engine.connect() as connection:
            found = None
            if sqlalchemy.inspect(connection).has_table(VERSION_TABLE):
                found = connection.exec_driver_sql(f"SELECT version_num FROM {VERSION_TABLE}").scalar()
        if found != REVISION:
            raise ProblemsError([problem("SR821", found=found or "", expected=REVISION)])
        self._current = True


def parsed(url: str) -> URL:
    """The database's address with the driver that is used for it. Raises ProblemsError; passwords are never shown."""
    try:
        found = make_url(url)
        return found.set(drivername=DRIVERS[found.drivername.partition("+")[0]])
    except (ArgumentError, KeyError, ValueError):
        expected = "sqlite:///file.db, postgresql://user@host/name, mysql://user@host/name"
        raise ProblemsError([problem("SR825", found=url.partition(":")[0], expected=expected)]) from None


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, connect_args={"timeout": WAIT})
        event.listen(engine, "connect", _by_hand)
        event.listen(engine, "begin", _begin)
        return engine
    engine = create_engine(url, isolation_level="READ COMMITTED", pool_pre_ping=True)
    event.listen(engine, "connect", _patience)
    return engine


def _by_hand(connection: Any, _record: object) -> None:
    """SQLite's driver begins transactions too late: it is told to leave that to `_begin`."""
    connection.isolation_level = None


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _patience(connection: Any, _record: object) -> None:
    """A lock that does not come ends the attempt, and who holds it and says nothing more loses it."""
    with connection.cursor() as cursor:
        if type(connection).__module__.startswith("psycopg"):
            cursor.execute(f"SET lock_timeout = '{WAIT}s'")
            cursor.execute(f"SET idle_in_transaction_session_timeout = '{WAIT}s'")
        else:
            cursor.execute(f"SET innodb_lock_wait_timeout = {WAIT}, wait_timeout = {WAIT}")
    connection.commit()


def _passing(error: DBAPIError) -> bool:
    """A lost connection, a lock that did not come, a server that is not there: not what was asked of it."""
    return isinstance(error, (OperationalError, InterfaceError)) or error.connection_invalidated


def _cause(error: DBAPIError) -> str:
    """What the driver says, on one line."""
    return " ".join(str(error.orig).split())[:200]
