"""The codes of what `read` refuses: for each one what it means and how to mend it, in Chinese and in English."""

from __future__ import annotations

CODES: dict[str, tuple[str, str]] = {
    "SR101": ("没有这个文件：请检查路径", "there is no such file: check the path"),
    "SR102": (
        "路径不是普通文件（是目录、管道或设备）：请给出文件本身的路径",
        "the path is not a regular file (a directory, a pipe, a device): name the file itself",
    ),
    "SR103": ("文件无法读取：请检查权限和路径", "the file cannot be read: check its permissions and its path"),
    "SR104": (
        "文件后缀不认识：请用 .yaml、.yml 或 .json",
        "the file's suffix is unknown: use .yaml, .yml or .json",
    ),
    "SR105": ("文件太大：请拆成几个文件", "the file is too large: split it"),
    "SR106": (
        "文件不是 UTF-8 编码：请另存为 UTF-8（不是 GBK，也不是 UTF-16）",
        "the file is not UTF-8: save it as UTF-8 (neither GBK nor UTF-16)",
    ),
    "SR107": (
        "文件开头有字节序标记（BOM）：请另存为不带 BOM 的 UTF-8",
        "the file begins with a byte order mark: save it as UTF-8 without BOM",
    ),
    "SR108": (
        "有看不见的或不允许的字符（控制符、双向控制符、零宽字符、特殊空格等）：请删去，空格只用普通空格",
        "an invisible or forbidden character (control, zero-width, special space …): delete it, or use a plain space",
    ),
    "SR109": ("有制表符（Tab）：请改用空格", "a tab: use spaces"),
    "SR110": (
        "不合 YAML 或 JSON 的写法：请看所指位置的缩进、引号、冒号、逗号和括号",
        "the text is not well-formed: look at the indentation, quotes, colons, commas and brackets at the place named",
    ),
    "SR111": ("文件是空的：请写入内容", "the file is empty: write something into it"),
    "SR112": (
        "最外层不对：YAML 要写成 `键: 值`，JSON 要写成对象或数组",
        "the outermost level is wrong: YAML takes `key: value`, JSON an object or an array",
    ),
    "SR113": ("嵌套太深：请减少层次", "nested too deeply: use fewer levels"),
    "SR114": ("内容太多（键和值的个数超过上限）：请拆成几个文件", "too many keys and values: split the file"),
    "SR115": ("不允许锚点（&）：请删去，或给文字加引号", "anchors (&) are refused: delete it, or quote the text"),
    "SR116": ("不允许引用（*）：请把内容写出来", "aliases (*) are refused: write the content out"),
    "SR117": ("不允许标签（!）：请删去，或给文字加引号", "tags (!) are refused: delete it, or quote the text"),
    "SR118": ("不允许合并键（<<）：请把内容写出来", "merge keys (<<) are refused: write the content out"),
    "SR119": ("不允许指令行（行首 %）：请删去", "directives (a line that begins with %) are refused: delete the line"),
    "SR120": (
        "一个文件只能有一份文档：`---` 只可写在内容之前，`...` 只可写在内容之后",
        "a file holds one document: `---` stands alone before the content, `...` alone after it",
    ),
    "SR121": ("同一处有重复的键：请留一个", "a key stands twice in one mapping: keep one"),
    "SR122": (
        "键里有全角或变体字符：请改用规范写法（半角）",
        "a key holds full-width or variant characters: write it in the normal form (NFKC)",
    ),
    "SR123": (
        "没有值或值为 null：请写上值；不适用就连键一起去掉；确要这个词就加引号",
        "an empty value or null: write the value, or leave the key out; quote it if the word is meant",
    ),
    "SR124": ("键必须是非空的一行文字", "a key must be one line of text, not empty"),
    "SR125": (
        "文字的首尾有空格或换行：请删去",
        "the text has spaces or line breaks at its ends: delete them",
    ),
    "SR126": (
        "数字写法不对：只能是整数或小数，不用指数、NaN、Infinity",
        "the number's form is refused: a whole number or a decimal, no exponent, no NaN or Infinity",
    ),
    "SR127": ("数字太长", "the number is too long"),
    "SR128": (
        "问题太多，读到这里为止：请先改前面的问题",
        "too many problems, reading stopped here: mend those above first",
    ),
    "SR129": (
        "写法有歧义：括号内含 ? 的文字请加引号，冒号后和 # 前请留空格",
        "ambiguous: in brackets quote a text that holds ?, and leave a space after a colon and before a #",
    ),
}
