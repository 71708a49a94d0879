"""What a drafter should look at again (SR6xx): how grave it is, what it means, and how to mend it."""

from __future__ import annotations

from typing import Literal, NamedTuple

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")  # the gravest first
WORDS: dict[Severity, tuple[str, str]] = {
    "error": ("错误", "error"),
    "warning": ("警告", "warning"),
    "note": ("提示", "note"),
}


class Meaning(NamedTuple):
    """Explanation and advice, each in Chinese and English. `name` is the lint's identifier in SARIF."""

    severity: Severity
    name: str
    zh: str
    en: str
    mend_zh: str
    mend_en: str


LINTS: dict[str, Meaning] = {
    "SR601": Meaning("warning", "AmountAbsent", "承诺给钱，但没有写金额。", "Money is promised and no amount is stated.", "写明金额、比例和上限，或写明一事一议。", "State amount, rate and limit, or say that it is decided case by case."),
    "SR602": Meaning("warning", "RateWithoutBase", "列有比例，但没有写按什么计算。", "A rate is stated and not what it is a share of.", "写明基数：哪一笔费用、哪个期间、是否经核定。", "State the base: which cost, of which period, audited or not."),
    "SR603": Meaning("error", "RateAboveWhole", "比例超过100%。", "A rate is above 100%.", "核对比例；确需超过的，写成 formula。", "Check the rate; if it is meant, write a formula."),
    "SR604": Meaning("warning", "BaseUnexplained", "词汇表没有说明这个基数（缺 question）。", "The vocabulary does not explain this base: it has no question.", "在词汇表里给该事实写 question，说明口径和期间。", "Give the fact a question in the vocabulary that says what counts and for which period."),
    "SR605": Meaning("warning", "BaseNamedTwice", "两个名称几乎相同的基数：同一笔钱还是两笔？", "Two bases have nearly the same name: one sum, or two?", "是同一基数的，统一用一个事实；不是的，把名称写得能区分。", "Use one fact where it is one base; else give them names that tell them apart."),
    "SR606": Meaning("warning", "FigureUnused", "figures 所列的金额或比例，本条和涵盖它的界限都没有用到。", "An amount or rate in the figures is used neither by the clause nor by a bound over it.", "核对金额或比例是否写错、漏写。", "Check whether an amount or rate is wrong or left out."),
    "SR607": Meaning("warning", "ConstantNotInFigures", "规则用到的金额或比例，不在本条的 figures 之内。", "An amount or rate that is used does not stand in the figures of its clause.", "核对数字；文本确有的，补进 figures；由前后文推得的，请文本写明。", "Check it; list it in figures if the text has it, or have the text state what it leaves to be inferred."),
    "SR611": Meaning("error", "ThresholdOperator", "门槛的用词与运算符不符：以上、以下、不低于、不超过、达到含本数，超过、不足、低于、高于不含本数。", "The words of a threshold and its operator disagree: 以上, 以下, 不低于, 不超过, 达到 include the value; 超过, 不足, 低于, 高于 exclude it.", "按文本改运算符（>= 与 >、<= 与 <、from 与 over、upto 与 below），或改文字。", "Change the operator (>= or >, <= or <, from or over, upto or below) to what the text says, or change the text."),
    "SR612": Meaning("warning", "UnequalLists", "“分别”前后的项数不等。", "The two lists that 分别 (respectively) pairs have different lengths.", "逐项对应，或拆成几句。", "Pair the entries one by one, or write several sentences."),
    "SR613": Meaning("error", "FigureNotInSource", "原文本条没有 figures 所列的数字。", "The source text of the article does not have a figure that is listed.", "按原文改数字，或改正条款号。", "Copy the figure from the text, or correct the article."),
    "SR614": Meaning("note", "ArticleNotInSource", "原文中找不到这一条：它的门槛用词没有核对。", "The article is not found in the source text: its words were not checked.", "让条款号与原文行首的编号一致。", "Write the article as the line of the text begins."),
    "SR621": Meaning("warning", "PoolWithoutRation", "资金池没有写不够时怎样分配。", "A pool does not say how it is shared when it does not suffice.", "写明按比例核减、先到先得、按排名或结转下年（ration）。", "State pro rata, in order, by rank or carried over (ration)."),
    "SR622": Meaning("warning", "QuotaWithoutRanking", "名额没有写怎样排序取舍。", "A quota does not say how those are ranked who want it.", "写明评分排名或先后（ration: rank 与 rank_by，或 in_order）。", "State a ranking or an order (ration: rank with rank_by, or in_order)."),
    "SR623": Meaning("warning", "CapWithoutPeriod", "单个主体的限额没有写期限：每年，还是整个有效期？", "A limit of one applicant has no period: each year, or the whole term?", "写明每年或有效期内累计。", "Say each year, or the whole term."),
    "SR624": Meaning("error", "FloorAboveCap", "起付额高于上限：要么得不到，要么少于起付额。", "The least amount is above the limit: nothing is paid, or less than the least.", "核对起付额（minimum）和上限。", "Check the minimum and the limit."),
    "SR625": Meaning("warning", "AmountAboveCap", "所写金额高于它自己的上限，永远得不到全额。", "An amount is above its own limit and is never paid in full.", "核对金额和上限。", "Check the amount and the limit."),
    "SR626": Meaning("warning", "Unlimited", "金额随数量或费用增长，而没有任何上限。", "An amount grows with a quantity and nothing limits it.", "写明单项、单个主体或年度的上限。", "State a limit of the award, the applicant or the year."),
    "SR627": Meaning("warning", "LimitWithheld", "写有限额，但数额没有公布。", "There is a limit whose figure the text withholds.", "写明数额，或写明在哪里公布。", "State the figure, or where it is published."),
    "SR631": Meaning("warning", "UnboundedRepetition", "定额奖励没有写给几次：没有一次性、限额，也没有不重复的规定。", "Nothing says how often a fixed amount is paid: it is not once, under no cap and in no exclusion.", "写明一次性（once）、每年一次或限额。", "State once, yearly, or a cap."),
    "SR632": Meaning("warning", "FirstTimeNotBarred", "写的是首次或一次性，但以后年度再次申请没有任何限制。", "It is called first or one-off and nothing bars another payment in a later year.", "写 once，或不含 year 的口径。", "Write once, or a key without year."),
    "SR633": Meaning("error", "OnceWithoutIdentity", "一次性（不重复）的口径里没有能辨认的对象：申请人、事项或登记编号。", "The key of a one-off award or exclusion holds nothing that can be told again: no applicant, item or registered name.", "在口径里加 applicant、item 或 text 类事实。", "Add applicant, item or a text fact to the key."),
    "SR641": Meaning("warning", "NoExpiry", "没有写有效期。", "No last day in force is stated.", "写明截止日期或有效年限（ends、lasts）。", "State the last day or the term (ends, lasts)."),
    "SR642": Meaning("warning", "StartUnknown", "已施行的政策，从文件看不出哪一天开始施行。", "The policy is in force and the file does not tell since when.", "写明发布日期或施行日期。", "State the day of publication or the first day in force."),
    "SR643": Meaning("error", "EndsBeforeStart", "截止日期早于施行日期。", "The last day lies before the first.", "核对日期。", "Check the dates."),
    "SR644": Meaning("warning", "OverlappingValidity", "新政策施行后，它取代的旧政策仍然有效。", "The policy that this one succeeds is still in force together with it.", "写明旧政策的截止日期，或将其标为 repealed。", "End the earlier policy the day before, or mark it as repealed."),
    "SR651": Meaning("warning", "LinkedToTax", "奖补与税收或财政贡献挂钩：须作公平竞争审查。", "An award is linked to tax or fiscal contribution: a matter for the fair-competition review.", "改用投入、产出等与纳税无关的条件或基数。", "Use a condition or base apart from taxes, such as investment or output."),
    "SR652": Meaning("warning", "LinkedToRegistration", "奖补以在当地注册、迁入或新设为条件：须作公平竞争审查。", "An award depends on registering, moving or founding a company locally: a matter for the fair-competition review.", "改为以当地的实际经营活动为条件。", "Ask for activity in the area, wherever the company is registered."),
    "SR653": Meaning("warning", "LinkedToOrigin", "奖补取决于所购所用之物的产地或所属地区：须作公平竞争审查。", "An award depends on where the goods or services used come from: a matter for the fair-competition review.", "改为以性能、标准为条件，或说明依据。", "Ask for performance or a standard, or name the legal basis."),
    "SR654": Meaning("warning", "DesignatedSupplier", "奖补以向名单内的供应方购买为条件：须作公平竞争审查。", "An award depends on buying from listed suppliers: a matter for the fair-competition review.", "写明名单的开放条件和程序，或取消名单。", "State how any supplier gets on the list, or drop it."),
    "SR655": Meaning("note", "AreaByApplicant", "以申请主体位于本地为条件：请确认不是以注册地为条件。", "The applicant has to be located in the area: make sure that no registration is meant.", "写明按注册地、经营地还是项目地判断。", "Say whether seat, place of business or place of the project decides."),
    "SR661": Meaning("warning", "ReferenceUnresolved", "金额在另一份政策里，从本政策算不出来。", "The amount stands in another policy and can't be computed from this one.", "写明那份文件的名称、文号和条款，或直接写金额。", "Name that document with its number and article, or state the amount."),
    "SR662": Meaning("note", "PredecessorUnknown", "succeeds 所指的政策没有一并给出：新旧是否重叠没有核对。", "A policy named in succeeds is not given: whether both overlap was not checked.", "一并给出旧政策的文件，或更正 id。", "Give the file of the earlier policy too, or correct the id."),
    "SR671": Meaning("note", "NoAlternative", "写了一种理解（assumes），没有写还能怎样理解（or）。", "An assumption names no other reading (or).", "写出其他理解；能测算的写 instead。若无歧义，改为 because 或删去。", "Write the other reading, with instead where it can be computed; drop the assumption if there is none."),
    "SR672": Meaning("warning", "FactUnread", "政策自设的事实，没有规则用到。", "A fact that the policy declares is read by no rule.", "删去，或补上用到它的条件。", "Drop it, or add the condition that reads it."),
}  # fmt: skip

CODES: dict[str, tuple[str, str]] = {
    code: (
        f"{WORDS[one.severity][0]}：{one.zh}{one.mend_zh}",
        f"{WORDS[one.severity][1].capitalize()}: {one.en} {one.mend_en}",
    )
    for code, one in LINTS.items()
}
