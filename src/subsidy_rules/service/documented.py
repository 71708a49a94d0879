"""How routes are described: summaries in both languages, what they take and give, and how they refuse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.responses import JSONResponse, Response

from .codes import CODES, STATUS
from .problems import MEDIA_TYPE

BINARY = {"type": "string", "contentMediaType": "application/octet-stream"}
ALWAYS = ("SR984", "SR999")
READS = ("SR981", "SR982", "SR983", "SR991")  # where there is a body
WORKS = ("SR985", "SR986")
KEYED = ("SR987", "SR988", "SR993")
APPLICATION: dict[str, Any] = {
    "applicant": {"id": "demo", "facts": {"applicant_type": "enterprise", "annual_revenue": "1.2亿元"}},
    "items": [{"id": "line-1", "kind": "project", "facts": {"fixed_asset_investment": "900万元", "ai_field": "true"}}],
    "year": "2026",
    "date": "2026-09-01",
    "history": "complete",
}  # plainly fictitious


def described(
    name: str,
    zh: str,
    en: str,
    *,
    takes: str = "",
    example: dict[str, Any] | None = None,
    gives: Any = None,
    kind: str = "application/json",
    codes: Sequence[str] = (),
    query: Sequence[str] = (),
    options: Sequence[str] = (),
    files: Sequence[str] = (),
    status: int = 200,
) -> dict[str, Any]:
    """Keywords of a route. `takes`: the model of its body, by name; `gives`: of its answer,
    or the `kind` of it; `query`, `options`: parameters of its address, which must and
    may stand there; `files`: the types of files that it takes."""
    refused: dict[int, list[str]] = {}
    for code in sorted({*ALWAYS, *codes, *(READS if takes else ())}):
        refused.setdefault(STATUS[code], []).append(code)
    responses: dict[int | str, dict[str, Any]] = {status: _refusal(several) for status, several in refused.items()}
    responses[status] = {"description": "OK"} | ({"model": gives} if gives else {"content": {kind: {}}})
    extra: dict[str, Any] = {}
    if takes:
        content = {"schema": {"$ref": f"#/components/schemas/{takes}"}} | ({"example": example} if example else {})
        extra["requestBody"] = {"required": True, "content": {"application/json": content}}
    if files:
        extra["requestBody"] = {"required": True, "content": {one: {"schema": BINARY} for one in files}}
    if query or options:
        extra["parameters"] = [
            {"name": one, "in": "query", "required": one in query, "schema": {"type": "string"}}
            for one in (*query, *options)
        ]
    return {
        "summary": f"{zh} {en}",
        "operation_id": name,
        "response_model": None,
        "response_class": JSONResponse if kind == "application/json" else Response,
        "responses": responses,
        "openapi_extra": extra or None,
    }


def _refusal(codes: list[str]) -> dict[str, Any]:
    words = " ".join(f"{code}: {CODES[code].zh} {CODES[code].en}" for code in codes)
    schema = {"$ref": "#/components/schemas/ProblemDetails"}
    found: dict[str, Any] = {"description": words, "content": {MEDIA_TYPE: {"schema": schema}}}
    if any(STATUS[code] == 503 for code in codes):
        found["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
    return found
