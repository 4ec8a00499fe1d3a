"""Routing's rows: the case as it stands, its steps as they were taken, its deadlines and letters."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, MetaData, String, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.crypto.private import Sealed
from shared.db.types import Document, Moment, SealedText

SIGNED = text("token IS NOT NULL")


class Base(DeclarativeBase):
    """Routing's own tables."""

    metadata = MetaData()
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own declaration
        datetime: Moment,
        Sealed: SealedText,
        dict[str, Any]: Document,
        list[Any]: Document,
        list[str]: Document,
    }


class CaseRow(Base):
    """A case as it stands. Every word of the resident is sealed; `revision` is its ETag."""

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_unit", "unit", "received_at"),
        Index("ix_cases_root", "root"),
        Index("ix_cases_parent", "parent"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    reference: Mapped[str] = mapped_column(String(24), unique=True)
    mechanism: Mapped[str] = mapped_column(String(64))
    mechanism_version: Mapped[int]
    kind: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(String(16))
    identity: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(8))
    category: Mapped[str | None] = mapped_column(String(64))
    place: Mapped[str | None] = mapped_column(String(64))
    addressed_to: Mapped[str | None] = mapped_column(String(64))
    about_units: Mapped[list[str]]
    about_posts: Mapped[list[str]]
    title: Mapped[Sealed]
    text: Mapped[Sealed]
    about: Mapped[Sealed | None]
    contact: Mapped[Sealed | None]
    details: Mapped[Sealed | None]
    files: Mapped[list[Any]]
    file_keys: Mapped[Sealed | None]
    root: Mapped[str | None] = mapped_column(String(32))
    relation: Mapped[str | None] = mapped_column(String(32))
    parent: Mapped[str | None] = mapped_column(String(32))
    unit: Mapped[str] = mapped_column(String(64))
    co_handlers: Mapped[list[str]]
    # The unit that passed it on, and the common superior that decides between the two.
    sender: Mapped[str | None] = mapped_column(String(64))
    superior: Mapped[str | None] = mapped_column(String(64))
    urgent: Mapped[bool]
    rule: Mapped[str] = mapped_column(String(512))
    because: Mapped[list[Any]]
    explanation: Mapped[list[Any]]
    state: Mapped[str] = mapped_column(String(64))
    phase: Mapped[str] = mapped_column(String(16))
    outcome: Mapped[str | None] = mapped_column(String(64))
    progress: Mapped[dict[str, Any]]
    # The earliest due day of an open duty of the office; a copy, so that the lists (`ListedRow`) follow it.
    next_due: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]


class PartyRow(Base):
    """A party beside the first: when it was invited last, and how to reach whoever came by that; sealed."""

    __tablename__ = "parties"

    case: Mapped[str] = mapped_column(String(32), primary_key=True)
    role: Mapped[str] = mapped_column(String(32), primary_key=True)
    invited_at: Mapped[datetime]
    joined_at: Mapped[datetime | None]
    contact: Mapped[Sealed | None]
    language: Mapped[str] = mapped_column(String(8), default="zh")


class EntryRow(Base):
    """An entry of a register whose home is routing. Its key is its own: nobody is in it twice. Closed, it stays."""

    __tablename__ = "entries"

    register: Mapped[str] = mapped_column(String(64), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    entry: Mapped[dict[str, Any]]
    active: Mapped[bool]


class StepRow(Base):
    """A step as it was taken. Appended, never changed: only states are called as the installed mechanism calls them."""

    __tablename__ = "steps"
    __table_args__ = (Index("ix_steps_case", "case", "number"),)

    case: Mapped[str] = mapped_column(String(32), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    step: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(32))
    person: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    origin: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(64))
    complete: Mapped[bool]
    inputs: Mapped[Sealed | None]
    files: Mapped[list[Any]]
    file_keys: Mapped[Sealed | None]


