"""Inviting another party: a one-time code in the step's letter, and how to reach whoever came by it."""

from datetime import datetime, timedelta

from sqlalchemy import delete

from services.routing.case import known_case
from services.routing.models import CaseRow, PartyRow
from shared.crypto.private import Private, Sealed
from shared.facts.case import CaseErased, StepAsked
from shared.facts.party import PartyInvited, PartyJoined
from shared.journal.tell import tell
from shared.kit.action import on
from shared.kit.session import Session
from shared.workflow.declare import Step
from shared.workflow.engine import NotYourStep

LASTS = timedelta(days=30)


def invite(session: Session, row: CaseRow, step: Step, code: str) -> None:
    """Tell intake the code that stands in the letter of an inviting step; of any other step nothing.

    Whoever came by an earlier code is out: he was invited by mistake, and what he agreed to counts no more.
    """
    if step.invites is None:
        return
    session.merge(PartyRow(case=row.id, role=step.invites, invited_at=session.now, joined_at=None, contact=None))
    row.progress = {name: [one for one in roles if one != step.invites] for name, roles in row.progress.items()}
    until = session.now + LASTS
    tell(session, PartyInvited(subject=row.id, role=step.invites, code=Private(code), until=until, at=session.now))


def must_be_party(session: Session, row: CaseRow, fact: StepAsked) -> None:
    """Raise `NotYourStep` where whoever asks is no party any more: another one was invited in his place since."""
    if fact.role in session.here.mechanisms[row.mechanism].resident_roles[:1]:
        return
    party = session.get(PartyRow, (row.id, fact.role))
    if party is None or party.joined_at is None or fact.asked_at < party.joined_at:
        raise NotYourStep


@on(PartyJoined, name="routing-party-joined")
def joined(session: Session, fact: PartyJoined, *, now: datetime) -> None:
    """Keep how to reach whoever came by an invitation."""
    row = session.get(PartyRow, (known_case(session, fact.subject).id, fact.role))
    if row is not None and row.invited_at == fact.invited_at:  # else another one was invited meanwhile
        row.joined_at, row.language = fact.at, fact.language
        row.contact = fact.contact if isinstance(fact.contact, Sealed) else None


@on(CaseErased, name="routing-forget-parties")
def forget(session: Session, fact: CaseErased, *, now: datetime) -> None:
    """Forget how to reach the parties of an erased case."""
    session.execute(delete(PartyRow).where(PartyRow.case == fact.subject))
