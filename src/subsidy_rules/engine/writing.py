"""Pieces of generated Python that both writers use: of single prices (`compiled`) and of whole totals (`whole`)."""

from __future__ import annotations


def floored(source: str, exponent: int) -> str:
    """A scaled integer rounded down to whole fen."""
    if source.isdecimal():
        return str(int(source) // 10**exponent)
    return f"{source} // {10**exponent}" if exponent else source


def under(name: str, limit: str) -> list[str]:
    """A variable is at most a limit."""
    if limit.isdecimal():
        return [f"if {limit} < {name}: {name} = {limit}"]
    return [f"x = {limit}", f"if x < {name}: {name} = x"]
