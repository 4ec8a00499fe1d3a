"""Posts that a step bars from its case: somebody related to a party, a mediator who was declined."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from services.routing.handover import bar
from services.routing.models import CaseRow
from shared.access.tables import PersonRow
from shared.kit.session import Session
from shared.workflow.case import Case
from shared.workflow.declare import Step
from shared.workflow.entries import chosen_entry


def bar_named(session: Session, row: CaseRow, case: Case, step: Step, given: Mapping[str, Any]) -> None:
    """Bar the posts that a step's `bars` names, and who holds them: named in its own form, or chosen last before it."""
    said = given.get(step.bars) or chosen_entry(case, step.bars) if step.bars else None
    codes = {said} if isinstance(said, str) else set(said or ())
    if codes:
        held = session.scalars(select(PersonRow).where(PersonRow.active))
        bar(session, row, frozenset(codes.union(one.id for one in held if codes.intersection(one.posts))))
