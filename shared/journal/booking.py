"""Booking: what the carrier has made safe gets its number and is forgotten, in one transaction; then seals are told.

On PostgreSQL that runs on a thread of its own while the relay reads and hands over what comes next; half of the relay's
time would be waiting for it. One batch at a time is booked: numbers are dense, and given in order.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, delete, func, insert, select, tuple_, update

from shared.db.among import among, zipped
from shared.db.leaf_hash import hashed
from shared.failpoints import failpoint
from shared.journal.seal import Sealer
from shared.journal.tables import JournalRow, KeyOutRow, LeafRow, UnsentRow
from shared.kit.running import Running
from shared.kit.session import Session

KEY_ID = "key"

_unsent, _journal, _leaf = (row.__table__.c for row in (UnsentRow, JournalRow, LeafRow))
_fact = zipped("facts")
_open = select(_unsent.numbered).where(_unsent.id == _fact.c.w0).scalar_subquery()
_body = select(_journal.envelope).where(_journal.id == _fact.c.w0).scalar_subquery()
_next = select(func.coalesce(func.max(_leaf.number), 0)).scalar_subquery()
NUMBER = insert(cast("Table", LeafRow.__table__)).from_select(
    ["number", "fact", "hash"],
    # A row that is gone another relay has numbered, in the moment in which one takes over from the other.
    select(_next + func.row_number().over(order_by=_fact.c.w0), _fact.c.w0, hashed(_body)).where(_open.is_(False)),
)
FORGET = delete(UnsentRow).where(among(_unsent.id, "facts")).execution_options(synchronize_session=False)
MARK_NUMBERED = (
    update(UnsentRow)
    .where(among(_unsent.id, "facts"))
    .values(numbered=True)
    .execution_options(synchronize_session=False)
)

Types = Mapping[str, str]  # of facts by id; empty for a key, and for what has its number already


class Booker:
    """Books for one relay; used by its thread only. `facts` are those that are being booked."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self.beside = not running.database.is_sqlite  # which has one writer: nothing to gain, and a loop steps it
        self._hand: Executor = ThreadPoolExecutor(1, f"booking-{running.name}") if self.beside else AtOnce()
        self._sealer = Sealer(running)
        self._under_way: Future[None] | None = None
        self.facts: dict[str, str] = {}

    def is_due(self, now: datetime) -> bool:
        """Tell whether a seal is to be told, though nothing has to be numbered. Nothing is under way."""
        return self._sealer.is_due(now)

    def begin(self, now: datetime, done: Types, stay: Types) -> None:
        """Begin to number these, to forget those that are `done`, and to seal. What was begun before has ended."""
        self.facts = {**done, **stay}
        self._under_way = self._hand.submit(self._work, now, done, stay)

    def end(self) -> None:
        """Wait for what was begun; raises what it raised. What was not booked then has its rows still."""
        under_way, self._under_way, self.facts = self._under_way, None, {}
        if under_way is not None:
            under_way.result()

    def _work(self, now: datetime, done: Types, stay: Types) -> None:
        if done or stay:
            self._book(now, list(done), list(stay))
            failpoint("relay.after_mark")
            self._sealer.numbered([*filter(None, (*done.values(), *stay.values()))], now)
        self._sealer.step(now)

    def _book(self, now: datetime, done: list[str], stay: list[str]) -> None:
        with self._running.transaction(now) as session:
            session.execute(NUMBER, {"facts": done + stay})
            if stay:
                session.execute(MARK_NUMBERED, {"facts": stay})
            _forget(session, done)

    def close(self) -> None:
        """Wait for what is under way, and end."""
        self._hand.shutdown()


class AtOnce(Executor):
    """Does what it is given before it gives the answer back."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """Call it, and keep what it gave or raised."""
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001 - raised again where the result is asked for
            done.set_exception(error)
        return done


def _forget(session: Session, done: list[str]) -> None:
    """Delete the rows of facts and keys that are done."""
    session.execute(FORGET, {"facts": done})
    if keys := [identity.split(":") for identity in done if identity.startswith(KEY_ID)]:
        sent = tuple_(KeyOutRow.case, KeyOutRow.receiver).in_([(case, receiver) for _, case, receiver in keys])
        session.execute(delete(KeyOutRow).where(sent))


def key_id(case: str, receiver: str) -> str:
    """Give the message id of a case key on its way to a service."""
    return f"{KEY_ID}:{case}:{receiver}"
