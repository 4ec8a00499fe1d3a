"""Whose offices work on a day, by other hands than ours: another package for China, and for Britain a list by rule.

Working days of the Union's directives are weekdays: no member's holiday is known.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

import chinese_calendar

FIRST, LAST = date(2007, 1, 1), date(2026, 12, 31)  # both packages know these years
SATURDAY, MONDAY = 5, 0
EASTER = (  # Sundays, as almanacs print them
    "2007-04-08 2008-03-23 2009-04-12 2010-04-04 2011-04-24 2012-04-08 2013-03-31 2014-04-20 2015-04-05 2016-03-27 "
    "2017-04-16 2018-04-01 2019-04-21 2020-04-12 2021-04-04 2022-04-17 2023-04-09 2024-03-31 2025-04-20 2026-04-05 "
    "2027-03-28 2028-04-16 2029-04-01"
)
PROCLAIMED = (  # weddings, jubilees, a funeral, a coronation; Scotland's day of the World Cup
    "2011-04-29 2012-06-05 2022-06-03 2022-09-19 2023-05-08 2026-06-15"
)
MOVED = {  # for the end of a war, for two jubilees
    date(2020, 5, 4): date(2020, 5, 8),
    date(2012, 5, 28): date(2012, 6, 4),
    date(2022, 5, 30): date(2022, 6, 2),
}


@cache
def works(calendar: str, day: date) -> bool:
    """Tell whether offices work. Raises `NotImplementedError` past the years that are known."""
    if calendar == "CN":
        return bool(chinese_calendar.is_workday(day))
    if calendar == "GB":
        return day.weekday() < SATURDAY and day not in _bank_holidays(day.year)
    return day.weekday() < SATURDAY


@cache
def _bank_holidays(year: int) -> frozenset[date]:
    """Give the days off of any part of the kingdom that fall on weekdays."""
    sundays = [date.fromisoformat(one) for one in EASTER.split() if one.startswith(str(year))]
    if not sundays:
        raise NotImplementedError(year)
    named = {day for group in _fixed(year) for day in _on_weekdays(group)}
    easter = {sundays[0] - timedelta(days=2), sundays[0] + timedelta(days=1)}
    mondays = {MOVED.get(day, day) for day in _mondays(year)}
    proclaimed = {date.fromisoformat(one) for one in PROCLAIMED.split()}
    return frozenset(named | easter | mondays | proclaimed)


def _fixed(year: int) -> Iterator[tuple[date, ...]]:
    """Give days of fixed dates; those of one group push each other on."""
    yield date(year, 1, 1), date(year, 1, 2)
    yield (date(year, 3, 17),)
    yield (date(year, 7, 12),)
    yield (date(year, 11, 30),)
    yield date(year, 12, 25), date(year, 12, 26)


def _on_weekdays(group: tuple[date, ...]) -> set[date]:
    """Give the days, and for those on a weekend the next weekdays that are free."""
    taken = {day for day in group if day.weekday() < SATURDAY}
    for day in group:
        if day.weekday() >= SATURDAY:
            while day.weekday() >= SATURDAY or day in taken:
                day += timedelta(days=1)  # noqa: PLW2901 - walks
            taken.add(day)
    return taken


def _mondays(year: int) -> Iterator[date]:
    """Give the first of May, the last of May, the first and the last of August."""
    for month in (5, 8):
        days = [date(year, month, number) for number in range(1, 32)]
        mondays = [day for day in days if day.weekday() == MONDAY]
        yield mondays[0]
        yield mondays[-1]
