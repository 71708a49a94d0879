"""scale.json → scale.md."""

from __future__ import annotations

from typing import Any

Entry = dict[str, Any]
NAMES = {
    "read": "floor: the same Parquet columns, read",
    "ours": "**subsidy_rules**, all processors",
    "ours, one process": "**subsidy_rules**, one process",
    "ours, written": "**subsidy_rules**, all processors, answers written as Parquet",
    "openfisca": "OpenFisca, all items in one simulation",
    "openfisca, apart": "OpenFisca, a simulation for each kind of item",
    "duckdb": "DuckDB, one SQL statement, all processors",
    "zen": "zen-engine, in a loop",
    "engine": "subsidy_rules, applicant by applicant, with all reasons",
}
LARGEST, GIB = "10000000", 1 << 30


def page(results: Entry) -> str:
    parts = [
        "# Scale", _machine(results), f"## {results['applicants']:,} applicants", _compared(results), _peers(results),
        "## Targets", _targets(results), "## By number of applicants", _sizes(results), "## By number of rules",
        _rules(results),
    ]  # fmt: skip
    return "\n\n".join(part for part in parts if part) + "\n"


def _machine(results: Entry) -> str:
    machine = results["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    return (
        f"Python {machine['python']}, {machine['system']}, {machine['cores']} cores, load {machine['load']} at the start; "
        f"medians of {results['rounds']} runs. {versions}. Made by `benchmarks/scale.py`.\n\n"
        "The population is invented: three items an applicant, 7 % of the facts and half of the judgements unknown, stored in "
        "partitions of 49,152 applicants. Each run reads all columns, and gives every award with status, reason, both ends and "
        "what decided, every total, the pools and the questions. Peers get the same population with every fact known."
    )


def _compared(results: Entry) -> str:
    found = results.get("compared")
    if not found:
        return ""
    claims = ", ".join(f"{name} {count:,}" for name, count in found["compared"].items())
    return (
        f"Peers compute {found['rules']} of the {found['of']} rules, those with a figure whose bounds are maxima and limits, "
        "as one number without unknown facts, histories, pools or reasons, and give one total for each applicant. Prices and "
        f"totals equal ours, compared before on another population ({claims}; OpenFisca within a millionth)."
    )


def _peers(results: Entry) -> str:
    rows = [
        "| | seconds | of the processors | µs of a processor, an applicant | peak memory, GiB |",
        "|---|--:|--:|--:|--:|",
    ]
    for name, words in NAMES.items():
        if one := results["peers"].get(name):
            size = one.get("sample", one["applicants"])
            scale = one["applicants"] / size
            note = f" ({size} applicants, the rest reckoned)" if "sample" in one else ""
            figures = f"{one['seconds'] * scale:,.1f} | {one['cpu'] * scale:,.1f} | {one['cpu'] / size * 1e6:,.1f}"
            rows.append(f"| {words}{note} | {figures} | {one['bytes'] / GIB:.2f} |")
    return "\n".join(rows)


def _targets(results: Entry) -> str:
    peers, sizes = results["peers"], results.get("sizes", {})
    ours, read, rows = peers.get("ours"), peers.get("read"), []

    def say(target: str, found: str, met: bool) -> None:
        rows.append(f"| {target} | {found} | {'met' if met else '**missed**'} |")

    if ours:
        for name in ("openfisca", "openfisca, apart"):
            if name in peers:
                one = peers["ours, one process"]
                wall, cpu = peers[name]["seconds"] / ours["seconds"], peers[name]["cpu"] / one["cpu"]
                say(f"4 × {NAMES[name]}", f"{wall:.1f} × by the clock, {cpu:.1f} × by processor", wall >= 4)
        if read:
            wall, cpu = ours["seconds"] / read["seconds"], ours["cpu"] / read["cpu"]
            say("within 6 × of reading the columns", f"{wall:.1f} × by the clock, {cpu:.1f} × by processor", wall <= 6)
        most = max([ours["bytes"], *(one["bytes"] for one in sizes.values())]) / GIB
        say("peak memory under 2 GiB", f"{most:.2f} GiB", most < 2)
    if LARGEST in sizes:
        one, less = sizes[LARGEST], sizes["1000000"]
        found = f"{one['seconds']:.0f} s by the clock, {one['cpu']:.0f} s of the processors"
        say("10,000,000 applicants in under 2 minutes", found, one["seconds"] < 120)
        grown = one["bytes"] / less["bytes"]
        say("memory flat in the number of applicants", f"{grown:.2f} × from 1 to 10 million", grown < 1.25)
    return "\n".join(["| target | found | |", "|---|---|---|", *rows])


def _sizes(results: Entry) -> str:
    rows = [
        "| applicants | seconds | µs an applicant | µs of a processor | peak memory, GiB |",
        "|--:|--:|--:|--:|--:|",
    ]
    for size, one in sorted(results.get("sizes", {}).items(), key=lambda pair: int(pair[0])):
        each = 1e6 / int(size)
        figures = f"{one['seconds']:.1f} | {one['seconds'] * each:.1f} | {one['cpu'] * each:.1f}"
        rows.append(f"| {int(size):,} | {figures} | {one['bytes'] / GIB:.2f} |")
    rows.append(
        "\nStarting two processes and compiling the policies in each is part of it, which is what few applicants cost."
    )
    return "\n".join(rows)


def _rules(results: Entry) -> str:
    rows = ["| rules | awards an applicant | µs of a processor, an applicant | ns a rule |", "|--:|--:|--:|--:|"]
    for one in results.get("rules", []):
        each = one["cpu"] / one["applicants"]
        awards = one["awards"] / one["applicants"]
        rows.append(f"| {one['rules']} | {awards:.1f} | {each * 1e6:.1f} | {each / one['rules'] * 1e9:.1f} |")
    return "\n".join(rows)
