"""Who must be told of what: the resident of every change of phase, the office of what is new or late.

A message says the reference and where to look; the text of a case never leaves in a mail.
"""

from datetime import datetime

from services.notification.addressed import to_posts, to_resident, to_staff
from services.notification.models import CaseRow
from services.notification.words import Moved
from shared.access.cases import line_above
from shared.errors import NotYet
from shared.facts.case import CaseCarried, CaseErased, CaseRouted, CaseStepped, CaseSubmitted, HandedOver, JoinedTold
from shared.facts.deadline import DeadlineMoved, OwnTermNear, RungReached
from shared.facts.supervision import DetectorFired
from shared.kit.action import on
from shared.kit.session import Session
from shared.law.rule import BESIDE
from shared.workflow.declare import PARENT, STAY, Step
from shared.workflow.mechanism import POST_ROLES

STAFF_TOLD = ("officer", "registrar")


@on(CaseSubmitted, name="notification-received")
def received(session: Session, fact: CaseSubmitted, *, now: datetime) -> None:
    """Remember how to reach the person and confirm that the case was received."""
    case = CaseRow(
        id=fact.subject,
        reference=fact.reference,
        mechanism=fact.mechanism,
        language=fact.language,
        contact=fact.contact,
        phase="received",
    )
    session.add(case)
    if fact.relation != "duty":
        to_resident(session, case, "received")


def _case(session: Session, case: str) -> CaseRow:
    row = session.get(CaseRow, case)
    if row is None:
        raise NotYet(case)
    return row


@on(CaseRouted, name="notification-routed")
def routed(session: Session, fact: CaseRouted, *, now: datetime) -> None:
    """Tell the unit's officers that a case came in."""
    case = _case(session, fact.subject)
    case.phase, case.unit = fact.phase, fact.unit
    to_staff(session, case, "new", fact.unit, _told_of_new(session, case))


def _told_of_new(session: Session, case: CaseRow) -> tuple[str, ...]:
    """Give the roles that are told of a new case: its officers, or, where none of them begins it, whoever does."""
    workflow = session.here.mechanisms[case.mechanism].workflow
    first = {role for step in workflow.from_state(workflow.start) if step.at == "lead" for role in step.roles}
    return STAFF_TOLD if first & {*STAFF_TOLD} else tuple(sorted(first & POST_ROLES)) or STAFF_TOLD


def _told_of_turn(session: Session, case: CaseRow, state: str) -> tuple[str, ...]:
    """Give the roles that are told where a unit has the next step: officers, its head, and whoever may take one."""
    workflow = session.here.mechanisms[case.mechanism].workflow
    following = {role for step in workflow.from_state(state) for role in step.roles} & POST_ROLES
    return tuple(sorted({*STAFF_TOLD, "head", *following}))


@on(HandedOver, name="notification-handed-over")
def handed_over(session: Session, fact: HandedOver, *, now: datetime) -> None:
    """Tell the new unit's officers."""
    case = _case(session, fact.subject)
    case.unit = fact.unit
    to_staff(session, case, "new", fact.unit, _told_of_new(session, case))


@on(CaseCarried, name="notification-carried")
def carried(session: Session, fact: CaseCarried, *, now: datetime) -> None:
    """Note the phase; nobody did anything, so nobody is told."""
    _case(session, fact.subject).phase = fact.phase


