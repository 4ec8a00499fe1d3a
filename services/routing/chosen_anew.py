"""Whoever was chosen out of a register and can't be had any more: who waits is told, and may choose anew.

A choice among entries stands in two places: in a word that waits for the other side's, and in the step of whoever was
chosen. Both are looked at again when an entry is opened or closed, and when somebody is barred.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from services.routing.case import readable, to_case
from services.routing.entries import can_be_had
from services.routing.models import CaseRow
from services.routing.offers import offers_of
from services.routing.step import take_for_platform
from shared.facts.case import OffersChanged
from shared.journal.tell import tell
from shared.kit.action import when_due
from shared.kit.session import Session
from shared.kit.timers import plan
from shared.workflow.case import Case
from shared.workflow.declare import Step
from shared.workflow.entries import chosen_entry, entries_asked


@when_due(name="routing-chosen-anew")
def look_again(session: Session, subject: str, *, now: datetime) -> None:
    """Undo words that chose whom nobody can have, let the platform say so, and offer what can be chosen now.

    A timer never waits for a case that somebody is moving just now: it fails, and comes again.
    """
    row = session.scalars(
        select(CaseRow).where(CaseRow.id == subject).with_for_update(nowait=True),
        execution_options={"populate_existing": True},
    ).one()
    if row.phase == "closed" or row.mechanism not in session.here.mechanisms or not readable(session, row):
        return
    case, steps = to_case(session, row), session.here.mechanisms[row.mechanism].workflow.from_state(row.state)
    undone = _undo_words(session, row, case, steps)
    follows = next(
        (step for step in steps if step.when_gone and (undone or _waits_for_gone(session, row, case, step))), None
    )
    if follows:
        take_for_platform(session, row, follows.name)
    elif any(entries_asked(step.asks) for step in steps):
        offers = offers_of(session, row, to_case(session, row))
        tell(session, OffersChanged(subject=row.id, offers=offers, at=session.now))


def _undo_words(session: Session, row: CaseRow, case: Case, steps: Iterable[Step]) -> bool:
    """Take back each word of a step that still waits for others and that chose whom nobody can have."""
    before = row.progress
    for step in steps:
        kept = [role for role in row.progress.get(step.name, ()) if _stands(session, row, case, step, role)]
        row.progress = {**row.progress, step.name: kept} if step.name in row.progress else row.progress
    return row.progress != before


def _stands(session: Session, row: CaseRow, case: Case, step: Step, role: str) -> bool:
    said = next((done.inputs for done in case.last_words(step.name) if done.role == role), {})
    named = ((register, said.get(field)) for field, register in entries_asked(step.asks).items())
    return all(can_be_had(session, row, register, str(key)) for register, key in named if key)


def _waits_for_gone(session: Session, row: CaseRow, case: Case, step: Step) -> bool:
    """Tell whether a step where the case stands belongs to whoever was chosen, and that one can't be had."""
    field, workflow = str(step.when_gone), session.here.mechanisms[row.mechanism].workflow
    chosen = chosen_entry(case, field)
    registers = {asked[field] for one in workflow.steps if field in (asked := entries_asked(one.asks))}
    mine = any(one.named == field for one in workflow.from_state(row.state))
    return mine and chosen is not None and not any(can_be_had(session, row, one, chosen) for one in registers)


def look_again_at_all(session: Session, mechanism: str, register: str) -> None:
    """Have every open case looked at that stands where the entries of a register matter."""
    declared = session.here.mechanisms[mechanism].workflow
    fields = {name for step in declared.steps for name, one in entries_asked(step.asks).items() if one == register}
    states = [
        state
        for state in declared.states
        if any(step.named in fields or fields & {*entries_asked(step.asks)} for step in declared.from_state(state))
    ]
    waiting = select(CaseRow.id).where(CaseRow.mechanism == mechanism, CaseRow.state.in_(states))
    for case in session.scalars(waiting.where(CaseRow.phase != "closed").order_by(CaseRow.id)).all():
        look_again_soon(session, case)


def look_again_soon(session: Session, case: str) -> None:
    """Have a case looked at, in a transaction of its own."""
    plan(session, look_again, case, session.now)
