"""OpenFisca: items are its persons, applicants its groups; float32. Texts are numbers, dates are days, set as arrays.

OpenFisca has one kind of person. So all kinds of items are in one simulation, each rule tests whether the item is of its kind
and is computed for all of them; or, which no package of OpenFisca does and which favours it, each kind has a simulation of its
own (`apart`), of the applicants alone who have such items.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from subsidy_rules.columnar.population import Given
from subsidy_rules.expr import Fact, FactType
from subsidy_rules.expr.tree import walk
from subsidy_rules.model.program import ProgramRule

from .policies import Dialect, Part, Printer, Settling

PERIOD = "2026"
ITEM = build_entity("item", "items", "", is_person=True)
FIRM = build_entity("firm", "firms", "", roles=[{"key": "claimed", "plural": "claimed"}])
EPOCH = date(1970, 1, 1)


Kinds = tuple[str, ...]  # of a simulation; none: the applicants alone


class OpenFisca:
    def __init__(self, settling: Settling, apart: bool) -> None:
        self.settling, self.program = settling, settling.program
        self.words: dict[str, int] = {}
        self.printer = Printer(_dialect(self.words))
        kinds = tuple(kind for kind in settling.by_kind if kind is not None)
        simulations: list[Kinds] = [(), *((kind,) for kind in kinds)] if apart else [(), kinds]
        self.systems = {mine: self._system(mine) for mine in simulations}

    def totals(self, given: Given) -> Any:
        """Fen by applicant, in the order of the table."""
        parts: dict[str, Any] = {}
        for kinds, (_, names) in self.systems.items():
            if names:
                made, firms = self._simulation(given, kinds)
                for name in names:
                    parts[name] = np.zeros(given.applicants.num_rows, dtype=np.float32)
                    parts[name][firms] = made.calculate(name, PERIOD)
        return sum(self._of_applicant(part, parts) for part in self.settling.tops)

    def prices(self, given: Given) -> Iterator[tuple[str | None, dict[int, Any]]]:
        """By kind: what is due by each of its rules, in the order of its table."""
        for kinds in self.systems:
            made, _ = self._simulation(given, kinds)
            first = 0
            for kind in kinds or (None,):
                last = first + (given.items[kind] if kind else given.applicants).num_rows
                rules = self.settling.by_kind.get(kind, [])
                yield kind, {rule.index: made.calculate(f"due{rule.index}", PERIOD)[first:last] for rule in rules}
                first = last

    def _simulation(self, given: Given, kinds: Kinds) -> tuple[Any, Any]:
        """Of the items of some kinds and the applicants who have any, or of all applicants; and the places of those."""
        ids = given.applicants["id"].combine_chunks()
        owners = [
            np.asarray(pc.index_in(given.items[kind]["applicant"].combine_chunks(), value_set=ids)) for kind in kinds
        ]
        firms, owner = np.unique(np.concatenate(owners) if kinds else np.arange(len(ids)), return_inverse=True)
        system, builder = self.systems[kinds][0], SimulationBuilder()
        builder.create_entities(system)
        builder.declare_person_entity("item", np.arange(len(owner)))
        groups = builder.declare_entity("firm", np.arange(len(firms)))
        builder.join_with_persons(groups, owner, np.array(["claimed"] * len(owner)))
        made = builder.build(system)
        for kind in kinds if kinds[1:] else ():
            made.set_input(f"is_{kind}", PERIOD, np.repeat([kind == other for other in kinds], list(map(len, owners))))
        own = self._own(kinds)
        for name in system.variables.keys() & own.keys():
            tables = [given.items[kind] for kind in kinds]
            arrays = [self._array(t[name], own[name]) if name in t.column_names else np.zeros(len(t)) for t in tables]
            made.set_input(name, PERIOD, np.concatenate(arrays).astype(_sort(own[name].kind)))
        for name in system.variables.keys() & self.program.applicant_facts.keys() - own.keys():
            made.set_input(name, PERIOD, self._array(given.applicants[name], self.program.applicant_facts[name])[firms])
        return made, firms

    def _own(self, kinds: Kinds) -> dict[str, FactType]:
        """The facts of the items."""
        return {name: fact for kind in kinds for name, fact in self.program.item_facts[kind].items()}

    def _array(self, column: pa.ChunkedArray, fact: FactType) -> Any:
        if fact.kind in ("choice", "text"):
            words = column.combine_chunks()
            words = words if pa.types.is_dictionary(words.type) else words.dictionary_encode()
            codes = np.array([self.words.setdefault(word, len(self.words)) for word in words.dictionary.to_pylist()])
            return codes[np.asarray(words.indices)].astype(np.int32)
        if fact.kind == "date":
            return np.asarray(column.cast(pa.int32()))
        values = np.asarray(column)
        return values if values.dtype == bool else values.astype(np.float32)

    # Variables

    def _system(self, kinds: Kinds) -> tuple[TaxBenefitSystem, list[str]]:
        """The rules of some kinds, and the names of what is added up to the applicant."""
        system, own = TaxBenefitSystem([ITEM, FIRM]), self._own(kinds)
        rules = [rule for kind in kinds or (None,) for rule in self.settling.by_kind.get(kind, [])]
        facts = {
            fact.name: fact for rule in rules for tree in _trees(rule) for fact in walk(tree) if isinstance(fact, Fact)
        }
        for name, fact in facts.items():
            system.add_variable(_variable(name, ITEM if name in own else FIRM, fact.kind))
        for kind in kinds if kinds[1:] else ():
            system.add_variable(_variable(f"is_{kind}", ITEM, "bool"))
        for rule in rules:
            entity, flag = ITEM if rule.item else FIRM, f"is_{rule.item}" if kinds[1:] else None
            system.add_variable(_variable(f"due{rule.index}", entity, "money", self._due(rule, frozenset(own), flag)))
            system.add_variable(_variable(f"r{rule.index}", entity, "money", self._capped(rule)))
        if not kinds:
            return system, [f"r{rule.index}" for rule in rules]
        parts = [one for part in self.settling.tops for one in part.walk()]
        return system, [name for one in parts for name in self._added(system, one, kinds)]

    def _due(self, rule: ProgramRule, own: frozenset[str], flag: str | None) -> Callable[[Any, Any], Any]:
        test, value = self.printer.award(rule)
        tests = [*([f"read({flag!r})"] if flag else []), *([test] if test else [])]
        code = compile(f"np.where({' & '.join(tests)}, {value}, 0)" if tests else value, f"r{rule.index}", "eval")

        def formula(entity: Any, period: Any) -> Any:
            def read(name: str) -> Any:
                return (
                    entity(name, period) if not rule.item or name in own or name == flag else entity.firm(name, period)
                )

            return np.broadcast_to(eval(code, {"np": np, "read": read}), entity.count)

        return formula

    def _capped(self, rule: ProgramRule) -> Callable[[Any, Any], Any]:
        limits = self.settling.alone(rule)

        def formula(entity: Any, period: Any) -> Any:
            due = entity(f"due{rule.index}", period)
            return np.minimum(due, min(limits)) if limits else due

        return formula

    def _added(self, system: TaxBenefitSystem, part: Part, mine: Kinds) -> list[str]:
        """Variables of the applicant: sums over the items, or the highest of them."""
        kinds = {self.program.rules[rule].item for rule in part.rules}
        if _sums(part, kinds):
            if not kinds <= {*mine}:
                return []
            name = f"sum{min(part.rules)}_{len(part.rules)}"
            system.add_variable(
                _variable(name, FIRM, "money", lambda firm, period: firm.sum(self._of_item(part, firm, period)))
            )
            return [name]
        if part.limit is not None:
            return []
        found = []
        for rule in sorted(part.rules):
            if self.program.rules[rule].item in mine:
                system.add_variable(_variable(f"max{rule}", FIRM, "money", _highest(rule)))
                found.append(f"max{rule}")
        return found

    def _of_item(self, part: Part, firm: Any, period: Any) -> Any:
        if part.limit is not None:
            return np.minimum(part.limit, sum(self._of_item(one, firm, period) for one in part.parts))
        return np.maximum.reduce([firm.members(f"r{rule}", period) for rule in sorted(part.rules)])

    def _of_applicant(self, part: Part, parts: dict[str, Any]) -> Any:
        kinds = {self.program.rules[rule].item for rule in part.rules}
        if _sums(part, kinds):
            return parts[f"sum{min(part.rules)}_{len(part.rules)}"]
        if part.limit is not None:
            return np.minimum(part.limit, sum(self._of_applicant(one, parts) for one in part.parts))
        names = [f"{'max' if self.program.rules[rule].item else 'r'}{rule}" for rule in sorted(part.rules)]
        return np.maximum.reduce([parts[name] for name in names])


def _sums(part: Part, kinds: set[str | None]) -> bool:
    return part.node.per_item if part.node is not None else None not in kinds


def _highest(rule: int) -> Callable[[Any, Any], Any]:
    return lambda firm, period: np.maximum(firm.max(firm.members(f"r{rule}", period)), 0)


def _trees(rule: ProgramRule) -> list[Any]:
    return [*rule.when, *rule.limits, *(t for b in rule.branches for t in (b.when, b.high, *b.limits) if t)]


def _sort(kind: str) -> type:
    return {"bool": bool, "judgement": bool, "choice": np.int32, "text": np.int32, "date": np.int32}.get(
        kind, np.float32
    )


def _variable(name: str, entity: Any, kind: str, formula: Any = None) -> type[Variable]:
    sort = {np.int32: int, np.float32: float}.get(_sort(kind), bool)
    fields = {"entity": entity, "definition_period": DateUnit.YEAR, "label": name, "value_type": sort}
    return type(name, (Variable,), fields | ({"formula": formula} if formula else {}))


def _dialect(words: dict[str, int]) -> Dialect:
    def fact(tree: Fact) -> str:
        return f"(read({tree.name!r}) * 100)" if tree.kind == "money" else f"read({tree.name!r})"

    def number(value: str | date) -> str:
        return str((value - EPOCH).days if isinstance(value, date) else words.setdefault(value, len(words)))

    def chosen(pairs: Sequence[tuple[str, str]]) -> str:
        found = "0"
        for test, value in reversed(pairs):
            found = f"np.where({test}, {value}, {found})" if test else value
        return found

    def joined(sign: str) -> Callable[[Sequence[str]], str]:
        return lambda terms: f"({f' {sign} '.join(terms)})"

    def nested(name: str) -> Callable[[Sequence[str]], str]:
        return lambda terms: terms[0] if not terms[1:] else f"np.{name}({terms[0]}, {nested(name)(terms[1:])})"

    return Dialect(
        fact=fact,
        constant=number,
        equal="==",
        unequal="!=",
        both=joined("&"),
        any=joined("|"),
        negated=lambda term: f"~({term})",
        least=nested("minimum"),
        most=nested("maximum"),
        floored=lambda term, places: f"({term} / {10**places})" if places else term,
        product=lambda one, other: f"({one} * {other})",
        chosen=chosen,
    )
