"""Prices as terms against the engine's prices: the same to the fen for facts that are all known."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
import z3
from engine_help import loaded
from hypothesis import given
from hypothesis import strategies as st
from strategies import VOCABULARY, applications, policies
from test_expr import ROWS, SCOPE, expected, plain, slots
from test_oracle import policy, rule
from verify_help import constant, rules_of

from subsidy_rules.engine.compiled import CompiledPricer
from subsidy_rules.expr import QUANTITIES, ExprError, Tree, facts, parse
from subsidy_rules.loading import admit_data
from subsidy_rules.loading.link import quantity
from subsidy_rules.model.case import Case, Raw
from subsidy_rules.model.program import Program
from subsidy_rules.verify.terms import code, decode, price, scaled, truth
from subsidy_rules.verify.world import MOST, raw_text

Dict = dict[str, Any]


def known_rows() -> list[Any]:
    """The rows of the conformance table that are conditions or quantities and whose facts are all known."""
    found = []
    for source, want, stated, result in ROWS:
        try:
            tree = parse(plain(source), SCOPE, want or None)
        except ExprError:
            continue
        values = slots(stated)
        if tree.kind in (*QUANTITIES, "bool") and all(values.get(name) is not None for name in facts(tree)):
            found.append(pytest.param(tree, values, expected(tree.kind, result), id=source[:60]))
    return found


@pytest.mark.parametrize(("tree", "values", "result"), known_rows())
def test_the_conformance_table_of_the_expression_language(tree: Tree, values: Dict, result: Any) -> None:
    terms = {name: constant(value) for name, value in values.items()}
    if tree.kind == "bool":
        assert z3.is_true(z3.simplify(truth(tree, terms))) is result
    else:
        term, exponent = scaled(tree, terms)
        assert (Fraction(number(term), 10**exponent),) * 2 == result


def test_an_amount_is_not_less_than_nothing() -> None:
    """50万元 − 80万元, limited to 10万元."""
    less = rule("r", {"formula": "tax - income"}, max=["10万元"])
    program = rules_of(policy(less)).program
    stated = {"tax": constant(50_000_000), "income": constant(80_000_000)}
    assert number(price(program.rules[0], stated).high) == 0


def known(program: Program, case: Case, values: tuple[Raw, ...], kind: str | None) -> Dict:
    own = zip(program.applicant_facts, case.values, strict=True)
    of_item = zip(program.item_facts[kind], values, strict=True) if kind else ()
    return {name: constant(value) for name, value in [*own, *of_item]}


def number(term: Any) -> int:
    return int(z3.simplify(term).as_long())


@given(st.data())
def test_every_price_is_the_engines(data: st.DataObject) -> None:
    drawn = [data.draw(policies(against=False))]
    program = loaded(drawn, VOCABULARY)
    case = admit_data(data.draw(applications(drawn, unknown=False)), program)
    pricer = CompiledPricer(program)
    for one in program.rules:
        for item in [item for item in case.items if item.kind == one.item] if one.item else [None]:
            values = item.values if item else ()
            matches, low, high = pricer.price(one, case.values, values)
            priced = price(one, known(program, case, values, one.item))
            found = (z3.is_true(z3.simplify(priced.matches)), number(priced.low), number(priced.high))
            assert found == (matches, low, high), one.id


@given(st.sampled_from(QUANTITIES), st.data())
def test_a_value_of_a_model_is_read_back_as_itself(kind: str, data: st.DataObject) -> None:
    raw = data.draw(st.integers(0, MOST[kind]))
    assert quantity(kind, raw_text(kind, raw)) == raw


@given(st.text(min_size=1))
def test_a_text_is_the_number_of_its_bytes(text: str) -> None:
    if not text.startswith("\0"):  # no fact begins with it
        assert decode(code(text)) == text
