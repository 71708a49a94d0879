"""Why an award is as it is, in short statements: what lowered it, what beats it, what fails, what is not known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..model.assessment import Award, Beaten, Step
from .names import Names
from .wording import article, bracket, clauses, colon, interval, label, listed, money


def why(award: Award, names: Names) -> list[str]:
    """The statements for one line of a table, each once."""
    if award.status == "ineligible":
        return unmet(award, names)
    return list(dict.fromkeys(_statements(award, names)))


def _statements(award: Award, names: Names) -> Iterator[str]:
    if award.status == "not_in_force":
        yield names.say("word", "not_in_force")
    if award.reason and not award.approved:
        yield names.say("reason", award.reason)
    if award.approved:
        yield names.say("word", "approved")
    if award.below_assured:
        yield names.say("word", "below_assured")
    for beaten in award.beaten_by:
        yield beats(beaten, names)
    yield from _lowered(award, names)
    yield from contested(award, names)
    yield from unknown(award, names)


def contested(award: Award, names: Names) -> Iterator[str]:
    """An award that wins in one run and loses in the other, with what it would be on its own."""
    alone, settled = award.standalone, award.settled
    if award.status != "undecided" or alone is None or settled is None or alone.ceiling is None:
        return
    ended = {one.run for one in award.steps if one.after == 0}
    if alone.ceiling and not settled.ceiling and "high" not in ended:
        text = names.say("word", "contested_high")
    elif alone.assured and not settled.assured and "low" not in ended:
        text = names.say("word", "contested_low")
    elif not award.missing and not award.judgements:
        yield names.say("word", "contested")
        return
    else:
        return
    yield text + bracket(colon(names.say("word", "standalone"), interval(alone, names.lang), names.lang), names.lang)


def unmet(award: Award, names: Names) -> list[str]:
    """Every failed condition: thresholds with what is lacking first."""
    kind = names.kind(award.policy, award.rule)
    lines = [names.unmet(one, kind) for one in award.unmet if one.fact]
    others = [names.unmet(one, kind) for one in award.unmet if not one.fact]
    if others:
        together = clauses(list(dict.fromkeys(others)), names.lang)
        lines.append(colon(names.say("word", "not_met"), together, names.lang))
    return list(dict.fromkeys(lines))


def unknown(award: Award, names: Names) -> Iterator[str]:
    """The facts that are missing, and what an officer has to judge."""
    for word, found in (("missing", award.missing), ("judgement", award.judgements)):
        if found:
            yield colon(names.say("word", word), listed(names.facts(found, award), names.lang), names.lang)


def beats(beaten: Beaten, names: Names) -> str:
    """`不及国际标准〔std-1〕，少 50万元（附则（一））`."""
    other = names.rule(beaten.policy, beaten.rule, beaten.item)
    space, comma = ("", "，") if names.lang == "zh" else (" ", ", ")
    text = names.say("word", "beaten") + space + other
    if beaten.more > 0:
        text += f"{comma}{names.say('word', 'less')} {money(beaten.more, names.lang)}"
    return text + bracket(article(beaten.article, names.lang), names.lang)


def step(one: Step, names: Names) -> str:
    """`限额 2000万元 → 500万元（（六））`."""
    text = f"{names.say('step', one.why)} {money(one.before, names.lang)} → {money(one.after, names.lang)}"
    return text + bracket(article(one.article, names.lang), names.lang) if one.article else text


def _lowered(award: Award, names: Names) -> Iterable[str]:
    """The steps of the ceiling in full; of the assured amount only reasons of its own, by name."""
    high = [one for one in award.steps if one.run == "high"]
    seen = {(one.bound, one.why) for one in high}
    own = [names.say("step", one.why) for one in award.steps if one.run == "low" and (one.bound, one.why) not in seen]
    lines = [step(one, names) for one in high]
    if own:
        lines.append(colon(names.say("run", "low"), listed(list(dict.fromkeys(own)), names.lang), names.lang))
    return lines


def assumptions(award: Award, names: Names) -> Iterator[tuple[str, list[str]]]:
    """How a silence of the text was read, and the other readings."""
    for assumed in award.assumptions:
        yield label(assumed.says, names.lang), [label(other, names.lang) for other in assumed.alternatives]
