"""What can be wrong with a policy (SR3xx) or an application (SR4xx): what a code means and how to mend it."""

from __future__ import annotations

from typing import NamedTuple


class Meaning(NamedTuple):
    zh: str
    en: str


CODES: dict[str, Meaning] = {
    "SR301": Meaning("未知的键：请用所列的键。", "Unknown key: use one of those listed."),
    "SR302": Meaning("缺少必填的键。", "A required key is missing."),
    "SR303": Meaning("值的形式不对：请按所示的形式写。", "The value does not have the expected form."),
    "SR304": Meaning("施行日期写法不对。", "The dates of validity are not written as expected."),
    "SR305": Meaning("事实的合法范围写法不对。", "The legal range of a fact is not a value of its kind."),
    "SR306": Meaning("只有 choice 类事实有选项，且必须有选项。", "A choice needs options, and only a choice has them."),
    "SR307": Meaning("事项的事实与申请人的事实同名：请改名。", "A fact of an item has the name of a fact of the applicant: rename it."),
    "SR308": Meaning("同名事实的定义不同：请改名或统一。", "A fact is declared twice and differently: rename it or make both the same."),
    "SR309": Meaning("词汇表里没有这一类事项。", "The vocabulary has no such kind of item."),
    "SR310": Meaning("dated_by 必须是日期类事实。", "`dated_by` must name a date fact."),
    "SR311": Meaning("没有这条规则。", "There is no such rule in this policy."),
    "SR312": Meaning("区间的下限大于上限。", "A range begins above its end."),
    "SR313": Meaning("这个乘积不是金额。", "The product is not money."),
    "SR314": Meaning("里程碑必须是递增的常数。", "Milestones must be constants that rise."),
    "SR315": Meaning("步长必须是大于 0 的常数。", "A step must be a constant greater than 0."),
    "SR316": Meaning("分档的边界必须是常数。", "The edge of a row must be a constant."),
    "SR317": Meaning("分档重叠：请检查“以上/超过”“以下/不足”。", "Rows overlap: check which edge includes its value (from, over, below, upto)."),
    "SR318": Meaning("分档之间有空隙：空隙内不予支持，请确认。", "There is a gap between rows: nothing is paid inside it. Make sure that the text means it."),
    "SR319": Meaning("上浮的规则互相引用成环。", "Uplifts refer to each other in a circle."),
    "SR320": Meaning("限额必须写 limit、count（并写 of）、units 三者之一。", "A cap has exactly one of limit, count (with of) and units."),
    "SR321": Meaning(
        "不含申请人和事项的限额是资金池，须写 ration；其他限额只能写 pro_rata 或 in_order。",
        "A cap whose key holds neither applicant nor item is a pool and states its ration; another may only say pro_rata or in_order.",
    ),
    "SR322": Meaning("ration: rank 须写 rank_by，其他不写。", "`ration: rank` needs `rank_by`; others have none."),
    "SR323": Meaning("这条规则不在本界限的 rules 之内。", "The rule is not among the rules of this bound."),
    "SR324": Meaning("choose: priority 须列出 priority，其他不列。", "`choose: priority` needs the list `priority`; others have none."),
    "SR325": Meaning(
        "口径只能是 rule、award、item、applicant、year，或事项的 text、choice 类事实。",
        "A key is rule, award, item, applicant, year, or a text or choice fact that all items of the bound have.",
    ),
    "SR326": Meaning("口径重复。", "A key stands twice."),
    "SR329": Meaning("两份政策同名。", "Two policies have the same id."),
    "SR330": Meaning("同一政策内 id 重复。", "An id is used twice in the policy."),
    "SR331": Meaning("规则要么写 pays，要么写 unquantified 及原因。", "A rule either pays or is unquantified with its reason."),
    "SR332": Meaning("写了 pays 就须写 bound（exact、ceiling 或 range），反之亦然。", "`pays` and `bound` (exact, ceiling or range) go together."),
    "SR333": Meaning("bound 与 pays 不符：区间写 range，单值写 exact 或 ceiling。", "`bound` and `pays` disagree: range for ranges, exact or ceiling for single values."),
    "SR334": Meaning("实物和制度性条款须写 form: in_kind。", "What is in kind or institutional has `form: in_kind`."),
    "SR335": Meaning("这一分支永远轮不到：前面的分支已经涵盖它。", "This branch is never reached: an earlier one covers it."),
    "SR340": Meaning("两项限额的范围相交而不相容：须不相交，或一个在另一个之内。", "Two caps overlap without nesting: make them disjoint, or one inside the other."),
    "SR341": Meaning("月数（年数）限额须在金额限额之内。", "A cap on units must lie inside the caps on money that it meets."),
    "SR342": Meaning("限额不能把不同领取人或资金与融资合在一起。", "A cap must not mix payees, or money with financing."),
    "SR343": Meaning("规定了如何选择的两组不能共有规则。", "Two groups whose winner is prescribed must not share a rule."),
    "SR344": Meaning("规则的对象是申请人本身，口径不能写 item。", "The rule is for the applicant itself: its key can't hold item."),
    "SR345": Meaning("bounds 的每一项只写 cap 或 exclusive 之一。", "An entry of `bounds` has a cap or an exclusion, one of them."),
    "SR346": Meaning("同一条件写了两遍。", "The same condition stands twice."),
    "SR347": Meaning("instead 只能改本规则（界限）已有的键。", "`instead` names a key that this rule or bound can't have."),
    "SR348": Meaning("月数（年数）限额之下的规则，每个分支都须按月（年）支付。", "Under a cap on months or years every branch of a rule pays by months or years."),
    "SR349": Meaning("与其他政策比较的界限，口径只能是 applicant 或 year：比较对象由 same 决定。", "A bound against other policies has no key but applicant or year: `same` says what is compared."),
    "SR401": Meaning("事项 id 重复。", "Two items have the same id."),
    "SR402": Meaning("词汇表里没有这一类事项。", "The vocabulary has no such kind of item."),
    "SR403": Meaning("词汇表里没有这个事实。", "The vocabulary has no such fact."),
    "SR404": Meaning("值不符合要求：金额须写单位（元、万元、亿元），比例写 %。", "The value is refused: money states its unit (元, 万元, 亿元), a rate its %."),
    "SR405": Meaning("政策里没有这条规则。", "The policy has no such rule."),
    "SR406": Meaning("这条规则要对应这样的事项。", "The rule is for another kind of thing."),
    "SR407": Meaning("其他政策的奖补须写层级 level。", "A grant of another policy states its level."),
    "SR408": Meaning("本次一并计算的政策不能再作为竞争支持。", "A policy that is evaluated here can't be a rival too."),
    "SR409": Meaning("没有这份政策。", "There is no such policy here."),
    "SR410": Meaning("同一奖项有两个核定金额。", "One award has two approved amounts."),
    "SR411": Meaning("没有这项可填的界限。", "There is no such bound to give a value for."),
    "SR412": Meaning("两份申请的申请人 id 相同。", "Two applications have the same applicant id."),
    "SR413": Meaning("这项奖补受月数或年数的限制：须写明已经付了多少个 units。", "A limit of months or years stands over this award: the grant states its units."),
    "SR414": Meaning("申请里没有这个事项。", "The application has no such item."),
    "SR501": Meaning("悬而未决的选择过多，无法给出精确区间：请先填写 options 或补充事实。", "Too many choices are open for an exact interval: give options, or more facts."),
    "SR502": Meaning("回执与现有政策不符：哈希不同。", "The receipt does not match these policies: their hashes differ."),
    "SR503": Meaning("回执不完整或被改动。", "The receipt is incomplete or was changed."),
    "SR504": Meaning("各申请的资金池余额不一致。", "The applications give different figures for one pool."),
}  # fmt: skip
