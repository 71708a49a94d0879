"""A headless browser on a running service: what every page must keep is asserted for each of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import servers
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, FilePayload, Page, Request, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
WEB = ROOT / "src" / "subsidy_rules" / "service" / "web"
DEMO = ROOT / "examples" / "demo.yaml"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CLIFF = {
    "applicant": {
        "id": "demo-ai",
        "facts": {
            "information_service_enterprise": "true",
            "annual_revenue": "10亿元",
            "prior_highest_revenue": "9亿元",
        },
    },
    "year": 2026,
    "history": "complete",
}
NOW = "2026-09-01T09:00:00+08:00"
PATIENCE = 60_000  # ms for something to appear
expect.set_options(timeout=PATIENCE)
PHONE, DESK = (390, 844), (1280, 900)
PAGES = ("", "compare", "what-if", "report", "batch", "policies")


@contextmanager
def browser() -> Iterator[Browser]:
    """The distribution's Chromium; nothing is downloaded."""
    servers.need("chromium")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=servers.program("chromium"), headless=True, args=FLAGS)
        yield found
        found.close()


def upload(application: dict[str, Any]) -> FilePayload:
    """An application as a file that was chosen."""
    return {"name": "application.json", "mimeType": "application/json", "buffer": json.dumps(application).encode()}


@dataclass
class Screen:
    """A page, with what went wrong on it. `expected`: parts of console messages that a test provokes."""

    page: Page
    base: str
    wrong: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def go(self, path: str = "") -> None:
        """To a page; what was told stays, for only the part after # changes."""
        self.page.evaluate("path => { location.hash = '#/' + path }", path)
        self.page.wait_for_function(
            "path => document.querySelector('main h1') && location.hash === '#/' + path", arg=path
        )
        self.settled()

    def settled(self) -> None:
        """No request is on its way, and what it brought is drawn."""
        drawn = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
        while True:
            self.page.wait_for_selector("#page[aria-busy=false]")
            self.page.evaluate(drawn)  # which may have asked for more
            if self.page.get_attribute("#page", "aria-busy") == "false":
                return

    def choose(self, *cities: str) -> None:
        for city in cities:
            self.page.locator(".choice", has_text=city).locator("input").check()
            self.settled()

    def add(self, kind: str) -> None:
        """One more thing of a kind, by its label, wherever its button stands."""
        button = self.page.locator(".kind", has_text=kind).first
        button.evaluate("button => { const folded = button.closest('details'); if (folded) folded.open = true }")
        button.click()
        self.settled()

    def load(self, file: Path | FilePayload) -> None:
        """Open an application file."""
        self.page.locator(".storing input[type=file]").set_input_files(file)
        self.page.wait_for_selector(".city")
        self.settled()

    def city(self, name: str) -> dict[str, str]:
        """Both amounts of a city, as they are written."""
        shown = self.page.locator(f".city[data-city={name}] > .amounts dd")
        own = "element => element.firstChild.nextSibling.textContent"
        return {which: shown.nth(at).evaluate(own).strip() for at, which in enumerate(("assured", "ceiling"))}

    def question(self, place: str) -> None:
        """Open the question about a place, wherever it stands."""
        line = self.page.locator(f'.question[data-place="{place}"] > button')
        line.evaluate("line => { const folded = line.closest('details'); if (folded) folded.open = true }")
        if line.get_attribute("aria-expanded") == "false":
            line.click()

    def answer(self, place: str, text: str, unit: str = "") -> None:
        """With the button of that name, or by typing."""
        self.question(place)
        field_ = self.page.locator(f'.question[data-place="{place}"] .field')
        field_.wait_for()
        typed = field_.locator("input[name=value]")
        if typed.count():
            typed.fill(text)
            if unit:
                field_.locator("select[name=unit]").select_option(unit)
            typed.press("Enter")
        else:
            field_.get_by_role("button", name=text, exact=True).click()
        self.settled()

    def unseen(self) -> list[str]:
        """What axe holds for serious, one line each."""
        result = Axe().run(self.page, options={"resultTypes": ["violations"]})
        return [
            f"{one['impact']} {one['id']}: {one['help']}: {node['target']}"
            for one in result.response["violations"]
            if one["impact"] in ("serious", "critical")
            for node in one["nodes"]
        ]


@contextmanager
def screen(
    found: Browser, base: str, lang: str = "zh-CN", size: tuple[int, int] = DESK, start: str = ""
) -> Iterator[Screen]:
    """A fresh browser window. At the end nothing went wrong, nothing was asked elsewhere, nothing is stored."""
    context = found.new_context(viewport={"width": size[0], "height": size[1]}, locale=lang, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.clock.set_fixed_time(NOW)
    shown = Screen(page, base)

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            shown.wrong.append(message.text)

    def asked(request: Request) -> None:
        if not request.url.startswith((f"{base}/", "data:", "blob:")):
            shown.wrong.append(f"asked elsewhere: {request.url}")

    page.on("console", heard)
    page.on("pageerror", lambda error: shown.wrong.append(str(error)))
    page.on("request", asked)
    page.goto(f"{base}/{start}")
    page.wait_for_selector("main h1")
    shown.settled()
    try:
        yield shown
        stored = page.evaluate("() => localStorage.length + sessionStorage.length + document.cookie.length")
        assert stored == 0
        wrong = [text for text in shown.wrong if not any(part in text for part in shown.expected)]
        assert not wrong, "\n".join(wrong)
    finally:
        context.close()
