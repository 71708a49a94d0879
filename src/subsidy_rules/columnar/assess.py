"""`assess_table`: a program over tables of applicants and items, block by block; then what all of them share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

import numpy as np
import pyarrow as pa

from ..engine.bounds import lowered
from ..engine.claims import Claim
from ..engine.compiled import CompiledPricer
from ..engine.plan import Plan
from ..errors import Problem, ProblemsError
from ..expr import Literal, facts
from ..model.case import Case, CaseItem
from ..model.program import CapBound, Program
from .allocation import Allocation, Shares, allocate
from .codes import CODES
from .components import Components
from .demand import Demands, bounding, claims_on, shared_bounds
from .fallback import Part, Single, settle
from .frame import Block
from .gathered import Gathered
from .output import pools_table, questions_table, with_ids
from .population import Given, Population, read_population
from .prices import Prices, TooLarge
from .quantity import Array
from .settle import Settler
from .settled import Settled, demands_of, finished, settled
from .sheets import Sheets

BLOCK = 65_536  # applicants that are settled at a time


@dataclass(frozen=True, slots=True)
class Tables:
    """The answers for a population. `by_engine`: applicants of whom the engine settled a part."""

    awards: pa.Table
    totals: pa.Table
    pools: pa.Table
    questions: pa.Table
    by_engine: int


@dataclass(frozen=True, slots=True)
class Setting:
    """What holds for everybody. `parameters`: what is left of a pool, or a figure that a text withholds, in fen or places."""

    year: int
    day: date | None = None
    published: Mapping[str, date] = field(default_factory=dict)
    parameters: Mapping[str, int] = field(default_factory=dict)


def assess_table(program: Program, given: Given, setting: Setting, block: int = BLOCK) -> Tables:
    """Who gets what, for a whole population, to the fen what `assess_all` says; `block` applicants at a time. Raises
    ProblemsError."""
    population = read_population(program, given)
    assessor = Assessor(program, setting)
    with counted():
        found, demands = assessor.settle(population, block)
        allocation = assessor.allocate([demands])
        awards, totals = map(with_ids, assessor.finish(found, allocation.shares[0]))
        pools, questions = pools_table(allocation.ids, allocation.rows), questions_table(program, found.questions)
        return Tables(awards, totals, pools, questions, found.by_engine)


@contextmanager
def counted() -> Iterator[None]:
    """An amount beyond what can be counted is a problem like any other."""
    try:
        yield
    except TooLarge as error:
        raise ProblemsError([Problem("", 0, 0, "SR712", "", CODES["SR712"].en, str(error))]) from None


def _with_figures(program: Program, figures: Mapping[str, int]) -> Program:
    """With limits as they are given, so that the plan knows that they bound."""
    given = {
        cap.path: replace(
            cap, limit=Literal("money" if cap.kind == "limit" else "count", figures[cap.path]), unpublished=False
        )
        for cap in program.caps
        if cap.path in figures
    }
    caps_of = tuple(tuple(given.get(cap.path, cap) for cap in caps) for caps in program.caps_of)
    return replace(program, caps=tuple(given.get(cap.path, cap) for cap in program.caps), caps_of=caps_of)


class Assessor:
    """One compiled plan, applied block by block; then the pools are shared."""

    def __init__(self, program: Program, setting: Setting) -> None:
        self.program, self.setting = program, setting
        apart = {rule for bound in shared_bounds(program) for rule in bound.rules}
        self.plan = Plan(_with_figures(program, self._limits), apart, checked=True)
        self.components = Components(self.plan)
        self.gathered = Gathered(program)
        self.objects: list[Single] = []  # applicants with claims for objects that are paid once
        self.by_engine = 0

    @cached_property
    def pricer(self) -> CompiledPricer:
        """Of the engine, when it is first needed."""
        return CompiledPricer(self.program)

    def settle(self, population: Population, block: int = BLOCK) -> tuple[Settled, Demands]:
        """Each applicant by himself, and what they ask of what all share."""
        return self._settled(population, block, frozenset(range(len(self.program.rules))))

    def ask(self, population: Population, block: int = BLOCK) -> Demands:
        """The same demands, of which only the rules that they depend on are settled."""
        return self._settled(population, block, self.sharing)[1]

    def _settled(self, population: Population, block: int, rules: frozenset[int]) -> tuple[Settled, Demands]:
        self.gathered, self.objects, self.by_engine = Gathered(self.program), [], 0
        told, touched = self.components.told(population.history)
        here = np.array([bool(mine & rules) for mine in self.components.rules])[touched]
        for part in population.blocks(block, self.setting.year, self.setting.day, self.setting.published):
            self._settle(part, rules, told[here], touched[here])
        found = settled(population, self.gathered, self.objects, self.by_engine, self._pooled)
        return found, demands_of(self.program, self.setting.year, self.setting.parameters, population, found)

    @cached_property
    def _pooled(self) -> frozenset[int]:
        """Rules under a pool that bounds."""
        return frozenset[int]().union(*(cap.rules for cap in bounding(self.program, self.setting.parameters)))

    @cached_property
    def sharing(self) -> frozenset[int]:
        """Rules that decide what is asked of what all share."""
        asked = self._pooled.union(*(bound.rules for bound in shared_bounds(self.program)))
        found = {int(self.components.of_rule[rule]) for rule in asked}
        return frozenset[int]().union(*(self.components.rules[one] for one in found))

    @cached_property
    def asked(self) -> dict[str | None, frozenset[str]]:
        """The facts that they read, by kind of item; None: the applicant's."""
        read: set[str] = set()
        for at in self.sharing:
            asked = self.program.asked[at]
            ranks = (facts(cap.rank_by) for cap in self.program.caps_of[at] if cap.rank_by is not None)
            read = read.union(asked.rest, asked.day, *asked.conditions, *ranks)
        kinds = {self.program.rules[at].item for at in self.sharing} - {None}
        found: dict[str | None, frozenset[str]] = {None: frozenset(read & self.program.applicant_facts.keys())}
        return found | {kind: frozenset(read & self.program.item_facts[kind].keys()) for kind in kinds if kind}

    def allocate(self, demands: Sequence[Demands]) -> Allocation:
        """What all share, from the demands of all partitions."""
        return allocate(self.program, self.setting.year, self.setting.parameters, demands)

    def finish(self, found: Settled, shares: Shares) -> tuple[pa.Table, pa.Table]:
        """Awards and totals of a partition with its shares; ids are numbers into a dictionary."""
        return finished(self.program, self.pricer, found, shares)

    def _settle(self, block: Block, rules: frozenset[int], told: Array, touched: Array) -> None:
        """One block, of some rules. `told`, `touched`: applicants of the population, and components that the engine settles for
        them."""
        hard = np.zeros((block.applicants.rows, len(self.components.rules)), dtype=bool, order="F")
        here = slice(*np.searchsorted(told, [block.start, block.start + block.applicants.rows]))
        hard[told[here] - block.start, touched[here]] = True
        prices = Prices(block, self._limit)
        plain = []
        for rule in self.program.rules:
            claims = prices.of(rule) if rule.index in rules else None
            if claims is not None:
                left_out = hard[:, self.components.of_rule[rule.index]]
                if rule.index in self.plan.odd:
                    left_out[claims.who] = True
                else:
                    plain.append(claims.without(left_out) if left_out.any() else claims)
        sheets = Sheets.of(plain)
        plain.clear()  # all of it is in the sheets
        low, high = Settler(self.plan, prices, sheets, hard, self.components, self._barred).settle()
        singles = self._by_engine(block, hard)
        self.gathered.add_block(block, sheets, low, high, self._kept(sheets, hard), singles, self.pricer)
        self.objects += [single for single in singles if claims_on(self.program, single)]
        self.by_engine += len(singles)

    def _kept(self, sheets: Sheets, hard: Array) -> Array:
        """Claims that the engine need not settle."""
        keep = np.ones(len(sheets.who), dtype=bool)
        for component in np.flatnonzero(hard.any(axis=0)):
            for rule in self.components.rules[component] & sheets.spans.keys():
                span = slice(*sheets.spans[rule])
                keep[span] = ~hard[sheets.who[span], component]
        return keep

    def _by_engine(self, block: Block, hard: Array) -> list[Single]:
        """What is hard, each applicant with the rules of his hard components."""
        rows = np.flatnonzero(hard.any(axis=1))
        patterns, number = np.unique(np.packbits(hard[rows], axis=1), axis=0, return_inverse=True)
        parts = []
        for pattern in patterns:
            components = np.flatnonzero(np.unpackbits(pattern, count=hard.shape[1]))
            rules = frozenset[int]().union(*(self.components.rules[one] for one in components))
            parts.append(Part(self.program, rules))
        mine = [parts[at] for at in number.reshape(-1)]
        return list(settle(self.program, self.pricer, mine, block, rows, self._limits))

    @cached_property
    def _barred(self) -> dict[int, str]:
        """By rule: the exclusion by which an earlier grant that nobody told may bar it."""
        case = Case("", (), (), self.setting.year, None, complete=False)
        found = {}
        for rule in self.program.rules:
            if rule.index not in self.plan.odd:
                known = tuple(self.program.item_facts[rule.item]) if rule.item else ()  # whatever its facts are
                item = CaseItem("", rule.item, known, frozenset()) if rule.item else None
                _, steps = lowered(self.program, Claim(0, rule, item, "", known, True, 1, 1, None), case, "low")
                if steps:
                    found[rule.index] = steps[0].bound
        return found

    @cached_property
    def _limits(self) -> dict[str, int]:
        """Figures that the texts withhold; what is left of a pool concerns everybody, and comes at the end."""
        pools = {cap.path for cap in self.program.caps if cap.pool}
        return {path: figure for path, figure in self.setting.parameters.items() if path not in pools}

    def _limit(self, cap: CapBound) -> int | None:
        return self._limits.get(cap.path)
