"""What one more thing of each kind could bring, nothing known about it: what a face asks for first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..engine.assess import totals
from ..model.assessment import Fen
from ..model.case import Case, CaseItem
from ..model.vocabulary import Label
from ..rules import Rules


@dataclass(frozen=True, slots=True)
class ItemWorth:
    """`ceiling`: by how much the ceiling of the applicant's cash over all chosen policies rises; None: without a limit."""

    kind: str
    label: Label
    ceiling: Fen | None


@dataclass(frozen=True, slots=True)
class Items:
    """The kinds that a rule of the chosen policies is for, in the order of the vocabulary."""

    items: tuple[ItemWorth, ...]

    @classmethod
    def of(cls, rules: Rules, case: Case) -> Items:
        return cls(tuple(_worth(rules, case)))


def _worth(rules: Rules, case: Case) -> Iterator[ItemWorth]:
    program, pricer = rules.program, rules.pricer
    used = {rule.item for rule in program.rules}
    name = _free(case)
    _, before, open_before = totals(program, case, pricer)
    for kind, entry in program.vocabulary.items.items():
        if kind in used:
            item = CaseItem(name, kind, (None,) * len(program.slots[kind]), frozenset())
            _, after, is_open = totals(program, replace(case, items=(*case.items, item)), pricer)
            yield ItemWorth(kind, entry.label, None if is_open and not open_before else after - before)


def _free(case: Case) -> str:
    """An id that no item has."""
    taken, name = {item.id for item in case.items}, "one-more"
    while name in taken:
        name += "-"
    return name
