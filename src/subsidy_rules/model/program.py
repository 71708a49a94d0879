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

from ..expr import QUANTITIES, Bool, Compare, Fact, FactType, Tree, facts, show
from ..expr import Literal as Constant
from .assessment import Assumed, Blank, Unmet
from .policy import Bounding, Form, Level, Payee, Policy, Prior, Ration, Reason, Rule
from .vocabulary import Vocabulary

FIXED = ("rule", "award", "item", "applicant", "year")  # keys that are no facts
CASH: frozenset[Form] = frozenset({"grant", "voucher", "interest_subsidy", "stipend"})


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

    @property
    def own(self) -> bool:
        """Cash to the applicant: the first thing that a choice is made by."""
        return self.payee == "applicant" and self.form in CASH

    @property
    def open(self) -> bool:
        """Money without a figure: the ceiling of a total stays open."""
        return (
            self.unquantified is not None
            and self.unquantified not in ("in_kind", "institutional")
            and self.form != "in_kind"
        )


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


@dataclass(frozen=True, slots=True)
class Validity:
    """First and last day in force; None: not known (a draft, or a text that does not say)."""

    first: date | None
    last: date | None
    starts_after: int | None = None  # days after publication, where the first day is not a date
    lasts_years: int | None = None


@dataclass(frozen=True, slots=True)
class Threshold:
    """`fact >= limit` or `fact > limit` with a constant limit; `least`: the least raw value that will do."""

    text: str
    fact: str
    kind: str
    limit: str
    least: int


@dataclass(frozen=True, slots=True)
class Test:
    """A condition as its failure is told: by a threshold that is missed, or by itself."""

    plain: Unmet
    thresholds: tuple[Threshold, ...]


def _test(tree: Tree) -> Test:
    terms = tree.terms if isinstance(tree, Bool) and tree.op == "and" else (tree,)
    return Test(Unmet(show(tree)), tuple(found for term in terms if (found := _threshold(term))))


def _threshold(tree: Tree) -> Threshold | None:
    if not (isinstance(tree, Compare) and tree.ops in ((">=",), (">",))):
        return None
    fact, limit = tree.terms
    if (
        isinstance(fact, Fact)
        and isinstance(limit, Constant)
        and fact.kind in QUANTITIES
        and isinstance(limit.value, int)
    ):
        return Threshold(show(tree), fact.name, fact.kind, show(limit), limit.value + (tree.ops == (">",)))
    return None


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
        """Rules with an exclusive bound whose key holds a fact, which may be unknown."""
        return frozenset(
            at for at, bounds in enumerate(self.exclusives_of) if any(set(b.key) - set(FIXED) for b in bounds)
        )

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
    def tests(self) -> tuple[tuple[Test, ...], ...]:
        """By rule: each condition, as its failure is told."""
        return tuple(tuple(map(_test, rule.when)) for rule in self.rules)

    @cached_property
    def branch_tests(self) -> tuple[tuple[Test, ...], ...]:
        """By rule: the conditions of its branches, of which one must hold."""
        return tuple(tuple(_test(b.when) for b in rule.branches if b.when) for rule in self.rules)

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
    def conditional_of(self) -> tuple[tuple[str, ...], ...]:
        """By rule: the pools and withheld figures that its awards rest on."""
        return tuple(tuple(cap.path for cap in caps if cap.conditional) for caps in self.caps_of)

    @cached_property
    def blanks(self) -> tuple[Blank, ...]:
        """By rule: what every award of it says."""
        return tuple(
            Blank(
                policy=self.policies[rule.policy].id,
                rule=rule.id,
                article=written.article,
                title=written.title,
                department=tuple(written.department),
                payee=rule.payee,
                form=rule.form,
                assumptions=tuple(Assumed(a.says, tuple(x.says for x in a.alternatives)) for a in written.assumes),
            )
            for rule, written in zip(self.rules, self.written, strict=True)
        )

    @cached_property
    def written(self) -> tuple[Rule, ...]:
        """By rule: as it stands in the file."""
        by_id = {(at, rule.id): rule for at, policy in enumerate(self.policies) for rule in policy.rules}
        return tuple(by_id[rule.policy, rule.id] for rule in self.rules)
