"""Write docs/findings.md and findings.zh.md: what `verify` and `lint` find in the policies of the library; and
policies/findings.json: what `verify` finds, as data for a face that can't take the time to ask.

python docs/findings.py            write, with the pictures
python docs/findings.py --check    say what is out of date; exit code 1 if anything is
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from subsidy_rules.cli.verify import VERDICTS, example
from subsidy_rules.explain import Lang, article, label
from subsidy_rules.explain.wording import figures
from subsidy_rules.lint import LINTS, LintFinding, lint
from subsidy_rules.reading import read, read_yaml
from subsidy_rules.rules import Rules, folder, load, policies
from subsidy_rules.verify.finding import Finding
from subsidy_rules.verify.questions import QUESTIONS, verify

DOCS = Path(__file__).resolve().parent
PAGES: dict[str, Lang] = {"findings.md": "en", "findings.zh.md": "zh"}
CLIFFS, LEAPS, SPLITS = "more-never-pays-less", "one-fen-decides-little", "splitting-never-pays-more"


@dataclass(frozen=True)
class Found:
    """One policy and all that was found about it."""

    rules: Rules
    findings: tuple[Finding, ...]
    lints: tuple[LintFinding, ...]

    @property
    def id(self) -> str:
        return self.rules.program.policies[0].id


@cache
def everything() -> tuple[Found, ...]:
    found = []
    for name in policies():
        rules = load(name)
        found.append(Found(rules, tuple(verify(rules)), lint(rules.documents, rules.program)))
    return tuple(found)


def findings(question: str) -> Iterable[tuple[Found, Finding]]:
    return ((found, one) for found in everything() for one in found.findings if one.question == question)


# The page


def page(lang: Lang) -> str:
    """A page as it should be."""
    en = lang == "en"
    parts = [
        "<!-- Made by docs/findings.py. -->\n",
        "# What is found in the policies\n" if en else "# 对各项政策的发现\n",
        _HEAD[lang],
        "## What was asked\n" if en else "## 问了什么\n",
        _counts(lang),
        "## Cliffs\n" if en else "## 断崖：投入更多反而少得\n",
        _CLIFFS[lang].format(sum(one.notable for _, one in findings(CLIFFS))),
        _table(lang, [row for row in findings(CLIFFS) if row[1].verdict == "refuted"], pictures=True),
        "## What one fen decides\n" if en else "## 差一分，差多少\n",
        _LEAPS[lang],
        _table(lang, [row for row in findings(LEAPS) if row[1].verdict == "refuted"], pictures=True),
        "## Splits that pay\n" if en else "## 拆分有利\n",
        _SPLITS[lang],
        _table(lang, [row for row in findings(SPLITS) if row[1].verdict == "refuted"], witness=True),
        "## What never acts\n" if en else "## 不起作用的规定\n",
        _IDLE[lang],
        _table(lang, [row for row in _others() if row[1].verdict != "undecided"]),
        "## Not decided\n" if en else "## 未能判定\n",
        _table(lang, [row for q in QUESTIONS for row in findings(q.id) if row[1].verdict == "undecided"]),
        "## Lint\n" if en else "## 起草审查\n",
        _LINT[lang],
        _lints(lang),
    ]
    return "\n".join(part for part in parts if part)


_HEAD: dict[Lang, str] = {
    "en": (
        "What [`verify`](verify.md) and [`lint`](lint.md) say of the policies as they are encoded in [`policies/`](../policies). A\n"
        "statement *holds* if it is proved for all applications; where it does not, there is an example that the engine confirms.\n"
        "Nothing of this says that a text is wrong: it says what follows from it, and from what was assumed where it is silent.\n"
        "[中文](findings.zh.md)\n"
    ),
    "zh": (
        "[`verify`](verify.md) 和 [`lint`](lint.md) 对本库所编码政策（[`policies/`](../policies)）的结论。\n"
        "成立，指对所有申请均已证明；不成立的，附有经测算引擎核实的例子。这里不评价文本对错，只说按文本（以及文本未写明处所作的理解）会得出什么。\n"
        "[English](findings.md)\n"
    ),
}
_CLIFFS: dict[Lang, str] = {
    "en": (
        "Cliffs that a drafter should look at: {}. The rest is meant: the quantity can only lower the award, like a rank, or what\n"
        "was reached in earlier years.\n"
    ),
    "zh": "需要起草者留意的断崖：{} 处。其余是有意为之：该事实本就只会使所得减少，例如名次、以往年度已达到的数额。\n",
}
_LEAPS: dict[Lang, str] = {
    "en": "Thresholds at which a fen more brings more than a yuan: here an estimate of the last fen is worth checking.\n",
    "zh": "多一分钱，所得多出一元以上的门槛：申报数额正好在门槛附近的，值得核对。\n",
}
_SPLITS: dict[Lang, str] = {
    "en": (
        "The same sum in two projects, contracts or products instead of one, everything else the same. Mostly the limit is one\n"
        "for the project and the text does not say what a project is; or the award is a fixed sum. Whether a thing can be divided\n"
        "at all is not asked: a unit price can't.\n"
    ),
    "zh": (
        "同一笔钱分在两个项目、合同或产品上，其余不变。多因上限按单个项目计，而文本没有写怎样算一个项目；或奖励是定额的。\n"
        "这里不问该事项能否拆分：单价就不能拆。\n"
    ),
}
_IDLE: dict[Lang, str] = {
    "en": "Rules, rows, conditions and bounds that change no answer. Some are there to be read and do no harm.\n",
    "zh": "不影响任何测算结果的规则、分档、条件和界限。有些只是为了让读者看到，并无害处。\n",
}
_LINT: dict[Lang, str] = {
    "en": "Without the texts of the documents; what the codes mean and how to mend them is in [lint.md](lint.md).\n",
    "zh": "未附政策原文；各代码的含义与改法见 [lint.md](lint.md)。\n",
}


def _others() -> Iterable[tuple[Found, Finding]]:
    """What a drafter should look at, of all other questions."""
    told = {CLIFFS, LEAPS, SPLITS}
    return (row for q in QUESTIONS if q.id not in told for row in findings(q.id) if row[1].notable)


def _counts(lang: Lang) -> str:
    head = ["Statement" if lang == "en" else "命题", "", *(found.id for found in everything())]
    rows = []
    for question in QUESTIONS:
        cells = []
        for found in everything():
            counts = Counter(one.verdict for one in found.findings if one.question == question.id)
            cells.append(" / ".join(str(counts[verdict]) for verdict in VERDICTS) if counts else "")
        if any(cells):
            rows.append([f"`{question.id}`", label(question.title, lang), *cells])
    legend = "Holds / does not hold / not decided:\n" if lang == "en" else "成立 / 不成立 / 未判定：\n"
    return f"{legend}\n{_grid(head, rows)}"


def _table(lang: Lang, rows: list[tuple[Found, Finding]], pictures: bool = False, witness: bool = True) -> str:
    if not rows:
        return "Nothing.\n" if lang == "en" else "没有。\n"
    head = ["Clause", "Rule or bound", "What", "Example"] if lang == "en" else ["条款", "规则或界限", "结论", "例"]
    lines = []
    for found, one in rows:
        what = figures(label(one.says, lang), lang) + (f" ({one.note})" if one.note else "")
        if pictures:
            what += f" [{'picture' if lang == 'en' else '图'}]({_picture(one)}.png)"
        given = f"`{example(one.witness)}`" if one.witness and witness else ""
        lines.append([_clause(found, one.article, lang), _named(found, one.subject, lang), what, given])
    return _grid(head, lines)


def _clause(found: Found, number: str, lang: Lang) -> str:
    place = label(found.rules.program.policies[0].jurisdiction.name, lang)
    return f"{place} {article(number, lang)}" if number else place


def _named(found: Found, subject: str, lang: Lang) -> str:
    """A rule or bound with its title, where it has one of its own."""
    policy = found.rules.program.policies[0]
    name = subject.partition("/")[2]
    titles = {entry.id: entry.title for entry in (*policy.rules, *policy.bounds)}
    title = titles.get(name.partition("#")[0])
    return f"`{name}` {label(title, lang)}" if title else f"`{name or subject}`"


def _picture(one: Finding) -> str:
    return f"pictures/{one.subject.replace('/', '-')}-{dict(one.figures)['fact']}"


def _lints(lang: Lang) -> str:
    lines = []
    counts = Counter(one.code for found in everything() for one in found.lints)
    for code in sorted(counts):
        meaning = LINTS[code]
        places = []
        for found in everything():
            names = sorted({one.entry or found.id for one in found.lints if one.code == code})
            if names:
                shown = ", ".join(f"`{name}`" for name in names) if meaning.severity != "note" else str(len(names))
                places.append(f"{found.id}: {shown}")
        lines.append([code, meaning.severity, meaning.en if lang == "en" else meaning.zh, "; ".join(places)])
    return _grid(["Code", "Severity", "What", "Where"] if lang == "en" else ["代码", "级别", "发现", "位置"], lines)


def _grid(head: list[str], rows: list[list[str]]) -> str:
    cells = [
        [cell.replace("|", "\\|").replace("<", "&lt;") for cell in row] for row in [head, ["---"] * len(head), *rows]
    ]
    return "".join(f"| {' | '.join(row)} |\n" for row in cells)


# As data


def stored() -> str:
    """policies/findings.json as it should be: of each policy the fingerprint of the file that was asked about, and every
    finding on a line of its own."""
    titles = {question.id: question.title.model_dump() for question in QUESTIONS}
    policies_ = []
    for found in everything():
        lines = ",\n".join(f"    {json.dumps(_data(one, titles), ensure_ascii=False)}" for one in found.findings)
        digest = dict(found.rules.program.digests)[found.id]
        policies_.append(f'"{found.id}": {{"sha256": "{digest}", "findings": [\n{lines}\n  ]}}')
    return "{\n  " + ",\n  ".join(policies_) + "\n}\n"


def _data(one: Finding, titles: dict[str, dict[str, str]]) -> dict[str, object]:
    says, scope = one.says.model_dump(), one.scope.model_dump() if one.scope else None
    plain = {name: getattr(one, name) for name in ("question", "subject", "article", "verdict", "notable")}
    return plain | {
        "title": titles[one.question],
        "says": says,
        "scope": scope,
        "note": one.note,
        "witness": one.witness,
    }


# Writing


STORED = folder() / "findings.json"


def draw_pictures() -> None:
    from subsidy_rules.verify.pictures import pictures
    from subsidy_rules.verify.plot import draw

    rows = [row for question in (CLIFFS, LEAPS) for row in findings(question) if row[1].verdict == "refuted"]
    wanted = {_picture(one).removeprefix("pictures/") for _, one in rows}
    for rules in (*(found.rules for found in everything()), draft()):
        for picture in pictures(rules):
            if picture.name in wanted or rules.program.policies[0].id not in policies():
                svg, _ = draw(picture.curve, picture.caption, DOCS / "pictures" / picture.name)
                svg.unlink()  # the pages show the other one, which is smaller


def draft() -> Rules:
    """The policy that verify.md is about."""
    text = (DOCS / "verify.md").read_text("utf-8")
    body = text.partition("```yaml file=drafts/yunxi.yaml\n")[2].partition("```")[0]
    return Rules.of([read_yaml(body.encode(), "yunxi.yaml")], read(folder() / "facts.yaml"))


def main(arguments: list[str]) -> int:
    stale = []
    for path, text in [*((DOCS / name, page(lang)) for name, lang in PAGES.items()), (STORED, stored())]:
        if not path.is_file() or path.read_text("utf-8") != text:
            stale.append(path.name)
            if arguments != ["--check"]:
                path.write_text(text, "utf-8")
    if arguments != ["--check"]:
        draw_pictures()
    print(json.dumps({"stale" if arguments == ["--check"] else "written": stale}))
    return int(bool(stale) and arguments == ["--check"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
