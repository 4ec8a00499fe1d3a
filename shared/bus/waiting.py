"""Facts that wait as rows: for a gap, for their case, for a retry, or for a person."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select

from shared.bus.apply import HELD_FOR, Gate, waiting_row
from shared.crypto.case_key import KeyGone
from shared.errors import NotYet, Refusal
from shared.facts.base import Envelope
from shared.journal.tables import WaitingRow
from shared.kit.own import ask_for_key
from shared.kit.service import Service
from shared.kit.session import Session

TRIES = 5
PATIENCE = timedelta(minutes=10)
BACK_OFF = (timedelta(seconds=1), timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2))
LOOK_AGAIN = timedelta(seconds=30)
RUNS = ("held", "not_yet", "retry", "dropped")  # at its moment; what is parked waits for a person

# Asked in every round, also in idle ones: made once, and plain columns, so that it costs little.
_waiting = WaitingRow.__table__.c
DUE = (
    select(_waiting.envelope)
    .where(_waiting.status.in_(RUNS), _waiting.next_at <= bindparam("now"))
    .order_by(_waiting.source, _waiting.subject, _waiting.seq)
    .limit(bindparam("limit"))
)


def due_facts(session: Session, now: datetime, limit: int = 50) -> list[Envelope]:
    """Give waiting facts to try now, in order of source, subject and seq."""
    rows = session.execute(DUE, {"now": now, "limit": limit})
    return [Envelope.from_bytes(row.envelope) for row in rows]


def put_by(session: Session, facts: Iterable[Envelope]) -> None:
    """Keep facts as rows that are due at once, for a consumer that is paused; a second copy changes nothing."""
    fresh = {fact.id: fact for fact in facts}
    known = session.scalars(select(WaitingRow.id).where(WaitingRow.id.in_(fresh)))
    for identity in set(fresh) - set(known):
        session.add(waiting_row(fresh[identity], status="held", since=session.now, next_at=session.now))


def settle(session: Session, service: Service, fact: Envelope) -> None:
    """Apply a waiting fact if it is next, or pass over it where it was dropped, and delete its row; hold what is early.

    The caller is the inbox: nobody else moves on how far a pair has come.
    """
    row = session.get(WaitingRow, fact.id, with_for_update=True)
    if row is None:
        return  # a person or another worker was first
    gate = Gate(session, service, [fact])
    if fact.seq > gate.last(fact) + 1:
        row.status, row.next_at = "held", session.now + HELD_FOR
        return
    if row.status == "dropped":
        gate.pass_over(fact)
    elif fact.seq == gate.last(fact) + 1:
        gate.run(fact)
    session.execute(delete(WaitingRow).where(WaitingRow.id == fact.id))
    gate.write()


def failed(session: Session, fact: Envelope, error: Exception) -> str:
    """Keep a fact that could not be applied: later facts of its pair wait behind it. Gives the row's status."""
    row = session.get(WaitingRow, fact.id)
    if row is None:
        row = waiting_row(fact, status="retry", tries=0, since=session.now, next_at=session.now)
        session.add(row)
    row.error = type(error).__name__
    if isinstance(error, NotYet):
        _be_patient(session, row, error)
    elif isinstance(error, Refusal) or row.tries + 1 >= TRIES:
        row.status, row.tries = "parked", row.tries + 1
    else:
        row.status, row.next_at = "retry", session.now + BACK_OFF[row.tries]
        row.tries += 1
    return row.status


def _be_patient(session: Session, row: WaitingRow, error: NotYet) -> None:
    """Wait without counting a try; a key that is still missing at the second look is asked for again."""
    waited = session.now - row.since
    row.status = "not_yet" if waited < PATIENCE else "parked"
    row.next_at = session.now + LOOK_AGAIN
    if isinstance(error.__cause__, KeyGone) and waited >= LOOK_AGAIN:
        ask_for_key(session, str(error.__cause__))
