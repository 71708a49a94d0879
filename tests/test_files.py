"""Files of applicants and items: what a cell means, exactly; which column it stands in; every row computed or listed."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from files_help import (
    PEOPLE,
    PROJECTS,
    book,
    code_of,
    comma,
    edited,
    outcome,
    paid,
    parquet,
    read,
    refused,
    rules,
    workbook,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from subsidy_rules import load
from subsidy_rules.expr import FactType
from subsidy_rules.files import Options, Source, assess, read_tables, template
from subsidy_rules.files.cells import Cell, Percent, double
from subsidy_rules.files.identity import credit_check, is_citizen_id, is_credit_code
from subsidy_rules.files.number_formats import shown_as
from subsidy_rules.files.values import Days, Wrong, quantity

# Cells


@pytest.mark.parametrize(
    ("kind", "unit", "cell", "raw"),
    [
        ("money", "万元", 500, 500 * 10**6),
        ("money", "万元", Decimal("12.345678"), 12_345_678),
        ("money", "元", "1,000", 100_000),
        ("money", "元", "１２，３４５．６７", 1_234_567),
        ("money", None, "500万元", 500 * 10**6),
        ("money", "元", "1.5亿元", 15 * 10**9),  # its own unit holds
        ("money", "元", " 0.01 ", 1),
        ("money", "元", "9999999999999.99", 999_999_999_999_999),
        ("rate", "%", Decimal("3.45"), 34_500),
        ("rate", None, "30%", 300_000),
        ("rate", "%", Percent(Decimal("0.3")), 300_000),  # 0.3 that is shown as 30%
        ("number", None, "0.5", 500_000),
        ("count", None, "1,234", 1_234),
        ("months", "个月", 12, 12),
    ],
)
def test_quantities(kind: str, unit: str | None, cell: Cell, raw: int) -> None:
    assert quantity(FactType(kind), unit)(cell) == raw


@pytest.mark.parametrize(
    ("kind", "unit", "cell", "code"),
    [
        ("money", None, 500, "SR925"),
        ("money", "元", "500万", "SR924"),  # 万元?
        ("money", "元", "约500元", "SR924"),
        ("money", "元", "1,00", "SR924"),
        ("money", "元", "1,0000", "SR924"),
        ("money", "元", "5²", "SR924"),
        ("money", "元", "NaN", "SR922"),
        ("money", "元", "-inf", "SR922"),
        ("money", "元", -5, "SR926"),
        ("money", "元", "－5元", "SR926"),
        ("money", "元", "0.001", "SR928"),
        ("money", "元", "1.0000000000000000000000000000000000001", "SR928"),
        ("money", "元", 10**20, "SR927"),
        ("money", "亿元", "1" + "0" * 20, "SR927"),
        ("money", "元", Decimal("1E+300"), "SR927"),
        ("money", "元", True, "SR924"),
        ("money", "元", Percent(Decimal("0.3")), "SR924"),
        ("count", None, "1.5", "SR924"),
        ("count", None, date(2026, 1, 1), "SR924"),
        ("rate", None, Decimal("0.3"), "SR925"),
    ],
)
def test_quantities_that_are_refused(kind: str, unit: str | None, cell: Cell, code: str) -> None:
    with pytest.raises(Wrong) as error:
        quantity(FactType(kind), unit)(cell)
    assert error.value.code == code


@given(fen=st.integers(0, 10**15), unit=st.sampled_from([("元", 2), ("万元", 6), ("亿元", 10)]), wide=st.booleans())
def test_every_amount_is_read_as_it_is_written(fen: int, unit: tuple[str, int], wide: bool) -> None:
    name, places = unit
    whole, rest = divmod(fen, 10**places)
    text = f"{whole:,}.{rest:0{places}d}{name}"
    if wide:
        text = text.translate(str.maketrans("0123456789.,", "０１２３４５６７８９．，"))
    assert quantity(FactType("money"), None)(text) == fen


@given(digits=st.integers(0, 10**15 - 1), places=st.integers(0, 15))
def test_a_double_is_the_decimal_that_was_typed(digits: int, places: int) -> None:
    """As Excel writes it, with 17 digits, and as others do, with as few as tell it apart."""
    typed = Decimal(digits).scaleb(-places)
    assert double(f"{float(typed):.17g}") == typed
    assert double(repr(float(typed))) == typed


@pytest.mark.parametrize(
    "written",
    [
        "0.30000000000000004",
        "110101199003071234",
        "9007199254740993",
        "911101081000000000",
        "1E+20",
        "1234567890.1234567",
    ],
)
def test_more_digits_than_a_double_holds(written: str) -> None:
    assert double(written) is None


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("General", "plain"), ("#,##0.00", "plain"), ("0.00E+00", "plain"), ("@", "plain"), ('"¥"#,##0.00', "plain"),
        ('_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "plain"), ("[Red]0", "plain"),
        ("0%", "percent"), ("0.00%", "percent"),
        ("yyyy-mm-dd", "date"), ('yyyy"年"m"月"d"日"', "date"), ("[$-804]m/d", "date"), ("h:mm", "date"),
        ('0"万"', "other"), ("0.0,", "other"), ("#,##0,,", "other"), (";;;", "other"), ('"是";"否"', "other"), ('0"%"', "other"),
    ],
)  # fmt: skip
def test_number_formats(code: str, shown: str) -> None:
    assert shown_as(code) == shown


def test_days() -> None:
    loose = Days("YYYY/M/D")
    assert loose.read("2026/3/1") == date(2026, 3, 1)
    assert Days("YYYY年M月D日").read("2026年12月31日") == date(2026, 12, 31)
    assert Days("YYYYMMDD").read("20260301") == date(2026, 3, 1)
    assert Days("YYYY-MM-DD").hour(datetime(2026, 3, 1, 9, 30)) == "2026-03-01T09:30:00"
    for cell in ("2026-03-01", "2026/13/1", "26/3/1", 45_000, "45000", datetime(2026, 3, 1, 9), True):
        with pytest.raises(Wrong):
            loose.read(cell)
    for form in ("YYYY-MM", "MM-DD", "YYYYMD", "%Y-%m-%d"):
        with pytest.raises(ValueError, match=r"YYYY|between"):
            Days(form)


def test_check_characters() -> None:
    assert is_credit_code("91350100M000100Y43")  # the example of the standard
    assert is_citizen_id("11010519491231002X")  # the same
    assert not is_citizen_id("110105194912310020")
    assert not is_credit_code("91350100m000100y43")


@given(number=st.integers(0, 10**7 - 1), at=st.integers(0, 17), char=st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_one_wrong_character_is_noticed(number: int, at: int, char: str) -> None:
    code = code_of(number)
    assert is_credit_code(code)
    other = code[:at] + char + code[at + 1 :]
    assert is_credit_code(other) == (other == code)


# Columns


def test_headers_are_names_or_labels_in_any_width() -> None:
    heads = [
        ["id", "size", "founded", "职工（在册）"],
        ["申报主体", "规模", "成立日期", "staff"],
        ["Applicant", "ＳＩＺＥ", "Founded", "职工 (在册)"],
    ]
    for head in heads:
        found = read(book([head, ["a", "小型", date(2020, 1, 2), 5]], [["applicant", "id"]]))
        assert found.applicants.data.to_pylist() == [
            {"id": "a", "size": "small", "founded": date(2020, 1, 2), "staff": 5}
        ]


@pytest.mark.parametrize(
    ("head", "problem"),
    [
        (["id", "规摸"], ("SR915", "a.xlsx[申报主体]", 1, 2)),
        (["id", "规模", "size"], ("SR916", "a.xlsx[申报主体]", 1, 3)),
        (["规模"], ("SR917", "a.xlsx[申报主体]", 1, 1)),
        (["id", "成立日期（天）"], ("SR918", "a.xlsx[申报主体]", 1, 2)),
    ],
)
def test_headers_that_are_refused(head: list[str], problem: tuple[Any, ...]) -> None:
    assert refused(lambda: read(book([head, ["a"]]))) == [problem]


def test_the_nearest_name_is_told_and_a_column_may_be_left_out() -> None:
    data = book([[*PEOPLE[0], "联系人"], [*PEOPLE[1], "张"]])
    with pytest.raises(ValueError, match="SR915"):
        read(data)
    assert read(data, ignored=("联系人",)).applicants.data.num_rows == 1
    with pytest.raises(ValueError, match="did you mean 成立日期"):
        read(book([["id", "成立日朝"], ["a"]]))


def test_two_header_rows_and_a_title_above() -> None:
    people = [PEOPLE[0], ["credit_code", "name", "size"], *PEOPLE[1:]]
    assert refused(lambda: read(book(people))) == [("SR914", "a.xlsx[申报主体]", 2, 1)]
    titled = [["2026年申报表"], *PEOPLE]
    assert refused(lambda: read(book(titled))) == [("SR914", "a.xlsx[申报主体]", 1, 1)]


def test_a_row_of_units_is_a_row_with_errors() -> None:
    found = outcome(book(projects=[PROJECTS[0], [None, None, None, "万元", "%"], *PROJECTS[1:]]))
    assert found.counts["project"].wrong == 1


# The same tables from every kind of file


def test_all_kinds_of_files_give_the_same_answer() -> None:
    """300·10% + 200·10% = 50, 1000·10% = 100 cut to 80 by the yearly cap; a pool of 100 for 130: 50/130 and 80/130 of it."""
    wanted = {
        (code_of(1), "line-1", "machines"): ("230769.23", "230769.23"),
        (code_of(1), "line-2", "machines"): ("153846.15", "153846.15"),
        (code_of(2), "hall", "machines"): ("615384.62", "615384.62"),
        (code_of(1), "line-1", "novelty"): ("0.00", "50000.00"),
        (code_of(1), "line-2", "novelty"): ("0.00", "50000.00"),
    }
    one = outcome(book())
    assert paid(one) == wanted
    text, flag, tenths = pa.string(), pa.bool_(), pa.decimal128(12, 1)
    words = [[("是" if c is True else "否" if c is False else c) for c in row] for row in PROJECTS]
    files = {
        "p.csv": comma(words),
        "q.csv": comma(words, "utf-8-sig"),
        "r.csv": comma(words, "gb18030"),
        "s.parquet": parquet([PROJECTS[0], *([*r[:3], Decimal(r[3]), *r[4:]] for r in PROJECTS[1:])],
                             [text, text, flag, tenths, pa.int64(), flag]),
        "t.xlsx": workbook({"Sheet1": PROJECTS}),
    }  # fmt: skip
    for name, data in files.items():
        tables = read_tables(rules().program, Source("a.csv", comma(PEOPLE)), {"项目": Source(name, data)})
        assert paid(assess(rules(), tables, year=2026, history="complete", day=date(2026, 5, 1))) == wanted, name


def test_amounts_that_excel_writes_with_17_digits() -> None:
    data = book(projects=[PROJECTS[0], [code_of(1), "x", True, 1.1, 7, None]])
    data = edited(
        data, "xl/worksheets/sheet2.xml", lambda text: text.replace("<v>1.1</v>", "<v>1.1000000000000001</v>")
    )
    assert read(data).items["project"].data["investment"].to_pylist() == [1_100_000]


def test_grants_and_decisions_by_title_or_id() -> None:
    """200 was paid of a yearly cap of 80 for the first; the office approved 1 for the second."""
    more = {
        "既往奖补": [["统一社会信用代码", "政策", "规则", "年度", "金额（万元）", "事项编号"],
                 [code_of(1), "云溪区示范措施（虚构）", "设备更新补助", 2026, 79, "old"]],
        "核定": [["申报主体", "政策", "规则", "核定金额（元）", "事项编号"], [code_of(2), "yunxi", "machines", 10000, "hall"]],
    }  # fmt: skip
    found = paid(outcome(book(**more), ration=None))
    assert found[code_of(1), "line-1", "machines"] == ("10000.00", "10000.00")
    assert found[code_of(1), "line-2", "machines"] == ("0.00", "0.00")
    assert found[code_of(2), "hall", "machines"] == ("10000.00", "10000.00")


# Rows: computed or listed


def problems(data: bytes, **options: Any) -> list[tuple[str, str, int, int]]:
    return [(p.code, p.file, p.line, p.column) for p in outcome(data, **options).screened.problems]


@pytest.mark.parametrize(
    ("projects", "wanted"),
    [
        ([code_of(1), "line-3", "对", 1, 20, None], [("SR924", 5, 3)]),
        ([code_of(1), "line-1", True, 1, 20, None], [("SR937", 2, 2), ("SR937", 5, 2)]),
        ([code_of(9), "line-1", True, 1, 20, None], [("SR938", 5, 1)]),
        ([None, "line-9", True, 1, 20, None], [("SR935", 5, 1)]),
        ([code_of(1)[:-1] + "0", "line-9", True, 1, 20, None], [("SR932", 5, 1)]),
        ([code_of(1), "line-9", True, 1, 20, None, "more"], [("SR936", 5, 7)]),
        ([code_of(1), "line-9", True, "#N/A", None, None], [("SR922", 5, 4)]),
    ],
)
def test_errors_of_rows(projects: list[Any], wanted: list[tuple[str, int, int]]) -> None:
    found = problems(book(projects=[*PROJECTS, projects]))
    assert [
        (code, row, column) for code, file, row, column in found if file == "a.xlsx[项目]" and code != "SR940"
    ] == wanted


def test_an_applicant_with_a_bad_item_is_held_back_whole() -> None:
    found = outcome(book(projects=[*PROJECTS, [code_of(1), "line-3", "对", 1, 20, None]]), ration=None)
    assert {who for who, _, _ in paid(found)} == {code_of(2)}
    assert {name: (c.read, c.computed, c.wrong) for name, c in found.counts.items()} == {
        "applicants": (2, 1, 1), "project": (4, 1, 3),
    }  # fmt: skip
    said = {(p.file, p.line): p.code for p in found.screened.problems}
    assert said[("a.xlsx[项目]", 2)] == said[("a.xlsx[申报主体]", 2)] == "SR940"


def test_the_same_applicant_twice() -> None:
    found = outcome(book([*PEOPLE, PEOPLE[1]]))
    assert found.counts["applicants"].computed == 1
    assert [p.code for p in found.screened.problems if p.line == 4] == ["SR937"]


def test_rows_of_the_past_that_name_no_rule() -> None:
    head = ["applicant", "policy", "rule", "year", "amount（元）", "item"]
    rows = [
        [code_of(1), "yunxi", "machine", 2025, 1, "x"],
        [code_of(1), "yunxi", "machines", 2025, 1, None],
        [code_of(2), "elsewhere", "any", 2025, 1, None],
    ]
    found = outcome(book(grants=[head, *rows]))
    past = [(p.code, p.line, p.nearest) for p in found.screened.problems if p.file == "a.xlsx[grants]"]
    assert past == [("SR939", 2, "machines"), ("SR939", 3, ""), ("SR935", 4, "")]
    assert found.counts["grants"].computed == 0


def test_rows_of_the_past_that_a_rule_does_not_go_with() -> None:
    """An earlier allowance without its months, a decision for something that nobody claims, an attribute that is no option:
    rows with errors, and everybody else is computed."""
    policies = load("yancheng", "jiangyin").program
    people = [["id", "located_in_yancheng_urban"], ["a", "是"], ["b", "是"], ["c", "是"], ["d", "是"]]
    persons = [["applicant", "id", "insured_months"], ["a", "p", 12], ["b", "p", 12], ["c", "p", 12], ["d", "p", 12]]
    head = ["applicant", "policy", "rule", "item", "year", "amount（元）", "units", "market_segment"]
    grants = [
        head,
        ["a", "yancheng", "full-senior-allowance", "p", 2025, 9000, None, None],
        ["b", "yancheng", "full-senior-allowance", "p", 2025, 9000, 3, None],
        ["d", "yancheng", "full-senior-allowance", "p", 2025, 9000, 3, "robots"],
    ]
    decided = [
        ["applicant", "policy", "rule", "item", "amount（元）"],
        ["c", "yancheng", "full-senior-allowance", "q", 1],
    ]
    data = workbook({"applicants": people, "person": persons, "grants": grants, "approved": decided})
    found = assess(
        load("yancheng", "jiangyin"), read_tables(policies, Source("a.xlsx", data)), year=2026, history="complete"
    )
    said = [(p.code, p.file, p.line, p.field) for p in found.screened.problems if p.code != "SR940"]
    assert said == [
        ("SR935", "a.xlsx[grants]", 2, "units"),
        ("SR939", "a.xlsx[grants]", 4, "market_segment"),
        ("SR939", "a.xlsx[approved]", 2, "item"),
    ]
    assert {who for who, _, _ in paid(found)} == {"b"}


def test_history_is_stated_for_all_or_for_each() -> None:
    assert refused(lambda: outcome(book(), history=None))[0][0] == "SR917"
    people = [[*PEOPLE[0], "既往奖补是否完整"], [*PEOPLE[1], "完整"], [*PEOPLE[2], None]]
    found = outcome(book(people), history=None)
    assert [(p.code, p.line, p.column) for p in found.screened.problems if p.code == "SR935"] == [("SR935", 3, 4)]
    assert found.screened.given["applicants"]["history"].to_pylist()[0] == "complete"


AMOUNTS = st.integers(1, 2_000)


@settings(max_examples=50)  # each makes and reads two workbooks
@given(
    ration=st.sampled_from(["pro_rata", "in_order", "unstated"]),
    amounts=st.lists(AMOUNTS, min_size=3, max_size=6),
    broken=st.data(),
)
def test_what_is_held_back_makes_no_amount_of_another_wrong(
    ration: str, amounts: list[int], broken: st.DataObject
) -> None:
    """With every cell right, each of the others gets something between what is now assured and the ceiling."""
    people = [["id", "申请时间"], *([f"f{at}", f"2026-03-{at + 1:02d}"] for at in range(len(amounts)))]
    head = ["applicant", "id", "已投产", "固定资产投资（万元）", "自筹比例（%）"]
    items = [[f"f{at}", "p", "是", amount, 50] for at, amount in enumerate(amounts)]
    whole = paid(outcome(book(people, [head, *items]), ration=ration))
    at = broken.draw(st.integers(0, len(amounts) - 1))
    items[at] = [*items[at]]
    column = broken.draw(st.sampled_from([2, 3, 4]))
    items[at][column] = "?"
    found = outcome(book(people, [head, *items]), ration=ration)
    assert found.counts["project"].wrong == found.counts["applicants"].wrong == 1
    others = paid(found)
    assert {who for who, _, _ in others} == {f"f{n}" for n in range(len(amounts)) if n != at}
    for place, (low, high) in others.items():
        assert Decimal(low) <= Decimal(whole[place][0]) and Decimal(whole[place][1]) <= Decimal(high), place


CELLS = st.sampled_from(
    [None, True, "是", "?", 5, -1, "5万元", "NaN", 10**14, "x", "0.001", code_of(1), code_of(2), code_of(3)]
)


@settings(max_examples=80)
@given(people=st.lists(st.lists(CELLS, min_size=3, max_size=4), max_size=4),
       projects=st.lists(st.lists(CELLS, min_size=6, max_size=7), max_size=5))  # fmt: skip
def test_in_is_out_and_errors(people: list[list[Any]], projects: list[list[Any]]) -> None:
    found = outcome(book([*PEOPLE, *people], [*PROJECTS, *projects]))
    listed = {(p.file, p.line) for p in found.screened.problems}
    for name, rows, first in (("applicants", people, PEOPLE), ("project", projects, PROJECTS)):
        count = found.counts[name]
        full = [row for row in [*first[1:], *rows] if any(cell is not None for cell in row)]
        assert count.read == len(full) == count.computed + count.wrong
        table = found.screened.tables.tables[name]
        assert count.wrong == len([1 for row in table.rows if (table.file, row) in listed])
    good = {row["id"] for row in found.screened.given["applicants"].to_pylist()} - set(found.screened.held.to_pylist())
    assert {who for who, _, _ in paid(found)} <= good


# Claimed twice


def test_claims_that_are_made_twice() -> None:
    head = ["applicant", "id", "合同编号", "发票号码"]
    rows = [
        ["a", "1", "HT-7", "x1"],
        ["a", "2", "ＨＴ－７ ", "x2"],  # the same contract, in wide letters
        ["b", "1", "HT-8", "x2"],
        ["b", "线体更新", None, None],
        ["c", "线体更新", None, None],
    ]
    found = outcome(book([["id"], ["a"], ["b"], ["c"]], [head, *rows]))
    from subsidy_rules.files.twice import twice

    rows_of = twice(found.screened.tables).to_pylist()
    groups = {row["group"]: set() for row in rows_of}
    for row in rows_of:
        groups[row["group"]].add((row["identity"], row["between"], row["applicant"], row["row"]))
    assert sorted(map(sorted, groups.values())) == sorted(
        [
            [("contract", "same", "a", 2), ("contract", "same", "a", 3)],
            [("id", "different", "b", 5), ("id", "different", "c", 6)],
            [("invoice", "different", "a", 3), ("invoice", "different", "b", 4)],
        ]
    )


def test_a_declared_identity() -> None:
    from subsidy_rules.files.twice import twice

    data = book([["id"], ["a"], ["b"]], [["applicant", "id", "设备序列号"], ["a", "1", "SN9"], ["b", "1", "sn9"]])
    found = read_tables(rules().program, Source("a.xlsx", data), options=Options(identities=("设备序列号",)))
    assert [(r["identity"], r["value"]) for r in twice(found).to_pylist()] == [
        ("设备序列号", "SN9"),
        ("设备序列号", "sn9"),
    ]


def test_the_check_of_the_standard_by_hand() -> None:
    """The example of GB 32100-2015 again, from its weights as printed."""
    weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
    signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    rest = sum(signs.index(c) * w for c, w in zip("91350100M000100Y4", weights, strict=True)) % 31
    assert signs[31 - rest] == "3" == credit_check("91350100M000100Y4")
    assert re.fullmatch(r"[0-9A-HJ-NP-RTUWXY]{18}", code_of(5))


def test_a_pool_pays_no_more_than_it_holds_while_somebody_is_held_back() -> None:
    found = outcome(book(projects=[*PROJECTS, [code_of(1), "line-3", "?", 1, 20, None]]), ration="in_order")
    (pool,) = found.answers.pools.to_pylist()
    assert pool["left"] == Decimal(1_000_000) >= pool["paid_ceiling"]


def test_a_template_where_the_applicant_himself_is_a_person() -> None:
    """A rule without an item that pays a person asks for no list of people."""
    assert template(load(Path(__file__).parent / "mini" / "mini.yaml").program, "en")
