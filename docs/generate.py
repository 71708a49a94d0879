"""Fill in what is generated in the documentation, so that no number and no output in it is typed by hand.

    python docs/generate.py            write
    python docs/generate.py --check    say what is out of date; exit code 1 if anything is

Generated are `codes.md` and `cli.md` as a whole, what stands between `<!-- generated NAME -->` and `<!-- end -->`, and the
output in blocks that are marked as run:

    ```sh run          every line that begins with `$ ` is run; what follows it is its output
    ```python run      is run; a ```text block right behind it is its output
    ```yaml file=NAME  is written into the folder in which the blocks after it are run
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = (*sorted(ROOT.glob("README*.md")), *sorted((ROOT / "docs").glob("*.md")))
NOTE = "<!-- Made by docs/generate.py. -->\n"
_BLOCK = re.compile(r"^(?P<head>```(?P<info>[^\n`]*)\n)(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_PART = re.compile(r"(<!-- generated (?P<name>[\w:]+) -->\n).*?(<!-- end -->)", re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block: its info string in words, its text, and where the text is in the document."""

    info: tuple[str, ...]
    body: str
    start: int
    end: int
    line: int


def blocks(text: str) -> Iterator[Block]:
    for match in _BLOCK.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        yield Block(tuple(match["info"].split()), match["body"], match.start("body"), match.end("body"), line)


# Blocks that are run


class Failed(AssertionError):
    """A block of the documentation does not run."""


