"""Questions and advice in words, each line apart: what is at stake, what would change, what may be chosen."""

from __future__ import annotations

from ..model.advice import Change, Choice, Later, Moved, Question
from .labels import Lang
from .names import Names
from .wording import article, clauses, colon, label, listed, money


def stake(fen: int | None, lang: Lang) -> str:
    """What hangs on an answer; without a limit where nothing bounds it."""
    if fen is None:
        return "不设上限" if lang == "zh" else "no limit"
    return money(fen, lang)


def asked(question: Question, lang: Lang) -> str:
    return label(question.question, lang)


def change(one: Change, names: Names) -> str:
    """`设备投资 900万元 → 1000万元，还差 100万元`."""
    kind = one.item_kind or ""
    before, after = (names.value(one.fact, kind, text) for text in (one.before, one.after))
    text = f"{names.fact(one.fact, kind)} {before} → {after}"
    if not one.difference:
        return text
    zh = names.lang == "zh"
    if one.kind == "date":
        days = f"{one.difference} 天" if zh else f"{one.difference} days"
        words = ("推后", "提前") if zh else ("later by", "earlier by")
    else:
        days = names.value(one.fact, kind, one.difference)
        words = ("还差", "多出") if zh else ("short by", "over by")
    return f"{text}{'，' if zh else ', '}{words[one.direction == 'down']} {days}"


def signed(fen: int, lang: Lang) -> str:
    """A gain or a loss; a dash for nothing."""
    return "—" if not fen else f"{'−' if fen < 0 else ''}{money(abs(fen), lang)}"


def moved(awards: tuple[Moved, ...], names: Names) -> str:
    """Awards that appear and disappear, by title; the same title once."""
    words = {
        "appears": ("新增", "new"),
        "disappears": ("不再有", "gone"),
        "changes": ("变动", "changed"),
    }
    parts = []
    for how, word in words.items():
        titles = dict.fromkeys(names.rule(one.policy, one.rule) for one in awards if one.how == how)
        if titles:
            parts.append(f"{word[names.lang == 'en']} {listed(list(titles), names.lang)}")
    return clauses(parts, names.lang)


def option(path: str, names: Names) -> str:
    """The award that may be chosen, by its rule."""
    if path == "rival":
        return "其他政策的支持" if names.lang == "zh" else "support of another policy"
    policy, rule = path.split("/")
    return names.rule(policy, rule)


def reason(one: Choice, names: Names) -> str:
    """Why there is a choice, and what the application says."""
    zh = names.lang == "zh"
    if one.kind == "highest":
        return "同一对象择一，测算已按第一项" if zh else "one of these for one item; the answer counts the first"
    if one.named is None:
        return "申请未写选择" if zh else "the application names none"
    return f"申请所选：{option(one.named, names)}" if zh else f"the application names: {option(one.named, names)}"


def later(one: Later, names: Names) -> str:
    """What a limit of this year takes, and until when the policy goes on."""
    zh = names.lang == "zh"
    where = f"{names.bound(one.bound)} {article(one.article, names.lang)}"
    day = f"，政策施行至 {one.last_day}" if zh else f", in force to {one.last_day}"
    cut = f"{where} 减 {money(one.cut, names.lang)}" if zh else f"{where} cuts {money(one.cut, names.lang)}"
    return colon(names.rule(one.policy, one.rule, one.item), f"{cut}{day if one.last_day else ''}", names.lang)
