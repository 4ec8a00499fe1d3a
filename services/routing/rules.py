"""Pure rules: which periods a duty owes, how alike two texts are. Who is competent for a case: see `competence`."""

from collections.abc import Iterator
from datetime import date, timedelta

from shared.county.model import DutyItem


def owed_periods(duty: DutyItem, today: date, known: date) -> Iterator[tuple[str, date]]:
    """Give the ended periods of a duty since `known` (a day) as (name, first day after the period)."""
    first = known
    while True:
        name, after = period_of(duty.period, first)
        if after > today:
            return
        yield name, after
        first = after


def likeness(one: str, other: str) -> float:
    """Give how much two texts share, 0 to 1: pairs of neighbouring characters, spaces and punctuation left out."""
    mine, theirs = _pairs(one), _pairs(other)
    return 2 * len(mine & theirs) / (len(mine) + len(theirs)) if mine and theirs else 0.0


def _pairs(text: str) -> frozenset[str]:
    plain = "".join(filter(str.isalnum, text.lower()))
    return frozenset(plain[at : at + 2] for at in range(len(plain) - 1))


def period_of(length: str, day: date) -> tuple[str, date]:
    """Give the period that holds a day: its name (2026-10, 2026-Q4, 2026) and the first day after it."""
    if length == "month":
        return f"{day:%Y-%m}", _months_after(day, 1, day.month)
    if length == "quarter":
        quarter = (day.month - 1) // 3 + 1
        return f"{day.year}-Q{quarter}", _months_after(day, 3, quarter * 3 - 2)
    return f"{day.year}", date(day.year + 1, 1, 1)


def first_day(length: str, day: date) -> date:
    """Give the first day of the period that holds a day."""
    months = {"month": day.month, "quarter": (day.month - 1) // 3 * 3 + 1, "year": 1}
    return date(day.year, months[length], 1)


def _months_after(day: date, months: int, first_month: int) -> date:
    later = date(day.year, first_month, 1) + timedelta(days=31 * months)
    return later.replace(day=1)