def run(arguments: list[str], folder: Path, fine: tuple[int, ...] = (0,)) -> str:
    """The output of a command that must succeed."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    keep = {name: os.environ[name] for name in ("HOME", "TMPDIR") if name in os.environ}
    done = subprocess.run(
        arguments,
        cwd=folder,
        env=keep | {"PATH": path, "LANG": "C.UTF-8", "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    if done.returncode not in fine:
        raise Failed(f"exit code {done.returncode}: {arguments[-1]}\n{done.stdout}")
    return done.stdout


def with_outputs(text: str, folder: Path) -> str:
    """The document with the output of every block that is run."""
    pieces: list[str] = []
    last = 0
    output: str | None = None
    for block in blocks(text):
        body = block.body
        if block.info[1:] == ("run",):
            if block.info[0] == "python":
                output = run([sys.executable, "-c", body], folder)
            else:
                body = _transcript(body, folder)
        elif block.info == ("text",) and output is not None:
            body, output = output, None
        elif len(block.info) == 2 and block.info[1].startswith("file="):
            target = folder / block.info[1].removeprefix("file=")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(body, "utf-8")
        pieces += [text[last : block.start], body]
        last = block.end
    return "".join([*pieces, text[last:]])


def _transcript(body: str, folder: Path) -> str:
    commands = [line for line in body.splitlines() if line.startswith("$ ")]
    return "".join(f"{command}\n{run(['bash', '-c', command[2:]], folder)}" for command in commands)


# Parts


@cache
def checked() -> list[dict[str, Any]]:
    """What `check` says of every policy of the library; also of one that does not pass."""
    policies: list[dict[str, Any]] = json.loads(run(["subsidy-rules", "check", "--json"], ROOT, fine=(0, 1)))[
        "policies"
    ]
    return policies


def policy_table(lang: str) -> str:
    from subsidy_rules.rules import load

    rules = load()
    policies = {policy.id: policy for policy in rules.program.policies}
    state = {"draft": ("草案", "draft"), "in_force": ("已公布", "adopted"), "repealed": ("已废止", "repealed")}
    names = ("rules", "bounds", "clauses", "figures", "assumptions", "readings", "cases")
    heads = {
        "zh": ["地区", "政策", "状态", "规则", "界限", "备注条款", "数字", "未明之处", "其他理解", "示例"],
        "en": ["Place", "Policy", "Status", "Rules", "Bounds", "Clauses", "Figures", "Silences", "Readings", "Cases"],
    }
    rows = []
    for one in checked():
        policy = policies[one["id"]]
        place = getattr(policy.jurisdiction.name, lang)
        title = f"[{getattr(policy.title, lang)}](policies/{policy.id}.yaml)"
        rows.append([place, title, state[policy.status][lang == "en"], *(str(one[name]) for name in names)])
    sums = [str(sum(one[name] for one in checked())) for name in names]
    rows.append(["合计" if lang == "zh" else "All", "", "", *sums])
    return _table(heads[lang], rows, numbers=range(3, 10))


def _table(head: list[str], rows: list[list[str]], numbers: range = range(0)) -> str:
    rule = ["---:" if at in numbers else "---" for at in range(len(head))]
    return "".join(f"| {' | '.join(row)} |\n" for row in [head, rule, *rows])


def command_table(lang: str) -> str:
    """The commands in the words of their own help, which says everything in Chinese first."""
    rows = []
    for name, function in commands().items():
        zh, _, en = " ".join((function.__doc__ or "").split()).partition("。 ")
        rows.append([f"`{name}`", _cell(f"{zh}。" if lang == "zh" else en)])
    return _table(["命令", "用途"] if lang == "zh" else ["Command", "What for"], rows)


def lint_table() -> str:
    from subsidy_rules.lint import LINTS
    from subsidy_rules.lint.codes import WORDS

    rows = []
    for code, one in LINTS.items():
        texts = (f"{one.zh}{one.mend_zh}", f"{one.en} {one.mend_en}")
        rows.append([code, " ".join(WORDS[one.severity]), *map(_cell, texts)])
    return _table(["Code", "Severity", "含义与改法", "Meaning, and how to mend it"], rows)


def question_table() -> str:
    from subsidy_rules.verify.questions import QUESTIONS
    from subsidy_rules.verify.versions import TITLES

    titles = {one.id: one.title for one in QUESTIONS} | TITLES
    return _table(["Question", "命题", "Statement"], [[f"`{name}`", one.zh, one.en] for name, one in titles.items()])


def invariant_table() -> str:
    """In the words of the functions themselves."""
    from subsidy_rules.testing import INVARIANTS

    return _table(
        ["Function", "What holds"], [[f"`assert_{n}`", _cell(one.__doc__ or "")] for n, one in INVARIANTS.items()]
    )


def scale_table(name: str) -> str:
    """From what `make bench-cluster` measured."""
    sys.path.append(str(ROOT / "benchmarks"))
    import cluster_report

    results = json.loads((ROOT / "benchmarks" / "cluster.json").read_text("utf-8"))
    return str(getattr(cluster_report, name)(results))


PARTS = {
    "scale:measured": lambda: scale_table("measured"),
    "scale:country": lambda: scale_table("country"),
    "invariants": invariant_table,
    "verify": question_table,
    "lints": lint_table,
    "policies:zh": lambda: policy_table("zh"),
    "policies:en": lambda: policy_table("en"),
    "commands:zh": lambda: command_table("zh"),
    "commands:en": lambda: command_table("en"),
}


def with_parts(text: str) -> str:
    return _PART.sub(lambda match: match[1] + PARTS[match["name"]]() + match[3], text)


# Whole files

FAMILIES = (
    ("SR1", "文件的读取", "Reading a file"),
    ("SR2", "表达式", "Expressions"),
    ("SR3", "政策、词汇表与示例", "Policies, vocabulary and worked cases"),
    ("SR4", "申请", "Applications"),
    ("SR5", "测算与回执", "Answers and receipts"),
    ("SR6", "起草审查", "Reviewing a draft"),
    ("SR7", "批量表格", "Tables of a population"),
    ("SR8", "账本", "Ledger"),
    ("SR9", "文件、估算与服务", "Files, estimates and the service"),
)


def codes() -> str:
    from subsidy_rules.cli.meanings import meanings

    text = NOTE + "\n# Codes 代码\n\n"
    text += "Every problem names file, line, column, field and one of these codes. `subsidy-rules explain-code SR101` says the\n"
    text += "same on the command line. 每个问题都指明文件、行、列、字段和下列代码之一。\n"
    for prefix, zh, en in FAMILIES:
        found = {code: meaning for code, meaning in meanings().items() if code.startswith(prefix)}
        text += f"\n## {prefix}xx {en} {zh}\n\n"
        text += _table(["Code", "含义与改法", "Meaning"], [[code, *map(_cell, both)] for code, both in found.items()])
    return text


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")


def _code(text: str) -> str:
    return f"`{text}`".replace("|", "\\|") if text else ""


def cli() -> str:
    """From the commands' own signatures."""
    from subsidy_rules.cli.app import ABOUT, EXIT_CODES

    text = NOTE + f"\n# Command line 命令行\n\n{ABOUT}\n\n{EXIT_CODES}\n\n"
    text += "`subsidy-rules --help` and `subsidy-rules COMMAND --help` say the same; `--version` tells the version.\n"
    text += "Shell completion 命令补全: `subsidy-rules --install-completion` (`--show-completion` prints it).\n"
    for name, function in commands().items():
        text += f"\n## {name}\n\n{_cell(function.__doc__ or '')}\n\n"
        rows = [[_code(", ".join(one.names)), _code(one.value), one.help] for one in arguments_of(function)]
        text += _table(["Argument", "Value", "含义 Meaning"], rows)
    return text


