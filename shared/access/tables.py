"""Rows about people and rights that every service keeps: a projection of directory's facts and routing's access facts.

Directory and routing write their own truth into the same tables, so a query reads the same everywhere.
"""

from datetime import date, datetime

from sqlalchemy import ColumnElement, Index, String, and_, or_
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.types import Document
from shared.journal.tables import KitBase


class UnitRow(KitBase):
    """An office as directory last told it."""

    __tablename__ = "unit"

    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    name_zh: Mapped[str] = mapped_column(String(128))
    name_en: Mapped[str] = mapped_column(String(128))
    level: Mapped[str] = mapped_column(String(16))
    place: Mapped[str | None] = mapped_column(String(64))
    phone: Mapped[str] = mapped_column(String(64), default="")
    active: Mapped[bool] = mapped_column(default=True)
    successor: Mapped[str | None] = mapped_column(String(64))


class RelationRow(KitBase):
    """A dated edge between units."""

    __tablename__ = "relation"

    code: Mapped[str] = mapped_column(String(160), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    lower: Mapped[str] = mapped_column(String(64))
    upper: Mapped[str] = mapped_column(String(64))
    since: Mapped[date | None]
    until: Mapped[date | None]


class PostRow(KitBase):
    """A post and the roles it bears."""

    __tablename__ = "post"

    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    unit: Mapped[str] = mapped_column(String(64))
    name_zh: Mapped[str] = mapped_column(String(128))
    name_en: Mapped[str] = mapped_column(String(128))
    roles: Mapped[list[str]] = mapped_column(Document)
    superior: Mapped[str | None] = mapped_column(String(64))
    active: Mapped[bool] = mapped_column(default=True)


class PersonRow(KitBase):
    """A staff member by opaque id: official name and posts held."""

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    display: Mapped[str] = mapped_column(String(64))
    posts: Mapped[list[str]] = mapped_column(Document)
    email: Mapped[str] = mapped_column(String(128), default="")
    active: Mapped[bool] = mapped_column(default=True)
    demo: Mapped[bool] = mapped_column(default=False)


class AbsenceRow(KitBase):
    """Days on which somebody is away, and who stands in."""

    __tablename__ = "absence"

    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    person: Mapped[str] = mapped_column(String(32))
    since: Mapped[date]
    until: Mapped[date | None]
    stand_in: Mapped[str | None] = mapped_column(String(32), index=True)

    @classmethod
    def in_force(cls, day: date) -> ColumnElement[bool]:
        """Give the SQL condition for the absences of a day."""
        return and_(cls.since <= day, or_(cls.until.is_(None), cls.until > day))


class TieRow(KitBase):
    """Two people who declared that they are close."""

    __tablename__ = "tie"

    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    person: Mapped[str] = mapped_column(String(32))
    other: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(16))
    since: Mapped[date | None]
    until: Mapped[date | None]


class RevokedRow(KitBase):
    """A session or token that is over before its time."""

    __tablename__ = "revoked"

    session: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime]


class ConfirmedRow(KitBase):
    """When directory last said that everything was told; one row."""

    __tablename__ = "confirmed"

    source: Mapped[str] = mapped_column(String(32), primary_key=True)
    at: Mapped[datetime]


class CaseAccessRow(KitBase):
    """A unit or post that may see a case, or a post or person that is barred. Without a row nobody sees it."""

    __tablename__ = "case_access"
    __table_args__ = (Index("ix_case_access_who", "what", "code", "case"),)

    case: Mapped[str] = mapped_column(String(32), primary_key=True)
    what: Mapped[str] = mapped_column(String(8), primary_key=True)
    code: Mapped[str] = mapped_column(String(64), primary_key=True)
