"""Recurring duties: every ended period opens a due item once; what is not published in time shows as missing."""

from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from services.routing.models import DutyRow
from services.routing.rules import first_day, owed_periods
from shared.county.model import DutyItem
from shared.facts.case import CaseRequested
from shared.journal.tell import tell
from shared.kit.action import every
from shared.kit.session import Session
from shared.law.local import end_of_day, local_day
from shared.web.i18n import period_in_words


@every(timedelta(hours=1), name="routing-open-duties")
def open_due_items(session: Session, subject: str, *, now: datetime) -> None:
    """Ask intake for the due item of every period that ended; the row makes each once, also after a long stop."""
    today = local_day(now)
    for duty in session.here.county.duties:
        if duty.mechanism not in session.here.mechanisms:
            continue
        last = session.scalar(select(func.max(DutyRow.opened_at)).where(DutyRow.duty == duty.code))
        since = local_day(last) if last else first_day(duty.period, today) - timedelta(days=1)
        for period, after in owed_periods(duty, today, since):
            if session.get(DutyRow, (duty.code, period)) is None:
                session.add(DutyRow(duty=duty.code, period=period, opened_at=now))
                tell(session, _request(duty, period, after, session.here.county.language))


def _request(duty: DutyItem, period: str, after: date, language: str) -> CaseRequested:
    """Make the request; its terms run from the end of the period, also where it is opened late."""
    return CaseRequested(
        subject=f"duty/{duty.code}/{period}",
        mechanism=duty.mechanism,
        kind=duty.kind,
        title=f"{duty.title} {period_in_words(language, period)}",
        category=duty.category,
        place=duty.place,
        unit=duty.holder,
        details={"duty": duty.code, "period": period, "rule": duty.rule, "audience": duty.audience},
        relation="duty",
        since=end_of_day(after - timedelta(days=1)),
    )
