"""What a leader's charge looks at: how the matter stands that he sees to its end, and who left his post."""

from collections.abc import Collection, Sequence

from sqlalchemy import or_, select

from services.routing.models import CaseRow, DeadlineRow, StepRow
from shared.access.signin import posts_of
from shared.access.tables import CaseAccessRow, PersonRow
from shared.kit.session import Session
from shared.workflow.case import CHARGE, DIRECTIVE, VISIT, Family
from shared.workflow.declare import Workflow


def family_of(session: Session, row: CaseRow) -> Family | None:
    """Give how the matter stands that a leader has charge of; None where a case is no charge."""
    if row.relation != CHARGE:
        return None
    beside = (CHARGE, DIRECTIVE, VISIT)
    rows = session.scalars(
        select(CaseRow).where(
            or_(CaseRow.id == row.root, CaseRow.root == row.root),
            or_(CaseRow.relation.is_(None), CaseRow.relation.not_in(beside)),
        )
    ).all()
    over = all(one.phase == "closed" for one in rows)
    return Family(
        carried_out=over and any(_carried_out(session, one) for one in rows),
        final=over and not _rights(session, [one.id for one in rows]),
    )


def _carried_out(session: Session, row: CaseRow) -> bool:
    """Tell whether a case was closed, the last time, by carrying out what its answer promised."""
    phase = session.here.mechanisms[row.mechanism].workflow.states.get
    taken = select(StepRow).where(StepRow.case == row.id, StepRow.complete).order_by(StepRow.number.desc())
    closing = (one for one in session.scalars(taken) if phase(one.state) == "closed" != phase(one.origin))
    last = next(closing, None)
    return last is not None and phase(last.origin) == "carrying_out"


def _rights(session: Session, cases: Collection[str]) -> bool:
    """Tell whether somebody has a right in one of these cases that still runs."""
    running = DeadlineRow.status.in_(("open", "paused"))
    return bool(
        session.scalar(
            select(DeadlineRow.instance).where(DeadlineRow.case.in_(cases), DeadlineRow.lapses, running).limit(1)
        )
    )


def gone_from(session: Session, row: CaseRow, workflow: Workflow, steps: Sequence[StepRow]) -> tuple[str, ...]:
    """Give who took a step that is his alone to go on with, and can't: he left the posts for it, or is barred since."""
    personal = taken_in_person(workflow)
    person = next((one.person for one in reversed(steps) if one.step in personal), None)
    offers = any(step.only_by and step.at == "sender" for step in workflow.from_state(row.state))
    unit = row.sender if offers else row.unit  # who offered it to another unit keeps it until that one accepts
    return () if person is None or _acts(session, row, workflow, person, unit) else (person,)


def posts_in_charge(session: Session, row: CaseRow, unit: str, barred: Collection[str]) -> frozenset[str]:
    """Give the posts of who has a case in person at a unit, and is not barred: filled, also while he is away."""
    workflow = session.here.mechanisms[row.mechanism].workflow
    personal = taken_in_person(workflow)
    if not personal:
        return frozenset()
    took = select(StepRow.person).where(StepRow.case == row.id, StepRow.complete, StepRow.step.in_(personal))
    person = session.scalar(took.order_by(StepRow.number.desc()).limit(1))
    if person is None or person in barred or not _acts(session, row, workflow, person, unit):
        return frozenset()
    return frozenset(session.get_one(PersonRow, person).posts)


def _acts(session: Session, row: CaseRow, workflow: Workflow, person: str, unit: str | None) -> bool:
    """Tell whether somebody may see the case, and acts in a post for its personal steps: this unit's, or filling in."""
    who = session.get(PersonRow, person)
    if who is None or not who.active:
        return False
    access = session.execute(select(CaseAccessRow.what, CaseAccessRow.code).where(CaseAccessRow.case == row.id)).all()
    fills_in, barred = ({code for one, code in access if one == what} for what in ("post", "barred"))
    roles = {role for step in workflow.steps if step.only_by for role in step.roles}
    posts = posts_of(session, who)
    bears = any(not roles.isdisjoint(post.roles) and (post.unit == unit or post.code in fills_in) for post in posts)
    return bears and barred.isdisjoint((person, *(post.code for post in posts), *(post.unit for post in posts)))


def taken_in_person(workflow: Workflow) -> set[str]:
    """Give the steps after which others are for nobody but who took them."""
    return {name for step in workflow.steps for name in step.only_by}
