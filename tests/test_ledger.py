"""What the ledger commits, refuses and remembers. Figures are worked out from `ledger/fund.yaml` by hand."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from ledger_help import FOLDER, application, approve, codes, product, project, rules
from sqlalchemy.exc import OperationalError

import subsidy_rules
from subsidy_rules.errors import ProblemsError
from subsidy_rules.ledger import Decision, Ledger, Refused, Unavailable, clock, store
from subsidy_rules.money import parse_money

MARCH = datetime(2026, 3, 1, 2, tzinfo=UTC)


@pytest.fixture
def ledger() -> Ledger:
    """Empty, in memory, on 1 March 2026."""
    made = Ledger("sqlite://", clock=lambda: MARCH)
    made.migrate()
    return made


def decide(ledger: Ledger, key: str, asked: dict[str, Any], *approved: dict[str, Any], **more: Any) -> Any:
    return ledger.decide(rules(), asked, key=key, approved=approved, **more)


def paid(ledger: Ledger, applicant: str) -> dict[str, int]:
    """What stands, by rule and item."""
    return {
        grant["rule"] + (f":{grant['item']}" if "item" in grant else ""): parse_money(grant["amount"])
        for grant in ledger.grants(applicant)
        if not grant.get("repaid")
    }


def expected(outcome: Any) -> str:
    assert isinstance(outcome, Refused) and len(outcome.problems) == 1
    return outcome.problems[0].expected


# Deciding


def test_a_decision_commits_what_was_approved_and_nothing_else(ledger: Ledger) -> None:
    """The ceiling would be 100万 for each project, and the title is assured: what nobody approved is not granted."""
    asked = application("a", project("p1"), project("p2"))
    made = decide(ledger, "k", asked, approve("equipment", "60万元", "p1"))
    assert isinstance(made, Decision)
    assert [(one.rule, one.item, one.amount, one.delta) for one in made.awards] == [
        ("equipment", "p1", 60_000_000, 60_000_000)
    ]
    assert (made.applicant, made.year, made.decided_on, made.delta) == ("a", 2026, date(2026, 3, 1), 60_000_000)
    assert paid(ledger, "a") == {"equipment:p1": 60_000_000}
    assert ledger.decision("k") == made and ledger.decision("other") is None


def test_the_same_key_gives_the_same_decision(ledger: Ledger) -> None:
    asked = application("a", project("p1"))
    first = decide(ledger, "k", asked, approve("equipment", "60万元", "p1"), approve("title", "20万元"))
    again = decide(ledger, "k", asked, approve("title", "200000元"), approve("equipment", "60万元", "p1"))
    assert again == first and again.replayed and not first.replayed
    assert codes(decide(ledger, "k", asked, approve("equipment", "60万元", "p1"))) == ["SR803"]
    other = application("a", project("p1", cost="201万元"))
    assert codes(decide(ledger, "k", other, approve("equipment", "60万元", "p1"), approve("title", "20万元"))) == [
        "SR803"
    ]
    assert ledger.verify().entries == 2


def test_all_or_nothing(ledger: Ledger) -> None:
    asked = application("a", project("p1"), project("p2"))
    three = [approve("equipment", "80万元", "p1"), approve("equipment", "80万元", "p2"), approve("title", "20万元")]
    assert codes(decide(ledger, "k", asked, *three)) == ["SR805"]
    assert paid(ledger, "a") == {} and ledger.verify().entries == 0
    assert not codes(decide(ledger, "k", asked, *three[::2]))  # the key is free: nothing was written under it


def test_no_cap_is_passed(ledger: Ledger) -> None:
    """150万 a year: 90万 leave 60万; the next year has its own."""
    assert not codes(decide(ledger, "k1", application("a", project("p1")), approve("equipment", "90万元", "p1")))
    more = decide(ledger, "k2", application("a", project("p2")), approve("equipment", "61万元", "p2"))
    assert (codes(more), expected(more)) == (["SR805"], "at most 600000.00 (fund/equipment-cap)")
    assert not codes(decide(ledger, "k2", application("a", project("p2")), approve("equipment", "60万元", "p2")))
    later = application("a", project("p3"), year=2027)
    assert not codes(decide(ledger, "k3", later, approve("equipment", "100万元", "p3")))


def test_not_more_than_the_rule_gives(ledger: Ledger) -> None:
    """50% of 120万; what fails a condition gets nothing, and the refusal names the condition."""
    over = decide(ledger, "k", application("a", project("p", "120万元")), approve("equipment", "600000.01元", "p"))
    assert expected(over) == "at most 600000.00"
    foreign = decide(ledger, "k", application("a", local=False), approve("title", "20万元"))
    assert (codes(foreign), expected(foreign)) == (["SR805"], "at most 0.00 (local)")
    assert not codes(
        decide(ledger, "k", application("a", local=None), approve("title", "20万元"))
    )  # the office judged it


def test_an_award_stands_once(ledger: Ledger) -> None:
    asked = application("a", project("p"))
    assert not codes(decide(ledger, "k1", asked, approve("demonstration", "5万元", "p")))
    assert codes(decide(ledger, "k2", asked, approve("demonstration", "5万元", "p"))) == ["SR804"]
    assert codes(decide(ledger, "k3", application("a"), approve("title", "20万元"))) == []
    once = decide(ledger, "k4", application("a", year=2027), approve("title", "20万元"))
    assert expected(once) == "at most 0.00 (fund/title-once)"


def test_what_is_not_certain_is_not_committed(ledger: Ledger) -> None:
    """Without the contract it is not known whether it was paid for before."""
    unknown = decide(ledger, "k", application("a", product("q")), approve("purchase", "10万元", "q"))
    assert codes(unknown) == ["SR806"] and "contract" in expected(unknown)
    known = application("a", product("q", contract="c"))
    assert not codes(decide(ledger, "k", known, approve("purchase", "10万元", "q")))


def test_an_award_without_a_figure_takes_the_approved_one(ledger: Ledger) -> None:
    assert not codes(decide(ledger, "k", application("a", project("p")), approve("major", "480万元", "p")))
    left = {one.bound: one.left for one in ledger.left(rules(), 2026)}
    assert left["fund/pool"] == 20_000_000
    more = decide(ledger, "k2", application("b", project("p")), approve("equipment", "30万元", "p"))
    assert (codes(more), expected(more)) == (["SR807"], "at most 200000.00 (fund/pool)")


def test_wrong_input_is_an_error_and_says_all(ledger: Ledger) -> None:
    later = project("p9") | {"years": ["2027"]}
    asked = application("a", project("p"), later, parameters={"fund/pool": "1元"})
    asked["grants"] = [{"policy": "fund", "rule": "title", "year": 2025, "amount": "1元"}]
    with pytest.raises(ProblemsError) as found:
        decide(ledger, "k", asked, approve("equipment", "0元", "p"), approve("equipment", "0元", "p9"))
    assert [one.code for one in found.value.problems] == ["SR801", "SR801", "SR802", "SR813"]
    for key in ("", "a b", "k" * 129, "k\n"):
        with pytest.raises(ProblemsError, match="SR303"):
            decide(ledger, key, application("a"), approve("title", "20万元"))
    with pytest.raises(ProblemsError, match="SR404"):
        decide(ledger, "k", application("a"), approve("title", "20"))


# What applicants share


def test_places_are_counted_by_thing(ledger: Ledger) -> None:
    """Three places: two awards for one project take one, the same project id of another applicant is another project."""
    both = application("a", project("p"))
    assert not codes(decide(ledger, "k1", both, approve("demonstration", "5万元", "p"), approve("show", "4万元", "p")))
    for at, name in enumerate("bc"):
        assert not codes(decide(ledger, f"k{name}", application(name, project("p")), approve("show", "4万元", "p"))), at
    full = decide(ledger, "kd", application("d", project("p")), approve("show", "4万元", "p"))
    assert (codes(full), expected(full)) == (["SR807"], "at most 0 (fund/quota)")
    assert not codes(decide(ledger, "kb2", application("b", project("p")), approve("demonstration", "5万元", "p")))
    assert ledger.parameters(rules(), 2026)["fund/quota"] == "0"
    assert ledger.parameters(rules(), 2027)["fund/quota"] == "3"


def test_a_pool_by_a_fact_of_the_item(ledger: Ledger) -> None:
    """40万 for each segment."""

    def launch(key: str, name: str, segment: str, amount: str) -> Any:
        return decide(ledger, key, application(name, product("q", segment=segment)), approve("launch", amount, "q"))

    assert not codes(launch("k1", "a", "east", "30万元"))
    assert not codes(launch("k2", "b", "west", "30万元"))
    assert expected(launch("k3", "c", "east", "11万元")) == "at most 100000.00 (fund/segments)"
    assert not codes(launch("k3", "c", "east", "10万元"))
    unknown = decide(ledger, "k4", application("d", product("q")), approve("launch", "1万元", "q"))
    assert codes(unknown) == ["SR806"]


def test_an_earlier_award_whose_facts_are_not_known_counts_everywhere(ledger: Ledger) -> None:
    grant = {"policy": "fund", "rule": "launch", "item": "q", "year": 2026, "amount": "25万元"}
    ledger.record(rules(), application("z", grants=[grant]), key="old", decided_on=date(2026, 1, 5))
    for segment in ("east", "west"):
        asked = application("a", product("q", segment=segment))
        assert (
            expected(decide(ledger, "k", asked, approve("launch", "16万元", "q")))
            == "at most 150000.00 (fund/segments)"
        )


def test_an_object_is_paid_for_once_whoever_applies(ledger: Ledger) -> None:
    def purchase(key: str, name: str, contract: str) -> Any:
        return decide(
            ledger, key, application(name, product("q", contract=contract)), approve("purchase", "10万元", "q")
        )

    assert not codes(purchase("k1", "a", "c-1"))
    assert codes(purchase("k2", "b", "c-1")) == ["SR808"]
    assert "a" not in [part for one in purchase("k2", "b", "c-1").problems for part in (one.found, one.expected)]
    assert not codes(purchase("k2", "b", "c-2"))


def test_figures_of_a_year(ledger: Ledger) -> None:
    def set_figure(key: str, bound: str, figure: str, year: int = 2026) -> Any:
        return ledger.set_figure(rules(), key=key, bound=bound, year=year, figure=figure)

    asked = application("a", project("p"))
    decide(ledger, "k1", asked, approve("equipment", "60万元", "p"))
    assert codes(set_figure("f", "fund/pool", "59万元")) == ["SR812"]
    assert not codes(set_figure("f0", "fund/pool", "60万元"))
    assert not codes(set_figure("f", "fund/pool", "61万元")) and set_figure("f", "fund/pool", "61万元").replayed
    assert codes(set_figure("f", "fund/pool", "62万元")) == ["SR803"]
    assert ledger.parameters(rules(), 2026) == {"fund/pool": "10000.00元", "fund/quota": "3"}
    assert ledger.parameters(rules(), 2027)["fund/pool"] == "5000000.00元"  # as the text says
    # An unpublished limit bounds nothing until its figure is recorded.
    assert not codes(decide(ledger, "k2", asked, approve("demonstration", "5万元", "p")))
    assert not codes(set_figure("y", "fund/yearly", "8万元"))
    assert ledger.parameters(rules(), 2026)["fund/yearly"] == "80000.00元"
    assert expected(decide(ledger, "k3", asked, approve("show", "4万元", "p"))) == "at most 30000.00 (fund/yearly)"
    with pytest.raises(ProblemsError, match="SR411"):
        set_figure("x", "fund/title", "1元")
    with pytest.raises(ProblemsError, match="SR404"):
        set_figure("x", "fund/quota", "3万元")


def test_a_budget_may_be_more_than_the_text_says(ledger: Ledger) -> None:
    asked = application("a", project("p"), project("q"))
    assert expected(decide(ledger, "k", asked, approve("major", "700万元", "p"))) == "at most 5000000.00 (fund/pool)"
    ledger.set_figure(rules(), key="f", bound="fund/pool", year=2026, figure="800万元")
    assert not codes(decide(ledger, "k", asked, approve("major", "700万元", "p")))
    assert expected(decide(ledger, "k2", asked, approve("major", "101万元", "q"))) == "at most 1000000.00 (fund/pool)"


def test_what_is_left_goes_into_an_assessment(ledger: Ledger) -> None:
    """Two who ask for 100万 each of a pool with 140万 left: together they are told of no more."""
    decide(ledger, "k", application("z", project("p")), approve("major", "360万元", "p"))
    left = ledger.parameters(rules(), 2026)
    alone = rules().assess(application("a", project("p1"), project("p2"), parameters=left))
    ceilings = {award.rule: 0 for award in alone.awards}
    for award in alone.awards:
        ceilings[award.rule] += award.settled.ceiling or 0 if award.settled else 0
    assert (ceilings["equipment"], ceilings["workshop"]) == (
        140_000_000,
        150_000_000,
    )  # the pool, and a cap of one's own
    several = [application(name, project("p"), approved=[approve("equipment", "100万元", "p")]) for name in "ab"]
    for one, at in zip(several, ("2026-03-01", "2026-03-02"), strict=True):
        one["applied_at"] = at
    answers = rules().assess_all(several, left)
    settled = [award.settled.assured for one in answers for award in one.awards if award.rule == "equipment"]
    assert settled == [100_000_000, 40_000_000]


# Changing what was decided


def test_a_correction_moves_the_difference(ledger: Ledger) -> None:
    asked = application("a", project("p"))
    decide(ledger, "k", asked, approve("equipment", "60万元", "p"), approve("demonstration", "5万元", "p"))
    made = ledger.correct(
        rules(), asked, key="c", of="k", approved=[approve("equipment", "100万元", "p"), approve("title", "20万元")]
    )
    assert isinstance(made, Decision) and made.kind == "correction"
    assert [(one.rule, one.amount, one.delta) for one in made.awards] == [
        ("equipment", 100_000_000, 40_000_000), ("title", 20_000_000, 20_000_000), ("demonstration", 0, -5_000_000)
    ]  # fmt: skip
    assert made.delta == 55_000_000
    assert paid(ledger, "a") == {"equipment:p": 100_000_000, "title": 20_000_000}
    # Once more, and down to nothing.
    assert codes(ledger.correct(rules(), asked, key="c2", of="c", approved=[])) == ["SR810"]
    down = ledger.correct(rules(), asked, key="c2", of="k", approved=[])
    assert isinstance(down, Decision) and down.delta == -120_000_000 and paid(ledger, "a") == {}
    assert {one.drawn for one in ledger.left(rules(), 2026)} == {0}
    assert codes(ledger.correct(rules(), asked, key="c3", of="k", approved=[])) == ["SR810"]
    assert not codes(decide(ledger, "k2", asked, approve("title", "20万元")))
    assert ledger.verify().ok


def test_a_correction_upwards_is_held_to_caps_and_pools(ledger: Ledger) -> None:
    asked = application("a", project("p1"))
    decide(ledger, "k1", asked, approve("equipment", "60万元", "p1"))
    decide(ledger, "k2", application("a", project("p2")), approve("equipment", "80万元", "p2"))
    more = ledger.correct(rules(), asked, key="c", of="k1", approved=[approve("equipment", "71万元", "p1")])
    assert expected(more) == "at most 700000.00 (fund/equipment-cap)"
    ledger.set_figure(rules(), key="f", bound="fund/pool", year=2026, figure="145万元")
    pool = ledger.correct(rules(), asked, key="c", of="k1", approved=[approve("equipment", "66万元", "p1")])
    assert expected(pool) == "at most 650000.00 (fund/pool)"
    assert not codes(ledger.correct(rules(), asked, key="c", of="k1", approved=[approve("equipment", "65万元", "p1")]))
    assert ledger.parameters(rules(), 2026)["fund/pool"] == "0.00元"


def test_a_correction_gives_back_what_it_took(ledger: Ledger) -> None:
    """A full quota lets one project take another's place; a pool that records of elsewhere overdrew lets an award sink."""
    for at, name in enumerate("abc"):
        decide(ledger, f"k{at}", application(name, project("p"), project("q")), approve("show", "4万元", "p"))
    asked = application("a", project("p"), project("q"))
    two = [approve("show", "4万元", "p"), approve("show", "4万元", "q")]
    assert codes(ledger.correct(rules(), asked, key="c", of="k0", approved=two)) == ["SR807"]
    assert not codes(ledger.correct(rules(), asked, key="c", of="k0", approved=two[1:]))
    assert paid(ledger, "a") == {"show:q": 4_000_000}
    decide(ledger, "e", asked, approve("equipment", "50万元", "p"))
    elsewhere = {"policy": "fund", "rule": "major", "item": "x", "year": 2026, "amount": "600万元"}
    ledger.record(rules(), application("z", grants=[elsewhere]), key="old", decided_on=date(2026, 1, 5))
    for amount, refused in (("51万元", ["SR807"]), ("40万元", [])):
        changed = ledger.correct(rules(), asked, key="c2", of="e", approved=[approve("equipment", amount, "p")])
        assert codes(changed) == refused


