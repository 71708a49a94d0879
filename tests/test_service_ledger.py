"""The ledger over HTTP, and what is read again while the service runs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from ledger_help import FOLDER, application, approve, project
from service_help import MINI, PATIENCE, ROOT, Running, copied, running
from service_help import application as mini

import subsidy_rules
from subsidy_rules.ledger import Ledger
from subsidy_rules.service import committing
from subsidy_rules.service.evaluating import Given
from subsidy_rules.service.keys import new_key

KEY, LINE = new_key("office", "admin")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The fund of the ledger's tests: its pool of 500万元 pays half of a project's cost, 100万元 at most."""
    folder = tmp_path_factory.mktemp("ledger")
    url = f"sqlite:///{folder}/ledger.db"
    Ledger(url).migrate()
    (folder / "keys").write_text(LINE, "utf-8")
    with running(
        policies=(str(FOLDER / "fund.yaml"),), ledger=url, keys=folder / "keys", audit=folder / "audit"
    ) as found:
        yield found


def decision(applicant: str, key: str, amount: str = "60万元", **more: Any) -> dict[str, Any]:
    claim = application(applicant, project("line"), approved=[approve("equipment", amount, "line")])
    return {"application": claim, "key": key, "decided_on": "2026-03-02", **more}


def test_decide_correct_repay_and_what_is_left(service: Running) -> None:
    assert (
        service.post(
            "/v1/ledger/figure", {"key": "b", "bound": "fund/pool", "year": "2026", "figure": "100万元"}, KEY
        ).status
        == 200
    )
    first = service.post("/v1/decide", decision("demo-a", "1"), KEY).data
    assert (first["seq"], first["delta"], first["awards"][0]["amount"], first["replayed"]) == (
        2,
        "600000.00",
        "600000.00",
        False,
    )
    assert service.post("/v1/decide", decision("demo-a", "1"), KEY).data == first | {"replayed": True}
    # 40万元 are left of the pool
    reply = service.post("/v1/decide", decision("demo-b", "2"), KEY)
    assert (reply.status, reply.codes) == (409, ["SR994", "SR807"])
    assert "400000.00" in reply.data["problems"][0]["expected"]
    assert service.post("/v1/decide", decision("demo-b", "2", "40万元"), KEY).status == 200
    left = service.get("/v1/ledger/left?year=2026", KEY).data
    pool = next(one for one in left["left"] if one["bound"] == "fund/pool")
    assert (pool["figure"], pool["drawn"], pool["left"]) == ("1000000.00", "1000000.00", "0.00")
    assert left["parameters"]["fund/pool"] == "0.00元"
    corrected = service.post("/v1/decide", decision("demo-a", "3", "50万元", correct="1"), KEY).data
    assert (corrected["kind"], corrected["delta"]) == ("correction", "-100000.00")
    award = {"applicant": "demo-b", "policy": "fund", "rule": "equipment", "item": "line", "year": 2026, "key": "4"}
    assert service.post("/v1/ledger/repay", award, KEY).data["delta"] == "-400000.00"
    history = service.post("/v1/ledger/grants", {"applicant": "demo-a"}, KEY).data
    assert (history["history"], history["grants"][0]["amount"]) == ("complete", "500000.00元")
    assert service.get("/v1/ledger/decisions/1", KEY).data["applicant"] == "demo-a"
    assert service.get("/v1/ledger/decisions/none", KEY).codes == ["SR989"]
    since = {"applicant": "demo-a", "since": "2026-01-01T00:00:00+08:00"}
    assert service.post("/v1/ledger/owed", since, KEY).data["owed"][0]["amount"] == "500000.00"
    review = service.post("/v1/ledger/review", {"application": application("demo-a", project("line")), "of": "1"}, KEY)
    assert review.data["assessment"]["applicant"] == "demo-a"
    found = service.get("/v1/ledger/verify", KEY).data
    assert (found["ok"], found["entries"]) == (True, 5)
    log = service.server.service.settings.audit
    assert log and "demo" not in log.read_text("utf-8")


def test_earlier_grants_are_taken_over(service: Running) -> None:
    grant = {"policy": "fund", "rule": "title", "year": "2025", "amount": "20万元"}
    request = {"application": application("demo-c", grants=[grant]), "key": "g", "decided_on": "2025-12-01"}
    assert service.post("/v1/ledger/record", request, KEY).data["kind"] == "grant"
    request = {
        "application": application("demo-c", approved=[approve("title", "20万元")]),
        "key": "t",
        "decided_on": "2026-03-02",
    }
    assert service.post("/v1/decide", request, KEY).codes == ["SR994", "SR805"]  # once


def test_input_of_the_ledger_is_read_as_strictly(service: Running) -> None:
    wrong = {"key": "a b", "decided_on": "2026-02-30", "application": application("demo")}
    assert service.post("/v1/decide", wrong, KEY).codes == ["SR981", "SR303", "SR303"]
    assert service.post("/v1/ledger/owed", {"applicant": "demo", "since": "2026-01-01T00:00:00"}, KEY).codes == [
        "SR981",
        "SR303",
    ]
    assert service.get("/v1/ledger/left?year=2026&year=2027", KEY).codes == ["SR981", "SR121"]
    assert service.get("/v1/ledger/left?jear=2026", KEY).codes == ["SR981", "SR301", "SR302"]


