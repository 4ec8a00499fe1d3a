"""What the plan's weather does to the county: it breaks, restarts, sets clocks, sends people away, changes days off."""

import heapq
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import count

from lianxin.simulate.people import Staff
from lianxin.simulate.plan import Weather, days_from
from lianxin.simulate.town import Town
from shared.calendar.national import NATION, national
from shared.calendar.notice import Notice
from shared.calendar.workdays import SATURDAY
from shared.county.check import problems_of
from shared.law.local import local_day

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
JUMPS = {"hour forward": HOUR, "hour back": -HOUR, "day forward": DAY}


@dataclass
class Sky:
    """Does the weather when its time has come; `came` counts it, `later` holds what passes again."""

    town: Town
    staff: Staff
    came: Counter[str] = field(default_factory=Counter)
    later: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)

    def come(self, one: Weather) -> None:
        """Let a weather come; what can't be now (a service is down already) does not."""
        what: dict[str, Callable[[Weather], bool | None]] = {
            "outage": self._outage,
            "broker": self._no_broker,
            "restart": lambda _: self.town.restart(),
            "kill": self._kill,
            "away": self._away,
            "vacant": self._away,
            "closed": self._close,
            "notice": lambda one: self._notice(_yearly(int(one.detail)), "notice"),
            "late notice": lambda _: self._notice(self._late(), "late notice"),
            "emergency": lambda one: self._notice(self._emergency(int(one.detail)), "emergency"),
            "overlay": lambda one: self._notice(self._overlay(int(one.detail)), "overlay"),
        }
        if one.what in JUMPS:
            self.came[one.what] += 1
            self.town.jump(JUMPS[one.what])
        elif what[one.what](one) is not False:
            self.came[one.what] += 1

    def _until(self, moment: datetime | None, do: Callable[[], None]) -> None:
        heapq.heappush(self.later, (moment or self.town.clock.now(), next(self._order), do))

    def next_end(self) -> datetime | None:
        """Give when something passes again."""
        return self.later[0][0] if self.later else None

    def end_one(self) -> None:
        """Let what passes next pass."""
        heapq.heappop(self.later)[2]()

    def _outage(self, one: Weather) -> bool:
        if one.detail in self.town.down:
            return False
        self.town.stop(one.detail)
        self._until(one.until, lambda: self._revive(one.detail))
        return True

    def _revive(self, service: str) -> None:
        if service in self.town.down:
            self.town.go_on(service)

    def _no_broker(self, one: Weather) -> bool:
        if self.town.broker.down:
            return False
        since, self.town.broker.down = self.town.clock.now(), True

        def back() -> None:
            self.town.broker.down = False
            self.town.note("broker", since)
            self.town.carrier.wake_all()
            self.town.loop.settle()
            self.town.retry_parked()
            self.town.loop.settle()

        self._until(one.until, back)
        return True

    def _kill(self, one: Weather) -> None:
        """Kill everything at once; it comes back as a start comes, with the rows and nothing else."""
        names = [name for name in self.town.deployment.services if name not in self.town.down]
        for name in names:
            self.town.stop(name)

        def back() -> None:
            self.town.restart()
            for name in names:
                self._revive(name)

        self._until(one.until, back)

    def _away(self, one: Weather) -> bool:
        if "directory" in self.town.down:
            return False
        others = [person.login for person in self.staff.people]
        # Somebody on leave has a stand-in as often as not; a vacant post has nobody.
        stand_in = others[len(one.detail) % len(others)] if one.what == "away" and len(one.detail) % 2 else None
        login = self.staff.leave(one.detail, one.until if one.what == "away" else None, stand_in)
        if login is None:
            return False
        self.came["stand-in"] += stand_in not in (None, login)
        self._until(one.until, lambda: self._back(login))
        return True

    def _back(self, login: str) -> None:
        if "directory" in self.town.down:
            self._until(self.town.clock.now() + HOUR, lambda: self._back(login))
        else:
            self.staff.come_back(login)

    def _close(self, one: Weather) -> bool:
        """Merge an office into the petition office's government from today on; its county file says so."""
        county = self.town.county
        successor = next((edge.upper for edge in county.edges if edge.lower == one.detail), county.fallback)
        today = local_day(self.town.clock.now())
        units = tuple(
            replace(unit, until=today, successor=successor) if unit.code == one.detail and unit.until is None else unit
            for unit in county.units
        )
        changed = replace(county, units=units)
        if units == county.units or list(problems_of(changed)):
            return False
        self.town.county = changed
        self.town.restart()
        return True

    def _notice(self, notice: Notice | None, what: str) -> bool:
        if notice is None or self.town.down:
            return False
        same = [one.version for one in self.town.county.notices if one.key == notice.key]
        self.town.take_in(replace(notice, version=max(same, default=0) + 1))
        return True

    def _emergency(self, number: int) -> Notice | None:
        """Make the next days days off in the whole nation; the year's own days stay."""
        days = self._coming(number)
        base = _in_force(self.town, days[0].year) if days else None
        if base is None:
            return None
        return replace(base, off=tuple(sorted({*base.off, *days})), source="模拟：紧急调整放假")

    def _late(self) -> Notice:
        """Announce or change the days of a year that has begun: Saturdays are worked, and some of them are over."""
        today = local_day(self.town.clock.now())
        known = _in_force(self.town, today.year)
        base = known if known.status == "announced" else _yearly(today.year)
        days = (today + DAY * number for number in range(-13, 8))
        worked = {day for day in days if day.weekday() == SATURDAY and day.year == today.year} - set(base.off)
        return replace(base, work=tuple(sorted({*base.work, *worked})), source="模拟：年内公布放假安排")

    def _overlay(self, number: int) -> Notice | None:
        """Make the next days days off in this county alone."""
        days = self._coming(number)
        if not days:
            return None
        name, year = f"{NATION}+{self.town.county.slug}", days[0].year
        return Notice(calendar=name, year=year, version=1, status="announced", source="模拟：本县放假", off=days)

    def _coming(self, number: int) -> tuple[date, ...]:
        days = days_from(self.town.clock.now(), number)
        return tuple(day for day in days if day.year == days[0].year)


def _in_force(town: Town, year: int) -> Notice:
    """Give the nation's newest notice of a year, made from its shipped days where none was imported."""
    mine = [one for one in town.county.notices if one.key == (NATION, year)]
    if mine:
        return max(mine, key=lambda one: one.version)
    shipped = national(NATION)
    return Notice(
        calendar=NATION,
        year=year,
        version=1,
        status="announced" if year in shipped.announced else "provisional",
        source="模拟",
        off=tuple(sorted(day for day in shipped.off if day.year == year)),
        work=tuple(sorted(day for day in shipped.work if day.year == year)),
    )


def _yearly(year: int) -> Notice:
    """Make a year's notice as the State Council would: the statute's days, a long week in October, two made-up days."""
    shipped = national(NATION)
    off = {day for day in shipped.off if day.year == year} | {date(year, 10, number) for number in range(1, 8)}
    weekends = [date(year, 9, number) for number in range(10, 30) if date(year, 9, number).weekday() == SATURDAY + 1]
    work = set(weekends[:1]) | {day + DAY * 7 for day in weekends[:1]}
    return Notice(
        calendar=NATION,
        year=year,
        version=1,
        status="announced",
        source=f"模拟：国务院办公厅关于{year}年部分节假日安排的通知",
        off=tuple(sorted(off - work)),
        work=tuple(sorted(work)),
    )
