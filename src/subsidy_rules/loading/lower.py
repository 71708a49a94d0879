"""Ways to pay → branches. Each way is one function from a `Pay` to conditions and an interval of money; nothing else
of the program knows that there are ways to pay at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from ..expr import Binary, Bool, Call, Compare, FactType, Literal, Tree
from ..expr.kinds import product
from ..model.policy import Brackets, Edges, Milestones, Pay, Range, Rule, Step, Uplift
from ..model.program import Branch
from .context import Context, Loc

NOTHING = Literal("money", 0)
Interval = tuple[Tree, Tree]


@dataclass
class Lowering:
    """The branches of one rule. `lowered` gives the branches and limits of rules that were lowered before (uplifts)."""

    context: Context
    scope: Mapping[str, FactType]
    loc: Loc
    lowered: Mapping[str, tuple[tuple[Branch, ...], tuple[Tree, ...]]]

    def branches(self, rule: Rule) -> tuple[Branch, ...]:
        found: list[Branch] = []
        for at, pay in enumerate(rule.pays):
            loc = (*self.loc, "pays", at)
            when = self.parse(pay.when, "bool", (*loc, "when")) if pay.when else None
            limits = self.limits(pay.max, loc)
            for branch in _WAYS[pay.way](self, pay, loc):
                found.append(replace(branch, when=both(when, branch.when), limits=branch.limits + limits))
        return tuple(found)

    def limits(self, texts: Sequence[str], loc: Loc) -> tuple[Tree, ...]:
        trees = [self.parse(text, "money", (*loc, "max", at)) for at, text in enumerate(texts)]
        return tuple(tree for tree in trees if tree)

    def parse(self, text: str, want: str | None, loc: Loc) -> Tree:
        """An expression; a broken one is noted and stands as nothing, so that the rest is still checked."""
        return self.context.expression(text, self.scope, want, loc) or Literal(want or "money", 0)

    def range(self, value: Range, want: str, loc: Loc) -> Interval:
        if value.low == value.high:
            tree = self.parse(value.low, want, loc)
            return tree, tree
        low, high = self.parse(value.low, want, (*loc, "from")), self.parse(value.high, want, (*loc, "to"))
        if isinstance(low, Literal) and isinstance(high, Literal) and low.value > high.value:  # type: ignore[operator]
            self.context.add("SR312", loc, found=f"{value.low} … {value.high}", expected="from ≤ to")
        return low, high

    def times(self, left: Tree, right: Tree, loc: Loc) -> Tree:
        """left × right, which must be money."""
        if product(left.kind, right.kind) != "money":
            self.context.add("SR313", loc, found=f"{left.kind} × {right.kind}", expected="a product that is money")
            return NOTHING
        return Binary("*", left, right, "money")


def both(left: Tree | None, right: Tree | None) -> Tree | None:
    """Both conditions; None is no condition."""
    return Bool("and", (left, right)) if left and right else left or right


def sum_of(terms: Sequence[Tree]) -> Tree:
    """A balanced sum: a long table must not become a deep tree."""
    if len(terms) == 1:
        return terms[0]
    half = len(terms) // 2
    return Binary("+", sum_of(terms[:half]), sum_of(terms[half:]), terms[0].kind)


def _amount(to: Lowering, pay: Pay, loc: Loc) -> list[Branch]:
    assert pay.amount
    return [Branch(None, *to.range(pay.amount, "money", (*loc, "amount")))]


def _rate(to: Lowering, pay: Pay, loc: Loc) -> list[Branch]:
    assert pay.rate
    name = "of" if pay.of else "share_of"
    base = to.parse(pay.of or pay.share_of or "", "money", (*loc, name))
    low, high = to.range(pay.rate, "rate", (*loc, "rate"))
    return [Branch(None, to.times(low, base, loc), to.times(high, base, loc))]


def _each(to: Lowering, pay: Pay, loc: Loc) -> list[Branch]:
    assert pay.each and pay.amount
    each = to.parse(pay.each, "count", (*loc, "each"))
    low, high = to.range(pay.amount, "money", (*loc, "amount"))
    return [Branch(None, to.times(low, each, loc), to.times(high, each, loc))]


def _stipend(to: Lowering, pay: Pay, loc: Loc) -> list[Branch]:
    """So much for every month (year); the months (years) are what a cap on units counts."""
    assert pay.amount
    name, kind = ("months", "months") if pay.months else ("years", "count")
    units = to.parse(pay.months or pay.years or "", kind, (*loc, name))
    low, high = to.range(pay.amount, "money", (*loc, "amount"))
    return [Branch(None, to.times(low, units, loc), to.times(high, units, loc), units=units, unit=(low, high))]


def _bands(to: Lowering, pay: Pay, loc: Loc) -> list[Branch]:
    assert pay.bands
    loc = (*loc, "bands")
    base = to.parse(pay.bands.of, None, (*loc, "of"))
    edges = Table(to, base, pay.bands.rows, loc)
    found = []
    for at, row in enumerate(pay.bands.rows):
        here = (*loc, "rows", at)
        if row.amount:
            low, high = to.range(row.amount, "money", (*here, "amount"))
        else:
            assert row.rate
            rates = to.range(row.rate, "rate", (*here, "rate"))
            low, high = to.times(rates[0], base, here), to.times(rates[1], base, here)
        found.append(Branch(edges.inside(at), low, high))
    return found


def _brackets(to: Lowering, pay: Pay, loc: Loc) -> list[Branch]:
    brackets: Brackets | None = pay.brackets
    assert brackets
    loc = (*loc, "brackets")
    base = to.parse(brackets.of, "money", (*loc, "of"))
    edges = Table(to, base, brackets.rows, loc)
    terms = []
    for at, row in enumerate(brackets.rows):
        lower, upper = edges.edges[at]
        part = Call("min", (base, upper), "money") if upper else base
        if lower:
            part = Binary("-", Call("max", (part, lower), "money"), lower, "money")
        terms.append(to.times(to.parse(row.rate, "rate", (*loc, "rows", at, "rate")), part, loc))
    total = sum_of(terms)
    return [Branch(None, total, total)]


def _milestones(to: Lowering, pay: Pay, loc: Loc) -> list[Branch]:
    table: Milestones | None = pay.milestones
    assert table
    loc = (*loc, "milestones")
    base = to.parse(table.of, None, (*loc, "of"))
    before = to.parse(table.before, base.kind, (*loc, "before"))
    reached: list[tuple[Tree, Interval]] = []
    last: object = None
    for at, row in enumerate(table.rows):
        value = to.parse(row.reach, base.kind, (*loc, "rows", at, "reach"))
        if not isinstance(value, Literal) or (last is not None and value.value <= last):  # type: ignore[operator]
            to.context.add("SR314", (*loc, "rows", at, "reach"), found=row.reach, expected="constants that rise")
        last = value.value if isinstance(value, Literal) else last
        new = Bool("and", (Compare((">=",), (base, value)), Compare(("<",), (before, value))))
        reached.append((new, to.range(row.amount, "money", (*loc, "rows", at, "amount"))))
    if table.pays == "highest":
        return [Branch(new, *amounts) for new, amounts in reversed(reached)]
    low, high = (sum_of([Call("given", (new, amounts[end]), "money") for new, amounts in reached]) for end in (0, 1))
    return [Branch(None, low, high)]


def _step(to: Lowering, pay: Pay, loc: Loc) -> list[Branch]:
    step: Step | None = pay.step
    assert step
    loc = (*loc, "step")
    base = to.parse(step.of, None, (*loc, "of"))
    if step.above:
        base = Binary("-", base, to.parse(step.above, base.kind, (*loc, "above")), base.kind)
    every = to.parse(step.every, base.kind, (*loc, "every"))
    if not isinstance(every, Literal) or not isinstance(every.value, int) or every.value <= 0:
        to.context.add("SR315", (*loc, "every"), found=step.every, expected="a constant greater than 0")
        every = Literal(base.kind, 1)
    steps = Call("steps", (base, every), "count")
    low, high = to.range(step.amount, "money", (*loc, "amount"))
    return [Branch(None, to.times(low, steps, loc), to.times(high, steps, loc))]


def _uplift(to: Lowering, pay: Pay, loc: Loc) -> list[Branch]:
    """The part that comes on top of another rule's award; the award itself stays with its rule."""
    uplift: Uplift | None = pay.uplift
    assert uplift
    loc = (*loc, "uplift")
    by = to.parse(uplift.by, "rate", (*loc, "by"))
    branches, limits = to.lowered.get(uplift.rule, ((), ()))

    def extra(value: Tree, own: tuple[Tree, ...]) -> Tree:
        within = least(value, own)
        if uplift.on == "amount":
            return to.times(by, within, loc)
        if uplift.on == "rate":
            more = least(Binary("+", value, to.times(by, value, loc), "money"), own)
        else:
            more = least(value, tuple(Binary("+", limit, to.times(by, limit, loc), "money") for limit in own))
        return Binary("-", more, within, "money")

    return [
        Branch(branch.when, extra(branch.low, branch.limits + limits), extra(branch.high, branch.limits + limits))
        for branch in branches
    ]


