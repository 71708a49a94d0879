"""Random valid policies, applications and populations, in the shape of the files, for Hypothesis.

`policies()` draws one policy, `programs()` one or two that are compared with each other, `shared_programs()` one with
pools and quotas for many; `applications(program)` draws an application for a drawn program, `populations(program)`
several at once. Everything is plain dicts of text over the fixed `VOCABULARY`; `policy_text` writes a policy as a file.
Sizes are kept so small that trying every subset of the claims is cheap.

What is not drawn, because it would not be valid or because the meaning is not settled, is listed at the functions.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import yaml
from hypothesis import strategies as st

Dict = dict[str, Any]


def _label(text: str) -> Dict:
    return {"zh": text, "en": text}


def _fact(kind: str, **more: Any) -> Dict:
    return {"kind": kind, "label": _label(kind), **more}


def _choice(*options: str) -> Dict:
    return _fact("choice", options={option: _label(option) for option in options})


VOCABULARY: Dict = {
    "applicant": {
        "注册本地": _fact("bool"),
        "startup": _fact("bool"),
        "recognised": _fact("judgement"),
        "income": _fact("money"),
        "cost": _fact("money", at_most="2000万元"),
        "tax": _fact("money"),
        "staff": _fact("count"),
        "ratio": _fact("rate", at_most="100%"),
        "grade": _choice("a", "b", "c"),
        "stay": _fact("months", at_most="36"),
        "founded": _fact("date"),
        "score": _fact("number", at_most="100"),
    },
    "items": {
        "project": {
            "label": _label("project"),
            "facts": {
                "spend": _fact("money"),
                "spend_before": _fact("money", at_most="500万元"),
                "finished": _fact("bool"),
                "rank": _choice("x", "y"),
                "segment": _choice("s1", "s2"),
                "months_run": _fact("months", at_most="24"),
                "started": _fact("date"),
            },
        },
        "product": {
            "label": _label("product"),
            "facts": {
                "sales": _fact("money", at_most="1亿元"),
                "units": _fact("count", at_most="40"),
                "first": _fact("bool"),
                "segment": _choice("s1", "s2"),
                "contract": _fact("text"),
            },
        },
        "lease": {
            "label": _label("lease"),
            "facts": {
                "fee": _fact("money"),
                "months_leased": _fact("months", at_most="12"),
                "chips": _fact("bool"),
                "reviewed": _fact("judgement"),
                "discount": _fact("rate", at_least="5%", at_most="90%"),
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


def policy_text(policy: Dict) -> str:
    """The policy as the text of a file. Every scalar is a quoted string where YAML would guess something else."""
    return yaml.safe_dump(policy, allow_unicode=True, sort_keys=False, width=10_000)


# ── scalars ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def some(strategy: st.SearchStrategy, one_in: int = 3) -> st.SearchStrategy:
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
_dates = st.sampled_from(("2019-12-31", "2022-06-01", "2024-02-29", "2026-01-01", "2026-07-15"))


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
        return draw(_dates)
    if kind == "choice":
        return draw(st.sampled_from(tuple(fact["options"])))
    return draw(st.sampled_from(("c-1", "c-2")))


# ── expressions ──────────────────────────────────────────────────────────────────────────────────────────────────────


@st.composite
def conditions(draw: st.DrawFn, kind: str | None, depth: int = 1) -> str:
    """A condition over the facts of the applicant and of the item; the item's own in half of the cases."""
    if depth and draw(st.integers(0, 4)) == 4:
        left, right = draw(conditions(kind, depth - 1)), draw(conditions(kind, depth - 1))
        return f"({left}) {draw(st.sampled_from(('and', 'or')))} ({right})"
    own = kind and draw(st.booleans())
    facts = VOCABULARY["items"][kind]["facts"] if own else VOCABULARY["applicant"]
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
        "date": _dates,
    }[fact["kind"]]
    return f"{name} {draw(st.sampled_from(('>=', '>', '>=', '<', '<=')))} {draw(literal)}"


def _named(kind: str | None, of: str) -> list[str]:
    """Names of the facts of one kind, the item's own first."""
    own = VOCABULARY["items"][kind]["facts"] if kind else {}
    return [name for facts in (own, VOCABULARY["applicant"]) for name, fact in facts.items() if fact["kind"] == of]


@st.composite
def bases(draw: st.DrawFn, kind: str | None) -> str:
    """A money expression to take a share of."""
    names = _named(kind, "money")
    name = draw(st.sampled_from(names))
    form = draw(st.integers(0, 5))
    if form == 5:
        return f"min({name}, {draw(money(80))})"
    if form == 4:
        return f"{name} + {draw(st.sampled_from(names))}"
    return name


