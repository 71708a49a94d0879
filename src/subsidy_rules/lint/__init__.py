"""What a drafter should look at again before a policy is issued. Nothing here changes an answer; what can't be computed is
refused while loading (SR3xx)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from ..loading.context import Context
from ..model.program import Program
from ..reading import Document
from . import amounts, fairness, limits, readings, repetition, validity, wording
from .codes import CODES, LINTS, SEVERITIES, Meaning, Severity
from .draft import Draft, LintFinding
from .source import Source

Lint = Callable[[Draft], Iterator[LintFinding]]
ALL: tuple[Lint, ...] = (
    *amounts.LINTS,
    *wording.LINTS,
    *limits.LINTS,
    *repetition.LINTS,
    *validity.LINTS,
    *fairness.LINTS,
    *readings.LINTS,
)


def lint(
    documents: Sequence[Document], program: Program, sources: Mapping[str, Source] | None = None
) -> tuple[LintFinding, ...]:
    """Every finding about the policies of a program, by file and place.

    `documents`: the files that the program was made of, in any order. `sources`: the texts of the policy documents, by the
    policies' ids; without one, words are looked for in the policy file alone.
    """
    files = {str(document.value["id"]): document for document in documents if isinstance(document.value, dict)}
    found: list[LintFinding] = []
    for at, policy in enumerate(program.policies):
        draft = Draft(policy, at, program, Context(files[policy.id]), (sources or {}).get(policy.id))
        for check in ALL:
            found += check(draft)
    return tuple(sorted(set(found)))


__all__ = ["ALL", "CODES", "LINTS", "SEVERITIES", "LintFinding", "Meaning", "Severity", "Source", "lint"]
