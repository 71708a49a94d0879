"""Other readings of a text: the same files with the fields of one alternative in place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..model.policy import Assumption
from ..model.vocabulary import Label
from ..reading import Document
from ..reading.text import Tree


@dataclass(frozen=True)
class Variant:
    """The files of a program under one alternative reading of one entry."""

    policy: str
    entry: str  # id of the rule, bound or clause; empty: the policy itself
    says: Label
    documents: tuple[Document, ...]


def variants(documents: Sequence[Document]) -> Iterator[Variant]:
    """One variant for every alternative that says what it would change (`instead`)."""
    for at, document in enumerate(documents):
        for section, position, entry in _entries(document.value):
            for assumption in _listed(entry.get("assumes")):
                for alternative in Assumption.model_validate(assumption).alternatives:
                    if alternative.instead:
                        changed = _with(document.value, section, position, alternative.instead)
                        files = (*documents[:at], replace(document, value=changed), *documents[at + 1 :])
                        name = "" if section is None else str(entry["id"])
                        yield Variant(str(_mapping(document.value)["id"]), name, alternative.says, files)


def _mapping(value: Any) -> dict[str, Any]:
    assert isinstance(value, dict)
    return value


def _listed(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _entries(value: Tree) -> Iterator[tuple[str | None, int, dict[str, Any]]]:
    policy = _mapping(value)
    yield None, 0, policy
    for section in ("rules", "bounds"):
        for position, entry in enumerate(_listed(policy.get(section))):
            yield section, position, entry


def _with(value: Tree, section: str | None, position: int, instead: dict[str, Any]) -> Tree:
    policy = dict(_mapping(value))
    if section is None:
        return policy | instead
    entries: list[Tree] = list(_listed(policy[section]))
    entries[position] = _mapping(entries[position]) | instead
    policy[section] = entries
    return policy
