"""Keeping by what a case is found: with the case, with every step, and for cases of before this was kept."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, exists, select

from services.routing.case import readable
from services.routing.models import CaseRow
from services.routing.returned import note_text
from services.routing.search.said import said_at_first, said_in, words_of
from services.routing.search.tables import SearchRow
from services.routing.search.words import folded, found_by
from shared.access.tables import CaseAccessRow
from shared.crypto.keyring import Keyring
from shared.facts.case import CaseErased
from shared.journal.tables import CaseKeyRow
from shared.kit.action import on, when_due
from shared.kit.session import Session
from shared.kit.timers import plan
from shared.workflow.schema import Schema

RELEASE = 1  # counted up where another word would be kept; every case is then made anew
AT_ONCE = 100
FIRST = "-"
NOT_YET, LATER = timedelta(minutes=1), timedelta(hours=1)  # until a key is looked for again, first and then


def numbers_of(keyring: Keyring, words: Iterable[str]) -> set[int]:
    """Give the numbers of words, 32 bits each with a sign, that nobody can count back without this service's key."""
    return {int.from_bytes(keyring.digest("search", word)[:4], "big", signed=True) for word in set(words)}


def index_new(session: Session, row: CaseRow) -> None:
    """Keep by what a new case is found; where its key is still on its way, when it has come."""
    if not readable(session, row):
        plan(session, index_later, row.id, session.now + NOT_YET)
        return
    texts = said_at_first(session, row)
    numbers = _numbers(session, texts)
    session.add(SearchRow(case=row.id, received_at=row.received_at, release=RELEASE, words=numbers))


def index_step(
    session: Session, row: CaseRow, schema: type[Schema] | None, given: Mapping[str, Any], *more: str
) -> None:
    """Add what a step said, and `more`, to that by which its case is found."""
    numbers = _numbers(session, [*words_of(schema, given), *more])
    if not numbers:
        return
    known = session.get(SearchRow, row.id, with_for_update=True)
    if known is None:
        plan(session, index_later, row.id, session.now + NOT_YET)
    elif not numbers.issubset(known.words):
        known.words = numbers.union(known.words)


@when_due(name="routing-index-later")
def index_later(session: Session, subject: str, *, now: datetime) -> None:
    """Keep by what a case is found whose key came later; of one that was erased meanwhile nothing is kept."""
    row = session.get(CaseRow, subject)
    if row is not None and readable(session, row):
        _index(session, [row])
        note_text(session, row)
    elif session.scalar(select(exists().where(CaseAccessRow.case == subject))):
        plan(session, index_later, subject, now + LATER)


@when_due(name="routing-index-all")
def index_all(session: Session, subject: str, *, now: datetime) -> None:
    """Make anew by what cases are found, some at a time; `subject` is the last that was made."""
    after = "" if subject == FIRST else subject
    rows = session.scalars(select(CaseRow).where(CaseRow.id > after).order_by(CaseRow.id).limit(AT_ONCE)).all()
    session.load_keys(row.id for row in rows)
    _index(session, [row for row in rows if readable(session, row)])
    if rows:
        plan(session, index_all, rows[-1].id, now)


def index_at_start(session: Session, *, now: datetime) -> None:
    """Begin to make anew what an earlier release made otherwise, or not at all."""
    made = exists().where(SearchRow.case == CaseKeyRow.case, SearchRow.release == RELEASE)
    here = exists().where(CaseRow.id == CaseKeyRow.case)
    if session.scalar(select(CaseKeyRow.case).where(~made, here).limit(1)) is not None:
        plan(session, index_all, FIRST, now)


@on(CaseErased, name="routing-forget-words")
def forget(session: Session, fact: CaseErased, *, now: datetime) -> None:
    """Keep nothing by which an erased case could be found."""
    session.execute(delete(SearchRow).where(SearchRow.case == fact.subject))


def _index(session: Session, rows: Sequence[CaseRow]) -> None:
    # Locked before the steps are read: one that is taken in this moment is in what is read, or adds to what is written.
    held = select(SearchRow).where(SearchRow.case.in_([row.id for row in rows])).order_by(SearchRow.case)
    session.scalars(held.with_for_update()).all()
    for row, texts in zip(rows, said_in(session, rows), strict=True):
        values = {"received_at": row.received_at, "release": RELEASE, "words": _numbers(session, texts)}
        session.merge(SearchRow(case=row.id, **values))


def _numbers(session: Session, texts: Iterable[str]) -> set[int]:
    return numbers_of(session.here.keyring, (word for text in texts for word in found_by(folded(text))))
