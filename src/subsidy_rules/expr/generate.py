"""Tree → Python source of the same meaning, on integers alone.

Every quantity is an integer times 10 to the power of minus a *static* exponent, in fen, in units of 1 (rates, numbers)
or in pieces: money facts have exponent 0, rate and number facts 6, literals the least that is exact (30% is 3 with
exponent 1). A product adds exponents; everything else first brings its operands to the greatest of theirs.

`known` is for the case that all facts are known; `interval` holds with unknown facts (slots that are None). The source
consists of integers, dates, quoted declared options, names of `runtime.NAMESPACE`, and what `name` gives for the
slots. It is safe by construction: no text of the expression enters it but options that are declared identifiers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from ..money import RATE_SCALE
from .runtime import NAMESPACE
from .tree import QUANTITIES, Binary, Bool, Call, Compare, Fact, In, Literal, Not, Tree, facts

Name = Callable[[str], str]
Source = tuple[str, int]  # text, exponent (0 where there is no quantity)
Slot = int | date | str | None
Result = bool | None | date | str | tuple[Fraction | None, Fraction | None]

_DECIMALS = 6
assert RATE_SCALE == 10**_DECIMALS
_CONSTANT = re.compile(r"\(([0-9]+), \1\)")
_FUNCTIONS = {"==": "_eq", "!=": "_ne", "<": "_lt", "<=": "_le", ">": "_gt", ">=": "_ge", "+": "_add", "-": "_sub",
              "*": "_mul", "and": "_conj", "or": "_disj", "min": "_least", "max": "_greatest"}  # fmt: skip


def known(tree: Tree, name: Name) -> Source:
    """Source for the case that every fact is known: a bool, a scaled integer, or a plain value; and its exponent."""
    match tree:
        case Literal():
            return _literal(tree)
        case Fact():
            return name(tree.name), exponent_of(tree.kind)
        case Not():
            return f"(not {known(tree.term, name)[0]})", 0
        case Bool():
            return f"({f' {tree.op} '.join(known(term, name)[0] for term in tree.terms)})", 0
        case In():
            return f"({name(tree.term.name)} {'not in' if tree.negated else 'in'} {_options(tree)})", 0
        case Compare():
            terms, _ = _aligned([known(term, name) for term in tree.terms], _times)
            pairs = zip(("", *tree.ops), terms, strict=True)
            return f"({' '.join(f'{op} {term}'.strip() for op, term in pairs)})", 0
        case Binary(op="*"):
            (left, first), (right, second) = known(tree.left, name), known(tree.right, name)
            return f"({left} * {right})", first + second
        case Binary():
            (left, right), exponent = _aligned([known(tree.left, name), known(tree.right, name)], _times)
            return f"({left} {tree.op} {right})", exponent
        case Call():
            return _known_call(tree, name)


def _known_call(tree: Call, name: Name) -> Source:
    args = [known(arg, name) for arg in tree.args]
    if tree.name == "given":
        return f"({args[1][0]} if {args[0][0]} else 0)", args[1][1]
    if tree.name == "at_least":
        return f"({' + '.join(source for source, _ in args[1:])} >= {args[0][0]})", 0
    sources, exponent = _aligned(args, _times)
    if tree.name == "steps":
        return f"max({sources[0]} // {sources[1]}, 0)", 0
    return f"{tree.name}({', '.join(sources)})", exponent


def interval(tree: Tree, name: Name) -> Source:
    """Source that holds with unknown facts: a truth, an interval, or (date, choice, text) a value or None."""
    if tree.kind in QUANTITIES or tree.kind == "bool":
        return _interval(tree, name)
    return known(tree, name)


def _interval(tree: Tree, name: Name) -> Source:
    match tree:
        case Literal():
            source, exponent = _literal(tree)
            return f"({source}, {source})", exponent
        case Fact():
            return _slot(tree, name, exponent_of(tree.kind))
        case Not():
            return f"_neg({_interval(tree.term, name)[0]})", 0
        case In():
            source = f"_among({name(tree.term.name)}, {_options(tree)})"
            return f"_neg({source})" if tree.negated else source, 0
        case Bool():
            return _called(tree.op, [_interval(term, name)[0] for term in tree.terms]), 0
        case Compare():
            terms, _ = _aligned([_interval(term, name) for term in tree.terms], _scaled)
            if len(tree.ops) == 1:
                return _called(tree.ops[0], terms), 0
            low, middle, high = terms
            return f"_chain({low}, {_FUNCTIONS[tree.ops[0]]}, {middle}, {_FUNCTIONS[tree.ops[1]]}, {high})", 0
        case Binary(op="*"):
            (left, first), (right, second) = _interval(tree.left, name), _interval(tree.right, name)
            return _called("*", [left, right]), first + second
        case Binary():
            terms, exponent = _aligned([_interval(tree.left, name), _interval(tree.right, name)], _scaled)
            return _called(tree.op, terms), exponent
        case Call():
            return _interval_call(tree, name)


def _interval_call(tree: Call, name: Name) -> Source:
    if tree.name == "at_least":
        count, *terms = tree.args
        return f"_at_least({', '.join([known(count, name)[0], *(_interval(term, name)[0] for term in terms)])})", 0
    args = [_interval(arg, name) for arg in tree.args]
    if tree.name == "given":
        return f"_given({args[0][0]}, {args[1][0]})", args[1][1]
    sources, exponent = _aligned(args, _scaled)
    if tree.name == "steps":
        return f"_steps({', '.join(sources)})", 0
    return _called(tree.name, sources), exponent


def _called(op: str, sources: list[str]) -> str:
    return f"{_FUNCTIONS[op]}({', '.join(sources)})"


def _slot(fact: Fact, name: Name, exponent: int) -> Source:
    slot = name(fact.name)
    if fact.kind == "bool":
        return slot, 0
    if fact.kind not in QUANTITIES:
        return f"_span({slot})", 0
    low, high = fact.type.range
    return f"_span({slot}, {low}, {high})", exponent


def exponent_of(kind: str) -> int:
    """The static exponent of a fact of this kind."""
    return _DECIMALS if kind in ("rate", "number") else 0


def _literal(tree: Literal) -> Source:
    value = tree.value
    if isinstance(value, date):
        return f"date({value.year}, {value.month}, {value.day})", 0
    if isinstance(value, str):
        return repr(value), 0
    scaled, exponent = constant(value, tree.kind)
    return str(scaled), exponent


def constant(value: int, kind: str) -> tuple[int, int]:
    """A literal's raw value with the least exponent that is exact: 30% is 3 with exponent 1."""
    exponent = exponent_of(kind)
    while exponent and value % 10 == 0:
        value, exponent = value // 10, exponent - 1
    return value, exponent


