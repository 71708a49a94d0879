"""Files over HTTP: the template, a file as a job with its progress, its result, its end; and one answer as a workbook."""

from __future__ import annotations

import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from ledger_help import FOLDER
from service_help import MINI, Reply, Running, application, copied, running

import subsidy_rules
from subsidy_rules.files import template
from subsidy_rules.service import evaluating
from subsidy_rules.service.evaluating import Given
from subsidy_rules.service.guard import XLSX

RULES = subsidy_rules.load(MINI / "mini.yaml")
PATIENCE = 60  # seconds for a job


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(policies=(str(copied(tmp_path_factory.mktemp("mini"))),), jobs=3) as found:
        yield found


def send(service: Running, data: bytes, query: str, kind: str) -> Reply:
    return service.send("POST", f"/v1/batch?{query}", data, {"Content-Type": kind})


def csv(*rows: str) -> bytes:
    return ("id,annual_revenue,local\n" + "".join(f"{row}\n" for row in rows)).encode()


def ended(service: Running, job: str) -> dict[str, Any]:
    end = time.monotonic() + PATIENCE
    while (found := service.get(f"/v1/batch/{job}").data)["state"] in ("queued", "running"):
        assert time.monotonic() < end
        time.sleep(0.05)
    data: dict[str, Any] = found
    return data


def cells(data: bytes) -> list[list[Any]]:
    book = openpyxl.load_workbook(BytesIO(data))
    return [[cell for cell in row if cell is not None] for page in book for row in page.iter_rows(values_only=True)]


def test_a_file_is_a_job(service: Running) -> None:
    """Without items only growth pays the applicant: 5 to 10万元 above 500万元 of revenue, nothing below."""
    reply = send(
        service,
        csv("a,600万元,true", "b,400万元,true"),
        "year=2026&history=complete&encoding=utf-8&lang=en",
        "text/csv",
    )
    assert reply.status == 202, reply.body
    job = reply.data["job"]
    assert reply.headers["location"] == f"/v1/batch/{job}"
    done = ended(service, job)
    assert (done["state"], done["problem"]) == ("done", None), done
    assert done["summary"]["counts"]["applicants"] == {"read": 2, "computed": 2, "wrong": 0}
    assert done["progress"]["step"] == "write"
    result = service.get(f"/v1/batch/{job}/result")
    assert (result.status, result.headers["content-type"]) == (200, XLSX)
    assert result.headers["content-disposition"].startswith("attachment")
    answer = {row[0]: row for row in cells(result.body) if row and row[0] in ("a", "b") and 100000 in row}
    assert list(answer) == ["a"] and 50000 in answer["a"]
    folder = service.server.service.jobs.jobs[job].folder
    assert folder.stat().st_mode & 0o077 == 0
    assert service.send("DELETE", f"/v1/batch/{job}").status == 200
    assert not folder.exists()
    assert service.get(f"/v1/batch/{job}").codes == ["SR989"]


def test_rows_that_are_wrong_are_told(service: Running) -> None:
    reply = send(service, csv("a,600万元,true", "b,many,true"), "year=2026&history=complete&encoding=utf-8", "text/csv")
    done = ended(service, reply.data["job"])
    assert done["summary"]["counts"]["applicants"]["wrong"] == 1
    assert done["summary"]["problems"][0]["line"] == 3
    service.send("DELETE", f"/v1/batch/{reply.data['job']}")


def test_a_file_that_is_none(service: Running) -> None:
    for data, query, kind, code in (
        (b"PK\x03\x04 nothing", "year=2026&history=complete&encoding=utf-8", XLSX, "SR9"),
        (csv("a,1元,true"), "year=now&encoding=utf-8", "text/csv", "SR303"),
        (csv("a,1元,true"), "year=2026&history=complete&encoding=utf-8&policies=other", "text/csv", "SR992"),
    ):
        job = send(service, data, query, kind).data["job"]
        failed = ended(service, job)
        assert (failed["state"], failed["problem"]["code"], failed["summary"]) == ("failed", "SR981", None)
        assert failed["problem"]["problems"][0]["code"].startswith(code), failed
        assert service.get(f"/v1/batch/{job}/result").codes == ["SR995"]
        service.send("DELETE", f"/v1/batch/{job}")


def test_types_of_files(service: Running) -> None:
    for kind in ("text/plain", "multipart/form-data", "application/json"):
        assert send(service, b"x", "year=2026", kind).codes == ["SR983"]


def test_jobs_wait_are_cancelled_and_are_no_more_than_that(service: Running) -> None:
    rows = csv(*(f"a{at},600万元,true" for at in range(20_000)))
    jobs = [send(service, rows, "year=2026&history=complete&encoding=utf-8", "text/csv").data["job"] for _ in range(3)]
    assert send(service, rows, "year=2026&history=complete&encoding=utf-8", "text/csv").codes == ["SR985"]
    for job in jobs:
        assert service.send("DELETE", f"/v1/batch/{job}").data["state"] in ("cancelled", "done")
    after = send(service, csv("a,600万元,true"), "year=2026&history=complete&encoding=utf-8", "text/csv").data["job"]
    assert ended(service, after)["state"] == "done"
    assert len(list(service.server.service.jobs.jobs)) == 1


def test_jobs_go_with_the_service(tmp_path: Path) -> None:
    with running(policies=(str(copied(tmp_path)),)) as service:
        job = send(service, csv("a,600万元,true"), "year=2026&history=complete&encoding=utf-8", "text/csv").data["job"]
        folder = service.server.service.jobs.jobs[job].folder
    assert not folder.exists()


def test_template_is_that_of_the_library(service: Running) -> None:
    """As in a process that evaluates; over HTTP the policy that no such workbook is for."""
    fund = subsidy_rules.load(FOLDER / "fund.yaml")
    evaluating.start(Given(fund.documents, fund.facts))
    found = evaluating.evaluate("template", b'{"lang": "en", "policies": "fund"}')
    assert isinstance(found, bytes)
    assert cells(found) == cells(template(fund.program, "en"))
    assert service.get("/v1/template?policies=other").codes == ["SR981", "SR992"]


def test_report_says_what_the_table_says(service: Running) -> None:
    reply = service.post("/v1/report", {"application": application(items=[]), "lang": "en"})
    rows = cells(reply.body)
    assert rows[0] == ["Model policy (DRAFT, not adopted)"]
    growth = next(row for row in rows if "Growth award" in row)
    assert [cell for cell in growth if str(cell).endswith("元")] == ["50,000元", "100,000元"]
    assert rows[-1] == ["An estimate. A ceiling is no entitlement; the competent office decides."]
