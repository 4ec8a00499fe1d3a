"""What detectors found, for the level above: at once what others did, of the own unit only what is some weeks old."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, literal, or_, select, true, tuple_

from services.supervision.detect import DETECTORS
from services.supervision.models import CaseRow, DetectedRow
from shared.access.actor import StaffMember
from shared.access.cases import line_below, names_of, not_barred
from shared.kit.action import query
from shared.kit.session import Session

LATER = timedelta(days=30)  # after which a unit reads what was found in its own doing
MOST = 1_000  # a count goes no further


@dataclass(frozen=True)
class Detected:
    """A case that should be looked at again: why (an English msgid), whose doing it was, since when it is known."""

    reference: str
    mechanism: str
    unit: str
    detector: str
    why: str
    at: datetime


@query
def detected(
    session: Session, staff: StaffMember, after: tuple[str, str] | None, limit: int, *, now: datetime
) -> tuple[list[Detected], tuple[str, str] | None]:
    """Give what was found, the newest first, and the key of the last line where more follow."""
    found = select(DetectedRow, CaseRow.reference, CaseRow.mechanism).join(CaseRow, CaseRow.id == DetectedRow.case)
    if after is not None:
        moment = literal(datetime.fromisoformat(after[0]), DetectedRow.at.type)
        found = found.where(tuple_(DetectedRow.at, DetectedRow.id) < tuple_(moment, literal(after[1])))
    newest = found.where(may_read(session, staff, now)).order_by(DetectedRow.at.desc(), DetectedRow.id.desc())
    rows = session.execute(newest.limit(limit + 1)).all()
    lines = [
        Detected(reference, mechanism, one.unit, one.detector, DETECTORS.get(one.detector, one.detector), one.at)
        for one, reference, mechanism in rows[:limit]
    ]
    last = rows[limit - 1][0] if len(rows) > limit else None
    return lines, (last.at.isoformat(), last.id) if last else None


@query
def number_detected(session: Session, staff: StaffMember, *, now: datetime) -> int:
    """Count what was found in the last thirty days, no further than `MOST`."""
    recent = select(DetectedRow.id).where(DetectedRow.at > now - LATER, may_read(session, staff, now)).limit(MOST)
    return session.scalars(select(func.count()).select_from(recent.subquery())).one()


def may_read(session: Session, staff: StaffMember, now: datetime) -> ColumnElement[bool]:
    """Give the SQL condition under which `staff` may read a line: what was done in his line, whoever has the case now.

    Of the own units only what is `LATER` old. An auditor everything but that; nobody what he is barred from.
    """
    in_line = true() if staff.may("auditor") else DetectedRow.unit.in_(line_below(session, staff.units))
    of_others = or_(DetectedRow.unit.not_in(staff.units), DetectedRow.at <= now - LATER)
    return and_(in_line, of_others, not_barred(names_of(staff), DetectedRow.case))
