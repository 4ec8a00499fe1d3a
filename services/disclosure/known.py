"""What disclosure knows of a case, and the one rule of which cases are never public, whatever list asks."""

from services.disclosure.models import CaseRow
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
