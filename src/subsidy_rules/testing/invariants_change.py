"""Invariants of two answers: the same question in another order, with less known, a year later, by another engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from ..engine.assess import assess
from ..engine.reference import ReferencePricer
from .seen import Seen, fen

if TYPE_CHECKING:
    from ..rules import Rules

Dict = dict[str, Any]
MOST_FORGOTTEN = 6  # facts of one application that are forgotten, one at a time


def assert_order_irrelevant(rules: Rules, application: Any) -> None:
    """Rules, bounds, items, earlier grants, decisions and facts in another order give the same answer."""
    seen = Seen(rules, application)
    turned = deepcopy(seen.application)
    for section in ("items", "grants", "rivals", "approved"):
        if section in turned:
            turned[section] = turned[section][::-1]
    for said in (turned["applicant"], *turned.get("items", ())):
        said["facts"] = dict(reversed(said.get("facts", {}).items()))
    other = Seen(_turned(rules), turned)
    for section in ("awards", "totals", "missing", "judgements", "subject_to"):
        same = _sorted(seen.data[section]) == _sorted(other.data[section])
        seen.require(same, f"in another order the answer has other {section}", in_another_order=turned)


def _sorted(entries: Any) -> Any:
    return sorted(entries, key=repr)


@lru_cache(maxsize=8)
def _turned(rules: Rules) -> Rules:
    """The same policies with rules and bounds in the opposite order; those without documents as they are."""
    documents = []
    for document in rules.documents:
        assert isinstance(document.value, dict)
        turned = dict(document.value)
        for section in ("rules", "bounds"):
            if isinstance(listed := turned.get(section), list):
                turned[section] = listed[::-1]
        documents.append(type(document)(turned, {}, document.file, document.sha256))
    return type(rules).of(documents, rules.facts) if documents else rules


def assert_applicants_apart(rules: Rules, application: Any) -> None:
    """Several applicants: in another order each gets the same, and what is assured to all of them together is within every
    pool."""
    seen = Seen(rules, application)
    batch = [_renamed(seen.application, number) for number in range(1, 4)]
    one, two = ([_answer(answer) for answer in rules.assess_all(order)] for order in (batch, batch[::-1]))
    seen.require(one == two[::-1], "several applicants in another order get something else", another=batch[1])
    for cap in seen.program.caps:
        if not cap.pool or cap.kind != "limit" or "year" not in cap.key or set(cap.key) - {"year"}:
            continue
        left = min((left for claim in seen.claims if (left := seen.left(cap, claim, "high")) is not None), default=None)
        names = {
            (seen.program.policies[seen.program.rules[at].policy].id, seen.program.rules[at].id) for at in cap.rules
        }
        mine = [award for answer in one for award in answer["awards"] if (award["policy"], award["rule"]) in names]
        sure = sum(fen(award["settled"]["assured"]) for award in mine if award["settled"])
        if left is not None and sure > left:
            seen.fail(
                f"{cap.path}: {sure} fen are assured to three applicants, the pool holds {left} fen", another=batch[1]
            )


def _answer(answer: Any) -> Dict:
    from ..rules import as_data

    return as_data(answer)


def _renamed(application: Mapping[str, Any], number: int) -> Dict:
    """The same application of another applicant, with things of his own."""
    other = deepcopy(dict(application))
    other["applicant"]["id"] = f"applicant-{number}"
    for entry in (
        *other.get("items", ()),
        *other.get("grants", ()),
        *other.get("rivals", ()),
        *other.get("approved", ()),
    ):
        name = "id" if "kind" in entry else "item"
        if entry.get(name):
            entry[name] = f"{entry[name][:50]}.{number}"
    return other


def assert_knowledge_narrows(rules: Rules, application: Any) -> None:
    """With one fact less known, no total is narrower. Not: days in force, pools (shared after the choice), what was decided or
    taken by the applicant."""
    seen = Seen(rules, application)
    pooled = any(one["why"] in ("pool", "quota") for one in seen.data["subject_to"])
    if pooled or seen.case.approved or seen.case.options:
        return
    low, high, opens = seen.totals()
    for said, name in _spread(list(_stated(seen)), MOST_FORGOTTEN):
        less = deepcopy(seen.application)
        (less["applicant"] if said is None else less["items"][said])["facts"].pop(name)
        wide_low, wide_high, wide_opens = Seen(rules, less).totals()
        wider = wide_low <= low and (wide_opens or (high <= wide_high and not opens))
        text = f"{low} … {high} fen, without the fact {name} {wide_low} … {wide_high} fen"
        seen.require(bool(wider), text, the_same_with_less_known=less)


def _stated(seen: Seen) -> Iterator[tuple[int | None, str]]:
    """Facts that are stated and that something reads, but for days: the item's position (None: the applicant), the name."""
    uses = seen.rules.readers.uses
    for name, text in seen.application["applicant"].get("facts", {}).items():
        if text != "unknown" and ("", name) in uses and uses["", name].type.kind != "date":
            yield None, name
    for at, item in enumerate(seen.application.get("items", ())):
        for name, text in item.get("facts", {}).items():
            named = (item["kind"], name)
            if text != "unknown" and named in uses and uses[named].type.kind != "date":
                yield at, name


