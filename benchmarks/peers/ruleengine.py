"""rule-engine: one compiled rule for each rule, evaluated on each item's data; its context is typed, as it recommends."""

from __future__ import annotations

import rule_engine
from workload import APPLICANT, ITEM, KINDS, Workload, claims, fact_name

from . import Built, Settlement, in_fen
from .infix import Dialect, expression

DIALECT = Dialect(least="$min([{left}, {right}])")
TYPES = {
    "money": rule_engine.DataType.FLOAT,
    "count": rule_engine.DataType.FLOAT,
    "bool": rule_engine.DataType.BOOLEAN,
    "choice": rule_engine.DataType.STRING,
}


def build(work: Workload) -> Built:
    types = {fact: TYPES[sort] for fact, sort in APPLICANT.items()}
    types |= {fact_name(kind, fact): TYPES[sort] for kind in KINDS for fact, sort in ITEM.items()}
    context = rule_engine.Context(type_resolver=rule_engine.type_resolver_from_dict(types))
    rules = {rule.id: rule_engine.Rule(expression(rule, DIALECT), context=context) for rule in work.rules}
    todo = [(rules[rule.id], in_fen(facts)) for rule, _, facts in claims(work)]
    settle = Settlement(work)

    def prices() -> list[float]:
        return [rule.evaluate(data) for rule, data in todo]

    def total() -> float:
        return float(settle(prices()))

    return Built(prices, total, {"evaluate": total}, "matching and pricing; groups and caps in plain Python")
