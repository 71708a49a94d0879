"""`python tests/faults/run.py`: seeds faults into copies of the policies, sees what notices them → results.json, faults.md.

    python tests/faults/run.py [POLICY …] [--quick] [--all]

Goes on where it was stopped; a fault that is new or was changed is tried again. `--quick`: only loading, the linter and the
worked cases, again for every fault. `--all`: prints what those three miss of all faults there are (minutes), and writes nothing.
"""

from __future__ import annotations

import argparse
import json
import random
from functools import cache
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

import catch
import report

from subsidy_rules import policies
from subsidy_rules.testing import Mutation, mutations

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results.json"
SAMPLE = 64  # faults of a policy
SOLVED = ("verify", "invariants", "against")


def sample(policy: str, size: int = SAMPLE) -> list[Mutation]:
    """Faults of as many kinds as there are: one of each kind in turn, which one by a fixed draw."""
    draw = random.Random(policy)
    by_kind: dict[str, list[Mutation]] = {}
    for fault in mutations(catch.sound(policy)):
        by_kind.setdefault(fault.kind, []).append(fault)
    shuffled = [draw.sample(faults, len(faults)) for _, faults in sorted(by_kind.items())]
    turns = chain.from_iterable(zip_longest(*shuffled))
    return [fault for fault in turns if fault is not None][:size]


def entry(fault: Mutation) -> dict[str, Any]:
    change = f"{fault.before} → {fault.after or '—'}"
    return {"policy": fault.policy, "name": fault.name, "kind": fault.kind, "change": change[:160], "caught": {}}


def stored() -> dict[tuple[str, str], dict[str, Any]]:
    entries = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else []
    return {(one["policy"], one["name"]): one for one in entries}


def store(entries: list[dict[str, Any]]) -> None:
    entries.sort(key=lambda one: (one["policy"], one["kind"], one["name"]))
    RESULTS.write_text(json.dumps(entries, ensure_ascii=False, indent=1) + "\n", "utf-8")
    report.PAGE.write_text(report.page(entries, POSSIBLE()), "utf-8")


@cache
def POSSIBLE() -> int:
    """How many faults there are."""
    return sum(1 for policy in policies() for _ in mutations(catch.sound(policy)))


def run(names: list[str], *, quick: bool) -> None:
    faults = [fault for policy in names for fault in sample(policy)]
    kept = stored()
    for at, fault in enumerate(faults, 1):
        old = kept.get((fault.policy, fault.name))
        one = entry(fault)
        known = old["caught"] if old and old["change"] == one["change"] else {}
        if quick or not known:
            known = catch.at_once(fault) | {name: how for name, how in known.items() if name in SOLVED}
        if not quick and "load" not in known and "against" not in known:
            known |= catch.by_solving(fault)
        one["caught"] = dict(sorted(known.items()))
        kept[fault.policy, fault.name] = one
        print(f"{at}/{len(faults)} {fault.policy} {fault.name}: {one['caught']}", flush=True)
        wanted = {(one.policy, one.name) for one in faults}
        store([one for key, one in kept.items() if key in wanted or key[0] not in names])


def missed(names: list[str]) -> None:
    for policy in names:
        for fault in mutations(catch.sound(policy)):
            if not catch.at_once(fault):
                print(policy, fault.name, "|", fault.before, "→", fault.after or "—", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("policy", nargs="*", default=policies())
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--all", action="store_true")
    given = parser.parse_args()
    if given.all:
        missed(list(given.policy))
    else:
        run(list(given.policy), quick=given.quick)


if __name__ == "__main__":
    main()
