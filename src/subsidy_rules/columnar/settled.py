"""A partition whose applicants are settled by themselves, and what becomes of it when all that is shared is allocated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from ..engine.bounds import Lowered
from ..engine.claims import Pricer
from ..engine.settle import Settled as RunSettled
from ..model.program import Program
from .allocation import NOT_CUT, Cuts, Shares
from .demand import Asking, Demands, claims_on
from .fallback import Single
from .gathered import COLUMNS, Gathered, Questions
from .output import Names, awards_table, totals_table
from .population import Population
from .quantity import Array


@dataclass
class Settled:
    """`awards`: columns as in `Gathered`, numbered in the partition; `bounds`: what lowered them; `asking`: the awards under a
    pool that bounds; `objects`: applicants with claims for objects that are paid once. `by_engine`: how many the
    engine settled; `questions`: what awards wait for."""

    names: Names
    awards: dict[str, Array]
    bounds: dict[tuple[str, str], int]
    asking: Array
    objects: list[Single]
    by_engine: int
    questions: Questions


def settled(
    population: Population, gathered: Gathered, objects: list[Single], by_engine: int, pooled: frozenset[int]
) -> Settled:
    """What was gathered block by block. `pooled`: rules under a pool."""
    awards = gathered.columns()
    under = np.array([rule.index in pooled for rule in gathered.program.rules])
    asking = np.flatnonzero(under.take(awards["rule"]))
    asking = asking[(awards["low"][asking] > 0) | (awards["high"][asking] > 0)]
    names = Names(population.applicants.ids, {kind: frame.ids for kind, frame in population.items.items()})
    return Settled(names, awards, gathered.bounds, asking, objects, by_engine, gathered.questions)


def demands_of(
    program: Program, year: int, parameters: Mapping[str, int], population: Population, found: Settled
) -> Demands:
    stated = frozenset(cap.path for cap in program.caps if cap.pool and cap.path in parameters)
    return Asking(program, population, year, stated).of(found.awards, found.asking, found.objects)


def finished(program: Program, pricer: Pricer, found: Settled, shares: Shares) -> tuple[pa.Table, pa.Table]:
    """Awards and totals of a partition. Changes `found`."""
    gathered = Gathered(program, found.bounds)
    for number, cuts in shares.objects.items():
        _paid_once(gathered, pricer, found, found.objects[number], cuts)
    at = found.asking[shares.claims]
    steps = np.array([*(gathered.number(path, "pool") for path in shares.caps), NOT_CUT])
    for run, amounts, cap in (("low", shares.low, shares.low_cap), ("high", shares.high, shares.high_cap)):
        found.awards[run][at] = amounts
        found.awards[f"{run}_step"][at[cap != NOT_CUT]] = steps[cap[cap != NOT_CUT]]
    gathered.exclude(found.awards)
    totals = totals_table(program, found.names, found.awards)
    return awards_table(program, found.names, found.awards, found.bounds), totals


def _paid_once(gathered: Gathered, pricer: Pricer, found: Settled, single: Single, cuts: Cuts) -> None:
    """An applicant some of whose claims are paid to somebody else."""
    claims = claims_on(gathered.program, single)
    for run, steps in zip((single.one.low, single.one.high), cuts, strict=True):
        for number, mine in steps.items():
            _cut(run, claims[number].order, mine)
    first, last = np.searchsorted(found.awards["who"], [single.who, single.who + 1]).tolist()
    rows = {(int(found.awards["rule"][n]), int(found.awards["row"][n])): n for n in range(first, last)}
    for entry in gathered.entries(single, pricer):
        named = dict(zip(COLUMNS, entry, strict=True))
        for name, value in named.items():
            found.awards[name][rows[named["rule"], named["row"]]] = value


def _cut(run: RunSettled, order: int, steps: list[Lowered]) -> None:
    run.amounts[order] = steps[-1].after
    run.steps.setdefault(order, []).extend(steps)
