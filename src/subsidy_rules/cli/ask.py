"""An application, asked for question by question on a terminal: what is most at stake first."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from ..errors import ProblemsError
from .inputs import write_file

if TYPE_CHECKING:
    from ..explain import Lang, Names
    from ..model.advice import Question, Questions
    from ..rules import Rules

YES = ("是", "对", "有", "y", "yes", "true")
NO = ("否", "不是", "没有", "无", "n", "no", "false")
UNKNOWN = ("不清楚", "不知道", "unknown", "?", "？")
MAX_ITEMS = 30
_PLAIN = re.compile(r"[\w.%-]+")


def interactive() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin.isatty()


class Ended(Exception):
    """An empty line, or no more input."""


def tell(text: str) -> None:
    """On standard error, so that the answer alone goes to standard output."""
    typer.echo(text, err=True)


def ask(rules: Rules, lang: Lang, day: date | None, year: int | None) -> dict[str, Any]:
    """The application as it would stand in a file. Asks until nothing is at stake, or for an empty line."""
    from ..explain import Names

    found: dict[str, Any] = {
        "applicant": {"id": "applicant", "facts": {}},
        "year": str(year or (day or date.today()).year),
        "history": "partial",
    }
    found |= {"date": day.isoformat()} if day else {}
    with suppress(Ended):
        _Asking(rules, Names(rules.program, lang), found).run()
    return found


class _Asking:
    def __init__(self, rules: Rules, names: Names, found: dict[str, Any]) -> None:
        self.rules, self.names, self.found = rules, names, found
        self.zh = names.lang == "zh"
        self.seen: set[tuple[str | None, str]] = set()
        self.history_open = True

    def run(self) -> None:
        tell(
            "逐题填写：最要紧的在前；不清楚就答“不清楚”；空行结束。"
            if self.zh
            else "Most at stake first. Answer `unknown` where you don't know; an empty line ends."
        )
        self.found["items"] = self._items()
        while True:
            questions = self.rules.questions(self.found)
            left = [q for q in questions.facts if (q.item, q.fact) not in self.seen and q.at_stake != 0]
            top = left[0].at_stake or questions.history if left else 0
            if self.history_open and questions.history and questions.history >= (top or 0):
                self._history(questions)
            elif left:
                self._fact(left[0])
            else:
                break
        tell("没有其他影响金额的问题。" if self.zh else "Nothing else is at stake.")

    def _line(self, prompt: str) -> str:
        typer.echo(prompt, err=True, nl=False)
        line = sys.stdin.readline().strip()
        if not line:
            raise Ended
        return line

    def _items(self) -> list[dict[str, Any]]:
        """What is claimed for, by the numbers of the kinds; a number twice means two of them."""
        used = {rule.item for rule in self.rules.program.rules}
        kinds = [kind for kind in self.rules.program.item_facts if kind in used]
        labels = self.names.kinds()
        if not kinds:
            return []
        for at, kind in enumerate(kinds, 1):
            tell(f"{at:>3}  {labels.get(kind, kind)}")
        prompt = (
            "申报哪些对象？写编号，几项就写几次，如 1 1 4；0 为没有："
            if self.zh
            else "What is claimed for? Numbers, like 1 1 4; 0 for none: "
        )
        while True:
            words = re.split(r"[\s,，、]+", self._line(prompt))
            if words == ["0"]:
                return []
            if len(words) <= MAX_ITEMS and all(word.isascii() and word.isdigit() for word in words):
                numbers = [int(word) for word in words]
                if all(1 <= number <= len(kinds) for number in numbers):
                    return [
                        {
                            "id": f"{kinds[number - 1]}-{numbers[:at].count(number) + 1}",
                            "kind": kinds[number - 1],
                            "facts": {},
                        }
                        for at, number in enumerate(numbers)
                    ]
            tell(f"1 – {len(kinds)}，至多 {MAX_ITEMS} 项" if self.zh else f"1 – {len(kinds)}, at most {MAX_ITEMS}")

    def _history(self, questions: Questions) -> None:
        from ..explain.advice import stake

        self.history_open = False
        at_stake = stake(questions.history, self.names.lang)
        question = (
            f"\n此前是否获得过这些政策的奖补？（关系到 {at_stake}）是/否/不清楚："
            if self.zh
            else f"\nHas any of these policies paid an award before? (at stake: {at_stake}) yes/no/unknown: "
        )
        while (answer := self._line(question).lower()) not in (*YES, *NO, *UNKNOWN):
            pass
        if answer in NO:
            self.found["history"] = "complete"
        elif answer in YES:
            tell(
                "请把既往奖补写入保存的申请文件（grants）。"
                if self.zh
                else "List them in the saved file, under `grants`."
            )

    def _fact(self, question: Question) -> None:
        from ..explain.advice import asked, stake

        self.seen.add((question.item, question.fact))
        lang = self.names.lang
        thing = self.names.thing(question.item, question.item_kind)
        at_stake = stake(question.at_stake, lang)
        tell(
            f"\n[{thing}] {asked(question, lang)}"
            + (f"（关系到 {at_stake}）" if self.zh else f" (at stake: {at_stake})")
        )
        for at, label in enumerate(question.options.values(), 1):
            tell(f"{at:>3}  {label.zh if self.zh else label.en}")
        while True:
            value = read_answer(self._line(f"  {hint(question, lang)}> "), question)
            if value == "unknown":
                return
            problem = self._stated(question, value)
            if not problem:
                return
            tell(f"  应为：{hint(question, lang)}" if self.zh else f"  expected: {problem}")

    def _stated(self, question: Question, value: str) -> str:
        """Put an answer in its place; what was expected, where it is refused."""
        at = next((one for one in self.found["items"] if one["id"] == question.item), self.found["applicant"])
        at["facts"][question.fact] = value
        try:
            self.rules.admit(self.found)
        except ProblemsError as error:
            del at["facts"][question.fact]
            return error.problems[0].expected or str(error.problems[0])
        return ""


HINTS: dict[str, tuple[str, str]] = {
    "bool": ("是/否", "yes/no"),
    "choice": ("编号", "number"),
    "money": ("如 500万元", "like 500万元"),
    "rate": ("如 30%", "like 30%"),
    "date": ("如 2026-03-01", "like 2026-03-01"),
    "months": ("几个月", "months"),
    "count": ("个数", "a whole number"),
    "number": ("数字", "a number"),
    "text": ("名称", "a name"),
}  # fmt: skip


def hint(question: Question, lang: Lang) -> str:
    """What an answer looks like."""
    zh, en = HINTS[question.kind]
    return f"{zh}/不清楚" if lang == "zh" else f"{en}/unknown"


def read_answer(line: str, question: Question) -> str:
    """An answer as an application states it; what it does not know it leaves for the application to refuse."""
    word = line.lower()
    if word in UNKNOWN:
        return "unknown"
    if question.kind == "bool":
        return "true" if word in YES else "false" if word in NO else line
    if question.kind == "choice":
        names = list(question.options)
        if word.isascii() and word.isdigit() and 1 <= int(word) <= len(names):
            return names[int(word) - 1]
        labels = {text: name for name, label in question.options.items() for text in (label.zh, label.en.lower())}
        return labels.get(word, line)
    if question.kind == "money" and line[-1:] in ("万", "亿"):
        return f"{line}元"
    return line


def save(path: Path, application: Mapping[str, Any]) -> None:
    """As JSON where the name says so, else as YAML."""
    if path.suffix == ".json":
        write_file(path, (json.dumps(application, ensure_ascii=False, indent=2) + "\n").encode())
    else:
        write_file(path, "".join(f"{line}\n" for line in yaml_lines(application)).encode())


def yaml_lines(value: Mapping[str, Any]) -> list[str]:
    """A mapping of mappings, lists of mappings, and text."""
    lines: list[str] = []
    for key, entry in value.items():
        if isinstance(entry, Mapping) and entry:
            lines += [f"{key}:", *(f"  {line}" for line in yaml_lines(entry))]
        elif isinstance(entry, Sequence) and not isinstance(entry, str) and entry:
            lines.append(f"{key}:")
            for one in entry:
                first, *rest = yaml_lines(one)
                lines += [f"  - {first}", *(f"    {line}" for line in rest)]
        else:
            lines.append(f"{key}: {_scalar(entry)}")
    return lines


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return value if _PLAIN.fullmatch(value) and value != "null" else json.dumps(value, ensure_ascii=False)
    return "{}" if isinstance(value, Mapping) else "[]"


__all__ = ["ask", "interactive", "save"]
