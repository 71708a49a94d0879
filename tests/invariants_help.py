"""What the invariants are tested on: random programs, and the real policies with their worked cases, changed at random."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any

from engine_help import loaded
from hypothesis import reject
from hypothesis import strategies as st
from strategies import VOCABULARY, applications, programs

from subsidy_rules import Rules, load, policies
from subsidy_rules.engine.assess import settlement
from subsidy_rules.engine.compiled import CompiledPricer
from subsidy_rules.errors import ProblemsError
from subsidy_rules.examples import load_examples, merged
from subsidy_rules.loading import admit_data
from subsidy_rules.model.assessment import Assessment, Award
from subsidy_rules.model.program import Program
from subsidy_rules.rules import folder

Dict = dict[str, Any]


@dataclass(frozen=True)
class Drawn:
    """A program and an application for it."""

    program: Program
    application: Dict


@cache
def city(name: str) -> tuple[Rules, tuple[Dict, ...]]:
    """A policy that comes with the library, and the applications of its worked cases."""
    examples, _ = load_examples(folder() / "examples" / f"{name}.yaml")
    return load(name), tuple(merged(examples.base, example.application) for example in examples.cases)


@st.composite
def random_cases(draw: st.DrawFn, policy: Dict | None = None, **more: Any) -> Drawn:
    """`policy`: options of `programs`; `more`: of `applications`."""
    drawn = draw(programs(**(policy or {})))
    application = draw(applications(drawn, **more))
    return Drawn(loaded(drawn, VOCABULARY), application)


def _places(application: Dict) -> Iterator[tuple[Dict, str]]:
    """Every fact that is stated, as the mapping that holds it and its name."""
    for said in (application["applicant"], *application.get("items", ())):
        for name in said.get("facts", {}):
            yield said["facts"], name


def forgotten(draw: st.DrawFn, application: Dict) -> Dict:
    """Some stated facts, but for dates, are no longer known."""
    application = deepcopy(application)
    places = [(facts, name) for facts, name in _places(application) if str(facts[name])[:4].count("-") == 0]
    places = [(f, n) for f, n in places if len(str(f[n])) != 10 or str(f[n])[4] != "-"]
    for facts, name in draw(st.lists(st.sampled_from(places), max_size=4)) if places else []:
        facts.pop(name, None)
    return application


@st.composite
def real_cases(draw: st.DrawFn) -> Drawn:
    """A worked case of a real policy with items of another one, changed amounts, lost facts, items and grants."""
    rules, cases = city(draw(st.sampled_from(policies())))
    application = deepcopy(draw(st.sampled_from(cases)))
    taken = {item["id"] for item in application.get("items", ())}
    if draw(st.booleans()):
        more = [item for item in draw(st.sampled_from(cases)).get("items", ()) if item["id"] not in taken]
        application["items"] = [*application.get("items", ()), *deepcopy(more[:4])]
    for what in draw(st.lists(st.sampled_from(("money", "forget", "item", "grant", "partial", "truth")), max_size=4)):
        _change(draw, application, what)
    try:
        rules.admit(application)
    except ProblemsError:  # a changed amount is out of its legal range, or a decision lost its item
        reject()
    return Drawn(rules.program, application)


def _change(draw: st.DrawFn, application: Dict, what: str) -> None:
    places = list(_places(application))
    if what == "money" and (amounts := [(f, n) for f, n in places if str(f[n]).endswith("元")]):
        facts, name = draw(st.sampled_from(amounts))
        facts[name] = f"{draw(st.integers(0, 30_000))}万元"
    elif what == "truth" and (bools := [(f, n) for f, n in places if str(f[n]).lower() in ("true", "false")]):
        facts, name = draw(st.sampled_from(bools))
        facts[name] = draw(st.sampled_from(("true", "false", "unknown")))
    elif what == "forget" and places:
        facts, name = draw(st.sampled_from(places))
        del facts[name]
    elif what in ("item", "grant") and application.get(f"{what}s"):
        entries = list(application[f"{what}s"])
        entries.pop(draw(st.integers(0, len(entries) - 1)))
        application[f"{what}s"] = entries
    elif what == "partial":
        application["history"] = "partial"


def cases() -> st.SearchStrategy[Drawn]:
    return st.one_of(random_cases(), random_cases(), real_cases())


def own(answer: Assessment) -> tuple[int, int, frozenset[str]]:
    """Cash of the applicant over all policies: assured, ceiling, and what is open beside it."""
    totals = [total for total in answer.totals if (total.payee, total.kind) == ("applicant", "cash")]
    opens = frozenset(f"{total.policy}/{name}" for total in totals for name in total.open)
    return sum(total.assured for total in totals), sum(total.ceiling for total in totals), opens


def joint(program: Program, application: Dict) -> tuple[int, int, frozenset[str]]:
    """The same, but with the ceiling of all policies together: of related policies that may pay now the one, now the other,
    the ceilings of each are not reached together."""
    one = settlement(program, admit_data(application, program), CompiledPricer(program), failed=False)
    mine = [claim for claim in one.claims if claim.rule.own]
    low, high = (sum(run.amounts[claim.order] for claim in mine) for run in (one.low, one.high))
    return low, max(low, high), frozenset(f"{c.rule.policy}/{c.rule.id}:{c.item_id}" for c in mine if c.open)


def gives_up(program: Program, application: Dict) -> bool:
    """Whether the applicant takes an award that comes to nothing: a choice, and no fact that is learnt."""
    one = settlement(program, admit_data(application, program), CompiledPricer(program))
    worth = {(c.rule.policy, c.rule.id) for c in one.claims if c.open or one.high.sheet.values[c.order]}
    ids = [policy.id for policy in program.policies]
    taken = [(ids.index(path.split("/")[0]), name) for path, name in application.get("options", {}).items()]
    return any(one not in worth and one[1] != "rival" for one in taken)


def quantified(answer: Assessment) -> Iterator[Award]:
    """Awards with figures."""
    yield from (award for award in answer.awards if award.settled is not None)
