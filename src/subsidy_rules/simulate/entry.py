"""One distribution against its fact: what it may be, and its figures as raw values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..errors import echo, nearest
from ..expr import QUANTITIES, FactType
from ..loading.context import Context, Loc
from ..loading.link import parse_day, quantity
from ..money import MAX_FEN, parse_rate
from .codes import CODES
from .plan import CERTAIN, Classing, Draw
from .shape import Distribution, PopulationFile, Share

MOST_APPLICANTS = 2_000_000
MOST_ITEMS = 1000  # of a kind that one applicant may have
FITS = {
    "constant": {"bool", "judgement", "choice", "text", "date", *QUANTITIES},
    "chance": {"bool", "judgement"},
    "weights": {"choice"},
    "uniform": {"date", *QUANTITIES},
    "share": {"money"},
    "lognormal": {"money", "number", "count"},
    "pareto": {"money", "number", "count"},
    "poisson": {"count", "months"},
    "among": {"text"},
}
ENDLESS = ("lognormal", "pareto", "poisson")
APPLIES, NUMBER, APPLIED = FactType("bool"), FactType("count", high=MOST_ITEMS), FactType("date")


@dataclass
class Ground:
    """The file that is checked, and what is known of it so far. Problems are collected in `context`."""

    context: Context
    written: PopulationFile
    classes: dict[str, Classing] = field(default_factory=dict)

    def add(self, code: str, loc: Loc, found: str = "", expected: str = "", nearest: str = "") -> None:
        self.context.add(code, loc, CODES[code].en, found=found, expected=expected, nearest=nearest)

    def weights(self, table: Mapping[str, str], loc: Loc) -> list[int]:
        found = [self.rate(text, (*loc, name)) for name, text in table.items()]
        if sum(found) != CERTAIN and not any(p.severity == "error" for p in self.context.problems):
            self.add("SR952", loc, found=" + ".join(list(table.values())[:8]))
        return found

    def rate(self, text: str, loc: Loc) -> int:
        try:
            found = parse_rate(text)
            if found > CERTAIN:
                raise ValueError("a share of at most 100%")
            return found
        except ValueError as error:
            self.add("SR954", loc, found=echo(text), expected=str(error))
            return 0


@dataclass
class Entry:
    """One distribution against its fact."""

    to: Ground
    written: Distribution
    fact: FactType
    loc: Loc

    def texts(self, known: int) -> list[str]:
        """Texts that stand for themselves; numbered on after those that are known."""
        if self.fact.kind != "text":
            return []
        if self.written.way == "among":
            return [f"t{known + at}" for at in range(max(1, min(int(self.written.among or 1), MOST_APPLICANTS)))]
        return [self.written.constant or "-"] if self.written.way == "constant" else []

    def draw(self, bases: Mapping[str, FactType], texts: int) -> Draw:
        w = self.written
        fitting = (
            ["chance"] if self.fact is APPLIES else [way for way, kinds in FITS.items() if self.fact.kind in kinds]
        )
        if w.way not in fitting:
            self.to.add(
                "SR953", (*self.loc, w.way), found=f"{w.way} for a {self.fact.kind}", expected=", ".join(fitting)
            )
            return Draw("constant", (), 0, None, None, 1)
        if w.way in ENDLESS and w.at_most is None:
            self.to.add("SR958", (*self.loc, w.way), found=w.way, expected="at_most")
        if w.unknown is not None and any(self.fact is one for one in (APPLIES, NUMBER)):
            self.to.add(
                "SR954", (*self.loc, "unknown"), found=echo(w.unknown), expected="nothing: this is always known"
            )
        figures = self._figures()
        if w.way == "among":
            figures = (texts - int(w.among or 0), texts - 1)
        elif w.way == "constant" and self.fact.kind == "text":
            figures = (texts - 1,)
        return Draw(
            way=w.way,
            when=tuple(self._when()),
            unknown=self.to.rate(w.unknown, (*self.loc, "unknown")) if w.unknown is not None else 0,
            least=self._end(w.at_least, "at_least"),
            most=self._end(w.at_most, "at_most"),
            step=max(1, self._value(w.step, "step") or 1) if w.step is not None else 1,
            figures=figures,
            weights=self._options() if w.weights else (),
            base=self._base(w.share, bases) if w.share else "",
        )

    def _when(self) -> list[tuple[str, frozenset[int]]]:
        found = []
        for name, members in sorted(self.written.when.items()):
            classing = self.to.classes.get(name)
            if classing is None:
                near = nearest(name, self.to.classes)
                self.to.add("SR955", (*self.loc, "when", name), found=echo(name), nearest=near)
                continue
            for member in members:
                if member not in classing.members:
                    near = nearest(member, classing.members)
                    expected = ", ".join(classing.members)
                    self.to.add("SR955", (*self.loc, "when", name), found=echo(member), expected=expected, nearest=near)
            found.append((name, frozenset(classing.members.index(m) for m in members if m in classing.members)))
        return found

    def _figures(self) -> tuple[int, ...]:
        w, value = self.written, self._value
        if w.chance is not None:
            return (self.to.rate(w.chance, (*self.loc, "chance")),)
        if w.constant is not None:
            return (value(w.constant, "constant") or 0,) if self.fact.kind != "text" else ()
        if w.uniform is not None:
            ends = value(w.uniform.low, "uniform"), value(w.uniform.high, "uniform")
            return self._rising(ends, "uniform")
        if w.share is not None:
            return self._rising(tuple(self._number(t, "share", "rate") for t in (w.share.low, w.share.high)), "share")
        if w.lognormal is not None:
            return self._positive(w.lognormal.median, "lognormal"), self._number(
                w.lognormal.sigma, "lognormal", most=10
            )
        if w.pareto is not None:
            alpha = self._number(w.pareto.alpha, "pareto", most=1000)
            if alpha < CERTAIN // 10:
                self.to.add(
                    "SR954", (*self.loc, "pareto"), found=echo(w.pareto.alpha), expected="alpha of at least 0.1"
                )
            return self._positive(w.pareto.least, "pareto"), alpha
        return (self._number(w.poisson.mean, "poisson"),) if w.poisson is not None else ()

    def _rising(self, ends: tuple[int | None, ...], key: str) -> tuple[int, ...]:
        low, high = (end or 0 for end in ends)
        if low > high and None not in ends:
            self.to.add("SR954", (*self.loc, key), found="from above to", expected="from ≤ to")
        return low, max(low, high)

    def _positive(self, text: str, key: str) -> int:
        found = self._value(text, key)
        if found == 0:
            self.to.add("SR954", (*self.loc, key), found=echo(text), expected="more than nothing")
        return found or 1

    def _number(self, text: str, key: str, kind: str = "number", most: int = 10**6) -> int:
        """A plain number, or a rate, as millionths."""
        try:
            found = quantity(kind, text)
            if found > (CERTAIN if kind == "rate" else most * CERTAIN):
                raise ValueError("at most 100%" if kind == "rate" else f"a number up to {most}")
            return found
        except ValueError as error:
            self.to.add("SR954", (*self.loc, key), found=echo(text), expected=str(error))
            return 0

    def _end(self, text: str | None, key: str) -> int | None:
        """An end of what may be drawn; the legal range of the fact where none is written."""
        if self.fact.kind not in QUANTITIES:
            if text is not None:
                self.to.add(
                    "SR954", (*self.loc, key), found=echo(text), expected="nothing: only amounts and numbers have it"
                )
            return None
        low, high = self.fact.range
        given = self._value(text, key) if text is not None else None
        return given if given is not None else low if key == "at_least" else MAX_FEN if high is None else high

    def _value(self, text: str, key: str) -> int | None:
        """A value of the fact's kind within its legal range, as a number."""
        fact = self.fact
        try:
            if fact.kind in ("bool", "judgement"):
                if text not in ("true", "false"):
                    raise ValueError("true or false")
                return int(text == "true")
            if fact.kind == "date":
                return parse_day(text).toordinal()
            if fact.kind == "choice":
                if text not in fact.options:
                    raise ValueError("one of " + ", ".join(fact.options))
                return fact.options.index(text)
            found = quantity(fact.kind, text)
            low, high = fact.range
            if key != "step" and (found < low or found > (MAX_FEN if high is None else high)):
                raise ValueError("a value in the legal range of this fact")
            return found
        except ValueError as error:
            near = nearest(text, fact.options) if fact.options else ""
            self.to.add("SR954", (*self.loc, key), found=echo(text), expected=str(error), nearest=near)
            return None

    def _options(self) -> tuple[int, ...]:
        """Weights by the options of the vocabulary, in their order."""
        written = self.written.weights or {}
        for name in written:
            if name not in self.fact.options:
                near, expected = nearest(name, self.fact.options), ", ".join(self.fact.options)
                self.to.add("SR954", (*self.loc, "weights", name), found=echo(name), expected=expected, nearest=near)
        weights = dict(zip(written, self.to.weights(written, (*self.loc, "weights")), strict=True))
        return tuple(weights.get(option, 0) for option in self.fact.options)

    def _base(self, share: Share, bases: Mapping[str, FactType]) -> str:
        """The fact that a share is of: money, and no share itself."""
        written = self.to.written.applicant | {}
        here = self.loc[:2]
        if here and here[0] == "items":
            written |= self.to.written.items[str(here[1])].facts
        fact = bases.get(share.of)
        if fact is None or fact.kind != "money" or any(one.share for one in written.get(share.of, ())):
            known = [name for name, one in bases.items() if one.kind == "money"]
            self.to.add("SR959", (*self.loc, "share"), found=echo(share.of), nearest=nearest(share.of, known))
        return share.of
