"""What a simulation counts: on three applicants, worked out by hand, and against the engine, applicant by applicant.

machines: 10 % of the investment, at most 30 万元 a year and applicant, and 40 万元 a year for all in the order of application.
prize: 20 to 50 万元. So b, who is first, is due 40, capped to 30; a is due 20 and gets the last 10; c is due 5 and gets nothing.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st
from simulate_help import BUDGET, MACHINES, POLICY, PRIZE, ROOT, rules, three, wan

from subsidy_rules.model.assessment import Assessment
from subsidy_rules.reading import read
from subsidy_rules.rules import Rules, load
from subsidy_rules.simulate.budget import at_most
from subsidy_rules.simulate.data import comparison_data, simulation_data
from subsidy_rules.simulate.distributions import Scope, planned
from subsidy_rules.simulate.figures import edited, figures
from subsidy_rules.simulate.outcome import assess
from subsidy_rules.simulate.population import Population, synthetic
from subsidy_rules.simulate.spread import spread
from subsidy_rules.simulate.study import Options, Simulation, simulate
from subsidy_rules.simulate.versions import diff

QUIET = Options(draws=0, vary=None, shares=())


@pytest.fixture(scope="module")
def found() -> Simulation:
    return simulate(rules(), three(), None, Options(draws=0))


# By hand


def test_cost_by_rule_article_department_and_in_all(found: Simulation) -> None:
    by_rule = {line.key: (line.awards, line.applicants, line.assured, line.ceiling) for line in found.costs.rules}
    assert by_rule == {"machines": (2, 2, wan(40), wan(40)), "prize": (2, 2, wan(20), wan(100))}
    assert [(line.key, line.ceiling) for line in found.costs.articles] == [("1", wan(40)), ("2", wan(100))]
    assert [line.key for line in found.costs.departments] == ["区经信局", "区科技局、区财政局"]
    (total,) = found.costs.total
    assert (total.kind, total.assured, total.ceiling) == ("cash", wan(60), wan(140))


def test_distribution(found: Simulation) -> None:
    """Assured a 30, b 30; ceilings a 60, b 80."""
    low, high = found.spreads
    assert (low.recipients, low.sum, low.gini) == (2, wan(60), 0)
    assert (high.recipients, high.sum, high.median) == (2, wan(140), wan(60))
    assert high.deciles == (*[wan(60)] * 5, *[wan(80)] * 5)
    assert high.top == (Fraction(4, 7), Fraction(4, 7))
    assert high.gini == Fraction(1, 14)  # half the mean difference of 20 over the mean of 70: 10/70 × 1/2


def test_pool_over_the_year(found: Simulation) -> None:
    """Asked: 30 on the first of March, 20 on the second, 5 in April, of 40."""
    (pool,) = found.pools
    assert (pool.left, pool.demand, pool.paid, pool.claims) == (wan(40), (wan(55),) * 2, (wan(40),) * 2, 3)
    assert (pool.marginal, pool.full_on) == (("a",) * 2, ("2026-03-02",) * 2)
    assert pool.by_day[0] == (("2026-03-01", wan(30)), ("2026-03-02", wan(50)), ("2026-04-01", wan(55)))


def test_limits_that_bind(found: Simulation) -> None:
    """Without the pool a and c get 10 and 5 more; without his own limit b would ask for 10 more."""
    binding = {
        one.figure.entry: (one.pool, one.applicants, one.awards, one.endless, one.takes) for one in found.binding
    }
    assert binding == {
        "budget": (True, 2, 2, 0, (wan(15), wan(15))),
        "machines": (False, 1, 1, 0, (wan(10), wan(10))),
    }


def test_figures_turned(found: Simulation) -> None:
    """The pool is drawn to the end whatever the rate and the limit; more pool is paid out, and a prize is a prize."""
    turned = {(one.figure.entry, one.figure.value): (one.down, one.up, one.less, one.more) for one in found.turned}
    nothing = (0, 0)
    assert turned == {
        ("machines", "30万元"): ("27万元", "33万元", nothing, nothing),
        ("machines", "10%"): ("9%", "11%", nothing, nothing),
        ("prize", "20万元"): ("18万元", "22万元", (wan(-2), 0), (wan(2), 0)),
        ("prize", "50万元"): ("45万元", "55万元", (0, wan(-10)), (0, wan(10))),
        ("budget", "40万元"): ("36万元", "44万元", (wan(-4),) * 2, (wan(4),) * 2),
    }


def test_take_up(found: Simulation) -> None:
    """At half only a applies: 20 for machines and the prize; at three quarters a and b."""
    assert [(one.share // 10_000, one.applicants, one.assured, one.ceiling) for one in found.take_ups[:3]] == [
        (50, 1, wan(40), wan(70)),
        (75, 2, wan(60), wan(140)),
        (100, 3, wan(60), wan(140)),
    ]


def test_a_limit_that_alone_says_how_much_is_told_apart() -> None:
    """Of b's prize money nobody knows the base: with its limit lifted no figure is left."""
    body = MACHINES + PRIZE.replace("bound: range", "bound: exact").replace(
        "pays: {amount: {from: 20万元, to: 50万元}}", "pays: {rate: 1%, of: revenue, max: 5万元}"
    )
    (one,) = [one for one in simulate(rules(body), three(), None, QUIET).binding if one.figure.entry == "prize"]
    assert (one.endless, one.applicants, one.takes) == (2, 0, (0, 0))