@dataclass(frozen=True)
class Argument:
    """An argument or option of a command: its names, what it takes, and what it is for."""

    names: tuple[str, ...]
    value: str
    help: str


def commands() -> dict[str, Callable[..., Any]]:
    """The commands by name, in the order of the help."""
    from subsidy_rules.cli.app import app

    found = {}
    for command in app.registered_commands:
        assert command.callback
        found[command.name or command.callback.__name__.replace("_", "-")] = command.callback
    for group in app.registered_groups:
        for command in group.typer_instance.registered_commands if group.typer_instance else ():
            assert command.callback
            found[f"{group.name} {command.name}"] = command.callback
    return found


def arguments_of(function: Callable[..., Any]) -> Iterator[Argument]:
    for name, hint in get_type_hints(function, include_extras=True).items():
        info = next((one for one in getattr(hint, "__metadata__", ()) if hasattr(one, "param_decls")), None)
        if info is None:
            continue
        option = type(info).__name__ == "OptionInfo"
        kind = get_args(hint)[0]
        if get_origin(kind) is Literal:
            value = " ".join(get_args(kind))
        else:
            value = info.metavar if info.metavar else "" if kind is bool else str(getattr(kind, "__name__", "N"))
        # In `Annotated` the first name stands where the default is elsewhere.
        first = (info.default,) if isinstance(info.default, str) and info.default.startswith("-") else ()
        names = (*first, *(info.param_decls or ())) or (f"--{name.replace('_', '-')}",)
        if not option:
            names, value = (info.metavar or name.upper(),), "" if info.metavar else value
        text = _cell(info.help or "") + (f" (`{info.envvar}`)" if info.envvar else "")
        yield Argument(names, "" if value == "UnionType" else value, text)


def openapi() -> str:
    from subsidy_rules.service import Settings, create

    return json.dumps(create(Settings()).openapi(), ensure_ascii=False, indent=1) + "\n"


FILES = {"docs/codes.md": codes, "docs/cli.md": cli, "docs/openapi.json": openapi}


# All together


def workspace(folder: Path) -> Path:
    """Where blocks are run: copies of the files that they name, so that nothing is left behind in the repository."""
    for name in ("examples", "policies"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


def filled(path: Path) -> str:
    """A document as it should be."""
    name = path.relative_to(ROOT).as_posix()
    if name in FILES:
        return FILES[name]()
    with tempfile.TemporaryDirectory() as folder:
        return with_parts(with_outputs(path.read_text("utf-8"), workspace(Path(folder))))


def main(arguments: list[str]) -> int:
    stale = []
    for path in sorted({*DOCUMENTS, *(ROOT / name for name in FILES)}):
        text = filled(path)
        if not path.is_file() or path.read_text("utf-8") != text:
            stale.append(path.relative_to(ROOT).as_posix())
            if arguments != ["--check"]:
                path.write_text(text, "utf-8")
    print(json.dumps({"stale" if arguments == ["--check"] else "written": stale}))
    return int(bool(stale) and arguments == ["--check"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
