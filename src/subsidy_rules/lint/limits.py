"""Limits, pools and quotas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..expr import Call, Fact, Literal, Tree, children, show
from ..model.program import ProgramRule
from ..money import format_units
from .draft import Draft, LintFinding

_PERIOD = ("年", "期内", "期间", "累计", "月")  # words of a text that give a limit its period


def pool_without_ration(draft: Draft) -> Iterator[LintFinding]:
    for loc, cap, linked in draft.caps:
        if linked.pool and linked.ration == "unstated" and linked.kind == "limit":
            yield draft.finding("SR621", (*loc, "ration"), cap.limit or "")


def quota_without_ranking(draft: Draft) -> Iterator[LintFinding]:
    for loc, cap, linked in draft.caps:
        if linked.pool and linked.ration == "unstated" and linked.kind == "count":
            yield draft.finding("SR622", (*loc, "ration"), cap.count or "")


def cap_without_period(draft: Draft) -> Iterator[LintFinding]:
    """A limit for one applicant that is neither yearly nor of one thing, and whose own words name no period."""
    for loc, cap, linked in draft.caps:
        entry = draft.entry(loc)
        said = f"{entry.title.zh} {' '.join(entry.figures)}" if entry else ""
        whole = "applicant" in linked.key and not {"year", "item"} & set(linked.key)
        counted = linked.kind == "limit" or (linked.kind == "count" and linked.of != "year")
        if whole and counted and not any(word in said for word in _PERIOD):
            yield draft.finding("SR623", loc, cap.limit or cap.count or "")


def floor_above_cap(draft: Draft) -> Iterator[LintFinding]:
    """A minimum above the rule's own limits, or above its largest fixed amount: nothing can be paid."""
    for loc, rule, linked in draft.rules:
        least = linked.minimum
        tops = [_most((branch.high, *branch.limits)) for branch in linked.branches]
        top = max((t for t in tops if t is not None), default=None) if all(t is not None for t in tops) else None
        limit = _lower(top, *(_constant(tree) for tree in (*linked.limits, *_own_limits(draft, linked))))
        if least is not None and limit is not None and least > limit:
            yield draft.finding("SR624", (*loc, "minimum"), rule.minimum or "", f"≤ {format_units(limit)}")


def amount_above_cap(draft: Draft) -> Iterator[LintFinding]:
    """A fixed amount above a limit of the same award."""
    for loc, rule, linked in draft.rules:
        limit = _lower(*(_constant(tree) for tree in (*linked.limits, *_own_limits(draft, linked))))
        for branch in linked.branches:
            high = _constant(branch.high)
            top = _lower(limit, *(_constant(tree) for tree in branch.limits))
            if high is not None and top is not None and high > top:
                yield draft.finding(
                    "SR625", (*loc, "pays"), format_units(high), f"≤ {format_units(top)} ({rule.title.zh})"
                )


def _own_limits(draft: Draft, rule: ProgramRule) -> Iterator[Tree]:
    """Limits of sums that every single award of the rule is part of."""
    return (cap.limit for cap in draft.program.caps_of[rule.index] if cap.kind == "limit" and cap.limit)


def _constant(tree: Tree) -> int | None:
    return tree.value if isinstance(tree, Literal) and isinstance(tree.value, int) else None


def _most(trees: Iterable[Tree]) -> int | None:
    return _lower(*map(_constant, trees))


def _lower(*values: int | None) -> int | None:
    """The least of those that are known."""
    return min((value for value in values if value is not None), default=None)


def unlimited(draft: Draft) -> Iterator[LintFinding]:
    """Money that grows with a quantity and that nothing limits: neither the award, nor its sum, nor a pool."""
    for loc, _, linked in draft.rules:
        caps = [cap for cap in draft.program.caps_of[linked.index] if not cap.unpublished]
        capped = any(_bounded(tree) for tree in (*linked.limits, *_own_limits(draft, linked)))
        for branch in linked.branches:
            timed = branch.units is not None and any(cap.kind == "units" for cap in caps)
            if not (capped or timed or any(map(_bounded, (branch.high, *branch.limits)))):
                yield draft.finding("SR626", (*loc, "pays"), show(branch.high))
                break


def _bounded(tree: Tree) -> bool:
    """Whether a quantity has a largest value whatever the facts are."""
    match tree:
        case Literal():
            return True
        case Fact():
            return tree.type.range[1] is not None
        case Call(name="min"):
            return any(map(_bounded, tree.args))
        case Call(name="given"):
            return _bounded(tree.args[1])
        case _:
            return all(map(_bounded, children(tree)))


def limit_withheld(draft: Draft) -> Iterator[LintFinding]:
    for loc, _, linked in draft.caps:
        if linked.unpublished:
            yield draft.finding("SR627", loc, linked.kind)


LINTS = (
    pool_without_ration,
    quota_without_ranking,
    cap_without_period,
    floor_above_cap,
    amount_above_cap,
    unlimited,
    limit_withheld,
)
