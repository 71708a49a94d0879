"""For all tests: Hypothesis without deadlines, in CI with the same examples every time; and no two tests of one name."""

from __future__ import annotations

import os
from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, settings

RELAXED = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
}
settings.register_profile("dev", max_examples=100, **RELAXED)
settings.register_profile("ci", max_examples=200, derandomize=True, database=None, print_blob=True, **RELAXED)
settings.register_profile(  # for mutation runs: enough to fail, nothing to explain it
    "quick", max_examples=25, derandomize=True, database=None, phases=(Phase.explicit, Phase.generate), **RELAXED
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """pytest-xdist drops tests whose node id another one has, and says nothing."""
    twice = [name for name, times in Counter(item.nodeid for item in items).items() if times > 1]
    if twice:
        raise pytest.UsageError(f"tests with the same node id: {', '.join(twice)}")
