"""The fact of days off: a notice that the county took in. `subject` is its calendar and year, such as `CN-2027`."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from shared.facts.base import Fact


@dataclass(frozen=True, kw_only=True)
class CalendarAnnounced(Fact):
    """These days of a year are off, and those are worked; every service counts by it from here on.

    `edition` is the version of the notice, `calendar`, `year`, `status` and the days are its own; `reason` is its
    source, which whoever has a deadline that moves reads.
    """

    name: ClassVar[str] = "calendar.announced"
    owner: ClassVar[str] = "intake"

    calendar: str
    year: int
    edition: int
    status: str
    reason: str
    off: tuple[date, ...] = ()
    work: tuple[date, ...] = ()
