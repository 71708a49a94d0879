"""Policy documents as trees of text: walking them, and copies with one thing changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Path = tuple[str | int, ...]
Node = Mapping[str, Any]


class _Drop:
    """Stands for a thing that is taken out."""


DROP = _Drop()


@dataclass(frozen=True, slots=True)
class Edit:
    """One fault: its kind, the entry (id of a rule or bound, empty for the policy itself), what stood there and what stands
    there now, and the changes by path."""

    kind: str
    entry: str
    place: Path
    before: str
    after: str
    changes: Mapping[Path, Any]


def changed(tree: Any, changes: Mapping[Path, Any]) -> Any:
    """A copy with other values at some paths (`DROP`: without them); what did not change is shared."""
    for path in sorted(changes, reverse=True):  # the last entry of a list first, so that places stay what they were
        tree = _replaced(tree, path, changes[path])
    return tree


def _replaced(tree: Any, path: Path, value: Any) -> Any:
    key, *rest = path
    copy: Any = dict(tree) if isinstance(tree, Mapping) else list(tree)
    if rest:
        copy[key] = _replaced(copy[key], tuple(rest), value)
    elif value is DROP:
        del copy[key]
    else:
        copy[key] = value
    return copy


def listed(node: Node, key: str) -> Iterator[tuple[Path, Any]]:
    """The entries of a field that may be one thing or a list of them, each with its path from the node."""
    value = node.get(key)
    if isinstance(value, list):
        yield from (((key, at), entry) for at, entry in enumerate(value))
    elif value is not None:
        yield (key,), value


def entries(policy: Node) -> Iterator[tuple[Path, Node]]:
    """Rules, then bounds."""
    for section in ("rules", "bounds"):
        yield from listed(policy, section)


def shown(value: Any) -> str:
    """A part of a document in one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {shown(one)}" for key, one in value.items()) + "}"
    return "[" + ", ".join(map(shown, value)) + "]" if isinstance(value, list) else str(value)
