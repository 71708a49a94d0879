"""Amounts, rates and their bases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import combinations

from ..expr import Fact, Literal, show
from ..expr.tree import walk
from ..loading.context import Loc
from ..money import RATE_SCALE
from .draft import Draft, LintFinding
from .figures import figures

NEARLY_THE_SAME = 0.8  # of two labels; 1 is equal
BASES = (
    ("pays", "of"), ("pays", "share_of"), ("pays", "formula"),
    ("pays", "bands", "of"), ("pays", "brackets", "of"), ("pays", "step", "of"), ("pays", "milestones", "of"),
)  # fmt: skip


def amount_absent(draft: Draft) -> Iterator[LintFinding]:
    """Money without a figure. 一事一议 says who decides, and another policy is named: both have codes or words of their own."""
    for loc, rule, _ in draft.rules:
        if rule.unquantified == "amount_not_stated":
            yield draft.finding("SR601", (*loc, "unquantified"), rule.title.zh)


def rate_without_base(draft: Draft) -> Iterator[LintFinding]:
    """A rate among the figures of an award of money that computes nothing."""
    for loc, rule, linked in draft.rules:
        if linked.open:
            for at, text in enumerate(rule.figures):
                if any(figure.kind == "rate" for figure in figures(text)):
                    yield draft.finding("SR602", (*loc, "figures", at), text)


def rate_above_whole(draft: Draft) -> Iterator[LintFinding]:
    for loc, _, _ in draft.rules:
        for formula in draft.formulas(loc):
            tree = formula.tree
            if isinstance(tree, Literal) and tree.kind == "rate" and _int(tree) > RATE_SCALE:
                yield draft.finding("SR603", formula.loc, draft.written(formula.loc))


def _int(tree: Literal) -> int:
    assert isinstance(tree.value, int)
    return tree.value


def _bases(draft: Draft) -> dict[tuple[str | None, str], list[tuple[Loc, str]]]:
    """The amounts of money that awards are computed from: kind of item (None: the applicant) and fact → where, in which rule."""
    found: dict[tuple[str | None, str], list[tuple[Loc, str]]] = defaultdict(list)
    for loc, rule, _ in draft.rules:
        for formula in draft.formulas(loc):
            if any(formula.path[: len(base)] == base for base in BASES):
                for name in sorted({n.name for n in walk(formula.tree) if isinstance(n, Fact) and n.kind == "money"}):
                    kind = None if name in draft.program.applicant_facts else rule.item
                    found[kind, name].append((formula.loc, rule.id))
    return found


def base_unexplained(draft: Draft) -> Iterator[LintFinding]:
    for (kind, name), places in _bases(draft).items():
        fact = draft.declared(name, kind)
        if fact and fact.question is None:
            yield draft.finding("SR604", places[0][0], name)


def base_named_twice(draft: Draft) -> Iterator[LintFinding]:
    """Two bases of nearly the same label. Those that one rule uses side by side are told apart on purpose."""
    for (one, places), (two, others) in combinations(_bases(draft).items(), 2):
        first, second = draft.declared(one[1], one[0]), draft.declared(two[1], two[0])
        apart = not {rule for _, rule in places} & {rule for _, rule in others}
        if first and second and apart and one[1] != two[1] and _alike(first.label.zh, second.label.zh):
            found = f"{one[1]} {first.label.zh} · {two[1]} {second.label.zh}"
            yield draft.finding("SR605", others[0][0], found)


def _alike(one: str, two: str) -> bool:
    return SequenceMatcher(None, one, two, autojunk=False).ratio() >= NEARLY_THE_SAME


def figure_unused(draft: Draft) -> Iterator[LintFinding]:
    """Amounts and rates of a computed clause that neither it nor a bound over it uses."""
    for loc, entry in draft.entries:
        if not (getattr(entry, "pays", None) or getattr(entry, "cap", None)):
            continue
        used = {constant for place in (loc, *_over(draft, entry.id)) for _, constant in _constants(draft, place)}
        for at, text in enumerate(entry.figures):
            listed = {(figure.kind, figure.value) for figure in figures(text) if figure.kind != "count"}
            if listed - used:
                yield draft.finding("SR606", (*loc, "figures", at), text)


def _over(draft: Draft, rule: str) -> Iterator[Loc]:
    """The entries of `bounds` that cover a rule."""
    for at, bound in enumerate(draft.policy.bounds):
        if bound.rules == "all" or rule in bound.rules:
            yield "bounds", at


def constant_not_in_figures(draft: Draft) -> Iterator[LintFinding]:
    """Amounts and rates that are used and that the clause itself does not list."""
    for loc, entry in draft.entries:
        listed = {(figure.kind, figure.value) for text in entry.figures for figure in figures(text)}
        for place, (kind, value) in _constants(draft, loc) if loc[0] != "clauses" else ():
            if (kind, value) not in listed:
                shown, whole = show(Literal(kind, value)), draft.written(place)
                yield draft.finding("SR607", place, shown, whole if whole != shown else "")


def _constants(draft: Draft, loc: Loc) -> Iterator[tuple[Loc, tuple[str, int]]]:
    """Amounts and rates in the expressions of an entry; `> 0元` is no figure of a text."""
    for formula in draft.formulas(loc):
        for node in walk(formula.tree):
            if isinstance(node, Literal) and node.kind in ("money", "rate") and _int(node):
                yield formula.loc, (node.kind, _int(node))


LINTS = (
    amount_absent,
    rate_without_base,
    rate_above_whole,
    base_unexplained,
    base_named_twice,
    figure_unused,
    constant_not_in_figures,
)
