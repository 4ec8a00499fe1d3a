"""Another way to the same day: strike out what does not count, day by day, and take the last that is left.

It knows no index, no calendar of ours and no trace. Working days are those of another package (`chinesecalendar`).
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import count, islice

import chinese_calendar

from shared.law.rule import Rule

FIRST, LAST = date(2007, 1, 1), date(2026, 12, 31)  # both packages know these years
Span = tuple[date, date]
Works = Callable[[date], bool]


@cache
def works(day: date) -> bool:
    """Tell whether offices work, as the other package says. Raises `NotImplementedError` past its years."""
    return bool(chinese_calendar.is_workday(day))


def last_day(rule: Rule, start: date, pauses: Sequence[Span] = (), works: Works = works) -> date:
    """Give the last day of a term whose first day follows `start`."""
    left = (day for day in _after(start) if not any(first <= day <= last for first, last in pauses))
    if rule.unit == "working_day":
        return next(islice((day for day in left if works(day)), rule.quantity - 1, None))
    number = rule.quantity if rule.unit == "calendar_day" else _until_month(start, rule.quantity)
    last = next(islice(left, number - 1, None))
    if rule.roll == "none" or works(last):
        return last
    return next(day for day in left if works(day))


def _after(start: date) -> Iterator[date]:
    return (start + timedelta(days=number) for number in count(1))


def _until_month(start: date, months: int) -> int:
    """Count the days after `start` to the same-numbered one, or the month's last, so many months later."""
    passed = 0
    for number, day in enumerate(_after(start)):
        passed += day.day == 1
        if passed > months or (passed == months and day.day > start.day):
            return number
    raise AssertionError("days never end")
