"""Telling the parties of a case, some days before, that a term ends in which only they can do something."""

from datetime import datetime, timedelta

from services.routing.models import CaseRow, DeadlineRow
from shared.facts.deadline import OwnTermNear
from shared.journal.tell import tell
from shared.kit.action import when_due
from shared.kit.session import Session
from shared.kit.timers import plan


@when_due(name="own-term-near")
def remind(session: Session, subject: str, *, now: datetime) -> None:
    """Tell that a term ends soon, where it still runs and a party can do what it waits for.

    The row is read and not locked: a step that ends the term at this moment holds it, and may wait for this timer.
    """
    deadline = session.get(DeadlineRow, subject)
    if deadline is not None and deadline.status == "open" and now < deadline.due_at and _is_possible(session, deadline):
        said = {"subject": deadline.case, "instance": deadline.instance, "rule": deadline.rule}
        tell(session, OwnTermNear(**said, due=deadline.due, at=now))


def _is_possible(session: Session, deadline: DeadlineRow) -> bool:
    """Tell whether a party's step that meets the term can still be taken where its case stands."""
    row = session.get_one(CaseRow, deadline.case)
    mechanism = session.here.mechanisms[row.mechanism]
    mine = {*mechanism.resident_roles}
    steps = (step for step in mechanism.workflow.from_state(row.state) if not mine.isdisjoint(step.roles))
    return any(deadline.rule in step.met for step in steps)


def plan_reminder(session: Session, row: CaseRow, deadline: DeadlineRow) -> None:
    """Plan the reminder that the mechanism declares for a term; where it declares none, nothing."""
    days = _days_before(session, row, deadline.rule)
    at = deadline.due_at - timedelta(days=days)
    if days and at > session.now:
        plan(session, remind, deadline.instance, at)


def _days_before(session: Session, row: CaseRow, rule: str) -> int:
    steps = session.here.mechanisms[row.mechanism].workflow.steps
    return max((term.reminds for step in steps for term in step.terms if term.rule == rule), default=0)