def _span(draw: st.DrawFn, bound: str, strategy: st.SearchStrategy, order: Any) -> Any:
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
        return {"each": draw(st.sampled_from(_named(kind, "count"))), "amount": _span(draw, bound, money(9), fen)}
    if way == "months":
        return {"months": draw(st.sampled_from(_named(kind, "months"))), "amount": _span(draw, bound, money(3), fen)}
    if way == "share_of":
        return {"share_of": draw(bases(kind)), "rate": draw(rates)}
    if way == "formula":
        return {"formula": f"{draw(rates)} * {draw(st.sampled_from(_named(kind, 'money')))} + {draw(money(5))}"}
    of = draw(st.sampled_from(_named(kind, "money")))
    edges = sorted(draw(st.lists(st.integers(1, 150), min_size=1, max_size=2, unique=True)))
    if way == "step":
        return {"step": {"of": of, "every": f"{edges[0]}万元", "amount": draw(money(9))}}
    if way == "milestones":
        rows = [{"reach": f"{edge}万元", "amount": draw(money(20))} for edge in edges]
        before, pays = draw(st.sampled_from(_named(kind, "money"))), draw(st.sampled_from(("highest", "every")))
        return {"milestones": {"of": of, "before": before, "rows": rows, "pays": pays}}
    between = [{"from": f"{low}万元", "below": f"{high}万元"} for low, high in pairwise(edges)]
    rows = [{"below": f"{edges[0]}万元"}, *between, {"from": f"{edges[-1]}万元"}]
    for row in rows:
        pays_rate = way == "brackets" or draw(st.booleans())
        row.update({"rate": draw(rates)} if pays_rate else {"amount": draw(money(30))})
    return {way: {"of": of, "rows": rows}}


# ── rules ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _title(name: str) -> Dict:
    return {"article": "（一）", "title": _label(name)}


@st.composite
def rules(
    draw: st.DrawFn, name: str, kinds: tuple[str | None, ...], matters: bool, ways: tuple[str, ...], mixed: bool
) -> Dict:
    """A rule without its bounds, for one of these kinds of item; `mixed`: perhaps not a grant to the applicant."""
    kind = draw(st.sampled_from(kinds))
    rule: Dict = {"id": name, **_title(name), "department": ["局"]}
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
    limits = st.one_of(money(50), st.builds("{} * {}".format, rates, st.sampled_from(_named(kind, "money"))))
    if draw(st.integers(0, 3)) == 3:
        rule["max"] = draw(st.lists(limits, min_size=1, max_size=2))
    if minimum := draw(some(money(10), 8)):
        rule["minimum"] = minimum
    return rule


def _class(rule: Dict) -> tuple[str, str]:
    return rule.get("payee", "applicant"), rule.get("form", "grant")


def _effective(key: list[str]) -> set[str]:
    """What a key tells apart within one applicant's run of one year."""
    return set(key) - {"year", "applicant"}


def laminar(a: tuple[frozenset[str], list[str]], b: tuple[frozenset[str], list[str]]) -> bool:
    """(rules, key) of two caps: are their member sets disjoint or nested, whatever is claimed?"""
    (rules_a, key_a), (rules_b, key_b) = a, b
    within_b = rules_a <= rules_b and _effective(key_a) >= _effective(key_b)
    within_a = rules_b <= rules_a and _effective(key_b) >= _effective(key_a)
    return not rules_a & rules_b or within_a or within_b


def _keys(rules: list[Dict]) -> list[list[str]]:
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
        names = [n for n, f in VOCABULARY["items"][kinds.pop()]["facts"].items() if f["kind"] == "money"]
    elif "applicant" in key:
        names = ["income", "cost", "tax"]
    else:
        return draw(money(120))
    name = draw(st.sampled_from(names))
    return draw(st.sampled_from((name, f"{draw(rates)} * {name}", f"min({draw(money(60))}, {name})")))


@st.composite
def _groups(draw: st.DrawFn, rules: list[Dict], least: int = 1) -> list[Dict]:
    """Some rules with one payee and form, and a figure."""
    payer = _class(draw(st.sampled_from(rules)))
    same = [rule for rule in rules if _class(rule) == payer and payer[1] != "in_kind"]
    if len(same) < least:
        return []
    return draw(st.lists(st.sampled_from(same), min_size=least, unique_by=lambda rule: rule["id"]))


def _by_months(rules: list[Dict]) -> bool:
    """Stipends alone, with no limit on their amount: how many months a cut amount is for has no agreed reading."""
    ways = [(pay, rule) for rule in rules for pay in rule.get("pays", [{}])]
    return len(ways) == len(rules) and all("months" in pay and not {"max"} & {*pay, *rule} for pay, rule in ways)


