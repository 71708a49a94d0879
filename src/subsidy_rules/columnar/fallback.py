"""The engine, applicant by applicant, for what a plan can't settle on columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..engine.allocate import Settlement
from ..engine.assess import settlement
from ..engine.claims import Pricer, Values
from ..expr import FactType
from ..model.case import Case, CaseItem
from ..model.program import Program
from .frame import Block, Frame
from .history import item_key
from .quantity import Array
from .tables import raw


@dataclass(slots=True)
class Single:
    """One applicant whom the engine settled. `rows`: each item's row in its table, by kind and id."""

    who: int
    one: Settlement
    rows: dict[tuple[str, str], int]


class Part:
    """Rules that share no bound with the rest, and can be settled by themselves. `kinds`: of their items."""

    def __init__(self, program: Program, rules: frozenset[int]) -> None:
        self.rules = tuple(program.rules[at] for at in sorted(rules))
        self.kinds = {rule.item for rule in self.rules}


def settle(
    program: Program,
    pricer: Pricer,
    parts: Sequence[Part],
    block: Block,
    applicants: Array,
    parameters: Mapping[str, int],
) -> Iterator[Single]:
    """Applicants of a block by their rows in it, each by his own rules; `rows` and `who` count in the population."""
    kinds = {kind for part in set(parts) for kind in part.kinds}
    values = _values(block.applicants, program.applicant_facts, applicants, block.texts.names)
    items = [_ItemsOf(program, block, kind, applicants) for kind in block.items if kind in kinds]
    for at, (row, part) in enumerate(zip(applicants.tolist(), parts, strict=True)):
        mine = [(item, place) for kind in items if kind.kind in part.kinds for item, place in kind.of(at)]
        who = row + block.start
        case = Case(
            applicant=block.applicants.ids[row].as_py(),
            values=values[at],
            items=tuple(item for item, _ in mine),
            year=block.year,
            date=block.day,
            complete=bool(block.history.complete[who]),
            grants=tuple(block.history.grants.get(who, ())),
            approved=block.history.approved.get(who, {}),
            published=block.published,
            parameters=dict(parameters),
            applied_at=block.times[row].as_py() if block.times is not None else None,
        )
        one = settlement(program, case, pricer, pools=False, failed=False, rules=part.rules)
        yield Single(who, one, {(item.kind, item.id): place for item, place in mine})


class _ItemsOf:
    """The items of one kind that some applicants have."""

    def __init__(self, program: Program, block: Block, kind: str, applicants: Array) -> None:
        frame = block.items[kind]
        assert frame.owner is not None
        self.kind, self.place = kind, block.firsts[kind]
        first, last = np.searchsorted(frame.owner, applicants), np.searchsorted(frame.owner, applicants + 1)
        spans = [np.arange(a, b) for a, b in zip(first, last, strict=True)]
        self.rows = np.concatenate([np.zeros(0, np.int64), *spans])
        self.starts = np.concatenate(([0], np.cumsum(last - first))).tolist()
        self.ids = frame.ids.take(self.rows).to_pylist()
        self.values = _values(frame, program.item_facts[kind], self.rows, block.texts.names)

    def of(self, at: int) -> Iterator[tuple[CaseItem, int]]:
        for i in range(self.starts[at], self.starts[at + 1]):
            name = item_key(self.kind, self.ids[i])
            assert name is not None
            yield CaseItem(name, self.kind, self.values[i], frozenset()), int(self.rows[i]) + self.place


def _values(frame: Frame, declared: Mapping[str, FactType], rows: Array, names: Sequence[str]) -> list[Values]:
    """The raw values of some rows, as an admitted application has them."""
    nothing = [None] * len(rows)
    columns = [
        raw(frame.column(name), fact.kind, names, rows) if name in frame.stated else nothing
        for name, fact in declared.items()
    ]
    return list(zip(*columns, strict=True)) if columns else [()] * len(rows)
