"""Which units stand above the one that has a case: who may direct it, and who supervises it once it is late."""

from sqlalchemy import select

from services.routing.competence.above import way_up
from services.routing.models import CaseRow, DeadlineRow
from shared.access.actor import StaffMember
from shared.kit.session import Session
from shared.law.local import local_day
from shared.law.rule import BESIDE
from shared.workflow.case import DIRECTIVE
from shared.workflow.declare import Step


def directed_by(session: Session, row: CaseRow) -> tuple[str, ...]:
    """Give the units that may direct the one that has a case, the nearest first; nobody for what nobody may learn of.

    A report stays in its own line, and nobody directs a village.
    """
    county, mechanism = session.here.county, session.here.mechanisms.get(row.mechanism)
    kind = mechanism.kind(row.kind) if mechanism else None
    if kind is None or kind.conflict == "report":
        return ()
    above = tuple(way_up(row.unit, county, local_day(session.now)))
    return tuple(one for one in dict.fromkeys((*above, county.petition_office)) if one != row.unit) if above else ()


def supervisors(session: Session, row: CaseRow) -> tuple[str, ...]:
    """Give the level above and the petition office, where the case was sent to its unit by neither."""
    above = directed_by(session, row)
    nearest = (one for one in above if one == above[0] or one == session.here.county.petition_office)
    return tuple(one for one in nearest if one != row.sender)


def is_late(session: Session, row: CaseRow) -> bool:
    """Tell whether the unit that has a case broke a term that it still owes."""
    broken = select(DeadlineRow.instance).where(
        DeadlineRow.case == row.id,
        DeadlineRow.status == "breached",
        ~DeadlineRow.lapses,
        DeadlineRow.rule.not_in(BESIDE),
    )
    return session.scalar(broken.limit(1)) is not None


def unit_beside(session: Session, row: CaseRow, step: Step, staff: StaffMember | None) -> str | None:
    """Give the unit for which somebody takes a step beside the one that leads; None where that one takes it."""
    if step.at == "above" and staff:
        return next((unit for unit in supervisors(session, row) if unit in staff.units), None)
    return {"sender": row.sender, "superior": row.superior}.get(step.at)


def may_ask(session: Session, row: CaseRow, step: Step, asks: str | None) -> bool:
    """Tell whether the unit that asks for a directive could give it to the one that has the case."""
    return asks is None or step.relation != DIRECTIVE or asks in directed_by(session, row)
