"""Intake's rows: submissions as sent, receipts, uploads, drafts, register entries."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, LargeBinary, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.crypto.private import Sealed
from shared.db.types import Document, Moment, SealedText


class Base(DeclarativeBase):
    """Intake's own tables."""

    metadata = MetaData()
    type_annotation_map = {datetime: Moment, Sealed: SealedText, dict[str, Any]: Document, list[Any]: Document}  # noqa: RUF012


class CaseRow(Base):
    """A submission as sent, and the resident's view of where it stands."""

    __tablename__ = "cases"
    __table_args__ = (Index("ix_cases_received", "received_at"), Index("ix_cases_root", "root"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    reference: Mapped[str] = mapped_column(String(24), unique=True)
    mechanism: Mapped[str] = mapped_column(String(64))
    mechanism_version: Mapped[int]
    kind: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(16))
    identity: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(8))
    category: Mapped[str | None] = mapped_column(String(64))
    place: Mapped[str | None] = mapped_column(String(64))
    addressed_to: Mapped[str | None] = mapped_column(String(64))
    received_at: Mapped[datetime]
    title: Mapped[Sealed]
    text: Mapped[Sealed]
    about: Mapped[Sealed | None]
    contact: Mapped[Sealed | None]
    details: Mapped[Sealed | None]
    promises: Mapped[list[Any]]
    root: Mapped[str | None] = mapped_column(String(32))
    relation: Mapped[str | None] = mapped_column(String(32))
    parent: Mapped[str | None] = mapped_column(String(32))
    phase: Mapped[str] = mapped_column(String(16), default="received")
    outcome: Mapped[str | None] = mapped_column(String(32))
    unit: Mapped[str | None] = mapped_column(String(64))
    offers: Mapped[list[Any]] = mapped_column(default=list)
    # Steps the resident asked for and that are not answered yet: name to moment.
    asked: Mapped[dict[str, Any]] = mapped_column(default=dict)
    changed_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


class ReceiptRow(Base):
    """A receipt belongs to case, person and scope. Only its keyed hash is kept."""

    __tablename__ = "receipts"
    __table_args__ = (Index("ix_receipts_case", "case"),)

    hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    case: Mapped[str] = mapped_column(String(32))
    role: Mapped[str] = mapped_column(String(32))
    issued_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class InvitationRow(Base):
    """A one-time code by which another party gets a receipt; gone once it is used. Only its keyed hash is kept."""

    __tablename__ = "invitations"

    case: Mapped[str] = mapped_column(String(32), primary_key=True)
    role: Mapped[str] = mapped_column(String(32), primary_key=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    invited_at: Mapped[datetime]
    until: Mapped[datetime]


class UploadRow(Base):
    """A stored file and the wrapped key that opens it; without a case it is swept after a day."""

    __tablename__ = "uploads"
    __table_args__ = (Index("ix_uploads_case", "case"),)

    blob: Mapped[str] = mapped_column(String(64), primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    type: Mapped[str] = mapped_column(String(96))
    size: Mapped[int]
    name: Mapped[bytes] = mapped_column(LargeBinary)
    stripped: Mapped[list[Any]]
    case: Mapped[str | None] = mapped_column(String(32))
    # Whose it is, where no other party may see it.
    own: Mapped[str | None] = mapped_column(String(32))
    uploaded_at: Mapped[datetime]


class DraftRow(Base):
    """What somebody was writing, encrypted under a key that only the browser's cookie holds; gone after 24 hours."""

    __tablename__ = "drafts"
    __table_args__ = (Index("ix_drafts_expires", "expires_at"),)

    id: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime]


class MailRow(Base):
    """A part of a case on its way to the office's mailbox: part 0 is the text, each other one a file."""

    __tablename__ = "mails"
    __table_args__ = (Index("ix_mails_due", "sent_at", "next_at"),)

    case: Mapped[str] = mapped_column(String(32), primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    blob: Mapped[str | None] = mapped_column(String(64))
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(String(64), default="")


class EntryRow(Base):
    """An entry of a register whose home is intake; `left` is its free capacity."""

    __tablename__ = "entries"

    register: Mapped[str] = mapped_column(String(64), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    entry: Mapped[dict[str, Any]]
    left: Mapped[int | None]
    active: Mapped[bool] = mapped_column(default=True)


class PlaceRow(Base):
    """A place in a reception that was booked by itself. Only the keyed hash of its code is kept, and no person."""

    __tablename__ = "places"

    register: Mapped[str] = mapped_column(String(64), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    walked_in: Mapped[bool]
    booked_at: Mapped[datetime]
    given_up_at: Mapped[datetime | None]
