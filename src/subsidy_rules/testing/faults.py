"""Single faults in a policy, as a drafter or an encoder may make them: what do `check`, the worked cases and the invariants
notice? Deterministic, and complete for its kinds: every place of a policy where a fault of a kind is possible gets one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..model.vocabulary import Label
from . import structure, texts
from .edits import Path, changed

if TYPE_CHECKING:
    from ..rules import Rules

KINDS: Mapping[str, Label] = {
    kind: Label(zh=zh, en=en)
    for kind, zh, en in (
        ("against", "不重复比较的对象不对", "compared with the wrong policies"),
        ("amount", "金额写错", "wrong amount"),
        ("base", "基数用错", "wrong base"),
        ("bound", "固定与最高混淆", "fixed instead of at most, or the other way round"),
        ("branch", "漏写一支", "branch missing"),
        ("cap", "上限数字写错", "wrong figure of a limit"),
        ("cap-missing", "漏写上限", "limit missing"),
        ("choose", "漏写择一办法", "way of choosing missing"),
        ("compatible", "漏写可以并享的例外", "exception to an exclusion missing"),
        ("condition", "漏写条件", "condition missing"),
        ("connective", "“且”“或”混淆", "and instead of or, or the other way round"),
        ("count", "数量差一", "number off by one"),
        ("counted", "数的对象不对", "the wrong thing is counted"),
        ("day", "漏写日期要求", "day that must be in force missing"),
        ("direction", "比较方向反了", "comparison turned round"),
        ("edge", "分档界值写错", "wrong edge of a table"),
        ("edge-owner", "界值归错档", "value on the edge in the wrong row"),
        ("exclusion", "漏写就高不重复", "exclusion missing"),
        ("form", "支持方式写错", "wrong form of support"),
        ("key", "口径写错", "wrong key of a bound"),
        ("ladder", "漏写奖项级别", "grade of a ladder missing"),
        ("least", "取大取小混淆", "largest instead of least, or the other way round"),
        ("matter", "漏写同类事项", "matter missing"),
        ("member", "限额或排他漏列一条规则", "rule missing from a bound"),
        ("minimum", "起付额写错或漏写", "least payment wrong or missing"),
        ("negation", "肯定否定颠倒", "condition negated"),
        ("once", "漏写一次性", "once missing"),
        ("operator", "“以上”“超过”混淆", "boundary on the wrong side of a comparison"),
        ("option", "漏列一个选项", "option missing from a list"),
        ("payee", "领取方写错", "wrong payee"),
        ("prior", "既往奖补的处理写错", "wrong treatment of earlier grants"),
        ("rate", "比例写错", "wrong rate"),
        ("ration", "分配办法写错", "pool shared in the wrong way"),
        ("rider", "漏写附加条件", "award no longer rides on its base"),
        ("rule", "漏写规则", "rule missing"),
        ("swapped", "两档数字互换", "figures of two rows swapped"),
        ("threshold", "门槛写错", "wrong threshold"),
        ("unit", "单位写错", "wrong unit"),
        ("units", "月数（年数）写错", "wrong number of months or years"),
        ("validity", "施行期写错", "wrong time in force"),
    )
}


@dataclass(frozen=True)
class Mutation:
    """A copy of a policy with one fault. `name` is unique within the policy and stays the same from run to run; `entry` is the id
    of the rule, bound or ladder (empty: the policy itself), `place` the path in the file."""

    name: str
    kind: str
    policy: str
    entry: str
    place: str
    before: str
    after: str
    document: dict[str, Any]

    @property
    def says(self) -> Label:
        """What was changed, and where."""
        change = f"{self.before} → {self.after or '—'}"
        return Label(
            zh=f"{KINDS[self.kind].zh}（{self.entry or self.policy}，{self.place}）：{change}"[:2000],
            en=f"{KINDS[self.kind].en} ({self.entry or self.policy}, {self.place}): {change}"[:2000],
        )

    def load(self, rules: Rules) -> Rules:
        """The rules with this policy in the place of the sound one. Raises ProblemsError where loading notices the fault."""
        documents = [
            replace(document, value=self.document)
            if isinstance(document.value, dict) and document.value["id"] == self.policy
            else document
            for document in rules.documents
        ]
        return type(rules).of(documents, rules.facts)


def mutations(policy: Rules | Mapping[str, Any]) -> Iterator[Mutation]:
    """Every single fault that the document of a valid policy has room for (of loaded rules: of each policy), in a fixed order;
    `KINDS` lists what kinds there are. Some faults are refused by the loader, and some change no answer at all."""
    documents = [policy] if isinstance(policy, Mapping) else [document.value for document in policy.documents]
    for document in documents:
        assert isinstance(document, Mapping)
        seen: Counter[str] = Counter()
        for fault in (*texts.FAULTS, *structure.FAULTS):
            for edit in fault(document):
                place = _place(document, edit.place)
                name = f"{edit.kind}:{place}"
                seen[name] += 1
                yield Mutation(
                    name=f"{name}#{seen[name]}",
                    kind=edit.kind,
                    policy=str(document["id"]),
                    entry=edit.entry,
                    place=place,
                    before=edit.before,
                    after=edit.after,
                    document=changed(document, edit.changes),
                )


def _place(document: Any, path: Path) -> str:
    """`rules.compute-voucher.pays.0.rate`: positions replaced by ids where the entries have one."""
    node: Any = document
    parts = []
    part: Any
    for part in path:
        node = node.get(part, {}) if isinstance(node, Mapping) else node[part]
        parts.append(
            str(node["id"]) if isinstance(node, Mapping) and isinstance(part, int) and "id" in node else str(part)
        )
    return ".".join(parts)
