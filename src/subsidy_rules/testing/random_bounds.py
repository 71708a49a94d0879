"""Random bounds over random rules, such that the policy stays valid."""

from __future__ import annotations

from hypothesis import strategies as st

from .random_rules import payer, titled
from .random_values import LEVELS, VOCABULARY, Dict, facts_of, money, rates, some


def _effective(key: list[str]) -> set[str]:
    """What a key tells apart within one applicant's run of one year."""
    return set(key) - {"year", "applicant"}


def laminar(a: tuple[frozenset[str], list[str]], b: tuple[frozenset[str], list[str]]) -> bool:
    """(rules, key) of two caps: are their member sets disjoint or nested, whatever is claimed?"""
    (rules_a, key_a), (rules_b, key_b) = a, b
    within_b = rules_a <= rules_b and _effective(key_a) >= _effective(key_b)
    within_a = rules_b <= rules_a and _effective(key_b) >= _effective(key_a)
    return not rules_a & rules_b or within_a or within_b


def keys_of(rules: list[Dict]) -> list[list[str]]:
    """Keys that every one of the rules can fill."""
    kinds = {rule.get("item") for rule in rules}
    keys = [["applicant", "year"], ["applicant"]]
    if None not in kinds:
        keys += [["item"], ["item", "year"]]
        if all("segment" in facts_of(kind) for kind in kinds):
            keys.append(["applicant", "year", "segment"])
        if kinds == {"product"}:
            keys.append(["applicant", "contract"])
    return keys


@st.composite
def _limits(draw: st.DrawFn, key: list[str], rules: list[Dict]) -> str:
    """The figure of a cap; an expression reads only what the key fixes."""
    if draw(st.integers(0, 3)) < 3:
        return draw(money(120))
    kinds = {rule.get("item") for rule in rules}
    if "item" in key and len(kinds) == 1:
        names = [str(n) for n, f in VOCABULARY["items"][kinds.pop()]["facts"].items() if f["kind"] == "money"]
    elif "applicant" in key:
        names = ["income", "cost", "tax"]
    else:
        return draw(money(120))
    name = draw(st.sampled_from(names))
    return draw(st.sampled_from((name, f"{draw(rates)} * {name}", f"min({draw(money(60))}, {name})")))


@st.composite
def groups(draw: st.DrawFn, rules: list[Dict], least: int = 1) -> list[Dict]:
    """Some rules with one payee and form, and a figure."""
    paid = payer(draw(st.sampled_from(rules)))
    same = [rule for rule in rules if payer(rule) == paid and paid[1] != "in_kind"]
    if len(same) < least:
        return []
    return draw(st.lists(st.sampled_from(same), min_size=least, unique_by=lambda rule: rule["id"]))


def _by_months(rules: list[Dict]) -> bool:
    """Stipends alone, with no limit on their amount: how many months a cut amount is for has no agreed reading."""
    ways = [(pay, rule) for rule in rules for pay in rule.get("pays", [{}])]
    return len(ways) == len(rules) and all("months" in pay and not {"max"} & {*pay, *rule} for pay, rule in ways)


def add_caps(draw: st.DrawFn, policy: Dict, pools: bool) -> None:
    """Caps that are laminar with all before. A limit never lies inside a units cap, or beside it."""
    placed: list[tuple[frozenset[str], list[str]]] = []
    units: list[frozenset[str]] = []
    rules = policy["rules"]
    for number in range(draw(st.sampled_from((2, 1, 3, 4, 0)))):
        group = draw(groups(rules))
        if not group:
            continue
        ids = frozenset(rule["id"] for rule in group)
        key = draw(st.sampled_from(keys_of(group)))
        what = draw(st.sampled_from(("limit", "limit", "limit", "count", "unpublished", "units")))
        if what == "units" and not _by_months(group):
            what = "limit"
        if not all(laminar((ids, key), other) for other in placed):
            continue
        if what != "count" and any(ids <= other or (what == "units" and ids & other) for other in units):
            continue
        if what == "units" and any(ids & other for other, _ in placed):
            continue
        cap: Dict
        if what == "limit":
            cap = {"limit": draw(_limits(key, group)), "per": key}
            if draw(st.integers(0, 4)) == 4:
                cap["ration"] = "pro_rata"
        elif what == "count":
            counted = ["award"] + (["item"] if None not in {rule.get("item") for rule in group} else [])
            cap = {"count": str(draw(st.integers(1, 2))), "of": draw(st.sampled_from(counted)), "per": key}
        elif what == "units":
            cap = {"units": str(draw(st.integers(3, 24))), "per": key}
            units.append(ids)
        else:
            cap = {"limit": "unpublished", "per": key}
        placed.append((ids, key))
        if len(group) == 1 and what != "unpublished" and draw(st.booleans()):
            group[0].setdefault("cap", []).append(cap)
        else:
            policy["bounds"].append({"id": f"cap-{number}", **titled("cap"), "rules": sorted(ids), "cap": cap})
    if pools and draw(st.integers(0, 2)) == 2 and (group := draw(groups(rules))):
        ids = frozenset(rule["id"] for rule in group)
        if all(laminar((ids, ["year"]), other) for other in placed):
            cap = {"limit": draw(st.one_of(money(80), st.just("unpublished"))), "per": ["year"], "ration": "unstated"}
            policy["bounds"].append({"id": "pool", **titled("pool"), "rules": sorted(ids), "cap": cap})


