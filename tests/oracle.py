"""What settling means, as naively as it can be said: every set of claims is tried. Slow, small, independent.

It works on plain data in the shape of the files (policies, vocabulary, application as dicts of text) and shares no code
with the package. `settle` answers for one applicant, `allocate` for several who share pools and quotas; `completions`
(of oracle_truth.py) replaces what an application leaves unknown by sample values.

Where the agreed meaning is silent, the literal reading is taken and marked `OPEN:`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import product
from math import floor, inf
from typing import Any

from oracle_truth import completions
from oracle_values import compare, evaluate, every, fact_value, given, minus, plus, steps, times, times_one, yuan

__all__ = ["Answer", "Line", "allocate", "completions", "settle"]

Dict = dict[str, Any]
CASH = ("grant", "voucher", "interest_subsidy", "stipend")
MOST_CLAIMS = 14

# ── claims ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Claim:
    """One rule for one item (or for the applicant)."""

    policy: Dict
    rule: Dict
    item: Dict | None
    facts: Dict  # name → value
    texts: Dict  # name → text, for keys
    match: bool | None = False
    due: tuple[Any, Any] = (0, 0)  # priced, or decided by the office; high None: no figure
    unbounded: bool = False
    matched: Any = False  # the conditions alone, whatever the award comes to
    units: tuple[Any, ...] = ()  # few, many, and the money for one: least, most
    alone: tuple[Any, Any] = (0, 0)  # after what was granted before
    below: bool = False  # decided below what the text assures

    @property
    def id(self) -> tuple[str, str, str | None]:
        return (self.policy["id"], self.rule["id"], self.item["id"] if self.item else None)

    @property
    def order(self) -> tuple[str, str, str]:
        return (self.policy["id"], self.rule["id"], self.item["id"] if self.item else "")

    @property
    def name(self) -> tuple[str, str]:
        return (self.policy["id"], self.rule["id"])

    @property
    def group(self) -> tuple[str, str]:
        """Payee and class: what it is totalled under."""
        form = self.rule.get("form", "grant")
        kind = "cash" if form in CASH else "financing" if form == "financing" else "other"
        return (self.rule.get("payee", "applicant"), kind)

    @property
    def own(self) -> bool:
        return self.group == ("applicant", "cash")

    @property
    def money_without_figure(self) -> bool:
        reason = self.rule.get("unquantified")
        return reason not in (None, "in_kind", "institutional") and self.rule.get("form") != "in_kind"


@dataclass
class Line:
    """The answer for one claim; `due` high None: no figure."""

    due: tuple[int, int | None]
    alone: tuple[int, int | None]
    settled: tuple[int, int]
    open: bool
    below_assured: bool


@dataclass
class Answer:
    """`totals`: (payee, class) → (assured, ceiling), figures only, over all policies; `by_policy`: the same of each policy;
    `open`: the claims that leave a ceiling open."""

    lines: dict[tuple[str, str, str | None], Line]
    totals: dict[tuple[str, str], tuple[int, int]]
    by_policy: dict[tuple[str, tuple[str, str]], tuple[int, int]]
    open: dict[tuple[str, str], set[tuple[str, str, str | None]]]
    subject_to: set[str]


@dataclass
class Bound:
    """A cap or an exclusive of a policy, with the rules that it is over."""

    path: str
    policy: Dict
    rules: set[tuple[str, str]]
    body: Dict  # as written

    @property
    def key(self) -> list[str]:
        return self.body["per"]

    @property
    def pool(self) -> bool:
        return not {"item", "applicant"} & set(self.key)

    def covers(self, claim: Claim) -> bool:
        return claim.name in self.rules


def _bounds(policies: list[Dict], what: str) -> list[Bound]:
    """All caps, or all exclusives; `once` is an exclusive on the rule itself that bars."""
    found = []
    for policy in policies:
        for rule in policy["rules"]:
            bodies = [rule[what]] if isinstance(rule.get(what), dict) else list(rule.get(what, ()))
            if what == "exclusive" and "once" in rule:
                bodies.append({"per": ["rule", *rule["once"]], "prior": "forfeit"})
            for body in bodies:
                found.append(Bound(f"{policy['id']}/{rule['id']}", policy, {(policy["id"], rule["id"])}, body))
        for bound in policy.get("bounds", ()):
            if what in bound:
                names = [rule["id"] for rule in policy["rules"]] if bound["rules"] == "all" else bound["rules"]
                rules = {(policy["id"], name) for name in names}
                found.append(Bound(f"{policy['id']}/{bound['id']}", policy, rules, bound[what]))
    return found


def award_of(rule: Dict) -> str:
    return rule.get("award", rule["id"])


@dataclass
class Case:
    """One application under some policies."""

    policies: list[Dict]
    vocabulary: Dict
    application: Dict
    claims: list[Claim] = field(default_factory=list)
    alone: bool = False  # no other applicant: what is shared bounds him by itself

    def __post_init__(self) -> None:
        self.caps = _bounds(self.policies, "cap")
        self.exclusives = _bounds(self.policies, "exclusive")
        self.year = str(self.application["year"])
        self.complete = self.application["history"] == "complete"
        self.by_name = {(p["id"], r["id"]): r for p in self.policies for r in p["rules"]}
        self.by_policy = {p["id"]: p for p in self.policies}
        self.grants = [g for g in self.application.get("grants", ()) if g.get("repaid", "false") == "false"]
        self.claims = sorted(self._claims(), key=lambda claim: claim.order)
        for claim in self.claims:
            self._price(claim)
            claim.alone = (self._after_history(claim, 0), self._after_history(claim, 1))

    def _claims(self) -> Iterator[Claim]:
        for policy in self.policies:
            extra = policy.get("facts", {})
            declared = {**self.vocabulary["applicant"], **extra.get("applicant", {})}
            said = self.application["applicant"].get("facts", {})
            for rule in policy["rules"]:
                for item in self.application.get("items", ()) if "item" in rule else [None]:
                    facts, texts = dict(declared), dict(said)
                    if item is not None:
                        if item["kind"] != rule["item"] or (item.get("years") and self.year not in item["years"]):
                            continue
                        facts |= self.vocabulary["items"][item["kind"]]["facts"]
                        facts |= extra.get("items", {}).get(item["kind"], {})
                        texts |= item.get("facts", {})
                    texts = {name: texts.get(name, "unknown") for name in facts}
                    values = {name: fact_value(fact, texts[name]) for name, fact in facts.items()}
                    yield Claim(policy, rule, item, values, texts)

    # ── match and price ──────────────────────────────────────────────────────────────────────────────────────────────

    def _in_force(self, claim: Claim) -> bool:
        """False only if the day of the claim is known to lie outside. OPEN: `dated_by` takes the place of that day."""
        effective = claim.policy["effective"]
        if "dated_by" in claim.rule:
            day = claim.facts[claim.rule["dated_by"]]
        else:
            said = self.application.get("date", "unknown")
            day = None if said == "unknown" else date.fromisoformat(said)
        published = effective["published"]
        if published == "unknown":
            published = self.application.get("published", {}).get(claim.policy["id"], "unknown")
        first = last = None
        if effective["starts"].startswith("+"):
            if published != "unknown":
                first = date.fromisoformat(published) + timedelta(days=int(effective["starts"].split()[0]))
        elif effective["starts"] != "not_stated":
            first = date.fromisoformat(effective["starts"])
        if effective.get("ends", "not_stated") != "not_stated":
            last = date.fromisoformat(effective["ends"])
        elif effective.get("lasts", "not_stated") != "not_stated" and first:
            end = first.year + int(effective["lasts"].split()[0])
            leap = (first.month, first.day) == (2, 29)
            last = (date(end, 3, 1) if leap else first.replace(year=end)) - timedelta(days=1)
        if day is None and "dated_by" not in claim.rule:  # some day of the budget year
            return not ((first and first.year > int(self.year)) or (last and last.year < int(self.year)))
        return day is None or not ((first and day < first) or (last and day > last))

    def _price(self, claim: Claim) -> None:
        rule = claim.rule
        claim.match = every([evaluate(condition, claim.facts) for condition in rule.get("when", ())])
        if claim.match is False or not self._in_force(claim):
            claim.match = False
            return
        low, high = 0, None
        claim.matched = claim.match
        if "unquantified" not in rule:
            low, high, claim.units = self._due(claim)
            if high == 0:
                claim.match = False
        approved = [
            grant
            for grant in self.application.get("approved", ())
            if (grant["policy"], grant["rule"], grant.get("item")) == claim.id
        ]
        if claim.match is not False and approved:
            amount = yuan(approved[0]["amount"])
            amount = amount if high is None else min(amount, high)
            claim.below = amount < low
            low = high = amount
            claim.matched, claim.unbounded = True, False
        elif "dated_by" in rule and claim.facts[rule["dated_by"]] is None and not self._never(claim):
            claim.match, low = None, 0  # the day that decides is not known
        claim.due = (low, high)

    def _due(self, claim: Claim) -> tuple[Any, Any, tuple[Any, Any]]:
        reached, certain = [], False
        for condition, low, high, units, limits in self._branches(claim):
            holds = evaluate(condition, claim.facts) if isinstance(condition, str) else condition
            if holds is False:
                continue
            for limit in [*limits, *_list(claim.rule.get("max", ()))]:
                least, most = evaluate(limit, claim.facts)
                low, high = min(low, least), min(high, most)
            reached.append((low, high, units))
            if holds:
                certain = True
                break
        if not reached:
            claim.matched = False
            return 0, 0, ()
        low, high = min(r[0] for r in reached), max(r[1] for r in reached)
        # OPEN: months of the branch that gives the low, and of the one that gives the high
        stipends = [r[2] for r in reached if any(r[2])]
        units = tuple(end(s[at] for s in stipends) for at, end in enumerate((min, max, min, max))) if stipends else ()
        if claim.match is None or not certain or claim.rule.get("bound") == "ceiling":
            low = 0
        low = max(0, floor(low))
        high = None if high == inf else max(0, floor(high))
        if "minimum" in claim.rule:
            least = yuan(claim.rule["minimum"])
            claim.matched = claim.matched if high is None or high >= least else False
            low = 0 if low < least else low
            high = 0 if high is not None and high < least else high
        if high is None:
            # a parameter for an unpublished limit counts as a limit
            caps = [cap for cap in self.caps if cap.covers(claim) and "limit" in cap.body]
            full = [self._limit(cap, claim, 1) for cap in caps]
            timed = [cap for cap in self.caps if cap.covers(claim) and "units" in cap.body]
            full += [floor(evaluate(cap.body["units"], claim.facts)[1] * units[3]) for cap in timed if units]
            high = min([figure for figure in full if figure != inf], default=None)
            claim.unbounded = high is not None  # history and rivals are compared with what it may be worth
            low = low if high is None else min(low, high)
        return low, high, units

    def _branches(self, claim: Claim) -> Iterator[tuple[Any, Any, Any, Any, list[str]]]:
        """Every branch of `pays` as (condition, low, high, units, limits)."""
        facts = claim.facts

        def ends(ranged: Any) -> tuple[Any, Any]:
            if isinstance(ranged, str):
                return evaluate(ranged, facts)
            return (evaluate(ranged["from"], facts)[0], evaluate(ranged["to"], facts)[1])

        for pay in _list(claim.rule.get("pays", ())):
            when = evaluate(pay["when"], facts) if "when" in pay else True
            limits = _list(pay.get("max", ()))
            none = (Fraction(0),) * 4  # months or years, and the money for one, low and high
            if "bands" in pay:
                of = evaluate(pay["bands"]["of"], facts)
                for row in pay["bands"]["rows"]:
                    due = ends(row["amount"]) if "amount" in row else times(ends(row["rate"]), of)
                    yield every([when, _within(row, of, facts)]), *due, none, limits
                continue
            units = none
            if "milestones" in pay:
                table = pay["milestones"]
                of, before = evaluate(table["of"], facts), evaluate(table["before"], facts)
                rows = [(evaluate(row["reach"], facts), ends(row["amount"])) for row in table["rows"]]
                hit = [
                    (every([compare(ast.GtE, of, reach), compare(ast.Lt, before, reach)]), amount, reach)
                    for reach, amount in rows
                ]
                if table["pays"] == "highest":
                    for holds, amount, _ in sorted(hit, key=lambda row: row[2], reverse=True):
                        yield every([when, holds]), *amount, none, limits
                    continue
                due = (Fraction(0), Fraction(0))
                for holds, amount, _ in hit:
                    due = plus(due, given(holds, amount))
            elif "brackets" in pay:
                of = evaluate(pay["brackets"]["of"], facts)
                due = tuple(
                    sum((_bracket(row, end, facts) for row in pay["brackets"]["rows"]), Fraction(0)) for end in of
                )
            elif "step" in pay:
                step = pay["step"]
                of = evaluate(step["of"], facts)
                of = minus(of, evaluate(step["above"], facts)) if "above" in step else of
                due = times(ends(step["amount"]), steps(of, evaluate(step["every"], facts)))
            elif "formula" in pay:
                due = ends(pay["formula"])
            elif "rate" in pay:
                due = times(ends(pay["rate"]), evaluate(pay.get("of") or pay["share_of"], facts))
            elif "amount" in pay:
                due = ends(pay["amount"])
                for count in ("each", "months", "years"):
                    if count in pay:
                        number = evaluate(pay[count], facts)
                        units = (*number, *due) if count != "each" else none
                        due = times(due, number)
            else:
                raise NotImplementedError(f"{sorted(pay)}: uplift has no agreed reading here")
            yield when, *due, units, limits

    # ── keys, limits and history ─────────────────────────────────────────────────────────────────────────────────────

    def _key(self, bound: Bound, claim: Claim) -> tuple[Any, ...] | None:
        """The values of the key for a claim; None if one of them is unknown."""
        of = {
            "rule": claim.name,
            "award": (claim.policy["id"], award_of(claim.rule)),
            "item": claim.item and claim.item["id"],
            "applicant": self.application["applicant"]["id"],
            "year": self.year,
        }
        values = tuple(of[part] if part in of else claim.texts[part] for part in bound.key)
        return None if "unknown" in values else values

    def _earlier(self, bound: Bound, key: tuple[Any, ...], run: int) -> list[Dict]:
        """Earlier grants of the bound's rules with this key. OPEN: one that does not say an attribute of the key counts
        in the low run only; grants of a succeeded policy count as this policy's, but not under a key with `year`."""
        found = []
        for grant in self.grants:
            policy = grant["policy"]
            if policy in bound.policy.get("succeeds", ()) and "year" not in bound.key:
                policy = bound.policy["id"]
            name = (policy, grant["rule"])
            if name not in bound.rules:
                continue
            of = {
                "rule": name,
                "award": (policy, award_of(self.by_name[name])),
                "item": grant.get("item"),
                "applicant": self.application["applicant"]["id"],
                "year": str(grant["year"]),
            }
            said = [of[part] if part in of else grant.get("attributes", {}).get(part) for part in bound.key]
            unsaid = [part for part, value in zip(bound.key, said, strict=True) if part not in of and value is None]
            agrees = all(
                value == wanted for part, value, wanted in zip(bound.key, said, key, strict=True) if part not in unsaid
            )
            if agrees and (run == 0 or not unsaid):
                found.append({**grant, "name": name})
        return found

    def _stated(self, cap: Bound) -> bool:
        """Does the text, or a parameter, give the figure?"""
        withheld = "unpublished" in (cap.body.get("limit"), cap.body.get("count"))
        return not withheld or cap.path in self.application.get("parameters", {})

    def _limit(self, cap: Bound, claim: Claim, run: int) -> Any:
        """The figure of a cap at full size in a run; inf where it is not in force."""
        figure = cap.body["limit"]
        if not self._stated(cap):
            return inf
        figure = self.application.get("parameters", {}).get(cap.path, figure)
        number = evaluate(figure, claim.facts)[run]
        return inf if number == inf else floor(number)

    def _after_history(self, claim: Claim, run: int) -> Any:
        """What is left of `due` by what the applicant, or another policy, has granted for the same before."""
        due = claim.due[run]
        if due == 0 or (due is None and any(self._used_up(cap, claim) for cap in self.caps)):
            return 0
        amounts = [due if due is not None and not (run and claim.unbounded) else inf]
        for bound in self.exclusives:
            if not bound.covers(claim):
                continue
            key = self._key(bound, claim)
            if key is None:
                if run == 0:
                    return 0
                continue
            amounts.append(self._left_by_grants(bound, claim, key, amounts[0], run))
            amounts += [
                self._left_by_rival(bound, claim, rival, amounts[0], run) for rival in self._rivals(bound, claim, run)
            ]
        if run == 0 and any(
            self._key(cap, claim) is None for cap in self.caps if cap.covers(claim) and self._stated(cap)
        ):
            return 0  # OPEN: for an unknown key of a pool as well
        least = min(amounts)
        if run and claim.unbounded:
            least = min(least, due)
        return None if least == inf else max(0, least)

    def _used_up(self, cap: Bound, claim: Claim) -> bool:
        """Have earlier grants left nothing of a cap over the claim? Then money without a figure can't come either."""
        key = self._key(cap, claim) if cap.covers(claim) and self._stated(cap) else None
        grants = self._earlier(cap, key, 1) if key is not None else []
        if not grants:
            return False
        if "count" not in cap.body:
            return bool(self.left(cap, key, claim, 1, "units" if "units" in cap.body else "amount") == 0)
        counted, before, most = self._count(cap, key, [claim], 1)
        return len(before) > most or (len(before) == most and counted[claim.id] not in before)

    def _compares_grant_of(self, bound: Bound, claim: Claim, name: tuple[str, str]) -> bool:
        if {name[1], claim.rule["id"]} in [set(pair) for pair in bound.body.get("except", ())]:
            return False
        if "against" in bound.body:
            return False  # such a bound compares with other policies only
        if "rule" in bound.key or "award" in bound.key:
            return True
        if len({award_of(self.by_name[name]) for name in bound.rules}) == 1:
            return True
        return award_of(self.by_name[name]) != award_of(claim.rule)

    def _could_compare_a_grant(self, bound: Bound, claim: Claim) -> bool:
        if "against" in bound.body:
            return True
        for name in bound.rules:
            same_rule = name == claim.name
            same_award = award_of(self.by_name[name]) == award_of(claim.rule)
            reachable = (same_rule or "rule" not in bound.key) and (same_award or "award" not in bound.key)
            if reachable and self._compares_grant_of(bound, claim, name):
                return True
        return False

    def _left_by_grants(self, bound: Bound, claim: Claim, key: tuple[Any, ...], due: Any, run: int) -> Any:
        prior = bound.body["prior"]
        if prior == "ignore":
            return due
        if not self.complete and run == 0 and self._could_compare_a_grant(bound, claim):
            return 0
        grants = [g for g in self._earlier(bound, key, run) if self._compares_grant_of(bound, claim, g["name"])]
        if "against" in bound.body:
            grants += [g for g in self.grants if self._is_against(bound, claim, g, run)]
        grants = [grant for grant in grants if yuan(grant["amount"]) > 0]
        if not grants:
            return due
        worth = max(yuan(grant.get("value", grant["amount"])) for grant in grants)
        paid = sum(yuan(grant["amount"]) for grant in grants)
        if prior == "top_up":
            return max(0, max(due, worth) - paid)
        if prior == "forfeit":
            return 0
        return due if due > worth else 0

    def _is_against(self, bound: Bound, claim: Claim, other: Dict, run: int) -> bool:
        """Does the bound compare with this grant or rival of another policy? OPEN: whatever the bound's key says."""
        against, policy = bound.body["against"], other["policy"]
        if policy == bound.policy["id"]:
            return False
        if "year" in bound.key and str(other.get("year", self.year)) != self.year:
            return False
        if policy in self.by_policy:
            level = self.by_policy[policy]["jurisdiction"]["level"]
            matter = self.by_name[policy, other["rule"]].get("matter", other["rule"])
        else:
            level, matter = other.get("level"), other.get("matter")
        if level not in against["levels"]:
            return False
        if against["same"] == "item":
            return claim.item is not None and other.get("item") == claim.item["id"]
        mine = claim.item and claim.item["id"]
        same_thing = mine is None or other.get("item") is None or other["item"] == mine
        said = (
            run == 0 if matter is None else matter == claim.rule.get("matter", claim.rule["id"])
        )  # it may be the same
        return bool(same_thing and said)

    def _rivals(self, bound: Bound, claim: Claim, run: int) -> list[Dict]:
        if "against" not in bound.body:
            return []
        return [rival for rival in self.application.get("rivals", ()) if self._is_against(bound, claim, rival, run)]

    def _left_by_rival(self, bound: Bound, claim: Claim, rival: Dict, due: Any, run: int) -> Any:
        amount = rival["amount"]
        low, high = (amount, amount) if isinstance(amount, str) else (amount["from"], amount["to"])
        if bound.body.get("choose") == "option":
            named = self.application.get("options", {}).get(bound.path)
            if named is None:
                return due if run else 0
            return due if named == claim.rule["id"] else 0
        return due if due >= yuan((high, low)[run]) else 0

    def excluded(self, a: Claim, b: Claim) -> bool:
        """May only one of the two be paid, whatever they are worth?"""
        for bound in self.exclusives:
            if bound.covers(a) and bound.covers(b) and "against" not in bound.body:
                key = self._key(bound, a)
                pairs = [set(pair) for pair in bound.body.get("except", ())]
                if key is not None and key == self._key(bound, b) and {a.rule["id"], b.rule["id"]} not in pairs:
                    return True
            for mine, other in ((a, b), (b, a)):
                if bound.covers(mine) and "against" in bound.body and other.policy["id"] != mine.policy["id"]:
                    item = other.item["id"] if other.item else None
                    if self._is_against(
                        bound, mine, {"policy": other.policy["id"], "rule": other.rule["id"], "item": item}, 1
                    ):
                        return True
        return False

    # ── one run: choose, then cap ────────────────────────────────────────────────────────────────────────────────────

    def groups(self, bounds: list[Bound]) -> Iterator[tuple[Bound, tuple[Any, ...], list[Claim]]]:
        """The claims that share a key, bound by bound."""
        for bound in bounds:
            keys: dict[tuple[Any, ...], list[Claim]] = {}
            for claim in self.claims:
                if bound.covers(claim) and (key := self._key(bound, claim)) is not None:
                    keys.setdefault(key, []).append(claim)
            for key, members in keys.items():
                yield bound, key, members

    def left(self, cap: Bound, key: tuple[Any, ...], claim: Claim, run: int, what: str = "amount") -> Any:
        """What earlier grants leave of a limit or of units; an incomplete history leaves nothing assured."""
        if what == "amount":
            full, used = self._limit(cap, claim, run), [yuan(g["amount"]) for g in self._earlier(cap, key, run)]
        else:
            full = evaluate(cap.body["units"], claim.facts)[run]
            used = [int(g.get("units", "0")) for g in self._earlier(cap, key, run)]
        if cap.pool and cap.path in self.application.get("parameters", {}):
            return full  # a parameter says what is left of a pool
        if not self.complete and run == 0 and full != inf and not cap.pool:
            return 0
        return full if full == inf else max(0, full - sum(used))

    def runs(self, run: int) -> dict[tuple[str, str, str | None], int]:
        """Settled amounts of one run, before pools."""
        lows = {claim.id: claim.alone[0] if self._stands(claim, 0) else 0 for claim in self.claims}
        for claim in self.claims:
            if claim.money_without_figure and claim.match is not False and claim.alone[1] is None:
                # money without a figure may beat all that it excludes
                lows |= {other.id: 0 for other in self.claims if other is not claim and self.excluded(claim, other)}
        amounts = {c.id: c.alone[0] if c.alone[1] is None else c.alone[1] for c in self.claims} if run else lows
        results = [self._choose({**amounts, **fixed}, run) for fixed in self._winners(lows, amounts, run)]
        return (max if run else min)(results, key=self._worth)  # OPEN: of equal ones, that with the first winner

    def _worth(self, amounts: Dict) -> tuple[int, int]:
        own = sum(amounts[claim.id] for claim in self.claims if claim.own)
        return (own, sum(amounts.values()) - own)

    def _winners(self, lows: Dict, amounts: Dict, run: int) -> Iterator[Dict]:
        """Every way in which the groups with `choose` can come out: amounts that replace the members'."""
        ways: list[list[Dict]] = []
        for bound, _, members in self.groups(self.exclusives):
            choose = bound.body.get("choose")
            if choose is None or "against" in bound.body:
                continue
            possible = [c for c in members if (c.alone[1] is None or c.alone[1] > 0) and self._stands(c, 1)]
            if run == 0 and any(
                bound.covers(claim)
                and self._key(bound, claim) is None
                and claim.match is not False
                and (claim.alone[1] is None or claim.alone[1] > 0)
                for claim in self.claims
            ):
                ways.append([dict.fromkeys((claim.id for claim in members), 0)])
                continue  # a claim whose key is not known may win
            if len(possible) < 2 and choose != "option":
                continue  # nothing to choose between
            nobody = dict.fromkeys((claim.id for claim in members), 0)
            if choose == "highest":
                best = max(lows[claim.id] for claim in members)
                wins = [
                    claim for claim in possible if claim.alone[1] is None or claim.unbounded or claim.alone[1] >= best
                ]
                outcomes = [{**nobody, c.id: amounts[c.id] if run else max(lows[c.id], best)} for c in wins]
            elif choose == "priority":
                wins, certain = self._first(bound, possible, lows)
                outcomes = [{**nobody, claim.id: amounts[claim.id]} for claim in wins] + ([] if certain else [nobody])
            else:
                named = self.application.get("options", {}).get(bound.path)
                taken = [c for c in members if c.rule["id"] == named and c.matched is not False]
                free = [] if any(claim.matched for claim in taken) else possible
                if not taken and len(possible) < 2:
                    continue  # nothing to choose between
                wins = taken + [claim for claim in free if claim not in taken]
                outcomes = [{**nobody, claim.id: amounts[claim.id]} for claim in wins]
                outcomes += [nobody] if free or not wins else []
            ways.append(outcomes or [nobody])
        for combination in product(*ways):
            yield {claim: amount for outcome in combination for claim, amount in outcome.items()}

    def _first(self, bound: Bound, possible: list[Claim], lows: Dict) -> tuple[list[Claim], bool]:
        """The claims that may be first in the list of priority, and whether one of them is bound to be there.
        OPEN: rules that the list does not name come last, in order."""
        places = bound.body["priority"]
        wins = []
        for claim in sorted(
            possible, key=lambda c: (places.index(c.rule["id"]) if c.rule["id"] in places else len(places), c.order)
        ):
            wins.append(claim)
            if claim.match and lows[claim.id] > 0:
                return wins, True
        return wins, False

    def _choose(self, amounts: Dict, run: int) -> Dict:
        """The best of all sets of claims that may be paid together; of equally good ones the first in order."""
        candidates = [claim for claim in self.claims if amounts[claim.id] > 0]
        assert len(candidates) <= MOST_CLAIMS, "too many claims to try all sets"
        apart = [(a.id, b.id) for i, a in enumerate(candidates) for b in candidates[:i] if self.excluded(a, b)]
        counts = self._counts(run) + (self._counts(run, pools=True) if self.alone else [])
        riders = self._riders(candidates, run)
        caps = self._ordered_caps(run)
        layers = _layers(caps)
        best: Any = None
        for taken in product((True, False), repeat=len(candidates)):
            chosen = {claim.id for claim, yes in zip(candidates, taken, strict=True) if yes}
            if any(a in chosen and b in chosen for a, b in apart):
                continue
            if any(not bases & chosen for rider, bases in riders.items() if rider in chosen):
                continue
            if any(not _count_holds(members, before, most, chosen) for members, before, most in counts):
                continue
            mine = {name: amounts[name] if name in chosen else 0 for name in amounts}
            worth = [self._worth(self._capped(mine, some, run)) for some in layers]
            if best is None or worth > best[0]:
                best = (worth, self._capped(mine, caps, run))
        return best[1]

    def _stands(self, claim: Claim, run: int) -> bool:
        """Not a rider, or one whose base is worth something in the run, or may have been granted."""
        bases = self._riders([claim], run).get(claim.id)
        return bases is None or any(other.alone[run] != 0 for other in self.claims if other.id in bases)

    def _riders(self, candidates: list[Claim], run: int) -> Dict:
        """Rider → the claims of which one must be paid for it. Granted earlier is as good.
        OPEN: on the same item where both have one; a base without a figure stands in the high run."""
        found = {}
        for claim in candidates:
            if "rides_on" not in claim.rule:
                continue
            base = (claim.policy["id"], claim.rule["rides_on"])
            same = [
                other
                for other in self.claims
                if other.name == base and (not other.item or other.item is claim.item or not claim.item)
            ]
            earlier = any(
                (g["policy"], g["rule"]) == base
                and yuan(g["amount"]) > 0
                and (not g.get("item") or not claim.item or g["item"] == claim.item["id"])
                for g in self.grants
            )
            if run and not self.complete:
                continue  # the base may have been granted in a year that is not told
            if not earlier and not (run and any(other.alone[1] is None for other in same)):
                found[claim.id] = {other.id for other in same}
        return found

    def _counts(self, run: int, pools: bool = False) -> list[tuple[Dict, set[Any], int]]:
        """Count caps as (claim → what it counts as, what earlier grants count as, how many at most).
        OPEN: a claim counts if it is chosen with an amount, even where a cap then leaves nothing of it."""
        counts = self.groups([c for c in self.caps if "count" in c.body and c.pool == pools])
        return [self._count(cap, key, members, run) for cap, key, members in counts if self._stated(cap)]

    def _count(self, cap: Bound, key: tuple[Any, ...], members: list[Claim], run: int) -> tuple[Dict, set[Any], int]:
        most = int(self.application.get("parameters", {}).get(cap.path, cap.body["count"]))
        if run == 0 and not self.complete and not cap.pool:
            most = -1
        of = cap.body["of"]
        counted = {
            c.id: {"item": c.id[2], "year": self.year, "award": (award_of(c.rule), c.id[2])}[of] for c in members
        }
        before = {
            {
                "item": g.get("item"),
                "year": str(g["year"]),
                "award": (award_of(self.by_name[g["name"]]), g.get("item")),
            }[of]
            for g in self._earlier(cap, key, run)
            if yuan(g["amount"]) > 0
        }
        return counted, before, most

    def _ordered_caps(self, run: int, pools: bool = False) -> list[tuple[Bound, list[Any], Any]]:
        """Limits as (cap, members, what is left), inner first; units before limits. For an applicant alone a pool that
        nests with his own caps is one of them.
        OPEN: between equal sets, the cap over fewer rules, then the finer key, comes first."""
        found = []
        own = [
            {c.id for c in m} for _, _, m in self.groups([c for c in self.caps if "count" not in c.body and not c.pool])
        ]
        for what in ("units", "limit"):
            groups = []
            for cap, key, members in self.groups([cap for cap in self.caps if what in cap.body]):
                mine = {claim.id for claim in members}
                nests = self.alone and all(mine.isdisjoint(o) or mine <= o or o <= mine for o in own)
                if (cap.pool and not nests) == pools:
                    groups.append((cap, key, members))
            groups.sort(key=lambda g: (len(g[2]), len(g[0].rules), -len(g[0].key), g[0].path))
            for cap, key, members in groups:
                left = self.left(cap, key, members[0], run, "units" if what == "units" else "amount")
                cap = replace(cap, body={**cap.body, "ration": None}) if cap.pool else cap
                found.append((cap, [claim.id for claim in members], left))
        return found

    def _capped(self, amounts: Dict, caps: list[tuple[Bound, list[Any], Any]], run: int) -> Dict:
        amounts = dict(amounts)
        units = {claim.id: claim.units for claim in self.claims}
        for cap, members, left in caps:
            if "units" in cap.body:
                paid = [name for name in members if amounts[name] > 0 and units[name]]
                for name in sorted(paid, key=lambda name: -units[name][2 + run]):
                    few, many, *each = units[name]
                    takes, uses = (many, few) if run else (few, many)
                    amounts[name] = min(amounts[name], floor(each[run] * min(takes, left)))
                    left -= min(uses, left)
            elif cap.body.get("ration") == "pro_rata":
                if sum(amounts[name] for name in members) > left:
                    amounts |= largest_remainder({name: amounts[name] for name in members}, left)
            else:
                for name in members:
                    amounts[name] = min(amounts[name], left)
                    left -= amounts[name]
        return amounts

    def pooled(self, amounts: Dict, run: int) -> Dict:
        """The pools that do not nest with the applicant's own caps: cut in order, nothing is chosen again."""
        return self._capped(amounts, self._ordered_caps(run, pools=True), run)

    def _never(self, claim: Claim) -> bool:
        """Is the policy over and done with, whatever the day?"""
        return claim.policy["status"] == "repealed"

    def answer(self, low: Dict, high: Dict) -> Answer:
        lines, opens = {}, {}
        by_policy: dict[tuple[Any, Any], tuple[int, int]] = {}
        for claim in self.claims:
            is_open = claim.alone[1] is None and (claim.money_without_figure or "unquantified" not in claim.rule)
            settled = (low[claim.id], high[claim.id])
            lines[claim.id] = Line(claim.due, claim.alone, settled, is_open, claim.below)
            before = by_policy.get((claim.policy["id"], claim.group), (0, 0))
            by_policy[claim.policy["id"], claim.group] = (before[0] + settled[0], before[1] + settled[1])
            if is_open:
                opens.setdefault(claim.group, set()).add(claim.id)
        totals: dict[Any, tuple[int, int]] = {}
        for (_, group), (least, most) in by_policy.items():
            before = totals.get(group, (0, 0))
            totals[group] = (before[0] + least, before[1] + most)
        # a pool, or a policy that is compared with this one, may leave less of what the high run had chosen
        totals, by_policy = (
            {key: (least, max(least, most)) for key, (least, most) in found.items()} for found in (totals, by_policy)
        )
        conditional = {
            cap.path
            for cap, _, members in self.groups(self.caps)
            if any(claim.due[1] != 0 for claim in members) and (cap.pool or not self._stated(cap))
        }
        return Answer(lines, totals, by_policy, opens, conditional)


