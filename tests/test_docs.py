"""The documentation is true: its examples run, its outputs and numbers are up to date, its links lead somewhere, and it
mentions every command, field and code that there is."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

import subsidy_rules
from subsidy_rules.engine.compiled import CompiledPricer
from subsidy_rules.examples import answer_of, differences
from subsidy_rules.loading import build
from subsidy_rules.model.example import Examples
from subsidy_rules.model.policy import WAYS
from subsidy_rules.money import parse_money
from subsidy_rules.reading import read_yaml

ROOT = Path(__file__).resolve().parents[1]


def _generate() -> Any:
    spec = importlib.util.spec_from_file_location("docs_generate", ROOT / "docs" / "generate.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


generate = _generate()
GUIDE = ROOT / "docs" / "how-to-encode.md"
READMES = [ROOT / "README.md", ROOT / "README.zh.md"]
RECORDS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
DOCUMENTS = [*generate.DOCUMENTS, ROOT / "CHANGELOG.md", *RECORDS]
HEAD = """id: yunxi
title: {zh: 云溪, en: Yunxi}
status: in_force
jurisdiction: {name: {zh: 云溪区, en: Yunxi}, level: district, code: "990102"}
effective: {published: unknown, starts: not_stated}
"""


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# What is run


@pytest.mark.parametrize(
    "path", [ROOT / one for one in sorted({*map(name, generate.DOCUMENTS), *generate.FILES})], ids=name
)
def test_generated_parts_and_outputs_are_up_to_date(path: Path) -> None:
    assert path.read_text("utf-8") == generate.filled(path), "run: python docs/generate.py"


def _vocabulary() -> str:
    return next(b.body for b in generate.blocks(GUIDE.read_text("utf-8")) if b.info == ("yaml", "file=facts.yaml"))


def _guide() -> list[Any]:
    """Every example of the guide that is computed, with the policy that stands before it."""
    found, policy = [], None
    for block in generate.blocks(GUIDE.read_text("utf-8")):
        if block.info == ("yaml", "policy"):
            policy = block
            found.append(pytest.param(policy, None, id=f"line-{block.line}"))
        elif block.info[:1] == ("pays",) or block.info == ("yaml", "cases"):
            found.append(pytest.param(policy, block, id=f"line-{block.line}"))
    return found


@pytest.mark.parametrize(("policy", "example"), _guide())
def test_examples_of_the_guide(policy: Any, example: Any) -> None:
    body = policy.body
    if example and example.info[0] == "pays" and example.info[1:]:
        body, times = re.subn(r"prior: \w+", f"prior: {example.info[1].removeprefix('prior=')}", body)
        assert times == 1
    documents = [read_yaml(text.encode(), "yunxi.yaml") for text in (HEAD + body, _vocabulary())]
    program, warnings = build(documents[:1], documents[1])
    assert not warnings
    if example and example.info == ("yaml", "cases"):
        _run_cases(program, example.body)
    elif example:
        for line in example.body.splitlines():
            assert _paid(program, line) == _expected(line), line


def _run_cases(program: Any, body: str) -> None:
    text = "policy: yunxi\nbase: {applicant: {id: demo}, year: 2026, history: complete}\ncases:\n" + body
    examples = Examples.model_validate(read_yaml(text.encode(), "cases.yaml").value)
    for case in examples.cases:
        answer = answer_of(case, examples, program, CompiledPricer(program))
        assert not list(differences(case.expect, answer, "yunxi")), case.id


def _paid(program: Any, line: str) -> tuple[int, int | None]:
    """What all rules pay for the facts of a line, to whomever: assured and ceiling."""
    from subsidy_rules.engine.assess import assess
    from subsidy_rules.loading import admit_data

    facts = read_yaml(("{" + line.partition("=>")[0] + "}").encode(), "line.yaml").value
    assert isinstance(facts, dict)
    earlier = facts.pop("earlier", None)
    rule = program.rules[0] if earlier is None else min(program.rules, key=lambda rule: _place(program, rule.id))
    kind = next((one.item for one in program.rules if one.item), None)
    own = {fact: value for fact, value in facts.items() if fact in program.applicant_facts}
    item = {"id": "x", "kind": kind, "facts": {fact: value for fact, value in facts.items() if fact not in own}}
    grant = {"policy": "yunxi", "rule": rule.id, "year": "2025", "amount": earlier, "item": "x"}
    application = {
        "applicant": {"id": "demo", "facts": own},
        "items": [item] if kind else [],
        "year": "2026",
        "history": "complete",
        "grants": [grant] if earlier else [],
    }
    answer = assess(program, admit_data(application, program), CompiledPricer(program))
    awards = [award for award in answer.awards if award.status != "ineligible"]
    if any(total.open for total in answer.totals):
        return 0, None
    settled = [award.settled for award in awards if award.settled]
    return sum(one.assured for one in settled), sum(one.ceiling or 0 for one in settled)


def _place(program: Any, rule: str) -> int:
    return [one.id for one in program.policies[0].rules].index(rule)


def _expected(line: str) -> tuple[int, int | None]:
    right = line.partition("=>")[2].strip()
    if right == "open":
        return 0, None
    low, _, high = right.partition(" … ")
    return parse_money(low), parse_money(high or low)


def test_slips_of_the_guide_are_refused_and_their_corrections_are_not() -> None:
    from subsidy_rules.expr import ExprError, parse

    facts = read_yaml(_vocabulary().encode(), "facts.yaml")
    policy = read_yaml((HEAD + _first_policy()).encode(), "yunxi.yaml")
    program, _ = build([policy], facts)
    scope = program.applicant_facts | program.item_facts["project"] | {"grade": program.item_facts["product"]["grade"]}
    rows = re.findall(
        r"^\| `(.+?)`[^|]*\| `([^`]+)`", GUIDE.read_text("utf-8").partition("| written | meant |")[2], re.M
    )
    assert len(rows) > 8
    for wrong, right in rows:
        parse(right, scope)
        with pytest.raises(ExprError):
            parse(wrong, scope, "bool")


def _first_policy() -> str:
    return next(b.body for b in generate.blocks(GUIDE.read_text("utf-8")) if b.info == ("yaml", "policy"))


def test_makefile_has_what_the_readmes_name() -> None:
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.M)
    for path in READMES:
        named = re.findall(r"^make (\w+)", path.read_text("utf-8"), re.M)
        assert {"demo", "test"} == set(named) <= set(targets)


def test_application_of_the_reference_is_admitted() -> None:
    text = (ROOT / "docs" / "json.md").read_text("utf-8")
    found = [block.body for block in generate.blocks(text) if block.info == ("json", "application")]
    rules = subsidy_rules.load()
    assert found and all(rules.assess(json.loads(body)).awards for body in found)


# What is mentioned


@pytest.mark.parametrize("path", READMES, ids=name)
def test_every_command_is_in_the_readmes(path: Path) -> None:
    text = path.read_text("utf-8")
    assert [command for command in generate.commands() if f"`{command}`" not in text] == []


def test_every_option_is_in_the_reference() -> None:
    text = (ROOT / "docs" / "cli.md").read_text("utf-8")
    for command, function in generate.commands().items():
        part = text.partition(f"\n## {command}\n")[2].partition("\n## ")[0]
        for argument in generate.arguments_of(function):
            assert all(one.replace("|", "\\|") in part for one in argument.names), command


def _properties(schema: Any) -> set[str]:
    """The names of all fields of a JSON Schema."""
    if isinstance(schema, list):
        return {name for one in schema for name in _properties(one)}
    if not isinstance(schema, dict):
        return set()
    own = set(schema["properties"]) if isinstance(schema.get("properties"), dict) else set()
    return own | {name for one in schema.values() for name in _properties(one)}


def _code(text: str) -> str:
    """Fenced blocks and inline code, without the prose."""
    fenced = [block.body for block in generate.blocks(text)]
    return "\n".join([*fenced, *re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S))])


@pytest.mark.parametrize(
    ("document", "schema"),
    [
        ("json.md", "assessment"),
        ("json.md", "application"),
        ("json.md", "questions"),
        ("json.md", "advice"),
        ("how-to-encode.md", "policy"),
        ("how-to-encode.md", "examples"),
        ("how-to-encode.md", "facts"),
    ],
)
def test_every_field_is_described(document: str, schema: str) -> None:
    text = _code((ROOT / "docs" / document).read_text("utf-8"))
    fields = _properties(subsidy_rules.schema(schema))
    assert len(fields) > 5
    assert [field for field in sorted(fields) if not re.search(rf"\b{field}\b", text)] == []


def test_every_way_to_pay_and_every_word_of_the_model_is_shown() -> None:
    from typing import get_args

    from subsidy_rules.model import policy

    text = GUIDE.read_text("utf-8")
    shown = [way for way in WAYS if not all(f"{field}:" in text for field in way)]
    words = [policy.Reason, policy.Payee, policy.Form, policy.Level, policy.Bounding, policy.Ration, policy.Prior]
    missing = [word for kind in words for word in get_args(kind) if word not in text]
    assert (shown, missing) == ([], [])


def test_every_status_is_in_the_readmes() -> None:
    from subsidy_rules.explain.labels import STATUS

    for at, path in enumerate(READMES):
        text = path.read_text("utf-8")
        assert [code for code, words in STATUS.items() if f"`{code}`" not in text or words[1 - at] not in text] == []


def test_every_code_has_its_text() -> None:
    from subsidy_rules.cli.meanings import meanings

    known = meanings()
    used = {
        code for path in (ROOT / "src").rglob("*.py") for code in re.findall(r"\bSR\d{3}\b", path.read_text("utf-8"))
    }
    assert used <= known.keys()
    assert [code for code, texts in known.items() if not all(text.strip() for text in texts)] == []
    text = (ROOT / "docs" / "codes.md").read_text("utf-8")
    assert [code for code in known if f"| {code} |" not in text] == []


# What is linked


def _anchors(text: str) -> set[str]:
    heads = re.findall(r"^#+ +(.+)$", re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S), re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_links_lead_somewhere(path: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", path.read_text("utf-8"), flags=re.M | re.S)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"https?://|mailto:", link):
            continue
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        assert target.exists(), link
        assert not anchor or anchor in _anchors(target.read_text("utf-8")), link


@pytest.mark.parametrize("path", RECORDS, ids=name)
def test_decision_records_are_short(path: Path) -> None:
    assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", path.name)
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= 20
    assert text.startswith(f"# {path.name[:4]} ")


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_documents_speak_of_the_project_alone(path: Path) -> None:
    assert not re.search(r"/(?:work|home|tmp)/", path.read_text("utf-8"))
