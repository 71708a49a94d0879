"""A real service on a free port, and requests to it."""

from __future__ import annotations

import http.client
import json
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from subsidy_rules.cli.meanings import meanings
from subsidy_rules.reading import read
from subsidy_rules.service import Settings
from subsidy_rules.service.server import Server, server

ROOT = Path(__file__).resolve().parents[1]
MINI = ROOT / "tests" / "mini"
JSON = {"Content-Type": "application/json"}
PATIENCE = 60  # seconds for a service to start or stop


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes = field(repr=False)

    @property
    def data(self) -> Any:
        return json.loads(self.body)

    @property
    def codes(self) -> list[str]:
        """Of the refusal, and of the problems in it."""
        return [self.data["code"], *(one["code"] for one in self.data.get("problems", ()))]


@dataclass
class Running:
    """A service in a thread of its own."""

    server: Server
    port: int

    def send(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, headers or {})
            reply = connection.getresponse()
            return Reply(reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read())
        finally:
            connection.close()

    def get(self, path: str, key: str = "") -> Reply:
        return self.send("GET", path, headers={"Authorization": f"Bearer {key}"} if key else {})

    def post(self, path: str, data: Any, key: str = "") -> Reply:
        headers = JSON | ({"Authorization": f"Bearer {key}"} if key else {})
        return self.send("POST", path, json.dumps(data).encode(), headers)


@contextmanager
def running(**settings: Any) -> Iterator[Running]:
    """`settings` as for `Settings`; one process evaluates unless they say otherwise."""
    made = server(Settings(**{"port": 0, "workers": 1, "meanings": meanings()} | settings))
    thread = threading.Thread(target=made.run)
    thread.start()
    try:
        end = time.monotonic() + PATIENCE
        while not made.started:
            assert thread.is_alive() and time.monotonic() < end
            time.sleep(0.01)
        yield Running(made, made.servers[0].sockets[0].getsockname()[1])
    finally:
        made.should_exit = True
        thread.join(PATIENCE)
        assert not thread.is_alive()


def copied(folder: Path) -> Path:
    """The small policy of the tests, to be edited; its file."""
    shutil.copytree(MINI, folder, dirs_exist_ok=True)
    return folder / "mini.yaml"


def application(**more: Any) -> dict[str, Any]:
    """Of the small policy: what it pays stands in `test_service.py`."""
    value = read(MINI / "application.yaml").value
    assert isinstance(value, dict)
    return {**value, **more}