@pytest.mark.parametrize(
    ("url", "code", "problem"),
    [("sqlite:///{}/new.db", "SR981", "SR821"), ("sqlite:///{}/none/new.db", "SR997", "SR822")],
)
def test_a_database_without_tables_or_without_a_server(tmp_path: Path, url: str, code: str, problem: str) -> None:
    """As in the process of the ledger."""
    rules = subsidy_rules.load(FOLDER / "fund.yaml")
    committing.start(Given(rules.documents, rules.facts, url.format(tmp_path)))
    found = committing.commit("verify", b"{}")
    assert isinstance(found, tuple)
    assert (found[0], found[1][0].code) == (code, problem)


# Reading again


def total(service: Running) -> str:
    answer = service.post("/v1/compare", {"application": mini()}).data
    ceiling: str = answer["comparison"]["policies"][0]["ceiling"]
    return ceiling


def test_reload_is_all_or_nothing(tmp_path: Path) -> None:
    """170万元 at most; with 30万元 in place of 10 for the roll-out 190."""
    path = copied(tmp_path)
    (tmp_path / "keys").write_text(LINE, "utf-8")
    with running(policies=(str(path),), keys=tmp_path / "keys") as service:
        assert total(service) == "1700000.00"
        before = service.get("/v1/policies").data
        path.write_text(path.read_text("utf-8").replace("pays: {amount: 10万元}", "pays: {amount: 30万}"), "utf-8")
        reply = service.post("/v1/admin/reload", {}, KEY)
        assert (reply.status, reply.codes[0]) == (409, "SR996")
        assert reply.data["problems"][0]["line"] > 1
        assert (total(service), service.get("/v1/policies").data) == ("1700000.00", before)
        path.write_text(path.read_text("utf-8").replace("pays: {amount: 30万}", "pays: {amount: 30万元}"), "utf-8")
        reply = service.post("/v1/admin/reload", {}, KEY)
        assert reply.status == 200 and reply.data == service.get("/v1/policies").data != before
        assert total(service) == "1900000.00"
        (tmp_path / "keys").write_text("nonsense", "utf-8")
        assert service.post("/v1/admin/reload", {}, KEY).codes == ["SR996", "SR998"]
        text = service.get("/metrics", KEY).body.decode()
        assert 'subsidy_rules_reloads_total{outcome="refused"} 2.0' in text
        assert 'subsidy_rules_reloads_total{outcome="done"} 1.0' in text


@contextmanager
def started(command: list[str]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A service as a process of its own, and its address."""
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT, start_new_session=True) as process:
        assert process.stderr
        try:
            said = next(line for line in process.stderr if "running on" in line)
            yield process, said.split("running on ")[1].split()[0]
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(30)


def test_the_command_serves_reads_again_at_sighup_and_ends(tmp_path: Path) -> None:
    path = copied(tmp_path)
    run = [sys.executable, "-c", "from subsidy_rules.cli import main; main()"]
    with started([*run, "serve", "--port", "0", "-p", str(path)]) as (process, address):
        assert address.startswith("http://127.0.0.1:")
        before = _policies(address)
        path.write_text(path.read_text("utf-8") + "# another file\n", "utf-8")
        os.kill(process.pid, signal.SIGHUP)
        end = time.monotonic() + PATIENCE
        while _policies(address) == before:
            assert time.monotonic() < end
            time.sleep(0.05)


def test_make_serve_starts_with_a_ledger_and_a_key(tmp_path: Path) -> None:
    """Twice: the second time with what the first one made. The environment counts as installed."""
    made = [f"VAR={tmp_path}/var", "PORT=0", f"BIN={Path(sys.executable).parent}", "STAMP=Makefile"]
    for _ in range(2):
        with started(["make", "-o", "Makefile", "serve", *made]) as (_, address):
            assert _policies(address)
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(f"{address}/v1/ledger/verify", timeout=PATIENCE)
            assert refused.value.code == 401
    assert (tmp_path / "var" / "keys").read_text("utf-8").count("\n") == 1
    assert (tmp_path / "var" / "keys").stat().st_mode & 0o077 == 0


def _policies(address: str) -> bytes:
    with urllib.request.urlopen(f"{address}/v1/policies", timeout=PATIENCE) as reply:
        found: bytes = reply.read()
        return found


def test_usage() -> None:
    from typer.testing import CliRunner

    from subsidy_rules.cli.app import app

    run = CliRunner().invoke
    assert run(app, ["serve", "-p", str(MINI / "mini.yaml"), "--ledger", "sqlite://"]).exit_code == 2
    assert run(app, ["new-key", "No Name", "read"]).exit_code == 2
    made = run(app, ["new-key", "office", "read"])
    assert made.exit_code == 0 and made.stdout.startswith("office read ") and made.stderr.strip() not in made.stdout
