"""Lawful choices: what a text lets the applicant choose, which of several awards for one thing pays most, and what a
yearly limit cuts that another year might pay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..engine.bounds import compared
from ..engine.claims import Claim, claims
from ..model.advice import Choice, Later, Option
from ..model.assessment import Assessment, Award, Interval
from ..model.program import ExclusiveBound
from .probe import Probe

RIVAL = "rival"


def choices(probe: Probe, answer: Assessment) -> list[Choice]:
    """Options that the applicant has to name, then the awards that he would give up."""
    found = [claim for claim in claims(probe.program, probe.case, probe.pricer, failed=False) if claim.high]
    named = [_option(probe, bound, found) for bound in probe.program.exclusives if bound.choose == "option"]
    return [choice for choice in named if choice] + list(_highest(probe, answer))


def _option(probe: Probe, bound: ExclusiveBound, found: list[Claim]) -> Choice | None:
    """What each option leaves, support elsewhere included; None where it makes no difference."""
    rules = probe.program.rules
    mine = [claim for claim in found if claim.rule.index in bound.rules]
    rivals = [
        r for r in probe.case.rivals if any(compared(r.level, r.item, r.matter, c, bound) is not False for c in mine)
    ]
    if not mine or (bound.levels and not rivals):
        return None
    policy = bound.path.split("/")[0]
    low, high = sum(rival.low for rival in rivals), sum(rival.high for rival in rivals)
    options = []
    for rule in [*sorted({claim.rule.index for claim in mine}), *([None] if rivals else [])]:
        total = probe.evaluate(replace(probe.case, options={**probe.case.options, bound.path: rule}))
        if rule is None:
            total = Interval(total.assured + low, (total.ceiling or 0) + high)
        options.append(Option(f"{policy}/{rules[rule].id}" if rule is not None else RIVAL, total))
    if len({option.total for option in options}) < 2:
        return None
    taken = probe.case.options.get(bound.path)
    named = None if bound.path not in probe.case.options else RIVAL if taken is None else f"{policy}/{rules[taken].id}"
    return Choice("option", bound.path, probe.program.articles[bound.path], None, named, _ranked(options))


def _ranked(options: list[Option]) -> tuple[Option, ...]:
    return tuple(sorted(options, key=lambda one: (-(one.total.ceiling or 0), -one.total.assured, one.rule)))


def _highest(probe: Probe, answer: Assessment) -> Iterator[Choice]:
    """Of the awards of one item that exclude each other, the one that the answer counts and those that it does not."""
    free = {bound.path: bound for bound in probe.program.exclusives if bound.choose in (None, "highest")}
    awards = {(award.policy, award.rule, award.item): award for award in answer.awards}
    groups: dict[tuple[str, str], list[Award]] = {}
    for award in answer.awards:
        for one in award.beaten_by:
            if award.item is not None and one.item == award.item and one.bound in free:
                members = groups.setdefault((one.bound, award.item), [])
                members += [a for a in (awards[one.policy, one.rule, one.item], award) if a not in members]
    for (path, item), members in sorted(groups.items()):
        options = [Option(f"{a.policy}/{a.rule}", a.standalone) for a in members if a.standalone]
        first, rest = options[0], options[1:]
        yield Choice("highest", path, probe.program.articles[path], item, None, (first, *_ranked(rest)))


def later(probe: Probe, answer: Assessment) -> Iterator[Later]:
    """Awards of an item that a limit of this year cuts, under a policy that is still in force in the next."""
    yearly = {cap.path for cap in probe.program.caps if "year" in cap.key and not cap.pool}
    last = {policy.id: policy.last_day for policy in answer.policies}
    for award in answer.awards:
        day = last[award.policy]
        if award.item is None or (day and int(day[:4]) <= answer.year):
            continue
        for step in award.steps:
            if (
                step.run == "high"
                and step.bound in yearly
                and step.why in ("cap", "count")
                and step.after < step.before
            ):
                yield Later(
                    policy=award.policy,
                    rule=award.rule,
                    item=award.item,
                    title=award.title,
                    bound=step.bound,
                    article=step.article,
                    cut=step.before - step.after,
                    last_day=day,
                )
