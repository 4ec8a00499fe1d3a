"""Column types that mean the same in both databases."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from shared.crypto.private import Sealed

Document = JSON().with_variant(JSONB(), "postgresql")


class Moment(TypeDecorator[datetime]):
    """An aware UTC moment; a naive one is refused. SQLite keeps no zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive moments and store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the moment back with its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class SealedText(TypeDecorator[Sealed]):
    """Sealed text as `<case>:<token>`; the key is elsewhere, so erasing it erases this column for good."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Store the token; a plain `Private` never reaches a column."""
        if value is None:
            return None
        if not isinstance(value, Sealed):
            raise TypeError("only sealed text is stored; seal it with session.seal(case, private)")
        return f"{value.case}:{value.token}"

    def process_result_value(self, value: str | None, dialect: Dialect) -> Sealed | None:
        """Give the sealed text back."""
        if value is None:
            return None
        case, token = value.split(":", 1)
        return Sealed(case=case, token=token)
