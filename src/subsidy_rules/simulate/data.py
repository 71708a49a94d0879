"""A simulation and a comparison as JSON data: amounts as text in yuan, shares as text; the same result gives the same bytes."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ..model.vocabulary import Label
from ..money import format_yuan
from ..rules import Rules
from ..version import VERSION
from .costs import Line
from .figures import Figure
from .outcome import Outcome
from .pools import PoolUse
from .population import Population
from .sensitivity import Change
from .spread import LEVELS, Spread
from .study import NOTICE, QUANTILES, Simulation, Spans
from .versions import Comparison
from .written import decimal

SIMULATION, COMPARISON = "subsidy-rules/simulation/1", "subsidy-rules/comparison/1"


def simulation_data(s: Simulation) -> dict[str, Any]:
    total, articles = s.total_spans, s.article_spans
    return {
        "schema": SIMULATION,
        "notice": NOTICE.model_dump(),
        "policy": policy_data(s.rules),
        "population": population_data(s.population, s.outcome) | {"unknown": list(s.unknown)},
        "costs": {
            "total": [_line(line) for line in s.costs.total],
            "payees": [_line(line) for line in s.costs.payees],
            "articles": [_line(line) for line in s.costs.articles],
            "departments": [_line(line) for line in s.costs.departments],
            "rules": [_line(line) for line in s.costs.rules],
        },
        "distribution": {name: _spread(one) for name, one in zip(("assured", "ceiling"), s.spreads, strict=True)},
        "pools": [_pool(one) for one in s.pools],
        "binding": [
            _figure(one.figure)
            | {"kind": one.kind, "pool": one.pool, "applicants": one.applicants, "awards": one.awards}
            | {"endless": one.endless, "takes": _ends(one.takes)}
            for one in s.binding
        ],
        "sensitivity": [
            _figure(one.figure)
            | {"kind": one.kind, "down": {"value": one.down, "change": _ends(one.less) if one.less else None}}
            | {"up": {"value": one.up, "change": _ends(one.more) if one.more else None}}
            for one in s.turned
        ],
        "take_up": [
            {"share": _share(Fraction(one.share, 10**6)), "applicants": one.applicants}
            | _ends((one.assured, one.ceiling))
            for one in s.take_ups
        ],
        "uncertainty": {
            "draws": s.options.draws if total else 0,
            "quantiles": [f"{q}%" for q in QUANTILES],
            "total": [{"kind": kind} | _spans(spans) for kind, spans in total.items()],
            "articles": [{"article": key, "kind": kind} | _spans(spans) for (key, kind), spans in articles.items()],
        },
        "engine": VERSION,
    }


def comparison_data(c: Comparison) -> dict[str, Any]:
    return {
        "schema": COMPARISON,
        "notice": NOTICE.model_dump(),
        "old": policy_data(c.old.rules),
        "new": policy_data(c.new.rules),
        "population": population_data(c.population, c.new),
        "cost": {
            kind: {name: _ends(end) for name, end in zip(("before", "after"), c.cost(kind), strict=True)}
            for kind in ("cash", "financing", "other")
        },
        "applicants": {
            name: {"winners": side.winners, "losers": side.losers, "unchanged": side.unchanged}
            | {"gained": format_yuan(side.gained), "lost": format_yuan(side.lost)}
            for name, side in zip(("assured", "ceiling"), c.sides, strict=True)
        },
        "clauses": [
            {
                "rule": one.rule,
                "article": one.article,
                "title": one.title.model_dump(),
                "kind": one.kind,
                "state": one.state,
            }
            | {"before": _ends(one.before), "after": _ends(one.after), "winners": one.winners, "losers": one.losers}
            for one in c.clauses
        ],
        "excluded": [
            {"rule": one.rule, "article": one.article, "title": one.title.model_dump(), "kind": one.kind}
            | {"reason": one.reason, "bound": one.bound, "awards": one.awards, "applicants": one.applicants}
            | {"lost": _ends(one.lost)}
            for one in c.excluded
        ],
        "moved": [
            {"applicant": one.applicant, "before": _ends(one.before), "after": _ends(one.after)} for one in c.moved
        ],
        "engine": VERSION,
    }


def policy_data(rules: Rules) -> dict[str, Any]:
    policy = rules.program.policies[0]
    return {
        "id": policy.id,
        "title": policy.title.model_dump(),
        "status": policy.status,
        "files": dict(rules.program.digests),
    }


def population_data(population: Population, outcome: Outcome) -> dict[str, Any]:
    return {
        "title": population.title.model_dump(),
        "basis": population.basis,
        "sources": list(population.sources),
        "year": population.year,
        "size": population.size,
        "applying": outcome.size,
        "items": {kind: table.num_rows for kind, table in outcome.population.items.items()},
        "by_engine": outcome.by_engine,
    } | ({"seed": population.seed, "cut": dict(population.cut)} if population.drawn else {})


def _line(line: Line) -> dict[str, Any]:
    return {
        "key": line.key,
        "title": line.title.model_dump(),
        "kind": line.kind,
        "awards": line.awards,
        "applicants": line.applicants,
        "open": line.open,
    } | _ends((line.assured, line.ceiling))


def _ends(change: Change) -> dict[str, str]:
    return {"assured": format_yuan(change[0]), "ceiling": format_yuan(change[1])}


def _share(share: Fraction) -> str:
    return decimal(share * 100, 2).replace(",", "") + "%"


def _spread(one: Spread) -> dict[str, Any]:
    return {
        "recipients": one.recipients,
        "sum": format_yuan(one.sum),
        "median": format_yuan(one.median),
        "deciles": [format_yuan(value) for value in one.deciles],
        "tenths": [format_yuan(value) for value in one.tenths],
        "top": {f"{level}%": _share(share) for level, share in zip(LEVELS, one.top, strict=True)},
        "gini": decimal(one.gini, 4),
    }


def _pool(one: PoolUse) -> dict[str, Any]:
    def said(value: int) -> Any:
        return value if one.unit == "places" else format_yuan(value)

    ends = {
        name: dict(zip(("assured", "ceiling"), map(said, pair), strict=True))
        for name, pair in (("demand", one.demand), ("paid", one.paid))
    }
    return {
        "bound": one.path,
        "title": one.title.model_dump(),
        "article": one.article,
        "ration": one.ration,
        "unit": one.unit,
        "parts": one.parts,
        "left": said(one.left),
        "claims": one.claims,
        **ends,
        "full_on": dict(zip(("assured", "ceiling"), (day or None for day in one.full_on), strict=True)),
        "marginal": dict(zip(("assured", "ceiling"), (who or None for who in one.marginal), strict=True)),
        "by_day": {
            name: [[day, said(value)] for day, value in days]
            for name, days in zip(("assured", "ceiling"), one.by_day, strict=True)
        },
    }


def _figure(figure: Figure) -> dict[str, Any]:
    title: Label = figure.title
    return {
        "entry": figure.entry,
        "article": figure.article,
        "title": title.model_dump(),
        "sort": figure.sort,
        "value": figure.value,
    }


def _spans(spans: Spans) -> dict[str, Any]:
    return {name: [format_yuan(value) for value in getattr(spans, name)] for name in ("assured", "ceiling")}