def _list(value: Any) -> list[Any]:
    return [value] if isinstance(value, (str, dict)) else list(value)


def _within(row: Dict, of: Any, facts: Dict) -> bool | None:
    """Does the value lie in the row of a table?"""
    signs = {"from": ast.GtE, "over": ast.Gt, "below": ast.Lt, "upto": ast.LtE}
    return every([compare(sign, of, evaluate(row[edge], facts)) for edge, sign in signs.items() if edge in row])


def _bracket(row: Dict, of: Any, facts: Dict) -> Any:
    """The row's rate of the part of `of` that lies in the row."""
    lower = evaluate(row.get("from") or row.get("over") or "0元", facts)[0]
    upper = evaluate(row.get("below") or row.get("upto"), facts)[0] if "below" in row or "upto" in row else inf
    return times_one(evaluate(row["rate"], facts)[0], max(0, min(of, upper) - lower))


def _count_holds(counted: Dict, before: set[Any], most: int, chosen: set[Any]) -> bool:
    mine = {counted[name] for name in chosen if name in counted}
    return not mine or len(mine | before) <= most


def largest_remainder(amounts: Dict, pool: int) -> Dict:
    """Shares in proportion to the amounts that add up to the pool to the fen; the spare fen go to the largest
    remainders and, of equal ones, to the first in the order given."""
    whole = sum(amounts.values())
    exact = {name: Fraction(amount * pool, whole) for name, amount in amounts.items()}
    shares = {name: floor(share) for name, share in exact.items()}
    spare = pool - sum(shares.values())
    for name in sorted(exact, key=lambda name: shares[name] - exact[name])[:spare]:
        shares[name] += 1
    return shares


