"""Everything that a simulation says of one policy and one population."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from ..model.vocabulary import Label
from ..rules import Rules
from .costs import Costs, Line, costs
from .outcome import Outcome, assess, pools
from .plan import CERTAIN
from .pools import PoolUse, pool_uses
from .population import Population
from .sensitivity import Binding, Runs, TakeUp, Turned, take_ups
from .spread import Spread, quantile, spread

K = TypeVar("K")
QUANTILES = (10, 50, 90)
SHARES = tuple(CERTAIN * percent // 100 for percent in (50, 75, 100, 125, 150))
NOTICE = Label(
    zh="这是估算：人口是抽取或给定的，最高可得只是上限，不是支付额，也不构成承诺。",
    en="This is an estimate over a drawn or given population; a ceiling is a limit and no payment; nothing here is a promise.",
)


@dataclass(frozen=True, slots=True)
class Options:
    """`draws`: populations of other seeds; `vary`: by how much figures are turned, None: not at all."""

    draws: int = 20
    vary: Fraction | None = Fraction(1, 10)
    shares: tuple[int, ...] = SHARES


@dataclass(frozen=True, slots=True)
class Spans:
    """Quantiles over the draws, by `QUANTILES`: of a line's assured and ceiling cost. Nearest rank, in fen."""

    assured: tuple[int, ...]
    ceiling: tuple[int, ...]


@dataclass(frozen=True)
class Simulation:
    """`outcome`: of those who apply. `spreads`: of applicants' own cash, assured and ceiling; `spans`: by kind of support and by
    (article, kind), empty without draws; `unknown`: facts that the policy reads and the population does not have."""

    rules: Rules
    population: Population
    options: Options
    outcome: Outcome
    costs: Costs
    spreads: tuple[Spread, Spread]
    pools: tuple[PoolUse, ...]
    binding: tuple[Binding, ...]
    turned: tuple[Turned, ...]
    take_ups: tuple[TakeUp, ...]
    total_spans: Mapping[str, Spans]
    article_spans: Mapping[tuple[str, str], Spans]
    unknown: tuple[str, ...]


def simulate(
    rules: Rules, population: Population, again: Callable[[int], Population] | None = None, options: Options = Options()
) -> Simulation:
    """`again`: the population of another seed; None where it is a file. Raises ProblemsError."""
    outcome = assess(rules, population.applying())
    lifted = pools(rules)
    free = assess(rules, outcome.population, lifted) if lifted else outcome
    runs = Runs(rules, outcome, free)
    low, high = outcome.own
    total_spans, article_spans = _spans(rules, population, again, options.draws)
    return Simulation(
        rules=rules,
        population=population,
        options=options,
        outcome=outcome,
        costs=costs(outcome),
        spreads=(spread(low), spread(high)),
        pools=pool_uses(outcome, free),
        binding=tuple(runs.binding()),
        turned=tuple(runs.turned(options.vary)) if options.vary else (),
        take_ups=tuple(take_ups(rules, population, options.shares)),
        total_spans=total_spans,
        article_spans=article_spans,
        unknown=tuple(unknown_facts(rules, population)),
    )


def _spans(
    rules: Rules, population: Population, again: Callable[[int], Population] | None, draws: int
) -> tuple[dict[str, Spans], dict[tuple[str, str], Spans]]:
    if again is None or not draws:
        return {}, {}
    found = [costs(assess(rules, again(population.seed + at).applying())) for at in range(draws)]
    totals = _over([one.total for one in found], lambda line: line.kind)
    articles = _over([one.articles for one in found], lambda line: (line.key, line.kind))
    return totals, articles


def _over(draws: list[tuple[Line, ...]], key: Callable[[Line], K]) -> dict[K, Spans]:
    """Quantiles by key; a line that a draw does not have is nothing in it."""
    amounts: dict[K, list[tuple[int, int]]] = {}
    for lines in draws:
        for line in lines:
            amounts.setdefault(key(line), []).append((line.assured, line.ceiling))
    return {name: _quantiles(found + [(0, 0)] * (len(draws) - len(found))) for name, found in amounts.items()}


def _quantiles(amounts: list[tuple[int, int]]) -> Spans:
    low, high = (sorted(ends) for ends in zip(*amounts, strict=True))
    return Spans(tuple(quantile(low, q) for q in QUANTILES), tuple(quantile(high, q) for q in QUANTILES))


def unknown_facts(rules: Rules, population: Population) -> list[str]:
    """Facts that a rule reads and that no table has, as `fact` or `kind.fact`; they are unknown for everybody."""
    program, found = rules.program, set()
    for rule, asked in zip(program.rules, program.asked, strict=True):
        named = frozenset().union(*asked.conditions, asked.day, asked.rest)
        for name in named:
            of_item = rule.item is not None and name in program.item_facts[rule.item]
            table = population.items.get(rule.item or "") if of_item else population.applicants
            if table is not None and name not in table.column_names:
                found.add(f"{rule.item}.{name}" if of_item else name)
    return sorted(found)
