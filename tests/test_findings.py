"""What is written up about the policies of the library is what `verify` and `lint` find: the whole verification, once."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from subsidy_rules.verify.finding import UNCONFIRMED

DOCS = Path(__file__).resolve().parents[1] / "docs"


@pytest.fixture(scope="module")
def page() -> Any:
    spec = importlib.util.spec_from_file_location("docs_findings", DOCS / "findings.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_findings_are_up_to_date(page: Any) -> None:
    for name, lang in page.PAGES.items():
        assert (DOCS / name).read_text("utf-8") == page.page(lang), "run: python docs/findings.py"
    assert page.STORED.read_text("utf-8") == page.stored(), "run: python docs/findings.py"


def test_nothing_of_it_is_unconfirmed_and_no_money_is_at_risk(page: Any) -> None:
    found = [one for policy in page.everything() for one in policy.findings]
    assert len({one.policy for one in found}) == 5
    assert [one for one in found if one.note == UNCONFIRMED] == []
    safety = [one for one in found if one.question in ("cap-exceeded", "exclusive-paid-together")]
    assert safety and {one.verdict for one in safety} == {"proved"}


def test_every_example_is_an_application_of_its_policy(page: Any) -> None:
    for policy in page.everything():
        for one in policy.findings:
            assert (one.witness is None) == (one.verdict != "refuted"), one.subject
            assert one.witness is None or policy.rules.assess(one.witness).awards


def test_every_picture_is_there(page: Any) -> None:
    shown = set(re.findall(r"\((pictures/[^)]+)\)", "".join((DOCS / name).read_text("utf-8") for name in page.PAGES)))
    assert shown and all((DOCS / path).read_bytes()[:4] == b"\x89PNG" for path in shown)
