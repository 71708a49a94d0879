"""Bounds as they are written, the shorthand on rules included → one list of caps and one of exclusions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ..errors import nearest
from ..model.policy import Cap, Exclusive, Policy, Rule
from ..model.program import FIXED, CapBound, ExclusiveBound, ProgramRule
from .context import Loc
from .names import Names, Scope, Source


@dataclass
class _Bound:
    """A cap or an exclusion before linking: the sugar on a rule and the entries of `bounds` alike."""

    path: str
    article: str
    rules: list[str]
    loc: Loc
    cap: Cap | None = None
    exclusive: Exclusive | None = None


class Bounds:
    """The bounds of one policy."""

    def __init__(self, names: Names, rules: Sequence[ProgramRule], policy: int, source: Source) -> None:
        self.names, self.rules = names, rules
        self.policy, self.written, self.context = policy, source.policy, source.context

    def linked(self) -> Iterator[CapBound | ExclusiveBound]:
        """As they are written; one over no rule that there is, is left out."""
        paths: set[str] = set()
        for bound in _written(self.written):
            if bound.path in paths:
                self.context.add("SR330", bound.loc, found=bound.path)
            paths.add(bound.path)
            found = {self.names.rule(self.policy, rule, self.context, (*bound.loc, "rules")) for rule in bound.rules}
            members = [self.rules[at] for at in sorted(at for at in found if at is not None)]
            if members and bound.cap:
                yield self._cap(bound, bound.cap, members)
            elif members and bound.exclusive:
                yield self._exclusive(bound, bound.exclusive, members)

    def _cap(self, bound: _Bound, cap: Cap, rules: Sequence[ProgramRule]) -> CapBound:
        context = self.context
        key = self._key(cap.per, rules, bound.loc)
        scope = self._fixed_scope(key, rules)
        given = [name for name in ("limit", "count", "units") if getattr(cap, name) is not None]
        if len(given) != 1 or (cap.of is None) == ("count" in given):
            context.add("SR320", bound.loc, found=", ".join(given) or "nothing")
        pool = "applicant" not in key and "item" not in key
        if pool != (cap.ration is not None) and (pool or cap.ration not in ("pro_rata", "in_order")):
            context.add("SR321", bound.loc, found=str(cap.ration or "no ration"))
        if (cap.ration == "rank") != (cap.rank_by is not None):
            context.add("SR322", bound.loc)
        text = cap.limit or cap.count or cap.units or "unpublished"
        kind = "money" if cap.limit else "count"
        figure = None if text == "unpublished" else context.expression(text, scope, kind, (*bound.loc, *given))
        kinds = {rule.item for rule in rules}
        rank_scope = self.names.scope(next(iter(kinds))) if len(kinds) == 1 else self.names.applicant
        rank = context.expression(cap.rank_by, rank_scope, None, (*bound.loc, "rank_by")) if cap.rank_by else None
        return CapBound(
            path=bound.path,
            article=bound.article,
            rules=frozenset(rule.index for rule in rules),
            key=key,
            kind="limit" if cap.limit else "units" if cap.units else "count",
            limit=figure,
            of=cap.of,
            unpublished=text == "unpublished",
            pool=pool,
            ration=cap.ration,
            rank_by=rank,
            item=kinds.pop() if len(kinds) == 1 else None,
        )

    def _exclusive(self, bound: _Bound, exclusive: Exclusive, rules: Sequence[ProgramRule]) -> ExclusiveBound:
        context = self.context
        members = {rule.id: rule.index for rule in rules}
        for name, ids in [("priority", exclusive.priority), *(("except", pair) for pair in exclusive.compatible)]:
            for rule in ids:
                if rule not in members:
                    context.add("SR323", (*bound.loc, name), found=rule, nearest=nearest(rule, members))
        if exclusive.against and set(exclusive.per) - {"applicant", "year"}:
            context.add("SR349", (*bound.loc, "per"), found=", ".join(exclusive.per))
        if (exclusive.choose == "priority") != bool(exclusive.priority):
            context.add("SR324", (*bound.loc, "priority"))
        return ExclusiveBound(
            path=bound.path,
            article=bound.article,
            rules=frozenset(members.values()),
            key=self._key(exclusive.per, rules, bound.loc),
            prior=exclusive.prior,
            choose=exclusive.choose,
            priority=tuple(members[rule] for rule in exclusive.priority if rule in members),
            compatible=frozenset(
                frozenset(members[rule] for rule in pair)
                for pair in exclusive.compatible
                if all(r in members for r in pair)
            ),
            levels=frozenset(exclusive.against.levels) if exclusive.against else frozenset(),
            same=exclusive.against.same if exclusive.against else None,
        )

    def _key(self, per: Sequence[str], rules: Sequence[ProgramRule], loc: Loc) -> tuple[str, ...]:
        """Known keys, in one order. An attribute must be a text or a choice of every item kind that the bound covers."""
        for name in per:
            for rule in rules if name not in FIXED else ():
                fact = self.names.items.get(rule.item or "", {}).get(name)
                if fact is None or fact.kind not in ("text", "choice"):
                    known = [
                        *FIXED,
                        *(
                            n
                            for n, f in self.names.items.get(rule.item or "", {}).items()
                            if f.kind in ("text", "choice")
                        ),
                    ]
                    self.context.add(
                        "SR325", (*loc, "per"), found=f"{name} for rule {rule.id}", nearest=nearest(name, known)
                    )
                    break
        if len(set(per)) != len(per):
            self.context.add("SR326", (*loc, "per"), found=", ".join(per))
        return tuple(sorted(set(per)))

    def _fixed_scope(self, key: Sequence[str], rules: Sequence[ProgramRule]) -> Scope:
        """The facts that a key fixes: those of the item, those of the applicant, or none."""
        kinds = {rule.item for rule in rules}
        if "item" in key and len(kinds) == 1:
            return self.names.scope(next(iter(kinds)))
        return self.names.applicant if "applicant" in key or "item" in key else {}


def _written(policy: Policy) -> Iterator[_Bound]:
    """All bounds of a policy, the shorthand on rules as bounds over one rule."""
    for at, rule in enumerate(policy.rules):
        loc: Loc = ("rules", at)
        base = _Bound(f"{policy.id}/{rule.id}", rule.article, [rule.id], loc)
        if rule.once is not None:
            once = Exclusive(per=["rule", *rule.once], prior="forfeit")
            yield replace(base, path=f"{base.path}-once", loc=(*loc, "once"), exclusive=once)
        for n, cap in enumerate(rule.cap):
            yield replace(base, path=f"{base.path}-cap{n + 1 if n else ''}", loc=(*loc, "cap", n), cap=cap)
        for n, exclusive in enumerate(rule.exclusive):
            path = f"{base.path}-exclusive{n + 1 if n else ''}"
            yield replace(base, path=path, loc=(*loc, "exclusive", n), exclusive=exclusive)
    for at, bound in enumerate(policy.bounds):
        rules = [r.id for r in policy.rules if pays_money(r)] if bound.rules == "all" else list(bound.rules)
        loc = ("bounds", at, "cap" if bound.cap else "exclusive")
        yield _Bound(f"{policy.id}/{bound.id}", bound.article, rules, loc, bound.cap, bound.exclusive)


def pays_money(rule: Rule) -> bool:
    """Whether a rule can pay money at all, with or without a figure."""
    return rule.form != "in_kind" and rule.unquantified not in ("in_kind", "institutional")
