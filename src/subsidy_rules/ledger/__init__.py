"""The ledger (extra `ledger`): what was granted, on SQLite, PostgreSQL, MySQL or MariaDB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .answers import Decision, Left, Moved, Refused, Unavailable, Verification

if TYPE_CHECKING:
    from .ledger import Ledger

__all__ = ["Decision", "Ledger", "Left", "Moved", "Refused", "Unavailable", "Verification"]


def __getattr__(name: str) -> Any:
    """`Ledger` at first use: codes and answers can be read where the extra is not installed."""
    if name != "Ledger":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from .ledger import Ledger

    return Ledger
