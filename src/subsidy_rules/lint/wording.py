"""What the text says against what is computed: thresholds, paired lists, figures and articles of the source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from ..expr import Compare, Literal, Not, Tree, children, show
from ..loading.context import Loc
from ..model.policy import Clause, Provision
from ..money import RATE_SCALE
from .draft import Draft, Formula, LintFinding
from .figures import figures
from .source import plain

_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_DENIED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_EDGES = {"from": ">=", "over": ">", "below": "<", "upto": "<="}


class _Threshold(NamedTuple):
    """A quantity against a constant: its operator, the constant as raw value, and how it is written."""

    loc: Loc
    op: str
    kind: str
    value: int
    text: str


def threshold_operator(draft: Draft) -> Iterator[LintFinding]:
    """The words beside the same figure, in the same direction, must allow the operator."""
    for loc, entry in draft.entries:
        if loc[0] == "clauses":
            continue
        words = [(f, word, op) for text in _texts(draft, entry) for f in figures(text) for word, op in f.words]
        for formula in draft.formulas(loc):
            for one in _thresholds(formula):
                said = {
                    (figure.text, op)
                    for figure, _, op in words
                    if (figure.kind, figure.value) == (one.kind, one.value) and op[0] == one.op[0]
                }
                if said and one.op not in {op for _, op in said}:
                    text, op = min(said)
                    yield draft.finding("SR611", one.loc, one.text, f"{op} ({text})")


def _texts(draft: Draft, entry: Provision) -> Iterator[str]:
    """Every text of an entry in the file, and its article in the source."""
    yield from entry.figures
    yield entry.title.zh
    yield from (assumption.says.zh for assumption in entry.assumes)
    if isinstance(entry, Clause):
        yield entry.says.zh
    article = draft.source.article(entry.article) if draft.source else None
    if article:
        yield article


def _thresholds(formula: Formula) -> Iterator[_Threshold]:
    """The comparisons of a condition, and the edges of a table's rows."""
    edge = formula.path[-1] if formula.path[-2:-1] == ("rows",) else ""
    if isinstance(formula.tree, Literal) and edge in (*_EDGES, "reach"):
        yield from _of(formula.loc, _EDGES.get(edge, ">="), formula.tree, f"{edge}: {show(formula.tree)}")
    else:
        yield from _comparisons(formula.tree, formula.loc, False)


def _comparisons(tree: Tree, loc: Loc, denied: bool) -> Iterator[_Threshold]:
    if isinstance(tree, Compare):
        for op, left, right in zip(tree.ops, tree.terms[:-1], tree.terms[1:], strict=True):
            if op in _FLIPPED:
                said = _DENIED[op] if denied else op
                if isinstance(right, Literal):
                    yield from _of(loc, said, right, show(tree))
                elif isinstance(left, Literal):
                    yield from _of(loc, _FLIPPED[said], left, show(tree))
    for child in children(tree):
        yield from _comparisons(child, loc, denied != isinstance(tree, Not))


def _of(loc: Loc, op: str, limit: Literal, text: str) -> Iterator[_Threshold]:
    value, kind = limit.value, limit.kind
    if kind == "number" and isinstance(value, int) and value % RATE_SCALE == 0:
        value, kind = value // RATE_SCALE, "count"
    kind = "count" if kind == "months" else kind
    if isinstance(value, int) and kind in ("money", "rate", "count"):
        yield _Threshold(loc, op, kind, value, text)


_FIGURE = r"\d+(?:\.\d+)?(?:亿元|万元|元|亿|万|%)"
_PAID = re.compile(rf"(?:最高|不超过)?{_FIGURE}(?:(?:、|,|和|及|与)(?:最高|不超过)?{_FIGURE})+")
_AND = re.compile("和|及|与|或")
_LEVEL = re.compile("[国省市区县]家?级")


def unequal_lists(draft: Draft) -> Iterator[LintFinding]:
    """`A、B、C，分别给予…10万元、5万元`: three things, two amounts. Where the list of things can be counted in several
    ways (和 may join two things or belong to one), one way that fits is enough."""
    seen: set[str] = set()
    for loc, entry in draft.entries:
        for text in map(plain, _texts(draft, entry)):
            for sentence in re.split(r"[。;\n]", text):
                if "分别" in sentence and sentence not in seen:
                    seen.add(sentence)
                    yield from _unequal(draft, loc, sentence)


def _unequal(draft: Draft, loc: Loc, sentence: str) -> Iterator[LintFinding]:
    parts = sentence.split("分别")
    for before, after in pairwise(parts):
        paid = _PAID.search(after)
        named = re.split(r"(?:^|,)对", before)
        things = named[-1] if len(named) > 1 else before.rstrip(",").rpartition(",")[2]
        counts = _counts(things)
        if paid and max(counts) > 1:
            amounts = len(re.findall(_FIGURE, paid[0]))
            if amounts not in counts:
                yield draft.finding("SR612", (*loc, "title"), f"{min(counts)}: {things[-40:]} … {amounts}: {paid[0]}")


def _counts(things: str) -> set[int]:
    """The ways to count a list."""
    things = re.sub(r"\([^)]*\)|“[^”]*”", "", things)
    commas, ands = things.count("、"), len(_AND.findall(things))
    return {
        commas + 1,
        commas + ands + 1,
        *([ands + 1] if ands else []),
        *([n] if (n := len(_LEVEL.findall(things))) else []),
    }


def figure_not_in_source(draft: Draft) -> Iterator[LintFinding]:
    """Figures are copied from the text of their article (of the whole text, where the article is not found)."""
    if draft.source is None:
        return
    for loc, entry in draft.entries:
        text = draft.source.article(entry.article) or draft.source.text
        for at, figure in enumerate(entry.figures):
            if plain(figure) not in text:
                yield draft.finding("SR613", (*loc, "figures", at), figure)


def article_not_in_source(draft: Draft) -> Iterator[LintFinding]:
    if draft.source is None:
        return
    seen: set[str] = set()
    for loc, entry in draft.entries:
        if entry.article not in seen and draft.source.article(entry.article) is None:
            yield draft.finding("SR614", (*loc, "article"), entry.article)
        seen.add(entry.article)


LINTS = (threshold_operator, unequal_lists, figure_not_in_source, article_not_in_source)
