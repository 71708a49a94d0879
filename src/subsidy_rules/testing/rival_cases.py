"""Boundary cases of exclusions: two rivals at once, an earlier award, support of another policy; an award with its base."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING

from ..model.policy import Level
from ..model.program import ExclusiveBound, ProgramRule
from ..model.vocabulary import Label
from ..money import format_units
from .filling import Dict, Filling
from .found import PLAIN, Found, earlier, joined, members, single

if TYPE_CHECKING:
    from ..rules import Rules


def cases_of_exclusion(filling: Filling, rules: Rules, bound: ExclusiveBound) -> Iterator[Found]:
    found = members(filling, bound)
    if bound.levels:
        first, *more = sorted(bound.levels)
        whole = next((rule for rule in found if not rule.unquantified), found[0])
        for rule in found:
            yield from _against(filling, bound, rule, [first, *more] if rule is whole else [first])
        return
    for one, two in combinations(found, 2):
        if "rule" in bound.key or ("award" in bound.key and one.award != two.award):
            continue
        if frozenset((one.index, two.index)) in bound.compatible:
            continue
        application = _pair(filling, bound, one, two)
        if application is not None:
            (zh, en), (zh2, en2) = _titles(filling, one), _titles(filling, two)
            label = Label(zh=f"{zh}与{zh2}同时申请", en=f"{en} and {en2} at once")
            read = filling.read(one) | filling.read(two)
            yield Found("rivals", label, application, (one, two), read, bound.path)
    for rule in found:
        yield from _once(filling, rules, bound, rule)


def _pair(filling: Filling, bound: ExclusiveBound, one: ProgramRule, two: ProgramRule) -> Dict | None:
    """Both claimed for one item where the key holds it, else each for an item of its own."""
    if "item" in bound.key:
        if one.item != two.item:
            return None
        both = filling.search(one, [*filling.reaching(one, None), *filling.reaching(two, None)], {})
        return None if both is None else single(filling, one, filling.filled(two, filling.filled(one, both)))
    for first, second in ((one, two), (two, one)):
        found = filling.search(first, filling.reaching(first, None), {})
        if found is not None:
            other = filling.search(second, filling.reaching(second, None), filling.of_applicant(found))
            if other is not None:
                return joined(filling, [(first, found), (second, other)])
    return None


def _once(filling: Filling, rules: Rules, bound: ExclusiveBound, rule: ProgramRule) -> Iterator[Found]:
    """An earlier award that the exclusion knows: half of what is due now, last year and this year."""
    said = filling.claimable(rule)
    if said is None:
        return
    application = single(filling, rule, said)
    award = next(award for award in rules.assess(application).awards if award.rule == rule.id)
    due = award.due.ceiling // 2 if award.due and award.due.ceiling else PLAIN
    others = [other for other in members(filling, bound) if other.index != rule.index and other.item == rule.item]
    grantee = rule if {"rule", "award"} & set(bound.key) or len(bound.rules) == 1 or not others else others[0]
    for back, zh, en in ((1, "上年", "last year"), (0, "本年", "this year")):
        grant = earlier(filling, grantee, application, int(application["year"]) - back, max(1, due))
        titles = _titles(filling, grantee)
        label = Label(zh=f"{zh}已得{grant['amount']}（{titles[0]}）", en=f"{grant['amount']} {en} ({titles[1]})")
        yield Found("earlier", label, {**application, "grants": [grant]}, (rule,), filling.read(rule), bound.path)
    if "item" not in bound.key and rule.item:
        own = filling.of_applicant(said)
        item = {name: value for name, value in said.items() if name not in own}
        items = {"item-1": (rule.item, item), "item-2": (rule.item, item)}
        label = Label(zh="两个同样的事项", en="two items alike")
        application = filling.application(rule.policy, own, items)
        yield Found("items", label, application, (rule,), filling.read(rule), bound.path)


def _against(filling: Filling, bound: ExclusiveBound, rule: ProgramRule, levels: list[Level]) -> Iterator[Found]:
    """Support of another policy of some levels, paid last year and this year, or claimed at the same time."""
    said = filling.claimable(rule)
    if said is None:
        return
    application, read = single(filling, rule, said), filling.read(rule)
    year = int(application["year"])
    for level in levels:
        other: Dict = {"policy": "elsewhere", "level": level}
        if bound.same == "item" and rule.item:
            other["item"] = "item-1"
        else:
            other["matter"] = rule.matter
        amount = format_units(PLAIN)
        for then, zh, en in ((year - 1, "上年", "last year"), (year, "本年", "this year")):
            grants = [{**other, "rule": "award", "year": str(then), "amount": amount}]
            label = Label(zh=f"{zh}已得其他政策{amount}（{level}）", en=f"{amount} of another policy {en} ({level})")
            yield Found("elsewhere", label, {**application, "grants": grants}, (rule,), read, bound.path)
        label = Label(zh=f"同时申请其他政策{amount}（{level}）", en=f"{amount} claimed under another policy ({level})")
        rivals = [{**other, "amount": amount}]
        yield Found("elsewhere", label, {**application, "rivals": rivals}, (rule,), read, bound.path)


def cases_of_rider(filling: Filling, rule: ProgramRule, base: ProgramRule) -> Iterator[Found]:
    """Both, where the base can be claimed too; alone, it stands on nothing."""
    wanted = [*filling.reaching(rule, None), *filling.reaching(base, None)]
    both = filling.search(rule, wanted, {}) if rule.item == base.item else None
    if both is not None:
        zh, en = _titles(filling, base)
        label = Label(zh=f"与{zh}同时申请", en=f"together with {en}")
        application = single(filling, rule, filling.filled(base, filling.filled(rule, both)))
        yield Found("rider", label, application, (rule, base), filling.read(rule) | filling.read(base))


def _titles(filling: Filling, rule: ProgramRule) -> tuple[str, str]:
    title = filling.program.written[rule.index].title
    return title.zh, title.en
