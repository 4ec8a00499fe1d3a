"""Replay: a journal is sent again, for a follower that came later. Who had it skips it, by number and mark."""

from sqlalchemy import exists, insert, literal, select

from shared.journal.tables import JournalRow, UnsentRow
from shared.kit.session import Session


def send_again(session: Session) -> None:
    """Put every fact that travels back before the relay, in the order it was told; numbers stay as they are."""
    waits = exists().where(UnsentRow.id == JournalRow.id)
    told = select(JournalRow.id, literal(True), literal(True)).where(JournalRow.seq > 0, ~waits)
    session.execute(insert(UnsentRow).from_select(["id", "numbered", "send"], told))
