"""Detectors: what looks as if a resident's word had been kept down. They hold for every mechanism and judge nobody.

Each asks for a second look at a case. The level above the unit whose doing it was is told at once, the unit itself
reads of it later: whoever hides something should not learn first that it was noticed.
"""

from datetime import datetime, timedelta

from sqlalchemy import exists, or_, select

from services.supervision.models import CaseRow, DetectedRow, TermRow
from services.supervision.watch import known
from shared.access.cases import right_above
from shared.facts.case import CaseClosed, CaseSubmitted, HandedOver, TextReturned
from shared.facts.supervision import DetectorFired
from shared.journal.tell import tell
from shared.kit.action import on, when_due
from shared.kit.session import Session
from shared.kit.timers import plan

# What each detector noticed; English msgids.
DETECTORS = {
    "left_lying": "For fifteen days after it came nobody took a step",
    "passed_on": "It was given away twice",
    "last_hour": "It was closed in the last hour of its term, or in the evening after it",
    "text_returned": "It was closed, and the same text came again",
    "visited_withdrawn": "It was withdrawn after a visit to whoever wrote it",
}
FORWARDED = timedelta(days=15)  # Regulations on petitions, article 22: within this time it goes where it belongs
LAST_HOUR = timedelta(hours=7, minutes=30)  # before a term's midnight: offices close at half past five
ON_ITS_WAY = timedelta(minutes=10)  # a step that was taken in time may need so long to be heard of here
CATCHING_UP = timedelta(hours=1)
TWICE = 2
NOT_RESIDENTS = ("step", "duty")  # channels by which no resident sends: a step of another case opened it, or a duty
ENDED_BY_RESIDENT, VISIT_MADE = "withdrawn", "made"


@on(CaseSubmitted, name="supervision-wait-for-a-step")
def wait_for_a_step(session: Session, fact: CaseSubmitted, *, now: datetime) -> None:
    """Look at a new case of a resident when it should long have been on its way."""
    mechanism = session.here.mechanisms.get(fact.mechanism)
    if fact.channel not in NOT_RESIDENTS and mechanism is not None and mechanism.parties:
        plan(session, left_lying, fact.subject, fact.received_at + FORWARDED + ON_ITS_WAY)


@when_due(name="supervision-left-lying", reads=CaseRow)
def left_lying(session: Session, subject: str, *, now: datetime) -> None:
    """Look in time; after an outage of this service give what was told meanwhile an hour to arrive."""
    row = session.get(CaseRow, subject)
    if row is not None and now > row.received_at + FORWARDED + 2 * ON_ITS_WAY:
        plan(session, still_lying, subject, now + CATCHING_UP)
    else:
        still_lying.run(session, subject, now=now)


@when_due(name="supervision-still-lying", reads=CaseRow)
def still_lying(session: Session, subject: str, *, now: datetime) -> None:
    """Fire where the case stands as it came."""
    row = session.get(CaseRow, subject)
    if row is not None and row.phase in ("received", "triage"):
        _fire(session, row, "left_lying", row.unit or session.here.county.petition_office)


@on(HandedOver, name="supervision-passed-on")
def passed_on(session: Session, fact: HandedOver, *, now: datetime) -> None:
    """Fire where a step gave it away a second time."""
    if fact.hands >= TWICE:
        _fire(session, known(session, fact.subject), "passed_on", fact.unit_from)


@on(CaseClosed, name="supervision-how-it-ended")
def how_it_ended(session: Session, fact: CaseClosed, *, now: datetime) -> None:
    """Fire where it ended just before a term did, or was withdrawn after a visit."""
    row = known(session, fact.subject)
    near = TermRow.case == row.id, TermRow.due_at > fact.at, TermRow.due_at <= fact.at + LAST_HOUR
    ended_now = or_(TermRow.status == "open", TermRow.ended_at == fact.at)
    if session.scalar(select(exists().where(*near, ended_now))):
        _fire(session, row, "last_hour", row.unit)
    if fact.outcome == ENDED_BY_RESIDENT:
        visit = CaseRow.visits == row.id, CaseRow.outcome == VISIT_MADE
        if session.scalar(select(exists().where(*visit))):
            _fire(session, row, "visited_withdrawn", row.unit)


@on(TextReturned, name="supervision-text-returned")
def text_returned(session: Session, fact: TextReturned, *, now: datetime) -> None:
    """Fire for the case that was closed, not for the one that came."""
    row = known(session, fact.earlier)
    _fire(session, row, "text_returned", row.unit)


def _fire(session: Session, row: CaseRow, detector: str, unit: str | None) -> None:
    """Note it and tell of it, once for each case and detector. Of a report nobody above is told by mail."""
    key = f"{row.id}.{detector}"
    if unit is None or session.get(DetectedRow, key) is not None:
        return
    session.add(DetectedRow(id=key, case=row.id, detector=detector, unit=unit, at=session.now))
    told = () if _is_report(session, row) else tuple(sorted(right_above(session, unit)))
    why = DETECTORS[detector]
    tell(session, DetectorFired(subject=row.id, detector=detector, why=why, unit=unit, told=told, at=session.now))


def _is_report(session: Session, row: CaseRow) -> bool:
    mechanism = session.here.mechanisms.get(row.mechanism)
    kind = mechanism.kind(row.kind) if mechanism and row.kind else None
    return kind is None or kind.conflict == "report"
