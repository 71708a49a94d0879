"""The plain case of the choice, which is decided without a search, against the search."""

from __future__ import annotations

from typing import Any

import pytest
from engine_help import loaded
from hypothesis import given
from hypothesis import strategies as st
from strategies import PLAIN_WAYS, VOCABULARY, applications, programs

from subsidy_rules.engine.caps import tight
from subsidy_rules.engine.claims import claims
from subsidy_rules.engine.compiled import CompiledPricer
from subsidy_rules.engine.settle import plain, searched
from subsidy_rules.engine.sheet import Sheet, close_barred, sheets
from subsidy_rules.loading import admit_data

Dict = dict[str, Any]


def sheets_of(policies: list[Dict], application: Dict) -> tuple[Sheet, Sheet]:
    program = loaded(policies, VOCABULARY)
    case, pricer = admit_data(application, program), CompiledPricer(program)
    found = claims(program, case, pricer)
    close_barred(program, case, found, pricer)
    return sheets(program, case, found, pricer)


def both(made: Sheet) -> tuple[set[int] | None, set[int]]:
    caps = [node for node in made.caps if tight(made, node, made.values)]
    return plain(made, made.values, caps), searched(made, made.values, caps)


@given(st.data())
def test_where_it_is_plain_the_search_finds_the_same(data: st.DataObject) -> None:
    """Ties included."""
    policies = data.draw(programs(ways=PLAIN_WAYS))
    for made in sheets_of(policies, data.draw(applications(policies))):
        lost, expected = both(made)
        assert lost is None or lost == expected


TITLE = {"zh": "a", "en": "a"}


def rule(name: str, amount: str, **more: Any) -> Dict:
    head = {"id": name, "article": "1", "title": TITLE, "department": ["局"], "bound": "exact"}
    return {**head, "pays": [{"amount": amount}], **more}


RULES = [
    rule("a", "3万元"),
    rule("b", "5万元"),
    rule("c", "5万元"),
    rule("d", "9万元", form="financing"),
    rule("e", "1万元"),
]
ONE = {"exclusive": {"per": ["applicant"], "prior": "ignore"}}
EXCEPT = {"exclusive": {"per": ["applicant"], "prior": "ignore", "except": [["a", "c"]]}}
COUNT = {"cap": {"count": "1", "of": "award", "per": ["applicant"]}}
CUT = {"cap": {"limit": "6万元", "per": ["applicant"]}}
WIDE = {"cap": {"limit": "99万元", "per": ["applicant"]}}


@pytest.mark.parametrize(
    ("bounds", "lost"),
    [
        ([], ""),
        ([("ab", ONE)], "a"),
        ([("bc", ONE)], "c"),  # of equals the first
        ([("ad", ONE)], "d"),  # cash before financing
        ([("ab", ONE), ("ce", ONE)], "ae"),
        ([("ab", ONE), ("abe", CUT)], "a"),
        ([("ab", ONE), ("be", WIDE)], "a"),  # it parts the two, and cuts nothing
        ([("ab", ONE), ("bce", CUT)], None),  # it parts the two, and cuts
        ([("ab", ONE), ("bc", ONE)], None),
        ([("abc", EXCEPT)], None),
        ([("ab", COUNT)], None),
    ],
    ids=str,
)
def test_what_is_plain(bounds: list[tuple[str, Dict]], lost: str | None) -> None:
    written = [
        {"id": f"x{at}", "article": "1", "title": TITLE, "rules": list(rules), **bound}
        for at, (rules, bound) in enumerate(bounds)
    ]
    policy = {
        "id": "p", "title": TITLE, "status": "in_force", "rules": RULES, "bounds": written,
        "jurisdiction": {"name": TITLE, "level": "city", "code": "99"},
        "effective": {"published": "2025-01-01", "starts": "2025-01-01", "lasts": "3 years"},
    }  # fmt: skip
    application = {"applicant": {"id": "firm", "facts": {}}, "year": "2026", "history": "complete"}
    for made in sheets_of([policy], application):
        found, expected = both(made)
        assert found == (None if lost is None else {"abcde".index(name) for name in lost})
        assert found is None or found == expected
