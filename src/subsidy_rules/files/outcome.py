"""A batch computed: the answers of those whose rows are sound, and the account of all rows that were read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from ..errors import Problem, ProblemsError
from ..rules import Rules
from ..version import VERSION
from .codes import CODES
from .given import Tables
from .layout import APPLICANTS, APPROVED, GRANTS
from .screen import Screened, screen

if TYPE_CHECKING:
    from ..columnar.assess import Tables as Answers


@dataclass(frozen=True, slots=True)
class Count:
    """Rows of a table: `read` = `computed` + `wrong`, always."""

    read: int
    computed: int
    wrong: int


@dataclass(frozen=True)
class Outcome:
    """`answers`: of the applicants that were computed, and of no others."""

    rules: Rules
    screened: Screened
    answers: Answers
    year: int
    day: date | None
    parameters: Mapping[str, str]
    engine: str = VERSION

    @property
    def counts(self) -> dict[str, Count]:
        found = {}
        for name, table in self.screened.tables.tables.items():
            good = int(self.screened.good[name].sum())
            found[name] = Count(len(table), good, len(table.problems))
        return found


def assess(
    rules: Rules,
    tables: Tables,
    *,
    year: int,
    history: str | None = None,
    day: date | None = None,
    published: Mapping[str, date] | None = None,
    parameters: Mapping[str, str] = MappingProxyType({}),
    strict: bool = False,
) -> Outcome:
    """See `Rules.assess_table`; `history` may stand in the table of applicants instead. `strict`: nothing is computed while a row
    is wrong. Raises ProblemsError."""
    screened = screen(tables, history)
    if strict and screened.problems:
        raise ProblemsError([*screened.problems, Problem("", 0, 0, "SR943", "", CODES["SR943"].en)])
    given = screened.given
    answers = rules.assess_table(
        given[APPLICANTS],
        {name: given[name] for name in tables.items},
        year=year,
        history="history",
        grants=given.get(GRANTS),
        approved=given.get(APPROVED),
        day=day,
        published=published,
        parameters=parameters,
    )
    return Outcome(rules, screened, _without(answers, screened.held), year, day, dict(parameters))


def _without(answers: Answers, held: pa.Array) -> Answers:
    """The answers but for those who are held back; the pools are as they were shared with them."""

    def rest(table: pa.Table) -> pa.Table:
        for name in ("applicant", "item"):
            if name in table.column_names and pa.types.is_dictionary(table.schema.field(name).type):
                table = table.set_column(table.column_names.index(name), name, table.column(name).cast(pa.string()))
        return table.filter(pc.invert(pc.is_in(table.column("applicant"), value_set=held))) if len(held) else table

    pools = answers.pools
    if len(held):
        at, paid = pools.column_names.index("paid_ceiling"), pc.min_element_wise(pools["paid_ceiling"], pools["left"])
        pools = pools.set_column(
            at, "paid_ceiling", paid
        )  # each ceiling alone is right, their sum is not: the pool ends it
        at = pools.column_names.index("marginal")
        marginal = pools.column("marginal")
        nobody = pa.scalar(None, marginal.type)
        pools = pools.set_column(at, "marginal", pc.if_else(pc.is_in(marginal, value_set=held), nobody, marginal))
    return replace(answers, awards=rest(answers.awards), totals=rest(answers.totals), pools=pools)
