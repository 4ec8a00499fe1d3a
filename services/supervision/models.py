"""Supervision's rows: a case and its terms as facts left them. No word of a resident is here."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Index, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.db.types import Document, Moment


class Base(DeclarativeBase):
    """Supervision's own tables."""

    metadata = MetaData()
    type_annotation_map = {datetime: Moment, dict[str, Any]: Document}  # noqa: RUF012 - SQLAlchemy's own declaration


class CaseRow(Base):
    """A case without its words."""

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_received", "received_at"),
        Index("ix_cases_unit", "unit", "phase"),
        Index("ix_cases_visits", "visits"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    reference: Mapped[str] = mapped_column(String(24), unique=True)
    mechanism: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(16))
    received_at: Mapped[datetime]
    unit: Mapped[str | None] = mapped_column(String(64))
    phase: Mapped[str] = mapped_column(String(16))
    outcome: Mapped[str | None] = mapped_column(String(64))
    closed_at: Mapped[datetime | None]
    # Null in rows of an older release: what detectors look at.
    kind: Mapped[str | None] = mapped_column(String(64))
    resident: Mapped[bool | None]  # whether it is a resident's word that goes on in it
    visits: Mapped[str | None] = mapped_column(String(32))  # the case to whose petitioner it is a visit
    since: Mapped[datetime | None]  # since when nothing was done where it stands
    turn: Mapped[str | None] = mapped_column(String(64))  # who beside its unit is to take the next step
    sent_by: Mapped[str | None] = mapped_column(String(64))  # who had it before it was handed over
    given: Mapped[int | None]  # how often the unit that had it gave it away


class OutcomeRow(Base):
    """An outcome that a case has or had: what was settled first, and then kept, was both."""

    __tablename__ = "outcomes"

    case: Mapped[str] = mapped_column(String(32), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(64), primary_key=True)


class DetectedRow(Base):
    """What a detector found in a case, once for each `unit` whose doing it was; `id` is made of the three."""

    __tablename__ = "detected"
    __table_args__ = (Index("ix_detected_at", "at", "id"), Index("ix_detected_case", "case"))

    id: Mapped[str] = mapped_column(String(128), primary_key=True)
    case: Mapped[str] = mapped_column(String(32))
    detector: Mapped[str] = mapped_column(String(31))
    unit: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class TermRow(Base):
    """A term of an office: running, or how it ended."""

    __tablename__ = "terms"
    __table_args__ = (Index("ix_terms_late", "status", "due_at", "instance"), Index("ix_terms_case", "case"))

    instance: Mapped[str] = mapped_column(String(32), primary_key=True)
    case: Mapped[str] = mapped_column(String(32))
    rule: Mapped[str] = mapped_column(String(64))
    owes: Mapped[str | None] = mapped_column(String(64))  # who keeps it, where that is not the unit that has the case
    due: Mapped[date]
    due_at: Mapped[datetime]
    known_at: Mapped[datetime | None]  # since when this date is known here; null in rows of an older release
    status: Mapped[str] = mapped_column(String(16))
    ended_at: Mapped[datetime | None]
    rung: Mapped[str | None] = mapped_column(String(64))  # the last of the county's ladder that was told


class SampleRow(Base):
    """One service's queue as it was seen at a moment; null is what could not be known. Kept for a day."""

    __tablename__ = "samples"
    __table_args__ = (Index("ix_samples_at", "at"),)

    service: Mapped[str] = mapped_column(String(32), primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    answers: Mapped[bool]
    ready: Mapped[int | None]
    unacked: Mapped[int | None]
    consumers: Mapped[int | None]
    arrived: Mapped[int | None] = mapped_column(BigInteger)
    left: Mapped[int | None] = mapped_column(BigInteger)
    unsent: Mapped[int] = mapped_column(default=0)
    oldest_unsent: Mapped[float] = mapped_column(default=0.0)
    waiting: Mapped[int] = mapped_column(default=0)
    failing: Mapped[int] = mapped_column(default=0)
    parked: Mapped[int] = mapped_column(default=0)
    paused: Mapped[str] = mapped_column(String(16), default="")
    unanswered: Mapped[int] = mapped_column(default=0)  # terms that it owes a word about; only routing ever does


class HeardRow(Base):
    """Until when all that a service told is known here, and since when it is at work; null is what is not known."""

    __tablename__ = "heard"

    service: Mapped[str] = mapped_column(String(32), primary_key=True)
    until: Mapped[datetime | None]
    at_work_since: Mapped[datetime | None]


class ConditionRow(Base):
    """How a service is from a moment on: appended when its light changes. `reason` is a msgid, `values` fill it."""

    __tablename__ = "conditions"

    service: Mapped[str] = mapped_column(String(32), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    since: Mapped[datetime]
    light: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str]
    values: Mapped[dict[str, Any]]
