"""The commands, one module each. What is heavy is imported inside them, so that `--help` is quick."""

from __future__ import annotations

from typing import Annotated

import typer

from ..version import VERSION
from .advise import advise
from .assess import assess
from .batch import batch
from .cases import cases
from .check import check
from .codes import explain_code
from .compare import compare
from .diff import diff
from .ledger import COMMANDS as LEDGER
from .ledger import ledger
from .lint import lint
from .new import new
from .project import project
from .questions import questions
from .replay import replay
from .schema import schema
from .serve import new_key, serve
from .simulate import simulate
from .template import template
from .verify import verify

EXIT_CODES = (
    "退出码 Exit codes: 0 正常 fine; 1 输入有问题，或核对不通过 problems in the input, or a failed check; "
    "2 用法不对 wrong usage."
)
ABOUT = "产业扶持政策测算：谁能得多少，为什么。 Subsidy policies: who gets what, exactly and with reasons."

app = typer.Typer(
    name="subsidy-rules",
    help=ABOUT,
    epilog=EXIT_CODES,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (
    assess,
    batch,
    template,
    compare,
    questions,
    advise,
    project,
    replay,
    check,
    lint,
    verify,
    simulate,
    diff,
    cases,
    new,
    schema,
    serve,
    new_key,
    explain_code,
):
    app.command(command.__name__.replace("_", "-"), epilog=EXIT_CODES)(command)
for name, part in LEDGER.items():
    ledger.command(name, epilog=EXIT_CODES)(part)
app.add_typer(ledger, name="ledger", epilog=EXIT_CODES)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"subsidy-rules {VERSION}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="版本 The version.")
    ] = False,
) -> None:
    pass
