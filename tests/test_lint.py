"""Every lint: a policy that has its finding, at its place, and a near miss that has none of any kind. Then the words of Chinese
thresholds and the articles of a source text."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from subsidy_rules import ProblemsError
from subsidy_rules.lint import ALL, LINTS, LintFinding, Source, lint
from subsidy_rules.lint.figures import figures
from subsidy_rules.loading import build
from subsidy_rules.reading import read_yaml

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "lint.md").read_text("utf-8")
FACTS = """applicant:
  revenue: {kind: money, label: {zh: 营业收入, en: Revenue}, question: {zh: 营业收入多少？, en: Revenue}}
  tax_paid: {kind: money, label: {zh: 当年纳税额, en: Taxes paid}, question: {zh: 纳税多少？, en: Taxes}}
  pre_tax_profit: {kind: money, label: {zh: 税前利润, en: Profit before tax}, question: {zh: 利润多少？, en: Profit}}
  staff: {kind: count, label: {zh: 职工人数, en: Staff}}
  moved_in: {kind: bool, label: {zh: 总部迁入本区, en: Headquarters moved in}}
  at_work_here: {kind: bool, label: {zh: 在本区有实际经营, en: Active in the district}}
  located: {kind: bool, label: {zh: 位于云溪区, en: Located in Yunxi}}
  reviewed: {kind: judgement, label: {zh: 经评审, en: Reviewed}}
items:
  project:
    label: {zh: 项目, en: Project}
    facts:
      cost: {kind: money, label: {zh: 设备采购费用, en: Cost}, question: {zh: 费用多少？, en: Cost}}
      purchase: {kind: money, label: {zh: 设备的采购费用, en: Purchase}, question: {zh: 采购多少？, en: Purchase}}
      rent: {kind: money, label: {zh: 场地租金, en: Rent}, question: {zh: 租金多少？, en: Rent}}
      wages: {kind: money, label: {zh: 人员工资, en: Wages}}
      months: {kind: months, label: {zh: 月数, en: Months}}
      certificate: {kind: text, label: {zh: 证书编号, en: Certificate}}
      field: {kind: choice, label: {zh: 领域, en: Field}, options: {one: {zh: 甲, en: A}, two: {zh: 乙, en: B}}}
      first: {kind: bool, label: {zh: 首次获评, en: First recognition}}
      local_goods: {kind: bool, label: {zh: 采购本市产品, en: Local goods bought}}
      good_goods: {kind: bool, label: {zh: 所购产品符合国家标准, en: Goods meet the national standard}}
      domestic: {kind: bool, label: {zh: 使用国产设备, en: Domestic machines}}
      imported: {kind: bool, label: {zh: 使用非国产设备, en: Imported machines}}
      place: {kind: bool, label: {zh: 位于云溪区, en: Project in Yunxi}}
      listed: {kind: bool, label: {zh: 服务商在推荐名单内, en: Supplier is listed}}
      on_list: {kind: bool, label: {zh: 项目列入重点名单, en: Project is listed}}
