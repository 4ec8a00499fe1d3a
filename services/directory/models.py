"""Directory's rows beside the shared ones (units, posts, people): accounts, sessions, tokens."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.db.types import Document, Moment


class Base(DeclarativeBase):
    """Directory's own tables."""

    metadata = MetaData()
    type_annotation_map = {datetime: Moment, list[Any]: Document}  # noqa: RUF012 - SQLAlchemy's own declaration


class AccountRow(Base):
    """How a person signs in. The password is kept as an argon2 hash."""

    __tablename__ = "accounts"

    login: Mapped[str] = mapped_column(String(64), primary_key=True)
    person: Mapped[str] = mapped_column(String(32), unique=True)
    password: Mapped[str] = mapped_column(String(256))
    demo: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime]


class SessionRow(Base):
    """A sign-in that goes on: 30 minutes without use, or 12 hours at most."""

    __tablename__ = "sessions"
    __table_args__ = (Index("ix_sessions_person", "person"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person: Mapped[str] = mapped_column(String(32))
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class LinkRow(Base):
    """A one-time sign-in address that was not used yet. Its secret end is not kept, only the hash of it."""

    __tablename__ = "links"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    until: Mapped[datetime]


class TokenRow(Base):
    """A personal token of a program: scoped, expiring, revocable. The token itself is not kept."""

    __tablename__ = "tokens"
    __table_args__ = (Index("ix_tokens_person", "person"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person: Mapped[str] = mapped_column(String(32))
    title: Mapped[str] = mapped_column(String(64))
    scopes: Mapped[list[Any]]
    made_at: Mapped[datetime]
    until: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