def test_nothing_is_corrected_that_is_not_there(ledger: Ledger) -> None:
    asked = application("a", project("p"))
    decide(ledger, "k", asked, approve("equipment", "60万元", "p"))
    for other, of in ((asked, "nope"), (application("b", project("p")), "k"), (application("a", year=2027), "k")):
        assert codes(ledger.correct(rules(), other, key="c", of=of, approved=[])) == ["SR810"]
    early = {"decided_on": date(2026, 2, 28)}
    assert codes(ledger.correct(rules(), asked, key="c", of="k", approved=[], **early)) == ["SR811"]


def test_a_repaid_award_counts_no_more(ledger: Ledger) -> None:
    place = {"applicant": "a", "policy": "fund", "rule": "title", "item": None, "year": 2026}
    decide(ledger, "k", application("a"), approve("title", "20万元"))
    assert codes(ledger.repay(key="r", **{**place, "year": 2025})) == ["SR810"]
    assert codes(ledger.repay(key="r", **place, decided_on=date(2026, 2, 1))) == ["SR811"]
    made = ledger.repay(key="r", **place)
    assert isinstance(made, Decision) and made.delta == -20_000_000
    assert ledger.repay(key="r", **place) == made
    assert codes(ledger.repay(key="r2", **place)) == ["SR810"]
    assert ledger.grants("a")[0]["repaid"] is True
    assert not codes(decide(ledger, "k2", application("a"), approve("title", "20万元")))  # `once` has nothing to find
    assert paid(ledger, "a") == {"title": 20_000_000} and ledger.verify().ok
    decide(ledger, "k3", application("b"), approve("title", "20万元"), decided_on=date(2026, 4, 1))
    later = ledger.repay(key="r3", **{**place, "applicant": "b"})
    assert isinstance(later, Decision) and later.decided_on == date(2026, 4, 1)  # not before what it takes back


