"""When routing's timers stood still: a term that was broken meanwhile is noted late, and the breach says why."""

from datetime import datetime, timedelta

from sqlalchemy import select

from services.routing.models import BeatRow, OutageRow
from shared.kit.action import every
from shared.kit.session import Session
from shared.web.i18n import moment_in_words, translate

ONE = 1  # there is one row
NOTED_WITHIN = timedelta(seconds=60)  # a breach is noted within a minute of its moment, or names the outage
KNOWN = "outages"


def still_here(session: Session, *, now: datetime) -> None:
    """Note that the timers ran until now; a loop that jumps over idle time says this instead of every beat."""
    session.merge(BeatRow(id=ONE, at=now))


def beat_at(session: Session, now: datetime) -> None:
    """Note that the timers run, and the time since they last did, where that is an outage.

    A clock that was set forward leaves the same trace as a process that stood still: nobody was awake for these hours.
    """
    last = session.scalar(select(BeatRow.at))
    if last is not None and now - last > NOTED_WITHIN:
        session.add(OutageRow(since=last, until=now))
    still_here(session, now=now)


@every(timedelta(seconds=30), name="routing-beat")
def beat(session: Session, subject: str, *, now: datetime) -> None:
    """Note twice a minute that the timers run."""
    beat_at(session, now)


def beat_at_start(session: Session, *, now: datetime) -> None:
    """Note at a start how long nobody was there, before the first timer runs."""
    beat_at(session, now)


def outage_over(session: Session, moment: datetime) -> tuple[datetime, datetime] | None:
    """Give from when until when the timers stood still at a moment that is noted too late now; None where they ran."""
    if session.now - moment <= NOTED_WITHIN:
        return None
    if KNOWN not in session.info:  # once for all terms that one outage broke
        noted = session.execute(select(OutageRow.since, OutageRow.until)).all()
        last = session.scalar(select(BeatRow.at))
        session.info[KNOWN] = [*noted, *([(last, session.now)] if last else [])]
    covering = ((since, until) for since, until in session.info[KNOWN] if since <= moment < until)
    return max(covering, key=lambda one: one[1], default=None)


def stood_still(since: datetime | None, until: datetime | None, language: str) -> str:
    """Say which outage made a breach be noted late; nothing where none did."""
    if since is None or until is None:
        return ""
    first, last = (moment_in_words(language, one) for one in (since, until))
    return translate(language, "Noted late: Lianxin stood still from %(since)s to %(until)s.", since=first, until=last)
