"""Random conditions, bases and ways to pay over the vocabulary of `random_values`."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from .random_values import VOCABULARY, Dict, dates, money, rates


@st.composite
def conditions(draw: st.DrawFn, kind: str | None, depth: int = 1) -> str:
    """A condition over the facts of the applicant and of the item; the item's own in half of the cases."""
    if depth and draw(st.integers(0, 4)) == 4:
        left, right = draw(conditions(kind, depth - 1)), draw(conditions(kind, depth - 1))
        return f"({left}) {draw(st.sampled_from(('and', 'or')))} ({right})"
    own = kind and draw(st.booleans())
    facts: dict[str, Dict] = VOCABULARY["items"][kind]["facts"] if own else VOCABULARY["applicant"]
    name = draw(st.sampled_from([name for name, fact in facts.items() if fact["kind"] != "text"]))
    fact = facts[name]
    if fact["kind"] in ("bool", "judgement"):
        return draw(st.sampled_from((name, name, f"not {name}")))
    if fact["kind"] == "choice":
        options = tuple(fact["options"])
        option = draw(st.sampled_from(options))
        forms = [f"{name} == '{option}'", f"{name} != '{option}'", f"{name} in ('{options[0]}', '{options[1]}')"]
        return draw(st.sampled_from(forms))
    literal = {
        "money": money(80),
        "rate": st.sampled_from(("30%", "10%", "33.3333%")),
        "number": st.sampled_from(("60", "59.5")),
        "count": st.integers(1, 6).map(str),
        "months": st.integers(1, 12).map(str),
        "date": dates,
    }[fact["kind"]]
    return f"{name} {draw(st.sampled_from(('>=', '>', '>=', '<', '<=')))} {draw(literal)}"


def named(kind: str | None, of: str) -> list[str]:
    """Names of the facts of one kind, the item's own first."""
    own = VOCABULARY["items"][kind]["facts"] if kind else {}
    return [name for facts in (own, VOCABULARY["applicant"]) for name, fact in facts.items() if fact["kind"] == of]


@st.composite
def bases(draw: st.DrawFn, kind: str | None) -> str:
    """A money expression to take a share of."""
    names = named(kind, "money")
    name = draw(st.sampled_from(names))
    form = draw(st.integers(0, 5))
    if form == 5:
        return f"min({name}, {draw(money(80))})"
    if form == 4:
        return f"{name} + {draw(st.sampled_from(names))}"
    return name


def _span(draw: st.DrawFn, bound: str, strategy: st.SearchStrategy[Any], order: Any) -> Any:
    """One value, or under `bound: range` a pair in order."""
    if bound != "range":
        return draw(strategy)
    low, high = sorted((draw(strategy), draw(strategy)), key=order)
    return {"from": low, "to": high}


def fen(text: str) -> int:
    """`12万元`, `12345.67元` → fen."""
    if text.endswith("万元"):
        return int(text[:-2]) * 1_000_000
    yuan, _, cents = text[:-1].partition(".")
    return int(yuan) * 100 + int(cents or 0)


def _per_cent(text: str) -> int:
    whole, _, part = text[:-1].partition(".")
    return int(whole) * 10_000 + int(part.ljust(4, "0"))


PLAIN_WAYS = ("amount", "amount", "rate", "rate")
ALL_WAYS = (*PLAIN_WAYS, "each", "months", "share_of", "formula", "bands", "brackets", "milestones", "step")


@st.composite
def branches(draw: st.DrawFn, kind: str | None, bound: str, ways: tuple[str, ...] = ALL_WAYS) -> Dict:
    """One way to pay. Not drawn: `years`, `uplift`, tables of ranges, tables with gaps."""
    way = draw(st.sampled_from([w for w in ways if bound != "range" or w in ("amount", "rate", "each", "months")]))
    if way == "amount":
        return {"amount": _span(draw, bound, money(), fen)}
    if way == "rate":
        return {"rate": _span(draw, bound, rates, _per_cent), "of": draw(bases(kind))}
    if way == "each":
        return {"each": draw(st.sampled_from(named(kind, "count"))), "amount": _span(draw, bound, money(9), fen)}
    if way == "months":
        return {"months": draw(st.sampled_from(named(kind, "months"))), "amount": _span(draw, bound, money(3), fen)}
    if way == "share_of":
        return {"share_of": draw(bases(kind)), "rate": draw(rates)}
    if way == "formula":
        return {"formula": f"{draw(rates)} * {draw(st.sampled_from(named(kind, 'money')))} + {draw(money(5))}"}
    of = draw(st.sampled_from(named(kind, "money")))
    edges = sorted(draw(st.lists(st.integers(1, 150), min_size=1, max_size=2, unique=True)))
    if way == "step":
        return {"step": {"of": of, "every": f"{edges[0]}万元", "amount": draw(money(9))}}
    if way == "milestones":
        rows = [{"reach": f"{edge}万元", "amount": draw(money(20))} for edge in edges]
        before, pays = draw(st.sampled_from(named(kind, "money"))), draw(st.sampled_from(("highest", "every")))
        return {"milestones": {"of": of, "before": before, "rows": rows, "pays": pays}}
    between = [{"from": f"{low}万元", "below": f"{high}万元"} for low, high in pairwise(edges)]
    rows = [{"below": f"{edges[0]}万元"}, *between, {"from": f"{edges[-1]}万元"}]
    for row in rows:
        pays_rate = way == "brackets" or draw(st.booleans())
        row.update({"rate": draw(rates)} if pays_rate else {"amount": draw(money(30))})
    return {way: {"of": of, "rows": rows}}
