"""The face of the library: policies that were loaded, ready to answer."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property, partial
from importlib.resources import files
from os import PathLike, fspath
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, TypeAdapter

from .advice import Readers, advise, questions
from .engine.assess import assess, assess_all, totals
from .engine.compiled import CompiledPricer
from .engine.project import Year, project
from .engine.settle import TooManyChoices
from .engine.whole import WholeProgram
from .errors import Problem, ProblemsError
from .explain.comparison import Comparison
from .loading import admit, admit_data, build
from .loading.admit import parameters as admit_parameters
from .loading.context import Context, shaped
from .loading.readings import Variant, variants
from .model.advice import Advice, Questions
from .model.assessment import Assessment
from .model.canonical import canonical, digest
from .model.case import Case
from .model.program import Program
from .model.vocabulary import Model, Text
from .reading import Document, read
from .schemas import schema_of
from .version import VERSION

if TYPE_CHECKING:
    from .columnar.assess import Tables

StrPath = str | PathLike[str]
Application = Mapping[str, Any] | StrPath | Case
Answer = Assessment | Questions | Advice | Comparison


def folder() -> Path:
    """Where the policies that come with the library are: inside the wheel, or `policies/` of a checkout."""
    packaged = Path(str(files("subsidy_rules"))) / "policies"
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[2] / "policies"


def policies() -> tuple[str, ...]:
    """The ids of the policies that come with the library."""
    return tuple(sorted(path.stem for path in folder().glob("*.yaml") if path.stem != "facts"))


def load(*names: StrPath, facts: StrPath | None = None) -> Rules:
    """Policies by id (`"my-city"`), by path (`"draft.yaml"`), or all that come with the library.

    `facts`: the vocabulary; by default `facts.yaml` beside the first policy, else the library's own.
    Raises ProblemsError with every problem of every file.
    """
    paths = [_path(name) for name in (names or policies())]
    beside = paths[0].with_name("facts.yaml")
    vocabulary = Path(facts) if facts else beside if beside.is_file() else folder() / "facts.yaml"
    problems: list[Problem] = []
    documents: list[Document] = []
    for path in (vocabulary, *paths):
        try:
            documents.append(read(path))
        except ProblemsError as error:
            problems += error.problems
    if problems:
        raise ProblemsError(problems)
    return Rules.of(documents[1:], documents[0])


def _path(name: StrPath) -> Path:
    return folder() / f"{name}.yaml" if fspath(name) in policies() else Path(name)


@dataclass(frozen=True)
class Reading:
    """Another reading of a text, and what it would pay. `problem`: why it can't be computed."""

    policy: str
    entry: str
    says: Any  # Label
    answer: Assessment | None
    problem: str = ""


