"""Rows and trees of text on a terminal. Layout only: what is said comes from `explain`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import typer
from rich import box
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from ..explain import Lang, Names, Node, Row, Sheet, article, lines, together

if TYPE_CHECKING:
    from rich.console import Console

    from ..model.assessment import Assessment

STYLE = {
    "exact": "green",
    "ceiling": "cyan",
    "range": "cyan",
    "unquantified": "magenta",
    "undecided": "yellow",
    "excluded": "red",
    "ineligible": "bright_black",
    "not_in_force": "bright_black",
}
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩"
WIDE = 120  # from this width on the department has its own column


def table(head: Sequence[str], numbers: Collection[int] = ()) -> Table:
    """A plain table; amounts stand at the right. Cells wrap, nothing is cut."""
    made = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False, padding=(0, 1))
    for at, name in enumerate(head):
        made.add_column(name, justify="right" if at in numbers else "left", overflow="fold")
    return made


def heading(answer: Assessment, names: Names) -> str:
    """For whom, which year, which day."""
    day = f" · {names.say('word', 'day')} {answer.date}" if answer.date else ""
    unit = "" if names.lang == "zh" else " · amounts in 元 (yuan)"
    return f"{answer.applicant} · {names.say('word', 'budget_year')} {answer.year}{day}{unit}"


def closing(answer: Assessment, lang: Lang) -> str:
    """What every answer ends with."""
    return answer.notice.zh if lang == "zh" else answer.notice.en


def show_sheet(screen: Console, one: Sheet, names: Names) -> None:
    """One policy: what pays, totals, what they rest on, and in short what does not pay."""
    screen.print()
    screen.print(one.title, style="bold")
    for notice in one.notices:
        screen.print(f"  {notice}", style="yellow")
    if one.paid:
        screen.print(_awards(one.paid, names, screen.width >= WIDE))
    _totals(screen, one, names)
    _list(screen, names.say("word", "subject_to"), [f"{_mark(at)} {text}" for at, text in enumerate(one.subject_to, 1)])
    space = "：" if names.lang == "zh" else ": "
    facts = [f"{subject}{space}{_joined(found, names)}" for subject, found in one.missing]
    _list(screen, names.say("word", "missing_facts"), facts)
    _list(screen, names.say("word", "unquantified"), _unquantified(one.unquantified, names))
    _ineligible(screen, one.ineligible, names)


def _joined(parts: Sequence[str], names: Names) -> str:
    return ("、" if names.lang == "zh" else ", ").join(parts)


def _mark(at: int) -> str:
    return CIRCLED[at - 1] if at <= len(CIRCLED) else f"({at})"


def _awards(rows: Sequence[Row], names: Names, wide: bool) -> Table:
    words = ["article", "title", "item", "status", "assured", "ceiling", "why"]
    payees = any(row.payee != "applicant" for row in rows)
    words.insert(3, "payee") if payees else None
    words += ["department"] if wide else []
    made = table([names.say("word", word) for word in words], numbers=(words.index("assured"), words.index("ceiling")))
    for row in rows:
        why = ("；" if names.lang == "zh" else "; ").join(row.why)
        marks = "".join(_mark(at) for at in row.subject_to)
        cells: dict[str, str | Text] = {
            "article": row.article,
            "title": row.title,
            "item": row.item,
            "payee": names.say("payee", row.payee),
            "status": Text(row.state, style=STYLE[row.status]),
            "assured": row.assured,
            "ceiling": row.ceiling,
            "why": " ".join(part for part in (why, marks) if part),
            "department": row.department,
        }
        made.add_row(*(cells[word] for word in words))
    return made


def _totals(screen: Console, one: Sheet, names: Names) -> None:
    zh = names.lang == "zh"
    for total in one.totals:
        text = (
            f"{total.payee}{total.kind}：确定可得 {total.assured}，最高可得 {total.ceiling}"
            if zh
            else (f"{total.kind} to the {total.payee}: assured {total.assured}, at most {total.ceiling}")
        )
        if total.open:
            text += f"，另有 {total.open} 项未定额不计入" if zh else f", and {total.open} without a figure, not counted"
        screen.print(f"{names.say('word', 'totals')} {text}", style="bold")


def _list(screen: Console, head: str, texts: Sequence[str]) -> None:
    if texts:
        screen.print(head, style="bold")
    for text in texts:
        screen.print(Padding(text, (0, 0, 0, 2)))


def _unquantified(rows: Sequence[Row], names: Names) -> list[str]:
    """One line a reason; the awards that wait for facts stand by themselves."""
    zh = names.lang == "zh"
    groups: dict[tuple[str, ...], list[str]] = {}
    for row, items in together(rows, names.lang):
        at = article(row.article, names.lang)
        title = f"{row.title}{f'〔{items}〕' if zh else f' [{items}]'}" if items else row.title
        groups.setdefault(row.why, []).append(f"{at} {title}")
    return [
        f"{('；' if zh else '; ').join(why)}{'：' if zh else ': '}{_joined(found, names)}"
        for why, found in groups.items()
    ]


def _ineligible(screen: Console, rows: Sequence[Row], names: Names) -> None:
    if not rows:
        return
    made = table([names.say("word", word) for word in ("article", "ineligible", "item", "why")])
    for row, items in together(rows, names.lang):
        made.add_row(
            row.article, row.title, items, ("；" if names.lang == "zh" else "; ").join(row.why), style="bright_black"
        )
    screen.print(made)


def show_tree(screen: Console, node: Node) -> None:
    """On a terminal with colours; elsewhere as plain lines, each whole."""
    if not screen.is_terminal:
        for line in lines(node):
            typer.echo(line)
        return
    made = Tree(Text(node.text, style="bold"), guide_style="bright_black")
    _grow(made, node)
    screen.print(made)


def _grow(made: Tree, node: Node) -> None:
    for child in node.children:
        _grow(made.add(Text(child.text, style=STYLE.get(child.status, ""))), child)
