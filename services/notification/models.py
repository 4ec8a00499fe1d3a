"""Notification's rows: whom to reach about a case, and every message with its attempts."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.crypto.private import Sealed
from shared.db.types import Document, Moment, SealedText


class Base(DeclarativeBase):
    """Notification's own tables."""

    metadata = MetaData()
    type_annotation_map = {datetime: Moment, Sealed: SealedText, dict[str, Any]: Document}  # noqa: RUF012


class CaseRow(Base):
    """How to reach the person; sealed under the case's key."""

    __tablename__ = "cases"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    reference: Mapped[str] = mapped_column(String(24))
    mechanism: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(8))
    contact: Mapped[Sealed | None]
    phase: Mapped[str] = mapped_column(String(16), default="received")
    unit: Mapped[str | None] = mapped_column(String(64))


class PartyRow(Base):
    """How to reach a party beside the first, in which language; by which invitation it came. Sealed."""

    __tablename__ = "parties"

    case: Mapped[str] = mapped_column(String(32), primary_key=True)
    role: Mapped[str] = mapped_column(String(16), primary_key=True)
    invited_at: Mapped[datetime]
    contact: Mapped[Sealed | None]
    language: Mapped[str] = mapped_column(String(8), default="zh")


class MessageRow(Base):
    """A message. Its words name the reference and no content; the address is looked up when it is sent."""

    __tablename__ = "messages"
    __table_args__ = (
        Index("ix_messages_due", "status", "next_at"),
        Index("ix_messages_case", "case", "id"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case: Mapped[str] = mapped_column(String(32))
    reference: Mapped[str] = mapped_column(String(24))
    template: Mapped[str] = mapped_column(String(32))
    to: Mapped[str] = mapped_column(String(16))
    person: Mapped[str | None] = mapped_column(String(32))
    channel: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(8))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str]
    status: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]
    next_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(String(64), default="")
    correlation: Mapped[str | None] = mapped_column(String(64))
