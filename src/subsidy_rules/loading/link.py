"""Policies and vocabulary → program: names resolved, ways to pay lowered, bounds and sugar as one list of bounds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ..errors import echo, nearest
from ..expr import FactType, Literal, Tree
from ..model.policy import Cap, Effective, Exclusive, Policy, Rule
from ..model.program import FIXED, Branch, CapBound, ExclusiveBound, Program, ProgramRule, Validity
from ..model.vocabulary import Fact, Vocabulary
from ..money import parse_money, parse_rate
from .context import Context, Loc
from .lower import Lowering

Scope = dict[str, FactType]


@dataclass(frozen=True)
class Source:
    """A policy and the file that it came from."""

    policy: Policy
    context: Context


@dataclass
class _Bound:
    """A cap or an exclusion before linking: the sugar on a rule and the entries of `bounds` alike."""

    path: str
    article: str
    rules: list[str]
    loc: Loc
    cap: Cap | None = None
    exclusive: Exclusive | None = None


def fact_type(fact: Fact, context: Context, loc: Loc) -> FactType:
    """A declared fact as the expression language sees it."""
    low, high = (
        _legal(fact, text, context, (*loc, name))
        for text, name in ((fact.at_least, "at_least"), (fact.at_most, "at_most"))
    )
    if (fact.kind == "choice") != bool(fact.options):
        context.add("SR306", (*loc, "options"), found=f"kind {fact.kind}, {len(fact.options)} options")
    return FactType(fact.kind, tuple(fact.options), low, high)


def _legal(fact: Fact, text: str | None, context: Context, loc: Loc) -> int | None:
    if text is None:
        return None
    try:
        return quantity(fact.kind, text)
    except ValueError as error:
        context.add("SR305", loc, found=echo(text), expected=str(error))
        return None


def quantity(kind: str, text: str) -> int:
    """A quantity of a kind as its raw value; ValueError says what was expected."""
    if kind == "money":
        return parse_money(text)
    if kind == "rate":
        return parse_rate(text)
    if kind == "number":
        match = re.fullmatch(r"(\d{1,9})(?:\.(\d{1,6}))?", text, re.ASCII)
        if match:
            return int(match[1]) * 10**6 + int((match[2] or "").ljust(6, "0"))
        raise ValueError("a decimal number like 0.5, at most six decimals")
    if kind in ("count", "months") and re.fullmatch(r"0|[1-9]\d{0,14}", text, re.ASCII):
        return int(text)
    raise ValueError("a whole number like 3" if kind in ("count", "months") else f"no {kind} is a quantity")


def link(sources: Sequence[Source], vocabulary: Vocabulary, facts: Context) -> Program:
    """The program of one or more policies. Problems stay with the contexts; the caller stops before using a broken program."""
    sources = sorted(sources, key=lambda source: source.policy.id)
    applicant, items = _scopes(vocabulary, facts, sources)
    linker = _Linker(sources, applicant, items)
    rules = [rule for at, source in enumerate(sources) for rule in linker.rules(at, source)]
    caps: list[CapBound] = []
    exclusives: list[ExclusiveBound] = []
    for at, source in enumerate(sources):
        linker.bounds(at, source, rules, caps, exclusives)
    caps.sort(key=lambda cap: cap.path)
    exclusives.sort(key=lambda bound: bound.path)
    slots = {"": {name: at for at, name in enumerate(applicant)}}
    slots |= {kind: {name: at for at, name in enumerate(scope)} for kind, scope in items.items()}
    digests = [("facts", facts.document.sha256), *((s.policy.id, s.context.document.sha256) for s in sources)]
    return Program(
        policies=tuple(source.policy for source in sources),
        vocabulary=vocabulary,
        digests=tuple(digests),
        rules=tuple(rules),
        caps=tuple(caps),
        exclusives=tuple(exclusives),
        validity=tuple(validity(source.policy.effective, source.context) for source in sources),
        applicant_facts=applicant,
        item_facts=items,
        caps_of=tuple(tuple(cap for cap in caps if rule.index in cap.rules) for rule in rules),
        exclusives_of=tuple(tuple(bound for bound in exclusives if rule.index in bound.rules) for rule in rules),
        slots=slots,
    )


def _scopes(vocabulary: Vocabulary, facts: Context, sources: Sequence[Source]) -> tuple[Scope, dict[str, Scope]]:
    applicant = {n: fact_type(f, facts, ("applicant", n)) for n, f in vocabulary.applicant.items()}
    items = {
        kind: {n: fact_type(f, facts, ("items", kind, "facts", n)) for n, f in declared.facts.items()}
        for kind, declared in vocabulary.items.items()
    }
    for source in sources:
        context, extra = source.context, source.policy.facts
        for name, fact in extra.applicant.items():
            _declare(
                applicant,
                name,
                fact_type(fact, context, ("facts", "applicant", name)),
                context,
                ("facts", "applicant", name),
            )
        for kind, declared_facts in extra.items.items():
            for name, fact in declared_facts.items():
                loc = ("facts", "items", kind, name)
                _declare(items.setdefault(kind, {}), name, fact_type(fact, context, loc), context, loc)
    for kind, scope in items.items():
        for name in sorted(scope.keys() & applicant.keys()):
            declared_in, loc = facts, ("items", kind, "facts", name)
            for source in sources:  # where the policy itself declares it, the problem is the policy's
                if name in source.policy.facts.items.get(kind, {}) or name in source.policy.facts.applicant:
                    declared_in, loc = source.context, ("facts", "items", kind, name)
            declared_in.add("SR307", loc, found=name)
    return applicant, items


def _declare(scope: Scope, name: str, fact: FactType, context: Context, loc: Loc) -> None:
    if scope.setdefault(name, fact) != fact:
        context.add("SR308", loc, found=name)


class _Linker:
    """Holds what rules and bounds are resolved against."""

    def __init__(self, sources: Sequence[Source], applicant: Scope, items: Mapping[str, Scope]) -> None:
        self.sources, self.applicant, self.items = sources, applicant, items
        self.index: dict[tuple[int, str], int] = {}
        for at, source in enumerate(sources):
            for rule in sorted(source.policy.rules, key=lambda rule: rule.id):
                self.index.setdefault((at, rule.id), len(self.index))

    def scope(self, kind: str | None) -> Scope:
        return self.applicant | self.items.get(kind, {}) if kind else self.applicant

    # Rules

    def rules(self, policy: int, source: Source) -> Iterator[ProgramRule]:
        places = {rule.id: at for at, rule in enumerate(source.policy.rules)}
        by_id = {rule.id: rule for rule in source.policy.rules}
        lowered: dict[str, tuple[tuple[Branch, ...], tuple[Tree, ...]]] = {}
        for rule in _uplifted_last(by_id, source.context, places):
            loc = ("rules", places[rule.id])
            lowering = Lowering(source.context, self.scope(rule.item), loc, lowered)
            lowered[rule.id] = lowering.branches(rule), lowering.limits(rule.max, loc)
        for rule in sorted(by_id.values(), key=lambda rule: rule.id):
            yield self._rule(policy, source.context, rule, ("rules", places[rule.id]), *lowered[rule.id])

    def _rule(
        self,
        policy: int,
        context: Context,
        rule: Rule,
        loc: Loc,
        branches: tuple[Branch, ...],
        limits: tuple[Tree, ...],
    ) -> ProgramRule:
        scope = self.scope(rule.item)
        if rule.item and rule.item not in self.items:
            context.add("SR309", (*loc, "item"), found=rule.item, nearest=nearest(rule.item, self.items))
        when = [context.expression(text, scope, "bool", (*loc, "when", at)) for at, text in enumerate(rule.when)]
        minimum = context.expression(rule.minimum, {}, "money", (*loc, "minimum")) if rule.minimum else None
        if rule.dated_by and getattr(scope.get(rule.dated_by), "kind", None) != "date":
            context.add("SR310", (*loc, "dated_by"), found=rule.dated_by, nearest=nearest(rule.dated_by, scope))
        base = rule.rides_on or next((pay.uplift.rule for pay in rule.pays if pay.uplift), None)
        return ProgramRule(
            index=self.index[policy, rule.id],
            policy=policy,
            id=rule.id,
            item=rule.item,
            award=rule.award or rule.id,
            matter=rule.matter or rule.award or rule.id,
            payee=rule.payee,
            form=rule.form,
            when=tuple(tree for tree in when if tree),
            bound=rule.bound,
            branches=branches,
            limits=limits,
            minimum=minimum.value if isinstance(minimum, Literal) and isinstance(minimum.value, int) else None,
            unquantified=rule.unquantified,
            rides_on=self._resolve(policy, base, context, (*loc, "rides_on")) if base else None,
            dated_by=rule.dated_by,
        )

    def _resolve(self, policy: int, rule: str, context: Context, loc: Loc) -> int | None:
        found = self.index.get((policy, rule))
        if found is None:
            known = [r.id for r in self.sources[policy].policy.rules]
            context.add("SR311", loc, found=rule, nearest=nearest(rule, known))
        return found

    # Bounds

    def bounds(
        self,
        policy: int,
        source: Source,
        rules: Sequence[ProgramRule],
        caps: list[CapBound],
        exclusives: list[ExclusiveBound],
    ) -> None:
        paths: set[str] = set()
        for bound in _written(source.policy):
            if bound.path in paths:
                source.context.add("SR330", bound.loc, found=bound.path)
            paths.add(bound.path)
            members = {
                at
                for rule in bound.rules
                if (at := self._resolve(policy, rule, source.context, (*bound.loc, "rules"))) is not None
            }
            if members and bound.cap:
                caps.append(self._cap(bound, bound.cap, [rules[at] for at in sorted(members)], source.context))
            elif members and bound.exclusive:
                exclusives.append(
                    self._exclusive(
                        policy, bound, bound.exclusive, [rules[at] for at in sorted(members)], source.context
                    )
                )

    def _cap(self, bound: _Bound, cap: Cap, rules: Sequence[ProgramRule], context: Context) -> CapBound:
        key = self._key(cap.per, rules, context, bound.loc)
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
        rank_scope = self.scope(next(iter(kinds))) if len(kinds) == 1 else self.applicant
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

    def _exclusive(
        self, policy: int, bound: _Bound, exclusive: Exclusive, rules: Sequence[ProgramRule], context: Context
    ) -> ExclusiveBound:
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
            key=self._key(exclusive.per, rules, context, bound.loc),
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

    def _key(self, per: Sequence[str], rules: Sequence[ProgramRule], context: Context, loc: Loc) -> tuple[str, ...]:
        """Known keys, in one order. An attribute must be a text or a choice of every item kind that the bound covers."""
        for name in per:
            for rule in rules if name not in FIXED else ():
                fact = self.items.get(rule.item or "", {}).get(name)
                if fact is None or fact.kind not in ("text", "choice"):
                    known = [
                        *FIXED,
                        *(n for n, f in self.items.get(rule.item or "", {}).items() if f.kind in ("text", "choice")),
                    ]
                    context.add(
                        "SR325", (*loc, "per"), found=f"{name} for rule {rule.id}", nearest=nearest(name, known)
                    )
                    break
        if len(set(per)) != len(per):
            context.add("SR326", (*loc, "per"), found=", ".join(per))
        return tuple(sorted(set(per)))

    def _fixed_scope(self, key: Sequence[str], rules: Sequence[ProgramRule]) -> Scope:
        """The facts that a key fixes: those of the item, those of the applicant, or none."""
        kinds = {rule.item for rule in rules}
        if "item" in key and len(kinds) == 1:
            return self.scope(next(iter(kinds)))
        return self.applicant if "applicant" in key or "item" in key else {}


def _uplifted_last(rules: Mapping[str, Rule], context: Context, places: Mapping[str, int]) -> list[Rule]:
    """Rules in an order in which an uplift finds its base lowered; a circle is a problem."""
    done: dict[str, Rule] = {}

    def visit(rule: Rule, above: tuple[str, ...]) -> None:
        for pay in rule.pays:
            base = pay.uplift.rule if pay.uplift else None
            if base in (*above, rule.id):
                context.add("SR319", ("rules", places[rule.id], "pays"), found=" → ".join((*above, rule.id, str(base))))
            elif base is not None and base in rules and base not in done:
                visit(rules[base], (*above, rule.id))
            elif base is not None and base not in rules:
                context.add("SR311", ("rules", places[rule.id], "pays"), found=base, nearest=nearest(base, rules))
        done[rule.id] = rule

    for rule in rules.values():
        if rule.id not in done:
            visit(rule, ())
    return list(done.values())


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


_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)


def parse_day(text: str) -> date:
    """`2026-01-31`; ValueError for anything else."""
    match = _DAY.fullmatch(text)
    if not match:
        raise ValueError("a day like 2026-01-31")
    return date(int(match[1]), int(match[2]), int(match[3]))


def validity(effective: Effective, context: Context) -> Validity:
    """The days of a policy as far as they are written."""
    loc: Loc = ("effective",)

    def day(text: str, name: str) -> date | None:
        try:
            return parse_day(text)
        except ValueError as error:
            context.add("SR304", (*loc, name), found=echo(text), expected=f"{error}, or not_stated")
            return None

    unknown = ("unknown", "not_stated")
    published = None if effective.published in unknown else day(effective.published, "published")
    after = re.fullmatch(r"\+(\d{1,4}) days", effective.starts, re.ASCII)
    first = published if after else None if effective.starts in unknown else day(effective.starts, "starts")
    lasts = re.fullmatch(r"([1-9]\d?) years?", effective.lasts or "", re.ASCII)
    if (effective.lasts and not lasts) or (effective.lasts and effective.ends):
        context.add(
            "SR304", (*loc, "lasts"), found=echo(effective.lasts or ""), expected="`3 years`, or `ends`, not both"
        )
    last = day(effective.ends, "ends") if effective.ends and effective.ends not in unknown else None
    return Validity(first, last, int(after[1]) if after else None, int(lasts[1]) if lasts else None)
