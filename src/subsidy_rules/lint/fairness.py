"""What a fair-competition review asks about (公平竞争审查条例, in force since 2024-08-01): awards that hang on taxes, on where a
company is registered, or on from whom it buys. Told by what the vocabulary says of the facts that rules read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..expr import facts
from ..loading.context import Loc
from .draft import Draft, LintFinding

_HERE = "(?:本[市区县地省]|当地)"
_TAX = re.compile("税收|纳税|缴税|税款|税额|财政贡献|地方贡献|经济贡献|财力贡献|留成")
_REGISTRATION = re.compile(f"注册地|登记地|{_HERE}(?:注册|登记|新设|设立)|在.{{1,8}}(?:注册|登记)|迁入|迁至|落户")
_ORIGIN = re.compile(f"(?<!非)国产|(?:采购|购买|使用|租用|依托){_HERE}|{_HERE}(?:企业|产品|供应商|服务商|生产)")
_LISTED = re.compile("(?:供应商|服务商|供应方|提供方|提供商|出租方|合作伙伴|机构).{0,6}(?:名单|名录|目录)")
_AREA = re.compile("^位于|^在.{1,8}(?:区域|范围)内")


def linked_to_tax(draft: Draft) -> Iterator[LintFinding]:
    return _linked(draft, "SR651", _TAX)


def linked_to_registration(draft: Draft) -> Iterator[LintFinding]:
    return _linked(draft, "SR652", _REGISTRATION)


def linked_to_origin(draft: Draft) -> Iterator[LintFinding]:
    return _linked(draft, "SR653", _ORIGIN)


def designated_supplier(draft: Draft) -> Iterator[LintFinding]:
    return _linked(draft, "SR654", _LISTED)


def area_by_applicant(draft: Draft) -> Iterator[LintFinding]:
    return _linked(draft, "SR655", _AREA, applicant=True)


def _linked(draft: Draft, code: str, pattern: re.Pattern[str], *, applicant: bool = False) -> Iterator[LintFinding]:
    """One finding for a fact, where it is first read, with the number of rules that read it."""
    for name, (places, kind) in _read(draft).items():
        fact = draft.declared(name, kind)
        if fact and pattern.search(fact.label.zh) and (kind is None or not applicant):
            rules = len({loc[:2] for loc in places})
            yield draft.finding(code, places[0], f"{name} {fact.label.zh}", f"{rules}/{len(draft.rules)}")


def _read(draft: Draft) -> dict[str, tuple[list[Loc], str | None]]:
    """The facts that rules and limits read: where, and of which kind of item (None: of the applicant)."""
    found: dict[str, tuple[list[Loc], str | None]] = {}
    for loc, rule, _ in draft.rules:
        for formula in draft.formulas(loc):
            for name in sorted(facts(formula.tree)):
                kind = None if name in draft.program.applicant_facts else rule.item
                found.setdefault(name, ([], kind))[0].append(formula.loc)
    return found


LINTS = (linked_to_tax, linked_to_registration, linked_to_origin, designated_supplier, area_by_applicant)
