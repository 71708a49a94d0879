"""One rule and one quantity that decides about it: what the rule pays at two values, everything else the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import z3  # type: ignore[import-untyped]

from ..advice.changes import written
from ..advice.probe import Place
from ..expr import QUANTITIES, facts
from ..model.assessment import Assessment, Award
from ..model.case import Case
from ..model.program import CapBound, ProgramRule
from ..model.vocabulary import Label
from ..money import RATE_SCALE, format_units
from ..rules import Rules
from .curve import Change, Curve, curve, meter, with_fact
from .finding import Finding, Verdict
from .search import rule_path
from .solve import Outcome, model_of
from .terms import NOTHING, Term, Values, least, price, whole
from .witness import Application, award_of, certain, replaced, short
from .world import World, WorldClaim, raw_text, trees

PLAIN = 10**6  # fen: an award of less than 10000 yuan makes a poor example
Relation = Callable[[Term, Term, Term, Term], Any]  # a value, what it pays, another value, what that pays


def quantities(rules: Rules, rule: ProgramRule) -> list[str]:
    """The quantities that decide whether or how much a rule pays; none for a rule without a figure."""
    if rule.unquantified:
        return []
    limits = [cap.limit for cap in rules.program.caps_of[rule.index] if cap.limit]
    read = {name for tree in (*trees(rule), *limits) for name in facts(tree)}
    return sorted(
        name for name in read if rules.readers.uses[rules.readers.named(rule.item, name)].type.kind in QUANTITIES
    )


def alone(rule: ProgramRule, values: Values, caps: Iterable[CapBound], end: str = "high") -> z3.ArithRef:
    """What a rule pays for one item if it is the only claim: an end of its price under some limits."""
    priced = price(rule, values)
    amount: z3.ArithRef = getattr(priced, end)
    for cap in caps:
        if cap.limit is None or cap.kind == "count":
            continue
        figure = whole(cap.limit, values)
        if cap.kind == "limit":
            amount = least(amount, figure)
            continue
        for taken, branch in zip(priced.taken, rule.branches, strict=True):  # so many months, at what one of them pays
            if branch.unit:
                unit = whole(branch.unit[end == "high"], values)
                amount = z3.If(taken, least(amount, figure * unit), amount)
    return amount


def known(claim: WorldClaim, world: World) -> Values:
    """All facts that a claim may read."""
    return claim.item.values if claim.item else world.applicant


def example(
    rules: Rules, rule: ProgramRule, seconds: float, more: Callable[[World, Values], list[Any]]
) -> Application | None:
    """An application in which a rule can be claimed and that is as asked for. All facts of the rules that a bound connects with
    it are stated, and none of those can be claimed, where that is possible."""
    world = World(rules.program, [rules.program.rules[at] for at in sorted(rules.readers.parts[rule.index])])
    mine = next(claim for claim in world.claims if claim.rule is rule)
    values = known(mine, world)
    amount = alone(rule, values, rules.program.caps_of[rule.index])
    wanted = [*world.legal, mine.match, amount > NOTHING, *more(world, values)]
    quiet = [z3.Not(claim.match) for claim in world.claims if claim is not mine]
    for extra in ([*quiet, amount >= PLAIN], quiet, [amount >= PLAIN], []):
        found = model_of([*wanted, *extra], seconds)
        if not isinstance(found, str):
            return world.application(found)
    return None


@dataclass(frozen=True)
class Quantity:
    """`fact` as `rule` reads it: of the rule's item, else of the applicant. `usual`: no rate that an application states is
    above 100 %."""

    rules: Rules
    rule: ProgramRule
    fact: str
    seconds: float
    usual: bool = False

    def _kind(self, name: str) -> str:
        item = self.rules.program.item_facts[self.rule.item] if self.rule.item else {}
        return (item.get(name) or self.rules.program.applicant_facts[name]).kind

    @property
    def label(self) -> Label:
        return self.rules.readers.declared(self.rules.readers.named(self.rule.item, self.fact)).label

    @property
    def kind(self) -> str:
        return self._kind(self.fact)

    def possible(self, relation: Relation) -> Outcome:
        """Whether two values can be so related, whatever the other facts are."""
        world = World(self.rules.program, [self.rule])
        return model_of([*world.legal, *self._related(relation, world, known(world.claims[0], world))], self.seconds)

    def _related(self, relation: Relation | None, world: World, values: Values) -> list[Any]:
        if relation is None:
            return []
        one, other = values[self.fact], z3.Int(f"{world.tag}other.{self.fact}")
        caps = self.rules.program.caps_of[self.rule.index]
        ends = ("high", "low") if self.rule.bound == "range" else ("high",)  # else the low end is the same, or nothing
        pairs = [[alone(self.rule, {**values, self.fact: value}, caps, end) for value in (one, other)] for end in ends]
        legal = [z3.substitute(term, (one, other)) for term in world.legal]
        rates = [name for name in values if self._kind(name) == "rate"]
        usual = [values[name] <= RATE_SCALE for name in rates] if self.usual else []
        return [*legal, *usual, z3.Or(*(relation(one, pays, other, then) for pays, then in pairs))]

    def drawn(self, relation: Relation | None = None) -> tuple[Curve, Application] | None:
        """The curve of an application of which two values are so related."""
        found = example(self.rules, self.rule, self.seconds, partial(self._related, relation))
        if found is None:
            return None
        case = self.rules.admit(found)
        return curve(self.rules, case, self.place(case), meter(self.rule)), found

    def place(self, case: Case) -> Place:
        kind, name = self.rules.readers.named(self.rule.item, self.fact)
        return next(item.id for item in case.items if item.kind == kind) if kind else None, name

    def witness(self, application: Application, place: Place, change: Change) -> Application:
        """The shortest application at the value before a change that shows it."""
        ids = [item["id"] for item in application.get("items", ())]
        at = (ids.index(place[0]) if place[0] else -1, place[1])
        before = replaced(application, at, raw_text(self.kind, change.first))
        return short(self.rules, before, partial(self._shows, place, change))

    def _shows(self, place: Place, change: Change, case: Case, answer: Assessment) -> bool:
        """Nothing that decides about the award is left open, and it changes so much."""
        slot = self.rules.program.slots[self.rules.readers.named(self.rule.item, self.fact)[0]][self.fact]
        if place[0] is not None and place[0] not in {item.id for item in case.items}:
            return False
        if with_fact(case, place, slot, change.first) != case:
            return False
        item = place[0] if place[0] else next((item.id for item in case.items if item.kind == self.rule.item), None)
        after = self.rules.assess(with_fact(case, place, slot, change.last))
        awards = [award_of(one, self.rule.id, item if self.rule.item else None) for one in (answer, after)]
        amounts = [_amount(award, change) for award in awards]
        wanted = change.after - change.before
        return None not in amounts and (amounts[1] - amounts[0]) * wanted >= wanted * wanted  # type: ignore[operator]

    def finding(
        self, question: str, verdict: Verdict, says: Label, witness: Mapping[str, Any] | None = None,
        changes: tuple[Change, ...] = (), notable: bool = False, note: str = "",
    ) -> Finding:  # fmt: skip
        path = rule_path(self.rules.program, self.rule)
        name = "cliff" if changes and changes[0].after < changes[0].before else "leap"
        return Finding(
            question=question,
            policy=path.partition("/")[0],
            subject=path,
            article=self.rules.program.articles[path],
            verdict=verdict,
            notable=notable,
            says=says,
            witness=witness,
            figures=(("fact", self.fact), *((name, _figure(self.kind, change)) for change in changes)),
            scope=USUAL if self.usual else SCOPE,
            note=note,
        )


SCOPE = Label(
    zh="单独一项奖补，连同其限额，无既往奖补", en="one award by itself, under its limits, without earlier grants"
)
USUAL = Label(zh=SCOPE.zh + "；所填比例不超过100%", en=SCOPE.en + "; no stated rate above 100 %")


def _amount(award: Award | None, change: Change) -> int | None:
    if award is None or not certain(award):
        return None
    if award.settled is None:
        return 0
    return award.settled.assured if change.run == "low" else award.settled.ceiling


def _figure(kind: str, change: Change) -> str:
    values = f"{written(kind, change.first)} → {written(kind, change.last)}"
    return f"{values}: {format_units(change.before)} → {format_units(change.after)}"
