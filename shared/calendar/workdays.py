"""Which days are working days. Days that no State Council notice reaches follow the statute and are provisional."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from shared.errors import StartError

DATA = Path(__file__).parent / "data"
SATURDAY = 5
ONE = timedelta(days=1)
# 全国年节及纪念日放假办法 (2024-11-10): the holidays whose date is fixed by statute. The lunar ones and the make-up
# weekends are known only from the yearly notice, so a year without one counts at least these and says "provisional".
FIXED = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})


@dataclass(frozen=True)
class WorkCalendar:
    """Days off and make-up working days as announced, and the first and last day the announcements reach.

    A value: asking it needs no query and no network.
    """

    off: frozenset[date]
    work: frozenset[date]
    announced_until: date
    announced_from: date = date.min

    @classmethod
    def shipped(cls) -> "WorkCalendar":
        """Give the calendar of the shipped notices."""
        return _shipped()

    def with_overlay(self, *, off: Iterable[date] = (), work: Iterable[date] = ()) -> "WorkCalendar":
        """Give this calendar with a county's own days over it: ethnic and local holidays, emergency changes.

        The overlay wins over the notice. Raises `ValueError` for a day that is both.
        """
        more_off, more_work = frozenset(off), frozenset(work)
        if both := more_off & more_work:
            raise ValueError(f"a day is either off or worked: {', '.join(map(str, sorted(both)))}")
        return replace(self, off=(self.off - more_work) | more_off, work=(self.work - more_off) | more_work)

    def provisional(self, day: date) -> bool:
        """Tell whether no notice reaches this day, so that its count may still change."""
        return not self.announced_from <= day <= self.announced_until

    def is_working(self, day: date) -> bool:
        """Tell whether offices work: a weekday that is no holiday, or a make-up day."""
        if day in self.work:
            return True
        if day in self.off or day.weekday() >= SATURDAY:
            return False
        return not (self.provisional(day) and (day.month, day.day) in FIXED)

    def next_working(self, day: date) -> date:
        """Give the day itself or the first working day after it."""
        while not self.is_working(day):
            day += ONE
        return day

    def add(self, day: date, number: int) -> date:
        """Give the `number`-th working day after `day`, before it where negative; 0 gives the day itself."""
        step = ONE if number > 0 else -ONE
        for _ in range(abs(number)):
            day += step
            while not self.is_working(day):
                day += step
        return day

    def between(self, start: date, end: date) -> int:
        """Count working days after `start` up to and with `end`; negative where `end` is earlier."""
        if end < start:
            return -self.between(end, start)
        return sum(self.is_working(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


@cache
def _shipped() -> WorkCalendar:
    return read_notices(DATA)


def read_notices(folder: Path) -> WorkCalendar:
    """Give the calendar of a folder of yearly notices (`year`, `off`, `work`; days as `2026-10-01` or `first..last`).

    Raises `StartError`, one line for each mistake.
    """
    off: set[date] = set()
    work: set[date] = set()
    years: list[int] = []
    wrong: list[str] = []
    for path in sorted(folder.glob("*.toml")):
        notice = tomllib.loads(path.read_text(encoding="utf-8"))
        days_off, days_worked = set(_days(notice["off"])), set(_days(notice["work"]))
        wrong += [f"{path.name}: {line}" for line in _mistakes(notice["year"], days_off, days_worked)]
        years.append(notice["year"])
        off |= days_off
        work |= days_worked
    # A hole would let a year without a notice pass as announced.
    if not years or years != list(range(years[0], years[0] + len(years))):
        wrong.append(f"{folder.name}: one file for each year is needed, named by it, without a gap; found {years}")
    if wrong:
        raise StartError(*wrong)
    return WorkCalendar(frozenset(off), frozenset(work), date(years[-1], 12, 31), date(years[0], 1, 1))


def _mistakes(year: int, off: set[date], work: set[date]) -> Iterator[str]:
    for day in sorted(off & work):
        yield f"{day} is both off and worked; keep one"
    for day in sorted(work):
        if day.weekday() < SATURDAY:
            yield f"{day} is an ordinary weekday; a make-up day is a Saturday or Sunday"
    for day in sorted(off | work):
        if day.year != year:
            yield f"{day} is not in {year}; put it into its own year's file"


def _days(spans: Iterable[str]) -> Iterator[date]:
    for span in spans:
        first, _, last = span.partition("..")
        day, end = date.fromisoformat(first), date.fromisoformat(last or first)
        if end < day:
            raise StartError(f"{span} ends before it begins")
        while day <= end:
            yield day
            day += ONE
