"""The command line: what it prints, in both languages, and its exit codes. Refused input never ends in a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner, Result

from subsidy_rules.cli.app import app
from subsidy_rules.cli.meanings import meanings
from subsidy_rules.schemas import SUBJECTS, schema_of
from subsidy_rules.version import VERSION

ROOT = Path(__file__).resolve().parents[1]
MINI = ROOT / "tests" / "mini"
POLICY, APPLICATION = str(MINI / "mini.yaml"), str(MINI / "application.yaml")
COMMANDS = (
    "assess", "compare", "questions", "advise", "project", "replay", "check", "lint", "verify", "cases", "new", "schema",
    "explain-code",
)  # fmt: skip


def run(*arguments: str, stdin: str | bytes | None = None) -> Result:
    found = CliRunner().invoke(app, list(arguments), input=stdin, env={"SUBSIDY_RULES_LANG": ""})
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
    return found


def assess(*more: str, application: str = APPLICATION, stdin: str | bytes | None = None) -> Result:
    return run("assess", application, "--policy", POLICY, *more, stdin=stdin)


def shell(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """A real process with its output in a pipe."""
    plain = {
        name: value for name, value in os.environ.items() if name not in ("FORCE_COLOR", "COLUMNS", "GITHUB_ACTIONS")
    }
    command = [sys.executable, "-c", "from subsidy_rules.cli import main; main()", *arguments]
    return subprocess.run(command, capture_output=True, env=plain | environment, cwd=ROOT, check=False)


def data(found: Result) -> Any:
    return json.loads(found.stdout)


def test_help_states_the_exit_codes() -> None:
    for arguments in ((), *((name,) for name in COMMANDS)):
        found = run(*arguments, "--help")
        assert found.exit_code == 0
        for text in ("Exit codes", "0 正常", "1 输入有问题", "2 用法不对"):
            assert text in found.stdout, (arguments, text)


def test_version() -> None:
    assert run("--version").stdout == f"subsidy-rules {VERSION}\n"


WRONG = (
    "", "nope", "assess", "schema nope", "check nope", "explain-code SR000", "assess A -p nope", "assess A --lang fr",
    "assess A --date 2026-1-1", "assess A --date 20260101", "assess A --year 1", "project A",
    "project A --years 2028-2026", "project A --years 2000-2199",
)  # fmt: skip


@pytest.mark.parametrize("line", WRONG)
def test_wrong_usage_is_2(line: str) -> None:
    assert run(*(APPLICATION if word == "A" else word for word in line.split())).exit_code == 2


def test_unknown_policy_names_the_nearest() -> None:
    assert "binjiang" in run("check", "binjang").stderr


SAID = {
    "zh": ("草案，未施行", "确定可得 65万元，最高可得 170万元", "一事一议", "少 30万元", "以主管部门审定为准"),
    "en": ("DRAFT", "assured 650,000元, at most 1,700,000元", "case by case", "less by 300,000元", "office decides"),
}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_assess_table(lang: str) -> None:
    found = assess("--lang", lang)
    assert found.exit_code == 0 and found.stderr == ""
    for text in SAID[lang]:
        assert text in found.stdout
    assert "…" not in found.stdout  # nothing is cut


@pytest.mark.parametrize("depth", ["sentence", "table", "tree"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_depth_says_draft_and_who_decides(depth: str, lang: str) -> None:
    found = assess("--depth", depth, "--lang", lang)
    assert ("草案" if lang == "zh" else "DRAFT") in found.stdout
    assert ("以主管部门审定为准" if lang == "zh" else "the competent office decides") in found.stdout


def test_language_from_the_environment() -> None:
    found = CliRunner().invoke(
        app, ["assess", APPLICATION, "-p", POLICY, "-d", "sentence"], env={"SUBSIDY_RULES_LANG": "en"}
    )
    assert found.stdout.startswith("Model policy")


def test_json_is_the_documented_assessment() -> None:
    found = data(assess("--json"))
    Draft202012Validator(schema_of("assessment")).validate(found)
    assert found["totals"][0] | {"open": []} == {
        "policy": "mini", "payee": "applicant", "kind": "cash", "assured": "650000.00", "ceiling": "1700000.00", "open": []
    }  # fmt: skip


def test_json_with_readings() -> None:
    found = data(assess("--json", "--readings"))
    Draft202012Validator(schema_of("assessment")).validate(found["assessment"])
    assert [(one["policy"], one["entry"], one["ceiling"]) for one in found["readings"]] == [
        ("mini", "project-share", "1700000.00")
    ]


def test_readings_that_change_a_total_are_shown(tmp_path: Path) -> None:
    application = tmp_path / "two.yaml"
    text = Path(APPLICATION).read_text(encoding="utf-8").replace("cost: 80万元", "cost: 500万元")
    application.write_text(text, encoding="utf-8")
    found = assess("--readings", application=str(application))
    assert "上限按企业每年计" in found.stdout and "上限按项目计" in found.stdout


def test_another_day_and_year() -> None:
    found = data(assess("--json", "--date", "2027-02-03", "--year", "2027"))
    assert (found["date"], found["year"]) == ("2027-02-03", 2027)


def test_standard_input_as_yaml_and_json() -> None:
    text = Path(APPLICATION).read_text(encoding="utf-8")
    plain = {"applicant": {"id": "demo"}, "year": 2026, "history": "complete"}
    assert assess("--json", application="-", stdin=text).stdout == assess("--json").stdout
    assert assess("--json", application="-", stdin=" " + json.dumps(plain)).exit_code == 0
    assert assess(application="-", stdin="[1]").exit_code == 1
    assert assess(application="-", stdin="").exit_code == 1
    assert assess(application="-", stdin=b"\xff\xfe\x00").exit_code == 1


BAD = "applicant: {id: x, facts: {local: maybe, revenue: 1元}}\nitems: [{id: s, kind: standrd}]\nyear: 2026\nhistory: complete\n"


def test_every_problem_is_told_on_standard_error() -> None:
    for lang, words in (
        ("zh", ("词汇表里没有这个事实", "是否想写")),
        ("en", ("The vocabulary has no such fact", "did you mean")),
    ):
        found = assess("--lang", lang, application="-", stdin=BAD)
        assert found.exit_code == 1 and found.stdout == ""
        for text in ("SR402", "SR403", "SR404", *words):
            assert text in found.stderr


def test_problems_as_json() -> None:
    found = assess("--json", application="-", stdin=BAD)
    assert found.exit_code == 1 and found.stderr == ""
    assert sorted({problem["code"] for problem in data(found)["problems"]}) == ["SR402", "SR403", "SR404"]
    assert all(problem["file"] == "<stdin>" for problem in data(found)["problems"])


@pytest.mark.parametrize("path", ["nofile.yaml", "tests", "nofile.txt", "bad\x1b[31m.yaml"])
def test_a_file_that_cannot_be_read_is_1(path: str) -> None:
    found = assess(application=path)
    assert found.exit_code == 1 and "SR10" in found.stderr and "\x1b" not in found.stderr


def test_receipt_and_replay(tmp_path: Path) -> None:
    receipt = tmp_path / "receipt.json"
    assert assess("--receipt", str(receipt)).exit_code == 0
    found = run("replay", str(receipt), "--policy", POLICY)
    assert found.exit_code == 0 and "与回执一致" in found.stdout
    assert run("replay", str(receipt), "-p", POLICY, "--json").stdout == assess("--json").stdout
    receipt.write_bytes(receipt.read_bytes().replace("600万元".encode(), "601万元".encode()))
    found = run("replay", str(receipt), "-p", POLICY)
    assert found.exit_code == 1 and "SR503" in found.stderr


def test_receipt_of_a_policy_that_comes_along_needs_no_policy(tmp_path: Path) -> None:
    receipt = tmp_path / "receipt.json"
    run("assess", "examples/demo.yaml", "-p", "binjiang", "-d", "sentence", "--receipt", str(receipt))
    assert run("replay", str(receipt)).exit_code == 0


def test_receipt_that_cannot_be_written_is_wrong_usage(tmp_path: Path) -> None:
    assert assess("--receipt", str(tmp_path / "none" / "receipt.json")).exit_code == 2


def test_project() -> None:
    found = run("project", APPLICATION, "--years", "2026-2027,2029", "-p", POLICY)
    assert found.exit_code == 0
    for text in ("2026", "2027", "2029", "项目补助", "0元 – 100万元"):
        assert text in found.stdout
    years = data(run("project", APPLICATION, "--years", "2026-2027", "-p", POLICY, "--json"))["years"]
    assert [one["year"] for one in years] == [2026, 2027]
    for one in years:
        for path in ("assured", "ceiling"):
            Draft202012Validator(schema_of("assessment")).validate(one[path])


def test_compare_puts_the_largest_ceiling_first(tmp_path: Path) -> None:
    text = Path(POLICY).read_text(encoding="utf-8")
    second = tmp_path / "other.yaml"
    text = text.replace("id: mini", "id: other", 1).replace("99", "98").replace("100万元, per", "120万元, per")
    second.write_text(text, encoding="utf-8")
    arguments = ("compare", APPLICATION, "-p", POLICY, "-p", str(second))
    found = data(run(*arguments, "--json"))["policies"]
    assert [(one["policy"], one["ceiling"], one["open"]) for one in found] == [
        ("other", "1900000.00", ["cluster"]), ("mini", "1700000.00", ["cluster"])
    ]  # fmt: skip
    assert found[0]["others"] == [{"payee": "person", "kind": "cash", "assured": "0.00", "ceiling": "30000.00"}]
    for lang, text in (("zh", "190万元"), ("en", "1,900,000元")):
        assert text in run(*arguments, "--lang", lang).stdout


def test_check_runs_the_cases_beside_the_policy() -> None:
    found = run("check", POLICY, str(MINI / "facts.yaml"), "--readings")
    assert found.exit_code == 0 and "1/1" in found.stdout and "上限按项目计" in found.stdout
    (policy,) = data(run("check", POLICY, "--json", "--readings"))["policies"]
    assert (policy["rules"], policy["bounds"], policy["figures"], policy["cases"]) == (7, 2, 9, 1)
    assert [one["entry"] for one in policy["open_readings"]] == ["project-share"]


def copy_of_mini(folder: Path, old: str = "", new: str = "") -> Path:
    """The policy with its vocabulary and cases, one text of the policy replaced."""
    for path in (*MINI.glob("*.yaml"), *MINI.glob("examples/*.yaml")):
        target = folder / path.relative_to(MINI)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text(encoding="utf-8")
        changed = old and path == MINI / "mini.yaml"
        target.write_text(text.replace(old, new) if changed else text, encoding="utf-8")
    return folder / "mini.yaml"


def test_check_fails_where_a_case_comes_out_otherwise(tmp_path: Path) -> None:
    policy = copy_of_mini(tmp_path, "{amount: 50万元}", "{amount: 40万元}")
    found = run("check", str(policy))
    assert found.exit_code == 1 and "SR350" in found.stderr and "40万元" in found.stderr and "0/1" in found.stdout
    answer = data(run("check", str(policy), "--json"))
    assert answer["ok"] is False and {problem["code"] for problem in answer["problems"]} == {"SR350"}


def test_check_tells_the_problems_of_every_policy(tmp_path: Path) -> None:
    bad = copy_of_mini(tmp_path, "grade == 'national'", "grad == 'national'")
    found = run("check", str(bad), POLICY)
    assert found.exit_code == 1 and "grade" in found.stderr and "1/1" in found.stdout
    assert "SR329" in run("check", POLICY, str(copy_of_mini(tmp_path / "again"))).stderr  # two of one id


def test_schemas() -> None:
    for name in SUBJECTS:
        Draft202012Validator.check_schema(data(run("schema", name)))


def test_codes_are_explained_in_both_languages() -> None:
    found = run("explain-code", "sr101")
    assert "没有这个文件" in found.stdout and "there is no such file" in found.stdout
    every = data(run("explain-code", "--json"))
    assert set(every) == set(meanings()) and {code[:3] for code in every} >= {"SR1", "SR2", "SR3", "SR4", "SR5"}
    assert all(meaning["zh"] and meaning["en"] for meaning in every.values())


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("depth", ["sentence", "table", "tree"])
def test_demo_under_all_policies(lang: str, depth: str) -> None:
    found = run("assess", "examples/demo.yaml", "--lang", lang, "--depth", depth)
    assert found.exit_code == 0, found.stderr
    assert found.stdout.count("草案" if lang == "zh" else "DRAFT") >= 1


@pytest.mark.parametrize("arguments", [("assess",), ("compare",), ("project", "--years", "2026-2027")])
def test_a_pipe_gets_plain_text_and_the_same_bytes(arguments: tuple[str, ...]) -> None:
    command = (arguments[0], APPLICATION, "-p", POLICY, *arguments[1:])
    first = shell(*command, PYTHONHASHSEED="1", LC_ALL="C")
    second = shell(*command, PYTHONHASHSEED="2", COLUMNS="40")
    assert first.returncode == 0 and first.stderr == b""
    assert first.stdout == second.stdout
    text = first.stdout.decode("utf-8")
    assert "\x1b" not in text
    assert not any(line != line.rstrip() for line in text.splitlines())


def test_json_is_the_same_bytes_whatever_the_hash_seed() -> None:
    command = ("assess", "examples/demo.yaml", "--json")
    one, two = (shell(*command, PYTHONHASHSEED=seed) for seed in ("3", "4"))
    assert one.returncode == 0 and one.stdout == two.stdout


def test_a_reader_that_stops_early_causes_no_traceback() -> None:
    command = f"{sys.executable} -c 'from subsidy_rules.cli import main; main()' assess examples/demo.yaml --depth tree | head -1"
    found = subprocess.run(["sh", "-c", command], capture_output=True, cwd=ROOT, check=False)
    assert b"Traceback" not in found.stderr


def test_help_is_quick_because_nothing_heavy_is_imported() -> None:
    probe = (
        "import sys; import subsidy_rules.cli.app;"
        "print([name for name in ('pydantic', 'yaml', 'simpleeval', 'subsidy_rules.rules') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", probe], capture_output=True, cwd=ROOT, check=True)
    assert found.stdout.strip() == b"[]"


# Questions, advice, a new policy, and asking


def test_questions_in_both_languages() -> None:
    zh = run("questions", APPLICATION, "-p", POLICY).stdout
    assert "经评审？" in zh.replace("是否符合：", "") and "须由主管部门认定" in zh and "big（项目）" in zh
    en = run("questions", APPLICATION, "-p", POLICY, "-l", "en").stdout
    assert "For the office to judge" in en and "big (Project)" in en and "1,000,000元" in en


def test_advice_in_both_languages() -> None:
    zh = run("advise", APPLICATION, "-p", POLICY).stdout
    assert "用户数 2 → 3，还差 1" in zh and "新增 推广奖励" in zh and "申报须据实" in zh
    assert "同一对象择一" in zh  # the national award, not the one of the industry
    en = run("advise", APPLICATION, "-p", POLICY, "-l", "en").stdout
    assert "Users 2 → 3, short by 1" in en and "new Roll-out award" in en and "National standard: 500,000元" in en


@pytest.mark.parametrize("name", ["questions", "advise"])
def test_questions_and_advice_as_json(name: str) -> None:
    found = data(run(name, APPLICATION, "-p", POLICY, "--json"))
    Draft202012Validator(schema_of("advice" if name == "advise" else name)).validate(found)
    assert found["total"] == {"assured": "650000.00", "ceiling": "1700000.00"}
    refused = run(name, "-", "-p", POLICY, "--json", stdin=BAD)
    assert refused.exit_code == 1 and data(refused)["problems"]


def test_a_new_policy_passes_the_check_and_pays_nothing(tmp_path: Path) -> None:
    file = tmp_path / "my-city.yaml"
    made = run("new", "my-city", "--title", "我市: 若干“政策”", "--articles", "（一）,（二）,附则", "-o", str(file))
    assert made.exit_code == 0 and str(file) in made.stdout
    checked = data(run("check", str(file), "--json"))
    assert checked["ok"] and not checked["problems"] and checked["policies"][0]["rules"] == 3
    found = data(run("assess", "examples/demo.yaml", "-p", str(file), "--json"))
    assert {award["reason"] for award in found["awards"]} == {"amount_not_stated"}
    assert [award["article"] for award in found["awards"]] == ["（一）", "（二）", "附则"]
    assert run("new", "my-city", "--title", "x", "--articles", "3", "-o", str(file)).exit_code == 2  # never overwritten


def test_a_new_policy_on_standard_output() -> None:
    text = run(
        "new", "a", "--title", "甲", "--articles", "3-5", "--level", "district", "--code", "320281", "-o", "-"
    ).stdout
    assert [f'article: "{at}"' in text for at in (2, 3, 4, 5, 6)] == [False, True, True, True, False]
    assert 'level: district, code: "320281"' in text and "TODO" in text


WRONG_NEW = (
    ("Bad_Id", "t", "3"), ("a", " ", "3"), ("a", "t", ""), ("a", "t", "1,,2"), ("a", "t", "5-3"), ("a", "t", "501"),
    ("a", "t", "3", "--code", "1"), ("a", "t", "3", "-o", "x.txt"), ("a", "t", "3", "--level", "village"),
    ("a", "t", "3", "-o", "no/such/folder/x.yaml"),
)  # fmt: skip


@pytest.mark.parametrize("arguments", WRONG_NEW, ids=repr)
def test_new_refuses(arguments: tuple[str, ...]) -> None:
    name, title, articles, *more = arguments
    assert run("new", name, "--title", title, "--articles", articles, *(more or ["-o", "-"])).exit_code == 2


def asked(monkeypatch: pytest.MonkeyPatch, answers: str, *more: str) -> Result:
    """`assess` on a terminal, with these lines typed in."""
    monkeypatch.setattr("subsidy_rules.cli.ask.interactive", lambda: True)
    return run("assess", "-p", POLICY, "--year", "2026", *more, stdin=answers)


@pytest.mark.parametrize("suffix", ["yaml", "json"])
def test_an_application_is_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"saved.{suffix}"
    said = {"项目投入": "200万", "营业收入": "不清楚", "注册在本地": "是", "标准级别": "2", "用户数": "3", "奖补": "否"}
    order = _order_of_questions(monkeypatch, said)
    found = asked(monkeypatch, "1 2\n" + "\n".join(order) + "\n", "--save", str(file), "--json")
    assert found.exit_code == 0, found.stderr
    assert "没有其他影响金额的问题" in found.stderr and "关系到" in found.stderr
    answer = data(found)
    (total,) = [t for t in answer["totals"] if (t["payee"], t["kind"]) == ("applicant", "cash")]
    # 20万 (industry) + 10万 (users) assured; at most also 60万 (30% of 200万, to be reviewed) and 10万 (revenue unknown).
    assert (total["assured"], total["ceiling"]) == ("300000.00", "1000000.00")
    again = data(run("assess", str(file), "-p", POLICY, "--json"))
    assert again == answer


def _order_of_questions(monkeypatch: pytest.MonkeyPatch, said: dict[str, str]) -> list[str]:
    """The answers in the order in which they are asked for, found by asking again with one more."""
    order: list[str] = []
    for _ in range(20):
        found = asked(monkeypatch, "1 2\n" + "".join(f"{line}\n" for line in order))
        if "没有其他影响金额的问题" in found.stderr:
            break
        last = found.stderr[max(found.stderr.rfind("\n["), found.stderr.rfind("\n此前")) :]
        order.append(next(answer for words, answer in said.items() if words in last))
    return order


def test_a_refused_answer_is_asked_again_and_an_empty_line_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    found = asked(monkeypatch, "7\n2\nabc\n\n", "-d", "sentence")
    assert found.exit_code == 0 and found.stderr.count("应为") == 1 and "1 – 2" in found.stderr
    assert "120万元" in found.stdout
    english = asked(monkeypatch, "2\nabc\n\n", "-d", "sentence", "--lang", "en")
    assert "expected: " in english.stderr and "unknown" in english.stderr


def test_nothing_typed_in_is_an_answer_too(monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked(monkeypatch, "", "-d", "sentence").exit_code == 0


def test_without_a_terminal_a_file_is_needed(tmp_path: Path) -> None:
    assert run("assess", "-p", POLICY).exit_code == 2
    assert shell("assess", "-p", POLICY).returncode == 2
    assert assess("--save", str(tmp_path / "x.yaml")).exit_code == 2  # nothing was asked for


def test_a_file_that_can_not_be_saved_is_told_before_asking(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert asked(monkeypatch, "", "--save", str(tmp_path / "x.txt")).exit_code == 2
