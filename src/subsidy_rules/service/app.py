"""The application: routes, and what they share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import compile_path
from starlette.staticfiles import StaticFiles

from ..version import VERSION
from . import admin, batches, computing, describing, recording
from .guard import Guard
from .openapi import document
from .problems import Refusal, respond
from .service import Service
from .settings import Settings

WEB = Path(__file__).with_name("web")
TITLE = "subsidy-rules"
SUMMARY = "产业扶持政策测算：谁能得多少，为什么。 Subsidy policies: who gets what, exactly and with reasons."


def create(settings: Settings) -> FastAPI:
    """The service as an ASGI application. Raises ProblemsError where the policies have problems."""
    service = Service(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await service.start()
        yield
        await service.stop()

    app = FastAPI(
        title=TITLE, summary=SUMMARY, version=VERSION, lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None,
        redirect_slashes=False,
    )  # fmt: skip
    app.state.service = service
    for part in (computing, batches, describing, recording, admin):
        app.include_router(part.router)
    described = document(app)
    app.openapi = lambda: described  # type: ignore[method-assign]
    app.router.default = StaticFiles(directory=WEB, html=True)  # only what no route knows

    async def refused(_: Request, error: Exception) -> Response:
        assert isinstance(error, Refusal)
        return respond(error, settings.meanings)

    async def missed(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if error.status_code != 405:
            return respond(Refusal("SR989"), settings.meanings)
        reply = respond(Refusal("SR990"), settings.meanings)
        reply.headers["Allow"] = ", ".join(sorted(_methods(described, request.scope["path"]))) or "GET, HEAD"
        return reply

    async def failed(_: Request, error: Exception) -> Response:
        return respond(Refusal("SR999"), settings.meanings)

    app.add_exception_handler(Refusal, refused)
    app.add_exception_handler(HTTPException, missed)
    app.add_exception_handler(Exception, failed)
    app.add_middleware(Guard, settings=settings, metrics=service.metrics)
    return app


def _methods(document: dict[str, Any], path: str) -> set[str]:
    """What an address takes."""
    return {
        method.upper()
        for pattern, methods in document["paths"].items()
        if compile_path(pattern)[0].fullmatch(path)
        for method in methods
    }
