"""Random valid policies, in the shape of the files and loaded. They are small: trying every set of claims is cheap.

What is not drawn, because it would not be valid or because the meaning is not settled, is listed at the functions.
"""

from __future__ import annotations

from typing import Any

from hypothesis import reject
from hypothesis import strategies as st

from ..errors import ProblemsError
from ..model.canonical import digest
from ..reading import Document
from ..reading.write import yaml_text
from ..rules import Rules
from .random_bounds import add_against, add_caps, add_exclusives
from .random_pays import ALL_WAYS
from .random_rules import payer, rules
from .random_values import KINDS, LEVELS, RULE_IDS, VOCABULARY, Dict, facts_of, labelled, some


@st.composite
def policy_documents(
    draw: st.DrawFn,
    name: str = "p",
    level: str = "city",
    max_rules: int = 5,
    ways: tuple[str, ...] = ALL_WAYS,
    pools: bool = True,
    against: bool = True,
    dated: bool = True,
    mixed: bool = True,
) -> Dict:
    """A valid policy. Not drawn: `rides_on` over kinds, caps whose key holds `rule` or `award`, quotas and ranked pools
    (see `populations`), `against` over several rules, an explicit parameter for a published limit."""
    ids = RULE_IDS[: draw(st.sampled_from([*range(max_rules, 1, -1), 2, 3, 1])) if max_rules > 2 else max_rules]
    kinds = draw(st.sampled_from((("project",), ("product", None), ("project", "product"), ("lease", None), KINDS)))
    drawn = [draw(rules(rule_id, kinds, against, ways, mixed)) for rule_id in ids]
    for position, rule in enumerate(drawn):
        alike = (rule.get("item"), payer(rule))
        ladders = [other for other in drawn[:position] if (other.get("item"), payer(other)) == alike]
        if not ladders:
            continue
        relation = draw(st.sampled_from(("", "award", "rides", "", "award", "")))
        if relation == "rides" and "unquantified" not in rule:
            if quantified := [other for other in ladders if "unquantified" not in other]:
                rule["rides_on"] = draw(st.sampled_from(quantified))["id"]
        elif relation == "award":
            ladder = draw(st.sampled_from(ladders))
            rule["award"] = ladder.setdefault("award", f"ladder-{ladder['id']}")
    policy: Dict = {
        "id": name,
        "title": labelled(name),
        "status": "in_force",
        "jurisdiction": {"name": labelled(name), "level": level, "code": "99"},
        "effective": draw(
            st.sampled_from(
                (
                    {"published": "unknown", "starts": "+30 days", "lasts": "3 years"},
                    {"published": "2024-12-01", "starts": "2025-01-01", "ends": "2027-12-31"},
                    {"published": "2025-12-12", "starts": "+31 days", "lasts": "3 years"},
                )
            )
        ),
        "rules": drawn,
        "bounds": [],
    }
    add_caps(draw, policy, pools)
    add_exclusives(draw, policy)
    if against:
        add_against(draw, policy)
    for rule in drawn:
        dates = [name for name, fact in facts_of(rule.get("item")).items() if fact["kind"] == "date"]
        if dated and (name_of := draw(some(st.sampled_from(dates), 12))):
            rule["dated_by"] = name_of
    return policy


@st.composite
def programs(draw: st.DrawFn, /, **more: Any) -> list[Dict]:
    """One policy, or two small ones of different levels that may be compared with each other (grants to the applicant
    alone: a choice between payees or forms is made for the first class, so that the total of another one may rise)."""
    if draw(st.integers(0, 3)) < 3:
        return [draw(policy_documents(**more))]
    first, second = draw(st.permutations(LEVELS))[:2]
    more = {"max_rules": 3, "mixed": False, **more}
    return [
        draw(policy_documents(name="p", level=first, **more)),
        draw(policy_documents(name="q", level=second, **more)),
    ]


SLIPS = {"SR333", "SR335", "SR346"}  # a range of one value, a branch or a condition drawn twice


class DrawnRules(Rules):
    """Rules that show their policy where Hypothesis tells what it drew."""

    def __repr__(self) -> str:
        return "\n".join(["rules of", *(yaml_text(document.value) for document in self.documents)])


@st.composite
def policies(draw: st.DrawFn) -> Rules:
    """A valid policy over a small vocabulary of its own, loaded. What it says: `.documents[0].value`, `.facts.value`."""
    document = draw(policy_documents())
    try:
        return DrawnRules.of([_document(document, document["id"])], _document(VOCABULARY, "facts"))
    except ProblemsError as error:
        if {problem.code for problem in error.problems} <= SLIPS:
            reject()  # drawn again
        raise


def _document(value: Any, name: str) -> Document:
    return Document(value, {}, name, digest(value))
