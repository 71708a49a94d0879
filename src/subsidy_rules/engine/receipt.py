"""What an answer was computed from, so that anybody can compute it again."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from ..model.assessment import Receipt
from ..model.case import Case
from ..model.program import Program
from ..version import VERSION


def canonical(data: Any) -> bytes:
    """One spelling of JSON data: keys sorted, no spaces, UTF-8."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def receipt(program: Program, case: Case) -> Receipt:
    return Receipt(VERSION, dict(program.digests), hashlib.sha256(canonical(case.data)).hexdigest())
