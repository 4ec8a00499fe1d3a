"""Who must be told of what: the resident of every change of phase, the office of what is new or late.

A message says the reference and where to look; the text of a case never leaves in a mail.
"""

import json
from datetime import datetime

from sqlalchemy import select

from services.notification.models import CaseRow, MessageRow
from services.notification.parties import others
from services.notification.words import FOOT, WORDS, Moved
from shared.access.cases import barred_from, line_above
from shared.access.tables import AbsenceRow, PersonRow, PostRow
from shared.crypto.private import Sealed
from shared.errors import NotYet
from shared.facts.case import CaseCarried, CaseErased, CaseRouted, CaseStepped, CaseSubmitted, HandedOver, JoinedTold
from shared.facts.deadline import DeadlineMoved, OwnTermNear, RungReached
from shared.facts.platform import MessageSuppressed
from shared.facts.supervision import DetectorFired
from shared.ids import new_fact_id
from shared.journal.tell import tell
from shared.kit.action import on
from shared.kit.own import is_history
from shared.kit.session import Session
from shared.law.local import local_day
from shared.law.rule import BESIDE
from shared.web.i18n import translate
from shared.workflow.declare import PARENT, STAY, Step
from shared.workflow.mechanism import POST_ROLES

STAFF_TOLD = ("officer", "registrar")
What = str | Moved  # what happened: a step's or a rung's name, or how a date moved


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


def to_resident(
    session: Session, case: CaseRow, template: str, unit: str = "", step: What = "", *, but: str = ""
) -> None:
    """Queue a message to each party, or say why none is sent; of what is history here nobody is told.

    `but` is the party that did it itself.
    """
    if is_history(session):
        return
    for to, contact, language in [("resident", case.contact, case.language), *others(session, case)]:
        if to == but:
            continue
        if reason := _why_not(session, contact):
            told = MessageSuppressed(subject=case.id, template=template, to=to, reason=reason, at=session.now)
            tell(session, told)
        else:
            _queue(session, case, template, language, to, None, unit, step)


def _why_not(session: Session, sealed: Sealed | None) -> str:
    if sealed is None:
        return "no address"
    contact = json.loads(session.reveal_or_wait(sealed))
    return "" if contact.get("email") else "no e-mail address"


def to_staff(
    session: Session,
    case: CaseRow,
    template: str,
    unit: str,
    roles: tuple[str, ...],
    *,
    step: What = "",
    about: str = "",
    but: str = "",
) -> None:
    """Queue a message to everybody of a unit who holds one of the roles, has an address and may see the case.

    `but` is a unit of whose people nobody is told, whatever other post they hold or fill in.
    """
    posts = session.scalars(select(PostRow).where(PostRow.unit == unit, PostRow.active)).all()
    codes = frozenset(post.code for post in posts if not set(roles).isdisjoint(post.roles))
    to_posts(session, case, template, codes, step=step, about=about or unit, but=but)


def to_posts(
    session: Session,
    case: CaseRow,
    template: str,
    posts: frozenset[str],
    *,
    step: What = "",
    about: str = "",
    but: str = "",
) -> None:
    """Queue a message to everybody who acts in one of these posts today, has an address and may see the case."""
    if is_history(session) or not posts:
        return
    today = AbsenceRow.in_force(local_day(session.now))
    away = {one.person: one.stand_in for one in session.scalars(select(AbsenceRow).where(today))}
    people = session.scalars(select(PersonRow).where(PersonRow.active)).all()
    acting = {away.get(one.id, one.id) for one in people if not posts.isdisjoint(one.posts)}
    barred, units = barred_from(session, case.id), dict(session.execute(select(PostRow.code, PostRow.unit)).all())
    for person in people:
        own = (person.id, *person.posts, *(units[post] for post in person.posts if post in units))
        if person.id in acting and person.email and barred.isdisjoint(own) and but not in own:
            _queue(session, case, template, session.here.county.language, "staff", person.id, about, step)


def _queue(
    session: Session, case: CaseRow, template: str, language: str, to: str, person: str | None, unit: str, step: What
) -> None:
    county, words = session.here.county, WORDS[template]
    address = session.here.settings.get("address", "")
    values = {
        "reference": case.reference,
        "unit": county.unit_name(unit, language),
        **({"step": translate(language, step)} if isinstance(step, str) else step.values(language)),
        "address": f"{address}/case" if to != "staff" else f"{address}{words.page}/{case.reference}",
    }
    body = translate(language, words.body, **values)
    if to != "staff":
        body += "\n" + translate(language, FOOT, **values)
    else:
        body += f"\n{values['address']}"
    session.add(
        MessageRow(
            id=new_fact_id(session.now),
            case=case.id,
            reference=case.reference,
            template=template,
            to=to,
            person=person,
            channel="email",
            language=language,
            subject=translate(language, words.subject, **values),
            body=f"{body}\n\n{county.name(language)} · {translate(language, 'Lianxin')}",
            status="queued",
            made_at=session.now,
            next_at=session.now,
            correlation=session.story,
        )
    )


@on(CaseErased, name="notification-erase")
def erase(session: Session, fact: CaseErased, *, now: datetime) -> None:
    """Forget how to reach the person."""
    row = session.get(CaseRow, fact.subject)
    if row is not None:
        row.contact = None
