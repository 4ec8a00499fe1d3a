"""Keeping supervision's rows: every case and every term, from facts alone."""

from datetime import datetime

from services.supervision.models import CaseRow, OutcomeRow, TermRow
from shared.errors import NotYet
from shared.facts import deadline as clocks
from shared.facts.case import CaseCarried, CaseClosed, CaseErased, CaseRouted, CaseStepped, CaseSubmitted, HandedOver
from shared.kit.action import on
from shared.kit.session import Session
from shared.law.rule import BESIDE
from shared.workflow.mechanism import Mechanism

OPENED_HERE = ("step", "duty")  # channels by which nobody sends: a step of another case opened it, or a duty


@on(CaseSubmitted, name="supervision-case")
def note_case(session: Session, fact: CaseSubmitted, *, now: datetime) -> None:
    """Note a new case."""
    mechanism = session.here.mechanisms.get(fact.mechanism)
    kind = mechanism.kind(fact.kind) if mechanism else None
    session.add(
        CaseRow(
            id=fact.subject,
            reference=fact.reference,
            mechanism=fact.mechanism,
            channel=fact.channel,
            received_at=fact.received_at,
            phase="received",
            kind=fact.kind,
            resident=mechanism is not None and _is_residents(mechanism, fact.channel),
            visits=(fact.parent or fact.root) if kind and kind.hears and kind.relation else None,
        )
    )


def _is_residents(mechanism: Mechanism, channel: str) -> bool:
    """Tell whether a resident's word goes on in a case: he sent it, or only steps open such, as a review."""
    return bool(mechanism.parties) and (channel not in OPENED_HERE or tuple(mechanism.opened_by) == ("step",))


def known(session: Session, case: str) -> CaseRow:
    """Give a case of which intake told. Raises `NotYet`: who tells of it was quicker."""
    row = session.get(CaseRow, case)
    if row is None:
        raise NotYet(case)
    return row


@on(CaseRouted, name="supervision-routed")
def note_unit(session: Session, fact: CaseRouted, *, now: datetime) -> None:
    """Note the responsible unit."""
    row = known(session, fact.subject)
    row.unit, row.phase, row.since = fact.unit, fact.phase, fact.at


@on(HandedOver, name="supervision-handed-over")
def note_handover(session: Session, fact: HandedOver, *, now: datetime) -> None:
    """Note the new unit, and which one had it."""
    row = known(session, fact.subject)
    row.unit, row.sent_by, row.since, row.turn = fact.unit, fact.unit_from, fact.at, None


@on(CaseStepped, name="supervision-stepped")
def note_step(session: Session, fact: CaseStepped, *, now: datetime) -> None:
    """Note where the case stands."""
    row = known(session, fact.subject)
    row.phase, row.outcome, row.since, row.turn = fact.phase, fact.outcome, fact.at, fact.turns_to
    if fact.phase != "closed":
        row.closed_at = None  # a review may open it again
    if fact.outcome:
        session.merge(OutcomeRow(case=row.id, outcome=fact.outcome))


@on(CaseCarried, name="supervision-carried")
def note_carried(session: Session, fact: CaseCarried, *, now: datetime) -> None:
    """Note where the case stands under a new version of its mechanism."""
    known(session, fact.subject).phase = fact.phase


@on(CaseClosed, name="supervision-closed")
def note_end(session: Session, fact: CaseClosed, *, now: datetime) -> None:
    """Note outcome and day."""
    row = known(session, fact.subject)
    row.phase, row.outcome, row.closed_at = "closed", fact.outcome, fact.at


@on(clocks.DeadlineStarted, name="supervision-term-started")
def note_start(session: Session, fact: clocks.DeadlineStarted, *, now: datetime) -> None:
    """Note a term that an office owes; a resident's own terms are nobody's failure.

    One by a rule that no pack here has yet is noted too: routing was started with more than this service.
    """
    rule = session.here.rules.known(fact.rule, fact.term["pack"])
    if rule is None or not rule.right:
        session.add(
            TermRow(
                instance=fact.instance,
                case=fact.subject,
                rule=fact.rule,
                owes=fact.term["sender"][0] if fact.rule in BESIDE else None,
                due=fact.due,
                due_at=fact.due_at,
                known_at=now,
                status="open",
            )
        )


@on(clocks.DeadlineResumed, name="supervision-term-resumed")
def note_resumed(session: Session, fact: clocks.DeadlineResumed, *, now: datetime) -> None:
    """Note the new date."""
    row = session.get(TermRow, fact.instance)
    if row is not None:
        row.due, row.due_at, row.known_at, row.status = fact.due, fact.due_at, now, "open"


@on(clocks.DeadlineMoved, name="supervision-term-moved")
def note_moved(session: Session, fact: clocks.DeadlineMoved, *, now: datetime) -> None:
    """Note the date that the new days off give."""
    row = session.get(TermRow, fact.instance)
    if row is not None:
        row.due, row.due_at, row.known_at = fact.due, fact.due_at, now


@on(clocks.RungReached, name="supervision-term-rung")
def note_rung(session: Session, fact: clocks.RungReached, *, now: datetime) -> None:
    """Note how high a term has climbed."""
    row = session.get(TermRow, fact.instance)
    if row is not None:
        row.rung = fact.rung


def _ended(session: Session, fact: clocks.DeadlineFact, status: str) -> None:
    row = session.get(TermRow, fact.instance)
    if row is not None:
        row.status, row.ended_at = status, fact.at


@on(clocks.DeadlinePaused, name="supervision-term-paused")
def note_paused(session: Session, fact: clocks.DeadlinePaused, *, now: datetime) -> None:
    """Note that the term stands still."""
    _ended(session, fact, "paused")


@on(clocks.DeadlineExtended, name="supervision-term-extended")
def note_extended(session: Session, fact: clocks.DeadlineExtended, *, now: datetime) -> None:
    """Note that another term stands in its place: it was neither kept nor broken."""
    _ended(session, fact, "extended")


@on(clocks.DeadlineMet, name="supervision-term-met")
def note_met(session: Session, fact: clocks.DeadlineMet, *, now: datetime) -> None:
    """Note that a term was kept."""
    _ended(session, fact, "met")


@on(clocks.DeadlineMetLate, name="supervision-term-met-late")
def note_met_late(session: Session, fact: clocks.DeadlineMetLate, *, now: datetime) -> None:
    """Note that it was done after all, late."""
    _ended(session, fact, "met_late")


@on(clocks.DeadlineBreached, name="supervision-term-breached")
def note_breach(session: Session, fact: clocks.DeadlineBreached, *, now: datetime) -> None:
    """Note a breach."""
    _ended(session, fact, "breached")


@on(clocks.DeadlineVoided, name="supervision-term-voided")
def note_void(session: Session, fact: clocks.DeadlineVoided, *, now: datetime) -> None:
    """Note that nothing is owed any more."""
    _ended(session, fact, "void")


@on(CaseErased, name="supervision-erase")
def erase(session: Session, fact: CaseErased, *, now: datetime) -> None:
    """Keep the numbers and forget the reference's trail: nothing here names a person."""
    row = session.get(CaseRow, fact.subject)
    if row is not None:
        row.phase = "closed"
