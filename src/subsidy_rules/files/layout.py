"""Which tables and columns there are for a program, and what each may be called. Facts come from the vocabulary."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import get_args

from ..expr import FactType
from ..model.policy import Level
from ..model.program import Program
from ..model.vocabulary import Fact
from .values import Days, Read, choice, citizen_id, credit_code, key, quantity, text, truth

TEXT, MONEY, COUNT, FLAG = FactType("text"), FactType("money"), FactType("count"), FactType("bool")
KNOWN = FactType("choice", ("complete", "partial"))
GRANTS, APPROVED, APPLICANTS = "grants", "approved", "applicants"
TABLES = {
    APPLICANTS: ("申报主体", "Applicants", "申请主体", "企业"),
    GRANTS: ("既往奖补", "Earlier grants"),
    APPROVED: ("核定金额", "Approved amounts", "核定"),
}
GUIDES = ("说明", "选项", "guide", "options")  # sheets of a template that hold no data
HISTORY = {"complete": ("complete", "完整", "是"), "partial": ("partial", "不完整", "否")}
CREDIT = ("统一社会信用代码", "社会信用代码", "Unified social credit code")


@dataclass(frozen=True)
class Field:
    """A column. `called`: what a header may say; the first is how a template in Chinese calls it. `identity`: what two claims
    must not share."""

    name: str
    fact: FactType
    called: tuple[str, ...]
    needed: bool = False
    identity: bool = False
    special: Read | None = None  # reads its cells, where the kind of the fact does not say how
    declared: Fact | None = None

    @cached_property
    def options(self) -> dict[str, str]:
        """By every way to write an option (`key`), the option."""
        found = {key(option): option for option in self.fact.options}
        for option, label in (self.declared.options if self.declared else {}).items():
            for word in (label.zh, label.en):
                found.setdefault(key(word), option)
        return found

    def reader(self, unit: str | None, days: Days) -> Read:
        """How its cells are read. `unit`: what its header states."""
        if self.special:
            return self.special
        kind = self.fact.kind
        if kind in ("bool", "judgement"):
            return truth
        readers: dict[str, Callable[[], Read]] = {
            "date": lambda: days.read,
            "hour": lambda: days.hour,
            "text": lambda: text,
        }
        if kind in readers:
            return readers[kind]()
        return choice(self.options) if kind == "choice" else quantity(self.fact, unit)


@dataclass(frozen=True)
class Layout:
    """One table: its name (`applicants`, `grants`, `approved`, a kind of item), what a sheet of it may be called, its columns."""

    name: str
    called: tuple[str, ...]
    fields: tuple[Field, ...]
    kind: str | None = None  # of items

    @cached_property
    def by_key(self) -> Mapping[str, Field]:
        """Names of facts before all else, then labels; a label of two columns names none of them."""
        found = {key(one.name): one for one in self.fields}
        labels: dict[str, list[Field]] = {}
        for one in self.fields:
            for label in {key(word) for word in one.called}:
                labels.setdefault(label, []).append(one)
        return {label: one[0] for label, one in labels.items() if len(one) == 1} | found


@dataclass(frozen=True)
class Layouts:
    """Every table of a program. `identities`: columns, by any name, that two claims must not share; also further ones."""

    program: Program
    identities: tuple[str, ...] = ()
    tables: dict[str, Layout] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tables[APPLICANTS] = Layout(APPLICANTS, TABLES[APPLICANTS], self._fields(None))
        for kind, scope in self.program.vocabulary.items.items():
            if kind in self.program.item_facts:
                called = (kind, scope.label.zh, scope.label.en)
                self.tables[kind] = Layout(kind, called, self._fields(kind), kind)
        for name, fields in ((GRANTS, self._grants()), (APPROVED, _approved())):
            self.tables[name] = Layout(name, TABLES[name], fields)

    @cached_property
    def declared(self) -> dict[tuple[str, str], Fact]:
        """By table and name: the facts of the vocabulary and of the policies, as they are declared."""
        vocabulary = self.program.vocabulary
        found = {(APPLICANTS, name): fact for name, fact in vocabulary.applicant.items()}
        found |= {(kind, name): fact for kind, scope in vocabulary.items.items() for name, fact in scope.facts.items()}
        for policy in self.program.policies:
            found |= {(APPLICANTS, name): fact for name, fact in policy.facts.applicant.items()}
            found |= {(k, name): fact for k, scope in policy.facts.items.items() for name, fact in scope.items()}
        return found

    @cached_property
    def by_key(self) -> Mapping[str, str]:
        """The table that a name of a sheet or an option means."""
        return _meant(self.tables)

    def _fields(self, kind: str | None) -> tuple[Field, ...]:
        """Of the applicants, or of a kind of item; those that were named as identities are."""
        types = self.program.applicant_facts if kind is None else self.program.item_facts[kind]
        found = [*(_applicant() if kind is None else _item())]
        for name, fact in types.items():
            declared = self.declared.get((kind or APPLICANTS, name))
            called = (declared.label.zh, declared.label.en) if declared else ()
            found.append(Field(name, fact, called, declared=declared))
        wanted = {key(header): header for header in self.identities}
        for at, one in enumerate(found):
            named = wanted.keys() & {key(word) for word in (one.name, *one.called)}
            if named:
                found[at] = replace(one, identity=True)
                wanted = {word: header for word, header in wanted.items() if word not in named}
        return (*found, *(Field(header, TEXT, (), identity=True) for header in wanted.values()))

    def _grants(self) -> tuple[Field, ...]:
        kinds = FactType("choice", tuple(self.program.item_facts))
        scopes = self.program.item_facts.values()
        texts = sorted({name for scope in scopes for name, fact in scope.items() if fact.kind in ("choice", "text")})
        return (
            _applicant_of(),
            _credit_code(),
            Field("policy", TEXT, ("政策", "Policy"), needed=True),
            Field("rule", TEXT, ("规则", "Rule"), needed=True),
            Field("year", COUNT, ("预算年度", "年度", "Budget year"), needed=True),
            Field("amount", MONEY, ("金额", "已付金额", "Amount"), needed=True),
            Field("item", TEXT, ("事项编号", "Item")),
            Field("kind", kinds, ("事项类别", "Kind of item"), special=self._kind),
            Field("value", MONEY, ("当时应得", "Value")),
            Field("units", COUNT, ("月数", "Months")),
            Field("repaid", FLAG, ("已退还", "Repaid")),
            Field("level", FactType("choice", get_args(Level)), ("级别", "Level")),
            Field("matter", TEXT, ("政策类别", "Matter")),
            *(Field(name, TEXT, ()) for name in texts),
        )

    @property
    def _kind(self) -> Read:
        return choice(_meant({name: table for name, table in self.tables.items() if table.kind is not None}))


def _meant(tables: Mapping[str, Layout]) -> dict[str, str]:
    """By every word for a table (`key`), its name."""
    found = {key(word): name for name, layout in tables.items() for word in layout.called}
    return found | {key(name): name for name in tables}


def _applicant_of() -> Field:
    return Field("applicant", TEXT, ("申报主体", "申请主体", "企业标识", "Applicant"), needed=True)


def _credit_code() -> Field:
    return Field("credit_code", TEXT, CREDIT, special=credit_code)


def _claimed() -> tuple[Field, ...]:
    return (
        Field("name", TEXT, ("名称", "企业名称", "单位名称", "Name")),
        Field("claimed", MONEY, ("申报金额", "申请金额", "Amount claimed")),
        _credit_code(),
    )


def _applicant() -> tuple[Field, ...]:
    words = {key(word): option for option, found in HISTORY.items() for word in found}
    return (
        Field("id", TEXT, ("申报主体", "申请主体", "企业标识", "标识", "Applicant"), needed=True),
        Field("applied_at", FactType("hour"), ("申请时间", "申报时间", "Time of the claim")),
        Field(
            "history",
            KNOWN,
            ("既往奖补是否完整", "Earlier grants complete"),
            special=choice(words),
        ),
        *_claimed(),
    )


def _item() -> tuple[Field, ...]:
    return (
        _applicant_of(),
        Field("id", TEXT, ("编号", "事项编号", "项目编号", "Number"), needed=True),
        *_claimed(),
        Field("contract", TEXT, ("合同编号", "合同号", "Contract number"), identity=True),
        Field("invoice", TEXT, ("发票号码", "发票号", "Invoice number"), identity=True),
        Field("citizen_id", TEXT, ("身份证号", "公民身份号码", "Citizen id"), identity=True, special=citizen_id),
    )


def _approved() -> tuple[Field, ...]:
    return (
        _applicant_of(),
        _credit_code(),
        Field("policy", TEXT, ("政策", "Policy"), needed=True),
        Field("rule", TEXT, ("规则", "Rule"), needed=True),
        Field("amount", MONEY, ("核定金额", "金额", "Amount"), needed=True),
        Field("item", TEXT, ("事项编号", "Item")),
    )
