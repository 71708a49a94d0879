"""Pictures over a scale: the distribution, pools over the year, take-up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from ..explain import Lang
from .drawing import CEILING, EDGE, GRID, INK, LIMIT, PAPER, QUIET, Chart, legend, numbered, pick, plain, said, scaled
from .pools import PoolUse
from .sensitivity import TakeUp
from .spread import Spread
from .words import say, say_of
from .written import amount, decimal, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

EACH = 2.45  # inches that a pool takes


def distribution(spreads: tuple[Spread, Spread]) -> Chart:
    top = percent(spreads[1].top[1])
    return Chart(
        "distribution", said("distribution", lambda lang: {"top": top}), 3.9, partial(_draw_distribution, spreads)
    )


def _draw_distribution(spreads: tuple[Spread, Spread], figure: Figure, lang: Lang) -> None:
    low, high = spreads
    left, right = figure.add_axes((0.07, 0.13, 0.52, 0.77)), figure.add_axes((0.68, 0.13, 0.295, 0.77))
    plain(left, "y")
    numbered(left.yaxis)
    for at in range(10):
        most, sure = (scaled(one.tenths[at], lang) for one in (high, low))
        left.bar(at + 1, most, width=0.72, facecolor=CEILING, edgecolor=EDGE, hatch="////", linewidth=0.8)
        left.bar(at + 1, sure, width=0.36, color=INK)
    left.set_xticks(range(1, 11))
    left.set_xlabel(say("tenths", lang), fontsize=10, color=QUIET)
    left.set_title(say("yuan_unit", lang), loc="right", fontsize=9.5, color=QUIET)
    legend(left, [(INK, say("assured", lang)), (CEILING, say("ceiling_short", lang))])
    _lorenz(right, low, high, lang)


def _lorenz(axes: Axes, low: Spread, high: Spread, lang: Lang) -> None:
    plain(axes, "both")
    axes.plot([0, 100], [0, 100], color=QUIET, linewidth=1, linestyle=(0, (1, 2)))
    turned: Any = {"rotation": 45, "rotation_mode": "anchor", "ha": "center", "va": "bottom"}
    axes.text(48, 51, say("equality", lang), fontsize=9, color=QUIET, **turned)
    for one, colour, style, code in ((high, EDGE, (0, (5, 2)), "ceiling_short"), (low, INK, "-", "assured")):
        if one.recipients:
            label = f"{say(code, lang)} · {say('gini_short', lang)} {decimal(one.gini, 2)}"
            shares = [float(point) * 100 for point in one.points]
            axes.plot(range(101), shares, color=colour, linewidth=2, linestyle=style, label=label)
    axes.set_aspect("equal")
    axes.set_xlim(0, 100)
    axes.set_ylim(0, 100)
    axes.set_xticks([0, 50, 100])
    axes.set_yticks([0, 50, 100])
    axes.set_xlabel(say("share_of_people", lang), fontsize=10, color=QUIET)
    axes.set_title(say("share_of_sum", lang), loc="left", fontsize=9.5, color=QUIET)
    axes.legend(loc="upper left", frameon=False, fontsize=9, handlelength=1.6, borderaxespad=0.1)


def pools_over_the_year(pools: Sequence[PoolUse]) -> Chart:
    def filled(lang: Lang) -> dict[str, object]:
        days = [f"{pick(one.title, lang)} {one.full_on[1] or say('never', lang)}" for one in pools]
        return {"pools": ("；" if lang == "zh" else "; ").join(days)}

    return Chart("pools", said("pools", filled), EACH * len(pools), partial(_draw_pools, pools))


def _draw_pools(pools: Sequence[PoolUse], figure: Figure, lang: Lang) -> None:
    height = figure.get_figheight()
    for at, one in enumerate(pools):
        bottom = height - EACH * (at + 1) + 0.4
        _draw_pool(figure.add_axes((0.075, bottom / height, 0.915, 1.75 / height)), one, lang)


def _draw_pool(axes: Axes, one: PoolUse, lang: Lang) -> None:
    plain(axes, "y")
    numbered(axes.yaxis)
    places = one.unit == "places"

    def tall(value: int) -> float:
        return float(value) if places else scaled(value, lang)

    first, last = _year(one)
    left = tall(one.left)
    for days, colour, width, code in (
        (one.by_day[1], EDGE, 2.0, "ceiling_short"),
        (one.by_day[0], INK, 1.6, "assured"),
    ):
        xs = [0, *(_day(day) - first for day, _ in days), last - first]
        ys = [0.0, *(tall(value) for _, value in days), tall(days[-1][1]) if days else 0.0]
        word = f"{say('demand', lang)} · {say(code, lang)}"
        axes.step(xs, ys, where="post", color=colour, linewidth=width, label=word)
        if code == "ceiling_short":
            above = [max(y, left) for y in ys]
            axes.fill_between(xs, left, above, step="post", color=LIMIT, alpha=0.12, linewidth=0)
    axes.axhline(left, color=LIMIT, linewidth=1.4)
    axes.set_ylim(0, max(left, *(tall(days[-1][1]) for days in one.by_day if days)) * 1.18)
    _heads(axes, one, lang)
    _used_up(axes, one, first, left, lang)
    _months(axes, first, last, lang)
    axes.legend(loc="upper left", frameon=False, fontsize=9, borderaxespad=0.2)


def _heads(axes: Axes, one: PoolUse, lang: Lang) -> None:
    places = one.unit == "places"
    there_is = f"{one.left:,} {say('places', lang)}" if places else f"{amount(one.left, lang)} {say('yuan_unit', lang)}"
    axes.set_title(pick(one.title, lang), loc="left", fontsize=11, color=INK)
    how = say_of("ration", one.ration, lang)
    axes.set_title(f"{say('left', lang)} {there_is} · {how}", loc="right", fontsize=9.5, color=LIMIT)


def _used_up(axes: Axes, one: PoolUse, first: int, left: float, lang: Lang) -> None:
    """The days on which it is used up, and words at the first of them; to the left and above there is no line."""
    for day in dict.fromkeys(day for day in one.full_on if day):
        axes.plot([_day(day) - first], [left], "o", color=LIMIT, markersize=7, markeredgecolor=PAPER, zorder=5)
    day = one.full_on[1] or one.full_on[0]
    if day:
        when = date.fromisoformat(day)
        named = f"{when.month}月{when.day}日" if lang == "zh" else f"{when.strftime('%b')} {when.day}"
        word = say("used" if one.ration in ("in_order", "carry_over") else "passed", lang, named)
        early = _day(day) - first < 120
        style: Any = {"ha": "left" if early else "right", "va": "bottom", "fontsize": 10, "color": LIMIT}
        shift = (6, -18) if early else (-4, 6)
        axes.annotate(word, (_day(day) - first, left), xytext=shift, textcoords="offset points", **style)


def _months(axes: Axes, first: int, last: int, lang: Lang) -> None:
    year = date.fromordinal(first).year
    starts = [date(year, month, 1).toordinal() - first for month in range(1, 13)]
    names = [f"{month}月" if lang == "zh" else date(year, month, 1).strftime("%b") for month in range(1, 13)]
    axes.set_xticks(starts, names, ha="left")
    axes.set_xlim(0, last - first)


def _day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def _year(one: PoolUse) -> tuple[int, int]:
    """The first and last day of the years in which anything is asked."""
    days = [day for days in one.by_day for day, _ in days]
    return date(int(min(days)[:4]), 1, 1).toordinal(), date(int(max(days)[:4]), 12, 31).toordinal()


def take_up(take_ups: Sequence[TakeUp]) -> Chart:
    ends = take_ups[0], take_ups[-1]

    def filled(lang: Lang) -> dict[str, object]:
        texts = [f"{one.share // 10_000}%: {amount(one.assured, lang)} – {amount(one.ceiling, lang)}" for one in ends]
        return dict(zip(("low", "high"), texts, strict=True))

    return Chart("take_up", said("take_up", filled), 3.4, partial(_draw_take_up, take_ups))


def _draw_take_up(take_ups: Sequence[TakeUp], figure: Figure, lang: Lang) -> None:
    axes = figure.add_axes((0.085, 0.19, 0.905, 0.73))
    plain(axes, "y")
    numbered(axes.yaxis)
    xs = [one.share / 10_000 for one in take_ups]
    low, high = ([scaled(getattr(one, name), lang) for one in take_ups] for name in ("assured", "ceiling"))
    axes.fill_between(xs, low, high, facecolor=CEILING, alpha=0.55, linewidth=0, hatch="////", edgecolor=EDGE)
    axes.plot(xs, high, color=EDGE, marker="o", markersize=5, linewidth=1.8, label=say("ceiling", lang))
    axes.plot(xs, low, color=INK, marker="o", markersize=5, linewidth=2, label=say("assured", lang))
    axes.axvline(100, color=GRID, linewidth=1.2, zorder=0)
    axes.set_xticks(xs, [f"{x:.0f}%\n{one.applicants:,}" for x, one in zip(xs, take_ups, strict=True)])
    axes.set_ylim(0, max(high) * 1.15)
    axes.set_title(say("yuan_unit", lang), loc="right", fontsize=9.5, color=QUIET)
    axes.set_xlabel(f"{say('take_up', lang)} · {say('applicants', lang)}", fontsize=10, color=QUIET)
    axes.legend(loc="upper left", frameon=False, fontsize=9.5)
