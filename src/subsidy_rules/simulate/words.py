"""The words of tables, pictures and pages, in Chinese and English. A ceiling is called a ceiling; nothing promises money."""

from __future__ import annotations

from ..explain import Lang
from ..explain.labels import KIND, RATION, REASON, STATUS, STEP, Words

WORD: Words = {
    "title": ("政策测算报告", "Estimate for a policy"),
    "diff_title": ("新旧两版测算对照", "Two versions compared"),
    "estimate": ("估算", "Estimate"),
    "invented": ("人口为虚构，未经校准", "The population is invented, not calibrated"),
    "calibrated": ("人口按所列来源校准", "The population is calibrated to the sources named"),
    "file": ("人口来自所给文件", "The population is the file that was given"),
    "policy": ("政策", "Policy"),
    "old": ("旧版", "Before"),
    "new": ("新版", "After"),
    "population": ("人口", "Population"),
    "year": ("预算年度", "Budget year"),
    "assured": ("确定可得", "Assured"),
    "ceiling": ("最高可得（上限，不是支付额）", "Ceiling (a limit, no payment)"),
    "ceiling_short": ("最高可得", "Ceiling"),
    "range": ("{} 次抽取的 10%–90%：{} – {}", "10%–90% of {} draws: {} – {}"),
    "size": ("企业总数", "Enterprises"),
    "applicants": ("申请主体", "Applicants"),
    "recipients": ("有所得的申请主体", "Applicants with something"),
    "article": ("条款", "Article"),
    "name": ("支持事项", "Award"),
    "department": ("责任单位", "Department"),
    "payee": ("领取方", "Paid to"),
    "kind": ("类别", "Class"),
    "rule": ("规则", "Rule"),
    "awards": ("奖补数", "Awards"),
    "open": ("未定额", "No figure"),
    "median": ("中位数", "Median"),
    "gini": ("基尼系数", "Gini coefficient"),
    "gini_short": ("基尼", "Gini"),
    "top1": ("最高 1% 所占", "Share of the top 1%"),
    "top10": ("最高 10% 所占", "Share of the top 10%"),
    "sum": ("合计", "Sum"),
    "measure": ("指标", "Measure"),
    "decile": ("第 {}0% 位", "{}0% get at most"),
    "tenth": ("第 {} 组", "Tenth {}"),
    "tenths": ("有所得者由少到多分十组", "Recipients in ten groups, the least first"),
    "pool": ("资金池", "Pool"),
    "ration": ("分配办法", "How it is shared"),
    "left": ("总额", "There is"),
    "demand": ("申请合计", "Asked"),
    "paid": ("分得合计", "Shared out"),
    "full_on": ("用完之日", "Used up on"),
    "marginal": ("末位申请主体", "Marginal applicant"),
    "claims": ("申请数", "Claims"),
    "never": ("未用完", "not used up"),
    "no_days": ("没有申请时间", "hours are not known"),
    "figure": ("数字", "Figure"),
    "cap": ("限额", "limit"),
    "max": ("单项上限", "limit of one award"),
    "count": ("个数", "number"),
    "rate": ("比例", "rate"),
    "amount": ("金额", "amount"),
    "takes": ("减少", "Takes off"),
    "hits": ("受限申请主体", "Applicants"),
    "endless": ("仅由它限定", "It alone"),
    "value": ("改为", "To"),
    "down": ("调低", "Lower"),
    "up": ("调高", "Higher"),
    "change": ("成本变化", "Change of the cost"),
    "change_own": ("最高可得的变化", "Change of the ceiling"),
    "take_up": ("申报率（相对所设）", "Take-up (of what is set)"),
    "winners": ("多得", "Winners"),
    "losers": ("少得", "Losers"),
    "unchanged": ("不变", "Unchanged"),
    "gained": ("多得合计", "Gained in all"),
    "lost": ("少得合计", "Lost in all"),
    "before": ("旧版", "Before"),
    "after": ("新版", "After"),
    "delta": ("变化", "Change"),
    "state": ("条款状态", "Clause"),
    "both": ("两版都有", "in both"),
    "gone": ("新版没有", "gone"),
    "state_new": ("新增", "new"),
    "reason": ("原因", "Reason"),
    "bound": ("界限", "Bound"),
    "not_claimable": ("不再符合条件或条款已删", "conditions fail now, or the clause is gone"),
    "applicant": ("申请主体", "Applicant"),
    "yuan_unit": ("万元", "CNY million"),
    "places": ("个名额", "places"),
    "more": ("另有 {} 项", "{} more"),
    "others": ("其余 {} 条", "{} others"),
    "equality": ("人人相同", "all the same"),
    "share_of_people": ("有所得者（由少到多，%）", "Recipients, the least first (%)"),
    "share_of_sum": ("所得份额（%）", "Share of the sum (%)"),
    "over": ("{} 以上", "over {}"),
    "used": ("{}用完", "used up on {}"),
    "passed": ("{}起申请额超过总额", "from {} more is asked than there is"),
    "seed": ("种子", "Seed"),
    "draws": ("抽取次数", "Draws"),
    "unknown": ("人口没有的事实（对所有人未知）", "Facts the population does not have (unknown for everybody)"),
    "cut": ("被截到端点的抽取", "Draws that were set to an end"),
    "sources": ("来源", "Sources"),
    "digest": ("文件指纹 SHA-256", "SHA-256 of the files"),
    "language": ("语言", "Language"),
    "contents": ("目录", "Contents"),
    "table": ("数据表", "Table"),
    "none": ("无", "none"),
}  # fmt: skip
SECTION: Words = {
    "articles": ("各条款成本", "Cost by article"),
    "departments": ("各部门成本", "Cost by department"),
    "payees": ("按领取方", "By payee"),
    "rules": ("各规则成本", "Cost by rule"),
    "distribution": ("谁得多少", "Who gets how much"),
    "pools": ("资金池在一年中的消耗", "Pools over the year"),
    "binding": ("起作用的限额", "Limits that bind"),
    "sensitivity": ("改动数字会怎样", "If a figure were turned"),
    "take_up": ("申报的人多一些或少一些", "If more or fewer apply"),
    "method": ("怎样算的", "How it was made"),
    "clauses": ("各条款的变化", "Change by clause"),
    "people": ("多得与少得的申请主体", "Winners and losers"),
    "moved": ("变化最大的申请主体", "Applicants with the largest change"),
    "excluded": ("新近得不到的奖补", "Awards newly out of reach"),
}  # fmt: skip
NOTE: Words = {
    "articles": (
        "最高可得是这一条最多可能用到的，不超过其资金池和名额；各条不会同时到顶，相加可以大于总计的上限。",
        "A ceiling is the most that an article may come to, within its pools and quotas. Not all reach theirs at once: they may "
        "add up to more than the ceiling of the total.",
    ),
    "distribution": (
        "只计申请主体自己的资金；有所得者之间比较。共用资金池的申请主体不会同时拿到各自的上限。",
        "Cash of the applicants themselves; compared are those who get something. Those who share a pool can't all reach their "
        "ceilings.",
    ),
    "pools": (
        "按申请日累计的申请额（已计各自限额，未计资金池）。超过总额的部分分不到。",
        "What is asked, added up by the day of the claim (own limits applied, pools not). What lies above the pool is not paid.",
    ),
    "binding": (
        "每条限额单独放开后重算：多出多少，多少申请主体因此多得。个人限额在资金池分配之前比较；"
        "因事实未知而仅由该限额限定的另列，不计入。",
        "Each limit is lifted by itself and all is settled again. Limits of applicants are compared before pools are shared. "
        "Those whom nothing else limits, because a fact is unknown, are counted apart.",
    ),
    "sensitivity": (
        "每次只改一个数字，重算全部，其余不变；同一人口。图中列出影响最大的十二个。",
        "One figure at a time, everything settled again over the same population; the twelve that matter most are drawn.",
    ),
    "take_up": (
        "申报概率同比增减；少时申报的人，多时也申报。",
        "The chance to apply is scaled; those who apply at a lower take-up apply at a higher one too.",
    ),
    "clauses": (
        "同一人口，两版各算一次。多得少得按最高可得比较。",
        "One population, both versions. Winners and losers of a clause by its ceiling.",
    ),
    "people": (
        "按申请主体自己的资金，逐户比较两版的最高可得。",
        "Cash of each applicant, ceilings of both versions compared.",
    ),
    "excluded": (
        "旧版有金额、新版为零的奖补，按原因分。",
        "Awards with an amount before and none now, by reason.",
    ),
    "method": (
        "金额逐分精确计算，页面上四舍六入五成双；精确值在 JSON 与表格文件中。",
        "Amounts are computed exactly to the fen and rounded on this page; the exact ones are in the JSON and the tables.",
    ),
}  # fmt: skip
ALT: Words = {  # what a picture shows
    "articles": (
        "条形图：各条款的确定可得与最高可得。总计确定 {low}、最高 {high} 万元；最大的是{first}。",
        "Bars: assured and ceiling of each article. The total is {low} assured and {high} at most (CNY million); the largest is "
        "{first}.",
    ),
    "distribution": (
        "左图：有所得者由少到多分十组，各组所得。右图：洛伦兹曲线。最高 10% 的申请主体占最高可得的 {top}。",
        "Left: recipients in ten groups, the least first, and what each group gets. Right: Lorenz curves. The top 10% hold {top} "
        "of the ceilings.",
    ),
    "pools": (
        "折线图：各资金池的累计申请额与总额。按最高可得，用完之日：{pools}。",
        "Lines: what is asked of each pool over the year against what there is. By the ceilings they are used up on: {pools}.",
    ),
    "sensitivity": (
        "龙卷风图：单独调低或调高一个数字时最高可得合计的变化。影响最大的是{article}{title}的{figure}。",
        "Tornado chart: change of the ceiling cost with one figure turned down or up. Most matters {article} {title}, {figure}.",
    ),
    "take_up": (
        "折线图：申报率变化时的资金成本（确定可得至最高可得，万元）。{low}；{high}。",
        "Lines: cost in cash by take-up, assured to ceiling (CNY million). {low}; {high}.",
    ),
    "clauses": (
        "条形图：各条款确定可得与最高可得的变化（万元）；变化最大的是{article}{title}，最高可得{delta}。",
        "Bars: change of assured and ceiling by clause (CNY million). The largest: {article} {title}, ceiling {delta}.",
    ),
    "people": (
        "条形图：按最高可得变化的大小，{winners} 个申请主体多得、{losers} 个少得、{unchanged} 个不变。",
        "Bars by the size of the change of the ceiling: {winners} applicants win, {losers} lose, {unchanged} see no change.",
    ),
}  # fmt: skip
TABLES = {"word": WORD, "section": SECTION, "note": NOTE, "kind": KIND, "ration": RATION, "status": STATUS}
TABLES |= {"step": STEP, "reason": REASON}


def say(code: str, lang: Lang, *filled: object) -> str:
    """A word of `WORD`, its gaps filled."""
    return WORD[code][lang == "en"].format(*filled)


def say_of(table: str, code: str, lang: Lang) -> str:
    """A word of another table; a code without a word is shown as it is."""
    words = TABLES[table].get(code)
    return code if words is None else words[lang == "en"]
