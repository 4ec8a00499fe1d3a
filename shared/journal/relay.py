"""The relay: hands committed facts to the carrier, numbers them, forgets them when they are safe. One per service.

It works from rows that are unsent, never from a cursor: ids are made before they commit, so a cursor skips.
"""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, delete, exists, func, select, tuple_, update
from structlog import get_logger

from shared.bus.carrier import FACTS, KEY_CONTENT_TYPE, KEYS, PUBLIC, CarrierDown, Message, Publisher
from shared.crypto.keyring import seal_to
from shared.db.among import among, zipped
from shared.facts.base import CONTENT_TYPE, Envelope, routing_key
from shared.facts.outside import OUTSIDE, outside_key
from shared.failpoints import failpoint
from shared.journal.pace import BATCH, Pace
from shared.journal.seal import Sealer
from shared.journal.tables import CaseKeyRow, JournalRow, KeyOutRow, LeafRow, PausedRow, PeerRow, UnsentRow
from shared.kit.running import Running
from shared.kit.session import Session

KEY_ID = "key"

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
FORGET_KEPT = delete(UnsentRow).where(among(_unsent.id, "facts")).execution_options(synchronize_session=False)
FORGET = FORGET_KEPT.where(_unsent.numbered)
MARK_NUMBERED = (
    update(UnsentRow)
    .where(among(_unsent.id, "facts"))
    .values(numbered=True)
    .execution_options(synchronize_session=False)
)

log = get_logger()


@dataclass(frozen=True)
class Unsent:
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
        self._in_flight: set[str] = set()  # sent, and not forgotten yet
        self._safe: set[str] = set()  # of these: confirmed
        self._down = False

    def step(self, now: datetime) -> int:
        """Forget what is safe, send what fits the window, number what is new, seal what is due; gives how much it did.

        Paused, or while the broker refuses, it sends nothing and goes on numbering and sealing.
        """
        self._hear(now)
        did = self._sealer.step(now)
        room = self._pace.room(len(self._in_flight) - len(self._safe), now)
        with self._running.database.asking() as connection:
            to_do = connection.execute(TO_DO).one()
        sends = room > 0 and not to_do.paused
        facts, keys = self._read(now, to_do, room if sends else 0) if to_do.facts or to_do.keys else ([], [])
        # Keys go first: a fact whose key is on the way would only wait at the receiver.
        messages = [*keys, *(self._message(fact) for fact in facts if fact.send)] if sends else []
        sent = self._send(messages)
        # Numbers come after, broker or not: no receiver waits for them, and a row without one is not forgotten.
        did += self._book(now, [fact for fact in facts if not fact.numbered])
        return did + len(messages) if sent else did

    def _hear(self, now: datetime) -> None:
        """Note what is safe; what the broker lost or refused is sent again."""
        if self._publisher.lost():
            self._in_flight &= self._safe
        safe, refused = self._publisher.confirmed(), self._publisher.refused()
        if safe:
            self._pace.accepted()
            self._safe.update(self._in_flight.intersection(safe))
            failpoint("relay.after_confirm_before_mark")
        if refused:
            self._pace.refused(now)
            self._in_flight.difference_update(refused)
            log.warning("refused-by-broker", service=self._running.name, count=len(refused))

    def _read(self, now: datetime, to_do: Any, room: int) -> tuple[list[Unsent], list[Message]]:
        """Read what is to be sent, or only numbered where there is no room."""
        with self._running.reading(now) as session:
            facts = self._unsent(session, UNSENT if room else UNNUMBERED, room or BATCH) if to_do.facts else []
            return facts, self._keys(session, room) if to_do.keys and room else []

    def _unsent(self, session: Session, asked: Select[tuple[str, bool, bool]], room: int) -> list[Unsent]:
        """Read what is not in flight, in the order it was told; bodies only of these."""
        rows = session.execute(asked, {"limit": len(self._in_flight) + room}).all()
        fresh = [row for row in rows if row.id not in self._in_flight][:room]
        if not fresh:
            return []
        bodies = {fact: body for fact, *body in session.execute(BODIES, {"facts": [row.id for row in fresh]})}
        return [Unsent(row.id, row.numbered, row.send, *bodies[row.id]) for row in fresh]

    def _keys(self, session: Session, room: int) -> list[Message]:
        rows = session.execute(KEYS_OUT, {"limit": len(self._in_flight) + room}).all()
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

    def _send(self, messages: list[Message]) -> bool:
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
        self._in_flight.update(message.id for message in messages)
        failpoint("relay.after_send_before_numbering")
        return True

    def _book(self, now: datetime, facts: list[Unsent]) -> int:
        """Forget what is safe and number committed facts, in one transaction; gives how many of both."""
        safe = list(self._safe)
        if not safe and not facts:
            return 0
        with self._running.transaction(now) as session:
            if safe:
                _forget(session, safe)
            if facts:
                _number(session, facts)
        self._in_flight -= self._safe
        self._safe.clear()
        failpoint("relay.after_mark")
        if facts:
            self._sealer.numbered([fact.type for fact in facts], now)
            failpoint("relay.after_numbering_before_confirm")
        return len(safe) + len(facts)


def _forget(session: Session, safe: list[str]) -> None:
    """Delete the rows of what the carrier has confirmed."""
    session.execute(FORGET, {"facts": safe})
    if keys := [identity.split(":") for identity in safe if identity.startswith(KEY_ID)]:
        sent = tuple_(KeyOutRow.case, KeyOutRow.receiver).in_([(case, receiver) for _, case, receiver in keys])
        session.execute(delete(KeyOutRow).where(sent))


def _number(session: Session, facts: list[Unsent]) -> None:
    """Give facts their dense numbers; what is only for the journal is done with that."""
    last = session.scalar(select(func.max(LeafRow.number))) or 0
    numbered = enumerate(facts, last + 1)
    rows = ({"number": number, "fact": fact.id, "hash": leaf_hash(fact.envelope)} for number, fact in numbered)
    session.write(LeafRow, *rows)
    if sent := [fact.id for fact in facts if fact.send]:
        session.execute(MARK_NUMBERED, {"facts": sent})
    if kept := [fact.id for fact in facts if not fact.send]:
        session.execute(FORGET_KEPT, {"facts": kept})


def key_id(case: str, receiver: str) -> str:
    """Give the message id of a case key on its way to a service."""
    return f"{KEY_ID}:{case}:{receiver}"


def leaf_hash(envelope: bytes) -> bytes:
    """Give the RFC 6962 leaf hash of an envelope's bytes."""
    return hashlib.sha256(b"\x00" + envelope).digest()
