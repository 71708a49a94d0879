"""For callers and drafters: random applications, boundary cases, invariants and single faults, made from a policy.

    >>> from subsidy_rules.testing import applications, check_invariants

Needs the extra `testing` (Hypothesis, pytest), but for `mutations` and `boundary_cases`. Names are imported at first use: the
pytest plugin lives here, and every pytest run of an installation loads it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .boundaries import Boundary, boundary_cases
    from .drawing import applications, near_boundaries
    from .faults import KINDS, Mutation, mutations
    from .invariants import INVARIANTS, check_invariants
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
    from .random_policies import policies
    from .seen import InvariantError

_HOME = {
    "Boundary": "boundaries",
    "INVARIANTS": "invariants",
    "InvariantError": "seen",
    "KINDS": "faults",
    "Mutation": "faults",
    "applications": "drawing",
    "assert_applicants_apart": "invariants_change",
    "assert_bounds_only_lower": "invariants_amounts",
    "assert_counts": "invariants_bounds",
    "assert_engines_agree": "invariants_change",
    "assert_exclusive": "invariants_bounds",
    "assert_intervals": "invariants_amounts",
    "assert_knowledge_narrows": "invariants_change",
    "assert_limits": "invariants_bounds",
    "assert_optimal": "invariants_bounds",
    "assert_order_irrelevant": "invariants_change",
    "assert_promotions_add_up": "invariants_change",
    "assert_replay": "invariants_change",
    "assert_steps_add_up": "invariants_amounts",
    "assert_totals": "invariants_amounts",
    "assert_unquantified_apart": "invariants_amounts",
    "boundary_cases": "boundaries",
    "check_invariants": "invariants",
    "mutations": "faults",
    "near_boundaries": "drawing",
    "policies": "random_policies",
}
__all__ = [
    "INVARIANTS",
    "KINDS",
    "Boundary",
    "InvariantError",
    "Mutation",
    "applications",
    "assert_applicants_apart",
    "assert_bounds_only_lower",
    "assert_counts",
    "assert_engines_agree",
    "assert_exclusive",
    "assert_intervals",
    "assert_knowledge_narrows",
    "assert_limits",
    "assert_optimal",
    "assert_order_irrelevant",
    "assert_promotions_add_up",
    "assert_replay",
    "assert_steps_add_up",
    "assert_totals",
    "assert_unquantified_apart",
    "boundary_cases",
    "check_invariants",
    "mutations",
    "near_boundaries",
    "policies",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)
