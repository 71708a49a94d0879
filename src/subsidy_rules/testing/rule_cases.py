"""Boundary cases of a rule: each condition fails alone, each comparison is at its constant, one unit below, one above."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from ..advice.changes import written
from ..advice.readers import stepped
from ..expr import Bool, In, Tree, evaluate, facts, show
from ..model.program import ProgramRule
from ..model.vocabulary import Label
from ..money import MAX_FEN
from .filling import Facts, Filling, Wanted
from .found import Found, single
from .switches import Switch, switches

MOST_TEXT = 2000
SIDES = (("差一个单位", "one unit below"), ("正好", "exactly at"), ("多一个单位", "one unit above"), ("两倍", "twice"))


def cases_of_rule(filling: Filling, rule: ProgramRule) -> Iterator[Found]:
    read = filling.read(rule)
    said = filling.claimable(rule)
    if said is None:
        return
    yield Found("claim", Label(zh="条件都满足", en="every condition holds"), single(filling, rule, said), (rule,), read)
    for branch in range(1, len(rule.branches)):
        other = filling.search(rule, filling.reaching(rule, branch), {})
        if other is not None:
            when = rule.branches[branch].when
            zh, en = filling.words(show(when), rule.item) if when else ("其余", "all else")
            label = cut(f"第{branch + 1}档：{zh}", f"branch {branch + 1}: {en}")
            yield Found("branch", label, single(filling, rule, filling.filled(rule, other)), (rule,), read)
    yield from _conditions(filling, rule)
    for switch in switches(filling.program, rule):
        yield from _turned(filling, rule, switch)


def _conditions(filling: Filling, rule: ProgramRule) -> Iterator[Found]:
    """Each condition fails alone; of several alternatives each holds alone."""
    whole = filling.reaching(rule, None)
    for at, tree in enumerate(rule.when):
        others = [wanted for n, wanted in enumerate(whole) if n != at]
        asked: list[tuple[str, Label, list[Wanted], Facts]] = [
            ("condition", _said(filling, rule, tree, "不满足：", "fails: "), [Wanted(tree, False)], {})
        ]
        for alone, wanted, given in _alternatives(tree):
            label = _said(filling, rule, alone, "仅满足：", "by this alone: ")
            asked.append(("option", label, [wanted, Wanted(tree)], given))
        for kind, label, more, given in asked:
            if (found := filling.search(rule, [*more, *others], given)) is not None:
                yield Found(kind, label, single(filling, rule, filling.filled(rule, found)), (rule,), facts(tree))


def _said(filling: Filling, rule: ProgramRule, tree: Tree, zh: str, en: str) -> Label:
    words = filling.words(show(tree), rule.item)
    return cut(zh + words[0], en + words[1])


def cut(zh: str, en: str) -> Label:
    """A label; what is longer than one may be is cut."""
    return Label(zh=zh[:MOST_TEXT], en=en[:MOST_TEXT])


def _alternatives(tree: Tree) -> Iterator[tuple[Tree, Wanted, Facts]]:
    """(what holds, what must come out, what is given) for each option of a list, and for each side of an `or` by itself."""
    if isinstance(tree, In) and not tree.negated:
        for option in tree.options:
            yield In(tree.term, (option,)), Wanted(tree), {tree.term.name: option}
    elif isinstance(tree, Bool) and tree.op == "or":
        for term in tree.terms:
            rest = tuple(other for other in tree.terms if other is not term)
            wanted = Wanted(Bool("or", rest) if len(rest) > 1 else rest[0], False)
            if isinstance(term, In):
                yield from ((alone, wanted, given) for alone, _, given in _alternatives(term))
            yield term, wanted, {}


# Where a comparison turns


def _turned(filling: Filling, rule: ProgramRule, switch: Switch) -> Iterator[Found]:
    for name in sorted(facts(switch.test)):
        for said in _bases(filling, rule, switch):
            center = _center(filling, rule, switch, said, name)
            if center is not None:
                yield from _sides(filling, rule, switch, said, name, center)
                break


def _bases(filling: Filling, rule: ProgramRule, switch: Switch) -> Iterator[Facts]:
    """What else holds: the other facts half way to their limits, then at their least."""
    found = filling.search(rule, filling.reaching(rule, switch.branch), {})
    if found is not None:
        yield filling.filled(rule, found)
        yield {
            name: filling.least(filling.readers.named(rule.item, name)) for name in sorted(filling.read(rule))
        } | found


def _center(filling: Filling, rule: ProgramRule, switch: Switch, said: Facts, name: str) -> Any:
    """The value of a fact at which a comparison is decided, all other facts being as they are; None: it never turns."""
    type_ = filling.type_of(rule, name)
    is_day = type_.kind == "date"
    low, high = (1, date.max.toordinal()) if is_day else type_.range
    top = MAX_FEN if high is None else high

    def truth(value: int) -> Any:
        known = {**said, name: date.fromordinal(value) if is_day else value}
        return evaluate(switch.test, {one: known.get(one) for one in facts(switch.test)})

    first = truth(low)
    if first is None or truth(top) is first:
        return None
    while low + 1 < top:
        middle = (low + top) // 2
        low, top = (middle, top) if truth(middle) is first else (low, middle)
    center = top if switch.test.ops[0] in (">=", "<") else top - 1  # the constant itself, where there is one
    return date.fromordinal(center) if is_day else center


def _sides(filling: Filling, rule: ProgramRule, switch: Switch, said: Facts, name: str, center: Any) -> Iterator[Found]:
    type_ = filling.type_of(rule, name)
    label = filling.readers.declared(filling.readers.named(rule.item, name)).label
    values = [stepped(type_, center, by) for by in (-1, 0, 1)]
    if switch.kind in ("cap", "kink"):  # a limit that is too high shows well above it only
        values.append(stepped(type_, center, center))
    for value, (zh, en) in zip(values, SIDES, strict=False):
        if value is None:
            continue
        text = written(type_.kind, value)
        words = filling.words(switch.text, rule.item)
        says = cut(f"{label.zh}为{text}：{zh}（{words[0]}）", f"{label.en} {text}: {en} {words[1]}")
        fixed = {one: said[one] for one in facts(switch.test) if one in said} | {name: value}
        found = _decided(filling, rule, switch, fixed)
        if found is not None:
            yield Found(
                switch.kind, says, single(filling, rule, {**said, **found}), (rule,), facts(switch.test), switch.bound
            )


def _decided(filling: Filling, rule: ProgramRule, switch: Switch, fixed: Mapping[str, Any]) -> Facts | None:
    """Facts under which everything else holds, so that this comparison alone decides."""
    branch = switch.branch or 0
    wanted = [Wanted(tree) for tree in rule.when]
    if switch.kind == "threshold":
        del wanted[switch.at]
        rest = _others(rule.when[switch.at], switch.test)
        wanted += [Wanted(tree, truth) for tree, truth in rest]
    elif switch.kind != "edge":
        wanted += filling.reaching(rule, branch)[len(rule.when) :]
    return filling.search(rule, wanted, fixed)


def _others(tree: Tree, test: Tree) -> Iterator[tuple[Tree, bool]]:
    """What must be so elsewhere in a condition for one comparison to decide it: the other terms of an `and` hold, those of an
    `or` don't."""
    if isinstance(tree, Bool):
        for term in tree.terms:
            if show(test) in show(term):
                yield from _others(term, test)
            else:
                yield term, tree.op == "and"
