"""The service (extra `service`): the library over HTTP, for other languages and for the calculator.

`create(settings)` gives an ASGI application, `serve(settings)` runs it. Both are imported at first use, so that codes can be
read where the extra is not installed."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .app import create
    from .server import serve
    from .settings import Settings

_HOME = {"Settings": "settings", "create": "app", "serve": "server"}
__all__ = ["Settings", "create", "serve"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)
