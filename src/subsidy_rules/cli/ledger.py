"""`ledger`: what was granted and what is left, in a database (extra `ledger`)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from ..money import format_units
from .inputs import admit_case, load_rules, needing
from .options import ApplicationFile, JsonOption, LangOption, PolicyOption, parse_day
from .output import console, print_json, refusals, tell

if TYPE_CHECKING:
    from ..explain import Lang
    from ..ledger import Decision, Ledger, Refused

ledger = typer.Typer(
    help="账本：给过多少，还剩多少。 The ledger: what was granted, and what is left.", no_args_is_help=True
)
DatabaseOption = Annotated[
    str,
    typer.Option(
        "--database",
        metavar="URL",
        envvar="SUBSIDY_RULES_LEDGER",
        help="数据库 The database: sqlite:///ledger.db, postgresql://user@host/name, mysql://user@host/name.",
    ),
]
KeyOption = Annotated[
    str,
    typer.Option(
        "--key", metavar="KEY", help="本次写入的键：同键同内容只写一次 A key: written once, however often it is sent."
    ),
]
DecidedOption = Annotated[
    date | None,
    typer.Option(
        "--decided-on",
        metavar="YYYY-MM-DD",
        parser=parse_day,
        help="核定日，默认今天（北京时间） The day; today by default.",
    ),
]


def _open(url: str) -> Ledger:
    with needing("ledger"):
        from ..ledger import Ledger
    return Ledger(url)


def _tell(outcome: Decision | Refused, lang: Lang, as_json: bool) -> None:
    """A refusal ends the command with exit code 1."""
    from ..ledger import Refused

    if as_json:
        print_json(outcome.as_data())
    elif isinstance(outcome, Refused):
        tell(outcome.problems, lang)
    else:
        state = (
            ("已记过" if lang == "zh" else "recorded before")
            if outcome.replayed
            else "已记入"
            if lang == "zh"
            else "recorded"
        )
        typer.echo(f"{outcome.key}  {outcome.decided_on}  {state} #{outcome.seq}")
        for one in outcome.awards:
            name = f"{one.policy}/{one.rule}" + (f":{one.item}" if one.item else "")
            moved = f" ({'+' if one.delta > 0 else ''}{format_units(one.delta)})" if one.delta != one.amount else ""
            typer.echo(f"  {name}  {format_units(one.amount)}{moved}")
    if isinstance(outcome, Refused):
        raise typer.Exit(1)


def migrate(database: DatabaseOption, lang: LangOption = "zh") -> None:
    """建账或升级：首次使用前运行一次。 Make the tables, or bring them to this version: once, before the first use."""
    with refusals(lang, False):
        _open(database).migrate()


def decide(
    application: ApplicationFile,
    database: DatabaseOption,
    key: KeyOption,
    of: Annotated[
        str | None, typer.Option("--correct", metavar="KEY", help="更正此键的决定 Correct the decision of this key.")
    ] = None,
    decided_on: DecidedOption = None,
    policy: PolicyOption = None,
    lang: LangOption = "zh",
    as_json: JsonOption = False,
) -> None:
    """记入申请中 approved 的核定金额；超限、重复、余额不足则不记。 Commit the approved amounts, all or nothing."""
    with refusals(lang, as_json):
        book, rules = _open(database), load_rules(policy)
        case = admit_case(application, rules)
        approved = case.data.get("approved") or []
        if of is None:
            outcome = book.decide(rules, case, key=key, approved=approved, decided_on=decided_on)
        else:
            outcome = book.correct(rules, case, key=key, of=of, approved=approved, decided_on=decided_on)
    _tell(outcome, lang, as_json)


def record(
    application: ApplicationFile,
    database: DatabaseOption,
    key: KeyOption,
    decided_on: Annotated[
        date, typer.Option("--decided-on", metavar="YYYY-MM-DD", parser=parse_day, help="当时的核定日 The day of then.")
    ],
    policy: PolicyOption = None,
    lang: LangOption = "zh",
    as_json: JsonOption = False,
) -> None:
    """记入申请中 grants 所列的既往奖补。 Take over the earlier awards that stand under grants."""
    with refusals(lang, as_json):
        rules = load_rules(policy)
        outcome = _open(database).record(rules, admit_case(application, rules), key=key, decided_on=decided_on)
    _tell(outcome, lang, as_json)


def figure(
    bound: Annotated[
        str,
        typer.Argument(metavar="POLICY/BOUND", help="资金池、名额或未公布的限额 A pool, quota, or unpublished limit."),
    ],
    value: Annotated[
        str, typer.Argument(metavar="FIGURE", help="如 1000万元，名额写个数 1000万元; places as a number.")
    ],
    database: DatabaseOption,
    key: KeyOption,
    year: Annotated[int, typer.Option("--year", min=1900, max=2199, help="预算年度 The budget year.")],
    policy: PolicyOption = None,
    lang: LangOption = "zh",
    as_json: JsonOption = False,
) -> None:
    """记入某年度资金池的预算、名额或限额数字。 The year's figure of a pool, a quota or an unpublished limit."""
    with refusals(lang, as_json):
        rules = load_rules(policy)
        outcome = _open(database).set_figure(rules, key=key, bound=bound, year=year, figure=value)
    _tell(outcome, lang, as_json)


