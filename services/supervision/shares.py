"""Indicators: what came of the cases that ended, as each mechanism declares its shares."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from services.supervision.models import CaseRow, OutcomeRow
from services.supervision.read import FEWEST
from shared.access.actor import StaffMember
from shared.access.cases import may_oversee
from shared.kit.action import query
from shared.kit.session import Session

YEAR = timedelta(days=365)
CLOSED = "closed"


@dataclass(frozen=True)
class Told:
    """A share in per cent of a mechanism's cases that ended within a year; None where `whole` or a part is small.

    `part` is an outcome that they had, `of` another one or `closed`; `whole` how many had that.
    """

    mechanism: str
    part: str
    of: str
    share: float | None
    whole: int


@query
def shares(session: Session, staff: StaffMember, *, now: datetime) -> list[Told]:
    """Give every declared share of what `staff` may oversee, in the order of the mechanisms; none of no cases."""
    ended = (CaseRow.closed_at > now - YEAR, may_oversee(session, staff, CaseRow.id))
    counted = select(CaseRow.mechanism, func.count()).where(*ended).group_by(CaseRow.mechanism)
    numbers = {(mechanism, CLOSED): number for mechanism, number in session.execute(counted)}
    had = select(CaseRow.mechanism, OutcomeRow.outcome, func.count()).join(OutcomeRow, OutcomeRow.case == CaseRow.id)
    grouped = had.where(*ended).group_by(CaseRow.mechanism, OutcomeRow.outcome)
    numbers |= {(mechanism, outcome): number for mechanism, outcome, number in session.execute(grouped)}
    return [
        Told(mechanism.name, one.part, one.whole, _share(numbers.get((mechanism.name, one.part), 0), whole), whole)
        for mechanism in session.here.mechanisms.values()
        for one in mechanism.indicators
        if (whole := numbers.get((mechanism.name, one.whole), 0))
    ]


def _share(part: int, whole: int) -> float | None:
    """Give per cent; None under ten cases, and where a part or the rest of them is under ten but not nobody."""
    few = any(0 < number < FEWEST for number in (whole, part, whole - part))
    return None if few else round(100 * part / whole, 1)
