"""OpenFisca: items are its persons, the applicant its group; every fact and rule a variable, formulas on arrays of float32.

An evaluation builds a simulation from a situation, as a web service of OpenFisca does. `population` is what OpenFisca is
made for: many applicants in one call, the time divided by their number.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.indexed_enums import Enum
from openfisca_core.periods import DateUnit
from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable
from workload import APPLICANT, ITEM, KINDS, LEVELS, PLACES, YEAR, Pays, Rule, Workload, claims, fact_name

from . import Built

MANY = 10_000
PERIOD = str(YEAR)
Level = Enum("Level", {name: name for name in LEVELS})
Place = Enum("Place", {name: name for name in PLACES})
ITEMS = build_entity("item", "items", "", is_person=True)
FIRM = build_entity("firm", "firms", "", roles=[{"key": "claimed", "plural": "claimed"}])
Formula = Callable[..., Any]


def build(work: Workload) -> Built:
    system = _system(work)
    situation = _situation(work)

    def simulation() -> Any:
        return SimulationBuilder().build_from_dict(system, situation)

    def total() -> float:
        return float(simulation().calculate("total", PERIOD)[0]) * 100

    def traced() -> Any:
        made = simulation()
        made.trace = True
        made.calculate("total", PERIOD)
        return made.tracer.computation_log.lines()

    def prices() -> list[float]:
        made = simulation()
        places = {name: at for at, (name, _, _) in enumerate(work.items)}
        return [
            float(made.calculate(rule.id, PERIOD)[places[item] if item else 0]) * 100 for rule, item, _ in claims(work)
        ]

    return Built(
        prices,
        total,
        {"evaluate": total, "evaluate, trace": traced, "population": _population(work, system)},
        "all: matching, pricing, best of a group, caps; float32",
        tolerance=1e-6,
        per_call={"population": MANY},
    )


def _population(work: Workload, system: Any) -> Callable[[], Any]:
    """The same application many times over, arrays set directly."""
    kinds = {kind: [at for at, item in enumerate(work.items) if item[1] == kind] for kind in KINDS}
    columns: dict[str, Any] = {name: np.full(MANY, _coded(value)) for name, value in work.applicant.items()}
    for kind, places in kinds.items():
        for fact in (fact_name(kind, fact) for fact in ITEM):
            column = np.zeros((MANY, len(work.items)), dtype=type(_coded(work.items[places[0]][2][fact])))
            for at in places:
                column[:, at] = _coded(work.items[at][2][fact])
            columns[fact] = column.ravel()
    for kind, places in kinds.items():
        here = np.zeros((MANY, len(work.items)), dtype=bool)
        here[:, places] = True
        columns[f"is_{kind}"] = here.ravel()

    def run() -> Any:
        builder = SimulationBuilder()
        builder.create_entities(system)
        count = len(work.items)
        builder.declare_person_entity("item", range(MANY * count))
        firms = builder.declare_entity("firm", range(MANY))
        builder.join_with_persons(firms, np.repeat(np.arange(MANY), count), ["claimed"] * (MANY * count))
        made = builder.build(system)
        for name, column in columns.items():
            made.set_input(name, PERIOD, column)
        return made.calculate("total", PERIOD)

    return run


def _coded(value: Any) -> Any:
    options = LEVELS if value in LEVELS else PLACES
    return options.index(value) if isinstance(value, str) else value


def _situation(work: Workload) -> dict[str, Any]:
    def dated(values: dict[str, Any]) -> dict[str, Any]:
        return {name: {PERIOD: value} for name, value in values.items()}

    items = {name: dated(facts | {f"is_{kind}": True}) for name, kind, facts in work.items}
    return {"items": items, "firms": {"firm": dated(work.applicant) | {"claimed": list(items)}}}


def _system(work: Workload) -> Any:
    system = TaxBenefitSystem([ITEMS, FIRM])
    for name, sort in APPLICANT.items():
        system.add_variable(_variable(name, FIRM, sort))
    for kind in KINDS:
        system.add_variable(_variable(f"is_{kind}", ITEMS, "bool"))
        for name, sort in ITEM.items():
            system.add_variable(_variable(fact_name(kind, name), ITEMS, sort))
    for rule in work.rules:
        system.add_variable(_variable(rule.id, ITEMS if rule.kind else FIRM, "money", _rule(rule)))
    for kind in (None, *KINDS):
        system.add_variable(_variable(f"paid_{kind}", ITEMS if kind else FIRM, "money", _paid(work, kind)))
    system.add_variable(_variable("total", FIRM, "money", _total(work)))
    return system


def _variable(name: str, entity: Any, sort: str, formula: Formula | None = None) -> type[Variable]:
    fields: dict[str, Any] = {"entity": entity, "definition_period": DateUnit.YEAR, "label": name}
    if sort == "choice":
        options = Place if name == "place" else Level
        fields |= {"value_type": Enum, "possible_values": options, "default_value": next(iter(options))}
    else:
        fields["value_type"] = {"money": float, "count": int, "bool": bool}[sort]
    return type(name, (Variable,), fields | ({"formula": formula} if formula else {}))


def _reader(rule: Rule, entity: Any, period: Any) -> Callable[[str], Any]:
    """A fact by name: the rule's own entity, or the firm of an item."""
    return lambda fact: entity.firm(fact, period) if rule.kind and fact in APPLICANT else entity(fact, period)


def _rule(rule: Rule) -> Formula:
    def formula(entity: Any, period: Any) -> Any:
        read = _reader(rule, entity, period)
        match = entity(f"is_{rule.kind}", period) if rule.kind else True
        for test in rule.tests:
            value = read(test.fact)
            if test.op == "is":
                match = match * value
            elif test.op == "in":
                options = Place if test.fact == "place" else Level
                match = match * sum(value == options[option] for option in test.value)
            else:
                match = match * (value >= test.value)
        return match * _price(rule.pays, read)

    return formula


def _price(pays: Pays, read: Callable[[str], Any]) -> Any:
    if pays.way == "amount":
        return min(pays.amount, pays.most or pays.amount)
    value = read(pays.fact)
    if pays.way == "bands":
        return np.select([value >= floor for floor, _ in pays.bands], [paid for _, paid in pays.bands], 0)
    return np.minimum(value * pays.amount / 100 if pays.way == "rate" else value * pays.amount, pays.most or 0)


def _paid(work: Workload, kind: str | None) -> Formula:
    groups = [group.rules for group in work.groups if group.kind == kind]
    grouped = {rule for group in groups for rule in group}
    alone = [rule.id for rule in work.rules if rule.kind == kind and rule.id not in grouped]

    def formula(entity: Any, period: Any) -> Any:
        paid = sum((entity(rule, period) for rule in alone), start=np.zeros(entity.count))
        for group in groups:
            paid = paid + np.maximum.reduce([entity(rule, period) for rule in group])
        return paid

    return formula


def _total(work: Workload) -> Formula:
    limits = {cap.id.removeprefix("year-"): cap.limit for cap in work.caps}

    def formula(firm: Any, period: Any) -> Any:
        total = firm("paid_None", period)
        for kind in KINDS:
            paid = firm.sum(firm.members(f"paid_{kind}", period))
            total = total + (np.minimum(paid, limits[kind]) if kind in limits else paid)
        return np.minimum(total, limits["all"])

    return formula
