"""What a well-shaped policy can still have wrong. A check is a function from a linked policy to problems, in a tuple."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations

from ..expr import facts
from ..model.policy import Policy, Provision, Rule
from ..model.program import CASH, CapBound, Program, ProgramRule
from .context import Context, Loc

Check = Callable[[Policy, Program, Context], None]


def _places(policy: Policy) -> Iterator[tuple[Loc, Provision]]:
    for name in ("rules", "bounds", "clauses"):
        for at, entry in enumerate(getattr(policy, name)):
            yield (name, at), entry


def distinct_ids(policy: Policy, program: Program, context: Context) -> None:
    """One id, one rule, bound or clause: receipts and grants refer to them."""
    seen: Counter[str] = Counter()
    for loc, entry in _places(policy):
        seen[entry.id] += 1
        if seen[entry.id] == 2:
            context.add("SR330", (*loc, "id"), found=entry.id)


def pays_or_says_why_not(policy: Policy, program: Program, context: Context) -> None:
    """A rule either pays, with `bound`, or is unquantified and names its reason."""
    for at, rule in enumerate(policy.rules):
        loc: Loc = ("rules", at)
        if bool(rule.pays) == bool(rule.unquantified):
            context.add("SR331", loc)
        if bool(rule.pays) != bool(rule.bound):
            context.add("SR332", loc, found=f"bound: {rule.bound}" if rule.bound else "no bound")
        ranged = any(_ranges(pay) for pay in rule.pays)
        if rule.pays and ranged != (rule.bound == "range"):
            context.add(
                "SR333", (*loc, "bound"), found=str(rule.bound), expected="range" if ranged else "exact or ceiling"
            )
        if rule.unquantified in ("in_kind", "institutional") and rule.form != "in_kind":
            context.add("SR334", loc, found=f"form: {rule.form}", expected="form: in_kind")


def _ranges(value: object) -> bool:
    """Whether a range of two different values stands anywhere inside."""
    low, high = getattr(value, "low", None), getattr(value, "high", None)
    if isinstance(low, str) and isinstance(high, str):
        return low != high
    if hasattr(value, "model_fields_set"):
        return any(_ranges(getattr(value, name)) for name in value.model_fields_set)
    return isinstance(value, list) and any(map(_ranges, value))


def reachable_branches(policy: Policy, program: Program, context: Context) -> None:
    """A branch behind one without a condition, or with the same condition as an earlier one, is never taken."""
    for at, rule in enumerate(policy.rules):
        earlier: set[str] = set()
        closed = False
        for n, pay in enumerate(rule.pays):
            if closed or pay.when in earlier:
                context.add("SR335", ("rules", at, "pays", n))
            closed = closed or (pay.when is None and not (pay.bands or pay.milestones))
            earlier.add(pay.when or "")


def nested_caps(policy: Policy, program: Program, context: Context) -> None:
    """Sums of an applicant's awards under caps must be disjoint, or one inside the other: else no order of caps is right."""
    caps = [cap for cap in program.caps if cap.kind != "count"]
    for one, two in combinations(caps, 2):
        both = one.rules & two.rules
        if both and one.pool == two.pool and _own(policy, one, two) and not (_inside(one, two) or _inside(two, one)):
            context.add("SR340", ("bounds",), found=f"{one.path} and {two.path}")
        elif both and "units" in (one.kind, two.kind) and one.kind != two.kind:
            units, limit = (one, two) if one.kind == "units" else (two, one)
            if not _inside(units, limit) and _own(policy, one, two):
                context.add("SR341", ("bounds",), found=f"{units.path} and {limit.path}")


def _own(policy: Policy, *caps: CapBound) -> bool:
    return any(cap.path.startswith(f"{policy.id}/") for cap in caps)


def _inside(inner: CapBound, outer: CapBound) -> bool:
    """Whether every set of awards under `inner` lies in one set under `outer` (applicant and year are fixed in a run)."""
    fixed = set(inner.key) - {"applicant", "year"}
    if "item" in fixed:
        fixed |= {name for name in outer.key if name not in ("rule", "award")}
    if "rule" in fixed:
        fixed.add("award")
    if len(inner.rules) == 1:
        fixed |= {"rule", "award"}
    return inner.rules <= outer.rules and set(outer.key) - {"applicant", "year"} <= fixed


