"""Another party comes by the code of a letter: a receipt of his own, once, and how to reach him."""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, update

from services.intake.models import CaseRow, InvitationRow, ReceiptRow, UploadRow
from services.intake.receipts import MOST_FAILURES, PURPOSE
from services.intake.submit import give_receipt
from shared.crypto.private import Private
from shared.crypto.receipt import invitation_hash, new_receipt, normalise_invitation, normalise_reference
from shared.errors import NotYet, Refusal
from shared.facts.party import PartyInvited, PartyJoined
from shared.journal.tell import tell
from shared.kit.action import action, on
from shared.kit.session import Session
from shared.web.limits import count_failure, refuse_above
from shared.web.once import once

WHO = (InvitationRow.case, InvitationRow.role, InvitationRow.invited_at)
NOBODY = "-"  # no role of a party


class NoInvitation(Refusal):
    """Wrong, unknown, used, over: one answer for all of them."""

    code = "no-invitation"
    status = 404
    message = "Reference and code do not fit together, or the code was used already or is over."
    next_action = (
        "Look at them again. If you never used the code of your letter, somebody else did: call the office that sent"
        " it, which sends you a new one."
    )


@on(PartyInvited, name="intake-party-invited")
def keep(session: Session, fact: PartyInvited, *, now: datetime) -> None:
    """Keep the hash of a code. An earlier one of the same party is void, and so is the receipt that it gave."""
    row = session.get(CaseRow, fact.subject)
    if row is None:
        raise NotYet(fact.subject)
    held = (ReceiptRow.case == row.id, ReceiptRow.role == fact.role, ReceiptRow.revoked_at.is_(None))
    session.execute(update(ReceiptRow).where(*held).values(revoked_at=now))
    files = update(UploadRow).where(UploadRow.case == row.id, UploadRow.own == fact.role)
    session.execute(files.values(own=NOBODY))  # they were sent by whoever was invited by mistake
    row.asked = {name: at for name, at in row.asked.items() if not name.startswith(f"{fact.role}:")}
    if row.erased_at is not None:
        return
    code = normalise_invitation(session.reveal_or_wait(fact.code)) or ""
    digest = invitation_hash(session.here.keyring, row.reference, code)
    session.merge(InvitationRow(case=row.id, role=fact.role, hash=digest, invited_at=fact.at, until=fact.until))


@action
def accept(
    session: Session, reference: str, code: str, contact: Mapping[str, str], language: str, *, now: datetime
) -> dict[str, str]:
    """Use a code up: gives reference, receipt and role. Raises `NoInvitation` for all that is not right."""
    known = normalise_reference(reference) or "-"
    digest = invitation_hash(session.here.keyring, known, normalise_invitation(code) or "-")
    used = delete(InvitationRow).where(InvitationRow.hash == digest, InvitationRow.until > now)
    found = session.execute(used.returning(*WHO)).one_or_none()
    if found is None:
        raise NoInvitation
    receipt = new_receipt()
    give_receipt(session, found.case, known, receipt, found.role, now)
    private = Private(json.dumps(dict(contact), ensure_ascii=False, sort_keys=True)) if contact else None
    tell(
        session,
        PartyJoined(
            subject=found.case,
            role=found.role,
            invited_at=found.invited_at,
            contact=private,
            language=language,
            at=now,
        ),
    )
    return {"reference": known, "receipt": receipt, "role": found.role}


def come(
    reference: str, code: str, contact: Mapping[str, str], language: str, *, now: datetime, key: str | None = None
) -> dict[str, str]:
    """Use a code up, within the limit that holds for receipts; the same request, sent twice, has one answer."""
    refuse_above(PURPOSE, MOST_FAILURES, now=now)
    try:
        return once(
            lambda session: accept.within(session, reference, code, contact, language, now=now), now=now, key=key
        )
    except NoInvitation:
        count_failure(PURPOSE, now=now)
        raise