class DeadlineRow(Base):
    """A running or ended term. It ends exactly once: met, breached (then met_late), voided, lapsed, extended."""

    __tablename__ = "deadlines"
    __table_args__ = (Index("ix_deadlines_case", "case"),)

    instance: Mapped[str] = mapped_column(String(32), primary_key=True)
    case: Mapped[str] = mapped_column(String(32))
    rule: Mapped[str] = mapped_column(String(64))
    due: Mapped[date]
    due_at: Mapped[datetime]
    term: Mapped[dict[str, Any]]
    lapses: Mapped[bool]
    status: Mapped[str] = mapped_column(String(16), default="open")
    started_at: Mapped[datetime]
    paused_on: Mapped[date | None]
    ended_at: Mapped[datetime | None]
    # The outage because of which its breach was noted late.
    stopped_since: Mapped[datetime | None]
    stopped_until: Mapped[datetime | None]
    # The rungs of the ladder that were told, in order: the mark by which none is told twice.
    rungs: Mapped[list[str] | None]
    # The unit that works with the one that leads, of a term for its part: on its list the case stands by this day.
    owes: Mapped[str | None] = mapped_column(String(64))


class LetterRow(Base):
    """A letter as it was signed, when it reached its reader, and the files that were printed from it.

    `token` is in the address by which everybody may verify it; letters of before had none, and are not printed.
    """

    __tablename__ = "letters"
    __table_args__ = (
        Index("ix_letters_case", "case", "signed_at"),
        Index("ix_letters_print", "print_at"),
        Index("ux_letters_token", "token", unique=True),
        Index("ux_letters_number", "number", unique=True, postgresql_where=SIGNED, sqlite_where=SIGNED),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case: Mapped[str] = mapped_column(String(32))
    letter: Mapped[str] = mapped_column(String(64))
    number: Mapped[str] = mapped_column(String(64))
    text: Mapped[Sealed]
    signed_at: Mapped[datetime]
    served_on: Mapped[date | None]
    method: Mapped[str | None] = mapped_column(String(16))
    unit: Mapped[str | None] = mapped_column(String(64))
    token: Mapped[str | None] = mapped_column(String(32))
    fingerprint: Mapped[str | None] = mapped_column(String(64))
    paper: Mapped[Sealed | None]
    files: Mapped[list[Any]] = mapped_column(default=list)
    file_keys: Mapped[Sealed | None]
    print_at: Mapped[datetime | None]


class LetterNumberRow(Base):
    """The last number of a series (the signs of unit and kind) and year.

    Counted up in the signing's own transaction, so without gaps.
    """

    __tablename__ = "letter_numbers"

    series: Mapped[str] = mapped_column(String(64), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class JoinedRow(Base):
    """A case that was closed as joined, and the earlier one whose answer its petitioner is told."""

    __tablename__ = "joined"
    __table_args__ = (Index("ix_joined_earlier", "earlier"),)

    later: Mapped[str] = mapped_column(String(32), primary_key=True)
    earlier: Mapped[str] = mapped_column(String(32))


class TextRow(Base):
    """A digest of what the resident wrote in a case, made with this service's key: by it the same words are known."""

    __tablename__ = "texts"
    __table_args__ = (Index("ix_texts_digest", "digest"),)

    case: Mapped[str] = mapped_column(String(32), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))


class DutyRow(Base):
    """A due item that was opened; the key makes it once for every period."""

    __tablename__ = "duties"

    duty: Mapped[str] = mapped_column(String(64), primary_key=True)
    period: Mapped[str] = mapped_column(String(16), primary_key=True)
    opened_at: Mapped[datetime]


class BeatRow(Base):
    """When the timers last ran; one row."""

    __tablename__ = "beat"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]


class OutageRow(Base):
    """A time in which no timer of routing ran. Appended, never changed."""

    __tablename__ = "outages"

    id: Mapped[int] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    until: Mapped[datetime]


class AdoptedRow(Base):
    """Routes as somebody adopted them; those with the highest number are in force. Appended, never changed."""

    __tablename__ = "adopted_routes"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(String(64))
    routes: Mapped[list[Any]]
    at: Mapped[datetime]
    by: Mapped[str]
    reason: Mapped[str]
