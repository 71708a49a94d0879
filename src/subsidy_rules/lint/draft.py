"""What a lint sees: one policy with its file and its program, and the findings that it makes of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..expr import FactType, Tree, parse
from ..loading.context import Context, Loc
from ..model.policy import Cap, Policy, Provision, Rule
from ..model.program import CapBound, ExclusiveBound, Program, ProgramRule
from ..model.vocabulary import Fact
from .codes import LINTS, Severity
from .source import Source


@dataclass(frozen=True, order=True)
class LintFinding:
    """One thing to look at again. `found` is what stands there, `against` what it disagrees with or how often it stands there;
    both are taken from the policy and in no language."""

    file: str
    line: int
    column: int
    code: str
    policy: str
    article: str  # empty: the policy as a whole
    entry: str
    field: str
    found: str = ""
    against: str = ""

    @property
    def severity(self) -> Severity:
        return LINTS[self.code].severity

    @property
    def fingerprint(self) -> str:
        """The same for the same finding after lines were moved, other entries changed or the file renamed."""
        text = "\0".join((self.code, self.policy, self.entry, self.field, self.found))
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def as_dict(self) -> dict[str, Any]:
        """The finding as plain JSON values, empty fields left out, with what its code means and how to mend it."""
        meaning = LINTS[self.code]
        data: dict[str, Any] = {"severity": self.severity, "code": self.code}
        for name in ("file", "line", "column", "policy", "article", "entry", "field", "found", "against"):
            data |= {name: getattr(self, name)} if getattr(self, name) not in ("", 0) else {}
        return data | {
            "meaning": {"zh": meaning.zh, "en": meaning.en},
            "mend": {"zh": meaning.mend_zh, "en": meaning.mend_en},
            "fingerprint": self.fingerprint,
        }


@dataclass(frozen=True)
class Formula:
    """An expression of a rule or bound. `path`: its keys below the entry, list positions left out."""

    loc: Loc
    path: tuple[str, ...]
    tree: Tree


@dataclass(frozen=True)
class Draft:
    """One policy of a program, at its position there. `source`: the text of the policy document, where it is given."""

    policy: Policy
    at: int
    program: Program
    context: Context
    source: Source | None

    def finding(self, code: str, loc: Loc, found: str = "", against: str = "") -> LintFinding:
        """A finding at a field of the file."""
        line, column = self.context.place(loc)
        entry = self.entry(loc)
        return LintFinding(
            file=self.context.document.file,
            line=line,
            column=column,
            code=code,
            policy=self.policy.id,
            article=entry.article if entry else "",
            entry=entry.id if entry else "",
            field=self.context.path(loc),
            found=found,
            against=against,
        )

    def entry(self, loc: Loc) -> Provision | None:
        """The rule, bound or clause in which a field stands."""
        if len(loc) > 1 and loc[0] in ("rules", "bounds", "clauses"):
            found: Provision = getattr(self.policy, str(loc[0]))[loc[1]]
            return found
        return None

    @cached_property
    def entries(self) -> tuple[tuple[Loc, Provision], ...]:
        """Rules, bounds and clauses, in the order of the file."""
        sections = ("rules", "bounds", "clauses")
        return tuple(((name, at), one) for name in sections for at, one in enumerate(getattr(self.policy, name)))

    @cached_property
    def rules(self) -> tuple[tuple[Loc, Rule, ProgramRule], ...]:
        """Rules as written and as linked."""
        linked = {rule.id: rule for rule in self.program.rules if rule.policy == self.at}
        return tuple((("rules", at), rule, linked[rule.id]) for at, rule in enumerate(self.policy.rules))

    @cached_property
    def caps(self) -> tuple[tuple[Loc, Cap, CapBound], ...]:
        """Caps of rules and of `bounds`, as written and as linked; one that covers no rule is left out."""
        linked = {cap.path: cap for cap in self.program.caps}
        own = [
            (("rules", at, "cap", n), f"{rule.id}-cap{n + 1 if n else ''}", cap)
            for at, rule in enumerate(self.policy.rules)
            for n, cap in enumerate(rule.cap)
        ]
        shared = [
            (("bounds", at, "cap"), bound.id, bound.cap) for at, bound in enumerate(self.policy.bounds) if bound.cap
        ]
        paths = [(loc, f"{self.policy.id}/{name}", cap) for loc, name, cap in (*own, *shared)]
        return tuple((loc, cap, linked[path]) for loc, path, cap in paths if path in linked)

    def bars(self, rule: ProgramRule) -> tuple[ExclusiveBound, ...]:
        """The exclusions within this policy that look at what was paid before."""
        return tuple(b for b in self.program.exclusives_of[rule.index] if not b.levels and b.prior != "ignore")

    def scope(self, kinds: tuple[str | None, ...]) -> dict[str, FactType]:
        """The facts of the applicant and of some kinds of item."""
        found = dict(self.program.applicant_facts)
        for kind in kinds:
            found |= self.program.item_facts.get(kind or "", {})
        return found

    def declared(self, name: str, kind: str | None) -> Fact | None:
        """A fact as the vocabulary or the policy declares it: of the kind of item, or of the applicant."""
        vocabulary, extra = self.program.vocabulary, self.policy.facts
        places: list[Mapping[str, Fact]] = [vocabulary.applicant, extra.applicant]
        if kind:
            places += [vocabulary.items[kind].facts] if kind in vocabulary.items else []
            places += [extra.items.get(kind, {})]
        return next((place[name] for place in places if name in place), None)

    def written(self, loc: Loc) -> str:
        """A value of the file as it is written there."""
        return str(_at(self.context.document.value, loc))

    def formulas(self, loc: Loc) -> tuple[Formula, ...]:
        """Every expression of a rule or bound, in the order of the file."""
        return self._formulas[loc]

    @cached_property
    def _formulas(self) -> dict[Loc, tuple[Formula, ...]]:
        kinds = {rule.id: rule.item for rule in self.policy.rules}
        found: dict[Loc, tuple[Formula, ...]] = {}
        for loc, rule, _ in self.rules:
            found[loc] = tuple(self._inside(loc, RULE_PARTS, self.scope((rule.item,))))
        for at, bound in enumerate(self.policy.bounds):
            members = tuple(kinds.values()) if bound.rules == "all" else tuple(kinds[name] for name in bound.rules)
            found["bounds", at] = tuple(self._inside(("bounds", at), ("cap",), self.scope(members)))
        return found

    def _inside(self, loc: Loc, parts: tuple[str, ...], scope: Mapping[str, FactType]) -> Iterator[Formula]:
        node = _at(self.context.document.value, loc)
        for part in parts:
            for path, text in _leaves(node.get(part, {}), (part,)):
                words = tuple(step for step in path if isinstance(step, str))
                if not _is_word(words, text):
                    yield Formula((*loc, *path), words, parse(text, scope))


RULE_PARTS = ("when", "pays", "max", "minimum", "cap")
_WORDS = ("rule", "on", "per", "ration", "count")  # keys whose values are no expressions


def _at(node: Any, loc: Loc) -> Any:
    for step in loc:
        node = node[step]
    return node


def _leaves(node: object, path: Loc) -> Iterator[tuple[Loc, str]]:
    if isinstance(node, str):
        yield path, node
    elif isinstance(node, dict):
        for name, inner in node.items():
            yield from _leaves(inner, (*path, name))
    elif isinstance(node, list):
        for at, inner in enumerate(node):
            yield from _leaves(inner, (*path, at))


def _is_word(path: tuple[str, ...], text: str) -> bool:
    """Whether a value is one of the format's own words: `of: item` of a cap, `pays: every` of milestones, `unpublished`."""
    own = path[-1] in _WORDS or path[-2:] in (("cap", "of"), ("milestones", "pays"))
    return own or (path[-2:] == ("cap", "limit") and text == "unpublished")
