"""Recurring duties: each period that ended is asked for once, a year's on the first of January; none before."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from lianxin.simulate.evidence import Evidence
from lianxin.simulate.oracles.finding import Wrong

ONE = timedelta(days=1)
HERE = ZoneInfo("Asia/Shanghai")
FIRST_MONTHS = {"month": range(1, 13), "quarter": (1, 4, 7, 10), "year": (1,)}


def wrong(evidence: Evidence) -> Wrong:
    """Say which period of a duty was never asked for, twice, or before it had ended."""
    asked = Counter(one.subject for one in evidence.of("case.requested") if one.subject.startswith("duty/"))
    first, last = evidence.began.astimezone(HERE).date(), evidence.ended.astimezone(HERE).date()
    for duty in evidence.duties:
        ended = {f"duty/{duty.code}/{name}" for name in _ended(duty.period, first, last)}
        mine = {one: times for one, times in asked.items() if one.startswith(f"duty/{duty.code}/")}
        yield from (("", f"{one}: it had ended, and was never asked for") for one in sorted(ended - mine.keys()))
        yield from (("", f"{one}: it was asked for {times} times") for one, times in mine.items() if times > 1)
        yield from (("", f"{one}: it was asked for before it ended") for one in mine if one not in ended)


def _ended(length: str, first: date, last: date) -> Iterator[str]:
    """Walk the days and name each period when it is over; first of all the one that was over last."""
    start = date(first.year, max(month for month in FIRST_MONTHS[length] if month <= first.month), 1)
    yield _name(length, start - ONE)
    for number in range(1, (last - first).days + 1):
        day = first + ONE * number
        if day.day == 1 and day.month in FIRST_MONTHS[length]:
            yield _name(length, day - ONE)


def _name(length: str, day: date) -> str:
    return {"month": f"{day:%Y-%m}", "quarter": f"{day.year}-Q{(day.month + 2) // 3}", "year": f"{day.year}"}[length]
