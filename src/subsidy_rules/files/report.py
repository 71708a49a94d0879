"""An outcome as sheets: tables with the words for their headers and values. Amounts are decimals in yuan."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..explain import Lang, Names, article, label
from .claimed import claimed
from .codes import CODES
from .layout import APPLICANTS
from .outcome import Outcome
from .questions import questions
from .twice import twice
from .words import word
from .workbook_sheet import letters

Say = Callable[[Any], Any]


@dataclass(frozen=True)
class Sheet:
    """`code`: its name for machines; `words`: by column what its header and its values are called for people."""

    code: str
    table: pa.Table
    title: str
    headers: tuple[str, ...]
    words: tuple[Say | None, ...]


def sheets(outcome: Outcome, lang: Lang = "zh") -> list[Sheet]:
    """Everything that a result says, the cover first."""
    maker = _Maker(outcome, lang)
    return [maker.cover(), *maker.rest]


class _Maker:
    def __init__(self, outcome: Outcome, lang: Lang) -> None:
        self._outcome, self._lang = outcome, lang
        self._names = Names(outcome.rules.program, lang)
        self._facts = outcome.screened.tables.layouts.declared
        self._twice = twice(outcome.screened.tables)
        makers = (
            self._awards,
            self._totals,
            self._claimed,
            self._pools,
            self._questions,
            self._errors,
            self._duplicates,
            self._people,
        )
        self.rest = [maker() for maker in makers]

    def _sheet(
        self, code: str, table: pa.Table, says: dict[str, Say] | None = None, called: dict[str, str] | None = None
    ) -> Sheet:
        headers, words = [], []
        for field in table.schema:
            name = word((called or {}).get(field.name, field.name), self._lang)
            money = pa.types.is_decimal(field.type) and code != "pools"
            headers.append(f"{name}（元）" if money and self._lang == "zh" else f"{name} (元)" if money else name)
            words.append((says or {}).get(field.name))
        return Sheet(code, table, word(code, self._lang), tuple(headers), tuple(words))

    def _say(self, table: str) -> Say:
        return lambda code: self._names.say(table, code)

    def _word(self, code: str) -> str:
        return word(code, self._lang)

    def _kind(self, kind: str) -> str:
        return self._names.kinds().get(kind) or self._word(kind)

    def _policy(self, policy: str) -> str:
        found = next((one for one in self._outcome.rules.program.policies if one.id == policy), None)
        return label(found.title, self._lang) if found else policy

    def _named(self, table: pa.Table) -> pa.Table:
        """With the applicant's name beside his id, where the applicants have names."""
        own = self._outcome.screened.tables.applicants
        names = own.column("name")
        if names is None:
            return table
        rows = pc.index_in(table["applicant"], value_set=own.data.column("id").combine_chunks())
        return table.add_column(
            table.column_names.index("applicant") + 1, "name", names.combine_chunks().take(rows.combine_chunks())
        )

    def _awards(self) -> Sheet:
        program, awards = self._outcome.rules.program, self._outcome.answers.awards
        places = [f"{program.policies[rule.policy].id}/{rule.id}" for rule in program.rules]
        policy, rule = (awards[name].cast(pa.string()) for name in ("policy", "rule"))
        at = pc.index_in(pc.binary_join_element_wise(policy, rule, "/"), value_set=pa.array(places)).combine_chunks()
        articles = pa.array([article(written.article, self._lang) for written in program.written], pa.string())
        kinds = pa.array([one.item for one in program.rules], pa.string())
        titles = {
            one.id: label(written.title, self._lang)
            for one, written in zip(program.rules, program.written, strict=True)
        }
        by_place = {place: label(w.title, self._lang) for place, w in zip(places, program.written, strict=True)}
        clash = {r for r in titles if len({by_place[p] for p in places if p.endswith(f"/{r}")}) > 1}
        table = awards.add_column(2, "article", articles.take(at))
        table = table.add_column(table.column_names.index("item"), "kind", kinds.take(at))
        says = {
            "policy": self._policy,
            "rule": lambda name: name if name in clash else titles[name],
            "kind": self._kind,
            "bound": lambda path: self._names.bound(path) or path,
            **{name: self._say(name) for name in ("status", "reason", "payee", "form")},
            "why": self._say("step"),
        }
        return self._sheet("awards", self._named(table), says)

    def _totals(self) -> Sheet:
        says = {"policy": self._policy, "payee": self._say("payee"), "kind": self._say("kind")}
        return self._sheet("totals", self._named(self._outcome.answers.totals), says, {"kind": "support"})

    def _claimed(self) -> Sheet:
        says = {"policy": self._policy, "kind": self._kind}
        return self._sheet("claimed", self._named(claimed(self._outcome)), says, {"claimed": "claimed_amount"})

    def _pools(self) -> Sheet:
        return self._sheet(
            "pools",
            self._outcome.answers.pools,
            {"bound": lambda path: f"{self._names.bound(path)} {path}", "unit": self._word},
        )

    def _questions(self) -> Sheet:
        found = questions(self._outcome)
        facts = [
            self._facts.get(place) for place in zip(found["kind"].to_pylist(), found["fact"].to_pylist(), strict=True)
        ]
        asked = [label(f.question or f.label, self._lang) if f else None for f in facts]
        who = ["office" if f and f.kind == "judgement" else "applicant" for f in facts]
        names = [
            label(f.label, self._lang) if f else name for f, name in zip(facts, found["fact"].to_pylist(), strict=True)
        ]
        rows = found.drop_columns(["fact", "awards", "most"])
        for name, values in (("fact", names), ("question", asked), ("who", who)):
            rows = rows.append_column(name, pa.array(values, pa.string()))
        rows = rows.append_column("waiting", found["awards"]).append_column("most", found["most"])
        missing = pc.fill_null(rows["applicant"], self._word("no_column"))
        rows = rows.set_column(0, "applicant", missing)
        return self._sheet("questions", rows, {"kind": self._kind, "who": self._word})

    def _errors(self) -> Sheet:
        columns: dict[str, list[Any]] = {name: [] for name in ERRORS.names}
        for table in self._outcome.screened.tables.tables.values():
            file, _, sheet = table.file.partition("[")
            for at in sorted(table.problems):
                for one in table.problems[at]:
                    place = letters(one.column - 1) if one.column else None
                    said = CODES[one.code][self._lang == "en"]
                    row = (
                        file,
                        sheet.removesuffix("]") or None,
                        table.name,
                        one.line,
                        place,
                        one.field or None,
                        one.code,
                        said,
                    )
                    for name, value in zip(
                        ERRORS.names, (*row, one.found, one.expected, one.nearest or None), strict=True
                    ):
                        columns[name].append(value)
        return self._sheet("errors", pa.table(columns, schema=ERRORS), {"kind": self._kind})

    def _duplicates(self) -> Sheet:
        says = {"identity": self._word, "between": self._word, "kind": self._kind}
        return self._sheet("duplicates", self._named(self._twice), says)

    def _people(self) -> Sheet:
        """Every row of the applicants, computed or not."""
        screened, table = self._outcome.screened, self._outcome.screened.tables.applicants
        ids = table.data.column("id")
        items = [one.data.column("applicant") for one in screened.tables.items.values()]
        state = pc.if_else(pa.array(screened.good[APPLICANTS]), "computed", "wrong")
        rows = pa.table(
            {
                "applicant": ids,
                "state": state,
                "items": _counted(ids, items),
                "results": _counted(ids, [self._outcome.answers.awards["applicant"]]),
                "row": pa.array(table.rows, pa.int64()),
            }
        )
        return self._sheet("applicants", self._named(rows), {"state": self._word})

    def cover(self) -> Sheet:
        rows = [(key, None if value is None else str(value)) for key, value in self._said()]
        return self._sheet(
            "cover", pa.table({"what": [k for k, _ in rows], "is": pa.array([v for _, v in rows], pa.string())})
        )

    def _said(self) -> Iterator[tuple[str, object]]:
        outcome, say = self._outcome, self._word
        yield say("title"), say("notice")
        digests = dict(outcome.rules.program.digests)
        for policy in outcome.rules.program.policies:
            yield f"{say('policy')} {policy.id}", f"{self._policy(policy.id)} · {say(policy.status)}"
            yield f"{say('sha')} {policy.id}", digests[policy.id]
        yield f"{say('sha')} facts", digests["facts"]
        for file in outcome.screened.tables.files:
            yield f"{say('file')} {file.name}", f"{file.encoding} {say('sha')} {file.sha256}".strip()
        yield say("year"), outcome.year
        yield say("day"), outcome.day or say("unchecked")
        for path, figure in outcome.parameters.items():
            yield f"{say('parameter')} {path}", figure
        yield say("engine"), outcome.engine
        for name, count in outcome.counts.items():
            yield f"{self._kind(name)}: {say('rows')}", f"{count.read} = {count.computed} + {count.wrong}"
        yield say("held"), len(outcome.screened.held)
        yield say("shared_twice"), len(self._twice["group"].unique())
        yield say("by_engine"), outcome.answers.by_engine


ERRORS = pa.schema(
    [("file", pa.string()), ("sheet", pa.string()), ("kind", pa.string()), ("row", pa.int64())]
    + [(name, pa.string()) for name in ("column", "header", "code", "meaning", "found", "expected", "nearest")]
)


def _counted(ids: pa.ChunkedArray, columns: list[pa.ChunkedArray]) -> pa.Array:
    """How often each id stands in the columns."""
    known = ids.combine_chunks()
    found = np.zeros(len(known), dtype=np.int64)
    for column in columns:
        rows = np.asarray(pc.index_in(column, value_set=known).drop_null())
        found += np.bincount(rows, minlength=len(known))
    return pa.array(found)