@on(CaseStepped, name="notification-stepped")
def stepped(session: Session, fact: CaseStepped, *, now: datetime) -> None:
    """Tell each party when the phase changed or a letter was signed; nobody of what he did himself."""
    case = _case(session, fact.subject)
    mechanism = session.here.mechanisms[case.mechanism]
    step = mechanism.workflow.step(fact.step)
    changed, case.phase = case.phase != fact.phase, fact.phase
    if fact.ground and step is not None and step.urges:
        report_upward(session, case, fact.unit, mechanism.in_words(step, step.urges, fact.ground))
    if fact.turns_to:
        to_staff(
            session,
            case,
            "your_step",
            fact.turns_to,
            _told_of_turn(session, case, fact.state),
            step=_label(step, fact),
            about=fact.unit,
        )
    if fact.copied_to:
        to_staff(
            session,
            case,
            "copied",
            fact.copied_to,
            (*STAFF_TOLD, "head"),
            step=_label(step, fact),
            about=fact.unit,
        )
    if step is not None and step.follows and step.follows[0] == PARENT and fact.phase == "closed":
        to_staff(session, case, "called_off", fact.unit, (*STAFF_TOLD, "head"), step=_label(step, fact))
    if fact.names:
        to_posts(session, case, "your_step", frozenset({fact.names}), step=_label(step, fact), about=fact.unit)
    called = mechanism.workflow.calls.get(fact.state)
    if called and step is not None and step.to != STAY and not fact.waits_for:
        to_staff(session, case, "your_step", fact.unit, (called,), step=_label(step, fact), about=fact.unit)
    if fact.reports_to:
        to_staff(session, case, "reported", fact.reports_to, STAFF_TOLD, about=fact.unit)
    tells = (changed or fact.letter is not None) if step is None or step.tells is None else step.tells
    tells = tells and not (
        fact.waits_for and fact.by in POST_ROLES
    )  # half of what two of the office say is said by none
    if not tells or (fact.phase == "deciding" and fact.letter is None):
        return
    by = "resident" if fact.by in mechanism.resident_roles[:1] else fact.by
    asks = step is not None and step.pauses == "question"
    template = "question" if asks else "answered" if fact.publishes == "outcome" else "moved"
    template = "other_side" if fact.by in mechanism.resident_roles else template
    to_resident(session, case, template, fact.unit, _label(step, fact), but=by)


def _label(step: Step | None, fact: CaseStepped) -> str:
    return step.label if step else fact.step


@on(JoinedTold, name="notification-joined")
def joined_told(session: Session, fact: JoinedTold, *, now: datetime) -> None:
    """Tell who was joined that the earlier case came further; what came of it stands on his own page only."""
    to_resident(session, _case(session, fact.subject), "joined")


def report_upward(session: Session, case: CaseRow, unit: str, ground: str) -> None:
    """Tell heads of the own unit, of every unit above it and of the petition office: the event's kind, no person."""
    above = line_above(session, unit) | {unit, session.here.county.petition_office}
    for one in sorted(filter(None, above)):
        to_staff(session, case, "urgent", one, ("head", "leader"), step=ground, about=unit)


@on(RungReached, name="notification-rung")
def rung_reached(session: Session, fact: RungReached, *, now: datetime) -> None:
    """Tell whom a rung of the ladder names: a date comes near, has passed, or the term stands still for long."""
    rung, case = session.here.county.rung_by_code.get(fact.rung), _case(session, fact.subject)
    if rung is not None and rung.tells == "resident":
        if fact.rule not in BESIDE:
            to_resident(session, case, "still", fact.owes)
    elif rung is not None:
        template = {"open": "near", "paused": "still_long", "breached": "late"}[rung.told_when]
        name = rung.name(session.here.county.language)
        to_posts(session, case, template, frozenset(fact.posts), step=name, about=fact.owes)


@on(DetectorFired, name="notification-detected")
def detected(session: Session, fact: DetectorFired, *, now: datetime) -> None:
    """Tell heads and leaders right above the unit whose doing it was, but nobody who also works in that one."""
    case = _case(session, fact.subject)
    for one in fact.told:
        to_staff(session, case, "detected", one, ("head", "leader"), step=fact.why, about=fact.unit, but=fact.unit)


@on(OwnTermNear, name="notification-own-near")
def own_term_near(session: Session, fact: OwnTermNear, *, now: datetime) -> None:
    """Remind every party that something which only they can do has an end."""
    days = Moved(fact.due, fact.due, "")
    to_resident(session, _case(session, fact.subject), "own_near", "", days)


@on(DeadlineMoved, name="notification-moved")
def moved(session: Session, fact: DeadlineMoved, *, now: datetime) -> None:
    """Tell the resident, and officers of the unit that owes it, from which day to which a date moved.

    Nobody is told that it became certain, and no resident of what one unit owes the other.
    """
    if fact.due == fact.before:
        return
    case, days = _case(session, fact.subject), Moved(fact.before, fact.due, fact.reason)
    owes = fact.term["sender"][0] if fact.rule in BESIDE else case.unit
    if fact.rule not in BESIDE:
        to_resident(session, case, "new_date", case.unit or "", days)
    if owes:
        to_staff(session, case, "new_date", owes, STAFF_TOLD, step=days)


@on(CaseErased, name="notification-erase")
def erase(session: Session, fact: CaseErased, *, now: datetime) -> None:
    """Forget how to reach the person."""
    row = session.get(CaseRow, fact.subject)
    if row is not None:
        row.contact = None
