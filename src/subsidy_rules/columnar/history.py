"""What was granted before and what the office has decided: tables read into the shape of a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..errors import Problem, echo, nearest
from ..expr import FactType
from ..loading.codes import CODES
from ..model.case import CaseGrant
from ..model.policy import Level
from ..model.program import Program
from .quantity import Array
from .tables import Reader, owners

KNOWN = ("complete", "partial")
TEXT, MONEY, COUNT, FLAG = FactType("text"), FactType("money"), FactType("count"), FactType("bool")
Target = tuple[int, str | None]  # rule and item
Claimed = Mapping[str, tuple[Array, pa.Array]]  # by kind: whose item, and its id


def item_key(kind: str | None, name: str | None) -> str | None:
    """An item in a case: in tables each kind has names of its own."""
    return name if name is None else f"{kind}/{name}"


@dataclass
class History:
    """By applicant, as his row in the table: whether the grants are all there are, earlier grants, decisions."""

    complete: Array
    grants: dict[int, list[CaseGrant]] = field(default_factory=dict)
    approved: dict[int, dict[Target, int]] = field(default_factory=dict)


@dataclass
class Past:
    """Reads tables of grants and decisions. `ids`: of the applicants; `names`: the texts by their codes."""

    program: Program
    ids: pa.Array
    names: Sequence[str]

    def __post_init__(self) -> None:
        self._policies = {policy.id: at for at, policy in enumerate(self.program.policies)}
        self._current = frozenset(self._policies)
        self._policies |= {old: at for at, policy in enumerate(self.program.policies) for old in policy.succeeds}
        self._rules = {(rule.policy, rule.id): rule for rule in self.program.rules}
        scopes = self.program.item_facts.values()
        texts = {name for scope in scopes for name, fact in scope.items() if fact.kind in ("choice", "text")}
        self._attributes = dict.fromkeys(sorted(texts), TEXT)

    def complete(self, reader: Reader, history: str) -> Array:
        """For each applicant whether his grants are all there are: one word for all, or a column of such words."""
        rows = reader.table.num_rows
        if history in KNOWN:
            return np.full(rows, history == "complete")
        words = reader.values(history, FactType("choice", KNOWN), self.names, needed=True)
        return np.array([word == "complete" for word in words], dtype=bool)

    def grants(self, reader: Reader) -> dict[int, list[CaseGrant]]:
        columns = {
            "policy": TEXT, "rule": TEXT, "year": COUNT, "amount": MONEY,
            "item": TEXT, "kind": TEXT, "value": MONEY, "units": COUNT, "repaid": FLAG,
            "level": FactType("choice", get_args(Level)), "matter": TEXT,
        }  # fmt: skip
        reader.only({"applicant", *columns, *self._attributes}, "a column of grants, or a text of an item")
        (who,) = owners([reader], self.ids)
        needed = ("policy", "rule", "year", "amount")
        rows = self._rows_of(reader, columns, needed)
        attributes = self._rows_of(
            reader, {n: f for n, f in self._attributes.items() if n in reader.table.column_names}
        )
        found: dict[int, list[CaseGrant]] = {}
        for at, row in enumerate(rows if who is not None and _whole(rows, needed) else ()):
            grant = self._grant(reader, at, row, attributes[at] if attributes else {})
            found.setdefault(int(who[at]), []).append(grant)  # type: ignore[index]
        return found

    def approved(self, reader: Reader, claimed: Claimed, part: bool) -> dict[int, dict[Target, int]]:
        """A decision is about something that is claimed. `part`: kinds that are not there may have been left out."""
        columns = {"policy": TEXT, "rule": TEXT, "amount": MONEY, "item": TEXT}
        reader.only({"applicant", *columns}, "a column of decisions")
        (who,) = owners([reader], self.ids)
        needed = ("policy", "rule", "amount")
        rows = self._rows_of(reader, columns, needed)
        found: dict[int, dict[Target, int]] = {}
        named: dict[str, list[int]] = {}
        for at, row in enumerate(rows if who is not None and _whole(rows, needed) else ()):
            mine = found.setdefault(int(who[at]), {})  # type: ignore[index]
            rule = self._rule(reader, at, row)
            if rule is None:
                if row["policy"] not in self._policies:
                    self._add(reader, at, "SR409", "policy", row["policy"], nearest(row["policy"], self._policies))
                continue
            kind = self.program.rules[rule].item
            if kind and row["item"] is not None and not (part and kind not in claimed):
                named.setdefault(kind, []).append(at)
            target = rule, item_key(kind, row["item"])
            if target in mine:
                self._add(reader, at, "SR410", "rule", row["rule"])
            mine[target] = row["amount"]
        for kind, here in named.items():
            asked = _pairs(who[here], pa.array([rows[at]["item"] for at in here]))  # type: ignore[index]
            known = _pairs(*claimed[kind]) if kind in claimed else pa.array([], pa.string())
            for at in pc.filter(pa.array(here), pc.invert(pc.is_in(asked, value_set=known))).to_pylist():
                self._add(reader, at, "SR414", "item", rows[at]["item"])
        return found

    def _rows_of(
        self, reader: Reader, columns: dict[str, FactType], needed: Sequence[str] = ()
    ) -> list[dict[str, Any]]:
        read = [reader.values(name, fact, self.names, needed=name in needed) for name, fact in columns.items()]
        return [dict(zip(columns, row, strict=True)) for row in zip(*read, strict=True)]

    def _grant(self, reader: Reader, at: int, row: dict[str, Any], attributes: dict[str, Any]) -> CaseGrant:
        rule = self._rule(reader, at, row)
        level, matter, kind = row["level"], row["matter"], row["kind"]
        if rule is not None:
            found = self.program.rules[rule]
            level, matter, kind = self.program.policies[found.policy].jurisdiction.level, found.matter, found.item
        elif row["policy"] not in self._policies and level is None:
            self._add(reader, at, "SR407", "level", row["policy"])
        if rule is not None and row["amount"] and not row["units"] and not row["repaid"] and rule in self.program.timed:
            self._add(reader, at, "SR413", "units", row["rule"])
        if rule is not None:
            self._check_attributes(reader, at, kind, attributes)
        return CaseGrant(
            rule=rule,
            policy=row["policy"],
            item=item_key(kind, row["item"]),
            year=row["year"],
            amount=row["amount"],
            value=row["amount"] if row["value"] is None else row["value"],
            units=row["units"] or 0,
            repaid=bool(row["repaid"]),
            attributes={name: value for name, value in attributes.items() if value is not None},
            level=level,
            matter=matter,
        )

    def _check_attributes(self, reader: Reader, at: int, kind: str | None, attributes: dict[str, Any]) -> None:
        declared = self.program.item_facts[kind] if kind else self.program.applicant_facts
        for name, text in attributes.items():
            if text is not None and name not in declared:
                self._add(reader, at, "SR403", name, text)
            elif text is not None and declared[name].options and text not in declared[name].options:
                self._add(reader, at, "SR404", name, text, nearest(text, declared[name].options))

    def _rule(self, reader: Reader, at: int, row: dict[str, Any]) -> int | None:
        """The rule that a row names; None for a policy outside the program, or a rule that has no successor."""
        policy, name, item = row["policy"], row["rule"], row["item"]
        found = self._rules.get((self._policies.get(policy, -1), name))
        if found is None:
            if policy in self._current:
                known = [rule.id for rule in self.program.rules if rule.policy == self._policies[policy]]
                self._add(reader, at, "SR405", "rule", name, nearest(name, known))
            return None
        if (item is None) != (found.item is None):
            self._add(reader, at, "SR406", "item", item or "no item")
        return found.index

    def _add(self, reader: Reader, at: int, code: str, field_: str, found: str, near: str = "") -> None:
        said = f"{echo(found)} in row {at + 1}"
        reader.problems.append(Problem(reader.name, 0, 0, code, field_, CODES[code].en, said, "", near))


def _whole(rows: Sequence[dict[str, Any]], needed: Sequence[str]) -> bool:
    return all(row[name] is not None for row in rows for name in needed)


def _pairs(who: Array, ids: pa.Array) -> pa.Array:
    """Applicant and item as one text."""
    return pc.binary_join_element_wise(pa.array(who).cast(pa.string()), ids.cast(pa.string()), " ")
