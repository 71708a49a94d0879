"""Random programs, applications and populations, in the shape of the files, for Hypothesis.

`programs()` (from the library) draws one or two policies that are compared with each other, `shared_programs()` one with
pools and quotas for many; `applications(program)` draws an application for a drawn program, `populations(program)`
several at once. Everything is plain dicts of text over the fixed `VOCABULARY`; `policy_text` writes a policy as a file.

What is not drawn, because it would not be valid or because the meaning is not settled, is listed at the functions.
"""

from __future__ import annotations

from hypothesis import strategies as st

from subsidy_rules.reading.write import yaml_text as policy_text
from subsidy_rules.testing.random_bounds import groups, laminar
from subsidy_rules.testing.random_pays import ALL_WAYS, PLAIN_WAYS, fen
from subsidy_rules.testing.random_policies import policy_documents as policies
from subsidy_rules.testing.random_policies import programs
from subsidy_rules.testing.random_rules import titled
from subsidy_rules.testing.random_values import LEVELS, VOCABULARY, YEAR, Dict, facts_of, money, some, values

__all__ = [
    "ALL_WAYS",
    "LEVELS",
    "PLAIN_WAYS",
    "RATIONS",
    "VOCABULARY",
    "applications",
    "fen",
    "policies",
    "policy_text",
    "populations",
    "programs",
    "shared_programs",
]

# ── applications ─────────────────────────────────────────────────────────────────────────────────────────────────────


@st.composite
def _facts(draw: st.DrawFn, declared: dict[str, Dict], unknown: bool) -> Dict:
    """Values for all facts; some are left out or said to be unknown."""
    absent = draw(st.sets(st.sampled_from(sorted(declared)), max_size=3)) if unknown and draw(st.booleans()) else set()
    said = {name: draw(values(fact)) for name, fact in declared.items() if name not in absent}
    return said | {name: "unknown" for name in absent if draw(st.booleans())}


@st.composite
def _grants(draw: st.DrawFn, program: list[Dict], items: list[Dict]) -> Dict:
    """An earlier award under a rule of the program, for an item of now or another one, in this year or before."""
    policy = draw(st.sampled_from(program))
    rule = draw(st.sampled_from(policy["rules"]))
    amount, year = draw(money(40)), draw(st.sampled_from((YEAR, "2025")))
    grant: Dict = {"policy": policy["id"], "rule": rule["id"], "year": year, "amount": amount}
    if kind := rule.get("item"):
        mine = [item for item in items if item["kind"] == kind]
        item = draw(st.sampled_from([*mine, *mine, {"id": f"old-{kind}", "facts": {}}]))
        grant["item"] = item["id"]
        keys = {name: fact for name, fact in facts_of(kind).items() if name in ("segment", "contract")}
        known = {name: item["facts"].get(name, "unknown") for name in keys}
        grant["attributes"] = {n: known[n] if known[n] != "unknown" else draw(values(f)) for n, f in keys.items()}
    if draw(st.integers(0, 3)) == 3:
        grant["value"] = draw(st.sampled_from((amount, f"{fen(amount) // 100 + 50_000}元", "60万元")))
    if any("months" in pay for pay in rule.get("pays", ())):
        grant["units"] = str(draw(st.integers(1, 12)))
    if draw(st.integers(0, 7)) == 7:
        grant["repaid"] = "true"
    return grant


@st.composite
def _outside(draw: st.DrawFn, items: list[Dict]) -> Dict:
    """What both a grant and a rival of a policy outside the program say."""
    other: Dict = {"policy": "elsewhere", "level": draw(st.sampled_from(LEVELS))}
    if items and draw(st.booleans()):
        other["item"] = draw(st.sampled_from(items))["id"]
    else:
        other["matter"] = draw(st.sampled_from(("m-1", "m-2")))
    return other


@st.composite
def applications(
    draw: st.DrawFn,
    program: list[Dict],
    applicant: str = "firm",
    max_items: int = 3,
    unknown: bool = True,
    partial: bool = True,
    approvals: bool = True,
    outside: bool = True,
    parameters: dict[str, str] | None = None,
) -> Dict:
    """An application for the program: facts, items of its kinds, history, rivals, decisions, options, parameters.

    `parameters`: to be taken as they are (several applicants share them)."""
    used = sorted({rule["item"] for policy in program for rule in policy["rules"] if "item" in rule})
    count = draw(st.sampled_from([*range(1, max_items + 1), 2, 0])) if used else 0
    kinds = [draw(st.sampled_from(used)) for _ in range(count)]
    asked = [rule.get("item") for policy in program for rule in policy["rules"]]
    while sum(kinds.count(kind) if kind else 1 for kind in asked) > 9:
        kinds.pop()  # few enough claims that all their sets can be tried
    items: list[Dict] = []
    for number, kind in enumerate(kinds):
        item = {"id": f"{applicant}.{number}", "kind": kind}
        item["facts"] = draw(_facts(VOCABULARY["items"][kind]["facts"], unknown))
        if draw(st.integers(0, 9)) == 9:
            item["years"] = draw(st.sampled_from((["2025"], ["2025", YEAR])))
        items.append(item)
    application: Dict = {
        "applicant": {"id": applicant, "facts": draw(_facts(VOCABULARY["applicant"], unknown))},
        "items": items,
        "year": YEAR,
        "history": "partial" if partial and draw(st.integers(0, 6)) == 6 else "complete",
    }
    if day := draw(some(st.sampled_from(("2026-03-01", "2026-12-31", "2026-06-30", "2029-01-01")), 3)):
        application["date"] = day
    application["grants"] = draw(st.lists(_grants(program, items), max_size=3))
    if outside and draw(st.integers(0, 2)) == 2:
        year = draw(st.sampled_from((YEAR, "2025")))
        application["grants"].append(
            {**draw(_outside(items)), "rule": "award", "year": year, "amount": draw(money(30))}
        )
    if outside and draw(st.integers(0, 2)) == 2:
        amounts = sorted((draw(money(30)), draw(money(30))), key=fen)
        amount = draw(st.sampled_from((amounts[0], {"from": amounts[0], "to": amounts[1]})))
        application["rivals"] = [{**draw(_outside(items)), "amount": amount}]
    if approvals and draw(st.integers(0, 3)) == 3:
        application["approved"] = draw(_approvals(program, items))
    _add_choices(draw, application, program, parameters)
    if draw(st.integers(0, 3)) == 3:
        application["published"] = {
            policy["id"]: "2026-01-10" for policy in program if policy["effective"]["published"] == "unknown"
        }
    return application


