"""Two versions of a policy: do they pay the same, and if not, who loses and who gains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from ..errors import ProblemsError
from ..model.assessment import Assessment
from ..model.case import Case
from ..model.program import CASH
from ..model.vocabulary import Label
from ..money import format_units
from ..rules import Rules
from .contrast import Contrast, connected
from .differences import Difference, differences
from .finding import TIMEOUT, Finding, Question, Verdict
from .search import UNDECIDED
from .witness import Application, certain, short, shown

Amounts = tuple[int, int, int]  # assured, ceiling, number of awards without a figure


TITLES = {
    "pays-the-same": Label(zh="与旧版所付相同", en="It pays the same as before"),
    "nobody-loses": Label(zh="没有人比旧版少得", en="Nobody is worse off than before"),
    "nobody-gains": Label(zh="没有人比旧版多得", en="Nobody is better off than before"),
}


def against(old: Rules) -> tuple[Question, ...]:
    """The questions to a policy that are about an earlier version of it."""
    asks = (partial(_same, old), partial(_asked, old, -1), partial(_asked, old, 1))
    return tuple(Question(name, title, ask) for (name, title), ask in zip(TITLES.items(), asks, strict=True))


def _same(old: Rules, rules: Rules, seconds: float) -> Iterator[Finding]:
    """About the policy as a whole; refuted by the shortest of all examples."""
    versions = _Versions(old, rules, seconds)
    found = [one for way in (-1, 1) for one in versions.findings(way)]
    refuted = sorted((one for one in found if one.verdict == "refuted"), key=lambda one: _size(one.witness or {}))
    if refuted:
        yield versions.finding("pays-the-same", "", "refuted", refuted[0].says, refuted[0].witness, refuted[0].figures)
    elif versions.undecided or any(one.verdict == "undecided" for one in found):
        yield versions.finding("pays-the-same", "", "undecided", UNDECIDED, note=versions.undecided or found[0].note)
    else:
        says = Label(zh="与旧版所付完全相同。", en="It pays the same as the earlier version, whatever the application.")
        yield versions.finding("pays-the-same", "", "proved", says)


def _asked(old: Rules, way: int, rules: Rules, seconds: float) -> Iterator[Finding]:
    """One finding for each rule and bound that differs in this way, or one for the policy if none does."""
    versions = _Versions(old, rules, seconds)
    found = list(versions.findings(way))
    if found:
        yield from found
    elif versions.undecided:
        yield versions.finding(_QUESTIONS[way], "", "undecided", UNDECIDED, note=versions.undecided)
    else:
        yield versions.finding(_QUESTIONS[way], "", "proved", _PROVED[way])


_QUESTIONS = {-1: "nobody-loses", 1: "nobody-gains"}
_PROVED = {
    -1: Label(zh="没有任何申请比旧版少得。", en="No application gets less than under the earlier version."),
    1: Label(zh="没有任何申请比旧版多得。", en="No application gets more than under the earlier version."),
}


def _size(application: Mapping[str, Any]) -> tuple[int, int, str]:
    holders = [application.get("applicant", {}), *application.get("items", ())]
    return len(holders), sum(len(holder.get("facts", {})) for holder in holders), str(application)


@dataclass
class _Versions:
    old: Rules
    new: Rules
    seconds: float

    @cached_property
    def contrast(self) -> Contrast:
        return Contrast(self.old, self.new, self.seconds)

    @cached_property
    def differing(self) -> list[Difference]:
        return list(differences(self.old.program, self.new.program, self.seconds))

    @property
    def undecided(self) -> str:
        """Why the differences of rules and bounds do not say everything."""
        if self.old.program.validity != self.new.program.validity:
            return "the days in force differ"
        names = sorted(frozenset().union(*map(self.contrast.subject, self.differing)))
        for side in (self.old, self.new):
            reached = connected(side, names)
            if any(bound.choose and not bound.levels and bound.rules & reached for bound in side.program.exclusives):
                return "the text says who wins where awards exclude each other"
            for part in {side.readers.parts[at] for at in reached}:
                rules = [side.program.rules[at] for at in part]
                if len(rules) > 1 and any(rule.unquantified for rule in rules):
                    return "an award without a figure shares a bound with what differs: it may win"
                if len({(rule.payee, "cash" if rule.form in CASH else rule.form) for rule in rules}) > 1:
                    return "awards to several payees, or in several forms, share a bound: one may win at another's cost"
        return ""

    def findings(self, way: int) -> Iterator[Finding]:
        """What can pay less (-1) or more (1) than before, each with an example if one is found."""
        for one in self.differing:
            possible = one.less if way < 0 else one.more
            if possible is not False:
                yield self._told(one, way)

    def _told(self, one: Difference, way: int) -> Finding:
        for application in self.contrast.examples(one, way):
            subject = self.contrast.subject(one)
            if shown(self.new, self._for(self.new, application), partial(self._in_all, way)):
                witness = short(self.new, self._for(self.new, application), partial(self._differs, subject, way))
                return self._refuted(one, way, subject, witness)
        return self.finding(
            _QUESTIONS[way], one.id, "undecided", UNDECIDED, note=TIMEOUT if one.less is None else NO_EXAMPLE
        )

    # The engine

    def _for(self, side: Rules, application: Application) -> Application:
        """Without facts that a version does not know."""
        program = side.program
        applicant = application["applicant"]
        own = {name: text for name, text in applicant["facts"].items() if name in program.applicant_facts}
        items = [
            {
                **item,
                "facts": {
                    name: text for name, text in item["facts"].items() if name in program.item_facts[item["kind"]]
                },
            }
            for item in application.get("items", ())
            if item["kind"] in program.item_facts
        ]
        return {**application, "applicant": {**applicant, "facts": own}, "items": items}

    def _before(self, case: Case) -> Assessment | None:
        try:
            return self.old.assess(self._for(self.old, case.data))
        except ProblemsError:
            return None

    def _in_all(self, way: int, case: Case, answer: Assessment) -> bool:
        """Somebody's total over the whole policy is less (more) than before."""
        before = self._before(case)
        then, now = _totals(before) if before else {}, _totals(answer)
        pairs = [(then.get(key, NONE), now.get(key, NONE)) for key in then.keys() | now.keys()]
        return before is not None and any(
            (b - a) * way > 0 for one, other in pairs for a, b in zip(one, other, strict=True)
        )

    def _differs(self, subject: frozenset[str], way: int, case: Case, answer: Assessment) -> bool:
        """The awards of some rules come to less (more), and nothing that decides about them is left open."""
        before = self._before(case)
        if before is None or not all(_settled_for_sure(one, subject) for one in (before, answer)):
            return False
        return any((b - a) * way > 0 for one in _pairs(before, answer, subject) for a, b in zip(*one, strict=True))

    def _refuted(self, one: Difference, way: int, subject: frozenset[str], witness: Application) -> Finding:
        answers = (self.old.assess(self._for(self.old, witness)), self.new.assess(witness))
        pairs = list(_pairs(*answers, subject))
        before, after, at = next((a, b, at) for at in (1, 0, 2) for a, b in pairs if (b[at] - a[at]) * way > 0)
        then, now = (format_units(one[at]) if at < 2 else str(one[at]) for one in (before, after))
        zh, en = (("确定可得", "assured"), ("最高可得", "at most"), ("未定额奖项", "awards without a figure:"))[at]
        says = Label(zh=f"{zh}由 {then} 变为 {now}。", en=f"It was {en} {then} and is {en} {now}.")
        return self.finding(_QUESTIONS[way], one.id, "refuted", says, witness, (("before", then), ("after", now)))

    def finding(
        self, question: str, subject: str, verdict: Verdict, says: Label, witness: Application | None = None,
        figures: tuple[tuple[str, str], ...] = (), note: str = "",
    ) -> Finding:  # fmt: skip
        policy = self.new.program.policies[0].id
        path = f"{policy}/{subject}" if subject else policy
        old = f"{self.old.program.policies[0].id}/{subject}"
        article = self.new.program.articles.get(path) or self.old.program.articles.get(old, "")
        return Finding(
            question, policy, path, article, verdict, verdict != "proved", says, witness, figures, SCOPE, note
        )


