"""What a question about a policy answers. Each question is a statement about *all* applications: it is proved, refuted
with an application that the engine itself confirms, or not decided in the time that was given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ..model.vocabulary import Label
from ..rules import Rules

Verdict = Literal["proved", "refuted", "undecided"]
SECONDS = 5  # for one call of the solver


@dataclass(frozen=True, slots=True)
class Finding:
    """One statement about one rule, branch or bound of one policy.

    `subject`: `policy/rule` or `policy/bound`, with `#2` for the second branch of a rule. `notable`: whether a drafter
    should look at it. `figures`: name and value as text, in the order of telling. `scope`: what the verdict holds for,
    where that is not everything. `witness`: an application in the shape of a file, only with `refuted`; for one, the
    engine has shown what `says` says. `note`: why it is undecided."""

    question: str
    policy: str
    subject: str
    article: str
    verdict: Verdict
    notable: bool
    says: Label
    witness: Mapping[str, Any] | None = None
    figures: tuple[tuple[str, str], ...] = ()
    scope: Label | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """`title`: the statement. `safety`: money is at risk where it is refuted. `ask`: rules, seconds → findings, one for
    each subject that the statement can be made of, in the order of the policy."""

    id: str
    title: Label
    ask: Callable[[Rules, float], Iterator[Finding]]
    safety: bool = False


NO_HISTORY = Label(zh="无既往奖补", en="without earlier grants")  # a scope
UNCONFIRMED = "the engine does not confirm the solver's example"  # a fault of the encoding, never of the policy
UNSETTLED = "an admissible choice shows it, the best choice of the engine does not; no proof either"
TOO_WIDE = "more rules act on each other than can be asked at once"
TIMEOUT = "not decided in the time given"
