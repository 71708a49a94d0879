"""Cases as tables, and the answers by columns against the engine's, award by award."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa

from subsidy_rules.columnar.assess import Setting, Tables, assess_table
from subsidy_rules.columnar.population import Given
from subsidy_rules.engine.allocate import Settlement, allocate
from subsidy_rules.engine.assess import Answer, settlement
from subsidy_rules.engine.awards import Awards
from subsidy_rules.engine.claims import Pricer
from subsidy_rules.expr import FactType
from subsidy_rules.model.case import Case, CaseGrant, CaseItem
from subsidy_rules.model.program import Program

TYPES = {"bool": pa.bool_(), "judgement": pa.bool_(), "date": pa.date32(), "choice": pa.string(), "text": pa.string()}
PLACES = {"money": 2, "rate": 4, "number": 6}
UNITS = {"money": "元", "rate": "%", "number": ""}
Columns = dict[str, pa.Array]
Shape = Callable[[pa.Array], Any]  # another way to hold the same column


def column(values: Sequence[Any], fact: FactType) -> pa.Array:
    """Raw values as a column: money in yuan, rates in per cent, as exact decimals."""
    if fact.kind in PLACES:
        places = PLACES[fact.kind]
        return pa.array([None if v is None else Decimal(v).scaleb(-places) for v in values], pa.decimal128(38, places))
    return pa.array(values, TYPES.get(fact.kind, pa.int64()))


def units_of(program: Program) -> dict[str, str]:
    scopes = [program.applicant_facts, *program.item_facts.values()]
    facts = {name: UNITS[fact.kind] for scope in scopes for name, fact in scope.items() if UNITS.get(fact.kind)}
    return {**facts, "amount": "元", "value": "元"}


def _table(rows: Sequence[Sequence[Any]], declared: Mapping[str, FactType], **texts: Sequence[str | None]) -> Columns:
    """Facts that nobody states are left out."""
    columns: Columns = {name: pa.array(values, pa.string()) for name, values in texts.items()}
    for at, (name, fact) in enumerate(declared.items()):
        values = [row[at] for row in rows]
        if any(value is not None for value in values):
            columns[name] = column(values, fact)
    return columns


def given(program: Program, cases: Sequence[Case], shape: Shape = lambda column: column) -> Given:
    """Cases of one year as tables."""

    def table(columns: Columns) -> pa.Table:
        return pa.table({name: shape(values) for name, values in columns.items()})

    texts: dict[str, Sequence[str | None]] = {"id": [case.applicant for case in cases]}
    texts["history"] = ["complete" if case.complete else "partial" for case in cases]
    if any(case.applied_at for case in cases):
        texts["applied_at"] = [case.applied_at for case in cases]
    applicants = _table([case.values for case in cases], program.applicant_facts, **texts)
    by_kind: dict[str, list[tuple[str, CaseItem]]] = defaultdict(list)
    for case in cases:
        for item in case.items:
            if not item.years or case.year in item.years:
                by_kind[item.kind].append((case.applicant, item))
    items = {
        kind: _table(
            [item.values for _, item in found],
            program.item_facts[kind],
            applicant=[who for who, _ in found],
            id=[item.id for _, item in found],
        )
        for kind, found in by_kind.items()
    }
    grants = [_grant(case, grant, program) for case in cases for grant in case.grants]
    approved = [_decision(case, *one, program) for case in cases for one in case.approved.items()]
    return Given(
        table(applicants),
        {kind: table(columns) for kind, columns in items.items()},
        units_of(program),
        "history",
        table(_columns(grants)) if grants else None,
        table(_columns(approved)) if approved else None,
    )


def _decision(case: Case, target: tuple[int, str | None], amount: int, program: Program) -> dict[str, Any]:
    rule = program.rules[target[0]]
    names = {"policy": program.policies[rule.policy].id, "rule": rule.id}
    return {"applicant": case.applicant, **names, "item": target[1], "amount": amount}


def _grant(case: Case, grant: CaseGrant, program: Program) -> dict[str, Any]:
    kinds = {item.id: item.kind for item in case.items}
    return {
        "applicant": case.applicant,
        "policy": grant.policy,
        "rule": "award" if grant.rule is None else program.rules[grant.rule].id,
        "item": grant.item,
        "kind": kinds.get(grant.item or "", "elsewhere" if grant.item else None),
        "year": grant.year,
        "amount": grant.amount,
        "value": grant.value,
        "units": grant.units,
        "repaid": grant.repaid,
        "level": None if grant.rule is not None else grant.level,
        "matter": None if grant.rule is not None else grant.matter,
        **grant.attributes,
    }


def _columns(rows: Sequence[dict[str, Any]]) -> Columns:
    kinds = {"amount": "money", "value": "money", "year": "count", "units": "count", "repaid": "bool"}
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: column([row.get(name) for row in rows], FactType(kinds.get(name, "text"))) for name in names}


def settled(
    program: Program, pricer: Pricer, cases: Sequence[Case], pools: dict[str, int] | None = None
) -> list[Settlement]:
    """By the engine. `pools`: what is left of each; other parameters are the cases' own."""
    settlements = [settlement(program, case, pricer, pools=False) for case in cases]
    allocate(program, settlements, pricer, pools or {})
    return settlements


