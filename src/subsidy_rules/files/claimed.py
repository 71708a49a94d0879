"""What was claimed beside what is computed, policy by policy: no sum goes over two policies."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..columnar.output import yuan
from ..model.program import CASH
from .layout import APPLICANTS
from .outcome import Outcome

YUAN = pa.decimal128(20, 2)
SCHEMA = pa.schema(
    [("applicant", pa.string()), ("kind", pa.string()), ("item", pa.string()), ("policy", pa.string())]
    + [(name, YUAN) for name in ("claimed", "assured", "ceiling")]
    + [("open", pa.bool_()), ("difference", YUAN)]
)
PLACE = ["applicant", "kind", "item"]


def claimed(outcome: Outcome) -> pa.Table:
    """One row for each amount that was claimed and each policy that may pay for it. `difference`: claimed less ceiling; null
    where that is open. Computed is the applicant's cash; beside an applicant's own amount stands his total."""
    claims = [part for name in outcome.screened.tables.tables if (part := _claims(outcome, name)) is not None]
    if not claims:
        return SCHEMA.empty_table()
    computed = pa.concat_tables([_of_items(outcome), _of_applicants(outcome)])
    found = pa.concat_tables(claims).join(computed, PLACE, join_type="left outer")
    nothing = pa.scalar(0, YUAN)
    low, high = (pc.fill_null(found[name].cast(YUAN), nothing) for name in ("assured", "ceiling"))
    open_ = pc.fill_null(found["open"], False)
    over = pc.subtract(found["claimed"], high).cast(YUAN)
    columns = {**{name: found[name] for name in (*PLACE, "policy", "claimed")}, "assured": low}
    columns["ceiling"] = pc.if_else(open_, pa.scalar(None, YUAN), high)
    columns |= {"open": open_, "difference": pc.if_else(open_, pa.scalar(None, YUAN), over)}
    made = pa.table([_text(columns[f.name]) if pa.types.is_string(f.type) else columns[f.name] for f in SCHEMA], SCHEMA)
    return made.sort_by([(name, "ascending") for name in (*PLACE, "policy")])


def _text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The place of an applicant's own amount has no item."""
    return pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column)


def _claims(outcome: Outcome, name: str) -> pa.Table | None:
    table = outcome.screened.tables.tables[name]
    column = table.column("claimed")
    if column is None:
        return None
    of_item = table.layout.kind is not None
    ids = table.data.column("id")
    missing = np.asarray(pc.is_null(column))
    found = pa.table(
        {
            "applicant": table.data.column("applicant") if of_item else ids,
            "kind": pa.repeat(name, len(table)),
            "item": ids if of_item else pa.repeat("", len(table)),
            "claimed": yuan(np.asarray(column.fill_null(0)).astype(np.int64), missing),
        }
    )
    return found.filter(pa.array(outcome.screened.good[name] & ~missing))


def _of_items(outcome: Outcome) -> pa.Table:
    program, awards = outcome.rules.program, outcome.answers.awards
    words = {name: awards[name].cast(pa.string()) for name in ("policy", "rule", "payee", "form")}
    own = pc.and_(pc.equal(words["payee"], "applicant"), pc.is_in(words["form"], value_set=pa.array(sorted(CASH))))
    places = pa.array([f"{program.policies[rule.policy].id}/{rule.id}" for rule in program.rules])
    kinds = pa.array([rule.item or APPLICANTS for rule in program.rules])
    at = pc.index_in(pc.binary_join_element_wise(words["policy"], words["rule"], "/"), value_set=places)
    rows = pa.table({**{name: awards[name] for name in ("applicant", "item", "assured", "ceiling", "open")},
                     "kind": kinds.take(at.combine_chunks()), "policy": words["policy"]})  # fmt: skip
    return _summed(rows.filter(pc.and_(own, pc.is_valid(rows["item"]))))


def _of_applicants(outcome: Outcome) -> pa.Table:
    totals = outcome.answers.totals
    words = {name: totals[name].cast(pa.string()) for name in ("policy", "payee", "kind")}
    own = pc.and_(pc.equal(words["payee"], "applicant"), pc.equal(words["kind"], "cash"))
    rows = totals.select(["applicant", "assured", "ceiling"])
    rows = rows.append_column("open", pc.greater(totals["open"], 0)).append_column("policy", words["policy"])
    rows = rows.append_column("kind", pa.repeat(APPLICANTS, rows.num_rows)).append_column(
        "item", pa.repeat("", rows.num_rows)
    )
    return _summed(rows.filter(own))


def _summed(rows: pa.Table) -> pa.Table:
    sums = rows.group_by([*PLACE, "policy"]).aggregate([("assured", "sum"), ("ceiling", "sum"), ("open", "any")])
    return sums.rename_columns([*PLACE, "policy", "assured", "ceiling", "open"])
