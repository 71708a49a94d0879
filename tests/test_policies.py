"""The five policies: every provision has its rule, every figure stands at it, every worked case comes out, under both
pricers; every reading that says how to compute it loads; the wheel carries them."""

from __future__ import annotations

import json
import subprocess
import sys
import unicodedata
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from engine_help import ENGINES

import subsidy_rules
from subsidy_rules.examples import load_examples, run_examples
from subsidy_rules.loading import build
from subsidy_rules.loading.readings import variants
from subsidy_rules.rules import Rules

ROOT = Path(__file__).resolve().parents[1]
CITIES = ("binjiang", "jiangyin", "suzhou", "tongxiang", "yancheng")
INVENTORY: dict[str, Any] = json.loads((ROOT / "tests" / "figures.json").read_text(encoding="utf-8"))
TOOL = ROOT.parent / "shared" / "tools" / "check_figures.py"


@cache
def rules_of(city: str) -> Rules:
    return subsidy_rules.load(city)


def cases_of(city: str) -> Path:
    return ROOT / "policies" / "examples" / f"{city}.yaml"


def plain(figure: str) -> str:
    return "".join(unicodedata.normalize("NFKC", figure).replace(",", "").split())


def test_the_library_knows_its_policies() -> None:
    assert subsidy_rules.policies() == CITIES


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("city", CITIES)
def test_worked_cases(city: str, engine: str) -> None:
    program = rules_of(city).program
    count, problems = run_examples(cases_of(city), program, ENGINES[engine](program))
    assert count >= 50
    assert [str(problem) for problem in problems] == []


@pytest.mark.parametrize("city", CITIES)
def test_worked_cases_come_out_the_same_beside_the_other_policies(city: str) -> None:
    program = subsidy_rules.load().program
    _, problems = run_examples(cases_of(city), program, ENGINES["compiled"](program))
    differing = [p for p in problems if "subject_to" not in p.message and "repayable" not in p.message]
    assert [str(problem) for problem in differing] == []


@pytest.mark.parametrize("city", CITIES)
def test_every_provision_has_its_rule_and_every_figure_stands_at_it(city: str) -> None:
    policy = rules_of(city).program.policies[0]
    written: dict[str, set[str]] = {}
    for rule in policy.rules:
        written.setdefault(rule.provision or "", set()).update(map(plain, rule.figures))
    wanted = INVENTORY[city]["provisions"]
    assert set(wanted) <= set(written)
    everywhere = {
        plain(figure) for entry in (*policy.rules, *policy.bounds, *policy.clauses) for figure in entry.figures
    }
    for provision, figures in wanted.items():
        beside = {plain(f) for b in policy.bounds for f in b.figures}  # a joint figure may stand at the bound
        assert set(map(plain, figures)) <= written[provision] | beside, provision
    assert set(map(plain, INVENTORY[city]["policy"])) <= everywhere


@pytest.mark.parametrize("city", CITIES)
def test_every_monetary_rule_has_a_case(city: str) -> None:
    examples, _ = load_examples(cases_of(city))
    seen = {award.rule for case in examples.cases for award in case.expect.awards}
    rules = [rule for rule in rules_of(city).program.rules if rule.branches]
    assert {rule.id for rule in rules} - seen == set()


def test_there_are_cases_enough() -> None:
    assert sum(len(load_examples(cases_of(city))[0].cases) for city in CITIES) >= 250


@pytest.mark.parametrize("city", CITIES)
def test_every_reading_loads(city: str) -> None:
    rules = rules_of(city)
    found = list(variants(rules.documents))
    assert found
    for variant in found:
        build(variant.documents, rules.facts)


@pytest.mark.skipif(not TOOL.exists(), reason="the documents' inventory is not beside this checkout")
def test_the_tool_beside_the_checkout_finds_every_figure() -> None:
    done = subprocess.run(
        [sys.executable, str(TOOL), str(ROOT / "policies")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_the_wheel_carries_policies_and_vocabulary(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(tmp_path),
    ]
    subprocess.run([*command, str(ROOT)], check=True, capture_output=True, text=True)
    [wheel] = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {f"subsidy_rules/policies/{name}.yaml" for name in (*CITIES, "facts")} <= names
    assert "subsidy_rules/py.typed" in names


def test_the_import_is_quick() -> None:
    """Not a benchmark: nothing heavy is imported with the package."""
    code = "import sys, subsidy_rules; print(sorted({'pydantic', 'yaml', 'simpleeval', 'rich'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
