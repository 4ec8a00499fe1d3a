"""Where to go next: villages longest unvisited, with what is open there. An aid for visiting, never a blame."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, literal, null, or_, select, tuple_, union_all

from services.routing.models import CaseRow
from shared.access.actor import StaffMember
from shared.access.cases import may_see
from shared.county.model import County
from shared.county.structure import Place
from shared.db.types import Moment
from shared.kit.action import query
from shared.kit.session import Here, Session


@dataclass(frozen=True)
class Unvisited:
    """A village, when a visit there was recorded last, and how many open matters of it the reader may see."""

    place: Place
    visited_at: datetime | None
    open: int


@query
def unvisited(session: Session, staff: StaffMember) -> tuple[Unvisited, ...]:
    """Give the villages of the reader's area: longest unvisited first, of those the one with most open matters.

    One question for all of them. Visits of every unit count; of matters only those that the reader may see.
    """
    sorts = [*sorts_of_visits(session.here)]
    is_visit = tuple_(CaseRow.mechanism, CaseRow.kind).in_(sorts) if sorts else literal(value=False)
    made = and_(is_visit, CaseRow.phase != "triage", or_(CaseRow.outcome.is_(None), CaseRow.outcome == "made"))
    matters = and_(~is_visit, CaseRow.phase != "closed", may_see(staff, CaseRow.id))
    lines = union_all(
        select(CaseRow.place.label("place"), CaseRow.received_at.label("at"), literal(0).label("open")).where(made),
        select(CaseRow.place, null(), literal(1)).where(matters),
    ).subquery()
    found = {
        place: (at, number)
        for place, at, number in session.execute(
            select(lines.c.place, func.max(lines.c.at, type_=Moment()), func.sum(lines.c.open)).group_by(lines.c.place)
        )
    }
    rows = (Unvisited(one, *found.get(one.code, (None, 0))) for one in villages_of(session.here.county, staff))
    return tuple(sorted(rows, key=_need))


def sorts_of_visits(here: Here) -> list[tuple[str, str]]:
    """Give the kinds whose records are of a visit to a place: not those to one petitioner."""
    every = (
        (name, kind, mechanism.kind(kind)) for name, mechanism in here.mechanisms.items() for kind in mechanism.kinds
    )
    return [(name, kind) for name, kind, known in every if known and known.hears and not known.relation]


def _need(one: Unvisited) -> tuple[float, int, str]:
    return (one.visited_at.timestamp() if one.visited_at else 0.0, -one.open, one.place.code)


def villages_of(county: County, staff: StaffMember) -> list[Place]:
    """Give the villages within the places of somebody's units; a unit without a place is there for all of them."""
    areas = {county.unit_by_code[one].place for one in staff.units if one in county.unit_by_code}
    villages = [place for place in county.places if place.level == "village"]
    if None in areas or any(one.level == "county" for one in county.places if one.code in areas):
        return villages
    return [place for place in villages if areas & {place.code, place.parent}]