def settle(policies: list[Dict], vocabulary: Dict, application: Dict) -> Answer:
    """The answer for one applicant who is alone."""
    case = Case(policies, vocabulary, application)
    case.alone = True
    return case.answer(*(case.pooled(case.runs(run), run) for run in (0, 1)))


# ── several applicants ───────────────────────────────────────────────────────────────────────────────────────────────


def allocate(policies: list[Dict], vocabulary: Dict, applications: list[Dict]) -> list[Answer]:
    """The answers for applicants who share pools and quotas, each his own low with the others' highs and the reverse.

    OPEN: quotas come before pools, and of each the one over fewer claims first; what a pool is short of is measured in
    claims, not in applicants; a claim whose key is unknown is in no pool."""
    cases = [Case(policies, vocabulary, application) for application in applications]
    amounts = [[case.runs(run) for run in (0, 1)] for case in cases]  # [applicant][run][claim]
    shared = [cap for cap in (cases[0].caps if cases else []) if cap.pool]
    for what in ("count", "limit"):
        keyed: list[tuple[Bound, Any, dict[int, list[Claim]]]] = []
        for cap in shared:
            if what in cap.body:
                keys: dict[Any, dict[int, list[Claim]]] = {}
                for who, case in enumerate(cases):
                    for _, key, members in case.groups([cap]):
                        keys.setdefault(key, {})[who] = members
                keyed += [(cap, key, members) for key, members in keys.items()]
        for cap, key, members in sorted(
            keyed, key=lambda k: (sum(map(len, k[2].values())), len(k[0].rules), k[0].path)
        ):
            amounts = _share(cap, key, members, cases, amounts)
    return [case.answer(*amounts[who]) for who, case in enumerate(cases)]


