"""Routes for files: a template, a file as a job, its progress and its result; and one answer as a workbook."""

from __future__ import annotations

import asyncio
import json

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from .documented import APPLICATION, WORKS, described
from .guard import TYPES, XLSX
from .job_answer import JobAnswer
from .service import Service, service_of

router = APIRouter(prefix="/v1", tags=["files"])
BATCH = ("policies", "history", "date", "encoding", "lang")
FILE = ("SR982", "SR983", "SR991")


def query_of(request: Request) -> bytes:
    """The query as JSON, so that it is read like a body: a name that is given twice, or not known, is refused."""
    pairs = (f"{json.dumps(name)}:{json.dumps(value)}" for name, value in request.query_params.multi_items())
    return f"{{{','.join(pairs)}}}".encode()


def _told(service: Service, name: str, status: int = 200) -> Response:
    data = service.jobs.get(name).as_data(service.settings.meanings)
    return JSONResponse(data, status, {"Location": f"/v1/batch/{name}"})


@router.post("/batch", status_code=202, **described(
    "batch", "批量测算一个表格文件，作为任务进行。", "A file of applicants, computed as a job.", gives=JobAnswer, status=202,
    files=tuple(TYPES), query=("year",), options=BATCH, codes=("SR985", *FILE)))  # fmt: skip
async def batch(request: Request) -> Response:
    service = service_of(request)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    data, query = await request.body(), query_of(request)
    job = await asyncio.to_thread(service.jobs.add, data, TYPES[kind], query)
    return _told(service, job.id, 202)


@router.get("/batch/{job}", **described(
    "job", "任务的状态和进度。", "The state and progress of a job.", gives=JobAnswer, codes=("SR989",)))  # fmt: skip
async def state(job: str, request: Request) -> Response:
    return _told(service_of(request), job)


@router.delete("/batch/{job}", **described(
    "cancel", "取消任务并删除其文件。", "Cancel a job and delete its files.", gives=JobAnswer, codes=("SR989",)))  # fmt: skip
async def cancel(job: str, request: Request) -> Response:
    service = service_of(request)
    found = service.jobs.get(job)
    await asyncio.to_thread(service.jobs.remove, found)
    return JSONResponse(found.as_data(service.settings.meanings))


@router.get("/batch/{job}/result", **described(
    "result", "任务的结果（工作簿）。", "The result of a job, a workbook.", kind=XLSX, codes=("SR989", "SR995")))  # fmt: skip
async def result(job: str, request: Request) -> Response:
    path = service_of(request).jobs.get(job).result()
    return FileResponse(path, media_type=XLSX, filename="result.xlsx")


@router.get("/template", **described(
    "template", "待填写的工作簿。", "A workbook to fill in.", kind=XLSX, options=("policies", "lang"),
    codes=("SR981", *WORKS)))  # fmt: skip
async def template(request: Request) -> Response:
    content = await service_of(request).loaded.workers.run("template", query_of(request))
    return _workbook(content, "template.xlsx")


@router.post("/report", **described(
    "report", "一份测算结果的工作簿。", "One answer as a workbook.", takes="Request", example={"application": APPLICATION},
    kind=XLSX, codes=WORKS))  # fmt: skip
async def report(request: Request) -> Response:
    content = await service_of(request).loaded.workers.run("report", await request.body())
    return _workbook(content, "report.xlsx")


def _workbook(content: bytes, name: str) -> Response:
    return Response(content, media_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})
