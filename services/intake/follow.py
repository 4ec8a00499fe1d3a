"""What routing and the others tell about a case, kept for the resident's view."""

from datetime import datetime

from services.intake import family, mailbox
from services.intake.models import CaseRow
from services.intake.new_case import NewCase
from services.intake.submit import submit
from shared.county.structure import EXTERNAL
from shared.errors import NotYet
from shared.facts.base import converter
from shared.facts.case import (
    CaseCarried,
    CaseClosed,
    CaseRequested,
    CaseRouted,
    CaseStepped,
    HandedOver,
    OffersChanged,
    StepRefused,
)
from shared.facts.deadline import DeadlineLapsed
from shared.facts.values import Offer
from shared.kit.action import on
from shared.kit.session import Session


def _case(session: Session, case: str) -> CaseRow:
    row = session.get(CaseRow, case)
    if row is None:
        raise NotYet(case)
    return row


@on(CaseRouted, name="intake-routed")
def routed(session: Session, fact: CaseRouted, *, now: datetime) -> None:
    """Show who is responsible and what can be done now."""
    row = _case(session, fact.subject)
    row.unit, row.phase, row.changed_at = fact.unit, fact.phase, now
    row.offers = _own(session, row, fact.offers)
    row.asked = {}


@on(CaseStepped, name="intake-stepped")
def stepped(session: Session, fact: CaseStepped, *, now: datetime) -> None:
    """Show where the case stands and what can be done now."""
    row = _case(session, fact.subject)
    row.unit, row.phase, row.outcome, row.changed_at = fact.unit, fact.phase, fact.outcome, now
    row.offers = _own(session, row, fact.offers)
    _answered(session, row, fact.step, () if fact.waits_for else _roles(session, row), fact.by)
    if fact.unit == EXTERNAL:
        mailbox.hand_outside(session, row.id)


@on(CaseCarried, name="intake-carried")
def carried(session: Session, fact: CaseCarried, *, now: datetime) -> None:
    """Show the case as the installed version of its mechanism has it; what was sent stays in the journal."""
    row = _case(session, fact.subject)
    row.mechanism_version, row.phase = fact.mechanism_version, fact.phase
    row.offers = _own(session, row, fact.offers)
    if fact.details is not None:
        row.details = session.seal(row.id, fact.details)


def _roles(session: Session, row: CaseRow) -> tuple[str, ...]:
    return session.here.mechanisms[row.mechanism].resident_roles


def _answered(session: Session, row: CaseRow, step: str, roles: tuple[str, ...], by: str) -> None:
    """Note that a wish is answered: of whoever took the step, or of all parties where the case moved on."""
    mechanism = session.here.mechanisms[row.mechanism]
    gone = {family.asked_as(mechanism, role, step) for role in (*roles, by)}
    row.asked = {name: at for name, at in row.asked.items() if name not in gone}


@on(StepRefused, name="intake-step-refused")
def step_refused(session: Session, fact: StepRefused, *, now: datetime) -> None:
    """Let the resident ask again."""
    row = _case(session, fact.subject)
    _answered(session, row, fact.step, (), fact.role)
    row.changed_at = now


@on(DeadlineLapsed, name="intake-lapsed")
def lapsed(session: Session, fact: DeadlineLapsed, *, now: datetime) -> None:
    """Offer no longer what the person had only until a day that is over."""
    row = _case(session, fact.subject)
    if fact.offers is not None:
        row.offers, row.changed_at = _own(session, row, fact.offers), now


@on(OffersChanged, name="intake-offers-changed")
def offers_changed(session: Session, fact: OffersChanged, *, now: datetime) -> None:
    """Offer what can be chosen now."""
    row = _case(session, fact.subject)
    row.offers, row.changed_at = _own(session, row, fact.offers), now


@on(HandedOver, name="intake-handed-over")
def handed_over(session: Session, fact: HandedOver, *, now: datetime) -> None:
    """Show the new unit."""
    _case(session, fact.subject).unit = fact.unit


@on(CaseClosed, name="intake-closed")
def closed(session: Session, fact: CaseClosed, *, now: datetime) -> None:
    """Show the outcome."""
    row = _case(session, fact.subject)
    row.phase, row.outcome, row.changed_at = "closed", fact.outcome, now


def _own(session: Session, row: CaseRow, offers: tuple[Offer, ...]) -> list[dict[str, str]]:
    """Keep the offers that are a resident's: the others are the desk's business."""
    return [converter().unstructure(offer) for offer in offers if offer.by in _roles(session, row)]


@on(CaseRequested, name="intake-open-requested")
def open_requested(session: Session, fact: CaseRequested, *, now: datetime) -> None:
    """Open the case that another service asked for; the inbox mark makes it once.

    Its receipt is its parent's, or nobody's. A `Refusal` parks the fact: what can't be opened needs a person. Of an
    erased case nobody opens anything more; what the ladder asks for twice, as its first request was late, opens once.
    """
    parent = session.get(CaseRow, fact.parent) if fact.parent else None
    if parent is not None and (parent.erased_at is not None or family.is_open_by_the_ladder(session, parent, fact)):
        return
    new = NewCase(
        mechanism=fact.mechanism,
        kind=fact.kind,
        title=fact.title,
        text=fact.title,
        category=fact.category,
        place=fact.place,
        identity="verified",
        details=fact.details,
        channel="duty",
        unit=fact.unit,
        root=fact.root,
        relation=fact.relation,
        since=fact.since,
        about_units=fact.about_units,
    )
    submit.within(session, family.child_of(session, parent, fact, new) if parent else new, now=now)
