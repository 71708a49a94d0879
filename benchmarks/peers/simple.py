"""simpleeval alone: every rule one expression, parsed before."""

from __future__ import annotations

from simpleeval import SimpleEval
from workload import Workload, claims

from . import Built, Settlement, in_fen
from .infix import Dialect, expression

DIALECT = Dialect(member="{fact} == '{option}'", either="({then} if {test} else {otherwise})")


def build(work: Workload) -> Built:
    sources = {rule.id: expression(rule, DIALECT) for rule in work.rules}
    evaluator = SimpleEval(functions={"min": min})
    trees = {name: evaluator.parse(source) for name, source in sources.items()}
    todo = [(sources[rule.id], trees[rule.id], in_fen(facts)) for rule, _, facts in claims(work)]
    settle = Settlement(work)

    def prices() -> list[float]:
        found = []
        for source, tree, facts in todo:
            evaluator.names = facts
            found.append(evaluator.eval(source, previously_parsed=tree))
        return found

    def total() -> float:
        return float(settle(prices()))

    return Built(prices, total, {"evaluate": total}, "matching and pricing; groups and caps in plain Python")
