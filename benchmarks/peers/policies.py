"""The rules of the library's policies that every peer can compute, as formulas of integers, and how their awards are settled.

No peer knows unknown facts, histories, pools, statuses or reasons. What is left is what an application by hand would do: match,
price, the highest of each exclusive group, and the applicant's own limits, inner before outer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from subsidy_rules.columnar.components import Components
from subsidy_rules.engine.plan import Node, Plan
from subsidy_rules.expr import Binary, Bool, Call, Compare, Fact, In, Literal, Not, Tree
from subsidy_rules.expr.generate import constant
from subsidy_rules.model.program import Program, ProgramRule

EXPONENTS = {"rate": 2}  # of the columns: rates in per cent, the rest in whole numbers
Term = tuple[str, int]  # the text of an integer, and its decimal places


@dataclass(frozen=True)
class Dialect:
    """How a peer writes what is more than `+ - * < <=`."""

    fact: Callable[[Fact], str]
    constant: Callable[[str | date], str]
    equal: str
    unequal: str
    both: Callable[[Sequence[str]], str]
    any: Callable[[Sequence[str]], str]
    negated: Callable[[str], str]
    least: Callable[[Sequence[str]], str]
    most: Callable[[Sequence[str]], str]
    floored: Callable[[str, int], str]  # and not below 0
    product: Callable[[str, str], str]
    chosen: Callable[[Sequence[tuple[str, str]]], str]  # the value of the first condition that holds; else 0


@dataclass(frozen=True)
class Printer:
    dialect: Dialect

    def truth(self, tree: Tree) -> str:
        d = self.dialect
        match tree:
            case Fact():
                return d.fact(tree)
            case Not():
                return d.negated(self.truth(tree.term))
            case Bool():
                return (d.both if tree.op == "and" else d.any)([self.truth(term) for term in tree.terms])
            case In():
                found = d.any([f"({d.fact(tree.term)} {d.equal} {d.constant(option)})" for option in tree.options])
                return d.negated(found) if tree.negated else found
            case Compare():
                sides = self._aligned([self.number(term) for term in tree.terms])[0]
                signs = {"==": d.equal, "!=": d.unequal}
                pairs = zip(tree.ops, sides, sides[1:], strict=False)
                return d.both([f"({one} {signs.get(op, op)} {other})" for op, one, other in pairs])
        raise NotImplementedError(type(tree).__name__)

    def number(self, tree: Tree) -> Term:
        match tree:
            case Literal(value=int()):
                value, places = constant(tree.value, tree.kind)
                return str(value), places
            case Literal():
                return self.dialect.constant(tree.value), 0
            case Fact():
                return self.dialect.fact(tree), EXPONENTS.get(tree.kind, 0)
            case Binary(op="*"):
                (left, one), (right, other) = self.number(tree.left), self.number(tree.right)
                return self.dialect.product(left, right), one + other
            case Binary():
                (left, right), places = self._aligned([self.number(tree.left), self.number(tree.right)])
                return f"({left} {tree.op} {right})", places
            case Call(name="min") | Call(name="max"):
                terms, places = self._aligned([self.number(term) for term in tree.args])
                return (self.dialect.least if tree.name == "min" else self.dialect.most)(terms), places
        raise NotImplementedError(getattr(tree, "name", type(tree).__name__))

    def whole(self, tree: Tree) -> str:
        return self.dialect.floored(*self.number(tree))

    def award(self, rule: ProgramRule) -> tuple[str, str]:
        """Whether a rule matches, and what is due, in fen."""
        tests, values = [self.truth(tree) for tree in rule.when], []
        for branch in rule.branches:
            limits = [self.whole(tree) for tree in (branch.high, *branch.limits, *rule.limits)]
            value = self.dialect.least(limits) if limits[1:] else limits[0]
            values.append((self.truth(branch.when) if branch.when else "", value))
        single = len(values) == 1 and not values[0][0]
        return self.dialect.both(tests) if tests else "", values[0][1] if single else self.dialect.chosen(values)

    def _aligned(self, terms: Sequence[Term]) -> tuple[list[str], int]:
        most = max(places for _, places in terms)
        return [text if places == most else f"({text} * {10 ** (most - places)})" for text, places in terms], most


@dataclass(frozen=True)
class Settling:
    """Which rules, and the tree of groups and limits above them."""

    program: Program

    @cached_property
    def plan(self) -> Plan:
        return Plan(self.program, checked=True)

    @cached_property
    def rules(self) -> list[ProgramRule]:
        """With a figure, a fixed validity, and bounds that are maxima and limits of plain figures."""
        of_rule, plan = Components(self.plan).of_rule, self.plan
        whole = [node for node in (*plan.checks, *plan.units) if node.cap is None or not node.cap.pool]
        reckoned = [node for node in (*plan.inner, *plan.outer) if node.cap is None or node.cap.figure is None]
        apart = set(plan.odd).union(*plan.riders, *(node.rules for node in (*whole, *reckoned)))
        left_out = {int(of_rule[rule]) for rule in apart}
        return [
            rule
            for rule in self.program.rules
            if int(of_rule[rule.index]) not in left_out and not (rule.unquantified or rule.dated_by)
        ]

    @cached_property
    def by_kind(self) -> dict[str | None, list[ProgramRule]]:
        found: dict[str | None, list[ProgramRule]] = {}
        for rule in self.rules:
            found.setdefault(rule.item, []).append(rule)
        return found

    def alone(self, rule: ProgramRule) -> list[int]:
        """Limits on a claim by itself."""
        return [
            node.cap.figure
            for node in self.plan.inner
            if rule.index in node.rules and node.cap and node.cap.figure is not None and not node.cap.pool
        ]

    @cached_property
    def tops(self) -> list[Part]:
        """The parts that the total is the sum of."""
        caps = [node for node in self.plan.outer if node.cap and not node.cap.pool]
        mine = {rule.index for rule in self.rules}
        leaves = [Part(node, frozenset(node.rules)) for node in self.plan.cliques if node.rules <= mine]
        grouped = frozenset[int]().union(*(leaf.rules for leaf in leaves))
        leaves += [Part(None, frozenset({rule.index})) for rule in self.rules if rule.index not in grouped]
        for cap in caps:  # inner before outer
            inside = [part for part in leaves if part.rules <= cap.rules]
            if inside:
                leaves = [part for part in leaves if part not in inside]
                leaves.append(Part(cap, frozenset[int]().union(*(part.rules for part in inside)), tuple(inside)))
        return leaves


@dataclass(frozen=True)
class Part:
    """A limit over parts, a group of which the highest is paid, or a rule by itself (no node)."""

    node: Node | None
    rules: frozenset[int]
    parts: tuple[Part, ...] = ()

    @property
    def limit(self) -> int | None:
        return self.node.cap.figure if self.node and self.node.cap else None

    def walk(self) -> Iterator[Part]:
        yield self
        for part in self.parts:
            yield from part.walk()
