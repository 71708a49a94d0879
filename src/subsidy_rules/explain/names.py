"""What things are called: facts by their vocabulary, rules and bounds by their titles, conditions in words."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..model.assessment import Award, Unmet
from ..model.policy import Bound, Rule
from ..model.program import Program
from ..model.vocabulary import Fact
from .labels import Lang, say
from .wording import bracket, figures, label, with_item

_TOKEN = re.compile(r"'[^']*'|not in\b|[^\W\d]\w*|\d[\w.%-]*|[<>=!]=|\S")
_SYMBOLS = {"(": ("（", "("), ")": ("）", ")"), ",": ("、", ", "), "[": ("", ""), "]": ("", "")}
_PLAIN = {"months": ("个月", " months"), "count": ("", "")}


class Names:
    """The labels of one program in one language. A name that has no label is shown as it is."""

    def __init__(self, program: Program, lang: Lang) -> None:
        self.lang: Lang = lang
        self._facts: dict[tuple[str, str], Fact] = {}
        self._kinds = {kind: label(entry.label, lang) for kind, entry in program.vocabulary.items.items()}
        self._add("", program.vocabulary.applicant)
        for kind, entry in program.vocabulary.items.items():
            self._add(kind, entry.facts)
        self._rules: dict[str, Rule] = {}
        self._bounds: dict[str, Bound | Rule] = {}
        for policy in program.policies:
            self._add("", policy.facts.applicant)
            for kind, facts in policy.facts.items.items():
                self._add(kind, facts)
            self._rules |= {f"{policy.id}/{rule.id}": rule for rule in policy.rules}
            self._bounds |= {f"{policy.id}/{bound.id}": bound for bound in policy.bounds}
        self._bounds = {**self._rules, **self._bounds}
        self._order = {path: at for at, path in enumerate(self._rules)}

    def _add(self, kind: str, facts: dict[str, Fact]) -> None:
        self._facts |= {(kind, name): fact for name, fact in facts.items()}

    def say(self, table: str, code: str) -> str:
        """See `labels.say`."""
        return say(table, code, self.lang)

    def kind(self, policy: str, rule: str) -> str:
        """The kind of item that a rule is for; empty for the applicant."""
        found = self._rules.get(f"{policy}/{rule}")
        return (found.item or "") if found else ""

    def place(self, award: Award) -> tuple[int, str]:
        """Where an award stands in its document."""
        return self._order.get(f"{award.policy}/{award.rule}", len(self._order)), award.item or ""

    def _fact(self, name: str, kind: str) -> Fact | None:
        return self._facts.get((kind, name)) or self._facts.get(("", name))

    def is_item_fact(self, name: str, kind: str) -> bool:
        return (kind, name) in self._facts and bool(kind)

    def fact(self, name: str, kind: str = "") -> str:
        """The label of a fact of the applicant, or of a kind of item."""
        found = self._fact(name, kind)
        return label(found.label, self.lang) if found else name

    def facts(self, names: Iterable[str], award: Award) -> list[str]:
        """The labels of facts that an award reads, in their order."""
        kind = self.kind(award.policy, award.rule)
        return [self.fact(name, kind) for name in names]

    def item(self, award: Award) -> str:
        """`proj-1（项目）`; the applicant where there is no item."""
        return self.thing(award.item, self.kind(award.policy, award.rule))

    def thing(self, item: str | None, kind: str | None) -> str:
        """An item by its id and kind; None: the applicant."""
        if item is None:
            return self.say("word", "applicant")
        return item + bracket(self._kinds[kind], self.lang) if kind in self._kinds else item

    def kinds(self) -> dict[str, str]:
        """The labels of all kinds of items, in the order of the vocabulary."""
        return dict(self._kinds)

    def value(self, name: str, kind: str, text: str) -> str:
        """A stated value: an option by its label, a condition as yes or no, an amount as the language writes it."""
        fact = self._fact(name, kind)
        if fact and text in fact.options:
            return label(fact.options[text], self.lang)
        if fact and fact.kind in ("bool", "judgement"):
            return self.say("word", "yes" if text == "true" else "no")
        unit = _PLAIN.get(fact.kind if fact else "", ("", ""))[self.lang == "en"]
        return figures(text, self.lang) + unit

    def rule(self, policy: str, rule: str, item: str | None = None) -> str:
        """The title of a rule, with the item where one is given."""
        found = self._rules.get(f"{policy}/{rule}")
        title = label(found.title, self.lang) if found else f"{policy}/{rule}"
        return with_item(title, item, self.lang)

    def bound(self, path: str) -> str:
        """The title of a bound; one that is written on a rule has the rule's."""
        while path and path not in self._bounds:
            path = path.rpartition("-")[0]
        return label(self._bounds[path].title, self.lang) if path else ""

    def unmet(self, unmet: Unmet, kind: str) -> str:
        """Why a condition fails: for a threshold the value, what is asked and what is lacking."""
        if not unmet.fact:
            return self.condition(unmet.condition, kind)
        found = self._fact(unmet.fact, kind)
        unit = _PLAIN.get(found.kind if found else "", ("", ""))[self.lang == "en"]
        value, asked, lacking = (
            figures(text, self.lang) + unit for text in (unmet.value, unmet.threshold, unmet.lacking)
        )
        sign = ">" if f"{unmet.fact} > " in unmet.condition else "≥"
        short = "" if unmet.value == unmet.threshold else f"{self.say('word', 'lacking')} {lacking}"
        parts = [
            f"{self.fact(unmet.fact, kind)} {value}",
            f"{'须' if self.lang == 'zh' else 'asked'} {sign} {asked}",
            short,
        ]
        return ("，" if self.lang == "zh" else ", ").join(part for part in parts if part)

    def condition(self, text: str, kind: str) -> str:
        """A condition in words: `standard_level == 'national'` → `标准级别为国家标准`."""
        zh = self.lang == "zh"
        fact: Fact | None = None
        words: list[str] = []
        for token in _TOKEN.findall(text):
            found = self._fact(token, kind)
            if token.startswith("'"):
                option = fact.options.get(token[1:-1]) if fact else None
                words.append(label(option, self.lang) if option else token[1:-1])
            elif token in _SYMBOLS:
                words.append(_SYMBOLS[token][not zh])
            elif found:
                fact = found
                words.append(label(found.label, self.lang))
            else:
                words.append(self._operator(token))
        joined = "".join(words)
        return re.sub(r" {2,}", " ", joined).strip()

    def _operator(self, token: str) -> str:
        if token[0].isdigit():
            return figures(token, self.lang)
        word = self.say("operator", token)
        return word if self.lang == "zh" and word[0] > "\u3000" else f" {word} "
