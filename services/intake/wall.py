"""A term as it hangs on the wall: months of days, each with what it is to the count."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from shared.calendar.workdays import ONE, WorkCalendar
from shared.law.term import Term

# `made_up` is a weekend day that counts, `skipped` a day off; `outside` lies before or after the term.
Kind = Literal["outside", "start", "counted", "made_up", "skipped", "weekend", "paused"]
MOST = 6  # months shown; of a longer term its first and its last two
ENDS = 2


@dataclass(frozen=True)
class Day:
    """A day of the term: `number` where it counts (the first is 1), `last` where the term ends on it."""

    day: date
    kind: Kind
    number: int = 0
    last: bool = False


@dataclass(frozen=True)
class Month:
    """A month in weeks that begin on Monday; None pads the first and the last."""

    first: date
    weeks: tuple[tuple[Day | None, ...], ...]


@dataclass(frozen=True)
class Wall:
    """The months of a term, and how many of them between the first and the last are left out."""

    months: tuple[Month, ...]
    left_out: int = 0


def wall(term: Term, calendar: WorkCalendar) -> Wall:
    """Hang up a term in days or months; each month of it, or of a long one the first two and the last two."""
    numbers = dict(_counted(term, calendar))
    firsts = list(_months(term.started_on, term.due))
    shown = firsts if len(firsts) <= MOST else [*firsts[:ENDS], *firsts[-ENDS:]]
    return Wall(tuple(_month(first, term, calendar, numbers) for first in shown), len(firsts) - len(shown))


def _counted(term: Term, calendar: WorkCalendar) -> Iterator[tuple[date, int]]:
    """Give each day that counts with its number, up to the last one that was reached by counting."""
    number, day = 0, term.started_on
    while day < (term.rolled_from or term.due):
        day += ONE
        if not term.paused(day) and (term.unit != "working_day" or calendar.is_working(day)):
            number += 1
            yield day, number


def _months(start: date, end: date) -> Iterator[date]:
    first = start.replace(day=1)
    while first <= end:
        yield first
        first = (first + timedelta(days=31)).replace(day=1)


def _month(first: date, term: Term, calendar: WorkCalendar, numbers: dict[date, int]) -> Month:
    length = ((first + timedelta(days=31)).replace(day=1) - first).days
    days = [_day(first + ONE * number, term, calendar, numbers) for number in range(length)]
    cells = [*[None] * first.weekday(), *days]
    cells += [None] * (-len(cells) % 7)
    return Month(first, tuple(tuple(cells[n : n + 7]) for n in range(0, len(cells), 7)))


def _day(day: date, term: Term, calendar: WorkCalendar, numbers: dict[date, int]) -> Day:
    return Day(day, _kind(day, term, calendar, numbers), numbers.get(day, 0), last=day == term.due)


def _kind(day: date, term: Term, calendar: WorkCalendar, numbers: dict[date, int]) -> Kind:
    if day == term.started_on:
        return "start"
    if not term.started_on < day <= term.due:
        return "outside"
    if term.paused(day):
        return "paused"
    if day in numbers:
        return "made_up" if term.unit == "working_day" and day in calendar.work else "counted"
    return "skipped" if day in calendar.off else "weekend" if not calendar.is_working(day) else "counted"
