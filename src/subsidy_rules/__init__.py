"""Chinese subsidy policies as data: who gets what, exactly and with reasons.

    >>> import subsidy_rules
    >>> rules = subsidy_rules.load("my-city.yaml")
    >>> answer = rules.assess("application.yaml")

Names are imported at first use, so that `import subsidy_rules` itself is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .version import VERSION as __version__

if TYPE_CHECKING:
    from .errors import Problem, ProblemsError
    from .model.assessment import Assessment
    from .rules import Rules, as_data, load, policies, schema, to_json

_HOME = {
    "Assessment": "model.assessment",
    "Problem": "errors",
    "ProblemsError": "errors",
    "Rules": "rules",
    "as_data": "rules",
    "load": "rules",
    "policies": "rules",
    "schema": "rules",
    "to_json": "rules",
}
__all__ = [
    "Assessment",
    "Problem",
    "ProblemsError",
    "Rules",
    "__version__",
    "as_data",
    "load",
    "policies",
    "schema",
    "to_json",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)
