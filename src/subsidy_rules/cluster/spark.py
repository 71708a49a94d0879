"""Apache Spark 4.1 or newer (extra `spark`): tables are DataFrames; so are the answers, or the workers write them.

Rows are packed into pieces of a part before they are shuffled, so that Spark moves few large rows and knows nothing of rules.
The pieces of a part wait on an executor's disk between the steps; what an executor loses Spark computes again.
"""

from __future__ import annotations

import pickle
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import pyarrow as pa
from pyspark import StorageLevel
from pyspark.sql import DataFrame, Row, SparkSession

from ..columnar.assess import Setting
from ..columnar.population import Given
from ..columnar.stream import Stream
from ..errors import Problem, ProblemsError
from ..model.program import Program
from .pieces import cut, read, together, written
from .shipped import Shipped

PIECES = "part int, name string, data binary"
ASKED = "part int, demands binary, problems binary"
ANSWERED = "part int, awards binary, totals binary, by_engine int, problems binary"
NAMES = ("applicant", "policy", "rule", "item", "payee", "form", "status", "reason")
AMOUNTS = ("due_assured", "due_ceiling", "assured", "ceiling")
MONEY = "decimal(20,2)"
FIELDS = (*(f"{name} string" for name in NAMES), *(f"{name} {MONEY}" for name in AMOUNTS), "open boolean")
SCHEMAS = {
    "awards": ", ".join((*FIELDS, "bound string", "why string")),
    "totals": f"applicant string, policy string, payee string, kind string, assured {MONEY}, ceiling {MONEY}, open long",
}
ROWS = 1 << 16  # of answers that are handed over at a time
Write = Callable[[int, pa.Table, pa.Table], None]


@dataclass(frozen=True)
class Population:
    """`parts`: 10,000 to 100,000 applicants make a good one. The rest as for `assess_table`."""

    applicants: DataFrame
    parts: int
    history: str
    items: Mapping[str, DataFrame] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    grants: DataFrame | None = None
    approved: DataFrame | None = None


@dataclass(frozen=True)
class Answers:
    """`pools` is a table here; awards and totals are by applicant within a part. `release` the executors' disks in the end."""

    awards: DataFrame
    totals: DataFrame
    pools: pa.Table
    by_engine: int
    release: Callable[[], object]


def assess(program: Program, setting: Setting, population: Population) -> Answers:
    """`assess_table` on a cluster, whose workers need this library. Raises ProblemsError."""
    with _Run(program, setting, population) as run:
        answers, by_engine = run.answers(lambda _, awards, totals: (written(awards), written(totals)))
        return Answers(_frame(answers, "awards"), _frame(answers, "totals"), run.pools, by_engine, answers.unpersist)


def write(program: Program, setting: Setting, population: Population, to: Write) -> tuple[pa.Table, int]:
    """The same, for answers that stay where they are computed: `to(part, awards, totals)` is called on the workers, again where
    one is lost. What comes back: pools, and of how many applicants the engine settled a part. Raises ProblemsError."""
    with _Run(program, setting, population) as run:

        def give(part: int, awards: pa.Table, totals: pa.Table) -> tuple[bytes, bytes]:
            to(part, awards, totals)
            return b"", b""

        answers, by_engine = run.answers(give)
        answers.unpersist()
        return run.pools, by_engine


def assess_stream(session: SparkSession, stream: Stream, count: int) -> tuple[pa.Table, int]:
    """For parts that lie ready, which nothing need be moved for: the stream of the local run, on the workers; `write` is called
    again where one is lost. What comes back is the same. Raises ProblemsError."""
    shipped, read, to = Shipped.of(stream.program, stream.setting), stream.read, stream.write
    facts, context = shipped.steps.assessor.asked, session.sparkContext
    numbers = context.parallelize(range(count), count)
    demands = _all(numbers.map(_kept(lambda number: shipped.ask(read(number, facts)))).collect())
    shares, pools = shipped.allocate(demands)
    sent = context.broadcast(shares)

    def finish(number: int) -> int:
        awards, totals, by_engine = shipped.finish(read(number, None), sent.value[number])
        to(number, awards, totals)
        return by_engine

    return pools, sum(_all(numbers.map(_kept(finish)).collect()))


class _Run:
    """The steps, with the pieces on disk from the first to the last."""

    pools: pa.Table

    def __init__(self, program: Program, setting: Setting, population: Population) -> None:
        self.shipped, self.population = Shipped.of(program, setting), population
        tables = _tables(population)
        pieces = [_pieces(table, name, population.parts) for name, table in tables.items()]
        self.pieces = reduce(DataFrame.unionAll, pieces).repartitionById(population.parts, "part")

    def __enter__(self) -> _Run:
        self.pieces.persist(StorageLevel.DISK_ONLY)
        names = _asked(self.shipped, self.population.history)
        asked = _collected(self.pieces.mapInArrow(_ask(self.shipped, _given(self.population), names), ASKED))
        self.shares: dict[int, bytes] = {}
        if not any(row.problems for row in asked):
            shares, self.pools = self.shipped.allocate([bytes(row.demands) for row in asked])
            self.shares = {row.part: one for row, one in zip(asked, shares, strict=True)}
        return self

    def __exit__(self, *_: object) -> None:
        self.pieces.unpersist()

    def answers(self, give: Callable[[int, pa.Table, pa.Table], tuple[bytes, bytes]]) -> tuple[DataFrame, int]:
        """What is given for each part, kept on disk. Where the first step met problems, this tells those of all columns."""
        shares = self.pieces.sparkSession.sparkContext.broadcast(self.shares)
        answer = _answer(self.shipped, _given(self.population), shares, give)
        answers = self.pieces.mapInArrow(answer, ANSWERED).persist(StorageLevel.DISK_ONLY)
        told = _collected(answers.select("part", "by_engine", "problems"))
        if problems := [problem for row in told if row.problems for problem in pickle.loads(row.problems)]:
            answers.unpersist()
            raise ProblemsError(problems)
        return answers, sum(row.by_engine for row in told)


