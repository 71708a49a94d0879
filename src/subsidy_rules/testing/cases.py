"""Boundary cases with the computed answer: as a file of worked cases that `check` runs, and as rows for a person to review."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..explain import Lang, Names, article, label, say
from ..explain.why import why
from ..model.assessment import Assessment, Award
from ..money import format_units, format_yuan
from .boundaries import Boundary
from .filling import Dict

if TYPE_CHECKING:
    from ..rules import Rules

MOST_TEXT = 2000  # of a field of a worked case


def answered(rules: Rules, cases: Iterable[Boundary]) -> list[tuple[Boundary, Assessment]]:
    """Each case with its answer."""
    return [(case, rules.assess(case.application)) for case in cases]


def awards_of(case: Boundary, answer: Assessment) -> list[Award]:
    """The awards that a case is about."""
    return [award for award in answer.awards if award.policy == case.policy and award.rule in case.rules]


# A file of worked cases


def examples_data(rules: Rules, found: Sequence[tuple[Boundary, Assessment]], lang: Lang = "zh") -> Dict:
    """What `policies/examples/<policy>.yaml` would hold; the expected answers are those that were computed. What most of
    the applications say of the applicant stands in `base`."""
    names = Names(rules.program, lang)
    base = _base(found)
    cases = [
        {
            "id": case.id[:64],
            "article": case.article,
            "why": _why(case, answer, names),
            "application": _less(case.application, base),
            "expect": _expected(case, answer),
        }
        for case, answer in found
    ]
    return {"policy": found[0][0].policy, "base": base, "cases": cases}


def _base(found: Sequence[tuple[Boundary, Assessment]]) -> Dict:
    applications = [case.application for case, _ in found]
    said = Counter((name, text) for one in applications for name, text in one["applicant"]["facts"].items())
    facts: dict[str, str] = {}
    for (name, text), times in said.most_common():
        if times * 2 > len(applications):
            facts[name] = text
    order = [name for name in applications[0]["applicant"]["facts"] if name in facts]
    base: Dict = {
        key: applications[0][key] for key in ("year", "date", "history", "published") if key in applications[0]
    }
    return {"applicant": {"id": "boundary-case", "facts": {name: facts[name] for name in order}}, **base}


def _less(application: Mapping[str, Any], base: Mapping[str, Any]) -> Dict:
    """What an application says beside the base."""
    facts = application["applicant"]["facts"]
    own = {name: text for name, text in facts.items() if base["applicant"]["facts"].get(name) != text}
    rest = {key: value for key, value in application.items() if key != "applicant" and base.get(key) != value}
    return ({"applicant": {"facts": own}} if own else {}) | rest


def _why(case: Boundary, answer: Assessment, names: Names) -> str:
    reasons = [reason for award in awards_of(case, answer) for reason in why(award, names)]
    text = "; ".join(dict.fromkeys([label(case.label, names.lang), *reasons]))
    return " ".join(text.split())[:MOST_TEXT]


def _expected(case: Boundary, answer: Assessment) -> Dict:
    total = next(t for t in answer.totals if (t.policy, t.payee, t.kind) == (case.policy, "applicant", "cash"))
    expected: Dict = {"assured": format_units(total.assured), "ceiling": format_units(total.ceiling)}
    if total.open:
        expected["open"] = list(total.open)
    expected["awards"] = [_award(award) for award in awards_of(case, answer)]
    expected["subject_to"] = [one.bound for one in answer.subject_to]
    if answer.repayable:
        expected["repayable"] = format_units(sum(one.amount for one in answer.repayable))
    return expected


def _award(award: Award) -> Dict:
    said: Dict = {"rule": award.rule, **({"item": award.item} if award.item else {}), "status": award.status}
    if award.reason:
        said["reason"] = award.reason
    if award.settled:
        ceiling = award.settled.ceiling
        said["assured"] = format_units(award.settled.assured)
        said["ceiling"] = "open" if ceiling is None else format_units(ceiling)
    return said


# Rows


@dataclass(frozen=True)
class Row:
    """One case for a person. Amounts in yuan as exact text; empty: no figure."""

    id: str
    article: str
    subject: str
    case: str
    facts: str
    assured: str
    ceiling: str
    status: str
    reasons: str


def rows(rules: Rules, found: Iterable[tuple[Boundary, Assessment]], lang: Lang = "zh") -> list[Row]:
    """The cases in words. Amounts are the sums of the awards that a case is about."""
    names = Names(rules.program, lang)
    return [_row(case, answer, names) for case, answer in found]


def _row(case: Boundary, answer: Assessment, names: Names) -> Row:
    awards = awards_of(case, answer)
    figures = [award.settled for award in awards if award.settled]
    highs = [figure.ceiling for figure in figures if figure.ceiling is not None]
    opened = len(highs) < len(figures)
    statuses = [say("status", award.status, names.lang) for award in awards]
    reasons = [reason for award in awards for reason in why(award, names)]
    return Row(
        id=case.id,
        article=article(case.article, names.lang),
        subject=names.bound(f"{case.policy}/{case.subject}") or case.subject,
        case=label(case.label, names.lang),
        facts="\n".join(_facts(case, names)),
        assured=format_yuan(sum(figure.assured for figure in figures)) if figures else "",
        ceiling=say("word", "unbounded", names.lang) if opened else format_yuan(sum(highs)) if figures else "",
        status="\n".join(dict.fromkeys(statuses)),
        reasons="\n".join(dict.fromkeys(reasons)),
    )


def _facts(case: Boundary, names: Names) -> Iterable[str]:
    """What the case is about: facts, earlier grants, what is claimed elsewhere, the day."""
    colon = "：" if names.lang == "zh" else ": "
    for name, text in case.application["applicant"]["facts"].items():
        if name in case.facts:
            yield f"{names.fact(name)}{colon}{names.value(name, '', text)}"
    for item in case.application.get("items", ()):
        yield names.thing(item["id"], item["kind"])
        for name, text in item["facts"].items():
            if name in case.facts:
                yield f"· {names.fact(name, item['kind'])}{colon}{names.value(name, item['kind'], text)}"
    for key in ("grants", "rivals"):
        for entry in case.application.get(key, ()):
            title = (
                names.rule(entry["policy"], entry["rule"], entry.get("item")) if "rule" in entry else entry["policy"]
            )
            word = ("既往", "earlier") if key == "grants" else ("另申请", "claimed elsewhere")
            yield f"{word[names.lang == 'en']}{colon}{title} {entry.get('year', '')} {entry['amount']}"
    if case.kind == "day" and not case.facts:
        yield f"{say('word', 'day', names.lang)}{colon}{case.application['date']}"
