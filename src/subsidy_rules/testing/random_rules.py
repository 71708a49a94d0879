"""Random rules without their bounds."""

from __future__ import annotations

from hypothesis import strategies as st

from .random_pays import branches, conditions, named
from .random_values import Dict, labelled, money, rates, some


def titled(name: str) -> Dict:
    return {"article": "（一）", "title": labelled(name)}


@st.composite
def rules(
    draw: st.DrawFn, name: str, kinds: tuple[str | None, ...], matters: bool, ways: tuple[str, ...], mixed: bool
) -> Dict:
    """A rule without its bounds, for one of these kinds of item; `mixed`: perhaps not a grant to the applicant."""
    kind = draw(st.sampled_from(kinds))
    rule: Dict = {"id": name, **titled(name), "department": ["局"]}
    if kind:
        rule["item"] = kind
    if matters or draw(st.booleans()):
        rule["matter"] = draw(st.sampled_from(("m-1", "m-2")))
    payers = [("applicant", "grant")] * 9 + [("team", "grant"), ("applicant", "financing")]
    payee, form = draw(st.sampled_from(payers[: None if mixed else 1]))
    if payee != "applicant":
        rule["payee"] = payee
    if form != "grant" or draw(st.integers(0, 9)) == 9:
        rule["form"] = form
    when = [draw(conditions(kind)) for _ in range(draw(st.sampled_from((0, 1, 0, 0, 1, 2))))]
    if when:
        rule["when"] = sorted(set(when))
    if draw(st.integers(0, 11)) == 11:
        rule["unquantified"] = reason = draw(st.sampled_from(("case_by_case", "amount_not_stated", "in_kind")))
        if reason == "in_kind":
            rule["form"] = "in_kind"
        return rule
    bound = rule["bound"] = draw(st.sampled_from(("exact", "exact", "exact", "ceiling", "range")))
    conditional = draw(st.sampled_from((0, 0, 1, 2)))
    pays = [{"when": draw(conditions(kind)), **draw(branches(kind, bound, ways))} for _ in range(conditional)]
    if not pays or draw(st.booleans()):
        pays.append(draw(branches(kind, bound, ways)))
    for pay in pays:
        if limit := draw(some(money(40), 6)):
            pay["max"] = [limit]
    rule["pays"] = pays
    limits = st.one_of(money(50), st.builds("{} * {}".format, rates, st.sampled_from(named(kind, "money"))))
    if draw(st.integers(0, 3)) == 3:
        rule["max"] = draw(st.lists(limits, min_size=1, max_size=2))
    if minimum := draw(some(money(10), 8)):
        rule["minimum"] = minimum
    return rule


def payer(rule: Dict) -> tuple[str, str]:
    return rule.get("payee", "applicant"), rule.get("form", "grant")
