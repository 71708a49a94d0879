"""zen-engine: one JDM decision for an applicant with all his items; a node that loops over each kind, one that settles."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import zen

from subsidy_rules.expr import Fact
from subsidy_rules.model.program import ProgramRule

from .policies import Dialect, Part, Printer, Settling

EPOCH = date(1970, 1, 1)
OWN = "applicant"
Facts = dict[str, Any]


class Zen:
    def __init__(self, settling: Settling) -> None:
        self.settling, self.program, self.printer = settling, settling.program, Printer(_dialect())
        self.decision = zen.ZenEngine().create_decision(json.dumps(self._model()))

    def evaluate(self, applicant: Facts, items: dict[str, list[Facts]]) -> dict[str, Any]:
        """By kind and item what is due by each rule; `result`: the total in fen."""
        context: dict[str, Any] = {OWN: [_plain(applicant)]}
        for kind in self.settling.by_kind:
            if kind is not None:
                context[kind] = [_plain(applicant | item) for item in items.get(kind, [])]
        found: dict[str, Any] = self.decision.evaluate(context)["result"]
        return found

    def _model(self) -> dict[str, Any]:
        kinds = [kind or OWN for kind in self.settling.by_kind]
        nodes: list[dict[str, Any]] = [{"id": "in", "name": "in", "type": "inputNode", "content": {}}]
        settle = [_line(kind, kind) for kind in kinds]
        added: dict[str, list[tuple[str, str]]] = {kind: [] for kind in kinds}
        settle.append(_line("total", " + ".join(self._of_applicant(part, added) for part in self.settling.tops)))
        for kind, rules in self.settling.by_kind.items():
            lines = [line for rule in rules for line in self._award(rule)]
            lines += [_line(name, value) for name, value in added[kind or OWN]]
            name = kind or OWN
            nodes.append(_node(name, lines, {"executionMode": "loop", "inputField": name, "outputPath": name}))
        nodes += [_node("settle", settle, {}), {"id": "out", "name": "out", "type": "outputNode", "content": {}}]
        pairs = [pair for kind in kinds for pair in (("in", kind), (kind, "settle"))] + [("settle", "out")]
        edges = [{"id": f"{a}-{b}", "sourceId": a, "targetId": b, "type": "edge"} for a, b in pairs]
        return {"nodes": nodes, "edges": edges}

    def _award(self, rule: ProgramRule) -> list[dict[str, str]]:
        test, value = self.printer.award(rule)
        limits = self.settling.alone(rule)
        due = f"due{rule.index}"
        capped = f"min([$.{due}, {min(limits)}])" if limits else f"$.{due}"
        return [_line(due, f"{test} ? {value} : 0" if test else value), _line(f"r{rule.index}", capped)]

    def _of_item(self, part: Part) -> str:
        if part.limit is not None:
            return f"min([{part.limit}, {' + '.join(map(self._of_item, part.parts))}])"
        rules = [f"$.r{rule}" for rule in sorted(part.rules)]
        return f"max([{', '.join(rules)}])" if rules[1:] else rules[0]

    def _of_applicant(self, part: Part, added: dict[str, list[tuple[str, str]]]) -> str:
        kinds = {self.program.rules[rule].item for rule in part.rules}
        if part.node.per_item if part.node is not None else None not in kinds:
            kind, name = str(min(map(str, kinds))), f"sum{min(part.rules)}"
            added[kind].append((name, self._of_item(part)))
            return f"sum(map({kind}, #.{name}))"
        if part.limit is not None:
            return f"min([{part.limit}, {' + '.join(self._of_applicant(one, added) for one in part.parts)}])"
        found = []
        for rule in sorted(part.rules):
            kind = self.program.rules[rule].item or OWN
            found.append(f"(len({kind}) > 0 ? max(map({kind}, #.r{rule})) : 0)")
        return f"max([{', '.join(found)}])" if found[1:] else found[0]


def _plain(facts: Facts) -> Facts:
    return {name: (value - EPOCH).days if isinstance(value, date) else value for name, value in facts.items()}


def _line(key: str, value: str) -> dict[str, str]:
    return {"id": key, "key": key, "value": value}


def _node(name: str, expressions: list[dict[str, str]], more: dict[str, str]) -> dict[str, Any]:
    content = {"expressions": expressions, "passThrough": False} | more
    return {"id": name, "name": name, "type": "expressionNode", "content": content}


def _dialect() -> Dialect:
    def fact(tree: Fact) -> str:
        return f"({tree.name} * 100)" if tree.kind == "money" else tree.name

    def constant(value: str | date) -> str:
        return str((value - EPOCH).days) if isinstance(value, date) else json.dumps(value, ensure_ascii=False)

    def chosen(pairs: Sequence[tuple[str, str]]) -> str:
        found = "0"
        for test, value in reversed(pairs):
            found = f"({test} ? {value} : {found})" if test else value
        return found

    return Dialect(
        fact=fact,
        constant=constant,
        equal="==",
        unequal="!=",
        both=lambda terms: f"({' and '.join(terms)})",
        any=lambda terms: f"({' or '.join(terms)})",
        negated=lambda term: f"not ({term})",
        least=lambda terms: f"min([{', '.join(terms)}])",
        most=lambda terms: f"max([{', '.join(terms)}])",
        floored=lambda term, places: f"floor({term} / {10**places})" if places else term,
        product=lambda one, other: f"({one} * {other})",
        chosen=chosen,
    )
