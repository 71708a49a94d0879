"""Two versions of a policy over one population: who wins, who loses, what it costs, what is newly excluded. In money."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from ..model.vocabulary import Label
from ..rules import Rules
from .costs import Line, lines
from .outcome import Outcome, assess
from .population import Population
from .sampling import Array
from .sensitivity import Change, cost

Key = tuple[int, str, str]  # applicant's row, rule, item
GONE = "not_claimable"  # the new version pays nothing, because a condition certainly fails or the rule is gone


@dataclass(frozen=True, slots=True)
class Side:
    """Applicants who get more (`winners`) and less (`losers`) by one measure, and the sums of both."""

    winners: int
    losers: int
    unchanged: int
    gained: int
    lost: int


@dataclass(frozen=True, slots=True)
class Clause:
    """A rule in both versions: cost (assured, ceiling) before and after, and by its ceilings who gains and loses. `state`:
    both, new or gone."""

    rule: str
    article: str
    title: Label
    kind: str
    state: str
    before: Change
    after: Change
    winners: int
    losers: int


@dataclass(frozen=True, slots=True)
class Moved:
    """One applicant's cash before and after: assured, ceiling."""

    applicant: str
    before: Change
    after: Change

    @property
    def delta(self) -> int:
        return self.after[1] - self.before[1]


@dataclass(frozen=True, slots=True)
class Excluded:
    """Awards of a rule that paid something before and pay nothing now, for one `reason`: excluded, the bound that takes it (cap,
    pool, count …), the status of what has none, or that it can't be claimed any more. `bound`: what decides it; `lost`: what they
    paid before."""

    rule: str
    article: str
    title: Label
    kind: str
    reason: str
    bound: str
    awards: int
    applicants: int
    lost: Change


@dataclass(frozen=True)
class Comparison:
    """`sides`: by assured and by ceiling, of applicants' own cash; `moved`: all whose cash changes, the greatest loss first."""

    old: Outcome
    new: Outcome
    population: Population
    clauses: tuple[Clause, ...]
    sides: tuple[Side, Side]
    moved: tuple[Moved, ...]
    excluded: tuple[Excluded, ...]

    def cost(self, kind: str = "cash") -> tuple[Change, Change]:
        """Of a kind of support, before and after."""
        return cost(self.old, kind), cost(self.new, kind)


def diff(old: Rules, new: Rules, population: Population) -> Comparison:
    """Raises ProblemsError."""
    applying = population.applying()
    before, after = assess(old, applying), assess(new, applying)
    return Comparison(
        old=before,
        new=after,
        population=population,
        clauses=tuple(_clauses(before, after)),
        sides=tuple(_side(one, two) for one, two in zip(before.own, after.own, strict=True)),  # type: ignore[arg-type]
        moved=tuple(_moved(before, after)),
        excluded=tuple(_excluded(before, after)),
    )


def _side(before: Array, after: Array) -> Side:
    change = after - before
    up, down = change > 0, change < 0
    gained, lost = (int(change[mask].astype(object).sum()) for mask in (up, down))
    return Side(int(up.sum()), int(down.sum()), int((change == 0).sum()), gained, -lost)


def _by_rule(outcome: Outcome) -> dict[str, Line]:
    return {line.key: line for line in lines(outcome, lambda rule, written: (rule.id, written.title))}


def _clauses(old: Outcome, new: Outcome) -> Iterator[Clause]:
    """In the order of the new version; what is gone comes last."""
    before, after = _by_rule(old), _by_rule(new)
    ends = _ends(old), _ends(new)
    for name in dict.fromkeys((*after, *before)):
        line = after.get(name) or before[name]
        one, two = (_of_rule(keys, name) for keys in ends)
        change = [two[who] - one[who] for who in one.keys() | two.keys()]
        yield Clause(
            rule=name,
            article=line.article,
            title=line.title,
            kind=line.kind,
            state="both" if name in before and name in after else "new" if name in after else "gone",
            before=_cost(before.get(name)),
            after=_cost(after.get(name)),
            winners=sum(delta > 0 for delta in change),
            losers=sum(delta < 0 for delta in change),
        )


def _cost(line: Line | None) -> Change:
    return (line.assured, line.ceiling) if line else (0, 0)


def _ends(outcome: Outcome) -> dict[Key, Change]:
    """Every award that pays something in a run."""
    names = [rule.id for rule in outcome.rules.program.rules]
    columns = (
        outcome.who.tolist(),
        outcome.rule.tolist(),
        outcome.item.to_pylist(),
        outcome.low.tolist(),
        outcome.high.tolist(),
    )
    rows = zip(*columns, strict=True)
    return {(who, names[rule], item): (low, high) for who, rule, item, low, high in rows if low or high}


def _of_rule(ends: Mapping[Key, Change], rule: str) -> Counter[int]:
    """What each applicant gets of a rule at most: the run that pays him more."""
    low: Counter[int] = Counter()
    high: Counter[int] = Counter()
    for (who, name, _), (least, most) in ends.items():
        if name == rule:
            low[who] += least
            high[who] += most
    return low | high


def _moved(old: Outcome, new: Outcome) -> Iterator[Moved]:
    ids = old.population.applicants["id"].to_pylist()
    (low, high), (new_low, new_high) = old.own, new.own
    rows = np.flatnonzero((low != new_low) | (high != new_high)).tolist()
    found = [Moved(ids[at], (int(low[at]), int(high[at])), (int(new_low[at]), int(new_high[at]))) for at in rows]
    yield from sorted(found, key=lambda one: (one.delta, one.after[0] - one.before[0], one.applicant))


def _excluded(old: Outcome, new: Outcome) -> Iterator[Excluded]:
    """By rule and reason, what is lost most first."""
    before, after = _ends(old), _ends(new)
    names = [rule.id for rule in new.rules.program.rules]
    keys = zip(new.who.tolist(), (names[at] for at in new.rule.tolist()), new.item.to_pylist(), strict=True)
    said = zip(new.status.to_pylist(), new.bound.to_pylist(), new.why.to_pylist(), strict=True)
    why = {
        key: (status if status == "excluded" else step or status, bound)
        for key, (status, bound, step) in zip(keys, said, strict=True)
    }
    known = _by_rule(old)
    groups: dict[tuple[str, str, str], list[Key]] = {}
    for key in before.keys() - after.keys():
        reason, bound = why.get(key, (GONE, None))
        groups.setdefault((key[1], reason, bound or ""), []).append(key)
    found = []
    for (rule, reason, bound), lost in groups.items():
        line, amounts = known[rule], [before[key] for key in lost]
        sums = sum(low for low, _ in amounts), sum(high for _, high in amounts)
        who = len({key[0] for key in lost})
        found.append(Excluded(rule, line.article, line.title, line.kind, reason, bound, len(lost), who, sums))
    yield from sorted(found, key=lambda one: (-one.lost[1], -one.lost[0], one.rule, one.reason, one.bound))