def _tables(population: Population) -> dict[str, DataFrame]:
    items = {f"items.{kind}": table for kind, table in population.items.items()}
    others = {"grants": population.grants, "approved": population.approved}
    return {"applicants": population.applicants, **items, **{n: t for n, t in others.items() if t is not None}}


def _asked(shipped: Shipped, history: str) -> dict[str, frozenset[str] | None]:
    """The columns that the demands hang on."""
    facts = shipped.steps.assessor.asked
    own = {"applicants" if kind is None else f"items.{kind}": names for kind, names in facts.items()}
    beside = {"id", "applicant", "applied_at", history}
    return {**{name: names | beside for name, names in own.items()}, "grants": None, "approved": None}


def _collected(frame: DataFrame) -> list[Row]:
    return sorted(frame.collect(), key=lambda row: int(row.part))


def _all(found: Iterable[tuple[Any, Sequence[Problem]]]) -> list[Any]:
    """Raises ProblemsError with the problems of all parts."""
    values, told = zip(*found, strict=True)
    if problems := [problem for some in told for problem in some]:
        raise ProblemsError(problems)
    return list(values)


# On the workers


def _kept(step: Callable[[int], Any]) -> Callable[[int], tuple[Any, Sequence[Problem]]]:
    """Problems are values there, not errors of Spark's."""

    def kept(number: int) -> tuple[Any, Sequence[Problem]]:
        try:
            return step(number), ()
        except ProblemsError as error:
            return None, error.problems

    return kept


def _pieces(table: DataFrame, name: str, parts: int) -> DataFrame:
    def pieces(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for piece in cut(name, batches, parts):
            yield _row(PIECES, *piece)

    return table.mapInArrow(pieces, PIECES)


def _given(population: Population) -> Callable[[dict[str, pa.Table]], Given]:
    units, history = dict(population.units), population.history

    def given(tables: dict[str, pa.Table]) -> Given:
        nobody = pa.table({"id": pa.array([], pa.string()), history: pa.array([], pa.string())})
        items = {name.removeprefix("items."): table for name, table in tables.items() if name.startswith("items.")}
        others = tables.get("grants"), tables.get("approved")
        return Given(tables.get("applicants", nobody), items, units, history, *others)

    return given


def _ask(shipped: Shipped, given: Callable[..., Given], names: Mapping[str, frozenset[str] | None]) -> Any:
    def ask(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for part, pieces in _parts(batches):
            try:
                yield _row(ASKED, part, shipped.ask(given(together(pieces, names))), b"")
            except ProblemsError as error:
                yield _row(ASKED, part, b"", pickle.dumps(error.problems))

    return ask


def _answer(
    shipped: Shipped, given: Callable[..., Given], shares: Any, give: Callable[..., tuple[bytes, bytes]]
) -> Any:
    def answer(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for part, pieces in _parts(batches):
            try:
                tables = given(together(pieces, None))
                if part in shares.value:
                    awards, totals, by_engine = shipped.finish(tables, shares.value[part])
                    yield _row(ANSWERED, part, *give(part, awards, totals), by_engine, b"")
                else:
                    shipped.steps.settle(tables)
            except ProblemsError as error:
                yield _row(ANSWERED, part, b"", b"", 0, pickle.dumps(error.problems))

    return answer


def _parts(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[int, dict[str, list[bytes]]]]:
    """The pieces of each part by table."""
    found: dict[int, dict[str, list[bytes]]] = defaultdict(lambda: defaultdict(list))
    for batch in batches:
        for row in batch.to_pylist():
            found[row["part"]][row["name"]].append(row["data"])
    for part in sorted(found):
        yield part, found.pop(part)


def _frame(answers: DataFrame, name: str) -> DataFrame:
    def rows(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for data in batch.column(0).to_pylist():
                yield from read(data).to_batches(ROWS)

    return answers.select(name).mapInArrow(rows, SCHEMAS[name])


def _row(schema: str, *values: Any) -> pa.RecordBatch:
    kinds = {"int": pa.int32(), "string": pa.string(), "binary": pa.binary()}
    named = (field.split() for field in schema.split(", "))
    types = pa.schema([(name, kinds[kind]) for name, kind in named])
    return pa.RecordBatch.from_arrays([pa.array([v], f.type) for v, f in zip(values, types, strict=True)], schema=types)
