"""`batch`: files of applicants and items in, a workbook or a folder of tables out (extra `batch`)."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from .inputs import load_rules, needing
from .options import JsonOption, LangOption, PolicyOption, parse_day
from .output import print_json, refusals, tell

if TYPE_CHECKING:
    from ..explain import Lang
    from ..files import Outcome, Source

CANCELLED = 130
SHOWN = 20  # problems that are shown on the terminal


def batch(
    applicants: Annotated[
        Path,
        typer.Option(
            "--applicants",
            "-a",
            metavar="FILE",
            dir_okay=False,
            help="申报主体：.xlsx、.csv、.parquet；只给一个工作簿时含全部表 The applicants; one workbook may hold all tables.",
        ),
    ],
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", metavar="FILE", help="结果：.xlsx，或 .csv、.parquet（文件夹） A workbook, or a folder."
        ),
    ],
    year: Annotated[int, typer.Option("--year", min=1900, max=2199, help="预算年度 The budget year.")],
    policy: PolicyOption = None,
    items: Annotated[
        list[str] | None,
        typer.Option(
            "--items", metavar="KIND=FILE", help="一类事项的文件，可重复 Items of a kind, repeatable: project=p.csv."
        ),
    ] = None,
    grants: Annotated[
        Path | None, typer.Option("--grants", metavar="FILE", dir_okay=False, help="既往奖补 Earlier grants.")
    ] = None,
    approved: Annotated[
        Path | None, typer.Option("--approved", metavar="FILE", dir_okay=False, help="已核定的金额 Approved amounts.")
    ] = None,
    history: Annotated[
        Literal["complete", "partial"] | None,
        typer.Option("--history", help="既往奖补是否完整；也可写在表中 Whether the earlier grants are all there are."),
    ] = None,
    day: Annotated[
        date | None, typer.Option("--date", metavar="YYYY-MM-DD", parser=parse_day, help="申请日 The day of the claim.")
    ] = None,
    published: Annotated[
        list[str] | None,
        typer.Option(
            "--published", metavar="POLICY=DAY", help="草案假定的公布日 When a draft is assumed to be published."
        ),
    ] = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option(
            "--parameter",
            metavar="POLICY/BOUND=FIGURE",
            help="资金池余额或未公布的限额 What is left of a pool, or a limit.",
        ),
    ] = None,
    encoding: Annotated[
        str | None, typer.Option("--encoding", metavar="NAME", help="CSV 的编码：utf-8、gb18030 The encoding of CSV.")
    ] = None,
    dates: Annotated[
        str, typer.Option("--dates", metavar="FORMAT", help="文本日期的格式，如 YYYY/M/D The format of days as text.")
    ] = "YYYY-MM-DD",
    ignore: Annotated[
        list[str] | None,
        typer.Option("--ignore", metavar="NAME", help="略过的列或工作表 A column or sheet to leave out."),
    ] = None,
    identity: Annotated[
        list[str] | None,
        typer.Option(
            "--identity", metavar="NAME", help="另一列不得重复的标识 A further column that no two claims share."
        ),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="有一行有错就不测算、不写出 Nothing is computed while a row is wrong.")
    ] = False,
    lang: LangOption = "zh",
    as_json: JsonOption = False,
) -> None:
    """批量测算：表格进，表格出；有错的行列入错误表。 Tables of applicants in, tables of answers out; errors are listed."""
    with needing("batch"):
        from ..files import Options, Source, assess, read_tables, write

    kinds = {name: Source.of(Path(path)) for name, path in _pairs(items, "--items").items()}
    days = {name: parse_day(text) for name, text in _pairs(published, "--published").items()}
    figures = _pairs(parameter, "--parameter")
    options = Options(encoding, dates, tuple(ignore or ()), tuple(identity or ()))

    def source(path: Path | None) -> Source | None:
        return Source.of(path) if path else None

    with _cancelling(output, lang), refusals(lang, as_json), _progress(lang) as told:
        rules = load_rules(policy)
        given = read_tables(
            rules.program, Source.of(applicants), kinds, source(grants), source(approved), options, told
        )
        told("assess", 0)
        outcome = assess(
            rules, given, year=year, history=history, day=day, published=days, parameters=figures, strict=strict
        )
        write(outcome, output, lang, told)
    _conclude(outcome, output, lang, as_json)


def _pairs(given: Sequence[str] | None, option: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in given or ():
        name, equals, value = text.partition("=")
        if not (name and equals and value) or name in found:
            raise typer.BadParameter(f"{option} NAME=VALUE, each name once 写作 名称=值，每个名称一次: {text}")
        found[name] = value
    return found


@contextmanager
def _cancelling(output: Path, lang: Lang) -> Iterator[None]:
    """Ctrl-C and SIGTERM end the command; what was being written is removed on the way out. They may also come when all is
    written."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before, there = signal.signal(signal.SIGTERM, stop), _identity(output)
    try:
        yield
    except KeyboardInterrupt:
        said = ("已取消，没有写出文件。", "Cancelled: nothing was written.")
        if _identity(output) != there:
            said = (f"已取消，但结果已经写出：{output}", f"Cancelled, but all was written by then: {output}")
        typer.echo(said[lang == "en"], err=True)
        raise typer.Exit(CANCELLED) from None
    finally:
        signal.signal(signal.SIGTERM, before)


def _identity(path: Path) -> tuple[int, int] | None:
    """Another one for each file that takes this name; None: there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


@contextmanager
def _progress(lang: Lang) -> Iterator[Any]:
    """A bar on a terminal, by step and rows; nothing elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    screen = Console(stderr=True)
    names = {"assess": ("测算", "computing"), "write": ("写出", "writing")}
    with Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:,}"), TimeElapsedColumn(),
        console=screen, transient=True, disable=not screen.is_terminal,
    ) as bar:  # fmt: skip
        steps: dict[str, Any] = {}

        def told(step: str, rows: int) -> None:
            if step not in steps:
                for task in steps.values():
                    bar.update(task, total=bar.tasks[task].completed or 1, completed=bar.tasks[task].completed or 1)
                named = names.get(step, (f"读取 {step}", f"reading {step}"))[lang == "en"]
                steps[step] = bar.add_task(named, total=None)
            bar.update(steps[step], completed=rows)

        yield told


def _conclude(outcome: Outcome, output: Path, lang: Lang, as_json: bool) -> None:
    """What was read and what came of it. Exit code 1 while any row is wrong, whether or not the rest was computed."""
    problems = outcome.screened.problems
    counts = {name: {"read": c.read, "computed": c.computed, "wrong": c.wrong} for name, c in outcome.counts.items()}
    if as_json:
        print_json({"output": str(output), "counts": counts, "by_engine": outcome.answers.by_engine,
                    "problems": [problem.as_dict() for problem in problems]})  # fmt: skip
    else:
        said = "{read} read, {computed} computed, {wrong} wrong"
        said = "读入 {read}，测算 {computed}，有错 {wrong}" if lang == "zh" else said
        for name, count in counts.items():
            if count["read"]:
                typer.echo(f"{name}: {said.format(**count)}")
        tell(problems[:SHOWN], lang)
        if len(problems) > SHOWN:
            rest = len(problems) - SHOWN
            typer.echo(
                f"……另有 {rest} 处，见错误表" if lang == "zh" else f"… and {rest} more, see the sheet of errors",
                err=True,
            )
        typer.echo(f"{'已写出' if lang == 'zh' else 'written'}: {output}")
    if problems:
        raise typer.Exit(1)
