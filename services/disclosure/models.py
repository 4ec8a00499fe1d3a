"""Disclosure's rows: outcomes waiting for their day, the public record, due items and their editions."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.crypto.private import Sealed
from shared.db.types import Document, Moment, SealedText

ON_PAGES = ("public", "village")  # audiences whose items everybody can read: a village's accounts hang on its wall


class Base(DeclarativeBase):
    """Disclosure's own tables."""

    metadata = MetaData()
    type_annotation_map = {datetime: Moment, Sealed: SealedText, dict[str, Any]: Document}  # noqa: RUF012


class CaseRow(Base):
    """What disclosure knows of a case before anything of it is public; its words are sealed.

    `withheld`: somebody objected, or it was erased. `never_public`: it, or the case from which it grew, is about what
    somebody did. `root`: that case; nothing is known of it for what an earlier release wrote.
    """

    __tablename__ = "cases"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    mechanism: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(64))
    category: Mapped[str | None] = mapped_column(String(64))
    place: Mapped[str | None] = mapped_column(String(64))
    received_at: Mapped[datetime]
    outcome: Mapped[str | None] = mapped_column(String(64))
    unit: Mapped[str | None] = mapped_column(String(64))
    public: Mapped[Sealed | None]
    answered_on: Mapped[date | None]
    withheld: Mapped[bool] = mapped_column(default=False)
    never_public: Mapped[bool] = mapped_column(default=False)
    root: Mapped[str | None] = mapped_column(String(32), index=True)


class RecordRow(Base):
    """A redacted outcome in the public record."""

    __tablename__ = "record"
    __table_args__ = (Index("ix_record_day", "closed_on", "id"), Index("ix_record_place", "township", "closed_on"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    mechanism: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(64))
    category: Mapped[str | None] = mapped_column(String(64))
    township: Mapped[str | None] = mapped_column(String(64))
    unit: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[str] = mapped_column(String(64))
    text: Mapped[str]
    days: Mapped[int]
    received_on: Mapped[date]
    closed_on: Mapped[date]
    published_at: Mapped[datetime]


class ItemRow(Base):
    """A due item of the catalogue of duties: due, missing from the first day late, published."""

    __tablename__ = "items"
    __table_args__ = (Index("ix_items_due", "status", "due", "case"),)

    case: Mapped[str] = mapped_column(String(32), primary_key=True)
    duty: Mapped[str] = mapped_column(String(64))
    period: Mapped[str] = mapped_column(String(32))
    title: Mapped[str] = mapped_column(String(200))
    audience: Mapped[str] = mapped_column(String(16))
    unit: Mapped[str] = mapped_column(String(64))
    place: Mapped[str | None] = mapped_column(String(64))
    due: Mapped[date | None]
    status: Mapped[str] = mapped_column(String(16))
    was_late: Mapped[bool] = mapped_column(default=False)


class LateRow(Base):
    """A unit's broken term that the county's ladder made public; nothing of its case. Gone once done or closed."""

    __tablename__ = "late"

    instance: Mapped[str] = mapped_column(String(32), primary_key=True)
    case: Mapped[str] = mapped_column(String(32), index=True)
    unit: Mapped[str] = mapped_column(String(64))
    rule: Mapped[str] = mapped_column(String(64))
    due: Mapped[date]


class ListedRow(Base):
    """A case on the public list of its kind: what is in a leader's charge, or listed for supervision. No words."""

    __tablename__ = "listed"
    __table_args__ = (Index("ix_listed_since", "since", "case"),)

    case: Mapped[str] = mapped_column(String(32), primary_key=True)
    mechanism: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(64))
    category: Mapped[str | None] = mapped_column(String(64))
    township: Mapped[str | None] = mapped_column(String(64))
    unit: Mapped[str] = mapped_column(String(64))
    since: Mapped[date]
    ended_on: Mapped[date | None]
    outcome: Mapped[str | None] = mapped_column(String(64))


class EditionRow(Base):
    """A version of a publication; an older one stays readable."""

    __tablename__ = "editions"

    case: Mapped[str] = mapped_column(String(32), primary_key=True)
    edition: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    headline: Mapped[str] = mapped_column(String(200))
    body: Mapped[str]
    published_at: Mapped[datetime]


class CountedRow(Base):
    """How often something was done in a month, in the whole county; of which cases nobody can tell."""

    __tablename__ = "counted"

    what: Mapped[str] = mapped_column(String(200), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    number: Mapped[int]


class VisitedRow(Base):
    """A visit, for its counts alone: `who` is the post or unit that planned or made it. No place, no day of it."""

    __tablename__ = "visited"
    __table_args__ = (Index("ix_visited_since", "since", "who"),)

    case: Mapped[str] = mapped_column(String(32), primary_key=True)
    who: Mapped[str | None] = mapped_column(String(64))
    planned: Mapped[bool]
    status: Mapped[str] = mapped_column(String(16))
    raised: Mapped[int]
    resolved: Mapped[int]
    since: Mapped[date]
