"""One matter in two cases: which earlier cases of the own unit read alike, and whether one may be joined with another.

Compared are texts, inside one unit and one mechanism, when an officer asks; nothing is kept and nobody is listed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, select

from services.routing.case import plain_or_dash
from services.routing.models import CaseRow
from services.routing.rules import likeness
from shared.access.actor import StaffMember
from shared.access.cases import may_see
from shared.crypto.receipt import normalise_reference
from shared.errors import Invalid
from shared.kit.session import Session

LOOKED_BACK = timedelta(days=400)
COMPARED = 200  # the newest ones
OFFERED = 5
ALIKE = 0.35  # share of the pairs of characters that both texts have


@dataclass(frozen=True)
class Similar:
    """An earlier case that an officer may look at before he joins."""

    reference: str
    title: str
    phase: str


def similar_cases(session: Session, row: CaseRow, staff: StaffMember) -> tuple[Similar, ...]:
    """Give earlier cases that the officer may see and that read like this one, the likest first."""
    earlier = select(CaseRow).where(
        _joinable(row, staff), CaseRow.unit == row.unit, CaseRow.received_at >= row.received_at - LOOKED_BACK
    )
    rows = session.scalars(earlier.order_by(CaseRow.received_at.desc(), CaseRow.id).limit(COMPARED)).all()
    session.load_keys([row.id, *(one.id for one in rows)])
    mine = _words(session, row)
    found = sorted(_alike(session, mine, rows), key=lambda one: -one[0])
    return tuple(similar for _, similar in found[:OFFERED])


def _alike(session: Session, mine: str, rows: Sequence[CaseRow]) -> Iterator[tuple[float, Similar]]:
    for one in rows:
        share = likeness(mine, _words(session, one))
        if share >= ALIKE:
            yield share, Similar(one.reference, plain_or_dash(session, one.title), one.phase)


def _words(session: Session, row: CaseRow) -> str:
    return f"{plain_or_dash(session, row.title)}\n{plain_or_dash(session, row.text)}"


def earlier_case(session: Session, row: CaseRow, typed: str, staff: StaffMember, field: str) -> str:
    """Give the reference of the case that this one is joined with. Raises `Invalid` at the field.

    One answer for a case that is not there, not his to see, a later one, or itself joined: nothing is learnt by trying.
    """
    reference = normalise_reference(typed) or "-"
    known = session.scalar(select(CaseRow.id).where(CaseRow.reference == reference, _joinable(row, staff)))
    if known is None:
        raise Invalid({field: ["Write the reference of an earlier case of this kind that you may see."]})
    return reference


def _joinable(row: CaseRow, staff: StaffMember) -> ColumnElement[bool]:
    # Only with an earlier one: so no two cases can be joined with each other.
    return (
        (CaseRow.mechanism == row.mechanism)
        & (CaseRow.id != row.id)
        & (CaseRow.received_at < row.received_at)
        & ((CaseRow.outcome != "merged") | CaseRow.outcome.is_(None))
        & may_see(staff, CaseRow.id)
    )


def visible_reference(session: Session, reference: str, staff: StaffMember) -> bool:
    """Tell whether a staff member may know of this reference."""
    known = select(CaseRow.id).where(CaseRow.reference == reference, may_see(staff, CaseRow.id))
    return session.scalar(known) is not None
