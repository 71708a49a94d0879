"""A random sample of the mutants of engine and expr: how many of them do the tests kill?

    python tests/mutants.py 300 [seed]

Needs mutmut 3 (`[tool.mutmut]` in pyproject.toml). All of them take about half a day on two cores, 300 about half an hour.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MUTMUT = [str(Path(sys.executable).with_name("mutmut")), "run", "--max-children", str(os.cpu_count() or 1)]


def run(*names: str) -> None:
    subprocess.run([*MUTMUT, *names], cwd=ROOT, env=os.environ | {"HYPOTHESIS_PROFILE": "quick"}, check=False)


def results() -> dict[str, int | None]:
    """Exit code of the tests by mutant; None: not run."""
    files = (ROOT / "mutants" / "src").rglob("*.py.meta")
    return {name: code for file in files for name, code in json.loads(file.read_text())["exit_code_by_key"].items()}


def main(size: int, seed: int) -> None:
    run("subsidy_rules.engine.share.*")  # writes all mutants, tries the few of one module
    chosen = random.Random(seed).sample(sorted(results()), size)
    run(*chosen)
    found = results()
    alive = sorted(name for name in chosen if found[name] == 0)
    print(f"\n{len(chosen) - len(alive)} of {len(chosen)} killed; alive (see `mutmut show NAME`):", *alive, sep="\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300, int(sys.argv[2]) if len(sys.argv) > 2 else 7)
