"""A population as tables, whoever made it, and who of it applies; a synthetic one is drawn here from its plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..errors import Problem, ProblemsError
from ..expr import FactType
from ..model.program import Program
from ..model.vocabulary import Label
from .codes import CODES
from .plan import CERTAIN, Column, Plan
from .sampling import Array, classes, column, stream

MOST_ROWS = 20_000_000
EPOCH = date(1970, 1, 1).toordinal()
DAY = 86_400  # seconds
UNITS = {"money": "分", "rate": "1", "number": ""}
PLACES = {"rate": 6, "number": 6}


@dataclass(frozen=True)
class Population:
    """`items`: by kind, `owners` their applicants' rows. `chance` to apply, and `urge`, in millionths: who applies is of less
    urge than chance. `cut`: draws that were set to an end, by column. `drawn`: whether another seed gives another one."""

    title: Label
    applicants: pa.Table
    items: dict[str, pa.Table]
    owners: dict[str, Array]
    chance: Array
    urge: Array
    year: int
    day: date | None
    history: str
    basis: str  # invented, calibrated or file
    sources: tuple[str, ...] = ()
    seed: int = 0
    cut: Mapping[str, int] = field(default_factory=dict)
    grants: pa.Table | None = None  # earlier ones, of a file

    @property
    def size(self) -> int:
        return int(self.applicants.num_rows)

    @property
    def drawn(self) -> bool:
        return self.basis != "file"

    def applying(self, take_up: int = CERTAIN) -> Population:
        """Those who apply, with their items; `take_up`: in millionths of the declared chance."""
        chance = np.minimum(self.chance * take_up // CERTAIN, CERTAIN)
        keep = self.urge < chance
        places = np.cumsum(keep) - 1
        items, owners = {}, {}
        for kind, table in self.items.items():
            mine = keep[self.owners[kind]]
            items[kind] = table.filter(pa.array(mine))
            owners[kind] = places[self.owners[kind][mine]]
        all_ = np.full(int(keep.sum()), CERTAIN, dtype=np.int64)
        kept = self.applicants.filter(pa.array(keep))
        grants = _of(self.grants, kept["id"])
        found = replace(self, applicants=kept, items=items, owners=owners, grants=grants)
        return replace(found, chance=all_, urge=self.urge[keep])

    def known_to(self, program: Program) -> Population:
        """Without columns and kinds that a program does not have."""
        items = {
            kind: _only(table, program.item_facts[kind], {"id", "applicant"})
            for kind, table in self.items.items()
            if kind in program.item_facts
        }
        applicants = _only(self.applicants, program.applicant_facts, {"id", "applied_at", self.history})
        return replace(self, applicants=applicants, items=items, owners={kind: self.owners[kind] for kind in items})


def _of(table: pa.Table | None, ids: pa.ChunkedArray) -> pa.Table | None:
    """The rows of some applicants."""
    return table if table is None else table.filter(pc.is_in(table["applicant"], value_set=ids.combine_chunks()))


def _only(table: pa.Table, declared: Mapping[str, FactType], special: set[str]) -> pa.Table:
    return table.select([name for name in table.column_names if name in declared or name in special])


def synthetic(plan: Plan, seed: int | None = None) -> Population:
    """The population of a seed, by default of the plan's own: the same seed, the same bytes. Raises ProblemsError where it
    becomes too large."""
    return _Synthesis(plan, plan.seed if seed is None else seed).population()


class _Synthesis:
    def __init__(self, plan: Plan, seed: int) -> None:
        self.plan, self.seed, self.rows = plan, seed, plan.size
        self.classes = classes(plan.classes, seed, plan.size)
        self.raw: dict[str, Array] = {}  # amounts of the applicants
        self.cut: dict[str, int] = {}

    def population(self) -> Population:
        plan = self.plan
        ids = pa.array([f"a{at:07d}" for at in range(1, self.rows + 1)], pa.string())
        columns = {"id": ids, **self._columns("applicant", plan.applicant, self.classes, self.rows, {}, self.raw)}
        fields = {"id": pa.field("id", pa.string())} | {
            name: _field(name, one.fact) for name, one in plan.applicant.items()
        }
        if plan.applied_at:
            columns["applied_at"] = self._hours(plan.applied_at)
            fields["applied_at"] = pa.field("applied_at", pa.string())
        things = {kind: self._things(kind, ids) for kind in plan.items}
        chances = tuple(
            replace(draw, way="constant") for draw in plan.applies.draws
        )  # the chance itself, in millionths
        applies, _, _ = self._values("applies", replace(plan.applies, draws=chances), self.classes, self.rows, {})
        return Population(
            title=plan.title,
            applicants=pa.table(list(columns.values()), schema=pa.schema(list(fields.values()))),
            items={kind: table for kind, (table, _) in things.items()},
            owners={kind: owner for kind, (_, owner) in things.items()},
            chance=applies,
            urge=stream(self.seed, "urge").integers(0, CERTAIN, self.rows),
            year=plan.year,
            day=plan.day,
            history=plan.history,
            basis="invented" if plan.invented else "calibrated",
            sources=plan.sources,
            seed=self.seed,
            cut=self.cut,
        )

    def _values(
        self, name: str, one: Column, of: Mapping[str, Array], rows: int, bases: Mapping[str, Array]
    ) -> tuple[Array, Array, int]:
        values, unknown, cut = column(one, self.seed, name, of, rows, bases)
        if cut:
            self.cut[name] = cut
        return values, unknown, cut

    def _columns(
        self,
        scope: str,
        columns: Mapping[str, Column],
        of: Mapping[str, Array],
        rows: int,
        owned: Mapping[str, Array],
        keep: dict[str, Array],
    ) -> dict[str, pa.Array]:
        """Amounts that shares are of come first. `owned`: amounts of the applicants, for each row."""
        found: dict[str, pa.Array] = {}
        for shares in (False, True):
            for name, one in columns.items():
                if any(draw.base for draw in one.draws) == shares:
                    values, unknown, _ = self._values(f"{scope}/{name}", one, of, rows, {**owned, **keep})
                    found[name] = arrow(values, unknown, one.fact, one.texts)
                    if one.fact.kind == "money":
                        keep[name] = values
        return {name: found[name] for name in columns}

    def _things(self, kind: str, ids: pa.Array) -> tuple[pa.Table, Array]:
        things = self.plan.items[kind]
        counts, _, _ = self._values(f"{kind}/number", things.number, self.classes, self.rows, {})
        rows = int(counts.sum())
        if rows > MOST_ROWS:
            text = f"{rows} items of kind {kind}"
            raise ProblemsError([Problem("", 0, 0, "SR960", kind, CODES["SR960"].en, text, f"at most {MOST_ROWS}")])
        owner = np.repeat(np.arange(self.rows), counts)
        of = {name: members[owner] for name, members in self.classes.items()}
        owned = {name: values[owner] for name, values in self.raw.items()}
        columns = self._columns(kind, things.columns, of, rows, owned, {})
        names = pa.array([f"{kind}-{at:07d}" for at in range(1, rows + 1)], pa.string())
        schema = [pa.field("applicant", pa.string()), pa.field("id", pa.string())]
        schema += [_field(name, things.columns[name].fact) for name in columns]
        return pa.table([ids.take(pa.array(owner)), names, *columns.values()], schema=pa.schema(schema)), owner

    def _hours(self, one: Column) -> pa.Array:
        """A day of the distribution, and any second of it."""
        days, unknown, _ = self._values("applied_at", one, self.classes, self.rows, {})
        seconds = (days - EPOCH) * DAY + stream(self.seed, "applied_at/hour").integers(0, DAY, self.rows)
        return pa.array(seconds.astype("datetime64[s]").astype(str), pa.string(), mask=unknown)


def arrow(values: Array, unknown: Array, fact: FactType, texts: tuple[str, ...]) -> pa.Array:
    """Raw values as a column that `assess_table` takes; null: unknown."""
    if fact.kind in ("bool", "judgement"):
        return pa.array(values.astype(bool), mask=unknown)
    if fact.kind == "date":
        return pa.array((values - EPOCH).astype(np.int32), mask=unknown).cast(pa.date32())
    if fact.kind in ("choice", "text"):
        codes = pa.array(values.astype(np.int32), mask=unknown)
        return pa.DictionaryArray.from_arrays(codes, pa.array(texts or ("-",), pa.string())).cast(pa.string())
    if fact.kind in PLACES:
        return _decimals(values, unknown, PLACES[fact.kind])
    return pa.array(values, mask=unknown)


def _decimals(values: Array, unknown: Array, places: int) -> pa.Array:
    """Whole numbers read as decimals with so many places."""
    words = np.empty((len(values), 2), dtype=np.int64)
    words[:, 0], words[:, 1] = values, values >> 63
    known = pa.py_buffer(np.packbits(~unknown, bitorder="little"))
    return pa.Array.from_buffers(pa.decimal128(20, places), len(values), [known, pa.py_buffer(words)])


def _field(name: str, fact: FactType) -> pa.Field:
    kinds: dict[str, Any] = {
        "bool": pa.bool_(), "judgement": pa.bool_(), "date": pa.date32(), "choice": pa.string(), "text": pa.string(),
        "rate": pa.decimal128(20, 6), "number": pa.decimal128(20, 6),
    }  # fmt: skip
    unit = UNITS.get(fact.kind)
    metadata = {"unit": unit} if unit is not None else None
    return pa.field(name, kinds.get(fact.kind, pa.int64()), metadata=metadata)