"""
IN_FORCE = "effective: {published: 2026-01-01, starts: 2026-01-01, ends: 2028-12-31}"
RULE = """id: machines
article: "1"
title: {zh: 设备补助, en: Machines}
department: [区经信局]
item: project
"""
PAYS = (
    "bound: exact\npays: {rate: 30%, of: cost}\nfigures: [30%, 50万元]\ncap: {limit: 50万元, per: [applicant, year]}\n"
)
FIXED = "bound: exact\npays: {amount: 5万元}\nfigures: [5万元]\n"
OPEN = "unquantified: case_by_case\n"


def listed(entry: str) -> str:
    """An entry as one of a list of YAML."""
    return "".join(f"{'  - ' if at == 0 else '    '}{line}\n" for at, line in enumerate(entry.splitlines()))


def policy(*rules: str, bounds: str = "", top: str = IN_FORCE, id: str = "yunxi", status: str = "in_force") -> str:
    head = f"id: {id}\ntitle: {{zh: 云溪, en: Yunxi}}\nstatus: {status}\n{top}\n"
    head += 'jurisdiction: {name: {zh: 云溪区, en: Yunxi}, level: district, code: "990102"}\n'
    text = head + "rules:\n" + "".join(map(listed, rules))
    return text + (f"bounds:\n{listed(bounds)}" if bounds else "")


def one(more: str = PAYS, **others: str) -> str:
    """A policy of one rule."""
    return policy(RULE + more, **others)


def found(*texts: str, source: str | None = None) -> tuple[LintFinding, ...]:
    """The findings about the policies, all evaluated together; the source is that of the first."""
    documents = [read_yaml(text.encode(), f"{at}.yaml") for at, text in enumerate(texts)]
    program, _ = build(documents, read_yaml(FACTS.encode(), "facts.yaml"))
    return lint(documents, program, {"yunxi": Source(source)} if source is not None else None)


def second(more: str, id: str = "other") -> str:
    return RULE.replace("id: machines", f"id: {id}") + more


def pool(cap: str, figure: str) -> str:
    return f'id: pool\narticle: "1"\ntitle: {{zh: 年度资金, en: Pool}}\nfigures: [{figure}]\nrules: [machines]\ncap: {{{cap}}}\n'


def stipend(cap: str) -> str:
    return f"bound: exact\npays: {{amount: 1000元, months: months}}\nfigures: [1000元]\n{cap}"


def effective(text: str) -> str:
    return f"effective: {{{text}}}"


ONCE = FIXED + "once: [applicant]\n"
OLD = policy(RULE + PAYS, id="old", top=effective("published: 2023-01-01, starts: 2023-01-01, ends: 2025-12-31"))
LATER = policy(RULE + PAYS, id="old", top=effective("published: 2023-01-01, starts: 2023-01-01, lasts: 4 years"))
ENDS = policy(RULE + PAYS, id="old", top=effective("published: 2023-01-01, starts: 2023-01-01, lasts: 3 years"))
HEIR = IN_FORCE + "\nsucceeds: [old]"
ASSUMED = "assumes: {says: {zh: 按年计, en: Yearly}, or: {says: {zh: 按次计, en: Each}}}\n"
EXTRA = "facts: {applicant: {own: {kind: bool, label: {zh: 自有, en: Own}}}}"
TEXT = "云溪若干措施\n一、支持企业\n1.设备。对设备费用{},给予30%补助,最高50万元。\n2.其他。\n"


class Case(NamedTuple):
    """`bad` has the finding at the field, `good` none at all. `source`: the text of the policy, for the bad one and the good."""

    code: str
    field: str
    bad: tuple[str, ...]
    good: tuple[str, ...]
    sources: tuple[str | None, str | None] = (None, None)


def case(code: str, field: str, bad: str, good: str, *sources: str) -> Case:
    return Case(code, field, (bad,), (good,), (sources[0], sources[1]) if sources else (None, None))


def threshold(figure: str, condition: str, rule: str = PAYS.replace("30%, 50", "30%, {}, 50")) -> str:
    return one(rule.replace("{}, 50", f"{figure}, 50") + f"when: [{condition}]\n")


def rows(edge: str) -> str:
    table = f"pays: {{bands: {{of: cost, rows: [{{{edge}: 10万元, amount: 1万元}}]}}}}"
    return one(f"bound: exact\n{table}\nfigures: [超过10万元, 1万元]\nonce: [item]\n")


def reading(says: str) -> str:
    return one(PAYS + f"assumes: {{says: {{zh: '{says}', en: A}}, or: {{says: {{zh: 其他, en: B}}}}}}\n")


AGAINST = "exclusive: {per: [], prior: forfeit, against: {levels: [city], same: item}}\n"
PENDING = LATER.replace("published: 2023-01-01, starts: 2023-01-01", "published: unknown, starts: +0 days")


CASES = (
    case("SR601", "rules.machines.unquantified", one("unquantified: amount_not_stated\n"), one(OPEN)),
    case("SR602", "rules.machines.figures.0", one(OPEN + "figures: [30%]\n"), one(OPEN + "figures: [30万元]\n")),
    case(
        "SR602",
        "rules.machines.figures.0",
        one(OPEN + "figures: [30%]\n"),
        one("unquantified: institutional\nform: in_kind\nfigures: [30%]\n"),  # a share of something else than money
    ),
    case("SR603", "rules.machines.pays.rate", one(PAYS.replace("30%", "300%")), one(PAYS.replace("30%", "100%"))),
    case("SR604", "rules.machines.pays.of", one(PAYS.replace("of: cost", "of: wages")), one()),
    case(
        "SR605",
        "rules.other.pays.of",
        policy(RULE + PAYS, second(PAYS.replace("of: cost", "of: purchase"))),
        policy(RULE + PAYS, second(PAYS.replace("of: cost", "of: rent"))),
    ),
    case(
        "SR605",
        "rules.other.pays.of",
        policy(RULE + PAYS, second(PAYS.replace("of: cost", "of: purchase"))),
        one(PAYS.replace("{rate: 30%, of: cost}", "{formula: 30% * cost + 30% * purchase}")),  # side by side: two sums
    ),
    case("SR606", "rules.machines.figures.1", one(PAYS.replace("limit: 50", "limit: 60")), one()),
    case(
        "SR606",
        "rules.machines.figures.2",
        one(PAYS.replace("50万元]", "50万元, 900万元]", 1)),
        one(
            PAYS.replace("50万元]", "50万元, 900万元]", 1),
            bounds=pool("limit: 900万元, per: [year], ration: in_order", "900万元"),
        ),
    ),
    case("SR607", "rules.machines.pays.rate", one(PAYS.replace("rate: 30%", "rate: 80%")), one()),
    case("SR607", "rules.machines.when.0", one(PAYS + "when: [cost >= 9万元]\n"), one(PAYS + "when: [cost > 0元]\n")),
    case(
        "SR611",
        "rules.machines.when.0",
        threshold("500万元以上", "cost > 500万元"),
        threshold("500万元以上", "cost >= 500万元"),
    ),
    case(
        "SR611",
        "rules.machines.when.0",
        threshold("超过500万元", "cost >= 500万元"),
        threshold("超过500万元", "cost > 500万元"),
    ),
    case("SR611", "rules.machines.when.0", threshold("3家以下", "staff < 3"), threshold("3家以下", "staff <= 3")),
    case("SR611", "rules.machines.when.0", threshold("不足3人", "3 >= staff"), threshold("不足3人", "3 > staff")),
    case(
        "SR611", "rules.machines.when.0", threshold("满6个月", "months > 6"), threshold("满6个月", "not (months < 6)")
    ),
    case(
        "SR611",
        "rules.machines.when.0",
        threshold("超过3人", "not (staff < 3)"),
        threshold("超过3人", "not (staff <= 3)"),
    ),
    case("SR611", "rules.machines.when.0", threshold("超过3人", "staff >= 3"), threshold("不超过3人", "staff >= 3")),
    case("SR611", "rules.machines.pays.bands.rows.0.from", rows("from"), rows("over")),
    case(
        "SR611",
        "rules.machines.when.0",
        threshold("500万元", "cost > 500万元"),
        threshold("500万元", "cost >= 500万元"),
        TEXT.format("500万元以上"),
        TEXT.format("500万元以上"),
    ),
    case(
        "SR611",
        "rules.machines.when.0",
        threshold("500万元", "cost > 500万元"),
        threshold("500万元", "cost > 500万元"),
        TEXT.format("达到500万元"),
        TEXT.format("500万元") + "3.另一条。费用达到500万元的除外。\n",  # the words of another article
    ),
    case(
        "SR612",
        "rules.machines.title",
        reading("国家级、省级、市级平台,分别给予50万元、30%"),
        reading("国家级、省级平台,分别给予50万元、30%"),
    ),
    case(
        "SR612",
        "rules.machines.title",
        reading("甲、乙和丙类,分别给予5万元、4万元、3万元、2万元"),
        reading("甲、乙和丙类,分别给予5万元、4万元、3万元"),
    ),
    case(
        "SR612",
        "rules.machines.title",
        reading("甲、乙、丙类,分别给予5万元和4万元"),
        reading("甲、乙、丙类,分别给予5万元"),
    ),  # one for each
    case(
        "SR612",
        "rules.machines.title",
        reading("甲、乙、丙类,分别给予5万元和4万元"),
        reading("这类平台分别给予5万元和4万元"),
    ),  # no list
    case(
        "SR612",
        "rules.machines.title",
        one(),
        one(),
        TEXT.format("在甲级、乙级、丙级的,分别给予30%、50万元"),
        TEXT.format("在甲级、乙级的,分别给予30%、50万元"),
    ),
    case(
        "SR613",
        "rules.machines.figures.1",
        one(),
        one(),
        TEXT.format("").replace("50万", "60万") + "3.50万元\n",
        TEXT.format(""),
    ),
    case("SR614", "rules.machines.article", one(), one(), TEXT.format("").replace("1.设", "甲.设"), TEXT.format("")),
    case(
        "SR621",
        "bounds.pool.cap.ration",
        one(bounds=pool("limit: 900万元, per: [year], ration: unstated", "900万元")),
        one(bounds=pool("limit: 900万元, per: [year], ration: pro_rata", "900万元")),
    ),
    case(
        "SR622",
        "bounds.pool.cap.ration",
        one(bounds=pool("count: 10, of: item, per: [year], ration: unstated", "10个")),
        one(bounds=pool("count: 10, of: item, per: [year], ration: rank, rank_by: cost", "10个")),
    ),
    case(
        "SR623",
        "rules.machines.cap.0",
        one(PAYS.replace("applicant, year", "applicant")),
        one(PAYS.replace("applicant, year", "item")),
    ),
    case(
        "SR623",
        "rules.machines.cap.0",
        one(PAYS.replace("applicant, year", "applicant")),
        one(PAYS.replace("applicant, year", "applicant")).replace("设备补助", "设备补助（有效期内累计）"),
    ),
    case(
        "SR624",
        "rules.machines.minimum",
        one(PAYS + "minimum: 51万元\n").replace("[30%", "[51万元, 30%"),
        one(PAYS + "minimum: 50万元\n"),
    ),
    case(
        "SR624",
        "rules.machines.minimum",
        one(ONCE + "minimum: 6万元\n").replace("[5", "[6万元, 5"),
        one(ONCE + "minimum: 5万元\n"),
    ),
    case(
        "SR625",
        "rules.machines.pays",
        one(ONCE + "max: 4万元\n").replace("[5", "[4万元, 5"),
        one(ONCE + "max: 5万元\n"),
    ),
    case("SR626", "rules.machines.pays", one(stipend("")), one(stipend("cap: {units: 12, per: [item]}\n"))),
    case("SR626", "rules.machines.pays", one("bound: exact\npays: {rate: 30%, of: cost}\nfigures: [30%]\n"), one()),
    case(
        "SR626",
        "rules.machines.pays",
        one("bound: exact\npays: {formula: 30% * cost}\nfigures: [30%]\n"),
        one("bound: exact\npays: {formula: 'min(30% * cost, 9万元)'}\nfigures: [30%, 9万元]\n"),
    ),
    case(
        "SR627",
        "rules.machines.cap.1",
        one(
            PAYS.replace("cap: {", "cap: [{").replace("year]}", "year]}, {limit: unpublished, per: [applicant, year]}]")
        ),
        one(),
    ),
    case("SR631", "rules.machines.pays", one(FIXED), one(ONCE)),
    case(
        "SR631",
        "rules.machines.pays",
        one(FIXED + "exclusive: {per: [item], prior: ignore}\n"),
        one(FIXED + "exclusive: {per: [item], prior: top_up}\n"),
    ),
    case(
        "SR631",
        "rules.machines.pays",
        one(FIXED + "max: 5万元\n"),
        one(FIXED + "cap: {limit: 5万元, per: [item, year]}\n"),
    ),
    case("SR632", "rules.machines", one(PAYS + "when: [first]\n"), one(PAYS + "when: [first]\nonce: [item]\n")),
    case(
        "SR632",
        "rules.machines",
        one().replace("设备补助", "一次性设备补助"),
        one(PAYS + "once: [item]\n").replace("设备补助", "一次性设备补助"),
    ),
    case("SR633", "rules.machines.once", one(FIXED + "once: [field]\n"), one(FIXED + "once: [certificate]\n")),
    case(
        "SR633",
        "rules.machines.exclusive.0",
        one(PAYS + "exclusive: {per: [year], prior: forfeit}\n"),
        one(PAYS + "exclusive: {per: [year], prior: forfeit, against: {levels: [city], same: item}}\n"),
    ),
    case(
        "SR641",
        "effective",
        one(top=effective("published: 2026-01-01, starts: +0 days")),
        one(top=effective("published: 2026-01-01, starts: +0 days, lasts: 3 years")),
    ),
    case("SR641", "effective", one(top=effective("published: 2026-01-01, starts: +0 days, ends: not_stated")), one()),
    case(
        "SR642",
        "effective",
        one(top=effective("published: unknown, starts: +0 days, lasts: 3 years")),
        one(top=effective("published: unknown, starts: +0 days, lasts: 3 years"), status="draft"),
    ),
    case(
        "SR643",
        "effective",
        one(top=effective("published: 2026-01-01, starts: +31 days, ends: 2026-01-31")),
        one(top=effective("published: 2026-01-01, starts: +30 days, ends: 2026-01-31")),
    ),
    Case("SR644", "succeeds.0", (one(top=HEIR), LATER), (one(top=HEIR), ENDS)),
    Case("SR644", "succeeds.0", (one(top=HEIR), OLD.replace("2025-12-31", "2026-01-01")), (one(top=HEIR), OLD)),
    Case("SR644", "succeeds.0", (one(top=HEIR), LATER), (one(top=HEIR), LATER.replace("in_force", "repealed"))),
    Case("SR644", "succeeds.0", (one(top=HEIR), LATER), (one(), LATER)),  # another matter: nothing is succeeded
    case(
        "SR651",
        "rules.machines.when.0",
        one(PAYS + "when: [tax_paid > 0元]\n"),
        one(PAYS + "when: [pre_tax_profit > 0元]\n"),
    ),
    case("SR652", "rules.machines.when.0", one(PAYS + "when: [moved_in]\n"), one(PAYS + "when: [at_work_here]\n")),
    case("SR653", "rules.machines.when.0", one(PAYS + "when: [local_goods]\n"), one(PAYS + "when: [good_goods]\n")),
    case("SR654", "rules.machines.when.0", one(PAYS + "when: [listed]\n"), one(PAYS + "when: [on_list]\n")),
    case("SR655", "rules.machines.when.0", one(PAYS + "when: [located]\n"), one(PAYS + "when: [reviewed]\n")),
    case("SR661", "rules.machines.unquantified", one("unquantified: refers_elsewhere\n"), one(OPEN)),
    Case("SR662", "succeeds.0", (one(top=HEIR),), (one(top=HEIR), OLD)),
    case(
        "SR671",
        "rules.machines.assumes.0",
        one(PAYS + ASSUMED.replace(", or: {says: {zh: 按次计, en: Each}}", "")),
        one(PAYS + ASSUMED),
    ),
    case(
        "SR672",
        "facts.applicant.own",
        one(top=f"{IN_FORCE}\n{EXTRA}"),
        one(PAYS + "when: [own]\n", top=f"{IN_FORCE}\n{EXTRA}"),
    ),
    case(
        "SR623",
        "rules.machines.cap.0",
        one(PAYS.replace("applicant, year", "applicant")),
        one(PAYS.replace("year", "item")),
    ),
    case("SR631", "rules.machines.pays", one(FIXED + AGAINST), one(ONCE + AGAINST)),
    case(
        "SR631",
        "rules.machines.pays",
        one(FIXED, bounds=pool("limit: 900万元, per: [year], ration: in_order", "900万元")),
        one(ONCE),
    ),
    Case("SR644", "succeeds.0", (one(top=HEIR), LATER), (one(top=HEIR), PENDING.replace("in_force", "draft"))),
    case("SR653", "rules.machines.when.0", one(PAYS + "when: [domestic]\n"), one(PAYS + "when: [imported]\n")),
    case("SR655", "rules.machines.when.0", one(PAYS + "when: [located]\n"), one(PAYS + "when: [place]\n")),
    case(
        "SR612",
        "rules.machines.title",
        reading("甲类示范、场景、案例和乙类案例,分别给予5万元、4万元、3万元、2万元、1万元"),
        reading("甲类示范、场景、案例和乙类案例,分别给予5万元、4万元"),  # two classes, joined by 和
    ),
)


@pytest.mark.parametrize("at", range(len(CASES)), ids=[f"{at}-{one.code}" for at, one in enumerate(CASES)])
def test_each_lint_has_a_case_and_a_near_miss(at: int) -> None:
    one = CASES[at]
    hits = [finding for finding in found(*one.bad, source=one.sources[0]) if finding.code == one.code]
    assert [finding.field for finding in hits] == [one.field]
    assert hits[0].line > 0 and hits[0].column > 0
    assert found(*one.good, source=one.sources[1]) == ()


def test_every_code_and_every_lint_is_tried() -> None:
    assert {one.code for one in CASES} == set(LINTS)
    assert len(ALL) == len(LINTS)


@pytest.mark.parametrize("code", LINTS)
def test_without_its_lint_a_code_is_not_found(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One function reports one code, so that a lint that is lost is missed by its own case."""
    one = next(one for one in CASES if one.code == code)
    reporting = []
    for check in ALL:
        monkeypatch.setattr("subsidy_rules.lint.ALL", (check,))
        reporting += [finding.code for finding in found(*one.bad, source=one.sources[0]) if finding.code == code]
    assert reporting == [code]


