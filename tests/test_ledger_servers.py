"""The ledger on each database: many writers at once, writers and servers that are killed, records that are tampered with."""

from __future__ import annotations

import os
import random
import signal
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import servers
from ledger_help import Crew, application, approve, project, rules
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from subsidy_rules.ledger import Decision, Ledger
from subsidy_rules.ledger.record import entries
from subsidy_rules.ledger.tables import ENTRIES, METADATA
from subsidy_rules.money import parse_money

pytestmark = pytest.mark.xdist_group("servers")  # one process starts them
WRITERS = 64
POOL = "fund/pool"


@pytest.fixture(scope="module")
def running() -> Iterator[dict[str, servers.Server]]:
    """Servers by name, each started when it is asked for first."""
    found: dict[str, servers.Server] = {}
    yield found
    for server in found.values():
        server.stop()


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def server(request: pytest.FixtureRequest, running: dict[str, servers.Server]) -> servers.Server | None:
    """None: SQLite, which has none."""
    name = request.param
    if name == "sqlite":
        return None
    if name not in running:
        servers.need(name)
        running[name] = servers.Server(name)
    return running[name]


@pytest.fixture
def url(server: servers.Server | None, tmp_path: Path) -> str:
    """A new ledger."""
    found = f"sqlite:///{tmp_path / 'ledger.db'}" if server is None else server.create(f"l{os.urandom(6).hex()}")
    Ledger(found).migrate()
    return found


def turns(writers: int, each: int, amount: str) -> list[list[dict[str, Any]]]:
    """Every writer decides for one applicant, one project after the other."""
    return [
        [
            {"key": f"k{at}.{turn}", "applicant": f"a{at}", "item": f"p{turn}", "rule": "equipment", "amount": amount}
            for turn in range(each)
        ]
        for at in range(writers)
    ]


def granted(ledger: Ledger, *applicants: str) -> list[int]:
    """All that stands, in fen, as the application file would have it."""
    found = [grant for applicant in applicants for grant in ledger.grants(applicant)]
    return [parse_money(grant["amount"]) for grant in found if not grant.get("repaid")]


def pool(ledger: Ledger) -> Any:
    return next(one for one in ledger.left(rules(), 2026) if one.bound == POOL)


def written(ledger: Ledger) -> Counter[str]:
    """How often each key stands in the record."""
    found = ledger.store.read(lambda connection: entries(connection, ENTRIES.c.applicant.is_not(None)))
    return Counter(one.key for one in found)


def assert_sound(ledger: Ledger, answers: list[dict[str, Any]]) -> None:
    """Who was told of a decision finds it, once; replaying the record gives the balances."""
    assert ledger.verify().problems == ()
    keys = written(ledger)
    assert set(keys.values()) <= {1}
    for answer in answers:
        assert (answer["key"] in keys) == (answer["codes"] == [])


