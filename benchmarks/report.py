"""results.json → the tables of results.md."""

from __future__ import annotations

from typing import Any

NAMES = {
    "ours": "**subsidy_rules**", "zen": "zen-engine", "jsonlogic": "json-logic-qubit", "ruleengine": "rule-engine",
    "openfisca": "OpenFisca", "simple": "simpleeval", "noise": "(noise)",
}  # fmt: skip
REASONS = (("ours", "assess"), ("zen", "evaluate, trace"), ("openfisca", "evaluate, trace"))
Entry = dict[str, Any]


def table(results: dict[str, Any]) -> str:
    found = results["evaluations"]
    head = [one for one in found if "claims" in one]
    parts = [
        "# Benchmarks", _machine(results), f"## {head[0]['rules']} rules, 10 items, {head[0]['claims']} claims",
        "All compute the same prices and the same total, compared claim by claim before the run. µs per application.",
        _peers(head), _targets(results, head), "## By number of rules", _sizes(found), "## Policies of the library",
        _real(results["real"]), "## In a fresh process", _fresh(results["fresh"]),
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def _machine(results: dict[str, Any]) -> str:
    machine = results["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    noise = next(one["microseconds"] for one in results["evaluations"] if one["contender"] == "noise")
    return (
        f"Python {machine['python']}, {machine['system']}, {machine['cores']} cores, load {machine['load']} at the start. "
        f"{results['rounds']} rounds, everything interleaved; medians (quartiles). A fixed piece of work took "
        f"{_figure(noise)} µs, at least {noise['min']:.1f}. {versions}. Made by `make bench`."
    )


def _peers(head: list[Entry]) -> str:
    rows = [
        (NAMES[one["contender"]], one["variant"], "yes" if (one["contender"], one["variant"].split(", 10")[0]) in REASONS
         or one["variant"] == "admit and assess" else "no", _figure(one["microseconds"]), one["does"])
        for one in head
        if one["contender"] != "noise"
    ]  # fmt: skip
    return _rows(("", "variant", "reasons", "µs", "does"), rows)


def _targets(results: dict[str, Any], head: list[Entry]) -> str:
    of = {(one["contender"], one["variant"]): one["microseconds"]["median"] for one in head}
    fresh = {one["what"]: one["milliseconds"]["median"] for one in results["fresh"]}
    peer = min(taken for name, taken in of.items() if name in REASONS[1:])
    totals, full = of["ours", "totals"], of["ours", "assess"]
    by_size = {
        one["rules"]: one["microseconds"]["median"]
        for one in results["evaluations"]
        if (one["contender"], one["variant"]) == ("ours", "totals")
    }
    growth = by_size[1000] / by_size[100] / 10
    rows = [
        ("50 rules without reasons", "≤ 50 µs", f"{totals:.0f} µs", _met(totals <= 50)),
        ("50 rules with every reason", "≤ 300 µs", f"{full:.0f} µs", _met(full <= 300)),
        ("fastest peer with reasons ÷ ours without", "≥ 10", f"{peer / totals:.1f}", _met(peer / totals >= 10)),
        ("fastest peer with reasons ÷ ours with every reason", "≥ 10", f"{peer / full:.1f}", _met(peer / full >= 10)),
        (
            "1,000 rules load",
            "≤ 3 s",
            f"{fresh['load 1000 rules'] / 1000:.2f} s",
            _met(fresh["load 1000 rules"] <= 3000),
        ),
        ("cost of a rule at 1,000 ÷ at 100", "about 1", f"{growth:.2f}", _met(growth <= 1.25)),
    ]
    return _rows(("target", "asked", "measured", ""), rows)


def _met(yes: bool) -> str:
    return "met" if yes else "**missed**"


def _sizes(found: list[Entry]) -> str:
    ours = {(one["rules"], one["variant"]): one["microseconds"] for one in found if one["contender"] == "ours"}
    rows = []
    for size in sorted({size for size, _ in ours}):
        row = [f"{size:,}"]
        for variant in ("totals", "assess"):
            row += [_figure(ours[size, variant]), f"{ours[size, variant]['median'] / size:.1f}"]
        rows.append(tuple(row))
    return _rows(("rules", "totals, µs", "per rule", "assess, µs", "per rule"), rows)


def _real(found: list[Entry]) -> str:
    rows = [
        (one["policy"], str(one["rules"]), str(one["cases"]), f"{one['items']:.1f}", f"{one['claims']:.1f}", one["variant"],
         _figure(one["microseconds"]))
        for one in found
    ]  # fmt: skip
    return _rows(("policy", "rules", "worked cases", "items", "claims", "variant", "µs a case"), rows)


def _fresh(found: list[Entry]) -> str:
    return _rows(("", "ms"), [(one["what"], _figure(one["milliseconds"])) for one in found])


def _figure(taken: dict[str, float]) -> str:
    digits = 1 if taken["median"] < 20 else 0
    return f"{taken['median']:,.{digits}f} ({taken['q1']:,.{digits}f}–{taken['q3']:,.{digits}f})"


def _rows(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
