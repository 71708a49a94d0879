"""The synthetic workload: a policy of any number of rules and an application with ten items, as neutral data.

`policy_text`, `facts_text` and `application` write it for the real loader; each peer writes the same data its own way.
Money is whole yuan and every rate a whole per cent, so that no amount is ever rounded and floats stay exact: the peers
need no rounding of their own.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

YEAR = 2026
KINDS = ("project", "product", "platform", "standard", "purchase", "lease", "event", "dataset")
TWICE = ("project", "product")  # two items of these kinds, one of the others: ten items
LEVELS = ("none", "city", "province", "nation")
PLACES = ("north", "south", "east", "west")
APPLICANT = {
    "revenue": "money", "rnd_expense": "money", "investment": "money", "staff": "count", "patents": "count",
    "registered_here": "bool", "high_tech": "bool", "listed": "bool", "sound_accounts": "bool", "place": "choice",
    "rank": "choice",
}  # fmt: skip
ITEM = {"cost": "money", "contract": "money", "pieces": "count", "domestic": "bool", "filed": "bool", "level": "choice"}
OPTIONS = {"place": PLACES, "rank": LEVELS, "level": LEVELS}
UNIT = 10_000  # amounts below are multiples of 万元


@dataclass(frozen=True)
class Test:
    """`fact op value`: op is `is`, `in` or `>=`; money in yuan."""

    fact: str
    op: str
    value: Any = True


@dataclass(frozen=True)
class Pays:
    """One way to pay: `amount`, `rate` (per cent of `fact`), `each` (amount × `fact`), or `bands` by `fact`: (threshold,
    amount), highest first. Yuan; `most` is the limit of one award."""

    way: str
    amount: int = 0
    fact: str = ""
    bands: tuple[tuple[int, int], ...] = ()
    most: int | None = None


@dataclass(frozen=True)
class Rule:
    id: str
    kind: str | None  # None: claimed by the applicant itself
    tests: tuple[Test, ...]
    pays: Pays
    ceiling: bool


@dataclass(frozen=True)
class Group:
    """Of these rules only the best is paid, for each item (or for the applicant)."""

    id: str
    kind: str | None
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Cap:
    """Yuan a year for the awards of these rules together; the last cap spans all rules."""

    id: str
    rules: tuple[str, ...]
    limit: int


@dataclass(frozen=True)
class Workload:
    rules: tuple[Rule, ...]
    groups: tuple[Group, ...]
    caps: tuple[Cap, ...]
    applicant: dict[str, Any]
    items: tuple[tuple[str, str, dict[str, Any]], ...]  # id, kind, facts


def fact_name(kind: str | None, fact: str) -> str:
    """Each kind of item has facts of its own."""
    return f"{kind}_{fact}" if kind else fact


def make(size: int, seed: int = 7) -> Workload:
    """`size` rules: a fifth for the applicant, the rest spread over the kinds of items."""
    chance = random.Random(seed)
    kinds = [None if at % 5 == 0 else KINDS[(at - at // 5 - 1) % len(KINDS)] for at in range(size)]
    rules = tuple(_rule(chance, f"r{at:04}", kind) for at, kind in enumerate(kinds))
    groups, caps = [], []
    for kind in (None, *KINDS):
        own = [rule.id for rule in rules if rule.kind == kind]
        for at in range(0, len(own) - 2, 5):  # three of five rules exclude each other
            groups.append(Group(f"best-{kind or 'applicant'}-{at}", kind, tuple(own[at : at + 3])))
        if own and kind in KINDS[::2]:
            caps.append(Cap(f"year-{kind}", tuple(own), 40 * UNIT * len(own)))
    caps.append(Cap("year-all", tuple(rule.id for rule in rules), 45 * UNIT * size))
    items = [(f"{kind}-{n}", kind, _values(chance, ITEM, kind)) for kind in KINDS for n in range(1 + (kind in TWICE))]
    return Workload(rules, tuple(groups), tuple(caps), _values(chance, APPLICANT, None), tuple(items))


def _rule(chance: random.Random, name: str, kind: str | None) -> Rule:
    facts = ITEM if kind else APPLICANT
    names = {sort: [fact_name(kind, fact) for fact in facts if facts[fact] == sort] for sort in set(facts.values())}
    tests = [Test(chance.choice(names["bool"]), "is"), _choice(chance, chance.choice(names["choice"]))]
    tests.append(Test(chance.choice(names["money"]), ">=", chance.randrange(10, 150, 10) * UNIT))
    if chance.random() < 0.5:
        tests.append(Test(chance.choice(("registered_here", "high_tech", "sound_accounts")), "is"))
    if chance.random() < 0.3:
        tests.append(Test("staff", ">=", chance.randrange(5, 60, 5)))
    return Rule(name, kind, tuple(dict.fromkeys(tests)), _pays(chance, names), chance.random() < 0.2)


def _choice(chance: random.Random, name: str) -> Test:
    options = OPTIONS[name.rpartition("_")[2]]
    return Test(name, "in", tuple(sorted(chance.sample(options, 3))))


def _pays(chance: random.Random, names: dict[str, list[str]]) -> Pays:
    way = chance.choice(("amount", "rate", "rate", "each", "bands"))
    most = chance.randrange(20, 200, 10) * UNIT
    if way == "amount":
        return Pays(way, amount=most)
    if way == "rate":
        return Pays(way, amount=chance.randrange(5, 55, 5), fact=chance.choice(names["money"]), most=most)
    if way == "each":
        return Pays(way, amount=chance.randrange(1, 10) * UNIT, fact=chance.choice(names["count"]), most=most)
    tops = sorted(chance.sample(range(10, 300, 10), 3), reverse=True)
    rows = tuple((top * UNIT, (3 - at) * 20 * UNIT) for at, top in enumerate(tops))
    return Pays(way, fact=chance.choice(names["money"]), bands=rows)


def _values(chance: random.Random, facts: dict[str, str], kind: str | None) -> dict[str, Any]:
    draw = {
        "money": lambda _: chance.randrange(50, 600) * UNIT + chance.randrange(UNIT),
        "count": lambda _: chance.randrange(5, 80),
        "bool": lambda _: chance.random() < 0.95,
        "choice": lambda fact: chance.choice(OPTIONS[fact]),
    }
    return {fact_name(kind, fact): draw[sort](fact) for fact, sort in facts.items()}


# For the real loader


def facts_text() -> str:
    lines = ["applicant:", *(_fact(fact, fact, sort, 1) for fact, sort in APPLICANT.items()), "items:"]
    for kind in KINDS:
        lines += [f"  {kind}:", f"    label: {_label(kind)}", "    facts:"]
        lines += [_fact(fact_name(kind, fact), fact, sort, 3) for fact, sort in ITEM.items()]
    return "\n".join(lines) + "\n"


def _label(text: str) -> str:
    return f"{{zh: {text}, en: {text}}}"


def _fact(name: str, fact: str, sort: str, depth: int) -> str:
    options = ", ".join(f"{option}: {_label(option)}" for option in OPTIONS.get(fact, ()))
    more = f", options: {{{options}}}" if options else ""
    return f"{'  ' * depth}{name}: {{kind: {sort}, label: {_label(name)}{more}}}"


def policy_text(work: Workload) -> str:
    lines = [
        "id: workload", f"title: {_label('workload')}", "status: in_force",
        f"jurisdiction: {{name: {_label('city')}, level: city, code: '99'}}",
        f"effective: {{published: {YEAR}-01-01, starts: {YEAR}-01-01, lasts: 3 years}}", "rules:",
    ]  # fmt: skip
    for rule in work.rules:
        lines += [
            f"  - id: {rule.id}", f'    article: "{rule.id}"', f"    title: {_label(rule.id)}",
            "    department: [office]", *([f"    item: {rule.kind}"] if rule.kind else []),
            f"    when: [{', '.join(_quoted(_condition(test)) for test in rule.tests)}]",
            f"    bound: {'ceiling' if rule.ceiling else 'exact'}", f"    pays: {_way(rule.pays)}",
            *([f"    max: {rule.pays.most}元"] if rule.pays.most else []),
        ]  # fmt: skip
    lines.append("bounds:")
    for group in work.groups:
        head = f'  - {{id: {group.id}, article: "1", title: {_label(group.id)}, rules: [{", ".join(group.rules)}],'
        lines.append(f"{head} exclusive: {{per: [{'item' if group.kind else 'applicant'}], prior: top_up}}}}")
    for cap in work.caps:
        head = f'  - {{id: {cap.id}, article: "2", title: {_label(cap.id)}, rules: [{", ".join(cap.rules)}],'
        lines.append(f"{head} cap: {{limit: {cap.limit}元, per: [applicant, year]}}}}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return f'"{text}"'


def _condition(test: Test) -> str:
    if test.op == "is":
        return test.fact
    if test.op == "in":
        return f"{test.fact} in ({', '.join(repr(option) for option in test.value)})"
    return f"{test.fact} >= {test.value}{'' if test.fact == 'staff' else '元'}"


def _way(pays: Pays) -> str:
    if pays.way == "amount":
        return f"{{amount: {pays.amount}元}}"
    if pays.way == "rate":
        return f"{{rate: {pays.amount}%, of: {pays.fact}}}"
    if pays.way == "each":
        return f"{{each: {pays.fact}, amount: {pays.amount}元}}"
    rows, below = [], None
    for floor, amount in pays.bands:
        upper = f", below: {below}元" if below else ""
        rows.append(f"{{from: {floor}元{upper}, amount: {amount}元}}")
        below = floor
    return f"{{bands: {{of: {pays.fact}, rows: [{', '.join(rows[::-1])}]}}}}"


def application(work: Workload, unknown: int = 0) -> dict[str, Any]:
    """The application as data; of its facts `unknown` per cent are not known."""
    chance = random.Random(unknown)

    def facts(values: dict[str, Any]) -> dict[str, Any]:
        return {name: "unknown" if chance.randrange(100) < unknown else _text(name, v) for name, v in values.items()}

    return {
        "applicant": {"id": "applicant", "facts": facts(work.applicant)},
        "items": [{"id": name, "kind": kind, "facts": facts(values)} for name, kind, values in work.items],
        "year": YEAR,
        "date": f"{YEAR}-06-01",
        "history": "complete",
    }


def _text(name: str, value: Any) -> Any:
    return f"{value}元" if is_money(name) else value


def is_money(name: str) -> bool:
    return "money" in (APPLICANT.get(name), ITEM.get(name.rpartition("_")[2]))


def claims(work: Workload) -> list[tuple[Rule, str | None, dict[str, Any]]]:
    """Rule, item and all facts that the rule may read: what a peer prices one by one."""
    found: list[tuple[Rule, str | None, dict[str, Any]]] = []
    for rule in work.rules:
        if rule.kind is None:
            found.append((rule, None, work.applicant))
        for name, kind, values in work.items if rule.kind else ():
            if kind == rule.kind:
                found.append((rule, name, work.applicant | values))
    return found
