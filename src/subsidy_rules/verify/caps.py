"""Caps over several awards that never bind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import z3  # type: ignore[import-untyped]

from ..engine.assess import assess
from ..engine.compiled import CompiledPricer
from ..expr import Literal, evaluate, show
from ..model.assessment import Assessment
from ..model.case import Case
from ..model.program import CapBound, ExclusiveBound, Program, ProgramRule
from ..model.vocabulary import Label
from ..rules import Rules
from .finding import NO_HISTORY, TOO_WIDE, UNCONFIRMED, UNSETTLED, Finding, Question
from .search import Answer, finding, only_item, refuted, search
from .settling import Settling, attributes, groups, out_of_the_way, rivals, takes, total
from .solve import largest, model_of
from .terms import NOTHING, Term
from .witness import Application, award_of, certain, decided, known_facts, short, shown
from .world import World, raw_text, too_wide

MOST_ITEMS = 500  # of one kind, or earlier grants, in an example
MOST_COPIES = 8  # of one kind whose facts are open


def cap_never_binds(rules: Rules, seconds: float) -> Iterator[Finding]:
    """A cap never binds if what the other bounds leave never passes it, with as many items as one likes: then the same would be
    paid without it, if perhaps under another of two rules that exclude each other. (Pools that all applicants share, and
    limits whose figure is withheld, are not asked.)"""
    program = rules.program
    for cap in program.caps:
        if not (cap.pool or cap.unpublished):
            answer = _binds(rules, cap, seconds)
            figure = show(cap.limit) if cap.limit else ""
            proved = Label(zh=f"限额 {figure} 从不起作用。", en=f"The cap of {figure} never binds.")
            items = Counter(item["kind"] for item in answer.witness.get("items", ())) if answer.witness else {}
            figures = (("limit", figure), *((f"items: {kind}", str(n)) for kind, n in sorted(items.items())))
            says = partial(_says, figure, bool(answer.witness and "grants" in answer.witness))
            scope = NO_HISTORY if answer.verdict == "proved" else None
            yield finding(program, CAP.id, cap.path, answer, proved, says, "proved", figures, scope)


def _says(figure: str, earlier: bool, answer: Assessment) -> Label:
    if earlier:
        return Label(
            zh=f"限额 {figure} 只与既往奖补一起才起作用。",
            en=f"The cap of {figure} binds only together with earlier grants.",
        )
    return Label(zh=f"限额 {figure} 起作用。", en=f"The cap of {figure} binds.")


def _binds(rules: Rules, cap: CapBound, seconds: float) -> Answer:
    cuts = _Cuts(rules.program, cap)
    enough = copies_that_matter(rules.program, cap)
    if too_wide(cuts.decisive, enough or 1):
        return Answer("undecided", note=TOO_WIDE)
    answer = _search(rules, cap, cuts, enough or 1, seconds)
    if answer.verdict != "refuted" and not enough:
        repeated = (_repeated(rules, cap, cuts, rules.program.rules[at], seconds) for at in sorted(cap.rules))
        answer = next(
            filter(None, repeated), Answer("undecided", note=answer.note or "no example with one item repeated")
        )
    if answer.verdict != "refuted":
        answer = next(_with_history(rules, cap, cuts, seconds), answer)
    return answer


def copies_that_matter(program: Program, cap: CapBound) -> int | None:
    """How many items of each kind stand for all that can have awards under one key of a cap; None: there is no such number."""
    if "item" in cap.key or cap.of == "year":
        return 1
    if cap.kind == "count":  # of a set that passes it, one more than it allows do so as well
        return count_of(cap) + 1 if count_of(cap) < MOST_COPIES else None
    needed: Counter[str | None] = Counter()
    for at in cap.rules:
        rule = program.rules[at]
        most = 1 if rule.item is None else _most_items(program, rule)
        if most is None:
            return None
        needed[rule.item] += most
    return max(needed.values())


def _most_items(program: Program, rule: ProgramRule) -> int | None:
    """For how many items a rule can be paid at once, by an exclusion or count whose key holds no item and no facts."""
    for bound in program.exclusives_of[rule.index]:
        if not bound.levels and "item" not in bound.key and not attributes(bound.key):
            return 1
    counts = [
        count_of(cap)
        for cap in program.caps_of[rule.index]
        if cap.kind == "count"
        and not cap.unpublished
        and cap.of != "year"
        and "item" not in cap.key
        and not attributes(cap.key)
    ]
    return min(counts, default=None)


def count_of(cap: CapBound) -> int:
    """The number of a count, which is always a literal."""
    assert isinstance(cap.limit, Literal) and isinstance(cap.limit.value, int)
    return cap.limit.value


def _search(rules: Rules, cap: CapBound, cuts: _Cuts, copies: int, seconds: float) -> Answer:
    """First among applications in which no other rule comes into the way."""
    answer = Answer("undecided")
    world = World(rules.program, cuts.decisive, copies)
    worth = [z3.If(claim.match, claim.price.high, NOTHING) for claim in world.claims]
    settling = Settling(world, worth, apart_from=cap)
    over = [_over(settling, cap, i, group) for i, group in groups(world.claims, cap)]
    for apart in out_of_the_way(settling, cap.rules):
        refuting = [*settling.laws, z3.Or(*over), *apart]
        answer = search(rules, world, refuting, cuts, seconds)
        if answer.verdict == "refuted":
            return answer
    return Answer("undecided", note=UNSETTLED) if answer.note == UNCONFIRMED else answer


def _over(settling: Settling, cap: CapBound, i: int, members: list[tuple[int, Term]]) -> Any:
    """More comes under the cap than it allows."""
    if cap.kind == "count":
        return settling.passed(cap, i, members)
    left = settling.left(cap, i)
    if cap.kind == "units":
        months = [z3.If(c, takes(one), NOTHING) for c, one in zip(settling.chosen, settling.claims, strict=True)]
        return total(months, members) > left
    return total(settling.paid, members) > left


def lone(program: Program, rule: ProgramRule) -> tuple[World, int, list[Term]]:
    """A world with one item for a rule and its rivals, the place of its claim, and that nothing comes into its way."""
    world = World(program, [rule, *rivals(program, [rule])])
    (at,) = (i for i, claim in enumerate(world.claims) if claim.rule is rule)
    others = (claim for claim in world.claims if claim.rule is not rule and claim.rule.index != rule.rides_on)
    return world, at, [z3.Not(claim.match) for claim in others]


class _Cuts:
    """Does the cap lower what is paid, whatever else may be found out? The engine is asked with the cap and without it."""

    def __init__(self, program: Program, cap: CapBound) -> None:
        members = [program.rules[at] for at in cap.rules]
        self.decisive = [*members, *rivals(program, members)]
        self.program, self.without = program, without(program, cap)
        self.pricer = CompiledPricer(self.without)

    def __call__(self, case: Case, answer: Assessment) -> bool:
        return decided(answer, self.decisive) and paid(self.program, answer) != paid(
            self.program, assess(self.without, case, self.pricer)
        )


def paid(program: Program, answer: Assessment) -> tuple[Any, ...]:
    """What a choice is made by: the applicant's cash and all the rest, in both runs; and the awards without a figure that are
    excluded."""
    own = {rule.id for rule in program.rules if rule.own}
    sums = [0, 0, 0, 0]
    for award in answer.awards:
        if award.settled:
            at = 0 if award.rule in own else 2
            sums[at] += award.settled.assured
            sums[at + 1] += award.settled.ceiling or 0
    barred = {
        (award.rule, award.item) for award in answer.awards if award.settled is None and award.status == "excluded"
    }
    return (*sums, barred)


def without(program: Program, bound: CapBound | ExclusiveBound) -> Program:
    """The program without a bound."""
    return replace(
        program,
        caps=tuple(one for one in program.caps if one is not bound),
        caps_of=tuple(tuple(one for one in some if one is not bound) for some in program.caps_of),
        exclusives=tuple(one for one in program.exclusives if one is not bound),
        exclusives_of=tuple(tuple(one for one in some if one is not bound) for some in program.exclusives_of),
    )


def _repeated(rules: Rules, cap: CapBound, cuts: _Cuts, rule: ProgramRule, seconds: float) -> Answer | None:
    """One item with the largest award, as often as it takes."""
    program = rules.program
    if rule.item is None or rule.unquantified:
        return None
    world, at, alone = lone(program, rule)
    worth = [z3.If(claim.match, claim.price.high, NOTHING) for claim in world.claims]
    settling = Settling(world, worth, apart_from=cap)
    model = largest(settling.paid[at], [*world.legal, *settling.laws, *alone, settling.chosen[at]], seconds)
    if isinstance(model, str):
        return None
    value = model.eval(settling.paid[at], model_completion=True).as_long()
    limit = model.eval(settling.left(cap, at), model_completion=True).as_long()
    times = limit + 1 if cap.kind == "count" else limit // value + 1 if value else 0
    if not 0 < times <= MOST_ITEMS:
        return None
    application: Application = world.application(model)
    one = partial(_brings, rule, value)
    if shown(rules, application, one):
        application = short(rules, application, one)
    many = copied(application, times)
    if not shown(rules, many, cuts):
        return None
    return Answer("refuted", many, rules.assess(many))


def _with_history(rules: Rules, cap: CapBound, cuts: _Cuts, seconds: float) -> Iterator[Answer]:
    """Examples in which earlier grants have used the cap up, where the engine cuts."""
    program = rules.program
    for at in sorted(cap.rules):
        rule = program.rules[at]
        world, place, alone = lone(program, rule)
        claim = world.claims[place]
        due = [] if rule.unquantified else [claim.price.high > 0]
        model = model_of([*world.legal, *alone, claim.match, *due], seconds)
        claimed = partial(_claimed, rule, [rule, *rivals(program, [rule])])
        if isinstance(model, str) or not shown(rules, world.application(model), claimed):
            continue
        application = short(rules, world.application(model), claimed)
        for earlier in sorted(cap.rules, key=lambda index: (index != at, index)):
            grants = _used_up(program, cap, program.rules[earlier], rule, rules.admit(application))
            with_grants = {**application, "grants": grants}
            if grants and shown(rules, with_grants, cuts):
                yield refuted(rules, with_grants, cuts)


def _claimed(rule: ProgramRule, those: Sequence[ProgramRule], case: Case, answer: Assessment) -> bool:
    award = award_of(answer, rule.id, only_item(rule))
    due = award is not None and (rule.unquantified or (award.due is not None and award.due.ceiling))
    return award is not None and award.status != "ineligible" and bool(due) and decided(answer, those)


def _used_up(
    program: Program, cap: CapBound, earlier: ProgramRule, rule: ProgramRule, case: Case
) -> list[dict[str, Any]]:
    """Grants of a rule that leave nothing of a cap for the one item of another; none where it can't be so."""
    facts = known_facts(program, case, only_item(rule))
    ends = evaluate(cap.limit, facts) if cap.limit else None
    missing = any(facts.get(name) is None for name in attributes(cap.key))
    if not isinstance(ends, tuple) or ends[1] is None or missing or ("item" in cap.key and earlier.item != rule.item):
        return []
    full, year = int(ends[1] // 1), case.year - (0 if "year" in cap.key else 1)
    item = only_item(rule) if "item" in cap.key else f"earlier-{earlier.item}"
    grant: dict[str, Any] = {"policy": program.policies[earlier.policy].id, "rule": earlier.id, "amount": "1元"}
    grant |= {"year": str(year)} | ({"item": item} if earlier.item else {})
    if attributes(cap.key):
        grant["attributes"] = {name: str(facts[name]) for name in attributes(cap.key)}
    if cap.kind == "limit":
        return [grant | {"amount": raw_text("money", full)}]
    if cap.kind == "units":
        return [grant | {"units": str(full)}]
    if full > MOST_ITEMS:
        return []
    if cap.of == "year":
        return [grant | {"year": str(year - n)} for n in range(full)]
    return [grant | {"item": f"{item}-{n}"} for n in range(full)] if earlier.item else []


def _brings(rule: ProgramRule, value: int, case: Case, answer: Assessment) -> bool:
    award = award_of(answer, rule.id, f"{rule.item}-1")
    return award is not None and certain(award) and award.settled is not None and award.settled.ceiling == value


def copied(application: Application, times: int) -> dict[str, Any]:
    """With every item so many times."""
    items: list[Mapping[str, Any]] = [
        {**item, "id": f"{item['kind']}-{n}"} for item in application.get("items", ()) for n in range(1, times + 1)
    ]
    return {**application, "items": items}


CAP = Question(id="cap-never-binds", title=Label(zh="限额从不起作用", en="The cap never binds"), ask=cap_never_binds)
QUESTIONS = (CAP,)
