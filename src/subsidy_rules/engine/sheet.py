"""The sheet of a run: every number of the settlement, fixed once after pricing. Settling twice applies the same numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ..model.case import Case, CaseGrant
from ..model.program import CapBound, ExclusiveBound, Program
from .bounds import Lowered, Run, compared, earlier, key_values, lowered, related, used
from .choose import Stipend
from .claims import NO_END, Claim, Pricer, cap_number

RUNS: tuple[Run, Run] = ("low", "high")


@dataclass(slots=True)
class Group:
    """Claims of one exclusive bound with the same key: at most one of any incompatible pair is paid."""

    bound: ExclusiveBound
    members: list[int]


@dataclass(slots=True)
class CapNode:
    """Claims of one cap with the same key, and what is left of it in this run."""

    cap: CapBound
    members: list[int]
    left: int
    earlier: frozenset[object] = frozenset()  # labels that a count has counted before


@dataclass(slots=True)
class Sheet:
    """All numbers of a run, fixed after pricing: `values` by claim, groups, caps, pools."""

    run: Run
    claims: Sequence[Claim]
    values: list[int]
    groups: list[Group] = field(default_factory=list)
    caps: list[CapNode] = field(default_factory=list)
    pools: list[CapNode] = field(default_factory=list)
    steps: dict[int, list[Lowered]] = field(default_factory=dict)
    bases: dict[int, int] = field(default_factory=dict)
    stipends: dict[int, Stipend] = field(default_factory=dict)
    unjoined: set[str] = field(default_factory=set)  # bounds that a claim with an unknown key may come under
    ends: dict[int, tuple[int, int]] = field(
        default_factory=dict
    )  # values in both runs, where a text prescribes the choice


def sheets(
    program: Program, case: Case, claims: Sequence[Claim], pricer: Pricer, alone: bool = True
) -> tuple[Sheet, Sheet]:
    """Fix every number of both runs. `alone`: no other applicant is there, so that a quota bounds as a count of his own."""
    low, high = (_valued(program, case, claims, run) for run in RUNS)
    for claim in claims:
        if claim.open:  # of a claim that no figure bounds, what is assured is the part that has a figure
            high.values[claim.order] = low.values[claim.order]
    for made in (low, high):
        _join_groups(program, made, low, high)
        _blocked_by_open(made)
        _join_caps(program, case, made, pricer, alone)
    return low, high


def _valued(program: Program, case: Case, claims: Sequence[Claim], run: Run) -> Sheet:
    """What each claim is worth by itself in a run, after earlier grants and rivals."""
    made = Sheet(run, claims, [0] * len(claims))
    for claim in claims:
        amount, steps = lowered(program, claim, case, run)
        for cap in program.caps_of[claim.rule.index] if amount and run == "low" and claim.item else ():
            stated = not cap.unpublished or cap.path in case.parameters
            if stated and key_values(program, claim, cap.key) is None:  # it could come under a cap with nothing left
                steps.append(Lowered(cap.path, "key_unknown", amount, 0))
                amount = 0
                break
        made.values[claim.order] = amount
        if steps:
            made.steps[claim.order] = steps
    _riders(program, case, made)
    return made


def _join_groups(program: Program, made: Sheet, low: Sheet, high: Sheet) -> None:
    """Claims that are worth something in the run; where a text prescribes the choice, all that may be."""
    found: dict[tuple[str, object], Group] = {}
    for claim in made.claims:
        worth = bool(made.values[claim.order] or claim.open)
        for bound in program.exclusives_of[claim.rule.index] if worth or claim.match is not False else ():
            if bound.levels:
                made.groups += _other_policies(program, made, claim, bound) if worth else ()
            elif worth or bound.choose:
                key = key_values(program, claim, bound.key)
                if key is not None:
                    found.setdefault((bound.path, key), Group(bound, [])).members.append(claim.order)
                elif high.values[claim.order] or claim.open:
                    made.unjoined.add(bound.path)
                if bound.choose:
                    endless = claim.open or (claim.unbounded and high.values[claim.order] > 0)
                    made.ends[claim.order] = low.values[claim.order], NO_END if endless else high.values[claim.order]
    made.groups += [
        g for g in found.values() if len(g.members) > 1 or (g.bound.choose and g.bound.path in made.unjoined)
    ]


def _other_policies(program: Program, made: Sheet, mine: Claim, bound: ExclusiveBound) -> Iterable[Group]:
    """Claims under other policies of the program that this bound compares with, pair by pair."""
    for other in made.claims if len(program.policies) > 1 else ():
        policy = other.rule.policy
        if (made.values[other.order] or other.open) and related(program, mine.rule.policy, policy):
            level = program.policies[policy].jurisdiction.level
            if compared(level, other.item_id, other.rule.matter, mine, bound):
                yield Group(bound, sorted((mine.order, other.order)))


def _blocked_by_open(made: Sheet) -> None:
    """In the low run an award without a figure could win: what it excludes is not assured. It is never a figure itself."""
    if not any(claim.open for claim in made.claims):
        return
    for group in made.groups:
        for i in group.members:
            if made.run == "low" and any(
                made.claims[j].without_figure and excludes(group.bound, made.claims, i, j) for j in group.members
            ):
                if made.values[i]:
                    made.steps.setdefault(i, []).append(Lowered(group.bound.path, "open_rival", made.values[i], 0))
                made.values[i] = 0


def excludes(bound: ExclusiveBound, claims: Sequence[Claim], i: int, j: int) -> bool:
    return i != j and (
        not bound.compatible or frozenset((claims[i].rule.index, claims[j].rule.index)) not in bound.compatible
    )


def _join_caps(program: Program, case: Case, made: Sheet, pricer: Pricer, alone: bool) -> None:
    found: dict[tuple[str, object], CapNode] = {}
    for claim in made.claims:
        could_win = claim.order in made.ends  # at another claim's value, where a text prescribes the choice
        for cap in program.caps_of[claim.rule.index] if made.values[claim.order] or could_win else ():
            key = key_values(program, claim, cap.key)
            node = found.get((cap.path, key))
            if node is not None:
                node.members.append(claim.order)
            elif key is not None and (node := _cap_node(program, case, made, claim, cap, pricer)) is not None:
                found[cap.path, key] = node
        if claim.rule.index in program.timed:
            made.stipends[claim.order] = _stipend(case, made.run, claim, pricer)
    nodes = sorted(found.values(), key=lambda node: (len(node.members), node.cap.path))
    own = [set(node.members) for node in nodes if not node.cap.pool and node.cap.kind != "count"]
    made.caps = [node for node in nodes if not node.cap.pool or (alone and _nests(node, own))]
    made.pools = [node for node in nodes if node.cap.pool and node not in made.caps and node.cap.kind == "limit"]


def _stipend(case: Case, run: Run, claim: Claim, pricer: Pricer) -> Stipend:
    """An unknown number of months: few are paid and many used up in the low run, and the other way round."""
    few, many = pricer.units(claim.rule, case.values, claim.item_values)
    least, most = pricer.unit(claim.rule, case.values, claim.item_values)
    few, many = few or 0, NO_END if many is None else many
    if run == "low":
        return Stipend(few, many, least or 0)
    return Stipend(many, few, NO_END if most is None else most)


def _nests(pool: CapNode, caps: Sequence[set[int]]) -> bool:
    """For an applicant alone a pool is one more limit of his own, where it is disjoint from the others or nests with them."""
    members = set(pool.members)
    return pool.cap.kind == "count" or all(members.isdisjoint(cap) or members <= cap or cap <= members for cap in caps)


def _cap_node(program: Program, case: Case, made: Sheet, claim: Claim, cap: CapBound, pricer: Pricer) -> CapNode | None:
    low, high = cap_number(cap, case, claim.item, pricer)
    full = low if made.run == "low" else high
    if full is None:
        return None
    if cap.pool and cap.path in case.parameters:  # what is left of it, whoever drew on it
        return CapNode(cap, [claim.order], full)
    grants = list(used(program, claim, cap, case, made.run))
    if cap.kind == "count":
        labels = frozenset(grant_label(program, cap, grant, case.year) for grant in grants)
        left = max(0, full - len(labels))
        if len(labels) > full:  # passed before: not even the same thing again
            labels = frozenset()
    else:
        labels = frozenset()
        left = max(0, full - sum(grant.units if cap.kind == "units" else grant.amount for grant in grants))
    if not case.complete and made.run == "low" and not cap.pool:
        left, labels = 0, frozenset()
    return CapNode(cap, [claim.order], left, labels)


def close_barred(program: Program, case: Case, claims: Sequence[Claim], pricer: Pricer) -> None:
    """Awards without a figure that an earlier grant forfeits, or for which a cap has nothing left, are not open."""
    for claim in claims:
        if claim.open:
            claim.barred_by = next(_bars(program, case, claim, pricer), None)
            claim.open = claim.barred_by is None


def _bars(program: Program, case: Case, claim: Claim, pricer: Pricer) -> Iterator[str]:
    for bound in program.exclusives_of[claim.rule.index]:
        if bound.prior == "forfeit" and any(earlier(program, claim, bound, case, "high")):
            yield bound.path
    made = Sheet("high", [claim], [1])
    for cap in program.caps_of[claim.rule.index]:
        if case.grants and key_values(program, claim, cap.key) is not None:
            node = _cap_node(program, case, made, claim, cap, pricer)
            if node and node.left == 0 and (cap.kind != "count" or label(claim, cap) not in node.earlier):
                yield cap.path


def label(claim: Claim, cap: CapBound) -> object:
    """What a count counts; `None` stands for the year that is settled."""
    if cap.of == "year":
        return None
    return claim.item_id if cap.of == "item" else (claim.rule.policy, claim.rule.award, claim.item_id)


def grant_label(program: Program, cap: CapBound, grant: CaseGrant, year: int) -> object:
    """As `label`, for an earlier grant."""
    if cap.of == "year":
        return None if grant.year == year else grant.year
    assert grant.rule is not None
    rule = program.rules[grant.rule]
    return grant.item if cap.of == "item" else (rule.policy, rule.award, grant.item)


def _riders(program: Program, case: Case, made: Sheet) -> None:
    """A rider without a claimed or earlier granted base is worth nothing."""
    if not program.riders:
        return
    where = {(claim.rule.index, claim.item_id): claim.order for claim in made.claims}
    for claim in made.claims:
        base = claim.rule.rides_on
        if base is None or not made.values[claim.order]:
            continue
        item = claim.item_id if program.rules[base].item == claim.rule.item else None
        granted = any(g.rule == base and g.item == item and not g.repaid and g.amount for g in case.grants)
        at = where.get((base, item))
        if granted or (made.run == "high" and not case.complete):
            continue
        if at is not None and (made.values[at] or (made.claims[at].open and made.run == "high")):
            if made.values[at]:
                made.bases[claim.order] = at
        else:
            bound = f"{program.policies[claim.rule.policy].id}/{program.rules[base].id}"
            made.steps.setdefault(claim.order, []).append(Lowered(bound, "base_missing", made.values[claim.order], 0))
            made.values[claim.order] = 0
