"""One project or contract split in two: does it ever pay more?

What can be divided is divided: sums of money and what an award counts, such as landings. Everything else is the same for
both parts. Whether a thing can be divided at all, the text and common sense say: a unit price cannot.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial, reduce

import z3  # type: ignore[import-untyped]

from ..advice.parts import Only
from ..expr import Literal as Constant
from ..expr import facts
from ..model.assessment import Assessment
from ..model.case import Case, CaseItem
from ..model.program import CapBound, ProgramRule
from ..model.vocabulary import Label
from ..money import format_units
from ..rules import Rules
from .curve import meter, paid
from .finding import TIMEOUT, UNCONFIRMED, Finding, Question, Verdict
from .quantity import alone
from .search import UNDECIDED, rule_path
from .solve import model_of
from .terms import Values, greatest, least, whole
from .witness import Application, award_of, certain, short, shown
from .world import World, raw_text, trees


def splitting_never_pays_more(rules: Rules, seconds: float) -> Iterator[Finding]:
    """One finding for each rule that reads something of its item that can be divided."""
    for rule in rules.program.rules:
        divided = divisible(rules, rule)
        if divided:
            yield _Split(rules, rule, divided).finding(seconds)


def divisible(rules: Rules, rule: ProgramRule) -> tuple[str, ...]:
    """Sums of money of the item, and what its award counts; not the months or years of a stipend."""
    if rule.item is None or rule.unquantified:
        return ()
    limits = [cap.limit for cap in rules.program.caps_of[rule.index] if cap.limit]
    read = {name for tree in (*trees(rule), *limits) for name in facts(tree)}
    found = []
    for name in sorted(read & rules.program.item_facts[rule.item].keys()):
        uses = rules.readers.uses[rule.item, name]
        counted = uses.type.kind == "count" and uses.base and not any(branch.units for branch in rule.branches)
        if uses.type.kind == "money" or counted:
            found.append(name)
    return tuple(found)


@dataclass
class _Split:
    rules: Rules
    rule: ProgramRule
    divided: tuple[str, ...]

    def finding(self, seconds: float) -> Finding:
        alone = self._model([self.rule], seconds)
        if alone == "none":
            return self._told("proved", Label(zh="拆成两份，所得不增。", en="Split in two it never pays more."))
        if alone == "timeout":
            return self._told("undecided", UNDECIDED, note=TIMEOUT)
        connected = [self.rules.program.rules[at] for at in sorted(self.rules.readers.parts[self.rule.index])]
        for claimed, quiet in ((True, True), (True, False), (False, True), (False, False)):
            found = self._model(connected, seconds, claimed, quiet)
            if isinstance(found, str):
                continue
            application, unequal = found
            for parts in ({}, unequal):  # two equal halves are the plainer example
                if shown(self.rules, application, partial(self._pays_in_all, parts)):
                    return self._refuted(application, parts)
        return self._told("undecided", UNDECIDED, note=UNCONFIRMED)

    # The solver

    def _model(
        self, chosen: Sequence[ProgramRule], seconds: float, claimed: bool = False, quiet: bool = False
    ) -> tuple[Application, Mapping[str, int]] | str:
        """An application and the first part of each fact. `claimed`: in which the rule can be claimed for the whole as well,
        not only for its parts; `quiet`: in which no other of the chosen rules can be claimed."""
        world = World(self.rules.program, chosen)
        claim = next(one for one in world.claims if one.rule is self.rule)
        assert claim.item
        values = claim.item.values
        first = {name: z3.Int(f"first.{name}") for name in self.divided}
        second = {name: values[name] - first[name] for name in self.divided}
        wanted = [*self._parts(world, values, first), *self._parts(world, values, second)]
        wanted += [claim.match] if claimed else world.in_force(self.rule, values)
        wanted.append(z3.Or(*(z3.And(first[name] > 0, second[name] > 0) for name in self.divided)))
        wanted.append(self._two(values, first, second) > self._one(values))
        if quiet:
            wanted += [z3.Not(one.match) for one in world.claims if one.rule is not self.rule]
        found = model_of([*world.legal, *wanted], seconds)
        if isinstance(found, str):
            return found
        parts = {name: found.eval(term, model_completion=True).as_long() for name, term in first.items()}
        return world.application(found), parts

    def _parts(self, world: World, values: Values, part: Values) -> list[z3.BoolRef]:
        """The legal ranges, for a part."""
        return [z3.substitute(legal, *((values[name], part[name]) for name in self.divided)) for legal in world.legal]

    def _one(self, values: Values) -> z3.ArithRef:
        return alone(self.rule, values, self._caps)

    def _two(self, values: Values, first: Values, second: Values) -> z3.ArithRef:
        """Each under the limits on it alone, both under those that they share."""
        own = [cap for cap in self._caps if "item" in cap.key]
        shared = [cap for cap in self._caps if "item" not in cap.key]
        a, b = (alone(self.rule, {**values, **part}, own) for part in (first, second))
        both = greatest(a, b) if self._alternative else a + b
        limits = (whole(cap.limit, values) for cap in shared if cap.kind == "limit" and cap.limit is not None)
        return reduce(least, limits, both)

    @property
    def _caps(self) -> tuple[CapBound, ...]:
        return self.rules.program.caps_of[self.rule.index]

    @property
    def _alternative(self) -> bool:
        """Only one of both parts is paid."""
        counts = [cap for cap in self._caps if cap.kind == "count" and cap.of != "year" and "item" not in cap.key]
        once = any(isinstance(cap.limit, Constant) and cap.limit.value == 1 for cap in counts)
        bounds = self.rules.program.exclusives_of[self.rule.index]
        return once or any("item" not in bound.key for bound in bounds if not bound.levels)

    # The engine

    def _pays(self, parts: Mapping[str, int], case: Case, answer: Assessment) -> bool:
        """Both awards together are more than the one; nothing that decides about it is left open."""
        item = next((item for item in case.items if item.kind == self.rule.item), None)
        award = award_of(answer, self.rule.id, item.id) if item else None
        if item is None or award is None or not certain(award):
            return False
        divided = self._divided(case, item, parts)
        return divided is not None and self._amount(divided) > self._amount(case)

    def _pays_in_all(self, parts: Mapping[str, int], case: Case, answer: Assessment) -> bool:
        """So does everything that is connected with it."""
        if not self._pays(parts, case, answer):
            return False
        item = next(item for item in case.items if item.kind == self.rule.item)
        divided = self._divided(case, item, parts)
        only = Only(self.rules.pricer, self.rules.readers.parts[self.rule.index])
        once, twice = (paid(self.rules, one, only, meter(self.rule))[1] for one in (case, divided) if one)
        return twice > once

    def _amount(self, case: Case) -> int:
        """What the rule pays in the end, in the run of the ceilings."""
        awards = self.rules.assess(case).awards
        settled = [award.settled for award in awards if award.rule == self.rule.id and award.settled]
        return sum(one.ceiling or 0 for one in settled)

    def _divided(self, case: Case, item: CaseItem, parts: Mapping[str, int]) -> Case | None:
        """The case with two items in the place of one; None where a part would be less than nothing."""
        slots = self.rules.program.slots[item.kind]
        first, second = list(item.values), list(item.values)
        for name in self.divided:
            total = item.values[slots[name]]
            if total is None:
                return None
            part = parts.get(name, total // 2)
            first[slots[name]], second[slots[name]] = part, total - part
        low = [self.rules.program.item_facts[item.kind][name].range[0] for name in self.divided]
        if any(
            values[slots[name]] < least_
            for values in (first, second)
            for name, least_ in zip(self.divided, low, strict=True)
        ):
            return None
        others = tuple(other for other in case.items if other is not item)
        two = (
            replace(item, id=f"{item.id}-a", values=tuple(first)),
            replace(item, id=f"{item.id}-b", values=tuple(second)),
        )
        return replace(case, items=(*others, *two))

    def _refuted(self, application: Application, parts: Mapping[str, int]) -> Finding:
        witness = short(self.rules, application, partial(self._pays, parts))
        case = self.rules.admit(witness)
        item = next(item for item in case.items if item.kind == self.rule.item)
        divided = self._divided(case, item, parts)
        assert divided is not None
        once, twice = format_units(self._amount(case)), format_units(self._amount(divided))
        slots, declared = self.rules.program.slots[item.kind], self.rules.program.item_facts[item.kind]
        shares = []
        for name in self.divided:
            values = [one.values[slots[name]] for one in (item, *divided.items[-2:])]
            total, first, second = (raw_text(declared[name].kind, value) for value in values)
            shares.append((name, f"{total} = {first} + {second}"))
        figures = (("whole", once), ("split", twice), *shares)
        said = "; ".join(f"{name} {share}" for name, share in shares)
        zh = f"拆成两份（{said}），所得由 {once} 增至 {twice}。"
        en = f"Split in two ({said}) it pays {twice} instead of {once}."
        return self._told("refuted", Label(zh=zh, en=en), witness, figures)

    def _told(
        self, verdict: Verdict, says: Label, witness: Application | None = None,
        figures: tuple[tuple[str, str], ...] = (), note: str = "",
    ) -> Finding:  # fmt: skip
        path = rule_path(self.rules.program, self.rule)
        return Finding(
            question=SPLIT.id,
            policy=path.partition("/")[0],
            subject=path,
            article=self.rules.program.articles[path],
            verdict=verdict,
            notable=verdict != "proved",
            says=says,
            witness=witness,
            figures=figures or (("divided", ", ".join(self.divided)),),
            scope=SCOPE,
            note=note,
        )


SCOPE = Label(
    zh="单独一项奖补，连同其限额，无既往奖补；可分的事实分成两份，其余相同",
    en=(
        "one award by itself, under its limits, without earlier grants; what can be divided is divided, all else is the same"
    ),
)
SPLIT = Question(
    id="splitting-never-pays-more",
    title=Label(zh="一个项目拆成两个，所得不增", en="Splitting one project in two never pays more"),
    ask=splitting_never_pays_more,
)
QUESTIONS = (SPLIT,)
