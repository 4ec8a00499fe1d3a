"""A date that an office above sets for one below: it stands beside the law's, and binds where it comes first."""

import secrets
from datetime import date

from sqlalchemy import select

from services.routing import clocks
from services.routing.models import CaseRow, DeadlineRow
from shared.kit.session import Session
from shared.law.office_day import assigned_term
from shared.law.rule import ASSIGNED


def assign(session: Session, row: CaseRow, sender: str, due: date) -> None:
    """Start the sender's own date, by which the unit that has the case now reports back to it."""
    unit = session.here.county.unit_by_code[sender]
    term = assigned_term(session.now, due, (unit.code, unit.name_zh, unit.name_en))
    clocks.begin(session, row, secrets.token_hex(8), term, lapses=False)
    clocks.refresh(session, row)


def unassign(session: Session, row: CaseRow, basis: str) -> None:
    """End the sender's own date: the case went on to another unit, or back."""
    clocks.void(session, row, basis, only=ASSIGNED.id)


def assigned_by(session: Session, row: CaseRow) -> str | None:
    """Give the unit that assigned a case last, if one did."""
    terms = select(DeadlineRow).where(DeadlineRow.case == row.id, DeadlineRow.rule == ASSIGNED.id)
    last = session.scalars(terms.order_by(DeadlineRow.started_at.desc()).limit(1)).first()
    return str(last.term["sender"][0]) if last is not None else None
