"""The comparison of all ways to compute an amount runs, for a few of the cases that `make agree` tries."""

from __future__ import annotations

from collections import Counter
from typing import Any

from agree import agree, chunk
from engine_help import loaded
from strategies import VOCABULARY

from subsidy_rules.engine.assess import assess
from subsidy_rules.engine.compiled import CompiledPricer
from subsidy_rules.loading import admit_data

Dict = dict[str, Any]


def test_a_few_cases_agree() -> None:
    count: Counter[str] = Counter()
    chunk(1, 60, count)
    assert count["cases"] == 60 and count["totals by SMT"]


TITLE = {"zh": "甲", "en": "A"}
ENTRY: Dict = {"article": "1", "title": TITLE}
RULE: Dict = {**ENTRY, "department": ["局"], "item": "project", "bound": "exact"}
TIED: Dict = {
    "id": "p",
    "title": TITLE,
    "status": "in_force",
    "jurisdiction": {"name": TITLE, "level": "city", "code": "99"},
    "effective": {"published": "2024-12-01", "starts": "2025-01-01", "ends": "2027-12-31"},
    "rules": [
        {
            **RULE,
            "id": "b",
            "pays": [{"rate": "100%", "of": "spend"}],
            "cap": [{"limit": "spend_before", "per": ["item"]}],
        },
        {**RULE, "id": "c", "pays": [{"amount": "12万元"}]},
    ],
    "bounds": [
        {**ENTRY, "id": "one", "rules": ["b"], "exclusive": {"per": ["award", "applicant"], "prior": "ignore"}},
        {**ENTRY, "id": "joint", "rules": ["b", "c"], "cap": {"limit": "1万元", "per": ["applicant", "year"]}},
    ],
}


def test_an_award_that_its_own_cap_leaves_nothing_of_displaces_none() -> None:
    """Either `b` fills the joint cap of 1万元. That of `j` is due 1万元, of which its own cap leaves nothing."""
    items = [
        {"id": "i", "kind": "project", "facts": {"spend": "1000元", "spend_before": "1万元"}},
        {"id": "j", "kind": "project", "facts": {"spend": "1万元", "spend_before": "0元"}},
    ]
    said = {"applicant": {"id": "f", "facts": {}}, "items": items, "year": "2026", "history": "complete"}
    agree([TIED], said, Counter())
    program = loaded([TIED], VOCABULARY)
    awards = assess(program, admit_data(said, program), CompiledPricer(program)).awards
    paid = {(one.rule, one.item): one.settled.assured // 100 for one in awards if one.settled}
    assert paid == {("b", "i"): 1_000, ("b", "j"): 0, ("c", "i"): 9_000, ("c", "j"): 0}
