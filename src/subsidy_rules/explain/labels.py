"""The words of every explanation, in Chinese and English, by table and code. Nothing here promises money: a ceiling is
called a ceiling, a draft a draft."""

from __future__ import annotations

from typing import Literal

Lang = Literal["zh", "en"]
Words = dict[str, tuple[str, str]]

STATUS: Words = {
    "exact": ("确定", "fixed"),
    "ceiling": ("最高", "at most"),
    "range": ("区间", "range"),
    "unquantified": ("未定额", "no figure"),
    "ineligible": ("不符合", "not eligible"),
    "undecided": ("待定", "undecided"),
    "excluded": ("被排除", "excluded"),
    "not_in_force": ("不在施行期", "not in force"),
}
REASON: Words = {
    "case_by_case": ("一事一议", "decided case by case"),
    "amount_not_stated": ("文本未写金额", "the text states no amount"),
    "refers_elsewhere": ("按其他政策支持", "paid under another policy"),
    "in_kind": ("以服务、场地等实物支持", "support in kind"),
    "institutional": ("制度性条款，不针对单个申请人", "no benefit for a single applicant"),
}
STEP: Words = {
    "cap": ("限额", "limit"),
    "count": ("名额", "limit in number"),
    "pool": ("资金池", "pool"),
    "top_up": ("补足差额", "difference to what was paid"),
    "forfeit": ("此前已享受，不再享受", "paid before, not again"),
    "replace": ("以新代旧", "replaces an earlier award"),
    "rival": ("不及其他政策的支持", "support of another policy is higher"),
    "option": ("须在两项支持中择一", "one of two supports is to be chosen"),
    "key_unknown": ("限额口径的事实未知", "what the limit counts over is unknown"),
    "history_unknown": ("既往奖补未填全", "earlier grants are not listed completely"),
    "open_rival": ("与未定额奖项择一", "competes with an award without a figure"),
    "shared_object": ("同一对象有其他申请人", "another applicant claims for the same object"),
    "base_missing": ("所依附的奖项未获得", "the award it rides on is not obtained"),
}
PAYEE: Words = {
    "applicant": ("申请主体", "applicant"),
    "person": ("个人", "person"),
    "team": ("团队", "team"),
    "park": ("园区", "park"),
    "organiser": ("主办方", "organiser"),
    "operator": ("运营主体", "operator"),
}
FORM: Words = {
    "grant": ("补助奖励", "grant"),
    "voucher": ("券", "voucher"),
    "interest_subsidy": ("贴息", "interest subsidy"),
    "stipend": ("生活补贴", "stipend"),
    "financing": ("融资", "financing"),
    "in_kind": ("实物", "in kind"),
}
KIND: Words = {"cash": ("资金", "cash"), "financing": ("融资", "financing"), "other": ("其他", "other")}
POLICY: Words = {
    "draft": ("草案，未施行", "DRAFT, not adopted"),
    "in_force": ("已公布", "adopted"),
    "repealed": ("已废止", "repealed"),
}
SUBJECT: Words = {
    "pool": ("受年度资金总额限制", "shares a yearly pool"),
    "quota": ("受名额限制", "shares a limited number of places"),
    "unpublished": ("限额未公布", "its limit is not published"),
}
RATION: Words = {
    "pro_rata": ("不足时按比例分配", "shared pro rata where it does not suffice"),
    "in_order": ("不足时按申请先后", "first come, first served"),
    "rank": ("不足时按排名", "by rank"),
    "carry_over": ("不足时结转下年", "the rest is carried over"),
    "unstated": ("文本未写不足时如何分配", "the text does not say how it is shared"),
}
RUN: Words = {"low": ("确定可得", "assured"), "high": ("最高可得", "ceiling")}
WORD: Words = {
    "applicant": ("申请人", "Applicant"),
    "approved": ("已核定", "approved"),
    "article": ("条款", "Article"),
    "assumption": ("按此理解", "read as"),
    "assured": ("确定可得", "Assured"),
    "beaten": ("不及", "loses to"),
    "below_assured": ("核定金额低于条文确定的金额", "the approved amount is below what the text assures"),
    "budget_year": ("预算年度", "Budget year"),
    "ceiling": ("最高可得", "Ceiling"),
    "contested": ("与其他奖项择一，胜出者尚不能确定", "competes with other awards: the winner is not settled yet"),
    "contested_high": ("与其他奖项择一，本项未计入最高可得", "competes with other awards: not counted in the ceiling"),
    "contested_low": ("与其他奖项择一，本项未计入确定可得", "competes with other awards: not counted as assured"),
    "dates_unchecked": ("未核对施行日期", "dates of validity not checked"),
    "day": ("申请日", "Day of the claim"),
    "department": ("责任单位", "Department"),
    "draft_notice": (
        "这是草案（送审稿或征求意见稿），未施行，不能作为申报依据。",
        "This is a draft, not adopted: nothing can be claimed under it.",
    ),
    "due": ("单条应得", "Due by the rule itself"),
    "first_day": ("施行期", "In force"),
    "history_partial": (
        "既往奖补未填全：可能涉及既往奖补的确定金额按 0 计。",
        "Earlier grants are not listed completely: where they could matter, nothing is assured.",
    ),
    "ineligible": ("不符合的条款", "Not eligible"),
    "item": ("对象", "Item"),
    "others": ("另列", "Beside it"),
    "judgement": ("待认定", "to be judged"),
    "judgement_count": ("待认定", "To be judged"),
    "kind": ("类别", "Class"),
    "lacking": ("还差", "short by"),
    "less": ("少", "less by"),
    "missing": ("缺", "missing"),
    "missing_count": ("缺事实", "Facts missing"),
    "missing_facts": ("补充后结果更确定的事实", "Facts that would settle more"),
    "not_met": ("不满足", "not met"),
    "not_in_force": ("申请日或年度不在施行期", "the day or year of the claim is outside the time in force"),
    "open": ("未定额", "No figure"),
    "other_reading": ("另一种理解", "Other reading"),
    "payee": ("领取方", "Paid to"),
    "policy": ("政策", "Policy"),
    "repayable": ("应退还的既往奖补", "Earlier award to be paid back"),
    "settled": ("结算", "Settled"),
    "standalone": ("单独申请", "On its own"),
    "status": ("状态", "Status"),
    "subject_to": ("前提", "Subject to"),
    "title": ("支持事项", "Award"),
    "totals": ("合计", "Totals"),
    "unbounded": ("未定额", "open"),
    "unquantified": ("没有金额的条款（不计入合计）", "Awards without a figure (in no total)"),
    "until": ("至", "to"),
    "unknown_day": ("未定", "not fixed"),
    "why": ("说明", "Why"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
}  # fmt: skip
OPERATOR: Words = {
    "and": ("且", "and"),
    "or": ("或", "or"),
    "not": ("并非", "not"),
    "in": ("属于", "is one of"),
    "not in": ("不属于", "is none of"),
    "==": ("为", "is"),
    "!=": ("不为", "is not"),
    ">=": ("≥", "≥"),
    "<=": ("≤", "≤"),
    ">": (">", ">"),
    "<": ("<", "<"),
    "*": ("×", "×"),
    "min": ("较小者", "the least of "),
    "max": ("较大者", "the greatest of "),
    "given": ("符合时", "if so "),
    "steps": ("满几个", "full steps of "),
    "at_least": ("至少满足几项", "at least so many of "),
}
TABLES: dict[str, Words] = {
    "status": STATUS,
    "reason": REASON,
    "step": STEP,
    "payee": PAYEE,
    "form": FORM,
    "kind": KIND,
    "policy": POLICY,
    "subject": SUBJECT,
    "ration": RATION,
    "run": RUN,
    "word": WORD,
    "operator": OPERATOR,
}


def say(table: str, code: str, lang: Lang) -> str:
    """The word for a code; a code without a word is shown as it is."""
    words = TABLES[table].get(code)
    return code if words is None else words[lang == "en"]
