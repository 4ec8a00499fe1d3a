"""What a step does to the terms of its case: what it ends, starts, prolongs and pauses."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.routing import clocks, extension, helping, letters, plans, said_days
from services.routing.models import CaseRow
from shared.kit.session import Session
from shared.law.local import noon
from shared.law.rule import EXECUTED
from shared.workflow.case import Case
from shared.workflow.declare import STAY
from shared.workflow.engine import Moved, named, paused_by
from shared.workflow.mechanism import Mechanism


def move_terms(
    session: Session,
    row: CaseRow,
    mechanism: Mechanism,
    moved: Moved,
    given: Mapping[str, Any],
    by: str,
    case: Case,
) -> None:
    """Resume, end, prolong, start and pause terms as a step says that was taken `by` a role; `case` is as before it."""
    if moved.resumes:
        clocks.resume(session, row)
    clocks.meet(session, row, moved.meets)
    if moved.outcome and not row.outcome:  # it is answered: nobody waits for a part any more
        helping.let_off(session, row, moved.step.basis or moved.step.name, row.co_handlers)
    if moved.step.follows and moved.step.to != STAY:  # the answer falls, and what it promised with it
        for rule in EXECUTED:
            clocks.void(session, row, moved.step.basis or moved.step.name, only=rule)
    if moved.step.extends:
        extension.extend(session, row, moved.step, by)
    if moved.step.serves:
        letters.serve(session, row, moved.step, given["method"], given["received_on"])
    _start(session, row, moved, given, case)
    _start_by_days(session, row, moved, given, case)
    pause = paused_by(mechanism.workflow, moved.state)
    if pause and moved.state != case.state:
        clocks.pause(session, row, pause)
    if moved.phase == "closed" and row.phase != "closed":
        clocks.void(session, row, moved.step.basis or "closed")


def _start(session: Session, row: CaseRow, moved: Moved, given: Mapping[str, Any], case: Case) -> None:
    """Start the terms that are counted: by their first day, the day of service, or this moment."""
    since = noon(given["received_on"]) if moved.step.serves else session.now
    for term in (one for one in moved.starts if one.helpers):
        helping.start(session, row, term, since)
    for term in (one for one in moved.starts if not (one.each or one.on or one.helpers)):
        said = named(case, given, term.since) if term.since else None
        clocks.start(session, row, [term], noon(_day(said)) if said else since)


def _start_by_days(session: Session, row: CaseRow, moved: Moved, given: Mapping[str, Any], case: Case) -> None:
    """Start the terms that go by days which somebody said: those of a plan, and the last day of one."""
    giver = case.sender if moved.step.at == "sender" else case.unit
    for term in moved.starts:
        if term.plan:
            plans.start_plan(session, row, term, named(case, given, term.plan) or ())
        if term.on:
            said_days.start(session, row, term, _day(named(case, given, term.on)), str(giver))


def _day(said: Any) -> date:
    """Give a day as it was said just now, or as an earlier step has it: in ISO form."""
    return said if isinstance(said, date) else date.fromisoformat(said)
