"""Indicators: what came of the cases that ended, as each mechanism declares its shares."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import func, literal, select
from sqlalchemy.orm import aliased

from services.supervision.models import CaseRow, OutcomeRow
from services.supervision.read import FEWEST
from shared.access.actor import StaffMember
from shared.access.cases import may_oversee
from shared.kit.action import query
from shared.kit.session import Session
from shared.workflow.mechanism import Share

YEAR = timedelta(days=365)
CLOSED = "closed"


# By mechanism, kind, outcome, and the other outcome or `closed`.
Numbers = Mapping[tuple[str, str | None, str, str], int]


@dataclass(frozen=True)
class Told:
    """A share in per cent of a mechanism's cases that ended within a year.

    `part` is an outcome that they had at some time, `of` another one or `closed`; `whole` how many had that. Both
    numbers are None where one of them, or the rest, is small.
    """

    mechanism: str
    part: str
    of: str
    share: float | None
    whole: int | None


@query
def shares(session: Session, staff: StaffMember, *, now: datetime) -> list[Told]:
    """Give every declared share of what `staff` may oversee, in the order of the mechanisms; none of no cases."""
    numbers = _numbers(session, staff, now)
    return [
        Told(mechanism.name, one.part, one.whole, *_share(_sum(numbers, mechanism.name, one), whole))
        for mechanism in session.here.mechanisms.values()
        for one in mechanism.indicators
        if (whole := _sum(numbers, mechanism.name, replace(one, part=one.whole)))
    ]


def _numbers(session: Session, staff: StaffMember, now: datetime) -> Numbers:
    """Count the cases that ended by what they had, each outcome alone and with every other one."""
    ended = (CaseRow.closed_at > now - YEAR, may_oversee(session, staff, CaseRow.id))
    group, other = (CaseRow.mechanism, CaseRow.kind), aliased(OutcomeRow)
    all_of_them = select(*group, literal(CLOSED), literal(CLOSED), func.count()).where(*ended).group_by(*group)
    had = select(*group, OutcomeRow.outcome, literal(CLOSED), func.count()).join(
        OutcomeRow, OutcomeRow.case == CaseRow.id
    )
    both = (
        select(*group, OutcomeRow.outcome, other.outcome, func.count())
        .join(OutcomeRow, OutcomeRow.case == CaseRow.id)
        .join(other, other.case == CaseRow.id)
    )
    counted = (
        all_of_them,
        had.where(*ended).group_by(*group, OutcomeRow.outcome),
        both.where(*ended).group_by(*group, OutcomeRow.outcome, other.outcome),
    )
    return {(one[0], one[1], one[2], one[3]): one[4] for asked in counted for one in session.execute(asked)}


def _sum(numbers: Numbers, mechanism: str, share: Share) -> int:
    of = (
        number
        for (name, kind, part, whole), number in numbers.items()
        if (name, part, whole) == (mechanism, share.part, share.whole) and (not share.kinds or kind in share.kinds)
    )
    return sum(of)


def _share(part: int, whole: int) -> tuple[float | None, int | None]:
    """Give per cent and the whole; nothing under ten cases, or where a part or the rest is under ten but not nobody."""
    few = any(0 < number < FEWEST for number in (whole, part, whole - part))
    return (None, None) if few else (round(100 * part / whole, 1), whole)