def _exclusive_keys(rules: list[Dict]) -> list[list[str]]:
    items = all("item" in rule for rule in rules)
    keys = [["applicant", "year"], ["applicant"], ["award", "applicant"]]
    return keys + ([["item"], ["item", "year"], ["award", "item"], ["item"]] if items else [])


def _bases_of(rule: Dict, rules: dict[str, Dict]) -> set[str]:
    """The rules that a rule rides on, directly or not."""
    found: set[str] = set()
    while "rides_on" in rule:
        found.add(rule["rides_on"])
        rule = rules[rule["rides_on"]]
    return found


def add_exclusives(draw: st.DrawFn, policy: Dict) -> None:
    """`choose` only over groups that no other `choose` touches, with whole-known keys, without `except`, and not over
    stipends under a units cap; never a rule together with one that it rides on."""
    rules = policy["rules"]
    by_id = {rule["id"]: rule for rule in rules}
    caps = [(bound["rules"], bound["cap"]) for bound in policy["bounds"] if "cap" in bound]
    caps += [([rule["id"]], cap) for rule in rules for cap in rule.get("cap", ())]
    chosen = {name for names, cap in caps if "units" in cap for name in names}
    for number in range(draw(st.sampled_from((1, 2, 0, 3)))):
        group = draw(groups(rules, 2))
        ids = {rule["id"] for rule in group}
        group = [rule for rule in group if not _bases_of(rule, by_id) & ids]
        ids = {rule["id"] for rule in group}
        if len(group) < 2:
            continue
        exclusive: Dict = {"per": draw(st.sampled_from(_exclusive_keys(group)))}
        exclusive["prior"] = draw(st.sampled_from(("top_up", "forfeit", "replace", "ignore")))
        choose = draw(st.sampled_from((None, "highest", None, "priority", None, "option")))
        if choose and not ids & chosen and not any("unquantified" in rule for rule in group):
            chosen |= ids
            exclusive["choose"] = choose
            if choose == "priority":
                exclusive["priority"] = draw(st.permutations(sorted(ids)))
        else:
            if draw(st.integers(0, 4)) == 4:
                attributed = [key for key in keys_of(group) if "segment" in key or "contract" in key]
                exclusive["per"] = draw(st.sampled_from([*attributed, exclusive["per"]]))
            if len(group) > 2 and draw(st.integers(0, 2)) == 2:
                exclusive["except"] = [draw(st.permutations(sorted(ids)))[:2]]
        policy["bounds"].append({"id": f"ex-{number}", **titled("ex"), "rules": sorted(ids), "exclusive": exclusive})
    for rule in rules:
        keys = [["applicant"], ["applicant", "year"]] + ([["item"], ["item", "year"]] if "item" in rule else [])
        if once := draw(some(st.sampled_from(keys), 6)):
            rule["once"] = once
        if "segment" in facts_of(rule.get("item")) and draw(st.integers(0, 9)) == 9:
            rule["exclusive"] = [{"per": ["applicant", "year", "segment"], "prior": "forfeit"}]


def add_against(draw: st.DrawFn, policy: Dict) -> None:
    """Bounds against other policies, each over one grant to the applicant: they say nothing about this policy."""
    for rule in policy["rules"]:
        if payer(rule) != ("applicant", "grant") or "matter" not in rule or draw(st.integers(0, 3)) < 3:
            continue
        same = draw(st.sampled_from(("item", "matter"))) if "item" in rule else "matter"
        levels = draw(st.lists(st.sampled_from(LEVELS), min_size=1, max_size=2, unique=True))
        exclusive: Dict = {
            "per": draw(st.sampled_from(([], ["year"], ["applicant"]))),
            "prior": draw(st.sampled_from(("top_up", "forfeit", "replace", "ignore"))),
            "against": {"levels": levels, "same": same},
        }
        if choose := draw(st.sampled_from((None, None, "option"))):
            exclusive["choose"] = choose
        bound = {"id": f"against-{rule['id']}", **titled("against"), "rules": [rule["id"]], "exclusive": exclusive}
        policy["bounds"].append(bound)
