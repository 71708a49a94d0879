"""Runs the service with uvicorn. SIGHUP reads policies and keys again."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import threading

import uvicorn

from .admin import reloaded
from .app import create
from .problems import Refusal
from .service import Service
from .settings import Settings

KEEP_ALIVE = 15  # seconds that an idle connection is kept
CONNECTIONS = 512
LOG = logging.getLogger("subsidy_rules.service")


def serve(settings: Settings) -> None:
    """Until it is told to stop. Raises ProblemsError where the policies or the keys have problems."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    server(settings).run()


class Server(uvicorn.Server):
    """Takes SIGHUP, where the system has it and it runs in the main thread."""

    def __init__(self, config: uvicorn.Config, service: Service) -> None:
        super().__init__(config)
        self.service = service

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if hasattr(signal, "SIGHUP") and threading.current_thread() is threading.main_thread():
            loop = asyncio.get_running_loop()
            loop.add_signal_handler(signal.SIGHUP, lambda: asyncio.ensure_future(self._reload()))

    async def _reload(self) -> None:
        try:
            await reloaded(self.service)
        except Refusal as refusal:
            for problem in refusal.problems:
                LOG.error("%s", problem)


def server(settings: Settings) -> Server:
    """The server, not yet running."""
    logging.getLogger("uvicorn.error").addFilter(_told)
    app = create(settings)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE,
        limit_concurrency=CONNECTIONS,
        timeout_graceful_shutdown=10,
        http="h11",  # the other parser loses the body of every request that offers HTTP/2, as those of the JDK do (uvicorn#2722)
        ws="none",
    )
    return Server(config, app.state.service)


def _told(record: logging.LogRecord) -> bool:
    """All but that a client would rather speak HTTP/2, and what to install for it."""
    text = record.getMessage()
    return "Unsupported upgrade" not in text and "WebSocket library" not in text
