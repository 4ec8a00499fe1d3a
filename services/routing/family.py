"""Cases that belong together: who judges whose answer, whom they bar, and what moves a parent when a child ends."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from services.routing.case import object_or_nothing, plain_or_dash, to_case
from services.routing.models import CaseRow, StepRow
from shared.access.actor import StaffMember
from shared.access.cases import barred_from_each, may_see
from shared.errors import Invalid
from shared.facts.case import CaseSubmitted
from shared.kit.session import Session
from shared.workflow.case import CHARGE, PART, Case
from shared.workflow.declare import PARENT, Step
from shared.workflow.engine import Moved, guard_holds

RE_REVIEW = "re_review"
NOT_DECIDED = ("redo", "withdrawn")  # outcomes of a re-review after which the matter is open
REVIEWS = ("review", RE_REVIEW)  # relations of a case that disputes the answer of its parent


@dataclass(frozen=True)
class Relative:
    """A case of the same matter that the reader may see; `kind` is its kind's title, an English msgid."""

    reference: str
    kind: str
    title: str
    phase: str
    outcome: str | None
    unit: str


def judged(session: Session, case: CaseSubmitted | CaseRow) -> tuple[CaseRow, ...]:
    """Give the cases whose answers this one disputes: its parent, and what that one disputed itself."""
    found: list[CaseRow] = []
    at: CaseSubmitted | CaseRow = case
    while at.parent and at.relation in REVIEWS:
        at = session.get_one(CaseRow, at.parent)
        found.append(at)
    return tuple(found)


def contested(session: Session, case: CaseSubmitted | CaseRow) -> tuple[CaseRow, ...]:
    """Give the cases that this one is about: disputed, seen to the end by a leader, or asking for this part."""
    if case.relation == PART and case.parent:
        return (session.get_one(CaseRow, case.parent),)
    if case.relation != CHARGE or not case.parent:
        return judged(session, case)
    parent = session.get_one(CaseRow, case.parent)
    return (parent, *judged(session, parent))


def at_stake(session: Session, case: CaseSubmitted | CaseRow) -> tuple[CaseRow, ...]:
    """Give the cases who decided in which may not decide here: those it disputes.

    For a leader's charge also every case of the matter that any review disputes, whenever that came.
    """
    if case.relation == PART:
        return ()
    found = contested(session, case)
    if case.relation != CHARGE or not case.root:
        return found
    reviews = select(CaseRow).where(CaseRow.root == case.root, CaseRow.relation.in_(REVIEWS)).order_by(CaseRow.id)
    disputed = (one for review in session.scalars(reviews).all() for one in judged(session, review))
    return tuple(dict.fromkeys((*found, *disputed)))


def must_be_final(session: Session, reference: str, field: str) -> None:
    """Raise `Invalid` at the field where no re-review has decided the case of this reference for good."""
    reviewed = aliased(CaseRow)
    decided = session.scalar(
        select(CaseRow.id)
        .join(reviewed, reviewed.root == CaseRow.id)
        .where(CaseRow.reference == reference, reviewed.relation == RE_REVIEW, reviewed.phase == "closed")
        .where(reviewed.outcome.not_in(NOT_DECIDED))
        .limit(1)
    )
    if decided is None:
        raise Invalid({field: ["No re-review has decided this case. What was not decided for good is accepted."]})


def bars(session: Session, case: CaseSubmitted | CaseRow) -> frozenset[str]:
    """Give whom its parent bars, and the cases bar whose answers this one disputes: their bars hold here too."""
    cases = dict.fromkeys((*([case.parent] if case.parent else []), *(row.id for row in judged(session, case))))
    return frozenset(code for one in barred_from_each(session, cases).values() for code in one)


def relatives(session: Session, row: CaseRow, staff: StaffMember) -> tuple[Relative, ...]:
    """Give the other cases of the same matter that this staff member may see, in the order in which they came."""
    root, parent = row.root or row.id, row.parent or row.id
    heard_there = CaseRow.parent == row.id  # at a visit: cases of their own, of other people
    of_the_matter = or_(CaseRow.id.in_((root, parent)), CaseRow.root == root, heard_there)
    statement = select(CaseRow).where(of_the_matter, CaseRow.id != row.id, may_see(staff, CaseRow.id))
    rows = session.scalars(statement.order_by(CaseRow.received_at, CaseRow.id)).all()
    session.load_keys(one.id for one in rows)
    return tuple(_relative(session, one) for one in rows)


def _relative(session: Session, row: CaseRow) -> Relative:
    mechanism = session.here.mechanisms.get(row.mechanism)
    kind = mechanism.kind_title(row.kind) if mechanism else row.kind
    return Relative(row.reference, kind, plain_or_dash(session, row.title), row.phase, row.outcome, row.unit)


Follows = tuple[CaseRow, str, dict[str, Any]]


def following(session: Session, row: CaseRow, case: Case, moved: Moved) -> Iterator[Follows]:
    """Give each relative in which the platform follows a step that was taken, with its step and what that says.

    `case` is as it was before. A parent follows the end of a child, or its report, once; a child, a step of its parent.
    """
    workflow = session.here.mechanisms[row.mechanism].workflow
    told = any((step := workflow.step(done.step)) and step.reports for done in case.history)
    ended = moved.phase == "closed" and (moved.step.follows or workflow.states[case.state] != "closed")
    if moved.step.reports or (ended and not told):
        yield from _followed_by(session, row)
    yield from _led_on(session, row, moved.step.name)


def _led_on(session: Session, row: CaseRow, name: str) -> Iterator[Follows]:
    """Give the children in which the platform follows a step of their parent."""
    mechanisms = session.here.mechanisms.items()
    steps = {(key, one.name) for key, its in mechanisms for one in its.workflow.steps if one.follows == (PARENT, name)}
    if not steps:
        return
    mine = select(CaseRow).where(CaseRow.parent == row.id, CaseRow.mechanism.in_({key for key, _ in steps}))
    for child in session.scalars(mine.order_by(CaseRow.id).with_for_update()).all():
        for step in session.here.mechanisms[child.mechanism].workflow.from_state(child.state):
            if (child.mechanism, step.name) in steps and guard_holds(step, to_case(session, child)):
                yield child, step.name, {}


def _followed_by(session: Session, row: CaseRow) -> Iterator[Follows]:
    parent = session.get(CaseRow, row.parent, with_for_update=True) if row.parent else None
    mechanism = session.here.mechanisms.get(parent.mechanism) if parent else None
    if parent is None or mechanism is None:
        return
    for step in mechanism.workflow.from_state(parent.state):
        if step.follows == (row.relation, row.outcome):
            yield parent, step.name, _said_to_parties(session, row, step)


def _said_to_parties(session: Session, row: CaseRow, step: Step) -> dict[str, Any]:
    """Give what a child said at its last step that all parties read, as far as the step that follows asks it."""
    taken = select(StepRow).where(StepRow.case == row.id).order_by(StepRow.number.desc()).limit(1)
    last = session.scalars(taken).one()
    its = session.here.mechanisms[row.mechanism].workflow.step(last.step)
    said = its.asks.visible(object_or_nothing(session, last.inputs), "parties") if its and its.asks else {}
    return {name: value for name, value in said.items() if name in (step.asks.asked() if step.asks else ())}
