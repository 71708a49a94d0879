"""`new`: the skeleton of a policy file, one rule an article, that loads as it stands."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated, Literal

import typer

from .inputs import write_file

MAX_ARTICLES = 500
HEAD = """# {title}
# 由 subsidy-rules new 生成；写有 TODO 的都要按文件原文改。 Made by subsidy-rules new; everything marked TODO is to be filled in.
# 随时核对 check at any time:  subsidy-rules check {file}

id: {id}
title: {{zh: {title}, en: {title_en}}}
status: draft  # draft | in_force | repealed
jurisdiction: {{name: {{zh: TODO 地区, en: TODO place}}, level: {level}, code: "{code}"}}  # code: GB/T 2260
effective: {{published: unknown, starts: not_stated}}  # TODO  starts: 2026-01-01 | +30 days;  ends: 2028-12-31 | lasts: 3 years

# 每条先作“未写金额”载入；写出条件和支付方式后，用下面的样子替换 unquantified 一行。
# Every rule loads as one whose amount is not stated; with its conditions and its way to pay, replace the line `unquantified`:
#     figures: [30%, 100万元]
#     item: project
#     when: [actual_investment >= 500万元, review_passed]
#     bound: ceiling            # exact | ceiling | range
#     pays: {{rate: 30%, of: actual_investment}}
#     cap: {{limit: 100万元, per: [applicant, year]}}
rules:
"""
RULE = """  - id: article-{number}
    article: {article}
    title: {{zh: {zh}, en: {en}}}
    department: [TODO]
    unquantified: amount_not_stated
"""


def _listed(text: str) -> list[str]:
    """`12` (1 … 12), `3-8`, or a list: `（一）,（二）,附则`."""
    match = re.fullmatch(r"(\d{1,3})(?:-(\d{1,3}))?", text.strip(), re.ASCII)
    if match:
        first, last = (int(match[1]), int(match[2])) if match[2] else (1, int(match[1]))
        found = [str(number) for number in range(first, last + 1)]
    else:
        found = [part.strip() for part in re.split(r"[,，、]", text)]
    if not found or not all(part and part.isprintable() for part in found) or len(found) > MAX_ARTICLES:
        raise typer.BadParameter(
            f"articles like 12, 3-8 or （一）,（二）, at most {MAX_ARTICLES} 条款写作 12、3-8 或（一）,（二）"
        )
    return found


def new(
    policy: Annotated[str, typer.Argument(metavar="ID", help="政策的 id，如 my-city The id of the policy.")],
    title: Annotated[str, typer.Option("--title", help="标题 The title.")],
    articles: Annotated[
        str,
        typer.Option(
            "--articles", metavar="N|LIST", help="条数，或条号：12、3-8、（一）,（二） How many, or their numbers."
        ),
    ],
    title_en: Annotated[str | None, typer.Option("--title-en", help="英文标题 The title in English.")] = None,
    level: Annotated[
        Literal["nation", "province", "city", "county", "district", "town"],
        typer.Option("--level", help="层级 The level of government."),
    ] = "city",
    code: Annotated[str, typer.Option("--code", help="行政区划代码 The code of the division (GB/T 2260).")] = "00",
    output: Annotated[
        str | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="默认 ID.yaml；- 为标准输出 ID.yaml by default; - is stdout."
        ),
    ] = None,
) -> None:
    """按条款列表新建一份政策文件。 A new policy file from a list of articles; it passes `check` and is filled in rule by rule."""
    if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", policy) or len(policy) > 64:
        raise typer.BadParameter(f"an id like my-city, in small letters 小写字母和连字符: {policy}")
    if not re.fullmatch(r"[0-9]{2}(?:[0-9]{2}){0,2}", code, re.ASCII):
        raise typer.BadParameter(f"a code of 2, 4 or 6 digits 代码为 2、4 或 6 位数字: {code}")
    for text in (title, title_en or title):
        if not text.strip() or not text.isprintable() or len(text) > 200:
            raise typer.BadParameter("a title in one line 标题写成一行")
    file = output or f"{policy}.yaml"
    head = HEAD.format(
        id=policy, file=file, title=_quoted(title), title_en=_quoted(title_en or title), level=level, code=code
    )
    text = head + "".join(_rule(at, article) for at, article in enumerate(_listed(articles), 1))
    if file == "-":
        typer.echo(text, nl=False)
        return
    if Path(file).suffix not in (".yaml", ".yml"):
        raise typer.BadParameter(f"a file that ends in .yaml 文件名以 .yaml 结尾: {file}")
    if Path(file).exists():
        raise typer.BadParameter(f"{file} is there already 已存在，不覆盖")
    write_file(Path(file), text.encode())
    typer.echo(f"{file}\nsubsidy-rules check {file}")


def _rule(number: int, article: str) -> str:
    zh = f"第{article}条" if article.isdigit() else article
    return RULE.format(
        number=number, article=_quoted(article), zh=_quoted(f"TODO {zh}"), en=_quoted(f"TODO article {article}")
    )


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
