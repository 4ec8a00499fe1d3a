"""Sealing: a service tells the hashes of its numbered leaves, so that others can prove what it told, and when.

At most a minute passes from a leaf to its seal while the relay runs. A seal is a leaf as well, and waits for the next
seal that something else makes necessary: a seal for each seal would never end, and others hold its bytes already.
"""

import base64
from datetime import datetime, timedelta

from sqlalchemy import func, literal, select

from shared.facts.base import Envelope
from shared.facts.platform import JournalSealed
from shared.failpoints import failpoint
from shared.journal.tables import JournalRow, LeafRow, SubjectRow
from shared.journal.tell import tell
from shared.kit.running import Running
from shared.kit.session import Session

BATCH = 2_000  # leaves; their hashes are 88 KB of a message
PATIENCE = timedelta(seconds=30)  # half of what is promised
SEAL = JournalSealed.wire_type()


class Sealer:
    """Seals one service's leaves; owned by the relay's thread."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._open: int | None = None  # leaves that call for a seal; unknown until the rows were asked once
        self._since: datetime | None = None  # when the first of them was numbered

    def numbered(self, types: list[str], now: datetime) -> None:
        """Note the types of facts that got their numbers."""
        many = sum(one != SEAL for one in types)
        if many:
            self._open, self._since = (self._open or 0) + many, self._since or now

    def step(self, now: datetime) -> int:
        """Seal what is due; gives how many seals were told."""
        if self._open is None:
            self._open = self._ask(now)
            self._since = now if self._open else None
        if self._since is None or (self._open < BATCH and timedelta(0) <= now - self._since < PATIENCE):
            return 0  # a clock that was set back seals at once, and does not wait to come as far again
        left = self._seal(now)
        self._open, self._since = left, now if left else None
        return 1

    def _ask(self, now: datetime) -> int:
        with self._running.reading(now) as session:
            return _open_leaves(session, _sealed(session))

    def _seal(self, now: datetime) -> int:
        """Tell one batch; gives how many leaves still call for a seal."""
        with self._running.transaction(now) as session:
            service = session.here.service
            # Two relays, where one takes over from the other, seal one after the other and nothing twice.
            session.execute(select(SubjectRow.last).where(SubjectRow.subject == service).with_for_update())
            rows = session.execute(
                select(LeafRow.number, LeafRow.hash)
                .where(LeafRow.number > _sealed(session))
                .order_by(LeafRow.number)
                .limit(BATCH)
            ).all()
            if not rows:
                return 0
            first, last = rows[0].number, rows[-1].number
            hashes = tuple(base64.b64encode(row.hash).decode() for row in rows)
            tell(session, JournalSealed(subject=service, first=first, last=last, hashes=hashes))
            failpoint("seals.after_telling_before_commit")
            return _open_leaves(session, last)


def _sealed(session: Session) -> int:
    """Give the number up to which leaves are sealed: the last seal says it.

    The last one by `seq`, which is counted in the seal's own transaction; ids follow a clock that may be set back.
    """
    # Written out, not bound: a database uses a partial index only where it sees the condition in the statement.
    is_seal = JournalRow.type == literal(SEAL, literal_execute=True)
    envelope = session.scalar(select(JournalRow.envelope).where(is_seal).order_by(JournalRow.seq.desc()).limit(1))
    return int(Envelope.from_bytes(envelope).data["last"]) if envelope is not None else 0


def _open_leaves(session: Session, sealed: int) -> int:
    """Count the leaves after this number that call for a seal."""
    facts = select(JournalRow.type).where(JournalRow.id == LeafRow.fact).scalar_subquery()
    return session.scalar(select(func.count()).select_from(LeafRow).where(LeafRow.number > sealed, facts != SEAL)) or 0
