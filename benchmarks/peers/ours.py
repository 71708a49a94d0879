"""subsidy_rules: the policy text through the real loader. Both ends of the interval are always computed, exactly."""

from __future__ import annotations

import tempfile
from pathlib import Path

from workload import Workload, application, facts_text, policy_text

from subsidy_rules.engine.assess import totals
from subsidy_rules.engine.reference import ReferencePricer
from subsidy_rules.rules import Rules, load

from . import Built


def build(work: Workload) -> Built:
    rules = rules_of(work)
    case, unknown = rules.admit(application(work)), rules.admit(application(work, 10))
    reference = ReferencePricer(rules.program)
    raw = application(work)

    def prices() -> list[float]:
        return [award.due.ceiling or 0 if award.due else 0 for award in rules.assess(case).awards]

    def total() -> float:
        return rules.totals(case)[1] or 0

    assert totals(rules.program, case, reference)[:2] == rules.totals(case)  # nothing of it is open
    return Built(
        prices,
        total,
        {
            "totals": total,
            "assess": lambda: rules.assess(case),
            "totals, 10 % of facts unknown": lambda: rules.totals(unknown),
            "assess, 10 % of facts unknown": lambda: rules.assess(unknown),
            "admit and assess": lambda: rules.assess(raw),
            "totals, reference pricer": lambda: totals(rules.program, case, reference),
        },
        "all, as intervals; assess with every reason",
    )


def rules_of(work: Workload) -> Rules:
    with tempfile.TemporaryDirectory() as folder:
        policy, facts = Path(folder, "workload.yaml"), Path(folder, "facts.yaml")
        policy.write_text(policy_text(work), encoding="utf-8")
        facts.write_text(facts_text(), encoding="utf-8")
        return load(policy, facts=facts)
