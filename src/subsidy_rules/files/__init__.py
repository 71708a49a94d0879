"""Files of applicants and items (extra `batch`): workbooks, CSV and Parquet in, results out; see docs/files.md.

    given = read_tables(rules.program, Source("applicants.xlsx", data))
    outcome = assess(rules, given, year=2026, history="complete")
    answer = workbook(outcome)                    # bytes, or write(outcome, Path("out.xlsx"))

`read_tables` raises ProblemsError where a file can't be used; errors of single rows are in `outcome.screened.problems` and
among the sheets. `Options(limits=Limits(...))` bounds what is read.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .blank import template
    from .given import Options, Tables, read_tables
    from .outcome import Count, Outcome, assess
    from .report import Sheet, sheets
    from .source import Limits, Source
    from .writing import save, workbook, write

_PLACES = {
    "given": ("Options", "Tables", "read_tables"),
    "outcome": ("Count", "Outcome", "assess"),
    "report": ("Sheet", "sheets"),
    "source": ("Limits", "Source"),
    "blank": ("template",),
    "writing": ("save", "workbook", "write"),
}
__all__ = [
    "Count", "Limits", "Options", "Outcome", "Sheet", "Source", "Tables", "assess", "read_tables", "save", "sheets",
    "template", "workbook", "write",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """At first use: what an error code means is told without the libraries that files need."""
    for module, names in _PLACES.items():
        if name in names:
            return getattr(import_module(f".{module}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
