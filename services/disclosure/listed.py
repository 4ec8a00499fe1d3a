"""The public list of what is under special care: a leader has charge, or supervision is listed. No word of a case.

A line says the kind, the sort of matter, the township, the unit, since when, and how it ended; nobody can be known by
it, so it waits for no time to object.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select

from services.disclosure.known import known
from services.disclosure.models import CaseRow, ListedRow
from shared.facts.case import CaseErased, CaseStepped
from shared.kit.action import on, query
from shared.kit.session import Session
from shared.law.local import local_day


@on(CaseStepped, name="disclosure-list-case")
def list_case(session: Session, fact: CaseStepped, *, now: datetime) -> None:
    """Put a case on the list of its kind, keep the unit that has it, and say how it ended."""
    row = session.get(ListedRow, fact.subject)
    case = known(session, fact.subject) if fact.publishes == "entry" else None
    if case is not None and not case.never_public:
        row = row or _begin(session, case, fact)
        row.unit = fact.unit
    if row is not None and fact.phase == "closed" and row.ended_on is None:
        row.ended_on, row.outcome = local_day(fact.at), fact.outcome


def _begin(session: Session, case: CaseRow, fact: CaseStepped) -> ListedRow:
    row = ListedRow(
        case=case.id,
        mechanism=case.mechanism,
        kind=case.kind,
        category=case.category,
        township=session.here.county.place_of_level(case.place, "township"),
        unit=fact.unit,
        since=local_day(fact.at),
        ended_on=None,
        outcome=None,
    )
    session.add(row)
    return row


@on(CaseErased, name="disclosure-listed-erased")
def erased(session: Session, fact: CaseErased, *, now: datetime) -> None:
    """Take it away with its case."""
    session.execute(delete(ListedRow).where(ListedRow.case == fact.subject))


@query
def listed(session: Session, limit: int = 200) -> Sequence[ListedRow]:
    """Give the list: what is in hand first, then the newest."""
    order = (ListedRow.ended_on.is_not(None), ListedRow.since.desc(), ListedRow.case)
    return session.scalars(select(ListedRow).order_by(*order).limit(limit)).all()