def test_a_retroactive_amendment_is_reviewed_and_yields_its_delta(ledger: Ledger, tmp_path: Path) -> None:
    """The amended text pays 25万 for the title. What came after the decision is left out of the review."""
    for name in ("fund.yaml", "facts.yaml"):
        text = (FOLDER / name).read_text("utf-8").replace("amount: 20万元", "amount: 25万元")
        (tmp_path / name).write_text(text, "utf-8")
    amended = subsidy_rules.load(tmp_path / "fund.yaml")
    asked = application("a", project("p"))
    decide(ledger, "k", asked, approve("title", "20万元"))
    decide(
        ledger,
        "later",
        application("a", project("p")),
        approve("equipment", "100万元", "p"),
        decided_on=date(2026, 6, 1),
    )
    answer = ledger.review(amended, asked, of="k")
    settled = {award.rule: award.settled for award in answer.awards}
    assert settled["title"] and settled["title"].assured == 25_000_000
    assert settled["equipment"] and settled["equipment"].ceiling == 100_000_000
    made = ledger.correct(amended, asked, key="c", of="k", approved=[approve("title", "25万元")])
    assert isinstance(made, Decision) and (made.delta, made.decided_on) == (5_000_000, date(2026, 3, 1))
    with pytest.raises(ProblemsError, match="SR810"):
        ledger.review(amended, asked, of="nope")


