"""The relay: hands committed facts to the carrier, numbers them, forgets them when they are safe. One per service.

It works from rows that are unsent, never from a cursor: ids are made before they commit, so a cursor skips.
"""

import base64
import hashlib
from datetime import datetime

from sqlalchemy import delete, func, select, tuple_, update
from sqlalchemy.orm import Session as OrmSession
from structlog import get_logger

from shared.bus.carrier import FACTS, KEY_CONTENT_TYPE, KEYS, CarrierDown, Message, Publisher
from shared.crypto.keyring import seal_to
from shared.facts.base import CONTENT_TYPE, routing_key
from shared.journal.tables import CaseKeyRow, JournalRow, KeyOutRow, LeafRow, PeerRow, UnsentRow
from shared.kit.running import Running

WINDOW = 2_000
BATCH = 500
KEY_ID = "key"

log = get_logger()


class Relay:
    """Sends one service's facts and case keys. Owned by one thread."""

    def __init__(self, running: Running, publisher: Publisher) -> None:
        self._running = running
        self._publisher = publisher
        self._in_flight: set[str] = set()

    def step(self, now: datetime) -> int:
        """Forget what is safe, send what fits the window, number what is new; gives how much it did."""
        try:
            did = self._forget(now)
            with self._running.reading(now) as session:
                keys, facts, unnumbered = self._waiting(session)
            try:
                # Keys go first: a fact whose key is on the way would only wait at the receiver.
                self._send([*keys, *facts])
            finally:
                # Numbers come after, broker or not: no receiver waits for them, and a row without one is not forgotten.
                self._number(now, unnumbered)
        except CarrierDown as down:
            log.warning("carrier-down", reason=str(down))
            return 0
        return did + len(keys) + len(facts)

    def _forget(self, now: datetime) -> int:
        if self._publisher.lost():
            self._in_flight.clear()
        safe = self._publisher.confirmed()
        if not safe:
            return 0
        facts = [identity for identity in safe if not identity.startswith(KEY_ID)]
        keys = [identity.split(":") for identity in safe if identity.startswith(KEY_ID)]
        with self._running.transaction(now) as session:
            if facts:
                session.execute(delete(UnsentRow).where(UnsentRow.id.in_(facts), UnsentRow.numbered))
            if keys:
                sent = tuple_(KeyOutRow.case, KeyOutRow.receiver).in_([(case, receiver) for _, case, receiver in keys])
                session.execute(delete(KeyOutRow).where(sent))
        self._in_flight.difference_update(safe)
        return len(safe)

    def _waiting(self, session: OrmSession) -> tuple[list[Message], list[Message], list[tuple[str, bytes, bool]]]:
        room = WINDOW - len(self._in_flight)
        if room <= 0:
            return [], [], []
        rows = session.execute(
            select(UnsentRow.id, UnsentRow.numbered, UnsentRow.send, JournalRow.type, JournalRow.envelope)
            .join(JournalRow, JournalRow.id == UnsentRow.id)
            .order_by(UnsentRow.id)
            .limit(len(self._in_flight) + min(BATCH, room))
        ).all()
        facts = [
            Message(row.id, FACTS, routing_key(self._running.name, row.type), row.envelope, CONTENT_TYPE)
            for row in rows
            if row.send and row.id not in self._in_flight
        ]
        unnumbered = [(row.id, row.envelope, row.send) for row in rows if not row.numbered]
        return self._keys(session), facts, unnumbered

    def _keys(self, session: OrmSession) -> list[Message]:
        rows = session.execute(
            select(KeyOutRow.case, KeyOutRow.receiver, CaseKeyRow.wrapped, PeerRow.public)
            .join(CaseKeyRow, CaseKeyRow.case == KeyOutRow.case)
            .join(PeerRow, PeerRow.service == KeyOutRow.receiver)
            .limit(BATCH + len(self._in_flight))
        ).all()
        waiting = {f"{KEY_ID}:{row.case}:{row.receiver}": row for row in rows}
        return [
            self._key_message(identity, row.case, row.receiver, row.wrapped, row.public)
            for identity, row in waiting.items()
            if identity not in self._in_flight  # asked first: sealing is the relay's dearest work
        ]

    def _key_message(self, identity: str, case: str, receiver: str, wrapped: bytes, public: str) -> Message:
        key = self._running.here.keyring.unwrap(wrapped, case.encode())
        body = seal_to(base64.b64decode(public), case.encode() + b":" + key)
        return Message(identity, KEYS, receiver, body, KEY_CONTENT_TYPE)

    def _send(self, messages: list[Message]) -> None:
        if messages:
            self._publisher.send(messages)
            self._in_flight.update(message.id for message in messages)

    def _number(self, now: datetime, unnumbered: list[tuple[str, bytes, bool]]) -> None:
        """Give committed facts their dense numbers; what is only for the journal is done with that."""
        if not unnumbered:
            return
        with self._running.transaction(now) as session:
            last = session.scalar(select(func.max(LeafRow.number))) or 0
            session.write(
                LeafRow,
                *(
                    {"number": number, "fact": identity, "hash": leaf_hash(envelope)}
                    for number, (identity, envelope, _) in enumerate(unnumbered, last + 1)
                ),
            )
            if sent := [identity for identity, _, send in unnumbered if send]:
                session.execute(update(UnsentRow).where(UnsentRow.id.in_(sent)).values(numbered=True))
            if kept := [identity for identity, _, send in unnumbered if not send]:
                session.execute(delete(UnsentRow).where(UnsentRow.id.in_(kept)))


def leaf_hash(envelope: bytes) -> bytes:
    """Give the RFC 6962 leaf hash of an envelope's bytes."""
    return hashlib.sha256(b"\x00" + envelope).digest()
