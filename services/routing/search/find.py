"""Finding cases by what they say: only what the staff member may see, the newest first.

The database narrows by numbers and tells no word. What it gives is opened, a page at a time with a fixed number of
questions, and compared as text: a pair of characters may stand elsewhere, and two words may have one number.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select

from services.routing.models import CaseRow
from services.routing.search.index import numbers_of, said_in
from services.routing.search.tables import SearchRow, has_all
from services.routing.search.words import folded, says, sought
from shared.access.actor import StaffMember
from shared.access.cases import may_see
from shared.kit.session import Session

ROUNDS = 8  # pages of candidates that one answer opens at most; where they did not suffice, it says from where to go on
Place = tuple[str, str]  # when a case was received, and its id: the key by which pages follow each other


@dataclass(frozen=True)
class Hits:
    """Cases that say what was asked, with their texts; `after` is where a search goes on, None at its end."""

    rows: tuple[CaseRow, ...]
    texts: tuple[list[str], ...]
    after: Place | None


def find(
    session: Session,
    staff: StaffMember,
    parts: Sequence[str],
    narrowed: Sequence[ColumnElement[bool]],
    after: Place | None,
    limit: int,
) -> Hits:
    """Give at most `limit` cases that hold every part; there may be fewer although more follow."""
    numbers = numbers_of(session.here.keyring, (word for part in parts for word in sought(part)))
    rows: list[CaseRow] = []
    texts: list[list[str]] = []
    for _ in range(ROUNDS):
        candidates = _candidates(session, staff, numbers, narrowed, after, limit + 1)
        for row, said in _verified(session, candidates[:limit], parts):
            if len(rows) == limit:
                return Hits(tuple(rows), tuple(texts), after)
            rows.append(row)
            texts.append(said)
            after = (row.received_at.isoformat(), row.id)
        if len(candidates) <= limit:
            return Hits(tuple(rows), tuple(texts), None)
        after = (candidates[limit - 1].received_at.isoformat(), candidates[limit - 1].id)
        if len(rows) == limit:
            break
    return Hits(tuple(rows), tuple(texts), after)


def _candidates(
    session: Session,
    staff: StaffMember,
    numbers: set[int],
    narrowed: Sequence[ColumnElement[bool]],
    after: Place | None,
    limit: int,
) -> Sequence[CaseRow]:
    """Give the next cases that may hold it, in order: their ids first, from the narrow table alone."""
    newest, case = SearchRow.received_at, SearchRow.case
    asked = select(case).where(has_all(numbers), may_see(staff, case))
    if narrowed:
        asked = asked.join(CaseRow, CaseRow.id == case).where(*narrowed)
    if after is not None:
        moment, last = datetime.fromisoformat(after[0]), after[1]
        asked = asked.where(newest <= moment, or_(newest < moment, and_(newest == moment, case < last)))
    ids = session.scalars(asked.order_by(newest.desc(), case.desc()).limit(limit)).all()
    rows = {row.id: row for row in session.scalars(select(CaseRow).where(CaseRow.id.in_(ids)))} if ids else {}
    return [rows[one] for one in ids]


def _verified(session: Session, rows: Sequence[CaseRow], parts: Sequence[str]) -> Iterator[tuple[CaseRow, list[str]]]:
    session.load_keys(row.id for row in rows)
    for row, texts in zip(rows, said_in(session, rows), strict=True):
        if says([folded(text) for text in texts], parts):
            yield row, texts
