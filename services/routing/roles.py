"""In which roles a staff member acts on a case: by posts of the unit that leads, or posts that stand in for it.

Other units act only where a step says so: who sent it, who stands above both, who works with it.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from services.routing.models import CaseRow
from services.routing.superiors import directed_by, is_late, supervisors
from shared.access.actor import StaffMember
from shared.access.tables import CaseAccessRow, PostRow
from shared.kit.session import Session
from shared.workflow.case import DIRECTIVE, Case
from shared.workflow.declare import STAY, Standing, Step, Workflow
from shared.workflow.engine import blocked, reason

Roles = Mapping[Standing, frozenset[str]]


def roles_on(session: Session, staff: StaffMember, rows: Sequence[CaseRow]) -> dict[str, Roles]:
    """Give the roles by the standing in which somebody has them, for each of these cases, by its id."""
    posts = session.scalars(select(PostRow).where(PostRow.code.in_(staff.posts), PostRow.active)).all()
    named = select(CaseAccessRow.case, CaseAccessRow.code).where(
        CaseAccessRow.case.in_([row.id for row in rows]),
        CaseAccessRow.what == "post",
        CaseAccessRow.code.in_(staff.posts),
    )
    stands_in = {tuple(one) for one in session.execute(named)}

    def of(row: CaseRow, units: Sequence[str | None], *, fills_in: bool = False) -> frozenset[str]:
        mine = (post for post in posts if post.unit in units or (fills_in and (row.id, post.code) in stands_in))
        return frozenset(role for post in mine for role in post.roles)

    return {
        row.id: {
            "lead": of(row, [row.unit], fills_in=True),
            "sender": of(row, [row.sender]),
            "superior": of(row, [row.superior]),
            "helper": of(row, row.co_handlers),
            "above": of(row, supervisors(session, row)),
        }
        for row in rows
    }


def read_along(session: Session, row: CaseRow, workflow: Workflow, *, late: bool = False) -> tuple[str, ...]:
    """Give the units beside the one that leads: who works with it, and who has a step to take where the case stands.

    Who stands above it reads it only while it is late, and who sent it for no directive that it could not sign. `late`:
    that is known, and need not be asked.
    """
    steps, above = workflow.from_state(row.state), directed_by(session, row)
    asked = {one.at for one in steps if one.at != "sender" or one.relation != DIRECTIVE or row.sender in above}
    beside = [row.sender if "sender" in asked else None, row.superior if "superior" in asked else None]
    if "above" in asked and (late or is_late(session, row)):
        beside += supervisors(session, row)
    return tuple(dict.fromkeys(unit for unit in (*row.co_handlers, *beside) if unit and unit != row.unit))


def awaited(row: CaseRow, workflow: Workflow) -> frozenset[str | None]:
    """Give the units beside the one that leads on whose step the case waits; who only may supervise it is not one."""
    asked = {step.at for step in workflow.from_state(row.state) if step.to != STAY}
    return frozenset({"sender": row.sender, "superior": row.superior}.get(one) for one in asked) - {None, row.unit}


def closed_to(workflow: Workflow, case: Case, own: Roles) -> tuple[tuple[tuple[Step, ...], str], ...]:
    """Give the steps that a guard keeps closed, by what it waits for; a unit beside has its own."""
    found: dict[str, list[Step]] = {}
    for step in blocked(workflow, case):
        if step.at == "lead" or own[step.at]:
            found.setdefault(reason(step), []).append(step)
    return tuple((tuple(steps), why) for why, steps in found.items())
