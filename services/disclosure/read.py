"""What the public asks: the record, one outcome, due items, one publication, figures."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, or_, select

from services.disclosure.models import ON_PAGES, EditionRow, ItemRow, RecordRow
from shared.errors import NotFound
from shared.kit.action import query
from shared.kit.session import Session

FEWEST = 10  # smaller groups are not told apart (DESIGN 8)


@dataclass(frozen=True)
class Narrowed:
    """What the record is narrowed to; empty means all."""

    mechanism: str = ""
    township: str = ""
    outcome: str = ""
    q: str = ""


@query
def outcomes(
    session: Session, narrowed: Narrowed, after: tuple[str, str] | None, limit: int
) -> tuple[list[RecordRow], tuple[str, str] | None]:
    """Give outcomes, the newest first, and the key of the last line where more follow."""
    statement = select(RecordRow)
    for column, value in (
        (RecordRow.mechanism, narrowed.mechanism),
        (RecordRow.township, narrowed.township),
        (RecordRow.outcome, narrowed.outcome),
    ):
        if value:
            statement = statement.where(column == value)
    if narrowed.q:
        statement = statement.where(RecordRow.text.contains(narrowed.q, autoescape=True))
    if after is not None:
        day, last = date.fromisoformat(after[0]), after[1]
        statement = statement.where(
            or_(RecordRow.closed_on < day, and_(RecordRow.closed_on == day, RecordRow.id < last))
        )
    rows = list(session.scalars(statement.order_by(RecordRow.closed_on.desc(), RecordRow.id.desc()).limit(limit + 1)))
    more = rows[limit - 1] if len(rows) > limit else None
    return rows[:limit], (more.closed_on.isoformat(), more.id) if more else None


@query
def outcome(session: Session, name: str) -> RecordRow:
    """Give one outcome. Raises `NotFound`."""
    row = session.get(RecordRow, name)
    if row is None:
        raise NotFound
    return row


@query
def items(session: Session, status: str = "", limit: int = 200) -> list[ItemRow]:
    """Give due items for the public, missing ones first, then by due day."""
    statement = select(ItemRow).where(ItemRow.audience.in_(ON_PAGES))
    if status:
        statement = statement.where(ItemRow.status == status)
    missing_first = (ItemRow.status != "missing", ItemRow.due.desc(), ItemRow.case)
    return list(session.scalars(statement.order_by(*missing_first).limit(limit)))


@query
def publication(session: Session, case: str) -> tuple[ItemRow, list[EditionRow]]:
    """Give an item with its editions, the newest first. Raises `NotFound`."""
    item = session.get(ItemRow, case)
    if item is None or item.audience not in ON_PAGES:
        raise NotFound
    editions = session.scalars(select(EditionRow).where(EditionRow.case == case).order_by(EditionRow.edition.desc()))
    return item, list(editions)


@query
def figures(session: Session, *, now: datetime) -> dict[str, Any]:
    """Count outcomes by township; a group under ten is not told (None)."""
    rows = session.execute(select(RecordRow.township, func.count()).group_by(RecordRow.township)).all()
    by_township = {township or "": number if number >= FEWEST else None for township, number in rows}
    hidden = [township for township, number in by_township.items() if number is None]
    if len(hidden) == 1 and len(by_township) > 1:
        # One hidden number could be found by subtracting the others from the total, so a second one goes with it.
        smallest = min(
            (name for name in by_township if by_township[name] is not None), key=lambda name: by_township[name] or 0
        )
        by_township[smallest] = None
    return {"total": sum(number for _, number in rows), "by_township": by_township}
