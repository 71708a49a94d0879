"""Small fictitious policies for the tests of `verify`: one vocabulary, and rules as text."""

from __future__ import annotations

from typing import Any

from subsidy_rules.reading import read_yaml
from subsidy_rules.rules import Rules

FACTS = """
applicant:
  registered: {kind: bool, label: {zh: 已注册, en: Registered}}
  revenue: {kind: money, label: {zh: 营业收入, en: Revenue}}
items:
  project:
    label: {zh: 项目, en: Project}
    facts:
      cost: {kind: money, label: {zh: 投入, en: Cost}}
      other_cost: {kind: money, label: {zh: 其他投入, en: Other cost}}
      rank: {kind: count, label: {zh: 排名, en: Rank}, at_least: "1"}
      sites: {kind: count, label: {zh: 落地数, en: Sites}}
      share: {kind: rate, label: {zh: 占比, en: Share}, at_most: 100%}
      months: {kind: months, label: {zh: 月数, en: Months}}
      reviewed: {kind: judgement, label: {zh: 经评审, en: Reviewed}}
      segment: {kind: text, label: {zh: 细分市场, en: Segment}}
      level: {kind: choice, label: {zh: 级别, en: Level}, options: {city: {zh: 市级, en: City}, state: {zh: 国家级, en: State}}}
"""
HEAD = """id: yunxi
title: {zh: 云溪区若干措施, en: Yunxi measures}
status: in_force
jurisdiction: {name: {zh: 云溪区, en: Yunxi}, level: district, code: "990102"}
effective: {published: unknown, starts: not_stated}
rules:
"""


def rule(pays: str, id: str = "grant", bound: str = "exact", **more: str) -> str:
    """A rule for a project; `more`: other fields, as they stand in a file."""
    lines = "".join(f"    {name}: {text}\n" for name, text in more.items())
    if "item" not in more:
        lines += "    item: project\n"
    return (
        f'  - id: {id}\n    article: "1"\n    title: {{zh: 补助, en: Grant}}\n    department: [区经信局]\n'
        f"    bound: {bound}\n    pays: {pays}\n{lines}"
    )


def bound(id: str, rules: str, **kind: str) -> str:
    return f'  - {{id: {id}, article: "2", title: {{zh: 界限, en: Bound}}, rules: {rules}, ' + (
        ", ".join(f"{name}: {text}" for name, text in kind.items()) + "}\n"
    )


def draft(*rules: str, bounds: str = "", id: str = "yunxi") -> Rules:
    """A policy of some rules and bounds."""
    text = HEAD.replace("id: yunxi", f"id: {id}", 1) + "".join(rules) + (f"bounds:\n{bounds}" if bounds else "")
    return Rules.of([read_yaml(text.encode(), f"{id}.yaml")], read_yaml(FACTS.encode(), "facts.yaml"))


def application(*projects: dict[str, Any], **applicant: Any) -> dict[str, Any]:
    """Projects p1, p2, …"""
    items = [{"id": f"p{at}", "kind": "project", "facts": facts} for at, facts in enumerate(projects, 1)]
    return {"applicant": {"id": "firm", "facts": applicant}, "items": items, "year": "2026", "history": "complete"}
