"""What every code means, from all parts of the library."""

from __future__ import annotations

from functools import cache


@cache
def meanings() -> dict[str, tuple[str, str]]:
    """Chinese and English by code, of every part of the library."""
    from .. import examples, expr
    from ..columnar import codes as table_codes
    from ..files import codes as file_codes
    from ..ledger import codes as ledger_codes
    from ..lint import codes as lint_codes
    from ..loading import codes
    from ..reading import codes as read_codes
    from ..service import codes as service_codes
    from ..simulate import codes as simulate_codes

    found: dict[str, tuple[str, str]] = {}
    for table in (
        read_codes.CODES,
        expr.CODES,
        codes.CODES,
        examples.CODES,
        lint_codes.CODES,
        ledger_codes.CODES,
        table_codes.CODES,
        file_codes.CODES,
        service_codes.CODES,
        simulate_codes.CODES,
    ):
        found |= {code: (meaning[0], meaning[1]) for code, meaning in table.items()}
    return dict(sorted(found.items()))
