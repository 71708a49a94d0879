"""An empty workbook for some policies: a sheet for each table, headers with units, drop-downs, questions as notes, a guide."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import xlsxwriter

from ..explain import Lang, label
from ..model.program import Program
from .headers import find
from .layout import APPLICANTS, APPROVED, GRANTS, Field, Layout, Layouts
from .values import key
from .writing import SHEET_ROWS, Pen

UNITS = {"money": "万元", "rate": "%", "months": "个月"}
YUAN = ("claimed", "amount", "value")  # as books have them
OWN = {
    APPLICANTS: ("credit_code", "name", "applied_at", "history"),
    GRANTS: ("credit_code", "policy", "rule", "year", "amount", "item", "repaid", "level"),
    APPROVED: ("credit_code", "policy", "rule", "item", "amount"),
}
ITEM = ("credit_code", "id", "name", "claimed", "contract", "invoice")
TRUTH = {"zh": ("是", "否"), "en": ("yes", "no")}
FORMS = {"date": "yyyy-mm-dd", "hour": "yyyy-mm-dd hh:mm:ss"}
GUIDE = {
    "zh": (
        "填写说明",
        "一张工作表一类：每个申报主体在“申报主体”表中一行；每个项目、合同等在其类别的表中一行，用统一社会信用代码对应。",
        "表头不要改动，也不要合并单元格、隐藏行列或写公式；不需要的列和表可以删除。",
        "不知道就留空：留空表示未知，既不是“否”，也不是 0。",
        "金额按表头所写的单位填数字；也可以自带单位，如 500万元。比例填百分数，如 3.5 或 3.5%。",
        "日期用日期单元格，或写成 2026-03-01。代码、编号是文本，超过 15 位的数字不会丢失。",
        "“既往奖补是否完整”：以往得到的奖补已全部列在“既往奖补”表中，填“完整”；否则填“不完整”。",
        "把鼠标放在表头上，可看到所问的问题。标有“待认定”的列由审核部门填写。",
        "测算：subsidy-rules batch --applicants 本文件.xlsx --year 年度 -o 结果.xlsx",
    ),
    "en": (
        "How to fill this in",
        "A sheet a table: a row for each applicant; for each project or contract a row in the sheet of its kind, by credit code.",
        "Leave the headers as they are. No merged cells, nothing hidden, no formulas. Columns and sheets not needed may go.",
        "What is not known stays empty: empty is unknown, neither no nor 0.",
        "Amounts are numbers in the unit of the header, or with their own, like 500万元. Rates are per cent: 3.5 or 3.5%.",
        "Days are date cells, or text like 2026-03-01. Codes and numbers of contracts are text: no digit is lost.",
        "Earlier grants complete: `complete` where all earlier grants stand in their sheet, else `partial`.",
        "The note on a header is the question that is asked. Columns to be judged are for the office.",
        "To compute: subsidy-rules batch --applicants this-file.xlsx --year YEAR -o result.xlsx",
    ),
}  # fmt: skip


def template(program: Program, lang: Lang = "zh") -> bytes:
    """The workbook. It asks for the facts that the rules of the program read, and for no others."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    maker = _Maker(book, program, lang)
    maker.guide()
    for layout in maker.tables():
        maker.sheet(layout)
    maker.options()
    book.close()
    return out.getvalue()


