"""Programs in other languages ask the service and get the exact amounts."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import servers
from service_help import ROOT, Running, application, copied, running

CLIENTS = ROOT / "clients"
COMMANDS = {
    "java": ["java", str(CLIENTS / "java" / "Client.java")],
    "node": ["node", str(CLIENTS / "javascript" / "client.mjs")],
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(policies=(str(copied(tmp_path_factory.mktemp("mini"))),)) as found:
        yield found


def run(name: str, service: Running, folder: Path, data: object, *policies: str) -> subprocess.CompletedProcess[str]:
    servers.need({"java": "jdk"}.get(name, name))
    file = folder / "application.json"
    file.write_text(json.dumps(data), "utf-8")
    command = [*COMMANDS[name], f"http://127.0.0.1:{service.port}", str(file), *policies]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False)


def test_java(service: Running, tmp_path: Path) -> None:
    """65 to 170万元 (see `test_service.py`), and an allowance for staff that is not the applicant's."""
    done = run("java", service, tmp_path, application(), "mini")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "mini applicant cash 650000.00 1700000.00",
        "mini person cash 0.00 30000.00",
    ]


def test_node(service: Running, tmp_path: Path) -> None:
    done = run("node", service, tmp_path, application())
    assert (done.returncode, done.stdout) == (0, "assured 65000000 ceiling 170000000 fen\n"), done.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_refusals_reach_the_caller(service: Running, tmp_path: Path, name: str) -> None:
    done = run(name, service, tmp_path, application(yeer="2026"))
    assert done.returncode == 1
    assert "SR981" in done.stderr and "SR301 yeer: Unknown key" in done.stderr


def test_the_clients_are_in_the_repository() -> None:
    assert all(Path(command[1]).is_file() for command in COMMANDS.values())
