"""Where fuzzing starts: the policies cut into small ones, the worked cases, the table of the expression language."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from subsidy_rules.examples import load_examples, merged
from subsidy_rules.model.canonical import canonical
from subsidy_rules.reading import Document, read, read_yaml
from subsidy_rules.rules import Rules, folder, policies

ROOT = Path(__file__).resolve().parent.parent
Dict = dict[str, Any]
WANTS = (None, "bool", "judgement", "money", "rate", "count", "months", "number", "date", "choice", "text")


@cache
def FICTITIOUS() -> tuple[Document, Document]:
    """A small policy that uses everything, and its vocabulary."""
    home = folder() / "examples" / "fictitious"
    return read(home / "policy.yaml"), read(home / "facts.yaml")


@cache
def KINDS() -> Document:
    """All item kinds, without facts: quick to link."""
    label = {"zh": "甲", "en": "A"}
    found = {kind for facts in _vocabularies() for kind in facts["items"]}
    return Document(
        {"applicant": {}, "items": {k: {"label": label, "facts": {}} for k in sorted(found)}}, {}, "facts", ""
    )


@cache
def _vocabularies() -> tuple[Dict, ...]:
    return read(folder() / "facts.yaml").value, FICTITIOUS()[1].value  # type: ignore[return-value]


def seeds(target: str) -> list[bytes]:
    return sorted({text.encode() for text in _SEEDS[target]()})


def _expressions() -> Iterator[str]:
    """The first character says which kind is wanted: none, or a condition."""
    with (ROOT / "tests" / "expr.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            text = re.sub(r"⟦(.*?)×(\d+)⟧", lambda m: m[1] * int(m[2]), row["expression"])
            yield chr(WANTS.index(row["want"] or None)) + text


def _policies() -> Iterator[tuple[Dict, Dict]]:
    """Each policy with its vocabulary."""
    own, made_up = _vocabularies()
    for name in policies():
        yield read(folder() / f"{name}.yaml").value, own  # type: ignore[misc]
    yield FICTITIOUS()[0].value, made_up  # type: ignore[misc]


def _slices() -> Iterator[str]:
    """Policies of one rule, and of one bound with up to three of its rules; each declares the facts that it reads."""
    for policy, vocabulary in _policies():
        by_id = {rule["id"]: rule for rule in policy["rules"]}
        head = {key: policy[key] for key in ("id", "title", "status", "jurisdiction", "effective")}
        groups = [([rule], []) for rule in policy["rules"]]
        for bound in policy.get("bounds", ()):
            ids = [*by_id][:3] if bound["rules"] == "all" else bound["rules"][:3]
            rules = [by_id[one] for one in ids]
            groups.append((rules, [{**bound, "rules": ids}]))
        for rules, bounds in groups:
            part = {"rules": rules, "bounds": bounds} if bounds else {"rules": rules}
            words = set(re.findall(r"\w+", json.dumps(part, ensure_ascii=False)))
            declared = {**vocabulary["applicant"], **policy.get("facts", {}).get("applicant", {})}
            applicant = {name: _plain(fact) for name, fact in declared.items() if name in words}
            items: Dict = {}
            for kind in {rule["item"] for rule in rules if "item" in rule}:
                more = policy.get("facts", {}).get("items", {}).get(kind, {})
                declared = {**vocabulary["items"][kind]["facts"], **more}
                items[kind] = {name: _plain(fact) for name, fact in declared.items() if name in words}
            yield yaml_text({**head, "facts": {"applicant": applicant, "items": items}, **part})


def _plain(fact: Dict) -> Dict:
    return {key: value for key, value in fact.items() if key != "question"}


def _vocabulary_parts() -> Iterator[str]:
    for vocabulary in _vocabularies():
        applicant = list(vocabulary["applicant"].items())
        for kind, declared in vocabulary["items"].items():
            few = dict(list(declared["facts"].items())[:6])
            yield yaml_text({"applicant": dict(applicant[:3]), "items": {kind: {**declared, "facts": few}}})
            applicant = applicant[3:]


@cache
def _made_up_cases() -> tuple[Dict, ...]:
    examples, _ = load_examples(folder() / "examples" / "fictitious" / "cases.yaml")
    return tuple(merged(examples.base, example.application) for example in examples.cases)


def _applications() -> Iterator[str]:
    for at, case in enumerate(_made_up_cases()):
        yield canonical(case).decode() if at % 4 == 0 else yaml_text(case)


def _json_files() -> Iterator[str]:
    yield from (canonical(case).decode() for case in _made_up_cases()[:20])
    yield from ("[1, -0.50, true, null]", '{"a": {"a": [1e3, NaN]}, "a": "\\u202e\\ud800"}', "\ufeff{}", "[" * 30)


def _receipts() -> Iterator[str]:
    rules = Rules.of([FICTITIOUS()[0]], FICTITIOUS()[1])
    yield from (rules.receipt(case).decode() for case in _made_up_cases()[:12])


_SEEDS = {
    "expression": _expressions,
    "json": _json_files,
    "policy": _slices,
    "facts": _vocabulary_parts,
    "application": _applications,
    "receipt": _receipts,
}


def yaml_text(value: Any) -> str:
    """A tree of text as block YAML, every scalar as it would be written by hand."""
    text = "\n".join(_lines(value)) + "\n"
    assert read_yaml(text.encode(), "seed").value == value
    return text


def _lines(value: Any) -> Iterator[str]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            below = list(_lines(inner))
            if isinstance(inner, (dict, list)) and inner:
                yield f"{key}:"
                yield from (f"  {line}" for line in below)
            else:
                yield f"{key}: {below[0]}"
    elif isinstance(value, list) and value:
        for inner in value:
            first, *rest = _lines(inner)
            yield f"- {first}"
            yield from (f"  {line}" for line in rest)
    else:
        yield _scalar(value)


def _scalar(value: Any) -> str:
    if isinstance(value, (dict, list)):
        return "{}" if isinstance(value, dict) else "[]"
    if re.fullmatch(r"[\w\u4e00-\u9fff][\w\u4e00-\u9fff.%+/（） -]*[\w%）]|\w", value) and ": " not in value:
        return str(value)
    return json.dumps(value, ensure_ascii=False)