def expected(
    program: Program, pricer: Pricer, settlements: Sequence[Settlement]
) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """Awards and totals as the tables have them."""
    awards, totals = {}, {}
    for one in settlements:
        for award, claim in zip(Awards(program, one, pricer).all(), one.claims, strict=True):
            if claim.match is not False or claim.barred_by:
                awards[one.case.applicant, award.policy, award.rule, award.item] = _award(award, claim, one)
        for total in Answer(program, one, pricer).assessment().totals:
            key = (one.case.applicant, total.policy, total.payee, total.kind)
            if total.assured or total.ceiling or total.open:
                totals[key] = _yuan(total.assured), _yuan(total.ceiling), len(total.open)
    return awards, totals


def waiting(program: Program, pricer: Pricer, settlements: Sequence[Settlement]) -> dict[Any, tuple[bool, int, int]]:
    """By rule and fact: whether it is a judgement, how many awards wait for it, and of how many applicants."""
    found: dict[Any, list[tuple[str, bool]]] = defaultdict(list)
    for one in settlements:
        for award in Awards(program, one, pricer).all():
            for fact in (*award.missing, *award.judgements):
                found[award.policy, award.rule, fact].append((one.case.applicant, fact in award.judgements))
    return {key: (awards[0][1], len(awards), len({who for who, _ in awards})) for key, awards in found.items()}


def questions(tables: Tables) -> dict[Any, tuple[bool, int, int]]:
    rows = tables.questions.to_pylist()
    found = {(r["policy"], r["rule"], r["fact"]): (r["judgement"], r["awards"], r["applicants"]) for r in rows}
    assert len(found) == len(rows)
    return found


def _award(award: Any, claim: Any, one: Settlement) -> dict[str, Any]:
    steps = [s for s in award.steps if s.run == "high"] or (
        [s for s in award.steps if s.run == "low"] if not award.beaten_by else []
    )
    told = (steps[-1].bound, steps[-1].why) if steps else (None, None)
    if not steps and award.beaten_by:
        told = award.beaten_by[0].bound, "exclusive"
    due, paid = award.due, award.settled
    low, high = one.low.amounts[claim.order], one.high.amounts[claim.order]
    return {
        "status": award.status,
        "reason": award.reason,
        "due_assured": due and _yuan(due.assured),
        "due_ceiling": due and _yuan(due.ceiling),
        "assured": paid and _yuan(low),
        "ceiling": paid and (None if claim.open else _yuan(high)),
        "open": claim.open,
        "bound": told[0],
        "why": told[1],
    }


def _yuan(fen: int | None) -> Decimal | None:
    return None if fen is None else Decimal(fen).scaleb(-2)


def answers(tables: Tables) -> tuple[dict[Any, Any], dict[Any, Any]]:
    awards = {}
    for row in tables.awards.to_pylist():
        key = tuple(row.pop(name) for name in ("applicant", "policy", "rule", "item"))
        assert key not in awards
        assert row.pop("payee") and row.pop("form")
        awards[key] = row
    totals = {}
    for row in tables.totals.to_pylist():
        if row["assured"] or row["ceiling"] or row["open"]:
            key = (row["applicant"], row["policy"], row["payee"], row["kind"])
            totals[key] = row["assured"], row["ceiling"], row["open"]
    return awards, totals


def by_columns(
    program: Program,
    cases: Sequence[Case],
    pools: dict[str, int] | None = None,
    shape: Shape = lambda column: column,
    block: int = 65_536,
) -> Tables:
    first = cases[0]
    setting = Setting(first.year, first.date, first.published, {**first.parameters, **(pools or {})})
    return assess_table(program, given(program, cases, shape), setting, block)


def differences(found: dict[Any, Any], wanted: dict[Any, Any]) -> list[tuple[Any, Any, Any]]:
    """Key, found, wanted; of a row only the fields that differ."""
    said = []
    for key in sorted(found.keys() | wanted.keys(), key=str):
        mine, theirs = found.get(key), wanted.get(key)
        if mine != theirs:
            if isinstance(mine, dict) and isinstance(theirs, dict):
                names = [name for name in theirs if mine.get(name) != theirs[name]]
                mine, theirs = {n: mine.get(n) for n in names}, {n: theirs[n] for n in names}
            said.append((key, mine, theirs))
    return said
