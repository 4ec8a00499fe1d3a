"""Replay: a journal is sent again, for a follower that came later or missed something.

Who had a fact skips it, by number and mark.
"""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, exists, insert, literal, select

from shared.db.types import Moment
from shared.facts.platform import JournalReplayed
from shared.ids import first_fact_id
from shared.journal.tables import JournalRow, UnsentRow
from shared.journal.tell import tell
from shared.kit.session import Session


def send_again(session: Session, since: datetime | None = None) -> int:
    """Put every fact that travels, told at `since` or later, back before the relay; gives how many.

    They go in the order they were told; numbers stay as they are. However old they are, they are unsent since now.
    """
    waits = exists().where(UnsentRow.id == JournalRow.id)
    values = (literal(True), literal(True), literal(session.now, Moment()))
    told = select(JournalRow.id, *values).where(JournalRow.seq > 0, ~waits)
    if since is not None:
        told = told.where(JournalRow.id >= first_fact_id(since))
    again = insert(UnsentRow).from_select(["id", "numbered", "send", "again"], told)
    done = session.execute(again, execution_options={"preserve_rowcount": True})
    return cast("CursorResult[Any]", done).rowcount


def replay(session: Session, *, by: str, reason: str, since: datetime | None = None) -> int:
    """Send this service's journal again because a person wants it, and tell who and why; gives how many facts."""
    count = send_again(session, since)
    tell(session, JournalReplayed(subject=session.here.service, count=count, since=since, by=by, reason=reason))
    return count