def least(value: Tree, limits: tuple[Tree, ...]) -> Tree:
    return Call("min", (value, *limits), "money") if limits else value


def _formula(to: Lowering, pay: Pay, loc: Loc) -> list[Branch]:
    assert pay.formula
    return [Branch(None, *to.range(pay.formula, "money", (*loc, "formula")))]


_WAYS: dict[tuple[str, ...], Callable[[Lowering, Pay, Loc], list[Branch]]] = {
    ("amount",): _amount,
    ("of", "rate"): _rate,
    ("rate", "share_of"): _rate,
    ("amount", "each"): _each,
    ("amount", "months"): _stipend,
    ("amount", "years"): _stipend,
    ("bands",): _bands,
    ("brackets",): _brackets,
    ("milestones",): _milestones,
    ("step",): _step,
    ("uplift",): _uplift,
    ("formula",): _formula,
}


class Table:
    """The edges of a table by value: constants of the base's kind, rising, without gap or overlap."""

    def __init__(self, to: Lowering, base: Tree, rows: Sequence[Edges], loc: Loc) -> None:
        self.to, self.base, self.rows, self.loc = to, base, rows, loc
        self.edges = [(self._edge(row, at, "lower"), self._edge(row, at, "upper")) for at, row in enumerate(rows)]
        for at in range(1, len(rows)):
            self._adjoin(at)

    def inside(self, at: int) -> Tree | None:
        """The condition that the base lies in a row."""
        row, (lower, upper) = self.rows[at], self.edges[at]
        above = Compare((">=" if row.at_least else ">",), (self.base, lower)) if lower else None
        under = Compare(("<" if row.below else "<=",), (self.base, upper)) if upper else None
        return both(above, under)

    def _edge(self, row: Edges, at: int, side: str) -> Literal | None:
        text = (row.at_least or row.over) if side == "lower" else (row.below or row.upto)
        if text is None:
            return None
        tree = self.to.parse(text, self.base.kind, (*self.loc, "rows", at))
        if not isinstance(tree, Literal):
            self.to.context.add("SR316", (*self.loc, "rows", at), found=text, expected="a constant")
            return Literal(self.base.kind, 0)
        return tree

    def _adjoin(self, at: int) -> None:
        upper, lower = self.edges[at - 1][1], self.edges[at][0]
        here, before = self.rows[at], self.rows[at - 1]
        loc = (*self.loc, "rows", at)
        if upper is None or lower is None or lower.value < upper.value:  # type: ignore[operator]
            self.to.context.add("SR317", loc, found="a row that begins inside the row before it")
        elif lower.value > upper.value:  # type: ignore[operator]
            self.to.context.add("SR318", loc, severity="warning")
        elif here.at_least and before.upto:
            self.to.context.add("SR317", loc, found=f"{here.at_least} in both rows")
        elif here.over and before.below:
            self.to.context.add("SR318", loc, found=f"{here.over} in neither row", severity="warning")
