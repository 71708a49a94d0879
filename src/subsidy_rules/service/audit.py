"""Who did what and when: one line of JSON each, in which nothing stands that a caller sent, so no personal data."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .keys import Key

LOG = logging.getLogger("subsidy_rules.audit")


class Audit:
    """Appends to a file, or goes to the log `subsidy_rules.audit`."""

    def __init__(self, path: Path | None) -> None:
        self.path = path

    def note(
        self, key: Key | None, action: str, status: int, codes: Sequence[str] = (), seq: int | None = None
    ) -> None:
        """`action`: method and pattern of the route, without its parameters; `seq`: the entry of the ledger that was
        written."""
        entry: dict[str, Any] = {
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "who": key.name if key else None,
            "role": key.role if key else None,
            "action": action,
            "status": status,
        }
        entry |= {"codes": list(codes)} if codes else {}
        entry |= {"seq": seq} if seq is not None else {}
        line = json.dumps(entry)
        if self.path is None:
            LOG.info(line)
            return
        with self.path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
