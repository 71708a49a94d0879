"""What to ask next, and what would pay more. Amounts inside are integers of fen, in JSON text in yuan.

Both look at one figure: the applicant's cash over all policies, assured and ceiling, as in the totals of an assessment
(awards without a figure stand beside it).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from .assessment import Fen, Interval
from .vocabulary import FactKind, Label

QUESTIONS: Literal["subsidy-rules/questions/1"] = "subsidy-rules/questions/1"
ADVICE: Literal["subsidy-rules/advice/1"] = "subsidy-rules/advice/1"


@dataclass(frozen=True, slots=True)
class Question:
    """A fact that is not known and that an award waits for. `item` None: a fact of the applicant.

    `at_stake`: how far one answer may move the total, |change of assured| + |change of ceiling|, at most over the answers
    that were tried; None: an award without any upper limit hangs on it. `rules`: who asks, as `policy/rule`.
    """

    item: str | None
    item_kind: str | None
    fact: str
    kind: FactKind
    label: Label
    question: Label
    options: dict[str, Label]
    at_stake: Fen | None
    policies: tuple[str, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Questions:
    """What is still to be asked, most at stake first. `facts` the applicant can answer, `judgements` an office.

    `history`: at stake in whether all earlier awards are told; None where they are. `left_out`: questions that were not
    weighed because the application is too large; they stand in no list.
    """

    schema: Literal["subsidy-rules/questions/1"]
    applicant: str
    year: int
    total: Interval
    facts: tuple[Question, ...]
    judgements: tuple[Question, ...]
    history: Fen | None
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Moved:
    """An award that another value of a fact moves. None: no figure, or no such award."""

    policy: str
    rule: str
    item: str | None
    article: str
    title: Label
    how: Literal["appears", "disappears", "changes"]
    before: Interval | None
    after: Interval | None


@dataclass(frozen=True, slots=True)
class Change:
    """Another value of one known fact that raises the ceiling. `before`, `after` and, for a quantity or a date,
    `difference` (the amount, or days) are text as in an application. `gain`: how much the total rises; its `assured` end
    may fall."""

    item: str | None
    item_kind: str | None
    fact: str
    kind: FactKind
    label: Label
    before: str
    after: str
    difference: str
    direction: Literal["up", "down", "other"]
    gain: Interval
    awards: tuple[Moved, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """One way to choose, and what it leaves the applicant. `rule` as `policy/rule`; `rival`: the support elsewhere."""

    rule: str
    total: Interval


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice that a text leaves to the applicant, the option that pays most first. `named`: the rule that the
    application names. `kind` option: he must name one; highest: one of several awards for the same thing may be claimed
    (the answer already counts the first, and `total` is of these awards alone)."""

    kind: Literal["option", "highest"]
    bound: str
    article: str
    item: str | None
    named: str | None
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Later:
    """An item whose award a yearly limit cuts, while the policy goes on. What another year pays is not promised.

    `cut`: what the limit takes from the ceiling this year. `last_day`: of the policy, where it is known.
    """

    policy: str
    rule: str
    item: str
    title: Label
    bound: str
    article: str
    cut: Fen
    last_day: str | None


@dataclass(frozen=True, slots=True)
class Advice:
    """What would pay more: `changes` of one fact, largest gain first, then the smallest change; lawful `choices`; `later`.

    `left_out`: facts that were not tried because the application is too large.
    """

    schema: Literal["subsidy-rules/advice/1"]
    applicant: str
    year: int
    total: Interval
    changes: tuple[Change, ...]
    choices: tuple[Choice, ...]
    later: tuple[Later, ...]
    left_out: int = 0
    notice: Label = field(
        default=Label(
            zh="仅说明金额随事实如何变化，不代表可以变更；申报须据实，以主管部门审定为准。",
            en="How amounts follow facts, not whether facts can be changed. Claims must be true; the competent office decides.",
        )
    )
