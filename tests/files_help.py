"""Files of a made-up district for the tests: a policy with a pool, tables as workbook, CSV and Parquet."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from subsidy_rules.errors import ProblemsError
from subsidy_rules.files import Options, Outcome, Source, Tables, assess, read_tables
from subsidy_rules.files.identity import credit_check
from subsidy_rules.reading import read_yaml
from subsidy_rules.rules import Rules

FACTS = """
applicant:
  size: {kind: choice, label: {zh: 规模, en: Size}, options: {small: {zh: 小型, en: Small}, large: {zh: 大型, en: Large}}}
  founded: {kind: date, label: {zh: 成立日期, en: Founded}}
  staff: {kind: count, label: {zh: 职工（在册）, en: Staff}}
items:
  project:
    label: {zh: 项目, en: Project}
    facts:
      running: {kind: bool, label: {zh: 已投产, en: Running}, question: {zh: 项目是否已投产？, en: "Is the project running?"}}
      investment: {kind: money, label: {zh: 固定资产投资, en: Investment}}
      share: {kind: rate, label: {zh: 自筹比例, en: Own share}}
      novel: {kind: judgement, label: {zh: 技术新颖, en: Novel}}
"""
POLICY = """
id: yunxi
title: {zh: 云溪区示范措施（虚构）, en: Yunxi measures (fictitious)}
status: in_force
jurisdiction: {name: {zh: 云溪区, en: Yunxi}, level: district, code: "990102"}
effective: {published: 2025-12-01, starts: 2026-01-01, lasts: 3 years}
rules:
  - id: machines
    article: 第一条
    title: {zh: 设备更新补助, en: Renewal of machines}
    department: [区经信局]
    item: project
    when: [running, "share >= 20%"]
    bound: exact
    pays: {rate: 10%, of: investment}
    cap: {limit: 80万元, per: [applicant, year]}
  - id: novelty
    article: 第二条
    title: {zh: 新颖奖励, en: Award for novelty}
    department: [区科技局]
    item: project
    when: [novel]
    bound: ceiling
    pays: {amount: 5万元}
"""
POOL = """bounds:
  - id: budget
    article: 第三条
    title: {zh: 年度资金, en: Budget}
    rules: [machines]
    cap: {limit: 100万元, per: [year], ration: RATION}
"""


@cache
def rules(ration: str | None = "pro_rata") -> Rules:
    """`ration`: None for a policy without a pool."""
    text = POLICY + (POOL.replace("RATION", ration) if ration else "")
    return Rules.of([read_yaml(text.encode(), "yunxi.yaml")], read_yaml(FACTS.encode(), "facts.yaml"))


def code_of(number: int) -> str:
    """A made-up credit code whose check character is right."""
    first = f"91990102MA{number:07d}"
    return first + credit_check(first)


def workbook(sheets: Mapping[str, Sequence[Sequence[Any]]], touch: Callable[[Any], None] | None = None) -> bytes:
    """As a spreadsheet program would write it; `touch` may change the book before it is saved."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for line, row in enumerate(rows, 1):
            for column, value in enumerate(row, 1):
                cell = page.cell(line, column)
                cell.value = value
                if isinstance(value, str):
                    cell.data_type = "s"
    if touch:
        touch(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def comma(rows: Sequence[Sequence[Any]], encoding: str = "utf-8") -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([["" if cell is None else cell for cell in row] for row in rows])
    return out.getvalue().encode(encoding)


def parquet(rows: Sequence[Sequence[Any]], types: Sequence[pa.DataType]) -> bytes:
    head, *rest = rows
    columns = [pa.array([row[at] for row in rest], kind) for at, kind in enumerate(types)]
    out = io.BytesIO()
    pq.write_table(pa.table(columns, list(head)), out)
    return out.getvalue()


PEOPLE = [["统一社会信用代码", "企业名称", "规模"], [code_of(1), "甲", "小型"], [code_of(2), "乙", "large"]]
PROJECTS = [
    ["统一社会信用代码", "编号", "已投产", "固定资产投资（万元）", "自筹比例（%）", "技术新颖"],
    [code_of(1), "line-1", True, 300, 25, None],
    [code_of(1), "line-2", True, 200, 30, None],
    [code_of(2), "hall", True, 1000, 20, False],
]


def book(people: Sequence[Sequence[Any]] = PEOPLE, projects: Sequence[Sequence[Any]] = PROJECTS, **more: Any) -> bytes:
    return workbook({"申报主体": people, "项目": projects, **more})


def read(data: bytes, name: str = "a.xlsx", ration: str | None = "pro_rata", **options: Any) -> Tables:
    return read_tables(rules(ration).program, Source(name, data), options=Options(**options))


def outcome(data: bytes, ration: str | None = "pro_rata", history: str | None = "complete", **options: Any) -> Outcome:
    return assess(rules(ration), read(data, ration=ration, **options), year=2026, history=history, day=date(2026, 5, 1))


def refused(made: Callable[[], object]) -> list[tuple[str, str, int, int]]:
    """Code, file, row and column of each problem."""
    try:
        made()
    except ProblemsError as error:
        return [(one.code, one.file, one.line, one.column) for one in error.problems]
    raise AssertionError("not refused")


def paid(found: Outcome) -> dict[tuple[str, str, str], tuple[str, str]]:
    """By applicant, item and rule: assured and ceiling in yuan."""
    return {
        (row["applicant"], row["item"], row["rule"]): (str(row["assured"]), str(row["ceiling"]))
        for row in found.answers.awards.to_pylist()
    }


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def edited(data: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """A workbook with another text of one part."""
    files = parts(data)
    before = files[part].decode()
    files[part] = change(before).encode()
    assert files[part].decode() != before
    return packed(files)
