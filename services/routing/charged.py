"""What a leader's charge looks at: how the matter stands that he sees to its end, and who left his post."""

from collections.abc import Collection, Sequence

from sqlalchemy import or_, select

from services.routing.models import CaseRow, DeadlineRow, StepRow
from shared.access.cases import barred_from
from shared.access.tables import PersonRow, PostRow
from shared.kit.session import Session
from shared.workflow.case import CHARGE, Family
from shared.workflow.declare import Workflow
from shared.workflow.directing import DIRECTIVE


def family_of(session: Session, row: CaseRow) -> Family | None:
    """Give how the matter stands that a leader has charge of; None where a case is no charge."""
    if row.relation != CHARGE:
        return None
    beside = (CHARGE, DIRECTIVE)
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
    """Tell whether a closed case came from carrying out what its answer promised."""
    states = session.here.mechanisms[row.mechanism].workflow.states
    last = select(StepRow).where(StepRow.case == row.id, StepRow.complete).order_by(StepRow.number.desc())
    return any(
        states.get(one.origin) == "carrying_out" and states.get(one.state) == "closed" for one in session.scalars(last)
    )


def _rights(session: Session, cases: Collection[str]) -> bool:
    """Tell whether somebody has a right in one of these cases that still runs."""
    running = DeadlineRow.status.in_(("open", "paused"))
    return bool(
        session.scalar(
            select(DeadlineRow.instance).where(DeadlineRow.case.in_(cases), DeadlineRow.lapses, running).limit(1)
        )
    )


def gone_from(session: Session, row: CaseRow, workflow: Workflow, steps: Sequence[StepRow]) -> tuple[str, ...]:
    """Give who took a step that is his alone to go on with, and can't: he left the unit's posts, or is barred since."""
    personal = {name for step in workflow.steps for name in step.only_by}
    people = {one.person for one in steps if one.step in personal}
    if not people:
        return ()
    posts = set(session.scalars(select(PostRow.code).where(PostRow.unit == row.unit, PostRow.active)))
    held = session.execute(select(PersonRow.id, PersonRow.posts).where(PersonRow.id.in_(people), PersonRow.active))
    still = {person for person, own in held if not posts.isdisjoint(own)}
    return tuple(sorted(people - (still - barred_from(session, row.id))))
