"""What disclosure knows of a case, and the one rule of which cases are never public, whatever list asks."""

from datetime import datetime

from sqlalchemy import delete, select, tuple_, update

from services.disclosure.models import CaseRow, LateRow, ListedRow
from shared.errors import NotYet
from shared.facts.case import CaseSubmitted
from shared.kit.session import Session
from shared.workflow.mechanism import about_somebody


def known(session: Session, case: str) -> CaseRow:
    """Give what is known of a case. Raises `NotYet` where intake's word of it is still on its way."""
    row = session.get(CaseRow, case)
    if row is None:
        raise NotYet(case)
    return row


def is_never_public(session: Session, fact: CaseSubmitted) -> bool:
    """Tell whether a new case is about what somebody did, or grew from one that is.

    Office, day and sort of matter would tell who works there of whom. Raises `NotYet` as `known` does.
    """
    if about_somebody(session.here.mechanisms, fact.mechanism, fact.kind):
        return True
    return fact.root is not None and known(session, fact.root).never_public


def keep_out_at_start(session: Session, *, now: datetime) -> None:
    """Take off the lists what a mechanism says of late is about what somebody did, and all that grew from it."""
    here = session.here.mechanisms
    kinds = [(name, kind) for name, one in here.items() for kind in one.kinds if about_somebody(here, name, kind)]
    of_these = select(CaseRow.id).where(tuple_(CaseRow.mechanism, CaseRow.kind).in_(kinds), ~CaseRow.never_public)
    new = set(session.scalars(of_these)) if kinds else set()
    if not new:
        return
    cases = [*new, *session.scalars(select(CaseRow.id).where(CaseRow.root.in_(new)))]
    session.execute(update(CaseRow).where(CaseRow.id.in_(cases)).values(never_public=True))
    for table in (LateRow, ListedRow):
        session.execute(delete(table).where(table.case.in_(cases)))
