"""What the worker processes do: the bytes of a request in, the bytes of an answer out. Here alone requests are read
and evaluated."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, TypeVar

from pydantic import TypeAdapter

from ..errors import Problem, ProblemsError, nearest
from ..explain import Names
from ..loading import admit
from ..loading.context import Context, shaped
from ..model.application import Application
from ..model.assessment import Assessment
from ..model.case import Case
from ..model.vocabulary import Model
from ..reading import Document, read_json, read_yaml
from ..rules import Rules
from .answers import Advised, Asked, Assessed, Compared, Read
from .codes import CODES
from .curves import Curve
from .items import Items
from .requests import AssessRequest, CurveRequest, ReadRequest, Request, TemplateQuery

FILE, APPLICATION = "<request>", "<application>"  # where a problem is
SUBSETS = 16  # sets of policies that a worker keeps ready
Found = bytes | tuple[str, tuple[Problem, ...]]  # JSON, or the code of a refusal and all problems
M = TypeVar("M", bound=Model)
R = TypeVar("R", bound=Request)


@dataclass(frozen=True)
class Given:
    """What a process is started with: files that were read and found to be without problems; `ledger`: the database."""

    documents: tuple[Document, ...]
    facts: Document
    ledger: str | None = None


def id_of(document: Document) -> str:
    """The id of a policy whose file was read."""
    assert isinstance(document.value, dict)
    return str(document.value["id"])


_given: Given


def start(given: Given) -> None:
    """Once in each process."""
    global _given
    _given = given
    rules_of.cache_clear()
    rules_of(())
    gc.collect()
    gc.freeze()  # the policies stay: no collection need look at them again


@lru_cache(SUBSETS)
def rules_of(wanted: tuple[str, ...]) -> Rules:
    """Policies by id, in the order in which they were loaded; none: all."""
    documents = [document for document in _given.documents if not wanted or id_of(document) in wanted]
    return Rules.of(documents, _given.facts)


def evaluate(task: str, body: bytes) -> Found:
    """One task of `TASKS`."""
    try:
        return TASKS[task](body)
    except ProblemsError as error:
        return "SR981", error.problems


def read_plain(body: bytes, model: type[M]) -> M:
    """A request by its model. Raises ProblemsError."""
    context = Context(read_json(body, FILE))
    request = shaped(model, context)
    context.stop()
    assert request is not None
    return request


def read_request(body: bytes, model: type[R]) -> tuple[R, Rules, Case]:
    """A request with its policies and its application, admitted. Raises ProblemsError."""
    request = read_plain(body, model)
    rules = rules_of(named(request.policies))
    return request, rules, admit(Document(request.application, {}, APPLICATION, ""), rules.program)


def named(policies: list[str]) -> tuple[str, ...]:
    """The policies of a request for `rules_of`. Raises ProblemsError with every name that is none."""
    known = [id_of(document) for document in _given.documents]
    context = Context(Document({}, {}, FILE, ""))
    for at, name in enumerate(policies):
        if name not in known:
            context.add(
                "SR992",
                ("policies", at),
                CODES["SR992"].en,
                found=name,
                expected=", ".join(known),
                nearest=nearest(name, known),
            )
    context.stop()
    wanted = tuple(name for name in known if name in policies)
    return () if len(wanted) == len(known) else wanted


def assessed(answer: Assessment, rules: Rules, request: AssessRequest) -> bytes:
    """An assessment with the words that were asked for."""
    return _dump(Assessed.of(answer, rules, request))


def _assess(body: bytes) -> bytes:
    request, rules, case = read_request(body, AssessRequest)
    return assessed(rules.assess(case), rules, request)


def _compare(body: bytes) -> bytes:
    request, rules, case = read_request(body, Request)
    return _dump(Compared.of(rules.assess(case), Names(rules.program, request.lang)))


def _questions(body: bytes) -> bytes:
    request, rules, case = read_request(body, Request)
    return _dump(Asked.of(rules.questions(case), Names(rules.program, request.lang)))


def _advise(body: bytes) -> bytes:
    request, rules, case = read_request(body, Request)
    return _dump(Advised.of(rules.advise(case), Names(rules.program, request.lang)))


def _curve(body: bytes) -> bytes:
    request, rules, case = read_request(body, CurveRequest)
    return _dump(Curve.of(request, rules, case))


def _items(body: bytes) -> bytes:
    _, rules, case = read_request(body, Request)
    return _dump(Items.of(rules, case))


def _application(body: bytes) -> bytes:
    request = read_plain(body, ReadRequest)
    read = read_yaml if request.format == "yaml" else read_json
    document = read(request.text.encode(), APPLICATION)
    context = Context(document)
    shaped(Application, context)
    context.stop()
    assert isinstance(document.value, dict)
    return _dump(Read(document.value))


def _report(body: bytes) -> bytes:
    from .report import workbook  # with what writes workbooks: not every worker needs it

    request, rules, case = read_request(body, Request)
    return workbook(rules.assess(case), Names(rules.program, request.lang))


def _template(body: bytes) -> bytes:
    from ..files import template

    request = read_plain(body, TemplateQuery)
    return template(rules_of(named(request.policies.split(",") if request.policies else [])).program, request.lang)


TASKS: dict[str, Callable[[bytes], bytes]] = {
    "assess": _assess,
    "compare": _compare,
    "questions": _questions,
    "advise": _advise,
    "curve": _curve,
    "items": _items,
    "application": _application,
    "report": _report,
    "template": _template,
}


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _dump(answer: object) -> bytes:
    kind: Any = type(answer)
    return _adapter(kind).dump_json(answer)
