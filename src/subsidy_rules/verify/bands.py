"""Rows by value: gaps between them, rows that stand in the way of a better one, and which row a boundary belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import combinations
from typing import Any

import z3  # type: ignore[import-untyped]

from ..expr import QUANTITIES, Compare, Fact, Literal, Tree, evaluate, show
from ..expr.tree import walk
from ..model.assessment import Assessment
from ..model.case import Case
from ..model.program import Branch, Program, ProgramRule
from ..model.vocabulary import Label
from ..money import format_units
from ..rules import Rules
from .finding import TIMEOUT, Finding, Question
from .search import Answer, finding, only_item, refuted, rule_path, search
from .solve import model_of
from .terms import NOTHING, Term, limited, price, scaled, truth
from .witness import Place, award_of, certain, known_facts, replaced, taken
from .world import World, as_text


def gap_between_rows(rules: Rules, seconds: float) -> Iterator[Finding]:
    """A value that no row is for, with values below and above it that one is for, everything else being equal."""
    program = rules.program
    for rule, fact in _by_value(program):
        answer = _gap(rules, rule, fact, seconds)
        proved = Label(zh=f"{fact.name} 的各档之间没有空档。", en=f"There is no gap between the rows of {fact.name}.")
        says = partial(_where, program, rule, fact)
        yield finding(program, GAP.id, rule_path(program, rule), answer, proved, says, figures=(("fact", fact.name),))


def _by_value(program: Program) -> Iterator[tuple[ProgramRule, Fact]]:
    """Rules with rows, and the quantities that decide about the row."""
    for rule in program.rules:
        conditions = [branch.when for branch in rule.branches if branch.when]
        found = {
            tree.name: tree for condition in conditions for tree, _ in _compared(condition) if isinstance(tree, Fact)
        }
        yield from ((rule, fact) for _, fact in sorted(found.items()) if len(rule.branches) > 1)


def _compared(condition: Tree) -> Iterator[tuple[Tree, Literal]]:
    """Quantities and the constants that they are compared with."""
    for node in walk(condition):
        for pair in zip(node.terms, node.terms[1:], strict=False) if isinstance(node, Compare) else ():
            for one, other in (pair, pair[::-1]):
                if isinstance(other, Literal) and not isinstance(one, Literal) and one.kind in QUANTITIES:
                    yield one, other


def _gap(rules: Rules, rule: ProgramRule, fact: Fact, seconds: float) -> Answer:
    world = World(rules.program, [rule])
    (claim,) = world.claims
    values = claim.values
    sides = [z3.Int(f"side.{at}") for at in (0, 1)]
    low, high = fact.type.range
    legal = [side >= low for side in sides] + ([side <= high for side in sides] if high is not None else [])
    apart = [sides[0] < values[fact.name], values[fact.name] < sides[1]]
    rows = [price(rule, {**values, fact.name: side}).matches for side in sides]
    empty = [claim.price.holds, *(z3.Not(row) for row in claim.price.taken)]
    model = model_of([*world.legal, *legal, *apart, *rows, *empty], seconds)
    if isinstance(model, str):
        return Answer("proved") if model == "none" else Answer("undecided", note=TIMEOUT)
    texts = [as_text(fact.kind, model.eval(side, model_completion=True)) for side in sides]
    at = -1 if fact.name in world.applicant else 0
    return refuted(rules, world.application(model), partial(_is_gap, rules, rule, (at, fact.name), texts))


def _is_gap(rules: Rules, rule: ProgramRule, place: Place, sides: list[str], case: Case, answer: Assessment) -> bool:
    facts = known_facts(rules.program, case, only_item(rule))
    if any(evaluate(tree, facts) is not True for tree in rule.when) or not _known(rule, facts):
        return False
    others = [award_of(rules.assess(replaced(case.data, place, side)), rule.id, only_item(rule)) for side in sides]
    return taken(rules.program, rule, case, only_item(rule)) is None and all(
        award is not None and certain(award) and award.status != "ineligible" for award in others
    )


def _known(rule: ProgramRule, facts: dict[str, Any]) -> bool:
    """Every row's condition is decided."""
    return all(evaluate(branch.when, facts) is not None for branch in rule.branches if branch.when)


def _where(program: Program, rule: ProgramRule, fact: Fact, answer: Assessment) -> Label:
    return Label(
        zh=f"{fact.name} 的各档之间有空档，见示例。",
        en=f"There is a gap between the rows of {fact.name}: see the example.",
    )


