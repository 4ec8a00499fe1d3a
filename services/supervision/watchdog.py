"""The watchdog over routing's timers: a term whose day is over has a word from routing, or people are told.

It counts by facts alone, in a process of its own. What is still on its way is no failure of routing: terms are held
against the moment up to which all that routing told is known here, and a case of which a fact waits or was given up is
left out.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Subquery, and_, exists, false, func, select

from services.supervision.judge import Sample, arrived_since
from services.supervision.models import HeardRow, SampleRow, TermRow
from services.supervision.queues import HOUR, STALE
from shared.access.actor import StaffMember
from shared.access.cases import may_know
from shared.facts.platform import ParkedDropped
from shared.journal.tables import JournalRow, WaitingRow
from shared.kit.action import query
from shared.kit.figures import Gauge
from shared.kit.session import Session

TELLER = "routing"
GRACE = timedelta(seconds=60)  # routing has a minute, from the day's end or from the end of the outage that covered it
OLD = timedelta(seconds=10)  # the broker's figures are some seconds old
MOST = 10_000  # terms that are counted: more is the same news


@dataclass(frozen=True)
class Watch:
    """Terms past their day of which no word is here: how many, since when the oldest, and how many are `unanswered`.

    Of those routing has said nothing though it was at work; a word about the others may be on its way. All that it told
    until `heard` is known here; None where that was never known. A resident's own terms are in no number.
    """

    overdue: int
    oldest: datetime | None
    unanswered: int
    heard: datetime | None


def check(session: Session) -> None:
    """Note how far routing is heard, and in its newest sample how many terms it owes a word about."""
    teller, own = _hour(session, TELLER), _hour(session, session.here.service)
    if not teller or not own:
        return
    before = session.get(HeardRow, TELLER)
    known = [moment for moment in (before.until if before else None, heard_until(teller, own)) if moment]
    heard = HeardRow(service=TELLER, until=max(known, default=None), at_work_since=at_work_since(teller))
    session.merge(heard)
    teller[-1].unanswered = watch.within(session, now=session.now).unanswered


def _hour(session: Session, service: str) -> Sequence[SampleRow]:
    mine = select(SampleRow).where(
        SampleRow.service == service, SampleRow.at > session.now - HOUR, SampleRow.at <= session.now
    )
    return session.scalars(mine.order_by(SampleRow.at)).all()


def heard_until(teller: Sequence[Sample], own: Sequence[Sample]) -> datetime | None:
    """Give the moment up to which all that a service told has left its rows and our queue; None where nobody knows.

    What lies in our queue was told before it arrived, by as much as the teller was behind then.
    """
    since = arrived_since(own)
    then = [one for one in teller if since is not None and one.at >= since]
    if since is None or not then or not all(one.answers for one in then):
        return None
    return min(since, *(one.at - timedelta(seconds=one.oldest_unsent) for one in then)) - OLD


def at_work_since(hour: Sequence[Sample]) -> datetime | None:
    """Give since when a service has been seen at work without a gap, within the hour; None where it is not.

    A gap in which nobody looked counts as an outage: whatever stopped us may have stopped it too. One look that failed
    is none: a slow answer now and then would excuse for ever.
    """
    since, last, failed = None, hour[0].at, 0
    for one in hour:
        at_work = one.answers and one.consumers != 0
        failed = 0 if at_work else failed + 1
        begun = since if one.at - last <= STALE and failed <= 1 else None
        since = begun or (one.at if at_work else None)
        last = one.at
    return since


@query
def watch(session: Session, *, now: datetime) -> Watch:
    """Count the terms past their day of which no word is here, of all cases: for figures that name nobody's case."""
    return _count(session, now)


@query
def watch_for(session: Session, staff: StaffMember, *, now: datetime) -> Watch:
    """Count them as `watch` does, without the cases from which `staff` is barred: a moment tells that there is one."""
    return _count(session, now, may_know(staff, TermRow.case))


def _count(session: Session, now: datetime, *which: ColumnElement[bool]) -> Watch:
    heard = session.get(HeardRow, TELLER)
    past = (
        select(TermRow.case, TermRow.due_at, func.coalesce(TermRow.known_at, TermRow.due_at).label("known_at"))
        .where(TermRow.status == "open", TermRow.due_at < now - GRACE, *which)
        .order_by(TermRow.due_at)
        .limit(MOST)
        .subquery()
    )
    waits = exists().where(WaitingRow.subject == past.c.case)
    given_up = exists().where(JournalRow.subject == past.c.case, JournalRow.type == ParkedDropped.wire_type())
    owed = func.count().filter(_owed_a_word(heard, past, now), ~waits, ~given_up)
    overdue, oldest, unanswered = session.execute(
        select(func.count(), func.min(past.c.due_at), owed).select_from(past)
    ).one()
    return Watch(overdue, oldest, unanswered, min(heard.until, now) if heard and heard.until else None)


def _owed_a_word(heard: HeardRow | None, terms: Subquery, now: datetime) -> ColumnElement[bool]:
    """Tell of which terms a word would be here; of none while routing stands still, and in the minute after that.

    What a replay brings is known since the replay only: the word may be behind it.
    """
    if heard is None or heard.until is None or heard.at_work_since is None:
        return false()
    latest = min(heard.until, now) - GRACE
    return and_(terms.c.due_at < latest, terms.c.known_at < latest) if heard.at_work_since <= latest else false()


def gauges(session: Session) -> Iterator[Gauge]:
    """Give the watchdog's figures at this moment; how long routing was not heard grows when nobody looks any more."""
    if TELLER not in session.here.county.running:
        return
    seen = watch.within(session, now=session.now)
    oldest = (session.now - seen.oldest).total_seconds() if seen.oldest else 0.0
    unheard = (session.now - seen.heard).total_seconds() if seen.heard else math.inf
    yield Gauge("lianxin_terms_overdue", "Terms past their day of which no word is here.", seen.overdue)
    yield Gauge("lianxin_terms_oldest_overdue_seconds", "How long the oldest of these is past its day.", oldest)
    yield Gauge("lianxin_terms_unanswered", "Of these, terms that routing owes a word about.", seen.unanswered)
    yield Gauge("lianxin_terms_unheard_seconds", "For how long what routing told may be unknown here.", unheard)
