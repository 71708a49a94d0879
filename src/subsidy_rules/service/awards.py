"""The reasons of each award in words, apart from each other: a face shows them under headings of its own."""

from __future__ import annotations

from dataclasses import dataclass

from ..explain import Names
from ..explain.why import beats, contested, step, unmet
from ..model.assessment import Assessment, Award, Run


@dataclass(frozen=True, slots=True)
class LoweredWords:
    run: Run
    text: str


@dataclass(frozen=True, slots=True)
class AwardWords:
    """`unmet`: of an award that fails; `lowered`: each step, in order; `subject_to`: the titles of these bounds."""

    unmet: tuple[str, ...]
    lowered: tuple[LoweredWords, ...]
    contested: tuple[str, ...]
    beaten_by: tuple[str, ...]
    subject_to: tuple[str, ...]

    @classmethod
    def of(cls, award: Award, names: Names) -> AwardWords:
        return cls(
            unmet=tuple(unmet(award, names)) if award.status == "ineligible" else (),
            lowered=tuple(LoweredWords(one.run, step(one, names)) for one in award.steps),
            contested=tuple(contested(award, names)),
            beaten_by=tuple(beats(one, names) for one in award.beaten_by),
            subject_to=tuple(dict.fromkeys(names.bound(path) for path in award.subject_to)),
        )


def award_words(answer: Assessment, names: Names) -> tuple[AwardWords, ...]:
    """One entry for each award, in the same order."""
    return tuple(AwardWords.of(award, names) for award in answer.awards)