def test_two_versions() -> None:
    """The rate is doubled under the same limits, the prize goes, and 5 万元 for it come instead."""
    bonus = PRIZE.replace("prize\n", "bonus\n", 1).replace("bound: range", "bound: exact")
    bonus = bonus.replace("{from: 20万元, to: 50万元}", "5万元")
    new = rules(MACHINES.replace("rate: 10%", "rate: 20%") + bonus + BUDGET)
    result = diff(rules(), new, three())
    assert result.cost() == ((wan(60), wan(140)), (wan(45), wan(50)))
    low, high = result.sides
    assert (low.winners, low.losers, low.unchanged, low.lost) == (0, 1, 2, wan(15))
    assert (high.winners, high.losers, high.unchanged, high.gained, high.lost) == (0, 2, 1, 0, wan(90))
    states = {one.rule: (one.state, one.before, one.after, one.winners, one.losers) for one in result.clauses}
    assert states == {
        "machines": ("both", (wan(40),) * 2, (wan(40),) * 2, 0, 0),
        "bonus": ("new", (0, 0), (wan(5), wan(10)), 2, 0),
        "prize": ("gone", (wan(20), wan(100)), (0, 0), 0, 2),
    }
    assert [(one.applicant, one.before, one.after) for one in result.moved] == [  # both lose 45 at most; a 15 for sure
        ("a", (wan(30), wan(60)), (wan(15), wan(15))),
        ("b", (wan(30), wan(80)), (wan(30), wan(35))),
    ]
    (gone,) = result.excluded
    assert (gone.rule, gone.reason, gone.awards, gone.lost) == ("prize", "not_claimable", 2, (wan(20), wan(100)))


def test_what_a_new_exclusion_takes() -> None:
    """Machines and prize for one applicant no more: a keeps the prize, which is the better one, and loses 10 for machines."""
    plain = MACHINES + PRIZE.replace("{from: 20万元, to: 50万元}", "40万元").replace("bound: range", "bound: exact")
    one_of_two = (
        '  - id: one-of-two\n    article: "4"\n    title: {zh: 择高, en: The higher}\n    rules: [machines, prize]\n'
    )
    one_of_two += "    exclusive: {per: [applicant, year], prior: ignore}\n"
    result = diff(rules(plain + BUDGET), rules(plain + BUDGET + one_of_two), three())
    found = {(one.rule, one.reason, one.bound): (one.applicants, one.lost) for one in result.excluded}
    assert found[("machines", "excluded", "test-policy/one-of-two")] == (1, (wan(10), wan(10)))


def test_a_policy_and_itself_are_no_difference() -> None:
    result = diff(rules(), rules(), three())
    assert (result.moved, result.excluded) == ((), ())
    assert all(one.before == one.after and (one.winners, one.losers) == (0, 0) for one in result.clauses)
    assert all((side.winners, side.losers, side.unchanged) == (0, 0, 3) for side in result.sides)


# Against the engine, one by one


