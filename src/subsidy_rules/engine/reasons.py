"""Why: failed conditions with what is lacking, facts that are missing, judgements that are due. Read off the trees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..expr import Bool, Compare, Fact, Literal, Tree, show
from ..expr.tree import QUANTITIES
from ..model.assessment import Unmet
from ..model.program import Program, ProgramRule

Named = Mapping[str, Any]


def unmet(tree: Tree, values: Named, text: str = "") -> Unmet:
    """A condition that is false; a threshold on a known fact says what is lacking."""
    if isinstance(tree, Bool) and tree.op == "and":
        tree, text = next(((term, "") for term in tree.terms if _threshold(term, values)), (tree, text))
    found = _threshold(tree, values)
    if found is None:
        return Unmet(text or show(tree))
    fact, value, limit = found
    least = 1 if isinstance(tree, Compare) and tree.ops == (">",) else 0  # 超过: one fen, one piece more
    return Unmet(
        condition=text or show(tree),
        fact=fact.name,
        value=show(Literal(fact.kind, value)),
        threshold=show(limit),
        lacking=show(Literal(fact.kind, limit.value - value + least)),  # type: ignore[operator]
    )


def _threshold(tree: Tree, values: Named) -> tuple[Fact, int, Literal] | None:
    """`fact >= constant` or `fact > constant` with the fact known and short of it."""
    if isinstance(tree, Compare) and tree.ops in ((">=",), (">",)):
        fact, limit = tree.terms
        if isinstance(fact, Fact) and isinstance(limit, Literal) and fact.kind in QUANTITIES:
            value = values.get(fact.name)
            if value is not None and value <= limit.value:
                return fact, value, limit
    return None


def is_judgement(program: Program, rule: ProgramRule, name: str) -> bool:
    scope = program.item_facts.get(rule.item or "", {})
    return (scope.get(name) or program.applicant_facts[name]).kind == "judgement"
