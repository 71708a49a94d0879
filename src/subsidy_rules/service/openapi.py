"""The OpenAPI document (3.1): the routes as FastAPI describes them, and the models of what is sent, which the service
reads itself."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from ..model.application import Application
from . import requests
from .problems import ProblemDetails

DESCRIPTION = (
    "金额以元为单位的文本表示，不用浮点数；拒绝时一次列出全部问题。测算结果供参考，以主管部门审定为准。 "
    "Money is text in yuan with two decimals, never a float; a refusal lists all problems at once. An estimate: the competent "
    "office decides."
)
TAGS = [
    {"name": "compute", "description": "测算 Compute"},
    {"name": "files", "description": "文件 Files"},
    {"name": "describe", "description": "政策与词汇 Policies and vocabulary"},
    {"name": "ledger", "description": "账本，需要密钥 The ledger, with a key"},
    {"name": "admin", "description": "运行 Operation"},
]
TAKEN = (
    Application, ProblemDetails, requests.Request, requests.AssessRequest, requests.CurveRequest,
    requests.ReadRequest, requests.DecideRequest,
    requests.RecordRequest, requests.FigureRequest, requests.RepayRequest, requests.GrantsRequest, requests.OwedRequest,
    requests.ReviewRequest,
)  # fmt: skip


def document(app: FastAPI) -> dict[str, Any]:
    """The document of this application; the same for every set of policies."""
    found = get_openapi(
        title=app.title, version=app.version, summary=app.summary, description=DESCRIPTION, openapi_version="3.1.0",
        routes=app.routes, tags=TAGS, license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )  # fmt: skip
    schemas = found["components"]["schemas"]
    _, taken = models_json_schema(
        [(model, "validation") for model in TAKEN], ref_template="#/components/schemas/{model}"
    )
    for name, schema in taken["$defs"].items():
        schema = _as_read(schema)
        assert schemas.setdefault(name, schema) == schema, f"two models are called {name}"
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    found["components"]["schemas"] = dict(sorted(schemas.items()))
    return found


def _as_read(schema: Any) -> Any:
    """As the service reads it: what is not known is left out, null is refused; an application has a schema of its own."""
    if isinstance(schema, list):
        return [_as_read(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "x-schema" in schema:
        return {"$ref": f"#/components/schemas/{schema['x-schema']}"}
    kept = {name: _as_read(value) for name, value in schema.items() if (name, value) != ("default", None)}
    if "anyOf" in kept:
        kept["anyOf"] = [one for one in kept["anyOf"] if one != {"type": "null"}]
        if len(kept["anyOf"]) == 1:
            kept |= kept.pop("anyOf")[0]
    return kept
