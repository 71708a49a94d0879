"""Where the answer of a rule may turn: every comparison that it makes, said or implied (a limit that is met, the lesser of two
figures, a full step)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Literal as OneOf

from ..expr import Bool, Call, Compare, Literal, Tree, children, facts, show
from ..model.program import Program, ProgramRule

Kind = OneOf["threshold", "edge", "kink", "step", "cap", "minimum"]


@dataclass(frozen=True, slots=True)
class Switch:
    """One comparison of two quantities or days. `threshold`: in condition `at` of the rule (or of the branch, which is then not
    None); `edge`: of a table; `kink`: inside an amount; `cap`: the amount of the branch meets a limit, whose `bound` it names;
    `minimum`: the amount of the branch reaches the least that is paid."""

    kind: Kind
    test: Compare
    branch: int | None = None
    at: int = 0
    bound: str = ""

    @property
    def text(self) -> str:
        return show(self.test)


def switches(program: Program, rule: ProgramRule) -> Iterator[Switch]:
    """All comparisons of a rule with its branches, its limits and the caps that it is under, each once."""
    seen: set[tuple[int | None, Compare]] = set()
    for switch in _all(program, rule):
        if facts(switch.test) and (switch.branch, switch.test) not in seen:
            seen.add((switch.branch, switch.test))
            yield switch


def _all(program: Program, rule: ProgramRule) -> Iterator[Switch]:
    for at, tree in enumerate(rule.when):
        yield from (Switch("threshold", test, at=at) for test in comparisons(tree))
    for n, branch in enumerate(rule.branches):
        if branch.when:
            yield from (Switch("edge", test, n) for test in comparisons(branch.when))
        yield from (Switch("kink", test, n) for test in _implied(branch.high))
        yield from (Switch("step", test, n) for test in _steps(branch.high))
        limits = [(limit, "") for limit in (*branch.limits, *rule.limits)]
        limits += [(cap.limit, cap.path) for cap in program.caps_of[rule.index] if cap.kind == "limit" and cap.limit]
        for limit, bound in limits:
            yield Switch("cap", Compare((">=",), (branch.high, limit)), n, bound=bound)
            yield from (Switch("cap", test, n, bound=bound) for test in _implied(limit))
        if rule.minimum is not None:
            yield Switch("minimum", Compare((">=",), (branch.high, Literal("money", rule.minimum))), n)
        for cap in program.caps_of[rule.index]:
            if cap.kind == "units" and cap.limit and branch.units:
                yield Switch("cap", Compare((">=",), (branch.units, cap.limit)), n, bound=cap.path)


def comparisons(tree: Tree) -> Iterator[Compare]:
    """Every comparison by order in a condition, a double one as two."""
    if isinstance(tree, Compare):
        for at, op in enumerate(tree.ops):
            if op in ("<", "<=", ">", ">="):
                yield Compare((op,), tree.terms[at : at + 2])
    for child in children(tree):
        yield from comparisons(child)


def _implied(tree: Tree) -> Iterator[Compare]:
    """Comparisons inside an amount, and those that min and max make."""
    yield from comparisons(tree) if not isinstance(tree, Bool) else ()
    if isinstance(tree, Call) and tree.name in ("min", "max"):
        yield from (Compare((">=",), pair) for pair in combinations(tree.args, 2))
    for child in children(tree):
        yield from _implied(child)


def _steps(tree: Tree) -> Iterator[Compare]:
    """The first full step."""
    if isinstance(tree, Call) and tree.name == "steps":
        yield Compare((">=",), tree.args)
    for child in children(tree):
        yield from _steps(child)
