"""The ledger against a plain model in memory: any order of decisions, repetitions, corrections, repayments and figures, under a
clock that jumps. The model knows of `ledger/fund.yaml` only what its text says of two rules."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule
from ledger_help import application, approve, codes, project, rules

from subsidy_rules.ledger import Decision, Ledger
from subsidy_rules.ledger.clock import FORMAT, SHANGHAI
from subsidy_rules.money import format_yuan, parse_money

WAN = 1_000_000  # fen
APPLICANTS, PROJECTS, RULES = ("a", "b", "c"), ("p", "q"), ("equipment", "demonstration")
POOL, CAP, MOST, PLACES = 500 * WAN, 150 * WAN, 100 * WAN, 3
Place = tuple[str, str, str]  # applicant, rule, project


@cache
def template() -> Path:
    """An empty ledger, to be copied: migrating takes longer than all that a test does with it."""
    path = Path(tempfile.mkdtemp()) / "ledger.db"
    ledger = Ledger(f"sqlite:///{path}")
    ledger.migrate()
    ledger.store.engine.dispose()
    return path


@dataclass
class Model:
    """What stands, by rule and project; who decided it; what was moved and when."""

    stands: dict[Place, int] = field(default_factory=dict)
    root: dict[Place, str] = field(default_factory=dict)
    days: dict[Place, date] = field(default_factory=dict)  # of the last movement
    pool: int = POOL
    moved: list[tuple[date, datetime, Place, int]] = field(default_factory=list)

    def drawn(self) -> int:
        return sum(amount for (_, rule, _), amount in self.stands.items() if rule == "equipment")

    def allows(self, who: str, wanted: dict[Place, int], taken: dict[Place, int]) -> bool:
        """By the text: 50% of 200万 and at most 100万 each, 150万 an applicant, the pool; a demonstration is 5万 and takes one
        of three places, by project."""
        rest = {place: amount for place, amount in self.stands.items() if place not in taken}
        after = rest | wanted
        if any(amount > (MOST if rule == "equipment" else 5 * WAN) for (_, rule, _), amount in wanted.items()):
            return False
        own = sum(amount for (name, rule, _), amount in after.items() if name == who and rule == "equipment")
        asked = sum(amount for (_, rule, _), amount in wanted.items() if rule == "equipment")
        if asked and own > CAP:
            return False
        drawn = sum(amount for (_, rule, _), amount in after.items() if rule == "equipment")
        if drawn > self.pool and drawn > self.drawn():
            return False
        places = {(name, item) for name, rule, item in after if rule == "demonstration"}
        before = {(name, item) for name, rule, item in self.stands if rule == "demonstration"}
        return len(places) <= PLACES or len(places) <= len(before)

    def after_all(self, places: Iterable[Place], day: date) -> bool:
        """What is decided now is not dated before what was decided of the same awards."""
        return all(self.days.get(place, day) <= day for place in places)


APPROVED = st.dictionaries(
    st.tuples(st.sampled_from(RULES), st.sampled_from(PROJECTS)),
    st.sampled_from((1 * WAN, 5 * WAN, 30 * WAN, 70 * WAN, 100 * WAN, 101 * WAN)),
    min_size=1,
    max_size=3,
)


class Machine(RuleBasedStateMachine):
    keys = Bundle("keys")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(template(), self.folder / "ledger.db")
        self.now, self.last = datetime(2026, 3, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC)
        self.ledger = Ledger(f"sqlite:///{self.folder / 'ledger.db'}", clock=lambda: self.now)
        self.model = Model()
        self.calls: dict[str, tuple[Callable[[], Any], Decision]] = {}
        self.count = 0

    def teardown(self) -> None:
        self.ledger.store.engine.dispose()
        shutil.rmtree(self.folder)

    def recorded(self) -> datetime:
        """The time that the next entry gets: it only rises."""
        return max(self.now, self.last + timedelta(microseconds=1))

    def write(self, call: Callable[[str], Any], fine: bool, after: dict[Place, int], root: str | None) -> Any:
        """One call, and what the model makes of it: `after` are the awards that it sets (0: none)."""
        self.count += 1
        key, recorded = f"k{self.count}", self.recorded()
        made = call(key)
        assert isinstance(made, Decision) == fine, (made, after, self.model)
        if not fine:
            assert made == call(key)  # again, and for the same reason
            return multiple()
        assert made.recorded_at == recorded.strftime(FORMAT)
        self.last = recorded
        for place, amount in after.items():
            moved = amount - self.model.stands.pop(place, 0)
            self.model.moved.append((made.decided_on, recorded, place, moved))
            self.model.days[place], self.model.root[place] = made.decided_on, root or key
            if amount:
                self.model.stands[place] = amount
        assert made.delta == sum(one[3] for one in self.model.moved if one[1] == recorded)
        self.calls[key] = (lambda: call(key), made)
        return key

    def decided(self, key: str, who: str, approved: dict[tuple[str, str], int], of: str | None = None) -> Any:
        asked = application(who, *map(project, PROJECTS))
        amounts = [approve(name, format_yuan(fen) + "元", item) for (name, item), fen in approved.items()]
        if of is not None:
            return self.ledger.correct(rules(), asked, key=key, of=of, approved=amounts)
        return self.ledger.decide(rules(), asked, key=key, approved=amounts)

    @rule(target=keys, who=st.sampled_from(APPLICANTS), approved=APPROVED)
    def decide(self, who: str, approved: dict[tuple[str, str], int]) -> Any:
        wanted = {(who, name, item): amount for (name, item), amount in approved.items()}
        day = self.recorded().astimezone(SHANGHAI).date()
        fine = not (wanted.keys() & self.model.stands.keys()) and self.model.allows(who, wanted, {})
        fine = fine and self.model.after_all(wanted, day) and day.year <= 2026
        return self.write(lambda key: self.decided(key, who, approved), fine, wanted, None)

    @rule(target=keys, of=keys, approved=APPROVED | st.just({}))
    def correct(self, of: str, approved: dict[tuple[str, str], int]) -> Any:
        who = self.calls[of][1].applicant
        assert who
        taken = {place: amount for place, amount in self.model.stands.items() if self.model.root[place] == of}
        wanted = {(who, name, item): amount for (name, item), amount in approved.items()}
        day = max((self.model.days[place] for place in taken), default=date.min)
        fine = bool(taken) and not (wanted.keys() & (self.model.stands.keys() - taken.keys()))
        fine = fine and self.model.allows(who, wanted, taken) and self.model.after_all(wanted, day)
        after = dict.fromkeys(taken, 0) | wanted
        return self.write(lambda key: self.decided(key, who, approved, of), fine, after, of)

    @rule(target=keys, who=st.sampled_from(APPLICANTS), name=st.sampled_from(RULES), item=st.sampled_from(PROJECTS))
    def repay(self, who: str, name: str, item: str) -> Any:
        place = (who, name, item)

        def call(key: str) -> Any:
            return self.ledger.repay(key=key, applicant=who, policy="fund", rule=name, item=item, year=2026)

        return self.write(call, place in self.model.stands, {place: 0}, self.model.root.get(place))

    @rule(wan=st.sampled_from((100, 150, 200, 300, 500)))
    def set_figure(self, wan: int) -> None:
        self.count += 1
        recorded = self.recorded()
        made = self.ledger.set_figure(rules(), key=f"k{self.count}", bound="fund/pool", year=2026, figure=f"{wan}万元")
        assert isinstance(made, Decision) == (wan * WAN >= self.model.drawn())
        if isinstance(made, Decision):
            self.model.pool, self.last = wan * WAN, recorded

    @rule(days=st.integers(-400, 40), seconds=st.integers(0, 86399))
    def change_the_clock(self, days: int, seconds: int) -> None:
        self.now += timedelta(days=days, seconds=seconds)

    @rule(key=keys)
    def repeat(self, key: str) -> None:
        call, made = self.calls[key]
        again = call()
        assert again == made and again.replayed

    @rule(key=keys)
    def use_a_key_for_something_else(self, key: str) -> None:
        other = self.decided(key, "d", {("demonstration", "p"): 1 * WAN})
        assert codes(other) == ["SR803"]

    @rule(data=st.data())
    def ask_for_the_past(self, data: st.DataObject) -> None:
        if not self.model.moved:
            return
        day = data.draw(st.sampled_from([one[0] for one in self.model.moved])) - timedelta(
            days=data.draw(st.integers(0, 1))
        )
        known = data.draw(st.sampled_from([one[1] for one in self.model.moved]))
        known -= timedelta(microseconds=data.draw(st.integers(0, 1)))
        found: Counter[Place] = Counter()
        for decided, recorded, place, amount in self.model.moved:
            if decided <= day and recorded <= known:
                found[place] += amount
        assert self.shown(day, known) == {place: amount for place, amount in found.items() if amount}

    def shown(self, day: date | None = None, known: datetime | None = None) -> dict[Place, int]:
        return {
            (who, grant["rule"], grant["item"]): parse_money(grant["amount"])
            for who in APPLICANTS
            for grant in self.ledger.grants(who, day, known)
            if not grant.get("repaid")
        }

    @invariant()
    def the_record_is_the_model(self) -> None:
        assert self.shown() == self.model.stands
        left = {one.bound: (one.figure, one.drawn) for one in self.ledger.left(rules(), 2026)}
        places = {(who, item) for who, name, item in self.model.stands if name == "demonstration"}
        assert left == {"fund/pool": (self.model.pool, self.model.drawn()), "fund/quota": (PLACES, len(places))}
        assert self.ledger.verify().ok


TestLedger = Machine.TestCase
TestLedger.settings = settings(max_examples=30, stateful_step_count=25)
