"""Handing the archive over: to an officer who may see the case, or by hand to whoever asks with authority; noted."""

from collections.abc import Iterable
from datetime import datetime
from typing import IO

from sqlalchemy import select

from services.routing.archive.contents import journal_lines
from services.routing.archive.pack import Journals, NotClosedYet, pack
from services.routing.models import CaseRow
from services.routing.similar import visible_reference
from shared.access.actor import StaffMember
from shared.access.cases import may_see
from shared.errors import NotFound
from shared.facts.case import CaseExported
from shared.journal.tell import tell
from shared.kit.action import action, query
from shared.kit.session import Session


@action
def note_export(session: Session, reference: str, staff: StaffMember, *, now: datetime) -> None:
    """Note in the journal that somebody took the archive. Raises `NotFound`, `NotClosedYet`."""
    row = _seen(session, reference, staff)
    if row.phase != "closed":
        raise NotClosedYet
    tell(session, CaseExported(subject=row.id, by=staff.person, reason="desk", at=now))


@query
def export(session: Session, reference: str, staff: StaffMember, target: IO[bytes]) -> int:
    """Write the archive for who may see the case, with the journal of this service. Gives the number of files."""
    row = _seen(session, reference, staff)
    told = {"routing": journal_lines(session, row.id)}
    return pack(session, row, target, told, lambda other: visible_reference(session, other, staff))


def _seen(session: Session, reference: str, staff: StaffMember) -> CaseRow:
    found = select(CaseRow).where(CaseRow.reference == reference, may_see(staff, CaseRow.id))
    row = session.scalars(found).one_or_none()
    if row is None:
        raise NotFound
    return row


def export_by_hand(session: Session, row: CaseRow, target: IO[bytes], journals: Journals) -> int:
    """Write the whole archive, with the journals of every service; other cases are not named in it."""
    return pack(session, row, target, journals, lambda _: False)


def note_by_hand(session: Session, reference: str, by: str, reason: str) -> CaseRow:
    """Note who takes the archive by hand and why; gives the case. Raises `NotFound`, `NotClosedYet`."""
    row = session.scalars(select(CaseRow).where(CaseRow.reference == reference)).one_or_none()
    if row is None:
        raise NotFound
    if row.phase != "closed":
        raise NotClosedYet
    tell(session, CaseExported(subject=row.id, by=by, reason=reason, at=session.now))
    return row


def told_by(sessions: Iterable[tuple[str, Session]], case: str) -> dict[str, list[bytes]]:
    """Give what each service told about the case; a service that told nothing is left out."""
    found = {name: list(journal_lines(session, case)) for name, session in sessions}
    return {name: lines for name, lines in found.items() if lines}
