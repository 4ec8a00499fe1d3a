"""Who shows a receipt sees the case. Wrong, unknown and malformed give one answer after the same work."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from services.intake.family import shared_with
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
    """Give whose receipt this is, or None. A child case is opened by the receipt of the case that it came from."""
    root = aliased(CaseRow)
    asked = session.execute(
        select(CaseRow, root)
        .join(root, root.id == func.coalesce(CaseRow.root, CaseRow.id))
        .where(CaseRow.reference == (normalise_reference(reference) or "-"))
    ).one_or_none()
    case, owner, known = (asked[0], asked[1].id, asked[1].reference) if asked else (None, "-", "-")
    digest = receipt_hash(session.here.keyring, known, normalise_receipt(receipt) or "-")
    held = session.execute(
        select(ReceiptRow.role, ReceiptRow.issued_at).where(
            ReceiptRow.hash == digest, ReceiptRow.revoked_at.is_(None), ReceiptRow.case == owner
        )
    ).one_or_none()
    if case is None or held is None or (case.id != owner and shared_with(session.here, case, held.role) is None):
        return None
    return ReceiptHolder(case.id, held.role, held.issued_at)


def holder(reference: str, receipt: str, *, now: datetime) -> ReceiptHolder:
    """Give the holder of a receipt. Raises `NotFound` for all that is not right, `TooOften` after many failures."""
    refuse_above(PURPOSE, MOST_FAILURES, now=now)
    found = find_holder(reference, receipt)
    if found is None:
        count_failure(PURPOSE, now=now)
        raise NotFound
    return found
