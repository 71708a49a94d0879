"""Routes that compute: what goes in and comes out is what the command line takes and gives with `--json`, with words
beside it."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from .answers import Advised, Asked, Assessed, Compared, Read
from .curves import Curve
from .documented import APPLICATION, WORKS, described
from .items import Items
from .service import service_of

router = APIRouter(prefix="/v1", tags=["compute"])
CODES = ("SR981", *WORKS)


async def _run(task: str, request: Request) -> Response:
    content = await service_of(request).loaded.workers.run(task, await request.body())
    return Response(content, media_type="application/json")


@router.post("/assess", **described(
    "assess", "谁得多少，为什么。", "Who gets what, and why.", takes="AssessRequest",
    example={"application": APPLICATION, "lang": "zh", "explain": ["sentence"]}, gives=Assessed, codes=CODES))  # fmt: skip
async def assess(request: Request) -> Response:
    return await _run("assess", request)


@router.post("/compare", **described(
    "compare", "各项政策并列。", "Policies side by side.", takes="Request", example={"application": APPLICATION},
    gives=Compared, codes=CODES))  # fmt: skip
async def compare(request: Request) -> Response:
    return await _run("compare", request)


@router.post("/questions", **described(
    "questions", "还缺哪些事实，各关系到多少钱。", "The facts still missing, ranked by the yuan at stake.", takes="Request",
    example={"application": APPLICATION}, gives=Asked, codes=CODES))  # fmt: skip
async def questions(request: Request) -> Response:
    return await _run("questions", request)


@router.post("/advise", **described(
    "advise", "怎样能多得。", "What would pay more.", takes="Request", example={"application": APPLICATION},
    gives=Advised, codes=CODES))  # fmt: skip
async def advise(request: Request) -> Response:
    return await _run("advise", request)


@router.post("/curve", **described(
    "curve", "所得随一个数量如何变化。", "What the applicant gets by the value of one quantity.", takes="CurveRequest",
    example={"application": APPLICATION, "fact": "annual_revenue"}, gives=Curve, codes=CODES))  # fmt: skip
async def curve(request: Request) -> Response:
    return await _run("curve", request)


@router.post("/items", **described(
    "items", "再加一项，各类最多能多得多少。", "What one more thing of each kind could bring at most.", takes="Request",
    example={"application": APPLICATION}, gives=Items, codes=CODES))  # fmt: skip
async def items(request: Request) -> Response:
    return await _run("items", request)


@router.post("/application", **described(
    "application", "读取申请文件（YAML 或 JSON）。", "An application file, YAML or JSON, as data.", takes="ReadRequest",
    example={"text": "applicant: {id: demo}\nyear: 2026\nhistory: complete", "format": "yaml"}, gives=Read,
    codes=CODES))  # fmt: skip
async def application(request: Request) -> Response:
    return await _run("application", request)
