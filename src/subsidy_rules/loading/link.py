"""Policies and vocabulary → program: facts declared, rules linked, bounds sorted (see `bounds`, and `lower` for ways to pay)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from ..errors import echo, nearest
from ..expr import FactType, Literal, Tree
from ..model.policy import Effective, Rule
from ..model.program import Branch, CapBound, ExclusiveBound, Program, ProgramRule, Validity
from ..model.vocabulary import Fact, Vocabulary
from ..money import parse_money, parse_rate
from .bounds import Bounds
from .context import Context, Loc
from .lower import Lowering
from .names import Names, Scope, Source


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
    names = Names(sources, applicant, items)
    rules = [rule for at, source in enumerate(sources) for rule in _Rules(names, at, source).linked()]
    bounds = [bound for at, source in enumerate(sources) for bound in Bounds(names, rules, at, source).linked()]
    caps = sorted((bound for bound in bounds if isinstance(bound, CapBound)), key=lambda cap: cap.path)
    exclusives = sorted((bound for bound in bounds if isinstance(bound, ExclusiveBound)), key=lambda bound: bound.path)
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


class _Rules:
    """The rules of one policy."""

    def __init__(self, names: Names, policy: int, source: Source) -> None:
        self.names, self.policy, self.written, self.context = names, policy, source.policy.rules, source.context

    def linked(self) -> Iterator[ProgramRule]:
        """By id."""
        places = {rule.id: at for at, rule in enumerate(self.written)}
        by_id = {rule.id: rule for rule in self.written}
        lowered: dict[str, tuple[tuple[Branch, ...], tuple[Tree, ...]]] = {}
        for rule in _uplifted_last(by_id, self.context, places):
            loc = ("rules", places[rule.id])
            lowering = Lowering(self.context, self.names.scope(rule.item), loc, lowered)
            lowered[rule.id] = lowering.branches(rule), lowering.limits(rule.max, loc)
        for rule in sorted(by_id.values(), key=lambda rule: rule.id):
            yield self._rule(rule, ("rules", places[rule.id]), *lowered[rule.id])

    def _rule(self, rule: Rule, loc: Loc, branches: tuple[Branch, ...], limits: tuple[Tree, ...]) -> ProgramRule:
        context, scope = self.context, self.names.scope(rule.item)
        if rule.item and rule.item not in self.names.items:
            context.add("SR309", (*loc, "item"), found=rule.item, nearest=nearest(rule.item, self.names.items))
        when = [context.expression(text, scope, "bool", (*loc, "when", at)) for at, text in enumerate(rule.when)]
        minimum = context.expression(rule.minimum, {}, "money", (*loc, "minimum")) if rule.minimum else None
        if rule.dated_by and getattr(scope.get(rule.dated_by), "kind", None) != "date":
            context.add("SR310", (*loc, "dated_by"), found=rule.dated_by, nearest=nearest(rule.dated_by, scope))
        base = rule.rides_on or next((pay.uplift.rule for pay in rule.pays if pay.uplift), None)
        return ProgramRule(
            index=self.names.index[self.policy, rule.id],
            policy=self.policy,
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
            rides_on=self.names.rule(self.policy, base, context, (*loc, "rides_on")) if base else None,
            dated_by=rule.dated_by,
        )


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
