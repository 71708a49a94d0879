"""Settle the claims of a block: the highest of each clique, then the caps, in both runs.

What `engine.plan` finds of a program is applied to whole columns. Where a plan can't settle an applicant's claims exactly,
the component of rules that they stand in is *hard* for him, and left to the engine.
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
from .sheets import Run, Sheets

LOW, HIGH = 0, 1


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
        sheets = self.sheets
        low = Run.of(sheets.low)
        if self.partial is not None:
            self._bar(low, self.partial)
        # of a claim without a figure, what is counted is the part that has one
        high = Run.of(np.where(sheets.open, low.values, sheets.high))
        told = [Exclusions(self.plan.program, sheets, (run.values > 0) | sheets.open) for run in (low, high)]
        self._block(low, told[LOW])
        for at, run in ((LOW, low), (HIGH, high)):
            inner = self._alone(run, at)
            self._choose(run, inner, told[at])
            self._check(run, inner, at)
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

    def _bar(self, low: Run, partial: Array) -> None:
        """In the low run an earlier grant bars whatever one may bar."""
        for rule, bound in self.barred.items():
            at = np.arange(*self.sheets.spans.get(rule, (0, 0)))
            at = at[partial[self.sheets.who[at]] & (low.values[at] > 0)]
            if len(at):
                low.values[at], low.amounts[at], low.chosen[at] = 0, 0, False
                low.bound[at] = self.sheets.number(bound, "history_unknown")

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
                low.values[at], low.amounts[at], low.chosen[at], low.open_rival[at] = 0, 0, False, True
                low.bound[at] = told.told(node, at, "open_rival", partial(self._beside, told, blank))

    def _beside(self, told: Exclusions, blank: Array, bound: ExclusiveBound, keys: Array) -> Array:
        """Claims with one without a figure in their group."""
        members = self.sheets.members(bound.rules)
        return np.isin(keys, told.keys(bound, members[blank[members]]))

    def _alone(self, run: Run, at: int) -> Array:
        """What caps on single claims leave of each, whether it is chosen or not."""
        left = run.values.copy()
        for node, members in self._capped(self.plan.inner, run):
            left[members] = np.minimum(left[members], self._figures(_cap(node), members, at))
        return left

    def _capped(self, nodes: Iterable[Node], run: Run) -> Iterator[tuple[Node, Array]]:
        """Caps of the applicant's own, with the claims under each that are worth something."""
        for node in nodes:
            if node.cap is None or node.cap.pool:
                continue
            members = self.sheets.members(node.rules)
            members = members[run.values[members] > 0]
            if len(members):
                yield node, members

    def _choose(self, run: Run, inner: Array, told: Exclusions) -> None:
        """The highest of each clique: after its own caps, then before them, then the first in order."""
        for node in self.plan.cliques:
            members = self.sheets.members(node.rules)
            members = members[run.values[members] > 0]
            if len(members) < 2:
                continue
            groups = self._groups(node, members)
            best = np.lexsort((members, -run.values[members], -inner[members], groups))
            groups, members = groups[best], members[best]
            first = np.r_[True, groups[1:] != groups[:-1]]
            winners = members[np.flatnonzero(first)][np.cumsum(first) - 1]
            if first.all():
                continue
            losers, winners = members[~first], winners[~first]
            run.winner[losers] = winners
            run.chosen[losers] = False
            run.bound[losers] = told.told(node, losers, "exclusive", partial(_together, told, winners))

    def _check(self, run: Run, inner: Array, at: int) -> None:
        """Bounds that a plan can only leave alone: where one of them would bind, the claims are hard."""
        for node in self.plan.checks:
            if node.cap is not None and node.cap.pool:
                continue
            members = self.sheets.members(node.rules)
            blank = self.sheets.open[members] if node.bound else False
            members = members[(run.values[members] > 0) | blank]
            if not len(members):
                continue
            counts = node.cap is None or node.cap.kind == "count"
            members, heads, _ = self._grouped(node, members)
            asked = np.ones(len(members), dtype=np.int64) if counts else summable(inner[members])
            most = self._figures(node.cap, members[heads], at) if node.cap else 1
            self._leave(node, self.sheets.who[members[heads[np.add.reduceat(asked, heads) > most]]])

    def _cut(self, run: Run, inner: Array, at: int) -> None:
        """Caps in the engine's order: of few claims first, then by path. What gives way is shared in order, or pro rata."""
        run.amounts[~run.chosen] = 0
        for (size, path), node, members, figures in self._tight(run, at):
            amounts = summable(run.amounts[members]).reshape(-1, size)
            given = _shared(_cap(node), amounts, figures).reshape(-1).astype(np.int64)
            cut = members[given < run.amounts[members]]
            run.amounts[members] = given
            run.bound[cut] = self.sheets.number(path, "cap")
            if node in self.plan.outer:
                self._mixed(node, run, inner, cut)

    def _tight(self, run: Run, at: int) -> list[tuple[tuple[int, str], Node, Array, Array]]:
        """Groups that don't fit under their cap: of how many claims, and its path; their claims, group by group, and figures."""
        found = []
        for node, members in self._capped((*self.plan.inner, *self.plan.outer), run):
            members, heads, number = self._grouped(node, members)
            figures = np.broadcast_to(self._figures(_cap(node), members[heads], at), len(heads))
            over = np.add.reduceat(summable(run.values[members]), heads) > figures
            sizes = np.diff(heads, append=len(members))
            for size in np.unique(sizes[over]).tolist():
                here = over & (sizes == size)
                found.append(((size, _cap(node).path), node, members[here[number]], figures[here]))
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
                self._leave(node, np.intersect1d(self.sheets.who[capped], self.sheets.who[cut]))

    def _leave(self, node: Node, who: Array) -> None:
        """To the engine: all that hangs together with the rules of a node."""
        self.hard[who, self.components.of_rule[min(node.rules)]] = True


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
