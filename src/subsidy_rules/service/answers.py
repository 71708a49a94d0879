"""What the service answers: the same data as the command line gives with `--json`, and beside it the words for a
face, in one language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..explain import (
    Comparison,
    Names,
    Node,
    Sheet,
    article,
    compared,
    headline,
    interval,
    money,
    sentence,
    sheets,
    tree,
)
from ..explain.advice import asked, change, later, moved, option, reason, signed, stake
from ..model.advice import Advice, Questions
from ..model.assessment import Assessment
from ..rules import Rules
from .awards import AwardWords, award_words
from .requests import AssessRequest


@dataclass(frozen=True, slots=True)
class Words:
    """In the depths that were asked for: a line a policy, a table a policy, a tree a policy, the reasons of each award in the
    order of the assessment."""

    sentence: str | None = None
    table: tuple[Sheet, ...] | None = None
    tree: tuple[Node, ...] | None = None
    awards: tuple[AwardWords, ...] | None = None


@dataclass(frozen=True, slots=True)
class Assessed:
    assessment: Assessment
    words: Words

    @classmethod
    def of(cls, answer: Assessment, rules: Rules, request: AssessRequest) -> Assessed:
        if not request.explain:
            return cls(answer, Words())
        names, depths = Names(rules.program, request.lang), request.explain
        words = Words(
            sentence(answer, names.lang) if "sentence" in depths else None,
            sheets(answer, names) if "table" in depths else None,
            tree(answer, names) if "tree" in depths else None,
            award_words(answer, names) if "awards" in depths else None,
        )
        return cls(answer, words)


@dataclass(frozen=True, slots=True)
class LineWords:
    """One policy of a comparison: its title with its state, and amounts as the language writes them."""

    policy: str
    title: str
    assured: str
    ceiling: str


@dataclass(frozen=True, slots=True)
class Compared:
    comparison: Comparison
    words: tuple[LineWords, ...]

    @classmethod
    def of(cls, answer: Assessment, names: Names) -> Compared:
        lang, found = names.lang, compared(answer)
        heads = {state.id: headline(state, lang) for state in answer.policies}
        lines = [
            LineWords(one.policy, heads[one.policy], money(one.assured, lang), money(one.ceiling, lang))
            for one in found.policies
        ]
        return cls(found, tuple(lines))


@dataclass(frozen=True, slots=True)
class QuestionWords:
    """`thing`: the item, or the applicant; `at_stake`: how much hangs on the answer."""

    thing: str
    question: str
    at_stake: str


@dataclass(frozen=True, slots=True)
class AskedWords:
    """One entry for each question, in the same order. `history`: what hangs on whether all earlier awards are told."""

    total: str
    facts: tuple[QuestionWords, ...]
    judgements: tuple[QuestionWords, ...]
    history: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    questions: Questions
    words: AskedWords

    @classmethod
    def of(cls, found: Questions, names: Names) -> Asked:
        facts, judgements = (
            tuple(
                QuestionWords(
                    names.thing(one.item, one.item_kind), asked(one, names.lang), stake(one.at_stake, names.lang)
                )
                for one in several
            )
            for several in (found.facts, found.judgements)
        )
        history = None if found.history is None else stake(found.history, names.lang)
        return cls(found, AskedWords(interval(found.total, names.lang), facts, judgements, history))


@dataclass(frozen=True, slots=True)
class ChangeWords:
    """`change`: the fact before and after; `assured`, `ceiling`: what is gained; `awards`: which appear and
    disappear."""

    thing: str
    change: str
    assured: str
    ceiling: str
    awards: str


@dataclass(frozen=True, slots=True)
class OptionWords:
    option: str
    total: str


@dataclass(frozen=True, slots=True)
class ChoiceWords:
    bound: str
    article: str
    thing: str
    options: tuple[OptionWords, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class AdviceWords:
    """One entry for each change, choice and later award, in the same order."""

    total: str
    changes: tuple[ChangeWords, ...]
    choices: tuple[ChoiceWords, ...]
    later: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Advised:
    advice: Advice
    words: AdviceWords

    @classmethod
    def of(cls, found: Advice, names: Names) -> Advised:
        lang = names.lang
        changes = tuple(
            ChangeWords(
                names.thing(one.item, one.item_kind),
                change(one, names),
                signed(one.gain.assured, lang),
                signed(one.gain.ceiling or 0, lang),
                moved(one.awards, names),
            )
            for one in found.changes
        )
        choices = tuple(
            ChoiceWords(
                names.bound(one.bound),
                article(one.article, lang),
                names.thing(one.item, None),
                tuple(OptionWords(option(each.rule, names), interval(each.total, lang)) for each in one.options),
                reason(one, names),
            )
            for one in found.choices
        )
        texts = tuple(later(one, names) for one in found.later)
        return cls(found, AdviceWords(interval(found.total, lang), changes, choices, texts))


@dataclass(frozen=True, slots=True)
class Read:
    """An application file as data: text, lists and objects. Its facts are checked when it is assessed."""

    application: dict[str, Any]
