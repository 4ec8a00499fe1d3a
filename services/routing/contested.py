"""A leader who has charge, and signed what is contested since: he is barred, and somebody else goes on."""

from datetime import datetime

from sqlalchemy import select

from services.routing import family
from services.routing.handover import candidate, give
from services.routing.known import decided_in
from services.routing.models import CaseRow
from shared.access.cases import barred_from
from shared.facts.case import CaseSubmitted
from shared.kit.action import on
from shared.kit.session import Session
from shared.workflow.case import CHARGE


@on(CaseSubmitted, name="bar-who-decided-from-charge")
def bar_who_decided(session: Session, fact: CaseSubmitted, *, now: datetime) -> None:
    """Bar whoever decided what a review disputes from the charge of that case; its unit, or the next above, goes on."""
    if fact.relation not in family.REVIEWS:
        return
    judged = [row.id for row in family.judged(session, fact)]
    charges = select(CaseRow).where(CaseRow.parent.in_(judged), CaseRow.relation == CHARGE, CaseRow.phase != "closed")
    for charge in session.scalars(charges.order_by(CaseRow.id).with_for_update()).all():
        decided = decided_in(session, family.contested(session, charge))
        if not decided <= barred_from(session, charge.id):
            give(session, charge, candidate(session, charge, charge.unit, decided))
