"""What holds of every answer, whatever the policies and the applications: one test for each invariant."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import replace
from functools import cache
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import oracle
import pytest
from engine_help import answer_of, answers_of, claims_of, document, loaded, program_of, sums
from hypothesis import assume, given
from hypothesis import strategies as st
from invariants_help import Dict, Drawn, cases, city, forgotten, gives_up, joint, own, quantified, real_cases
from oracle_truth import completions
from strategies import PLAIN_WAYS, VOCABULARY, applications, policies, populations, programs, shared_programs
from test_oracle import bounded

from subsidy_rules import Rules, testing, to_json
from subsidy_rules import policies as known_policies
from subsidy_rules.engine.assess import settlement, totals
from subsidy_rules.engine.compiled import CompiledPricer
from subsidy_rules.engine.reference import ReferencePricer
from subsidy_rules.engine.settle import settle
from subsidy_rules.engine.share import shares
from subsidy_rules.errors import ProblemsError
from subsidy_rules.loading import admit_data
from subsidy_rules.model.assessment import Assessment, Award
from subsidy_rules.money import parse_money

FREE = {"pools": False, "dated": False}  # pools are shared after the choice, days in force are no facts to be learnt


def rules_of(drawn: Drawn) -> Rules:
    """The drawn program as its users have it."""
    return Rules(drawn.program, [], document({}, "facts"), [])


def plain(answer: Assessment) -> Assessment:
    """Without the receipt, which knows how the application was spelled."""
    return replace(answer, receipt=None)  # type: ignore[arg-type]


# ── order ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@given(st.data())
def test_order_of_rules_bounds_and_files_does_not_matter(data: st.DataObject) -> None:
    drawn = data.draw(programs())
    application = data.draw(applications(drawn))
    answer = answer_of(loaded(drawn, VOCABULARY), application)
    turned = deepcopy(data.draw(st.permutations(drawn)))
    for policy in turned:
        for section in ("rules", "bounds"):
            policy[section] = data.draw(st.permutations(policy[section]))
        for bound in policy["bounds"]:
            bound["rules"] = data.draw(st.permutations(bound["rules"]))
    assert answer_of(program_of(turned, VOCABULARY), application) == answer


@given(cases(), st.data())
def test_order_of_items_grants_and_decisions_does_not_matter(drawn: Drawn, data: st.DataObject) -> None:
    turned = deepcopy(drawn.application)
    for section in ("items", "grants", "rivals", "approved"):
        if section in turned:
            turned[section] = data.draw(st.permutations(turned[section]))
    facts = turned["applicant"].get("facts", {})
    turned["applicant"]["facts"] = dict(data.draw(st.permutations(list(facts.items()))))
    before, after = (answer_of(drawn.program, one) for one in (drawn.application, turned))
    assert set(after.repayable) == set(before.repayable)
    assert replace(plain(after), repayable=()) == replace(plain(before), repayable=())


@given(st.data())
def test_order_of_applicants_does_not_matter(data: st.DataObject) -> None:
    drawn = data.draw(shared_programs())
    batch = data.draw(populations(drawn))
    program = loaded(drawn, VOCABULARY)
    order = data.draw(st.permutations(range(len(batch))))
    answers = answers_of(program, batch)
    assert answers_of(program, [batch[at] for at in order]) == [answers[at] for at in order]


# ── bounds only lower ────────────────────────────────────────────────────────────────────────────────────────────────


def at_most(one: int | None, other: int | None) -> bool:
    return other is None or (one is not None and one <= other)


@given(cases())
def test_every_bound_only_lowers(drawn: Drawn) -> None:
    testing.assert_bounds_only_lower(rules_of(drawn), drawn.application)


def without(drawn: list[Dict], at: int) -> list[Dict]:
    """The policies less one bound, the shorthand on rules included."""
    fewer = deepcopy(drawn)
    places: list[tuple[Any, Any]] = []
    for policy in fewer:
        places += [(policy["bounds"], bound) for bound in policy["bounds"]]
        for rule in policy["rules"]:
            places += [(rule, name) for name in ("once",) if name in rule]
            places += [(rule[name], entry) for name in ("cap", "exclusive") for entry in rule.get(name, ())]
    assume(places)
    box, entry = places[at % len(places)]
    if isinstance(box, list):
        box.remove(entry)
    else:
        del box[entry]
    return fewer


def simple(drawn: list[Dict]) -> bool:
    """Neither awards without a figure, which may win over others once they are free to, nor a prescribed winner."""
    rules = [rule for policy in drawn for rule in policy["rules"]]
    bounds = [bound.get("exclusive", {}) for policy in drawn for bound in policy["bounds"]]
    return not any("unquantified" in rule for rule in rules) and not any("choose" in bound for bound in bounds)


@given(st.data())
def test_removing_a_bound_never_lowers_a_total(data: st.DataObject) -> None:
    drawn = data.draw(programs(**FREE))
    assume(simple(drawn))
    application = data.draw(applications(drawn))
    fewer = without(drawn, data.draw(st.integers(0, 20)))
    low, high, opens = joint(loaded(drawn, VOCABULARY), application)
    options = {path: name for path, name in application.get("options", {}).items() if path in str(fewer)}
    freer = {**application, "options": options}
    paths = {f"{policy['id']}/{bound['id']}" for policy in fewer for bound in policy["bounds"]}
    freer["parameters"] = {path: x for path, x in application.get("parameters", {}).items() if path in paths}
    freer["options"] = {path: x for path, x in application.get("options", {}).items() if path in paths}
    other_low, other_high, other_opens = joint(program_of(fewer, VOCABULARY), freer)
    assert opens <= other_opens
    assert low <= other_low
    assert high <= other_high or other_opens > opens  # an unknown base without any limit has no figure


@given(st.data())
def test_an_earlier_grant_never_raises_a_total(data: st.DataObject) -> None:
    """But for: a grant whose award was worth more than was paid (topped up to that), and one that a rider rides on."""
    drawn = data.draw(programs(**FREE))
    assume(simple(drawn) and not any("rides_on" in rule for policy in drawn for rule in policy["rules"]))
    application = data.draw(applications(drawn))
    assume(application["grants"] and not any("value" in grant for grant in application["grants"]))
    program = loaded(drawn, VOCABULARY)
    low, high, _ = joint(program, application)
    fewer = list(application["grants"])
    fewer.pop(data.draw(st.integers(0, len(fewer) - 1)))
    other_low, other_high, _ = joint(program, {**application, "grants": fewer})
    assert low <= other_low
    assert high <= other_high


@given(cases())
def test_settling_twice_changes_nothing(drawn: Drawn) -> None:
    """The settled amounts, taken as what is due under the same numbers, stay as they are. Not: months of a stipend, which are
    no longer as many, winners that a text prescribes among all that were due, and a rider whose base a cap left nothing."""
    case = admit_data(drawn.application, drawn.program)
    one = settlement(drawn.program, case, CompiledPricer(drawn.program))
    for run in (one.low, one.high):
        if not any(group.bound.choose for group in run.sheet.groups) and not run.sheet.stipends and not run.sheet.bases:
            again = replace(run.sheet, values=list(run.amounts), steps={})
            assert settle(again, case).amounts == run.amounts


# ── limits are kept, and used up ─────────────────────────────────────────────────────────────────────────────────────


@given(st.data())
def test_no_limit_is_passed_and_none_is_left_unused(data: st.DataObject) -> None:
    """Earlier grants included; that as much as can be is paid is what the oracle says, which tries all sets of claims."""
    drawn = data.draw(programs())
    application = data.draw(applications(drawn))
    answer = answer_of(loaded(drawn, VOCABULARY), application)
    awards = claims_of(answer)
    case = oracle.Case(drawn, VOCABULARY, application)
    for run in (0, 1):
        paid = {name: amount(award, run) for name, award in awards.items()}
        for cap, key, members in case.groups([cap for cap in case.caps if "limit" in cap.body]):
            left = case.left(cap, key, members[0], run)
            assert sum(paid[claim.id] for claim in members) <= left, (cap.path, key)
        for counted, before, most in case._counts(run) + case._counts(run, pools=True):
            now = {thing for name, thing in counted.items() if paid[name]}
            assert not now or len(now | before) <= most
    expected = oracle.settle(drawn, VOCABULARY, application)
    assert sums(answer) == {key: ends for key, ends in expected.by_policy.items() if any(ends)}


def amount(award: Award, run: int) -> int:
    """What an award adds to a run; nothing where it has no figure."""
    if award.settled is None:
        return 0
    return award.settled.assured if run == 0 else award.settled.ceiling or 0


@given(st.data())
def test_no_two_exclusive_awards_are_paid_in_one_run(data: st.DataObject) -> None:
    drawn = data.draw(programs())
    application = data.draw(applications(drawn))
    awards = claims_of(answer_of(loaded(drawn, VOCABULARY), application))
    case = oracle.Case(drawn, VOCABULARY, application)
    for one, two in combinations(case.claims, 2):
        if case.excluded(one, two):
            for run in (0, 1):
                assert not (amount(awards[one.id], run) and amount(awards[two.id], run)), (one.id, two.id, run)


@given(real_cases())
def test_no_two_exclusive_awards_are_paid_under_a_real_policy(drawn: Drawn) -> None:
    case = admit_data(drawn.application, drawn.program)
    one = settlement(drawn.program, case, CompiledPricer(drawn.program))
    for run in (one.low, one.high):
        for group in run.sheet.groups:
            paid = [i for i in group.members if run.amounts[i]]
            for i, j in combinations(paid, 2):
                pair = frozenset((run.sheet.claims[i].rule.index, run.sheet.claims[j].rule.index))
                assert pair in group.bound.compatible
        for node in (*run.sheet.caps, *run.sheet.pools):
            if node.cap.kind == "limit":
                assert sum(run.amounts[i] for i in node.members) <= node.left


# ── intervals ────────────────────────────────────────────────────────────────────────────────────────────────────────


@given(cases())
def test_assured_is_never_above_the_ceiling(drawn: Drawn) -> None:
    testing.assert_intervals(rules_of(drawn), drawn.application)


@given(st.data())
def test_learning_a_fact_narrows_a_total(data: st.DataObject) -> None:
    drawn = data.draw(programs(**FREE))
    application = data.draw(applications(drawn, approvals=False))
    application.pop("options", None)
    vocabulary = bounded(VOCABULARY)
    program = loaded(drawn, vocabulary)
    low, high, opens = joint(program, application)
    for complete in completions(drawn, vocabulary, application, most=5):
        if gives_up(program, complete):
            continue
        learnt_low, learnt_high, learnt_opens = joint(program, complete)
        assert low <= learnt_low
        assert opens or (learnt_high <= high and not learnt_opens)


@given(real_cases(), st.data())
def test_forgetting_a_fact_widens_a_total(drawn: Drawn, data: st.DataObject) -> None:
    assume(not drawn.application.get("approved") and not drawn.application.get("options"))
    low, high, opens = joint(drawn.program, drawn.application)
    less = forgotten(data.draw, drawn.application)
    wide_low, wide_high, wide_opens = joint(drawn.program, less)
    assert wide_low <= low
    assert wide_opens or (high <= wide_high and not opens)


@given(st.data())
def test_raising_a_base_never_lowers_an_award(data: st.DataObject) -> None:
    """By every way to pay but tables of whole amounts and milestones, which may step down."""
    ways = (*PLAIN_WAYS, "each", "share_of", "formula", "brackets", "step", "months")
    policy = data.draw(policies(max_rules=2, ways=ways, pools=False, against=False, dated=False))
    policy["bounds"] = []
    for rule in policy["rules"]:
        for name in ("when", "once", "cap", "exclusive", "rides_on"):
            rule.pop(name, None)
        rule["pays"] = [{k: v for k, v in pay.items() if k != "when"} for pay in rule.get("pays", [])][:1]
    policy["rules"] = [rule for rule in policy["rules"] if rule["pays"]]
    assume(policy["rules"])
    program = loaded([policy], VOCABULARY)
    application = data.draw(applications([policy], approvals=False, outside=False, partial=False)) | {"grants": []}
    before = claims_of(answer_of(program, application))
    more = deepcopy(application)
    for said in (more["applicant"], *more["items"]):
        for name, text in said["facts"].items():
            if text.endswith("万元") and data.draw(st.booleans()):
                said["facts"][name] = f"{int(text[:-2]) + data.draw(st.integers(1, 200))}万元"
    try:
        after = claims_of(answer_of(program, more))
    except ProblemsError:  # above the legal range
        return
    for name, award in before.items():
        assert award.due and after[name].due
        assert award.due.assured <= after[name].due.assured
        assert at_most(award.due.ceiling, after[name].due.ceiling)


# ── over the years ───────────────────────────────────────────────────────────────────────────────────────────────────


def ladder(amounts: dict[str, int], per: list[str]) -> Dict:
    """An award with one rule a grade, topped up on promotion."""
    label = {"zh": "奖", "en": "award"}
    return {
        "id": "p",
        "title": label,
        "status": "in_force",
        "jurisdiction": {"name": label, "level": "city", "code": "99"},
        "effective": {"published": "2020-01-01", "starts": "2020-01-01", "ends": "not_stated"},
        "rules": [
            {
                "id": f"r-{grade}",
                "article": "1",
                "title": label,
                "department": ["x"],
                "item": "project",
                "award": "ladder",
                "when": [f"grade == '{grade}'"],
                "bound": "exact",
                "pays": [{"amount": f"{fen // 100}.{fen % 100:02d}元"}],
            }
            for grade, fen in amounts.items()
        ],
        "bounds": [
            {
                "id": "promotion",
                "article": "2",
                "title": label,
                "rules": "all",
                "exclusive": {"per": per, "prior": "top_up"},
            }
        ],
    }


GRADES = ("a", "b", "c")


@given(
    st.lists(st.integers(1, 10**7), min_size=3, max_size=3),
    st.lists(st.sampled_from(GRADES), min_size=1, max_size=6),
    st.sampled_from((["award", "item"], ["award", "applicant"], ["item"])),
)
def test_any_path_of_promotions_adds_up_to_the_highest_grade(fens: list[int], path: list[str], per: list[str]) -> None:
    amounts = dict(zip(GRADES, fens, strict=True))
    program = program_of([ladder(amounts, per)], VOCABULARY)
    grants: list[Dict] = []
    for year, grade in enumerate(path, 2020):
        application = {
            "applicant": {"id": "x", "facts": {"grade": grade}},
            "items": [{"id": "i", "kind": "project", "facts": {}}],
            "year": str(year),
            "history": "complete",
            "grants": grants,
        }
        answer = answer_of(program, application)
        assert own(answer)[0] == own(answer)[1]
        for award in quantified(answer):
            if award.settled and award.settled.assured and award.due:
                paid, value = (f"{fen // 100}.{fen % 100:02d}元" for fen in (award.settled.assured, award.due.assured))
                grants.append(
                    {"policy": "p", "rule": award.rule, "item": "i", "year": str(year), "amount": paid, "value": value}
                )
    assert sum(parse_money(grant["amount"]) for grant in grants) == max(amounts[grade] for grade in path)


@given(st.data(), st.integers(2, 4))
def test_no_limit_over_the_years_is_passed_on_either_path(data: st.DataObject, years: int) -> None:
    drawn = data.draw(programs(pools=False))
    application = data.draw(applications(drawn, partial=False))
    rules = Rules(loaded(drawn, VOCABULARY), [], document({}, "facts"), [])
    found = rules.project(application, range(2026, 2026 + years))
    assert plain(found[0].assured) == plain(found[0].ceiling)
    assert replace(plain(rules.assess(application)), date=found[0].ceiling.date) == plain(found[0].ceiling)
    paid: Counter[Any] = Counter()
    limits: dict[Any, int] = {}
    for one in found:
        case = oracle.Case(drawn, VOCABULARY, {**application, "year": str(one.year)})
        for run, answer in enumerate((one.assured, one.ceiling)):
            awards = claims_of(answer)
            for cap, key, members in case.groups(
                [cap for cap in case.caps if "limit" in cap.body and "year" not in cap.key]
            ):
                paid[run, cap.path, key] += sum(amount(awards[claim.id], run) for claim in members)
                limits.setdefault((run, cap.path, key), case.left(cap, key, members[0], run))
    assert all(paid[place] <= limit for place, limit in limits.items())


# ── pools and batches ────────────────────────────────────────────────────────────────────────────────────────────────


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**8), max_size=8), st.sampled_from(("pro_rata", "in_order")))
def test_shares_of_a_sum_add_up_to_it(total: int, demands: list[int], ration: Any) -> None:
    given_ = shares(ration, total, demands)
    assert sum(given_) == min(total, sum(demands))
    assert all(0 <= share <= demand for share, demand in zip(given_, demands, strict=True))
    if ration == "pro_rata" and sum(demands) > total:  # within a fen of the exact quota
        whole = sum(demands)
        assert all(abs(share * whole - total * demand) < whole for share, demand in zip(given_, demands, strict=True))


def pool_policy(limit: int, ration: str) -> Dict:
    policy = ladder({"a": 1}, ["item"])
    policy["rules"] = [
        policy["rules"][0] | {"id": "share", "when": [], "pays": [{"rate": "100%", "of": "spend"}], "award": "share"}
    ]
    cap = {"limit": f"{limit}元", "per": ["year"], "ration": ration}
    policy["bounds"] = [{"id": "pool", "article": "3", "title": policy["title"], "rules": "all", "cap": cap}]
    return policy


@given(
    st.integers(0, 2000),
    st.lists(st.lists(st.integers(0, 900), min_size=1, max_size=3), min_size=1, max_size=4),
    st.sampled_from(("pro_rata", "in_order", "unstated")),
)
def test_a_pool_is_shared_out_and_never_passed(limit: int, wants: list[list[int]], ration: str) -> None:
    program = program_of([pool_policy(limit, ration)], VOCABULARY)
    batch = [
        {
            "applicant": {"id": f"firm-{who}", "facts": {}},
            "items": [
                {"id": f"i{who}.{n}", "kind": "project", "facts": {"spend": f"{yuan}元"}} for n, yuan in enumerate(mine)
            ],
            "year": "2026",
            "history": "complete",
            "applied_at": f"2026-01-0{who + 1}",
        }
        for who, mine in enumerate(wants)
    ]
    found = [own(answer) for answer in answers_of(program, batch)]
    pool, asked = limit * 100, [sum(mine) * 100 for mine in wants]
    if ration == "unstated":  # each gets what the others leave at worst, all that he asked for at best
        for (low, high, _), mine in zip(found, asked, strict=True):
            assert high == min(mine, pool) and low == min(mine, max(0, pool - (sum(asked) - mine)))
    else:
        assert all(low == high for low, high, _ in found)
        assert sum(low for low, _, _ in found) == min(pool, sum(asked))


@given(st.data())
def test_splitting_a_batch_changes_nothing_where_no_pool_is_shared(data: st.DataObject) -> None:
    drawn = data.draw(programs(pools=False))
    batch = data.draw(populations(drawn))
    program = loaded(drawn, VOCABULARY)
    assume(all({"applicant", "item"} & set(bound.key) for bound in program.exclusives if not bound.levels))
    together = answers_of(program, batch)
    assert together == [answers_of(program, [one])[0] for one in batch]
    assert together == [answer_of(program, one) for one in batch]


# ── the answer accounts for itself ───────────────────────────────────────────────────────────────────────────────────


@given(st.data())
def test_a_receipt_gives_the_same_bytes_again(data: st.DataObject) -> None:
    if data.draw(st.booleans()):
        rules, applications_ = city(data.draw(st.sampled_from(known_policies())))
        application = data.draw(st.sampled_from(applications_))
    else:
        drawn = data.draw(programs())
        application = data.draw(applications(drawn))
        program = replace(loaded(drawn, VOCABULARY), digests=tuple((policy["id"], "0" * 64) for policy in drawn))
        rules = Rules(program, [], document({}, "facts"), [])
    with TemporaryDirectory() as folder:
        path = Path(folder) / "receipt.json"
        path.write_bytes(rules.receipt(application))
        assert to_json(rules.replay(path)) == to_json(rules.assess(application))


@given(cases())
def test_every_amount_is_reproduced_by_adding_up_its_steps(drawn: Drawn) -> None:
    testing.assert_steps_add_up(rules_of(drawn), drawn.application)


@given(cases())
def test_totals_are_the_sums_of_the_awards(drawn: Drawn) -> None:
    testing.assert_totals(rules_of(drawn), drawn.application)


@given(cases())
def test_what_is_open_is_named_and_only_that(drawn: Drawn) -> None:
    testing.assert_unquantified_apart(rules_of(drawn), drawn.application)


# ── engines, machines, threads ───────────────────────────────────────────────────────────────────────────────────────


@given(cases())
def test_engines_agree_in_every_word(drawn: Drawn) -> None:
    compiled = answer_of(drawn.program, drawn.application, "compiled")
    assert compiled == answer_of(drawn.program, drawn.application, "reference")
    fast = rules_of(drawn).totals(drawn.application)
    low, high, more = totals(
        drawn.program, admit_data(drawn.application, drawn.program), ReferencePricer(drawn.program)
    )
    assert fast == (low, None if more else max(low, high))
    assured, ceilings, opens = own(compiled)
    assert fast[0] == assured and (fast[1] is None) == bool(opens)
    # related policies may pay now the one, now the other: their ceilings are not reached together
    assert fast[1] is None or (fast[1] == ceilings if len(drawn.program.policies) == 1 else fast[1] <= ceilings)


@given(st.data())
def test_engines_agree_on_several_applicants(data: st.DataObject) -> None:
    drawn = data.draw(shared_programs())
    batch = data.draw(populations(drawn))
    program = loaded(drawn, VOCABULARY)
    assert answers_of(program, batch, "compiled") == answers_of(program, batch, "reference")


@cache
def digest() -> str:
    """Worked cases of all policies, answered."""
    found = hashlib.sha256()
    for name in known_policies():
        rules, applications_ = city(name)
        for application in applications_[::4]:
            found.update(to_json(rules.assess(application)).encode())
    return found.hexdigest()


@pytest.mark.parametrize(
    ("seed", "zone", "locale"), [("0", "UTC", "C"), ("1", "Asia/Shanghai", "C.UTF-8"), ("4242", "America/New_York", "")]
)
def test_the_same_input_gives_the_same_bytes_on_any_machine(seed: str, zone: str, locale: str) -> None:
    environment = os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale}
    code = "import test_invariants; print(test_invariants.digest())"
    command = [sys.executable, "-c", code]
    run = subprocess.run(
        command, env=environment, cwd=Path(__file__).parent, capture_output=True, text=True, check=False
    )
    assert run.stdout.strip() == digest(), run.stderr


@pytest.mark.parametrize("name", known_policies())
def test_threads_do_not_mix_answers(name: str) -> None:
    rules, applications_ = city(name)
    serial = [(to_json(rules.assess(one)), rules.totals(one)) for one in applications_]
    fresh = Rules(rules.program, rules.documents, rules.facts, rules.warnings)  # nothing is compiled yet
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(8) as pool:
            jobs = [
                [pool.submit(lambda one=one: (to_json(fresh.assess(one)), fresh.totals(one))) for one in applications_]
                for _ in range(2)
            ]
            for round_ in jobs:
                assert [job.result() for job in round_] == serial
    finally:
        sys.setswitchinterval(interval)
