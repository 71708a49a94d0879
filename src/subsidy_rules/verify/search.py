"""One statement: search the applications for one that refutes it, and have the engine confirm what was found."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import z3  # type: ignore[import-untyped]

from ..model.assessment import Assessment
from ..model.program import Program, ProgramRule
from ..model.vocabulary import Label
from ..rules import Rules
from .finding import TIMEOUT, UNCONFIRMED, Finding, Verdict
from .solve import Outcome, model_of
from .witness import Application, Shows, short, shown
from .world import World

UNDECIDED = Label(zh="未能判定。", en="Not decided.")


@dataclass(frozen=True, slots=True)
class Answer:
    """`witness` and the engine's answer to it (`shown`), only where the statement is refuted; `note`: why it is undecided."""

    verdict: Verdict
    witness: Application | None = None
    shown: Assessment | None = None
    note: str = ""


def search(rules: Rules, world: World, refuting: Iterable[z3.BoolRef], shows: Shows, seconds: float) -> Answer:
    """Proved if no legal facts of the world meet all of `refuting`; refuted if some do and the engine `shows` it on them."""
    return judged(rules, world, model_of([*world.legal, *refuting], seconds), shows)


def judged(rules: Rules, world: World, outcome: Outcome, shows: Shows) -> Answer:
    """What an outcome of the solver says, once the engine has been asked."""
    if outcome == "none":
        return Answer("proved")
    if outcome == "timeout":
        return Answer("undecided", note=TIMEOUT)
    return refuted(rules, world.application(outcome), shows)


def refuted(rules: Rules, application: Application, shows: Shows) -> Answer:
    """An example that was found in whatever way, if the engine confirms it."""
    if not shown(rules, application, shows):
        return Answer("undecided", note=UNCONFIRMED)
    witness = short(rules, application, shows)
    return Answer("refuted", witness, rules.assess(witness))


def rule_path(program: Program, rule: ProgramRule, branch: int | None = None) -> str:
    """`policy/rule`, and the number of a branch from 1."""
    return f"{program.policies[rule.policy].id}/{rule.id}" + ("" if branch is None else f"#{branch + 1}")


def only_item(rule: ProgramRule) -> str | None:
    """The item that a rule is for in a world with one copy of each kind."""
    return f"{rule.item}-1" if rule.item else None


def finding(
    program: Program,
    question: str,
    subject: str,
    answer: Answer,
    proved: Label,
    refuted: Label | Callable[[Assessment], Label],
    notable: Verdict = "refuted",
    figures: tuple[tuple[str, str], ...] = (),
    scope: Label | None = None,
) -> Finding:
    """The finding of an answer about a rule, a branch or a bound; `notable`: the verdict that a drafter should look at."""
    path = subject.partition("#")[0]
    says = UNDECIDED
    if answer.verdict == "proved":
        says = proved
    elif answer.shown:
        says = refuted if isinstance(refuted, Label) else refuted(answer.shown)
    return Finding(
        question=question,
        policy=path.partition("/")[0],
        subject=subject,
        article=program.articles[path],
        verdict=answer.verdict,
        notable=answer.verdict in (notable, "undecided"),
        says=says,
        witness=answer.witness,
        figures=figures,
        scope=scope,
        note=answer.note,
    )