@dataclass
class _Maker:
    book: Any
    program: Program
    lang: Lang
    lists: dict[tuple[str, ...], int] = field(default_factory=dict)  # of options: the column they stand in

    def __post_init__(self) -> None:
        self._pen = Pen(self.book)
        self._layouts = Layouts(self.program)
        self._asked: dict[str, set[str]] = {}
        for rule, asked in zip(self.program.rules, self.program.asked, strict=True):
            names = asked.rest.union(asked.day, *asked.conditions)
            kind = rule.item or APPLICANTS
            own = self.program.item_facts[rule.item] if rule.item else self.program.applicant_facts
            self._asked.setdefault(kind, set()).update(name for name in names if name in own)
            self._asked.setdefault(APPLICANTS, set()).update(name for name in names if name not in own)
        self._people = {rule.item for rule in self.program.rules if rule.item and rule.payee == "person"}

    def tables(self) -> Iterable[Layout]:
        return [table for name, table in self._layouts.tables.items() if table.kind is None or name in self._asked]

    def _fields(self, layout: Layout) -> list[Field]:
        wanted = OWN.get(layout.name, ITEM) + (("citizen_id",) if layout.kind in self._people else ())
        by_name = {one.name: one for one in layout.fields}
        facts = self._asked.get(layout.name, set())
        return [by_name[name] for name in wanted] + [one for one in layout.fields if one.name in facts]

    def header(self, one: Field, layout: Layout) -> str:
        """Its label with the unit; its name where the label does not lead back to it."""
        unit = "元" if one.name in YUAN else UNITS.get(one.fact.kind, "")
        called = one.called[self.lang == "en" and one.declared is not None] if one.called else one.name
        if self.lang == "en" and one.declared is None and one.called:
            called = one.called[-1]
        text = f"{called}（{unit}）" if unit else called
        return text if find(text, layout)[0] is one else f"{one.name}（{unit}）" if unit else one.name

    def sheet(self, layout: Layout) -> None:
        page = self.book.add_worksheet(self._title(layout))
        page.freeze_panes(1, 1)
        for column, one in enumerate(self._fields(layout)):
            header = self.header(one, layout)
            page.set_column(column, column, max(14, min(40, 2 * len(header))), self._form(one))
            self._pen.text(page, 0, column, header, self._pen.head)
            note = self._note(one)
            if note:
                page.write_comment(0, column, note, {"x_scale": 2, "author": "subsidy-rules"})
            check = self._check(one)
            if check:
                page.data_validation(1, column, SHEET_ROWS - 1, column, {"ignore_blank": True, **check})

    def _title(self, layout: Layout) -> str:
        """What the table is called, where a sheet may be called so."""
        wanted = (layout.called[1:] if layout.kind else layout.called)[self.lang == "en"]
        return wanted if len(wanted) <= 31 and not set(wanted) & set("[]:*?/\\'") else layout.name

    def _form(self, one: Field) -> Any:
        kind = one.fact.kind
        if kind in FORMS:
            return self.book.add_format({"num_format": FORMS[kind]})
        return self._pen.plain if kind in ("text", "choice") else None

    def _note(self, one: Field) -> str:
        if one.declared is None:
            return ""
        asked = label(one.declared.question or one.declared.label, self.lang)
        if one.fact.kind == "judgement":
            asked += "（待认定：由审核部门填写）" if self.lang == "zh" else " (to be judged: for the office)"
        return asked

    def _check(self, one: Field) -> dict[str, Any] | None:
        kind = one.fact.kind
        if kind in ("bool", "judgement"):
            return {"validate": "list", "source": list(TRUTH[self.lang])}
        if kind == "choice":
            return {"validate": "list", "source": self._list(tuple(self._words(one)))}
        if kind in (
            "money",
            "rate",
            "count",
            "months",
        ):  # text with a unit is fine too, so that it is no more than a warning
            said = (
                "数字，或自带单位，如 500万元" if self.lang == "zh" else "a number, or one with its unit like 500万元"
            )
            return {"validate": "decimal", "criteria": ">=", "value": 0, "error_type": "warning", "error_message": said}
        return None

    def _words(self, one: Field) -> list[str]:
        if one.name == "history":
            return ["完整", "不完整"] if self.lang == "zh" else ["complete", "partial"]
        labels = one.declared.options if one.declared else {}
        found = [label(labels[option], self.lang) if option in labels else option for option in one.fact.options]
        return [w if one.options.get(key(w)) == o else o for w, o in zip(found, one.fact.options, strict=True)]

    def _list(self, words: tuple[str, ...]) -> str:
        column = self.lists.setdefault(words, len(self.lists))
        name = xlsxwriter.utility.xl_col_to_name(column, True)
        return f"={'选项' if self.lang == 'zh' else 'Options'}!{name}$1:{name}${len(words)}"

    def options(self) -> None:
        page = self.book.add_worksheet("选项" if self.lang == "zh" else "Options")
        for words, column in self.lists.items():
            page.set_column(column, column, 20)
            for row, word in enumerate(words):
                self._pen.text(page, row, column, word)

    def guide(self) -> None:
        page = self.book.add_worksheet("说明" if self.lang == "zh" else "Guide")
        page.set_column(0, 0, 110)
        wrapped = self.book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        policies = [f"{label(one.title, self.lang)} ({one.id})" for one in self.program.policies]
        head, *lines = GUIDE[self.lang]
        for row, text in enumerate((head, *policies, *lines)):
            self._pen.text(page, row, 0, text, self._pen.head if row == 0 else wrapped)
