"""Engine, generated code, fast totals, brute-force oracle and SMT over random policies and applications, to the fen.

    python tests/agree.py --cases 10000 --seed 1 --seconds 3600

A third of the applications has all facts and no history, rivals, decisions, day, or figures that a text withholds: there
the solver's greatest total over all admissible choices must be the engine's as well. Stops at the first difference with
its case in `agree-failed.json`.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import z3
from engine_help import loaded
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from oracle import Answer, settle
from strategies import VOCABULARY, applications, policies, programs
from test_verify_settling import facts_are, places
from test_verify_terms import constant

from subsidy_rules.engine.assess import assess, settlement, totals
from subsidy_rules.engine.compiled import CompiledPricer
from subsidy_rules.engine.reference import ReferencePricer
from subsidy_rules.loading import admit_data
from subsidy_rules.model.assessment import Assessment
from subsidy_rules.model.case import Case
from subsidy_rules.model.program import CASH, Program
from subsidy_rules.rules import Rules
from subsidy_rules.verify.settling import Settling
from subsidy_rules.verify.terms import price
from subsidy_rules.verify.world import World

Dict = dict[str, Any]
CHUNK = 500
FAILED = Path("agree-failed.json")


def agreed(drawn: list[Dict], application: Dict, count: Counter[str], plain: bool) -> None:
    """Both checks; a difference leaves its case in `agree-failed.json`."""
    try:
        agree(drawn, application, count)
        if plain:
            best(drawn, application, count)
    except AssertionError:
        case = {"policies": drawn, "application": application}
        FAILED.write_text(json.dumps(case, ensure_ascii=False, indent=1), "utf-8")
        raise


def agree(drawn: list[Dict], application: Dict, count: Counter[str]) -> None:
    """AssertionError where two of them differ."""
    program = loaded(drawn, VOCABULARY)
    case = admit_data(application, program)
    pricer = CompiledPricer(program)
    answer = assess(program, case, pricer)
    assert answer == assess(program, case, ReferencePricer(program)), "reference and generated code"
    _same(answer, settle(drawn, VOCABULARY, application))
    low, high, more = totals(program, case, pricer)
    rules = Rules(program, (), None, ())  # type: ignore[arg-type]
    assert rules.totals(case) == (low, None if more else max(low, high)), "fast totals"
    count["cases"] += 1
    count["claims"] += len(answer.awards)
    count["paid"] += high > 0
    _prices(program, case, pricer, count)


def _same(answer: Assessment, expected: Answer) -> None:
    """Every award alone and in both runs, and the totals; a policy's ceiling is never below what it assures."""
    sums: Counter[tuple[str, str, str, int]] = Counter()
    for award in answer.awards:
        line = expected.lines[award.policy, award.rule, award.item]
        assert award.due is None or (award.due.assured, award.due.ceiling) == line.due, award.rule
        settled = (line.settled[0], None if line.open else line.settled[1])
        assert award.settled is None or (award.settled.assured, award.settled.ceiling) == settled, award.rule
        kind = "cash" if award.form in CASH else "financing" if award.form == "financing" else "other"
        for run in (0, 1):
            sums[award.policy, award.payee, kind, run] += line.settled[run]
    for total in answer.totals:
        low, high = (sums.pop((total.policy, total.payee, total.kind, run), 0) for run in (0, 1))
        assert (total.assured, total.ceiling) == (low, max(low, high)), total
    assert not any(sums.values())


def _prices(program: Program, case: Case, pricer: CompiledPricer, count: Counter[str]) -> None:
    """Every price as a term, where the facts that it reads are known."""
    for rule in program.rules:
        for item in [item for item in case.items if item.kind == rule.item] if rule.item else [None]:
            values = dict(zip(program.applicant_facts, case.values, strict=True))
            values |= zip(program.item_facts[rule.item], item.values, strict=True) if item and rule.item else ()
            if any(values[name] is None for name in _read(program, rule.index)):
                continue
            terms = {name: constant(value) for name, value in values.items() if value is not None}
            found = price(rule, terms)
            matches, low, high = pricer.price(rule, case.values, item.values if item else ())
            said = [z3.simplify(term) for term in (found.matches, found.low, found.high)]
            assert (z3.is_true(said[0]), said[1].as_long(), said[2].as_long()) == (matches, low, high), rule.id
            count["prices by SMT"] += 1


def _read(program: Program, rule: int) -> frozenset[str]:
    asked = program.asked[rule]
    return frozenset().union(*asked.conditions, asked.rest)


def best(drawn: list[Dict], application: Dict, count: Counter[str]) -> None:
    """The greatest total of the solver is the engine's, in both runs."""
    program = loaded(drawn, VOCABULARY)
    if any(bound.choose for bound in program.exclusives) or any(rule.unquantified for rule in program.rules):
        return  # a text that says who wins does not ask what is most; a rival without a figure leaves nothing assured
    case = admit_data(application, program)
    one = settlement(program, case, CompiledPricer(program))
    items = places(program, case)
    for name, run in (("low", one.low), ("high", one.high)):
        own = sum(run.amounts[claim.order] for claim in one.claims if claim.rule.own)
        assert _greatest(program, case, items, name) == own, f"{name} run"
        count["totals by SMT"] += 1


def _greatest(program: Program, case: Case, items: Dict, end: str) -> int:
    world = World(program, program.rules, copies=3)
    there = [claim.item is None or claim.item.id in items for claim in world.claims]
    worth = [
        z3.If(z3.And(claim.match, here), getattr(claim.price, end), 0)
        for claim, here in zip(world.claims, there, strict=True)
    ]
    settling = Settling(world, worth)
    solver = z3.Optimize()
    solver.add(*settling.laws, *facts_are(program, world, case, items))
    own = [paid for claim, paid in zip(world.claims, settling.paid, strict=True) if claim.rule.own]
    most = solver.maximize(z3.Sum([z3.IntVal(0), *own]))
    assert solver.check() == z3.sat
    found: int = solver.upper(most).as_long()
    return found


PLAIN: Dict = {"unknown": False, "partial": False, "outside": False, "approvals": False}
SAID = ("grants", "parameters", "date", "published")  # what the relation leaves open


def chunk(number: int, size: int, count: Counter[str]) -> None:
    @seed(number)
    @settings(
        max_examples=size,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    @given(st.data())
    def run(data: st.DataObject) -> None:
        if data.draw(st.integers(0, 2)):
            drawn = data.draw(programs())
            agreed(drawn, data.draw(applications(drawn)), count, plain=False)
        else:
            drawn = [data.draw(policies(against=False, pools=False, dated=False))]
            application = data.draw(applications(drawn, **PLAIN))
            agreed(drawn, {name: said for name, said in application.items() if name not in SAID}, count, plain=True)

    run()


def main(cases: int, first: int, seconds: float) -> Counter[str]:
    count: Counter[str] = Counter()
    start, number = time.monotonic(), first
    while count["cases"] < cases and time.monotonic() - start < seconds:
        chunk(number, min(CHUNK, cases - count["cases"]), count)
        number += 1
        print(f"seed {number - 1}: {dict(count)}, {time.monotonic() - start:.0f} s", flush=True)
    return count


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=3600)
    given_ = parser.parse_args()
    sys.exit(not main(given_.cases, given_.seed, given_.seconds)["cases"])
