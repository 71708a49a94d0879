"""What would change the cost: each figure a little more or less, each limit lifted, more or fewer who apply.

Every entry is a run of its own, of the edited policy over the same population; one whose rules nobody claims is not run, for it
can't differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ..errors import ProblemsError
from ..rules import Rules
from .budget import at_most
from .figures import Figure, edited, figures, touched, turned
from .outcome import ENDLESS, Outcome, assess, pools, total
from .population import Population
from .sampling import Array

Change = tuple[int, int]  # of the assured and of the ceiling cost, in fen


@dataclass(frozen=True, slots=True)
class Turned:
    """`less`, `more`: how the cost changes with the figure turned down and up; None: the policy can't be built so. `kind`: of
    support, to which the changes belong."""

    figure: Figure
    kind: str
    down: str
    up: str
    less: Change | None
    more: Change | None

    @property
    def swing(self) -> int:
        """By which figures are compared: the larger change of the ceiling cost."""
        return max(abs(change[1]) for change in (self.less or (0, 0), self.more or (0, 0)))


@dataclass(frozen=True, slots=True)
class Binding:
    """A limit that lowers something: how many applicants and awards would get more without it, and how much more it would all
    cost. `pool`: shared by all applicants; other limits are told before pools are shared. `endless`: applicants for whom nothing
    but this limit says how much, because a fact is unknown; they are in no other number."""

    figure: Figure
    kind: str
    pool: bool
    applicants: int
    awards: int
    endless: int
    takes: Change


@dataclass(frozen=True, slots=True)
class TakeUp:
    """`share`: of the declared chance to apply, in millionths. Cost in cash."""

    share: int
    applicants: int
    assured: int
    ceiling: int


def cost(outcome: Outcome, kind: str, without: Array | None = None) -> Change:
    """All awards of a kind of support: assured, and at most within the pools; `without` some applicants."""
    rules = [at for at, one in enumerate(outcome.kinds) if one == kind]
    mine = outcome.of_kind(kind)
    if without is not None:
        mine &= ~np.isin(outcome.who, without)
    return total(outcome.low[mine]), at_most(outcome, rules, mine)


@dataclass(frozen=True)
class Runs:
    """Runs of edited policies over one population. `base`: of the policy as it is, `free`: the same without its pools."""

    rules: Rules
    base: Outcome
    free: Outcome

    def turned(self, by: Fraction) -> Iterator[Turned]:
        """Every figure `by` up and down (10 %: 1/10)."""
        for figure in figures(self.rules):
            down, up = (turned(figure.sort, figure.value, 1 + sign * by) or "" for sign in (-1, 1))
            kind = self._kind(figure)
            yield Turned(figure, kind, down, up, *(self._change(figure, 1 + sign * by, kind) for sign in (-1, 1)))

    def binding(self) -> Iterator[Binding]:
        """Every limit that takes something off, the dearest first."""
        found = [one for figure in figures(self.rules) if figure.bounding and (one := self._binding(figure))]
        yield from sorted(found, key=lambda one: (-one.takes[1], -one.takes[0], one.figure.entry))

    def _kind(self, figure: Figure) -> str:
        """Of the rule, or of a bound's rules, which have but one."""
        for rule in self.rules.program.rules:
            if rule.id == figure.entry:
                return self.base.kinds[rule.index]
        path = f"{self.rules.program.policies[0].id}/{figure.entry}"
        cap = next(cap for cap in self.rules.program.caps if cap.path == path)
        return self.base.kinds[min(cap.rules)]

    def _run(self, figure: Figure, by: Fraction | None, base: Outcome, lifted: frozenset[str]) -> Outcome | None:
        """The edited run; the base itself where nobody claims what is edited. None: the edited policy is refused."""
        try:
            other = edited(self.rules, figure, by)
        except ProblemsError:
            return None
        if not np.isin(base.rule, sorted(touched(self.rules, other))).any():
            return base
        return assess(other, base.population, lifted)

    def _change(self, figure: Figure, by: Fraction, kind: str) -> Change | None:
        other = self._run(figure, by, self.base, frozenset())
        if other is None:
            return None
        (low, high), (new_low, new_high) = cost(self.base, kind), cost(other, kind)
        return new_low - low, new_high - high

    def _binding(self, figure: Figure) -> Binding | None:
        pool = any(cap.pool and _written_at(cap.path, figure) for cap in self.rules.program.caps)
        base, lifted = (self.base, frozenset[str]()) if pool else (self.free, pools(self.rules))
        free = self._run(figure, None, base, lifted)
        if free is None or free is base:
            return None
        endless = np.unique(free.who[free.high >= ENDLESS])
        more = compared(base, free)
        more = more[~np.isin(more[:, 0], endless)]
        if not len(more) and not len(endless):
            return None
        kind = self._kind(figure)
        (low, high), (free_low, free_high) = (cost(one, kind, endless) for one in (base, free))
        applicants = len(np.unique(more[:, 0]))
        return Binding(figure, kind, pool, applicants, len(more), len(endless), (free_low - low, free_high - high))


def _written_at(path: str, figure: Figure) -> bool:
    """Whether a bound stands at an entry; those on a rule are numbered behind its id."""
    name = path.partition("/")[2]
    return figure.sort in ("cap", "count") and (name == figure.entry or name.rpartition("-cap")[0] == figure.entry)


def compared(base: Outcome, free: Outcome) -> Array:
    """Applicant and rule of the awards that are more in either run of `free`; both have the same population."""
    before = {key: (low, high) for key, low, high in awards(base)}
    more = [key[:2] for key, low, high in awards(free) if _more((low, high), before.get(key, (0, 0)))]
    return np.array(more, dtype=np.int64).reshape(-1, 2)


def _more(new: Change, old: Change) -> bool:
    return new[0] > old[0] or new[1] > old[1]


def awards(outcome: Outcome) -> Iterator[tuple[tuple[int, int, str], int, int]]:
    """Key (applicant's row, rule's index, item) and amounts of each award."""
    columns = (outcome.who.tolist(), outcome.rule.tolist(), outcome.item.to_pylist())
    keys = zip(*columns, strict=True)
    yield from zip(keys, outcome.low.tolist(), outcome.high.tolist(), strict=True)


def take_ups(rules: Rules, population: Population, shares: tuple[int, ...]) -> Iterator[TakeUp]:
    """The cost if more or fewer apply: those of a smaller share are among those of a larger one."""
    for share in shares:
        outcome = assess(rules, population.applying(share))
        yield TakeUp(share, outcome.size, *cost(outcome, "cash"))
