"""The web calculator in a real browser. Amounts are worked out from the texts, not copied from the page."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
import web_help as web
from PIL import Image
from playwright.sync_api import Browser, expect
from service_help import running

import subsidy_rules
from subsidy_rules.explain import money as written
from subsidy_rules.files.identity import credit_check
from subsidy_rules.money import format_units, parse_money

pytestmark = pytest.mark.xdist_group("web")  # one process starts the browser and the service
STAKE = re.compile(r"([\d.]+(?:亿元|万元|元))")


@pytest.fixture(scope="module")
def found() -> Iterator[Browser]:
    with web.browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    with running() as service:
        yield f"http://127.0.0.1:{service.port}"


@pytest.fixture
def screen(found: Browser, base: str) -> Iterator[web.Screen]:
    with web.screen(found, base) as shown:
        yield shown


# From a city to an amount and its reasons


def upgrade(shown: web.Screen, amount: str, unit: str) -> None:
    """Jiangyin's article 2: 5% of technology and equipment investment from 1000万元, at most 500万元 for a project."""
    shown.choose("江阴市")
    shown.add("项目")
    shown.answer("/located_in_jiangyin", "是")
    shown.answer("project-1/ai_manufacturing_related", "是")
    shown.answer("project-1/investment_type", "技术改造")
    shown.answer("project-1/technology_equipment_investment", amount, unit)


def test_the_way_to_an_amount_and_its_reasons(screen: web.Screen) -> None:
    upgrade(screen, "1.2", "亿元")
    page = screen.page
    page.locator(".city[data-city=jiangyin] > details > summary").click()
    award = page.locator("details.award", has_text="技术改造项目投入补助")
    expect(award.locator("summary .amount")).to_have_text("0元 – 500万元")
    award.locator("summary").click()
    expect(award).to_contain_text("限额 600万元 → 500万元（第2条）")  # 5% of 1.2亿元 is 600万元
    expect(award).to_contain_text("门槛含本数")  # an assumption
    expect(award).to_contain_text("另一种理解：须超过1000万元")
    expect(award).to_contain_text("单个单位年度奖补金额总控")  # a limit that the answer is subject to
    expect(award).to_contain_text("市工信局")
    known = page.locator(".known li", has_text="技术和设备投资额")
    expect(known).to_contain_text("1.2亿元")
    known.get_by_role("button").click()
    known.locator("input[name=value]").fill("999")
    known.locator("select[name=unit]").select_option("万元")
    known.locator("input[name=value]").press("Enter")
    screen.settled()
    page.locator(".awards .more summary", has_text="不符合的").click()
    expect(award.locator(".reasons")).to_contain_text("还差 1万元")


def test_amounts_move_and_are_said(screen: web.Screen) -> None:
    screen.choose("江阴市")
    screen.add("标准")
    before = screen.city("jiangyin")
    assert before["assured"] == "0元"
    screen.answer("/located_in_jiangyin", "否")  # every article asks for an applicant there
    assert screen.city("jiangyin") == {"assured": "0元", "ceiling": "0元"}
    expect(screen.page.locator("#said")).to_have_text("江阴市：确定可得 0元，最高可得 0元")
    expect(screen.page.locator(".city .moved.down")).to_have_text(f"▼ −{before['ceiling']}")
    expect(screen.page.locator(".questions")).to_contain_text("没有其他影响金额的问题")


def test_questions_come_by_what_is_at_stake_and_not_known_is_an_answer(screen: web.Screen) -> None:
    screen.choose("江阴市", "苏州市")
    stakes = screen.page.locator(".questions > ol .stake").all_inner_texts()
    amounts = [parse_money(match[1]) for match in map(STAKE.search, stakes) if match]
    assert len(amounts) > 3 and amounts == sorted(amounts, reverse=True)
    first = screen.page.locator(".question.open")
    place = first.get_attribute("data-place")
    before = screen.city("suzhou")
    first.get_by_role("button", name="不清楚").click()
    screen.settled()
    assert screen.city("suzhou") == before
    assert screen.page.locator(".question.open").get_attribute("data-place") != place
    assert screen.page.evaluate("document.activeElement.closest('.question.open') !== null")  # the focus goes on
    expect(screen.page.locator(".known")).to_contain_text("不清楚")


