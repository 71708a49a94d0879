"""A policy over those who apply: every award in whole fen, as arrays. All counting starts from here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..columnar.output import class_of
from ..columnar.quantity import OPEN
from ..model.program import Kind
from ..money import MAX_FEN
from ..rules import Rules
from .population import Population
from .sampling import Array

LIFTED = "100000亿元"  # the largest amount there is; what stands for a limit that shall not bind
ENDLESS = MAX_FEN // 1000  # a claim of this much has no figure any more but that limit
MANY = "999999"


@dataclass(frozen=True)
class Outcome:
    """Awards by applicant, rule and item. `who`: the applicant's row, `rule`: index in the program, `item`: its id or "".
    Amounts in fen; `open`: money without a figure. `status`, `bound` and `why` as `assess_table` has them."""

    rules: Rules
    population: Population
    who: Array
    rule: Array
    item: pa.Array
    low: Array
    high: Array
    open: Array
    status: pa.Array
    bound: pa.Array
    why: pa.Array
    totals: pa.Table
    pools: pa.Table
    by_engine: int

    @property
    def size(self) -> int:
        return self.population.size

    @cached_property
    def kinds(self) -> tuple[Kind, ...]:
        """By rule: cash, financing or other."""
        return tuple(class_of(rule) for rule in self.rules.program.rules)  # type: ignore[misc]

    def of_kind(self, kind: str) -> Array:
        """A mask of the awards."""
        return np.array([one == kind for one in self.kinds], dtype=bool)[self.rule]

    @cached_property
    def own(self) -> tuple[Array, Array]:
        """What each applicant gets in cash, assured and at most."""
        return self._cash("assured"), self._cash("ceiling")

    def _cash(self, name: str) -> Array:
        """One end of the applicants' own totals in cash."""
        payee, kind = (self.totals[column].cast(pa.string()) for column in ("payee", "kind"))
        mine = self.totals.filter(pc.and_(pc.equal(payee, "applicant"), pc.equal(kind, "cash")))
        found = np.zeros(self.size, dtype=np.int64)
        found[_rows(mine["applicant"], self.population)] = fen(mine[name])
        return found


def assess(rules: Rules, population: Population, lifted: frozenset[str] = frozenset()) -> Outcome:
    """What `assess_table` says of all who are in the tables. `lifted`: pools and quotas, by path, that shall not bind. Raises
    ProblemsError."""
    known = population.known_to(rules.program)
    given = {cap.path: LIFTED if cap.kind == "limit" else MANY for cap in rules.program.caps if cap.path in lifted}
    found = rules.assess_table(
        known.applicants,
        known.items,
        year=known.year,
        history=known.history,
        day=known.day,
        grants=known.grants,
        parameters=given,
    )
    awards, index = found.awards, {rule.id: rule.index for rule in rules.program.rules}
    names = awards["rule"].combine_chunks()
    numbers = np.array([index[name] for name in names.dictionary.to_pylist()] or [0], dtype=np.int64)
    return Outcome(
        rules=rules,
        population=population,
        who=_rows(awards["applicant"], population),
        rule=numbers[np.asarray(names.indices)] if len(names) else np.zeros(0, dtype=np.int64),
        item=awards["item"].combine_chunks().fill_null(""),
        low=fen(awards["assured"]),
        high=fen(awards["ceiling"]),
        open=np.asarray(awards["open"]),
        status=awards["status"].cast(pa.string()).combine_chunks(),
        bound=awards["bound"].cast(pa.string()).combine_chunks(),
        why=awards["why"].cast(pa.string()).combine_chunks(),
        totals=found.totals,
        pools=found.pools,
        by_engine=found.by_engine,
    )


def pools(rules: Rules) -> frozenset[str]:
    """The pools and quotas that have a figure."""
    return frozenset(cap.path for cap in rules.program.caps if cap.pool and not cap.unpublished)


def fen(column: Any) -> Array:
    """Decimals of yuan as whole fen; nothing where there is no figure."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    words = np.frombuffer(array.fill_null(0).buffers()[1], dtype="<i8").reshape(-1, 2)
    return np.ascontiguousarray(words[array.offset : array.offset + len(array), 0]) if len(array) else _nothing()


def _nothing() -> Array:
    return np.zeros(0, dtype=np.int64)


def _rows(applicants: Any, population: Population) -> Array:
    ids = population.applicants["id"].combine_chunks()
    found = pc.index_in(applicants.cast(pa.string()), value_set=ids.cast(pa.string()))
    return np.asarray(found).astype(np.int64)


def summed(keys: Array, amounts: Array, count: int) -> list[int]:
    """Sums by key, 0 … count − 1, exactly."""
    most = int(np.abs(amounts).max(initial=0)) * max(1, len(amounts))
    found = np.zeros(count, dtype=np.int64 if most < OPEN else object)
    np.add.at(found, keys, amounts.astype(found.dtype))
    return [int(one) for one in found]


def total(amounts: Array) -> int:
    """One exact sum."""
    return summed(np.zeros(len(amounts), dtype=np.int64), amounts, 1)[0]
