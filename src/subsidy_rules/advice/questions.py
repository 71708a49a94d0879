"""What to ask next: the facts that are missing, by the yuan at stake."""

from __future__ import annotations

from dataclasses import replace

from ..engine.assess import assess
from ..engine.claims import Pricer
from ..model.advice import QUESTIONS, Question, Questions
from ..model.assessment import Assessment, Award
from ..model.case import Case
from ..model.program import CASH, Program
from ..model.vocabulary import Label
from .probe import Place, Probe, moved
from .readers import Readers


def questions(program: Program, readers: Readers, case: Case, pricer: Pricer) -> Questions:
    """The facts that an undecided award waits for, most at stake first; those that most awards read are weighed first."""
    probe = Probe(program, readers, case, pricer)
    answer = assess(program, case, pricer)
    asked = _asked(answer, readers, probe)
    found, left_out = [], 0
    for place, awards in sorted(asked.items(), key=lambda entry: (-len(entry[1]), _order(entry[0]))):
        if probe.spent:
            left_out += 1
        else:
            found.append(_question(probe, place, awards))
    found.sort(key=lambda q: (q.at_stake is not None, -(q.at_stake or 0), -len(q.rules), _order((q.item, q.fact))))
    history = None if case.complete else moved(probe.total, probe.evaluate(replace(case, complete=True)))
    return Questions(
        schema=QUESTIONS,
        applicant=case.applicant,
        year=case.year,
        total=probe.total,
        facts=tuple(one for one in found if one.kind != "judgement"),
        judgements=tuple(one for one in found if one.kind == "judgement"),
        history=history,
        left_out=left_out,
    )


def _order(place: Place) -> tuple[str, str]:
    return place[0] or "", place[1]


def _asked(answer: Assessment, readers: Readers, probe: Probe) -> dict[Place, list[Award]]:
    """The awards that wait for each fact."""
    asked: dict[Place, list[Award]] = {}
    for award in answer.awards:
        kind = probe.items[award.item].kind if award.item is not None else None
        for name in (*award.missing, *award.judgements):
            named = readers.named(kind, name)
            if named in readers.uses:  # not so `history`, which is no fact
                asked.setdefault((award.item if named[0] else None, name), []).append(award)
    return asked


def _question(probe: Probe, place: Place, awards: list[Award]) -> Question:
    named = probe.named(place)
    fact = probe.readers.declared(named)
    outcome = probe.outcomes(place)
    stake = max((moved(probe.total, outcome(value)) for value in probe.values(place)), default=0)
    rules = tuple(dict.fromkeys(f"{award.policy}/{award.rule}" for award in awards))
    return Question(
        item=place[0],
        item_kind=named[0] or None,
        fact=place[1],
        kind=fact.kind,
        label=fact.label,
        question=fact.question or asking(fact.label, fact.kind),
        options=dict(fact.options),
        at_stake=None if any(_unbounded(probe, place, award) for award in awards) else stake,
        policies=tuple(dict.fromkeys(award.policy for award in awards)),
        rules=rules,
    )


def asking(label: Label, kind: str) -> Label:
    """For a fact whose vocabulary states no question."""
    if kind in ("bool", "judgement"):
        return Label(zh=f"是否符合：{label.zh}？", en=f"Is it so: {label.en}?")
    return Label(zh=f"{label.zh}？", en=f"{label.en}?")


def _unbounded(probe: Probe, place: Place, award: Award) -> bool:
    """Whether an award of cash to the applicant has no upper limit as long as the fact is not known."""
    if award.reason or award.payee != "applicant" or award.form not in CASH or award.settled is None:
        return False
    return award.settled.ceiling is None and probe.uses(place).base