def _add_caps(draw: st.DrawFn, policy: Dict, pools: bool) -> None:
    """Caps that are laminar with all before. A limit never lies inside a units cap, or beside it."""
    placed: list[tuple[frozenset[str], list[str]]] = []
    units: list[frozenset[str]] = []
    rules = policy["rules"]
    for number in range(draw(st.sampled_from((2, 1, 3, 4, 0)))):
        group = draw(_groups(rules))
        if not group:
            continue
        ids = frozenset(rule["id"] for rule in group)
        key = draw(st.sampled_from(_keys(group)))
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
            policy["bounds"].append({"id": f"cap-{number}", **_title("cap"), "rules": sorted(ids), "cap": cap})
    if pools and draw(st.integers(0, 2)) == 2 and (group := draw(_groups(rules))):
        ids = frozenset(rule["id"] for rule in group)
        if all(laminar((ids, ["year"]), other) for other in placed):
            cap = {"limit": draw(st.one_of(money(80), st.just("unpublished"))), "per": ["year"], "ration": "unstated"}
            policy["bounds"].append({"id": "pool", **_title("pool"), "rules": sorted(ids), "cap": cap})


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


def _add_exclusives(draw: st.DrawFn, policy: Dict) -> None:
    """`choose` only over groups that no other `choose` touches, with whole-known keys, without `except`, and not over
    stipends under a units cap; never a rule together with one that it rides on."""
    rules = policy["rules"]
    by_id = {rule["id"]: rule for rule in rules}
    caps = [(bound["rules"], bound["cap"]) for bound in policy["bounds"] if "cap" in bound]
    caps += [([rule["id"]], cap) for rule in rules for cap in rule.get("cap", ())]
    chosen = {name for names, cap in caps if "units" in cap for name in names}
    for number in range(draw(st.sampled_from((1, 2, 0, 3)))):
        group = draw(_groups(rules, 2))
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
                keys = [key for key in _keys(group) if "segment" in key or "contract" in key]
                exclusive["per"] = draw(st.sampled_from([*keys, exclusive["per"]]))
            if len(group) > 2 and draw(st.integers(0, 2)) == 2:
                exclusive["except"] = [draw(st.permutations(sorted(ids)))[:2]]
        policy["bounds"].append({"id": f"ex-{number}", **_title("ex"), "rules": sorted(ids), "exclusive": exclusive})
    for rule in rules:
        keys = [["applicant"], ["applicant", "year"]] + ([["item"], ["item", "year"]] if "item" in rule else [])
        if once := draw(some(st.sampled_from(keys), 6)):
            rule["once"] = once
        if "segment" in facts_of(rule.get("item")) and draw(st.integers(0, 9)) == 9:
            rule["exclusive"] = [{"per": ["applicant", "year", "segment"], "prior": "forfeit"}]


def _add_against(draw: st.DrawFn, policy: Dict) -> None:
    """Bounds against other policies, each over one grant to the applicant: they say nothing about this policy."""
    for rule in policy["rules"]:
        if _class(rule) != ("applicant", "grant") or "matter" not in rule or draw(st.integers(0, 3)) < 3:
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
        bound = {"id": f"against-{rule['id']}", **_title("against"), "rules": [rule["id"]], "exclusive": exclusive}
        policy["bounds"].append(bound)


@st.composite
def policies(
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
        alike = (rule.get("item"), _class(rule))
        ladders = [other for other in drawn[:position] if (other.get("item"), _class(other)) == alike]
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
        "title": _label(name),
        "status": "in_force",
        "jurisdiction": {"name": _label(name), "level": level, "code": "99"},
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
    _add_caps(draw, policy, pools)
    _add_exclusives(draw, policy)
    if against:
        _add_against(draw, policy)
    for rule in drawn:
        dates = [name for name, fact in facts_of(rule.get("item")).items() if fact["kind"] == "date"]
        if dated and (name_of := draw(some(st.sampled_from(dates), 12))):
            rule["dated_by"] = name_of
    return policy


@st.composite
def programs(draw: st.DrawFn, **more: Any) -> list[Dict]:
    """One policy, or two small ones of different levels that may be compared with each other (grants to the applicant
    alone: a choice between payees or forms is made for the first class, so that the total of another one may rise)."""
    if draw(st.integers(0, 3)) < 3:
        return [draw(policies(**more))]
    first, second = draw(st.permutations(LEVELS))[:2]
    more = {"max_rules": 3, "mixed": False, **more}
    return [draw(policies(name="p", level=first, **more)), draw(policies(name="q", level=second, **more))]


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
        grant["units"] = str(draw(st.integers(0, 12)))
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
    group = draw(_groups(policy["rules"]))
    ids = frozenset(rule["id"] for rule in group)
    if group and all(laminar((ids, ["year"]), other) for other in placed):
        cap = {"limit": draw(money(100)), "per": ["year"], "ration": ration}
        policy["bounds"].append({"id": "pool", **_title("pool"), "rules": sorted(ids), "cap": cap})
        if ration != "pro_rata" and all("item" in rule for rule in group) and draw(st.booleans()):
            quota = {"count": str(draw(st.integers(1, 3))), "of": "item", "per": ["year"], "ration": ration}
            if draw(st.booleans()):
                policy["bounds"][-1] = {"id": "quota", **_title("quota"), "rules": sorted(ids), "cap": quota}
            else:
                policy["bounds"].append({"id": "quota", **_title("quota"), "rules": sorted(ids), "cap": quota})
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
