"""The whole answer as a tree of text: every amount with the steps that lowered it, every reason, every reading."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..model.assessment import Assessment, Award
from .names import Names
from .sentence import headline
from .table import condition, notices
from .why import assumptions, beats, contested, step, unknown, unmet
from .wording import article, colon, interval, label, listed, sentence_case, with_item


@dataclass(frozen=True, slots=True)
class Node:
    """A line of text and what stands below it. `status`: of an award, its code."""

    text: str
    children: tuple[Node, ...] = ()
    status: str = ""


def tree(answer: Assessment, names: Names) -> tuple[Node, ...]:
    """One tree a policy."""
    return tuple(_policy(answer, at, names) for at in range(len(answer.policies)))


def _policy(answer: Assessment, at: int, names: Names) -> Node:
    policy = answer.policies[at]
    mine = sorted((award for award in answer.awards if award.policy == policy.id), key=names.place)
    failed = tuple(_award(award, names) for award in mine if award.status == "ineligible")
    limits = [condition(one, names) for one in answer.subject_to if one.bound.split("/")[0] == policy.id]
    below = [Node(_who(answer, names)), *(Node(text) for text in notices(answer, at, names))]
    if limits:
        below.append(Node(names.say("word", "subject_to"), tuple(Node(text) for text in limits)))
    below += [_award(award, names) for award in mine if award.status != "ineligible"]
    if failed:
        below.append(Node(names.say("word", "ineligible"), failed))
    return Node(headline(policy, names.lang), tuple(below))


def _who(answer: Assessment, names: Names) -> str:
    parts = [answer.applicant, f"{names.say('word', 'budget_year')} {answer.year}"]
    if answer.date:
        parts.append(f"{names.say('word', 'day')} {answer.date}")
    return " · ".join(parts)


def _award(award: Award, names: Names) -> Node:
    where = with_item(f"{article(award.article, names.lang)} {label(award.title, names.lang)}", award.item, names.lang)
    text = colon(where, names.say("status", award.status), names.lang)
    if award.settled and award.status not in ("ineligible", "not_in_force"):
        text += ("，" if names.lang == "zh" else ", ") + interval(award.settled, names.lang)
    details = tuple(replace(node, text=sentence_case(node.text)) for node in _details(award, names))
    return Node(text, details, award.status)


def _details(award: Award, names: Names) -> Iterator[Node]:
    yield from (Node(text) for text in unmet(award, names))
    if award.status == "not_in_force":
        yield Node(names.say("word", "not_in_force"))
    elif award.status != "ineligible":
        yield from _amounts(award, names)
        yield from (Node(text) for text in contested(award, names))
        yield from (Node(beats(beaten, names)) for beaten in award.beaten_by)
        yield from (Node(text) for text in unknown(award, names))
        yield from _readings(award, names)
        if award.subject_to:
            bounds = listed(list(dict.fromkeys(names.bound(path) for path in award.subject_to)), names.lang)
            yield Node(colon(names.say("word", "subject_to"), bounds, names.lang))
    payee = f"{names.say('payee', award.payee)} · {names.say('form', award.form)}"
    yield Node(colon(names.say("word", "payee"), payee, names.lang))
    yield Node(colon(names.say("word", "department"), listed(award.department, names.lang), names.lang))


def _amounts(award: Award, names: Names) -> Iterator[Node]:
    if award.reason and not award.approved:
        yield Node(names.say("reason", award.reason))
    for word in ("approved", "below_assured"):
        if getattr(award, word):
            yield Node(names.say("word", word))
    for word, amounts in (("due", award.due), ("standalone", award.standalone), ("settled", award.settled)):
        if amounts is not None:
            below = tuple(_steps(award, names)) if word == "settled" else ()
            yield Node(colon(names.say("word", word), interval(amounts, names.lang), names.lang), below)


def _steps(award: Award, names: Names) -> Iterator[Node]:
    """What lowered the assured amount and the ceiling; once where both were lowered alike."""
    texts = {run: [step(one, names) for one in award.steps if one.run == run] for run in ("low", "high")}
    if texts["low"] == texts["high"]:
        yield from (Node(text) for text in texts["low"])
        return
    for run, lines in texts.items():
        if lines:
            yield from (Node(colon(names.say("run", run), text, names.lang)) for text in lines)


def _readings(award: Award, names: Names) -> Iterator[Node]:
    for says, others in assumptions(award, names):
        below = tuple(Node(colon(names.say("word", "other_reading"), other, names.lang)) for other in others)
        yield Node(colon(names.say("word", "assumption"), says, names.lang), below)


def lines(node: Node, before: str = "", below: str = "") -> Iterator[str]:
    """The tree as lines of text."""
    yield before + node.text
    for at, child in enumerate(node.children):
        last = at == len(node.children) - 1
        yield from lines(child, below + ("└─ " if last else "├─ "), below + ("   " if last else "│  "))


def nested(node: Node) -> dict[str, object]:
    """The tree as mappings and lists."""
    below = [nested(child) for child in node.children]
    return (
        {"text": node.text} | ({"status": node.status} if node.status else {}) | ({"children": below} if below else {})
    )
