"""zen-engine behind the same framework and server: one decision, without a trace, in each of two processes."""

from __future__ import annotations

import json
import sys
from typing import Any

import uvicorn
import zen as engine
from fastapi import FastAPI
from peers import in_fen
from peers.zen import _model
from pydantic import BaseModel
from workload import make

RULES = 50
DECISION = engine.ZenEngine().create_decision(json.dumps(_model(make(RULES))))
app = FastAPI()


class Item(BaseModel):
    kind: str
    facts: dict[str, Any]


class Application(BaseModel):
    applicant: dict[str, Any]
    items: list[Item]


@app.post("/assess")
async def assess(application: Application) -> dict[str, Any]:
    applicant = in_fen(application.applicant)
    context: dict[str, Any] = {"applicant": [applicant]}
    for item in application.items:
        context.setdefault(item.kind, []).append(applicant | in_fen(item.facts))
    found: dict[str, Any] = DECISION.evaluate(context)["result"]
    return found


if __name__ == "__main__":
    uvicorn.run("serving.zen:app", port=int(sys.argv[1]), workers=2, http="h11", access_log=False, log_level="warning")
