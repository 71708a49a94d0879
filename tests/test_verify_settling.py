"""The settlement as a relation: it allows whatever the engine answers, as `safety` and the rest need it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import z3
from engine_help import loaded
from hypothesis import given
from hypothesis import strategies as st
from strategies import VOCABULARY, applications, policies
from test_oracle import bound, policy, rule
from verify_help import PATIENCE, constant, rules_of

from subsidy_rules.engine.assess import settlement
from subsidy_rules.engine.compiled import CompiledPricer
from subsidy_rules.loading import admit_data
from subsidy_rules.model.case import Case, CaseItem
from subsidy_rules.model.program import Program
from subsidy_rules.verify.safety import exceeded
from subsidy_rules.verify.settling import Settling
from subsidy_rules.verify.solve import model_of
from subsidy_rules.verify.world import World

Dict = dict[str, Any]


def places(program: Program, case: Case) -> dict[str, CaseItem]:
    """The case's items as the first, second … of their kind; those that are claimed in another year left out."""
    found: Counter[str] = Counter()
    items: dict[str, CaseItem] = {}
    for item in sorted(case.items, key=lambda item: item.id):
        if not item.years or case.year in item.years:
            found[item.kind] += 1
            items[f"{item.kind}-{found[item.kind]}"] = item
    return items


def facts_are(program: Program, world: World, case: Case, items: dict[str, CaseItem]) -> list[Any]:
    own = dict(zip(program.applicant_facts, case.values, strict=True))
    equal = [term == constant(own[name]) for name, term in world.applicant.items()]
    for item in world.items:
        if item.id in items:
            values = dict(zip(program.item_facts[item.kind], items[item.id].values, strict=True))
            equal += [term == constant(values[name]) for name, term in item.own.items()]
    return equal


@given(st.data())
def test_the_relation_allows_what_the_engine_answers(data: st.DataObject) -> None:
    drawn = [data.draw(policies(against=False))]
    program = loaded(drawn, VOCABULARY)
    case = admit_data(data.draw(applications(drawn, unknown=False, partial=False, outside=False)), program)
    one = settlement(program, case, CompiledPricer(program))
    items = places(program, case)
    most = Counter(item.kind for item in items.values())
    world = World(program, program.rules, copies=max(most.values(), default=1))
    settling = Settling(world, history=True)
    names = {item.id: name for name, item in items.items()}
    at = {(claim.rule.index, claim.item.id if claim.item else None): i for i, claim in enumerate(world.claims)}
    for run in (one.low, one.high):
        solver = z3.Solver()
        solver.add(*settling.laws, *facts_are(program, world, case, items))
        paid = dict.fromkeys(at.values(), 0)
        for claim, amount in zip(one.claims, run.amounts, strict=True):
            paid[at[claim.rule.index, names[claim.item.id] if claim.item else None]] = amount
        solver.add(*(settling.paid[i] == amount for i, amount in paid.items()))
        solver.add(*(settling.chosen[i] for i, amount in paid.items() if amount))
        assert solver.check() == z3.sat


def test_a_key_with_a_fact_in_it() -> None:
    """Two projects of one segment exclude each other, of two segments they don't."""
    by_segment = bound("best", "a", exclusive={"per": ["applicant", "segment"], "prior": "ignore"})
    program = rules_of(policy(rule("a", 1, item="project"), bounds=[by_segment])).program
    world = World(program, program.rules, 2)
    settling = Settling(world)
    one, two = (item.own["segment"] for item in world.items)
    both = [*world.legal, *settling.laws, *settling.chosen]
    assert model_of([*both, one == two], PATIENCE) == "none"
    assert isinstance(model_of([*both, one != two], PATIENCE), z3.ModelRef)


def test_months_under_a_cap_on_months() -> None:
    """2万元 a month for 12 months, 10 at most: 20万元 and not a fen more."""
    stipend = rule("a", {"months": "stay", "amount": "2万元"})
    ten = bound("ten", "a", cap={"units": "10", "per": ["applicant"]})
    program = rules_of(policy(stipend, bounds=[ten])).program
    world = World(program, program.rules)
    settling = Settling(world)
    laws = [*world.legal, *settling.laws, world.applicant["stay"] == 12, settling.worth[0] == 24_000_000]
    assert isinstance(model_of([*laws, settling.paid[0] == 20_000_000], PATIENCE), z3.ModelRef)
    assert model_of([*laws, settling.paid[0] == 20_000_001], PATIENCE) == "none"
    free = Settling(world, apart_from=program.caps[0])  # a month that is paid in part counts
    wrong = [exceeded(free, program.caps[0]), *free.laws, *world.legal, world.applicant["stay"] == 12]
    assert model_of([*wrong, free.paid[0] == 20_000_000], PATIENCE) == "none"
    assert model_of([*wrong, free.paid[0] == 20_000_001], PATIENCE) != "none"


def test_what_rides_needs_its_base() -> None:
    """Unless the base may have been granted earlier."""
    program = rules_of(policy(rule("a", 1), rule("b", 1, rides_on="a"))).program
    world = World(program, program.rules)
    for history, alone in ((False, False), (True, True)):
        settling = Settling(world, history=history)
        base, rider = settling.chosen
        assert isinstance(model_of([*settling.laws, base, rider], PATIENCE), z3.ModelRef)
        assert (model_of([*settling.laws, z3.Not(base), rider], PATIENCE) != "none") is alone


def test_a_count_and_what_was_counted_before() -> None:
    """Two projects at most: of two, as many must have been counted before as places are taken."""
    two = bound("two", "a", cap={"count": "2", "of": "item", "per": ["applicant"]})
    program = rules_of(policy(rule("a", 1, item="project"), bounds=[two])).program
    world = World(program, program.rules, 3)
    for history in (False, True):
        settling = Settling(world, history=history)
        assert model_of([*settling.laws, *settling.chosen], PATIENCE) == "none"
        assert model_of([*settling.laws, *settling.chosen[:2]], PATIENCE) != "none"
    settling = Settling(world, history=True)
    place = f"p/two.{settling.names[0]}"
    counted, again = z3.Int(f"counted.{place}"), [z3.Bool(f"again.{place}.{at}") for at in range(3)]
    chosen = [*settling.laws, *settling.chosen[:2], z3.Not(settling.chosen[2])]
    for earlier, known, allowed in (
        (0, 0, True),
        (1, 0, False),
        (1, 1, True),
        (2, 1, False),
        (2, 2, True),
        (3, 2, False),
    ):
        before = [z3.Not(one) if at >= known else one for at, one in enumerate(again)]
        assert (model_of([*chosen, counted == earlier, *before], PATIENCE) != "none") is allowed, (earlier, known)
