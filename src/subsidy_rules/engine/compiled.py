"""The fast pricer: a whole program as one module of generated Python, integers only, compiled once.

For every rule one function of the raw values `a` (applicant) and `i` (item). An expression whose facts are all known
takes the plain form, one with unknowns the interval form; both come from `expr.generate`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..expr import Fact, Tree, facts
from ..expr.generate import interval, known
from ..expr.runtime import NAMESPACE
from ..model.program import Branch, CapBound, Program, ProgramRule
from .claims import Interval, Values
from .writing import floored, under

Price = tuple[bool | None, int, int | None]
Function = Callable[[Values, Values], Any]


class CompiledPricer:
    """See `Pricer`. The source is kept in `source` for those who want to read it."""

    def __init__(self, program: Program) -> None:
        module = _Module(program)
        self.source = "\n".join(module.lines)
        space: dict[str, Any] = dict(NAMESPACE) | {"_lowered": _lowered, "NONE": (False, 0, 0)}
        exec(compile(self.source, "<program>", "exec"), space)
        rules = program.rules
        self._price: list[Function] = [space[f"price_{rule.index}"] for rule in rules]
        self._conditions: list[Function] = [space[f"conditions_{rule.index}"] for rule in rules]
        self._units: list[Function] = [space[f"units_{rule.index}"] for rule in rules]
        self._unit: list[Function] = [space[f"unit_{rule.index}"] for rule in rules]
        self._limit = {cap.path: space[f"limit_{at}"] for at, cap in enumerate(program.caps)}
        self._rank = {cap.path: space[f"rank_{at}"] for at, cap in enumerate(program.caps)}

    def price(self, rule: ProgramRule, applicant: Values, item: Values) -> Price:
        return self._price[rule.index](applicant, item)  # type: ignore[no-any-return]

    def conditions(self, rule: ProgramRule, applicant: Values, item: Values) -> Sequence[bool | None]:
        result: Sequence[bool | None] = self._conditions[rule.index](applicant, item)
        return result

    def limit(self, cap: CapBound, applicant: Values, item: Values) -> Interval:
        result: Interval = self._limit[cap.path](applicant, item)
        return result

    def rank(self, cap: CapBound, applicant: Values, item: Values) -> Interval:
        result: Interval = self._rank[cap.path](applicant, item)
        return result

    def units(self, rule: ProgramRule, applicant: Values, item: Values) -> Interval:
        result: Interval = self._units[rule.index](applicant, item)
        return result

    def unit(self, rule: ProgramRule, applicant: Values, item: Values) -> Interval:
        result: Interval = self._unit[rule.index](applicant, item)
        return result


def _lowered(pair: tuple[int | None, int | None], divisor: int) -> tuple[int, int | None]:
    """A scaled interval as whole fen (units), rounded down once, not below 0."""
    low, high = pair
    return max(0, low // divisor) if low is not None else 0, max(0, high // divisor) if high is not None else None


def _if_known(slots: Sequence[str], body: Sequence[str]) -> list[str]:
    test = f"if {' is not None and '.join(slots)} is not None:" if slots else "if True:"
    return [test, *(f"    {line}" for line in body)]


class _Module:
    """Writes the source, one function after the other."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.lines: list[str] = []
        for rule in program.rules:
            self._price(rule)
            tests = "".join(f"{self._test(tree, rule.item)}, " for tree in rule.when)
            self._function(f"conditions_{rule.index}", [f"return ({tests})"])
            self._function(f"units_{rule.index}", self._widest(rule, lambda b: (b.units, b.units) if b.units else None))
            self._function(f"unit_{rule.index}", self._widest(rule, lambda b: b.unit))
        for at, cap in enumerate(program.caps):
            self._function(f"limit_{at}", [f"return {self._end(cap.limit, cap.item)}"])
            self._function(f"rank_{at}", [f"return {self._end(cap.rank_by, cap.item, 6)}"])

    def _function(self, name: str, body: Sequence[str]) -> None:
        self.lines += [f"def {name}(a, i):", *(f"    {line}" for line in body)]

    def _slot(self, kind: str | None) -> Callable[[str], str]:
        own, applicant = self.program.slots.get(kind or "", {}), self.program.slots[""]
        return lambda name: f"i[{own[name]}]" if kind and name in own else f"a[{applicant[name]}]"

    def _both(self, tree: Tree, kind: str | None) -> tuple[str, str, str, int]:
        """Test that all facts are known, the source for that case, the source for the other, and the exponent."""
        slot = self._slot(kind)
        test = " and ".join(f"{slot(name)} is not None" for name in sorted(facts(tree)))
        exact, exponent = known(tree, slot)
        return test, exact, interval(tree, slot)[0], exponent

    def _test(self, tree: Tree, kind: str | None) -> str:
        """A condition: True, False or None."""
        if isinstance(tree, Fact):
            return self._slot(kind)(tree.name)
        test, exact, wide, _ = self._both(tree, kind)
        return f"({exact} if {test} else {wide})" if test else exact

    def _end(self, tree: Tree | None, kind: str | None, keep: int = 0) -> str:
        """A quantity as a pair of whole fen (units), both ends rounded down; `keep`: decimals that are kept."""
        if tree is None:
            return "(None, None)"
        test, exact, wide, exponent = self._both(tree, kind)
        divisor = 10 ** max(0, exponent - keep)
        factor = 10 ** max(0, keep - exponent)
        pair = f"({exact}, {exact})" if not test else f"(({exact},) * 2 if {test} else {wide})"
        scaled = f"_scale({pair}, {factor})" if factor > 1 else pair
        return f"_lowered({scaled}, {divisor})"

    def _all_known(self, rule: ProgramRule) -> list[str]:
        """The plain way through a rule, for the case that every fact that it reads is known."""
        slot = self._slot(rule.item)
        trees = [*rule.when, *rule.limits]
        for branch in rule.branches:
            trees += [branch.low, branch.high, *branch.limits, *([branch.when] if branch.when else [])]
        slots = sorted({slot(name) for tree in trees for name in facts(tree)})
        body = [f"if not ({known(tree, slot)[0]}): return NONE" for tree in rule.when]
        if rule.unquantified:
            return _if_known(slots, [*body, "return (True, 0, 0)"])
        for branch in rule.branches:
            value = self._exact_value(rule, branch, slot)
            if branch.when is None:
                body += value
                break
            body += [f"if {known(branch.when, slot)[0]}:", *(f"    {line}" for line in value)]
        else:
            body.append("return NONE")
        return _if_known(slots, body)

    def _exact_value(self, rule: ProgramRule, branch: Branch, slot: Callable[[str], str]) -> list[str]:
        limits = [floored(*known(tree, slot)) for tree in (*branch.limits, *rule.limits)]
        high = floored(*known(branch.high, slot))
        lines = [f"h = {high}", *(line for limit in limits for line in under("h", limit))]
        if not high.isdecimal():
            lines.append("if h < 0: h = 0")
        if rule.bound == "ceiling":
            low = "0"
        elif branch.low == branch.high:
            low = "h"
        else:
            low = "l"
            lines += [
                f"l = {floored(*known(branch.low, slot))}",
                *(line for limit in limits for line in under("l", limit)),
            ]
            lines.append("if l < 0: l = 0")
        if rule.minimum is not None:
            lines.append(f"if h < {rule.minimum}: return NONE")
            low = low if low == "0" else f"({low} if {low} >= {rule.minimum} else 0)"
        return [*lines, f"return (True, {low}, h)"]

    def _price(self, rule: ProgramRule) -> None:
        body = [*self._all_known(rule), "m = True"]
        for tree in rule.when:
            body += [f"t = {self._test(tree, rule.item)}", "if t is False: return (False, 0, 0)"]
            body += ["if t is None: m = None"]
        if rule.unquantified:
            body.append("return (m, 0, 0)")
        elif len(rule.branches) == 1 and rule.branches[0].when is None:
            body += self._value(rule, 0)
            body.append("return " + self._result(rule, "m", "l", "h"))
        else:
            body += self._branches(rule)
        self._function(f"price_{rule.index}", body)

    def _value(self, rule: ProgramRule, at: int) -> list[str]:
        """l, h: the interval of a branch under its limits, in whole fen; h None: no upper end."""
        branch = rule.branches[at]
        limits = [*branch.limits, *rule.limits]
        if branch.low == branch.high:
            lines = [f"l, h = {self._end(branch.low, rule.item)}"]
        else:
            lines = [f"l = {self._end(branch.low, rule.item)}[0]", f"h = {self._end(branch.high, rule.item)}[1]"]
        for tree in limits:
            lines.append(f"x, y = {self._end(tree, rule.item)}")
            lines.append("if x < l: l = x")
            lines.append("if y is not None and (h is None or y < h): h = y")
        return lines

    def _branches(self, rule: ProgramRule) -> list[str]:
        body = ["lows = []; highs = []; sure = False"]
        for at, branch in enumerate(rule.branches):
            test = self._test(branch.when, rule.item) if branch.when else "True"
            body += [f"t = not sure and {test}", "if t is not False:"]
            body += [f"    {line}" for line in self._value(rule, at)]
            body += ["    lows.append(l); highs.append(h)", "    if t: sure = True"]
        body += ["if not lows: return (False, 0, 0)", "l = min(lows) if sure else 0"]
        body += ["h = None if None in highs else max(highs)", "return " + self._result(rule, "m", "l", "h")]
        return body

    def _result(self, rule: ProgramRule, match: str, low: str, high: str) -> str:
        low = "0" if rule.bound == "ceiling" else f"({low} if {match} else 0)"
        if rule.minimum is None:
            return f"({match}, {low}, {high})"
        return (
            f"(False, 0, 0) if {high} is not None and {high} < {rule.minimum} else "
            f"({match}, ({low} if {low} >= {rule.minimum} else 0), {high})"
        )

    def _widest(self, rule: ProgramRule, ends: Callable[[Branch], tuple[Tree, Tree] | None]) -> list[str]:
        """The least low and the largest high over the branches that can still apply; nothing where there is none."""
        if not any(map(ends, rule.branches)):
            return ["return (0, 0)"]
        body = ["l = []; h = []; sure = False"]
        for branch in rule.branches:
            test = self._test(branch.when, rule.item) if branch.when else "True"
            body += [f"t = not sure and {test}", "if t: sure = True"]
            pair = ends(branch)
            if pair:
                low, high = (self._end(tree, rule.item) for tree in pair)
                body.append(f"if t is not False: l.append({low}[0]); h.append({high}[1])")
        return [*body, "return (min(l), None if None in h else max(h)) if l else (0, 0)"]
