"""What a leader's charge looks at: how the matter stands that he sees to its end, and who left his post."""

from collections.abc import Collection, Sequence

from sqlalchemy import or_, select

from services.routing.known import who_fill
from services.routing.models import CaseRow, DeadlineRow, StepRow
from shared.access.tables import CaseAccessRow, PersonRow, PostRow
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
    """Give who took a step that nobody else may go on with, and can't: he left the posts for it, or is barred since."""
    people = {one.person for one in steps if one.step in _personal(workflow)}
    if not people:
        return ()
    access = session.execute(select(CaseAccessRow.what, CaseAccessRow.code).where(CaseAccessRow.case == row.id)).all()
    codes = {what: {code for one, code in access if one == what} for what in ("post", "barred")}
    roles = {role for step in workflow.steps if step.only_by for role in step.roles}
    here = select(PostRow).where(or_(PostRow.unit == row.unit, PostRow.code.in_(codes["post"])), PostRow.active)
    posts = {post.code for post in session.scalars(here) if not roles.isdisjoint(post.roles)}
    return tuple(sorted(people - (who_fill(session, posts - codes["barred"]) - codes["barred"])))


def may_keep(session: Session, row: CaseRow, barred: frozenset[str]) -> bool:
    """Tell whether somebody has the case in person, and none of these bars is his."""
    personal = _personal(session.here.mechanisms[row.mechanism].workflow)
    took = select(StepRow.person).where(StepRow.case == row.id, StepRow.complete, StepRow.step.in_(personal))
    person = session.scalar(took.order_by(StepRow.number.desc()).limit(1))
    holder = session.get(PersonRow, person) if person else None
    return holder is not None and barred.isdisjoint((holder.id, row.unit, *holder.posts))


def _personal(workflow: Workflow) -> set[str]:
    """Give the steps after which others are for nobody but who took them."""
    return {name for step in workflow.steps for name in step.only_by}