def one_payee_and_form(policy: Policy, program: Program, context: Context) -> None:
    """A sum of what different payees get, or of money and financing, means nothing."""
    for cap in program.caps:
        kinds = {(rule.payee, rule.form in CASH) for rule in _members(program, cap.rules) if rule.branches or rule.open}
        if cap.kind != "count" and len(kinds) > 1 and _own(policy, cap):
            found = ", ".join(sorted(f"{payee} {'cash' if cash else 'other'}" for payee, cash in kinds))
            context.add("SR342", ("bounds",), found=f"{cap.path}: {found}")


def _members(program: Program, rules: Iterable[int]) -> list[ProgramRule]:
    return [program.rules[at] for at in sorted(rules)]


def disjoint_choices(policy: Policy, program: Program, context: Context) -> None:
    """Groups whose winner the text prescribes must not share rules: two prescriptions for one award contradict."""
    for one, two in combinations([bound for bound in program.exclusives if bound.choose and not bound.levels], 2):
        if one.rules & two.rules and f"{policy.id}/" in (
            one.path[: len(policy.id) + 1],
            two.path[: len(policy.id) + 1],
        ):
            context.add("SR343", ("bounds",), found=f"{one.path} and {two.path}")


def compared_items(policy: Policy, program: Program, context: Context) -> None:
    """`per: [item]` over rules for the applicant itself compares nothing."""
    for bound in program.exclusives:
        if "item" in bound.key and bound.path.startswith(f"{policy.id}/"):
            for rule in _members(program, bound.rules):
                if rule.item is None:
                    context.add("SR344", ("bounds",), found=f"{bound.path}: {rule.id}")


def paid_by_units(policy: Policy, program: Program, context: Context) -> None:
    """A cap on months (years) counts them in whatever its rules pay: an amount without months would be none at all."""
    for cap in program.caps:
        if cap.kind == "units" and _own(policy, cap):
            for rule in _members(program, cap.rules):
                if not all(branch.units for branch in rule.branches):
                    context.add("SR348", ("bounds",), found=f"{cap.path}: {rule.id}")


def bound_is_one_thing(policy: Policy, program: Program, context: Context) -> None:
    for at, bound in enumerate(policy.bounds):
        if (bound.cap is None) == (bound.exclusive is None):
            context.add("SR345", ("bounds", at))


def readable_when(policy: Policy, program: Program, context: Context) -> None:
    """The same condition twice in one rule is a slip of the pen."""
    for at, rule in enumerate(policy.rules):
        for n, text in enumerate(rule.when):
            if text in rule.when[:n]:
                context.add("SR346", ("rules", at, "when", n), found=text)


def readings_change_fields(policy: Policy, program: Program, context: Context) -> None:
    """`instead` of an alternative names fields of its rule or bound."""
    for loc, entry in _places(policy):
        known = {field.alias or name for name, field in type(entry).model_fields.items()}
        for n, assumption in enumerate(entry.assumes):
            for m, alternative in enumerate(assumption.alternatives):
                for name in sorted(set(alternative.instead or {}) - known):
                    context.add("SR347", (*loc, "assumes", n, "or", m, "instead", name), found=name)


CHECKS: tuple[Check, ...] = (
    distinct_ids,
    pays_or_says_why_not,
    reachable_branches,
    nested_caps,
    one_payee_and_form,
    disjoint_choices,
    compared_items,
    paid_by_units,
    bound_is_one_thing,
    readable_when,
    readings_change_fields,
)


def unread_facts(policy: Policy, program: Program) -> frozenset[str]:
    """Facts that only this policy declares and no rule of it reads (a warning of `check`)."""
    read: set[str] = set()
    for rule in program.rules:
        for tree in (
            *rule.when,
            *rule.limits,
            *(t for b in rule.branches for t in (b.low, b.high, *b.limits, *([b.when] if b.when else []))),
        ):
            read |= facts(tree)
    own = set(policy.facts.applicant) | {name for kind in policy.facts.items.values() for name in kind}
    return frozenset(own - read)


__all__ = ["CHECKS", "Rule", "unread_facts"]
