"""One seed from its first morning to its last evening: the clock jumps from event to event, and all is read."""

import heapq
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Literal

from lianxin.simulate.actors import Actors, Followed
from lianxin.simulate.dice import seeded_ids
from lianxin.simulate.evidence import Evidence, read_evidence
from lianxin.simulate.oracles import Finding, judge
from lianxin.simulate.people import Staff
from lianxin.simulate.plan import START, Plan, Submission, Weather, draw, office_hour
from lianxin.simulate.town import Town, a_copy
from lianxin.simulate.weather import Sky
from shared.clock import VirtualClock
from shared.county.model import County

Progress = Callable[[int, int], None]
Event = Submission | Weather | Followed | Literal["look"]
LOOK_EVERY = timedelta(days=7)  # offices look for due items that nobody follows yet


@dataclass(frozen=True)
class Outcome:
    """What a seed gave: what was found, what was read, what people heard, what came, and how long it took."""

    seed: int
    findings: tuple[Finding, ...]
    evidence: Evidence
    answers: Counter[str]
    weather: Counter[str]
    seconds: float


@dataclass
class Life:
    """The running simulation: what is to come, by moment."""

    plan: Plan
    town: Town
    actors: Actors
    sky: Sky

    def live(self, progress: Progress) -> None:
        """Let the whole time pass."""
        plan, days = self.plan, (self.plan.end - self.plan.start).days
        self.agenda: list[tuple[datetime, int, Event]] = []
        self._number = 0
        events: tuple[Submission | Weather, ...] = (*plan.submissions, *plan.weather)
        for one in events:
            self._add(one.at, one)
        self._add(plan.start + LOOK_EVERY, "look")
        while self.agenda or self.sky.later:
            moment = self._next()
            if moment > plan.end:
                break
            self.town.loop.advance_to(moment)
            self._do_what_is_due()
            progress(min((self.town.clock.now() - plan.start).days, days), days)
        self.town.loop.advance_to(plan.end)
        self.town.calm()
        self.town.loop.advance_to(self.town.clock.now() + timedelta(hours=1))
        progress(days, days)

    def _add(self, at: datetime, what: Event) -> None:
        self._number += 1
        heapq.heappush(self.agenda, (at, self._number, what))

    def _next(self) -> datetime:
        moments = [self.agenda[0][0]] if self.agenda else []
        end = self.sky.next_end()
        return min([*moments, *([end] if end else [])])

    def _do_what_is_due(self) -> None:
        """Do all that stands at this moment, ends of weather first."""
        while (end := self.sky.next_end()) is not None and end <= self.town.clock.now():
            self.sky.end_one()
        while self.agenda and self.agenda[0][0] <= self.town.clock.now():
            self._do(heapq.heappop(self.agenda)[2])
        self.town.loop.settle(called=True)

    def _soon(self, days: float) -> datetime:
        """Give a moment within so many days at which somebody first looks at a case."""
        later = self.town.clock.now() + timedelta(days=self.plan.chance.uniform(0.1, days))
        return max(office_hour(self.plan.chance, later), self.town.clock.now() + timedelta(hours=1))

    def _do(self, what: Event) -> None:
        now = self.town.clock.now()
        if isinstance(what, Weather):
            self.sky.come(what)
        elif isinstance(what, Submission):
            case = self.actors.submit(what)
            if case is not None:
                self._add(self._soon(6), case)
        elif isinstance(what, Followed):
            later = self.actors.wake(what)
            if later is not None:
                self._add(later, what)
        elif "routing" not in self.town.down:
            for case in self.actors.strangers():
                self._add(self._soon(12), case)
            self._add(now + LOOK_EVERY, what)
        else:
            self._add(now + timedelta(hours=6), what)


def nobody_looks(done: int, total: int) -> None:
    """Show nothing."""


def simulate(
    county: County, seed: int, prepared: Path, *, days: int, cases: int, progress: Progress = nobody_looks
) -> Outcome:
    """Live through a seed and judge it."""
    began = perf_counter()
    with (
        seeded_ids(seed),
        TemporaryDirectory(prefix="lianxin-simulated-") as folder,
        a_copy(prepared, Path(folder) / "home") as home,
    ):
        town = Town(home, county, seed, VirtualClock(START))
        plan = draw(county, town.deployment.mechanisms, seed, days=days, cases=cases)
        staff = Staff(town)
        staff.hire()
        actors = Actors(town, staff, plan.chance)
        sky = Sky(town, staff)
        Life(plan, town, actors, sky).live(progress)
        evidence = read_evidence(town, actors)
        town.close()
    findings = tuple(judge(evidence))
    return Outcome(seed, findings, evidence, actors.answers, sky.came, perf_counter() - began)
