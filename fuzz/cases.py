"""What an accepted input is tried on: facts and applications that the input itself decides, through a seeded generator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from random import Random
from typing import Any

from subsidy_rules.expr import FactType, Tree
from subsidy_rules.expr import facts as facts_of
from subsidy_rules.model.program import Program
from subsidy_rules.money import format_rate
from subsidy_rules.reading import Document

LEVELS = ("national", "provincial", "city")
SCOPE = {  # the facts of tests/expr.csv
    "revenue": FactType("money"),
    "cost": FactType("money", high=10**9),
    "fee": FactType("money", low=10_000),
    "ratio": FactType("rate", high=10**6),
    "growth": FactType("rate"),
    "score": FactType("number", high=100 * 10**6),
    "weight": FactType("number"),
    "landed": FactType("count", high=10),
    "lease_months": FactType("months", low=1, high=36),
    "term": FactType("months"),
    "founded": FactType("date", low=date(2000, 1, 1)),
    "approved_on": FactType("date"),
    "level": FactType("choice", LEVELS),
    "other_level": FactType("choice", LEVELS[::-1]),
    "area": FactType("choice", ("chips", "models")),
    "reviewed": FactType("judgement"),
    "级别": FactType("choice", ("国家级", "省级")),
    **{name: FactType("money") for name in ("销售额", "研发投入")},
    **{name: FactType("count") for name in ("staff", "n")},
    **{name: FactType("bool") for name in ("domestic", "listed", "b", "国产")},
    **{name: FactType("text") for name in ("id_a", "id_b")},
}
_TEXT = {
    "bool": ("true", "false"),
    "judgement": ("true", "false"),
    "money": ("0元", "0.01元", "99.99万元", "100万元", "500万元", "1000.000001万元", "1亿元", "30亿元"),
    "rate": ("0%", "0.0001%", "30%", "60%", "100%", "250%"),
    "number": ("0", "0.000001", "1.5", "60", "85.5", "100"),
    "count": ("0", "1", "2", "3", "10", "100", "5000"),
    "months": ("0", "1", "6", "12", "36"),
    "date": ("2024-02-29", "2025-12-31", "2026-01-01", "2026-06-01"),
    "text": ("甲", "乙"),
}


def values(tree: Tree, scope: Mapping[str, FactType], random: Random, times: int = 3) -> Iterator[dict[str, Any]]:
    """Legal raw values of the facts that a tree reads, some of them unknown."""
    for unknown in (0.0, 0.2, 0.6)[:times]:
        yield {n: None if random.random() < unknown else _raw(scope[n], random) for n in sorted(facts_of(tree))}


def _raw(fact: FactType, random: Random) -> Any:
    match fact.kind:
        case "bool" | "judgement":
            return random.random() < 0.5
        case "date":
            return date(2026, 1, 1) + timedelta(random.randrange(-3, 4))
        case "choice":
            return random.choice(fact.options)
        case "text":
            return random.choice(("甲", "乙"))
        case _:
            low, high = fact.range
            largest = 10**15 if high is None else high
            return random.choice((low, min(low + 1, largest), random.randint(low, largest), largest))


def applications(program: Program, random: Random) -> Iterator[Document]:
    """Two applications for whatever the program asks, one with nearly all facts and one with half of them."""
    kinds = sorted({rule.item for rule in program.rules if rule.item})[:4]
    for known in (0.95, 0.5):
        items = [
            {"id": f"{kind}-{n}", "kind": kind, "facts": _facts(program.item_facts[kind], known, random)}
            for kind in kinds
            for n in range(random.choice((1, 1, 2)))
        ]
        data: dict[str, Any] = {
            "applicant": {"id": "demo", "facts": _facts(program.applicant_facts, known, random)},
            "items": items,
            "year": "2026",
            "history": random.choice(("complete", "partial")),
            "grants": _grants(program, items, random),
        }
        if random.random() < 0.5:
            data["date"] = random.choice(("2026-05-01", "2031-01-01"))
        yield Document(data, {}, "application", "")


def _facts(declared: Mapping[str, FactType], known: float, random: Random) -> dict[str, str]:
    return {name: _text(fact, random) for name, fact in list(declared.items())[:60] if random.random() < known}


def _text(fact: FactType, random: Random) -> str:
    """A value that an application may state; one outside the legal range gives way to `unknown` or an end of it."""
    if fact.kind == "choice":
        return random.choice(fact.options)
    if fact.kind in ("money", "rate", "count", "months", "number") and (fact.low is not None or fact.high is not None):
        ends = [end for end in (fact.low, fact.high) if isinstance(end, int)]
        return _written(fact.kind, random.choice(ends))
    return random.choice(_TEXT[fact.kind])


def _written(kind: str, raw: int) -> str:
    if kind == "money":
        return f"{raw // 100}.{raw % 100:02d}元"
    if kind == "rate":
        return format_rate(raw)
    return f"{raw // 10**6}.{raw % 10**6:06d}" if kind == "number" else str(raw)


def _grants(program: Program, items: list[dict[str, Any]], random: Random) -> list[dict[str, str]]:
    """Up to one earlier award of a rule, for one of the items where the rule is for items."""
    rule = random.choice(program.rules)
    fitting = [item["id"] for item in items if item["kind"] == rule.item]
    if random.random() < 0.6 or (rule.item and not fitting):
        return []
    grant = {"policy": program.policies[rule.policy].id, "rule": rule.id, "year": random.choice(("2024", "2026"))}
    return [
        {**grant, "amount": random.choice(("0元", "10万元", "300万元")), **({"item": fitting[0]} if rule.item else {})}
    ]


def plain_policy() -> Document:
    """One rule that asks for nothing."""
    label = {"zh": "甲", "en": "A"}
    rule = {
        "id": "one",
        "article": "1",
        "title": label,
        "department": ["甲局"],
        "bound": "exact",
        "pays": {"amount": "1元"},
    }
    head = {
        "id": "plain",
        "title": label,
        "status": "draft",
        "effective": {"published": "unknown", "starts": "not_stated"},
    }
    place = {"name": label, "level": "city", "code": "9901"}
    return Document({**head, "jurisdiction": place, "rules": [rule]}, {}, "plain", "")
