"""The tables every service's database has, beside its own: journal, inbox, timers, keys, saved replies.

Rows, not broker state, are the truth: unsent facts, marks, retries, held and parked facts, timers.
"""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, String, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.db.types import Moment

SEALS = text("type = 'org.lianxin.journal.sealed.v1'")


class KitBase(DeclarativeBase):
    """The metadata that all services share; migrated beside each service's own."""

    type_annotation_map = {datetime: Moment}  # noqa: RUF012 - SQLAlchemy's own declaration


class JournalRow(KitBase):
    """A told fact, whole. Never updated, never deleted."""

    __tablename__ = "journal"
    __table_args__ = (
        Index("ix_journal_subject", "subject", "id"),
        Index("ix_journal_seals", "seq", sqlite_where=SEALS, postgresql_where=SEALS),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    subject: Mapped[str] = mapped_column(String(128))
    type: Mapped[str] = mapped_column(String(96))
    seq: Mapped[int]
    time: Mapped[datetime]
    envelope: Mapped[bytes] = mapped_column(LargeBinary)


class UnsentRow(KitBase):
    """A fact the relay still has to number and, unless its reach is the journal, to send.

    `again`: when a replay put it back; until then it was sent.
    """

    __tablename__ = "unsent"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    numbered: Mapped[bool] = mapped_column(default=False)
    send: Mapped[bool] = mapped_column(default=True)
    again: Mapped[datetime | None]


class LeafRow(KitBase):
    """Dense numbers of committed facts: database sequences skip, so only the relay numbers."""

    __tablename__ = "leaf"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    fact: Mapped[str] = mapped_column(String(36), unique=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class SubjectRow(KitBase):
    """How many facts this service told about a subject; locked by who tells the next."""

    __tablename__ = "subject"

    subject: Mapped[str] = mapped_column(String(128), primary_key=True)
    last: Mapped[int]


class ReceivedRow(KitBase):
    """A fact from another service that this one follows; timelines are drawn from here and the journal."""

    __tablename__ = "received"
    __table_args__ = (Index("ix_received_subject", "subject", "id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    source: Mapped[str] = mapped_column(String(128))
    subject: Mapped[str] = mapped_column(String(128))
    type: Mapped[str] = mapped_column(String(96))
    seq: Mapped[int]
    time: Mapped[datetime]
    envelope: Mapped[bytes] = mapped_column(LargeBinary)


class AppliedRow(KitBase):
    """The last fact applied of one source about one subject: `last + 1` is next."""

    __tablename__ = "applied"

    source: Mapped[str] = mapped_column(String(128), primary_key=True)
    subject: Mapped[str] = mapped_column(String(128), primary_key=True)
    last: Mapped[int]


class MarkRow(KitBase):
    """A handler has done a fact. In the same transaction as its effects, so effects happen once."""

    __tablename__ = "mark"

    handler: Mapped[str] = mapped_column(String(64), primary_key=True)
    fact: Mapped[str] = mapped_column(String(36), primary_key=True)


class WaitingRow(KitBase):
    """A fact that could not be applied: `held` for a gap, `not_yet`, `retry`, or `parked` for a person.

    `dropped` is what a person gave up; the inbox passes over it, and what waited behind it goes on.
    """

    __tablename__ = "waiting"
    __table_args__ = (Index("ix_waiting_due", "status", "next_at"), Index("ix_waiting_subject", "subject"))

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    source: Mapped[str] = mapped_column(String(128))
    subject: Mapped[str] = mapped_column(String(128))
    seq: Mapped[int]
    type: Mapped[str] = mapped_column(String(96))
    envelope: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[str] = mapped_column(String(8))
    tries: Mapped[int] = mapped_column(default=0)
    since: Mapped[datetime]
    next_at: Mapped[datetime]
    error: Mapped[str] = mapped_column(default="")


class PausedRow(KitBase):
    """One half of this service's worker, `relay` or `consumer`, that a person stopped; honoured by every process."""

    __tablename__ = "paused"

    what: Mapped[str] = mapped_column(String(8), primary_key=True)
    by: Mapped[str]
    reason: Mapped[str]
    since: Mapped[datetime]


class TimerRow(KitBase):
    """Something to do at a moment. No timer lives in memory."""

    __tablename__ = "timer"
    __table_args__ = (Index("ix_timer_due", "due_at"),)

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    subject: Mapped[str] = mapped_column(String(128), primary_key=True)
    due_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)


class CaseKeyRow(KitBase):
    """A case's key, wrapped under this service's master key. Deleting the row erases the case here."""

    __tablename__ = "case_key"

    case: Mapped[str] = mapped_column(String(32), primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)


class KeyOutRow(KitBase):
    """A case key on its way to a service; deleted when the carrier has confirmed it."""

    __tablename__ = "key_out"

    case: Mapped[str] = mapped_column(String(32), primary_key=True)
    receiver: Mapped[str] = mapped_column(String(32), primary_key=True)


class PeerRow(KitBase):
    """Another service's public box key and, for directory, the key that checks sign-ins, as told in `service.keyed`."""

    __tablename__ = "peer"

    service: Mapped[str] = mapped_column(String(32), primary_key=True)
    public: Mapped[str] = mapped_column(String(64))
    signing: Mapped[str] = mapped_column(String(64), default="")


class ReplyRow(KitBase):
    """The saved reply of an idempotent POST, encrypted under the client's own key; kept 24 hours."""

    __tablename__ = "reply"
    __table_args__ = (Index("ix_reply_expires", "expires_at"),)

    key: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary(32))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime]


class CounterRow(KitBase):
    """How often something was tried in an hour, under an hourly keyed hash. No addresses are stored."""

    __tablename__ = "counter"

    key: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    count: Mapped[int]
    expires_at: Mapped[datetime]
