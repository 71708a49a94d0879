"""cluster.json → the tables of docs/scale.md: what was measured, and what it makes for all enterprises of a country."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

ENTERPRISES = 60_000_000
CORES = (2, 16, 64)
Results = dict[str, Any]


def measured(results: Results) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in results["versions"].items())
    machine = results["machine"]
    said = (
        f"{results['applicants']:,} applicants with {results['items']:,} items under {results['rules']} rules, which get "
        f"{results['awards']:,} awards, in {results['count']} parts. {machine['system']}, Python {machine['python']}, "
        f"{machine['cores']} cores, load {machine['load']} at the start; {versions}.\n\n"
    )
    runs = [results[name] for name in ("local", "parts", "tables")]
    local = runs[0]

    def row(said: str, name: str, shown: Callable[[float], str]) -> tuple[str, ...]:
        return said, *(shown(run[name]) if name in run else "" for run in runs)

    rows = [
        row("processor, seconds", "cpu", _figure),
        ("times that of the local run", "1", *(f"{run['cpu'] / local['cpu']:.2f}" for run in runs[1:])),
        row("the driver's, seconds", "driver_cpu", _figure),
        row("wall, seconds", "wall", _figure),
        row("most memory: all processes, or one worker, GiB", "memory", _gib),
        row("shuffled, bytes an applicant", "shuffled", lambda size: _each(results, size)),
    ]
    demands = results["demands"]
    beside = (
        f"\nDemands on what all share: {_each(results, demands['demands'])} bytes an applicant, to the driver; "
        f"shares: {_each(results, demands['shares'])}, back.\n"
    )
    return said + _table(("", "two processes", "Spark, parts that lie ready", "Spark, tables"), rows) + beside


def country(results: Results) -> str:
    """Everything grows with the applicants but what a worker holds, which is that of a part."""
    times = ENTERPRISES / results["applicants"]
    runs = [results[name] for name in ("local", "parts", "tables")]
    hours = [run["cpu"] * times / 3600 for run in runs]
    held = [runs[0]["memory"] / results["workers"], *(run["memory"] for run in runs[1:])]
    rows = [
        ("processor, core hours", *(f"{one:,.1f}" for one in hours)),
        *((f"hours on {cores} cores", *(f"{one / cores:,.2f}" for one in hours)) for cores in CORES),
        ("memory a core, GiB", *map(_gib, held)),
        ("shuffled, GB", "0", *(f"{run['shuffled'] * times / 1e9:,.1f}" for run in runs[1:])),
    ]  # fmt: skip
    demands = results["demands"]
    beside = (
        f"\nIn {results['count'] * times:,.0f} parts; {results['awards'] * times:,.0f} awards; "
        f"{demands['claims'] * times:,.0f} claims on what all share, {demands['demands'] * times / 1e9:,.2f} GB of demands.\n"
    )
    return (
        _table((f"{ENTERPRISES:,} enterprises", "processes", "Spark, parts that lie ready", "Spark, tables"), rows)
        + beside
    )


def _figure(number: float) -> str:
    return f"{number:,.0f}" if number >= 20 else f"{number:,.1f}"


def _gib(size: float) -> str:
    return f"{size / 2**30:.1f}"


def _each(results: Results, size: float) -> str:
    return f"{size / results['applicants']:,.0f}"


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, ("---", *("---:" for _ in head[1:])), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
