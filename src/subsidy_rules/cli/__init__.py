"""The command line `subsidy-rules` (extra `cli`)."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line. Exit codes: 0 fine, 1 problems in the input or a failed check, 2 wrong usage."""
    try:
        from .app import app
    except ModuleNotFoundError as error:
        if error.name not in ("typer", "rich"):
            raise
        sys.exit(f"{error.name} is missing 缺少依赖: pip install 'subsidy-rules[cli]'")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a pipe or file is UTF-8 everywhere; a terminal keeps its own encoding
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")
    app()


__all__ = ["main"]
