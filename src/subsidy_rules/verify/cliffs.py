"""More never pays less, and one fen never decides much: else the cliffs and leaps, from which value and by how much."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import z3  # type: ignore[import-untyped]

from ..advice.changes import written
from ..model.vocabulary import Label
from ..money import format_units
from ..rules import Rules
from .curve import Change
from .finding import TIMEOUT, UNCONFIRMED, Finding, Question
from .quantity import Quantity, quantities
from .search import UNDECIDED

LEAP = 100  # fen: what one fen more may bring without being a leap
MOST_TOLD = 12  # changes in a sentence; the figures have all


def more_never_pays_less(rules: Rules, seconds: float) -> Iterator[Finding]:
    """One finding for each rule and each quantity that it reads."""
    for rule in rules.program.rules:
        for fact in quantities(rules, rule):
            yield _falls(Quantity(rules, rule, fact, seconds))


def one_fen_decides_little(rules: Rules, seconds: float) -> Iterator[Finding]:
    """One finding for each rule and each sum of money that it reads."""
    for rule in rules.program.rules:
        for fact in quantities(rules, rule):
            quantity = Quantity(rules, rule, fact, seconds, usual=True)
            if quantity.kind == "money":
                yield _leaps(quantity)


def _falls(quantity: Quantity) -> Finding:
    label = quantity.label
    outcome = quantity.possible(lambda x, pays, y, then: z3.And(y > x, then < pays))
    if outcome == "none":
        return quantity.finding(
            MONOTONE.id, "proved", Label(zh=f"{label.zh}：越多，所得不减。", en=f"{label.en}: more never pays less.")
        )
    drawn = None if outcome == "timeout" else quantity.drawn(lambda x, pays, y, then: z3.And(y > x, then < pays))
    if drawn is None or not drawn[0].cliffs:  # where the award falls another may take its place
        return _undecided(quantity, MONOTONE.id, TIMEOUT if outcome == "timeout" else UNCONFIRMED)
    curve, application = drawn
    deepest = max(curve.cliffs, key=lambda change: change.before - change.after)
    only = quantity.possible(lambda x, pays, y, then: z3.And(y > x, then > pays)) == "none"
    told = _told(quantity.kind, curve.cliffs)
    zh = f"{label.zh}：更多反而少得，{told.zh}" + ("，且从不因此多得。" if only else "。")
    en = f"{label.en}: more pays less, {told.en}" + (", and it never pays more." if only else ".")
    witness = quantity.witness(application, curve.place, deepest)
    return quantity.finding(MONOTONE.id, "refuted", Label(zh=zh, en=en), witness, curve.cliffs, notable=not only)


def _leaps(quantity: Quantity) -> Finding:
    label = quantity.label
    outcome = quantity.possible(lambda x, pays, y, then: z3.And(y == x + 1, then > pays + LEAP))
    if outcome == "none":
        says = Label(
            zh=f"{label.zh}：差一分，不差一元以上。", en=f"{label.en}: one fen never decides more than a yuan."
        )
        return quantity.finding(FEN.id, "proved", says)
    # The value one fen beyond the threshold is the one at which the rule can be claimed.
    drawn = quantity.drawn(lambda x, pays, y, then: z3.And(y == x - 1, then < pays - LEAP))
    if outcome == "timeout" or drawn is None or not drawn[0].steps:
        return _undecided(quantity, FEN.id, TIMEOUT if outcome == "timeout" else UNCONFIRMED)
    curve, application = drawn
    highest = max(curve.steps, key=lambda change: change.after - change.before)
    told = _told("money", curve.steps)
    says = Label(zh=f"{label.zh}：{told.zh}。", en=f"{label.en}: {told.en}.")
    witness = quantity.witness(application, curve.place, highest)
    return quantity.finding(FEN.id, "refuted", says, witness, curve.steps)


def _undecided(quantity: Quantity, question: str, note: str) -> Finding:
    return quantity.finding(question, "undecided", UNDECIDED, notable=True, note=note)


def _told(kind: str, changes: Sequence[Change]) -> Label:
    """The first changes in words, and how many more there are."""
    words = [_words(kind, change) for change in changes[:MOST_TOLD]]
    more = len(changes) - len(words)
    zh = "；".join(zh for zh, _ in words) + (f"；另有 {more} 处" if more else "")
    en = "; ".join(en for _, en in words) + (f"; and {more} more" if more else "")
    return Label(zh=zh, en=en)


def _words(kind: str, change: Change) -> tuple[str, str]:
    first, last = written(kind, change.first), written(kind, change.last)
    less = change.after < change.before
    by = format_units(abs(change.before - change.after))
    if change.sudden:
        return (
            f"从 {first} 到 {last} {'少' if less else '多'} {by}",
            f"from {first} to {last} {by} {'less' if less else 'more'}",
        )
    return f"从 {first} 到 {last} 逐渐少 {by}", f"from {first} to {last} {by} less little by little"


MONOTONE = Question(
    id="more-never-pays-less",
    title=Label(zh="投入越多，所得不减", en="More never pays less"),
    ask=more_never_pays_less,
)
FEN = Question(
    id="one-fen-decides-little",
    title=Label(zh="差一分，不差一元以上", en="One fen never decides more than a yuan"),
    ask=one_fen_decides_little,
)
QUESTIONS = (MONOTONE, FEN)
