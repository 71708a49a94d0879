"""Files that are broken or hostile: each ends in a problem with its code and place, in little time and memory."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from files_help import (
    PEOPLE,
    PROJECTS,
    book,
    code_of,
    comma,
    edited,
    outcome,
    packed,
    parquet,
    parts,
    read,
    refused,
    rules,
    workbook,
)
from hypothesis import given
from hypothesis import strategies as st

from subsidy_rules.errors import ProblemsError
from subsidy_rules.files import Limits, Options, Source, read_tables

SHEET = "xl/worksheets/sheet2.xml"
ITEMS = "a.xlsx[项目]"


def codes(data: bytes, name: str = "a.xlsx", **options: Any) -> list[str]:
    return [code for code, *_ in refused(lambda: read(data, name, **options))]


# The container


def bomb(size: int) -> bytes:
    return edited(book(), SHEET, lambda text: text.replace("<sheetData>", "<sheetData>" + " " * size))


BOMB = bomb(100 << 20)


def renamed(data: bytes, old: str, new: str) -> bytes:
    return packed({name.replace(old, new): part for name, part in parts(data).items()})


OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def encrypted() -> bytes:
    data = bytearray(book())
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1  # the flag in the directory
    return bytes(data)


NO_TABLES = {  # named, since a workbook holds the time at which it was made, and so would the names of the tests
    "empty": (b"", "a.xlsx", "SR901"),
    "no archive": (b"PK\x03\x04 no archive", "a.xlsx", "SR901"),
    "cut off": (book()[:-40], "a.xlsx", "SR901"),
    "another archive": (packed({"readme.txt": b"text"}), "a.xlsx", "SR901"),
    "workbook as csv": (book(), "a.csv", "SR901"),
    "csv as workbook": (comma(PEOPLE), "a.xlsx", "SR901"),
    "csv as parquet": (comma(PEOPLE), "a.parquet", "SR901"),
    "parquet cut off": (b"PAR1 and nothing more", "a.parquet", "SR901"),
    "xls": (OLE + bytes(600), "a.xls", "SR903"),
    "with a password": (OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "SR902"),
    "encrypted archive": (encrypted(), "a.xlsx", "SR902"),
    "bomb": (BOMB, "a.xlsx", "SR904"),
    "macros": (packed({**parts(book()), "xl/vbaProject.bin": b"x"}), "a.xlsx", "SR906"),
    "links": (packed({**parts(book()), "xl/externalLinks/externalLink1.xml": b"<a/>"}), "a.xlsx", "SR906"),
    "missing sheet": (renamed(book(), "worksheets/sheet2", "worksheets/sheet9"), "a.xlsx", "SR901"),
    "many parts": (packed({f"part{n}": b"" for n in range(6000)}), "a.xlsx", "SR904"),
}


@pytest.mark.parametrize("what", NO_TABLES)
def test_files_that_are_no_tables(what: str) -> None:
    data, name, code = NO_TABLES[what]
    assert codes(data, name) == [code]


def test_two_parts_of_one_name() -> None:
    out = io.BytesIO(book())
    with pytest.warns(UserWarning), zipfile.ZipFile(out, "a") as archive:
        archive.writestr(SHEET, b"<worksheet/>")
    assert codes(out.getvalue()) == ["SR901"]


def test_a_bomb_is_not_unpacked() -> None:
    """A sheet of 100 MB of blanks: refused by what the directory says. One whose directory lies is cut at what it says."""
    data = BOMB
    assert len(data) < 1 << 18
    tracemalloc.start()
    codes(data)
    assert tracemalloc.get_traced_memory()[1] < 30 << 20
    tracemalloc.stop()
    lying = bytearray(bomb(2 << 20))
    with zipfile.ZipFile(io.BytesIO(bytes(lying))) as archive:
        size = archive.getinfo(SHEET).file_size
    at = lying.rindex(size.to_bytes(4, "little"))
    lying[at : at + 4] = (1000).to_bytes(4, "little")
    assert codes(bytes(lying)) == ["SR901"]


def shared_book() -> bytes:
    """With the texts of all cells in one part."""
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True})
    for name, rows in {"申报主体": PEOPLE, "项目": PROJECTS}.items():
        page = made.add_worksheet(name)
        for line, row in enumerate(rows):
            page.write_row(line, 0, row)
    made.close()
    return out.getvalue()


DTD = '<!DOCTYPE worksheet [<!ENTITY e SYSTEM "file:///etc/passwd"><!ENTITY f "&e;&e;">]>'


@pytest.mark.parametrize(
    "part", [SHEET, "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml", "xl/sharedStrings.xml"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_in_every_part_and_encoding(part: str, encoding: str) -> None:
    files = parts(shared_book())
    text = files[part].decode()
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    body = text.partition("?>")[2] if text.startswith("<?xml") else text
    files[part] = (head + DTD + body).encode(encoding)
    assert codes(packed(files)) == ["SR905"]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("<sheetData>", "<sheetData>" + "<a>" * 100),
        lambda text: text.replace('<row r="2"', '<row r="1"'),
        lambda text: text.replace('r="B2"', 'r="A2"'),
        lambda text: text.replace('r="B2"', 'r="2B"'),
        lambda text: text.replace("</sheetData>", ""),
        lambda text: text.replace('t="s"><v>', 't="s"><v>99'),
        lambda text: text.replace('t="s"><v>', 't="s"><v>-'),
    ],
)
def test_sheets_that_are_no_sheets(change: Callable[[str], str]) -> None:
    assert codes(edited(shared_book(), SHEET, change)) == ["SR901"]


def test_shared_texts_without_their_pronunciation() -> None:
    spoken = '<si><r><t>甲</t></r><r><t>_x0020_厂</t></r><rPh sb="0" eb="1"><t>jiǎ</t></rPh></si>'
    data = edited(shared_book(), "xl/sharedStrings.xml", lambda text: text.replace("<si><t>甲</t></si>", spoken))
    assert read(data).applicants.data["name"].to_pylist() == ["甲 厂", "乙"]


def test_a_cell_far_to_the_right_and_a_tag_without_end() -> None:
    far = edited(book(), SHEET, lambda text: text.replace('r="F3"', 'r="XFD3"').replace('r="F4"', 'r="XFD4"'))
    assert codes(far) == ["SR904"]
    wide = edited(book(), SHEET, lambda text: text.replace('<row r="2"', f'<row x="{"ab" * (1 << 20)}" r="2"'))
    assert codes(wide, limits=Limits(ratio=10**6)) == ["SR904"]


def test_a_false_dimension_costs_nothing() -> None:
    huge = edited(book(), SHEET, lambda text: text.replace('<dimension ref="A1:F4"', '<dimension ref="A1:XFD1048576"'))
    assert len(read(huge).items["project"]) == 3


# What a sheet hides


def test_hidden_sheets_rows_and_columns() -> None:
    def hide_sheet(made: Any) -> None:
        made["项目"].sheet_state = "veryHidden"

    def hide_row(made: Any) -> None:
        made["项目"].row_dimensions[3].hidden = True

    def hide_column(made: Any) -> None:
        made["项目"].column_dimensions["E"].hidden = True

    tables = {"申报主体": PEOPLE, "项目": PROJECTS}
    found = [
        refused(lambda touch=touch: read(workbook(tables, touch))) for touch in (hide_sheet, hide_row, hide_column)
    ]
    assert found == [[("SR912", ITEMS, 0, 0)], [("SR912", ITEMS, 3, 0)], [("SR912", ITEMS, 0, 5)]]


def test_merged_cells() -> None:
    data = workbook({"申报主体": PEOPLE, "项目": PROJECTS}, lambda made: made["项目"].merge_cells("C2:C3"))
    assert refused(lambda: read(data)) == [("SR913", ITEMS, 0, 0)]
    many = edited(data, SHEET, lambda text: text.replace('ref="C2:C3"', 'ref="A1:XFD1048576"'))
    assert codes(many) == ["SR913"]


def test_an_unknown_sheet_is_not_passed_over() -> None:
    data = book(备注=[["a"], ["b"]])
    assert refused(lambda: read(data)) == [("SR911", "a.xlsx[备注]", 0, 0)]
    assert len(read(data, ignored=("备注",)).applicants) == 2


# Cells that are not what they seem


def cell(change: Callable[[Any], None], column: str = "D") -> list[tuple[str, int, int]]:
    """What is said of one cell of the first item after a change."""
    data = workbook({"申报主体": PEOPLE, "项目": PROJECTS}, lambda made: change(made["项目"][f"{column}2"]))
    found = outcome(data).screened.problems
    return [(p.code, p.line, p.column) for p in found if p.code != "SR940"]


def setting(value: Any, form: str | None = None, kind: str | None = None) -> Callable[[Any], None]:
    def change(target: Any) -> None:
        target.value = value
        if form:
            target.number_format = form
        if kind:
            target.data_type = kind

    return change


@pytest.mark.parametrize(
    ("value", "form", "kind", "code"),
    [
        ("=1+1", None, "f", "SR921"),
        ("#DIV/0!", None, "e", "SR922"),
        (300, '0"亿"', None, "SR931"),
        (300, "0.0,", None, "SR931"),
        (date(2026, 1, 1), "yyyy-mm-dd", None, "SR924"),
        (10**14, None, None, "SR927"),
        (-300, None, None, "SR926"),
        ("三百", None, None, "SR924"),
    ],
)
def test_numbers_that_are_none(value: Any, form: str | None, kind: str | None, code: str) -> None:
    assert cell(setting(value, form, kind)) == [(code, 2, 4)]


@pytest.mark.parametrize(
    "written", ["NaN", "INF", "1e9999", "0x10", "1_000", "１０", "9" * 41, "1E+20", "0.30000000000000004"]
)
def test_numbers_that_no_program_writes(written: str) -> None:
    data = edited(book(), SHEET, lambda text: text.replace("<v>300</v>", f"<v>{written}</v>"))
    found = [p for p in outcome(data).screened.problems if p.code != "SR940"]
    assert [(p.code, p.line, p.column) for p in found] == [
        ("SR923" if written in ("1E+20", "0.30000000000000004") else "SR922", 2, 4)
    ]


def test_a_formula_with_a_stored_value_is_not_trusted() -> None:
    data = edited(book(), SHEET, lambda text: text.replace("<v>300</v>", "<f>150*2</f><v>300</v>"))
    assert [p.code for p in outcome(data).screened.problems if p.code != "SR940"] == ["SR921"]


def test_dates_and_serial_numbers() -> None:
    people = [["id", "成立日期"], ["a", date(2020, 2, 29)], ["b", 43890], ["c", "43890"], ["d", "2020/2/29"], ["e", 59]]

    def form(made: Any) -> None:
        made["申报主体"]["B6"].number_format = "yyyy-mm-dd"

    data = workbook({"申报主体": people, "项目": [["applicant", "id"]]}, form)
    found = outcome(data)
    assert [(p.code, p.line) for p in found.screened.problems] == [("SR929", n) for n in (3, 4, 5, 6)]
    assert found.screened.given["applicants"]["founded"].to_pylist()[0] == date(2020, 2, 29)
    other = workbook(
        {"申报主体": people, "项目": [["applicant", "id"]]},
        lambda made: setattr(made, "epoch", openpyxl.utils.datetime.CALENDAR_MAC_1904),
    )
    assert read(other).applicants.data["founded"].to_pylist()[0] == date(2020, 2, 29)


def test_ids_that_lost_digits() -> None:
    people = [["统一社会信用代码"], [911101081000000000], ["９１９９０１０２ＭＡ０００００１３"]]
    found = outcome(book(people, [["applicant", "id"]])).screened.problems
    assert [p.code for p in found] == ["SR923", "SR932"]
    items = [["applicant", "id"], ["a", 7], ["a", 7.5], ["a", "0007"], ["a", "x\u200b"]]
    found = [
        p for p in outcome(book([["id"], ["a"]], items)).screened.problems if p.file == ITEMS and p.code != "SR940"
    ]
    assert [(p.code, p.line) for p in found] == [("SR934", 3), ("SR924", 5)]


# CSV


@pytest.mark.parametrize(
    ("data", "options", "problem"),
    [
        ("id,规模\na,小型\n".encode("utf-16"), {}, ("SR907", "a.csv", 1, 1)),
        (b"id\nok\n\xff\xfe\xff\n", {}, ("SR907", "a.csv", 3, 1)),
        ("id,规模\na,小型\n".encode("gb18030"), {"encoding": "utf-8"}, ("SR907", "a.csv", 1, 1)),
        ("id,规模\na,小型\n".encode("utf-8-sig"), {"encoding": "gbk"}, ("SR907", "a.csv", 1, 1)),
        (b"id\na\0b\n", {}, ("SR907", "a.csv", 2, 1)),
        ("id\n一\n".encode("gbk"), {}, ("SR908", "a.csv", 0, 0)),  # D2 BB is a letter in UTF-8, too
        (b'id\n"a', {}, ("SR909", "a.csv", 2, 1)),
        (b'id\n"a"b\n', {}, ("SR909", "a.csv", 2, 1)),
        (b'id\n"a\n' + b"x\n" * 5000, {}, ("SR909", "a.csv", 2, 1)),
        (b"id\na\n", {"encoding": "latin-1"}, ("SR907", "a.csv", 0, 0)),
        (b"", {}, ("SR914", "a.csv", 0, 0)),
    ],
)  # fmt: skip
def test_csv_that_is_refused(data: bytes, options: dict[str, Any], problem: tuple[Any, ...]) -> None:
    assert refused(lambda: read(data, "a.csv", **options)) == [problem]


def test_the_byte_that_is_in_no_encoding_is_named() -> None:
    with pytest.raises(ProblemsError, match=r"UTF-8: byte 0xff at 6; GB18030: byte 0xff at 6"):
        read(b"id\nok\n\xff\n", "a.csv")


def test_an_encoding_is_told_by_the_header_or_declared() -> None:
    text = "id,规模\n一,小型\n"
    for encoding in ("utf-8", "gbk"):
        assert read(text.encode(encoding), "a.csv").applicants.data.to_pylist() == [{"id": "一", "size": "small"}]
    assert read("id\n一\n".encode("gbk"), "a.csv", encoding="gbk").applicants.data["id"].to_pylist() == ["一"]
    assert read("id\n一\n".encode(), "a.csv", encoding="utf-8").files[0].encoding == "UTF-8"


def test_cells_with_line_breaks_keep_the_number_of_their_row() -> None:
    tables = read(comma([["id", "name"], ["a", "x\ny"], ["b", "z\u200b"]]), "a.csv")
    assert [(p.code, p.line) for at in tables.applicants.problems for p in tables.applicants.problems[at]] == [
        ("SR924", 2), ("SR924", 4),
    ]  # fmt: skip


def test_a_row_of_another_width() -> None:
    tables = read(b"id,size\na,small\nb\nc,small,x\n", "a.csv")
    assert [(p.code, p.line, p.column) for at in tables.applicants.problems for p in tables.applicants.problems[at]] == [
        ("SR936", 3, 2), ("SR936", 4, 3),
    ]  # fmt: skip


@pytest.mark.parametrize("byte", [b"a", b'"', "甲".encode()])
def test_one_line_of_100_megabytes(tmp_path: Path, byte: bytes) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as handle:
        for _ in range(100):
            handle.write(byte * ((1 << 20) // len(byte)))
    tracemalloc.start()
    found = refused(lambda: read_tables(rules().program, Source.of(path)))
    assert tracemalloc.get_traced_memory()[1] < 40 << 20
    tracemalloc.stop()
    assert found == [("SR909", "a.csv", 1, 1)]


# Parquet, and limits


def test_parquet_columns_that_are_not_exact() -> None:
    text, double = pa.string(), pa.float64()
    data = parquet([["id", "staff"], ["a", 1.0], ["b", float("nan")]], [text, double])
    assert refused(lambda: read(data, "a.parquet")) == [("SR919", "a.parquet", 0, 2)]
    assert codes(parquet([["id", "founded"], ["a", 5]], [text, pa.timestamp("s")]), "a.parquet") == ["SR901"]
    assert codes(parquet([["id"], ["a"]], [text])[:-12], "a.parquet") == ["SR901"]


def test_the_unit_of_a_parquet_column() -> None:
    out = io.BytesIO()
    fields = [pa.field("applicant", pa.string()), pa.field("id", pa.string())]
    amount = pa.field("investment", pa.int64(), metadata={"unit": "万元"})
    pq.write_table(pa.table([["a"], ["1"], [7]], schema=pa.schema([*fields, amount])), out)
    tables = read_tables(rules().program, Source("a.csv", b"id\na\n"), {"project": Source("p.parquet", out.getvalue())})
    assert tables.items["project"].data["investment"].to_pylist() == [7 * 10**6]


def test_limits() -> None:
    assert codes(book(), limits=Limits(file=100)) == ["SR904"]
    assert codes(book(), limits=Limits(unpacked=100)) == ["SR904"]
    assert codes(comma([["id"], *[[f"a{n}"] for n in range(50)]]), "a.csv", limits=Limits(rows=50)) == ["SR904"]
    data = parquet([["id"], *[[f"a{n}"] for n in range(50)]], [pa.string()])
    assert codes(data, "a.parquet", limits=Limits(rows=49)) == ["SR904"]


def test_all_files_are_told_together() -> None:
    def several() -> object:
        wrong = Source("p.csv", comma([["申报主体", "id", "产线"], ["a", "1", "x"]]))
        return read_tables(rules().program, Source("a.csv", b"\xff"), {"project": wrong}, options=Options())

    assert [(code, file) for code, file, *_ in refused(several)] == [("SR907", "a.csv"), ("SR915", "p.csv")]


def test_no_applicants_and_unknown_kinds() -> None:
    assert codes(comma([["id"]]), "a.csv") == ["SR920"]
    assert (
        refused(lambda: read_tables(rules().program, Source("a.csv", b"id\na\n"), {"projekt": Source("p.csv", b"")}))[
            0
        ][0]
        == "SR911"
    )


# Anything at all


BOOK = parts(book())
PIECES = [
    "<",
    ">",
    "&",
    '"',
    "</c>",
    "<c>",
    "<row>",
    '<row r="3">',
    "<v>",
    "</v>",
    't="s"',
    "<f>",
    "\0",
    "é",
    "<t>",
    "<is>",
    "]]>",
    "<!--",
]


@given(part=st.sampled_from(sorted(BOOK)), at=st.floats(0, 1), length=st.integers(0, 30), piece=st.sampled_from(PIECES))
def test_any_damage_is_a_problem_or_none(part: str, at: float, length: int, piece: str) -> None:
    data = BOOK[part]
    place = int(at * len(data))
    changed = packed({**BOOK, part: data[:place] + piece.encode() + data[place + length :]})
    try:
        read(changed)
    except ProblemsError as error:
        assert all(problem.code.startswith("SR9") for problem in error.problems)


HEADS = [b"", b"PK\x03\x04", b"PAR1", b"id\n", b"\xef\xbb\xbfid\n"]


@given(st.binary(max_size=200), st.sampled_from(["a.csv", "a.xlsx", "a.parquet", "a"]), st.sampled_from(HEADS))
def test_any_bytes(data: bytes, name: str, head: bytes) -> None:
    try:
        read(head + data, name)
    except ProblemsError as error:
        assert all(problem.code.startswith("SR9") for problem in error.problems)


def test_whole_parts_may_be_missing() -> None:
    for part in BOOK:
        try:
            found = read(packed({name: data for name, data in BOOK.items() if name != part}))
        except ProblemsError as error:
            assert {problem.code for problem in error.problems} == {"SR901"}, part
        else:
            assert len(found.applicants) == 2, part
            assert found.applicants.data["id"].to_pylist() == [code_of(1), code_of(2)], part