@dataclass
class Bid:
    """A claim in a pool, as one applicant's run sees it."""

    who: int
    claim: Claim
    amount: int
    place: tuple[Any, Any]  # earliest and latest place in the queue that it may have


def _share(cap: Bound, key: Any, members: Dict, cases: list[Case], amounts: Any) -> Any:
    """The amounts after one pool or quota."""
    after = [[dict(run) for run in runs] for runs in amounts]
    for me in members:
        for run in (0, 1):
            bids = [
                Bid(who, claim, _size(amounts[who], claim, run, who == me), _place(cap, cases[who], claim))
                for who, claims in members.items()
                for claim in claims
            ]
            mine = [bid for bid in bids if bid.who == me]
            others = [bid for bid in bids if bid.who != me]
            earlier = [g for case in cases for g in case._earlier(cap, key, run)]
            if "count" in cap.body:
                shares = _quota(cap, key, members, cases, mine, others, run)
            else:
                pool = cases[me]._limit(cap, mine[0].claim, run)
                pool = pool if pool == inf else max(0, pool - sum(yuan(grant["amount"]) for grant in earlier))
                shares = _pool(cap, pool, cases, mine, others, run)
            after[me][run] |= shares
    return after


def _layers(caps: list[Any]) -> list[list[Any]]:
    """All caps, then without the outermost, and so on inwards: what is equal after all of them is told apart by what it was
    before."""
    found = [caps]
    while found[-1]:
        left = found[-1]
        found.append([cap for cap in left if any(set(cap[1]) < set(other[1]) for other in left)])
    return found


