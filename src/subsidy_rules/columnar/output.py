"""Answers as Arrow tables: amounts as decimals in yuan, names as dictionaries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from ..model.program import CASH, Program, ProgramRule
from .allocation import PoolRow, marginal
from .gathered import APPLICANTS, AWARDS, NOTHING, UNPRICED, Questions
from .prices import TooLarge
from .quantity import OPEN, Array, summable
from .status import STATUSES

YUAN = pa.decimal128(20, 2)
SUMMED = 65_536  # applicants at a time


@dataclass(frozen=True, slots=True)
class Names:
    """The ids of applicants, and of the items of each kind, in the order of their rows."""

    applicants: pa.Array
    items: dict[str, pa.Array]


def yuan(fen: Array, nothing: Array | None = None) -> pa.Array:
    """Amounts of fen as decimals of yuan, exactly; null where `nothing`."""
    words = np.empty((len(fen), 2), dtype=np.int64)
    words[:, 0] = fen
    np.right_shift(fen, 63, out=words[:, 1])  # the sign
    return pa.Array.from_buffers(YUAN, len(fen), [_known(nothing), pa.py_buffer(words)])


def _known(nothing: Array | None) -> pa.Buffer | None:
    """Which entries are there, as bits; None: all."""
    if nothing is None or not nothing.any():
        return None
    return pa.py_buffer(np.packbits(~nothing, bitorder="little"))


def _coded(numbers: Array, names: pa.Array | Sequence[str | None], some: bool = False) -> pa.Array:
    """Numbers as dictionary-encoded text. `some`: −1 is null."""
    codes = np.ascontiguousarray(numbers, dtype=np.int32)
    indices = pa.Array.from_buffers(pa.int32(), len(codes), [_known(codes < 0) if some else None, pa.py_buffer(codes)])
    words = names if isinstance(names, pa.Array) else pa.array(names, pa.string())
    return pa.DictionaryArray.from_arrays(indices, words, safe=False)


def _of_rule(program: Program, rule: Array, name: Callable[[ProgramRule], str | None]) -> pa.Array:
    """Something that every award of a rule has."""
    words = [name(one) for one in program.rules]
    known = [word for word in dict.fromkeys(words) if word is not None]
    numbers = np.array([NOTHING if word is None else known.index(word) for word in words], dtype=np.int32)
    return _coded(numbers.take(rule), known, some=None in words)


def awards_table(
    program: Program, names: Names, awards: dict[str, Array], bounds: dict[tuple[str, str], int]
) -> pa.Table:
    """One row an award that may be due. Amounts in yuan, null where there is no figure; `ceiling` null: open. Takes the columns
    out of `awards`, so that no more than one of them is held twice."""
    rule, low, high, open_ = (awards.pop(name) for name in ("rule", "due_low", "due_high", "open"))
    blank, endless = low == UNPRICED, high == UNPRICED
    step = np.where(awards["high_step"] == NOTHING, awards.pop("low_step"), awards.pop("high_step"))
    return pa.table(
        {
            "applicant": _coded(awards.pop("who"), names.applicants),
            "policy": _of_rule(program, rule, lambda r: program.policies[r.policy].id),
            "rule": _of_rule(program, rule, lambda r: r.id),
            "item": _items(program, names, rule, awards.pop("row")),
            "payee": _of_rule(program, rule, lambda r: r.payee),
            "form": _of_rule(program, rule, lambda r: r.form),
            "status": _coded(awards.pop("status"), STATUSES),
            "reason": _of_rule(program, rule, lambda r: r.unquantified),
            "due_assured": yuan(low, blank),
            "due_ceiling": yuan(high, endless),
            "assured": yuan(awards.pop("low"), blank),
            "ceiling": yuan(awards.pop("high"), blank | open_),
            "open": pa.array(open_),
            "bound": _coded(step, [bound for bound, _ in bounds], some=True),
            "why": _coded(step, [why for _, why in bounds], some=True),
        }
    )


def with_ids(table: pa.Table) -> pa.Table:
    """The ids as plain text."""
    for at, name in enumerate(table.column_names):
        if name in ("applicant", "item"):
            table = table.set_column(at, name, table[name].cast(pa.string()))
    return table


def _items(program: Program, names: Names, rule: Array, row: Array) -> pa.Array:
    """The ids of the items, from the table of each kind."""
    kinds = sorted(names.items)
    starts = np.cumsum([0, *(len(names.items[kind]) for kind in kinds)])
    first = {kind: int(start) for kind, start in zip(kinds, starts, strict=False)}
    of_rule = np.array([first.get(r.item or "", 0) for r in program.rules], dtype=np.int64)
    everything = pa.concat_arrays([pa.array([], pa.string()), *(names.items[kind] for kind in kinds)])
    return _coded(row + of_rule.take(rule), everything, some=True)  # what has no item stays −1


def class_of(rule: ProgramRule) -> str:
    return "cash" if rule.form in CASH else "financing" if rule.form == "financing" else "other"


def totals_table(program: Program, names: Names, awards: dict[str, Array]) -> pa.Table:
    """One row for every applicant, policy, payee and class of support that anything is claimed of. `open`: awards without a
    figure that come beside the ceiling."""
    groups = [(program.policies[r.policy].id, r.payee, class_of(r)) for r in program.rules]
    known = sorted(set(groups))
    of_rule = np.array([known.index(group) for group in groups], dtype=np.int64)
    silent = np.array([r.unquantified is not None and not r.open for r in program.rules])
    found = [_totals(awards, slice(*span), of_rule, silent, len(known)) for span in _spans(awards["who"], SUMMED)]
    at, low, high, opens = (np.concatenate(columns) for columns in zip(*found, strict=True))
    group = at % len(known)
    return pa.table(
        {
            "applicant": _coded(at // len(known), names.applicants),
            "policy": _coded(group, [policy for policy, _, _ in known]),
            "payee": _coded(group, [payee for _, payee, _ in known]),
            "kind": _coded(group, [kind for _, _, kind in known]),
            "assured": yuan(low),
            "ceiling": yuan(np.maximum(low, high)),
            "open": pa.array(opens),
        }
    )


def _spans(who: Array, size: int) -> list[tuple[int, int]]:
    """The awards of so many applicants at a time."""
    ends = np.searchsorted(who, np.arange(0, int(who[-1]) + size + 1, size) if len(who) else [0, 0]).tolist()
    return [*pairwise(ends)]


def _totals(
    awards: dict[str, Array], here: slice, of_rule: Array, silent: Array, groups: int
) -> tuple[Array, Array, Array, Array]:
    """Where any award counts, by applicant and group: the sums of both ends, and how many are open."""
    who, rule = awards["who"][here], awards["rule"][here]
    first = int(who[0]) if len(who) else 0
    place = (who - first).astype(np.int64) * groups + of_rule.take(rule)
    blank = (awards["due_low"][here] == UNPRICED) & silent.take(rule)  # worth nothing
    counted = np.bincount(place[~blank] if blank.any() else place)
    at, most = np.flatnonzero(counted), int(counted.max(initial=0))
    low, high = (_sums(awards[name][here], place, most)[at] for name in ("low", "high"))
    opens = np.bincount(place[awards["open"][here]], minlength=int(at[-1]) + 1 if len(at) else 0)[at]
    return at + first * groups, low, high, opens


def _sums(amounts: Array, place: Array, most: int) -> Array:
    """The sum for each place, of at most so many amounts."""
    wide = int(amounts.max(initial=0)) * most >= OPEN
    sums = np.zeros(int(place.max(initial=0)) + 1, dtype=object if wide else np.int64)
    np.add.at(sums, place, amounts.astype(object) if wide else amounts)
    if wide and max(sums) >= OPEN:
        raise TooLarge("totals")
    return sums.astype(np.int64)


QUESTIONS = pa.schema(
    [(name, pa.string()) for name in ("policy", "rule", "fact")]
    + [("judgement", pa.bool_()), (AWARDS, pa.int64()), (APPLICANTS, pa.int64())]
)


def questions_table(program: Program, questions: Questions) -> pa.Table:
    """One row for each fact that is not known and would narrow awards of a rule: how many, and of how many applicants. The fact
    is `history` where earlier grants may count that were not told; `judgement`: only an officer can say it."""
    found = [
        {
            "policy": program.policies[program.rules[at].policy].id,
            "rule": program.rules[at].id,
            "fact": fact,
            "judgement": fact in program.judgements[at],
            AWARDS: questions[at, fact, AWARDS],
            APPLICANTS: questions[at, fact, APPLICANTS],
        }
        for at, fact in sorted({(at, fact) for at, fact, _ in questions})
    ]
    return pa.Table.from_pylist(found, schema=QUESTIONS)


POOLS = pa.schema(
    [("bound", pa.string()), ("unit", pa.string()), ("left", YUAN), ("claims", pa.int64())]
    + [(name, YUAN) for name in ("demand_assured", "demand_ceiling", "paid_assured", "paid_ceiling")]
    + [("marginal", pa.string())]
)


def pools_table(ids: pa.Array, rows: Sequence[PoolRow]) -> pa.Table:
    """One row for every pool or quota that anybody draws on. `unit` of the columns: yuan, or places of a quota."""
    found = [_pool(row, ids) for row in rows]
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
