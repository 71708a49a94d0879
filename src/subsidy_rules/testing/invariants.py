"""What holds of every answer, whatever the policy: one function for each invariant, and all of them at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .invariants_amounts import (
    assert_bounds_only_lower,
    assert_intervals,
    assert_steps_add_up,
    assert_totals,
    assert_unquantified_apart,
)
from .invariants_bounds import assert_counts, assert_exclusive, assert_limits, assert_optimal
from .invariants_change import (
    assert_applicants_apart,
    assert_engines_agree,
    assert_knowledge_narrows,
    assert_order_irrelevant,
    assert_promotions_add_up,
    assert_replay,
)
from .seen import InvariantError

if TYPE_CHECKING:
    from ..rules import Rules

INVARIANTS: dict[str, Callable[[Rules, Any], None]] = {
    "intervals": assert_intervals,
    "bounds_only_lower": assert_bounds_only_lower,
    "steps_add_up": assert_steps_add_up,
    "totals": assert_totals,
    "unquantified_apart": assert_unquantified_apart,
    "limits": assert_limits,
    "counts": assert_counts,
    "exclusive": assert_exclusive,
    "optimal": assert_optimal,
    "order_irrelevant": assert_order_irrelevant,
    "applicants_apart": assert_applicants_apart,
    "knowledge_narrows": assert_knowledge_narrows,
    "promotions_add_up": assert_promotions_add_up,
    "replay": assert_replay,
    "engines_agree": assert_engines_agree,
}


def check_invariants(rules: Rules, application: Any) -> None:
    """Every invariant of one application (a mapping, a file, or an admitted case). Raises InvariantError, an AssertionError whose
    message holds the application in YAML; ProblemsError where the application is refused."""
    for invariant in INVARIANTS.values():
        invariant(rules, application)


__all__ = ["INVARIANTS", "InvariantError", "check_invariants", *(f"assert_{name}" for name in INVARIANTS)]
