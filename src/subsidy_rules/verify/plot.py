"""A curve as a picture: what is paid against one quantity, with the cliffs marked by sign, value and loss. SVG and PNG."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ..advice.changes import written
from ..model.assessment import Run
from ..model.vocabulary import Label
from ..money import FEN_PER_UNIT, RATE_SCALE, format_yuan
from .curve import WHOLE, Change, Curve, Knot

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Lang = Literal["zh", "en"]
# Families with Chinese characters, as Debian, Windows, macOS and free downloads name them; the first that is installed is used.
FAMILIES = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Noto Sans CJK JP", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei",
    "Microsoft YaHei", "SimHei", "PingFang SC", "Hiragino Sans GB", "Heiti SC", "Noto Serif CJK SC", "Noto Serif CJK JP",
    "AR PL UMing CN", "Droid Sans Fallback", "Arial Unicode MS",
)  # fmt: skip
LATIN = "DejaVu Sans"  # comes with matplotlib
WAN = FEN_PER_UNIT["万元"]
INK, PAPER, FALL, RISE = "#1f3b57", "#ffffff", "#b3261e", "#5b6b7a"
ROOM = (0.16, 0.1)  # that the words at a mark take, as a share of the picture
MOST_POINTS = 60
BESIDE = 3  # raw values
RUNS: tuple[Run, Run] = ("low", "high")


@dataclass(frozen=True, slots=True)
class Caption:
    """`title`: of the rule. `where`: policy and article. `fact`: what is on the axis."""

    title: Label
    where: Label
    fact: Label


@cache
def chinese_family() -> str | None:
    """An installed font with Chinese characters; also one that was installed after matplotlib last looked."""
    from matplotlib import font_manager

    def installed() -> set[str]:
        return {font.name for font in font_manager.fontManager.ttflist}

    if not installed() & set(FAMILIES):
        known = {font.fname for font in font_manager.fontManager.ttflist}
        for path in sorted(set(font_manager.findSystemFonts()) - known):
            try:
                font_manager.fontManager.addfont(path)
            except (OSError, RuntimeError):
                continue  # not a font after all
    return next((name for name in FAMILIES if name in installed()), None)


def draw(curve: Curve, caption: Caption, stem: Path, lang: Lang = "zh") -> tuple[Path, ...]:
    """Writes `stem`.svg and `stem`.png. Labels are English where no font with Chinese characters is installed."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    family = chinese_family()
    lang = lang if family else "en"
    style: Any = {
        "font.family": [family, LATIN] if family else [LATIN],
        "svg.fonttype": "path",  # readable wherever the file goes
        "svg.hashsalt": "subsidy-rules",
        "axes.unicode_minus": False,
    }
    with rc_context(style):
        figure = Figure(figsize=(9, 5.2), dpi=130, facecolor=PAPER, layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        _lines(axes, curve, lang)
        _marks(axes, curve, lang)
        _frame(axes, curve, caption, lang)
        stem.parent.mkdir(parents=True, exist_ok=True)
        paths = (stem.with_name(stem.name + ".svg"), stem.with_name(stem.name + ".png"))
        figure.savefig(paths[0], metadata={"Date": None})
        figure.savefig(paths[1], metadata={"Software": None})
    return paths


# What is drawn


# Raw values: what is shown where nothing happens, and the least that something must happen beyond.
_USUAL = {"money": (100 * WAN, WAN), "rate": (RATE_SCALE, 1), "number": (RATE_SCALE, 1)}


def shown(curve: Curve) -> list[Knot]:
    """The part of the curve in which something happens, and a quarter more."""
    corners = [change.last for change in (*curve.cliffs, *curve.steps)] + [knot.at for knot in _corners(curve)]
    usual, least = _USUAL.get(curve.type.kind, (10, 1))
    first, last = curve.knots[0].at, curve.knots[-1].at
    span = max(corners, default=first) - first
    end = min(last, first + (span * 5 // 4 + 1 if span >= least else usual))
    return [*(knot for knot in curve.knots if knot.at < end), _between(curve, end)]


def _between(curve: Curve, raw: int) -> Knot:
    """The amounts at any value."""
    after = next(knot for knot in curve.knots if knot.at >= raw)
    if after.at == raw:
        return after
    before = curve.knots[curve.knots.index(after) - 1]
    part = Fraction(raw - before.at, after.at - before.at)
    return Knot(raw, *(round(before.end(run) + part * (after.end(run) - before.end(run))) for run in RUNS))


def _corners(curve: Curve) -> Iterator[Knot]:
    """Knots at which the slope changes by more than rounding can; those right beside a knot say nothing about its slope."""
    for at, knot in enumerate(curve.knots):
        one = next((other for other in reversed(curve.knots[:at]) if other.at < knot.at - BESIDE), None)
        other = next((other for other in curve.knots[at + 1 :] if other.at > knot.at + BESIDE), None)
        if one and other:
            part = Fraction(knot.at - one.at, other.at - one.at)
            lines = (one.end(run) + part * (other.end(run) - one.end(run)) - knot.end(run) for run in RUNS)
            if any(abs(off) > curve.slack for off in lines):
                yield knot


def _scale(curve: Curve) -> int:
    kind = curve.type.kind
    return WAN if kind == "money" else RATE_SCALE // 100 if kind == "rate" else RATE_SCALE if kind == "number" else 1


def _lines(axes: Axes, curve: Curve, lang: Lang) -> None:
    knots = shown(curve)
    if _counted(curve, knots):
        knots = [_between(curve, raw) for raw in range(knots[0].at, knots[-1].at + 1)]
    differ = any(knot.low != knot.high for knot in knots)
    names = {"zh": ("最高可得", "确定可得", "金额"), "en": ("ceiling", "assured", "amount")}[lang]
    if differ:
        xs = [knot.at / _scale(curve) for knot in knots]
        axes.fill_between(xs, [k.low / WAN for k in knots], [k.high / WAN for k in knots], color=INK, alpha=0.07, lw=0)
        _line(axes, curve, knots, "low", names[1], (0, (5, 3)))
    _line(axes, curve, knots, "high", names[0] if differ else names[2], "-")
    if differ:
        axes.legend(loc="best", frameon=False, fontsize=10)


def _line(axes: Axes, curve: Curve, knots: list[Knot], run: Run, name: str, style: Any) -> None:
    """Broken at every jump, so that no slope is drawn where there is none; pieces and months are points."""
    if _counted(curve, knots):
        xs, ys = [float(knot.at) for knot in knots], [knot.end(run) / WAN for knot in knots]
        axes.plot(
            xs, ys, color=INK, linewidth=0.8, linestyle=(0, (1, 3)), marker="o" if run == "high" else "_", label=name
        )
        return
    jumps = {change.last for change in (*curve.cliffs, *curve.steps) if change.sudden}
    parts: list[list[Knot]] = [[knots[0]]]
    for knot in knots[1:]:
        if knot.at in jumps:
            parts.append([])
        parts[-1].append(knot)
    for at, part in enumerate(parts):
        xs, ys = [knot.at / _scale(curve) for knot in part], [knot.end(run) / WAN for knot in part]
        axes.plot(
            xs, ys, color=INK, linewidth=2, linestyle=style, label=name if not at else None, solid_capstyle="butt"
        )


def _counted(curve: Curve, knots: list[Knot]) -> bool:
    return curve.type.kind in WHOLE and knots[-1].at - knots[0].at <= MOST_POINTS


def _marks(axes: Axes, curve: Curve, lang: Lang) -> None:
    """All have their sign; those are written out, the largest first, that do not cover what is written already."""
    wide, high = shown(curve)[-1].at - curve.knots[0].at, max(knot.high for knot in curve.knots) or 1
    taken: list[tuple[float, float]] = []
    for changes, sign, colour in ((curve.cliffs, "v", FALL), (curve.steps, "^", RISE)):
        for change in sorted(changes, key=lambda one: (-abs(one.after - one.before), -one.first)):
            spot = change.last / wide, change.before / high
            free = all(abs(spot[0] - x) > ROOM[0] or abs(spot[1] - y) > ROOM[1] for x, y in taken)
            taken += [spot] if free else []
            _mark(axes, curve, change, sign, colour, _words(curve, change, lang) if free else "")


def _mark(axes: Axes, curve: Curve, change: Change, sign: str, colour: str, words: str) -> None:
    """A dotted drop or rise, an open end where the value is not reached, a filled one where it is."""
    from matplotlib.patheffects import withStroke

    scale = _scale(curve)
    first, last, before, after = change.first / scale, change.last / scale, change.before / WAN, change.after / WAN
    if change.sudden:
        axes.plot([first, last], [before, after], color=colour, linewidth=1.3, linestyle=":", zorder=3)
        axes.plot([first], [before], "o", markerfacecolor=PAPER, markeredgecolor=colour, markersize=6, zorder=4)
        axes.plot([last], [after], "o", color=colour, markersize=6, zorder=4)
    middle = ((first + last) / 2, (before + after) / 2)
    axes.plot(*middle, sign, color=colour, markersize=9, zorder=5)
    if words:  # beside the higher end of a fall, the lower end of a rise: there the line is not
        spot = (last, before) if change.sudden else middle
        axes.annotate(
            words,
            spot,
            xytext=(9, 0 if sign == "v" else 3),
            textcoords="offset points",
            fontsize=9,
            color=colour,
            ha="left",
            va="top" if sign == "v" and change.sudden else "bottom",
            linespacing=1.3,
            zorder=6,
            path_effects=[withStroke(linewidth=3, foreground=PAPER)],
        )


def _words(curve: Curve, change: Change, lang: Lang) -> str:
    """From which value, and how much; a fen more or less than a round amount is left to the exact figures beside it."""
    kind, zh = curve.type.kind, lang == "zh"
    by = abs(change.after - change.before)
    amount = f"{f'{by / WAN:,.2f}'.removesuffix('.00')} 万元" if zh else f"{by / 100:,.0f} yuan"
    more = ("多 " if zh else "gains ") if change.after > change.before else ("少 " if zh else "loses ")
    if not change.sudden:
        first, last = (spoken(kind, value, lang) for value in (change.first, change.last))
        return f"{first} {'至' if zh else 'to'} {last}\n{more}{amount}"
    return f"{threshold(kind, change.last, lang)}\n{more}{amount}"


def threshold(kind: str, raw: int, lang: Lang) -> str:
    """`达到 500万元`; where it is the value before that is round, `超过 500万元`."""
    over = kind == "money" and raw % WAN == 1
    word = {"zh": ("达到", "超过"), "en": ("from", "over")}[lang][over]
    return f"{word} {spoken(kind, raw - over, lang)}"


def spoken(kind: str, raw: int, lang: Lang) -> str:
    """A raw value: 500万元, or without Chinese characters 5,000,000 yuan."""
    if kind == "money" and lang == "en":
        return f"{format_yuan(raw).removesuffix('.00')} yuan"
    return written(kind, raw)


def _frame(axes: Axes, curve: Curve, caption: Caption, lang: Lang) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    unit = {"money": {"zh": "（万元）", "en": " (10,000 yuan)"}, "rate": {"zh": "（%）", "en": " (%)"}}.get(
        curve.type.kind, {}
    )
    axes.set_xlabel(getattr(caption.fact, lang) + unit.get(lang, ""), fontsize=11)
    amount = "可得金额，连同相关条款（万元）" if lang == "zh" else "Amount, with connected rules (10,000 yuan)"
    axes.set_ylabel(amount, fontsize=11)
    axes.set_title(f"{getattr(caption.title, lang)}\n", loc="left", fontsize=13, fontweight="bold", color=INK)
    axes.text(0, 1.02, getattr(caption.where, lang), transform=axes.transAxes, fontsize=10, color=RISE, va="bottom")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    if curve.type.kind in WHOLE:
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_ylim(0, max(knot.high for knot in shown(curve)) / WAN * 1.12 or 1)
    axes.margins(x=0.01)
    axes.grid(axis="y", color="#e3e8ed", linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
