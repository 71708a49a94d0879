"""The commands `simulate` and `diff`, the page that they write, and the page in a real browser."""

from __future__ import annotations

import csv
import json
import re
import warnings
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from simulate_help import ROOT, rules, three
from typer.testing import CliRunner, Result

from subsidy_rules.cli.app import app
from subsidy_rules.rules import Rules
from subsidy_rules.simulate import drawing
from subsidy_rules.simulate.cells import Clausal, Money, Sheet, as_csv
from subsidy_rules.simulate.charts import simulation_charts
from subsidy_rules.simulate.report import simulation_page
from subsidy_rules.simulate.study import Options, simulate

DRAFT, REVISED = (str(ROOT / "examples" / f"{name}.yaml") for name in ("draft", "draft-revised"))
SMALL = 'size: "100"'


def run(*arguments: str) -> Result:
    found = CliRunner().invoke(app, list(arguments), env={"SUBSIDY_RULES_LANG": ""})
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
    return found


@pytest.fixture(scope="module")
def population(tmp_path_factory: pytest.TempPathFactory) -> str:
    text = (ROOT / "examples" / "population.yaml").read_text("utf-8")
    path = tmp_path_factory.mktemp("population") / "population.yaml"
    path.write_text(re.sub(r'size: "\d+"', SMALL, text), "utf-8")
    return str(path)


