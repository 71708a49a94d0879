"""The ledger on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from ledger_help import FOLDER, application, approve, project
from typer.testing import CliRunner

from subsidy_rules.cli.app import app

POLICY = ("-p", str(FOLDER / "fund.yaml"))
DAY = ("--decided-on", "2026-03-02")


@pytest.fixture
def run(tmp_path: Path) -> Any:
    """`subsidy-rules ledger …` on a database of its own."""
    environment = {"SUBSIDY_RULES_LEDGER": f"sqlite:///{tmp_path / 'ledger.db'}", "SUBSIDY_RULES_LANG": "en"}

    def call(*arguments: str, code: int = 0, stdin: str | None = None) -> Result:
        found = CliRunner().invoke(app, ["ledger", *arguments], input=stdin, env=environment)
        assert found.exit_code == code, found.output
        return found

    call("migrate")
    return call


def asked(amount: str, **more: Any) -> str:
    return json.dumps(application("a", project("p"), approved=[approve("equipment", amount, "p")], **more))


def test_the_whole_way(run: Any) -> None:
    run("figure", "fund/pool", "100万元", "--year", "2026", "--key", "f", *POLICY)
    made = run("decide", "-", "--key", "k", *DAY, *POLICY, stdin=asked("60万元"))
    assert made.stdout.splitlines() == ["k  2026-03-02  recorded #2", "  fund/equipment:p  60万元"]
    again = run("decide", "-", "--key", "k", *DAY, *POLICY, "--lang", "zh", stdin=asked("60万元"))
    assert "已记过 #2" in again.stdout
    refused = run("decide", "-", "--key", "k2", *DAY, *POLICY, stdin=asked("60万元"), code=1)
    assert "SR804" in refused.stderr and refused.stdout == ""
    corrected = run("decide", "-", "--key", "c", "--correct", "k", *POLICY, "--json", stdin=asked("75.5万元"))
    answer = json.loads(corrected.stdout)
    assert (answer["kind"], answer["delta"], answer["awards"][0]["amount"]) == ("correction", "155000.00", "755000.00")
    assert [line.split() for line in run("left", "--year", "2026", *POLICY).stdout.splitlines() if "pool" in line] == [
        ["fund/pool", "100万元", "75.5万元", "24.5万元"]
    ]
    left = json.loads(run("left", "--year", "2026", *POLICY, "--json").stdout)
    assert left["parameters"]["fund/pool"] == "245000.00元"
    grants = json.loads(run("grants", "a").stdout)
    assert grants["history"] == "complete" and grants["grants"][0]["amount"] == "755000.00元"
    assert json.loads(run("grants", "a", "--as-of", "2026-03-01").stdout)["grants"] == []
    run("repay", "a", "fund/equipment:p", "--year", "2026", "--key", "r")
    assert json.loads(run("grants", "a").stdout)["grants"][0]["repaid"] is True
    sound = run("verify").stdout.strip().removeprefix("sound: ")
    assert sound.startswith("4:")
    run("verify", "--noted", sound)
    broken = json.loads(run("verify", "--noted", "4:" + "0" * 64, "--json", code=1).stdout)
    assert (broken["ok"], broken["problems"][0]["code"]) == (False, "SR823")


def test_earlier_awards_from_a_file(run: Any, tmp_path: Path) -> None:
    grant = {"policy": "fund", "rule": "title", "year": 2025, "amount": "20万元"}
    path = tmp_path / "old.json"
    path.write_text(json.dumps(application("a", grants=[grant])), "utf-8")
    run("record", str(path), "--key", "old", "--decided-on", "2025-06-01", *POLICY)
    assert json.loads(run("grants", "a").stdout)["grants"][0]["amount"] == "200000.00元"


def test_refusals_in_json(run: Any) -> None:
    refused = json.loads(run("decide", "-", "--key", "k", *POLICY, "--json", stdin=asked("101万元"), code=1).stdout)
    assert refused["key"] == "k" and refused["problems"][0]["code"] == "SR805"
    wrong = json.loads(run("decide", "-", "--key", "k", *POLICY, "--json", stdin=asked("101"), code=1).stdout)
    assert wrong["problems"][0]["code"] == "SR404"
    for arguments in (("verify", "--noted", "x"), ("left", *POLICY), ("grants", "a", "--as-of", "1.1."), ("nope",)):
        run(*arguments, code=2)
    assert "SR825" in run("verify", "--database", "oracle://x", code=1).stderr


def test_every_command_says_what_it_does_in_both_languages(run: Any) -> None:
    for name in ("migrate", "figure", "record", "decide", "repay", "grants", "left", "verify"):
        shown = run(name, "--help").stdout
        assert "数据库 The database" in shown and "Exit codes" in shown
