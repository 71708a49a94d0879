"""Which pictures a simulation and a comparison have."""

from __future__ import annotations

from .bars import MOST, articles, clauses, people, tornado
from .curves import distribution, pools_over_the_year, take_up
from .drawing import Chart
from .study import Simulation
from .versions import Comparison

MOST_POOLS = 6


def simulation_charts(s: Simulation) -> list[Chart]:
    lines = [line for line in s.costs.articles if line.kind == "cash" and line.ceiling]
    whole = [line for line in s.costs.total if line.kind == "cash"]
    turned = sorted((one for one in s.turned if one.kind == "cash" and one.swing), key=lambda one: -one.swing)[:MOST]
    pools = [one for one in s.pools if one.by_day[1]][:MOST_POOLS]
    charts = [articles(lines, whole[0])] if lines else []
    charts += [distribution(s.spreads)] if s.spreads[1].recipients else []
    charts += [pools_over_the_year(pools)] if pools else []
    charts += [tornado(turned)] if turned else []
    return charts + ([take_up(s.take_ups)] if any(one.ceiling for one in s.take_ups) else [])


def comparison_charts(c: Comparison) -> list[Chart]:
    changed = [one for one in c.clauses if one.kind == "cash" and one.before != one.after]
    changed.sort(key=lambda one: -max(abs(after - before) for before, after in zip(one.before, one.after, strict=True)))
    charts = [clauses(changed[:MOST])] if changed else []
    return charts + ([people(c)] if c.moved else [])
