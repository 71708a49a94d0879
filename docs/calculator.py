"""Take the pictures of docs/calculator.md: the calculator in a headless browser, on a service of its own.

python docs/calculator.py          write docs/pictures/calculator-*.png
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import web_help as web  # noqa: E402
from service_help import running  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
COLOURS = 128  # are enough for letters, bars and lines
Shot = Callable[[web.Screen], None]


def phone(shown: web.Screen) -> None:
    """Three cities and one project, some questions answered."""
    shown.choose("江阴市", "苏州市", "桐乡市")
    shown.add("项目")
    shown.answer("/applicant_type", "企业")
    shown.answer("project-1/investment_type", "技术改造")
    shown.page.locator(".questions").evaluate("part => scrollTo(0, part.offsetTop - 20)")


def reasons(shown: web.Screen) -> None:
    shown.load(web.DEMO)
    page = shown.page
    page.locator(".city[data-city=jiangyin] > details > summary").click()
    page.locator(".city[data-city=jiangyin] details.award", has_text="算力券").locator("summary").click()
    shown.page.locator(".columns").evaluate("part => scrollTo(0, part.offsetTop - 10)")
    page.locator("[data-city=jiangyin] h3").evaluate("head => head.scrollIntoView()")


def compare(shown: web.Screen) -> None:
    shown.load(web.DEMO)
    shown.go("compare")


def what_if(shown: web.Screen) -> None:
    shown.choose("桐乡市")
    shown.load(web.upload(web.CLIFF))
    shown.go("what-if")
    shown.page.locator(".pick select").select_option("/prior_highest_revenue")
    shown.settled()
    shown.page.wait_for_selector(".readout .amounts")
    shown.page.locator("main").evaluate("part => scrollTo(0, part.offsetTop)")


def policies(shown: web.Screen) -> None:
    shown.go("policies/jiangyin/technical-upgrade")


SHOTS: dict[str, tuple[Shot, str, tuple[int, int]]] = {
    "phone": (phone, "zh-CN", web.PHONE),
    "reasons": (reasons, "zh-CN", (1200, 860)),
    "compare": (compare, "en-US", (1200, 820)),
    "what-if": (what_if, "zh-CN", (1000, 900)),
    "policies": (policies, "zh-CN", (1000, 760)),
}


def take(found: Browser, base: str, folder: Path) -> list[Path]:
    """All pictures, into a folder."""
    paths = []
    for name, (shot, lang, size) in SHOTS.items():
        with web.screen(found, base, lang, size) as shown:
            shot(shown)
            shown.settled()
            paths.append(folder / f"calculator-{name}.png")
            picture = Image.open(io.BytesIO(shown.page.screenshot()))
            picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(paths[-1], optimize=True)
    return paths


if __name__ == "__main__":
    with running() as service, web.browser() as browser:
        for path in take(browser, f"http://127.0.0.1:{service.port}", PICTURES):
            print(path.relative_to(ROOT), path.stat().st_size)
