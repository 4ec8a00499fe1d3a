"""Between rows and the frozen `Case` that the engine and the mechanisms see."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from services.routing.charged import family_of, gone_from
from services.routing.children import ON_ITS_WAY, Child, Opened, children_of
from services.routing.competence.matter import Choice
from services.routing.models import CaseRow, DeadlineRow, StepRow
from services.routing.superiors import directed_by
from shared.crypto.case_key import KeyGone
from shared.crypto.private import Sealed
from shared.errors import NotYet
from shared.facts.base import converter
from shared.facts.case import CaseSubmitted
from shared.ids import CaseId
from shared.kit.session import Session
from shared.workflow.case import AGREED, PART, Case, Done, ways_of
from shared.workflow.declare import Workflow
from shared.workflow.mechanism import Mechanism, about_somebody


def row_of(fact: CaseSubmitted, choice: Choice, workflow: Workflow, now: datetime) -> CaseRow:
    """Make the row of a case that was just routed."""
    return CaseRow(
        id=fact.subject,
        reference=fact.reference,
        mechanism=fact.mechanism,
        mechanism_version=fact.mechanism_version,
        kind=fact.kind,
        received_at=fact.received_at,
        channel=fact.channel,
        identity=fact.identity,
        language=fact.language,
        category=fact.category,
        place=fact.place,
        addressed_to=fact.addressed_to,
        about_units=list(fact.about_units),
        about_posts=list(fact.about_posts),
        title=fact.title,
        text=fact.text,
        about=fact.about,
        contact=fact.contact,
        details=fact.details,
        files=converter().unstructure(fact.files),
        file_keys=fact.file_keys,
        root=fact.root,
        relation=fact.relation,
        parent=fact.parent,
        unit=choice.unit,
        co_handlers=list(choice.co_handlers),
        urgent=fact.urgent,
        rule=choice.rule,
        because=list(choice.because),
        explanation=[asdict(line) for line in choice.explanation],
        state=workflow.start,
        phase=workflow.states[workflow.start],
        progress={},
        next_due=None,
        revision=1,
        changed_at=now,
    )


def locked(session: Session, *which: ColumnElement[bool]) -> CaseRow | None:
    """Give the one case of which all this holds, for a change; None where there is none.

    The first case of its family is locked before it: whoever changes several cases of one locks them in one order.
    """
    root = select(CaseRow.root).where(*which).scalar_subquery()
    family = select(CaseRow).where(or_(and_(*which), CaseRow.id == root)).order_by(CaseRow.root.is_not(None))
    rows = session.scalars(family.with_for_update(of=CaseRow), execution_options={"populate_existing": True}).all()
    return rows[-1] if rows else None


def known_case(session: Session, case: str) -> CaseRow:
    """Give a case for a change: its row is locked. Raises `NotYet` where its submission is still on the way."""
    row = locked(session, CaseRow.id == case)
    if row is None:
        raise NotYet(case)
    return row


def to_case(session: Session, row: CaseRow, steps: Sequence[StepRow] | None = None) -> Case:
    """Give the frozen case: its steps with their inputs, its running terms, its open children.

    `steps` are those of the case, in order, where they were read already.
    """
    if steps is None:
        steps = session.scalars(select(StepRow).where(StepRow.case == row.id).order_by(StepRow.number)).all()
    unmet = session.execute(
        select(DeadlineRow.rule, DeadlineRow.status)
        .where(DeadlineRow.case == row.id, DeadlineRow.status.in_(("open", "paused", "breached")))
        .where(DeadlineRow.owes.is_(None))  # what others owe this unit is nothing that it broke
        .order_by(DeadlineRow.due_at, DeadlineRow.instance)
    ).all()
    running = [rule for rule, status in unmet if status != "breached"]
    workflow, came = session.here.mechanisms[row.mechanism].workflow, _children(session, row)
    return replace(
        case_of(session, row, steps, running, _open_children(session, came, workflow, steps)),
        children=tuple(one.reference for one in came),
        owed=tuple(rule for rule, _ in unmet),
        family=family_of(session, row),
        gone=gone_from(session, row, workflow, steps),
        directed_by=directed_by(session, row),
        parts=_parts(session, row, workflow),
        parent_unit=session.get_one(CaseRow, row.parent).unit if row.parent else None,
        never_public=_never_public(session, row),
    )


def _parts(session: Session, row: CaseRow, workflow: Workflow) -> dict[str, str | None]:
    if not any(step.each for step in workflow.steps):
        return {}
    parts = select(CaseRow.unit, CaseRow.outcome).where(CaseRow.parent == row.id, CaseRow.relation == PART)
    return {str(unit): outcome for unit, outcome in session.execute(parts.order_by(CaseRow.unit))}


def _never_public(session: Session, row: CaseRow) -> bool:
    rows = (row, session.get_one(CaseRow, row.root)) if row.root else (row,)
    return any(about_somebody(session.here.mechanisms, one.mechanism, one.kind) for one in rows)


def _children(session: Session, row: CaseRow) -> Sequence[Child]:
    children = select(CaseRow.relation, CaseRow.phase, CaseRow.received_at, CaseRow.reference)
    rows = session.execute(children.where(CaseRow.parent == row.id).order_by(CaseRow.id)).all()
    return [Child(*one) for one in rows]


def _open_children(
    session: Session, came: Sequence[Child], workflow: Workflow, steps: Sequence[StepRow]
) -> Iterator[str]:
    said, since = partial(object_or_nothing, session), session.now - ON_ITS_WAY
    taken = (Opened(one.step, partial(said, one.inputs)) for one in steps if one.complete and one.at > since)
    return children_of(workflow, came, taken, since)


def case_of(
    session: Session, row: CaseRow, steps: Sequence[StepRow], running: Iterable[str], children: Iterable[str]
) -> Case:
    """Give the frozen case from what is known of it; a new case has no steps and no children, so nothing is asked."""
    history, contact = tuple(_done(session, steps)), object_or_nothing(session, row.contact)
    return Case(
        id=CaseId(row.id),
        reference=row.reference,
        mechanism=row.mechanism,
        kind=row.kind,
        received_at=row.received_at,
        state=row.state,
        outcome=row.outcome,
        category=row.category,
        place=row.place,
        unit=row.unit,
        sender=row.sender,
        hands=hands_of(session, row, steps),
        co_handlers=tuple(row.co_handlers),
        identity=row.identity,
        ways=ways_of(contact),
        agreed=bool(contact.get(AGREED)),
        addressed_to=row.addressed_to,
        channel=row.channel,
        attached=len(row.files),
        details=_details(session, row),
        about_units=tuple(row.about_units),
        about_posts=tuple(row.about_posts),
        petition_office=session.here.county.petition_office,
        relation=row.relation,
        done={done.step: done for done in history},
        history=history,
        progress={name: tuple(roles) for name, roles in row.progress.items()},
        running=tuple(running),
        open_children=tuple(children),
        now=session.now,
    )


def hands_of(session: Session, row: CaseRow, steps: Iterable[StepRow]) -> int:
    """Count how often a step gave the case to another unit."""
    workflow = session.here.mechanisms[row.mechanism].workflow
    taken = (workflow.step(one.step) for one in steps if one.complete)
    return sum(step is not None and step.moves is not None for step in taken)


def _details(session: Session, row: CaseRow) -> dict[str, Any]:
    try:
        return dict(json.loads(session.reveal(row.details))) if row.details else {}
    except KeyGone as gone:
        raise NotYet(row.id) from gone


def _done(session: Session, steps: Sequence[StepRow]) -> Iterator[Done]:
    """Give the steps as they were taken, in order."""
    for step in steps:
        yield Done(
            step=step.step,
            role=step.role,
            person=step.person,
            at=step.at,
            origin=step.origin,
            inputs=json.loads(session.reveal(step.inputs)) if step.inputs else {},
        )


def public_of(mechanism: Mechanism, case: Case) -> dict[str, Any]:
    """Give everything that was said in public fields, later steps over earlier ones."""
    public: dict[str, Any] = {}
    for done in case.latest():
        step = mechanism.workflow.step(done.step)
        if step is not None and step.asks is not None:
            public.update(step.asks.visible(done.inputs, "public"))
    return public


def dump(values: dict[str, Any]) -> str:
    """Write inputs as JSON with dates in ISO form."""
    return json.dumps(values, ensure_ascii=False, default=str)


def readable(session: Session, row: CaseRow) -> bool:
    """Tell whether the words of a case can be opened; not where it was erased, or its key is on its way."""
    try:
        session.reveal(row.title)
    except KeyGone:
        return False
    return True


def plain_or_dash(session: Session, sealed: Sealed | None) -> str:
    """Give sealed text; a dash where the case was erased or its key is still on its way."""
    if sealed is None:
        return ""
    try:
        return session.reveal(sealed)
    except KeyGone:
        return "—"


def object_or_nothing(session: Session, sealed: Sealed | None) -> dict[str, Any]:
    """Give a sealed JSON object; an empty one where there is none or it can't be opened any more."""
    if sealed is None:
        return {}
    try:
        return dict(json.loads(session.reveal(sealed)))
    except KeyGone:
        return {}


def open_without_mechanism(session: Session) -> Iterator[str]:
    """Name every mechanism that open cases need and this county no longer has: they would stand still for ever."""
    rows = session.execute(
        select(CaseRow.mechanism, func.count()).where(CaseRow.phase != "closed").group_by(CaseRow.mechanism)
    )
    for name, number in rows:
        if name not in session.here.mechanisms:
            yield f"{name}: {number} open cases need it; name it under retired: they run on, no new ones open"
