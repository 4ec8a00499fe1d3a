"""Detectors: what looks as if a resident's word had been kept down. They hold for every mechanism and judge nobody.

Each asks for a second look at a case. The level above the unit whose doing it was is told at once, the unit itself
reads of it later: whoever hides something should not learn first that it was noticed. What is history here, because it
was told before this service began or is told again, fires nothing.
"""

from datetime import datetime, timedelta

from sqlalchemy import exists, or_, select

from services.supervision.models import CaseRow, DetectedRow, SampleRow, TermRow
from services.supervision.watch import known
from shared.access.cases import right_above
from shared.facts.case import CaseRouted, CaseStepped, HandedOver, TextReturned
from shared.facts.supervision import DetectorFired
from shared.journal.tell import tell
from shared.kit.action import on, when_due
from shared.kit.own import is_history
from shared.kit.session import Session
from shared.kit.timers import plan
from shared.workflow.step import Step

# What each detector noticed; English msgids.
DETECTORS = {
    "left_lying": "Nobody took a step in it for fifteen days",
    "passed_on": "It was given away twice",
    "last_hour": "It was answered in the last hour of its term, or in the evening after it",
    "text_returned": "It was closed, and the same text came again",
    "visited_withdrawn": "It was withdrawn after a visit to whoever wrote it",
}
FORWARDED = timedelta(days=15)  # Regulations on petitions, article 22: within this time it goes where it belongs
ON_ITS_WAY = timedelta(minutes=10)  # a step that was taken in time may need so long to be heard of here
CATCHING_UP = timedelta(hours=1)
LAST_HOUR = timedelta(hours=7, minutes=30)  # before a term's midnight: offices close at half past five
TWICE = 2
WITHDRAWN, VISIT_MADE = "withdrawn", "made"


@on(CaseRouted, name="supervision-look-at-new")
def look_at_new(session: Session, fact: CaseRouted, *, now: datetime) -> None:
    """Wait for the first step of the unit that became responsible."""
    _wait_for_a_step(session, known(session, fact.subject))


@on(HandedOver, name="supervision-look-at-handed-over")
def look_at_handed_over(session: Session, fact: HandedOver, *, now: datetime) -> None:
    """Wait for the first step of the unit that has it now."""
    _wait_for_a_step(session, known(session, fact.subject))


@on(CaseStepped, name="supervision-look-at-step")
def look_at_step(session: Session, fact: CaseStepped, *, now: datetime) -> None:
    """Ask of a step whether it was the second that gave a case away, came at the last hour, or recorded a visit."""
    row = known(session, fact.subject)
    mechanism = session.here.mechanisms.get(row.mechanism)
    step = mechanism.workflow.step(fact.step) if mechanism else None
    _wait_for_a_step(session, row)
    if row.resident and mechanism is not None and step is not None and fact.by not in mechanism.resident_roles:
        _given_away(session, row, step)
        _at_the_last_hour(session, row, step, fact)
    if fact.outcome == WITHDRAWN and fact.phase == "closed":
        _visited(session, row)
    if fact.outcome == VISIT_MADE and row.visits and (visited := session.get(CaseRow, row.visits)):
        _visited(session, visited)


def _wait_for_a_step(session: Session, row: CaseRow) -> None:
    if row.resident and row.phase == "triage" and row.since is not None and not is_history(session):
        plan(session, left_lying, row.id, row.since + FORWARDED + ON_ITS_WAY)


@when_due(name="supervision-left-lying", reads=CaseRow)
def left_lying(session: Session, subject: str, *, now: datetime) -> None:
    """Look in time; after an outage of this service give what was told meanwhile an hour to arrive."""
    row = session.get(CaseRow, subject)
    if row is not None and row.since is not None and now > row.since + FORWARDED + 2 * ON_ITS_WAY:
        plan(session, still_lying, subject, now + CATCHING_UP)
    else:
        still_lying.run(session, subject, now=now)


@when_due(name="supervision-still-lying", reads=CaseRow)
def still_lying(session: Session, subject: str, *, now: datetime) -> None:
    """Fire where the case stands as it stood; while much waits in our queue, ask again in an hour."""
    row, own = session.get(CaseRow, subject), SampleRow.service == session.here.service
    last = session.scalars(select(SampleRow).where(own).order_by(SampleRow.at.desc()).limit(1)).one_or_none()
    if last is not None and last.ready and last.at > now - CATCHING_UP:
        plan(session, still_lying, subject, now + CATCHING_UP)
    elif row is not None and row.phase == "triage" and row.since is not None and row.since + FORWARDED <= now:
        _fire(session, row, "left_lying", row.turn or row.unit)


def _given_away(session: Session, row: CaseRow, step: Step) -> None:
    """Count what the unit that had it gave away; not what the sender took back or the level above decided."""
    sent_by, row.sent_by = row.sent_by, None
    if step.moves and step.at == "lead" and sent_by is not None:
        row.given = (row.given or 0) + 1
        if row.given >= TWICE:
            _fire(session, row, "passed_on", sent_by)


def _at_the_last_hour(session: Session, row: CaseRow, step: Step, fact: CaseStepped) -> None:
    """Look at the terms that an answer, or an end, came to meet; those that another unit owes are that one's."""
    near = TermRow.case == row.id, TermRow.due_at > fact.at, TermRow.due_at <= fact.at + LAST_HOUR
    ends = or_(TermRow.status == "open", TermRow.ended_at == fact.at)
    its = TermRow.rule.in_(step.met) if fact.phase != "closed" else TermRow.rule.is_not(None)
    if fact.outcome and session.scalar(select(exists().where(*near, ends, its, TermRow.owes.is_(None)))):
        _fire(session, row, "last_hour", row.unit)


def _visited(session: Session, row: CaseRow) -> None:
    visit = CaseRow.visits == row.id, CaseRow.outcome == VISIT_MADE
    if row.outcome == WITHDRAWN and row.phase == "closed" and session.scalar(select(exists().where(*visit))):
        _fire(session, row, "visited_withdrawn", row.unit)


@on(TextReturned, name="supervision-text-returned")
def text_returned(session: Session, fact: TextReturned, *, now: datetime) -> None:
    """Fire for the case that was closed before the other one came; of one that is not known here nothing is said."""
    later, earlier = known(session, fact.case), session.get(CaseRow, fact.earlier)
    if earlier is not None and earlier.closed_at is not None and earlier.closed_at < later.received_at:
        _fire(session, earlier, "text_returned", earlier.unit)


def _fire(session: Session, row: CaseRow, detector: str, unit: str | None) -> None:
    """Note it and tell of it, once for each case, detector and unit. Of a report nobody above is told by mail."""
    key = f"{row.id}.{detector}.{unit}"
    if unit is None or is_history(session) or session.get(DetectedRow, key) is not None:
        return
    session.add(DetectedRow(id=key, case=row.id, detector=detector, unit=unit, at=session.now))
    told = () if _is_report(session, row) else tuple(sorted(right_above(session, unit)))
    why = DETECTORS[detector]
    tell(session, DetectorFired(subject=row.id, detector=detector, why=why, unit=unit, told=told, at=session.now))


def _is_report(session: Session, row: CaseRow) -> bool:
    mechanism = session.here.mechanisms.get(row.mechanism)
    kind = mechanism.kind(row.kind) if mechanism and row.kind else None
    return kind is None or kind.conflict == "report"
