"""What the processes of the ledger do. A request that is stopped half way leaves nothing behind: it is one
transaction, and its key may be sent again."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from ..errors import ProblemsError
from ..ledger import Decision, Refused, Unavailable
from ..ledger.ledger import Ledger
from . import evaluating
from .evaluating import Found, Given, read_plain, read_request
from .requests import (
    DecideRequest,
    DecisionQuery,
    FigureRequest,
    GrantsRequest,
    LeftQuery,
    OwedRequest,
    RecordRequest,
    RepayRequest,
    ReviewRequest,
    VerifyQuery,
)

_ledger: Ledger


def start(given: Given) -> None:
    """Once in each process. Tables that are missing or of another version are told at the first request."""
    global _ledger
    assert given.ledger
    evaluating.start(given)
    _ledger = Ledger(given.ledger)


def commit(task: str, body: bytes) -> Found:
    """As `evaluating.evaluate`."""
    try:
        found = TASKS[task](body)
    except Unavailable as error:
        return "SR997", error.problems
    except ProblemsError as error:
        return "SR981", error.problems
    if isinstance(found, Refused):
        return "SR994", found.problems
    if isinstance(found, Decision):
        return _json(found.as_data() | {"replayed": found.replayed})
    return found


def _json(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False).encode()


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _decide(body: bytes) -> Decision | Refused:
    request, rules, case = read_request(body, DecideRequest)
    approved = case.data.get("approved") or []
    day = _day(request.decided_on)
    if request.correct is None:
        return _ledger.decide(rules, case, key=request.key, approved=approved, decided_on=day)
    return _ledger.correct(rules, case, key=request.key, of=request.correct, approved=approved, decided_on=day)


def _record(body: bytes) -> Decision | Refused:
    request, rules, case = read_request(body, RecordRequest)
    return _ledger.record(rules, case, key=request.key, decided_on=date.fromisoformat(request.decided_on))


def _figure(body: bytes) -> Decision | Refused:
    request = read_plain(body, FigureRequest)
    return _ledger.set_figure(
        evaluating.rules_of(()),
        key=request.key,
        bound=request.bound,
        year=int(request.year),
        figure=request.figure,
        decided_on=_day(request.decided_on),
    )


def _repay(body: bytes) -> Decision | Refused:
    request = read_plain(body, RepayRequest)
    return _ledger.repay(
        key=request.key,
        applicant=request.applicant,
        policy=request.policy,
        rule=request.rule,
        item=request.item,
        year=int(request.year),
        decided_on=_day(request.decided_on),
    )


def _grants(body: bytes) -> bytes:
    request = read_plain(body, GrantsRequest)
    known_at = datetime.fromisoformat(request.known_at) if request.known_at else None
    return _json(_ledger.history(request.applicant, _day(request.as_of), known_at))


def _owed(body: bytes) -> bytes:
    request = read_plain(body, OwedRequest)
    since = datetime.fromisoformat(request.since)
    return _json({"owed": _ledger.owed(request.applicant, since, _day(request.as_of))})


def _review(body: bytes) -> bytes:
    request, rules, case = read_request(body, ReviewRequest)
    return evaluating.assessed(_ledger.review(rules, case, of=request.of), rules, request)


def _left(body: bytes) -> bytes:
    request = read_plain(body, LeftQuery)
    rules, year = evaluating.rules_of(()), int(request.year)
    found = [one.as_data() for one in _ledger.left(rules, year)]
    return _json({"year": year, "left": found, "parameters": _ledger.parameters(rules, year)})


def _decision(body: bytes) -> Decision | Found:
    found = _ledger.decision(read_plain(body, DecisionQuery).key)
    return found or ("SR989", ())


def _verify(body: bytes) -> bytes:
    read_plain(body, VerifyQuery)
    found = _ledger.verify()
    problems = [one.as_dict() for one in found.problems]
    return _json({"ok": found.ok, "entries": found.entries, "hash": found.hash, "problems": problems})


TASKS: dict[str, Callable[[bytes], Decision | Refused | Found]] = {
    "decide": _decide, "record": _record, "figure": _figure, "repay": _repay, "grants": _grants, "owed": _owed,
    "review": _review, "left": _left, "decision": _decision, "verify": _verify,
}  # fmt: skip
