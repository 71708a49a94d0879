"""What is fuzzed: for each way into the library one function of bytes, which fails where a promise is broken.

The promises: only ProblemsError or ExprError comes out, each problem with a known code, a position inside the input and
bounded printable text; no input takes more than a second; what is accepted can be written as canonical JSON and read
again, and every engine gives it the same answer.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import cases
from cases import SCOPE
from seeds import FICTITIOUS, KINDS, WANTS

from subsidy_rules import expr
from subsidy_rules.cli.meanings import meanings
from subsidy_rules.engine.assess import assess
from subsidy_rules.engine.reference import ReferencePricer
from subsidy_rules.errors import ProblemsError
from subsidy_rules.loading import admit
from subsidy_rules.model.canonical import canonical, digest
from subsidy_rules.reading import Document, read_json, read_yaml
from subsidy_rules.rules import Rules, as_data

SECONDS = 1.0  # of this process, instrumented or not
MAX_BYTES = 8192  # longer inputs are not tried
MAX_FIELD = 4000  # characters of one field of a problem: the longest lists the options that a policy declares


def expression(data: bytes) -> None:
    """The first byte says which kind is wanted, the rest is the text."""
    text = text_of(data[1:])
    tree = expr.parse(text, SCOPE, WANTS[data[0] % len(WANTS)] if data else None)
    assert expr.parse(expr.show(tree), SCOPE, tree.kind) == tree, "the canonical text means something else"
    function = expr.compile_function(tree)
    for values in cases.values(tree, SCOPE, Random(data)):
        assert function(values) == expr.evaluate(tree, values), values


def json_file(data: bytes) -> None:
    _same_again(_read(data, json_only=True))


def policy(data: bytes) -> None:
    """A policy over item kinds without facts: it declares those that it reads."""
    document = _read(data)
    facts = KINDS()
    _same_again(document)
    rules = _built(document, facts)
    for application in cases.applications(rules.program, Random(data)):
        _agree(rules, application)


def facts(data: bytes) -> None:
    """A vocabulary, and a policy with one rule that asks for nothing."""
    document = _read(data)
    _same_again(document)
    rules = _built(cases.plain_policy(), document)
    for application in cases.applications(rules.program, Random(data)):
        _agree(rules, application)


def application(data: bytes) -> None:
    rules = _fictitious()
    document = _read(data)
    _same_again(document)
    _agree(rules, document)


def receipt(data: bytes) -> None:
    rules = _fictitious()
    with TemporaryDirectory() as folder:
        path = Path(folder, "receipt.json")
        path.write_bytes(data)
        answer = rules.replay(path)
    written = read_json(data, "receipt.json").value
    assert digest(as_data(answer)) == written["answer"]  # type: ignore[call-overload, index]


TARGETS: dict[str, Callable[[bytes], None]] = {
    "expression": expression,
    "json": json_file,
    "policy": policy,
    "facts": facts,
    "application": application,
    "receipt": receipt,
}


def check(target: str, data: bytes) -> str:
    """Run one input; AssertionError is a finding. Returns `accepted`, or the codes of its refusal."""
    start = time.process_time()
    try:
        TARGETS[target](data)
        outcome = "accepted"
    except ProblemsError as error:
        _well_told(error, data)
        outcome = _codes(error)
    except expr.ExprError as error:
        _slips_well_told(error, len(text_of(data[1:])))
        outcome = _codes(error)
    took = time.process_time() - start
    assert took < SECONDS, f"took {took:.2f} s"
    return outcome


def _codes(error: ProblemsError | expr.ExprError) -> str:
    return " ".join(sorted({problem.code for problem in error.problems}))


def _slips_well_told(error: expr.ExprError, length: int) -> None:
    assert error.problems, "refused without a reason"
    for slip in error.problems:
        assert slip.code in expr.CODES and slip.message, slip
        assert 1 <= slip.column <= length + 1, slip
        assert all(map(_shows, slip[2:])), slip


def _well_told(error: ProblemsError, data: bytes) -> None:
    assert error.problems, "refused without a reason"
    lines = data.decode("utf-8", "replace").replace("\r\n", "\n").count("\n") + 1
    for problem in error.problems:
        assert problem.code in meanings(), problem
        assert problem.message and problem.file, problem
        assert 0 <= problem.line <= lines + 1 and problem.column >= 0, problem
        assert problem.line or problem.field or problem.code in NOWHERE, f"no place: {problem}"
        assert all(map(_shows, (problem.message, problem.field, problem.found, problem.expected, problem.nearest)))


NOWHERE = {"SR105", "SR501"}  # of the file or of the whole application


def _shows(text: str) -> bool:
    return text.isprintable() and len(text) <= MAX_FIELD


def _read(data: bytes, *, json_only: bool = False) -> Document:
    """JSON where it looks like JSON, else YAML."""
    if json_only or data[:1] in (b"{", b"["):
        return read_json(data, "fuzz.json")
    return read_yaml(data, "fuzz.yaml")


def _same_again(document: Document) -> None:
    assert _again(document).value == document.value, "as JSON it reads differently"


def _again(document: Document) -> Document:
    """Written as JSON and read again."""
    return read_json(json.dumps(document.value, ensure_ascii=False).encode(), document.file)


def _built(policy: Document, facts: Document) -> Rules:
    """The program; it is the same when its files are read again as JSON."""
    rules, again = Rules.of([policy], facts), Rules.of([_again(policy)], _again(facts))
    for name in ("rules", "caps", "exclusives", "validity", "policies"):
        assert getattr(again.program, name) == getattr(rules.program, name), name
    assert all(warning.severity == "warning" for warning in rules.warnings)
    return rules


def _agree(rules: Rules, document: Document) -> None:
    """Reference evaluation, generated code and fast totals give one answer, also to the application read again."""
    program = rules.program
    case = admit(document, program)
    assert admit(read_json(canonical(case.data), "again.json"), program) == case, "read again, another case"
    answer = rules.assess(case)
    assert answer == assess(program, case, ReferencePricer(program)), "reference and generated code differ"
    own = [total for total in answer.totals if (total.payee, total.kind) == ("applicant", "cash")]
    low, high = rules.totals(case)
    assert low == sum(total.assured for total in own), "fast totals: assured"
    assert high is None or high == max(low, sum(total.ceiling for total in own)), "fast totals: ceiling"
    said = canonical(as_data(answer))
    assert canonical(json.loads(said)) == said


@cache
def _fictitious() -> Rules:
    policy, facts = FICTITIOUS()
    return Rules.of([policy], facts)


def bytes_of(text: str) -> bytes:
    """As inputs are kept: text in which a byte that is no UTF-8 is a surrogate."""
    return text.encode("utf-8", "surrogateescape")


def text_of(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
