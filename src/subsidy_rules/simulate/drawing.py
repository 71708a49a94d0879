"""How pictures are made: style, fonts, and a figure as SVG (text stays text) and PNG. The same picture gives the same bytes."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..explain import Lang
from ..model.vocabulary import Label
from ..verify.plot import LATIN, chinese_family
from .words import ALT
from .written import SCALE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, PAPER, QUIET, GRID = "#1f3b57", "#ffffff", "#5b6b7a", "#e3e8ed"
CEILING, EDGE, LIMIT = "#c9d8e6", "#7f9bb5", "#b3261e"
GAIN, LOSS = "#1b7f6b", "#b3502e"
WIDTH = 9.0  # inches
# What a browser uses, in this order; the file needs none of them.
STACK = (
    "system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', 'Source Han Sans SC', "
    "'WenQuanYi Micro Hei', sans-serif"
)
HALO = f"paint-order: stroke; stroke: {PAPER}; stroke-width: 3px; stroke-linejoin: round"  # words stand out from lines
_FONT = re.compile(r"font-family: [^;\"]*|font: ((?:[\w.]+ )*?[\d.]+px) [^;\"]*")
_ID = re.compile(r'(\bid="|xlink:href="#|url\(#)')


@dataclass(frozen=True, slots=True)
class Chart:
    """`name`: of the file; `alt`: what it shows, in a sentence. `draw` into a figure of `height` inches, in a language."""

    name: str
    alt: Mapping[Lang, str]
    height: float
    draw: Callable[[Figure, Lang], None]


def svg(chart: Chart, lang: Lang) -> str:
    """For a page or a file: text as text, ids of its own."""
    with _figure(chart, lang) as figure:
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    text = out.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = _FONT.sub(lambda found: f"font: {found[1]} {STACK}" if found[1] else f"font-family: {STACK}", text)
    text = text.replace('<text style="', f'<text style="{HALO}; ')
    text = _ID.sub(lambda found: f"{found[1]}{chart.name}-{lang}-", text)
    alt = chart.alt[lang].replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return text.replace("<svg ", f'<svg role="img" aria-label="{alt}" ', 1)


def png(chart: Chart, lang: Lang) -> bytes:
    """Labels are English where no font with Chinese characters is installed."""
    from matplotlib.patheffects import withStroke
    from matplotlib.text import Text

    with _figure(chart, lang if chinese_family() else "en") as figure:
        out = io.BytesIO()
        figure.draw_without_rendering()  # by which the words of the axes come to be
        for text in figure.findobj(Text):
            text.set_path_effects([withStroke(linewidth=3, foreground=PAPER)])
        figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()


@contextmanager
def _figure(chart: Chart, lang: Lang) -> Iterator[Figure]:
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    family = chinese_family()
    style: Any = {
        "font.family": [family, LATIN] if family else [LATIN],
        "svg.fonttype": "none",
        "svg.hashsalt": f"{chart.name}-{lang}",
        "axes.unicode_minus": False,
        "hatch.linewidth": 0.7,
        "hatch.color": EDGE,
        "text.color": INK,
        "xtick.color": QUIET,
        "ytick.color": QUIET,
    }
    with matplotlib.rc_context(style), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # the browser has the font
        figure = Figure(figsize=(WIDTH, chart.height), dpi=130, facecolor=PAPER)
        FigureCanvasAgg(figure)
        chart.draw(figure, lang)
        yield figure


def plain(axes: Axes, grid: str = "x") -> None:
    """No frame, a quiet grid."""
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.grid(axis=grid, color=GRID, linewidth=0.8)  # type: ignore[arg-type]
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelsize=9.5)


def numbered(axis: Any) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axis.set_major_locator(MaxNLocator(nbins=6))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}".replace("-", "−")))


def legend(axes: Axes, marks: Sequence[tuple[str, str]]) -> None:
    """Colour and word of each mark, over the picture; a ceiling is hatched."""
    from matplotlib.patches import Patch

    found = [
        Patch(facecolor=colour, edgecolor=EDGE, hatch="////", label=word)
        if colour == CEILING
        else Patch(facecolor=colour, label=word)
        for colour, word in marks
    ]
    axes.legend(
        handles=found, loc="lower left", bbox_to_anchor=(0, 1), ncols=2, frameon=False, fontsize=9.5, borderaxespad=0.1
    )


def said(name: str, filled: Callable[[Lang], Mapping[str, object]]) -> dict[Lang, str]:
    """What a picture shows, in both languages."""
    langs: tuple[Lang, Lang] = ("zh", "en")
    return {lang: ALT[name][lang == "en"].format(**filled(lang)) for lang in langs}


def pick(label: Label, lang: Lang) -> str:
    return label.zh if lang == "zh" else label.en


def scaled(fen: int, lang: Lang) -> float:
    """For a place on paper, never for a figure."""
    return fen / SCALE[lang]