# Earlier awards, and the shape in which they are given


def test_earlier_awards_are_taken_over_and_count(ledger: Ledger) -> None:
    """Of a version that the policy succeeds, of another policy, and one that was repaid."""
    grants = [
        {"policy": "old-fund", "rule": "title", "year": 2024, "amount": "15万元"},
        {"policy": "nation", "rule": "prize", "year": 2025, "amount": "50万元", "level": "nation", "matter": "title"},
        {"policy": "fund", "rule": "equipment", "item": "p0", "year": 2026, "amount": "60万元", "value": "80万元"},
        {"policy": "fund", "rule": "show", "item": "p0", "year": 2026, "amount": "4万元", "repaid": "true"},
    ]  # fmt: skip
    asked = application("a", grants=grants)
    made = ledger.record(rules(), asked, key="old", decided_on=date(2025, 12, 31))
    assert isinstance(made, Decision) and made.kind == "grant"
    assert ledger.record(rules(), asked, key="old", decided_on=date(2025, 12, 31)).replayed  # type: ignore[union-attr]
    assert codes(ledger.record(rules(), asked, key="old2", decided_on=date(2025, 12, 31))) == ["SR804"]
    given = ledger.grants("a")
    assert [(one["policy"], one["amount"], one.get("value"), one.get("level")) for one in given] == [
        ("old-fund", "150000.00元", None, "district"),
        ("nation", "500000.00元", None, "nation"),
        ("fund", "600000.00元", "800000.00元", "district"),
        ("fund", "40000.00元", None, "district"),
    ]
    same = rules().admit(application("a", grants=given)).grants
    assert same == rules().admit(asked).grants  # exactly what the application said
    title = decide(ledger, "k", application("a"), approve("title", "20万元"))
    assert expected(title) == "at most 0.00 (fund/title-once)"
    over = decide(ledger, "k", application("a", project("p")), approve("equipment", "91万元", "p"))
    assert expected(over) == "at most 900000.00 (fund/equipment-cap)"
    assert {one.bound: one.drawn for one in ledger.left(rules(), 2026)} == {"fund/pool": 60_000_000, "fund/quota": 0}


