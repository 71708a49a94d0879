"""What is left to other documents, to the reader, or to nobody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..loading.checks import unread_facts
from ..loading.context import Loc
from ..model.policy import Assumption
from .draft import Draft, LintFinding


def reference_unresolved(draft: Draft) -> Iterator[LintFinding]:
    for loc, rule, _ in draft.rules:
        if rule.unquantified == "refers_elsewhere":
            yield draft.finding("SR661", (*loc, "unquantified"), rule.title.zh)


def predecessor_unknown(draft: Draft) -> Iterator[LintFinding]:
    known = {policy.id for policy in draft.program.policies}
    for at, name in enumerate(draft.policy.succeeds):
        if name not in known:
            yield draft.finding("SR662", ("succeeds", at), name)


def no_alternative(draft: Draft) -> Iterator[LintFinding]:
    everywhere: list[tuple[Loc, Sequence[Assumption]]] = [((), draft.policy.assumes)]
    everywhere += [(loc, entry.assumes) for loc, entry in draft.entries]
    for loc, assumptions in everywhere:
        for at, assumption in enumerate(assumptions):
            if not assumption.alternatives:
                yield draft.finding("SR671", (*loc, "assumes", at), assumption.says.zh)


def fact_unread(draft: Draft) -> Iterator[LintFinding]:
    unread = unread_facts(draft.policy, draft.program)
    extra = draft.policy.facts
    places: list[tuple[str, Loc]] = [(name, ("facts", "applicant", name)) for name in extra.applicant]
    places += [(name, ("facts", "items", kind, name)) for kind, own in extra.items.items() for name in own]
    for name, loc in places:
        if name in unread:
            yield draft.finding("SR672", loc, name)


LINTS = (reference_unresolved, predecessor_unknown, no_alternative, fact_unread)
