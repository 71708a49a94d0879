"""How many of the mutants of `expr` or `engine` do the tests notice? A random sample; see docs/decisions/0021.

    python tests/mutants.py expr|engine [size [seed]]

A copy of the checkout in build/mutants/ is mutated, so that one can go on editing. What survives is shown as a diff.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

from mutmut.stats import status_by_exit_code

ROOT = Path(__file__).resolve().parents[1]
TESTS = {  # what can tell a mutant from the original in seconds
    "expr": ["expr", "expr_properties"],
    "engine": ["engine", "choose", "settlement", "whole", "fictitious"],
}
FIRST = {"expr": "subsidy_rules.expr.kinds.x_product*", "engine": "subsidy_rules.engine.share.*"}
CONFIG = """
[tool.mutmut]
source_paths = ["src"]
only_mutate = ["src/subsidy_rules/{package}/*.py"]
also_copy = ["policies"]
pytest_add_cli_args_test_selection = {tests}
pytest_add_cli_args = ["-p", "no:cacheprovider"]
timeout_multiplier = 5.0
track_dependencies = false
use_git_change_detection = false
"""


def workplace(package: str) -> Path:
    """A fresh copy of what is mutated, with mutmut set up for one package."""
    place = ROOT / "build" / "mutants" / package
    shutil.rmtree(place, ignore_errors=True)
    for name in ("src", "tests", "policies"):
        shutil.copytree(ROOT / name, place / name)
    tests = [f"tests/test_{name}.py" for name in TESTS[package]]
    plain = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (place / "pyproject.toml").write_text(plain + CONFIG.format(package=package, tests=tests), encoding="utf-8")
    return place


def run(place: Path, *names: str) -> dict[str, str]:
    """Run the tests on some mutants. How each mutant fares so far: mutmut keeps the exit code of pytest by its name."""
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", "2", *names]
    subprocess.run(command, cwd=place, env=os.environ | {"HYPOTHESIS_PROFILE": "quick"}, check=True, stdout=sys.stderr)
    codes: dict[str, int | None] = {}
    for file in (place / "mutants" / "src").rglob("*.py.meta"):
        codes |= json.loads(file.read_text(encoding="utf-8"))["exit_code_by_key"]
    return {name: status_by_exit_code[code] for name, code in codes.items()}


def main(package: str, size: int = 300, seed: int = 7) -> None:
    place = workplace(package)
    every = sorted(run(place, FIRST[package]))  # writes all mutants, tries the few of one function
    chosen = random.Random(seed).sample(every, min(size, len(every)))
    found = run(place, *chosen)
    alive = [name for name in sorted(chosen) if found[name] not in ("killed", "timeout", "segfault")]
    for name in alive:
        subprocess.run([sys.executable, "-m", "mutmut", "show", name], cwd=place, check=True)
    print(f"{len(chosen) - len(alive)} of {len(chosen)} noticed: {dict(Counter(found[name] for name in chosen))}")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