@pytest.fixture(scope="module")
def written(population: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reports of a simulation and of a comparison."""
    folder = tmp_path_factory.mktemp("reports")
    assert run("simulate", "-p", DRAFT, "-n", population, "-o", str(folder / "one"), "--draws", "2").exit_code == 0
    assert run("diff", DRAFT, REVISED, "-n", population, "-o", str(folder / "two"), "-l", "en").exit_code == 0
    return folder


# The commands


def test_the_same_seed_gives_the_same_bytes(population: str, written: Path, tmp_path: Path) -> None:
    run("simulate", "-p", DRAFT, "-n", population, "-o", str(tmp_path), "--draws", "2")
    files = sorted(path.name for path in (written / "one").iterdir())
    assert files == sorted(path.name for path in tmp_path.iterdir())
    assert {"report.html", "result.json", "articles.svg", "articles.png", "pools.csv", "sensitivity.svg"} <= set(files)
    for name in files:
        assert (tmp_path / name).read_bytes() == (written / "one" / name).read_bytes(), name


def test_another_seed_is_another_population(population: str) -> None:
    one, two = (
        run("simulate", "-p", DRAFT, "-n", population, "--json", "--draws", "0", "--vary", "0%", "--seed", seed)
        for seed in "12"
    )
    assert json.loads(one.stdout)["costs"] != json.loads(two.stdout)["costs"]


def test_json_has_exact_amounts_and_no_number_for_money(written: Path) -> None:
    data = json.loads((written / "one" / "result.json").read_text("utf-8"))

    def floats(value: Any) -> list[float]:
        if isinstance(value, dict):
            return [one for entry in value.values() for one in floats(entry)]
        if isinstance(value, list):
            return [one for entry in value for one in floats(entry)]
        return [value] if isinstance(value, float) else []

    assert floats(data) == []
    assert "no payment" in data["notice"]["en"] and data["population"]["basis"] == "invented"
    for line in data["costs"]["rules"]:
        assert re.fullmatch(r"\d+\.\d\d", line["assured"]) and float(line["assured"]) <= float(line["ceiling"])
    pool = data["pools"][0]
    assert float(pool["paid"]["ceiling"]) <= float(pool["left"])


def test_diff_of_a_policy_with_itself_is_nothing(population: str) -> None:
    data = json.loads(run("diff", DRAFT, DRAFT, "-n", population, "--json").stdout)
    assert (data["moved"], data["excluded"]) == ([], [])
    assert all(one["before"] == one["after"] for one in data["clauses"])


def test_own_tables_from_the_command_line_in_any_order(tmp_path: Path) -> None:
    head, *rows = (
        "id,rnd_expense（万元）,single_champion,applied_at",
        *[f"firm-{at},{100 * at},{'是' if at % 3 else '否'},2026-03-{at:02d}" for at in range(1, 13)],
    )
    found = []
    for order in (rows, rows[::-1]):
        path = tmp_path / "firms.csv"
        path.write_text("\n".join([head, *order]) + "\n", "utf-8")
        done = run("simulate", "-p", DRAFT, "-n", str(path), "--year", "2026", "--history", "complete", "--json")
        assert done.exit_code == 0, done.output
        found.append(done.stdout)
    assert found[0] == found[1]
    data = json.loads(found[0])
    assert (data["population"]["basis"], data["uncertainty"]["draws"]) == ("file", 0)
    # 2 … 9 million at 5 %, 10, 11, 12 at 8 %, all below 2 million: 44 · 5 % + 33 · 8 % million
    (rnd,) = [line for line in data["costs"]["rules"] if line["key"] == "rnd"]
    assert rnd["assured"] == rnd["ceiling"] == "4840000.00"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("simulate", "-p", DRAFT, "-n", "missing.csv", "--year", "2026"), 1),
        (("simulate", "-p", DRAFT, "-n", "missing.yaml"), 1),
        (("simulate", "-p", DRAFT, "-n", "missing.csv"), 2),  # no year
        (("simulate", "-p", DRAFT, "-n", "x.yaml", "--year", "2026"), 2),  # the file says it
        (("simulate", "-p", DRAFT, "-n", "x.yaml", "--vary", "ten"), 2),
        (("simulate", "-p", DRAFT, "-n", "x.yaml", "--vary", "100%"), 2),
        (("simulate", "-p", "nowhere", "-n", "x.yaml"), 2),
        (("simulate", "-p", DRAFT, "-n", "x.csv", "--year", "2026", "--items", "project"), 2),
        (("diff", DRAFT, "nowhere.yaml", "-n", "x.yaml"), 1),
    ],
)
def test_wrong_use_is_told(arguments: tuple[str, ...], code: int) -> None:
    found = run(*arguments)
    assert found.exit_code == code, found.output
    assert found.output.strip()


def test_both_languages_say_that_it_is_an_estimate(population: str) -> None:
    for lang, words in (
        ("zh", ("估算", "不是支付额", "未经校准")),
        ("en", ("Estimate", "no payment", "not calibrated")),
    ):
        out = run("simulate", "-p", DRAFT, "-n", population, "--draws", "0", "--vary", "0%", "-l", lang).output
        assert all(word in out for word in words), out


def test_no_cell_of_a_table_is_a_formula() -> None:
    sheet = Sheet(
        "x", ("applicant", "before:assured"), (("=1+1", Money(-123)), ("@a", Money(5)), (Clausal("-3"), Money(0)))
    )
    rows = list(csv.reader(as_csv(sheet, "en").decode("utf-8-sig").splitlines()))
    assert rows[1:] == [["'=1+1", "-1.23"], ["'@a", "0.05"], ["art. -3", "0.00"]]


# The page


class Page(HTMLParser):
    """What a page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.mark.parametrize("name", ["one", "two"])
def test_a_page_stands_alone_and_can_be_read_aloud(written: Path, name: str) -> None:
    text = (written / name / "report.html").read_text("utf-8")
    page = Page(text)
    assert not page.all("script") and not page.all("link") and not page.all("img")
    named = re.findall(r"https?://[^\"'\s<]+", text)
    assert {one for one in named if "www.w3.org" not in one} == set()  # names of SVG, no host that is asked
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    references = re.findall(r'(?:url\(|href=")#([^)"]+)', text)
    assert set(references) <= set(ids)
    pictures = page.all("svg")
    assert len(pictures) >= 4 and all(one["role"] == "img" and one["aria-label"] for one in pictures)
    assert all(one.get("lang") for one in page.all("div") if "view" in (one.get("class") or "").split())
    for figure in re.findall(r"<section.*?</section>", text, re.DOTALL):
        assert "<figure" not in figure or "<table>" in figure  # a table beside every picture
    assert "不是支付额" in text and "no payment" in text


def test_a_page_opens_in_its_language(written: Path) -> None:
    one, two = ((written / name / "report.html").read_text("utf-8") for name in ("one", "two"))
    assert 'lang="zh-CN"' in one[:60] and re.search(r'id="show-zh" checked', one)
    assert 'lang="en"' in two[:60] and re.search(r'id="show-en" checked', two)


def test_what_others_wrote_is_text_on_the_page() -> None:
    """Titles and ids come from files."""
    evil = "<script>alert(1)</script>&\"'"
    policy = rules().documents[0].value
    assert isinstance(policy, dict)
    changed = {**policy, "title": {"zh": evil, "en": evil}}
    for section in ("rules", "bounds"):
        changed[section] = [{**one, "title": {"zh": evil, "en": evil}} for one in policy[section]]  # type: ignore[union-attr]
    document = replace(rules().documents[0], value=changed)
    result = simulate(Rules.of([document], rules().facts), three(), None, Options(draws=0))
    assert "<script" not in simulation_page(result, "zh")


def test_pictures_need_no_chinese_font(monkeypatch: pytest.MonkeyPatch) -> None:
    """In SVG text stays text, which the browser has a font for; a PNG is English then."""
    monkeypatch.setattr(drawing, "chinese_family", lambda: None)
    result = simulate(rules(), three(), None, Options(draws=0))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for chart in simulation_charts(result)[:3]:
            assert drawing.png(chart, "zh") == drawing.png(chart, "en")
            text = drawing.svg(chart, "zh")
            assert "sans-serif" in text and "<text" in text
            assert chart.name != "articles" or "设备补助" in text


# In a browser


def test_a_browser_shows_one_language_and_finds_nothing_to_complain_of(written: Path) -> None:
    from axe_playwright_python.sync_playwright import Axe
    from web_help import browser

    with browser() as found:
        for name, width in (("one", 1280), ("two", 390)):
            page = found.new_page(viewport={"width": width, "height": 900})
            asked: list[str] = []
            wrong: list[str] = []
            page.on("request", lambda request, asked=asked: asked.append(request.url))
            page.on("console", lambda message, wrong=wrong: wrong.append(message.text))
            page.goto((written / name / "report.html").as_uri())
            for lang, other in (("zh", "en"), ("en", "zh")):
                page.locator(f"label[for=show-{lang}]").click()
                assert (
                    page.locator(f".view-{lang} h1").is_visible() and not page.locator(f".view-{other} h1").is_visible()
                )
                assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
                page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
                violations = (
                    Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa"]}).response["violations"]
                )
                assert [(one["id"], one["nodes"][0]["html"][:200]) for one in violations] == []
            page.emulate_media(media="print")
            assert not page.locator(".bar").is_visible()
            assert [url for url in asked if not url.startswith("file:")] == [] and wrong == []
            page.close()
