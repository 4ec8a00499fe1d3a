"""Finding cases by what they say: only what the staff member may see, the newest first.

The database narrows by numbers and tells no word. What it gives is opened, a page at a time with a fixed number of
questions, and compared as text: a pair of characters may stand elsewhere, and two words may have one number.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, func, literal, select, true, tuple_, union_all
from sqlalchemy.orm import aliased

from services.routing.models import CaseRow
from services.routing.search.index import numbers_of
from services.routing.search.said import said_at_first, said_later
from services.routing.search.tables import SearchRow, has_all, looked_up, span_of
from services.routing.search.words import folded, says, sought
from shared.access.actor import StaffMember
from shared.access.cases import may_see
from shared.access.tables import CaseAccessRow
from shared.kit.session import Session

ROUNDS = 8  # pages of candidates that one answer opens at most; where they did not suffice, it says from where to go on
WALKED = 3_000  # cases that are looked at one by one: a word that one in a hundred has fills a page from them
FEW = 5_000  # cases of somebody, all of which are looked at one by one
SPANS = 1  # of thirty days, before the last one, among which a word is looked up before it is among all
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
        # After five searches it would have one plan for all, made for a word and a person of the middle; and to start
        # another process takes longer than the answer.
        session.execute(
            select(
                func.set_config("plan_cache_mode", "force_custom_plan", True),
                func.set_config("max_parallel_workers_per_gather", "0", True),
            )
        )
    numbers = numbers_of(session.here.keyring, (word for part in parts for word in sought(part)))
    few = _sees_few(session, staff)
    rows: list[CaseRow] = []
    texts: list[list[str]] = []
    for _ in range(ROUNDS):
        candidates = _candidates(session, staff, few, numbers, narrowed, after, limit + 1)
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
    few: bool,
    numbers: set[int],
    narrowed: Sequence[ColumnElement[bool]],
    after: Place | None,
    limit: int,
) -> Sequence[CaseRow]:
    """Give the next cases that may hold it, in order: their ids first, from the narrow table alone."""
    ids: list[str] = []
    for where in _ever_more(session, staff, few, numbers, narrowed, after):
        ids = [*session.scalars(select(where.c.case).order_by(*_newest(where.c)).limit(limit))]
        if len(ids) == limit:
            break
    rows = {row.id: row for row in session.scalars(select(CaseRow).where(CaseRow.id.in_(ids)))} if ids else {}
    return [rows[one] for one in ids]


def _ever_more(
    session: Session,
    staff: StaffMember,
    few: bool,
    numbers: set[int],
    narrowed: Sequence[ColumnElement[bool]],
    after: Place | None,
) -> Iterator[FromClause]:
    """Give where to look, each with all of the one before it: what was received last, and then what was before.

    Of somebody who may see few cases all are looked at. For others a common word is soon met among the newest. One that
    is not is looked up among those of some weeks, at last among all, and what is found is put in order apart: left to
    itself, PostgreSQL takes a rare word for a common one and goes through every case.
    """
    behind = _behind(after)
    if few:
        yield _apart(_matching(SearchRow, staff, has_all(numbers, SearchRow), narrowed).where(behind))
        return
    newest = aliased(SearchRow, select(SearchRow).where(behind).order_by(*_newest(SearchRow)).limit(WALKED).subquery())
    yield _matching(newest, staff, has_all(numbers, newest), narrowed).subquery()
    if session.get_bind().dialect.name == "postgresql":
        last = span_of(datetime.fromisoformat(after[0]) if after else session.now)
        # The span after it, too: another service's clock, which says when a case was received, may be before ours.
        spans = range(last - SPANS, last + 2)
        yield _apart(_matching(SearchRow, staff, looked_up(numbers, spans), narrowed).where(behind))
    yield _apart(_matching(SearchRow, staff, looked_up(numbers), narrowed).where(behind))


def _sees_few(session: Session, staff: StaffMember) -> bool:
    units = select(CaseAccessRow.case).where(CaseAccessRow.what == "unit", CaseAccessRow.code.in_(staff.units))
    posts = select(CaseAccessRow.case).where(CaseAccessRow.what == "post", CaseAccessRow.code.in_(staff.posts))
    some = union_all(*(select(one.limit(FEW + 1).subquery()) for one in (units, posts))).subquery()
    return session.scalars(select(func.count()).select_from(some)).one() <= FEW


def _apart(found: Select[Any]) -> FromClause:
    return found.cte().prefix_with("MATERIALIZED", dialect="postgresql")


def _matching(
    row: Any, staff: StaffMember, has: ColumnElement[bool], narrowed: Sequence[ColumnElement[bool]]
) -> Select[tuple[str, datetime]]:
    found = select(row.case, row.received_at).where(has, may_see(staff, row.case))
    return found.join(CaseRow, CaseRow.id == row.case).where(*narrowed) if narrowed else found


def _behind(after: Place | None) -> ColumnElement[bool]:
    if after is None:
        return true()
    moment = literal(datetime.fromisoformat(after[0]), SearchRow.received_at.type)
    return tuple_(SearchRow.received_at, SearchRow.case) < tuple_(moment, literal(after[1]))


def _newest(row: Any) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    return row.received_at.desc(), row.case.desc()


def _verified(session: Session, rows: Sequence[CaseRow], parts: Sequence[str]) -> Iterator[tuple[CaseRow, list[str]]]:
    """Give the cases that hold every part, with the texts that were opened: no more than it takes.

    Most hold it in what they came with. Of the others, steps are opened until it is there: a long case has hundreds.
    """
    session.load_keys(row.id for row in rows)
    opened = {row.id: said_at_first(session, row) for row in rows}
    lacking = {row.id: _lacks(opened[row.id], parts) for row in rows}
    unsure = [row for row in rows if lacking[row.id]]
    for row, later in zip(unsure, said_later(session, unsure), strict=True):
        for text in later:
            opened[row.id].append(text)
            lacking[row.id] = _lacks([text], lacking[row.id])
            if not lacking[row.id]:
                break
    return ((row, opened[row.id]) for row in rows if not lacking[row.id])


def _lacks(texts: Sequence[str], parts: Sequence[str]) -> list[str]:
    said = [folded(text) for text in texts]
    return [part for part in parts if not says(said, [part])]
