"""DuckDB: one SQL statement, integers throughout. A subquery for each kind of item, added up by applicant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from subsidy_rules.expr import Fact
from subsidy_rules.model.program import ProgramRule

from .policies import Dialect, Part, Printer, Settling

DAY = "DATE '{}'"


def sql(settling: Settling, files: str) -> str:
    """Statement for the total of each applicant, in fen. `files`: where the tables are, `{}` for the name."""
    found = _Statement(settling, files)
    return found.text()


def prices(settling: Settling, kind: str | None, files: str) -> str:
    """Statement for what is due by each rule of a kind."""
    rules = settling.by_kind[kind]
    printer = _printer(settling, kind)
    columns = ", ".join(f"{_due(printer, rule)} AS r{rule.index}" for rule in rules)
    key = "a.id AS applicant, NULL AS item" if kind is None else "a.id AS applicant, i.id AS item"
    return f"SELECT {key}, {columns} FROM {_tables(kind, files)}"


def _tables(kind: str | None, files: str) -> str:
    applicants = f"'{files.format('applicants')}' a"
    return applicants if kind is None else f"'{files.format(kind)}' i JOIN {applicants} ON i.applicant = a.id"


def _printer(settling: Settling, kind: str | None) -> Printer:
    own = settling.program.item_facts[kind] if kind else {}

    def fact(tree: Fact) -> str:
        column = f'{"i" if tree.name in own else "a"}."{tree.name}"'
        return f"({column} * 100)" if tree.kind == "money" else column

    def joined(word: str, empty: str) -> object:
        return lambda terms: f"({f' {word} '.join(terms)})" if terms else empty

    return Printer(
        Dialect(
            fact=fact,
            constant=lambda value: (
                DAY.format(value) if isinstance(value, date) else "'{}'".format(value.replace("'", "''"))
            ),
            equal="=",
            unequal="<>",
            both=joined("AND", "TRUE"),  # type: ignore[arg-type]
            any=joined("OR", "FALSE"),  # type: ignore[arg-type]
            negated=lambda term: f"NOT ({term})",
            least=lambda terms: f"least({', '.join(terms)})",
            most=lambda terms: f"greatest({', '.join(terms)})",
            floored=lambda term, places: f"greatest({term} // {10**places}, 0)" if places else f"greatest({term}, 0)",
            product=lambda one, other: f"({one} * {other})",
            chosen=_chosen,
        )
    )


def _chosen(pairs: Sequence[tuple[str, str]]) -> str:
    found = " ".join(f"WHEN {test} THEN {value}" if test else f"ELSE {value}" for test, value in pairs)
    return f"CASE {found} END" if not pairs[-1][0] else f"CASE {found} ELSE 0 END"


def _due(printer: Printer, rule: ProgramRule) -> str:
    test, value = printer.award(rule)
    return f"CASE WHEN {test} THEN {value} ELSE 0 END" if test else value


class _Statement:
    def __init__(self, settling: Settling, files: str) -> None:
        self.settling, self.files = settling, files
        self.sums: dict[str, list[str]] = {}  # by kind: what is added up, or compared, over the items
        self.program = settling.program

    def text(self) -> str:
        total = " + ".join(self._of_applicant(part) for part in self.settling.tops)
        printer = _printer(self.settling, None)
        own = ", ".join(self._capped(printer, rule) for rule in self.settling.by_kind.get(None, ()))
        applicants = f"SELECT a.id AS applicant{', ' + own if own else ''} FROM {_tables(None, self.files)}"
        joins = " ".join(f"LEFT JOIN ({self._items(kind)}) k_{kind} USING (applicant)" for kind in self.sums)
        return f"SELECT applicant, CAST({total} AS BIGINT) AS total FROM ({applicants}) own {joins}"

    def _capped(self, printer: Printer, rule: ProgramRule) -> str:
        limits = self.settling.alone(rule)
        due = _due(printer, rule)
        return f"{f'least({due}, {min(limits)})' if limits else due} AS r{rule.index}"

    def _items(self, kind: str) -> str:
        printer = _printer(self.settling, kind)
        columns = ", ".join(self._capped(printer, rule) for rule in self.settling.by_kind[kind])
        inner = f"SELECT a.id AS applicant, {columns} FROM {_tables(kind, self.files)}"
        return f"SELECT applicant, {', '.join(self.sums[kind])} FROM ({inner}) GROUP BY applicant"

    def _of_item(self, part: Part) -> str:
        if part.limit is not None:
            return f"least({part.limit}, {' + '.join(map(self._of_item, part.parts))})"
        rules = [f"r{rule}" for rule in sorted(part.rules)]
        return f"greatest({', '.join(rules)})" if rules[1:] else rules[0]

    def _of_applicant(self, part: Part) -> str:
        kinds = {self.program.rules[rule].item for rule in part.rules}
        if (part.node is not None and part.node.per_item) or (part.node is None and None not in kinds):
            return self._over(min(kinds), "sum", self._of_item(part), min(part.rules))  # type: ignore[type-var]
        if part.limit is not None:
            return f"least({part.limit}, {' + '.join(map(self._of_applicant, part.parts))})"
        found = []
        for rule in sorted(part.rules):
            kind = self.program.rules[rule].item
            found.append(f"r{rule}" if kind is None else self._over(kind, "max", f"r{rule}", rule))
        return f"greatest({', '.join(found)})" if found[1:] else found[0]

    def _over(self, kind: str | None, how: str, value: str, number: int) -> str:
        assert kind is not None
        self.sums.setdefault(kind, []).append(f"{how}({value}) AS {how}_{number}")
        return f"coalesce(k_{kind}.{how}_{number}, 0)"


def run(statement: str, threads: int) -> int:
    """Answers as Arrow batches, which are counted."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(f"SET threads = {threads}")
        reader = connection.sql(statement).to_arrow_reader(100_000)
        return sum(batch.num_rows for batch in reader)


def rows(statement: str) -> list[tuple[object, ...]]:
    import duckdb

    with duckdb.connect() as connection:
        return list(connection.execute(statement).fetchall())


def glob(folder: Path) -> str:
    return f"{folder}/*/{{}}.parquet"
