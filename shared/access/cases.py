"""Which cases a staff member may see: conditions used by every list, count, page and file of every service.

What an unseen case says, even that it exists, never leaves the query.
"""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, and_, exists, func, or_, select, true

from shared.access.actor import StaffMember
from shared.access.tables import CaseAccessRow, PersonRow, PostRow, RelationRow
from shared.kit.session import Session

LENGTH_OF_CASE_ID = 32  # no unit, register or service has so long a name


def may_see(staff: StaffMember, case: Any) -> ColumnElement[bool]:
    """Give the SQL condition under which `staff` may handle the case in column `case`.

    A unit or a post that routing allowed, and neither person nor post nor any of the own units barred.
    """
    allowed = exists().where(
        CaseAccessRow.case == case,
        or_(
            and_(CaseAccessRow.what == "unit", CaseAccessRow.code.in_(staff.units)),
            and_(CaseAccessRow.what == "post", CaseAccessRow.code.in_(staff.posts)),
        ),
    )
    return and_(allowed, not_barred(names_of(staff), case))


def may_oversee(session: Session, staff: StaffMember, case: Any) -> ColumnElement[bool]:
    """Give the SQL condition under which `staff` may follow, from above, the case in column `case`.

    An auditor every routed case; others the cases of their own units and of all units below them. Nobody one from
    which he is barred: the list of a unit's head does not show that he himself is complained of.
    """
    routed = [CaseAccessRow.case == case, CaseAccessRow.what == "unit"]
    if not staff.may("auditor"):
        routed.append(CaseAccessRow.code.in_(line_below(session, staff.units)))
    return and_(exists().where(*routed), not_barred(names_of(staff), case))


def may_know(staff: StaffMember, subject: Any) -> ColumnElement[bool]:
    """Give the SQL condition under which `staff` may learn that there is a fact about what column `subject` names.

    Nobody who is barred from it; and before a case was routed, when its bars are not known here, only who mends facts.
    """
    routed = exists().where(CaseAccessRow.case == subject, CaseAccessRow.what == "unit")
    known = true() if staff.may("operator") else or_(routed, func.length(subject) != LENGTH_OF_CASE_ID)
    return and_(known, not_barred(names_of(staff), subject))


def names_of(staff: StaffMember) -> tuple[str, ...]:
    """Give every name under which somebody may be barred: the own, those of the posts and of their units."""
    return (staff.person, *staff.posts, *staff.units)


def not_barred(names: Collection[str] | BindParameter[Any], case: Any) -> ColumnElement[bool]:
    """Give the SQL condition under which none of these names is barred from the case in column `case`."""
    barred = CaseAccessRow.case == case, CaseAccessRow.what == "barred", CaseAccessRow.code.in_(names)
    return ~exists().where(*barred)


def barred_from(session: Session, case: str) -> set[str]:
    """Give the posts, people and units that are barred from a case: they are not told of it either."""
    return barred_from_each(session, (case,))[case]


def barred_from_each(session: Session, cases: Iterable[str]) -> dict[str, set[str]]:
    """Give for each of these cases who is barred from it, all at once."""
    barred: dict[str, set[str]] = {case: set() for case in cases}
    asked = select(CaseAccessRow.case, CaseAccessRow.code).where(CaseAccessRow.what == "barred")
    for case, code in session.execute(asked.where(CaseAccessRow.case.in_(barred))):
        barred[case].add(code)
    return barred


def may_be_told(session: Session, case: str, person: PersonRow) -> bool:
    """Tell whether neither somebody, nor a post of his, nor the unit of one is barred from a case."""
    units = session.scalars(select(PostRow.unit).where(PostRow.code.in_(person.posts)))
    return barred_from(session, case).isdisjoint((person.id, *person.posts, *units))


def line_below(session: Session, units: tuple[str, ...]) -> set[str]:
    """Give these units and every unit whose business is under one of them today.

    Authority over cadres is none over business: who appoints a bureau's head doesn't follow its cases.
    """
    return _reached(set(units), [(upper, lower) for upper, lower in _edges(session)])


def line_above(session: Session, unit: str) -> set[str]:
    """Give this unit and every unit whose business it is under today."""
    return _reached({unit}, [(lower, upper) for upper, lower in _edges(session)])


def right_above(session: Session, unit: str) -> set[str]:
    """Give the units of the next level up: whose business this one is under today."""
    return {upper for upper, lower in _edges(session) if lower == unit}


def _edges(session: Session) -> list[tuple[str, str]]:
    today = session.now.date()
    in_force = and_(
        RelationRow.kind != "cadre_authority",
        or_(RelationRow.since.is_(None), RelationRow.since <= today),
        or_(RelationRow.until.is_(None), RelationRow.until > today),
    )
    rows = session.execute(select(RelationRow.upper, RelationRow.lower).where(in_force))
    return [(upper, lower) for upper, lower in rows]


def _reached(units: set[str], edges: list[tuple[str, str]]) -> set[str]:
    found, new = set(units), set(units)
    while new:
        new = {there for here, there in edges if here in new} - found
        found |= new
    return found
