"""The files of the web calculator as they are served: words in both languages, nothing inline, nothing from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from web_help import WEB

OWN = sorted(path for path in WEB.rglob("*.*") if "vendor" not in path.parts)
SCRIPTS = [path for path in OWN if path.suffix == ".js"]
NAMES = [str(path.relative_to(WEB)) for path in OWN]
TEXT = {path: path.read_text("utf-8") for path in OWN}
PAIR = re.compile(r'^  (\w+): \["([^"]+)", "([^"]+)"\],$', re.MULTILINE)


def test_every_word_is_there_in_both_languages_and_used() -> None:
    text = TEXT[WEB / "js" / "words.js"]
    words = text[text.index("const WORDS") : text.index("const CODES")]
    pairs = PAIR.findall(words)
    assert len(pairs) == len(re.findall(r"^  \w+:", words, re.MULTILINE)) > 100  # every line is such a pair
    names = [name for name, _, _ in pairs]
    assert len(names) == len(set(names))
    for name, zh, en in pairs:
        assert re.findall(r"\{\d\}", zh) == re.findall(r"\{\d\}", en), name
        assert not re.search(r"[\u4e00-\u9fff]", en.replace("万元", "")), name
    rest = "".join(one for path, one in TEXT.items() if path in SCRIPTS)
    asked = set(re.findall(r'\bt\("(\w+)"', rest))
    assert asked - set(names) == set()
    others = rest.replace(words, "")
    for name in names:  # some are said by a name that is made of a code
        assert re.search(rf"[\"'`]{name}[\"'`]|\b{name}:", others), f"{name} is never said"


@pytest.mark.parametrize("path", OWN, ids=NAMES)
def test_nothing_inline_and_nothing_from_elsewhere(path: Path) -> None:
    text = TEXT[path]
    assert len(text.splitlines()) <= 300
    hosts = set(re.findall(r"https?://[\w.]+", text)) - {"http://www.w3.org"}  # the namespace of SVG
    assert not hosts
    if path.suffix == ".html":
        assert not re.search(r"<style|<script(?![^>]*src=)|\son\w+=|\sstyle=", text)
    elif path.suffix == ".js":
        assert not re.search(r"\beval\b|new Function|innerHTML|unsafe|\sstyle=|Storage\b|document\.cookie", text)
        assert not re.search(r"parseFloat|toFixed\(2\)", text)  # no float touches an amount


def test_scripts_import_what_is_there() -> None:
    for path in SCRIPTS:
        for wanted in re.findall(r'from "([^"]+)"', TEXT[path]):
            assert wanted.startswith("."), f"{path.name}: {wanted}"
            assert (path.parent / wanted).resolve().is_file(), f"{path.name}: {wanted}"


def test_the_library_comes_with_its_licence_and_whole() -> None:
    vendor = WEB / "vendor" / "lit-html"
    assert "BSD 3-Clause License" in (vendor / "LICENSE").read_text("utf-8")
    assert '"3.3.3"' in (vendor / "lit-html.js").read_text("utf-8")
    for path in vendor.rglob("*.js"):
        for wanted in re.findall(r'(?:from|import)"([^"]+)"', path.read_text("utf-8")):
            assert (path.parent / wanted).resolve().is_file(), f"{path.name}: {wanted}"


def test_the_page_of_this_shows_pictures_that_are_there() -> None:
    docs = WEB.parents[3] / "docs"
    shown = set(re.findall(r"\((pictures/[^)]+)\)", (docs / "calculator.md").read_text("utf-8")))
    assert shown == {f"pictures/{path.name}" for path in (docs / "pictures").glob("calculator-*.png")} != set()
