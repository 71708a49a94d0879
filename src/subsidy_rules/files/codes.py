"""What can be wrong with files of applicants and items (SR90x–SR94x)."""

from __future__ import annotations

from ..loading.codes import Meaning

CODES: dict[str, Meaning] = {
    # the file
    "SR901": Meaning("文件读不了，或不是它所称的格式。", "The file can't be read, or is not what it is called."),
    "SR902": Meaning("有密码的工作簿：请去掉密码后另存。", "A workbook with a password: save it without one."),
    "SR903": Meaning("旧格式 .xls、.et 等：请另存为 .xlsx。", "An old format (.xls, .et): save it as .xlsx."),
    "SR904": Meaning("文件过大，或解压后过大。", "The file is too large, or would be when unpacked."),
    "SR905": Meaning("工作簿含 DTD 或实体，不予读取。", "The workbook declares a DTD or entities, which are never read."),
    "SR906": Meaning("含宏或外部链接：请另存为不含这些的 .xlsx。", "Macros or links to other workbooks: save it as an .xlsx without them."),
    "SR907": Meaning("编码不对：既非 UTF-8 也非 GB18030，或与声明不符。", "The encoding is neither UTF-8 nor GB18030, or not the declared one."),
    "SR908": Meaning("编码无法唯一确定：请用 --encoding 声明。", "The encoding is ambiguous: declare it with --encoding."),
    "SR909": Meaning("一行过长，或引号没有闭合。", "A line is too long, or a quotation mark is not closed."),
    # the sheet
    "SR911": Meaning("没有这张工作表，或不认识这张工作表：改名，或用 --ignore 略过。", "No such sheet, or one that is not known: rename it, or leave it out with --ignore."),
    "SR912": Meaning("隐藏的工作表、行或列：请取消隐藏或删除。", "A hidden sheet, row or column: show it or delete it."),
    "SR913": Meaning("合并单元格：请取消合并，每格各填其值。", "Merged cells: split them and fill in each."),
    "SR914": Meaning("表头应在第一行，且只有一行。", "There is one header row, the first."),
    "SR915": Meaning("不认识的列：改用事实名或其中文名，或用 --ignore 略过。", "An unknown column: use the name or the label of a fact, or leave it out with --ignore."),
    "SR916": Meaning("同一列出现两次。", "The same column stands there twice."),
    "SR917": Meaning("缺少必需的列。", "A required column is missing."),
    "SR918": Meaning("单位不对，例如应写（万元）。", "The unit in the header is none of those possible, like （万元）."),
    "SR919": Meaning("浮点列不精确：请用整数或定点小数列。", "A column of floating-point numbers is not exact: use whole numbers or decimals."),
    "SR920": Meaning("没有一行申请主体。", "There is no applicant at all."),
    # the cell
    "SR921": Meaning("公式单元格：其存储值不可信，请粘贴为数值。", "A formula: its stored value is not trusted, paste it as a value."),
    "SR922": Meaning("错误值或非数值（#N/A、NaN、无穷大等）。", "An error value, or no number (#N/A, NaN, infinity)."),
    "SR923": Meaning("数字超过 15 位有效数字，已不精确：请改为文本。", "A number of more than 15 significant digits is not exact any more: enter it as text."),
    "SR924": Meaning("不是所要求的写法。", "The cell is not written as required."),
    "SR925": Meaning("金额或比例没有单位：写在表头或单元格中。", "An amount or a rate without a unit: state it in the header or in the cell."),
    "SR926": Meaning("负数：这里不能为负。", "A negative number, where none can be."),
    "SR927": Meaning("数值过大，或超出该事实的合法范围。", "A number that is too large, or outside the legal range of the fact."),
    "SR928": Meaning("小数位过多：会丢失精度。", "Too many decimals: something would be lost."),
    "SR929": Meaning("日期只按声明的格式读取；序列号不是日期。", "A day is read in the declared format only; a serial number is no day."),
    "SR930": Meaning("不在所列选项之内。", "None of the options."),
    "SR931": Meaning("显示格式改变了数字的含义（如“0万”）：请用常规格式。", "The number format shows another figure (like 0万): use a plain one."),
    "SR932": Meaning("统一社会信用代码的校验码不符（GB 32100-2015）。", "The check character of the unified social credit code is wrong (GB 32100-2015)."),
    "SR933": Meaning("身份证号的校验码不符（GB 11643）。", "The check character of the citizen id is wrong (GB 11643)."),
    "SR934": Meaning("数字在文本列中可能已丢失前导零：请改为文本。", "A number where text is asked may have lost its leading zeros: enter it as text."),
    # the row
    "SR935": Meaning("必填的单元格为空。", "A cell that must be filled in is empty."),
    "SR936": Meaning("单元格多于或少于表头。", "The row has more or fewer cells than the header."),
    "SR937": Meaning("同一标识出现在两行。", "The same id stands in two rows."),
    "SR938": Meaning("申请主体表中没有这一申请主体。", "The applicant is not in the table of applicants."),
    "SR939": Meaning("没有这条规则，或与其事项不符。", "There is no such rule, or it does not go with the item."),
    "SR940": Meaning("该申请主体另有一行有错，故整体暂不测算。", "Another row of this applicant is wrong: he is held back as a whole."),
    # writing
    "SR941": Meaning("结果写不出；没有留下半个文件。", "The result can't be written; no half file is left."),
    "SR942": Meaning("文本超过单元格上限：请输出 .csv 或 .parquet。", "A text is longer than a cell of a workbook: write .csv or .parquet."),
    "SR943": Meaning("有错的行（--strict）：未测算，未写出。", "There are rows with errors (--strict): nothing was computed or written."),
}  # fmt: skip
