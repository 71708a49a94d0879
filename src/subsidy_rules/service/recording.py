"""Routes of the ledger. Whoever calls them has a key; an applicant's id stands in no address, for addresses are
logged on their way."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from .access import Caller, allowed
from .answers import Assessed
from .batches import query_of
from .documented import APPLICATION, KEYED, WORKS, described
from .ledger_answers import DecisionAnswer, HistoryAnswer, LeftAnswer, OwedAnswer, VerificationAnswer

router = APIRouter(prefix="/v1", tags=["ledger"])
Reader = Annotated[Caller, Depends(allowed("read"))]
Decider = Annotated[Caller, Depends(allowed("decide"))]
Admin = Annotated[Caller, Depends(allowed("admin"))]
READS = ("SR981", "SR997", *KEYED, *WORKS)
WRITES = ("SR994", *READS)
AWARD = {"policy": "city-a", "rule": "data-product-listing", "item": "line-1"}
DECIDE: dict[str, Any] = {"key": "2026-0001", "decided_on": "2026-03-02"}
APPROVED = [AWARD | {"amount": "1.5万元"}]
GRANTS = [AWARD | {"year": "2025", "amount": "40万元"}]


def _json(content: bytes) -> Response:
    return Response(content, media_type="application/json")


async def _posted(task: str, request: Request, caller: Caller) -> Response:
    return _json(await caller.run(task, await request.body()))


@router.post("/decide", **described(
    "decide", "记入核定的金额：全部记入或全部不记。", "Commit approved amounts: all of them or nothing.", takes="DecideRequest",
    example=DECIDE | {"application": APPLICATION | {"approved": APPROVED}}, gives=DecisionAnswer, codes=WRITES))  # fmt: skip
async def decide(request: Request, caller: Decider) -> Response:
    return await _posted("decide", request, caller)


@router.post("/ledger/record", **described(
    "record", "记入既往奖补。", "Take over earlier awards.", takes="RecordRequest",
    example=DECIDE | {"application": APPLICATION | {"grants": GRANTS}}, gives=DecisionAnswer, codes=WRITES))  # fmt: skip
async def record(request: Request, caller: Decider) -> Response:
    return await _posted("record", request, caller)


@router.post("/ledger/repay", **described(
    "repay", "记入退还。", "An award was paid back or reversed.", takes="RepayRequest",
    example={"key": "2026-0002", "applicant": "demo", "year": "2026"} | AWARD, gives=DecisionAnswer, codes=WRITES))  # fmt: skip
async def repay(request: Request, caller: Decider) -> Response:
    return await _posted("repay", request, caller)


@router.post("/ledger/figure", **described(
    "figure", "记入某年度资金池、名额或未公布限额的数字。", "The year's figure of a pool, a quota or an unpublished limit.",
    takes="FigureRequest", example={"key": "budget-2026", "bound": "city-a/yearly-pool", "year": "2026", "figure": "1000万元"},
    gives=DecisionAnswer, codes=WRITES))  # fmt: skip
async def figure(request: Request, caller: Admin) -> Response:
    return await _posted("figure", request, caller)


@router.post("/ledger/grants", **described(
    "grants", "一个申请主体的既往奖补，可并入申请。", "An applicant's earlier awards, to be merged into an application.",
    takes="GrantsRequest", example={"applicant": "demo", "as_of": "2026-06-30"}, gives=HistoryAnswer, codes=READS))  # fmt: skip
async def grants(request: Request, caller: Reader) -> Response:
    return await _posted("grants", request, caller)


@router.post("/ledger/owed", **described(
    "owed", "某时以后记入的补差。", "By award, what was recorded after a time.", takes="OwedRequest",
    example={"applicant": "demo", "since": "2026-03-01T00:00:00+08:00"}, gives=OwedAnswer, codes=READS))  # fmt: skip
async def owed(request: Request, caller: Reader) -> Response:
    return await _posted("owed", request, caller)


@router.post("/ledger/review", **described(
    "review", "按现行规则重算某项决定的申请，不记账。", "A decision's application under the rules of now. Writes nothing.",
    takes="ReviewRequest", example={"of": "2026-0001", "application": APPLICATION}, gives=Assessed, codes=READS))  # fmt: skip
async def review(request: Request, caller: Reader) -> Response:
    return await _posted("review", request, caller)


@router.get("/ledger/left", **described(
    "left", "各资金池和名额的余额。", "What is left of every pool and quota.", query=("year",), gives=LeftAnswer,
    codes=READS))  # fmt: skip
async def left(request: Request, caller: Reader) -> Response:
    return _json(await caller.run("left", query_of(request)))


@router.get("/ledger/decisions/{key}", **described(
    "decision", "某个键记入的内容。", "What was written under a key.", gives=DecisionAnswer,
    codes=("SR989", *READS)))  # fmt: skip
async def decision(key: str, caller: Reader) -> Response:
    return _json(await caller.run("decision", json.dumps({"key": key}).encode()))


@router.get("/ledger/verify", **described(
    "verify", "核对全部记录。", "Replay the whole record.", gives=VerificationAnswer, codes=READS))  # fmt: skip
async def verify(caller: Reader) -> Response:
    return _json(await caller.run("verify", b"{}"))
