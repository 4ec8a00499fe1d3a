"""The relay: hands committed facts to the carrier, numbers them, forgets them when they are safe. One per service.

It works from rows that are unsent, never from a cursor: ids are made before they commit, so a cursor skips. In a
backlog it looks at newer rows only, but never for longer than a few rounds, and not in a round that finds too few.
"""

import base64
from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import Connection, Select, Table, bindparam, delete, exists, func, insert, select, tuple_, update
from structlog import get_logger

from shared.bus.carrier import FACTS, KEY_CONTENT_TYPE, KEYS, PUBLIC, CarrierDown, Message, Publisher
from shared.crypto.keyring import seal_to
from shared.db.among import among, zipped
from shared.db.leaf_hash import hashed
from shared.facts.base import CONTENT_TYPE, Envelope, routing_key
from shared.facts.outside import OUTSIDE, outside_key
from shared.failpoints import failpoint
from shared.journal.pace import BATCH, Pace
from shared.journal.seal import Sealer
from shared.journal.tables import CaseKeyRow, JournalRow, KeyOutRow, LeafRow, PausedRow, PeerRow, UnsentRow
from shared.kit.running import Running
from shared.kit.session import Session

KEY_ID = "key"
NEWER_ROUNDS = 8

# Asked in every round, also in idle ones: made once, and plain columns, so that they cost little.
_unsent, _key_out, _case_key, _peer, _paused, _journal, _leaf = (
    row.__table__.c for row in (UnsentRow, KeyOutRow, CaseKeyRow, PeerRow, PausedRow, JournalRow, LeafRow)
)
# Bodies row by row, by the index: a join's plan from when the tables were empty would read all of the journal.
UNSENT = (
    select(
        _unsent.id,
        _unsent.numbered,
        _unsent.send,
        *(
            select(column).where(_journal.id == _unsent.id).scalar_subquery()
            for column in (_journal.type, _journal.envelope)
        ),
    )
    .where(_unsent.id > bindparam("after"), ~among(_unsent.id, "in_flight"))
    .order_by(_unsent.id)
    .limit(bindparam("limit"))
)
UNNUMBERED = UNSENT.where(~_unsent.numbered)
_sealable = (_case_key.case == _key_out.case, _peer.service == _key_out.receiver)
TO_DO = select(
    exists().where(_unsent.id.is_not(None)).label("facts"),
    exists().where(*_sealable).label("keys"),
    exists().where(_paused.what == "relay").label("paused"),
)
KEYS_OUT = (
    select(_key_out.case, _key_out.receiver, _case_key.wrapped, _peer.public)
    .where(*_sealable)
    .limit(bindparam("limit"))
)
_fact = zipped("facts")
_open = select(_unsent.numbered).where(_unsent.id == _fact.c.w0).scalar_subquery()
_body = select(_journal.envelope).where(_journal.id == _fact.c.w0).scalar_subquery()
_next = select(func.coalesce(func.max(_leaf.number), 0)).scalar_subquery()
NUMBER = insert(cast("Table", LeafRow.__table__)).from_select(
    ["number", "fact", "hash"],
    # A row that is gone another relay has numbered, in the moment in which one takes over from the other.
    select(_next + func.row_number().over(order_by=_fact.c.w0), _fact.c.w0, hashed(_body)).where(_open.is_(False)),
)
_unsent_table = cast("Table", UnsentRow.__table__)  # not the class: its objects would be looked for in the session
FORGET = delete(_unsent_table).where(among(_unsent.id, "facts"))
MARK_NUMBERED = update(_unsent_table).where(among(_unsent.id, "facts")).values(numbered=True)

log = get_logger()


class Unsent(NamedTuple):
    """A fact the relay has to number, to send, or both."""

    id: str
    numbered: bool
    send: bool
    type: str
    envelope: bytes


