"""`serve`: the library over HTTP, with the calculator (extra `service`), and `new-key` for its callers."""

from __future__ import annotations

import ipaddress
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Literal

import typer

from .inputs import chosen, needing
from .meanings import meanings
from .options import LangOption, PolicyOption
from .output import refusals


def serve(
    host: Annotated[
        str,
        typer.Option(
            "--host", metavar="ADDRESS", help="监听地址；默认只限本机 Where to listen; by default this machine alone."
        ),
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", metavar="N", min=0, max=65535, help="端口 The port.")] = 8000,
    policy: PolicyOption = None,
    ledger: Annotated[
        str | None,
        typer.Option(
            "--ledger",
            metavar="URL",
            envvar="SUBSIDY_RULES_LEDGER",
            help="账本的数据库；须同时有 --keys The ledger's database; needs --keys.",
        ),
    ] = None,
    keys: Annotated[
        Path | None,
        typer.Option(
            "--keys",
            metavar="FILE",
            envvar="SUBSIDY_RULES_KEYS",
            help="密钥文件，由 new-key 逐行生成 Who may call what: lines of new-key.",
        ),
    ] = None,
    audit: Annotated[
        Path | None,
        typer.Option(
            "--audit", metavar="FILE", help="审计日志，默认标准错误输出 The audit log; by default standard error."
        ),
    ] = None,
    name: Annotated[
        list[str] | None,
        typer.Option(
            "--name", metavar="HOST", help="对外的主机名，可重复 A host name under which it is called; repeatable."
        ),
    ] = None,
    workers: Annotated[
        int, typer.Option("--workers", metavar="N", min=1, max=64, help="测算进程数 Processes that evaluate.")
    ] = 2,
    seconds: Annotated[
        int,
        typer.Option(
            "--seconds", metavar="N", min=1, max=600, help="一次测算的时限（秒） Time limit of an evaluation."
        ),
    ] = 10,
    lang: LangOption = "zh",
) -> None:
    """启动服务和网页计算器。 Start the service and the web calculator."""
    if ledger and not keys:
        raise typer.BadParameter("--ledger needs --keys 账本须有密钥: subsidy-rules new-key office decide >> keys")
    with needing("service"):
        from ..service import Settings
        from ..service import serve as run
    settings = Settings(
        policies=tuple(chosen(policy)),
        ledger=ledger,
        keys=keys,
        audit=audit,
        host=host,
        port=port,
        hosts=tuple({*Settings.hosts, *_own(host), *(name or ())}),
        workers=workers,
        seconds=seconds,
        meanings=meanings(),
    )
    with refusals(lang, False):
        run(settings)


def _own(host: str) -> list[str]:
    """The address itself, as a browser names it; none for `all addresses`."""
    with suppress(ValueError):
        address = ipaddress.ip_address(host)
        return [] if address.is_unspecified else [f"[{host}]" if address.version == 6 else host]
    return [host]


def new_key(
    name: Annotated[str, typer.Argument(metavar="NAME", help="谁的密钥 Whose key.")],
    role: Annotated[Literal["read", "decide", "admin"], typer.Argument(help="权限 What it may do.")],
) -> None:
    """生成密钥：密钥在标准错误输出，供 --keys 的一行在标准输出。 A new key on stderr, its line for --keys on stdout."""
    from ..service.keys import new_key as make

    try:
        key, line = make(name, role)
    except ValueError as error:
        raise typer.BadParameter(f"小写字母、数字和 . _ - {error}") from None
    typer.echo(key, err=True)
    typer.echo(line)
