"""Answers as Arrow tables: amounts as decimals in yuan, names as dictionaries."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from ..model.program import CASH, Program, ProgramRule
from .gathered import NOTHING, UNPRICED
from .population import Population
from .prices import TooLarge
from .quantity import OPEN, Array, summable
from .status import STATUSES
from .whole import PoolRow, marginal

YUAN = pa.decimal128(20, 2)


def yuan(fen: Array, nothing: Array | None = None) -> pa.Array:
    """Integers of fen as decimals of yuan, exactly; null where `nothing`."""
    words = np.empty((len(fen), 2), dtype=np.int64)
    words[:, 0], words[:, 1] = fen, fen >> 63
    known = None if nothing is None or not nothing.any() else pa.py_buffer(np.packbits(~nothing, bitorder="little"))
    return pa.Array.from_buffers(YUAN, len(fen), [known, pa.py_buffer(words)])


def _named(numbers: Array, names: Sequence[str | None]) -> pa.Array:
    """Numbers as dictionary-encoded text; −1 is null."""
    indices = pa.array(numbers.astype(np.int32), mask=numbers < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(names, pa.string()))


def _of_rule(program: Program, rule: Array, name: Any) -> pa.Array:
    """Something that every award of a rule has."""
    words = [name(one) for one in program.rules]
    known = list(dict.fromkeys(words))
    numbers = np.array([known.index(word) for word in words], dtype=np.int32)
    return _named(numbers[rule], known)


def awards_table(
    program: Program, population: Population, awards: dict[str, Array], bounds: dict[tuple[str, str], int]
) -> pa.Table:
    """One row an award that may be due. Amounts in yuan, null where there is no figure; `ceiling` null: open."""
    rule, blank, open_ = awards["rule"], awards["due_low"] == UNPRICED, awards["open"]
    step = np.where(awards["high_step"] == NOTHING, awards["low_step"], awards["high_step"])
    return pa.table(
        {
            "applicant": population.applicants.ids.take(pa.array(awards["who"])),
            "policy": _of_rule(program, rule, lambda r: program.policies[r.policy].id),
            "rule": _of_rule(program, rule, lambda r: r.id),
            "item": _items(program, population, rule, awards["row"]),
            "payee": _of_rule(program, rule, lambda r: r.payee),
            "form": _of_rule(program, rule, lambda r: r.form),
            "status": _named(awards["status"], STATUSES),
            "reason": _of_rule(program, rule, lambda r: r.unquantified),
            "due_assured": yuan(awards["due_low"], blank),
            "due_ceiling": yuan(awards["due_high"], awards["due_high"] == UNPRICED),
            "assured": yuan(awards["low"], blank),
            "ceiling": yuan(awards["high"], blank | open_),
            "open": pa.array(open_),
            "bound": _named(step, [bound for bound, _ in bounds]),
            "why": _named(step, [why for _, why in bounds]),
        }
    )


def _items(program: Program, population: Population, rule: Array, row: Array) -> pa.Array:
    """The ids of the items, from the table of each kind."""
    kinds = sorted(population.items)
    starts = np.cumsum([0, *(population.items[kind].rows for kind in kinds)])
    first = {kind: int(start) for kind, start in zip(kinds, starts, strict=False)}
    of_rule = np.array([first.get(r.item or "", 0) for r in program.rules], dtype=np.int64)
    everything = pa.concat_arrays([pa.array([], pa.string()), *(population.items[kind].ids for kind in kinds)])
    return everything.take(pa.array(row + of_rule[rule], mask=row == NOTHING))


def class_of(rule: ProgramRule) -> str:
    return "cash" if rule.form in CASH else "financing" if rule.form == "financing" else "other"


def totals_table(program: Program, population: Population, awards: dict[str, Array]) -> pa.Table:
    """One row for every applicant, policy, payee and class of support that anything is claimed of. `open`: awards without a
    figure that come beside the ceiling."""
    groups = [(program.policies[r.policy].id, r.payee, class_of(r)) for r in program.rules]
    known = sorted(set(groups))
    of_rule = np.array([known.index(group) for group in groups], dtype=np.int64)
    counted = (awards["due_low"] != UNPRICED) | np.array([r.open for r in program.rules])[awards["rule"]]
    key = (awards["who"] * len(known) + of_rule[awards["rule"]])[counted]
    order = np.argsort(key, kind="stable")
    heads = np.flatnonzero(np.diff(key[order], prepend=-1))
    keys = key[order][heads]
    low, high, open_ = (_sums(awards[name][counted][order], heads) for name in ("low", "high", "open"))
    group = keys % len(known)
    return pa.table(
        {
            "applicant": population.applicants.ids.take(pa.array(keys // len(known))),
            "policy": _named(group, [policy for policy, _, _ in known]),
            "payee": _named(group, [payee for _, payee, _ in known]),
            "kind": _named(group, [kind for _, _, kind in known]),
            "assured": yuan(low),
            "ceiling": yuan(np.maximum(low, high)),
            "open": pa.array(open_),
        }
    )


def _sums(amounts: Array, heads: Array) -> Array:
    """The sum of each stretch."""
    if not len(heads):
        return np.zeros(0, dtype=np.int64)
    longest = int(np.diff(heads, append=len(amounts)).max())
    whole = amounts.astype(object if int(amounts.max()) * longest >= OPEN else np.int64)
    sums = np.add.reduceat(whole, heads)
    if whole.dtype == object and max(sums) >= OPEN:
        raise TooLarge("totals")
    return sums.astype(np.int64)


POOLS = pa.schema(
    [("bound", pa.string()), ("unit", pa.string()), ("left", YUAN), ("claims", pa.int64())]
    + [(name, YUAN) for name in ("demand_assured", "demand_ceiling", "paid_assured", "paid_ceiling")]
    + [("marginal", pa.string())]
)


def pools_table(population: Population, rows: Sequence[PoolRow]) -> pa.Table:
    """One row for every pool or quota that anybody draws on. `unit` of the columns: yuan, or places of a quota."""
    found = [_pool(row, population.applicants.ids) for row in rows]
    return pa.Table.from_pylist(found, schema=POOLS)


def _pool(row: PoolRow, ids: pa.Array) -> dict[str, Any]:
    quota = row.cap.kind == "count"
    left = max(0, row.left.most - len(row.left.taken))

    def sum_of(amounts: Array) -> Decimal:
        if quota:
            return Decimal(len(np.unique(row.drawn.place[amounts > 0])))
        return Decimal(int(summable(amounts).sum())).scaleb(-2)

    return {
        "bound": row.cap.path,
        "unit": "places" if quota else "yuan",
        "left": Decimal(left) if quota else Decimal(left).scaleb(-2),
        "claims": len(row.drawn.who),
        "demand_assured": sum_of(row.drawn.low),
        "demand_ceiling": sum_of(row.drawn.high),
        "paid_assured": sum_of(row.low),
        "paid_ceiling": sum_of(row.high),
        "marginal": marginal(row, ids),
    }
