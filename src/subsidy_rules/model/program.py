"""What every engine sees: names resolved, ways to pay lowered to branches, bounds sorted. Immutable, plain data.

A rule's `branches` are tried in order; each gives an interval of money by two expression trees. Everything else is a
`CapBound` or an `ExclusiveBound` over a key.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal

from ..expr import FactType, Tree, facts
from ..expr import Literal as Constant
from .assessment import NOTHING, Assumed, Award, Blank
from .conditions import Test, test_of
from .policy import Bounding, Form, Level, Payee, Policy, Prior, Ration, Reason, Rule
from .vocabulary import Vocabulary

FIXED = ("rule", "award", "item", "applicant", "year")  # keys that are no facts
CASH: frozenset[Form] = frozenset({"grant", "voucher", "interest_subsidy", "stipend"})
Kind = Literal["cash", "financing", "other"]
TotalKey = tuple[int, Payee, Kind]  # the policy's index


def _kind(form: Form) -> Kind:
    return "cash" if form in CASH else "financing" if form == "financing" else "other"


def _derive(made: object, name: str, value: object) -> None:
    """Set a field that follows from the others, once, where it would be computed for every claim."""
    object.__setattr__(made, name, value)


def _parts(key: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part for part in key if part not in ("applicant", "year"))


@dataclass(frozen=True, slots=True)
class Branch:
    """`low` and `high` are money. For a stipend: `units`, the months or years that it is for, and `unit`, the money for one."""

    when: Tree | None
    low: Tree
    high: Tree
    limits: tuple[Tree, ...] = ()
    units: Tree | None = None
    unit: tuple[Tree, Tree] | None = None


@dataclass(frozen=True, slots=True)
class ProgramRule:
    index: int
    policy: int
    id: str
    item: str | None  # item kind; None: the applicant itself
    award: str
    matter: str
    payee: Payee
    form: Form
    when: tuple[Tree, ...]
    bound: Bounding | None
    branches: tuple[Branch, ...]
    limits: tuple[Tree, ...]  # per award, at full size
    minimum: int | None  # fen; less than this is not paid
    unquantified: Reason | None
    rides_on: int | None  # index of the rule that it stands or falls with
    dated_by: str | None  # the date fact that must lie in the policy's validity
    own: bool = field(init=False, repr=False)  # cash to the applicant: the first thing that a choice is made by
    open: bool = field(init=False, repr=False)  # money without a figure: the ceiling of a total stays open

    def __post_init__(self) -> None:
        without_money = self.form == "in_kind" or self.unquantified in ("in_kind", "institutional")
        _derive(self, "own", self.payee == "applicant" and self.form in CASH)
        _derive(self, "open", self.unquantified is not None and not without_money)


@dataclass(frozen=True, slots=True)
class CapBound:
    """Exactly one of `limit` (money), `count` (of distinct `of`) and `units` bounds; None with `unpublished`: not stated."""

    path: str  # policy/bound
    article: str
    rules: frozenset[int]
    key: tuple[str, ...]
    kind: Literal["limit", "count", "units"]
    limit: Tree | None
    of: Literal["item", "year", "award"] | None
    unpublished: bool
    pool: bool  # the key holds neither item nor applicant: shared by all applicants
    ration: Ration | None
    rank_by: Tree | None
    item: str | None  # the item kind that all its rules have; None: several, or the applicant itself
    parts: tuple[str, ...] = field(init=False, repr=False)  # of the key: what tells claims of one run apart
    figure: int | None = field(init=False, repr=False)  # the limit where it is a plain number: fen, or whole units
    inner: tuple[int, int, str] = field(init=False, repr=False)  # of caps over the same claims the least is first

    def __post_init__(self) -> None:
        _derive(self, "inner", (len(self.rules), -len(self.key), self.path))
        value = self.limit.value if isinstance(self.limit, Constant) else None
        _derive(self, "parts", _parts(self.key))
        _derive(self, "figure", value if isinstance(value, int) else None)

    @property
    def conditional(self) -> bool:
        """Whether an answer rests on it: a pool that must suffice, or a figure that the text withholds."""
        return self.pool or self.unpublished


@dataclass(frozen=True, slots=True)
class ExclusiveBound:
    path: str
    article: str
    rules: frozenset[int]
    key: tuple[str, ...]
    prior: Prior
    choose: Literal["highest", "priority", "option"] | None
    priority: tuple[int, ...]
    compatible: frozenset[frozenset[int]]
    levels: frozenset[Level]  # of other policies compared with; empty: this policy only
    same: Literal["item", "matter"] | None
    parts: tuple[str, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        _derive(self, "parts", _parts(self.key))


@dataclass(frozen=True, slots=True)
class Validity:
    """First and last day in force; None: not known (a draft, or a text that does not say)."""

    first: date | None
    last: date | None
    starts_after: int | None = None  # days after publication, where the first day is not a date
    lasts_years: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """The facts of each condition; of the day that must lie in the validity; of price, limits and keys. `history`: whether
    earlier grants may count."""

    conditions: tuple[frozenset[str], ...]
    day: frozenset[str]
    rest: frozenset[str]
    history: bool


def _facts(trees: Iterable[Tree]) -> frozenset[str]:
    return frozenset(name for tree in trees for name in facts(tree))


@dataclass(frozen=True)
class Program:
    policies: tuple[Policy, ...]
    vocabulary: Vocabulary
    digests: tuple[tuple[str, str], ...]  # (policy id or "facts", SHA-256 of the file)
    rules: tuple[ProgramRule, ...]
    caps: tuple[CapBound, ...]
    exclusives: tuple[ExclusiveBound, ...]
    validity: tuple[Validity, ...]
    applicant_facts: dict[str, FactType]
    item_facts: dict[str, dict[str, FactType]]
    caps_of: tuple[tuple[CapBound, ...], ...] = field(repr=False)  # by rule
    exclusives_of: tuple[tuple[ExclusiveBound, ...], ...] = field(repr=False)
    slots: dict[str, dict[str, int]] = field(repr=False)  # "" and item kind → fact → position among the raw values

    @cached_property
    def with_attributes(self) -> frozenset[int]:
        """Rules under a bound whose key holds a fact, which may be unknown."""
        bounds: tuple[CapBound | ExclusiveBound, ...] = (*self.caps, *self.exclusives)
        return frozenset(rule for bound in bounds if set(bound.key) - set(FIXED) for rule in bound.rules)

    @cached_property
    def within_of(self) -> tuple[tuple[ExclusiveBound, ...], ...]:
        """By rule: the exclusive bounds over awards of its own policy."""
        return tuple(tuple(bound for bound in bounds if not bound.levels) for bounds in self.exclusives_of)

    @cached_property
    def against_of(self) -> tuple[tuple[ExclusiveBound, ...], ...]:
        """By rule: the exclusive bounds that compare it with other policies."""
        return tuple(tuple(bound for bound in bounds if bound.levels) for bounds in self.exclusives_of)

    @cached_property
    def related(self) -> tuple[tuple[int, ...], ...]:
        """By policy: the others of whose territories one holds the other."""
        codes = [policy.jurisdiction.code for policy in self.policies]

        def nested(one: int, two: int) -> bool:
            return codes[one].startswith(codes[two]) or codes[two].startswith(codes[one])

        every = range(len(codes))
        return tuple(tuple(other for other in every if other != mine and nested(mine, other)) for mine in every)

    @cached_property
    def prescribed(self) -> frozenset[int]:
        """Rules of which the text says how one is chosen."""
        return frozenset(at for at, bounds in enumerate(self.within_of) if any(bound.choose for bound in bounds))

    @cached_property
    def timed(self) -> frozenset[int]:
        """Rules under a cap on months or years."""
        return frozenset(at for at, caps in enumerate(self.caps_of) if any(cap.kind == "units" for cap in caps))

    @cached_property
    def riders(self) -> tuple[int, ...]:
        return tuple(rule.index for rule in self.rules if rule.rides_on is not None)

    @cached_property
    def articles(self) -> dict[str, str]:
        """Article by path of a bound or a rule."""
        found = {cap.path: cap.article for cap in self.caps} | {bound.path: bound.article for bound in self.exclusives}
        for rule, written in zip(self.rules, self.written, strict=True):
            found.setdefault(f"{self.policies[rule.policy].id}/{rule.id}", written.article)
        return found

    @cached_property
    def asked(self) -> tuple[Asked, ...]:
        """By rule: the facts that its parts read."""
        found = []
        for rule, caps, exclusives in zip(self.rules, self.caps_of, self.exclusives_of, strict=True):
            price = [*rule.limits, *(t for b in rule.branches for t in (b.when, b.low, b.high, *b.limits) if t)]
            keys = {name for cap in caps for name in cap.key} | {name for bound in exclusives for name in bound.key}
            found.append(
                Asked(
                    conditions=tuple(map(facts, rule.when)),
                    day=frozenset({rule.dated_by} if rule.dated_by else ()),
                    rest=_facts(price) | _facts(cap.limit for cap in caps if cap.limit) | (keys - set(FIXED)),
                    history=bool(caps) or any(bound.prior != "ignore" for bound in exclusives),
                )
            )
        return tuple(found)

    @cached_property
    def tests(self) -> tuple[list[Test], ...]:
        """By rule: each condition, as its failure is told."""
        return tuple([test_of(tree, self.slots, rule.item) for tree in rule.when] for rule in self.rules)

    @cached_property
    def branch_tests(self) -> tuple[list[Test], ...]:
        """By rule: the conditions of its branches, of which one must hold."""
        return tuple(
            [test_of(branch.when, self.slots, rule.item) for branch in rule.branches if branch.when]
            for rule in self.rules
        )

    @cached_property
    def judgements(self) -> tuple[frozenset[str], ...]:
        """By rule: the facts that only a reviewing officer supplies."""
        own = {name for name, fact in self.applicant_facts.items() if fact.kind == "judgement"}
        of_item = {
            kind: frozenset(own | {name for name, fact in scope.items() if fact.kind == "judgement"})
            for kind, scope in self.item_facts.items()
        }
        return tuple(of_item[rule.item] if rule.item else frozenset(own) for rule in self.rules)

    @cached_property
    def total_of(self) -> tuple[TotalKey, ...]:
        """By rule: the total that its awards are added to."""
        return tuple((rule.policy, rule.payee, _kind(rule.form)) for rule in self.rules)

    @cached_property
    def conditional(self) -> tuple[CapBound, ...]:
        """The caps that an answer rests on."""
        return tuple(cap for cap in self.caps if cap.conditional)

    @cached_property
    def conditional_of(self) -> tuple[tuple[str, ...], ...]:
        """By rule: the pools and withheld figures that its awards rest on."""
        return tuple(tuple(cap.path for cap in caps if cap.conditional) for caps in self.caps_of)

    @cached_property
    def blanks(self) -> tuple[Blank, ...]:
        """By rule: the award as it is refused, without its reasons."""
        pairs = zip(self.rules, self.written, strict=True)
        return tuple(Blank(self._refused(rule, written)) for rule, written in pairs)

    def _refused(self, rule: ProgramRule, written: Rule) -> Award:
        figures = None if rule.unquantified else NOTHING
        return Award(
            policy=self.policies[rule.policy].id,
            rule=rule.id,
            item=None,
            article=written.article,
            title=written.title,
            department=tuple(written.department),
            payee=rule.payee,
            form=rule.form,
            status="ineligible",
            reason=None,
            due=figures,
            standalone=figures,
            settled=figures,
            assumptions=tuple(Assumed(a.says, tuple(x.says for x in a.alternatives)) for a in written.assumes),
        )

    @cached_property
    def written(self) -> tuple[Rule, ...]:
        """By rule: as it stands in the file."""
        by_id = {(at, rule.id): rule for at, policy in enumerate(self.policies) for rule in policy.rules}
        return tuple(by_id[rule.policy, rule.id] for rule in self.rules)
