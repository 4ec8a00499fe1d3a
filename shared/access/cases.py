"""Which cases a staff member may see: one condition, used by every list, count, page and file of every service."""

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_

from shared.access.actor import StaffMember
from shared.access.tables import CaseAccessRow


def may_see(staff: StaffMember, case: Any) -> ColumnElement[bool]:
    """Give the SQL condition under which `staff` may see the case in column `case`.

    A unit or a post that routing allowed, and neither person nor post barred. What an unseen case says, even that
    it exists, never leaves the query.
    """
    allowed = exists().where(
        CaseAccessRow.case == case,
        or_(
            and_(CaseAccessRow.what == "unit", CaseAccessRow.code.in_(staff.units)),
            and_(CaseAccessRow.what == "post", CaseAccessRow.code.in_(staff.posts)),
        ),
    )
    barred = exists().where(
        CaseAccessRow.case == case,
        CaseAccessRow.what == "barred",
        CaseAccessRow.code.in_((staff.person, *staff.posts)),
    )
    return and_(allowed, ~barred)
