"""A leader who has charge does not judge: not who signed what is contested since, and no open review of his case."""

from datetime import datetime

from sqlalchemy import select

from services.routing import family
from services.routing.case import locked
from services.routing.charged import taken_in_person
from services.routing.handover import bar
from services.routing.known import decided_in
from services.routing.models import CaseRow
from shared.facts.case import CaseSubmitted
from shared.kit.action import on
from shared.kit.session import Session
from shared.workflow.case import CHARGE
from shared.workflow.declare import Step


@on(CaseSubmitted, name="bar-who-decided-from-charge")
def bar_who_decided(session: Session, fact: CaseSubmitted, *, now: datetime) -> None:
    """Bar whoever decided what a review disputes from the charge of that case; where he had it, another one goes on."""
    if fact.relation not in family.REVIEWS:
        return
    locked(session, CaseRow.id == fact.root)
    judged = family.judged(session, fact)
    charges = select(CaseRow).where(
        CaseRow.parent.in_([row.id for row in judged]), CaseRow.relation == CHARGE, CaseRow.phase != "closed"
    )
    for charge in session.scalars(charges.order_by(CaseRow.id).with_for_update()).all():
        bar(session, charge, decided_in(session, dict.fromkeys((*judged, *family.at_stake(session, charge)))))


def keep_from_reviews(session: Session, row: CaseRow, step: Step, person: str) -> None:
    """Bar who has just taken a case in charge from its open reviews; a later one asks who had charge."""
    if row.relation != CHARGE or step.name not in taken_in_person(session.here.mechanisms[row.mechanism].workflow):
        return
    reviews = select(CaseRow).where(
        CaseRow.root == row.root, CaseRow.relation.in_(family.REVIEWS), CaseRow.phase != "closed"
    )
    for review in session.scalars(reviews.order_by(CaseRow.id).with_for_update()).all():
        if any(one.id == row.parent for one in family.judged(session, review)):
            bar(session, review, frozenset({person}))
