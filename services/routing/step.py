"""One action that runs any step: the only way a case moves."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import ValidationError
from sqlalchemy import func, select

from services.routing import clocks, extension, family, helping, joined, letters
from services.routing.bars import bar_named
from services.routing.case import dump, known_case, locked, to_case
from services.routing.contested import keep_from_reviews
from services.routing.days import fits_the_calendar
from services.routing.entries import entries_for, is_named_in
from services.routing.handover import beside_of, pass_along
from services.routing.invite import invite, must_be_party
from services.routing.models import CaseRow, StepRow
from services.routing.offers import bodies_for
from services.routing.requested import must_find_somebody, requests_by
from services.routing.roles import roles_on
from services.routing.search.index import index_step
from services.routing.similar import earlier_case
from services.routing.step_terms import move_terms
from services.routing.superiors import may_ask, unit_beside
from services.routing.team import may_be_chosen
from services.routing.told import tell_step
from shared.access.actor import StaffMember
from shared.access.cases import may_see
from shared.crypto.private import Private
from shared.crypto.receipt import new_invitation
from shared.errors import Invalid, NotFound, Refusal
from shared.facts.base import converter
from shared.facts.case import StepAsked, StepRefused
from shared.journal.tell import tell
from shared.kit.action import action, on
from shared.kit.session import Session
from shared.workflow.common import Nothing
from shared.workflow.declare import Step
from shared.workflow.engine import Moved, NotOffered, NotYourStep, proposal, take
from shared.workflow.entries import must_be_entered
from shared.workflow.mechanism import Mechanism
from shared.workflow.offered import must_be_offered
from shared.workflow.posts import must_be_among


class ChangedMeanwhile(Refusal):
    """Somebody else moved the case since the page was drawn."""

    code = "changed-meanwhile"
    status = 412
    message = "Somebody else changed this case in the meantime."
    next_action = "Look at what changed, then send your step again: your text is kept."


@dataclass(frozen=True)
class Doer:
    """Who takes a step: the role, and the person (a staff member's opaque id, or the receipt's role)."""

    role: str
    person: str
    staff: StaffMember | None = None


PLATFORM = Doer("platform", "platform")


@action
def take_step(
    session: Session,
    reference: str,
    name: str,
    staff: StaffMember,
    inputs: Mapping[str, Any],
    revision: int | None = None,
    *,
    now: datetime,
) -> int:
    """Take a step as a staff member; gives the case's new revision. Raises a `Refusal` that says what to do instead."""
    row = locked(session, CaseRow.reference == reference, may_see(staff, CaseRow.id))
    if row is None:
        raise NotFound
    if revision is not None and revision != row.revision:
        raise ChangedMeanwhile
    mechanism = session.here.mechanisms[row.mechanism]
    role = _role_for(session, row, mechanism, name, staff)
    _move(session, row, mechanism, name, Doer(role, staff.person, staff), inputs)
    return row.revision


def _role_for(session: Session, row: CaseRow, mechanism: Mechanism, name: str, staff: StaffMember) -> str:
    step = mechanism.workflow.step(name)
    if step is None:
        raise NotOffered
    own = roles_on(session, staff, [row])[row.id]
    mine = [role for role in step.roles if role in own[step.at] and role not in mechanism.resident_roles]
    mine = [role for role in mine if is_named_in(session, row, step, staff, role)]
    if not mine:
        raise NotYourStep
    said = row.progress.get(step.name, ())
    return next((role for role in mine if role not in said), mine[0])


@on(StepAsked, name="take-resident-step")
def take_asked(session: Session, fact: StepAsked, *, now: datetime) -> None:
    """Take a step that a receipt holder asked for; where it is not possible, answer why."""
    row = known_case(session, fact.subject)
    mechanism = session.here.mechanisms[row.mechanism]
    inputs = json.loads(session.reveal(fact.inputs)) if fact.inputs else {}
    try:
        must_be_party(session, row, fact)
        _must_reply_to_the_last(session, row, mechanism, fact)
        _move(session, row, mechanism, fact.step, Doer(fact.role, f"receipt:{fact.role}"), inputs, fact)
    except Refusal as refusal:
        tell(
            session,
            StepRefused(
                subject=row.id,
                step=fact.step,
                role=fact.role,
                code=refusal.code,
                fields=tuple(refusal.errors) if isinstance(refusal, Invalid) else (),
                at=session.now,
            ),
        )


def _must_reply_to_the_last(session: Session, row: CaseRow, mechanism: Mechanism, fact: StepAsked) -> None:
    """Raise `ChangedMeanwhile` where the proposal that somebody replies to is no longer the one that he saw."""
    step = mechanism.workflow.step(fact.step)
    if step and step.replies and fact.to and fact.to != proposal(to_case(session, row), step):
        raise ChangedMeanwhile


