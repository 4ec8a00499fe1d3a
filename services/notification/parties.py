"""Parties beside the first: how to reach whoever came by an invitation, and nobody who was invited by mistake."""

from datetime import datetime

from sqlalchemy import delete, select

from services.notification.models import CaseRow, PartyRow
from shared.crypto.private import Sealed
from shared.errors import NotYet
from shared.facts.case import CaseErased
from shared.facts.party import PartyInvited, PartyJoined
from shared.kit.action import on
from shared.kit.session import Session


@on(PartyInvited, name="notification-party-invited")
def invited(session: Session, fact: PartyInvited, *, now: datetime) -> None:
    """Forget how to reach whoever was invited in the same role before: it was a mistake."""
    row = session.get(PartyRow, (fact.subject, fact.role))
    if row is None or row.invited_at < fact.at:  # intake's word of who came may be here before routing's
        session.merge(PartyRow(case=fact.subject, role=fact.role, invited_at=fact.at, contact=None))


@on(PartyJoined, name="notification-party-joined")
def party_joined(session: Session, fact: PartyJoined, *, now: datetime) -> None:
    """Remember how to reach another party."""
    if session.get(CaseRow, fact.subject) is None:
        raise NotYet(fact.subject)
    known = session.get(PartyRow, (fact.subject, fact.role))
    if known is not None and known.invited_at > fact.invited_at:
        return
    contact = fact.contact if isinstance(fact.contact, Sealed) else None
    session.merge(
        PartyRow(
            case=fact.subject,
            role=fact.role,
            invited_at=fact.invited_at,
            contact=contact,
            language=fact.language,
        )
    )


def others(session: Session, case: CaseRow) -> list[tuple[str, Sealed | None, str]]:
    """Give the parties beside the first that have come: role, contact, language."""
    mechanism = session.here.mechanisms.get(case.mechanism)
    if mechanism is None or not mechanism.of_several:
        return []
    rows = session.scalars(select(PartyRow).where(PartyRow.case == case.id, PartyRow.contact.is_not(None)))
    return [(one.role, one.contact, one.language) for one in sorted(rows, key=lambda one: one.role)]


@on(CaseErased, name="notification-forget-parties")
def forget(session: Session, fact: CaseErased, *, now: datetime) -> None:
    """Forget how to reach the parties of an erased case."""
    session.execute(delete(PartyRow).where(PartyRow.case == fact.subject))