REFUSED = {  # what the page on lints says of slips that are refused while loading
    "a rate without": (one(PAYS.replace("rate: 30%, of: cost", "rate: 30%")), "SR303"),
    "neither an amount": (one("bound: exact\n"), "SR331"),
    "a pool without": (one(bounds=pool("limit: 900万元, per: [year]", "900万元")), "SR321"),
    "a ranking": (one(bounds=pool("limit: 900万元, per: [year], ration: rank", "900万元")), "SR322"),
    "a range": (one(PAYS.replace("rate: 30%", "rate: {from: 30%, to: 20%}").replace("exact", "range")), "SR312"),
    "a reference": (one(PAYS + "rides_on: none\n"), "SR311"),
    "where nothing is claimed": (one(ONCE.replace("applicant", "item")).replace("    item: project\n", ""), "SR344"),
    "a branch": (one("bound: exact\npays: [{amount: 5万元}, {amount: 6万元}]\n"), "SR335"),
}


@pytest.mark.parametrize("slip", REFUSED)
def test_what_has_no_lint_is_refused(slip: str) -> None:
    text, code = REFUSED[slip]
    with pytest.raises(ProblemsError) as caught:
        found(text)
    assert code in {problem.code for problem in caught.value.problems}
    row = next(line for line in PAGE.splitlines() if line.startswith("| ") and slip in line and "| SR6" not in line)
    assert code in row


