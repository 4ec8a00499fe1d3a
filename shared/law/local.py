"""Days are counted where the law holds: in Beijing, unless a calendar says another zone; never the machine's."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")


def local_day(moment: datetime, zone: ZoneInfo = BEIJING) -> date:
    """Give the local day of an aware moment."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its zone")
    return moment.astimezone(zone).date()


def start_of_day(day: date, zone: ZoneInfo = BEIJING) -> datetime:
    """Give the moment a local day begins, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def end_of_day(day: date, zone: ZoneInfo = BEIJING) -> datetime:
    """Give the moment a local day is over: the next local midnight, in UTC, exclusive."""
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)


def noon(day: date, zone: ZoneInfo = BEIJING) -> datetime:
    """Give noon of a local day: a moment that lies on it, whatever is counted from it."""
    return datetime.combine(day, time(12), zone)
