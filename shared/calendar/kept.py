"""Notices as rows: every service keeps those that were announced, so each process counts by them at once.

The county's files hold from a start on, a row holds at once. Both may hold the same notice; the higher version wins.
"""

from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from time import monotonic
from typing import Any

from sqlalchemy import String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from shared.calendar.notice import Notice, counted_by
from shared.calendar.workdays import WorkCalendar
from shared.db.types import Document
from shared.journal.tables import KitBase

FRESH = 1.0  # seconds for which a process believes what it read


class NoticeRow(KitBase):
    """One version of a notice; never changed, a correction is the next version."""

    __tablename__ = "notice"

    calendar: Mapped[str] = mapped_column(String(64), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(String(16))
    source: Mapped[str] = mapped_column(Text)
    days: Mapped[dict[str, Any]] = mapped_column(Document)


def keep(session: Session, notice: Notice) -> None:
    """Keep a notice; the same version again changes nothing."""
    days = {"off": [day.isoformat() for day in notice.off], "work": [day.isoformat() for day in notice.work]}
    if session.get(NoticeRow, (notice.calendar, notice.year, notice.version)) is None:
        named = {name: getattr(notice, name) for name in ("calendar", "year", "version", "status", "source")}
        session.add(NoticeRow(**named, days=days))
        session.flush()


def kept(session: Session) -> tuple[Notice, ...]:
    """Give the notices that are kept."""
    return tuple(map(_notice, session.scalars(select(NoticeRow).order_by(*NoticeRow.__table__.primary_key))))


def _notice(row: NoticeRow) -> Notice:
    off, work = (tuple(map(date.fromisoformat, row.days[name])) for name in ("off", "work"))
    named: dict[str, Any] = {name: getattr(row, name) for name in ("calendar", "year", "version", "status", "source")}
    return Notice(**named, off=off, work=work)


class Lately:
    """The calendar as a process read it last; it is read again after a second, or when this process keeps a notice.

    A question of its own would cost a submission, which otherwise asks nothing, two round trips more.
    """

    def __init__(self) -> None:
        self._calendar: WorkCalendar | None = None
        self._until = 0.0

    def get(self, read: Callable[[], WorkCalendar]) -> WorkCalendar:
        """Give the calendar, read anew where that is due; by a clock that nobody sets."""
        calendar = self._calendar
        if calendar is None or monotonic() > self._until:
            calendar = self._calendar = read()
            self._until = monotonic() + FRESH
        return calendar

    def forget(self) -> None:
        """Read anew at the next question."""
        self._calendar = None


@lru_cache(maxsize=8)
def counted(files: Sequence[Notice], rows: Sequence[Notice], county: str) -> WorkCalendar:
    """Give the calendar under a county's files and rows; a row wins over a file of its version."""
    return counted_by((*files, *rows), county)
