"""How often something is paid, and what tells that it is the same thing again."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..expr import Literal, facts
from ..loading.context import Loc
from ..model.policy import Rule
from ..model.program import ProgramRule
from .draft import Draft, LintFinding

_FIRST = re.compile("首次|首获|首批|一次性")


def unbounded_repetition(draft: Draft) -> Iterator[LintFinding]:
    """A fixed amount that is paid whenever it is claimed. Pools and withheld figures say nothing about one applicant."""
    for loc, rule, linked in draft.rules:
        fixed = linked.branches and all(isinstance(branch.high, Literal) for branch in linked.branches)
        if fixed and not _limited(draft, linked) and not draft.bars(linked):
            yield draft.finding("SR631", (*loc, "pays"), rule.title.zh)


def _limited(draft: Draft, rule: ProgramRule) -> bool:
    return any(not cap.pool and not cap.unpublished for cap in draft.program.caps_of[rule.index])


def first_time_not_barred(draft: Draft) -> Iterator[LintFinding]:
    """What is called first or one-off, and would be paid again next year."""
    for loc, rule, linked in draft.rules:
        keys = [bound.key for bound in draft.bars(linked)]
        keys += [cap.key for cap in draft.program.caps_of[linked.index] if not cap.pool and not cap.unpublished]
        if linked.branches and all("year" in key for key in keys):
            said = next((text for text in _called(draft, rule, linked) if _FIRST.search(text)), None)
            if said:
                yield draft.finding("SR632", loc, said)


def _called(draft: Draft, rule: Rule, linked: ProgramRule) -> Iterator[str]:
    """The words of the rule: its title, its figures, the facts that it asks for."""
    yield rule.title.zh
    yield from rule.figures
    for name in sorted({name for tree in linked.when for name in facts(tree)}):
        fact = draft.declared(name, linked.item)
        if fact:
            yield fact.label.zh


def once_without_identity(draft: Draft) -> Iterator[LintFinding]:
    """A key of years, rules, grades or choices alone: any two awards are the same one."""
    for loc, per, kinds in _exclusions(draft):
        if not any(name in ("applicant", "item") or _names(draft, name, kinds) for name in per):
            yield draft.finding("SR633", loc, f"[{', '.join(per)}]")


def _exclusions(draft: Draft) -> Iterator[tuple[Loc, list[str], set[str | None]]]:
    """Where each exclusion of this policy stands, its key, and the kinds of item that it compares."""
    items = {rule.id: rule.item for rule in draft.policy.rules}
    for at, rule in enumerate(draft.policy.rules):
        if rule.once is not None:
            yield ("rules", at, "once"), rule.once, {rule.item}
        for n, exclusive in enumerate(rule.exclusive):
            if not exclusive.against:
                yield ("rules", at, "exclusive", n), exclusive.per, {rule.item}
    for at, bound in enumerate(draft.policy.bounds):
        if bound.exclusive and not bound.exclusive.against:
            members = items if bound.rules == "all" else bound.rules
            yield ("bounds", at, "exclusive"), bound.exclusive.per, {items[name] for name in members}


def _names(draft: Draft, name: str, kinds: set[str | None]) -> bool:
    """Whether a key is a text that all items carry: a registered name or number."""
    declared = [draft.program.item_facts.get(kind or "", {}).get(name) for kind in kinds]
    return all(fact is not None and fact.kind == "text" for fact in declared)


LINTS = (unbounded_repetition, first_time_not_barred, once_without_identity)
