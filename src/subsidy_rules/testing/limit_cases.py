"""Boundary cases of limits: used up by earlier grants, passed by several items, shared by several rules; numbers reached."""

from __future__ import annotations

from collections.abc import Iterator

from ..expr import QUANTITIES, evaluate, facts
from ..model.program import FIXED, CapBound, ProgramRule
from ..model.vocabulary import Label
from ..money import format_units
from .filling import Facts, Filling
from .found import Found, earlier, joined, members, single

MOST = 20  # items in one application


def cases_of_cap(filling: Filling, cap: CapBound) -> Iterator[Found]:
    for rule in members(filling, cap):
        said = filling.claimable(rule)
        if said is not None:
            yield from _used(filling, cap, rule, said)
            if rule.item:
                yield from _several(filling, cap, rule, _full(filling, rule, said))
    if cap.kind == "limit" and len(cap.rules) > 1:
        yield from _together(filling, cap)


def _used(filling: Filling, cap: CapBound, rule: ProgramRule, said: Facts) -> Iterator[Found]:
    """One unit is left of the limit, by an award of this year and by one of the last; one year is left, and none."""
    application, read, figure = single(filling, rule, said), filling.read(rule), _figure(cap, said)
    year = int(application["year"])
    if not figure or figure < 2:
        return
    if cap.kind == "count":
        for count in (figure - 1, figure) if cap.of == "year" and figure < MOST else ():
            grants = [earlier(filling, rule, application, year - back) for back in range(1, count + 1)]
            label = Label(zh=f"此前{count}年已得", en=f"paid in {count} earlier years")
            yield Found("years", label, {**application, "grants": grants}, (rule,), read, cap.path)
        return
    for then, zh, en in ((year, "本年已得", "paid this year"), (year - 1, "上年已得", "paid last year")):
        amount, units = (figure - 1, 1) if cap.kind == "limit" else (None, figure - 1)
        grant = earlier(filling, rule, application, then, amount, units)
        text = format_units(figure - 1) if cap.kind == "limit" else f"{figure - 1}"
        label = Label(zh=f"{zh}{text}，离上限差一个单位", en=f"{text} {en}, one unit less than the limit")
        yield Found("used", label, {**application, "grants": [grant]}, (rule,), read, cap.path)


def _figure(cap: CapBound, said: Facts) -> int | None:
    """The limit in fen, pieces or months, where the facts tell it."""
    if cap.limit is None:
        return None
    ends = evaluate(cap.limit, {name: said.get(name) for name in facts(cap.limit)})
    assert isinstance(ends, tuple)
    return int(ends[0]) if ends[0] is not None and ends[0] == ends[1] else None


def _full(filling: Filling, rule: ProgramRule, said: Facts) -> Facts:
    """The same with bases that reach their limits, where no condition stands against it."""
    most = {name: filling.middling(rule, name, 1) for name in said if filling.type_of(rule, name).kind in QUANTITIES}
    found = filling.search(rule, filling.reaching(rule, None), most)
    return said if found is None else {**said, **found}


def _several(filling: Filling, cap: CapBound, rule: ProgramRule, said: Facts) -> Iterator[Found]:
    """Items enough to pass a limit; as many as a number allows, and one more."""
    assert rule.item
    figure = _figure(cap, said)
    if cap.kind == "count":
        counts = [figure, figure + 1] if figure and cap.of != "year" else []
    else:
        price = _price(rule, said)
        counts = [2, figure // price + 1] if figure and price and cap.kind == "limit" else [2]
    own = filling.of_applicant(said)
    for count in sorted({count for count in counts if 1 < count <= MOST}):
        items = {
            f"item-{at}": (rule.item, _apart(filling, rule, {n: v for n, v in said.items() if n not in own}, at))
            for at in range(1, count + 1)
        }
        label = Label(zh=f"{count}个同样的事项", en=f"{count} items alike")
        application = filling.application(rule.policy, own, items)
        yield Found("items", label, application, (rule,), filling.read(rule), cap.path)


def _price(rule: ProgramRule, said: Facts) -> int:
    """What the first branch that is reached pays, in fen, but for limits; 0 where that is not known."""
    for branch in rule.branches:
        if branch.when is None or evaluate(branch.when, {name: said.get(name) for name in facts(branch.when)}):
            trees = (branch.high, *branch.limits, *rule.limits)
            ends = [evaluate(tree, {name: said.get(name) for name in facts(tree)}) for tree in trees]
            highs = [end[1] for end in ends if isinstance(end, tuple) and end[1] is not None]
            return int(min(highs, default=0))
    return 0


def _apart(filling: Filling, rule: ProgramRule, item: Facts, at: int) -> Facts:
    """Items that differ in what exclusions compare, where no condition asks for it."""
    conditions = filling.program.asked[rule.index].conditions
    asked = frozenset().union(*conditions) if conditions else frozenset()
    keys = {name for bound in filling.program.exclusives_of[rule.index] for name in bound.key} - set(FIXED)
    for name in sorted(keys & item.keys() - asked):
        options = filling.type_of(rule, name).options
        item[name] = options[at % len(options)] if options else f"x-{at}"
    return item


def _together(filling: Filling, cap: CapBound) -> Iterator[Found]:
    """All rules under a joint limit that can be claimed at once."""
    chosen: list[tuple[ProgramRule, Facts]] = []
    shared: Facts = {}
    for rule in members(filling, cap):
        found = filling.search(rule, filling.reaching(rule, None), shared)
        if found is not None and not rule.unquantified:
            chosen.append((rule, found))
            shared |= filling.of_applicant(found)
    if len(chosen) > 1:
        label = Label(zh="共用上限的各条同时申请", en="all awards under the joint limit at once")
        read = frozenset().union(*(filling.read(rule) for rule, _ in chosen))
        together = tuple(rule for rule, _ in chosen)
        yield Found("joint", label, joined(filling, chosen, 1), together, read, cap.path)
