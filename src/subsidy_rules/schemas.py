"""JSON Schema (draft 2020-12) of the files and of the answer, described in Chinese and English, so that editors complete
and check them and other languages can generate their types."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from .model.advice import Advice, Questions
from .model.application import Application
from .model.assessment import Assessment
from .model.example import Examples
from .model.policy import Policy
from .model.vocabulary import Vocabulary

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SUBJECTS: dict[str, tuple[Any, str, str]] = {
    "policy": (Policy, "政策文件", "A policy file"),
    "facts": (Vocabulary, "词汇表", "The vocabulary of facts"),
    "application": (Application, "申请", "An application"),
    "assessment": (Assessment, "测算结果", "The answer"),
    "questions": (Questions, "待补充的事实", "The facts still missing"),
    "advice": (Advice, "建议", "What would pay more"),
    "examples": (Examples, "示例", "Worked cases of a policy"),
}
ANSWERS = ("assessment", "questions", "advice")  # what comes out; everything else goes in


def schema_of(name: str) -> dict[str, Any]:
    """The schema of one subject; KeyError for an unknown name."""
    model, zh, en = SUBJECTS[name]
    mode: Any = "serialization" if name in ANSWERS else "validation"
    body = TypeAdapter(model).json_schema(by_alias=True, mode=mode)
    head: dict[str, Any] = {"$schema": DIALECT, "$id": f"urn:subsidy-rules:{name}:1"}
    return head | body | {"title": f"{zh} / {en}"}
