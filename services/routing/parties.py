"""The parties of a case beside the first, as the desk sees them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from services.routing.case import object_or_nothing
from services.routing.models import CaseRow, PartyRow
from shared.kit.session import Session
from shared.workflow.mechanism import Mechanism


@dataclass(frozen=True)
class Party:
    """A party beside the first: what it is called, whether it came by its invitation, how to reach it."""

    title: str
    joined_at: datetime | None
    contact: Mapping[str, str]


def parties_of(session: Session, row: CaseRow, mechanism: Mechanism) -> tuple[Party, ...]:
    """Give the parties that were invited, whether they came, and how to reach them."""
    if not mechanism.of_several:
        return ()
    known = {one.role: one for one in session.scalars(select(PartyRow).where(PartyRow.case == row.id))}
    return tuple(
        Party(one.title, found.joined_at, object_or_nothing(session, found.contact))
        for one in mechanism.parties[1:]
        if (found := known.get(one.name)) is not None
    )
