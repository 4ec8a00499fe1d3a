"""Who was joined is told what came of the earlier case: redacted, once, and never who sent that one.

The link is two case ids, kept here and nowhere else; who sent the earlier case learns nothing of the later one.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import delete, or_, select, update

from services.routing.case import dump, public_of, readable, to_case
from services.routing.models import CaseRow, DeadlineRow, JoinedRow, StepRow
from shared.crypto.private import Private
from shared.facts.case import CaseErased, JoinedTold
from shared.journal.tell import tell
from shared.kit.action import on
from shared.kit.session import Session
from shared.workflow.common import OBJECTION
from shared.workflow.declare import Phase, Step, Workflow

MERGED = "merged"  # the outcome of a case that was closed as joined
Stage = Literal["answered", "published", "carried_out", "unanswered"]
TELL_TEXT: tuple[Stage, ...] = ("answered", "published")
DONE: tuple[Phase, ...] = ("carrying_out", "closed")


def follow(session: Session, row: CaseRow, step: Step, before: Phase) -> None:
    """Do what a taken step means for joined cases: link one that closed as joined, tell those joined with this one."""
    if step.outcome == MERGED:
        _link(session, row)
    elif stage := stage_of(step, before, row.phase):
        tell_joined(session, row, stage)


def stage_of(step: Step, before: str, after: str) -> Stage | None:
    """Tell what a step means to who waits for the answer of the case that takes it; None where it is no news."""
    if step.publishes == "outcome":
        return "answered"
    if after != "closed" or before == "closed":
        return None
    return "carried_out" if before == "carrying_out" else "unanswered"


def tell_joined(session: Session, row: CaseRow, stage: Stage, only: Sequence[str] = ()) -> None:
    """Tell the cases joined with this one how far it came; of a report nobody is told, and nothing of what is erased.

    Words go along only once the time to object to their publication is over and nobody did.
    """
    joined = select(JoinedRow.later).where(JoinedRow.earlier == row.id).order_by(JoinedRow.later)
    later = only or session.scalars(joined).all()
    kind = session.here.mechanisms[row.mechanism].kind(row.kind)
    if not later or (kind is not None and kind.conflict == "report"):
        return
    text = _public_text(session, row) if stage in TELL_TEXT else {}
    if stage == "published" and not text:  # withheld: there is nothing to read
        return
    outcome = row.outcome if stage != "unanswered" else None
    for case in later:
        private = Private(dump(text)) if text else None
        told = JoinedTold(subject=case, stage=stage, unit=row.unit, outcome=outcome, text=private, at=session.now)
        tell(session, told)


def _public_text(session: Session, row: CaseRow) -> dict[str, object]:
    """Give what the record may print of a case, without its outcome; nothing before it may, or where it never will."""
    terms = select(DeadlineRow).where(DeadlineRow.case == row.id, DeadlineRow.rule == OBJECTION)
    last = session.scalars(terms.order_by(DeadlineRow.started_at.desc()).limit(1).with_for_update()).first()
    if last is None or last.status != "lapsed":
        return {}
    mechanism, case = session.here.mechanisms[row.mechanism], to_case(session, row)
    steps = (mechanism.workflow.step(done.step) for done in case.history)
    if any(step is not None and step.publishes == "withheld" for step in steps):
        return {}
    return {name: said for name, said in public_of(mechanism, case).items() if name != "outcome"}


def _link(session: Session, row: CaseRow) -> None:
    """Link a case that just closed as joined, and those that were joined with it; tell what they have missed so far."""
    earlier = _earlier(session, row)
    if earlier is None:
        return
    later = [row.id, *session.scalars(select(JoinedRow.later).where(JoinedRow.earlier == row.id))]
    session.execute(update(JoinedRow).where(JoinedRow.earlier == row.id).values(earlier=earlier.id))
    session.add(JoinedRow(later=row.id, earlier=earlier.id))
    for stage in _so_far(session, earlier):
        tell_joined(session, earlier, stage, later)


def _earlier(session: Session, row: CaseRow) -> CaseRow | None:
    """Give the case with which this one was joined, locked; where that one was itself joined meanwhile, the first."""
    workflow = session.here.mechanisms[row.mechanism].workflow
    named = [
        done.inputs[step.joins]
        for done in to_case(session, row).history
        if (step := workflow.step(done.step)) is not None and step.joins and not step.final
    ]
    found = session.scalar(select(CaseRow.id).where(CaseRow.reference == named[-1])) if named else None
    while found is not None and (link := session.get(JoinedRow, found)) is not None:
        found = link.earlier
    return session.get(CaseRow, found, with_for_update=True, populate_existing=True) if found else None


def _so_far(session: Session, row: CaseRow) -> list[Stage]:
    """Give how far a case came, in order; nothing of one that was erased."""
    if not readable(session, row):
        return []
    steps = select(StepRow).where(StepRow.case == row.id, StepRow.complete).order_by(StepRow.number)
    found = stages_of(session.here.mechanisms[row.mechanism].workflow, session.scalars(steps))
    return found or (["unanswered"] if row.phase == "closed" else [])  # it left the county, which is no step


def stages_of(workflow: Workflow, steps: Iterable[StepRow]) -> list[Stage]:
    """Give what steps mean to who waits for the answer; an answer that a review sent back is none."""
    found: list[Stage] = []
    for one in steps:
        step, before, after = workflow.step(one.step), workflow.states[one.origin], workflow.states[one.state]
        if before in DONE and after not in DONE:
            found = []
        if step is not None and (stage := stage_of(step, before, after)):
            found.append(stage)
    return found


@on(CaseErased, name="routing-forget-joined")
def forget(session: Session, fact: CaseErased, *, now: datetime) -> None:
    """Tell nobody anything more of an erased case, nor an erased case anything."""
    gone = or_(JoinedRow.later == fact.subject, JoinedRow.earlier == fact.subject)
    session.execute(delete(JoinedRow).where(gone))
