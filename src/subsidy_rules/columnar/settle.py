"""Settle the claims of a block: the highest of each clique, then the caps, in both runs.

What `engine.plan` finds of a program is applied to whole columns. Where a plan can't settle an applicant's claims exactly,
the component of rules that they stand in is *hard* for him, and left to the engine. Most bounds bind few applicants: whom
one may bind is found first, by sums over all, and only their claims are sorted and compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import Any

import numpy as np

from ..engine.plan import Node, Plan
from ..engine.share import pro_rata
from ..model.program import CapBound, ExclusiveBound
from .components import Components
from .exclusions import Exclusions
from .prices import Prices
from .quantity import OPEN, Array, summable
from .sheets import MISSING, Run, Sheets
from .stipends import paid_months

LOW, HIGH = 0, 1
Inner = tuple[int, tuple[int, int, str]]  # of how many claims, and `CapBound.inner`
Tight = tuple[Inner, Node, Array, Array]  # node; the claims, group by group; figures


@dataclass
class Settler:
    """Both runs of one block. `hard`: by applicant and component, what is left to the engine. `barred`: by rule, the exclusion
    by which an earlier grant that nobody told may bar it."""

    plan: Plan
    prices: Prices
    sheets: Sheets
    hard: Array
    components: Components
    barred: Mapping[int, str]

    def __post_init__(self) -> None:
        self.partial = self.prices.block.partial

    def settle(self) -> tuple[Run, Run]:
        sheets, opens = self.sheets, self.sheets.open.any()
        self._unkeyed()
        low = Run.of(sheets.low)
        if self.partial is not None:
            self._bar(low, self.partial)
        self._ride(low, LOW)
        # of a claim without a figure, what is counted is the part that has one
        high = Run.of(np.where(sheets.open, low.values, sheets.high) if opens else sheets.high)
        self._ride(high, HIGH)
        told = [Exclusions(self.plan.program, sheets, (run.values > 0) | sheets.open) for run in (low, high)]
        if opens:
            self._block(low, told[LOW])
        for at, run in ((LOW, low), (HIGH, high)):
            inner = self._alone(run, at)
            self._choose(run, inner, told[at])
            self._check(run, inner, at)
            self._cut_months(run, at)  # before the other caps
            self._cut(run, inner, at)
        return low, high

    def _groups(self, node: Node, members: Array) -> Array:
        """The item or the applicant that each of them is counted with."""
        return self.sheets.rows[members] if node.per_item else self.sheets.who[members]

    def _figures(self, cap: CapBound, members: Array, at: int) -> Any:
        """The figure of a cap in a run: one for all members, or one for each of them."""
        fixed = self.prices.fixed(cap)
        figures = self._reckoned(cap, members, at) if fixed is None else fixed
        if at == LOW and self.partial is not None:  # all of it may have been used up
            return np.where(self.partial[self.sheets.who[members]], 0, figures)
        return figures

    def _reckoned(self, cap: CapBound, members: Array, at: int) -> Array:
        figures = np.full(len(members), OPEN)
        for rule in np.unique(self.sheets.rule[members]):
            here = self.sheets.rule[members] == rule
            kind = self.plan.program.rules[rule].item
            rows = self.sheets.rows[members][here] if cap.item or kind is None else self.sheets.who[members][here]
            figures[here] = self.prices.figure(cap, rows)[at]
        return figures

    # Steps

    def _unkeyed(self) -> None:
        """A claim whose place under an exclusion is not known is left to the engine, if anything is assured of it."""
        for rule, name in self.components.keyed:
            at = self.sheets.worth([rule], self.sheets.low)
            unknown = self.prices.unknown(rule, name, self.sheets.rows[at])
            self._leave([rule], self.sheets.who[at[unknown]])

    def _bar(self, low: Run, partial: Array) -> None:
        """In the low run an earlier grant bars whatever one may bar."""
        for rule, bound in self.barred.items():
            at = self.sheets.worth([rule], low.values)
            at = at[partial[self.sheets.who[at]]]
            if len(at):
                low.bar(at, self.sheets.number(bound, "history_unknown"))

    def _ride(self, run: Run, at: int) -> None:
        """A rider without a claimed base is worth nothing."""
        sheets, open_ = self.sheets, self.sheets.open
        for rider, base in self.plan.riders:
            members = sheets.worth([rider], run.values)
            if at == HIGH:  # an earlier grant that nobody told would do
                members = members[~open_[members]]
                members = members if self.partial is None else members[~self.partial[sheets.who[members]]]
            under = sheets.worth([base], run.values if at == LOW else (run.values > 0) | open_)
            alone = members[~np.isin(sheets.rows[members], sheets.rows[under])]
            if len(alone):
                rules = self.plan.program.rules
                path = f"{self.plan.program.policies[rules[rider].policy].id}/{rules[base].id}"
                run.bar(alone, sheets.number(path, MISSING))

    def _block(self, low: Run, told: Exclusions) -> None:
        """In the low run an award without a figure could win: what it excludes is not assured."""
        silent = [rule.index for rule in self.plan.program.rules if rule.open and rule.unquantified]
        blank = self.sheets.open & np.isin(self.sheets.rule, silent)
        if not blank.any():
            return
        for node in self.plan.cliques:
            members = self.sheets.members(node.rules)
            groups = self._groups(node, members)
            hit = np.isin(groups, groups[blank[members]]) & (low.values[members] > 0)
            if hit.any():
                at = members[hit]
                low.open_rival[at] = True
                low.bar(at, told.told(node, at, "open_rival", partial(self._beside, told, blank)))

    def _beside(self, told: Exclusions, blank: Array, bound: ExclusiveBound, keys: Array) -> Array:
        """Claims with one without a figure in their group."""
        members = self.sheets.members(bound.rules)
        return np.isin(keys, told.keys(bound, members[blank[members]]))

    def _alone(self, run: Run, at: int) -> Array:
        """What caps on single claims leave of each that is compared with others, whether it is chosen or not."""
        left = run.values.copy()
        for node, members in self._capped(self.components.compared, run):
            left[members] = np.minimum(left[members], self._figures(_cap(node), members, at))
        return left

    def _capped(self, nodes: Iterable[Node], run: Run) -> Iterator[tuple[Node, Array]]:
        """Caps of the applicant's own, with the claims under each that are worth something."""
        for node in nodes:
            if node.cap is None or node.cap.pool:
                continue
            members = self.sheets.worth(node.rules, run.values)
            if len(members):
                yield node, members

    def _choose(self, run: Run, inner: Array, told: Exclusions) -> None:
        """The highest of each clique: after its own caps, then before them, then the first in order."""
        for node in self.plan.cliques:
            members = self.sheets.worth(node.rules, run.values)
            groups = self._groups(node, members)
            met = np.bincount(groups)[groups] > 1
            groups, members = groups[met], members[met]
            if not len(members):
                continue
            best = np.lexsort((members, -run.values[members], -inner[members], groups))
            groups, members = groups[best], members[best]
            first = np.r_[True, groups[1:] != groups[:-1]]
            winners = members[np.flatnonzero(first)][np.cumsum(first) - 1]
            losers, winners = members[~first], winners[~first]
            run.winner[losers] = winners
            run.chosen[losers], run.amounts[losers] = False, 0
            run.bound[losers] = told.told(node, losers, "exclusive", partial(_together, told, winners))

    def _check(self, run: Run, inner: Array, at: int) -> None:
        """Bounds that a plan can only leave alone: where one of them would bind, the claims are hard."""
        standing = (run.values > 0) | self.sheets.open
        for node in self.plan.checks:
            if node.cap is not None and node.cap.pool:
                continue
            members = self.sheets.worth(node.rules, standing if node.bound else run.values)
            counts = node.cap is None or node.cap.kind == "count"
            asked = np.ones(len(members), dtype=np.int64) if counts else inner[members]
            most = self._figures(node.cap, members, at) if node.cap else 1
            over = self._over(node, members, asked, most)
            if not len(over):
                continue
            members, heads, _ = self._grouped(node, over)
            asked = np.ones(len(members), dtype=np.int64) if counts else summable(inner[members])
            most = self._figures(node.cap, members[heads], at) if node.cap else 1
            self._leave(node.rules, self.sheets.who[members[heads[np.add.reduceat(asked, heads) > most]]])

    def _over(self, node: Node, members: Array, asked: Array, figures: Any) -> Array:
        """Of the claims under a bound those in groups that may ask for more than its least figure."""
        if not len(members):
            return members
        groups, asked = self._groups(node, members), summable(asked)
        sums = np.zeros(int(groups.max()) + 1, dtype=asked.dtype)
        np.add.at(sums, groups, asked)
        over: Array = (sums > np.min(figures))[groups]
        return members[over]

    def _cut_months(self, run: Run, at: int) -> None:
        """Caps on months, in the same order."""
        for _, node, members in sorted(self._months(run), key=itemgetter(0)):
            left = np.broadcast_to(self._figures(_cap(node), members, at), len(members))
            given = paid_months(self.prices, self.sheets, members, self._groups(node, members), left, at == LOW)
            cut = members[given < run.amounts[members]]
            run.amounts[members] = np.minimum(given, run.amounts[members]).astype(np.int64)
            run.bound[cut] = self.sheets.number(_cap(node).path, "cap")

    def _months(self, run: Run) -> Iterator[tuple[Inner, Node, Array]]:
        """The claims under each cap on months, by how many it is about in a group."""
        for node, members in self._capped(self.plan.units, run):
            groups = self._groups(node, members)
            sizes = np.bincount(groups)[groups]
            for size in np.unique(sizes).tolist():
                yield (size, _cap(node).inner), node, members[sizes == size]

    def _cut(self, run: Run, inner: Array, at: int) -> None:
        """Caps in the engine's order: of few claims first. What gives way is shared in order, or pro rata."""
        for (size, _), node, members, figures in self._tight(run, at):
            amounts = summable(run.amounts[members]).reshape(-1, size)
            given = _shared(_cap(node), amounts, figures).reshape(-1).astype(np.int64)
            cut = members[given < run.amounts[members]]
            run.amounts[members] = given
            run.bound[cut] = self.sheets.number(_cap(node).path, "cap")
            if node in self.plan.outer:
                self._mixed(node, run, inner, cut)

    def _tight(self, run: Run, at: int) -> list[Tight]:
        """Groups that don't fit under their cap."""
        found: list[Tight] = []
        for node, members in self._capped((*self.plan.inner, *self.plan.outer), run):
            figures = self._figures(_cap(node), members, at)
            members = self._over(node, members, run.values[members], figures)
            if not len(members):
                continue
            members, heads, number = self._grouped(node, members)
            figures = np.broadcast_to(self._figures(_cap(node), members[heads], at), len(heads))
            over = np.add.reduceat(summable(run.values[members]), heads) > figures
            sizes = np.diff(heads, append=len(members))
            for size in np.unique(sizes[over]).tolist():
                here = over & (sizes == size)
                found.append(((size, _cap(node).inner), node, members[here[number]], figures[here]))
        return sorted(found, key=itemgetter(0))

    def _grouped(self, node: Node, members: Array) -> tuple[Array, Array, Array]:
        """The members group by group, where each group starts, and the number of each member's group."""
        groups = self._groups(node, members)
        order = np.argsort(groups, kind="stable")
        first = np.r_[True, groups[order][1:] != groups[order][:-1]]
        return members[order], np.flatnonzero(first), np.cumsum(first) - 1

    def _mixed(self, node: Node, run: Run, inner: Array, cut: Array) -> None:
        """Under a cap on a sum that binds, a clique whose members have caps of their own may choose another one."""
        for clique in self.plan.cliques:
            if node.holds(clique) and clique.rules & node.rules:
                members = self.sheets.members(clique.rules)
                capped = members[inner[members] < run.values[members]]
                self._leave(node.rules, np.intersect1d(self.sheets.who[capped], self.sheets.who[cut]))

    def _leave(self, rules: Iterable[int], who: Array) -> None:
        """To the engine: all that hangs together with some rules."""
        self.hard[who, self.components.of_rule[min(rules)]] = True


def _together(told: Exclusions, others: Array, bound: ExclusiveBound, keys: Array) -> Array:
    """Claims that stand in one group with others."""
    met: Array = told.under(bound, others) & (told.keys(bound, others) == keys)
    return met


def _cap(node: Node) -> CapBound:
    assert node.cap is not None
    return node.cap


def _shared(cap: CapBound, amounts: Array, figures: Array) -> Array:
    """What each claim gets: a row a group, a figure a row."""
    if cap.ration == "pro_rata":
        return np.array([pro_rata(int(f), row.tolist()) for f, row in zip(figures, amounts, strict=True)], dtype=object)
    before = np.cumsum(amounts, axis=1) - amounts
    given: Array = np.maximum(np.minimum(figures[:, None] - before, amounts), 0)
    return given