def _example(size: int, seed: int = 1) -> tuple[Rules, Population]:
    found = load(ROOT / "examples" / "draft.yaml")
    plan = planned(
        read(ROOT / "examples" / "population.yaml"), Scope(found.program.applicant_facts, found.program.item_facts)
    )
    whole = synthetic(plan, seed).applying()
    ids = whole.applicants["id"].slice(0, size)
    items = {
        kind: table.filter(pc.is_in(table["applicant"], ids.combine_chunks())) for kind, table in whole.items.items()
    }
    owners = {kind: np.array([ids.to_pylist().index(who) for who in table["applicant"].to_pylist()], dtype=np.int64)
              for kind, table in items.items()}  # fmt: skip
    cut: dict[str, Any] = {"applicants": whole.applicants.slice(0, size), "items": items, "owners": owners}
    return found, Population(**{**whole.__dict__, **cut, "chance": whole.chance[:size], "urge": whole.urge[:size]})


def _applications(population: Population) -> list[dict[str, Any]]:
    """The tables as application files, read from Arrow value by value."""

    def written(value: Any, unit: str) -> str:
        return (
            f"{value // 100}.{value % 100:02d}元"
            if unit == "分"
            else str(value).lower()
            if value in (True, False)
            else str(value)
        )

    def facts(table: pa.Table, row: dict[str, Any]) -> dict[str, str]:
        units = {field.name: (field.metadata or {}).get(b"unit", b"").decode() for field in table.schema}
        names = [
            name for name, value in row.items() if name not in ("id", "applicant", "applied_at") and value is not None
        ]
        return {name: written(row[name], units[name]) for name in names}

    found = {}
    for row in population.applicants.to_pylist():
        found[row["id"]] = {
            "applicant": {"id": row["id"], "facts": facts(population.applicants, row)},
            "applied_at": row["applied_at"],
            "year": population.year,
            "history": population.history,
            "items": [],
        }
    for kind, table in population.items.items():
        for row in table.to_pylist():
            found[row["applicant"]]["items"].append({"id": row["id"], "kind": kind, "facts": facts(table, row)})
    return list(found.values())


def _sums(answers: list[Assessment]) -> dict[str, tuple[int, int]]:
    """Assured and ceiling by rule, added up award by award."""
    low: Counter[str] = Counter()
    high: Counter[str] = Counter()
    for answer in answers:
        for award in answer.awards:
            low[award.rule] += award.settled.assured if award.settled else 0
            high[award.rule] += (award.settled.ceiling or 0) if award.settled else 0
    return {rule: (low[rule], high[rule]) for rule in low | high}


@pytest.mark.parametrize("seed", [1, 2])
def test_sums_are_those_of_the_engine_applicant_by_applicant(seed: int) -> None:
    policy, population = _example(60, seed)
    answers = policy.assess_all(_applications(population))
    outcome = assess(policy, population)
    expected = _sums(answers)
    for rule in policy.program.rules:
        mine = outcome.rule == rule.index
        assert (int(outcome.low[mine].sum()), int(outcome.high[mine].sum())) == expected.get(rule.id, (0, 0)), rule.id
    own = [next(t for t in one.totals if (t.payee, t.kind) == ("applicant", "cash")) for one in answers]
    assert outcome.own[0].tolist() == [one.assured for one in own]
    assert outcome.own[1].tolist() == [one.ceiling for one in own]


def test_without_pools_applicants_are_as_if_alone() -> None:
    policy, population = _example(40)
    lifted = assess(policy, population, frozenset(cap.path for cap in policy.program.caps if cap.pool))
    alone = [policy.assess(one) for one in _applications(population)]
    high = _sums(alone)
    for rule in policy.program.rules:
        assert int(lifted.high[lifted.rule == rule.index].sum()) == high.get(rule.id, (0, 0))[1], rule.id


def test_a_line_is_within_its_pools(found: Simulation) -> None:
    outcome = found.outcome
    assert at_most(outcome, {0}) == wan(40)
    assert at_most(outcome, {0, 1}) == wan(140)
    unstated = assess(rules(POLICY.replace("ration: in_order", "ration: unstated")), three())
    assert int(unstated.high.sum()) > wan(140)  # each may draw the pool alone
    assert at_most(unstated, {0, 1}) == wan(140)


EITHER = """rules:
  - {id: plain, article: "1", title: {zh: 甲, en: A}, department: [d], bound: exact, pays: {amount: 10万元}}
  - {id: better, article: "2", title: {zh: 乙, en: B}, department: [d], when: [accepted], bound: exact, pays: {amount: 30万元}}
bounds:
  - {id: one, article: "3", title: {zh: 丙, en: C}, rules: [plain, better], exclusive: {per: [applicant], prior: ignore}}
"""


