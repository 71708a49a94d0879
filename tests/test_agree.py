"""The comparison of all ways to compute an amount runs, for a few of the cases that `make agree` tries."""

from __future__ import annotations

from collections import Counter

from agree import chunk


def test_a_few_cases_agree() -> None:
    count: Counter[str] = Counter()
    chunk(1, 60, count)
    assert count["cases"] == 60 and count["totals by SMT"]
