"""Hypothesis for all tests: no deadlines, and in CI the same examples every time."""

from __future__ import annotations

import os

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
