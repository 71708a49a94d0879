"""Single faults in the shape of a policy: something left out, put under the wrong key, or said in the wrong word."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from .edits import DROP, Edit, Node, Path, entries, listed, shown
from .texts import mistaken

_WORDS = {  # field: what may be written there by mistake instead
    "bound": {"exact": "ceiling", "ceiling": "exact"},
    "payee": {"applicant": "person", "person": "applicant", "team": "applicant", "park": "applicant"},
    "form": {"grant": "financing", "voucher": "financing", "interest_subsidy": "financing", "stipend": "grant"},
}
_PRIOR = {"top_up": "forfeit", "forfeit": "top_up", "replace": "forfeit", "ignore": "forfeit"}
_RATION = {
    "pro_rata": "in_order",
    "in_order": "pro_rata",
    "rank": "in_order",
    "carry_over": "unstated",
    "unstated": "pro_rata",
}
_EDGES = {"from": "over", "over": "from", "below": "upto", "upto": "below"}
_LEFT_OUT = {
    "once": "once",
    "minimum": "minimum",
    "rides_on": "rider",
    "dated_by": "day",
    "award": "ladder",
    "matter": "matter",
}


def rules(policy: Node) -> Iterator[Edit]:
    """A rule is missing, with all that refers to it. Not: one that another rule needs."""
    needed = {rule.get("rides_on") for rule in policy["rules"]} | {
        pay["uplift"]["rule"] for rule in policy["rules"] for _, pay in listed(rule, "pays") if "uplift" in pay
    }
    for at, rule in enumerate(policy["rules"]):
        if rule["id"] not in needed and len(policy["rules"]) > 1:
            changes: dict[Path, Any] = {("rules", at): DROP}
            for path, bound in listed(policy, "bounds"):
                changes |= _without(path, bound, rule["id"])
            yield Edit("rule", rule["id"], ("rules", at), rule["id"], "", changes)


def _without(path: Path, bound: Node, name: str) -> dict[Path, Any]:
    """The changes that take a rule out of a bound."""
    if bound["rules"] == [name]:
        return {path: DROP}
    found: dict[Path, Any] = {}
    if isinstance(bound["rules"], list) and name in bound["rules"]:
        found[*path, "rules"] = [one for one in bound["rules"] if one != name]
    exclusive = bound.get("exclusive", {})
    if name in exclusive.get("priority", ()):
        found[*path, "exclusive", "priority"] = [one for one in exclusive["priority"] if one != name]
    if any(name in pair for pair in exclusive.get("except", ())):
        found[*path, "exclusive", "except"] = [pair for pair in exclusive["except"] if name not in pair]
    return found


def parts(policy: Node) -> Iterator[Edit]:
    """A condition, a branch, a limit, an exclusion, or another part of an entry is missing."""
    for path, entry in entries(policy):
        branches = list(listed(entry, "pays"))
        for field, kind in (
            ("when", "condition"),
            ("max", "cap-missing"),
            ("cap", "cap-missing"),
            ("exclusive", "exclusion"),
        ):
            for where, value in listed(entry, field):
                taken = path if path[0] == "bounds" else path + where
                yield Edit(kind, entry["id"], path + where, shown(value), "", {taken: DROP})
        for where, pay in branches:
            if len(branches) > 1:
                yield Edit("branch", entry["id"], path + where, shown(pay), "", {path + where: DROP})
            for inner, value in listed(pay, "max"):
                yield Edit(
                    "cap-missing", entry["id"], path + where + inner, shown(value), "", {path + where + inner: DROP}
                )
        for field, kind in _LEFT_OUT.items():
            if field in entry:
                place = (*path, field)
                yield Edit(kind, entry["id"], place, shown(entry[field]), "", {place: DROP})


def words(policy: Node) -> Iterator[Edit]:
    """Fixed or at most, who is paid, in what form."""
    for at, rule in enumerate(policy["rules"]):
        for field, others in _WORDS.items():
            default = {"payee": "applicant", "form": "grant"}.get(field, "")
            now = rule.get(field, default)
            if now in others:
                yield Edit(
                    field, rule["id"], ("rules", at, field), now, others[now], {("rules", at, field): others[now]}
                )


def bounds(policy: Node) -> Iterator[Edit]:
    """Keys, counts, members, and the words of caps and exclusions."""
    for path, entry in entries(policy):
        for field in ("cap", "exclusive"):
            for where, body in listed(entry, field):
                for kind, inner, new in (*_keys(body), *(_of_cap(body) if field == "cap" else _of_exclusive(body))):
                    place = (*path, *where, *inner)
                    before = _at(body, inner)
                    yield Edit(kind, entry["id"], place, shown(before), "" if new is DROP else shown(new), {place: new})
        members = entry.get("rules", ())
        if isinstance(members, list) and len(members) > 1:
            for at, name in enumerate(members):
                place = (*path, "rules", at)
                yield Edit("member", entry["id"], place, name, "", {place: DROP})


def _at(body: Any, path: Path) -> Any:
    for key in path:
        body = body[key]
    return body


def _keys(body: Node) -> Iterator[tuple[str, Path, Any]]:
    key = body["per"]
    for name in key:
        yield "key", ("per",), [one for one in key if one != name]
    if "year" not in key:
        yield "key", ("per",), [*key, "year"]
    if "item" in key and "applicant" not in key:
        yield "key", ("per",), ["applicant" if one == "item" else one for one in key]
    elif "applicant" in key and "item" not in key:
        yield "key", ("per",), ["item" if one == "applicant" else one for one in key]


def _of_cap(cap: Node) -> Iterator[tuple[str, Path, Any]]:
    if cap.get("count", "unpublished") != "unpublished":
        yield from (("count", ("count",), str(int(cap["count"]) + by)) for by in (1, -1) if int(cap["count"]) + by > 0)
    if "of" in cap:
        yield "counted", ("of",), {"item": "award", "award": "item", "year": "item"}[cap["of"]]
    if "ration" in cap:
        yield "ration", ("ration",), _RATION[cap["ration"]]


def _of_exclusive(body: Node) -> Iterator[tuple[str, Path, Any]]:
    yield "prior", ("prior",), _PRIOR[body["prior"]]
    if "choose" in body:
        yield "choose", ("choose",), DROP
    if "except" in body:
        yield from (("compatible", ("except", at), DROP) for at in range(len(body["except"])))
    if "against" in body:
        yield "against", ("against",), DROP
        yield from (("against", ("against", "levels", at), DROP) for at in range(len(body["against"]["levels"])))


def swaps(policy: Node) -> Iterator[Edit]:
    """The figures of two branches, of two rows of a table, or of two grades of a ladder, are mixed up."""
    for path, rule in listed(policy, "rules"):
        branches = [(path + where, pay) for where, pay in listed(rule, "pays")]
        yield from _swapped(rule["id"], branches)
        for where, pay in branches:
            for table in ("bands", "brackets", "milestones"):
                rows = [((*where, table, *inner), row) for inner, row in listed(pay.get(table, {}), "rows")]
                yield from _swapped(rule["id"], rows)
    ladders: dict[str, list[tuple[Path, Node]]] = {}
    for path, rule in listed(policy, "rules"):
        pays = list(listed(rule, "pays"))
        if "award" in rule and len(pays) == 1:
            ladders.setdefault(rule["award"], []).append((path + pays[0][0], pays[0][1]))
    for name, grades in ladders.items():
        yield from _swapped(name, grades)


def _swapped(entry: str, places: list[tuple[Path, Node]]) -> Iterator[Edit]:
    for (one, first), (two, second) in pairwise(places):
        for field in ("rate", "amount"):
            if field in first and field in second and first[field] != second[field]:
                changes = {(*one, field): second[field], (*two, field): first[field]}
                before, after = shown(first[field]), shown(second[field])
                yield Edit("swapped", entry, (*one, field), f"{before}, {after}", f"{after}, {before}", changes)


def edges(policy: Node) -> Iterator[Edit]:
    """Which row of a table owns a value on the edge."""
    for path, rule in listed(policy, "rules"):
        for where, pay in listed(rule, "pays"):
            for table in ("bands", "brackets"):
                rows = [((*path, *where, table, *inner), row) for inner, row in listed(pay.get(table, {}), "rows")]
                for at, (place, row) in enumerate(rows):
                    for side in ("below", "upto"):
                        if side in row and at + 1 < len(rows):
                            changes = _turned(place, row, (side,)) | _turned(*rows[at + 1], ("from", "over"))
                            says = f"{side}: {row[side]}", f"{_EDGES[side]}: {row[side]}"
                            yield Edit("edge-owner", rule["id"], (*place, side), *says, changes)


def _turned(path: Path, row: Node, sides: tuple[str, ...]) -> dict[Path, Any]:
    return {path: {_EDGES[key] if key in sides else key: value for key, value in row.items()}}


def figures_of_edges(policy: Node) -> Iterator[Edit]:
    """The value at which a row of a table begins is a day, a unit or a digit off, on both sides of the edge alike."""
    for path, rule in listed(policy, "rules"):
        for where, pay in listed(rule, "pays"):
            for table in ("bands", "brackets", "milestones"):
                rows = [((*path, *where, table, *inner), row) for inner, row in listed(pay.get(table, {}), "rows")]
                found: dict[str, list[Path]] = {}
                for place, row in rows:
                    for side in (*_EDGES, "reach"):
                        if side in row:
                            found.setdefault(row[side], []).append((*place, side))
                for text, places in found.items():
                    for new in mistaken(text):
                        yield Edit("edge", rule["id"], places[0], text, new, dict.fromkeys(places, new))


def validity(policy: Node) -> Iterator[Edit]:
    """The time in force begins or ends a day off, or lasts another year."""
    effective = policy["effective"]
    for field in ("starts", "ends", "lasts"):
        text = effective.get(field, "")
        if text[:4].isdigit() and text.count("-") == 2:
            others = [(date.fromisoformat(text) + timedelta(by)).isoformat() for by in (1, -1)]
        elif text.split(" ")[0].lstrip("+").isdigit():
            number, unit = text.lstrip("+").split(" ", 1)
            others = [f"{'+' * text.startswith('+')}{int(number) + 1} {unit}"]
        else:
            continue
        for other in others:
            yield Edit("validity", "", ("effective", field), text, other, {("effective", field): other})


FAULTS = (rules, parts, words, bounds, swaps, edges, figures_of_edges, validity)
