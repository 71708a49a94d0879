"""A small policy and three applicants for the simulation, whose every figure is worked out in the tests that use them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from subsidy_rules.model.vocabulary import Label
from subsidy_rules.reading import read_yaml
from subsidy_rules.rules import Rules
from subsidy_rules.simulate.distributions import Scope, planned
from subsidy_rules.simulate.plan import CERTAIN, Plan
from subsidy_rules.simulate.population import Population

ROOT = Path(__file__).resolve().parents[1]
WAN = 1_000_000  # fen
FACTS = """
applicant:
  prize_won: {kind: bool, label: {zh: 获奖, en: Prize won}}
  revenue: {kind: money, label: {zh: 营业收入, en: Revenue}}
  staff: {kind: count, label: {zh: 人数, en: Staff}, at_most: "5000"}
  grade: {kind: choice, label: {zh: 级别, en: Grade}, options: {low: {zh: 低, en: Low}, high: {zh: 高, en: High}}}
  since: {kind: date, label: {zh: 成立日, en: Founded}}
  exports: {kind: rate, label: {zh: 出口占比, en: Share of exports}, at_most: 100%}
  score: {kind: number, label: {zh: 评分, en: Score}}
  park: {kind: text, label: {zh: 园区, en: Park}}
  accepted: {kind: judgement, label: {zh: 经认可, en: Accepted}}
items:
  project: {label: {zh: 项目, en: Project}, facts: {invested: {kind: money, label: {zh: 投资额, en: Invested}}}}
"""
HEAD = """id: test-policy
title: {zh: 测试办法（虚构）, en: Test policy (fictitious)}
status: draft
jurisdiction: {name: {zh: 云溪区, en: Yunxi}, level: district, code: "990102"}
effective: {published: unknown, starts: not_stated}
"""
MACHINES = """rules:
  - id: machines
    article: "1"
    title: {zh: 设备补助, en: Machines}
    department: [区经信局]
    item: project
    bound: exact
    pays: {rate: 10%, of: invested}
    cap: {limit: 30万元, per: [applicant, year]}
"""
PRIZE = """  - id: prize
    article: "2"
    title: {zh: 获奖奖励, en: Prize}
    department: [区科技局, 区财政局]
    when: [prize_won]
    bound: range
    pays: {amount: {from: 20万元, to: 50万元}}
"""
BUDGET = """bounds:
  - id: budget
    article: "3"
    title: {zh: 年度资金, en: Budget}
    rules: [machines]
    cap: {limit: 40万元, per: [year], ration: in_order}
"""
POLICY = MACHINES + PRIZE + BUDGET


def rules(body: str = POLICY) -> Rules:
    return Rules.of([read_yaml((HEAD + body).encode(), "policy.yaml")], read_yaml(FACTS.encode(), "facts.yaml"))


def plan(text: str, of: Rules | None = None) -> Plan:
    program = (of or rules()).program
    return planned(read_yaml(text.encode(), "population.yaml"), Scope(program.applicant_facts, program.item_facts))


def three(order: tuple[int, ...] = (0, 1, 2)) -> Population:
    """a, b and c with a project each of 200, 400 and 50 万元; b applies first, then a, then c. a won the prize, of b nobody
    knows, c did not. At a smaller take-up c stays away first, then b."""
    pick = np.array(order)
    ids = ["a", "b", "c"]
    applicants = {
        "id": ids,
        "applied_at": ["2026-03-02", "2026-03-01", "2026-04-01"],
        "prize_won": [True, None, False],
    }
    projects = {
        "applicant": pa.array(ids),
        "id": pa.array(["p1", "p2", "p3"]),
        "invested": pa.array([Decimal(200), Decimal(400), Decimal(50)], pa.decimal128(10, 0)),
    }
    schema = pa.schema([
        pa.field("applicant", pa.string()), pa.field("id", pa.string()),
        pa.field("invested", pa.decimal128(10, 0), metadata={"unit": "万元"}),
    ])  # fmt: skip
    return Population(
        title=Label(zh="三户", en="Three"),
        applicants=pa.table(applicants).take(pa.array(pick)),
        items={"project": pa.table(projects, schema=schema)},
        owners={"project": np.argsort(pick)},
        chance=np.full(3, CERTAIN),
        urge=np.array([100_000, 600_000, 900_000])[pick],
        year=2026,
        day=None,
        history="complete",
        basis="file",
    )


def wan(amount: float) -> Any:
    """万元 as fen."""
    return round(amount * WAN)
