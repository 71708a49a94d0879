"""Properties of the expression language: random trees, random facts, hostile text."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from effort import at_most
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from subsidy_rules.expr import (
    NAMESPACE,
    QUANTITIES,
    Binary,
    Bool,
    Call,
    Compare,
    ExprError,
    Fact,
    FactType,
    In,
    Literal,
    Not,
    compile_function,
    evaluate,
    facts,
    interval,
    known,
    parse,
    show,
)
from subsidy_rules.expr.kinds import product

OPTIONS = ("A", "B", "丙")
SCOPE = {
    **{f"{kind}_{i}": FactType(kind) for kind in QUANTITIES for i in (1, 2)},
    **{f"{kind}_range": FactType(kind, low=2, high=7) for kind in QUANTITIES},
    "date_1": FactType("date"),
    "date_2": FactType("date"),
    "choice_1": FactType("choice", OPTIONS),
    "choice_2": FactType("choice", OPTIONS[::-1]),
    "text_1": FactType("text"),
    "text_2": FactType("text"),
    "bool_1": FactType("bool"),
    "bool_2": FactType("bool"),
    "经评审": FactType("judgement"),
}
FACTORS = {k: [(a, b) for a in QUANTITIES for b in QUANTITIES if product(a, b) == k] for k in QUANTITIES}


def leaf(kind):
    return st.sampled_from([Fact(name, type) for name, type in SCOPE.items() if type.kind == kind])


def numbers(kind):
    """Few and small, so that ties are common, and now and then a large one."""
    scale = {"money": 100, "rate": 10**4, "number": 10**6}.get(kind, 1)
    large = {"money": 10**15, "rate": 99 * 10**9}.get(kind, 10**13 - 1)
    return st.integers(0, 8) | st.integers(0, 8).map(lambda n: n * scale) | st.integers(0, large)


def literal(kind):
    return numbers(kind).map(lambda value: Literal(kind, value))


@st.composite
def quantity(draw, kind, depth):
    """A tree of a kind. Months come from facts alone, for a whole literal by itself is a count."""
    if depth <= 0:
        return draw(leaf(kind) if kind == "months" else leaf(kind) | literal(kind))
    below = quantity(kind, depth - 1)
    operation = draw(st.sampled_from(["leaf", "+", "-", "*", "*", "min", "max", "given", "steps"]))
    if operation in ("+", "-"):
        return Binary(operation, draw(below), draw(below | literal(kind)), kind)
    if operation == "*":
        left, right = draw(st.sampled_from(FACTORS[kind]))
        return Binary("*", draw(quantity(left, depth - 1)), draw(quantity(right, depth - 1)), kind)
    if operation in ("min", "max"):
        return Call(operation, (draw(below), *draw(st.lists(below | literal(kind), min_size=1, max_size=2))), kind)
    if operation == "given":
        return Call("given", (draw(condition(depth - 1)), draw(below)), kind)
    if operation == "steps" and kind == "count":
        of = draw(st.sampled_from(QUANTITIES))
        step = draw(literal(of).filter(lambda tree: tree.value))
        return Call("steps", (draw(quantity(of, depth - 1)), step), "count")
    return draw(quantity(kind, 0))


@st.composite
def comparison(draw, depth):
    kind = draw(st.sampled_from([*QUANTITIES, "date", "choice", "text"]))
    if kind in ("choice", "text"):
        terms = draw(st.tuples(leaf(kind), leaf(kind)))
        if kind == "choice" and draw(st.booleans()):
            terms = (terms[0], Literal("choice", draw(st.sampled_from(OPTIONS))))
        return Compare((draw(st.sampled_from(["==", "!="])),), terms)
    ops = draw(st.sampled_from([(op,) for op in ("==", "!=", "<", "<=", ">", ">=")] + [("<=", "<"), (">", ">=")]))
    terms = [draw(leaf(kind))]
    for _ in ops:
        days = st.integers(0, 8).map(lambda n: Literal("date", date(2026, 1, 1) + timedelta(n)))
        terms.append(draw(leaf(kind) | days if kind == "date" else quantity(kind, depth - 1) | literal(kind)))
    if draw(st.booleans()):
        terms.reverse()
    return Compare(ops, tuple(terms))


@st.composite
def condition(draw, depth):
    if depth <= 0:
        return draw(leaf("bool") | leaf("judgement"))
    below = condition(depth - 1)
    sort = draw(st.sampled_from(["leaf", "not", "and", "or", "in", "at_least", *["compare"] * 4]))
    if sort == "not":
        return Not(draw(below))
    if sort in ("and", "or"):
        return Bool(sort, tuple(draw(st.lists(below, min_size=2, max_size=3))))
    if sort == "in":
        chosen = draw(st.lists(st.sampled_from(OPTIONS), min_size=1, unique=True))
        return In(draw(leaf("choice")), tuple(chosen), draw(st.booleans()))
    if sort == "at_least":
        terms = draw(st.lists(below, min_size=1, max_size=4))
        return Call("at_least", (Literal("count", draw(st.integers(1, len(terms)))), *terms), "bool")
    if sort == "compare":
        return draw(comparison(depth))
    return draw(condition(0))


TREES = condition(3) | st.sampled_from(QUANTITIES).flatmap(lambda kind: quantity(kind, 3))


def legal(name):
    """Any legal slot value of a fact."""
    declared = SCOPE[name]
    if declared.kind in QUANTITIES:
        low, high = declared.range
        return numbers(declared.kind) if high is None else st.integers(low, high)
    return {
        "date": st.integers(0, 8).map(lambda n: date(2026, 1, 1) + timedelta(n)),
        "choice": st.sampled_from(OPTIONS),
        "text": st.sampled_from(["x", "X", ""]),
    }.get(declared.kind, st.booleans())


def complete(data, tree):
    return {name: data.draw(legal(name), label=name) for name in sorted(facts(tree))}


def forget(data, values):
    gone = data.draw(st.sets(st.sampled_from(sorted(values)))) if values else set()
    return {name: None if name in gone else value for name, value in values.items()}


@given(TREES)
def test_the_canonical_text_means_the_same_tree(tree):
    assert parse(show(tree), SCOPE, tree.kind) == tree


@settings(max_examples=300)
@given(TREES, st.data())
def test_generated_code_agrees_with_the_reference(tree, data):
    values = forget(data, complete(data, tree))
    assert compile_function(tree)(values) == evaluate(tree, values)


@given(TREES, st.data())
def test_both_generated_forms_agree_where_all_is_known(tree, data):
    slots = complete(data, tree)
    (exact, exponent), (wide, same) = (form(tree, lambda name: f"v[{name!r}]") for form in (known, interval))
    exact, wide = (eval(source, {**NAMESPACE, "v": slots}) for source in (exact, wide))
    assert wide == ((exact, exact) if tree.kind in QUANTITIES else exact)
    assert exponent == same
    assert type(exact) is (int if tree.kind in QUANTITIES else bool)


@settings(max_examples=300)
@given(TREES, st.data())
def test_what_is_said_without_a_fact_stays_true_with_it(tree, data):
    """Completing unknown facts with any legal value stays inside the interval, or agrees with a definite truth."""
    values = complete(data, tree)
    before, after = evaluate(tree, forget(data, values)), evaluate(tree, values)
    if tree.kind == "bool":
        assert before is None or before is after
    else:
        assert before[0] is None or before[0] <= after[0]
        assert before[1] is None or before[1] >= after[1]


@given(TREES, st.data())
def test_a_known_quantity_is_a_point_and_exact(tree, data):
    values = complete(data, tree)
    assert evaluate(tree, values) == direct(tree, values)


def direct(tree, values):
    """The plain meaning where all facts are known: a bool, or (x, x)."""
    scale = 10**6 if tree.kind in ("rate", "number") else 1
    of = [direct(child, values) for child in getattr(tree, "terms", None) or getattr(tree, "args", ())]
    match tree:
        case Literal() | Fact():
            value = tree.value if isinstance(tree, Literal) else values[tree.name]
            return (Fraction(value, scale),) * 2 if tree.kind in QUANTITIES else value
        case Not():
            return not direct(tree.term, values)
        case Bool():
            return all(of) if tree.op == "and" else any(of)
        case In():
            return (values[tree.term.name] in tree.options) is not tree.negated
        case Compare():
            tests = {"==": "__eq__", "!=": "__ne__", "<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__"}
            return all(getattr(a, tests[op])(b) for op, a, b in zip(tree.ops, of, of[1:], strict=False))
        case Binary():
            (a, _), (b, _) = direct(tree.left, values), direct(tree.right, values)
            return ({"+": a + b, "-": a - b, "*": a * b}[tree.op],) * 2
        case Call(name="min"):
            return min(of)
        case Call(name="max"):
            return max(of)
        case Call(name="given"):
            return of[1] if of[0] else (0, 0)
        case Call(name="steps"):
            return (max(of[0][0] // of[1][0], 0),) * 2
        case Call():
            return sum(of[1:]) >= of[0][0]


WORDS = [
    *SCOPE, "and", "or", "not", "in", "not in", "min(", "max(", "given(", "steps(", "at_least(", "(", ")", "[", "]", ",",
    "+", "-", "*", "==", "!=", "<", "<=", ">", ">=", "'A'", "'", '"B"', "5", "5元", "1.5亿元", "30%", "2026-01-01", "=",
    "/", "**", ".", ";", "#", "lambda", "if", "else", "True", "None", "x", "__class__", "{", "}", ":", "\\", "\n", "，",
    "（", "“", "1e9", "0x1", "9" * 20, "@", "...", "*", "f''", "b''", "[0]", ".real", "\u202e", "\x00", "\ud800", " ",
]  # fmt: skip


CALLS = 2_000_000  # 850,000 at most are made


def refused_or_canonical(text, want):
    with at_most(calls=CALLS):
        try:
            tree, problems = parse(text, SCOPE, want), ()
        except ExprError as error:
            tree, problems = None, error.problems
            assert problems
    assert all(1 <= slip.column <= len(text) + 1 for slip in problems)
    assert all(part.isprintable() for slip in problems for part in (slip.found, slip.expected, slip.nearest))
    if tree is not None:
        assert parse(show(tree), SCOPE, tree.kind) == tree


WANTS = st.sampled_from([None, "bool", "money", "rate", "count", "months", "number", "date"])


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join), WANTS)
def test_hostile_words_raise_nothing_but_ExprError(text, want):
    refused_or_canonical(text, want)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=80), WANTS)
def test_hostile_text_raises_nothing_but_ExprError(text, want):
    refused_or_canonical(text, want)


@settings(max_examples=300, deadline=None)
@given(TREES, st.data())
def test_one_slip_of_the_pen_raises_nothing_but_ExprError(tree, data):
    text = show(tree)
    assume(len(text) < 1900)
    place = data.draw(st.integers(0, len(text)))
    gone = data.draw(st.integers(0, 2))
    new = data.draw(st.sampled_from(WORDS) | st.characters())
    refused_or_canonical(text[:place] + new + text[place + gone :], tree.kind)


@pytest.mark.parametrize(
    "piece", [*WORDS, "not ", "(", "[(", "min(x, ", "- ", "'A', ", "x.y", "money_1 or ", "a,b ", "１", "𝐱"]
)
def test_a_lot_of_anything_is_refused_fast(piece):
    for text in (piece * (2000 // len(piece)), f"{piece} " * (2000 // (len(piece) + 1)), piece * 10_000):
        refused_or_canonical(text, "bool")


def test_nearest_names_are_not_sought_without_end():
    scope = {f"a_rather_long_name_of_a_fact_{i:04d}": FactType("bool") for i in range(1000)}
    text = " or ".join(f"a_rather_long_fact_nam_{i}" for i in range(60))
    with at_most(calls=CALLS), pytest.raises(ExprError) as caught:
        parse(text, scope)
    assert len(caught.value.problems) == 60
