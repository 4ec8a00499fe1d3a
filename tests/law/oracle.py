"""Another way to the same moment: strike out what does not count, day by day or hour by hour, and take what is left.

It knows no index, no calendar of ours and no trace; who works on a day it is told.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, islice
from zoneinfo import ZoneInfo

from shared.law.rule import Rule

ONE, INSTANT = timedelta(days=1), timedelta(microseconds=1)
ENDS = {"month_end": range(1, 13), "quarter_end": (3, 6, 9, 12), "year_end": (12,)}
Span = tuple[date, date]
Works = Callable[[date], bool]


@dataclass(frozen=True)
class Answer:
    """From which day on a term is counted, its last day, and the moment from which it is late."""

    started_on: date
    due: date
    due_at: datetime


def answer(rule: Rule, at: datetime, zone: ZoneInfo, pauses: Sequence[Span], works: Works) -> Answer:
    """Count a term that begins at a moment of a zone's wall clock."""
    start = not_counted(rule, at.astimezone(zone).date())
    if rule.unit == "hour":
        late = _hours_later(at.astimezone(UTC), rule.quantity, zone, pauses)
        return Answer(start, late.astimezone(zone).date(), late)
    due = last_day(rule, start, pauses, works)
    return Answer(start, due, datetime.combine(due + ONE, time(), zone).astimezone(UTC))


def not_counted(rule: Rule, day: date) -> date:
    """Give the day that the first one counted follows: the event's, or walk back to where a period ended."""
    months = ENDS.get(rule.start)
    while months is not None and not ((day + ONE).day == 1 and day.month in months):
        day -= ONE
    return day


def last_day(rule: Rule, start: date, pauses: Sequence[Span], works: Works) -> date:
    """Give the last day of a term whose first day follows `start`."""
    left = (day for day in _after(start) if not _inside(day, pauses))
    if rule.unit == "working_day":
        return next(islice((day for day in left if works(day)), rule.quantity - 1, None))
    number = rule.quantity if rule.unit == "calendar_day" else _until_month(start, rule.quantity)
    last = next(islice(left, number - 1, None))
    if rule.roll == "none" or works(last):
        return last
    return next(day for day in left if works(day))


def _after(start: date) -> Iterator[date]:
    return (start + timedelta(days=number) for number in count(1))


def _inside(day: date, pauses: Sequence[Span]) -> bool:
    return any(first <= day <= last for first, last in pauses)


def _until_month(start: date, months: int) -> int:
    """Count the days after `start` to the same-numbered one, or the month's last, so many months later."""
    passed = 0
    for number, day in enumerate(_after(start)):
        passed += day.day == 1
        if passed > months or (passed == months and day.day > start.day):
            return number
    raise AssertionError("days never end")


def _hours_later(at: datetime, hours: int, zone: ZoneInfo, pauses: Sequence[Span]) -> datetime:
    """Walk hour by hour; from a day left out, the first one too, go to the same time of the next that counts."""
    at = _next_counting(at, timedelta(0), zone, pauses)
    for _ in range(hours):
        at = _next_counting(at + timedelta(hours=1), INSTANT, zone, pauses)
    return at


def _next_counting(at: datetime, before: timedelta, zone: ZoneInfo, pauses: Sequence[Span]) -> datetime:
    """Go on by whole days while what lies `before` the moment is left out: an end at midnight is the old day's."""
    while _inside((at - before).astimezone(zone).date(), pauses):
        at += ONE
    return at