# Places


def test_a_finding_stands_where_the_drafter_wrote_it() -> None:
    text = one(PAYS + "when:\n  - reviewed\n  - located\n")
    line = text.splitlines().index("      - located") + 1
    finding = next(f for f in found(text) if f.code == "SR655")
    assert (finding.file, finding.line, finding.column) == ("0.yaml", line, 9)
    assert (finding.policy, finding.article, finding.entry, finding.severity) == ("yunxi", "1", "machines", "note")
    assert (finding.found, finding.against) == ("located 位于云溪区", "1/1")


def test_findings_do_not_depend_on_the_order_of_files() -> None:
    assert {f.fingerprint for f in found(one(FIXED), OLD)} == {f.fingerprint for f in found(OLD, one(FIXED))}


def test_one_finding_for_a_fact_that_many_rules_read() -> None:
    rules = [second(PAYS + "when: [located]\n", f"r{n}") for n in range(3)] + [second(PAYS, "r3")]
    assert [(f.code, f.against) for f in found(policy(*rules))] == [("SR655", "3/4")]


def test_one_finding_for_a_sentence_of_the_article_of_several_rules() -> None:
    text = TEXT.format("在甲级、乙级、丙级的,分别给予30%、50万元")
    assert [f.code for f in found(policy(RULE + PAYS, second(PAYS)), source=text)] == ["SR612"]


