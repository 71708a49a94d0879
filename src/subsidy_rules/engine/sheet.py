"""The sheet of a run: every number of the settlement, fixed once after pricing. Settling twice applies the same numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ..model.case import Case, CaseGrant
from ..model.program import CapBound, ExclusiveBound, Program
from .bounds import Lowered, Run, earlier, key_values, lowered, used
from .choose import Stipend
from .claims import NO_END, Claim, Pricer, cap_number
from .join import against, under

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
    bases: dict[int, int] = field(default_factory=dict)  # rider → base, where both are worth something
    base_rules: dict[int, str] = field(default_factory=dict)  # rider → the rule of its base, as policy/rule
    stipends: dict[int, Stipend] = field(default_factory=dict)
    unjoined: set[str] = field(default_factory=set)  # bounds that a claim with an unknown key may come under
    ends: dict[int, tuple[int, int]] = field(default_factory=dict)  # in both runs, where a text prescribes the choice


def sheets(
    program: Program, case: Case, claims: Sequence[Claim], pricer: Pricer, alone: bool = True
) -> tuple[Sheet, Sheet]:
    """Fix every number of both runs. `alone`: no other applicant is there, so that a quota bounds as a count of his own."""
    live = [claim for claim in claims if claim.match is not False]
    opens = [claim for claim in live if claim.open]
    low, high = (_valued(program, case, claims, live, run) for run in RUNS)
    for claim in opens:  # of a claim that no figure bounds, what is assured is the part that has a figure
        high.values[claim.order] = low.values[claim.order]
    caps = under(program, live, program.caps_of)
    groups = [*against(program, live), *under(program, live, program.within_of)]
    for made in (low, high):
        if program.prescribed:
            _prescribe(program, made, live, low, high)
        made.groups = _grouped(made, groups, opens)
        if opens and made.run == "low":
            _block(made)
        for claim in live if program.timed else ():
            if claim.rule.index in program.timed:
                made.stipends[claim.order] = _stipend(case, made.run, claim, pricer)
        _cap(program, case, made, caps, pricer, alone)
    return low, high


def _valued(program: Program, case: Case, claims: Sequence[Claim], live: Iterable[Claim], run: Run) -> Sheet:
    """What each claim is worth by itself in a run, after earlier grants and rivals."""
    made = Sheet(run, claims, [claim.low for claim in claims] if run == "low" else [claim.high for claim in claims])
    told = bool(case.grants or case.rivals) or not case.complete
    uncertain = program.with_attributes if run == "low" else frozenset()  # keys that may not be known
    for claim in live if told or uncertain else ():
        if told or claim.rule.index in uncertain:
            amount, steps = lowered(program, claim, case, run)
            for cap in program.caps_of[claim.rule.index] if amount and claim.rule.index in uncertain else ():
                stated = not cap.unpublished or cap.path in case.parameters
                if stated and key_values(program, claim, cap.parts) is None:  # there may be nothing left under its key
                    steps.append(Lowered(cap.path, "key_unknown", amount, 0))
                    amount = 0
                    break
            made.values[claim.order] = amount
            if steps:
                made.steps[claim.order] = steps
    if program.riders:
        _ride(program, case, made, live)
    return made


def _prescribe(program: Program, made: Sheet, live: Iterable[Claim], low: Sheet, high: Sheet) -> None:
    """Where a text says how one is chosen: what each claim may be worth, and the bounds that one with an unknown key may
    come under."""
    for claim in live:
        if claim.rule.index in program.prescribed:
            least, most = low.values[claim.order], high.values[claim.order]
            endless = claim.open or (claim.unbounded and most > 0)
            made.ends[claim.order] = least, NO_END if endless else most
            for bound in program.within_of[claim.rule.index]:
                if bound.choose and (most or claim.open) and key_values(program, claim, bound.parts) is None:
                    made.unjoined.add(bound.path)


def _grouped(made: Sheet, joined: Iterable[tuple[ExclusiveBound, list[int]]], opens: Iterable[Claim]) -> list[Group]:
    """Claims that are worth something in the run; where a text prescribes the choice, all that may be."""
    worth: list[object] = list(made.values)
    for claim in opens:
        worth[claim.order] = True
    found: list[Group] = []
    for bound, members in joined:
        prescribed = bound.choose and not bound.levels
        here = members if prescribed else [i for i in members if worth[i]]
        if len(here) > 1 or (prescribed and bound.path in made.unjoined):
            found.append(Group(bound, here))
    return sorted(found, key=lambda group: (-1, "") if group.bound.levels else (group.members[0], group.bound.path))


def _block(made: Sheet) -> None:
    """In the low run an award without a figure could win: what it excludes is not assured. It is never a figure itself."""
    for group in made.groups:
        for i in group.members:
            if any(made.claims[j].without_figure and excludes(group.bound, made.claims, i, j) for j in group.members):
                if made.values[i]:
                    made.steps.setdefault(i, []).append(Lowered(group.bound.path, "open_rival", made.values[i], 0))
                made.values[i] = 0
                if i in made.ends:
                    made.ends[i] = 0, made.ends[i][1]


def excludes(bound: ExclusiveBound, claims: Sequence[Claim], i: int, j: int) -> bool:
    return i != j and (
        not bound.compatible or frozenset((claims[i].rule.index, claims[j].rule.index)) not in bound.compatible
    )


def _cap(
    program: Program,
    case: Case,
    made: Sheet,
    joined: Iterable[tuple[CapBound, list[int]]],
    pricer: Pricer,
    alone: bool,
) -> None:
    """Claims that are worth something, or could win at another claim's value where a text prescribes the choice."""
    worth = made.values if not made.ends else [value or i in made.ends for i, value in enumerate(made.values)]
    plain = case.complete and not (case.grants or case.parameters)  # a constant limit is left as it is
    nodes: list[CapNode] = []
    for cap, members in joined:
        here = [i for i in members if worth[i]]
        if here and plain and cap.figure is not None:
            nodes.append(CapNode(cap, here, cap.figure))
        elif here and (left := _left(program, case, made.run, made.claims[here[0]], cap, pricer)):
            nodes.append(CapNode(cap, here, *left))
    nodes.sort(key=lambda node: (len(node.members), node.cap.inner, node.members))
    pools = [node for node in nodes if node.cap.pool]
    own = [set(node.members) for node in nodes if not node.cap.pool and node.cap.kind != "count"] if pools else []
    made.caps = [node for node in nodes if not node.cap.pool or (alone and _nests(node, own))]
    made.pools = [node for node in pools if node.cap.kind == "limit" and node not in made.caps]


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