def _spread(found: list[Any], most: int) -> list[Any]:
    """Some of them, evenly."""
    return found if len(found) <= most else [found[at * len(found) // most] for at in range(most)]


def assert_promotions_add_up(rules: Rules, application: Any) -> None:
    """Under `top_up` without a year in the key, an award that was paid in full pays nothing more when it is claimed again, and
    one that was paid in part pays at most the rest."""
    seen = Seen(rules, application)
    if seen.case.grants or seen.case.rivals or not seen.case.complete:
        return
    for claim in seen.claims:
        due = claim.amount("due", "low") or 0
        bounds = [b for b in seen.program.exclusives_of[claim.rule.index] if b.prior == "top_up" and not b.levels]
        alone = [b for b in bounds if "year" not in b.key and (len(b.rules) == 1 or {"rule", "award"} & set(b.key))]
        if due < 2 or not any(claim.key(bound.key) is not None for bound in alone) or claim.rule.branches[0].units:
            continue
        for paid in (due, due // 2):
            again = deepcopy(seen.application)
            again["grants"] = [_grant(seen, claim, paid, due)]
            now = next(other for other in Seen(rules, again).claims if other.id == claim.id)
            most = max(now.amount("due", "low") or 0, due) - paid
            text = f"{claim.name}: {paid} of {due} fen were paid last year, and {now.paid('low')} fen are assured again"
            seen.require(now.paid("low") <= most, text, a_year_later=again)


def _grant(seen: Seen, claim: Any, paid: int, due: int) -> Dict:
    grant = {"policy": claim.award["policy"], "rule": claim.award["rule"], "year": str(seen.case.year - 1)}
    grant |= {"amount": f"{paid // 100}.{paid % 100:02d}元", "value": f"{due // 100}.{due % 100:02d}元"}
    if claim.item is None:
        return grant
    known = {name: text for name, text in claim.item.get("facts", {}).items() if text != "unknown"}
    keys = {name for bound in seen.program.exclusives_of[claim.rule.index] for name in bound.key}
    return {
        **grant,
        "item": claim.item["id"],
        "attributes": {name: known[name] for name in sorted(keys & known.keys())},
    }


def assert_replay(rules: Rules, application: Any) -> None:
    """The same question gives the same bytes, and so does its receipt."""
    from ..rules import to_json

    seen = Seen(rules, application)
    first = to_json(rules.assess(seen.case))
    seen.require(first == to_json(rules.assess(rules.admit(seen.application))), "asked again, the answer differs")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "receipt.json"
        path.write_bytes(rules.receipt(seen.case))
        seen.require(first == to_json(rules.replay(path)), "replayed from its receipt, the answer differs")


def assert_engines_agree(rules: Rules, application: Any) -> None:
    """Generated code, the reference evaluator and the fast totals say the same, to the fen."""
    from ..rules import as_data

    seen = Seen(rules, application)
    reference = as_data(assess(seen.program, seen.case, ReferencePricer(seen.program)))
    seen.require(seen.data == reference, "generated code and the reference evaluator differ")
    low, high, opens = seen.totals()
    fast_low, fast_high = rules.totals(seen.case)
    single = (
        len(seen.program.policies) == 1
    )  # several may pay now the one, now the other: their ceilings are not reached together
    same = (
        fast_high is None if opens else fast_high is not None and (fast_high == high if single else fast_high <= high)
    )
    seen.require(fast_low == low and same, f"{low} … {high} fen, the fast totals say {fast_low} … {fast_high}")