def test_many_writers_at_once(url: str, tmp_path: Path) -> None:
    """A pool holds 100万: of 64 who want 7万 each, 14 get it, 2万 are left for who asks for no more. One applicant's cap of
    150万 holds three awards of 45万. One award is granted once, one key is written once."""
    ledger = Ledger(url)
    ledger.set_figure(rules(), key="budget", bound=POOL, year=2026, figure="100万元")
    jobs = [
        [
            {"key": f"pool{at}", "applicant": f"a{at}", "item": "p", "rule": "equipment", "amount": "7万元"},
            {"key": f"cap{at}", "applicant": "b", "item": f"p{at}", "rule": "workshop", "amount": "45万元"},
            {"key": f"once{at}", "applicant": "c", "rule": "title", "amount": "20万元"},
            {"key": "same", "applicant": "d", "rule": "title", "amount": "20万元"},
            {"key": "other", "applicant": f"e{at % 2}", "rule": "title", "amount": "20万元"},
        ]
        for at in range(WRITERS)
    ]
    for at, own in enumerate(jobs):
        random.Random(at).shuffle(own)
    crew = Crew(url, tmp_path / "crew", jobs)
    assert crew.end() == [0] * WRITERS
    answers = crew.answered()
    outcomes: dict[str, Counter[tuple[str, ...]]] = defaultdict(Counter)
    for one in answers:
        outcomes[one["key"].rstrip("0123456789")][tuple(one["codes"])] += 1
    assert outcomes == {
        "pool": {(): 14, ("SR807",): WRITERS - 14},
        "cap": {(): 3, ("SR805",): WRITERS - 3},
        "once": {(): 1, ("SR804",): WRITERS - 1},
        "same": {(): WRITERS},
        "other": {(): WRITERS // 2, ("SR803",): WRITERS // 2},
    }
    assert len({one["hash"] for one in answers if one["key"] == "same"}) == 1
    assert granted(ledger, *(f"a{at}" for at in range(WRITERS))) == [7_000_000] * 14
    assert (pool(ledger).drawn, pool(ledger).left) == (98_000_000, 2_000_000)
    assert granted(ledger, "b") == [45_000_000] * 3
    assert granted(ledger, "c", "d", "e0", "e1") == [20_000_000] * 3
    assert_sound(ledger, [one for one in answers if one["key"] != "other"])
    last = ledger.decide(
        rules(), application("f", project("p")), key="f", approved=[approve("equipment", "2万元", "p")]
    )
    assert isinstance(last, Decision) and pool(ledger).left == 0


def test_writers_are_killed(url: str, tmp_path: Path) -> None:
    """Before the commit nothing is there, after it all is, and at any other moment one of both. Who asks again under the same
    key gets the same."""
    writers, each = 16, 5
    jobs = turns(writers, each, "3万元")
    for at in range(6):
        jobs[at] = [{**jobs[at][0], "die": ("before", "after")[at % 2]}]
    crew = Crew(url, tmp_path / "first", jobs)
    pids = crew.pids
    crew.until(10)
    for pid in pids[12:]:
        os.kill(pid, signal.SIGKILL)
    ended = crew.end()
    assert ended[:6] == [-signal.SIGKILL] * 6 and ended[6:12] == [0] * 6
    ledger = Ledger(url)
    found = written(ledger)
    assert [f"k{at}.0" in found for at in range(6)] == [False, True] * 3
    assert_sound(ledger, crew.answered())
    hashes = {key: one.hash for key in found if (one := ledger.decision(key))}
    again = Crew(url, tmp_path / "again", turns(writers, each, "3万元"))
    again.end()
    assert {one["key"]: one["hash"] for one in again.answered() if one["key"] in hashes} == hashes
    assert granted(ledger, *(f"a{at}" for at in range(writers))) == [3_000_000] * writers * each
    assert pool(ledger).drawn == 3_000_000 * writers * each
    assert_sound(ledger, again.answered())


def test_the_server_is_killed_in_the_middle(server: servers.Server | None, url: str, tmp_path: Path) -> None:
    """Writers go on when it is back; what they were told before is still there. SQLite has no server."""
    if server is None:
        return
    writers = 16
    crew = Crew(url, tmp_path / "crew", turns(writers, 4, "9万元"))
    crew.until(12)
    server.kill()
    before = crew.answered()
    server.start()
    ledger = Ledger(url)
    assert {one["key"] for one in before if not one["codes"]} <= set(written(ledger))
    assert crew.end() == [0] * writers
    stands = granted(ledger, *(f"a{at}" for at in range(writers)))
    assert stands == [9_000_000] * 55  # of 500万
    assert pool(ledger).left == 5_000_000
    assert_sound(ledger, crew.answered())


def test_a_tampered_record_is_named(url: str) -> None:
    ledger = Ledger(url, clock=lambda: datetime(2026, 5, 1, tzinfo=UTC))
    for at in range(4):
        ledger.decide(rules(), application(f"a{at}"), key=f"k{at}", approved=[approve("title", "20万元")])
    noted = ledger.verify()
    assert (noted.entries, noted.problems) == (4, ())
    assert ledger.verify((4, noted.hash)).ok and not ledger.verify((4, "0" * 64)).ok

    def found(*changes: str) -> list[tuple[str, str]]:
        """What `verify` says of some changes, which are then undone."""
        engine = create_engine(ledger.store.url)
        kept = {}
        with engine.begin() as connection:
            for table in METADATA.sorted_tables:
                kept[table] = [row._asdict() for row in connection.execute(table.select())]
            for change in changes:
                connection.execute(text(change))
        answer = [(one.code, one.field) for one in ledger.verify((4, noted.hash)).problems]
        with engine.begin() as connection:
            for table, rows in kept.items():
                connection.execute(table.delete())
                connection.execute(table.insert(), rows)
        engine.dispose()
        assert ledger.verify((4, noted.hash)).ok
        return answer

    second = "WHERE seq = 2"
    assert found(f"UPDATE ledger_entries SET amount = 19000000 {second}") == [("SR823", "entry 2")]
    assert found(f"UPDATE ledger_entries SET applicant = 'a9' {second}") == [("SR823", "entry 2")]
    assert found(f"UPDATE ledger_entries SET decided_on = '2026-05-02' {second}") == [("SR823", "entry 2")]
    assert found(f"DELETE FROM ledger_entries {second}") == [("SR823", "entry 2")]
    assert found("DELETE FROM ledger_entries WHERE seq = 4") == [("SR823", "entry 4")]
    cut = "UPDATE ledger_head SET seq = 3, hash = (SELECT hash FROM ledger_entries WHERE seq = 3)"
    assert found("DELETE FROM ledger_entries WHERE seq = 4", cut) == [("SR823", "entry 4")]
    assert found("UPDATE ledger_balances SET amount = amount - 1") == [("SR824", "fund/title 2026")]


def test_the_database_itself_refuses_what_no_entry_may_be(url: str) -> None:
    ledger = Ledger(url)
    ledger.decide(rules(), application("a"), key="k", approved=[approve("title", "20万元")])
    engine = create_engine(ledger.store.url)
    columns = ", ".join(ENTRIES.c.keys()).replace("key", '"key"' if engine.dialect.name != "mysql" else "`key`")
    values = {
        "kind": "'decision'", "year": "2026", "amount": "5", "applicant": "'a'", "key": "'new'", "line": "1", "seq": "9"
    }  # fmt: skip

    def insert(**other: str) -> None:
        v = values | other
        row = f"{v['seq']}, {v['kind']}, {v['key']}, {v['line']}, {v['applicant']}, 'fund', 'title', NULL, {v['year']}"
        row += f", {v['amount']}, '2026-05-01', '2026-05-01T00:00:00.000000Z', '{{}}', 'x'"
        with engine.begin() as connection:
            connection.execute(text(f"INSERT INTO ledger_entries ({columns}) VALUES ({row})"))

    for other in (
        {"kind": "'gift'"}, {"year": "1800"}, {"amount": "1000000000000001"}, {"amount": "-1"}, {"applicant": "NULL"},
        {"key": "'k'"}, {"seq": "1"}, {"seq": "0"},
    ):  # fmt: skip
        with pytest.raises((IntegrityError, OperationalError)):
            insert(**other)
    with pytest.raises((IntegrityError, OperationalError)), engine.begin() as connection:
        connection.execute(text("UPDATE ledger_balances SET amount = -1"))
    insert()  # as it stands, it is an entry
    insert(key="'K'", seq="10")  # another key
    assert not ledger.verify().ok


def test_the_daily_work_needs_no_right_to_change_entries(server: servers.Server | None, url: str) -> None:
    """The rights that the documentation names. SQLite has none to give."""
    if server is None:
        return
    clerk = f"c{os.urandom(4).hex()}"
    database = Ledger(url).store.url.database
    if server.name == "postgresql":
        user, on = clerk, ""
        server.run(f"CREATE USER {clerk}", database)
    else:
        user, on = f"{clerk}@'127.0.0.1'", f"{database}."
        server.run(f"CREATE USER {user}", database)
    for rights, table in (
        ("SELECT, INSERT", "entries"), ("SELECT, INSERT, UPDATE", "balances"), ("SELECT, UPDATE", "head"), ("SELECT", "version")
    ):  # fmt: skip
        server.run(f"GRANT {rights} ON {on}ledger_{table} TO {user}", database)
    ledger = Ledger(server.url(str(database), clerk))
    asked = application("a", project("p"))
    assert isinstance(ledger.decide(rules(), asked, key="k", approved=[approve("equipment", "1万元", "p")]), Decision)
    assert isinstance(ledger.correct(rules(), asked, key="c", of="k", approved=[]), Decision)
    assert ledger.verify().ok
    for change in ("UPDATE ledger_entries SET amount = 1", "DELETE FROM ledger_entries"):
        with pytest.raises((ProgrammingError, OperationalError)), ledger.store.engine.begin() as connection:
            connection.execute(text(change))


def test_names_differ_by_case_and_script(url: str) -> None:
    ledger = Ledger(url)
    for at, applicant in enumerate(("demo", "Demo", "示例企业", "démo")):
        made = ledger.decide(rules(), application(applicant), key=f"键{at}", approved=[approve("title", "20万元")])
        assert isinstance(made, Decision)
    assert [granted(ledger, one) for one in ("demo", "DEMO", "示例企业")] == [[20_000_000], [], [20_000_000]]
    assert ledger.verify().ok


def test_as_of_a_day_and_as_known_at_a_time(url: str) -> None:
    """Granted on 1 March, corrected on 1 September for the same day: in between it was known otherwise."""
    times = iter([datetime(2026, 3, 1, 2, tzinfo=UTC), datetime(2026, 9, 1, 2, tzinfo=UTC)])
    ledger = Ledger(url, clock=lambda: next(times))
    asked = application("a", project("p"))
    ledger.decide(rules(), asked, key="k", approved=[approve("equipment", "60万元", "p")])
    corrected = ledger.correct(rules(), asked, key="c", of="k", approved=[approve("equipment", "75万元", "p")])
    assert isinstance(corrected, Decision) and corrected.delta == 15_000_000
    before, later = datetime(2026, 8, 31, tzinfo=UTC), datetime(2026, 9, 2, tzinfo=UTC)
    shown = [
        [grant["amount"] for grant in ledger.grants("a", as_of=day, known_at=known)]
        for day in (date(2026, 2, 28), date(2026, 3, 1))
        for known in (before, later)
    ]
    assert shown == [[], [], ["600000.00元"], ["750000.00元"]]
    owed = {"policy": "fund", "rule": "equipment", "item": "p", "year": 2026, "amount": "150000.00"}
    assert ledger.owed("a", since=before) == [owed] and ledger.owed("a", since=later) == []


def test_tables_are_what_the_migrations_make(url: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    from subsidy_rules.ledger import ledger as module
    from subsidy_rules.ledger.tables import REVISION, VERSION_TABLE

    ledger = Ledger(url)
    with ledger.store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE, "compare_type": True})
        assert compare_metadata(context, METADATA) == []
    assert ScriptDirectory(str(Path(module.__file__).with_name("migrations"))).get_heads() == [REVISION]
    ledger.migrate()  # a second time: nothing to do
    assert ledger.verify().ok
