"""What can be wrong with an expression: the codes, their meaning in two languages, and the error that carries them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Meaning(NamedTuple):
    """What a code means and how to mend it."""

    zh: str
    en: str


class Slip(NamedTuple):
    """One thing that is wrong with an expression. `column` counts characters from 1."""

    code: str
    column: int
    message: str
    found: str = ""
    expected: str = ""
    nearest: str = ""


class ExprError(ValueError):
    """An expression was refused. `problems` holds every slip that was found in it, by column."""

    def __init__(self, problems: Iterable[Slip]) -> None:
        self.problems: list[Slip] = sorted(problems, key=lambda slip: (slip.column, slip.code))
        super().__init__("; ".join(f"column {p.column}: [{p.code}] {p.message}" for p in self.problems))


CODES: dict[str, Meaning] = {
    "SR201": Meaning(
        "表达式为空。请写一个条件或一个数量。", "The expression is empty. Write a condition or a quantity."
    ),
    "SR202": Meaning(
        "表达式过长（最多2000个字符、600个词、400个节点）。请拆成几个条件。",
        "The expression is too long (at most 2000 characters, 600 words, 400 nodes). Split it into several conditions.",
    ),
    "SR203": Meaning(
        "括号或运算嵌套超过20层。请拆分或去掉多余的括号。",
        "Brackets or operations are nested more than 20 deep. Split the expression or drop needless brackets.",
    ),
    "SR204": Meaning(
        "含有不可见字符、控制字符或未定义字符。请删除；空格只能用普通空格。",
        "It contains an invisible, control or unassigned character. Delete it; the only space is the plain one.",
    ),
    "SR205": Meaning(
        "含有全角字符或中文标点。请改用半角的字母、数字、括号和符号。",
        "It contains a full-width character or Chinese punctuation. Use the plain ASCII form.",
    ),
    "SR206": Meaning(
        "表达式只能写一行，也只能是一个。请把其余条件另列一条，或用 and 连接。",
        "An expression is one line and one expression. Make another condition of the rest, or join the parts with and.",
    ),
    "SR207": Meaning("单个 = 不是比较。相等请写 ==。", "A single = compares nothing. Write == for equality."),
    "SR208": Meaning(
        "数字不能用千位逗号（5,000）。请写5000；若是两个参数，逗号后请加空格。",
        "Numbers have no thousands commas (5,000). Write 5000; between two arguments put a space after the comma.",
    ),
    "SR209": Meaning(
        "表达式内不能写注释。请写在文件的注释行中。", "An expression holds no comment. Put it on a line of the file."
    ),
    "SR210": Meaning(
        "该符号不属于本语言。可用：and or not == != < <= > >= in + - * ( ) [ ]。",
        "This sign is not part of the language. There are: and or not == != < <= > >= in + - * ( ) [ ].",
    ),
    "SR211": Meaning(
        "引号内的选项写法有误：引号须成对，内部不能有反斜杠，两个选项之间要有逗号。",
        "A quoted option is malformed: quotes come in pairs, without backslashes, with a comma between two options.",
    ),
    "SR212": Meaning(
        "数字写法有误。可写：3、1.5、30%、500元、1000万元、1.5亿元。",
        "A malformed number. There are: 3, 1.5, 30%, 500元, 1000万元, 1.5亿元.",
    ),
    "SR213": Meaning(
        "日期写法有误或不存在。请写成 2026-01-01。", "A malformed or impossible date. Write it like 2026-01-01."
    ),
    "SR214": Meaning(
        "数字过大或小数位过多：整数最多13位；金额精确到分；比率最多4位小数；小数最多6位。",
        "A number is too large or too fine: at most 13 digits before the point; money to the fen; "
        "rates with 4, numbers with 6 decimals.",
    ),
    "SR215": Meaning("括号不配对。请补上或删去括号。", "Brackets do not match. Add or remove one."),
    "SR216": Meaning(
        "不是一个完整的表达式：缺少运算符、逗号或运算对象。",
        "Not one complete expression: an operator, a comma or an operand is missing.",
    ),
    "SR217": Meaning(
        "本语言没有这种写法（属性、下标、if/else、lambda、is、列表等）。条件取值请用 given(条件, 数量)。",
        "The language has no such construct (attributes, subscripts, if/else, lambda, is, lists …). "
        "For a quantity under a condition say given(condition, quantity).",
    ),
    "SR218": Meaning(
        "名称未在词汇表中声明。请改正拼写，或先声明该事实。",
        "The name is not declared in the vocabulary. Mend the spelling, or declare the fact first.",
    ),
    "SR219": Meaning(
        "没有这个函数。可用：min、max、given、steps、at_least。",
        "There is no such function. There are min, max, given, steps and at_least.",
    ),
    "SR220": Meaning(
        "函数的参数个数或形式不对。请按提示改写。",
        "A function has the wrong number or form of arguments. See the message.",
    ),
    "SR221": Meaning(
        "不使用 True、False、None。成立写 x，不成立写 not x；未知由系统处理。",
        "True, False and None are not used. Say x, or not x; unknown facts are handled by the system.",
    ),
    "SR222": Meaning(
        "两种类型不能这样运算或比较。请检查单位和事实的类型。",
        "These two kinds cannot be combined or compared. Check the units and the kinds of the facts.",
    ),
    "SR223": Meaning(
        "缺少单位。金额写5000元或5000万元，比率写30%。",
        "The unit is missing. Write money as 5000元 or 5000万元 and a rate as 30%.",
    ),
    "SR224": Meaning(
        "此处需要条件（成立或不成立），而不是数量、日期或选项。",
        "A condition is needed here, not a quantity, a date or an option.",
    ),
    "SR225": Meaning(
        "引号内的选项只能与选项类事实用 ==、!= 或 in 比较，例如 level in ('A', 'B')。",
        "A quoted option is only compared with a choice, by ==, != or in, as in level in ('A', 'B').",
    ),
    "SR226": Meaning(
        "该事实没有声明这个选项。请改正，或先声明该选项。",
        "The fact declares no such option. Mend it, or declare it first.",
    ),
    "SR227": Meaning(
        "in 的右边须为带引号选项的列表，至少一项且不重复：('A', 'B') 或 ['A']。",
        "To the right of in stands a list of quoted options, at least one, none twice: ('A', 'B') or ['A'].",
    ),
    "SR228": Meaning(
        "这种类型不能这样比较：条件不比较；选项和文本只有 == 和 !=，没有大小。",
        "This kind is not compared so: conditions are not compared; choices and texts know == and != and no order.",
    ),
    "SR229": Meaning(
        "连续比较最多两个，且方向相同，例如 5 <= x < 10。其余请用 and 连接。",
        "A chain has at most two comparisons, of one direction, as in 5 <= x < 10. Join others with and.",
    ),
    "SR230": Meaning(
        "该比较不含任何事实，结果恒定。请写入要判断的事实。",
        "The comparison reads no fact, so it is always the same. Put the fact into it that decides.",
    ),
    "SR231": Meaning("表达式的类型与此处需要的不符。", "The expression is of another kind than is needed here."),
    "SR232": Meaning(
        "数字和事实前没有正负号。请用减法。", "There is no sign before a number or fact. Use a subtraction."
    ),
}