class Relay:
    """Sends one service's facts and case keys. Owned by one thread."""

    def __init__(self, running: Running, publisher: Publisher) -> None:
        self._running = running
        self._publisher = publisher
        self._pace = Pace()
        self._sealer = Sealer(running)
        self._in_flight: dict[str, str] = {}  # sent and not forgotten yet, with the type of what has no number yet
        self._safe: set[str] = set()  # of these: confirmed
        self._newest: str | None = (
            None  # read only what is newer, while there is much of it; None: read from the oldest
        )
        self._rounds = 0  # for so many rounds
        self._down = False

    def step(self, now: datetime) -> int:
        """Send what fits the window, number and forget what is safe, seal what is due; gives how much it did.

        Paused, or while the broker refuses or is gone, it sends nothing and goes on numbering and sealing.
        """
        self._hear(now)
        did = self._sealer.step(now)
        room = self._pace.room(len(self._in_flight) - len(self._safe), now)
        with self._running.database.asking() as connection:
            to_do = connection.execute(TO_DO).one()
            facts, keys = self._read(connection, to_do, room) if room and not to_do.paused else ([], [])
        # Keys go first: a fact whose key is on the way would only wait at the receiver.
        messages = [*keys, *(self._message(fact) for fact in facts if fact.send)]
        sent = self._send(messages, facts)
        # What is sent gets its number when it is safe, with the same commit that forgets it.
        ahead = [fact for fact in facts if not fact.send]
        if to_do.facts and (to_do.paused or not sent or self._pace.waits(now)):
            ahead = self._unnumbered()
        did += self._book(now, ahead)
        return did + len(messages) if sent else did

    def _hear(self, now: datetime) -> None:
        """Note what is safe; what the broker lost or refused is sent again."""
        if self._publisher.lost():
            self._in_flight = {one: what for one, what in self._in_flight.items() if one in self._safe}
            self._newest = None
        safe, refused = self._publisher.confirmed(), self._publisher.refused()
        if safe:
            self._pace.accepted()
            self._safe.update(self._in_flight.keys() & safe)
            failpoint("relay.after_confirm_before_mark")
        if refused:
            self._pace.refused(now)
            self._newest = None
            for one in refused:
                self._in_flight.pop(one, None)
            log.warning("refused-by-broker", service=self._running.name, count=len(refused))

    def _read(self, connection: Connection, to_do: Any, room: int) -> tuple[list[Unsent], list[Message]]:
        """Read what is to be sent."""
        facts = self._unsent(connection, room) if to_do.facts else []
        return facts, self._keys(connection, room) if to_do.keys else []

    def _unsent(self, connection: Connection, room: int) -> list[Unsent]:
        """Read what is not in flight, in the order it was told.

        In a backlog only what is newer, for some rounds: what committed late, with an older id, is found after these.
        """
        found: list[Unsent] = []
        if self._newest is not None and self._rounds < NEWER_ROUNDS:
            self._rounds += 1
            found = _ask(connection, UNSENT, room, after=self._newest)
        else:
            self._rounds = 0
        if len(found) < room:
            found = _ask(connection, UNSENT, room, in_flight=self._in_flight)
        full = len(found) == room
        self._newest = max(self._newest or "", found[-1].id) if full else None
        return found

    def _unnumbered(self) -> list[Unsent]:
        """Read what is numbered without a broker."""
        with self._running.database.asking() as connection:
            return _ask(connection, UNNUMBERED, BATCH, in_flight=self._in_flight)

    def _keys(self, connection: Connection, room: int) -> list[Message]:
        rows = connection.execute(KEYS_OUT, {"limit": len(self._in_flight) + room}).all()
        fresh = [row for row in rows if key_id(row.case, row.receiver) not in self._in_flight]
        return [self._key_message(*row) for row in fresh]

    def _key_message(self, case: str, receiver: str, wrapped: bytes, public: str) -> Message:
        failpoint("keys.before_send")
        key = self._running.here.keyring.unwrap(wrapped, case.encode())
        body = seal_to(base64.b64decode(public), case.encode() + b":" + key)
        return Message(key_id(case, receiver), KEYS, receiver, body, KEY_CONTENT_TYPE)

    def _message(self, fact: Unsent) -> Message:
        if fact.type.startswith(OUTSIDE):
            return Message(
                fact.id, PUBLIC, outside_key(Envelope.from_bytes(fact.envelope)), fact.envelope, CONTENT_TYPE
            )
        return Message(fact.id, FACTS, routing_key(self._running.name, fact.type), fact.envelope, CONTENT_TYPE)

    def _send(self, messages: list[Message], facts: list[Unsent]) -> bool:
        """Hand over; gives whether there was a broker to hand to."""
        if not messages:
            return True
        failpoint("relay.before_send")
        try:
            self._publisher.send(messages)
        except CarrierDown as down:
            if not self._down:
                log.warning("carrier-down", reason=str(down))
            self._down, self._newest = True, None
            return False
        self._down = False
        self._in_flight.update((message.id, "") for message in messages)
        self._in_flight.update((fact.id, fact.type) for fact in facts if fact.send and not fact.numbered)
        failpoint("relay.after_send_before_confirm")
        return True

    def _book(self, now: datetime, ahead: list[Unsent]) -> int:
        """Forget and number what is safe, and number these without sending them; one transaction. Gives how many."""
        if not self._safe and not ahead:
            return 0
        done = [*self._safe, *(fact.id for fact in ahead if not fact.send)]
        stay = [fact.id for fact in ahead if fact.send]
        with self._running.transaction(now) as session:
            session.execute(NUMBER, {"facts": done + stay})
            if stay:
                session.execute(MARK_NUMBERED, {"facts": stay})
            _forget(session, done)
        types = [self._in_flight.pop(one) for one in self._safe]
        self._safe.clear()
        failpoint("relay.after_mark")
        self._sealer.numbered([*filter(None, types), *(fact.type for fact in ahead)], now)
        return len(done) + len(stay)


def _ask(
    connection: Connection, asked: Select[Any], room: int, *, after: str = "", in_flight: Collection[str] = ()
) -> list[Unsent]:
    """Read rows with a higher id that are not in flight."""
    rows = connection.execute(asked, {"after": after, "in_flight": in_flight, "limit": room})
    return [Unsent(*row) for row in rows]


def _forget(session: Session, done: list[str]) -> None:
    """Delete the rows of facts and keys that are done."""
    session.execute(FORGET, {"facts": done})
    if keys := [identity.split(":") for identity in done if identity.startswith(KEY_ID)]:
        sent = tuple_(KeyOutRow.case, KeyOutRow.receiver).in_([(case, receiver) for _, case, receiver in keys])
        session.execute(delete(KeyOutRow).where(sent))


def key_id(case: str, receiver: str) -> str:
    """Give the message id of a case key on its way to a service."""
    return f"{KEY_ID}:{case}:{receiver}"
