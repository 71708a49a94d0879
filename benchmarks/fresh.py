"""Times one thing in a fresh process and prints seconds: `import`, `import everything`, `load N rules`, `load all policies`."""

from __future__ import annotations

import sys
import time


def main(what: str) -> float | None:
    if what == "import":
        started = time.perf_counter()
        import subsidy_rules  # noqa: F401

        return time.perf_counter() - started
    started = time.perf_counter()
    from subsidy_rules import rules as face

    if what == "import everything":
        return time.perf_counter() - started

    if what == "load all policies":
        if not face.policies():
            return None
        started = time.perf_counter()
        assert face.load().pricer
        return time.perf_counter() - started
    import workload

    from subsidy_rules.reading import read_yaml

    work = workload.make(int(what.split()[1]))
    policy, facts = workload.policy_text(work), workload.facts_text()
    started = time.perf_counter()
    rules = face.Rules.of([read_yaml(policy.encode(), "workload.yaml")], read_yaml(facts.encode(), "facts.yaml"))
    assert rules.pricer  # the generated code belongs to loading
    return time.perf_counter() - started


if __name__ == "__main__":
    taken = main(sys.argv[1])
    print("" if taken is None else taken)
