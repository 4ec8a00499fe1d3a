"""Parked facts, which wait for a person: tried again, or given up. Who decided, and why, stands in the journal.

Only the inbox moves on: both decisions are rows that it finds, so they may be taken in any process.
"""

from sqlalchemy import ColumnElement, select

from shared.errors import Refusal
from shared.facts.platform import ParkedDropped, ParkedRetried
from shared.journal.tables import WaitingRow
from shared.journal.tell import tell
from shared.kit.session import Session


class NotParked(Refusal):
    """The fact doesn't wait for a person here, or no longer."""

    code = "not-parked"
    status = 404
    message = "No fact %(fact)s is parked in %(service)s."
    next_action = "List what is parked; somebody else may have been first."


def parked(session: Session, limit: int, after: str = "", *shown: ColumnElement[bool]) -> list[WaitingRow]:
    """Give parked facts in order of their ids, those after `after`; of all, those that fulfil what `shown` asks."""
    found = select(WaitingRow).where(WaitingRow.status == "parked", WaitingRow.id > after, *shown)
    return list(session.scalars(found.order_by(WaitingRow.id).limit(limit)))


def retry(session: Session, fact: str, *, by: str, reason: str) -> None:
    """Try a parked fact again, as often as a new one; what waits behind it follows in order. Raises `NotParked`."""
    row = _take(session, fact)
    row.status, row.tries, row.since = "retry", 0, session.now
    told = {"subject": row.subject, "fact": row.id, "source": row.source, "type": row.type}
    tell(session, ParkedRetried(**told, by=by, reason=reason))


def drop(session: Session, fact: str, *, by: str, reason: str) -> None:
    """Give a parked fact up: it counts as applied and has no effect; what waits behind it goes on.

    Raises `NotParked`.
    """
    row = _take(session, fact)
    row.status = "dropped"
    told = {"subject": row.subject, "fact": row.id, "source": row.source, "type": row.type}
    tell(session, ParkedDropped(**told, by=by, reason=reason))


def _take(session: Session, fact: str) -> WaitingRow:
    row = session.get(WaitingRow, fact, with_for_update=True)
    if row is None or row.status != "parked":
        raise NotParked(fact=fact, service=session.here.service)
    row.next_at = session.now
    return row
