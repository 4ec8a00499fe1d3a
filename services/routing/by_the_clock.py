"""What the law says follows from a broken term by itself: the platform takes the step that the procedure declares."""

from sqlalchemy import select

from services.routing import clocks
from services.routing.models import CaseRow, DeadlineRow
from services.routing.step import take_for_platform
from shared.kit.session import Session


def follow_breach(session: Session, deadline: DeadlineRow) -> None:
    """Take the step that waits for the breach of this rule, if the case stands where it can be taken.

    Once, in the breach's own transaction: with the breach it is there, or neither is. A timer never waits for a case
    that somebody is moving just now, who waits for the timer in his turn: it fails, and comes again.
    """
    session.flush()
    row = session.scalars(
        select(CaseRow).where(CaseRow.id == deadline.case).with_for_update(nowait=True),
        execution_options={"populate_existing": True},
    ).one()
    mechanism = session.here.mechanisms[row.mechanism]
    for step in mechanism.workflow.from_state(row.state):
        if step.when_breached == deadline.rule:
            take_for_platform(session, row, step.name)
            return


clocks.AFTER_BREACH.append(follow_breach)
