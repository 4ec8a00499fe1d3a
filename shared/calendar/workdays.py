"""Which days are working days, and how many lie between two of them. Years that nobody announced are provisional."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from shared.law.local import BEIJING

SATURDAY = 5
ONE = timedelta(days=1)


@dataclass(frozen=True)
class Year:
    """One year as sorted ordinals: days that count, those of them that are made up, and days off worth a mention."""

    working: tuple[int, ...]
    made_up: tuple[int, ...]
    skipped: tuple[int, ...]


@dataclass(frozen=True)
class WorkCalendar:
    """Days off, make-up working days, and the years for which both were announced; the rest is provisional.

    A value: asking it needs no query and no network. `name` is CN, GB, ..., or CN+<county> with a county's own days;
    days are those of `zone`.
    """

    off: frozenset[date] = field(repr=False)
    work: frozenset[date] = field(repr=False)
    announced: frozenset[int]
    name: str = "CN"
    zone: ZoneInfo = BEIJING
    _years: dict[int, Year] = field(default_factory=dict, init=False, repr=False, compare=False)

    def with_days(
        self, *, off: Iterable[date] = (), work: Iterable[date] = (), name: str | None = None
    ) -> "WorkCalendar":
        """Give this calendar with other days over it, which win. Raises `ValueError` for a day that is both."""
        more_off, more_work = frozenset(off), frozenset(work)
        if both := more_off & more_work:
            raise ValueError(f"a day is either off or worked: {', '.join(map(str, sorted(both)))}")
        return replace(
            self,
            off=(self.off - more_work) | more_off,
            work=(self.work - more_off) | more_work,
            name=name or self.name,
        )

    @property
    def announced_until(self) -> date:
        """Give the last day of the last announced year."""
        return date(max(self.announced), 12, 31)

    def provisional(self, day: date) -> bool:
        """Tell whether the year of a day was not announced, so that its count may still change."""
        return day.year not in self.announced

    def unsure(self, first: date, last: date) -> bool:
        """Tell whether a stretch of days touches a year that was not announced."""
        return not all(year in self.announced for year in range(first.year, last.year + 1))

    def is_working(self, day: date) -> bool:
        """Tell whether offices work: a weekday that is no holiday, or a make-up day."""
        return day in self.work or (day.weekday() < SATURDAY and day not in self.off)

    def add(self, day: date, number: int) -> date:
        """Give the `number`-th working day after `day`, before it where negative; 0 gives the day itself.

        Raises `OverflowError` where the count leaves the years from 1 to 9999.
        """
        if number == 0:
            return day
        year, today = day.year, day.toordinal()
        working = self._year(year).working
        place = bisect_right(working, today) - 1 + number if number > 0 else bisect_left(working, today) + number
        while place < 0:
            year -= 1
            place += len(self._year(year).working)
        while place >= len(self._year(year).working):
            place -= len(self._year(year).working)
            year += 1
        return date.fromordinal(self._year(year).working[place])

    def between(self, start: date, end: date) -> int:
        """Count working days after `start` up to and with `end`; negative where `end` is earlier."""
        if end < start:
            return -self.between(end, start)
        whole = sum(len(self._year(year).working) for year in range(start.year, end.year))
        until, since = self._year(end.year).working, self._year(start.year).working
        return whole + bisect_right(until, end.toordinal()) - bisect_right(since, start.toordinal())

    def made_up(self, start: date, end: date) -> tuple[date, ...]:
        """Give the make-up days after `start` up to and with `end`."""
        years = range(start.year, end.year + 1)
        return tuple(day for year in years for day in _within(self._year(year).made_up, start, end))

    def skipped(self, start: date, end: date) -> tuple[date, ...]:
        """Give the days off after `start` up to and with `end`; an ordinary weekend needs no mention."""
        years = range(start.year, end.year + 1)
        return tuple(day for year in years for day in _within(self._year(year).skipped, start, end))

    def _year(self, year: int) -> Year:
        found = self._years.get(year)
        if found is None:
            if not date.min.year <= year <= date.max.year:
                raise OverflowError(f"there is no year {year}")
            found = self._years[year] = self._made(year)
        return found

    def _made(self, year: int) -> Year:
        first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
        days = [(number, date.fromordinal(number)) for number in range(first, last + 1)]
        return Year(
            working=tuple(number for number, day in days if self.is_working(day)),
            made_up=tuple(number for number, day in days if day in self.work),
            skipped=tuple(number for number, day in days if day in self.off and day not in self.work),
        )


def _within(days: Sequence[int], start: date, end: date) -> Iterator[date]:
    between = days[bisect_right(days, start.toordinal()) : bisect_right(days, end.toordinal())]
    return map(date.fromordinal, between)
