"""A boundary case while it is made, and how its application is put together."""

from __future__ import annotations

from dataclasses import dataclass

from ..model.program import FIXED, CapBound, ExclusiveBound, ProgramRule
from ..model.vocabulary import Label
from ..money import format_units
from .filling import Dict, Facts, Filling

PLAIN = 10_000_000  # fen: an earlier grant of which only that it was paid matters


@dataclass(frozen=True)
class Found:
    """One case: about which rules and facts, and under which bound (its path; empty: about the rule itself)."""

    kind: str
    label: Label
    application: Dict
    rules: tuple[ProgramRule, ...]
    facts: frozenset[str]
    bound: str = ""


def single(filling: Filling, rule: ProgramRule, said: Facts) -> Dict:
    """An application for one rule, with one item of its kind."""
    own = filling.of_applicant(said)
    item = {name: value for name, value in said.items() if name not in own}
    return filling.application(rule.policy, own, {"item-1": (rule.item, item)} if rule.item else {})


def members(filling: Filling, bound: CapBound | ExclusiveBound) -> list[ProgramRule]:
    return [filling.program.rules[at] for at in sorted(bound.rules)]


def earlier(
    filling: Filling, rule: ProgramRule, application: Dict, year: int, amount: int | None = None, units: int = 1
) -> Dict:
    """An award for the same thing in some year, in the words of an application."""
    grant: Dict = {"policy": filling.program.policies[rule.policy].id, "rule": rule.id, "year": str(year)}
    grant["amount"] = format_units(PLAIN if amount is None else amount)
    if rule.item:
        item = application["items"][0]
        grant["item"] = item["id"]
        caps, exclusives = filling.program.caps_of[rule.index], filling.program.exclusives_of[rule.index]
        keys = {name for key in (*(cap.key for cap in caps), *(one.key for one in exclusives)) for name in key} - set(
            FIXED
        )
        attributes = {name: item["facts"][name] for name in sorted(keys) if name in item["facts"]}
        grant |= {"attributes": attributes} if attributes else {}
    if any(branch.units for branch in rule.branches):
        grant["units"] = str(units)
    return grant


def joined(filling: Filling, chosen: list[tuple[ProgramRule, Facts]], share: int = 2) -> Dict:
    """One application for several rules, each with an item of its own; what two of them read of the applicant is said once."""
    own: Facts = {}
    items: dict[str, tuple[str, Facts]] = {}
    for _, found in chosen:
        own |= filling.of_applicant(found)
    for at, (rule, found) in enumerate(chosen, 1):
        said = filling.filled(rule, {**own, **found}, share)
        own |= filling.of_applicant(said)
        if rule.item:
            items[f"item-{at}"] = (rule.item, {name: value for name, value in said.items() if name not in own})
    return filling.application(chosen[0][0].policy, own, items)
