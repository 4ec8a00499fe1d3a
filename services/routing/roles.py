"""In which roles a staff member acts on a case: by posts of the unit that leads, or posts that stand in for it.

A unit that works with it reads along; a role of another unit's post moves nothing here.
"""

from collections.abc import Sequence

from sqlalchemy import select

from services.routing.models import CaseRow
from shared.access.actor import StaffMember
from shared.access.tables import CaseAccessRow, PostRow
from shared.kit.session import Session


def roles_on(session: Session, staff: StaffMember, rows: Sequence[CaseRow]) -> dict[str, frozenset[str]]:
    """Give the roles for each of these cases, by its id."""
    posts = session.scalars(select(PostRow).where(PostRow.code.in_(staff.posts), PostRow.active)).all()
    named = select(CaseAccessRow.case, CaseAccessRow.code).where(
        CaseAccessRow.case.in_([row.id for row in rows]),
        CaseAccessRow.what == "post",
        CaseAccessRow.code.in_(staff.posts),
    )
    stands_in = {tuple(one) for one in session.execute(named)}
    return {
        row.id: frozenset(
            role for post in posts for role in post.roles if post.unit == row.unit or (row.id, post.code) in stands_in
        )
        for row in rows
    }
