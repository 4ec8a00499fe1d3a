"""Who shows a receipt sees the case. Wrong, unknown and malformed give one answer after the same work."""

from datetime import datetime

from sqlalchemy import select

from services.intake.models import CaseRow, ReceiptRow
from shared.access.actor import ReceiptHolder
from shared.crypto.receipt import normalise_receipt, normalise_reference, receipt_hash
from shared.errors import NotFound
from shared.kit.action import query
from shared.kit.session import Session
from shared.web.limits import count_failure, refuse_above

PURPOSE = "receipt"
MOST_FAILURES = 120  # an hour and address; sixteen digits can't be guessed, this only spares the machine


@query
def find_holder(session: Session, reference: str, receipt: str) -> ReceiptHolder | None:
    """Give whose receipt this is, or None."""
    known = normalise_reference(reference) or "-"
    digest = receipt_hash(session.here.keyring, known, normalise_receipt(receipt) or "-")
    found = session.execute(
        select(ReceiptRow.case, ReceiptRow.role)
        .join(CaseRow, CaseRow.id == ReceiptRow.case)
        .where(ReceiptRow.hash == digest, ReceiptRow.revoked_at.is_(None), CaseRow.reference == known)
    ).one_or_none()
    return ReceiptHolder(found.case, found.role) if found else None


def holder(reference: str, receipt: str, *, now: datetime) -> ReceiptHolder:
    """Give the holder of a receipt. Raises `NotFound` for all that is not right, `TooOften` after many failures."""
    refuse_above(PURPOSE, MOST_FAILURES, now=now)
    found = find_holder(reference, receipt)
    if found is None:
        count_failure(PURPOSE, now=now)
        raise NotFound
    return found
