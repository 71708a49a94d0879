"""Boundary cases as an Excel workbook for review. Amounts are exact text: a number of Excel is a float."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple
from io import BytesIO

from openpyxl import Workbook  # type: ignore[import-untyped]
from openpyxl.cell import Cell  # type: ignore[import-untyped]
from openpyxl.styles import Alignment, Font, PatternFill  # type: ignore[import-untyped]

from ..explain import Lang
from .cases import Row

ZH = (
    "编号", "条款", "规则或界限", "情形", "事实（其余为否、零）",
    "确定可得（元）", "最高可得（元）", "结论", "理由", "审核意见",
)  # fmt: skip
EN = (
    "Case", "Article", "Rule or bound", "What it tries", "Facts (all else no or nothing)",
    "Assured (yuan)", "Ceiling (yuan)", "Result", "Reasons", "Reviewed",
)  # fmt: skip
WIDTHS = (30, 9, 26, 38, 46, 18, 18, 12, 52, 24)  # in characters of the default font
AMOUNTS = (5, 6)  # columns


def workbook(title: str, rows: Sequence[Row], lang: Lang = "zh") -> bytes:
    """One sheet: a frozen header with filters, one row a case, an empty column for the reviewer. Every cell is text and is never
    computed, whatever it begins with."""
    book = Workbook()
    sheet = book.active
    sheet.title = "".join(char for char in title if char not in "[]:*?/\\'")[:31] or "cases"
    for column, (name, width) in enumerate(zip(ZH if lang == "zh" else EN, WIDTHS, strict=True), 1):
        cell = sheet.cell(1, column)
        _write(cell, name)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="DDE6F0")
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[cell.column_letter].width = width
    for line, row in enumerate(rows, 2):
        for column, text in enumerate((*astuple(row), "")):
            cell = sheet.cell(line, column + 1)
            _write(cell, text)
            cell.alignment = Alignment(
                wrap_text=True, vertical="top", horizontal="right" if column in AMOUNTS else "left"
            )
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.sheet_view.zoomScale = 100
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _write(cell: Cell, text: str) -> None:
    """As text: a policy file is read, and what begins with = or @ in it must not be computed on the reader's machine."""
    cell.value = text
    cell.data_type = "s"
    cell.quotePrefix = text[:1] in ("=", "+", "-", "@")
