"""Counting open deadlines anew: days off were announced or changed. Safe to do again; what has ended stays."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select

from services.routing import clocks
from services.routing.models import CaseRow, DeadlineRow
from shared.calendar.kept import kept
from shared.calendar.national import by_name
from shared.facts.calendar import CalendarAnnounced
from shared.facts.deadline import DeadlineMoved
from shared.journal.tables import TimerRow
from shared.journal.tell import tell
from shared.kit.action import on, when_due
from shared.kit.session import Session
from shared.kit.timers import plan
from shared.law.local import local_day
from shared.law.term import Term, held, recomputed

OPEN = ("open", "paused")
PAGE = 1_000  # terms in memory
ON_ITS_WAY = timedelta(hours=1)  # so long may a case be that was counted in the moment of a notice
AT_START = "the work calendar of this release differs"


@dataclass(frozen=True)
class Move:
    """An open deadline that another calendar counts otherwise: to another date, or to the same one by other days."""

    instance: str
    reference: str
    before: Term
    after: Term


def moves(session: Session) -> Iterator[Move]:
    """Give what would move, the earliest date first; nothing is written, and no more than a page is held at once."""
    columns = (DeadlineRow.instance, DeadlineRow.term, CaseRow.reference)
    asked = select(*columns).join(CaseRow, CaseRow.id == DeadlineRow.case).where(DeadlineRow.status.in_(OPEN))
    order = asked.order_by(DeadlineRow.due_at, DeadlineRow.instance)
    for instance, term, reference in session.execute(order, execution_options={"yield_per": PAGE}):
        before = Term.from_dict(term)
        after = _counted(session, before)
        if after != before:
            yield Move(instance, reference, before, after)


def _counted(session: Session, term: Term) -> Term:
    """Count by the rule it began under. What only calls the calendar by another name has not moved."""
    here = session.here
    if term.rule not in here.rules:
        return term
    rule = here.rules.under(term.rule, term.pack)
    calendar = by_name(rule.calendar, session.calendar)
    counted = held(recomputed(term, rule, calendar), term, local_day(session.now, calendar.zone), calendar)
    return term if replace(counted, calendar=term.calendar) == term else counted


def recount(session: Session, reason: str) -> int:
    """Move every open deadline to where the calendar has it now and tell why; gives how many were told.

    A resident's own term is never shortened, and no other one to a day before the next working day is over.
    """
    return sum(_move(session, move, reason) for move in list(moves(session)))


def _move(session: Session, move: Move, reason: str) -> bool:
    # First the timers, then the term: in the order of a timer that runs, so that neither waits for the other.
    session.execute(select(TimerRow).where(TimerRow.subject == move.instance).with_for_update()).all()
    row = session.get_one(DeadlineRow, move.instance, with_for_update=True, populate_existing=True)
    before = Term.from_dict(row.term)
    after = _counted(session, before)
    if row.status not in OPEN or after == before:
        return False
    row.term, row.due, row.due_at = after.to_dict(), after.due, after.due_at
    tell(
        session,
        DeadlineMoved(
            subject=row.case,
            instance=row.instance,
            rule=row.rule,
            at=session.now,
            before=before.due,
            due=after.due,
            due_at=after.due_at,
            term=row.term,
            reason=reason,
        ),
    )
    if row.status == "open":
        clocks.replan(session, row)
    clocks.refresh(session, session.get_one(CaseRow, row.case))
    return True


@on(CalendarAnnounced, name="routing-recount")
def recount_by(session: Session, fact: CalendarAnnounced, *, now: datetime) -> None:
    """Count anew by a notice, and once more when all has come in that was still counted without it."""
    recount(session, fact.reason)
    plan(session, recount_again, fact.subject, now + ON_ITS_WAY)


@when_due(name="routing-recount-again")
def recount_again(session: Session, subject: str, *, now: datetime) -> None:
    """Count by the newest notice of a calendar's year what came in after it."""
    recount(session, next(one.source for one in reversed(kept(session)) if f"{one.calendar}-{one.year}" == subject))


def recount_at_start(session: Session, *, now: datetime) -> None:
    """Count anew at every start: the release, or the county's notices, may hold days that the last start did not."""
    recount(session, AT_START)
