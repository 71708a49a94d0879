"""The page docs/faults.md, made from results.json."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from subsidy_rules.testing import KINDS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "faults.md"
SOLVED = ("verify", "invariants")
BY = ("load", "lint", "verify", "check", "invariants")  # what a drafter runs on the one file
HEADS = ("loading", "`lint`", "`verify`", "`check`", "invariants")
Entry = dict[str, Any]

HEAD = """# How many faults are noticed

Single faults, seeded into copies of the five policies: a wrong operator, amount, rate, limit, key or unit, a rule, condition, limit or exclusion that is
missing, figures swapped between rows, and so on ({kinds} kinds). Of the {all} faults that are possible, {size} of each policy are tried: one of each kind in
turn, so that a rare kind counts as much as a frequent one. `python tests/faults/run.py` writes this page.

Noticed means: *loading* refuses the file; `lint` or `verify` has a finding that the sound policy does not have; a worked case of `check` comes out differently;
an *invariant* of `subsidy_rules.testing` fails. `verify --against` has the sound policy to compare with: it shows an application that is paid differently,
or proves that there is none (an *equivalent* change: no fault at all). What takes seconds for each fault (`verify`, invariants, `--against`) was
tried on some of them: *3 of 37* is three of the 37 that were tried.

"""


NO_FAULT = {  # changes that pay nobody differently, by argument
    (
        "suzhou",
        "bounds.own-clauses",
    ): "the bound compares an award with itself alone and ignores what was paid before: it records a reading",
    ("jiangyin", "counted:rules.hit-hardware"): "of one rule an award with its item is the item",
    ("tongxiang", "key:rules.open-source-application"): "a bound over one rule: every claim under it has the same rule",
    ("yancheng", "ration:bounds.demonstration-scenes"): "a quota of awards that have no figure shares no money",
}


def _against(entry: Entry) -> str:
    return str(entry["caught"].get("against", ""))


def _argument(entry: Entry) -> str:
    return next(
        (why for (policy, part), why in NO_FAULT.items() if policy == entry["policy"] and part in entry["name"]), ""
    )


def noticed(entry: Entry) -> bool:
    return any(entry["caught"].get(by) for by in BY)


def equivalent(entry: Entry) -> bool:
    return (
        not noticed(entry)
        and _against(entry) != "differs"
        and (_against(entry) == "equivalent" or bool(_argument(entry)))
    )


def everything(entry: Entry) -> bool:
    return noticed(entry) or _against(entry) == "differs"


def solved(entry: Entry) -> bool:
    """Whether what takes the solver was tried on it."""
    return "against" in entry["caught"]


def _row(name: str, entries: list[Entry]) -> str:
    real = [entry for entry in entries if not equivalent(entry)]
    tried = sum(map(solved, real))
    counts: list[object] = []
    for by in BY:
        found = sum(bool(entry["caught"].get(by)) for entry in real)
        counts.append(f"{found} of {tried}" if by in SOLVED else found)
    counts += [sum(map(noticed, real)), f"{sum(_against(entry) == 'differs' for entry in real)} of {tried}"]
    union = sum(map(everything, real))
    cells = [str(len(entries)), str(len(entries) - len(real)), *map(str, counts), f"{union} of {len(real)}"]
    return f"| {name} | {' | '.join(cells)} |"


def _table(title: str, entries: list[Entry], key: Callable[[Entry], str], *, total: bool) -> Iterable[str]:
    heads = (title, "seeded", "equivalent", *HEADS, "any of these", "`--against`", "all")
    yield f"| {' | '.join(heads)} |"
    yield f"| --- {'| ---: ' * (len(heads) - 1)}|"
    for name in sorted({key(entry) for entry in entries}):
        yield _row(name, [entry for entry in entries if key(entry) == name])
    if total:
        yield _row("**all**", entries)


def _listed(entries: list[Entry]) -> Iterable[str]:
    for entry in entries:
        why = "" if _against(entry) or noticed(entry) else _argument(entry)
        yield f"* {entry['policy']}, `{entry['name']}`: `{entry['change']}`{f' ({why})' if why else ''}"


def page(entries: list[Entry], possible: int) -> str:
    sizes = Counter(entry["policy"] for entry in entries)
    head = HEAD.format(kinds=len(KINDS), all=possible, size=min(sizes.values()))
    lines = [*_table("policy", entries, lambda entry: entry["policy"], total=True), "", "By kind:", ""]
    lines += _table("kind", entries, lambda entry: f"{KINDS[entry['kind']].en}", total=False)
    same = [entry for entry in entries if equivalent(entry)]
    alone = [entry for entry in entries if not noticed(entry) and _against(entry) == "differs"]
    missed = [entry for entry in entries if not equivalent(entry) and not everything(entry)]
    lines += [
        "",
        f"## Equivalent ({len(same)})",
        "",
        "No application is paid differently: proved by `verify --against`, or by the argument that is given.",
        "",
        *_listed(same),
    ]
    lines += ["", f"## Noticed only beside the sound policy ({len(alone)})", "", *_listed(alone)]
    lines += ["", f"## Not noticed ({len(missed)})", "", *(_listed(missed) or ["None."])]
    return head + "\n".join(lines).rstrip() + "\n"
