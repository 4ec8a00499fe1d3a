"""Days are counted in Beijing: the law's day, not the machine's."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")


def local_day(moment: datetime) -> date:
    """Give the Beijing day of an aware moment."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its zone")
    return moment.astimezone(BEIJING).date()


def end_of_day(day: date) -> datetime:
    """Give the moment a local day is over: the next Beijing midnight, in UTC, exclusive."""
    return datetime.combine(day + timedelta(days=1), time(), BEIJING).astimezone(UTC)
