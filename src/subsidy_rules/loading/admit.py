"""Application → case: every fact against the vocabulary, every name against the program, all problems at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from ..errors import echo, nearest
from ..expr import FactType
from ..model.application import Application, Grant
from ..model.canonical import digest
from ..model.case import Case, CaseGrant, CaseItem, CaseRival, Raw
from ..model.program import Program
from ..money import MAX_FEN, parse_money
from ..reading import Document
from ..reading.text import MAX_DEPTH, is_clean
from .context import Context, Loc, shaped
from .link import parse_day, quantity

UNKNOWN = "unknown"


def admit(document: Document, program: Program) -> Case:
    """An application that was read, checked against the program."""
    context = Context(document)
    application = shaped(Application, context)
    context.stop()
    assert application is not None
    case = _Admission(context, program).case(application)
    context.stop()
    return case


def admit_data(data: Mapping[str, Any], program: Program, name: str = "<application>") -> Case:
    """As `admit`, for Python data in the shape of an application file (booleans, whole numbers and dates may be themselves)."""
    context = Context(Document({}, {}, name, ""))
    plain = _plain(data, (), context)
    context.stop()
    return admit(Document(plain, {}, name, ""), program)


def _plain(value: Any, loc: Loc, context: Context) -> Any:
    """Mappings, lists and clean text: what a file could hold. Other values stay, to be read or refused by the model."""
    if len(loc) > MAX_DEPTH:
        context.add("SR303", (), found=f"more than {MAX_DEPTH} levels", expected=f"at most {MAX_DEPTH} levels")
        return ""
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str) or not is_clean(key):
                context.add("SR303", (), found=echo(key), expected="keys of printable text")
        return {key: _plain(entry, (*loc, key), context) for key, entry in value.items() if isinstance(key, str)}
    if isinstance(value, (list, tuple)):
        return [_plain(entry, (*loc, at), context) for at, entry in enumerate(value)]
    if isinstance(value, str) and not is_clean(value):
        context.add("SR303", (), found=echo(value), expected="printable text on one line")
        return ""
    return value


class _Admission:
    def __init__(self, context: Context, program: Program) -> None:
        self.context, self.program = context, program
        self.policies = {policy.id: at for at, policy in enumerate(program.policies)}
        self.policies |= {old: at for at, policy in enumerate(program.policies) for old in policy.succeeds}
        self.rules = {(rule.policy, rule.id): rule for rule in program.rules}
        self.items: dict[str, str] = {}

    def case(self, application: Application) -> Case:
        items = self._items(application)
        data = application.model_dump(mode="json", by_alias=True, exclude_unset=True)
        return Case(
            applicant=application.applicant.id,
            values=self._values(application.applicant.facts, "", ("applicant", "facts")),
            items=items,
            year=int(application.year),
            date=self._day(application.date, ("date",)),
            complete=application.history == "complete",
            grants=tuple(self._grant(grant, ("grants", at)) for at, grant in enumerate(application.grants)),
            rivals=tuple(self._rival(rival, ("rivals", at)) for at, rival in enumerate(application.rivals)),
            approved=self._approved(application),
            parameters=self._parameters(application),
            options=self._options(application),
            published=self._published(application),
            applied_at=self._time(application.applied_at),
            digest=digest(data),
            data=data,
        )

    def _items(self, application: Application) -> tuple[CaseItem, ...]:
        admitted = []
        for at, item in enumerate(application.items):
            loc: Loc = ("items", at)
            if item.id in self.items:
                self.context.add("SR401", (*loc, "id"), found=item.id)
            self.items[item.id] = item.kind
            if item.kind not in self.program.item_facts:
                known = self.program.item_facts
                self.context.add("SR402", (*loc, "kind"), found=echo(item.kind), nearest=nearest(item.kind, known))
                continue
            values = self._values(item.facts, item.kind, (*loc, "facts"))
            admitted.append(CaseItem(item.id, item.kind, values, frozenset(map(int, item.years))))
        return tuple(admitted)

    def _values(self, facts: Mapping[str, str], kind: str, loc: Loc) -> tuple[Raw, ...]:
        declared = self.program.item_facts[kind] if kind else self.program.applicant_facts
        for name in facts:
            if name not in declared:
                self._no_fact((*loc, name), name, declared)
        told = facts.get
        return tuple([self._value(fact, told(name, UNKNOWN), loc, name) for name, fact in declared.items()])

    def _no_fact(self, loc: Loc, name: str, declared: Mapping[str, FactType]) -> None:
        kinds = [kind for kind, facts in self.program.item_facts.items() if name in facts]
        owners = [f"an item of kind {kind}" for kind in kinds]
        owners += ["the applicant"] * (name in self.program.applicant_facts)
        expected = f"a fact of {' or '.join(owners)}" if owners else ""
        near = "" if owners else nearest(name, declared)
        self.context.add("SR403", loc, found=echo(name), expected=expected, nearest=near)

    def _value(self, fact: FactType, text: str, loc: Loc, name: str = "") -> Raw:
        """One fact as its raw value; None where it is `unknown`, or refused. `name`: the last part of its place."""
        if text == UNKNOWN:
            return None
        try:
            return _raw(fact, text)
        except ValueError as error:
            near = nearest(text, fact.options) if fact.options else ""
            place = (*loc, name) if name else loc
            self.context.add("SR404", place, found=echo(text), expected=str(error), nearest=near)
            return None

    def _day(self, text: str | None, loc: Loc) -> date | None:
        return self._value(FactType("date"), text, loc) if text is not None else None

    def _money(self, text: str, loc: Loc) -> int:
        return self._value(FactType("money"), text, loc) or 0

    def _target(self, policy: str, rule: str, item: str | None, loc: Loc) -> int | None:
        """The rule that a grant or approval names; None for a policy outside the program."""
        if policy not in self.policies:
            return None
        found = self.rules.get((self.policies[policy], rule))
        if found is None and policy not in {policy.id for policy in self.program.policies}:
            return None  # a rule of a superseded version that has no successor
        if found is None:
            known = [r.id for r in self.program.rules if r.policy == self.policies[policy]]
            self.context.add("SR405", (*loc, "rule"), found=echo(rule), nearest=nearest(rule, known))
            return None
        if (item is None) != (found.item is None):
            expected = f"an item of kind {found.item}" if found.item else "no item: the rule is for the applicant"
            self.context.add("SR406", loc, found=echo(item or "no item"), expected=expected)
        elif item in self.items and self.items[item] != found.item:
            self.context.add("SR406", loc, found=f"{item} of kind {self.items[item]}", expected=f"kind {found.item}")
        return found.index

    def _grant(self, grant: Grant, loc: Loc) -> CaseGrant:
        rule = self._target(grant.policy, grant.rule, grant.item, loc)
        amount = self._money(grant.amount, (*loc, "amount"))
        level, matter = grant.level, grant.matter
        if rule is not None:
            found = self.program.rules[rule]
            level, matter = self.program.policies[found.policy].jurisdiction.level, found.matter
            self._attributes(grant, found.item, (*loc, "attributes"))
        elif grant.policy not in self.policies and level is None:
            self.context.add("SR407", loc, found=grant.policy)
        return CaseGrant(
            rule=rule,
            policy=grant.policy,
            item=grant.item,
            year=int(grant.year),
            amount=amount,
            value=self._money(grant.value, (*loc, "value")) if grant.value is not None else amount,
            units=self._units(grant, rule, bool(amount), (*loc, "units")),
            repaid=grant.repaid == "true",
            attributes=dict(grant.attributes),
            level=level,
            matter=matter,
        )

    def _units(self, grant: Grant, rule: int | None, paid: bool, loc: Loc) -> int:
        units: int = self._value(FactType("count"), grant.units, loc) or 0 if grant.units is not None else 0
        if paid and not units and rule in self.program.timed and grant.repaid != "true":
            self.context.add("SR413", loc, found=echo(grant.units or ""), expected="at least 1")
        return units

    def _attributes(self, grant: Grant, kind: str | None, loc: Loc) -> None:
        """What the item of an earlier award was, as far as a key asks for it."""
        declared = self.program.item_facts[kind] if kind else self.program.applicant_facts
        for name, text in grant.attributes.items():
            if name in declared:
                self._value(declared[name], text, loc, name)
            else:
                self._no_fact((*loc, name), name, declared)

    def _rival(self, rival: Any, loc: Loc) -> CaseRival:
        low, high = self._money(rival.amount.low, (*loc, "amount")), self._money(rival.amount.high, (*loc, "amount"))
        if low > high:
            self.context.add(
                "SR404", (*loc, "amount"), found=f"{rival.amount.low} … {rival.amount.high}", expected="from ≤ to"
            )
        if rival.policy in self.policies:
            self.context.add("SR408", (*loc, "policy"), found=rival.policy)
        return CaseRival(rival.policy, rival.level, rival.item, rival.matter, low, high)

    def _approved(self, application: Application) -> dict[tuple[int, str | None], int]:
        approved: dict[tuple[int, str | None], int] = {}
        for at, approval in enumerate(application.approved):
            loc: Loc = ("approved", at)
            rule = self._target(approval.policy, approval.rule, approval.item, loc)
            amount = self._money(approval.amount, (*loc, "amount"))
            if approval.item is not None and approval.item not in self.items:
                found, near = echo(approval.item), nearest(approval.item, self.items)
                self.context.add("SR414", (*loc, "item"), found=found, nearest=near)
            if rule is None and approval.policy not in self.policies:
                self.context.add(
                    "SR409", (*loc, "policy"), found=approval.policy, nearest=nearest(approval.policy, self.policies)
                )
            elif rule is not None and (rule, approval.item) in approved:
                self.context.add("SR410", loc, found=approval.rule)
            elif rule is not None:
                approved[rule, approval.item] = amount
        return approved

    def _parameters(self, application: Application) -> dict[str, int]:
        return parameters(application.parameters, self.program, self.context)

    def _options(self, application: Application) -> dict[str, int | None]:
        options: dict[str, int | None] = {}
        for path, name in application.options.items():
            bound = next((b for b in self.program.exclusives if b.path == path and b.choose == "option"), None)
            if bound is None:
                known = [b.path for b in self.program.exclusives if b.choose == "option"]
                self.context.add("SR411", ("options", path), found=echo(path), nearest=nearest(path, known))
                continue
            rules = {self.program.rules[at].id: at for at in bound.rules}
            if name != "rival" and name not in rules:
                self.context.add("SR405", ("options", path), found=echo(name), nearest=nearest(name, [*rules, "rival"]))
            options[path] = rules.get(name)
        return options

    def _published(self, application: Application) -> dict[str, date]:
        published: dict[str, date] = {}
        for policy, text in application.published.items():
            loc: Loc = ("published", policy)
            if policy not in self.policies:
                self.context.add("SR409", loc, found=policy, nearest=nearest(policy, self.policies))
            day = self._day(text, loc)
            if day:
                published[policy] = day
        return published

    def _time(self, text: str | None) -> str | None:
        if text is not None and not re.fullmatch(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?)?", text, re.ASCII):
            self.context.add("SR404", ("applied_at",), found=echo(text), expected="2026-03-01 or 2026-03-01T09:30:00")
        return text


def parameters(given: Mapping[str, str], program: Program, context: Context) -> dict[str, int]:
    """Figures by `policy/bound`: money for a limit, whole numbers for a count."""
    found: dict[str, int] = {}
    caps = {cap.path: cap for cap in program.caps}
    for path, text in given.items():
        cap = caps.get(path)
        if cap is None:
            context.add("SR411", ("parameters", path), found=echo(path), nearest=nearest(path, caps))
            continue
        try:
            found[path] = parse_money(text) if cap.kind == "limit" else quantity("count", text)
        except ValueError as error:
            context.add("SR404", ("parameters", path), found=echo(text), expected=str(error))
    return found


def _raw(fact: FactType, text: str) -> Raw:
    if fact.kind in ("bool", "judgement"):
        if text not in ("true", "false"):
            raise ValueError("true, false or unknown")
        return text == "true"
    if fact.kind == "date":
        return parse_day(text)
    if fact.kind == "choice":
        if text not in fact.options:
            raise ValueError("one of " + ", ".join(fact.options))
        return text
    if fact.kind == "text":
        if not text or text != text.strip() or not text.isprintable():
            raise ValueError("text on one line, without outer spaces")
        return text
    value = quantity(fact.kind, text)
    if value > MAX_FEN:
        raise ValueError("a smaller number")
    low, high = fact.range
    if value < low or (high is not None and value > high):
        raise ValueError("a value in the legal range of this fact")
    return value