@st.composite
def _approvals(draw: st.DrawFn, program: list[Dict], items: list[Dict]) -> list[Dict]:
    claims = [
        {"policy": policy["id"], "rule": rule["id"], **({"item": item["id"]} if item else {})}
        for policy in program
        for rule in policy["rules"]
        if not any("months" in pay for pay in rule.get("pays", ()))  # for how many months it is, nobody says
        for item in ([i for i in items if i["kind"] == rule["item"]] if "item" in rule else [None])
    ]
    if not claims:
        return []
    chosen = st.lists(st.sampled_from(claims), min_size=1, max_size=2, unique_by=lambda claim: tuple(claim.values()))
    return [{**claim, "amount": draw(money(40))} for claim in draw(chosen)]


def _add_choices(draw: st.DrawFn, application: Dict, program: list[Dict], parameters: dict[str, str] | None) -> None:
    """Options where a text lets the applicant choose, and figures that a text withholds."""
    options: dict[str, str] = {}
    figures: dict[str, str] = {} if parameters is None else dict(parameters)
    for policy in program:
        for bound in policy["bounds"]:
            path = f"{policy['id']}/{bound['id']}"
            exclusive, cap = bound.get("exclusive", {}), bound.get("cap", {})
            if exclusive.get("choose") == "option" and draw(st.integers(0, 2)):
                options[path] = draw(st.sampled_from(bound["rules"] + (["rival"] if "against" in exclusive else [])))
            if parameters is None and cap.get("limit") == "unpublished" and draw(st.booleans()):
                figures[path] = draw(money(80))
    if options:
        application["options"] = options
    if figures:
        application["parameters"] = figures


# ── several applicants ───────────────────────────────────────────────────────────────────────────────────────────────

RATIONS = ("pro_rata", "in_order", "rank", "carry_over", "unstated")


@st.composite
def shared_programs(draw: st.DrawFn, rations: tuple[str, ...] = RATIONS) -> list[Dict]:
    """A policy with a pool that all applicants share, or a quota, or both over the same rules."""
    policy = draw(policies(max_rules=3, pools=False, against=False, ways=PLAIN_WAYS))
    placed = [(frozenset(bound["rules"]), bound["cap"]["per"]) for bound in policy["bounds"] if "cap" in bound] + [
        (frozenset((rule["id"],)), cap["per"]) for rule in policy["rules"] for cap in rule.get("cap", ())
    ]
    ration = draw(st.sampled_from(rations))
    group = draw(groups(policy["rules"]))
    ids = frozenset(rule["id"] for rule in group)
    if group and all(laminar((ids, ["year"]), other) for other in placed):
        cap = {"limit": draw(money(100)), "per": ["year"], "ration": ration}
        policy["bounds"].append({"id": "pool", **titled("pool"), "rules": sorted(ids), "cap": cap})
        if ration != "pro_rata" and all("item" in rule for rule in group) and draw(st.booleans()):
            quota = {"count": str(draw(st.integers(1, 3))), "of": "item", "per": ["year"], "ration": ration}
            if draw(st.booleans()):
                policy["bounds"][-1] = {"id": "quota", **titled("quota"), "rules": sorted(ids), "cap": quota}
            else:
                policy["bounds"].append({"id": "quota", **titled("quota"), "rules": sorted(ids), "cap": quota})
    if ration == "rank":
        for bound in policy["bounds"]:
            if bound["id"] in ("pool", "quota"):
                bound["cap"]["rank_by"] = draw(st.sampled_from(("score", "staff")))
    return [policy]


@st.composite
def populations(draw: st.DrawFn, program: list[Dict], largest: int = 4, unknown: bool = True) -> list[Dict]:
    """Applications of different applicants for one program, with the times they came in (often the same)."""
    names = ("firm-b", "firm-a", "firm-d", "firm-c")[: draw(st.integers(1, largest))]
    plain: Dict = {"max_items": 2, "unknown": unknown, "approvals": False, "outside": False, "parameters": {}}
    batch = []
    for name in names:
        application = draw(applications(program, applicant=name, **plain))
        application["applied_at"] = draw(st.sampled_from(("2026-02-01", "2026-02-02", "2026-02-03")))
        batch.append(application)
    return batch
