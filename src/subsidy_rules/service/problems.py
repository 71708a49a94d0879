"""Refusals as problem details (RFC 9457), with the same codes as on the command line and all problems at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel
from starlette.responses import Response

from ..errors import Problem
from ..model.vocabulary import Label
from .codes import CODES, STATUS

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = "1"  # seconds
UNREAD = ("SR982", "SR991")  # the rest of the body is still to come: nothing more can be read from this connection
Meanings = Mapping[str, tuple[str, str]]


class ProblemEntry(BaseModel):
    """One thing that is wrong with the input: where, what stands there, what was expected, and what its code means."""

    severity: str
    code: str
    file: str = ""
    line: int = 0
    column: int = 0
    field: str = ""
    message: str
    found: str = ""
    expected: str = ""
    nearest: str = ""
    meaning: Label


class ProblemDetails(BaseModel):
    """Problem details after RFC 9457. `code`: what was refused; `problems`: all that is wrong with the input, at
    once."""

    type: str
    title: str
    status: int
    code: str
    detail: str = ""
    problems: list[ProblemEntry] = []


class Refusal(Exception):
    """Ends a request. `code`: of the service (SR98x); `problems`: what is wrong with its input."""

    def __init__(self, code: str, problems: Iterable[Problem] = (), detail: str = "") -> None:
        self.code, self.problems, self.detail = code, tuple(problems), detail
        super().__init__(code)


def respond(refusal: Refusal, meanings: Meanings) -> Response:
    """The refusal as a response. `meanings`: Chinese and English by code, as for the command line."""
    code = refusal.code
    body = details(refusal, meanings)
    headers = {"Retry-After": RETRY_AFTER} if STATUS[code] == 503 else {}
    headers |= {"WWW-Authenticate": 'Bearer realm="subsidy-rules"'} if STATUS[code] == 401 else {}
    headers |= {"Connection": "close"} if code in UNREAD else {}
    content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    return Response(content, STATUS[code], headers, MEDIA_TYPE)


def details(refusal: Refusal, meanings: Meanings) -> dict[str, Any]:
    """The refusal as data, see `ProblemDetails`."""
    code, meaning = refusal.code, CODES[refusal.code]
    body: dict[str, Any] = {
        "type": f"urn:subsidy-rules:problem:{code}",
        "title": f"{meaning.zh} {meaning.en}",
        "status": STATUS[code],
        "code": code,
    }
    if refusal.detail:
        body["detail"] = refusal.detail
    if refusal.problems:
        body["problems"] = [_described(problem, meanings) for problem in refusal.problems]
    return body


def _described(problem: Problem, meanings: Meanings) -> dict[str, Any]:
    zh, en = meanings.get(problem.code) or (problem.message, problem.message)
    return problem.as_dict() | {"meaning": {"zh": zh, "en": en}}