def repay(
    applicant: Annotated[str, typer.Argument(metavar="APPLICANT", help="申请主体 The applicant's id.")],
    award: Annotated[str, typer.Argument(metavar="POLICY/RULE[:ITEM]", help="哪一项奖补 Which award.")],
    database: DatabaseOption,
    key: KeyOption,
    year: Annotated[int, typer.Option("--year", min=1900, max=2199, help="预算年度 The budget year.")],
    decided_on: DecidedOption = None,
    lang: LangOption = "zh",
    as_json: JsonOption = False,
) -> None:
    """记入退还：该奖补不再计数。 An award was paid back: it counts no more."""
    name, _, item = award.partition(":")
    policy, _, rule = name.partition("/")
    place = {"applicant": applicant, "policy": policy, "rule": rule, "item": item or None, "year": year}
    with refusals(lang, as_json):
        outcome = _open(database).repay(key=key, decided_on=decided_on, **place)  # type: ignore[arg-type]
    _tell(outcome, lang, as_json)


def grants(
    applicant: Annotated[str, typer.Argument(metavar="APPLICANT", help="申请主体 The applicant's id.")],
    database: DatabaseOption,
    as_of: Annotated[
        date | None,
        typer.Option(
            "--as-of", metavar="YYYY-MM-DD", parser=parse_day, help="截至此日核定的 What was decided by a day."
        ),
    ] = None,
    lang: LangOption = "zh",
) -> None:
    """既往奖补，即申请文件的 grants（JSON）。 Earlier awards as an application file has them, in JSON."""
    with refusals(lang, True):
        print_json(_open(database).history(applicant, as_of))


def left(
    database: DatabaseOption,
    year: Annotated[int, typer.Option("--year", min=1900, max=2199, help="预算年度 The budget year.")],
    policy: PolicyOption = None,
    lang: LangOption = "zh",
    as_json: JsonOption = False,
) -> None:
    """各资金池和名额的总额、已用和余额。 Of every pool and quota: its figure, what is drawn, what is left."""
    with refusals(lang, as_json):
        rules = load_rules(policy)
        book = _open(database)
        found = book.left(rules, year)
        parameters = book.parameters(rules, year) if as_json else {}
    if as_json:
        print_json({"year": year, "left": [one.as_data() for one in found], "parameters": parameters})
        return
    from .render import table

    heads = ("限额", "总额", "已用", "余额") if lang == "zh" else ("Bound", "Figure", "Drawn", "Left")
    shown = table(heads, numbers=range(1, 4))
    for one in found:
        cells = [one.figure, one.drawn, one.left]
        money = one.kind == "limit"
        shown.add_row(one.bound, *("?" if c is None else format_units(c) if money else str(c) for c in cells))
    console().print(shown)


def check_record(
    database: DatabaseOption,
    noted: Annotated[
        str | None,
        typer.Option(
            "--noted",
            metavar="SEQ:HASH",
            help="另处留存的一条的序号和哈希 Number and hash of an entry, kept elsewhere.",
        ),
    ] = None,
    lang: LangOption = "zh",
    as_json: JsonOption = False,
) -> None:
    """核对全部记录：哈希是否连续，余额是否与逐条重算相符。 Replay the record: the chain of hashes, and the balances."""
    with refusals(lang, as_json):
        found = _open(database).verify(_noted(noted))
    if as_json:
        print_json({"ok": found.ok, "entries": found.entries, "hash": found.hash,
                    "problems": [one.as_dict() for one in found.problems]})  # fmt: skip
    elif found.ok:
        typer.echo(f"{'无误' if lang == 'zh' else 'sound'}: {found.entries}:{found.hash}")
    else:
        tell(found.problems, lang)
    if not found.ok:
        raise typer.Exit(1)


def _noted(text: str | None) -> tuple[int, str] | None:
    if text is None:
        return None
    seq, _, digest = text.partition(":")
    if not (seq.isascii() and seq.isdigit() and len(digest) == 64):
        raise typer.BadParameter("as ledger verify prints it, 5:3fa9… 照 ledger verify 的输出写")
    return int(seq), digest


COMMANDS: dict[str, Callable[..., None]] = {
    "migrate": migrate, "figure": figure, "record": record, "decide": decide, "repay": repay, "grants": grants,
    "left": left, "verify": check_record,
}  # fmt: skip