def better_row_later(rules: Rules, seconds: float) -> Iterator[Finding]:
    """Of rows that hold the first is paid; is a later one ever worth more?"""
    program = rules.program
    for rule in program.rules:
        if len(rule.branches) > 1:
            world = World(program, [rule])
            (claim,) = world.claims
            values = claim.values
            pays = [_enough(rule, limited(rule, branch, branch.high, values)) for branch in rule.branches]
            holds = [truth(branch.when, values) if branch.when else z3.BoolVal(True) for branch in rule.branches]
            worse = [
                z3.And(claim.price.taken[first], holds[later], pays[later] > pays[first])
                for first, later in combinations(range(len(pays)), 2)
            ]
            claimed = [claim.price.holds, *world.in_force(rule, values)]
            answer = search(rules, world, [*claimed, z3.Or(*worse)], partial(_is_worse, program, rule), seconds)
            proved = Label(
                zh="先列的一档从不少于同样适用的后列各档。",
                en="The first row that holds never pays less than a later one.",
            )
            says = partial(_how_much, rule)
            yield finding(program, OVERLAP.id, rule_path(program, rule), answer, proved, says)


def _enough(rule: ProgramRule, amount: Term) -> Term:
    """Nothing is paid below the least payment."""
    return amount if rule.minimum is None else z3.If(amount >= rule.minimum, amount, NOTHING)


def _is_worse(program: Program, rule: ProgramRule, case: Case, answer: Assessment) -> bool:
    item = only_item(rule)
    award, first = award_of(answer, rule.id, item), taken(program, rule, case, item)
    if award is None or award.due is None or award.due.ceiling is None or not certain(award) or first is None:
        return False
    facts = known_facts(program, case, item)
    later = [b for b in rule.branches[first + 1 :] if b.when is None or evaluate(b.when, facts) is True]
    return any(award.due.ceiling < _worth(rule, branch, facts) for branch in later)


def _worth(rule: ProgramRule, branch: Branch, facts: dict[str, Any]) -> int:
    """What a row pays at most under its limits, by the reference evaluator, to the fen; 0 where nothing of it is known."""
    ends = [evaluate(tree, facts) for tree in (branch.high, *branch.limits, *rule.limits)]
    most = min((int(end[1] // 1) for end in ends if isinstance(end, tuple) and end[1] is not None), default=0)
    return most if most >= (rule.minimum or 0) else 0


def _how_much(rule: ProgramRule, answer: Assessment) -> Label:
    award = award_of(answer, rule.id, only_item(rule))
    due = format_units(award.due.ceiling) if award and award.due and award.due.ceiling is not None else ""
    return Label(
        zh=f"两档都适用时先列的只得 {due}，后列的更多。",
        en=f"Of two rows that hold the first gives {due}, the later more.",
    )


def boundary_owner(rules: Rules, seconds: float) -> Iterator[Finding]:
    """For every constant that a row begins or ends with: the rows that an application with just this value can fall into."""
    program = rules.program
    for rule in program.rules:
        edges = {
            (show(tree), show(edge)): (tree, edge)
            for branch in rule.branches
            if branch.when and len(rule.branches) > 1
            for tree, edge in _compared(branch.when)
        }
        for (name, text), (tree, edge) in edges.items():
            owners, known = _owners(rules, rule, tree, edge, seconds)
            rows = ", ".join(str(at + 1) for at in owners) or "—"
            says = Label(
                zh=f"{name} 恰为 {text} 时适用第 {rows} 档。" if owners else f"{name} 恰为 {text} 时不适用任何一档。",
                en=f"At {name} = {text} row {rows} applies." if owners else f"At {name} = {text} no row applies.",
            )
            answer = Answer("proved") if known else Answer("undecided", note=TIMEOUT)
            figures = (("fact", name), ("boundary", text), ("row", rows))
            path = rule_path(program, rule)
            yield finding(program, OWNER.id, path, answer, says, says, "refuted", figures)


def _owners(rules: Rules, rule: ProgramRule, tree: Tree, edge: Literal, seconds: float) -> tuple[list[int], bool]:
    world = World(rules.program, [rule])
    (claim,) = world.claims
    values = claim.values
    (left, up), (right, down) = scaled(tree, values), scaled(edge, values)
    at_edge = left * 10 ** max(0, down - up) == right * 10 ** max(0, up - down)
    outcomes = [model_of([*world.legal, claim.price.holds, at_edge, row], seconds) for row in claim.price.taken]
    return [at for at, outcome in enumerate(outcomes) if outcome != "none"], "timeout" not in outcomes


GAP = Question(
    id="gap-between-rows", title=Label(zh="各档之间没有空档", en="No gap between rows"), ask=gap_between_rows
)
OVERLAP = Question(
    id="better-row-later",
    title=Label(zh="重叠时先列的不少于后列的", en="Where rows overlap, the first pays no less"),
    ask=better_row_later,
)
OWNER = Question(
    id="boundary-owner", title=Label(zh="边界值归哪一档", en="Which row a boundary belongs to"), ask=boundary_owner
)
QUESTIONS = (GAP, OVERLAP, OWNER)
