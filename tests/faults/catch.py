"""What notices a fault: loading, the linter, the verifier, the worked cases, the invariants. Each says how, or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from subsidy_rules import Rules, load
from subsidy_rules.errors import ProblemsError
from subsidy_rules.examples import answer_of, differences, load_examples, merged
from subsidy_rules.lint import lint
from subsidy_rules.model.example import Examples
from subsidy_rules.rules import folder
from subsidy_rules.testing import InvariantError, Mutation, check_invariants

SECONDS = 10.0  # for one call of the solver
FEW = 3  # applications on which the invariants are checked: they hold whatever the policy says


@cache
def sound(policy: str) -> Rules:
    return load(policy)


@cache
def worked(policy: str) -> Examples:
    return load_examples(folder() / "examples" / f"{policy}.yaml")[0]


def loaded(fault: Mutation) -> Rules | str:
    """The rules with the fault, or the code with which loading refuses it."""
    try:
        return fault.load(sound(fault.policy))
    except ProblemsError as error:
        return error.problems[0].code


def at_once(fault: Mutation) -> dict[str, str]:
    """What notices a fault within a second, and how."""
    rules = loaded(fault)
    if isinstance(rules, str):
        return {"load": rules}
    return _said(lint=by_lint(fault, rules), check=by_examples(fault, rules))


def by_solving(fault: Mutation) -> dict[str, str]:
    """What takes seconds. `against` is what `verify --against` says of the two versions: differs, equivalent or undecided."""
    rules = loaded(fault)
    if isinstance(rules, str):
        return {}
    found = _said(verify=by_verify(fault, rules), invariants=by_invariants(fault, rules))
    return found | {"against": versions(fault, rules)}


def _said(**found: str) -> dict[str, str]:
    return {name: how for name, how in found.items() if how}


@cache
def _usual(policy: str) -> frozenset[str]:
    rules = sound(policy)
    return frozenset(finding.fingerprint for finding in lint(rules.documents, rules.program))


def by_lint(fault: Mutation, rules: Rules) -> str:
    """A finding that the policy does not have without the fault."""
    new = (one.code for one in lint(rules.documents, rules.program) if one.fingerprint not in _usual(fault.policy))
    return next(new, "")


def by_examples(fault: Mutation, rules: Rules) -> str:
    """The first worked case that comes out differently, and what differs in it."""
    examples = worked(fault.policy)
    for example in examples.cases:
        try:
            answer = answer_of(example, examples, rules.program, rules.pricer)
        except ProblemsError as error:
            return f"{example.id}: {error.problems[0].code}"
        for name, _, _ in differences(example.expect, answer, examples.policy):
            return f"{example.id}: {name}"
    return ""


def by_invariants(fault: Mutation, rules: Rules) -> str:
    examples = worked(fault.policy)
    near = [one for one in examples.cases if fault.entry in {award.rule for award in one.expect.awards}]
    for example in (near or list(examples.cases))[:FEW]:
        try:
            check_invariants(rules, merged(examples.base, example.application))
        except InvariantError as error:
            return f"{example.id}: {str(error).splitlines()[0][:80]}"
        except ProblemsError:
            continue
    return ""


def _notable(rules: Rules) -> Iterator[tuple[str, str]]:
    from subsidy_rules.verify.questions import verify

    for one in verify(rules, seconds=SECONDS):
        if one.notable and one.verdict != "undecided":
            yield one.question, one.subject


@cache
def _known(policy: str) -> frozenset[tuple[str, str]]:
    return frozenset(_notable(sound(policy)))


def by_verify(fault: Mutation, rules: Rules) -> str:
    """A notable finding about a subject that the policy does not have without the fault."""
    new = (
        f"{question}: {subject}"
        for question, subject in _notable(rules)
        if (question, subject) not in _known(fault.policy)
    )
    return next(new, "")


def versions(fault: Mutation, rules: Rules) -> str:
    from subsidy_rules.verify.versions import against

    same = against(sound(fault.policy))[0]
    verdicts: Any = [finding.verdict for finding in same.ask(rules, SECONDS)]
    return "differs" if "refuted" in verdicts else "undecided" if "undecided" in verdicts else "equivalent"