def test_a_line_is_at_least_what_it_assures() -> None:
    """Whether the better award is accepted nobody knows: each is assured 10 by the one, and at most 30 by the other."""
    result = simulate(rules(EITHER), three(), None, QUIET)
    lines = {line.key: (line.assured, line.ceiling) for line in (*result.costs.rules, *result.costs.total)}
    assert lines == {"plain": (wan(30), wan(30)), "better": (0, wan(90)), "total": (wan(30), wan(90))}
    less = diff(rules(EITHER), rules(EITHER.replace("10万元", "8万元")), three())
    (plain,) = [one for one in less.clauses if one.rule == "plain"]
    assert (plain.after, plain.losers, plain.winners) == ((wan(24), wan(24)), 3, 0)


def test_a_quota_counts_the_dearest_places() -> None:
    """One project a year in all, and nobody says whose: it may be the dearest, b's 30 万元."""
    body = MACHINES + BUDGET.replace("limit: 40万元", 'count: "1", of: item').replace("in_order", "unstated")
    assert at_most(assess(rules(body), three()), {0}) == wan(30)


# Spread


@given(st.lists(st.integers(0, 10**12), max_size=40))
def test_spread_by_its_definition(amounts: list[int]) -> None:
    """Gini as half the mean difference over the mean; the points end at the whole; the tenths add up to it."""
    paid = [amount for amount in amounts if amount]
    one = spread(np.array(amounts, dtype=np.int64))
    assert (one.recipients, one.sum, sum(one.tenths)) == (len(paid), sum(paid), sum(paid))
    if paid:
        apart = sum(abs(x - y) for x in paid for y in paid)
        assert one.gini == Fraction(apart, 2 * len(paid) * sum(paid))
        assert one.points[-1] == 1
        largest = [sorted(paid, reverse=True)[: -(-len(paid) * percent // 100)] for percent in (1, 10)]
        assert one.top == tuple(Fraction(sum(few), sum(paid)) for few in largest)
        assert one.deciles[-1] == max(paid)
        assert list(one.deciles) == sorted(one.deciles)


# What must not matter, and what is edited


def test_order_of_rows_changes_nothing() -> None:
    first, second = (
        simulation_data(simulate(rules(), three(order), None, Options(draws=0))) for order in ((0, 1, 2), (2, 0, 1))
    )
    assert first == second
    pair = [comparison_data(diff(rules(), rules(MACHINES + BUDGET), three(order))) for order in ((0, 1, 2), (1, 2, 0))]
    assert pair[0] == pair[1]


def test_draws_give_quantiles_and_the_first_of_them_is_the_population_itself() -> None:
    policy, population = _example(50)
    numbers = {population.seed: population}
    result = simulate(policy, population, lambda seed: numbers.get(seed, _example(50, seed)[1]), Options(3, None, ()))
    totals = sorted(
        next(
            line.ceiling
            for line in simulate(policy, _example(50, seed)[1], None, QUIET).costs.total
            if line.kind == "cash"
        )
        for seed in (1, 2, 3)
    )
    assert result.total_spans["cash"].ceiling == (totals[0], totals[1], totals[2])


def test_every_figure_of_the_example_can_be_turned_and_lifted() -> None:
    policy = load(ROOT / "examples" / "draft.yaml")
    sorts = Counter(one.sort for one in figures(policy))
    assert sorts == {"cap": 4, "max": 2, "rate": 5, "amount": 4, "count": 1}
    for one in figures(policy):
        assert edited(policy, one, Fraction(11, 10)).program != policy.program
        if one.bounding:
            edited(policy, one, None)


def test_an_uplift_follows_the_rate_that_is_turned() -> None:
    lift = PRIZE.replace(
        "pays: {amount: {from: 20万元, to: 50万元}}", "pays: {uplift: {rule: other, by: 50%, on: amount}}"
    )
    lift = lift.replace("bound: range", "bound: exact")
    other = PRIZE.replace("id: prize", "id: other").replace("bound: range", "bound: exact")
    policy = rules("rules:\n" + other.replace("{from: 20万元, to: 50万元}", "20万元") + lift)
    result = simulate(policy, three(), None, Options(draws=0, shares=()))
    (turned,) = [one for one in result.turned if one.figure.entry == "other"]
    assert (turned.less, turned.more) == (
        (wan(-3), wan(-6)),
        (wan(3), wan(6)),
    )  # 2 and half of it more, of a; b unknown
