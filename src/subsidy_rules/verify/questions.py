"""All questions that are asked of one policy, in the order of telling."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..rules import Rules
from . import bands, beaten, caps, cliffs, dead, safety, slack, splitting
from .finding import SECONDS, Finding, Question

QUESTIONS: tuple[Question, ...] = (
    *safety.QUESTIONS,
    *dead.QUESTIONS,
    *bands.QUESTIONS,
    *slack.QUESTIONS,
    *caps.QUESTIONS,
    *beaten.QUESTIONS,
    *cliffs.QUESTIONS,
    *splitting.QUESTIONS,
)


def verify(rules: Rules, questions: Iterable[Question] = QUESTIONS, seconds: float = SECONDS) -> Iterator[Finding]:
    """The findings about one policy. `seconds`: for one call of the solver; a question may need several."""
    for question in questions:
        yield from question.ask(rules, seconds)
