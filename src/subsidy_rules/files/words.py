"""What the sheets and columns of a result are called, in Chinese and English."""

from __future__ import annotations

from ..explain import Lang

WORDS: dict[str, tuple[str, str]] = {
    # sheets
    "cover": ("封面", "Cover"), "awards": ("逐项测算", "Awards"), "totals": ("合计", "Totals"),
    "claimed": ("申报与测算", "Claimed and computed"), "pools": ("资金池与名额", "Pools"),
    "questions": ("待补事实", "Missing facts"), "errors": ("错误", "Errors"), "duplicates": ("重复申报", "Claimed twice"),
    "applicants": ("申报主体", "Applicants"),
    # columns
    "applicant": ("申报主体", "Applicant"), "name": ("名称", "Name"), "policy": ("政策", "Policy"),
    "article": ("条款", "Article"), "rule": ("支持事项", "Award"), "department": ("责任单位", "Department"),
    "kind": ("事项类别", "Kind of item"), "item": ("事项编号", "Item"), "payee": ("领取方", "Paid to"), "form": ("形式", "Form"),
    "status": ("结论", "Result"), "reason": ("未定额原因", "Why no figure"),
    "due_assured": ("单条应得下限", "Due, assured"), "due_ceiling": ("单条应得上限", "Due, ceiling"),
    "assured": ("确定可得", "Assured"), "ceiling": ("最高可得", "Ceiling"), "open": ("另有未定额", "Open beside it"),
    "bound": ("起作用的限额", "Bound that decided"), "why": ("说明", "Why"), "support": ("类别", "Class"),
    "claimed_amount": ("申报金额", "Claimed"), "difference": ("申报减最高可得", "Claimed less ceiling"),
    "unit": ("单位", "Unit"), "left": ("可用", "Left"), "claims": ("申请项数", "Claims"),
    "demand_assured": ("需求下限", "Demand, assured"), "demand_ceiling": ("需求上限", "Demand, ceiling"),
    "paid_assured": ("分配下限", "Paid, assured"), "paid_ceiling": ("分配上限", "Paid, ceiling"),
    "marginal": ("资金用尽处的申报主体", "Applicant at whom it ends"),
    "fact": ("事实", "Fact"), "question": ("问题", "Question"), "who": ("由谁补充", "Who answers"),
    "waiting": ("等待的事项数", "Awards that wait"), "most": ("其中最高可得", "Largest ceiling of them"),
    "file": ("文件", "File"), "sheet": ("工作表", "Sheet"), "row": ("行", "Row"), "column": ("列", "Column"),
    "header": ("表头", "Header"), "code": ("代码", "Code"), "meaning": ("含义与改法", "Meaning"), "found": ("现为", "Found"),
    "expected": ("应为", "Expected"), "nearest": ("是否想写", "Did you mean"),
    "group": ("组", "Group"), "identity": ("相同之处", "What is shared"), "value": ("内容", "Value"),
    "between": ("同一主体或不同主体", "Same applicant or different ones"),
    "state": ("是否测算", "Computed"), "items": ("事项数", "Items"), "results": ("结果行数", "Rows of awards"),
    "what": ("项目", "What"), "is": ("内容", "Value"),
    # values
    "same": ("同一主体", "the same applicant"), "different": ("不同主体", "different applicants"),
    "computed": ("已测算", "computed"), "wrong": ("有错，未测算", "held back, see errors"),
    "yes": ("是", "yes"), "no": ("否", "no"), "yuan": ("元", "yuan"), "places": ("名额", "places"),
    "office": ("审核部门", "the office"), "no_column": ("（表中没有这一列）", "(no such column)"),
    "id": ("事项编号", "item number"), "contract": ("合同编号", "contract number"), "invoice": ("发票号码", "invoice number"),
    "citizen_id": ("身份证号", "citizen id"), "credit_code": ("统一社会信用代码", "unified social credit code"),
    "grants": ("既往奖补", "Earlier grants"), "approved": ("核定金额", "Decisions"),
    # the cover
    "title": ("批量测算结果", "Result of a batch"),
    "notice": ("测算结果供参考，最高额不等于可得额，以主管部门审定为准。",
               "An estimate. A ceiling is no entitlement; the competent office decides."),
    "year": ("预算年度", "Budget year"), "day": ("申请日", "Day of the claim"), "engine": ("程序版本", "Version"),
    "sha": ("SHA-256", "SHA-256"), "unchecked": ("未核对施行日期", "dates of validity not checked"),
    "rows": ("读入 = 测算 + 有错", "Read = computed + wrong"), "shared_twice": ("重复申报（组）", "Groups of claims made twice"),
    "by_engine": ("逐个测算的主体数", "Applicants settled one by one"), "parameter": ("给定数字", "Figure given"),
    "held": ("因有错暂不测算、但仍计入资金池竞争的主体数", "Applicants held back that still stand before the pools"),
    "draft": ("草案，未施行", "DRAFT, not adopted"), "in_force": ("已公布", "adopted"), "repealed": ("已废止", "repealed"),
}  # fmt: skip


def word(code: str, lang: Lang) -> str:
    """A code without a word is shown as it is."""
    found = WORDS.get(code)
    return code if found is None else found[lang == "en"]
