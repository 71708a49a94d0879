"""What the pages about the service show is true: their snippets are run against a service, and give what stands below them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import servers
from service_help import ROOT, Running, running
from test_docs import generate

PAGES = ("service.md", "embed.md")
ADDRESS = "http://127.0.0.1:8000"
NEEDS = {"java": "jdk", "javascript": "node", "sh": "curl"}


def snippets() -> list[Any]:
    """Blocks that ask a service, each with the output that stands below it."""
    found = []
    for page in PAGES:
        blocks = list(generate.blocks((ROOT / "docs" / page).read_text("utf-8")))
        for block, after in zip(blocks, [*blocks[1:], None], strict=True):
            if block.info[1:] == ("service",):
                said = after.body if after and after.info == ("text",) else None
                found.append(pytest.param(page, block.info[0], block.body, said, id=f"{page}-{block.line}"))
    return found


@pytest.fixture(scope="module")
def service() -> Iterator[Running]:
    with running() as found:
        yield found


@pytest.mark.parametrize(("page", "language", "body", "said"), snippets())
def test_snippet(service: Running, tmp_path: Path, page: str, language: str, body: str, said: str | None) -> None:
    needed = NEEDS.get(language)
    if needed:
        servers.need(needed)
    for block in generate.blocks((ROOT / "docs" / page).read_text("utf-8")):
        if block.info[1:] == ("file=application.json",):
            (tmp_path / "application.json").write_text(block.body, "utf-8")
            request = {"application": json.loads(block.body), "policies": ["jiangyin"]}
            (tmp_path / "request.json").write_text(json.dumps(request), "utf-8")
    assert ADDRESS in body
    command = _written(tmp_path, language, body.replace(ADDRESS, f"http://127.0.0.1:{service.port}"))
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    if said is None:
        assert json.loads(done.stdout)["assessment"]["schema"] == "subsidy-rules/assessment/1"
    else:
        assert done.stdout == said


def _written(folder: Path, language: str, body: str) -> list[str]:
    """The snippet as a file, and the command that runs it."""
    if language == "python":
        return [sys.executable, "-c", body]
    if language == "sh":
        return ["bash", "-c", body]
    if language == "javascript":
        shutil.copy(ROOT / "clients" / "javascript" / "client.mjs", folder)
        (folder / "example.mjs").write_text(body, "utf-8")
        return ["node", "example.mjs"]
    (folder / "Example.java").write_text(body, "utf-8")
    compiled = [
        "javac",
        "-encoding",
        "UTF-8",
        "-d",
        ".",
        str(ROOT / "clients" / "java" / "Client.java"),
        "Example.java",
    ]
    subprocess.run(compiled, cwd=folder, check=True, timeout=120)
    return ["java", "-cp", ".", "Example"]


def test_every_route_is_on_the_page() -> None:
    text = (ROOT / "docs" / "service.md").read_text("utf-8")
    document = json.loads((ROOT / "docs" / "openapi.json").read_text("utf-8"))
    known = [path.split("/{")[0] for path in document["paths"]]
    missing = [path for path in known if path not in text and "/v1/ledger" not in path and path != "/v1/openapi.json"]
    assert missing == []
