"""One answer as a workbook: a sheet a policy, with the rows that the table of the answer has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO

import xlsxwriter

from ..explain import Names, Row, Sheet, say, sentence, sheets
from ..files.writing import Pen
from ..model.assessment import Assessment

COLUMNS = ("article", "title", "item", "status", "assured", "ceiling", "why", "department")
WIDTHS = (10, 34, 16, 12, 16, 16, 60, 24)
NAME = 31  # characters that the name of a sheet may have


def workbook(answer: Assessment, names: Names) -> bytes:
    """The bytes of an .xlsx file. Amounts are text, as the language writes them: they can't be rounded by anybody."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    pen = Pen(book)
    for sheet in sheets(answer, names):
        page = book.add_worksheet(sheet.policy[:NAME])
        for column, width in enumerate(WIDTHS):
            page.set_column(column, column, width)
        for number, cells in enumerate(_rows(answer, sheet, names)):
            for column, text in enumerate(cells):
                pen.text(page, number, column, text, pen.head if cells is HEADS[names.lang] else None)
    book.close()
    return out.getvalue()


HEADS = {lang: [say("word", word, lang) for word in COLUMNS] for lang in ("zh", "en")}


def _rows(answer: Assessment, sheet: Sheet, names: Names) -> Iterator[Sequence[str]]:
    at = [policy.id for policy in answer.policies].index(sheet.policy)
    yield [sheet.title]
    yield [sentence(answer, names.lang).splitlines()[at]]
    yield from ([notice] for notice in sheet.notices)
    yield HEADS[names.lang]
    for row in (*sheet.paid, *sheet.unquantified, *sheet.ineligible):
        yield _cells(row)
    for total in sheet.totals:
        yield [names.say("word", "totals"), f"{total.payee} {total.kind}", "", "", total.assured, total.ceiling]
    yield from ([text] for text in sheet.subject_to)
    yield [answer.notice.zh if names.lang == "zh" else answer.notice.en]


def _cells(row: Row) -> list[str]:
    why = "；".join(row.why)
    return [row.article, row.title, row.item, row.state, row.assured, row.ceiling, why, row.department]
