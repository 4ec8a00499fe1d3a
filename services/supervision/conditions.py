"""How each service is, and since when: a change is noted and told once."""

from collections.abc import Sequence

from sqlalchemy import select

from services.supervision.judge import Verdict
from services.supervision.models import ConditionRow
from services.supervision.queues import queues
from shared.facts.platform import ServiceDegraded, ServiceRecovered
from shared.journal.tell import tell
from shared.kit.action import query
from shared.kit.session import Session

SHOWN = 10


def note_changes(session: Session) -> None:
    """Compare every service's light with the last one noted; a service of which nothing was noted was well."""
    for one in queues.within(session, now=session.now):
        last = next(iter(_newest(session, one.service, 1)), None)
        if one.verdict.light != (last.light if last else "green"):
            _note(session, one.service, last.number + 1 if last else 1, one.verdict)


def _note(session: Session, service: str, number: int, verdict: Verdict) -> None:
    session.add(
        ConditionRow(
            service=service,
            number=number,
            since=session.now,
            light=verdict.light,
            reason=verdict.reason,
            values=dict(verdict.values),
        )
    )
    reason = verdict.reason % verdict.values
    well = verdict.light == "green"
    told = ServiceDegraded(subject=service, light=verdict.light, reason=reason)
    tell(session, ServiceRecovered(subject=service, reason=reason) if well else told)


@query
def changes(session: Session, service: str) -> Sequence[ConditionRow]:
    """Give the last changes of a service's light, the newest first."""
    return _newest(session, service, SHOWN)


def _newest(session: Session, service: str, limit: int) -> Sequence[ConditionRow]:
    mine = select(ConditionRow).where(ConditionRow.service == service)
    return session.scalars(mine.order_by(ConditionRow.number.desc()).limit(limit)).all()