def _left(
    program: Program, case: Case, run: Run, claim: Claim, cap: CapBound, pricer: Pricer
) -> tuple[int, frozenset[object]] | None:
    """What earlier grants leave of the cap that a claim stands under, and what a count has counted before; None: no limit."""
    full = cap_number(cap, case, claim.item, pricer)[run == "high"]
    labels: frozenset[object] = frozenset()
    if full is None:
        return None
    if cap.pool and cap.path in case.parameters:  # what is left of it, whoever drew on it
        return full, labels
    if not case.complete and run == "low" and not cap.pool:
        return 0, labels
    grants = list(used(program, claim, cap, case, run)) if case.grants else []
    if cap.kind != "count":
        return max(0, full - sum(grant.units if cap.kind == "units" else grant.amount for grant in grants)), labels
    labels = frozenset(grant_label(program, cap, grant, case.year) for grant in grants)
    if len(labels) > full:  # passed before: not even the same thing again
        return 0, frozenset()
    return full - len(labels), labels


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
    for cap in program.caps_of[claim.rule.index] if case.grants else ():
        if key_values(program, claim, cap.parts) is not None and any(used(program, claim, cap, case, "high")):
            left, earlier_labels = _left(program, case, "high", claim, cap, pricer) or (None, frozenset())
            if left == 0 and (cap.kind != "count" or label(claim, cap) not in earlier_labels):
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


def _ride(program: Program, case: Case, made: Sheet, live: Iterable[Claim]) -> None:
    """A rider without a claimed or earlier granted base is worth nothing."""
    where = {(claim.rule.index, claim.item_id): claim.order for claim in live}
    for claim in live:
        base = claim.rule.rides_on
        if base is None or not made.values[claim.order]:
            continue
        item = claim.item_id if program.rules[base].item == claim.rule.item else None
        granted = any(g.rule == base and g.item == item and not g.repaid and g.amount for g in case.grants)
        at = where.get((base, item))
        if granted or (made.run == "high" and not case.complete):
            continue
        rule = f"{program.policies[claim.rule.policy].id}/{program.rules[base].id}"
        if at is not None and (made.values[at] or (made.claims[at].open and made.run == "high")):
            if made.values[at]:
                made.bases[claim.order], made.base_rules[claim.order] = at, rule
        else:
            made.steps.setdefault(claim.order, []).append(Lowered(rule, "base_missing", made.values[claim.order], 0))
            made.values[claim.order] = 0
