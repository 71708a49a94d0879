"""A policy as tests of pytest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from ..errors import ProblemsError
from ..examples import answer_of, differences, load_examples
from ..rules import Rules, load
from .boundaries import Boundary, boundary_cases
from .drawing import applications, near_boundaries
from .invariants import INVARIANTS, InvariantError

PHASES = set(Phase) - {Phase.explain}  # the message says it all
Invariant = Callable[[Rules, Any], None]


class PolicyTests(pytest.Collector):
    """All tests of one policy."""

    def __init__(self, *, rules: Rules, **more: Any) -> None:
        super().__init__(**more)
        self.rules = rules

    def collect(self) -> Iterable[pytest.Item]:
        return [PolicyTest.from_parent(self, name=name, run=run) for name, run in _tests(self.rules)]


class PolicyTest(pytest.Item):
    """One named test."""

    def __init__(self, *, run: Callable[[], None], **more: Any) -> None:
        super().__init__(**more)
        self.run = run

    def runtest(self) -> None:
        self.run()

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *_: Any, **__: Any) -> Any:
        """A broken invariant, or a case that differs, is told by its message alone, which holds the application."""
        if isinstance(excinfo.value, (InvariantError, DifferingCase)):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, self.nodeid


class DifferingCase(AssertionError):
    """A worked case of the policy does not come out as it was worked out."""


def policy_items(session: pytest.Session, names: list[str], facts: str | None) -> list[pytest.Item]:
    """The tests of policies by id or file. A policy that does not load is wrong usage: nothing of it can be tested."""
    items: list[pytest.Item] = []
    for name in names:
        try:
            rules = load(name, facts=facts)
        except ProblemsError as error:
            raise pytest.UsageError("\n".join(map(str, error.problems))) from None
        parent = PolicyTests.from_parent(session, name=name, nodeid=rules.program.policies[0].id, rules=rules)
        report = session.ihook.pytest_make_collect_report(collector=parent)
        session.ihook.pytest_collectreport(report=report)
        items += report.result
    return items


def _tests(rules: Rules) -> Iterator[tuple[str, Callable[[], None]]]:
    drawn = applications(rules) | near_boundaries(rules)
    cases = boundary_cases(rules)
    for name, invariant in INVARIANTS.items():
        yield f"random[{name}]", _random(rules, invariant, drawn)
        yield f"boundaries[{name}]", _boundaries(rules, invariant, cases)
    path = Path(rules.documents[0].file)
    path = path.parent / "examples" / path.name
    if path.is_file():
        yield from _worked(rules, path)


def _random(rules: Rules, invariant: Invariant, drawn: Any) -> Callable[[], None]:
    @settings(deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)
    @given(drawn)
    def test(application: Any) -> None:
        invariant(rules, application)

    run: Callable[[], None] = test
    return run


def _boundaries(rules: Rules, invariant: Invariant, cases: Iterable[Boundary]) -> Callable[[], None]:
    def test() -> None:
        for case in cases:
            try:
                invariant(rules, case.application)
            except InvariantError as error:
                raise InvariantError(f"{case.id} ({case.label.zh} {case.label.en}): {error}") from None

    return test


def _worked(rules: Rules, path: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    examples, _ = load_examples(path)
    for example in examples.cases:

        def test(example: Any = example) -> None:
            answer = answer_of(example, examples, rules.program, rules.pricer)
            found = list(differences(example.expect, answer, examples.policy))
            if found:
                lines = [f"{name}: {now}, worked out: {expected}" for name, now, expected in found]
                raise DifferingCase("\n".join([f"{path}: {example.id} ({example.why})", *lines]))

        yield f"case[{example.id}]", test
