"""Results: exact amounts, no formulas, whole or not there; the template that is read back; the commands."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
from files_help import FACTS, PEOPLE, POLICY, POOL, PROJECTS, book, code_of, comma, outcome, paid, read, refused, rules
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner
from xlsxwriter import Workbook

from subsidy_rules.cli.app import app
from subsidy_rules.errors import ProblemsError
from subsidy_rules.files import Limits, Source, read_tables, save, sheets, template, workbook, write
from subsidy_rules.files.beside import MARK, beside
from subsidy_rules.files.source import Limits as SourceLimits
from subsidy_rules.files.writing import Pen, _parts
from subsidy_rules.files.xlsx_file import Book
from subsidy_rules.rules import load, policies

RESULT = outcome(book(projects=[*PROJECTS, [code_of(2), "bad", "?", 1, 20, None]]), ration=None)


def opened(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


# What is written


def test_a_workbook_for_an_officer() -> None:
    made = opened(workbook(RESULT))
    assert made.sheetnames == [
        "封面",
        "逐项测算",
        "合计",
        "申报与测算",
        "资金池与名额",
        "待补事实",
        "错误",
        "重复申报",
        "申报主体",
    ]
    cover = {row[0].value: row[1].value for row in made["封面"].iter_rows()}
    assert cover["批量测算结果"].startswith("测算结果供参考，最高额不等于可得额")
    assert cover["项目: 读入 = 测算 + 有错"] == "4 = 2 + 2"
    assert cover["申报主体: 读入 = 测算 + 有错"] == "2 = 1 + 1"
    assert cover["SHA-256 yunxi"] == dict(rules(None).program.digests)["yunxi"]
    head, *rows = made["逐项测算"].iter_rows(values_only=True)
    first = dict(zip(head, rows[0], strict=True))
    assert first["支持事项"] == "设备更新补助" and first["名称"] == "甲" and first["条款"] == "第一条"
    assert first["确定可得（元）"] == first["最高可得（元）"] == 300_000
    errors = [
        dict(zip([c.value for c in made["错误"][1]], row, strict=True))
        for row in made["错误"].iter_rows(2, values_only=True)
    ]
    assert {"工作表": "项目", "行": 5, "列": "C", "代码": "SR924", "现为": "'?'"}.items() <= errors[-1].items()
    people = list(made["申报主体"].iter_rows(2, values_only=True))
    assert people == [(code_of(1), "甲", "已测算", 2, 4, 2), (code_of(2), "乙", "有错，未测算", 2, 0, 3)]
    asked = list(made["待补事实"].iter_rows(2, values_only=True))
    assert (code_of(1), "项目", "line-1", "技术新颖", "技术新颖", "审核部门", 1, 50_000) in asked


def test_the_same_in_english_and_as_machines_read_it(tmp_path: Path) -> None:
    assert opened(workbook(RESULT, "en")).sheetnames[:2] == ["Cover", "Awards"]
    write(RESULT, tmp_path / "out.parquet")
    awards = pq.read_table(tmp_path / "out.parquet" / "awards.parquet").to_pylist()
    assert [(a["item"], a["rule"], a["assured"]) for a in awards if a["rule"] == "machines"] == [
        ("line-1", "machines", Decimal("300000.00")), ("line-2", "machines", Decimal("200000.00")),
    ]  # fmt: skip
    write(RESULT, tmp_path / "out.csv")
    text = (tmp_path / "out.csv" / "awards.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf" + '"申报主体"'.encode())
    assert next(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))["确定可得（元）"] == "300000.00"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out.csv", "out.parquet"]


def test_claimed_beside_computed() -> None:
    """300·10% = 30 and 10 of the cap of 80: 40 together; each policy for itself."""
    rows = [[*PROJECTS[0], "申报金额（元）"], [*PROJECTS[1], 350_000], [*PROJECTS[2], 200_000.5], PROJECTS[3]]
    people = [[*PEOPLE[0], "申报金额（万元）"], [*PEOPLE[1], 70], PEOPLE[2]]
    found = {s.code: s.table.to_pylist() for s in sheets(outcome(book(people, rows), ration=None))}["claimed"]
    said = [(r["kind"], r["item"], r["claimed"], r["assured"], r["ceiling"], r["difference"]) for r in found]
    assert [tuple(None if c is None else str(c) for c in row) for row in said] == [
        ("applicants", None, "700000.00", "500000.00", "600000.00", "100000.00"),
        ("project", "line-1", "350000.00", "300000.00", "350000.00", "0.00"),
        ("project", "line-2", "200000.50", "200000.00", "250000.00", "-49999.50"),
    ]


@given(fen=st.integers(0, 10**18))
def test_an_amount_in_a_workbook_is_its_decimal(fen: int) -> None:
    """The text in the file is the amount, digit by digit; of more than 15 digits it is text."""
    amount = Decimal(fen).scaleb(-2)
    out = io.BytesIO()
    made = Workbook(out, {"in_memory": True})
    Pen(made).number(made.add_worksheet(), 0, 0, amount)
    made.close()
    with zipfile.ZipFile(out) as archive:
        written = re.search(r"<v>([^<]*)</v>", archive.read("xl/worksheets/sheet1.xml").decode())
        assert written
        if fen < 10**15:
            assert Decimal(written[1]) == amount
        texts = archive.read("xl/sharedStrings.xml").decode() if "xl/sharedStrings.xml" in archive.namelist() else ""
        assert texts == "" or f">{amount}<" in texts or f">{amount:f}<" in texts
    cells = next(Book.open("o.xlsx", io.BytesIO(out.getvalue()), SourceLimits()).rows("Sheet1"))[1]
    assert Decimal(str(cells[0])) == amount


HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "＝1+1", "|x", "%x", "=cmd|' /C calc'!A0"]


def test_text_is_never_a_formula(tmp_path: Path) -> None:
    people = [["id", "name"], *([f"f{at}", text] for at, text in enumerate(HOSTILE))]
    found = outcome(book(people, [["applicant", "id"]]), ration=None)
    made = opened(workbook(found))
    cells = [made["申报主体"].cell(row, 2) for row in range(2, len(HOSTILE) + 2)]
    assert [c.value for c in cells] == HOSTILE
    assert {c.data_type for c in cells} == {"s"} and all(c.quotePrefix for c in cells)
    assert b"<f>" not in b"".join(
        zipfile.ZipFile(io.BytesIO(workbook(found))).read(f"xl/worksheets/sheet{n}.xml") for n in range(1, 10)
    )
    write(found, tmp_path / "out.csv")
    names = [
        row["名称"] for row in csv.DictReader((tmp_path / "out.csv" / "applicants.csv").open(encoding="utf-8-sig"))
    ]
    assert names == [f"'{text}" for text in HOSTILE]


def test_more_rows_than_a_sheet_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("subsidy_rules.files.writing.SHEET_ROWS", 3)
    awards = sheets(RESULT)[1]
    assert [(title, part.table.num_rows) for title, part in _parts(awards)] == [("逐项测算", 2), ("逐项测算 (2)", 2)]
    made = opened(workbook(RESULT))
    assert made["逐项测算 (2)"].max_row == 3


# Whole or not there


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_nothing_is_left_of_a_result_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("out.xlsx", "out.csv", "out.parquet"):
        for error in (OSError(28, "No space left on device"), KeyboardInterrupt()):

            def fail(step: str, rows: int, error: BaseException = error) -> None:
                raise error

            with pytest.raises((ProblemsError, KeyboardInterrupt), match=r"SR941|^$"):
                write(RESULT, tmp_path / name, progress=fail)
            assert left(tmp_path) == []


def test_a_result_takes_the_place_of_an_older_one_at_once(tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    target.write_bytes(b"older")
    with pytest.raises(RuntimeError), beside(target) as folder:
        (folder / target.name).write_bytes(b"half")
        raise RuntimeError
    assert target.read_bytes() == b"older" and left(tmp_path) == ["out.xlsx"]
    save(target, b"newer")
    assert target.read_bytes() == b"newer" and left(tmp_path) == ["out.xlsx"]


def test_places_that_can_not_be_written(tmp_path: Path) -> None:
    (tmp_path / "out.csv").mkdir()
    (tmp_path / "out.csv" / "mine.txt").write_text("mine")
    for target in (tmp_path / "out.csv", tmp_path / "nowhere" / "out.xlsx", tmp_path / "out.txt"):
        assert refused(lambda target=target: write(RESULT, target)) == [("SR941", str(target), 0, 0)]
    assert left(tmp_path) == ["out.csv"] and left(tmp_path / "out.csv") == ["mine.txt"]


SCRIPT = """
import os, signal, sys, time
from pathlib import Path
from test_files_writing import RESULT, write
def told(step, rows):
    if rows:
        END
