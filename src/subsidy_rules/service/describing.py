"""Routes that tell what there is: policies, vocabulary, schemas, and whether the service is well."""

from __future__ import annotations

import json

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..schemas import SUBJECTS, schema_of
from ..version import VERSION
from .catalogue import Policies, PolicyPage, VocabularyPage
from .documented import described
from .problems import Refusal
from .service import service_of

router = APIRouter(tags=["describe"])


def _json(content: bytes) -> Response:
    return Response(content, media_type="application/json")


@router.get("/v1/policies", **described(
    "policies", "已载入的政策。", "The policies that are loaded.", gives=Policies))  # fmt: skip
async def policies(request: Request) -> Response:
    return _json(service_of(request).loaded.catalogue.policies)


@router.get("/v1/policies/{policy}", **described(
    "policy", "一份政策的全部条款、理解和示例。", "A policy with its clauses, readings and worked cases.", gives=PolicyPage,
    codes=("SR989",)))  # fmt: skip
async def policy(policy: str, request: Request) -> Response:
    pages = service_of(request).loaded.catalogue.pages
    if policy not in pages:
        raise Refusal("SR989")
    return _json(pages[policy])


@router.get("/v1/vocabulary", **described(
    "vocabulary", "要问的事实。", "The facts to ask for.", gives=VocabularyPage))  # fmt: skip
async def vocabulary(request: Request) -> Response:
    return _json(service_of(request).loaded.catalogue.vocabulary)


@router.get("/v1/schema", **described("schemas", "有哪些 JSON Schema。", "Which JSON Schemas there are."))
async def schemas() -> Response:
    return JSONResponse({"schemas": list(SUBJECTS)})


@router.get("/v1/schema/{name}", **described(
    "schema", "文件和结果的 JSON Schema。", "The JSON Schema of a file or an answer.", codes=("SR989",)))  # fmt: skip
async def schema(name: str) -> Response:
    if name not in SUBJECTS:
        raise Refusal("SR989")
    return _json(json.dumps(schema_of(name), ensure_ascii=False).encode())


@router.get("/v1/openapi.json", **described("openapi", "本文件。", "This document."))
async def openapi(request: Request) -> Response:
    return JSONResponse(request.app.openapi())


@router.get("/healthz", **described("health", "服务在运行。", "The service runs."))
async def health() -> Response:
    return JSONResponse({"status": "ok", "engine": VERSION})


@router.get("/readyz", **described(
    "ready", "服务可以测算。", "The service can evaluate.", codes=("SR997",)))  # fmt: skip
async def ready(request: Request) -> Response:
    if not service_of(request).is_ready:
        raise Refusal("SR997")
    return JSONResponse({"status": "ready"})
