"""Text → tokens, by an allow-list. Names and literals are resolved here; every typical slip has its message.

Nothing leaves this module but leaves (facts, literals), quoted options, five function names, four words and twelve
signs, in an order in which an operand is never missing and brackets match.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ..errors import echo, nearest
from ..money import FEN_PER_UNIT, parse_money, parse_rate
from .codes import ExprError, Slip
from .tree import Fact, FactType, Literal

MAX_CHARS = 2000
MAX_TOKENS = 600
MAX_DEPTH = 20
MAX_DIGITS = 13  # before the point
MAX_DECIMALS = 6
MAX_SLIPS = 20
MAX_SUGGESTIONS = 3  # looking for the nearest name is the one slow thing that hostile text could ask for often

FUNCTIONS = ("min", "max", "given", "steps", "at_least")
OPERATORS = ("and", "or", "not", "in", "not in")
RESERVED = {  # no fact can have these names
    "and": "", "or": "", "not": "", "in": "",
    "True": "SR221", "False": "SR221", "None": "SR221", "true": "SR221", "false": "SR221",
    "if": "SR217", "else": "SR217", "lambda": "SR217", "is": "SR217", "for": "SR217",
}  # fmt: skip
_WORDS = {"SR221": "say x, or not x; there are no constants", "SR217": "the language has no such construct"}
_SIGNS = {  # sign: what to say instead
    "=<": "<=", "=>": ">=", "<>": "!=", "!": "not", "&": "and", "|": "or", "&&": "and", "||": "or",
    "/": "a rate, like * 50%, or steps(a, b)", "//": "steps(a, b)", "%": "a rate like 30%, without a space",
    "**": "*",
}  # fmt: skip
_CHINESE = {"“": "'", "”": "'", "‘": "'", "’": "'", "、": ",", "。": "nothing", "≥": ">=", "≤": "<=", "≠": "!=",
            "×": "*", "÷": _SIGNS["/"], "《": "(", "》": ")", "【": "[", "】": "]", "－": "-", "—": "-"}  # fmt: skip

_TOKEN = re.compile(
    r"""(?P<space>\ +)
    | (?P<date>[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?![\w.]))
    | (?P<commas>[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])[\w.]*%?)
    | (?P<number>[0-9][\w.]*%?)
    | (?P<string>'[^'\\]*'|"[^"\\]*")
    | (?P<word>not\ +in(?!\w)|[^\W\d]\w*)
    | (?P<op>==|!=|<=|>=|<(?![<>])|>(?!>)|\*(?!\*)|[-+()\[\],])
    | (?P<comment>\#.*)
    | (?P<attribute>\.[^\W\d]\w*)
    | (?P<quote>['"].*)
    | (?P<sign>=[<>]|<>|\*\*|//|&&|\|\||<<|>>|:=|.)
    """,
    re.VERBOSE,
)
_NUMBER = re.compile(r"([0-9]+)(?:\.([0-9]+))?(%|[^\W\d_]*)")


Complaint = tuple[str, str, str]  # code, message, what was expected


@dataclass(frozen=True, slots=True)
class Token:
    """`sort` is leaf, string, function or op; a leaf carries its tree."""

    sort: str
    text: str
    column: int
    tree: Fact | Literal | None = None


def tokens(text: str, scope: Mapping[str, FactType]) -> list[Token]:
    """All tokens of `text`. Raises ExprError with all slips of the first stage that has any."""
    for slips in (_length(text), _characters(text)):
        if slips:
            raise ExprError(slips)
    found, slips = _scan(text, scope)
    slips = slips or _shape(found, len(text))
    if slips:
        raise ExprError(slips)
    return found


def _length(text: str) -> list[Slip]:
    if len(text) > MAX_CHARS:
        return [Slip("SR202", 1, f"more than {MAX_CHARS} characters", str(len(text)), f"at most {MAX_CHARS}")]
    return [] if text.strip(" ") else [Slip("SR201", 1, "the expression is empty", "", "a condition or a quantity")]


def _characters(text: str) -> list[Slip]:
    slips = []
    for column, char in enumerate(text, 1):
        plain = _CHINESE.get(char) or unicodedata.normalize("NFKC", char)
        if char in "\r\n\u2028\u2029":
            slips.append(Slip("SR206", column, "an expression is one line", echo(char), "and, or another condition"))
        elif not char.isprintable() or (char != " " and plain == " "):
            slips.append(Slip("SR204", column, "a character that cannot be seen", echo(char), "plain characters"))
        elif plain != char:
            slips.append(Slip("SR205", column, "a full-width or Chinese form", echo(char), plain))
    if not slips and (whole := unicodedata.normalize("NFKC", text)) != text:
        column = next((i for i, char in enumerate(text, 1) if whole[i - 1 : i] != char), 1)
        slips.append(Slip("SR205", column, "characters that join into another", echo(text[column - 1])))
    return slips[:MAX_SLIPS]


class _Scan:
    """One pass over the text: `tokens` so far and `slips` so far."""

    def __init__(self, text: str, scope: Mapping[str, FactType]) -> None:
        self.text = text
        self.scope = scope
        self.tokens: list[Token] = []
        self.slips: list[Slip] = []
        self.unknown: set[str] = set()

    def refuse(self, column: int, found: str, complaint: Complaint, near: str = "") -> None:
        code, message, expected = complaint
        self.slips.append(Slip(code, column, message, echo(found), expected, near))

    def read(self, sort: str, text: str, column: int, end: int) -> None:
        """Take one lexeme."""
        if sort in ("number", "date"):
            literal = _number(text) if sort == "number" else _date(text)
            if isinstance(literal, Literal):
                self.tokens.append(Token("leaf", text, column, literal))
            else:
                self.refuse(column, text, literal)
        elif sort == "word":
            self.word(text, column, end)
        elif sort == "string":
            self.tokens.append(Token("string", text[1:-1], column))
        elif sort == "op":
            self.tokens.append(Token("op", text, column))
        else:
            self.refuse(column, text, _refusal(sort, text))

    def word(self, text: str, column: int, end: int) -> None:
        text = "not in" if text.startswith("not ") else text
        called = self.text[end:].lstrip(" ").startswith("(")
        if text in OPERATORS:
            self.tokens.append(Token("op", text, column))
        elif code := RESERVED.get(text, ""):
            self.refuse(column, text, (code, _WORDS[code], ""))
        elif called and text in FUNCTIONS:
            self.tokens.append(Token("function", text, column))
        elif called:
            message = "a fact is not a function" if text in self.scope else "there is no such function"
            self.refuse(column, text, ("SR219", message, ", ".join(FUNCTIONS)), nearest(text, FUNCTIONS))
        elif text in self.scope:
            self.tokens.append(Token("leaf", text, column, Fact(text, self.scope[text])))
        elif text in FEN_PER_UNIT and self.tokens and isinstance(self.tokens[-1].tree, Literal):
            self.refuse(column, text, ("SR212", "no space before the unit", f"{self.tokens[-1].text}{text}"))
        elif text not in self.unknown:
            self.unknown.add(text)
            near = nearest(text, self.scope) if len(self.unknown) <= MAX_SUGGESTIONS else ""
            self.refuse(column, text, ("SR218", "no fact has this name", "a declared fact"), near)


def _scan(text: str, scope: Mapping[str, FactType]) -> tuple[list[Token], list[Slip]]:
    scan = _Scan(text, scope)
    for match in _TOKEN.finditer(text):
        sort = match.lastgroup or ""
        if sort == "space":
            continue
        if len(scan.tokens) == MAX_TOKENS:
            slip = Slip(
                "SR202", match.start() + 1, f"more than {MAX_TOKENS} words and signs", "", f"at most {MAX_TOKENS}"
            )
            return [], [slip]
        scan.read(sort, match[0], match.start() + 1, match.end())
    return scan.tokens, scan.slips


def _refusal(sort: str, text: str) -> Complaint:
    """What to say of a lexeme that is no part of the language."""
    if sort == "commas":
        return "SR208", "no commas inside a number", text.replace(",", "")
    if sort == "comment":
        return "SR209", "no comment inside an expression", ""
    if sort == "attribute":
        return "SR217", "no attributes", "a declared fact"
    if sort == "quote":
        return "SR211", "a quote that is not closed, or a backslash", "an option like 'A'"
    if text == "=":
        return "SR207", "= compares nothing", "=="
    if text == ";":
        return "SR206", "one expression only", "and, or another condition"
    return "SR210", "not a sign of this language", _SIGNS.get(text, "")


def _number(text: str) -> Literal | Complaint:
    match = _NUMBER.fullmatch(text)
    if not match or (len(match[1]) > 1 and match[1][0] == "0"):
        return "SR212", "not a number of this language", "a number like 3, 1.5, 30% or 500元"
    whole, decimals, unit = match[1], match[2] or "", match[3]
    if unit not in ("", "%", *FEN_PER_UNIT):
        expected = f"{text}元" if f"{unit}元" in FEN_PER_UNIT else "元, 万元, 亿元, % or no unit"
        return "SR212", "not a unit of this language", expected
    if len(whole) > MAX_DIGITS:
        return "SR214", f"more than {MAX_DIGITS} digits", f"at most {MAX_DIGITS} digits before the point"
    try:
        if unit:
            return Literal("rate", parse_rate(text)) if unit == "%" else Literal("money", parse_money(text))
    except ValueError as error:
        return "SR214", "a number that is too large or too fine", str(error)
    if len(decimals) > MAX_DECIMALS:
        return "SR214", f"more than {MAX_DECIMALS} decimals", f"at most {MAX_DECIMALS} decimals"
    if decimals:
        return Literal("number", int(whole + decimals.ljust(MAX_DECIMALS, "0")))
    return Literal("count", int(whole))


def _date(text: str) -> Literal | Complaint:
    try:
        if len(text) == len("2026-01-01"):
            return Literal("date", date.fromisoformat(text))
    except ValueError:
        pass  # no such day
    return "SR213", "not a date", "a date like 2026-01-01"


def _shape(found: list[Token], length: int) -> list[Slip]:
    """The first place where an operand, an operator or a bracket is missing."""
    open_brackets: list[Token] = []
    ended = False  # an operand has just ended
    before = ""
    for token in found:
        text = token.text if token.sort == "op" else ""
        starts = not text or text in ("(", "[", "not")
        if starts and ended:
            return [_beside(token, text)]
        if text in ("(", "["):
            open_brackets.append(token)
            if len(open_brackets) > MAX_DEPTH:
                return [Slip("SR203", token.column, f"brackets more than {MAX_DEPTH} deep", "", f"at most {MAX_DEPTH}")]
        elif text in (")", "]") and (not open_brackets or open_brackets.pop().text + text not in ("()", "[]")):
            return [Slip("SR215", token.column, "a bracket that was not opened", echo(text))]
        if not starts and not ended and not (text in (")", "]") and before in ("(", "[", ",")):
            return [_missing(token)]
        ended = token.sort in ("leaf", "string") or text in (")", "]")
        before = text
    if open_brackets:
        return [Slip("SR215", open_brackets[-1].column, "a bracket that is not closed", echo(open_brackets[-1].text))]
    return [] if ended else [Slip("SR216", length + 1, "the expression ends too early", "", "a fact or a number")]


def _beside(token: Token, text: str) -> Slip:
    if text == "[":
        return Slip("SR217", token.column, "no subscripts", echo(text))
    if token.sort == "string":
        return Slip(
            "SR211", token.column, "a quoted option right after something else", echo(token.text), "a comma, or =="
        )
    return Slip("SR216", token.column, "two things side by side", echo(token.text), "an operator between them")


def _missing(token: Token) -> Slip:
    if token.text in ("+", "-"):
        return Slip("SR232", token.column, "no sign before a number or fact", echo(token.text), "a subtraction")
    return Slip("SR216", token.column, "something is missing before this", echo(token.text), "a fact or a number")
