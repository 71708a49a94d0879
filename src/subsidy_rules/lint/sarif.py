"""Findings as SARIF 2.1.0 (OASIS), which code review services read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

from ..version import VERSION
from .codes import LINTS, Meaning
from .draft import LintFinding

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "subsidyRulesLint/v1"


def sarif(findings: Iterable[LintFinding]) -> dict[str, Any]:
    """One run with all rules, also those without a result. Messages are Chinese and English."""
    places = {code: at for at, code in enumerate(LINTS)}
    driver = {
        "name": "subsidy-rules lint",
        "semanticVersion": VERSION,
        "rules": [_rule(c, m) for c, m in LINTS.items()],
    }
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "results": [_result(finding, places[finding.code]) for finding in findings],
            }
        ],
    }


def _rule(code: str, meaning: Meaning) -> dict[str, Any]:
    return {
        "id": code,
        "name": meaning.name,
        "shortDescription": {"text": meaning.en},
        "fullDescription": {"text": f"{meaning.zh} {meaning.en}"},
        "help": {"text": f"{meaning.mend_zh} {meaning.mend_en}"},
        "defaultConfiguration": {"level": meaning.severity},
    }


def _result(finding: LintFinding, place: int) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(finding.file)}}
    if finding.line:  # places in JSON files are not known
        physical["region"] = {"startLine": finding.line, "startColumn": finding.column}
    return {
        "ruleId": finding.code,
        "ruleIndex": place,
        "level": finding.severity,
        "message": {"text": _message(finding)},
        "locations": [
            {
                "physicalLocation": physical,
                "logicalLocations": [{"fullyQualifiedName": f"{finding.policy}.{finding.field}"}],
            }
        ],
        "partialFingerprints": {FINGERPRINT: finding.fingerprint},
    }


def _message(finding: LintFinding) -> str:
    meaning = LINTS[finding.code]
    where = f"{finding.article} {finding.entry}".strip() or finding.policy
    particulars = " → ".join(text for text in (finding.found, finding.against) if text)
    return f"{where}: {meaning.zh} {meaning.en}" + (f" [{particulars}]" if particulars else "")


def _uri(file: str) -> str:
    """A path as a URI: relative to the working directory where it lies below it."""
    path = Path(file).absolute()
    here = Path.cwd()
    if path.is_relative_to(here):
        return quote(PurePath(path.relative_to(here)).as_posix())
    return path.as_uri()
