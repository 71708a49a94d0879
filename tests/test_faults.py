"""Single faults in a policy: every kind, each where it belongs, and nothing else changed."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from engine_help import document

from subsidy_rules import ProblemsError, Rules, load
from subsidy_rules import policies as known_policies
from subsidy_rules.testing import KINDS, mutations

Dict = dict[str, Any]
TITLE = {"zh": "甲", "en": "a"}
HEAD = {"article": "1", "title": TITLE, "department": ["局"]}
FACTS = {
    "applicant": {
        "local": {"kind": "bool", "label": TITLE},
        "income": {"kind": "money", "label": TITLE},
        "founded": {"kind": "date", "label": TITLE},
    },
    "items": {
        "project": {
            "label": TITLE,
            "facts": {
                "cost": {"kind": "money", "label": TITLE},
                "loan": {"kind": "money", "label": TITLE},
                "rank": {"kind": "choice", "label": TITLE, "options": {"a": TITLE, "b": TITLE, "c": TITLE}},
                "stay": {"kind": "months", "label": TITLE},
            },
        }
    },
}


def policy() -> Dict:
    """One rule or bound for every kind of fault."""
    item = {**HEAD, "item": "project"}
    return {
        "id": "p",
        "title": TITLE,
        "status": "in_force",
        "jurisdiction": {"name": TITLE, "level": "city", "code": "99"},
        "effective": {"published": "2025-01-01", "starts": "2025-01-01", "lasts": "3 years"},
        "rules": [
            {
                **item,
                "id": "share",
                "matter": "m",
                "when": ["local", "cost >= 1000万元", "rank in ('a', 'b') or not local"],
                "bound": "exact",
                "pays": [{"when": "rank == 'a'", "rate": "30%", "of": "cost"}, {"rate": "5%", "of": "cost"}],
                "max": ["500万元"],
                "minimum": "1万元",
                "once": ["item"],
            },
            {
                **item,
                "id": "loan",
                "bound": "ceiling",
                "pays": {"formula": "min(50% * loan, 80万元)"},
                "dated_by": "founded",
            },
            {**item, "id": "loan-share", "bound": "exact", "pays": {"rate": "1%", "of": "loan"}, "rides_on": "share"},
            {
                **item,
                "id": "bands",
                "bound": "exact",
                "award": "ladder",
                "pays": {
                    "bands": {
                        "of": "cost",
                        "rows": [{"below": "10万元", "amount": "1万元"}, {"from": "10万元", "amount": "3万元"}],
                    }
                },
            },
            {
                **item,
                "id": "stay",
                "form": "stipend",
                "bound": "exact",
                "pays": {"months": "stay", "amount": "2000元"},
                "cap": [{"units": "24", "per": ["item"]}],
            },
        ],
        "bounds": [
            {
                "id": "two",
                **_bound(["share", "loan"]),
                "cap": {"count": "2", "of": "item", "per": ["applicant", "year"]},
            },
            {
                "id": "pool",
                **_bound(["share", "loan"]),
                "cap": {"limit": "1亿元", "per": ["year"], "ration": "pro_rata"},
            },
            {
                "id": "best",
                **_bound(["share", "loan", "bands"]),
                "exclusive": {"per": ["item"], "prior": "top_up", "except": [["loan", "bands"]]},
            },
            {
                "id": "one",
                **_bound(["stay", "bands"]),
                "exclusive": {"per": ["item"], "prior": "ignore", "choose": "highest"},
            },
            {
                "id": "others",
                **_bound(["share"]),
                "exclusive": {"per": [], "prior": "forfeit", "against": {"levels": ["city"], "same": "matter"}},
            },
        ],
    }


def _bound(rules: list[str]) -> Dict:
    return {"article": "2", "title": TITLE, "rules": rules}


def sound() -> Rules:
    return Rules.of([document(policy(), "p")], document(FACTS, "facts"))


EXPECTED = {  # kind: one fault of it, as (place, before, after)
    "against": ("bounds.others.exclusive.against", "{levels: [city], same: matter}", ""),
    "amount": ("rules.loan.pays.formula", "min(50% * loan, 80万元)", "min(50% * loan, 90万元)"),
    "base": ("rules.share.pays.0.of", "cost", "loan"),
    "bound": ("rules.loan.bound", "ceiling", "exact"),
    "branch": ("rules.share.pays.1", "{rate: 5%, of: cost}", ""),
    "cap": ("rules.share.max.0", "500万元", "5000万元"),
    "cap-missing": ("bounds.pool.cap", "{limit: 1亿元, per: [year], ration: pro_rata}", ""),
    "choose": ("bounds.one.exclusive.choose", "highest", ""),
    "compatible": ("bounds.best.exclusive.except.0", "[loan, bands]", ""),
    "condition": ("rules.share.when.0", "local", ""),
    "connective": ("rules.share.when.2", "rank in ('a', 'b') or not local", "rank in ('a', 'b') and not local"),
    "count": ("bounds.two.cap.count", "2", "3"),
    "counted": ("bounds.two.cap.of", "item", "award"),
    "day": ("rules.loan.dated_by", "founded", ""),
    "direction": ("rules.share.when.1", "cost >= 1000万元", "cost < 1000万元"),
    "edge": ("rules.bands.pays.bands.rows.0.below", "10万元", "100万元"),
    "edge-owner": ("rules.bands.pays.bands.rows.0.below", "below: 10万元", "upto: 10万元"),
    "exclusion": ("bounds.best.exclusive", "{per: [item], prior: top_up, except: [[loan, bands]]}", ""),
    "form": ("rules.stay.form", "stipend", "grant"),
    "key": ("bounds.two.cap.per", "[applicant, year]", "[applicant]"),
    "ladder": ("rules.bands.award", "ladder", ""),
    "least": ("rules.loan.pays.formula", "min(50% * loan, 80万元)", "max(50% * loan, 80万元)"),
    "matter": ("rules.share.matter", "m", ""),
    "member": ("bounds.best.rules.1", "loan", ""),
    "minimum": ("rules.share.minimum", "1万元", "10万元"),
    "negation": ("rules.share.when.2", "rank in ('a', 'b') or not local", "rank in ('a', 'b') or local"),
    "once": ("rules.share.once", "[item]", ""),
    "operator": ("rules.share.when.1", "cost >= 1000万元", "cost > 1000万元"),
    "option": ("rules.share.when.2", "'b'", ""),
    "payee": ("rules.loan.payee", "applicant", "person"),
    "prior": ("bounds.best.exclusive.prior", "top_up", "forfeit"),
    "rate": ("rules.share.pays.0.rate", "30%", "40%"),
    "ration": ("bounds.pool.cap.ration", "pro_rata", "in_order"),
    "rider": ("rules.loan-share.rides_on", "share", ""),
    "rule": ("rules.loan", "loan", ""),
    "swapped": ("rules.share.pays.0.rate", "30%, 5%", "5%, 30%"),
    "threshold": ("rules.share.when.1", "cost >= 1000万元", "cost >= 1001万元"),
    "unit": ("rules.share.max.0", "500万元", "500元"),
    "units": ("rules.stay.cap.0.units", "24", "34"),
    "validity": ("effective.lasts", "3 years", "4 years"),
}


def test_every_kind_of_fault_is_made() -> None:
    found = list(mutations(policy()))
    assert EXPECTED.keys() == KINDS.keys() == {one.kind for one in found}
    made = {kind: [(one.place, one.before, one.after) for one in found if one.kind == kind] for kind in KINDS}
    assert {kind: fault for kind, fault in EXPECTED.items() if fault not in made[kind]} == {}


def test_a_fault_changes_its_place_and_nothing_else() -> None:
    original, before = policy(), policy()
    for one in mutations(original):
        assert original == before
        assert one.document != before
        section, name, *_ = [*one.place.split("."), ""]
        for key in before:
            if key in ("rules", "bounds"):
                same = [entry for entry in before[key] if entry["id"] != name]
                kept = [entry for entry in one.document[key] if entry["id"] != name]
                assert kept == same or one.kind in ("rule", "swapped"), one.name
            else:
                assert one.document[key] == before[key] or section == key


def test_the_edge_of_a_table_moves_on_both_sides() -> None:
    rows = lambda one: one.document["rules"][3]["pays"]["bands"]["rows"]  # noqa: E731
    owner = next(one for one in mutations(policy()) if one.kind == "edge-owner")
    assert rows(owner) == [{"upto": "10万元", "amount": "1万元"}, {"over": "10万元", "amount": "3万元"}]
    figure = next(one for one in mutations(policy()) if one.kind == "edge" and one.after == "100万元")
    assert rows(figure) == [{"below": "100万元", "amount": "1万元"}, {"from": "100万元", "amount": "3万元"}]


def test_a_rule_goes_with_all_that_names_it() -> None:
    fewer = next(one for one in mutations(policy()) if one.kind == "rule" and one.entry == "loan").document
    assert [bound["rules"] for bound in fewer["bounds"]] == [
        ["share"],
        ["share"],
        ["share", "bands"],
        ["stay", "bands"],
        ["share"],
    ]
    assert fewer["bounds"][2]["exclusive"]["except"] == []
    assert not [one for one in mutations(policy()) if one.kind == "rule" and one.entry == "share"]  # a rider needs it


def test_a_fault_loads_or_is_refused_and_says_what_it_is() -> None:
    rules = sound()
    refused = 0
    for one in mutations(rules):
        assert one.entry in one.says.zh or not one.entry
        assert one.before.split(",")[0] in one.says.en and KINDS[one.kind].en in one.says.en
        try:
            assert one.load(rules).documents[0].value == one.document
        except ProblemsError:
            refused += 1
    assert refused  # a limit whose key holds neither applicant nor item


@pytest.mark.parametrize("name", known_policies())
def test_the_faults_of_a_policy_are_many_and_always_the_same(name: str) -> None:
    rules = load(name)
    value = deepcopy(rules.documents[0].value)
    one, two = list(mutations(rules)), list(mutations(rules))
    assert one == two and rules.documents[0].value == value
    assert len({fault.name for fault in one}) == len(one) > 100
    assert len({fault.kind for fault in one}) >= 15
