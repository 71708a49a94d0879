"""Policies side by side: what each would pay the applicant in cash, the largest ceiling first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..model.assessment import Assessment, Fen
from ..model.policy import Payee
from ..model.vocabulary import Label


@dataclass(frozen=True, slots=True)
class Beside:
    """What another party receives, or another kind of support; never in the same column."""

    payee: Payee
    kind: Literal["cash", "financing", "other"]
    assured: Fen
    ceiling: Fen


@dataclass(frozen=True, slots=True)
class Line:
    """One policy. `open`: awards without a figure; `missing`, `judgements`: how many facts are missing, and to be judged."""

    policy: str
    title: Label
    status: Literal["draft", "in_force", "repealed"]
    assured: Fen
    ceiling: Fen
    open: tuple[str, ...]
    missing: int
    judgements: int
    others: tuple[Beside, ...]
    in_force: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """One line a policy."""

    applicant: str
    year: int
    policies: tuple[Line, ...]


def compared(answer: Assessment) -> Comparison:
    """The answer by policy."""
    lines = [_line(answer, at) for at in range(len(answer.policies))]
    ranked = sorted(lines, key=lambda one: (-one.ceiling, -one.assured, one.policy))
    return Comparison(answer.applicant, answer.year, tuple(ranked))


def _line(answer: Assessment, at: int) -> Line:
    state = answer.policies[at]
    totals = [total for total in answer.totals if total.policy == state.id]
    own = next(total for total in totals if (total.payee, total.kind) == ("applicant", "cash"))
    awards = [award for award in answer.awards if award.policy == state.id]
    return Line(
        policy=state.id,
        title=state.title,
        status=state.status,
        assured=own.assured,
        ceiling=own.ceiling,
        open=own.open,
        missing=len({(award.item, name) for award in awards for name in award.missing}),
        judgements=len({(award.item, name) for award in awards for name in award.judgements}),
        others=tuple(
            Beside(total.payee, total.kind, total.assured, total.ceiling)
            for total in totals
            if total is not own and total.ceiling
        ),
        in_force=not awards or any(award.status != "not_in_force" for award in awards),
    )
