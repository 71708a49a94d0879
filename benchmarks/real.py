"""The policies that come with the library on their own worked cases: `real.py ROUNDS SECONDS`, JSON to stdout.

One figure is the mean over the cases of a policy; `all` evaluates the demo application under every policy.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from worker import batch

from subsidy_rules.errors import ProblemsError
from subsidy_rules.examples import load_examples, merged
from subsidy_rules.model.case import Case
from subsidy_rules.rules import Rules, folder, load, policies

DEMO = Path(__file__).resolve().parent.parent / "examples" / "demo.yaml"


def worked(rules: Rules, name: str) -> list[Case]:
    path = folder() / "examples" / f"{name}.yaml"
    if not path.is_file():
        return []
    examples, _ = load_examples(path)
    return [rules.admit(merged(examples.base, case.application)) for case in examples.cases]


def over(function: Callable[[Case], Any], cases: Sequence[Case]) -> Callable[[], None]:
    def run() -> None:
        for case in cases:
            function(case)

    return run


def main(rounds: int, seconds: float) -> None:
    todo: list[tuple[dict[str, Any], Callable[[], None], int, list[float]]] = []

    def add(name: str, rules: Rules, cases: list[Case]) -> None:
        about = {"policy": name, "rules": len(rules.program.rules), "cases": len(cases)}
        if cases:
            claims = sum(len(rules.assess(case).awards) for case in cases) / len(cases)
            about |= {"items": sum(len(case.items) for case in cases) / len(cases), "claims": claims}
            for variant in ("totals", "assess"):
                todo.append((about | {"variant": variant}, over(getattr(rules, variant), cases), len(cases), []))

    for name in policies():
        try:
            rules = load(name)
            add(name, rules, worked(rules, name))
        except ProblemsError as error:
            print(f"{name} left out: {error.problems[0]}", file=sys.stderr)
    if DEMO.is_file():
        rules = load()
        add("all", rules, [rules.admit(DEMO)])
    for _ in range(rounds):
        for _, function, count, samples in random.sample(todo, len(todo)):
            samples.append(batch(function, seconds) / count * 1e6)
    print(json.dumps([about | {"microseconds": samples} for about, _, _, samples in todo]))


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
