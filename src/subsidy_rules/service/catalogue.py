"""The policies that are loaded, as data for a face: what stands where, in words and as written, and the facts that
they ask for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from ..advice.questions import asking
from ..errors import Problem, ProblemsError, echo
from ..examples import load_examples, merged
from ..explain import Names
from ..lint import lint
from ..model.example import Example
from ..model.policy import Bound, Clause, Effective, Jurisdiction, Policy, Rule
from ..model.vocabulary import Fact, FactKind, Label
from ..reading.codes import CODES
from ..rules import Rules
from ..version import VERSION
from .evaluating import id_of

Part = Literal["rule", "bound", "clause"]


@dataclass(frozen=True, slots=True)
class PolicyEntry:
    """A policy in a list. `sha256`: of its file."""

    id: str
    title: Label
    document: str | None
    status: Literal["draft", "in_force", "repealed"]
    jurisdiction: Jurisdiction
    effective: Effective
    rules: int
    bounds: int
    clauses: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Policies:
    """`facts`: SHA-256 of the vocabulary; `engine`: the version of the library."""

    policies: tuple[PolicyEntry, ...]
    facts: str
    engine: str


@dataclass(frozen=True, slots=True)
class OtherReading:
    says: Label
    computable: bool


@dataclass(frozen=True, slots=True)
class Silence:
    """Where the text is silent: how it is read, why so, and what else it could mean. `computable`: the file says what
    it would change."""

    says: Label
    because: Label | None
    alternatives: tuple[OtherReading, ...]


@dataclass(frozen=True, slots=True)
class ProvisionEntry:
    """A rule, bound or clause. `when`: its conditions in words; `written`: all of it as it stands in the file."""

    part: Part
    id: str
    article: str
    title: Label
    says: Label | None
    department: tuple[str, ...]
    item: Label | None
    figures: tuple[str, ...]
    when: tuple[Label, ...]
    facts: tuple[str, ...]
    assumes: tuple[Silence, ...]
    written: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PolicyPage:
    """A policy as a whole. `lints`: what a drafter should look at again, as `subsidy-rules lint --format json` gives
    it; `findings`: what `verify` found, None where it was not asked about this very file."""

    entry: PolicyEntry
    assumes: tuple[Silence, ...]
    provisions: tuple[ProvisionEntry, ...]
    examples: tuple[Example, ...]
    lints: tuple[dict[str, Any], ...]
    findings: tuple[dict[str, Any], ...] | None


@dataclass(frozen=True, slots=True)
class FactEntry:
    """A fact to ask for. `item_kind` None: of the applicant. `rules`: who reads it, as `policy/rule`; none: nobody
    yet."""

    item_kind: str | None
    name: str
    kind: FactKind
    label: Label
    question: Label
    options: dict[str, Label]
    at_least: str | None
    at_most: str | None
    policies: tuple[str, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KindEntry:
    """A kind of item. `policies`: those with a rule for it."""

    name: str
    label: Label
    policies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VocabularyPage:
    kinds: tuple[KindEntry, ...]
    facts: tuple[FactEntry, ...]


def policies_of(rules: Rules) -> Policies:
    digests = dict(rules.program.digests)
    entries = tuple(_entry(policy, digests[policy.id]) for policy in rules.program.policies)
    return Policies(entries, digests["facts"], VERSION)


def _entry(policy: Policy, sha256: str) -> PolicyEntry:
    return PolicyEntry(
        id=policy.id,
        title=policy.title,
        document=policy.document,
        status=policy.status,
        jurisdiction=policy.jurisdiction,
        effective=policy.effective,
        rules=len(policy.rules),
        bounds=len(policy.bounds),
        clauses=len(policy.clauses),
        sha256=sha256,
    )


def pages(rules: Rules) -> dict[str, PolicyPage]:
    """By id. Raises ProblemsError where the worked cases or the findings beside a policy can't be read."""
    found = [replace(one, file=Path(one.file).name) for one in lint(rules.documents, rules.program)]
    program, digests = rules.program, dict(rules.program.digests)
    names = (Names(program, "zh"), Names(program, "en"))
    files = {id_of(document): document.file for document in rules.documents}
    read = _facts_by_rule(rules)
    return {
        policy.id: PolicyPage(
            entry=_entry(policy, digests[policy.id]),
            assumes=_silences(policy),
            provisions=tuple(_provisions(policy, names, read)),
            examples=_examples(Path(files[policy.id])),
            lints=tuple(one.as_dict() for one in found if one.policy == policy.id),
            findings=_findings(Path(files[policy.id]).with_name("findings.json"), policy.id, digests[policy.id]),
        )
        for policy in program.policies
    }


