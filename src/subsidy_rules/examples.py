"""Run the worked cases of a policy: the answer of the engine against the answer that was worked out by hand."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from .engine.assess import assess, assess_all
from .engine.claims import Pricer
from .errors import Problem, ProblemsError
from .loading import admit_data
from .loading.context import Context, shaped
from .model.assessment import Assessment, Award
from .model.example import Example, Examples, Expected, ExpectedAward
from .model.program import Program
from .money import format_units, parse_money
from .reading import read

CODES = {
    "SR350": ("示例的结果与手算不符。", "A worked case does not come out as it was worked out."),
    "SR351": ("示例的申请不能受理。", "The application of a worked case is refused."),
}


def load_examples(path: str | os.PathLike[str]) -> tuple[Examples, Context]:
    """The worked cases of a file. Raises ProblemsError."""
    context = Context(read(path))
    examples = shaped(Examples, context)
    context.stop()
    assert examples is not None
    return examples, context


def run_examples(path: str | os.PathLike[str], program: Program, pricer: Pricer) -> tuple[int, list[Problem]]:
    """How many cases there are, and a problem for every difference; no more of those than a file may have problems."""
    examples, context = load_examples(path)
    with suppress(ProblemsError):
        for at, example in enumerate(examples.cases):
            _compare(at, example, examples, program, pricer, context)
    return len(examples.cases), context.problems


def _compare(at: int, example: Example, examples: Examples, program: Program, pricer: Pricer, context: Context) -> None:
    try:
        answer = answer_of(example, examples, program, pricer)
    except ProblemsError as error:
        context.add("SR351", ("cases", at), CODES["SR351"][1], found=str(error))
        return
    for name, found, expected in differences(example.expect, answer, examples.policy):
        context.add("SR350", ("cases", at), f"{example.id}: {name}", found=found, expected=expected)


def answer_of(example: Example, examples: Examples, program: Program, pricer: Pricer) -> Assessment:
    """The engine's answer to a case; with `others`, the share of the first applicant."""
    applications = [merged(examples.base, application) for application in (example.application, *example.others)]
    cases = [admit_data(data, program, example.id) for data in applications]
    return assess_all(program, cases, pricer)[0] if example.others else assess(program, cases[0], pricer)


def merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`over` on `base`, mappings key by key, everything else replaced."""
    result = dict(base)
    for key, value in over.items():
        old = result.get(key)
        result[key] = merged(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return result


def differences(expected: Expected, answer: Assessment, policy: str) -> Iterator[tuple[str, str, str]]:
    """What is named, what was found, what was expected."""
    total = next(t for t in answer.totals if (t.policy, t.payee, t.kind) == (policy, "applicant", "cash"))
    yield from _money("total assured", total.assured, expected.assured)
    yield from _money("total ceiling", total.ceiling, expected.ceiling)
    yield from _same("open", sorted(total.open), sorted(expected.open))
    if expected.subject_to is not None:
        yield from _same("subject_to", sorted(s.bound for s in answer.subject_to), sorted(expected.subject_to))
    if expected.repayable is not None:
        yield from _money("repayable", sum(r.amount for r in answer.repayable), expected.repayable)
    awards = {(award.rule, award.item): award for award in answer.awards if award.policy == policy}
    for one in expected.awards:
        award = awards.get((one.rule, one.item))
        name = f"{one.rule}:{one.item}" if one.item else one.rule
        if award is None:
            yield name, "no such award", "an award"
        else:
            yield from _award(name, one, award)


def _award(name: str, expected: ExpectedAward, award: Award) -> Iterator[tuple[str, str, str]]:
    yield from _same(f"{name} status", award.status, expected.status)
    if expected.reason is not None:
        yield from _same(f"{name} reason", str(award.reason), expected.reason)
    for field in ("payee", "form"):
        if (wanted := getattr(expected, field)) is not None:
            yield from _same(f"{name} {field}", getattr(award, field), wanted)
    if (expected.assured or expected.ceiling) and award.settled is None:
        yield f"{name} amounts", "none (unquantified)", f"{expected.assured} … {expected.ceiling}"
    elif award.settled is not None:
        if expected.assured is not None:
            yield from _money(f"{name} assured", award.settled.assured, expected.assured)
        if expected.ceiling is not None:
            yield from _money(f"{name} ceiling", award.settled.ceiling, expected.ceiling)
    for field in ("missing", "judgements"):
        wanted = getattr(expected, field)
        if wanted is not None:
            yield from _same(f"{name} {field}", sorted(getattr(award, field)), sorted(wanted))
    if expected.beaten_by is not None:
        yield from _same(f"{name} beaten_by", sorted({b.rule for b in award.beaten_by}), sorted(expected.beaten_by))
    if expected.lacking is not None:
        yield from _same(f"{name} lacking", ", ".join(u.lacking for u in award.unmet), expected.lacking)


def _money(name: str, found: int | None, expected: str) -> Iterator[tuple[str, str, str]]:
    shown = "open" if found is None else format_units(found)
    wanted = None if expected == "open" else parse_money(expected)
    if found != wanted:
        yield name, shown, expected


def _same(name: str, found: object, expected: object) -> Iterator[tuple[str, str, str]]:
    if found != expected:
        yield name, str(found), str(expected)
