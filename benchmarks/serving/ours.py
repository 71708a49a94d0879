"""subsidy_rules: the service as `subsidy-rules serve` starts it."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from workload import facts_text, make, policy_text

from subsidy_rules.service import Settings, serve

RULES = 50


def main() -> None:
    work = make(RULES)
    with tempfile.TemporaryDirectory() as folder:
        policy = Path(folder, "workload.yaml")
        policy.write_text(policy_text(work), "utf-8")
        policy.with_name("facts.yaml").write_text(facts_text(), "utf-8")
        serve(Settings(policies=(str(policy),), port=int(sys.argv[1]), workers=2))


if __name__ == "__main__":
    main()
