"""Erasure: the key goes, so every sealed word of the case is unreadable everywhere; the numbers stay."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from services.intake.models import CaseRow, InvitationRow, MailRow, ReceiptRow, UploadRow
from shared.errors import NotFound
from shared.facts.case import CaseErased
from shared.journal.tables import CaseKeyRow, KeyOutRow
from shared.journal.tell import tell
from shared.kit.action import action, every
from shared.kit.session import Session

BATCH = 100


@action
def erase(session: Session, case: str, basis: str, *, now: datetime) -> None:
    """Erase a case: key, files and receipts here at once, everywhere else when the fact arrives. Raises `NotFound`."""
    row = session.get(CaseRow, case, with_for_update=True)
    if row is None or row.erased_at is not None:
        raise NotFound
    row.erased_at, row.offers, row.asked = now, [], {}
    session.execute(delete(CaseKeyRow).where(CaseKeyRow.case == case))
    session.execute(delete(KeyOutRow).where(KeyOutRow.case == case))
    session.execute(delete(ReceiptRow).where(ReceiptRow.case == case))
    session.execute(delete(InvitationRow).where(InvitationRow.case == case))
    session.execute(delete(MailRow).where(MailRow.case == case))
    for blob in session.scalars(select(UploadRow.blob).where(UploadRow.case == case)).all():
        session.here.blobs.delete(blob)
    session.execute(delete(UploadRow).where(UploadRow.case == case))
    tell(session, CaseErased(subject=case, basis=basis, at=now))
    children = select(CaseRow.id).where(CaseRow.parent == case, CaseRow.erased_at.is_(None))
    for child in session.scalars(children).all():
        erase.within(session, child, basis, now=now)


@every(timedelta(hours=24), name="intake-retention")
def erase_the_old(session: Session, subject: str, *, now: datetime) -> None:
    """Erase closed cases whose retention is over."""
    before = now - timedelta(days=365 * session.here.county.retention_years)
    statement = select(CaseRow.id).where(
        CaseRow.erased_at.is_(None), CaseRow.phase == "closed", CaseRow.changed_at < before
    )
    for case in session.scalars(statement.limit(BATCH)).all():
        erase.within(session, case, "retention", now=now)
