"""National calendars from the `holidays` package: holidays, and in China the make-up days of the yearly notice.

The package keeps the State Council's notices since 2001. For a year without one it gives the days that the statute
dates (among them the lunar ones, by calculation) and no make-up day; such a year is not announced.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from zoneinfo import ZoneInfo

import holidays

from shared.calendar.workdays import ONE, SATURDAY, WorkCalendar
from shared.law.local import BEIJING

FIRST, LAST = 2007, 2100  # 调休 in its present form, and the last lunar year that the package computes
# The UK's days off are a day off in any of its parts. They are fixed by statute and proclaimed in advance.
UK, UK_ANNOUNCED = ("ENG", "NIR", "SCT", "WLS"), 2027
NATION = "CN"
NAMES = (NATION, "EU", "GB")


@cache
def national(name: str) -> WorkCalendar:
    """Give a national calendar by its name. Raises `KeyError` for one that we don't have."""
    return {"CN": _china, "EU": _union, "GB": _kingdom}[name]()


def by_name(name: str, ours: WorkCalendar) -> WorkCalendar:
    """Give the calendar that a rule names: `ours` (the nation's, with the county's days) or another country's."""
    return ours if name == NATION else national(name)


def _china() -> WorkCalendar:
    known = holidays.country_holidays("CN", years=range(FIRST, LAST + 1))
    work = frozenset(known.weekend_workdays)
    announced = {day.year for day in work if day.year >= FIRST}
    return WorkCalendar(frozenset(_with_weekends(set(known), work)), work, frozenset(announced), "CN", BEIJING)


def _with_weekends(off: set[date], work: frozenset[date]) -> Iterator[date]:
    """Give the days off and the weekends that lie against them, as the State Council's notice counts a holiday."""
    yield from off
    for day in off:
        for step in (-ONE, ONE):
            beside = day + step
            while beside.weekday() >= SATURDAY and beside not in work:
                yield beside
                beside += step


def _kingdom() -> WorkCalendar:
    off = _any_part("GB", UK)
    return WorkCalendar(
        frozenset(off), frozenset(), frozenset(range(FIRST, UK_ANNOUNCED + 1)), "GB", ZoneInfo("Europe/London")
    )


def _any_part(country: str, parts: Iterable[str]) -> set[date]:
    years = range(FIRST, LAST + 1)
    return {day for part in parts for day in holidays.country_holidays(country, subdiv=part, years=years)}


def _union() -> WorkCalendar:
    """Make the calendar of directives that count calendar days and months: no holiday of any member is known."""
    return WorkCalendar(frozenset(), frozenset(), frozenset(), "EU", ZoneInfo("Europe/Brussels"))
