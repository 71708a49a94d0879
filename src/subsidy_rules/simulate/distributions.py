"""The file of a population against the vocabulary: names, kinds, weights, ends. All problems at once → `Plan`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from math import prod

from ..errors import echo, nearest
from ..expr import FactType
from ..loading.context import Context, Loc, shaped
from ..loading.link import parse_day
from ..reading import Document
from .entry import APPLIED, APPLIES, MOST_APPLICANTS, NUMBER, Entry, Ground
from .plan import Classing, Column, Draw, Plan, Things
from .shape import Class, Distribution, PopulationFile

MOST_COMBINATIONS = 10_000


@dataclass(frozen=True, slots=True)
class Scope:
    """What a population may state: the facts of one policy, or of several that it is used for."""

    applicant: Mapping[str, FactType]
    items: Mapping[str, Mapping[str, FactType]]


def planned(document: Document, scope: Scope) -> Plan:
    """Raises ProblemsError with everything that is wrong with the file."""
    context = Context(document)
    written = shaped(PopulationFile, context)
    context.stop()
    assert written is not None
    plan = _Checker(context, scope, written).plan()
    context.stop()
    return plan


class _Checker(Ground):
    def __init__(self, context: Context, scope: Scope, written: PopulationFile) -> None:
        super().__init__(context, written)
        self.scope = scope

    def plan(self) -> Plan:
        w = self.written
        self.classes = self._classes()
        if (w.basis == "calibrated") != bool(w.sources):
            self.add("SR962", ("basis",), found=w.basis)
        if int(w.size) not in range(1, MOST_APPLICANTS + 1):
            self.add("SR960", ("size",), found=w.size, expected=f"1 to {MOST_APPLICANTS} applicants")
        applicant = self._columns(w.applicant, self.scope.applicant, {}, ("applicant",))
        return Plan(
            id=w.id,
            title=w.title,
            invented=w.basis == "invented",
            sources=tuple(w.sources),
            seed=int(w.seed),
            size=int(w.size),
            year=int(w.year),
            day=self._day(w.day),
            history=w.history,
            classes=self.classes,
            applies=self._column(w.applies, APPLIES, {}, ("applies",)),
            applied_at=self._column(w.applied_at, APPLIED, {}, ("applied_at",)) if w.applied_at else None,
            applicant=applicant,
            items={kind: self._things(kind) for kind in sorted(w.items) if self._known(kind)},
        )

    def _day(self, text: str | None) -> date | None:
        try:
            return parse_day(text) if text is not None else None
        except ValueError as error:
            self.add("SR954", ("day",), found=echo(text), expected=str(error))
            return None

    # Classes

    def _classes(self) -> dict[str, Classing]:
        return {name: self._class(name, one) for name, one in sorted(self.written.classes.items())}

    def _class(self, name: str, one: Class) -> Classing:
        loc: Loc = ("classes", name)
        tables = one.given if one.by else {"": one.weights or {}}
        members = tuple(sorted({member for table in tables.values() for member in table}))
        if one.by:
            self._check_by(name, one, loc)
        rows = []
        for key, table in sorted(tables.items()):
            where = (*loc, "given", key) if one.by else (*loc, "weights")
            weights = dict(zip(table, self.weights(table, where), strict=True))
            rows.append(tuple(weights.get(member, 0) for member in members))
        return Classing(members, one.by or "", tuple(rows))

    def _check_by(self, name: str, one: Class, loc: Loc) -> None:
        """Weights for every member of a class that has weights of its own."""
        plain = [other for other, two in self.written.classes.items() if two.weights is not None]
        if one.by not in plain:
            near = nearest(one.by or "", plain)
            self.add(
                "SR955", (*loc, "by"), found=echo(one.by), expected="a class with weights of its own", nearest=near
            )
            return
        wanted = set(self.written.classes[one.by or ""].weights or {})
        for member in sorted(wanted - set(one.given)):
            self.add("SR955", (*loc, "given"), found="no weights", expected=f"weights for {member}")
        for member in sorted(set(one.given) - wanted):
            self.add("SR955", (*loc, "given", member), found=echo(member), nearest=nearest(member, wanted))

    # Facts

    def _known(self, kind: str) -> bool:
        if kind not in self.scope.items:
            self.add("SR951", ("items", kind), found=echo(kind), nearest=nearest(kind, self.scope.items))
        return kind in self.scope.items

    def _things(self, kind: str) -> Things:
        written, loc = self.written.items[kind], ("items", kind)
        number = self._column(written.number, NUMBER, {}, (*loc, "number"))
        return Things(
            number, self._columns(written.facts, self.scope.items[kind], self.scope.applicant, (*loc, "facts"))
        )

    def _columns(
        self,
        written: Mapping[str, Sequence[Distribution]],
        declared: Mapping[str, FactType],
        owners: Mapping[str, FactType],
        loc: Loc,
    ) -> dict[str, Column]:
        found = {}
        bases = {name: declared[name] for name in written if name in declared}
        bases |= {name: owners[name] for name in self.written.applicant if name in owners}
        for name in sorted(written):
            if name not in declared:
                self.add("SR951", (*loc, name), found=echo(name), nearest=nearest(name, declared))
            else:
                found[name] = self._column(written[name], declared[name], bases, (*loc, name))
        return found

    def _column(
        self, entries: Sequence[Distribution], fact: FactType, bases: Mapping[str, FactType], loc: Loc
    ) -> Column:
        draws: list[Draw] = []
        texts: list[str] = []
        for at, entry in enumerate(entries):
            where: Loc = (*loc, at) if len(entries) > 1 else loc
            made = Entry(self, entry, fact, where)
            texts += made.texts(len(texts))
            draws.append(made.draw(bases, len(texts)))
        self._check_cover(draws, loc)
        return Column(fact, tuple(draws), fact.options or tuple(texts))

    def _check_cover(self, draws: Sequence[Draw], loc: Loc) -> None:
        """Every combination of classes has its distribution, and every distribution a combination."""
        names = sorted({name for draw in draws for name, _ in draw.when})
        sizes = [range(len(self.classes[name].members)) for name in names]
        if prod(map(len, sizes)) > MOST_COMBINATIONS:
            self.add("SR960", loc, found="too many combinations of classes", expected=f"at most {MOST_COMBINATIONS}")
            return
        reached = set()
        for members in product(*sizes):
            place = dict(zip(names, members, strict=True))
            first = next(
                (at for at, draw in enumerate(draws) if all(place[n] in allowed for n, allowed in draw.when)), -1
            )
            reached.add(first)
            if first < 0:
                said = ", ".join(f"{name}: {self.classes[name].members[at]}" for name, at in place.items())
                self.add("SR956", loc, found=f"nothing for {said}")
                return
        for at in sorted(set(range(len(draws))) - reached):
            self.add("SR957", (*loc, at))
