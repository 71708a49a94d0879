"""The OpenAPI document is valid, says what is true, and the service keeps to it whatever is sent."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from jsonschema import Draft202012Validator
from ledger_help import FOLDER
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.config import SchemathesisConfig
from service_help import Running, running

from subsidy_rules.ledger import Ledger
from subsidy_rules.service import Settings, create
from subsidy_rules.service.codes import STATUS
from subsidy_rules.service.keys import new_key

DOCUMENT: dict[str, Any] = create(Settings()).openapi()
OPERATIONS = [
    (path, method, operation) for path, methods in DOCUMENT["paths"].items() for method, operation in methods.items()
]


@pytest.fixture(scope="module")
def everything() -> Iterator[Running]:
    """With all policies of the library."""
    with running() as found:
        yield found


def valid(data: Any, schema: dict[str, Any]) -> list[str]:
    """What is wrong with data by a schema of the document."""
    return [
        error.message
        for error in Draft202012Validator(schema | {"components": DOCUMENT["components"]}).iter_errors(data)
    ]


def test_the_document_is_openapi_and_in_both_languages() -> None:
    assert DOCUMENT["openapi"] == "3.1.0"
    names = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert len(set(names)) == len(names) > 20
    for path, method, operation in OPERATIONS:
        assert any("\u4e00" <= c <= "\u9fff" for c in operation["summary"]), path
        assert any("a" <= c <= "z" for c in operation["summary"]), path
        assert {"403", "500"} < operation["responses"].keys()
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if method == "post" and content:
            assert content["example"], path


def test_every_status_of_the_codes_is_documented_somewhere() -> None:
    said = {status for _, _, operation in OPERATIONS for status in operation["responses"]}
    assert {str(status) for code, status in STATUS.items() if code not in ("SR989", "SR990")} <= said


def test_examples_keep_to_their_schemas_and_are_answered(everything: Running) -> None:
    """Those that need no key; what comes back keeps to its schema too."""
    for path, method, operation in OPERATIONS:
        body = operation.get("requestBody")
        if body is None or "application/json" not in body["content"]:
            continue
        content = body["content"]["application/json"]
        assert valid(content["example"], content["schema"]) == [], path
        if "security" not in operation:
            reply = everything.send(
                method.upper(), path, json.dumps(content["example"]).encode(), {"Content-Type": "application/json"}
            )
            assert reply.status == 200, (path, reply.body)
            answer = operation["responses"]["200"]["content"].get("application/json")
            assert answer is None or valid(reply.data, answer["schema"]) == [], path


def test_answers_without_a_body_keep_to_their_schemas(everything: Running) -> None:
    for path, name in (
        ("/v1/policies", "Policies"),
        ("/v1/vocabulary", "VocabularyPage"),
        ("/v1/nothing", "ProblemDetails"),
    ):
        assert valid(everything.get(path).data, {"$ref": f"#/components/schemas/{name}"}) == []
    first = everything.get("/v1/policies").data["policies"][0]["id"]
    page = everything.get(f"/v1/policies/{first}").data
    assert valid(page, {"$ref": "#/components/schemas/PolicyPage"}) == []


# Whatever is sent

EXAMPLES = 6  # for each operation
load_all_checks()
# A body that fits the schema may still be refused (a name that is no fact), and the reader takes numbers and booleans as text.
EXCLUDED = [one for one in CHECKS.get_all() if one.__name__ in ("positive_data_acceptance", "negative_data_rejection")]
# Reading the policies again has tests of its own.
ALIKE = ["/v1/compare", "/v1/questions", "/v1/advise", "/v1/curve", "/v1/ledger/record", "/v1/ledger/review"]
ONCE = {"operations": [{"include-path": path, "phases": {"coverage": {"enabled": False}}} for path in ALIKE]}
CONFIG = SchemathesisConfig.from_dict(
    ONCE
)  # the limits of an application are gone through for /v1/assess and /v1/decide
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT, config=CONFIG).exclude(path="/v1/admin/reload")


KEY, LINE = new_key("office", "admin")
SESSION = requests.Session()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """With a ledger, and a key that may do everything."""
    folder = tmp_path_factory.mktemp("fund")
    url = f"sqlite:///{folder}/ledger.db"
    Ledger(url).migrate()
    (folder / "keys").write_text(LINE, "utf-8")
    policies = (str(FOLDER / "fund.yaml"),)
    with running(
        policies=policies, ledger=url, keys=folder / "keys", audit=folder / "audit", seconds=30.0, jobs=10_000
    ) as found:
        yield found


@SCHEMA.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_whatever_is_sent(small: Running, case: schemathesis.Case) -> None:
    """No error inside, and no status, type or body that is not documented."""
    headers = {"Authorization": f"Bearer {KEY}"}
    case.call_and_validate(f"http://127.0.0.1:{small.port}", SESSION, headers=headers, excluded_checks=EXCLUDED)