def _options(tree: In) -> str:
    return f"({', '.join(map(repr, tree.options))},)"


def _aligned(sources: list[Source], scaled: Callable[[str, int], str]) -> tuple[list[str], int]:
    """All sources with the greatest exponent of them."""
    most = max(exponent for _, exponent in sources)
    return [scaled(source, 10 ** (most - exponent)) for source, exponent in sources], most


def _times(source: str, factor: int) -> str:
    if factor == 1:
        return source
    return str(int(source) * factor) if source.isdecimal() else f"{source} * {factor}"


def _scaled(source: str, factor: int) -> str:
    if factor == 1:
        return source
    constant = _CONSTANT.fullmatch(source)
    return "({0}, {0})".format(int(constant[1]) * factor) if constant else f"_scale({source}, {factor})"


def compile_function(tree: Tree) -> Callable[[Mapping[str, Slot]], Result]:
    """A function of the facts' slot values (absent or None: unknown), for one expression by itself.

    Quantities come as (low, high), Fractions in fen for money and in units of 1 for everything else.
    """
    names = sorted(facts(tree))
    places = {name: f"v[{place}]" for place, name in enumerate(names)}
    exact, exponent = known(tree, places.__getitem__)
    wide, _ = interval(tree, places.__getitem__)
    when_known, with_unknowns = (
        eval(compile(f"lambda v: {source}", "<expression>", "eval"), dict(NAMESPACE)) for source in (exact, wide)
    )
    divisor = 10**exponent
    quantity = tree.kind in QUANTITIES

    def fraction(end: int | None) -> Fraction | None:
        return None if end is None else Fraction(end, divisor)

    def run(values: Mapping[str, Slot]) -> Result:
        result: Any
        slots = [values.get(name) for name in names]
        if None in slots:
            result = with_unknowns(slots)
            return (fraction(result[0]), fraction(result[1])) if quantity else result
        result = when_known(slots)
        return (fraction(result), fraction(result)) if quantity else result

    return run
