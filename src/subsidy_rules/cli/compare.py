"""`compare`: what each policy would pay, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .inputs import admit_case, load_rules
from .options import ApplicationFile, DayOption, JsonOption, LangOption, PolicyOption, YearOption
from .output import console, print_json, refusals

if TYPE_CHECKING:
    from ..explain import Lang, Line
    from ..explain.comparison import Beside
    from ..model.assessment import Assessment

COLUMNS = ("policy", "assured", "ceiling", "open", "missing_count", "judgement_count", "others")


def compare(
    application: ApplicationFile,
    policy: PolicyOption = None,
    lang: LangOption = "zh",
    as_json: JsonOption = False,
    day: DayOption = None,
    year: YearOption = None,
) -> None:
    """各项政策并列，按最高可得排序。 Policies side by side, the largest ceiling first: cash to the applicant."""
    with refusals(lang, as_json):
        rules = load_rules(policy)
        answer = rules.assess(admit_case(application, rules, day, year))
    from ..explain import compared
    from ..rules import as_data

    found = compared(answer)
    if as_json:
        print_json(as_data(found))
    else:
        _show(answer, found.policies, lang)


def _show(answer: Assessment, found: tuple[Line, ...], lang: Lang) -> None:
    from ..explain import headline, money, say
    from .render import closing, table

    head = [say("word", word, lang) for word in COLUMNS]
    shown = table(head, numbers=range(1, 6))
    states = {state.id: state for state in answer.policies}
    for one in found:
        name = headline(states[one.policy], lang)
        name += "" if one.in_force else f"\n{say('word', 'not_in_force', lang)}"
        counts = [str(len(one.open)), str(one.missing), str(one.judgements)]
        others = "\n".join(_other(other, lang) for other in one.others)
        shown.add_row(name, money(one.assured, lang), money(one.ceiling, lang), *counts, others)
    screen = console()
    screen.print(f"{answer.applicant} · {say('word', 'budget_year', lang)} {answer.year}")
    screen.print(shown)
    screen.print(closing(answer, lang))


def _other(other: Beside, lang: Lang) -> str:
    """What another party receives, or another kind of support; never in the same column."""
    from ..explain import say, span

    amounts = span(other.assured, other.ceiling, lang)
    return f"{say('payee', other.payee, lang)} {say('kind', other.kind, lang)} {amounts}"
