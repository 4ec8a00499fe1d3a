"""Counting: which day is not counted, and which is the last one. Days go in, a day comes out; no law is known here."""

import calendar as months
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta

from shared.calendar.workdays import ONE, WorkCalendar
from shared.law.rule import Roll, Start, Unit

PERIODS = {"month_end": 1, "quarter_end": 3, "year_end": 12}


@dataclass(frozen=True)
class Pause:
    """Both days, and all between, are left out."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"a pause ends before it begins: {self.first} to {self.last}")

    def holds(self, day: date) -> bool:
        """Tell whether a day is left out."""
        return self.first <= day <= self.last


def first_day(start: Start, day: date) -> date:
    """Give the day that is not counted: `day`, or the last day of the month, quarter or year that ended last."""
    length = PERIODS.get(start)
    if length is None or ((day + ONE).day == 1 and day.month % length == 0):
        return day
    return day.replace(month=(day.month - 1) // length * length + 1, day=1) - ONE


def last_day(
    unit: Unit, quantity: int, roll: Roll, start: date, pauses: Iterable[Pause], calendar: WorkCalendar
) -> tuple[date, date]:
    """Give the last day as counted, and that day or, where it rolls off days off, the working day after it.

    Raises `OverflowError` where the count leaves the years from 1 to 9999.
    """
    if unit == "working_day":
        last = _past_pauses(start, quantity, pauses, calendar.between, calendar.add)
        return last, last
    days = quantity if unit == "calendar_day" else (_months_later(start, quantity) - start).days
    last = due = _past_pauses(start, days, pauses, _days_between, _days_later)
    while roll == "next_working_day" and (any(pause.holds(due) for pause in pauses) or not calendar.is_working(due)):
        due += ONE
    return last, due


def _past_pauses(
    day: date,
    left: int,
    pauses: Iterable[Pause],
    between: Callable[[date, date], int],
    later: Callable[[date, int], date],
) -> date:
    """Count `left` days on from `day`, in the stretches that no pause leaves out."""
    for pause in sorted(pauses, key=lambda one: one.first):
        before = between(day, pause.first - ONE) if pause.first > day else 0
        if before >= left:
            break
        left -= before
        day = max(day, pause.last)
    return later(day, left)


def _days_between(start: date, end: date) -> int:
    return (end - start).days


def _days_later(day: date, number: int) -> date:
    return day + timedelta(days=number)


def _months_later(day: date, number: int) -> date:
    """Give the same-numbered day, or the month's last (民法典 202)."""
    year, month = divmod(day.month - 1 + number, 12)
    year, month = day.year + year, month + 1
    if year > MAXYEAR:
        raise OverflowError("no such year")  # as adding days says it
    return date(year, month, min(day.day, months.monthrange(year, month)[1]))