NONE: Amounts = (0, 0, 0)
NO_EXAMPLE = "it may differ, and no example was found"
SCOPE = Label(zh="不论施行日期", en="whatever the days in force")


def _totals(answer: Assessment) -> dict[tuple[str, str], Amounts]:
    return {(total.payee, total.kind): (total.assured, total.ceiling, len(total.open)) for total in answer.totals}


def _pairs(before: Assessment, after: Assessment, subject: frozenset[str]) -> Iterator[tuple[Amounts, Amounts]]:
    """What the awards of some rules came to and come to, by payee and form of payment."""
    then, now = _sums(before, subject), _sums(after, subject)
    yield from ((then.get(key, NONE), now.get(key, NONE)) for key in dict.fromkeys((*then, *now)))


def _sums(answer: Assessment, subject: frozenset[str]) -> dict[tuple[str, str], Amounts]:
    """What the awards of some rules add to each run, and how many of them can be claimed that have no figure."""
    found: dict[tuple[str, str], Amounts] = {}
    for award in answer.awards:
        if award.rule in subject:
            key = award.payee, "cash" if award.form in CASH else award.form
            low, high, number = found.get(key, NONE)
            settled = (award.settled.assured, award.settled.ceiling or 0) if award.settled else (0, 0)
            found[key] = low + settled[0], high + settled[1], number + (award.status == "unquantified")
    return found


def _settled_for_sure(answer: Assessment, subject: frozenset[str]) -> bool:
    return all(certain(award) for award in answer.awards if award.rule in subject)
