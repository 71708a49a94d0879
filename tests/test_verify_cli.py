"""`verify` on the command line: exit codes, languages, JSON, pictures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from draft_help import FACTS, HEAD, rule
from test_cli import run

from subsidy_rules.model.vocabulary import Label
from subsidy_rules.verify import questions, safety
from subsidy_rules.verify.finding import Finding, Question

CLIFF = HEAD + rule("{when: cost <= 1000万元, rate: 30%, of: cost, max: 200万元}")
MENDED = HEAD + rule("{rate: 30%, of: cost, max: 200万元}")


@pytest.fixture
def drafts(tmp_path: Path) -> Path:
    (tmp_path / "facts.yaml").write_text(FACTS, "utf-8")
    (tmp_path / "cliff.yaml").write_text(CLIFF, "utf-8")
    (tmp_path / "mended.yaml").write_text(MENDED, "utf-8")
    return tmp_path


def test_what_is_to_be_looked_at_is_told_with_its_example(drafts: Path) -> None:
    found = run("verify", str(drafts / "cliff.yaml"))
    assert found.exit_code == 0
    assert "从 1000万元 到 10000000.01元 少 200万元" in found.stdout
    assert "例 project-1: cost: 1000万元" in found.stdout
    assert "one-fen-decides-little" in found.stdout
    english = run("verify", str(drafts / "cliff.yaml"), "--lang", "en").stdout
    assert "from 10,000,000元 to 10,000,000.01元 2,000,000元 less" in english


def test_all_lists_what_is_proved_too(drafts: Path) -> None:
    path = str(drafts / "mended.yaml")
    assert "多一些" not in run("verify", path, "-q", "more-never-pays-less").stdout
    assert "没有需要留意的" in run("verify", path, "-q", "more-never-pays-less").stdout
    assert "投入：越多，所得不减" in run("verify", path, "-q", "more-never-pays-less", "--all").stdout


def test_json_has_every_finding_with_an_application_that_is_admitted(drafts: Path) -> None:
    path = str(drafts / "cliff.yaml")
    found = json.loads(run("verify", path, "--json").stdout)["policies"]
    assert [one["id"] for one in found] == ["yunxi"]
    cliff = next(one for one in found[0]["findings"] if one["question"] == "more-never-pays-less")
    assert cliff["verdict"] == "refuted" and cliff["notable"] is True
    assert cliff["figures"][1] == {"name": "cliff", "value": "1000万元 → 10000000.01元: 200万元 → 0元"}
    application = drafts / "application.json"
    application.write_text(json.dumps(cliff["witness"]), "utf-8")
    answer = json.loads(run("assess", str(application), "--policy", path, "--json").stdout)
    assert answer["totals"][0]["ceiling"] == "2000000.00"


def test_two_versions(drafts: Path) -> None:
    found = run("verify", str(drafts / "mended.yaml"), "--against", str(drafts / "cliff.yaml"))
    assert found.exit_code == 0
    assert "没有任何申请比旧版少得" not in found.stdout  # proved: listed with --all
    assert "最高可得由 0元 变为 200万元" in found.stdout


def test_pictures_are_written(drafts: Path) -> None:
    folder = drafts / "pictures"
    found = run("verify", str(drafts / "cliff.yaml"), "-q", "more-never-pays-less", "--plots", str(folder))
    assert found.exit_code == 0
    assert sorted(path.name for path in folder.iterdir()) == ["yunxi-grant-cost.png", "yunxi-grant-cost.svg"]


WRONG = (("-q", "more-never-pays"), ("--timeout", "0"), ("--against", "nope"))


@pytest.mark.parametrize("arguments", WRONG, ids=" ".join)
def test_wrong_usage_is_2(drafts: Path, arguments: tuple[str, str]) -> None:
    assert run("verify", str(drafts / "cliff.yaml"), *arguments).exit_code == 2


def test_an_unknown_question_names_the_nearest(drafts: Path) -> None:
    assert "more-never-pays-less" in run("verify", str(drafts / "cliff.yaml"), "-q", "more-never-pays").stderr


def test_two_policies_have_no_earlier_version(drafts: Path) -> None:
    both = (str(drafts / "cliff.yaml"), str(drafts / "mended.yaml"))
    assert run("verify", *both, "--against", both[0]).exit_code == 2


def test_a_policy_that_cant_be_loaded_is_1(drafts: Path) -> None:
    (drafts / "bad.yaml").write_text(CLIFF.replace("rate:", "rte:"), "utf-8")
    assert run("verify", str(drafts / "bad.yaml")).exit_code == 1


def test_money_at_risk_is_1(drafts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No policy that the engine settles is at risk: so it is said of one."""
    finding = Finding("cap-exceeded", "yunxi", "yunxi/grant-cap", "1", "refuted", True, Label(zh="超", en="Over"))
    exceeded = Question("cap-exceeded", safety.EXCEEDED.title, lambda *_: iter([finding]), safety=True)
    monkeypatch.setattr(questions, "QUESTIONS", (exceeded,))
    assert run("verify", str(drafts / "cliff.yaml")).exit_code == 1
    harmless = Question("cap-exceeded", safety.EXCEEDED.title, lambda *_: iter([finding]))
    monkeypatch.setattr(questions, "QUESTIONS", (harmless,))
    assert run("verify", str(drafts / "cliff.yaml")).exit_code == 0


def test_without_the_extra_it_says_which(drafts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import builtins

    real = builtins.__import__

    def missing(name: str, *rest: Any) -> Any:
        if name == "verify.questions" or name.endswith("verify.questions"):
            raise ModuleNotFoundError("No module named 'z3'", name="z3")
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", missing)
    found = run("verify", str(drafts / "cliff.yaml"))
    assert found.exit_code == 2 and "subsidy-rules[verify]" in found.stderr  # wrong usage, as with every extra
