"""A vocabulary for random policies, and random values of its facts, as text in the shape of the files."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Dict = dict[str, Any]


def labelled(text: str) -> Dict:
    return {"zh": text, "en": text}


def declared(kind: str, **more: Any) -> Dict:
    return {"kind": kind, "label": labelled(kind), **more}


def chosen_from(*options: str) -> Dict:
    return declared("choice", options={option: labelled(option) for option in options})


VOCABULARY: Dict = {
    "applicant": {
        "注册本地": declared("bool"),
        "startup": declared("bool"),
        "recognised": declared("judgement"),
        "income": declared("money"),
        "cost": declared("money", at_most="2000万元"),
        "tax": declared("money"),
        "staff": declared("count"),
        "ratio": declared("rate", at_most="100%"),
        "grade": chosen_from("a", "b", "c"),
        "stay": declared("months", at_most="36"),
        "founded": declared("date"),
        "score": declared("number", at_most="100"),
    },
    "items": {
        "project": {
            "label": labelled("project"),
            "facts": {
                "spend": declared("money"),
                "spend_before": declared("money", at_most="500万元"),
                "finished": declared("bool"),
                "rank": chosen_from("x", "y"),
                "segment": chosen_from("s1", "s2"),
                "months_run": declared("months", at_most="24"),
                "started": declared("date"),
            },
        },
        "product": {
            "label": labelled("product"),
            "facts": {
                "sales": declared("money", at_most="1亿元"),
                "units": declared("count", at_most="40"),
                "first": declared("bool"),
                "segment": chosen_from("s1", "s2"),
                "contract": declared("text"),
            },
        },
        "lease": {
            "label": labelled("lease"),
            "facts": {
                "fee": declared("money"),
                "months_leased": declared("months", at_most="12"),
                "chips": declared("bool"),
                "reviewed": declared("judgement"),
                "discount": declared("rate", at_least="5%", at_most="90%"),
            },
        },
    },
}
KINDS = tuple(VOCABULARY["items"])
YEAR = "2026"
LEVELS = ("province", "city", "district")
RULE_IDS = ("r-b", "r-a", "r1", "r10", "r2", "r-c", "r9")  # not in the order of the file


def facts_of(kind: str | None) -> dict[str, Dict]:
    """All facts that a rule for this kind of item (None: for the applicant) may read."""
    return {**VOCABULARY["applicant"], **(VOCABULARY["items"][kind]["facts"] if kind else {})}


def some(strategy: st.SearchStrategy[Any], one_in: int = 3) -> st.SearchStrategy[Any]:
    """The value in one of so many cases, else None (also what it shrinks to)."""
    return st.integers(0, one_in - 1).flatmap(lambda n: strategy if n == one_in - 1 else st.none())


@st.composite
def money(draw: st.DrawFn, largest: int = 60) -> str:
    """Small multiples of 1万元, sometimes with odd fen; never 0."""
    n = draw(st.integers(1, largest))
    if draw(st.integers(0, 3)) < 3:
        return f"{n}万元"
    return f"{n * 10_000 + draw(st.integers(0, 9999))}.{draw(st.integers(0, 99)):02d}元"


rates = st.sampled_from(("10%", "20%", "30%", "50%", "100%", "33.33%", "0.5%", "12.3456%"))
dates = st.sampled_from(("2019-12-31", "2022-06-01", "2024-02-29", "2026-01-01", "2026-07-15"))


@st.composite
def values(draw: st.DrawFn, fact: Dict) -> str:
    """A legal value of a fact."""
    kind = fact["kind"]
    if kind in ("bool", "judgement"):
        return draw(st.sampled_from(("true", "false", "true")))
    if kind == "money":
        return draw(st.one_of(money(200), money(60), money(200), st.just("0元")))
    if kind == "rate":
        return draw(st.sampled_from(("30%", "5%", "10%", "33.3333%", "90%")))
    if kind == "number":
        return draw(st.sampled_from(("60", "0", "59.5", "61.25", "100")))
    if kind in ("count", "months"):
        return draw(st.sampled_from(("6", "0", "1", "3", "12", "8", "2")))
    if kind == "date":
        return draw(dates)
    if kind == "choice":
        return draw(st.sampled_from(tuple(map(str, fact["options"]))))
    return draw(st.sampled_from(("c-1", "c-2")))
