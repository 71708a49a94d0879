"""zen-engine: one JDM decision. A looping expression node for each kind of item, one for the applicant, one to settle."""

from __future__ import annotations

import json
from typing import Any

import zen
from workload import KINDS, Workload, claims

from . import Built, in_fen
from .infix import Dialect, expression

DIALECT = Dialect(least="min([{left}, {right}])")


def build(work: Workload) -> Built:
    decision = zen.ZenEngine().create_decision(json.dumps(_model(work)))
    applicant = in_fen(work.applicant)
    context: dict[str, Any] = {"applicant": [applicant]}  # an item node sees its item only: it carries the applicant
    for _, kind, facts in work.items:
        context.setdefault(kind, []).append(applicant | in_fen(facts))

    def total() -> int:
        return int(decision.evaluate(context)["result"]["total"])

    def prices() -> list[float]:
        nodes = decision.evaluate(context)["result"]
        seen: dict[tuple[str, str], int] = {}
        found = []
        for rule, _, _ in claims(work):
            kind = rule.kind or "applicant"
            at = seen[kind, rule.id] = seen.get((kind, rule.id), -1) + 1
            found.append(float(nodes[kind][at][rule.id]))
        return found

    return Built(
        prices,
        total,
        {"evaluate": total, "evaluate, trace": lambda: decision.evaluate(context, {"trace": True})},
        "all: matching, pricing, best of a group, caps",
    )


def _model(work: Workload) -> dict[str, Any]:
    kinds = [kind for kind in ("applicant", *KINDS) if any((rule.kind or "applicant") == kind for rule in work.rules)]
    nodes: list[dict[str, Any]] = [{"id": "in", "name": "in", "type": "inputNode", "content": {}}]
    for kind in kinds:
        rules = [rule for rule in work.rules if (rule.kind or "applicant") == kind]
        written = [_line(rule.id, expression(rule, DIALECT)) for rule in rules]
        groups = [group for group in work.groups if (group.kind or "applicant") == kind]
        grouped = {rule for group in groups for rule in group.rules}
        best = [f"max([{', '.join(f'$.{rule}' for rule in group.rules)}])" for group in groups]
        alone = [f"$.{rule.id}" for rule in rules if rule.id not in grouped]
        written.append(_line("paid", f"sum([{', '.join(best + alone)}])"))
        nodes.append(_node(kind, written, {"executionMode": "loop", "inputField": kind, "outputPath": kind}))
    limits = {cap.id.removeprefix("year-"): cap.limit * 100 for cap in work.caps}
    sums = {kind: f"sum(map({kind}, #.paid))" for kind in kinds}
    capped = [f"min([{limits[kind]}, {text}])" if kind in limits else text for kind, text in sums.items()]
    lines = [_line(kind, kind) for kind in kinds]
    lines.append(_line("total", f"min([{limits['all']}, sum([{', '.join(capped)}])])"))
    nodes += [_node("settle", lines, {}), {"id": "out", "name": "out", "type": "outputNode", "content": {}}]
    edges = [(("in", kind), (kind, "settle")) for kind in kinds]
    pairs = [*(pair for both in edges for pair in both), ("settle", "out")]
    return {
        "nodes": nodes,
        "edges": [{"id": f"{a}-{b}", "sourceId": a, "targetId": b, "type": "edge"} for a, b in pairs],
    }


def _line(key: str, value: str) -> dict[str, str]:
    return {"id": key, "key": key, "value": value}


def _node(name: str, expressions: list[dict[str, str]], more: dict[str, str]) -> dict[str, Any]:
    content = {"expressions": expressions, "passThrough": False} | more
    return {"id": name, "name": name, "type": "expressionNode", "content": content}