def _silences(of: Policy | Rule | Bound | Clause) -> tuple[Silence, ...]:
    return tuple(
        Silence(
            one.says, one.because, tuple(OtherReading(each.says, each.instead is not None) for each in one.alternatives)
        )
        for one in of.assumes
    )


def _provisions(
    policy: Policy, names: tuple[Names, Names], read: dict[str, tuple[str, ...]]
) -> Iterator[ProvisionEntry]:
    parts: tuple[tuple[Part, list[Any]], ...] = (
        ("rule", policy.rules),
        ("bound", policy.bounds),
        ("clause", policy.clauses),
    )
    for part, entries in parts:
        for one in entries:
            kind = getattr(one, "item", None) or ""
            yield ProvisionEntry(
                part=part,
                id=one.id,
                article=one.article,
                title=one.title,
                says=getattr(one, "says", None),
                department=tuple(getattr(one, "department", ())),
                item=_both(*(name.kinds().get(kind, kind) for name in names)) if kind else None,
                figures=tuple(one.figures),
                when=tuple(_both(*(name.condition(text, kind) for name in names)) for text in getattr(one, "when", ())),
                facts=read.get(f"{policy.id}/{one.id}", ()) if part == "rule" else (),
                assumes=_silences(one),
                written=one.model_dump(by_alias=True, exclude_defaults=True, mode="json"),
            )


def _both(zh: str, en: str) -> Label:
    return Label(zh=zh, en=en)


def _examples(policy: Path) -> tuple[Example, ...]:
    """The worked cases beside a policy, if there are any, each application with what all share."""
    path = policy.parent / "examples" / policy.name
    if not path.exists():
        return ()
    found, _ = load_examples(path)
    return tuple(case.model_copy(update={"application": merged(found.base, case.application)}) for case in found.cases)


def _findings(stored: Path, policy: str, sha256: str) -> tuple[dict[str, Any], ...] | None:
    """Verification takes minutes, so it is a file beside the policies, with the fingerprint of what it is about. None: there is
    no file, or it is not about this policy as it stands."""
    if not stored.exists():
        return None
    try:
        found = json.loads(stored.read_bytes()).get(policy)
        return tuple(found["findings"]) if found and found["sha256"] == sha256 else None
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        said = Problem(
            str(stored), 0, 0, "SR110", "", CODES["SR110"][1], echo(str(error)), "what docs/findings.py writes"
        )
        raise ProblemsError([said]) from None


def _facts_by_rule(rules: Rules) -> dict[str, tuple[str, ...]]:
    program = rules.program
    found = {}
    for rule, asked in zip(program.rules, program.asked, strict=True):
        names = {name for facts in asked.conditions for name in facts} | asked.day | asked.rest
        found[f"{program.policies[rule.policy].id}/{rule.id}"] = tuple(sorted(names))
    return found


def vocabulary_of(rules: Rules) -> VocabularyPage:
    """Every fact of the vocabulary and of the policies, in their order, with who reads it."""
    program = rules.program
    readers: dict[tuple[str, str], list[str]] = {}
    for rule, (path, facts) in zip(program.rules, _facts_by_rule(rules).items(), strict=True):
        for name in facts:
            own = rule.item if rule.item and name in program.item_facts[rule.item] else ""
            own = own if name not in program.applicant_facts else ""
            readers.setdefault((own, name), []).append(path)
    scopes: list[tuple[str, dict[str, Fact]]] = [("", program.vocabulary.applicant)]
    scopes += [("", policy.facts.applicant) for policy in program.policies]
    for kind, entry in program.vocabulary.items.items():
        scopes += [(kind, entry.facts)]
        scopes += [(kind, policy.facts.items.get(kind, {})) for policy in program.policies]
    entries = tuple(
        _fact(kind, name, fact, readers.get((kind, name), [])) for kind, scope in scopes for name, fact in scope.items()
    )
    return VocabularyPage(tuple(_kinds(rules)), entries)


def _fact(kind: str, name: str, fact: Fact, readers: list[str]) -> FactEntry:
    return FactEntry(
        item_kind=kind or None,
        name=name,
        kind=fact.kind,
        label=fact.label,
        question=fact.question or asking(fact.label, fact.kind),
        options=dict(fact.options),
        at_least=fact.at_least,
        at_most=fact.at_most,
        policies=tuple(dict.fromkeys(path.split("/")[0] for path in readers)),
        rules=tuple(readers),
    )


def _kinds(rules: Rules) -> Iterator[KindEntry]:
    program = rules.program
    for kind, entry in program.vocabulary.items.items():
        using = dict.fromkeys(program.policies[rule.policy].id for rule in program.rules if rule.item == kind)
        yield KindEntry(kind, entry.label, tuple(using))