def take_for_platform(session: Session, row: CaseRow, name: str) -> None:
    """Take a step that nobody takes: what it follows has come."""
    _move(session, row, session.here.mechanisms[row.mechanism], name, PLATFORM, {})


def _move(
    session: Session,
    row: CaseRow,
    mechanism: Mechanism,
    name: str,
    doer: Doer,
    inputs: Mapping[str, Any],
    asked: StepAsked | None = None,
) -> None:
    clocks.catch_up(session, row, asked.asked_at if asked else session.now)
    case = to_case(session, row)
    step = mechanism.workflow.step(name)
    if step is not None and step.extends:
        extension.may_extend(session, row, step)
    given = _checked(step, inputs) if step else {}
    moved = take(mechanism.workflow, case, name, role=doer.role, person=doer.person, inputs=given)
    must_be_offered(moved.step.asks, given, bodies_for(session, row, moved.step))
    must_be_among(moved.step.asks, given, may_be_chosen(session, row, case, moved.step))
    must_be_entered(moved.step.asks, given, entries_for(session, row, case, moved.step))
    asks = unit_beside(session, row, moved.step, doer.staff)
    if moved.step.opens and doer.staff:
        must_find_somebody(session, moved.step, given, asks)
    fits_the_calendar(moved.step, case, given, session.now)
    if moved.step.joins and doer.staff:
        given[moved.step.joins] = earlier_case(session, row, given[moved.step.joins], doer.staff, moved.step.joins)
    if moved.step.final:
        family.must_be_final(session, given[str(moved.step.joins)], str(moved.step.joins))
    row.urgent = row.urgent or moved.step.urges is not None
    _record(session, row, moved, doer, given, asked)
    if not moved.complete:
        index_step(session, row, moved.step.asks, given)
        row.progress = {key: list(roles) for key, roles in moved.progress.items()}
        tell_step(session, row, mechanism, moved, doer.role, given, case.state, None, None)
        return
    beside = beside_of(session, row)
    move_terms(session, row, mechanism, moved, given, doer.role, case)
    if moved.step.at == "helper" and doer.staff:
        helping.give(session, row, moved.step, doer.staff.units)
    code = new_invitation() if moved.step.invites else ""
    letter = letters.write(session, row, mechanism, moved, given, code)
    index_step(session, row, moved.step.asks, given, *([letter.number] if letter else ()))
    _apply(row, moved, session.now)
    invite(session, row, moved.step, code)
    turns_to = pass_along(session, row, moved.step, given, case.hands + 1, beside)
    at = asked.asked_at if asked else session.now
    bar_named(session, row, case, moved.step, given)  # before what is offered is told: whom it bars nobody chooses
    tell_step(session, row, mechanism, moved, doer.role, given, case.state, letter, turns_to)
    if (
        moved.step.opens
        and (moved.step.opens_if is None or moved.step.opens_if(case))
        and may_ask(session, row, moved.step, asks)
    ):
        tell(session, *requests_by(session, row, moved.step, given, at, asks, case))
    keep_from_reviews(session, row, moved.step, doer.person)
    joined.follow(session, row, moved.step, mechanism.workflow.states[case.state])
    for relative, follows, said in family.following(session, row, case, moved):
        _move(session, relative, session.here.mechanisms[relative.mechanism], follows, PLATFORM, said)


def _checked(step: Step, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Give the inputs as the step's schema reads them. Raises `Invalid` with a sentence for each field."""
    schema = (step.asks or Nothing)()
    try:
        return dict(schema.load(dict(inputs)))
    except ValidationError as error:
        raise Invalid(error.messages_dict) from error


def _record(
    session: Session, row: CaseRow, moved: Moved, doer: Doer, given: Mapping[str, Any], asked: StepAsked | None
) -> None:
    number = session.scalar(select(func.count()).select_from(StepRow).where(StepRow.case == row.id)) or 0
    session.add(
        StepRow(
            case=row.id,
            number=number + 1,
            step=moved.step.name,
            role=doer.role,
            person=doer.person,
            at=session.now,
            origin=row.state,
            state=moved.state,
            complete=moved.complete,
            inputs=session.seal(row.id, Private(dump(dict(given)))) if given else None,
            files=converter().unstructure(asked.files) if asked else [],
            file_keys=asked.file_keys if asked else None,
        )
    )
    row.revision += 1
    row.changed_at = session.now


def _apply(row: CaseRow, moved: Moved, now: datetime) -> None:
    row.state, row.phase, row.outcome = moved.state, moved.phase, moved.outcome
    row.progress = {name: list(roles) for name, roles in moved.progress.items()}
    row.changed_at = now
