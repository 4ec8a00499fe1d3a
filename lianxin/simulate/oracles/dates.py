"""I13: every due day is counted again, day by day on a wall calendar, by the days off that held when it was told."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import holidays

from lianxin.simulate.evidence import Evidence, Told
from lianxin.simulate.oracles.finding import Wrong
from lianxin.simulate.oracles.obligations import Obligation, obligations
from shared.calendar.notice import Notice

ONE = timedelta(days=1)
FRIDAY = 4
HERE = ZoneInfo("Asia/Shanghai")
YEARS = range(2020, 2041)
Works = Callable[[date], bool]


class WallCalendar:
    """Days as they hang on a wall: the nation's holidays, notices over them, a county's own on top."""

    def __init__(self, notices: Sequence[Notice], slug: str) -> None:
        shipped = holidays.country_holidays("CN", years=YEARS)
        self._off, self._work = set(shipped.keys()), set(shipped.weekend_workdays)
        newest: dict[tuple[str, int], Notice] = {}
        for one in notices:
            if one.version >= getattr(newest.get(one.key), "version", 0):
                newest[one.key] = one
        for nation in (one for one in newest.values() if one.calendar == "CN"):
            self._off = {day for day in self._off if day.year != nation.year} | set(nation.off)
            self._work = {day for day in self._work if day.year != nation.year} | set(nation.work)
        for own in (one for one in newest.values() if one.calendar == f"CN+{slug}"):
            self._off = (self._off - set(own.work)) | set(own.off)
            self._work = (self._work - set(own.off)) | set(own.work)

    def works(self, day: date) -> bool:
        """Tell whether offices work on a day."""
        return day in self._work or (day.weekday() <= FRIDAY and day not in self._off)


def counted(measure: Mapping[str, Any], works: Works) -> date:
    """Count from the day after the start: strike out what does not count until the last day is left."""
    start = date.fromisoformat(str(measure["started_on"]))
    pauses = [(date.fromisoformat(one["first"]), date.fromisoformat(one["last"])) for one in measure["pauses"]]

    def paused(day: date) -> bool:
        return any(first <= day <= last for first, last in pauses)

    left = int(measure["quantity"]) if measure["unit"] != "month" else _days_of_months(start, int(measure["quantity"]))
    for day in (start + ONE * number for number in count(1)):
        if not paused(day) and (measure["unit"] != "working_day" or works(day)):
            left -= 1
        if left == 0:
            break
    while measure["roll"] == "next_working_day" and (paused(day) or not works(day)):
        day += ONE
    return day


def _days_of_months(start: date, months: int) -> int:
    """Walk to the same-numbered day so many months on, or to that month's last."""
    passed, number = 0, 0
    for number in count(1):
        day = start + ONE * number
        passed += day.day == 1
        if passed > months:
            return number - 1
        if passed == months and day.day == start.day:
            return number
    raise AssertionError(number)


def wrong(evidence: Evidence) -> Wrong:
    """Count every due day anew that was ever told, by the calendar of that moment."""
    calendars = [(since, WallCalendar(notices, evidence.slug)) for since, notices in evidence.calendars]
    for one in obligations(evidence):
        yield from ((one.case, line) for line in _of(one, evidence, calendars))


def _of(one_of: Obligation, evidence: Evidence, calendars: Sequence[tuple[datetime, WallCalendar]]) -> Iterator[str]:
    last: Told | None = None
    for one in one_of.told:
        verb = one_of.verb(one)
        if verb == "moved" and (last is None or one.data["before"] != last.data["due"]):
            yield f"{one.data['rule']}: moved from {one.data['before']}, but it was due on {last and last.data['due']}"
        if verb in ("started", "resumed", "moved"):
            rule = evidence.rules.under(str(one.data["rule"]), str(one.data["term"]["pack"]))
            if rule.calendar == "CN" and rule.unit != "hour":
                yield from _counts(one, last, rule.owner == "citizens_right", _candidates(one, calendars))
            last = one


def _candidates(one: Told, calendars: Sequence[tuple[datetime, WallCalendar]]) -> list[WallCalendar]:
    """Give the calendar that held when a fact was told. A term that receipt starts is told when routing adopts it."""
    held = [calendar for since, calendar in calendars if since <= one.at]
    return held[-1:] if one.what != "deadline.started" else held[-2:]


def _counts(one: Told, last: Told | None, own: bool, calendars: Sequence[WallCalendar]) -> Iterator[str]:
    term, due = one.data["term"], _day(one.data["due"])
    days = [counted(term, calendar.works) for calendar in calendars]
    allowed = {_allowed(day, one, last, own, each.works) for day, each in zip(days, calendars, strict=True)}
    if due not in allowed:
        yield f"{term['rule']} from {term['started_on']}: due on {due}, counted day by day {sorted(map(str, allowed))}"
    if one.what == "deadline.moved" and last is not None and due < (before := _day(last.data["due"])):
        if own:
            yield f"{term['rule']}: a resident's own term was shortened from {before} to {due}"
        elif all(due < _least(one, before, calendar.works) for calendar in calendars):
            yield f"{term['rule']}: moved at {one.data['at']} to {due}, which nobody could know of in time"
    midnight = datetime.combine(due + ONE, time(), HERE)
    if datetime.fromisoformat(str(one.data["due_at"])) != midnight:
        yield f"{term['rule']}: due on {due}, but over at {one.data['due_at']}"


def _day(text: Any) -> date:
    return date.fromisoformat(str(text))


def _allowed(day: date, one: Told, last: Told | None, own: bool, works: Works) -> date:
    """Give the due day that a count leads to: days off that came while a term ran shorten it by what is fair.

    A resident's own not at all; another's to the end of the working day after, and never twice.
    """
    if last is None:
        return day
    before, term = _day(last.data["due"]), last.data["term"]
    stands = term["kept"] or term.get("held_from")
    if one.what == "deadline.resumed":
        return max(day, _after_a_pause(term, before, one.data["term"]["pauses"][-1], works)) if stands else day
    if own or stands == day.isoformat():
        return max(day, before)
    return max(day, _least(one, before, works))


def _least(one: Told, before: date, works: Works) -> date:
    """Give the day before whose end no term may be over that was moved: the working day after, or its old date."""
    today = datetime.fromisoformat(str(one.data["at"])).astimezone(HERE).date()
    return min(before, next(day for number in count(1) if works(day := today + ONE * number)))


def _after_a_pause(term: Mapping[str, Any], due: date, pause: Mapping[str, str], works: Works) -> date:
    """Strike out after a pause as many days as were left when it began, and one at least."""
    first, end = _day(pause["first"]), _day(pause["last"])
    if first > due:
        return due
    gone = [(_day(one["first"]), _day(one["last"])) for one in term["pauses"]]
    days = (first + ONE * number for number in range((due - first).days + 1))
    left = sum(
        day > _day(term["started_on"])
        and not any(since <= day <= until for since, until in gone)
        and (term["unit"] != "working_day" or works(day))
        for day in days
    )
    measure = {**term, "started_on": end.isoformat(), "pauses": (), "quantity": max(left, 1)}
    return counted({**measure, "unit": "working_day" if term["unit"] == "working_day" else "calendar_day"}, works)
