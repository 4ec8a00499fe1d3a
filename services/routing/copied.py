"""What a unit tells the level above of by itself: a refusal, for one, is copied up, and that level reads it."""

from services.routing.models import CaseRow
from services.routing.readers import tell_readers
from services.routing.superiors import directed_by
from shared.kit.session import Session
from shared.workflow.case import Case
from shared.workflow.declare import Step


def copied_to(session: Session, row: CaseRow, step: Step, case: Case) -> str | None:
    """Let the level above read what a step copies up, and give that unit; None where it copies nothing.

    `case` is as the step left it. Whoever reads it is told before the step is.
    """
    if step.copies_up is None or not step.copies_up(case):
        return None
    above = next(iter(directed_by(session, row)), None)
    if above is not None and above not in row.co_handlers:
        row.co_handlers = [*row.co_handlers, above]
        tell_readers(session, row)
    return above
