"""`compare`: what each policy would pay, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .inputs import admit_case, load_rules
from .options import ApplicationFile, DayOption, JsonOption, LangOption, PolicyOption, YearOption
from .output import console, print_json, refusals

if TYPE_CHECKING:
    from ..explain import Lang
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
    found = lines(answer)
    if as_json:
        print_json({"applicant": answer.applicant, "year": answer.year, "policies": [_data(one) for one in found]})
    else:
        _show(answer, found, lang)


def lines(answer: Assessment) -> list[dict[str, Any]]:
    """One entry a policy: amounts in fen, what is open, and how many facts and judgements are missing."""
    found = []
    for state in answer.policies:
        total = next(t for t in answer.totals if (t.policy, t.payee, t.kind) == (state.id, "applicant", "cash"))
        awards = [award for award in answer.awards if award.policy == state.id]
        found.append(
            {
                "policy": state.id,
                "title": state.title,
                "status": state.status,
                "assured": total.assured,
                "ceiling": total.ceiling,
                "open": list(total.open),
                "missing": len({(award.item, name) for award in awards for name in award.missing}),
                "judgements": len({(award.item, name) for award in awards for name in award.judgements}),
                "others": [
                    {"payee": t.payee, "kind": t.kind, "assured": t.assured, "ceiling": t.ceiling}
                    for t in answer.totals
                    if t.policy == state.id and t is not total and t.ceiling
                ],
                "in_force": not awards or any(award.status != "not_in_force" for award in awards),
            }
        )
    return sorted(found, key=lambda one: (-one["ceiling"], -one["assured"], one["policy"]))


def _data(one: dict[str, Any]) -> dict[str, Any]:
    from ..money import format_yuan

    title = one["title"]
    amounts = {name: format_yuan(one[name]) for name in ("assured", "ceiling")}
    others = [
        other | {"assured": format_yuan(other["assured"]), "ceiling": format_yuan(other["ceiling"])}
        for other in one["others"]
    ]
    return one | amounts | {"title": {"zh": title.zh, "en": title.en}, "others": others}


def _show(answer: Assessment, found: list[dict[str, Any]], lang: Lang) -> None:
    from ..explain import headline, money, say
    from .render import closing, table

    head = [say("word", word, lang) for word in COLUMNS]
    shown = table(head, numbers=range(1, 6))
    states = {state.id: state for state in answer.policies}
    for one in found:
        name = headline(states[one["policy"]], lang)
        name += "" if one["in_force"] else f"\n{say('word', 'not_in_force', lang)}"
        counts = [str(len(one["open"])), str(one["missing"]), str(one["judgements"])]
        others = "\n".join(_other(other, lang) for other in one["others"])
        shown.add_row(name, money(one["assured"], lang), money(one["ceiling"], lang), *counts, others)
    screen = console()
    screen.print(f"{answer.applicant} · {say('word', 'budget_year', lang)} {answer.year}")
    screen.print(shown)
    screen.print(closing(answer, lang))


def _other(other: dict[str, Any], lang: Lang) -> str:
    """What another party receives, or another kind of support; never in the same column."""
    from ..explain import say, span

    amounts = span(other["assured"], other["ceiling"], lang)
    return f"{say('payee', other['payee'], lang)} {say('kind', other['kind'], lang)} {amounts}"
