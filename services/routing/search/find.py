"""Finding cases by what they say: only what the staff member may see, the newest first.

The database narrows by numbers and tells no word. What it gives is opened, a page at a time with a fixed number of
questions, and compared as text: a pair of characters may stand elsewhere, and two words may have one number.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, literal, select, text, true, tuple_
from sqlalchemy.orm import aliased

from services.routing.models import CaseRow
from services.routing.search.index import numbers_of, said_in
from services.routing.search.tables import SearchRow, has_all
from services.routing.search.words import folded, says, sought
from shared.access.actor import StaffMember
from shared.access.cases import may_see
from shared.kit.session import Session

ROUNDS = 8  # pages of candidates that one answer opens at most; where they did not suffice, it says from where to go on
WALKED = 3_000  # cases that are looked at one by one: a word that one in a hundred has fills a page from them
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
    if session.get_bind().dialect.name == "postgresql":
        # After five searches it would have one plan for all, made for a word and a person of the middle.
        session.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))
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
    """Give the next cases that may hold it, in order: their ids first, from the narrow table alone.

    A common word is soon met among the newest. Of another one all that has it is looked up and put in order: left to
    itself, PostgreSQL takes a rare word for a common one and goes through every case.
    """
    behind = _behind(after)
    newest = aliased(SearchRow, select(SearchRow).where(behind).order_by(*_newest(SearchRow)).limit(WALKED).subquery())
    met = _matching(newest, staff, numbers, narrowed).order_by(*_newest(newest)).limit(limit)
    ids = [*session.scalars(met)]
    if len(ids) < limit:
        every = _matching(SearchRow, staff, numbers, narrowed).where(behind).cte()
        every = every.prefix_with("MATERIALIZED", dialect="postgresql")
        ids = [*session.scalars(select(every.c.case).order_by(*_newest(every.c)).limit(limit))]
    rows = {row.id: row for row in session.scalars(select(CaseRow).where(CaseRow.id.in_(ids)))} if ids else {}
    return [rows[one] for one in ids]


def _matching(
    row: Any, staff: StaffMember, numbers: set[int], narrowed: Sequence[ColumnElement[bool]]
) -> Select[tuple[str, datetime]]:
    found = select(row.case, row.received_at).where(has_all(numbers, row), may_see(staff, row.case))
    return found.join(CaseRow, CaseRow.id == row.case).where(*narrowed) if narrowed else found


def _behind(after: Place | None) -> ColumnElement[bool]:
    if after is None:
        return true()
    moment = literal(datetime.fromisoformat(after[0]), SearchRow.received_at.type)
    return tuple_(SearchRow.received_at, SearchRow.case) < tuple_(moment, literal(after[1]))


def _newest(row: Any) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    return row.received_at.desc(), row.case.desc()


def _verified(session: Session, rows: Sequence[CaseRow], parts: Sequence[str]) -> Iterator[tuple[CaseRow, list[str]]]:
    session.load_keys(row.id for row in rows)
    for row, texts in zip(rows, said_in(session, rows), strict=True):
        if says([folded(text) for text in texts], parts):
            yield row, texts
