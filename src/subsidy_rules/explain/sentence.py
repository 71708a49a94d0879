"""The shortest answer: one sentence a policy. It never adds what different parties receive, or different kinds of support."""

from __future__ import annotations

from ..model.assessment import Assessment, PolicyState, Total
from .labels import Lang, say
from .wording import label, money


def sentence(answer: Assessment, lang: Lang) -> str:
    """One line a policy, in the order of the answer."""
    return "\n".join(_sentence(answer, policy, lang) for policy in answer.policies)


def headline(policy: PolicyState, lang: Lang) -> str:
    """The title, and what must never be overlooked: that it is a draft, or repealed."""
    title = label(policy.title, lang)
    if policy.status == "in_force":
        return f"《{title}》" if lang == "zh" else title
    state = say("policy", policy.status, lang)
    return f"《{title}》（{state}）" if lang == "zh" else f"{title} ({state})"


def _sentence(answer: Assessment, policy: PolicyState, lang: Lang) -> str:
    totals = [total for total in answer.totals if total.policy == policy.id]
    main = next(total for total in totals if (total.payee, total.kind) == ("applicant", "cash"))
    others = [total for total in totals if total is not main and (total.ceiling or total.open)]
    zh = lang == "zh"
    head = (
        f"{headline(policy, lang)}：{answer.applicant} {answer.year} 年度"
        if zh
        else (f"{headline(policy, lang)}: {answer.applicant}, budget year {answer.year}: ")
    )
    parts = [_amount(main, lang), *(_beside(total, lang) for total in others), *_unsettled(answer, policy, lang)]
    parts = [part for part in parts if part]
    closing = "以主管部门审定为准。" if zh else "the competent office decides."
    return head + ("；".join([*parts, closing]) if zh else "; ".join([*parts, closing]))


def _amount(total: Total, lang: Lang) -> str:
    zh = lang == "zh"
    if not total.ceiling and not total.open:
        return "按现有事实测算没有可得资金" if zh else "no cash on the facts given"
    if not total.ceiling:
        return ("没有可计的金额" if zh else "no cash with a figure") + _open(total, lang)
    low, high = money(total.assured, lang), money(total.ceiling, lang)
    if total.assured == total.ceiling:
        text = f"测算可得 {low}" if zh else f"estimated at {low}"
    elif total.assured:
        text = f"确定可得 {low}，最高可达 {high}" if zh else f"assured {low}, at most {high}"
    else:
        text = f"最高可达 {high}，无确定金额" if zh else f"at most {high}, nothing assured"
    return text + _open(total, lang)


def _open(total: Total, lang: Lang) -> str:
    if not total.open:
        return ""
    count = len(total.open)
    return f"，另有 {count} 项未定额（不计入）" if lang == "zh" else f", and {count} without a figure (not counted)"


def _beside(total: Total, lang: Lang) -> str:
    """What another party receives, or another kind of support."""
    payee, kind = say("payee", total.payee, lang), say("kind", total.kind, lang)
    high = money(total.ceiling, lang)
    if lang == "zh":
        return f"另列{payee}{kind}最高可达 {high}{_open(total, lang)}"
    return f"apart from it {kind} to the {payee}: at most {high}{_open(total, lang)}"


def _unsettled(answer: Assessment, policy: PolicyState, lang: Lang) -> list[str]:
    """What is still open: facts, judgements, a pool, dates."""
    awards = [award for award in answer.awards if award.policy == policy.id]
    if awards and all(award.status == "not_in_force" for award in awards):
        return [say("word", "not_in_force", lang)]
    missing = len({(award.item, name) for award in awards for name in award.missing})
    judged = len({(award.item, name) for award in awards for name in award.judgements})
    limits = [one for one in answer.subject_to if one.bound.split("/")[0] == policy.id]
    return [text for text in (_missing(missing, judged, lang), _limits(len(limits), lang)) if text]


def _missing(facts: int, judgements: int, lang: Lang) -> str:
    if lang == "zh":
        parts = [f"{count} 项{word}" for count, word in ((facts, "事实"), (judgements, "认定")) if count]
        return "尚缺 " + "、".join(parts) if parts else ""
    parts = [_plural(count, word) for count, word in ((facts, "fact"), (judgements, "judgement")) if count]
    return "missing: " + ", ".join(parts) if parts else ""


def _limits(count: int, lang: Lang) -> str:
    if not count:
        return ""
    return (
        f"受 {count} 项总额、名额或未公布限额约束"
        if lang == "zh"
        else (f"subject to {_plural(count, 'shared or unpublished limit')}")
    )


def _plural(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
