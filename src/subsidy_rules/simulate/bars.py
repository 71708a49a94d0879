"""Pictures made of bars: cost by article, the tornado of figures, the change by clause, winners and losers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from ..explain import Lang, article
from ..explain.wording import figures
from .costs import Line
from .drawing import CEILING, EDGE, GAIN, INK, LOSS, QUIET, Chart, legend, numbered, pick, plain, said, scaled
from .sensitivity import Turned
from .versions import Clause, Comparison
from .words import say
from .written import SCALE, amount, signed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST = 12  # bars of a picture
STEPS = (10, 50, 100, 500)  # 万元: bands of change


def articles(lines: Sequence[Line], whole: Line) -> Chart:
    """`whole`: the total that the lines are of."""
    most = sorted(lines, key=lambda line: -line.ceiling)
    shown, rest = most[:MOST], most[MOST:]
    alt = said(
        "articles",
        lambda lang: {
            "low": amount(whole.assured, lang),
            "high": amount(whole.ceiling, lang),
            "first": article(shown[0].key, lang),
        },
    )
    return Chart("articles", alt, _height(len(shown) + bool(rest)), partial(_draw_articles, shown, rest))


def _draw_articles(shown: Sequence[Line], rest: Sequence[Line], figure: Figure, lang: Lang) -> None:
    axes = _rows(figure, len(shown) + bool(rest))
    rows = [(f"{article(line.key, lang)}  {pick(line.title, lang)}", line.assured, line.ceiling) for line in shown]
    if rest:
        rows.append((say("others", lang, len(rest)), sum(r.assured for r in rest), sum(r.ceiling for r in rest)))
    for at, (name, low, high) in enumerate(rows):
        axes.barh(at, scaled(high, lang), height=0.4, facecolor=CEILING, edgecolor=EDGE, hatch="////", linewidth=0.8)
        axes.barh(at, scaled(low, lang), height=0.2, color=INK)
        _text(axes, at, name, _ends([low, high], lang, amount))
    axes.set_xlim(0, (max(scaled(high, lang) for _, _, high in rows) or 1) * 1.02)
    legend(axes, [(INK, say("assured", lang)), (CEILING, say("ceiling", lang))])
    _unit(axes, "", lang)


def tornado(turned: Sequence[Turned]) -> Chart:
    first = turned[0].figure
    alt = said(
        "sensitivity",
        lambda lang: {
            "article": article(first.article, lang),
            "title": pick(first.title, lang),
            "figure": f"{say(first.sort, lang)} {figures(first.value, lang)}",
        },
    )
    return Chart("sensitivity", alt, _height(len(turned)), partial(_draw_tornado, turned))


def _draw_tornado(turned: Sequence[Turned], figure: Figure, lang: Lang) -> None:
    axes = _rows(figure, len(turned))
    for at, one in enumerate(turned):
        for change, colour in ((one.less, LOSS), (one.more, INK)):
            axes.barh(at, scaled(change[1], lang) if change else 0, height=0.34, color=colour)
        name = f"{article(one.figure.article, lang)}  {pick(one.figure.title, lang)}"
        turn = f"{say(one.figure.sort, lang)} {figures(f'{one.figure.value} → {one.down} / {one.up}', lang)}"
        values = " / ".join(signed(change[1], lang) if change else "—" for change in (one.less, one.more))
        _text(axes, at, f"{name} · {turn}", values)
    _around_zero(axes, max(scaled(one.swing, lang) for one in turned))
    legend(axes, [(LOSS, say("down", lang)), (INK, say("up", lang))])
    _unit(axes, f"{say('change', lang)} · {say('ceiling_short', lang)}", lang)


def clauses(changed: Sequence[Clause]) -> Chart:
    """The greatest change first."""
    first = changed[0]
    alt = said(
        "clauses",
        lambda lang: {
            "article": article(first.article, lang),
            "title": pick(first.title, lang),
            "delta": signed(first.after[1] - first.before[1], lang),
        },
    )
    return Chart("clauses", alt, _height(len(changed)), partial(_draw_clauses, changed))


def _draw_clauses(changed: Sequence[Clause], figure: Figure, lang: Lang) -> None:
    axes = _rows(figure, len(changed))
    ends = [tuple(after - before for before, after in zip(one.before, one.after, strict=True)) for one in changed]
    for at, (one, (low, high)) in enumerate(zip(changed, ends, strict=True)):
        colour = _colour(high)
        pale = colour + "38"
        axes.barh(at, scaled(high, lang), height=0.4, hatch="////", linewidth=0.8, facecolor=pale, edgecolor=colour)
        axes.barh(at, scaled(low, lang), height=0.2, color=_colour(low))
        name = f"{article(one.article, lang)}  {pick(one.title, lang)}"
        _text(axes, at, name, _ends([low, high], lang, signed))
    _around_zero(axes, max(abs(scaled(end, lang)) for pair in ends for end in pair))
    legend(axes, [(QUIET, say("assured", lang)), (CEILING, say("ceiling", lang))])
    _unit(axes, say("change", lang), lang)


def _colour(change: int) -> str:
    return GAIN if change >= 0 else LOSS


def bands(c: Comparison) -> list[tuple[int, int, int]]:
    """How many lose and gain, by the size of the change of their ceilings: from how many fen, losers, winners."""
    edges = [0, *(step * SCALE["zh"] for step in STEPS)]
    found = []
    for low, high in zip(edges, [*edges[1:], None], strict=True):
        inside = [one.delta for one in c.moved if abs(one.delta) > low and (high is None or abs(one.delta) <= high)]
        found.append((low, sum(delta < 0 for delta in inside), sum(delta > 0 for delta in inside)))
    return found


def people(c: Comparison) -> Chart:
    side = c.sides[1]
    counts = {name: getattr(side, name) for name in ("winners", "losers", "unchanged")}
    return Chart("people", said("people", lambda lang: counts), 3.6, partial(_draw_people, bands(c)))


def _draw_people(found: list[tuple[int, int, int]], figure: Figure, lang: Lang) -> None:
    axes = figure.add_axes((0.02, 0.14, 0.96, 0.75))
    plain(axes, "y")
    names = [_band(found, at, lang) for at in range(len(found))]
    rows = [(f"−{name}", losers, LOSS) for name, (_, losers, _) in zip(names, found, strict=True)][::-1]
    rows += [(f"+{name}", winners, GAIN) for name, (_, _, winners) in zip(names, found, strict=True)]
    top = max(count for _, count, _ in rows) or 1
    for x, (_, count, colour) in enumerate(rows):
        axes.bar(x, count, width=0.74, color=colour)
        axes.text(x, count + top * 0.02, f"{count:,}", ha="center", va="bottom", fontsize=10, color=INK)
    axes.set_xticks(range(len(rows)), [name for name, _, _ in rows], fontsize=9)
    axes.set_yticks([])
    axes.set_ylim(0, top * 1.15)
    axes.axvline(len(found) - 0.5, color=QUIET, linewidth=0.9)
    axes.set_title(say("losers", lang), loc="left", fontsize=11, color=LOSS)
    axes.set_title(say("winners", lang), loc="right", fontsize=11, color=GAIN)
    _unit(axes, say("change_own", lang), lang, "center")


def _band(found: list[tuple[int, int, int]], at: int, lang: Lang) -> str:
    low = amount(found[at][0], lang)
    return say("over", lang, low) if at + 1 == len(found) else f"{low}–{amount(found[at + 1][0], lang)}"


# Rows of bars


def _height(rows: int) -> float:
    return 0.95 + 0.56 * rows


def _rows(figure: Figure, rows: int) -> Axes:
    """Rows from above, each with its text over its bar: no label needs room at the side."""
    height = figure.get_figheight()
    axes = figure.add_axes((0.005, 0.5 / height, 0.99, (height - 0.85) / height))
    plain(axes)
    axes.set_ylim(rows - 0.45, -0.75)
    axes.set_yticks([])
    numbered(axes.xaxis)
    return axes


def _text(axes: Axes, at: float, name: str, values: str) -> None:
    style: Any = {"transform": axes.get_yaxis_transform(), "va": "bottom"}
    axes.text(0, at - 0.27, name, fontsize=10.5, ha="left", color=INK, **style)
    axes.text(1, at - 0.27, values, fontsize=9.5, ha="right", color=QUIET, **style)


def _ends(ends: Sequence[int], lang: Lang, write: Callable[[int, Lang], str]) -> str:
    """Both ends, or one where they are the same."""
    low, high = (write(end, lang) for end in ends)
    first = f"{say('assured', lang)} {low}"
    return first if low == high else f"{first} · {say('ceiling_short', lang)} {high}"


def _around_zero(axes: Axes, most: float) -> None:
    axes.set_xlim(-(most or 1) * 1.05, (most or 1) * 1.05)
    axes.axvline(0, color=QUIET, linewidth=0.9)


def _unit(axes: Axes, word: str, lang: Lang, side: str = "right") -> None:
    unit = say("yuan_unit", lang)
    axes.set_xlabel(f"{word} ({unit})" if word else unit, fontsize=9.5, color=QUIET, loc=side)  # type: ignore[arg-type]
