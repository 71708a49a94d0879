"""Invariants of one answer by itself: its amounts, steps, totals and what it leaves open."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from .seen import END, RUNS, Claimed, Seen, fen

if TYPE_CHECKING:
    from ..rules import Rules

KINDS = {"financing": "financing", "in_kind": "other"}  # of a total; every other form is cash


def assert_intervals(rules: Rules, application: Any) -> None:
    """0 ≤ assured ≤ ceiling, of every total and every award alone (`settled` is what an award adds to each run: no interval)."""
    seen = Seen(rules, application)
    for total in seen.data["totals"]:
        low, high = fen(total["assured"]), fen(total["ceiling"])
        seen.require(
            0 <= low <= high, f"total of {total['policy']} ({total['payee']}, {total['kind']}): {low} … {high} fen"
        )
    for claim in seen.claims:
        for pair in ("due", "standalone"):
            if claim.award[pair] is not None:
                assured, ceiling = claim.amount(pair, "low"), claim.amount(pair, "high")
                good = assured is not None and assured >= 0 and (ceiling is None or assured <= ceiling)
                seen.require(good, f"{claim.name}: {pair} {claim.award[pair]}")
        settled = [claim.paid(run) for run in RUNS]
        seen.require(min(settled) >= 0, f"{claim.name}: settled {claim.award['settled']}")


def assert_bounds_only_lower(rules: Rules, application: Any) -> None:
    """From what is due to what is settled nothing rises, in either run; every step goes down. But for awards of a group whose
    text says that the highest wins: the winner is worth at least the largest assured amount."""
    seen = Seen(rules, application)
    for claim in seen.claims:
        for run in RUNS:
            if claim.award["due"] is None or (run == "low" and chosen(seen, claim)):
                continue
            amounts = [claim.amount(pair, run) for pair in ("due", "standalone", "settled")]
            for before, after in pairwise(amounts):
                falls = before is None or (after is not None and after <= before)
                seen.require(falls, f"{claim.name}: due, standalone, settled {amounts} fen in the {run} run")
        for step in claim.award["steps"]:
            seen.require(0 <= fen(step["after"]) <= fen(step["before"]), f"{claim.name}: a step that rises: {step}")


def chosen(seen: Seen, claim: Claimed) -> bool:
    """Whether a text prescribes that the highest of a group wins, and the award is in it."""
    bounds = seen.program.exclusives_of[claim.rule.index]
    return any(bound.choose == "highest" and not bound.levels for bound in bounds)


def assert_steps_add_up(rules: Rules, application: Any) -> None:
    """Each step begins where the one before it ended, the first at what is due, and the last ends at what is settled; an award
    that lost to another one is told so."""
    seen = Seen(rules, application)
    for claim in seen.claims:
        if claim.award["due"] is None or chosen(seen, claim):
            continue
        for run in RUNS:
            due = claim.amount("due", run)
            steps = [(fen(s["before"]), fen(s["after"])) for s in claim.award["steps"] if s["run"] == run]
            if due is None:
                continue  # no figure to begin with
            chain = [due, *(after for _, after in steps)]
            linked = all(before == start for start, (before, _) in zip(chain, steps, strict=False))
            lost = claim.paid(run) == 0 and claim.award["status"] in ("excluded", "undecided")
            good = linked and (claim.paid(run) == chain[-1] or lost)
            seen.require(
                good, f"{claim.name}: due {due}, steps {steps}, settled {claim.paid(run)} fen in the {run} run"
            )


def assert_totals(rules: Rules, application: Any) -> None:
    """Every total is the sum of its awards, by policy, payee and class; an award without a figure is in none."""
    seen = Seen(rules, application)
    for run in RUNS:
        sums: Counter[Any] = Counter()
        for claim in seen.claims:
            place = (claim.award["policy"], claim.award["payee"], KINDS.get(claim.award["form"], "cash"))
            sums[place] += claim.paid(run)
        said = {(t["policy"], t["payee"], t["kind"]): fen(t[END[run]]) for t in seen.data["totals"]}
        for place in sums.keys() | said.keys():
            text = f"total of {place} in the {run} run: {said.get(place, 0)} fen, its awards {sums[place]} fen"
            seen.require(sums[place] == said.get(place, 0), text)


def assert_unquantified_apart(rules: Rules, application: Any) -> None:
    """An award without a figure has no amounts; money without one is named beside the total, and nothing else is."""
    seen = Seen(rules, application)
    named = {(total["policy"], name) for total in seen.data["totals"] for name in total["open"]}
    for claim in seen.claims:
        place = (claim.award["policy"], claim.name)
        if claim.award["reason"] and not claim.award["approved"]:
            figures = [claim.award[pair] for pair in ("due", "standalone", "settled")]
            seen.require(figures == [None] * 3, f"{claim.name} has no figure, but amounts {figures}")
        if claim.award["settled"] and claim.award["settled"]["ceiling"] is None:
            seen.require(place in named, f"{claim.name} has no upper limit and is not named as open")
        if claim.award["status"] in ("ineligible", "not_in_force", "excluded", "exact"):
            seen.require(place not in named, f"{claim.name} is {claim.award['status']} and named as open")
