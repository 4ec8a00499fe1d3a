"""The relay: hands committed facts to the carrier, numbers them, forgets them when they are safe. One per service.

It works from rows that are unsent, never from a cursor: ids are made before they commit, so a cursor skips.
"""

import base64
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, exists, select
from structlog import get_logger

from shared.bus.carrier import FACTS, KEY_CONTENT_TYPE, KEYS, PUBLIC, CarrierDown, Message, Publisher
from shared.crypto.keyring import seal_to
from shared.db.among import zipped
from shared.facts.base import CONTENT_TYPE, Envelope, routing_key
from shared.facts.outside import OUTSIDE, outside_key
from shared.failpoints import failpoint
from shared.journal.booking import Booker, key_id
from shared.journal.pace import BATCH, Pace
from shared.journal.tables import CaseKeyRow, JournalRow, KeyOutRow, PausedRow, PeerRow, UnsentRow
from shared.kit.running import Running
from shared.kit.session import Session

# Asked in every round, also in idle ones: made once, and plain columns, so that they cost little.
_unsent, _key_out, _case_key, _peer, _paused, _journal = (
    row.__table__.c for row in (UnsentRow, KeyOutRow, CaseKeyRow, PeerRow, PausedRow, JournalRow)
)
UNSENT = select(_unsent.id, _unsent.numbered, _unsent.send).order_by(_unsent.id).limit(bindparam("limit"))
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
BODIES = select(
    _fact.c.w0.label("id"),
    *(
        select(column).where(_journal.id == _fact.c.w0).scalar_subquery()
        for column in (_journal.type, _journal.envelope)
    ),
)
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
        self._booker = Booker(running)
        self._in_flight: dict[str, str] = {}  # sent and not booked yet, with the type of what has no number yet
        self._safe: set[str] = set()  # of these: confirmed
        self._down = False

    def step(self, now: datetime) -> int:
        """Send what fits the window, number and forget what is safe, seal what is due; gives how much it did.

        Paused, or while the broker refuses or is gone, it sends nothing and goes on numbering and sealing.
        """
        self._hear(now)
        room = self._pace.room(len(self._in_flight) - len(self._safe), now)
        with self._running.database.asking() as connection:
            to_do = connection.execute(TO_DO).one()
        facts, keys = self._read(now, to_do, room) if room and not to_do.paused else ([], [])
        # Keys go first: a fact whose key is on the way would only wait at the receiver.
        messages = [*keys, *(self._message(fact) for fact in facts if fact.send)]
        sent = self._send(messages, facts)
        # What is sent gets its number when it is safe, with the same commit that forgets it.
        ahead = [fact for fact in facts if not fact.send]
        if to_do.facts and (to_do.paused or not sent or self._pace.waits(now)):
            ahead = self._unnumbered(now)
        did = self._book(now, ahead)
        return did + len(messages) if sent else did

    def _hear(self, now: datetime) -> None:
        """Note what is safe; what the broker lost or refused is sent again."""
        if self._publisher.lost():
            self._in_flight = {one: what for one, what in self._in_flight.items() if one in self._safe}
        safe, refused = self._publisher.confirmed(), self._publisher.refused()
        if safe:
            self._pace.accepted()
            self._safe.update(self._in_flight.keys() & safe)
            failpoint("relay.after_confirm_before_mark")
        if refused:
            self._pace.refused(now)
            for one in refused:
                self._in_flight.pop(one, None)
            log.warning("refused-by-broker", service=self._running.name, count=len(refused))

    def _read(self, now: datetime, to_do: Any, room: int) -> tuple[list[Unsent], list[Message]]:
        """Read what is to be sent."""
        if not (to_do.facts or to_do.keys):
            return [], []
        with self._running.reading(now) as session:
            facts = self._unsent(session, UNSENT, room) if to_do.facts else []
            return facts, self._keys(session, room) if to_do.keys else []

    def _unnumbered(self, now: datetime) -> list[Unsent]:
        """Read what is numbered without a broker."""
        with self._running.reading(now) as session:
            return self._unsent(session, UNNUMBERED, BATCH)

    def _unsent(self, session: Session, asked: Select[tuple[str, bool, bool]], room: int) -> list[Unsent]:
        """Read what is not in flight, in the order it was told; bodies only of these."""
        rows = session.execute(asked, {"limit": self._at_hand() + room}).all()
        fresh = [row for row in rows if not self._has(row.id)][:room]
        if not fresh:
            return []
        bodies = {body.id: body for body in session.execute(BODIES, {"facts": [row.id for row in fresh]}).all()}
        return [Unsent(row.id, row.numbered, row.send, *bodies[row.id][1:]) for row in fresh]

    def _keys(self, session: Session, room: int) -> list[Message]:
        rows = session.execute(KEYS_OUT, {"limit": self._at_hand() + room}).all()
        fresh = [row for row in rows if not self._has(key_id(row.case, row.receiver))]
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
            self._down = True
            return False
        self._down = False
        self._in_flight.update((message.id, "") for message in messages)
        self._in_flight.update((fact.id, fact.type) for fact in facts if fact.send and not fact.numbered)
        failpoint("relay.after_send_before_confirm")
        return True

    def _at_hand(self) -> int:
        return len(self._in_flight) + len(self._booker.facts)

    def _has(self, identity: str) -> bool:
        """Tell whether a row is at hand: sent, or being booked."""
        return identity in self._in_flight or identity in self._booker.facts

    def _book(self, now: datetime, ahead: list[Unsent]) -> int:
        """Have what is safe, and these without sending them, numbered and forgotten; gives how much that is.

        What was handed over for that the last time is waited for first. Where it failed its rows are still there: they
        are read, and sent, once more.
        """
        self._booker.end()
        if not self._safe and not ahead and not self._booker.is_due(now):
            return 0
        safe = {one: self._in_flight.pop(one) for one in self._safe}
        self._safe.clear()
        gone = {fact.id: fact.type for fact in ahead if not fact.send}
        self._booker.begin(now, {**safe, **gone}, {fact.id: fact.type for fact in ahead if fact.send})
        many = len(self._booker.facts) or 1  # a seal
        if not self._booker.beside:
            self._booker.end()
        return many

    def close(self) -> None:
        """Wait for what is being booked."""
        self._booker.close()
