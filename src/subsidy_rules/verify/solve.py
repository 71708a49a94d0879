"""The solver: one call in a bounded time, the same answer every time. What was asked before must not matter, and it would,
by the numbers that terms have; so every call has a context of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import z3  # type: ignore[import-untyped]

Outcome = Any  # z3.ModelRef, "none" or "timeout"


def model_of(constraints: Iterable[z3.BoolRef], seconds: float) -> Outcome:
    """Values that meet all constraints; `none` if there are none, which is a proof; `timeout` if that is not known."""
    solver = z3.Solver(ctx=z3.Context())
    solver.set("random_seed", 0)
    return _outcome(solver, constraints, seconds)


def largest(term: z3.ArithRef, constraints: Iterable[z3.BoolRef], seconds: float) -> Outcome:
    """As `model_of`, with the largest value of a term if that is found in time."""
    optimizer = z3.Optimize(ctx=z3.Context())
    optimizer.maximize(term.translate(optimizer.ctx))
    return _outcome(optimizer, constraints, seconds)


def _outcome(solver: Any, constraints: Iterable[z3.BoolRef], seconds: float) -> Outcome:
    solver.set("timeout", max(1, round(seconds * 1000)))
    solver.add(*(z3.And(constraint).translate(solver.ctx) for constraint in constraints))
    found = solver.check()
    if found == z3.sat:
        return solver.model().translate(z3.main_ctx())
    return "none" if found == z3.unsat else "timeout"
