"""What would pay more."""

from __future__ import annotations

from ..engine.assess import assess
from ..engine.claims import Pricer
from ..model.advice import ADVICE, Advice
from ..model.case import Case
from ..model.program import Program
from .changes import changes
from .choices import choices, later
from .probe import Probe
from .readers import Readers


def advise(program: Program, readers: Readers, case: Case, pricer: Pricer) -> Advice:
    """Changes of one fact, choices, and other years. Everything is settled, nothing is guessed."""
    probe = Probe(program, readers, case, pricer)
    answer = assess(program, case, pricer)
    found, left_out = changes(probe, answer)
    return Advice(
        schema=ADVICE,
        applicant=case.applicant,
        year=case.year,
        total=probe.total,
        changes=tuple(found),
        choices=tuple(choices(probe, answer)),
        later=tuple(later(probe, answer)),
        left_out=left_out,
    )
