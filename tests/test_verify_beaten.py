"""Rules that are always beaten: worked out by hand, and the exchange that proves it, condition by condition.

Amounts are in 万元; the vocabulary is that of the strategies: `cost` is at most 2000万元.
"""

from __future__ import annotations

from typing import Any

import z3
from test_oracle import bound, policy, rule
from verify_help import PATIENCE, best, rules_of, share, verdicts

from subsidy_rules.verify.beaten import BEATEN, better_than, replaces
from subsidy_rules.verify.solve import model_of
from subsidy_rules.verify.world import World, WorldClaim

Dict = dict[str, Any]


def beaten(*rules: Dict, bounds: Any = None) -> dict[str, str]:
    names = [one["id"] for one in rules]
    return verdicts(BEATEN, policy(*rules, bounds=[best(*names)] if bounds is None else bounds))


def test_the_lower_of_two_awards_is_always_beaten() -> None:
    assert beaten(rule("a", 10), rule("b", 20)) == {"a": "proved", "b": "refuted"}
    assert beaten(rule("a", 10), rule("b", 20, when=["startup"])) == {"a": "refuted", "b": "refuted"}


def test_of_equal_awards_the_earlier_is_paid() -> None:
    assert beaten(rule("a", 10), rule("b", 10)) == {"a": "refuted", "b": "proved"}


def test_a_share_beats_an_amount_from_some_base_on() -> None:
    """10% of the cost is more than 30万元 from 300万元 on: never beaten; at most 200万元, so that 200万元 beats it."""
    assert beaten(rule("a", share("10%", "cost")), rule("b", 30)) == {"a": "refuted", "b": "refuted"}
    assert beaten(rule("b", share("10%", "cost")), rule("a", 200)) == {"a": "refuted", "b": "proved"}


def test_two_rules_that_beat_a_third_together() -> None:
    found = beaten(rule("a", 10), rule("b", 20, when=["startup"]), rule("c", 20, when=["not startup"]))
    assert found == {"a": "proved", "b": "refuted", "c": "refuted"}


def test_a_ceiling_does_not_beat_what_is_assured() -> None:
    """In the low run nothing is certain of b, and a is paid."""
    assert beaten(rule("a", 10), rule("b", 20, bound="ceiling")) == {"a": "refuted", "b": "refuted"}


def test_a_cap_of_its_own_makes_the_larger_award_smaller() -> None:
    cap = bound("c", "b", cap={"limit": "5万元", "per": ["applicant"]})
    found = beaten(rule("a", 10), rule("b", 20), bounds=[best("a", "b"), cap])
    assert found["a"] == "refuted"


def test_other_bounds_may_let_the_smaller_award_win() -> None:
    """d excludes b; d fills the cap that b is under; c is paid on top of a; cash comes before financing."""
    others = {
        "excluded": (rule("d", 100), bound("more", "b", "d", exclusive={"per": ["applicant"], "prior": "ignore"})),
        "full": (rule("d", 100), bound("more", "b", "d", cap={"limit": "100万元", "per": ["applicant"]})),
        "rider": (rule("d", 50, rides_on="a"), bound("more", "d", cap={"limit": "90万元", "per": ["applicant"]})),
    }
    for name, (other, more) in others.items():
        found = beaten(rule("a", 10), rule("b", 20), other, bounds=[best("a", "b"), more])
        assert found["a"] == "refuted", name
    assert beaten(rule("a", 10), rule("b", 20, form="financing"))["a"] == "refuted"


def of_two(*rules: Dict, bounds: Any) -> tuple[World, WorldClaim, WorldClaim]:
    """The claims of the rules a and b, for one item of their kind."""
    program = rules_of(policy(*rules, bounds=bounds)).program
    world = World(program, program.rules)
    by_id = {claim.rule.id: claim for claim in world.claims}
    return world, by_id["a"], by_id["b"]


A, B, D = rule("a", 10, item="project"), rule("b", 20, item="project"), rule("d", 100, item="project")
BY_ITEM = bound("best", "a", "b", exclusive={"per": ["item"], "prior": "ignore"})
EXCHANGES = {
    "nothing else": (A, B, True),
    "b excludes more": (A, B, bound("more", "b", "d", exclusive={"per": ["item"], "prior": "ignore"}), False),
    "so does a": (A, B, bound("more", "a", "b", "d", exclusive={"per": ["item"], "prior": "ignore"}), True),
    "b may not be for another item at once": (A, {**B, "once": ["applicant"]}, False),
    "b is compared with its past": (A, {**B, "once": ["item"]}, True),
    "b shares a cap": (A, B, bound("more", "b", "d", cap={"limit": "90万元", "per": ["applicant"]}), False),
    "both share it": (A, B, bound("more", "a", "b", "d", cap={"limit": "90万元", "per": ["applicant"]}), True),
    "b has a cap for each item": (A, B, bound("more", "b", cap={"limit": "15万元", "per": ["item"]}), True),
    "b has a cap for all items": (A, B, bound("more", "b", cap={"limit": "90万元", "per": ["applicant"]}), False),
    "b has a cap that an application may state": (
        A,
        B,
        bound("more", "b", cap={"limit": "unpublished", "per": ["item"]}),
        False,
    ),
    "b is counted": (A, B, bound("more", "b", cap={"count": "1", "of": "item", "per": ["applicant"]}), False),
    "both are counted": (A, B, bound("more", "a", "b", cap={"count": "1", "of": "item", "per": ["applicant"]}), True),
    "each as an award": (A, B, bound("more", "a", "b", cap={"count": "1", "of": "award", "per": ["applicant"]}), False),
    "a carries another": (A, B, rule("e", 50, item="project", rides_on="a"), False),
    "b rides": (A, {**B, "rides_on": "d"}, False),
    "b is no cash": (A, {**B, "form": "financing"}, False),
    "neither is": ({**A, "form": "financing"}, {**B, "form": "financing"}, True),
}


def test_when_one_award_can_take_the_place_of_another() -> None:
    for name, (*parts, expected) in EXCHANGES.items():
        rules = [D, *(part for part in parts if "rules" not in part)]
        bounds = [BY_ITEM, *(part for part in parts if "rules" in part)]
        world, a, b = of_two(*rules, bounds=bounds)
        assert replaces(world.program, b, a) is expected, name


def test_no_place_is_taken_where_both_may_be_paid_or_the_text_prescribes_the_choice() -> None:
    listed = bound("best", "a", "b", exclusive={"per": ["item"], "prior": "ignore", "except": [["a", "b"]]})
    chosen = bound("best", "a", "b", exclusive={"per": ["item"], "prior": "ignore", "choose": "option"})
    for one in (listed, chosen):
        world, a, b = of_two(A, B, bounds=[one])
        assert not replaces(world.program, b, a)


def always_better(one: Dict, other: Dict) -> bool:
    """Whether b always wins over a, in both runs."""
    world, a, b = of_two(one, other, bounds=[BY_ITEM])
    return model_of([*world.legal, z3.Not(better_than(world, b, a))], PATIENCE) == "none"


def test_when_an_award_is_always_worth_more() -> None:
    assert always_better(A, B)
    assert not always_better(A, {**B, "when": ["finished"]})
    assert not always_better(A, {**B, "bound": "ceiling"})  # nothing of it is assured
    assert always_better({**A, "bound": "ceiling"}, {**B, "bound": "ceiling"})
    assert not always_better({**B, "id": "a"}, B)  # of equal amounts the earlier rule's is paid
