"""The answer as rows of text, one an award: for a terminal, a spreadsheet, a web page. Plain data, no layout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..model.assessment import Assessment, Award, SubjectTo
from ..model.policy import Payee
from .names import Names
from .sentence import headline
from .why import why
from .wording import article, bracket, ceiling, colon, label, listed, money, sentence_case


@dataclass(frozen=True, slots=True)
class Row:
    """One award. `status` is the code, `state` its word; amounts are empty where there is no figure. `subject_to` counts
    into the sheet's, from 1."""

    article: str
    title: str
    item: str
    department: str
    payee: Payee
    status: str
    state: str
    assured: str
    ceiling: str
    why: tuple[str, ...]
    subject_to: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class TotalRow:
    payee: str
    kind: str
    assured: str
    ceiling: str
    open: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One policy. `paid`: everything with an amount or a chance of one; `unquantified`: without a figure; `ineligible`:
    conditions fail, or the policy is not in force."""

    policy: str
    title: str
    notices: tuple[str, ...]
    paid: tuple[Row, ...]
    unquantified: tuple[Row, ...]
    ineligible: tuple[Row, ...]
    totals: tuple[TotalRow, ...]
    subject_to: tuple[str, ...]
    missing: tuple[tuple[str, tuple[str, ...]], ...]


def sheets(answer: Assessment, names: Names) -> tuple[Sheet, ...]:
    """One sheet a policy, in the order of the answer."""
    return tuple(_sheet(answer, at, names) for at in range(len(answer.policies)))


def _sheet(answer: Assessment, at: int, names: Names) -> Sheet:
    policy = answer.policies[at]
    awards = sorted((award for award in answer.awards if award.policy == policy.id), key=names.place)
    limits = [one for one in answer.subject_to if one.bound.split("/")[0] == policy.id]
    paths = [one.bound for one in limits]
    out = [award for award in awards if award.status in ("ineligible", "not_in_force")]
    bare = [award for award in awards if award not in out and award.due is None]
    paid = [award for award in awards if award not in out and award.due is not None]
    return Sheet(
        policy=policy.id,
        title=headline(policy, names.lang),
        notices=tuple(notices(answer, at, names)),
        paid=tuple(row(award, names, paths) for award in paid),
        unquantified=tuple(row(award, names, paths) for award in bare),
        ineligible=tuple(row(award, names) for award in out),
        totals=tuple(_totals(answer, policy.id, names)),
        subject_to=tuple(condition(one, names) for one in limits),
        missing=missing([*paid, *bare], names),
    )


def row(award: Award, names: Names, limits: list[str] | None = None) -> Row:
    """One award as text."""
    settled = award.settled if award.status not in ("ineligible", "not_in_force") else None
    return Row(
        article=award.article,
        title=label(award.title, names.lang),
        item=award.item or "",
        department=listed(award.department, names.lang),
        payee=award.payee,
        status=award.status,
        state=names.say("status", award.status),
        assured=money(settled.assured, names.lang) if settled else "",
        ceiling=ceiling(settled.ceiling, names.lang) if settled else "",
        why=tuple(why(award, names)),
        subject_to=tuple(at for at, path in enumerate(limits or (), 1) if path in award.subject_to),
    )


def notices(answer: Assessment, at: int, names: Names) -> list[str]:
    """What holds for the whole policy: draft, dates, history, what is to be paid back."""
    policy, lang = answer.policies[at], names.lang
    found = [names.say("word", "draft_notice")] if policy.status == "draft" else []
    if policy.first_day or policy.last_day:
        open_day = names.say("word", "unknown_day")
        first, last = policy.first_day or open_day, policy.last_day or open_day
        days = f"{names.say('word', 'first_day')} {first} {names.say('word', 'until')} {last}"
        found.append(days if policy.dates_checked else days + bracket(names.say("word", "dates_unchecked"), lang))
    elif not policy.dates_checked:
        found.append(sentence_case(names.say("word", "dates_unchecked")) + ("。" if lang == "zh" else "."))
    if not answer.history_complete:
        found.append(names.say("word", "history_partial"))
    for one in answer.repayable:
        if one.policy == policy.id:
            text = f"{names.rule(one.policy, one.rule, one.item)} {one.year} {money(one.amount, lang)}"
            found.append(colon(names.say("word", "repayable"), text, lang))
    return found


def condition(one: SubjectTo, names: Names) -> str:
    """What the answer rests on: `算力券年度总额（（六））：受年度资金总额限制，文本未写不足时如何分配`."""
    parts = [names.say("subject", one.why)]
    if one.ration:
        parts.append(names.say("ration", one.ration))
    head = names.bound(one.bound) + bracket(article(one.article, names.lang), names.lang)
    return colon(head, ("，" if names.lang == "zh" else ", ").join(parts), names.lang)


def missing(awards: list[Award], names: Names) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Of whom or what which facts are missing, with how many awards each one decides: most first."""
    counts: dict[str, dict[str, int]] = {}
    for award in awards:
        kind = names.kind(award.policy, award.rule)
        for name in award.missing:
            subject = names.item(award) if names.is_item_fact(name, kind) else names.say("word", "applicant")
            facts = counts.setdefault(subject, {})
            text = names.fact(name, kind)
            facts[text] = facts.get(text, 0) + 1
    return tuple(
        (subject, tuple(fact for fact, _ in sorted(facts.items(), key=lambda found: (-found[1], found[0]))))
        for subject, facts in sorted(
            counts.items(), key=lambda found: (found[0] != names.say("word", "applicant"), found[0])
        )
    )


def _totals(answer: Assessment, policy: str, names: Names) -> list[TotalRow]:
    return [
        TotalRow(
            payee=names.say("payee", total.payee),
            kind=names.say("kind", total.kind),
            assured=money(total.assured, names.lang),
            ceiling=money(total.ceiling, names.lang),
            open=len(total.open),
        )
        for total in answer.totals
        if total.policy == policy
        and ((total.payee, total.kind) == ("applicant", "cash") or total.ceiling or total.open)
    ]


def together(rows: Sequence[Row], lang: str) -> list[tuple[Row, str]]:
    """Rows of one rule that say the same, as one with its items: `std-1、std-2`."""
    found: dict[tuple[str, str, str, tuple[str, ...]], list[Row]] = {}
    for one in rows:
        found.setdefault((one.article, one.title, one.status, one.why), []).append(one)
    return [
        (group[0], ("、" if lang == "zh" else ", ").join(one.item for one in group if one.item))
        for group in found.values()
    ]


__all__ = ["Row", "Sheet", "TotalRow", "sheets", "together"]
