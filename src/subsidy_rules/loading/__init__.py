"""Files → program and case. One pass reports every problem of every file; nothing is evaluated while one is left."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from ..errors import Problem, ProblemsError
from ..model.case import Case
from ..model.policy import Policy
from ..model.program import Program
from ..model.vocabulary import Vocabulary
from ..reading import Document, read
from .admit import admit, admit_data
from .checks import CHECKS
from .context import Context, shaped
from .link import link
from .names import Source

StrPath = str | os.PathLike[str]


def load_program(policies: StrPath | Iterable[StrPath], facts: StrPath | None = None) -> Program:
    """The program of one or more policy files. `facts`: the vocabulary, by default `facts.yaml` beside the first policy.

    Raises ProblemsError with every problem of every file. Warnings do not raise; `check_policies` returns them.
    """
    program, _ = check_policies(policies, facts)
    return program


def check_policies(
    policies: StrPath | Iterable[StrPath], facts: StrPath | None = None
) -> tuple[Program, list[Problem]]:
    """As `load_program`, with the warnings."""
    paths = [policies] if isinstance(policies, (str, os.PathLike)) else list(policies)
    if not paths:
        raise ValueError("no policy file given")
    return build([read(path) for path in paths], read(facts or Path(paths[0]).with_name("facts.yaml")))


def build(documents: Sequence[Document], facts: Document) -> tuple[Program, list[Problem]]:
    """Policies and vocabulary that were read → program and warnings."""
    contexts = [Context(facts), *(Context(document) for document in documents)]
    vocabulary = shaped(Vocabulary, contexts[0])
    shapes = [shaped(Policy, context) for context in contexts[1:]]
    sources = [Source(shape, context) for shape, context in zip(shapes, contexts[1:], strict=True) if shape]
    ids = [source.policy.id for source in sources]
    for source in sources:
        if ids.count(source.policy.id) > 1:
            source.context.add("SR329", ("id",), found=source.policy.id)
    if vocabulary and sources:
        program = link(sources, vocabulary, contexts[0])
        for source in sources:
            for check in CHECKS:
                check(source.policy, program, source.context)
    problems = [problem for context in contexts for problem in context.problems]
    if any(problem.severity == "error" for problem in problems):
        raise ProblemsError(problems)
    return program, sorted(problems)


def load_case(path: StrPath, program: Program) -> Case:
    """An application file, admitted to a program. Raises ProblemsError with every problem of the file."""
    return admit(read(path), program)


__all__ = ["Case", "admit", "admit_data", "build", "check_policies", "load_case", "load_program"]
