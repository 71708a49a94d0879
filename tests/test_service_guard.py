"""What the service does not take: other hosts and sites, other types, too much, too slow, too many, too long, and no key."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from service_help import JSON, PATIENCE, Running, application, copied, running

from subsidy_rules import ProblemsError
from subsidy_rules.service.guard import HEADERS
from subsidy_rules.service.keys import new_key, read_keys


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    policies = (str(copied(tmp_path_factory.mktemp("mini"))),)
    with running(policies=policies, body=20_000, body_seconds=2.0, hosts=("127.0.0.1", "rules.example")) as found:
        yield found


BODY = json.dumps({"application": application()}).encode()


def raw(service: Running, request: bytes) -> bytes:
    """What comes back for bytes that no client would send."""
    with socket.create_connection(("127.0.0.1", service.port), timeout=PATIENCE) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost", ""])
def test_other_host_names(service: Running, host: str) -> None:
    """Else a page of another site could reach this machine by a name that points to it."""
    assert service.send("GET", "/v1/policies", headers={"Host": host}).codes == ["SR984"]
    assert service.send("GET", "/v1/policies", headers={"Host": f"{host}:80"}).codes == ["SR984"]


def test_own_host_names(service: Running) -> None:
    for host in ("127.0.0.1", f"127.0.0.1:{service.port}", "rules.example", "rules.example:443"):
        assert service.send("GET", "/v1/policies", headers={"Host": host}).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_other_sites(service: Running, headers: dict[str, str]) -> None:
    assert service.send("POST", "/v1/assess", BODY, JSON | headers).codes == ["SR984"]


def test_own_site(service: Running) -> None:
    own = {"Origin": f"http://127.0.0.1:{service.port}", "Sec-Fetch-Site": "same-origin"}
    assert service.send("POST", "/v1/assess", BODY, JSON | own).status == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_types_that_a_form_can_send(service: Running, kind: str) -> None:
    assert service.send("POST", "/v1/assess", BODY, {"Content-Type": kind}).codes == ["SR983"]


def test_sizes(service: Running) -> None:
    large = b'{"application": {"year": "' + b"9" * 20_000 + b'"}}'
    assert service.send("POST", "/v1/assess", large, JSON).codes == ["SR982"]
    chunked = b"POST /v1/assess HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n"
    answer = raw(
        service, chunked + b"Connection: close\r\n\r\n" + b"2710\r\n%s\r\n" % (b"x" * 10_000) * 3 + b"0\r\n\r\n"
    )
    assert b"413" in answer.splitlines()[0] and b"SR982" in answer
    promised = b"POST /v1/assess HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999999\r\n\r\n"
    assert b"SR982" in raw(service, promised)


def test_a_body_that_does_not_come(service: Running) -> None:
    head = (
        b"POST /v1/assess HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
    )
    assert b"SR991" in raw(service, head)


def test_headers_stand_on_every_answer(service: Running) -> None:
    replies = [
        service.get("/v1/policies"),
        service.get("/nothing"),
        service.get("/"),
        service.post("/v1/assess", {}),
        service.send("GET", "/v1/policies", headers={"Host": "evil.example"}),
    ]
    for reply in replies:
        assert {name: reply.headers.get(name.lower()) for name in HEADERS} == HEADERS
        assert "server" not in reply.headers
    assert "unsafe" not in HEADERS["Content-Security-Policy"]
    assert replies[0].headers["cache-control"] == "no-store"


def test_too_many_at_once(service: Running) -> None:
    workers = service.server.service.loaded.workers
    before, workers.busy = workers.busy, workers.most
    reply = service.post("/v1/assess", {"application": application()})
    workers.busy = before
    assert (reply.status, reply.codes, reply.headers["retry-after"]) == (503, ["SR985"], "1")
    assert service.post("/v1/assess", {"application": application()}).status == 200


def test_what_takes_too_long_is_stopped_and_the_next_is_answered(tmp_path: Path) -> None:
    items = [{"id": f"p{at}", "kind": "project", "facts": {"cost": "500万元"}} for at in range(10_000)]
    with running(policies=(str(copied(tmp_path)),), seconds=2.0) as service:
        reply = service.post("/v1/advise", {"application": application(items=items)})
        assert (reply.status, reply.codes) == (503, ["SR986"])
        assert service.post("/v1/assess", {"application": application()}).status == 200


# Keys


def keys(folder: Path) -> tuple[Path, dict[str, str]]:
    """A file with a key for each role, and the keys."""
    made = {role: new_key(f"office-{role}", role) for role in ("read", "decide", "admin")}
    path = folder / "keys"
    path.write_text("# keys\n\n" + "".join(f"{line}\n" for _, line in made.values()), "utf-8")
    return path, {role: key for role, (key, _) in made.items()}


def test_keys_are_kept_as_hashes(tmp_path: Path) -> None:
    path, given = keys(tmp_path)
    assert [(key.name, key.role) for key in read_keys(path)] == [
        ("office-read", "read"),
        ("office-decide", "decide"),
        ("office-admin", "admin"),
    ]
    assert not any(key in path.read_text("utf-8") for key in given.values())


def test_lines_that_are_no_keys(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text(
        "one read abc\ntwo god " + "0" * 64 + "\n" + ("x read " + "0" * 64 + "\n") * 2, "utf-8"
    )
    with pytest.raises(ProblemsError) as refused:
        read_keys(tmp_path / "keys")
    assert [(one.code, one.line) for one in refused.value.problems] == [("SR998", 1), ("SR998", 2), ("SR998", 4)]
    with pytest.raises(ProblemsError):
        read_keys(tmp_path / "none")


ROUTES: list[tuple[str, str, Any, str]] = [
    ("POST", "/v1/decide", {}, "decide"),
    ("POST", "/v1/ledger/record", {}, "decide"),
    ("POST", "/v1/ledger/repay", {}, "decide"),
    ("POST", "/v1/ledger/figure", {}, "admin"),
    ("POST", "/v1/ledger/grants", {}, "read"),
    ("POST", "/v1/ledger/owed", {}, "read"),
    ("POST", "/v1/ledger/review", {}, "read"),
    ("GET", "/v1/ledger/left?year=2026", None, "read"),
    ("GET", "/v1/ledger/decisions/k", None, "read"),
    ("GET", "/v1/ledger/verify", None, "read"),
    ("POST", "/v1/admin/reload", {}, "admin"),
    ("GET", "/metrics", None, "read"),
]


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, dict[str, str], Path]]:
    folder = tmp_path_factory.mktemp("keyed")
    path, given = keys(folder)
    with running(policies=(str(copied(folder)),), keys=path, audit=folder / "audit") as found:
        yield found, given, folder / "audit"


@pytest.mark.parametrize(("method", "path", "data", "role"), ROUTES)
def test_roles(keyed: tuple[Running, dict[str, str], Path], method: str, path: str, data: Any, role: str) -> None:
    service, given, _ = keyed

    def sent(key: str) -> str:
        reply = service.post(path, data, key) if method == "POST" else service.get(path, key)
        return "" if reply.status == 200 else reply.codes[0]

    assert sent("") == sent("wrong") == "SR987"
    order = ("read", "decide", "admin")
    for other, key in given.items():
        weaker = order.index(other) < order.index(role)
        assert (sent(key) == "SR988") == weaker, other


def test_every_route_that_writes_or_tells_of_applicants_needs_a_key(
    keyed: tuple[Running, dict[str, str], Path],
) -> None:
    """By the OpenAPI document: what is not open to all is in the table above."""
    service, _, _ = keyed
    document = service.get("/v1/openapi.json").data
    asked = {
        (method.upper(), path.replace("{key}", "k"))
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if operation.get("security")
    }
    assert asked == {(method, path.partition("?")[0]) for method, path, *_ in ROUTES if path != "/metrics"}


def test_the_audit_log_holds_nothing_that_was_sent(keyed: tuple[Running, dict[str, str], Path]) -> None:
    service, given, log = keyed
    before = len(log.read_text("utf-8").splitlines())
    service.post("/v1/ledger/grants", {"applicant": "somebody-private", "as_of": "never"}, given["read"])
    service.get("/v1/ledger/decisions/somebody-private", given["read"])
    service.post("/v1/decide", {"applicant": "somebody-private"}, "somebody-private")
    lines = log.read_text("utf-8").splitlines()[before:]
    assert "somebody" not in "".join(lines)
    entries = [json.loads(line) for line in lines]
    assert [(one["who"], one["action"], one["status"]) for one in entries] == [
        ("office-read", "POST /v1/ledger/grants", 404),
        ("office-read", "GET /v1/ledger/decisions/{key}", 404),
        (None, "POST /v1/decide", 401),
    ]