class Rules:
    """One or more policies that are evaluated together. Immutable, safe to share between threads."""

    def __init__(
        self, program: Program, documents: Sequence[Document], facts: Document, warnings: Sequence[Problem]
    ) -> None:
        self.program, self.documents, self.facts, self.warnings = program, tuple(documents), facts, tuple(warnings)

    @classmethod
    def of(cls, documents: Sequence[Document], facts: Document) -> Rules:
        """From files that were read. Raises ProblemsError."""
        program, warnings = build(documents, facts)
        return cls(program, documents, facts, warnings)

    @cached_property
    def pricer(self) -> CompiledPricer:
        return CompiledPricer(self.program)

    @cached_property
    def whole(self) -> WholeProgram:
        return WholeProgram(self.program, self.pricer)

    @cached_property
    def readers(self) -> Readers:
        return Readers(self.program)

    def admit(self, application: Application) -> Case:
        """A file or Python data, checked against vocabulary and policies. Raises ProblemsError with all problems."""
        if isinstance(application, Case):
            return application
        if isinstance(application, Mapping):
            return admit_data(application, self.program)
        return admit(read(application), self.program)

    def assess(self, application: Application) -> Assessment:
        """Who gets what, with reasons."""
        case = self.admit(application)
        with _open_choices():
            return assess(self.program, case, self.pricer)

    def totals(self, application: Application) -> tuple[int, int | None]:
        """Assured and ceiling of the applicant's cash over all policies, in fen (None: open); the fast way, no reasons."""
        case = self.admit(application)
        with _open_choices():
            general = partial(totals, self.program, case)
            low, high, more = self.whole.totals(case, general) or general(self.pricer)
            return low, None if more else max(low, high)  # a pool may cut what the high run had chosen

    def assess_all(
        self, applications: Iterable[Application], parameters: Mapping[str, str] | None = None
    ) -> list[Assessment]:
        """Several applicants who share pools, quotas and objects. `parameters`: what is left of each, by `policy/bound`."""
        cases = [self.admit(application) for application in applications]
        context = Context(Document(dict(parameters or {}), {}, "<parameters>", ""))
        given = admit_parameters(parameters or {}, self.program, context)
        for name, times in Counter(case.applicant for case in cases).items():
            if times > 1:
                context.add("SR412", (), found=name)
        for cap in self.program.caps:
            said = {case.parameters[cap.path] for case in cases if cap.path in case.parameters}
            if cap.pool and len(said) > 1 and cap.path not in given:
                context.add("SR504", (cap.path,), found=", ".join(map(str, sorted(said))))
        context.stop()
        with _open_choices():
            return assess_all(self.program, cases, self.pricer, given)

    def assess_table(
        self,
        applicants: Any,
        items: Mapping[str, Any] = MappingProxyType({}),
        *,
        year: int,
        history: str,
        units: Mapping[str, str] = MappingProxyType({}),
        grants: Any = None,
        approved: Any = None,
        day: date | None = None,
        published: Mapping[str, date] | None = None,
        parameters: Mapping[str, str] | None = None,
    ) -> Tables:
        """`assess_all` for tables: a whole population by columns (extra `batch`), the same to the fen; see docs/batch.md.

        `applicants`: one row each, with `id`, facts, and `applied_at` where a pool is shared in order. `items`: by kind, tables
        with `applicant`, `id` and facts. `grants`, `approved`: rows as in an application, with `applicant`. A table is anything
        with an Arrow stream; null is unknown; money and rates are whole numbers or decimals, and `units` (or the field's metadata
        `unit`) says of what: 分, 元, 万元, 亿元; % or 1. `history`: `complete`, `partial`, or the column of applicants that says
        which. `parameters` as for `assess_all`. Raises ProblemsError with all problems of all tables.
        """
        from .columnar.assess import Setting, assess_table
        from .columnar.population import Given

        context = Context(Document(dict(parameters or {}), {}, "<parameters>", ""))
        figures = admit_parameters(parameters or {}, self.program, context)
        for name in published or {}:
            if name not in {policy.id for policy in self.program.policies}:
                context.add("SR409", (name,), found=name)
        context.stop()
        given = Given(applicants, items, units, history, grants, approved)
        with _open_choices():
            return assess_table(self.program, given, Setting(year, day, published or {}, figures))

    def project(self, application: Application, years: Iterable[int]) -> list[Year]:
        """Several budget years; what a year pays is an earlier grant in the next."""
        case = self.admit(application)
        with _open_choices():
            return project(self.program, case, years, self.pricer)

    def questions(self, application: Application) -> Questions:
        """The facts still missing, by the yuan at stake."""
        case = self.admit(application)
        with _open_choices():
            return questions(self.program, self.readers, case, self.pricer)

    def advise(self, application: Application) -> Advice:
        """The smallest changes that raise the ceiling, and lawful choices that pay more."""
        case = self.admit(application)
        with _open_choices():
            return advise(self.program, self.readers, case, self.pricer)

    def readings(self, application: Application) -> list[Reading]:
        """The answer under every other reading that the policies say how to compute."""
        found = []
        for variant in variants(self.documents):
            found.append(self._reading(variant, self.admit(application)))
        return found

    def _reading(self, variant: Variant, case: Case) -> Reading:
        try:
            other = Rules.of(variant.documents, self.facts)
            answer = other.assess(dict(case.data))
        except ProblemsError as error:
            return Reading(variant.policy, variant.entry, variant.says, None, str(error.problems[0]))
        return Reading(variant.policy, variant.entry, variant.says, answer)

    def receipt(self, application: Application) -> bytes:
        """A file that proves an answer: the application, the versions, and the SHA-256 of the answer in canonical JSON."""
        case = self.admit(application)
        answer = as_data(self.assess(case))
        versions = {name: answer["receipt"][name] for name in ("engine", "files")}
        return canonical({"schema": RECEIPT, "application": case.data, **versions, "answer": digest(answer)}) + b"\n"

    def replay(self, receipt: StrPath) -> Assessment:
        """Compute the answer of a receipt again. Raises ProblemsError where policies, engine or answer differ."""
        document = read(receipt)
        context = Context(document)
        written = shaped(ReceiptFile, context)
        context.stop()
        assert written is not None
        now = {"engine": VERSION, "files": dict(self.program.digests)}
        for name, found in now.items():
            if getattr(written, name) != found:
                context.add("SR502", (name,), found=str(getattr(written, name)), expected=str(found))
        context.stop()
        answer = self.assess(written.application)
        if digest(as_data(answer)) != written.answer:
            context.add("SR503", ("answer",), found=written.answer, expected=digest(as_data(answer)))
        context.stop()
        return answer


RECEIPT = "subsidy-rules/receipt/1"


class ReceiptFile(Model):
    """See `Rules.receipt`."""

    schema_: Literal["subsidy-rules/receipt/1"] = Field(alias="schema")
    application: dict[str, Any]
    engine: Text
    files: dict[str, Text]
    answer: Text


def as_data(answer: Answer) -> dict[str, Any]:
    """The answer as JSON data: money as text in yuan with two decimals."""
    kind: Any = type(answer)
    data: dict[str, Any] = _adapter(kind).dump_python(answer, mode="json")
    return data


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def to_json(answer: Answer) -> str:
    """The answer as JSON text, indented; the same answer gives the same bytes."""
    return json.dumps(as_data(answer), ensure_ascii=False, indent=2) + "\n"


class _open_choices:
    """A text that leaves too many choices open is a problem like any other."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if isinstance(error, TooManyChoices):
            context = Context(Document({}, {}, "<application>", ""))
            context.add("SR501", (), found=str(error))
            context.stop()


@cache
def schema(name: str) -> dict[str, Any]:
    """JSON Schema (2020-12) of a file or an answer: `policy`, `facts`, `application`, `assessment`, …; see `schemas`."""
    return schema_of(name)
