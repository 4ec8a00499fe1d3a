"""What the law says follows from a broken term by itself: the platform takes the step that the procedure declares."""

from sqlalchemy import select

from services.routing import clocks
from services.routing.models import CaseRow, DeadlineRow
from services.routing.step import take_for_platform
from shared.kit.session import Session
from shared.workflow.declare import Step


def follow_breach(session: Session, deadline: DeadlineRow) -> None:
    """Take the step that waits for the breach of this rule, if the case stands where it can be taken.

    Once, in the breach's own transaction: with the breach it is there, or neither is. A timer never waits for a case
    that somebody is moving just now, who waits for the timer in his turn: it fails, and comes again.
    """
    steps = _steps(session, session.get_one(CaseRow, deadline.case))
    if all(step.when_breached != deadline.rule for step in steps):
        return
    session.flush()
    row = session.scalars(
        select(CaseRow).where(CaseRow.id == deadline.case).with_for_update(nowait=True),
        execution_options={"populate_existing": True},
    ).one()
    for step in steps:
        if step.when_breached == deadline.rule and row.state in step.origins:
            take_for_platform(session, row, step.name)
            return


def _steps(session: Session, row: CaseRow) -> tuple[Step, ...]:
    mechanism = session.here.mechanisms.get(row.mechanism)
    return mechanism.workflow.steps if mechanism else ()


clocks.AFTER_BREACH.append(follow_breach)