# Words and articles


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("投资500万元以上", [("money", 500_000_000, ">=")]),
        ("不超过1.5亿元", [("money", 15_000_000_000, "<=")]),
        ("不得低于３０％", [("rate", 300_000, ">=")]),
        ("成立未满 3 年", [("count", 3, "<")]),
        ("3家及以上", [("count", 3, ">=")]),
        ("超过100万", [("money", 100_000_000, ">")]),
        ("100－300万元", [("money", 100_000_000, ""), ("money", 300_000_000, "")]),
        ("10%~30%", [("rate", 100_000, ""), ("rate", 300_000, "")]),
        ("50万元/项", [("money", 50_000_000, "")]),
        ("0.5", []),
        ("前三位", []),  # numerals in words are not read
    ],
)
def test_figures_and_the_words_beside_them(text: str, expected: list[tuple[str, int, str]]) -> None:
    assert [(f.kind, f.value, "".join(op for _, op in f.words)) for f in figures(text)] == expected


NESTED = """云溪若干措施
一、培育企业
（一）设备。甲
接着甲
（二）平台。乙
二、附则
（一）期限。丙
（二）解释。丁
"""


def test_articles_of_a_text() -> None:
    source = Source(NESTED)
    assert source.article("（一）") == "(一)设备。甲\n接着甲"
    assert source.article("(二)") == "(二)平台。乙"
    assert source.article("附则") == "二、附则\n(一)期限。丙\n(二)解释。丁\n"
    assert source.article("附则（二）") == "(二)解释。丁\n"
    assert source.article("一、") is None and source.article("末段") is None and source.article("（九）") is None
    assert Source("1.甲\n1.5亿元\n2.乙").article("1") == "1.甲\n1.5亿元"
    assert Source("第一条 甲\n第二条 乙").article("第二条") == "第二条乙"


@pytest.mark.parametrize(
    ("name", "data", "code"), [("none", None, "SR101"), ("bad", b"\xff\xfe", "SR106"), ("dir", b"", "SR103")]
)
def test_a_source_that_is_no_text_is_refused(name: str, data: bytes | None, code: str, tmp_path: Path) -> None:
    path = tmp_path / name
    if data:
        path.write_bytes(data)
    elif data is not None:
        path.mkdir()
    with pytest.raises(ProblemsError) as caught:
        Source.read(path)
    assert [problem.code for problem in caught.value.problems] == [code]
