"""Which curves of a policy are worth a picture: what each rule pays against each quantity that it reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import z3  # type: ignore[import-untyped]

from ..explain.wording import article
from ..model.vocabulary import Label
from ..rules import Rules
from .curve import Curve
from .finding import SECONDS
from .plot import Caption
from .quantity import Quantity, Relation, quantities


@dataclass(frozen=True, slots=True)
class Picture:
    """`name`: of the file, without its ending."""

    name: str
    curve: Curve
    caption: Caption


def pictures(rules: Rules, seconds: float = SECONDS) -> Iterator[Picture]:
    """In the order of the policy; of an application in which the amount falls if there is one, else leaps, else any."""
    for rule in rules.program.rules:
        for fact in quantities(rules, rule):
            quantity = Quantity(rules, rule, fact, seconds, usual=True)
            for relation in _RELATIONS:
                drawn = quantity.drawn(relation)
                if drawn and len({knot.high for knot in drawn[0].knots}) > 1:
                    yield Picture(f"{_policy(rules, quantity)}-{rule.id}-{fact}", drawn[0], _caption(rules, quantity))
                    break


_RELATIONS: tuple[Relation | None, ...] = (
    lambda x, pays, y, then: z3.And(y > x, then < pays),
    lambda x, pays, y, then: z3.And(y == x - 1, then < pays - 100),
    lambda x, pays, y, then: then != pays,
)


def _policy(rules: Rules, quantity: Quantity) -> str:
    return rules.program.policies[quantity.rule.policy].id


def _caption(rules: Rules, quantity: Quantity) -> Caption:
    policy, written = rules.program.policies[quantity.rule.policy], rules.program.written[quantity.rule.index]
    zh, en = (f"{getattr(policy.title, lang)} · {article(written.article, lang)}" for lang in ("zh", "en"))
    return Caption(written.title, Label(zh=zh, en=en), quantity.label)
