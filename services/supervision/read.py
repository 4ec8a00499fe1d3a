"""What leadership asks: the month in figures, what is late, where, and the history of a case."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, exists, func, or_, select

from services.supervision.detected import may_read
from services.supervision.models import CaseRow, DetectedRow, TermRow
from shared.access.actor import StaffMember
from shared.access.cases import may_oversee
from shared.errors import NotFound
from shared.facts.base import Envelope
from shared.journal.tables import ReceivedRow
from shared.kit.action import query
from shared.kit.session import Session
from shared.law.local import end_of_day, local_day

FEWEST = 10


@dataclass(frozen=True)
class Late:
    """A term that an office did not keep and still owes."""

    reference: str
    unit: str | None
    mechanism: str
    rule: str
    title: str
    due: date
    days_late: int
    rung: str = ""


@query
def overview(session: Session, staff: StaffMember, *, now: datetime) -> dict[str, Any]:
    """Give the month's figures of what `staff` may oversee; a share of fewer than ten is None, with their number."""
    today = local_day(now)
    since = end_of_day(date.fromordinal(today.replace(day=1).toordinal() - 1))
    received, closed, running = session.execute(
        select(
            func.count().filter(CaseRow.received_at >= since),
            func.count().filter(CaseRow.closed_at >= since),
            func.count().filter(CaseRow.phase != "closed"),
        ).where(may_oversee(session, staff, CaseRow.id))
    ).one()
    kept, ended, late = _terms(session, staff, since)
    share = round(100 * kept / ended, 1) if ended >= FEWEST else None
    return {"received": received, "closed": closed, "running": running, "late": late, "kept": share, "ended": ended}


def _terms(session: Session, staff: StaffMember, since: datetime) -> tuple[int, int, int]:
    """Give (kept, ended) since a moment, and how many are late now."""
    this_month, ended = TermRow.ended_at >= since, TermRow.status.in_(("met", "met_late", "breached"))
    kept, over, late = session.execute(
        select(
            func.count().filter(this_month, TermRow.status == "met"),
            func.count().filter(this_month, ended),
            func.count().filter(TermRow.status == "breached"),
        ).where(may_oversee(session, staff, TermRow.case))
    ).one()
    return kept, over, late


@query
def by_unit(session: Session, staff: StaffMember) -> list[dict[str, Any]]:
    """Give for each unit the share of terms kept, with the number it stands on; under ten the share is None.

    What whoever gave a case away owes counts for that unit, not for the one that has the case.
    """
    owes = func.coalesce(TermRow.owes, CaseRow.unit)
    rows = session.execute(
        select(
            owes,
            func.count().filter(TermRow.status == "met"),
            func.count().filter(TermRow.status.in_(("met", "met_late", "breached"))),
        )
        .select_from(CaseRow)  # the first column is of both tables: say which one is joined to
        .join(TermRow, TermRow.case == CaseRow.id)
        .where(CaseRow.unit.is_not(None), may_oversee(session, staff, CaseRow.id))
        .group_by(owes)
    ).all()
    return [
        {"unit": unit, "kept": round(100 * met / ended, 1) if ended >= FEWEST else None, "ended": ended}
        for unit, met, ended in rows
    ]


@query
def late(
    session: Session, staff: StaffMember, language: str, after: tuple[str, str] | None, limit: int, *, now: datetime
) -> tuple[list[Late], tuple[str, str] | None]:
    """Give what is late, the latest first, and the key of the last line where more follow."""
    statement = (
        select(TermRow, CaseRow)
        .join(CaseRow, CaseRow.id == TermRow.case)
        .where(TermRow.status == "breached", may_oversee(session, staff, TermRow.case))
    )
    if after is not None:
        moment, last = datetime.fromisoformat(after[0]), after[1]
        statement = statement.where(
            or_(TermRow.due_at > moment, and_(TermRow.due_at == moment, TermRow.instance > last))
        )
    rows = session.execute(statement.order_by(TermRow.due_at, TermRow.instance).limit(limit + 1)).all()
    today, rules, ladder = local_day(now), session.here.rules, session.here.county.rung_by_code
    found = [
        Late(
            reference=case.reference,
            unit=term.owes or case.unit,
            mechanism=case.mechanism,
            rule=term.rule,
            title=rules.title(term.rule, language),
            due=term.due,
            days_late=(today - term.due).days,
            rung=ladder[term.rung].name(language) if term.rung in ladder else term.rung or "",
        )
        for term, case in rows[:limit]
    ]
    more = rows[limit - 1][0] if len(rows) > limit else None
    return found, (more.due_at.isoformat(), more.instance) if more else None


@query
def history(session: Session, staff: StaffMember, reference: str) -> tuple[CaseRow, list[TermRow], list[Envelope]]:
    """Give a case, its terms and every fact about it in order; nothing sealed is opened here.

    `reference` may be the case's id. Who may read what a detector found in it reads it too, whoever has it now. That
    somebody was written to because of a detector is no line: the unit reads the history as well. Raises `NotFound`.
    """
    found = exists().where(DetectedRow.case == CaseRow.id, may_read(session, staff, session.now))
    case = session.scalars(
        select(CaseRow).where(
            or_(CaseRow.reference == reference, CaseRow.id == reference),
            or_(may_oversee(session, staff, CaseRow.id), found),
        )
    ).one_or_none()
    if case is None:
        raise NotFound
    terms = session.scalars(select(TermRow).where(TermRow.case == case.id).order_by(TermRow.due_at)).all()
    raw = session.scalars(select(ReceivedRow.envelope).where(ReceivedRow.subject == case.id).order_by(ReceivedRow.id))
    facts = (Envelope.from_bytes(one) for one in raw)
    return case, list(terms), [one for one in facts if one.data.get("template") != "detected"]