write(RESULT, Path(sys.argv[1]), progress=told)
"""


def test_a_killed_process_leaves_no_result(tmp_path: Path) -> None:
    script = SCRIPT.replace("END", "os.kill(os.getpid(), signal.SIGKILL)")
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "out.xlsx")], cwd=Path(__file__).parent, timeout=120
    )
    assert done.returncode == -signal.SIGKILL
    assert all(name.startswith(f"out.xlsx{MARK}") for name in left(tmp_path)) and len(left(tmp_path)) == 1


@pytest.mark.parametrize("name", ["out.xlsx", "out.csv", "out.parquet"])
def test_a_full_disk(tmp_path: Path, name: str) -> None:
    """The system refuses to let any file grow beyond a kilobyte."""

    bounded = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\nwrite("
    script = SCRIPT.replace("if rows:\n        END", "pass").replace("\nwrite(", f"\n{bounded}")
    command = [sys.executable, "-c", script, str(tmp_path / name)]
    done = subprocess.run(command, cwd=Path(__file__).parent, timeout=120, capture_output=True, text=True)
    assert done.returncode == 1 and "[SR941]" in done.stderr.splitlines()[-1], done.stderr
    assert left(tmp_path) == []


# The template


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("policy", policies())
def test_a_template_is_read_back(policy: str, lang: Any) -> None:
    """Every header leads to its fact, every choice of a drop-down to its option."""
    program = load(policy).program
    made = opened(template(program, lang))
    *pages, options = made.worksheets[1:]
    for page in pages:
        for line, words in ((2, 0), (3, -1)):
            for check in page.data_validations.dataValidation:
                column = next(iter(check.sqref.ranges)).min_col
                if check.type == "list":
                    listed = _listed(check.formula1, options)
                    page.cell(line, column, listed[words])
            first = page.cell(1, 1).value
            assert first in ("统一社会信用代码", "Unified social credit code")
            page.cell(line, 1, code_of(line))
            for column in range(2, page.max_column + 1):
                if page.cell(1, column).value in ("编号", "Number", "规则", "Rule", "政策", "Policy"):
                    page.cell(line, column, f"x{line}")
                if page.cell(1, column).value in ("预算年度", "Budget year") or "（元）" in str(
                    page.cell(1, column).value
                ):
                    page.cell(line, column, 2025)
    out = io.BytesIO()
    made.save(out)
    found = read_tables(program, Source("t.xlsx", out.getvalue()))
    assert not any(table.problems for table in found.tables.values())
    asked = {rule.item for rule in program.rules if rule.item}
    assert asked <= set(found.tables)
    for rule, names in zip(program.rules, program.asked, strict=True):
        for name in names.rest.union(names.day, *names.conditions):
            table = found.tables[rule.item if rule.item and name in program.item_facts[rule.item] else "applicants"]
            assert table.column(name) is not None, name
            fact = next(c.field.fact for c in table.columns if c.name == name)
            if fact.options:
                assert table.column(name).to_pylist() == [fact.options[0], fact.options[-1]], name


def _listed(formula: str, options: Any) -> list[str]:
    if formula.startswith('"'):
        return formula.strip('"').split(",")
    cells = formula.rpartition("!")[2].replace("$", "")
    return [row[0].value for row in (options[cells] if ":" in cells else [[options[cells]]])]


# The commands


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "yunxi.yaml").write_text(POLICY + POOL.replace("RATION", "in_order"), "utf-8")
    (tmp_path / "facts.yaml").write_text(FACTS, "utf-8")
    (tmp_path / "a.csv").write_bytes(comma(PEOPLE, "gb18030"))
    (tmp_path / "p.csv").write_bytes(comma([["是" if c is True else c for c in row] for row in PROJECTS[:3]]))
    (tmp_path / "bad.xlsx").write_bytes(book(projects=[*PROJECTS, [code_of(2), "bad", "?", 1, 20, None]]))
    monkeypatch.chdir(tmp_path)
    return tmp_path


BASE = ["batch", "-p", "yunxi.yaml", "--year", "2026", "--date", "2026-05-01", "--history", "complete"]


def test_batch(place: Path) -> None:
    done = CliRunner().invoke(
        app, [*BASE, "-a", "a.csv", "--items", "project=p.csv", "-o", "out.xlsx", "--parameter", "yunxi/budget=40万元"]
    )
    assert done.exit_code == 0, done.output
    assert "project: 读入 2，测算 2，有错 0" in done.output and "已写出: out.xlsx" in done.output
    rows = list(opened((place / "out.xlsx").read_bytes())["资金池与名额"].iter_rows(2, values_only=True))
    assert (rows[0][2], rows[0][7]) == (400_000, 400_000)


def test_batch_with_errors_writes_and_fails(place: Path) -> None:
    done = CliRunner().invoke(app, [*BASE, "-a", "bad.xlsx", "-o", "out.csv", "--json", "-l", "en"])
    said = json.loads(done.output)
    assert done.exit_code == 1 and said["output"] == "out.csv"
    assert said["counts"]["project"] == {"read": 4, "computed": 2, "wrong": 2}
    assert {p["code"] for p in said["problems"]} == {"SR924", "SR940"}
    assert (place / "out.csv" / "errors.csv").is_file()


def test_strict_stops(place: Path) -> None:
    done = CliRunner().invoke(app, [*BASE, "-a", "bad.xlsx", "-o", "out.xlsx", "--strict"])
    assert done.exit_code == 1 and "SR924" in done.output and "SR943" in done.output
    assert not (place / "out.xlsx").exists()


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (["-a", "a.csv", "--items", "project"], 2),
        (["-a", "a.csv", "--items", "project=p.csv", "--items", "project=p.csv"], 2),
        (["-a", "none.csv"], 1),
        (["-a", "a.csv", "--dates", "Y-m-d"], 1),
    ],
)
def test_wrong_usage(place: Path, more: list[str], code: int) -> None:
    done = CliRunner().invoke(app, [*BASE, *more, "-o", "out.xlsx"])
    assert done.exit_code == code, done.output
    assert "Traceback" not in done.output and not (place / "out.xlsx").exists()


def test_terminated_while_it_writes(place: Path) -> None:
    """SIGTERM to the command itself, as soon as its unfinished folder is there."""
    (place / "many.csv").write_bytes(comma([["id"], *[[f"f{n}"] for n in range(30_000)]]))
    command = [str(Path(sys.executable).parent / "subsidy-rules"), *BASE, "-a", "many.csv", "-o", "out.xlsx"]
    running = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    while running.poll() is None and not any(MARK in name for name in left(place)):
        time.sleep(0.005)
    running.terminate()
    _, said = running.communicate(timeout=120)
    assert running.returncode == 130 and "已取消" in said, said
    assert not any(MARK in name for name in left(place))
    assert ("out.xlsx" in left(place)) is ("已经写出" in said)  # a slow machine may be told only when all is done


def test_what_another_run_writes_or_left_is_not_in_the_way(tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    with beside(target) as first:
        (first / target.name).write_text("first")
        with beside(target) as second:
            (second / target.name).write_text("second")
        assert target.read_text() == "second"
    assert target.read_text() == "first" and left(tmp_path) == ["out.xlsx"]


MOMENTS = {
    "the folder is made": (Path, "mkdir"),
    "all is written": (os, "replace"),
    "the folder goes": (shutil, "rmtree"),
}


@pytest.mark.parametrize("when", MOMENTS)
def test_interrupted_at_any_moment(place: Path, when: str) -> None:
    """What is said is true, and nothing unfinished stays."""
    module, name = MOMENTS[when]
    done = getattr(module, name)

    def interrupted(*given: Any, **more: Any) -> None:
        setattr(module, name, done)
        if name != "rmtree":
            done(*given, **more)
        raise KeyboardInterrupt

    setattr(module, name, interrupted)
    said = CliRunner().invoke(app, [*BASE, "-a", "a.csv", "-o", "out.xlsx"])
    assert getattr(module, name) is done
    assert said.exit_code == 130, said.output
    assert not any(MARK in one for one in left(place))
    assert ("out.xlsx" in left(place)) is ("已经写出" in said.output) is (when != "the folder is made")


def test_template_command(place: Path) -> None:
    done = CliRunner().invoke(app, ["template", "-p", "yunxi.yaml", "-o", "t.xlsx"])
    assert done.exit_code == 0, done.output
    made = opened((place / "t.xlsx").read_bytes())
    assert made.sheetnames == ["说明", "申报主体", "项目", "既往奖补", "核定金额", "选项"]
    assert made["项目"]["G1"].value == "已投产" and made["项目"]["G1"].comment.text == "项目是否已投产？"
    assert [c.value for c in made["项目"][1]][-3:] == ["固定资产投资（万元）", "自筹比例（%）", "技术新颖"]
    assert CliRunner().invoke(app, ["template", "-p", "yunxi.yaml", "-o", "t.csv"]).exit_code == 2


def test_bytes_in_bytes_out() -> None:
    found = read(book(), limits=Limits(file=1 << 20))
    assert [len(table) for table in found.tables.values()] == [2, 3]
    assert paid(outcome(book()))[code_of(2), "hall", "machines"] == ("615384.62", "615384.62")