def _size(runs: Any, claim: Claim, run: int, own: bool) -> Any:
    """To others, the opposite end of what it is in either run: the other run may have chosen another award."""
    both = runs[0][claim.id], runs[1][claim.id]
    return both[run] if own else (min(both) if run else max(both))


def _place(cap: Bound, case: Case, claim: Claim) -> tuple[Any, Any]:
    """Small comes first: a time, or the score with its sign turned. OPEN: the higher score first; carry_over, as far as
    this year goes, is in_order; without a time any place is possible; equal text is equal time."""
    ration = cap.body.get("ration") or "unstated"
    if ration == "rank":
        low, high = evaluate(cap.body["rank_by"], claim.facts)
        return (-high, -low)
    if ration in ("in_order", "carry_over"):
        time = case.application.get("applied_at")
        return (time, time) if time else ("", "~")
    return (0, 0)  # unstated: everybody may come first


def _ahead(bid: Bid, other: Bid, run: int) -> bool:
    """Does the other come before? At worst (low run) whoever may, at best only who must. Equal places go either way."""
    return other.place[0] <= bid.place[1] if run == 0 else other.place[1] < bid.place[0]


def _queue(mine: list[Bid]) -> list[Bid]:
    return sorted(mine, key=lambda bid: (bid.place, bid.claim.order))


