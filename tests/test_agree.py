"""The comparison of all ways to compute an amount runs, for a few of the cases that `make agree` tries."""

from __future__ import annotations

from collections import Counter

from agree import agree, chunk
from engine_help import loaded
from strategies import VOCABULARY
from test_oracle import application, bound, policy, project, rule

from subsidy_rules.engine.assess import assess
from subsidy_rules.engine.compiled import CompiledPricer
from subsidy_rules.loading import admit_data


def test_a_few_cases_agree() -> None:
    count: Counter[str] = Counter()
    chunk(1, 60, count)
    assert count["cases"] == 60 and count["totals by SMT"]


TIED = policy(
    rule("b", {"rate": "100%", "of": "spend"}, item="project", cap=[{"limit": "spend_before", "per": ["item"]}]),
    rule("c", 12, item="project"),
    bounds=[
        bound("one", "b", exclusive={"per": ["award", "applicant"], "prior": "ignore"}),
        bound("joint", "b", "c", cap={"limit": "1万元", "per": ["applicant", "year"]}),
    ],
)


def test_an_award_that_its_own_cap_leaves_nothing_of_displaces_none() -> None:
    """Either `b` fills the joint cap of 1万元. That of `j` is due 1万元, of which its own cap leaves nothing."""
    said = application(
        project("i", spend="1000元", spend_before="1万元"), project("j", spend="1万元", spend_before="0元")
    )
    agree([TIED], said, Counter())
    program = loaded([TIED], VOCABULARY)
    awards = assess(program, admit_data(said, program), CompiledPricer(program)).awards
    paid = {(one.rule, one.item): one.settled.assured // 100 for one in awards if one.settled}
    assert paid == {("b", "i"): 1_000, ("b", "j"): 0, ("c", "i"): 9_000, ("c", "j"): 0}