def test_only_the_facts_of_keys_are_kept(ledger: Ledger) -> None:
    asked = application("a", product("q", segment="east", contract="c", maker="m"))
    decide(ledger, "k", asked, approve("launch", "30万元", "q"))
    with ledger.store.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM ledger_entries").fetchall()
    assert "east" in str(rows) and '"m"' not in str(rows) and '"c"' not in str(rows)
    assert ledger.grants("a")[0]["attributes"] == {"segment": "east"}


def test_a_replaced_award_is_remembered_as_repayable() -> None:
    """Under `prior: replace` the better award is paid in full, and the earlier one is to be paid back; never netted."""
    text = (FOLDER / "fund.yaml").read_text("utf-8")
    text += """  - id: better
    article: "9"
    title: {zh: 就高, en: The better one}
    figures: []
    rules: [demonstration, show]
    exclusive: {per: [applicant], prior: replace}
"""
    from subsidy_rules.reading import read, read_yaml

    better = subsidy_rules.Rules.of([read_yaml(text.encode(), "fund.yaml")], read(FOLDER / "facts.yaml"))
    ledger = Ledger("sqlite://", clock=lambda: MARCH)
    ledger.migrate()
    asked = application("a", project("p"))
    ledger.decide(better, asked, key="k1", approved=[approve("show", "4万元", "p")])
    made = ledger.decide(better, asked, key="k2", approved=[approve("demonstration", "5万元", "p")])
    assert isinstance(made, Decision)
    assert (made.delta, made.repayable) == (5_000_000, (("fund", "show", "p", 2026, 4_000_000),))
    assert ledger.decision("k2") == made


