"""What every request must keep to before anything looks at it: host, origin, type, size and time of the body. And the
headers of every response."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

import anyio
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .metrics import Metrics
from .problems import Refusal, respond
from .settings import Settings

SAFE = ("GET", "HEAD", "OPTIONS")
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "manifest-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
RAW = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
PASSING, KEPT = (b"cache-control", b"no-store"), (b"cache-control", b"no-cache")  # what is computed; the pages
FILES = "/v1/batch"  # takes files instead of JSON
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {XLSX: ".xlsx", "text/csv": ".csv", "application/vnd.apache.parquet": ".parquet"}


class Guard:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, settings: Settings, metrics: Metrics) -> None:
        self.app, self.settings, self.metrics = app, settings, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send) if scope["type"] == "lifespan" else None
            return
        sent, started = _Sending(send, scope["path"]), time.perf_counter()
        with self.metrics.running.track_inprogress():
            try:
                await self._pass(scope, receive, sent)
            finally:
                route = getattr(scope.get("route"), "path", "") or "other"
                self.metrics.note(scope["method"], route, sent.status, time.perf_counter() - started)

    async def _pass(self, scope: Scope, receive: Receive, sent: Send) -> None:
        try:
            headers = Headers(scope=scope)
            self._check(scope, headers)
            if scope["method"] not in SAFE:
                receive = _once(await self._body(scope, headers, receive))
        except Refusal as refusal:
            await respond(refusal, self.settings.meanings)(scope, receive, sent)
        else:
            await self.app(scope, receive, sent)

    def _check(self, scope: Scope, headers: Headers) -> None:
        host = headers.get("host", "")
        if _name(host) not in self.settings.hosts:
            raise Refusal("SR984")
        if scope["method"] in SAFE:
            return
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != host:
            raise Refusal("SR984")
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            raise Refusal("SR984")

    async def _body(self, scope: Scope, headers: Headers, receive: Receive) -> bytes:
        """The whole body; refused as soon as it is too large, of another type or too slow."""
        upload = scope["path"] == FILES and scope["method"] == "POST"
        limit = self.settings.file if upload else self.settings.body
        declared = headers.get("content-length", "0")
        if not declared.isdigit() or int(declared) > limit:
            raise Refusal("SR982", detail=f"at most {limit} bytes")
        try:
            with anyio.fail_after(self.settings.body_seconds):
                body = await _read(receive, limit)
        except TimeoutError:
            raise Refusal("SR991") from None
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        taken = TYPES if upload else ("application/json",)
        if (body or upload) and kind not in taken:
            raise Refusal("SR983", detail=", ".join(taken))
        return body


async def _read(receive: Receive, limit: int) -> bytes:
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refusal("SR991")
        part = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise Refusal("SR982", detail=f"at most {limit} bytes")
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)


def _once(body: bytes) -> Receive:
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return messages.pop() if messages else {"type": "http.disconnect"}

    return receive


def _name(host: str) -> str:
    """The host's name without the port."""
    return host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host


class _Sending:
    """Adds the headers. What is computed is not stored anywhere on its way."""

    def __init__(self, send: Send, path: str) -> None:
        self.send, self.path, self.status = send, path, 500

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            cache = PASSING if self.path.startswith("/v1/") else KEPT
            message["headers"] = [*message.get("headers", ()), *RAW, cache]
        await self.send(message)
