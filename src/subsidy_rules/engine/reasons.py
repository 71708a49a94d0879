"""Why a condition fails, and by how much it is missed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..expr import Literal, show
from ..model.assessment import Unmet
from ..model.program import Test


def unmet(test: Test, values: Mapping[str, Any]) -> Unmet:
    """A condition that is false; a threshold on a known fact says what is lacking (超过: the least that is more)."""
    for threshold in test.thresholds:
        value = values[threshold.fact]
        if value is not None and value < threshold.least:
            return Unmet(
                condition=threshold.text,
                fact=threshold.fact,
                value=show(Literal(threshold.kind, value)),
                threshold=threshold.limit,
                lacking=show(Literal(threshold.kind, threshold.least - value)),
            )
    return test.plain
