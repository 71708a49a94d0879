"""What can be wrong with tables of applicants and items (SR7xx)."""

from __future__ import annotations

from ..loading.codes import Meaning

CODES: dict[str, Meaning] = {
    "SR701": Meaning("缺少必需的列，或列名不是事实。", "A column is missing, or is no fact."),
    "SR702": Meaning("每行必有的值有空缺。", "A value that every row must have is missing."),
    "SR703": Meaning("列的类型不对，或小数位过多。", "A column has the wrong type, or too many decimals."),
    "SR704": Meaning("值不在词汇表所列选项之内。", "A value is none of the options in the vocabulary."),
    "SR705": Meaning(
        "浮点数不精确：请用整数或定点小数。", "Floating-point numbers are not exact: use whole numbers or decimals."
    ),
    "SR706": Meaning("值超出合法范围。", "A value outside its legal range."),
    "SR707": Meaning("金额或比例没有写明单位。", "An amount or a rate without its unit."),
    "SR708": Meaning("同一申请主体有两行。", "An applicant stands in two rows."),
    "SR709": Meaning("词汇表里没有这一类事项。", "The vocabulary has no such kind of item."),
    "SR710": Meaning(
        "事项的申请主体不在申请主体表中。", "An item of an applicant that is not in the table of applicants."
    ),
    "SR711": Meaning(
        "同一申请主体的同类事项有两个相同的标识。", "Two items of one applicant and kind have the same id."
    ),
    "SR712": Meaning("金额过大，超出可计算的范围。", "An amount is too large to be computed with."),
}
