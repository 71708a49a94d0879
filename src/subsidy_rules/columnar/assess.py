"""`assess_table`: a program over tables of applicants and items, block by block; then what all of them share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

import numpy as np
import pyarrow as pa

from ..engine.allocate import shared_objects
from ..engine.bounds import lowered
from ..engine.claims import Claim
from ..engine.compiled import CompiledPricer
from ..engine.plan import Plan
from ..errors import Problem, ProblemsError
from ..expr import Literal
from ..model.case import Case
from ..model.program import CapBound, Program
from .codes import CODES
from .components import Components
from .fallback import Only, Single, settle
from .frame import Block
from .gathered import Gathered
from .output import awards_table, pools_table, totals_table
from .pools import Left, share_of
from .population import Given, Population, read_population
from .prices import Prices, TooLarge
from .quantity import Array
from .settle import HIGH, LOW, Settler
from .sheets import Sheets
from .whole import NO_KEY, PoolRow, Whole
from .whole import Claims as PoolClaims

BLOCK = 65_536  # applicants that are settled at a time


@dataclass(frozen=True, slots=True)
class Tables:
    """The answers for a population. `by_engine`: applicants of whom the engine settled a part."""

    awards: pa.Table
    totals: pa.Table
    pools: pa.Table
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
    try:
        return assessor.assess(population, block)
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
        self.pricer = CompiledPricer(program)
        shared = [b for b in program.exclusives if not b.levels and not {"applicant", "item"} & set(b.key)]
        apart = {rule for bound in shared for rule in bound.rules}
        self.plan = Plan(_with_figures(program, self._limits), apart, overlaps_checked=True)
        self.components = Components(self.plan)
        self.gathered = Gathered(program)
        self.singles: list[Single] = []

    def assess(self, population: Population, block: int) -> Tables:
        told = self.components.told(population.history)
        for part in population.blocks(block, self.setting.year, self.setting.day, self.setting.published):
            self._settle(part, *told)
        return self._finish(population)

    def _settle(self, block: Block, told: Array, touched: Array) -> None:
        """One block. `told`, `touched`: applicants of the population, and components that the engine settles for them."""
        hard = np.zeros((block.applicants.rows, len(self.components.rules)), dtype=bool)
        here = slice(*np.searchsorted(told, [block.start, block.start + block.applicants.rows]))
        hard[told[here] - block.start, touched[here]] = True
        prices = Prices(block, self._limit)
        plain = []
        for rule in self.program.rules:
            claims = prices.of(rule)
            if claims is not None:
                component = self.components.of_rule[rule.index]
                if rule.index in self.plan.odd:
                    hard[claims.who, component] = True
                else:
                    plain.append(claims.without(hard[:, component]))
        sheets = Sheets.of(plain)
        low, high = Settler(self.plan, prices, sheets, hard, self.components, self._barred).settle()
        keep = ~hard[sheets.who, self.components.of_rule[sheets.rule]]
        if not keep.all():
            sheets, low, high = sheets.taken(keep), low.taken(keep), high.taken(keep)
        self.gathered.add_block(block, sheets, low, high)
        self._by_engine(block, hard)

    def _by_engine(self, block: Block, hard: Array) -> None:
        """What is hard, each applicant with the rules of his hard components."""
        rows = np.flatnonzero(hard.any(axis=1))
        patterns, number = np.unique(np.packbits(hard[rows], axis=1), axis=0, return_inverse=True)
        pricers = []
        for pattern in patterns:
            components = np.flatnonzero(np.unpackbits(pattern, count=hard.shape[1]))
            rules = frozenset[int]().union(*(self.components.rules[one] for one in components))
            pricers.append(Only(self.program, self.pricer, rules))
        mine = [pricers[at] for at in number.reshape(-1)]
        self.singles += settle(self.program, mine, block, rows, self._limits)

    @cached_property
    def _barred(self) -> dict[int, str]:
        """By rule: the exclusion by which an earlier grant that nobody told may bar it."""
        case = Case("", (), (), self.setting.year, None, complete=False)
        found = {}
        for rule in self.program.rules:
            if rule.index not in self.plan.odd:
                _, steps = lowered(self.program, Claim(0, rule, None, None, (), True, 1, 1, None), case, "low")
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

    def _finish(self, population: Population) -> Tables:
        shared_objects(self.program, [single.one for single in self.singles])
        self.gathered.add_singles(self.singles, self.pricer)
        awards = self.gathered.columns()
        whole = Whole(self.program, population, self.setting.year)
        rows = [row for cap in self._pools() for row in self._share(cap, whole, awards)]
        self.gathered.exclude(awards)
        return Tables(
            awards_table(self.program, population, awards, self.gathered.bounds),
            totals_table(self.program, population, awards),
            pools_table(population, rows),
            len(self.singles),
        )

    def _pools(self) -> list[CapBound]:
        """Quotas first, then pools, inner before outer."""
        found = [cap for cap in self.program.caps if cap.pool]
        return sorted(found, key=lambda cap: (cap.kind != "count", len(cap.rules), -len(cap.key), cap.path))

    def _share(self, cap: CapBound, whole: Whole, awards: dict[str, Array]) -> Iterator[PoolRow]:
        """Cut the awards under a pool, key by key."""
        under = np.isin(awards["rule"], sorted(cap.rules)) & ((awards["low"] > 0) | (awards["high"] > 0))
        at = np.flatnonzero(under)
        at = at[np.argsort(whole.by_id[awards["who"][at]], kind="stable")]
        keys = whole.keys(cap, awards["rule"][at], awards["row"][at])
        at, keys = at[keys != NO_KEY], keys[keys != NO_KEY]
        order = np.argsort(keys, kind="stable")
        for part in np.split(at[order], np.flatnonzero(np.diff(keys[order])) + 1):
            if len(part) and (row := self._ration(cap, whole, awards, part)):
                yield row

    def _ration(self, cap: CapBound, whole: Whole, awards: dict[str, Array], at: Array) -> PoolRow | None:
        claims = PoolClaims(*(awards[name][at] for name in ("who", "rule", "row")))
        drawn = whole.drawings(cap, claims, awards["low"][at], awards["high"][at])
        stated = self.setting.parameters.get(cap.path)
        left = whole.left(cap, claims, drawn.place) if stated is None else (Left(stated), Left(stated))
        if left is None:
            return None
        step = self.gathered.number(cap.path, "pool")
        low, high = (share_of(cap, left[run], drawn, low=run == LOW) for run in (LOW, HIGH))
        for name, given, asked in (("low", low, drawn.low), ("high", high, drawn.high)):
            awards[f"{name}_step"][at[given < asked]] = step
            awards[name][at] = given
        return PoolRow(cap, left[HIGH], drawn, low, high)