# Time


def test_a_budget_year_ends_in_shanghai() -> None:
    """At 16:00 UTC on 31 December the next year begins there."""
    for moment, refused in (
        (datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC), []),
        (datetime(2026, 12, 31, 16, tzinfo=UTC), ["SR809"]),
    ):
        ledger = Ledger("sqlite://", clock=lambda moment=moment: moment)  # type: ignore[misc]
        ledger.migrate()
        assert codes(decide(ledger, "k", application("a"), approve("title", "20万元"))) == refused
        late = decide(ledger, "late", application("b"), approve("title", "20万元"), decided_on=date(2026, 12, 31))
        assert not codes(late)  # decided in time, recorded late


def test_a_clock_that_is_set_back_changes_no_order() -> None:
    moments = [MARCH, MARCH - timedelta(days=400), MARCH - timedelta(days=400), MARCH + timedelta(seconds=1)]
    times = iter(moments)
    ledger = Ledger("sqlite://", clock=lambda: next(times))
    ledger.migrate()
    made = [decide(ledger, f"k{at}", application(f"a{at}"), approve("title", "20万元")) for at in range(4)]
    assert [one.recorded_at for one in made] == [
        "2026-03-01T02:00:00.000000Z", "2026-03-01T02:00:00.000001Z", "2026-03-01T02:00:00.000002Z",
        "2026-03-01T02:00:01.000000Z",
    ]  # fmt: skip
    assert {one.decided_on for one in made} == {date(2026, 3, 1)}
    assert ledger.verify().ok
    assert [len(ledger.grants("a1", known_at=MARCH + timedelta(microseconds=at))) for at in (0, 1)] == [0, 1]