def test_what_is_refused_is_told_beside_its_field(screen: web.Screen) -> None:
    screen.expected.append("422")
    screen.choose("桐乡市")
    before = screen.city("tongxiang")
    screen.answer("/annual_revenue", "-3", "万元")
    wrong = screen.page.locator(".question.open [role=alert]")
    expect(wrong).to_contain_text("应为")
    assert screen.city("tongxiang") == before
    screen.answer("/annual_revenue", "3，000", "万元")  # full-width comma and all
    expect(screen.page.locator(".known")).to_contain_text("3000万元")


def test_items_come_and_go(screen: web.Screen) -> None:
    screen.choose("滨江区")
    none = screen.city("binjiang")
    screen.add("标准")
    screen.add("标准")
    expect(screen.page.locator(".pill")).to_have_count(2)
    assert parse_money(screen.city("binjiang")["ceiling"]) > parse_money(none["ceiling"])
    screen.page.get_by_role("button", name=re.compile("移除")).first.click()
    screen.settled()
    screen.page.get_by_role("button", name=re.compile("移除")).first.click()
    screen.settled()
    assert screen.city("binjiang") == none


def test_earlier_grants_are_told(screen: web.Screen) -> None:
    """Tongxiang's article 2: a first 1亿元 of revenue is worth 200万元; what was paid in the year is deducted."""
    screen.choose("桐乡市")
    screen.question("/history")
    screen.page.locator(".question.open").get_by_role("button", name="没有", exact=True).click()
    screen.settled()
    screen.answer("/information_service_enterprise", "是")
    screen.answer("/prior_highest_revenue", "0")
    screen.answer("/annual_revenue", "10000", "万元")
    assert screen.city("tongxiang")["assured"] == "200万元"
    page = screen.page
    page.locator(".known").get_by_role("button", name="没有", exact=True).wait_for()
    page.locator(".known summary", has_text="添加一笔").click()
    screen.settled()
    form = page.locator(".known form.grant")
    form.get_by_label("支持事项").select_option("tongxiang/revenue-milestones")
    form.get_by_label("预算年度").fill("2026")
    form.get_by_label("金额").fill("50")
    form.get_by_role("button").click()
    screen.settled()
    assert screen.city("tongxiang")["assured"] == "150万元"
    page.locator(".known li", has_text="营收上台阶").get_by_role("button").click()
    screen.settled()
    assert screen.city("tongxiang")["assured"] == "200万元"


# Files


def test_a_saved_application_is_the_same_for_the_command_line(screen: web.Screen, tmp_path: Path) -> None:
    screen.load(web.DEMO)
    shown = screen.city("tongxiang")
    with screen.page.expect_download() as download:
        screen.page.get_by_role("button", name="保存申请").click()
    download.value.save_as(tmp_path / "application.json")
    answer = subsidy_rules.load().assess(tmp_path / "application.json")
    total = next(
        one for one in answer.totals if (one.policy, one.payee, one.kind) == ("tongxiang", "applicant", "cash")
    )
    assert shown == {"assured": format_units(total.assured), "ceiling": format_units(total.ceiling)}
    screen.page.get_by_role("button", name="清空重来").click()
    screen.settled()
    assert screen.city("tongxiang") != shown
    screen.load(tmp_path / "application.json")
    assert screen.city("tongxiang") == shown


