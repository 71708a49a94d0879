"""Totals the fast way: per policy one generated function that prices every claim and settles it on the spot.

What a case or a rule may hold beyond that (see `Plan`) is left to the general engine: for the odd rules alone, or, where
`None` is returned, for the whole case. Claims with facts that are not known go through the rule's own function.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from datetime import date
from functools import cached_property
from typing import Any

from ..expr import Fact, In, Tree, facts
from ..expr.generate import known
from ..expr.runtime import NAMESPACE
from ..model.case import Case
from ..model.program import Branch, CapBound, Program, ProgramRule
from .claims import Values, first_day, last_day, year_outside
from .compiled import CompiledPricer
from .plan import Node, Plan
from .writing import floored, under

Days = tuple[date | None, date | None]
Totals = tuple[int, int, bool]  # low run, high run, and whether there is more without a figure
Lines = list[str]


class WholeProgram:
    """The source is kept in `source` for those who want to read it."""

    def __init__(self, program: Program, pricer: CompiledPricer) -> None:
        self.program = program
        self.plan = Plan(program)
        writers = [_Policy(program, self.plan, at) for at in range(len(program.policies))]
        self.source = "\n".join(line for writer in writers for line in writer.lines)
        space: dict[str, Any] = dict(NAMESPACE) | {"_in_force": in_force}
        space |= {f"price_{at}": function for at, function in enumerate(pricer._price)}
        space |= {f"limit_{at}": pricer._limit[cap.path] for at, cap in enumerate(program.caps)}
        exec(compile(self.source, "<whole program>", "exec"), space)
        self._policies = [(at, space[f"policy_{at}"], writer.dated) for at, writer in enumerate(writers)]
        self.rest = copy(pricer)  # to which no other than the odd rules match
        self.rest._price = [p if at in self.plan.odd else _no_match for at, p in enumerate(pricer._price)]

    def totals(self, case: Case, general: Callable[[CompiledPricer], Totals]) -> Totals | None:
        """The applicant's cash in fen; None where only the general engine can tell.
        `general` computes the same for the rules that match under the pricer that it is given."""
        if not case.complete or case.grants or case.rivals or case.approved or case.parameters:
            return None
        items: dict[str, list[Values]] = {}
        for item in case.items:
            if not item.years or case.year in item.years:
                items.setdefault(item.kind, []).append(item.values)
        low, high, open_, odd = 0, 0, False, False
        for at, settle, dated in self._policies:
            days = self._days[at] or self._reckoned(at, case)
            live = in_force(case.date, *days) and not (case.date is None and year_outside(case.year, *days))
            if live or dated:
                found = settle(case.values, items, live, days)
                if found is None:
                    return None
                low, high, open_, odd = low + found[0], high + found[1], open_ or found[2], odd or found[3]
        if odd:
            found = general(self.rest)
            low, high, open_ = low + found[0], high + found[1], open_ or found[2]
        return low, high, open_

    @cached_property
    def _days(self) -> list[Days | None]:
        """First and last day of each policy; None where they hang on an assumed day of publication."""
        return [
            None if validity.starts_after is not None and validity.first is None else self._reckoned(at, None)
            for at, validity in enumerate(self.program.validity)
        ]

    def _reckoned(self, at: int, case: Case | None) -> Days:
        if self.program.policies[at].status == "repealed":
            return NEVER
        first = first_day(self.program, at, case.published if case else {})
        return first, last_day(self.program, at, first)


NEVER = (date.max, date.min)


def in_force(day: date | None, first: date | None, last: date | None) -> bool:
    """As far as the day, and the days of the policy, are known."""
    if day is None:
        return first is not date.max
    return not (first and day < first) and not (last and day > last)


def _no_match(applicant: Values, item: Values) -> tuple[bool, int, int]:
    return False, 0, 0


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"    {line}" for line in lines)


class _Policy:
    """Writes the function of one policy: `a` the applicant's values, `items` by kind, `live`: in force, `days`: first and last.

    Variables: `l`, `h` the claim at hand; `l3`, `h3` what node 3 holds so far (0: the total), `o3` that an award without
    a figure is in it, `n3` what a check has counted; `a3`, `i3` facts; `t3` conditions that are tested more than once.
    """

    def __init__(self, program: Program, plan: Plan, policy: int) -> None:
        self.program, self.plan = program, plan
        self.rules = [r for r in program.rules if r.policy == policy and (r.index in plan.odd or self._pays(r))]
        self.dated = any(rule.dated_by for rule in self.rules)
        mine = {rule.index for rule in self.rules} & plan.plain
        self.nodes = [node for node in (*plan.cliques, *plan.outer, *plan.checks) if node.rules & mine]
        self.numbers = {node: at + 1 for at, node in enumerate(self.nodes)}
        self.clique, self.outer = _by_rule(plan.cliques), _by_rule(plan.outer)
        self.inner, self.checks = _by_rule(plan.inner), _by_rule(plan.checks)
        self.limits = {cap.path: f"limit_{at}(a, i)" for at, cap in enumerate(program.caps)}
        self.lines = [f"def policy_{policy}(a, items, live, days):", *_indented(self._body())]

    def _pays(self, rule: ProgramRule) -> bool:
        return rule.index in self.plan.plain and (rule.open or not rule.unquantified)

    def _body(self) -> Lines:
        kinds = list(dict.fromkeys(rule.item for rule in self.rules))
        shared = [node for node in self.nodes if not node.per_item]
        blocks = [line for kind in kinds for line in self._kind(kind, [r for r in self.rules if r.item == kind])]
        used = {name for rule in self.rules for name in self._facts(rule) if not self._of_item(rule.item, name)}
        slots = self.program.slots[""]
        return [
            "i = ()",
            "l0 = h0 = 0",
            "open_ = odd = False",
            *self._zero(shared),
            *(f"a{slots[name]} = a[{slots[name]}]" for name in sorted(used)),
            *blocks,
            *self._fold(shared),
            "return l0, h0, open_, odd",
        ]

    def _kind(self, kind: str | None, rules: Sequence[ProgramRule]) -> Lines:
        """All rules for one kind of item, for each item; or for the applicant."""
        tests = _Tests(self, rules)
        body = [line for rule in rules for line in self._rule(rule, tests)]
        if kind is None:
            return [*tests.outside, *tests.inside, *body]
        slots = self.program.slots[kind]
        used = {name for rule in rules for name in self._facts(rule) if self._of_item(kind, name)}
        here = [node for node in self.nodes if node.per_item and self._kind_of(node) == kind]
        each = [
            *(f"i{slots[name]} = i[{slots[name]}]" for name in sorted(used)),
            *self._zero(here),
            *tests.inside,
            *body,
            *self._fold(here),
        ]
        loop = [*tests.outside, f"for i in items[{kind!r}]:", *_indented(each)]
        return [f"if {kind!r} in items:", *_indented(loop)]

    def _kind_of(self, node: Node) -> str | None:
        return self.program.rules[min(node.rules)].item

    def _of_item(self, kind: str | None, name: str) -> bool:
        return kind is not None and name in self.program.slots[kind]

    def name(self, kind: str | None) -> Callable[[str], str]:
        """The variable of a fact."""
        slots, own = self.program.slots[""], self.program.slots.get(kind or "", {}) if kind else {}
        return lambda name: f"i{own[name]}" if name in own else f"a{slots[name]}"

    def _facts(self, rule: ProgramRule) -> frozenset[str]:
        trees = [*rule.when, *_price(rule)]
        return frozenset(name for tree in trees for name in facts(tree)) | ({rule.dated_by} if rule.dated_by else set())

    # A rule

    def _rule(self, rule: ProgramRule, tests: _Tests) -> Lines:
        sure, possible = tests.of(rule)
        if rule.index in self.plan.odd:
            return [f"if {' and '.join(possible)}:", "    odd = True"] if possible else ["odd = True"]
        if not rule.dated_by and self.dated:
            sure, possible = ["live", *sure], ["live", *possible]
        name = self.name(rule.item)
        day = name(rule.dated_by) if rule.dated_by else ""
        if day:
            timely = f"_in_force({day}, *days)"
            sure, possible = [*sure, f"{day} is not None", timely], [*possible, timely]
        if rule.unquantified:
            return self._without_figure(rule, sure, possible)
        settled = {fact for tree in rule.when for fact in facts(tree)}
        lacking = sorted({fact for tree in _price(rule) for fact in facts(tree)} - settled)
        sure += [f"{name(fact)} is not None" for fact in lacking]
        lines = [f"if {' and '.join(sure) or 'True'}:", *_indented(self._priced(rule))]
        if not (settled or lacking or day):
            return lines
        unknown = [f"_, l, h = price_{rule.index}(a, i)", *self._unbounded(rule)]
        if day:  # the day may be what is not known
            unknown.append(f"if {day} is None: l = 0")
        unknown += self._deposit(rule, "l", "h")
        return [*lines, f"elif {' and '.join(possible) or 'True'}:", *_indented(unknown)]

    def _without_figure(self, rule: ProgramRule, sure: Sequence[str], possible: Sequence[str]) -> Lines:
        mark = "".join(f"o{self.numbers[clique]} = " for clique in self.clique.get(rule.index, ())) + "open_ = True"
        lines = [f"if {' and '.join(sure) or 'True'}: {mark}"]
        if possible:
            lines += [f"elif {' and '.join(possible)}:", f"    if price_{rule.index}(a, i)[0] is not False: {mark}"]
        return lines

    def _unbounded(self, rule: ProgramRule) -> Lines:
        """Where the base is unknown, the award is still at most the least limit that is in force for it."""
        limits = [cap for cap in self.program.caps_of[rule.index] if cap.kind == "limit" and not cap.unpublished]
        figures = [cap.figure for cap in limits]
        lines = [f"h = {min((figure for figure in figures if figure is not None), default=None)}"]
        for cap, figure in zip(limits, figures, strict=True):
            if figure is None:
                lines += [f"x = {self.limits[cap.path]}[1]", "if x is not None and (h is None or x < h): h = x"]
        lines += ["if h is None: h = 0; open_ = True", "elif l > h: l = h"]
        return ["if h is None:", *_indented(lines)]

    def _priced(self, rule: ProgramRule) -> Lines:
        """The first branch that applies, all facts known."""
        exact = all(branch.low == branch.high for branch in rule.branches)
        low = None if rule.bound == "ceiling" else "h" if exact else "l"
        name = self.name(rule.item)
        lines: Lines = []
        for at, branch in enumerate(rule.branches):
            value = self._value(rule, branch, low == "l")
            if branch.when is None:
                lines += ["else:", *_indented(value)] if at else value
                break
            lines += [f"{'elif' if at else 'if'} {known(branch.when, name)[0]}:", *_indented(value)]
        else:
            lines.append("else: l = h = 0")
        return [*lines, *self._deposit(rule, low, "h")]

    def _value(self, rule: ProgramRule, branch: Branch, spread: bool) -> Lines:
        """`h`, and where they differ `l`, in whole fen."""
        name = self.name(rule.item)
        lines: Lines = []
        for end, tree in [("h", branch.high), *([("l", branch.low)] if spread else [])]:
            source = floored(*known(tree, name))
            lines.append(f"{end} = {source}")
            for limit in (*branch.limits, *rule.limits):
                lines += under(end, floored(*known(limit, name)))
            if not source.isdecimal():
                lines.append(f"if {end} < 0: {end} = 0")
        if rule.minimum is not None:
            lines += [f"if {end} < {rule.minimum}: {end} = 0" for end in ("l", "h")[not spread :]]
        return lines

    # Settlement

    def _deposit(self, rule: ProgramRule, low: str | None, high: str) -> Lines:
        """Put the claim where it belongs: in its clique, else in the least cap around it, else in the total."""
        lines: Lines = []
        inner = [node.cap for node in self.inner.get(rule.index, ()) if node.cap]
        if low == high and any(cap.figure is None for cap in inner):  # the limit may have two ends
            low = "l"
            lines.append(f"l = {high}")
        for cap in inner:
            lines += self._cut(cap, low or high, high)
        for node in self.checks.get(rule.index, ()):
            some = f"{high} or {low}" if low not in (None, high) else high
            lines.append(f"n{self.numbers[node]} += {f'1 if {some} else 0' if _counts(node) else some}")
        for clique in self.clique.get(rule.index, ()):
            at = self.numbers[clique]
            lines.append(f"if {high} > h{at}: h{at} = {high}")
            return [*lines, *([f"if {low} > l{at}: l{at} = {low}"] if low else [])]
        at = next((self.numbers[cap] for cap in self.outer.get(rule.index, ())), 0)
        return [*lines, f"h{at} += {high}", *([f"l{at} += {low}"] if low else [])]

    def _cut(self, cap: CapBound, low: str, high: str) -> Lines:
        """At most the limit of a cap; a limit that is not known bounds with its low end in the low run."""
        figure = cap.figure
        if figure is not None:
            return [f"if {end} > {figure}: {end} = {figure}" for end in dict.fromkeys((low, high))]
        lines = [f"x, y = {self.limits[cap.path]}"]
        if low != high:
            lines.append(f"if {low} > x: {low} = x")
        return [*lines, f"if y is not None and {high} > y: {high} = y"]

    def _zero(self, nodes: Iterable[Node]) -> Lines:
        lines = []
        for node in nodes:
            at = self.numbers[node]
            lines.append(f"n{at} = 0" if node in self.plan.checks else f"l{at} = h{at} = 0")
            if self._may_be_open(node):
                lines.append(f"o{at} = False")
        return lines

    def _may_be_open(self, clique: Node) -> bool:
        return clique.cap is None and any(self.program.rules[rule].open for rule in clique.rules)

    def _fold(self, nodes: Iterable[Node]) -> Lines:
        """Each node into the one around it, inner before outer."""
        lines: Lines = []
        for node in nodes:
            at, parent = self.numbers[node], self.plan.parents.get(node)
            if node.cap and node in self.plan.checks:
                figure = f"{self.limits[node.cap.path]}[0]" if node.cap.figure is None else node.cap.figure
                lines.append(f"if n{at} > {figure}: return None")
                continue
            if node.cap:
                lines += self._cut(node.cap, f"l{at}", f"h{at}")
            elif self._may_be_open(node):
                lines.append(f"if o{at}: l{at} = 0  # an award without a figure may win")
            to = self.numbers[parent] if parent else 0
            lines += [f"l{to} += l{at}", f"h{to} += h{at}"]
        return lines


def _by_rule(nodes: Iterable[Node]) -> dict[int, list[Node]]:
    found: dict[int, list[Node]] = {}
    for node in nodes:
        for rule in node.rules:
            found.setdefault(rule, []).append(node)
    return found


def _counts(node: Node) -> bool:
    return node.cap is not None and node.cap.kind == "count"


class _Tests:
    """Conditions as Python: sure (all facts known, and true), and possible (not known to be false).

    Both may say less than the condition: a claim that is possible and not sure is priced by the rule's own function.
    """

    def __init__(self, policy: _Policy, rules: Sequence[ProgramRule]) -> None:
        self.policy = policy
        self.kind = rules[0].item
        times = Counter(tree for rule in rules for tree in rule.when if not isinstance(tree, Fact))
        self.inside: Lines = []
        self.outside: Lines = []  # what reads no fact of the item is tested before the loop
        self.names: dict[Tree, str] = {}
        for tree, count in times.items():
            own = any(policy._of_item(self.kind, name) for name in facts(tree))
            if count > 1 or (self.kind and not own):
                self.names[tree] = f"t{len(self.names)}"
                known_, exact = self._parts(tree)
                test = f"{exact} if {known_} else None" if known_ else exact
                (self.inside if own else self.outside).append(f"{self.names[tree]} = {test}")

    def of(self, rule: ProgramRule) -> tuple[Lines, Lines]:
        pairs = [self._both(tree) for tree in rule.when]
        return [sure for sure, _ in pairs], [possible for _, possible in pairs]

    def _parts(self, tree: Tree) -> tuple[str, str]:
        name = self.policy.name(self.kind)
        return " and ".join(f"{name(fact)} is not None" for fact in sorted(facts(tree))), known(tree, name)[0]

    def _both(self, tree: Tree) -> tuple[str, str]:
        if tree in self.names or isinstance(tree, Fact):
            name = self.names[tree] if tree in self.names else self.policy.name(self.kind)(tree.name)  # type: ignore
            return name, f"{name} is not False"
        known_, exact = self._parts(tree)
        if isinstance(tree, In) and not tree.negated:
            return exact, f"({known_.replace('is not None', 'is None')} or {exact})"
        return f"{known_} and {exact}", f"(not ({known_}) or {exact})"


def _price(rule: ProgramRule) -> list[Tree]:
    """All expressions that the amount depends on."""
    trees = [tree for branch in rule.branches for tree in (branch.when, branch.low, branch.high, *branch.limits)]
    return [*(tree for tree in trees if tree), *rule.limits]
