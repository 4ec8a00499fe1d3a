"""“I am involved”: an officer steps aside, is barred at once, and the case goes on without him (信访工作条例 28)."""

from datetime import datetime

from sqlalchemy import func, select

from services.routing.case import dump, locked
from services.routing.chosen_anew import look_again_soon
from services.routing.handover import bar
from services.routing.models import CaseRow, StepRow
from shared.access.actor import StaffMember
from shared.access.cases import may_see
from shared.crypto.private import Private
from shared.errors import NotFound
from shared.kit.action import action
from shared.kit.session import Session

RECUSED = "recusal"
ROLE = "involved"


@action
def recuse(session: Session, reference: str, staff: StaffMember, reason: str, *, now: datetime) -> None:
    """Bar a staff member from a case at his own word; somebody else fills in, or it goes to the next one up.

    The reason is sealed with the case, for who supervises it. Raises `NotFound` or `NoEligibleUnit`.
    """
    row = locked(session, CaseRow.reference == reference, may_see(staff, CaseRow.id))
    if row is None:
        raise NotFound
    number = session.scalar(select(func.count()).select_from(StepRow).where(StepRow.case == row.id)) or 0
    session.add(
        StepRow(
            case=row.id,
            number=number + 1,
            step=RECUSED,
            role=ROLE,
            person=staff.person,
            at=now,
            origin=row.state,
            state=row.state,
            complete=True,
            inputs=session.seal(row.id, Private(dump({"reason": reason}))),
            files=[],
            file_keys=None,
        )
    )
    row.revision += 1
    row.changed_at = now
    bar(session, row, frozenset({staff.person}))
    look_again_soon(session, row.id)