def test_times_are_utc_and_need_their_zone() -> None:
    assert clock.stamp(datetime(2026, 1, 1, 7, 30, tzinfo=clock.SHANGHAI)) == "2025-12-31T23:30:00.000000Z"
    with pytest.raises(ValueError):
        clock.stamp(datetime(2026, 1, 1))


# The database


def test_a_database_without_the_ledger_is_told() -> None:
    with pytest.raises(ProblemsError, match="SR821"):
        Ledger("sqlite://").grants("a")
    ledger = Ledger("sqlite://")
    ledger.migrate()
    with ledger.store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE ledger_version SET version_num = '0000'")
    with pytest.raises(ProblemsError, match="SR821"):
        ledger.grants("a")
    for url in ("oracle://x/y", "nonsense", ""):
        with pytest.raises(ProblemsError, match="SR825"):
            Ledger(url)


def test_a_password_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "PAUSES", ())
    ledger = Ledger("postgresql://user:geheim@127.0.0.1:1/x")
    assert "geheim" not in repr(ledger.store)
    with pytest.raises(Unavailable) as found:
        ledger.grants("a")
    assert "geheim" not in str(found.value) and found.value.problems[0].code == "SR822"


def _failing(times: int) -> Callable[..., None]:
    """Fails so often, as a server does that goes away."""
    left = [times]

    def fail(*_: object) -> None:
        if left[0]:
            left[0] -= 1
            raise OperationalError("COMMIT", {}, Exception("server closed the connection"))

    return fail


def test_a_lost_connection_is_tried_again_a_bounded_number_of_times(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "PAUSES", (0.0, 0.0))
    ledger.grants("a")
    asked = application("a")
    sqlalchemy.event.listen(ledger.store.engine, "commit", _failing(2))
    assert not codes(decide(ledger, "k", asked, approve("title", "20万元")))
    sqlalchemy.event.listen(ledger.store.engine, "commit", _failing(3))
    with pytest.raises(Unavailable):
        decide(ledger, "k2", application("b"), approve("title", "20万元"))
    assert ledger.verify().entries == 1


def test_threads_share_a_ledger(tmp_path: Path) -> None:
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.db'}", clock=lambda: MARCH)
    ledger.migrate()
    ledger.set_figure(rules(), key="f", bound="fund/pool", year=2026, figure="10万元")
    found: list[Any] = []

    def work(at: int) -> None:
        found.append(decide(ledger, f"k{at}", application(f"a{at}", project("p")), approve("equipment", "3万元", "p")))

    threads = [threading.Thread(target=work, args=(at,)) for at in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(map(codes, found)) == [[]] * 3 + [["SR807"]] * 5
    assert ledger.verify().ok
