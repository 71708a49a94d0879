"""What can be wrong with a population that is to be simulated."""

from __future__ import annotations

from ..loading.codes import Meaning

CODES: dict[str, Meaning] = {
    "SR951": Meaning("政策和词汇表里没有这个事实或这一类事项。", "Policy and vocabulary have no such fact or kind of item."),
    "SR952": Meaning("权重之和必须正好是 100%。", "Weights must add up to exactly 100%."),
    "SR953": Meaning("这种分布不适用于这一类事实。", "This distribution does not fit the kind of the fact."),
    "SR954": Meaning("分布的参数不对。", "A parameter of the distribution is not as expected."),
    "SR955": Meaning("没有这个分类，或分类里没有这一项。", "There is no such class, or it has no such member."),
    "SR956": Meaning("有的分类组合没有对应的分布：请补充，或加一条不带 when 的。", "Some classes have no distribution: add one for them, or one without `when`."),
    "SR957": Meaning("这条分布永远轮不到：前面的已经涵盖它。", "This distribution is never reached: those before it cover it."),
    "SR958": Meaning("没有上界的分布须写 at_most。", "A distribution without an upper end states `at_most`."),
    "SR959": Meaning("share 的基数必须是同一表（或申请人）另行抽取的金额。", "The base of a share must be an amount of the same table, or of the applicant, that is drawn by itself."),
    "SR960": Meaning("人口过大。", "The population is too large."),
    "SR961": Meaning("读不了这个人口文件。", "The file of the population can't be read."),
    "SR962": Meaning("写了 calibrated 就须写 sources；invented 则不写。", "`basis: calibrated` names its `sources`; `invented` has none."),
    "SR963": Meaning("单元格的内容不符合这个事实。", "A cell does not fit its fact."),
}  # fmt: skip