def test_the_report_is_one_file_and_a_page_of_paper(screen: web.Screen, tmp_path: Path) -> None:
    screen.load(web.DEMO)
    shown = screen.city("tongxiang")
    screen.go("report")
    page = screen.page
    with page.expect_download() as download:
        page.get_by_role("button", name="下载网页").click()
    download.value.save_as(tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text("utf-8")
    for part in (*shown.values(), "估算", "草案，未施行", "最高可得不等于应得", "以主管部门审定为准", "1.2亿元"):
        assert part in text
    assert not re.search(r"<script|<link|src=|https?:|@import", text)
    assert page.pdf()[:5] == b"%PDF-"
    page.emulate_media(media="print")
    expect(page.locator(".top")).to_be_hidden()
    expect(page.locator("#report .notice")).to_be_visible()


def test_the_report_as_a_workbook(screen: web.Screen, tmp_path: Path) -> None:
    screen.load(web.DEMO)
    screen.go("report")
    with screen.page.expect_download() as download:
        screen.page.get_by_role("button", name="下载 Excel").click()
    download.value.save_as(tmp_path / "report.xlsx")
    assert openpyxl.load_workbook(tmp_path / "report.xlsx").sheetnames


# Other pages


def test_cities_side_by_side(screen: web.Screen) -> None:
    screen.load(web.DEMO)
    shown = {city: screen.city(city) for city in ("binjiang", "tongxiang", "yancheng")}
    screen.go("compare")
    rows = screen.page.locator("table.side").first.locator("tr")
    cities = rows.nth(0).locator("th").all_inner_texts()[1:]
    assert len(cities) == 5
    for which, row in (("assured", 1), ("ceiling", 2)):
        cells = rows.nth(row).locator("td strong").all_inner_texts()
        for name, at in (("滨江", "binjiang"), ("桐乡", "tongxiang"), ("盐城", "yancheng")):
            column = next(place for place, city in enumerate(cities) if name in city)
            assert cells[column] == shown[at][which]
    ceilings = [parse_money(text) for text in rows.nth(2).locator("td strong").all_inner_texts()]
    assert ceilings == sorted(ceilings, reverse=True)


def test_what_if_marks_the_cliff(screen: web.Screen) -> None:
    """Tongxiang's article 2 pays a milestone once: who had reached 10亿元 before gets nothing for it."""
    screen.choose("桐乡市")
    screen.load(web.upload(web.CLIFF))
    screen.go("what-if")
    page = screen.page
    page.get_by_label("改变哪个数量").select_option("/prior_highest_revenue")
    screen.settled()
    last = page.locator(".edges .cliff").last
    expect(last).to_contain_text("断崖：到 10亿元 时")
    expect(last).to_contain_text("少 500万元")
    expect(page.locator(".curve .mark.cliff").last).to_be_visible()
    page.locator("#slider").focus()
    page.keyboard.press("End")
    screen.settled()
    expect(page.locator(".readout .amounts dd").last).to_contain_text("▼ −500万元")
    page.get_by_label("改变哪个数量").select_option("/annual_revenue")
    screen.settled()
    expect(page.locator(".edges .jump").last).to_contain_text("门槛：到 10亿元 时")


def test_many_applicants_from_a_workbook(screen: web.Screen, tmp_path: Path) -> None:
    """5% of 2000万元 is 100万元. The company is invented."""
    screen.choose("江阴市")
    screen.go("batch")
    page = screen.page
    with page.expect_download() as download:
        page.get_by_role("button", name="下载模板").click()
    download.value.save_as(tmp_path / "template.xlsx")
    book = openpyxl.load_workbook(tmp_path / "template.xlsx")
    code = "91320281MA1000000"
    code += credit_check(code)
    company = {"统一社会信用代码": code, "名称": "示例一号", "既往奖补是否完整": "完整", "位于江阴": "是"}
    line = {"统一社会信用代码": code, "编号": "line-1", "投资建设类型": "技术改造", "项目与人工智能制造产业相关": "是"}
    line["项目本年度完成的技术和设备投资额（万元）"] = "2000"
    for sheet, row in (("申报主体", company), ("项目", line)):
        heads = [cell.value for cell in book[sheet][1]]
        for head, text in row.items():
            book[sheet].cell(2, heads.index(head) + 1, text)
    book.save(tmp_path / "filled.xlsx")
    page.locator(".upload input").set_input_files(tmp_path / "filled.xlsx")
    page.get_by_role("button", name="开始测算").click()
    expect(page.locator("main [aria-live] strong")).to_have_text("已完成")
    expect(page.locator("main [aria-live]")).to_contain_text("项目：读入 1 行，测算 1 行，有问题 0 行")
    with page.expect_download() as download:
        page.get_by_role("button", name="下载结果").click()
    download.value.save_as(tmp_path / "result.xlsx")
    heads, *rows = openpyxl.load_workbook(tmp_path / "result.xlsx")["逐项测算"].values
    (row,) = (dict(zip(heads, row, strict=True)) for row in rows if "技术改造项目投入补助" in row)
    assert (row["确定可得（元）"], row["最高可得（元）"]) == (0, 1_000_000)


def test_officers_see_every_provision_and_open_its_cases(screen: web.Screen) -> None:
    for name in subsidy_rules.policies():
        policy = subsidy_rules.load(name).program.policies[0]
        screen.go(f"policies/{name}")
        shown = screen.page.locator("[id^=entry-]").evaluate_all("all => all.map(one => one.id.slice(6))")
        assert sorted(shown) == sorted(one.id for one in (*policy.rules, *policy.bounds, *policy.clauses))
    screen.go("policies/jiangyin/technical-upgrade")
    entry = screen.page.locator("#entry-technical-upgrade")
    for text in ("1000万元", "5%", "投资建设类型为技术改造", "单个对象", "须超过1000万元"):
        expect(entry).to_contain_text(text)
    expect(entry).to_be_in_viewport()
    entry.get_by_text("示例").click()
    case = entry.locator("li", has_text="upgrade-at-the-threshold")
    expect(case).to_contain_text("最高可得 50万元")  # 5% of 1000万元
    case.get_by_role("button").click()
    screen.page.wait_for_selector(".city[data-city=jiangyin] .amounts")
    screen.settled()
    assert screen.city("jiangyin")["ceiling"] == "50万元"
    screen.go("policies/jiangyin")
    screen.page.get_by_label("查找").fill("technical-upgrade")
    expect(screen.page.locator(".provision")).to_have_count(1)


def test_the_pictures_of_the_documentation_can_be_taken(found: Browser, base: str, tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("docs_calculator", web.ROOT / "docs" / "calculator.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for path in module.take(found, base, tmp_path):
        there = web.ROOT / "docs" / "pictures" / path.name
        assert Image.open(there).size == Image.open(path).size


# What every page keeps


SMALL = {
    "applicant": {"id": "a", "facts": {"located_in_jiangyin": "true", "data_trading_volume": "160万元"}},
    "items": [{"id": "line", "kind": "project", "facts": {"investment_type": "technical_upgrade"}}],
    "year": 2026,
    "history": "complete",
}
SAYS = {
    "zh-CN": ("估算", "草案，未施行", "已公布", "最高可得不等于应得", "以主管部门审定为准"),
    "en-US": (
        "An estimate",
        "Draft, not adopted",
        "Adopted",
        "a ceiling is no entitlement",
        "the competent office decides",
    ),
}


@pytest.mark.parametrize(("lang", "size"), [("zh-CN", web.PHONE), ("en-US", web.DESK)])
def test_every_page_is_accessible_and_says_what_it_must(
    found: Browser, base: str, lang: str, size: tuple[int, int]
) -> None:
    """Structure and contrast are the same in both languages: axe goes through all pages in one of them."""
    with web.screen(found, base, lang, size) as shown:
        page = shown.page
        for at in (1, 3):  # one draft, one in force
            page.locator(".choice input").nth(at).check()
            shown.settled()
        shown.load(web.upload(SMALL))
        for path in (*web.PAGES, "policies/tongxiang"):
            shown.go(path)
            if not path:
                page.locator(".city details.awards > summary").first.click()
                page.locator("details.award > summary").first.click()
            notice = page.locator("#page > .notice")
            for text in SAYS[lang]:
                expect(notice).to_contain_text(text)
            assert page.evaluate("document.documentElement.lang") == lang.removesuffix("-US")
            if path == "policies/tongxiang":
                page.get_by_role("searchbox").fill("revenue")  # a part stands for the whole
                expect(page.locator(".provision")).not_to_have_count(0)
            if size == web.PHONE or path in ("", "report"):
                assert not shown.unseen(), path


def test_english_throughout(found: Browser, base: str) -> None:
    """But for the unit of money, names of offices and article numbers, which stand as the documents have them."""
    with web.screen(found, base, "en-US") as shown:
        shown.load(web.DEMO)
        for path in ("", "compare", "what-if"):
            shown.go(path)
            text = shown.page.locator("main").evaluate("main => main.innerText")
            assert not set(re.findall(r"[\u4e00-\u9fff]", text)) - set("元万亿第一二三四五六七八九十条附则")
        shown.page.get_by_role("button", name="中文").click()
        shown.settled()
        expect(shown.page.locator("h1")).to_have_text("试算")


@pytest.mark.parametrize("lang", ["zh-CN", "en-US"])
def test_a_phone_shows_all_without_scrolling_sideways(found: Browser, base: str, lang: str) -> None:
    with web.screen(found, base, lang, (360, 740)) as shown:
        shown.load(web.DEMO)
        expect(shown.page.locator(".footing")).to_be_in_viewport()
        for path in (*web.PAGES, "policies/jiangyin"):
            shown.go(path)
            assert shown.page.evaluate("document.documentElement.scrollWidth") <= 360, path


def test_the_keyboard_is_enough(screen: web.Screen) -> None:
    page = screen.page
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(2):  # past the first city to the second
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    screen.settled()
    assert screen.city("jiangyin")["assured"] == "0元"
    page.locator(".question.open .line").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.question.open .field') !== null")
    page.keyboard.press("Enter")
    screen.settled()
    assert page.evaluate("document.activeElement.matches('.question.open .line')")


def test_a_service_that_is_gone_is_told(found: Browser, base: str) -> None:
    with web.screen(found, base) as shown:
        shown.expected += ["Failed to load resource", "net::"]
        shown.page.route("**/v1/assess", lambda route: route.abort())
        shown.page.locator(".choice input").first.check()
        expect(shown.page.get_by_role("alert")).to_contain_text("连不上测算服务")


def test_advice_that_fails_is_told(found: Browser, base: str) -> None:
    with web.screen(found, base) as shown:
        shown.expected += ["Failed to load resource", "net::"]
        shown.page.route("**/v1/advise", lambda route: route.abort())
        shown.choose("桐乡市")
        shown.load(web.upload(web.CLIFF))
        shown.go("what-if")
        expect(shown.page.get_by_role("alert")).to_contain_text("连不上测算服务")


# Amounts in the page's own arithmetic


AMOUNTS = [0, 1, 9, 99, 100, 101, 12_345, 999_999, 1_000_000, 1_000_100, 50_000_000, 10**10, 15 * 10**9, 10**15 - 1]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_amounts_are_exact_and_written_as_the_library_writes_them(screen: web.Screen, lang: str) -> None:
    code = """async ([texts, lang]) => {
        const { fen, money, typed, stated } = await import('/js/money.js');
        return texts.map(text => money(fen(text), lang)) }"""
    amounts = [*AMOUNTS, *(7**n % 10**15 for n in range(1, 60))]
    texts = [f"{fen // 100}.{fen % 100:02d}" for fen in amounts]
    assert screen.page.evaluate(code, [texts, lang]) == [written(fen, lang) for fen in amounts]  # type: ignore[arg-type]
    back = "async texts => { const m = await import('/js/money.js'); return texts.map(text => `${m.stated(text)}`) }"
    assert screen.page.evaluate(back, [format_units(fen) for fen in amounts]) == [str(fen) for fen in amounts]
