"""Routes for those who run the service."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from ..errors import ProblemsError
from .access import BEARER, Caller, allowed
from .documented import described
from .problems import Refusal
from .service import Service, service_of

router = APIRouter(tags=["admin"])


@router.post("/v1/admin/reload", **described(
    "reload", "重新读取政策和密钥；有问题则仍用原有的。",
    "Read policies and keys again; where they have problems the old ones stay.",
    codes=("SR982", "SR983", "SR987", "SR988", "SR991", "SR996")))  # fmt: skip
async def reload(caller: Annotated[Caller, Depends(allowed("admin"))]) -> Response:
    content = await caller.noted(lambda: reloaded(caller.service))
    return Response(content, media_type="application/json")


async def reloaded(service: Service) -> bytes:
    """The list of the policies that are in use now. Raises Refusal with all problems; then the old ones stay."""
    try:
        await service.reload()
    except ProblemsError as error:
        service.metrics.reloads.labels("refused").inc()
        raise Refusal("SR996", error.problems) from None
    service.metrics.reloads.labels("done").inc()
    return service.loaded.catalogue.policies


@router.get("/metrics", **described("metrics", "运行指标（Prometheus）。", "What is measured, for Prometheus.",
    kind="text/plain", codes=("SR987",)))  # fmt: skip
async def metrics(request: Request) -> Response:
    service = service_of(request)
    if service.loaded.keys:
        await allowed("read")(request, await BEARER(request))
    return Response(service.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")
