"""What the service gives for the pages alone: reasons award by award, what one more item could bring, files read, findings."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from service_help import MINI, Running, application, copied, running


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small policy, with a finding about its very file, and one about another."""
    path = copied(tmp_path_factory.mktemp("mini"))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    path.with_name("findings.json").write_text(
        json.dumps({"mini": {"sha256": digest, "findings": [{"question": "q"}]}})
    )
    return path.parent


@pytest.fixture(scope="module")
def service(folder: Path) -> Iterator[Running]:
    with running(policies=(str(folder / "mini.yaml"),)) as found:
        yield found


def test_reasons_stand_by_award(service: Running) -> None:
    """30% of 500万元 is 150万元, more than the limit; one standard has one award; 80万元 is 20万元 short of 100万元."""
    found = service.post("/v1/assess", {"application": application(), "explain": ["awards"]}).data
    awards, words = found["assessment"]["awards"], found["words"]["awards"]
    assert len(awards) == len(words) > 5
    by_claim = {(one["rule"], one["item"]): text for one, text in zip(awards, words, strict=True)}
    assert {"run": "high", "text": "限额 150万元 → 100万元（二）"} in by_claim["project-share", "big"]["lowered"]
    assert by_claim["standard-industry", "std-1"]["beaten_by"] == ["不及国家标准奖励〔std-1〕，少 30万元（附则（一））"]
    assert "还差 20万元" in by_claim["project-share", "small"]["unmet"][0]
    assert by_claim["project-share", "big"]["subject_to"] == ["项目年度资金"]
    assert by_claim["standard-national", "std-1"]["unmet"] == []


def test_what_one_more_item_could_bring(service: Running) -> None:
    """A standard 50万元. A project 100万元 and 10万元; but where `big` has used up the limit, 10万元."""
    nothing = {"applicant": {"id": "a", "facts": {}}, "year": "2026", "history": "complete"}
    for given, project in ((nothing, "1100000.00"), (application(), "100000.00")):
        items = service.post("/v1/items", {"application": given}).data["items"]
        assert {one["kind"]: one["ceiling"] for one in items} == {"standard": "500000.00", "project": project}


def test_a_file_is_read_or_refused_with_its_lines(service: Running) -> None:
    text = (MINI / "application.yaml").read_text("utf-8").strip()
    read = service.post("/v1/application", {"text": text, "format": "yaml"}).data["application"]
    assert read == application()
    again = service.post("/v1/application", {"text": json.dumps(read), "format": "json"}).data["application"]
    assert again == read
    wrong = service.post("/v1/application", {"text": text.replace("year: 2026", "yaer: 2026"), "format": "yaml"})
    assert (wrong.status, wrong.codes[0]) == (422, "SR981")
    assert {("SR301", 6)} <= {(one["code"], one.get("line")) for one in wrong.data["problems"]}
    assert service.post("/v1/application", {"text": "[]", "format": "json"}).status == 422


def test_findings_are_those_of_the_very_file(service: Running, folder: Path) -> None:
    assert service.get("/v1/policies/mini").data["findings"] == [{"question": "q"}]
    with (folder / "mini.yaml").open("a") as file:
        file.write("\n# another file\n")
    with running(policies=(str(folder / "mini.yaml"),)) as changed:
        assert changed.get("/v1/policies/mini").data["findings"] is None