def _pool(cap: Bound, pool: Any, cases: list[Case], mine: list[Bid], others: list[Bid], run: int) -> Dict:
    if cap.body.get("ration") == "pro_rata":
        bids = sorted(
            [*mine, *others], key=lambda bid: (cases[bid.who].application["applicant"]["id"], bid.claim.order)
        )
        wanted = {(bid.who, bid.claim.id): bid.amount for bid in bids}
        shares = wanted if sum(wanted.values()) <= pool else largest_remainder(wanted, pool)
        return {bid.claim.id: shares[bid.who, bid.claim.id] for bid in mine}
    shares: Dict = {}
    for bid in _queue(mine):
        before = sum(other.amount for other in others if _ahead(bid, other, run)) + sum(shares.values())
        shares[bid.claim.id] = min(bid.amount, max(0, pool - before))
    return shares


def _quota(
    cap: Bound, key: Any, members: Dict, cases: list[Case], mine: list[Bid], others: list[Bid], run: int
) -> Dict:
    """OPEN: items and awards of different applicants are different things."""
    of = cap.body["of"]
    case = cases[mine[0].who]
    most = case.application.get("parameters", {}).get(cap.path, cap.body["count"])
    if not case._stated(cap):
        return {bid.claim.id: bid.amount for bid in mine}

    def thing(bid: Bid) -> Any:
        return {
            "item": (bid.who, bid.claim.id[2]),
            "award": (bid.who, award_of(bid.claim.rule)),
            "year": cases[0].year,
        }[of]

    granted = set()
    for who in range(len(cases)):
        for grant in cases[who]._earlier(cap, key, run):
            if yuan(grant["amount"]) > 0:
                award = award_of(cases[who].by_name[grant["name"]])
                granted.add({"item": (who, grant.get("item")), "award": (who, award), "year": cases[0].year}[of])
    shares: Dict = {}
    taken = set(granted)
    for bid in _queue(mine):
        ahead = {thing(other) for other in others if other.amount > 0 and _ahead(bid, other, run)}
        if bid.amount == 0 or len(taken | ahead | {thing(bid)}) > int(most):
            shares[bid.claim.id] = 0
        else:
            shares[bid.claim.id] = bid.amount
            taken.add(thing(bid))
    return shares
