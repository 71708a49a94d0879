"""The service over real HTTP: it answers what the library answers, and refuses with the same codes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from service_help import MINI, Running, application, copied, running

import subsidy_rules
from subsidy_rules import as_data
from subsidy_rules.explain import Names, compared, lines, nested, tree

RULES = subsidy_rules.load(MINI / "mini.yaml")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(policies=(str(copied(tmp_path_factory.mktemp("mini"))),)) as found:
        yield found


def own(answer: dict[str, Any]) -> tuple[str, str]:
    total = next(one for one in answer["totals"] if (one["payee"], one["kind"]) == ("applicant", "cash"))
    return total["assured"], total["ceiling"]


def test_assess(service: Running) -> None:
    """Standard 50 exact, project 30 % of 500 cut to 100 at most, roll-out 10 exact, growth 5 to 10: 65 … 170万元."""
    reply = service.post("/v1/assess", {"application": application(), "explain": ["sentence", "tree"], "lang": "en"})
    assert (reply.status, reply.headers["content-type"]) == (200, "application/json")
    assert own(reply.data["assessment"]) == ("650000.00", "1700000.00")
    answer = RULES.assess(application())
    assert reply.data["assessment"] == as_data(answer)
    assert "assured 650,000元, at most 1,700,000元" in reply.data["words"]["sentence"]
    assert reply.data["words"]["table"] is None
    (found,) = reply.data["words"]["tree"]
    (node,) = tree(answer, Names(RULES.program, "en"))
    assert (found["text"], [one["text"] for one in found["children"]]) == (
        nested(node)["text"],
        [child.text for child in node.children],
    )
    assert len(list(lines(node))) > 20


def test_table_has_the_rows_of_the_answer(service: Running) -> None:
    reply = service.post("/v1/assess", {"application": application(), "explain": ["table"]})
    (sheet,) = reply.data["words"]["table"]
    assert [row["ceiling"] for row in sheet["paid"] if row["item"] == "big"] == ["100万元"]
    assert sheet["totals"][0]["assured"] == "65万元"


def test_compare_questions_advise(service: Running) -> None:
    request = {"application": application(), "policies": ["mini"]}
    comparison = service.post("/v1/compare", request).data
    assert comparison["comparison"] == as_data(compared(RULES.assess(application())))
    assert comparison["words"] == [
        {"policy": "mini", "title": "《示范政策》（草案，未施行）", "assured": "65万元", "ceiling": "170万元"}
    ]
    questions = service.post("/v1/questions", request).data
    assert questions["questions"] == as_data(RULES.questions(application()))
    assert questions["words"]["judgements"] == [
        {"thing": "big（项目）", "question": "是否符合：经评审？", "at_stake": "100万元"}
    ]
    advice = service.post("/v1/advise", request).data
    assert advice["advice"] == as_data(RULES.advise(application()))
    assert [len(advice["words"][name]) for name in ("changes", "choices", "later")] == [
        len(advice["advice"][name]) for name in ("changes", "choices", "later")
    ]


def test_curve_is_exact_at_its_jump(service: Running) -> None:
    """Below 100万元 the project gets nothing; there 30 % of it, and 100万元 at most, from 3333333.33元 on.."""
    request = {"application": application(), "item": "big", "fact": "cost", "lang": "en"}
    curve = service.post("/v1/curve", request).data
    points = {one["at"]: one["ceiling"] for one in curve["points"]}
    assert (points["999999.99元"], points["100万元"]) == ("700000.00", "1000000.00")
    assert (curve["points"][-1]["ceiling"], curve["cliffs"]) == ("1700000.00", [])
    assert {one["assured"] for one in curve["points"]} == {"650000.00"}


def test_curve_of_what_is_no_quantity(service: Running) -> None:
    request = {"application": application(), "fact": "local"}
    assert service.post("/v1/curve", request).codes == ["SR981", "SR989"]
    assert (
        service.post("/v1/curve", request | {"item": "nothing"}).data["problems"][0]["expected"] == "std-1, big, small"
    )


def test_policies_tell_what_stands_in_the_file(service: Running) -> None:
    (entry,) = service.get("/v1/policies").data["policies"]
    assert (entry["id"], entry["status"], entry["rules"]) == ("mini", "draft", 7)
    page = service.get("/v1/policies/mini").data
    share = next(one for one in page["provisions"] if one["id"] == "project-share")
    assert share["when"] == [
        {"zh": "项目投入 ≥ 100万元", "en": "Cost of the project ≥ 1,000,000元"},
        {"zh": "经评审", "en": "Reviewed"},
    ]
    assert share["figures"] == ["30%", "100万元"]
    assert share["facts"] == ["cost", "reviewed"]
    assert share["assumes"][0]["alternatives"][0] == {
        "says": {"zh": "上限按项目计", "en": "The limit is per project"},
        "computable": True,
    }
    assert share["written"]["pays"][0]["of"] == "cost"
    assert page["examples"][0]["application"]["applicant"]["id"] == "demo"
    assert all(one["meaning"]["zh"] for one in page["lints"])
    assert service.get("/v1/policies/nothing").codes == ["SR989"]


def test_vocabulary_says_who_reads_a_fact(service: Running) -> None:
    found = service.get("/v1/vocabulary").data
    facts = {(one["item_kind"], one["name"]): one for one in found["facts"]}
    assert facts[None, "local"]["rules"] == ["mini/standard-national"]
    assert facts["project", "cost"]["rules"] == ["mini/project-share"]
    assert facts["standard", "grade"]["options"]["national"] == {"zh": "国家标准", "en": "National"}
    assert [one["name"] for one in found["kinds"]] == ["standard", "project"]


def test_schemas_health_readiness(service: Running) -> None:
    assert "application" in service.get("/v1/schema").data["schemas"]
    assert service.get("/v1/schema/application").data == subsidy_rules.schema("application")
    assert service.get("/v1/schema/nothing").codes == ["SR989"]
    assert service.get("/healthz").data["status"] == "ok"
    assert service.get("/readyz").data == {"status": "ready"}


def test_all_problems_at_once_with_the_codes_of_the_command_line(service: Running) -> None:
    wrong = application(date="2026-02-30", yeer="2026")
    wrong["applicant"] = {"id": "demo", "facts": {"anual_revenue": "600万元", "local": "perhaps"}}
    reply = service.post("/v1/assess", {"application": wrong})
    assert (reply.status, reply.headers["content-type"]) == (422, "application/problem+json")
    with pytest.raises(subsidy_rules.ProblemsError) as refused:
        RULES.admit(wrong)
    assert reply.codes == ["SR981", *(problem.code for problem in refused.value.problems)]
    problem = reply.data["problems"][0]
    assert problem["meaning"]["zh"] and problem["meaning"]["en"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "SR111"),
        (b"{", "SR110"),
        (b"[]", "SR303"),
        (b'{"application": {"year": NaN}}', "SR126"),
        (b'{"application": {"year": 1e400}}', "SR126"),
        (b'{"application": {"year": null}}', "SR123"),
        (b'{"application": {}, "application": {}}', "SR121"),
        (b'{"application": ' + b"[" * 990 + b"]" * 990 + b"}", "SR113"),
        (b'{"application": {"\\ud800": "x"}}', "SR108"),
        ('{"application": {}}'.encode("utf-16"), "SR106"),
    ],
)
def test_what_is_no_request(service: Running, body: bytes, code: str) -> None:
    reply = service.send("POST", "/v1/assess", body, {"Content-Type": "application/json"})
    assert reply.status == 422
    assert code in reply.codes, reply.codes


def test_unknown_policies_are_named_and_reach_no_file(service: Running) -> None:
    reply = service.post("/v1/assess", {"application": application(), "policies": ["mimi", "other"]})
    assert reply.codes == ["SR981", "SR992", "SR992"]
    assert reply.data["problems"][0]["nearest"] == "mini"
    for path in ("../mini.yaml", "/etc/passwd", str(MINI / "mini.yaml")):
        assert "SR303" in service.post("/v1/assess", {"application": application(), "policies": [path]}).codes


def test_addresses_and_methods_that_are_none(service: Running) -> None:
    for path in ("/v1/nothing", "/v1/assess/", "/..%2f..%2fcodes.py", "/%2e%2e/app.py", "/docs", "/openapi.json"):
        assert service.get(path).codes == ["SR989"], path
    assert service.get("/v1/assess").codes == ["SR990"]
    assert service.post("/v1/policies", {}).codes == ["SR990"]


def test_no_ledger_without_one(service: Running) -> None:
    assert service.post("/v1/decide", {}).codes == ["SR987"]
    assert service.get("/v1/ledger/left?year=2026").codes == ["SR987"]


def test_metrics_count_by_route(service: Running) -> None:
    service.get("/v1/policies/nothing")
    text = service.get("/metrics").body.decode()
    assert 'subsidy_rules_requests_total{method="GET",route="/v1/policies/{policy}",status="404"}' in text
    assert "nothing" not in text
