"""What must never happen: more than a cap, an annual total or a pool allows; two awards that exclude each other, both paid.

Proved over the settlement as a relation, whatever the claims are worth and whatever was granted before, for a few items of each
kind. A statement that the world is too small to break would be no proof: a test takes each bound away, and then it breaks.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import z3  # type: ignore[import-untyped]

from ..expr import evaluate, show
from ..model.assessment import Assessment, Award
from ..model.case import Case
from ..model.program import CapBound, ExclusiveBound, Program, ProgramRule
from ..model.vocabulary import Label
from ..rules import Rules
from .caps import count_of
from .finding import TOO_WIDE, Finding, Question
from .search import Answer, finding, search
from .settling import Members, Settling, exclusive_pairs, groups, stipends, total
from .slack import compared_awards, key_of
from .witness import known_facts
from .world import World, too_wide

COPIES = 2  # of each kind at least: a count needs one more than it allows


def cap_exceeded(rules: Rules, seconds: float) -> Iterator[Finding]:
    """For every limit and number: what is paid, together with what was paid before, is no more than it allows. (Where earlier
    grants alone are more already, nothing is paid.)"""
    program = rules.program
    for cap in program.caps:
        copies = copies_for(cap)
        answer = _exceeded(rules, cap, copies, seconds)
        figure = show(cap.limit) if cap.limit else "unpublished"
        proved = Label(zh=f"支付从不超过限额（{figure}）。", en=f"Never is more paid than the cap allows ({figure}).")
        refuted = Label(zh=f"支付超过限额（{figure}）。", en=f"More is paid than the cap allows ({figure}).")
        yield finding(program, EXCEEDED.id, cap.path, answer, proved, refuted, "refuted", (), _scope(copies))


def copies_for(cap: CapBound) -> int:
    """Enough items of each kind to pass a count with them alone, if so many can be asked; earlier grants may add to them."""
    wanted = count_of(cap) + 1 if cap.kind == "count" and not cap.unpublished else COPIES
    return COPIES if too_wide(sorted(cap.rules), wanted) else max(COPIES, wanted)


def _scope(copies: int) -> Label:
    return Label(
        zh=f"每类事项至多 {copies} 个，任何既往奖补", en=f"up to {copies} items of each kind, any earlier grants"
    )


def _exceeded(rules: Rules, cap: CapBound, copies: int, seconds: float) -> Answer:
    settling = settled(rules.program, cap.rules, copies)
    if settling is None:
        return Answer("undecided", note=TOO_WIDE)
    refuting = [exceeded(settling, cap), *settling.laws]
    return search(rules, settling.world, refuting, partial(_passed, rules.program, cap), seconds)


def settled(
    program: Program, rules: frozenset[int], copies: int, apart_from: CapBound | ExclusiveBound | None = None
) -> Settling | None:
    """Some rules, whatever their awards are worth and whatever was granted before; None where they are too many."""
    members = [program.rules[at] for at in sorted(rules)]
    if too_wide(members, copies):
        return None
    return Settling(World(program, members, copies), history=True, apart_from=apart_from)


def exceeded(settling: Settling, cap: CapBound) -> Any:
    """More is paid than a cap allows."""
    return z3.Or(*(_over(settling, cap, i, members) for i, members in groups(settling.claims, cap)))


def _over(settling: Settling, cap: CapBound, i: int, members: Members) -> Any:
    if cap.kind == "count":
        return settling.passed(cap, i, members)
    left = settling.left(cap, i)
    if cap.kind == "limit":
        return total(settling.paid, members) > left
    months = [z3.Int(f"months.{j}") for j, _ in members]  # one that is paid in part counts
    needed: list[Any] = [number >= 1 for number in months]
    for number, (j, _) in zip(months, members, strict=True):
        for taken, _, unit in stipends(settling.claims[j]):
            needed.append(z3.Implies(taken, z3.Or(settling.paid[j] == 0, settling.paid[j] > unit * (number - 1))))
    paid = [z3.If(z3.And(same, settling.paid[j] > 0), n, 0) for n, (j, same) in zip(months, members, strict=True)]
    return z3.And(*needed, z3.Sum(paid) > left)


def _passed(program: Program, cap: CapBound, case: Case, answer: Assessment) -> bool:
    """By the engine's own answer, added up again."""
    if cap.limit is None:
        return False
    rules = {program.rules[at].id: program.rules[at] for at in cap.rules}
    sums: dict[tuple[Any, ...], list[Award]] = {}
    for award in answer.awards:
        if award.rule in rules and award.settled and award.settled.ceiling:
            sums.setdefault(tuple(key_of(program, cap.key, case, rules[award.rule], award)), []).append(award)
    return any(_more(program, cap, case, awards, rules) for awards in sums.values())


def _more(program: Program, cap: CapBound, case: Case, awards: list[Award], rules: dict[str, ProgramRule]) -> bool:
    assert cap.limit is not None
    ends = evaluate(cap.limit, known_facts(program, case, awards[0].item))
    if not isinstance(ends, tuple) or ends[1] is None or cap.kind == "units":
        return False
    if cap.kind == "count":
        names = {"item": lambda a: a.item, "year": lambda _: None}.get(
            cap.of or "", lambda a: (rules[a.rule].award, a.item)
        )
        return len(set(map(names, awards))) > ends[1]
    return sum(award.settled.ceiling or 0 for award in awards if award.settled) > ends[1]


def exclusive_both_paid(rules: Rules, seconds: float) -> Iterator[Finding]:
    """For every exclusion of this policy's awards."""
    program = rules.program
    for bound in program.exclusives:
        answer = _together(rules, bound, seconds)
        if answer:
            proved = Label(zh="从不同时支付两项。", en="Never are two of them paid together.")
            refuted = Label(zh="同时支付两项。", en="Two of them are paid together.")
            yield finding(program, TOGETHER.id, bound.path, answer, proved, refuted, "refuted", (), _scope(COPIES))


def _together(rules: Rules, bound: ExclusiveBound, seconds: float) -> Answer | None:
    """None where there are no two claims that it could exclude."""
    settling = settled(rules.program, bound.rules, COPIES)
    if settling is None:
        return Answer("undecided", note=TOO_WIDE)
    both = both_paid(settling, bound)
    refuting = [z3.Or(*both), *settling.laws]
    shows = partial(_both_paid, rules.program, bound)
    return search(rules, settling.world, refuting, shows, seconds) if both else None


def both_paid(settling: Settling, bound: ExclusiveBound) -> list[Any]:
    """By pair of claims that a bound excludes of each other: both are paid."""
    paid = settling.paid
    return [z3.And(paid[i] > 0, paid[j] > 0, same) for i, j, same in exclusive_pairs(settling.claims, bound)]


def _both_paid(program: Program, bound: ExclusiveBound, case: Case, answer: Assessment) -> bool:
    return any(
        one.settled and other.settled and one.settled.ceiling and other.settled.ceiling
        for one, other in compared_awards(program, bound, case, answer)
    )


EXCEEDED = Question(
    id="cap-exceeded",
    title=Label(zh="支付从不超过限额、合计限额、年度总额", en="No cap, joint cap or annual total is exceeded"),
    ask=cap_exceeded,
    safety=True,
)
TOGETHER = Question(
    id="exclusive-paid-together",
    title=Label(zh="互斥的奖补从不同时支付", en="Exclusive awards are never paid together"),
    ask=exclusive_both_paid,
    safety=True,
)
QUESTIONS = (EXCEEDED, TOGETHER)
